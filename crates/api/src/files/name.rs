//! The name of a file, as `Content-Disposition` has it (RFC 6266, RFC 8187).

use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use actix_web::http::header::{
    Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderValue,
};

/// The name that a request gives; none where it gives none.
///
/// # Errors
/// 400 where the header cannot be read.
pub(crate) fn read(header: Option<&HeaderValue>) -> Result<String, Problem> {
    let Some(header) = header else { return Ok(String::new()) };
    let unreadable = || {
        Problem::new(HttpCode::BadHeader).because(
            "Content-Disposition：应为 attachment; filename*=UTF-8''加百分号编码的文件名。",
            "Content-Disposition: attachment; filename*=UTF-8'' and the percent-encoded name is expected.",
        )
    };
    let disposition = ContentDisposition::from_raw(header).map_err(|_| unreadable())?;
    match disposition.get_filename_ext() {
        Some(ExtendedValue { charset, value, .. }) if charset.to_string().eq_ignore_ascii_case("utf-8") => {
            String::from_utf8(value.clone()).map_err(|_| unreadable())
        }
        Some(_) => Err(unreadable()),
        None => Ok(disposition.get_filename().unwrap_or_default().to_owned()),
    }
}

/// The header of an answer with a file: to be kept, never to be shown in place.
pub(crate) fn written(name: &str) -> ContentDisposition {
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.as_bytes().to_vec(),
        })],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::http::header::TryIntoHeaderValue as _;

    fn name(header: &str) -> Result<String, u16> {
        let header = HeaderValue::from_bytes(header.as_bytes()).unwrap();
        read(Some(&header)).map_err(|problem| problem.code.status())
    }

    #[test]
    fn a_name_is_read_as_it_was_written() {
        assert_eq!(name("attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg").unwrap(), "现场.jpg");
        assert_eq!(name("attachment; filename=\"a.pdf\"; filename*=utf-8''b.pdf").unwrap(), "b.pdf");
        assert_eq!(name("attachment; filename=\"plain name.pdf\"").unwrap(), "plain name.pdf");
        assert_eq!(name("attachment").unwrap(), "");
        assert_eq!(read(None).unwrap(), "");
        for header in
            ["", "attachment; filename*=UTF-8''%FF", "attachment; filename*=GBK''%B1%ED", "attachment; filename*=x"]
        {
            assert_eq!(name(header), Err(400), "{header}");
        }
    }

    #[test]
    fn a_name_comes_back_whatever_is_in_it() {
        for text in ["现场照片.jpg", "a\"b;c.pdf", "100% '五一'.txt", "../x", "a b"] {
            let header = written(text).try_into_value().unwrap();
            assert!(header.to_str().unwrap().starts_with("attachment; filename*=UTF-8''"), "{header:?}");
            assert_eq!(read(Some(&header)).unwrap(), text);
        }
    }
}

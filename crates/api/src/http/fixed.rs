//! Answers that are the same for everybody for as long as the process lives: made once, compressed once, shared by all
//! who read them, and not sent again to whoever has them (RFC 9110 §13.1.2).

use crate::http::packing::{GZIP, gzip, takes_gzip};
use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, VARY,
};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Bytes that never change.
#[derive(Clone, Debug)]
pub(crate) struct Fixed {
    plain: Bytes,
    packed: Option<Bytes>,
    media_type: String,
    /// Weak, because it is that of the packed bytes too.
    tag: String,
}

impl Fixed {
    /// These bytes, of this media type.
    pub fn new(plain: Bytes, media_type: &str) -> Self {
        let mut tag = "W/\"".to_owned();
        for byte in Sha256::digest(&plain).iter().take(16) {
            // Writing to a String cannot fail.
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push('"');
        let packed = gzip(&plain, true).filter(|packed| packed.len() < plain.len());
        Self { plain, packed, media_type: media_type.to_owned(), tag }
    }

    /// The answer to a request with these headers: the bytes, or 304 to a client that has them.
    pub fn answer(&self, asked: &HeaderMap, more: &[(HeaderName, HeaderValue)]) -> HttpResponse {
        let mut answer = if self.is_known(asked) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header((ETAG, self.tag.as_str()));
        // It may be kept, but is to be asked for again: another version of the program has other bytes.
        answer.insert_header((CACHE_CONTROL, "no-cache"));
        answer.insert_header((VARY, "Accept-Encoding"));
        for header in more {
            answer.append_header(header.clone());
        }
        if self.is_known(asked) {
            return answer.finish();
        }
        answer.content_type(self.media_type.as_str());
        match self.packed.as_ref().filter(|_| takes_gzip(asked)) {
            Some(packed) => answer.insert_header((CONTENT_ENCODING, GZIP)).body(packed.clone()),
            None => answer.body(self.plain.clone()),
        }
    }

    fn is_known(&self, asked: &HeaderMap) -> bool {
        let bare = self.tag.trim_start_matches("W/");
        asked
            .get_all(IF_NONE_MATCH)
            .filter_map(|line| line.to_str().ok())
            .any(|line| line.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == bare))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::http::header::ACCEPT_ENCODING;

    #[tokio::test]
    async fn whoever_has_it_does_not_get_it_again() {
        let fixed = Fixed::new(Bytes::from("x".repeat(5000)), "text/plain");
        let asked = |name: HeaderName, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
            fixed.answer(&headers, &[])
        };
        let first = fixed.answer(&HeaderMap::new(), &[]);
        assert_eq!((first.status().as_u16(), first.headers().get(CONTENT_ENCODING)), (200, None));
        let tag = first.headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        let strong = tag.trim_start_matches("W/");
        for known in [tag.as_str(), strong, "*", &format!("\"other\", {tag}")] {
            let again = asked(IF_NONE_MATCH, known);
            assert_eq!(again.status(), 304, "{known}");
            assert_eq!(again.headers().get(ETAG).unwrap().to_str().unwrap(), tag);
        }
        assert_eq!(asked(IF_NONE_MATCH, "\"other\"").status(), 200);
        let packed = asked(ACCEPT_ENCODING, "gzip");
        assert_eq!(packed.headers().get(CONTENT_ENCODING), Some(&GZIP));
        let bytes = actix_web::body::to_bytes(packed.into_body()).await.unwrap();
        assert!(bytes.len() < 500);
    }
}

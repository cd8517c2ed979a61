//! Which characters the bytes of a roster are. Office programs save UTF-8, UTF-16 or GBK without saying which; a file
//! that could be two things, or is two things, is refused with the row.

use crate::language::Text;
use crate::refusal::{Code, Refusal};
use encoding_rs::GB18030;
use std::borrow::Cow;

/// How a file was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16 with a byte order mark of either order.
    Utf16,
    /// GB18030, which holds GBK and GB2312.
    Gb18030,
}

impl Encoding {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Gb18030 => "gb18030",
        }
    }
}

/// The text of a file, without a byte order mark.
///
/// Errors: [`Code::NotACsv`] with the row, for bytes that are no text, for NUL, and for the character that programs
/// put in the place of a lost one.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Refusal> {
    let (text, encoding) = match bytes {
        [0xFF, 0xFE, units @ ..] => (Cow::Owned(utf16(units, u16::from_le_bytes)?), Encoding::Utf16),
        [0xFE, 0xFF, units @ ..] => (Cow::Owned(utf16(units, u16::from_be_bytes)?), Encoding::Utf16),
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Cow::Borrowed(utf8(rest)?), Encoding::Utf8),
        rest => match std::str::from_utf8(rest) {
            Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
            Err(_) => (Cow::Owned(gb18030(rest)?), Encoding::Gb18030),
        },
    };
    if let Some(at) = text.find(['\0', '\u{FFFD}']) {
        let nul = text[at..].starts_with('\0');
        return Err(refused(
            line_of(text[..at].as_bytes()),
            if nul { "含有空字符 U+0000" } else { "含有 U+FFFD，即已丢失的字符" },
            if nul { "it holds a NUL character" } else { "it holds U+FFFD, which stands for a lost character" },
        ));
    }
    Ok((text, encoding))
}

fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (zh, en) = ("文件以 UTF-8 标记开头，但此行不是 UTF-8", "the file is marked as UTF-8 and this row is not");
        refused(line_of(&bytes[..error.valid_up_to()]), zh, en)
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Refusal> {
    let pairs = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.0.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(c) => text.push(c),
            Err(_) => return Err(not_utf16(&text)),
        }
    }
    if pairs.1.is_empty() { Ok(text) } else { Err(not_utf16(&text)) }
}

fn not_utf16(read: &str) -> Refusal {
    let (zh, en) = ("文件以 UTF-16 标记开头，但此行不是 UTF-16", "the file is marked as UTF-16 and this row is not");
    refused(line_of(read.as_bytes()), zh, en)
}

/// Bytes that are not UTF-8 as a whole: GB18030, unless a cell of them is UTF-8 and can hardly be anything else.
fn gb18030(bytes: &[u8]) -> Result<String, Refusal> {
    let mut first_utf8 = None;
    let mut first_other = None;
    for (line, row) in (1..).zip(rows(bytes)) {
        // Separators and quotes are ASCII and never the second byte of a character in GB18030.
        for cell in row.split(|byte| matches!(byte, b',' | b'\t' | b'"')).filter(|cell| !cell.is_ascii()) {
            match std::str::from_utf8(cell) {
                // Characters of one or two bytes each: pairs of GBK bytes look like that by chance.
                Ok(text) if text.chars().all(|c| c.len_utf8() < 3) => {}
                Ok(_) => _ = first_utf8.get_or_insert(line),
                Err(_) => {
                    first_other.get_or_insert(line);
                    if GB18030.decode_without_bom_handling_and_without_replacement(cell).is_none() {
                        let (zh, en) = ("此行既不是 UTF-8，也不是 GBK", "this row is neither UTF-8 nor GBK");
                        return Err(refused(line, zh, en));
                    }
                }
            }
        }
    }
    if let (Some(utf8), Some(other)) = (first_utf8, first_other) {
        let (zh, en) = ("文件中混有 UTF-8 和其他编码", "the file is partly in UTF-8 and partly in another encoding");
        return Err(refused(utf8.max(other), zh, en));
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(Cow::into_owned).ok_or_else(|| refused(1, "文件不是 GBK", "the file is not GBK"))
}

/// The lines of a file in an encoding that keeps ASCII.
fn rows(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let Some(at) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            rest = None;
            return Some(bytes);
        };
        let ends = if bytes[at..].starts_with(b"\r\n") { at + 2 } else { at + 1 };
        rest = Some(&bytes[ends..]);
        Some(&bytes[..at])
    })
}

/// The line on which what follows these bytes begins.
fn line_of(before: &[u8]) -> u64 {
    u64::try_from(rows(before).count()).unwrap_or(u64::MAX)
}

/// A file that is refused because of one row.
pub(super) fn refused(row: u64, zh: &str, en: &str) -> Refusal {
    let Text { zh, en } = Text {
        zh: format!("第 {row} 行：{zh}。整个文件未导入；请改正后以 UTF-8 编码的 CSV 重新导入。"),
        en: format!("Row {row}: {en}. Nothing of the file was imported; correct it and send it again as CSV in UTF-8."),
    };
    Refusal::new(Code::NotACsv).because(zh, en)
}

//! Texts as the service takes them: NFC, nothing that cannot be seen, bounded. Every way in reads names by these
//! functions, and every comparison of names, stored with asked for, goes through [`name_key`].
//!
//! What is shown stays as it was written, but for NFC and the spaces that pad it; what is compared is its key.

mod key;
mod person;
#[cfg(test)]
mod tests;

pub(crate) use key::exact_or_first;
pub use key::{look, name_holds, name_key, width_folded};
pub use person::{NotOneName, one_name, person_name, remove_padding};

use crate::refusal::{Code, Refusal};
use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint};
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};
use unicode_normalization::UnicodeNormalization;

/// Longest name of a person, an area, an office or an account, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest title of a document, a holiday, a programme or an issue, in characters.
pub const TITLE_CHARS_MAX: usize = 200;

/// An official name (of an area, an office, an account): NFC, surrounding spaces removed.
///
/// Errors: [`Code::Missing`], [`Code::TooLong`] beyond [`NAME_CHARS_MAX`], [`Code::ControlCharacter`].
pub fn official(value: &str) -> Result<String, Refusal> {
    bounded(value, NAME_CHARS_MAX)
}

/// A title (of a document, a holiday, a policy, a programme), as [`official`].
///
/// Errors: [`Code::Missing`], [`Code::TooLong`] beyond [`TITLE_CHARS_MAX`], [`Code::ControlCharacter`].
pub fn title(value: &str) -> Result<String, Refusal> {
    bounded(value, TITLE_CHARS_MAX)
}

fn bounded(value: &str, chars_max: usize) -> Result<String, Refusal> {
    // Normalising can lengthen a text several times over; looking at no more than can be accepted bounds that.
    if value.chars().nth(chars_max * 4).is_some() {
        return Err(Refusal::new(Code::TooLong));
    }
    let formed: String = value.trim().nfc().collect();
    if formed.is_empty() {
        Err(Refusal::new(Code::Missing))
    } else if formed.chars().count() > chars_max {
        Err(Refusal::new(Code::TooLong))
    } else {
        visible(&formed).map(|()| formed)
    }
}

/// That a line of text holds nothing that cannot be seen: two names that look equal must be equal, and what a person
/// confirmed on the screen must be what the record says.
///
/// Errors: [`Code::ControlCharacter`], naming the first such character.
pub fn visible(line: &str) -> Result<(), Refusal> {
    let Some((at, hidden)) = line.chars().enumerate().find(|(_, c)| is_hidden(*c)) else { return Ok(()) };
    let (at, code_point) = (at + 1, u32::from(hidden));
    Err(Refusal::new(Code::ControlCharacter).because(
        format!("第 {at} 个字符 U+{code_point:04X} 是控制字符或不可见字符，请删去。"),
        format!("Character {at}, U+{code_point:04X}, is a control or invisible character; remove it."),
    ))
}

const IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();
const BIDIRECTIONAL: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<BidiControl>();

/// Whether a character shows nothing by itself: a control (line breaks included), one of Unicode's
/// `Default_Ignorable_Code_Point` (U+00AD, U+200B, variation selectors …) or `Bidi_Control`, a line or paragraph
/// separator, the empty Braille cell, or the marks of interlinear annotations.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || IGNORABLE.contains(c)
        || BIDIRECTIONAL.contains(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{FFF9}'..='\u{FFFB}')
}

//! Texts as the service takes them: NFC, nothing that cannot be seen, bounded. Every way in reads names by these
//! functions, and every comparison of names, stored with asked for, goes through [`name_key`].
//!
//! What is shown stays as it was written, but for NFC, the spaces that pad it and, in names, the kind of middle dot; what
//! is compared is its key.

mod key;
mod person;
#[cfg(test)]
mod tests;

pub(crate) use key::{exact_or_first, looks_like};
pub use key::{look, name_holds, name_key, width_folded};
pub use person::{NotOneName, ReadName, person_key, person_name, read_name, visitor_name};

use crate::refusal::{Code, Refusal};
use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory, NoncharacterCodePoint};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed};
use unicode_normalization::UnicodeNormalization;

/// Longest name of a person, an area, an office or an account, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest title of a document, a holiday, a programme or an issue, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest telephone number or other contact, in characters.
pub const PHONE_CHARS_MAX: usize = 50;
/// Longest text of several lines (statements, answers, reasons, notes), in characters.
pub const TEXT_CHARS_MAX: usize = 10_000;

/// An official name (of an area, an office, an account): NFC, surrounding spaces removed, every middle dot as `·`, of
/// characters that Unicode has given a meaning, so that it is the same on every screen and in every year.
///
/// Errors: [`Code::Missing`], [`Code::TooLong`] beyond [`NAME_CHARS_MAX`], [`Code::ControlCharacter`].
pub fn official(value: &str) -> Result<String, Refusal> {
    let name = bounded(value, NAME_CHARS_MAX)?;
    assigned(&name)?;
    Ok(name.chars().map(one_dot).collect())
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
    refuse_first(line, is_hidden, "是控制字符或不可见字符，请删去。", "is a control or invisible character; remove it.")
}

/// That a text of several lines holds no controls but line breaks (`\n`), nothing that turns the direction of reading,
/// and no noncharacter. Characters that join or vary others (emoji, the scripts of India) stay.
///
/// Errors: [`Code::ControlCharacter`], naming the first such character.
pub fn legible(text: &str) -> Result<(), Refusal> {
    let spoils = |c: char| c != '\n' && (c.is_control() || BIDIRECTIONAL.contains(c) || NONCHARACTERS.contains(c));
    refuse_first(text, spoils, "是控制字符或不可见字符，请删去。", "is a control or invisible character; remove it.")
}

/// That every character of a name has a meaning in Unicode. Old programs keep rare Chinese characters in the private use
/// area, where each font shows something else.
///
/// Errors: [`Code::ControlCharacter`], naming the first that has none.
pub fn assigned(name: &str) -> Result<(), Refusal> {
    refuse_first(
        name,
        |c| CATEGORIES.get(c) == GeneralCategory::PrivateUse,
        "在自造字区，在别的电脑上会显示为别的字。请改用该字的 Unicode 编码（生僻字多在扩展区）。",
        "is of the private use area and shows as something else elsewhere; write the character that Unicode has for it (rare Chinese ones are in the extensions).",
    )?;
    refuse_first(
        name,
        |c| CATEGORIES.get(c) == GeneralCategory::Unassigned,
        "不是已编码的字符，请改用已编码的字。",
        "is no character that Unicode has assigned; write one that is.",
    )
}

fn refuse_first(text: &str, spoils: impl Fn(char) -> bool, zh: &str, en: &str) -> Result<(), Refusal> {
    let Some((at, found)) = text.chars().enumerate().find(|(_, c)| spoils(*c)) else { return Ok(()) };
    let (at, code_point) = (at + 1, u32::from(found));
    Err(Refusal::new(Code::ControlCharacter).because(
        format!("第 {at} 个字符 U+{code_point:04X} {zh}"),
        format!("Character {at}, U+{code_point:04X}, {en}"),
    ))
}

const IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();
const BIDIRECTIONAL: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<BidiControl>();
const NONCHARACTERS: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<NoncharacterCodePoint>();
const CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::new();

/// The middle dots that keyboards and fonts offer for the one between the parts of a name, U+00B7 (GB/T 15834).
fn one_dot(c: char) -> char {
    match c {
        '\u{0387}' | '\u{1427}' | '\u{16EB}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{2E31}'
        | '\u{2E33}' | '\u{30FB}' | '\u{318D}' | '\u{A78F}' | '\u{FF65}' | '\u{10101}' => '\u{B7}',
        other => other,
    }
}

/// Whether a character shows nothing by itself: a control (line breaks included), one of Unicode's
/// `Default_Ignorable_Code_Point` (U+00AD, U+200B, variation selectors …) or `Bidi_Control`, a noncharacter (U+FFFE …),
/// a line or paragraph separator, the empty Braille cell, or the marks of interlinear annotations.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || IGNORABLE.contains(c)
        || BIDIRECTIONAL.contains(c)
        || NONCHARACTERS.contains(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{FFF9}'..='\u{FFFB}')
}

//! Texts as the service takes them: NFC, no control characters, bounded.

use crate::refusal::{Code, Refusal};
use unicode_normalization::UnicodeNormalization;

/// Longest official name or title, in characters.
pub const MAX_NAME: usize = 200;

/// An official name or title (of an area, an office, a holiday, a document): NFC, surrounding spaces removed.
///
/// Errors: [`Code::Missing`], [`Code::TooLong`], [`Code::ControlCharacter`].
pub fn official(value: &str) -> Result<String, Refusal> {
    // Normalising can lengthen a text several times over; looking at no more than can be accepted bounds that.
    if value.chars().nth(MAX_NAME * 4).is_some() {
        return Err(Refusal::new(Code::TooLong));
    }
    let formed: String = value.trim().nfc().collect();
    if formed.is_empty() {
        Err(Refusal::new(Code::Missing))
    } else if formed.chars().count() > MAX_NAME {
        Err(Refusal::new(Code::TooLong))
    } else if formed.chars().any(is_forbidden) {
        Err(Refusal::new(Code::ControlCharacter))
    } else {
        Ok(formed)
    }
}

/// A person's name: NFC without the spaces that rosters pad short names with (U+0020, U+00A0, U+3000 and the like).
///
/// Names are compared in this form, and stored in it. A space between the words of a name in Latin letters stays, as
/// one U+0020.
///
/// Errors: as for [`official`].
pub fn person_name(value: &str) -> Result<String, Refusal> {
    official(value).map(|name| remove_padding(&name))
}

/// NFC name without any space: what two names are compared by.
pub fn name_key(value: &str) -> String {
    value.nfc().filter(|c| !c.is_whitespace()).collect()
}

/// Removes spaces, but for one between two words in ASCII letters, where it is part of the name.
pub fn remove_padding(value: &str) -> String {
    let mut kept = String::with_capacity(value.len());
    let mut space_before = false;
    for c in value.chars() {
        if c.is_whitespace() {
            space_before = true;
            continue;
        }
        let joins_words =
            space_before && c.is_ascii_alphabetic() && kept.ends_with(|last: char| last.is_ascii_alphabetic());
        if joins_words {
            kept.push(' ');
        }
        space_before = false;
        kept.push(c);
    }
    kept
}

/// Control characters, and the invisible ones that make two equal-looking names differ.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn padding_goes_but_a_space_between_latin_words_stays() {
        assert_eq!(person_name("汪\u{A0}洁").unwrap(), "汪洁");
        assert_eq!(person_name("朱\u{A0}\u{A0}芳").unwrap(), "朱芳");
        assert_eq!(person_name("\u{3000}高　明 ").unwrap(), "高明");
        assert_eq!(person_name("Anna  Maria").unwrap(), "Anna Maria");
        assert_eq!(person_name("阿依·古丽").unwrap(), "阿依·古丽");
        assert_eq!(name_key("Anna Maria"), name_key("AnnaMaria"));
    }

    #[test]
    fn texts_that_are_empty_long_or_hold_control_characters_are_refused() {
        assert_eq!(official("\u{A0} ").unwrap_err().code, Code::Missing);
        assert_eq!(official(&"村".repeat(201)).unwrap_err().code, Code::TooLong);
        assert_eq!(official(&"村".repeat(100_000)).unwrap_err().code, Code::TooLong);
        assert_eq!(official("太平\u{7}村").unwrap_err().code, Code::ControlCharacter);
        assert_eq!(official("太平\u{200B}村").unwrap_err().code, Code::ControlCharacter);
        assert_eq!(official("e\u{301}").unwrap(), "é");
    }
}

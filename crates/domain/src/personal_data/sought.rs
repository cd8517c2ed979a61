//! Whom somebody looks for, and what is compared then: a number by its digits, a name by its letters, however either was
//! written.

use crate::text::{is_hidden, person_key};
use crate::vocabulary::PersonalClass;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;

/// Fewest digits of a number that somebody is looked for by, and is found by: those of a landline without its area code.
pub const PHONE_DIGITS_MIN: usize = 7;
/// Fewest letters of a name that somebody is looked for by: one alone is a family name, which thousands have.
pub const NAME_CHARS_MIN: usize = 2;

/// Somebody who is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// By the digits of a number.
    Phone(String),
    /// By what names are compared by.
    Name(String),
}

impl Sought {
    /// By a number, as it was written; nothing where it has fewer digits than [`PHONE_DIGITS_MIN`].
    pub fn phone(written: &str) -> Option<Self> {
        let digits = significant(written);
        (digits.len() >= PHONE_DIGITS_MIN).then_some(Self::Phone(digits))
    }

    /// By a name, as it was written, which finds whoever has one that is the same when both are folded; nothing where it has fewer letters than [`NAME_CHARS_MIN`].
    pub fn name(written: &str) -> Option<Self> {
        let key = folded_name(written);
        (key.chars().filter(|c| c.is_alphanumeric()).count() >= NAME_CHARS_MIN).then_some(Self::Name(key))
    }

    /// Everything that somebody with such a contact is found by: each number in it.
    pub fn of_contact(contact: &str) -> Vec<Self> {
        numbers(contact).into_iter().map(Self::Phone).collect()
    }

    /// The class of the parts that they are found by.
    pub const fn class(&self) -> PersonalClass {
        match self {
            Self::Phone(_) => PersonalClass::Contact,
            Self::Name(_) => PersonalClass::Identity,
        }
    }

    /// What is compared.
    pub fn key(&self) -> &str {
        match self {
            Self::Phone(key) | Self::Name(key) => key,
        }
    }
}

/// A name in one form: NFKC, without spaces, notes beside it and what cannot be seen, in small letters.
fn folded_name(name: &str) -> String {
    person_key(&name.nfkc().collect::<String>())
}

/// The numbers in a contact: `13800001234（女儿）`, `021-59561234转801`, `13800001234/59561234`, `13800001234 13900005678`.
fn numbers(contact: &str) -> BTreeSet<String> {
    let plain: String = contact.nfkc().collect();
    // Words of one piece may be parts of one number or a number each: it is found by either.
    let pieces = plain.split(|c| !is_of_number(c));
    let written = pieces.flat_map(|piece| std::iter::once(piece).chain(piece.split_whitespace()));
    written.map(significant).filter(|digits| digits.len() >= PHONE_DIGITS_MIN).collect()
}

/// Whether a character is of a number or parts its digits.
fn is_of_number(c: char) -> bool {
    c.is_ascii_digit()
        || c.is_whitespace()
        || is_hidden(c)
        || matches!(c, '+' | '-' | '.' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The digits of a number that tell it from others: without the code of the country and the 0 before an area code.
fn significant(number: &str) -> String {
    let plain: String = number.nfkc().collect();
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let is_abroad = plain.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+').starts_with('+');
    let of_country = match digits.strip_prefix("00") {
        Some(digits) => digits.strip_prefix("86"),
        None if is_abroad => digits.strip_prefix("86"),
        // A mobile number behind the code of the country: no number of China has thirteen digits.
        None => digits.strip_prefix("86").filter(|digits| digits.len() == 11 && digits.starts_with('1')),
    };
    of_country.unwrap_or(&digits).trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn finds(written: &str, contact: &str) -> bool {
        let sought = Sought::phone(written).unwrap_or_else(|| panic!("{written}"));
        Sought::of_contact(contact).contains(&sought)
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let written = [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "１３８００１３８０００",
            "+86 138 0013 8000",
            "＋８６　138－0013－8000",
            "(+86)13800138000",
            "0086-138-0013-8000",
            "86 13800138000",
            "138\u{200B}00138000",
        ];
        for contact in written {
            for sought in written {
                assert!(finds(sought, contact), "{sought} in {contact}");
            }
        }
        assert!(!finds("13800138001", "13800138000") && !finds("1380013800", "13800138000"));
    }

    #[test]
    fn a_landline_is_found_with_the_code_of_the_country_and_an_extension() {
        for contact in ["021-59561234", "（021）5956 1234", "+86 21 59561234", "0086 21 5956-1234", "021-59561234转801"]
        {
            assert!(finds("021 59561234", contact), "{contact}");
            assert!(finds("+86-21-59561234", contact), "{contact}");
        }
        assert!(!finds("025-59561234", "021-59561234"), "another city's");
        assert!(finds("59561234", "021 59561234") && !finds("59561234", "02159561234"));
        assert!(!finds("8659561234", "+86 59561234"), "the code of the country goes only where it is written as one");
    }

    #[test]
    fn each_number_of_a_contact_is_one() {
        for contact in
            ["13800138000/59561234", "13800138000，59561234", "13800138000 59561234", "家 13800138000 店 59561234"]
        {
            assert!(finds("13800138000", contact) && finds("59561234", contact), "{contact}");
        }
        assert_eq!(Sought::of_contact("微信 li123456"), [], "what has no number in it is found by none");
    }

    #[test]
    fn a_number_of_few_digits_finds_nobody() {
        for short in ["", "110", "123456", "+86 138001", "000000000", "二楼"] {
            assert_eq!(Sought::phone(short), None, "{short}");
        }
        assert_eq!(Sought::phone("5956123"), Some(Sought::Phone("5956123".to_owned())));
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let same = |one: &str, other: &str| Sought::name(one) == Sought::name(other) && Sought::name(one).is_some();
        assert!(same("王小明", " 王 小明") && same("王小明", "王\u{3000}小\u{200B}明"));
        assert!(same("ＬＩ Ming", "li ming") && same("LiMing", "LI MING"));
        assert!(same("阿依古丽·买买提", "阿依古丽•买买提"));
        assert!(same("汪洁", "汪洁（女）"), "a note beside it is no part of it");
        assert!(same("\u{2F08}大山", "人大山"), "a radical is the character that it looks like");
        assert!(!same("王小明", "王小"), "not by a part");
        assert!(!same("王小明", "王晓明"));
    }

    #[test]
    fn a_name_of_one_character_finds_nobody() {
        for short in ["", "王", " 王\u{3000}", "\u{200B}", "王·", "--"] {
            assert_eq!(Sought::name(short), None, "{short}");
        }
        assert!(Sought::name("王二").is_some());
    }

    #[test]
    fn the_class_says_which_part_was_looked_at() {
        assert_eq!(Sought::phone("13800138000").unwrap().class(), PersonalClass::Contact);
        let name = Sought::name("王小明").unwrap();
        assert_eq!((name.class(), name.key()), (PersonalClass::Identity, "王小明"));
    }
}

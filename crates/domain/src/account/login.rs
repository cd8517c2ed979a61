//! Logins: the short name by which a person signs in. Two that can be taken for each other are one.
//!
//! A login is kept in the form in which it is compared: in NFC and small letters, so that nobody has to remember how they
//! wrote it. That no second account can have one that only looks like it is held by [`Login::look`] (UTS #39).

use crate::refusal::{Code, Refusal};
use crate::text::name_key;
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{GeneralSecurityProfile as _, skeleton};

/// Fewest characters.
pub const CHARS_MIN: usize = 2;
/// Most characters.
pub const CHARS_MAX: usize = 64;
/// Marks that may stand in a login, besides letters and digits: those of office names and mail addresses.
const MARKS: &str = ".-_@";

/// A login, in the form in which it is kept and compared.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Login(String);

impl Login {
    /// Reads a login, however it was written.
    ///
    /// Errors: [`Code::TooShort`], [`Code::TooLong`]; [`Code::InvalidValue`] for a character that is neither a letter or digit
    /// in use today (UTS #39) nor one of `.-_@`.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        // Normalising can lengthen a text several times over; looking at no more than can be accepted bounds that.
        if text.chars().nth(CHARS_MAX * 4).is_some() {
            return Err(Refusal::new(Code::TooLong));
        }
        if let Some(other) = text.nfc().find(|c| !c.identifier_allowed() && !MARKS.contains(*c) && !is_wide(*c)) {
            return Err(no_letter(other));
        }
        let key = folded(&name_key(text));
        match key.chars().count() {
            0..CHARS_MIN => Err(Refusal::new(Code::TooShort)),
            CHARS_MIN..=CHARS_MAX => match key.chars().find(|c| !c.identifier_allowed() && !MARKS.contains(*c)) {
                Some(other) => Err(no_letter(other)),
                None => Ok(Self(key)),
            },
            _ => Err(Refusal::new(Code::TooLong)),
        }
    }

    /// The login as it is kept, shown and compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it looks like: two logins of one look are taken for each other, and only one of them may exist.
    pub fn look(&self) -> String {
        // A look can hold letters that fold once more: a zero looks like a large O, which is a small o here.
        folded(&skeleton(&folded(&skeleton(&self.0).collect::<String>())).collect::<String>())
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It is of a person, and no log line's.
        f.write_str("Login")
    }
}

fn no_letter(other: char) -> Refusal {
    Refusal::new(Code::InvalidValue).because(
        format!("登录名由字母、汉字、数字和 {MARKS} 组成，{other:?} 不在其内。"),
        format!("A login is of letters, digits and {MARKS}; {other:?} is none of these."),
    )
}

/// A form of full width, which Chinese keyboards give for letters and digits; it is read as the usual one.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}')
}

/// Small letters, by way of the large ones: what differs in nothing but its case is one (ß and ss, ς and σ).
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn login(text: &str) -> Login {
        Login::read(text).unwrap()
    }

    #[test]
    fn a_login_is_kept_as_it_is_compared() {
        for (written, kept) in [
            ("wang.fang", "wang.fang"),
            ("  Wang.Fang ", "wang.fang"),
            ("ｗａｎｇ．ｆａｎｇ", "wang.fang"),
            ("王芳", "王芳"),
            ("Jose\u{301}", "josé"),
            ("Strauß", "strauss"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("liaison-3@jiangqiao", "liaison-3@jiangqiao"),
        ] {
            assert_eq!(login(written).as_str(), kept, "{written}");
        }
        assert_eq!(format!("{:?}", login("wang")), "Login");
    }

    #[test]
    fn what_is_no_login_is_refused() {
        for (text, why) in [
            ("", Code::TooShort),
            ("w", Code::TooShort),
            (&"w".repeat(65), Code::TooLong),
            (&"w".repeat(1_000_000), Code::TooLong),
            ("wang fang", Code::InvalidValue),
            ("wang\u{200b}fang", Code::InvalidValue),
            ("wang\u{202e}fang", Code::InvalidValue),
            ("wang/fang", Code::InvalidValue),
            ("王·芳\0", Code::InvalidValue),
            ("\u{e000}wang", Code::InvalidValue),
            ("wang／fang", Code::InvalidValue),
        ] {
            assert_eq!(Login::read(text).map_err(|refusal| refusal.code), Err(why), "{text:?}");
        }
    }

    #[test]
    fn threat_what_looks_alike_is_one() {
        println!("attempted: a second account whose login only looks like the first one's");
        for (one, other) in [
            ("wang", "wаng"),        // a Cyrillic а
            ("zhou", "zh0u"),        // a zero
            ("paull", "paul1"),      // a one
            ("paull", "PAUI1"),      // a large I is a small i: see below
            ("morning", "rnorning"), // r and n
            ("ορο", "opo"),          // Greek
            ("ｗａｎｇ", "wang"),
            ("Jose\u{301}", "JOSÉ"),
        ] {
            let alike = login(one).look() == login(other).look();
            assert_eq!(alike, other != "PAUI1", "{one} and {other}");
        }
        for (one, other) in [("wang", "wan"), ("王芳", "王方"), ("wang.fang", "wangfang")] {
            assert_ne!(login(one).look(), login(other).look(), "{one} and {other}");
        }
        println!("caught: both are one login");
    }

    /// 60 ways to write a name that is taken; none is another look.
    #[test]
    fn a_look_survives_every_way_of_writing() {
        let taken = login("zhao.lei").look();
        let alike =
            [["z", "ᴢ", "Z"], ["h", "һ", "H"], ["a", "а", "A"], ["o", "о", "0"], ["l", "1", "L"], ["e", "е", "E"]];
        let mut ways = 0;
        for (place, forms) in alike.iter().enumerate() {
            for form in forms {
                for rest in ["zhao.lei", "ZHAO.LEI", "zhаo.lei", "zhaо.lei"] {
                    let at = [0, 1, 2, 3, 5, 6][place];
                    let written: String = rest
                        .chars()
                        .enumerate()
                        .map(|(i, c)| if i == at { (*form).to_owned() } else { c.to_string() })
                        .collect();
                    if let Ok(written) = Login::read(&written) {
                        assert_eq!(written.look(), taken, "{written:?} {form}");
                        ways += 1;
                    }
                }
            }
        }
        assert!(ways >= 60, "{ways}");
    }
}

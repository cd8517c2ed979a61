//! Logins: the short name by which a person signs in. Two that can be taken for each other are one.
//!
//! A login is kept in the form in which it is compared: in NFC and small letters, so that nobody has to remember how they
//! wrote it. That no second account can have one that only looks like it is held by [`Login::look`] (UTS #39 §4).

use domain::text::name_key;
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{GeneralSecurityProfile as _, skeleton};

/// Fewest characters.
pub const CHARS_MIN: usize = 2;
/// Most characters.
pub const CHARS_MAX: usize = 64;
/// Marks that may stand in a login, besides letters and digits: those of office names and mail addresses.
const MARKS: &str = ".-_@";

/// Why a text is no login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoLogin {
    /// Fewer than [`CHARS_MIN`] characters.
    #[error("a login has at least {CHARS_MIN} characters")]
    TooShort,
    /// More than [`CHARS_MAX`] characters.
    #[error("a login has at most {CHARS_MAX} characters")]
    TooLong,
    /// A character that is neither a letter or digit in use today (UTS #39 §3.1) nor one of `.-_@`.
    #[error("a login is of letters, digits and {MARKS}, and {0:?} is none of these")]
    Character(char),
}

/// A login, in the form in which it is kept and compared.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Login(String);

impl Login {
    /// Reads a login, however it was written.
    ///
    /// # Errors
    /// [`NoLogin`], the first that applies.
    pub fn read(text: &str) -> Result<Self, NoLogin> {
        let text = text.trim();
        // Normalising can lengthen a text several times over; looking at no more than can be accepted bounds that.
        if text.chars().nth(CHARS_MAX * 4).is_some() {
            return Err(NoLogin::TooLong);
        }
        if let Some(other) = text.nfc().find(|c| !c.identifier_allowed() && !MARKS.contains(*c) && !is_wide(*c)) {
            return Err(NoLogin::Character(other));
        }
        let key = folded(&name_key(text));
        match key.chars().count() {
            0..CHARS_MIN => Err(NoLogin::TooShort),
            CHARS_MIN..=CHARS_MAX => match key.chars().find(|c| !c.identifier_allowed() && !MARKS.contains(*c)) {
                Some(other) => Err(NoLogin::Character(other)),
                None => Ok(Self(key)),
            },
            _ => Err(NoLogin::TooLong),
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
            ("", NoLogin::TooShort),
            ("w", NoLogin::TooShort),
            (&"w".repeat(65), NoLogin::TooLong),
            (&"w".repeat(1_000_000), NoLogin::TooLong),
            ("wang fang", NoLogin::Character(' ')),
            ("wang\u{200b}fang", NoLogin::Character('\u{200b}')),
            ("wang\u{202e}fang", NoLogin::Character('\u{202e}')),
            ("wang/fang", NoLogin::Character('/')),
            ("王·芳\0", NoLogin::Character('\0')),
            ("\u{e000}wang", NoLogin::Character('\u{e000}')),
            ("wang／fang", NoLogin::Character('/')),
        ] {
            assert_eq!(Login::read(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn what_looks_alike_is_one() {
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

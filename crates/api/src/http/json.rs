//! JSON written member by member, for the answers that are long and asked for often: the same text as `serde_json` makes
//! of a view, without looking at each name and each word for what would have to be escaped.

use crate::http::times::{write_business_time, write_day};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::fmt::Write as _;
use uuid::Uuid;

/// A text that grows. Names and words are those of the program: none of their characters is escaped.
pub(crate) struct Json<'t>(pub &'t mut String);

impl Json<'_> {
    /// The text as it is: brackets, and what is JSON already.
    #[inline]
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// The name of the next member of an object, or nothing of an array's next item; a comma where it is not the first.
    #[inline]
    pub fn name(&mut self, name: &str) -> &mut Self {
        if !matches!(self.0.as_bytes().last(), Some(b'{')) {
            self.0.push(',');
        }
        self.raw("\"").raw(name).raw("\":")
    }

    /// A member that is one of the program's own words.
    #[inline]
    pub fn word(&mut self, name: &str, word: &str) -> &mut Self {
        self.name(name).raw("\"").raw(word).raw("\"")
    }

    /// A member that is a text of whatever origin.
    pub fn text(&mut self, name: &str, text: &str) -> &mut Self {
        self.name(name);
        write_text(self.0, text);
        self
    }

    /// A member that is an id.
    #[inline]
    pub fn id(&mut self, name: &str, id: Uuid) -> &mut Self {
        self.word(name, id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }

    /// A member that is a day.
    pub fn day(&mut self, name: &str, on: NaiveDate) -> &mut Self {
        self.name(name).raw("\"");
        write_day(self.0, on);
        self.raw("\"")
    }

    /// A member that is a business time.
    pub fn time(&mut self, name: &str, at: DateTime<Utc>, town: Tz) -> &mut Self {
        self.name(name).raw("\"");
        write_business_time(self.0, at, town);
        self.raw("\"")
    }

    /// A member that is a number.
    pub fn number(&mut self, name: &str, number: u64) -> &mut Self {
        self.name(name);
        match u8::try_from(number) {
            Ok(digit @ 0..10) => self.0.push(char::from(b'0' + digit)),
            // Writing to a String cannot fail.
            Ok(_) | Err(_) => drop(write!(self.0, "{number}")),
        }
        self
    }

    /// A member that is a truth.
    #[inline]
    pub fn truth(&mut self, name: &str, truth: bool) -> &mut Self {
        self.name(name).raw(if truth { "true" } else { "false" })
    }
}

/// A text in quotes. Most have nothing to escape (RFC 8259 §7).
pub(crate) fn write_text(json: &mut String, text: &str) {
    // Looked at to the end: that is done many at a time.
    if text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == b'"') | (byte == b'\\')) {
        // A text is always JSON.
        json.push_str(&serde_json::to_string(text).unwrap_or_default());
    } else {
        json.push('"');
        json.push_str(text);
        json.push('"');
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::response::business_time;
    use proptest::prelude::*;
    use serde_json::json;

    proptest! {
        #[test]
        fn it_is_what_serde_writes(
            text in "(\\PC|[\"\\\\\n\t\u{0}\u{1f}\u{7f}]){0,12}", number in any::<u64>(), small in 0_u64..300, id in any::<u128>(),
            days in -4_000_000_i32..4_000_000, ms in -62_167_219_200_000_i64..253_402_300_800_000,
        ) {
            let (id, on) = (Uuid::from_u128(id), NaiveDate::from_num_days_from_ce_opt(days).unwrap());
            let (at, zone) = (DateTime::from_timestamp_millis(ms).unwrap(), chrono_tz::Asia::Shanghai);
            let mut written = String::from("{");
            let mut json = Json(&mut written);
            json.word("a", "word").text("b", &text).number("c", number).number("d", small).id("e", id);
            json.day("f", on).time("g", at, zone).truth("h", true).truth("i", false).raw("}");
            let expected = json!({"a": "word", "b": text, "c": number, "d": small, "e": id, "f": on,
                "g": business_time(at, zone), "h": true, "i": false});
            prop_assert_eq!(written, serde_json::to_string(&expected).unwrap());
        }
    }
}

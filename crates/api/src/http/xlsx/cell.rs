//! Rows and cells of a sheet as they are written (ECMA-376 Part 1: `row`, `c`, `is`).

use super::frame::Styles;
use crate::http::csv::Cell;
use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use std::fmt::Write as _;

/// Longest text of a cell, in UTF-16; what is longer ends in `…`.
const TEXT_MAX: usize = 32_767;
/// The greatest whole number up to which a spreadsheet, which counts in 64-bit floating point, knows all.
const NUMBER_MAX: u128 = 1 << 53;
/// The day before day 1 of a spreadsheet, in days of the common era. Before March 1900 days are counted otherwise: there was
/// no 29 February.
const DAY_0: i32 = 693_594;
const FIRST_DAY: i32 = DAY_0 + 61;

/// Writes a row, whose number counts from 1.
pub(super) fn write_row(xml: &mut String, number: u32, cells: &[Cell], styles: &Styles) {
    put(xml, format_args!("<row r=\"{number}\">"));
    for (at, cell) in cells.iter().enumerate() {
        let place = Place { column: at, row: number };
        match cell {
            Cell::Text(text) => write_text(xml, &place, text),
            Cell::Number(number) if number.unsigned_abs() <= NUMBER_MAX => {
                put(xml, format_args!("<c r=\"{place}\"><v>{number}</v></c>"));
            }
            Cell::Number(number) => write_text(xml, &place, &number.to_string()),
            Cell::Day(on) => match day_number(*on) {
                Some(days) => put(xml, format_args!("<c r=\"{place}\" s=\"{}\"><v>{days}</v></c>", styles.day)),
                None => write_text(xml, &place, &on.to_string()),
            },
            Cell::Instant(at) => match instant_number(at.naive_local()) {
                Some(days) => put(xml, format_args!("<c r=\"{place}\" s=\"{}\"><v>{days}</v></c>", styles.instant)),
                None => write_text(xml, &place, &cell.as_shown()),
            },
            Cell::Nothing => {}
        }
    }
    xml.push_str("</row>");
}

/// Writing to a text cannot fail.
fn put(xml: &mut String, part: std::fmt::Arguments<'_>) {
    let _written = xml.write_fmt(part);
}

/// `A1`.
struct Place {
    column: usize,
    row: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A, B … Z, AA, AB …: there is no digit for nothing.
        let (mut left, mut letters) = (self.column + 1, [b'A'; 8]);
        let mut begin = letters.len();
        while left > 0 && begin > 0 {
            begin -= 1;
            letters[begin] = b'A' + u8::try_from((left - 1) % 26).unwrap_or(0);
            left = (left - 1) / 26;
        }
        f.write_str(std::str::from_utf8(&letters[begin..]).unwrap_or_default())?;
        write!(f, "{}", self.row)
    }
}

fn write_text(xml: &mut String, place: &Place, text: &str) {
    let kept = cut(text);
    let space = |shown: Option<char>| shown.is_some_and(char::is_whitespace);
    let all =
        if space(text.chars().next()) || space(text.chars().next_back()) { " xml:space=\"preserve\"" } else { "" };
    put(xml, format_args!("<c r=\"{place}\" t=\"inlineStr\"><is><t{all}>"));
    escape(xml, kept);
    if kept.len() < text.len() {
        xml.push('…');
    }
    xml.push_str("</t></is></c>");
}

/// As much of a text as a cell takes, with room for a sign that there is more.
fn cut(text: &str) -> &str {
    // No character has more bytes than three times its UTF-16.
    if text.len() <= TEXT_MAX || text.encode_utf16().count() <= TEXT_MAX {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, shown)| {
        units += shown.len_utf16();
        units >= TEXT_MAX
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// What XML cannot hold is written as `_x0001_` (ECMA-376 Part 1, `ST_Xstring`), and so is what would be read as such.
fn escape(xml: &mut String, text: &str) {
    let mut rest = text;
    while let Some(shown) = rest.chars().next() {
        match shown {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\t' | '\n' => xml.push(shown),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => put(xml, format_args!("_x{:04X}_", u32::from(shown))),
            '_' if is_code(rest) => xml.push_str("_x005F_"),
            _ => xml.push(shown),
        }
        rest = &rest[shown.len_utf8()..];
    }
}

/// `_x`, four hexadecimal digits, `_`.
fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.starts_with(b"_x")
        && bytes.get(6) == Some(&b'_')
        && bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// A day as a spreadsheet counts it.
fn day_number(on: NaiveDate) -> Option<i32> {
    let days = on.num_days_from_ce();
    (days >= FIRST_DAY && on.year() <= 9999).then_some(days - DAY_0)
}

fn instant_number(at: NaiveDateTime) -> Option<f64> {
    let days = day_number(at.date())?;
    let milliseconds = u64::from(at.num_seconds_from_midnight()) * 1_000 + u64::from(at.nanosecond() / 1_000_000);
    Some(f64::from(days) + f64::from(u32::try_from(milliseconds).ok()?) / 86_400_000.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text(text: &str) -> String {
        let mut xml = String::new();
        write_text(&mut xml, &Place { column: 0, row: 1 }, text);
        let inner = xml.strip_prefix("<c r=\"A1\" t=\"inlineStr\"><is><t>").unwrap_or(&xml);
        inner.strip_suffix("</t></is></c>").unwrap().to_owned()
    }

    #[test]
    fn places_go_on_behind_z() {
        let place = |column| Place { column, row: 7 }.to_string();
        let columns = [0, 25, 26, 51, 52, 701, 702, 16_383];
        assert_eq!(columns.map(place), ["A7", "Z7", "AA7", "AZ7", "BA7", "ZZ7", "AAA7", "XFD7"]);
    }

    #[test]
    fn what_xml_cannot_hold_is_written_as_a_code() {
        for (said, written) in [
            ("<b> & \"c\"", "&lt;b&gt; &amp; \"c\""),
            ("a\nb\tc", "a\nb\tc"),
            ("a\r\u{1}\u{ffff}b", "a_x000D__x0001__xFFFF_b"),
            ("_x0001_", "_x005F_x0001_"),
            ("_x00_ _X0001_ _x000G_", "_x00_ _X0001_ _x000G_"),
            ("=1+1", "=1+1"),
        ] {
            assert_eq!(text(said), written);
        }
        assert!(text(" a").contains("<t xml:space=\"preserve\"> a"), "what stands at an end stays");
    }

    #[test]
    fn a_text_too_long_for_a_cell_says_so() {
        let fits = "太".repeat(TEXT_MAX);
        assert_eq!(text(&fits), fits);
        let cut = text(&"𠀀".repeat(TEXT_MAX / 2 + 1));
        assert_eq!(cut.strip_suffix('…').unwrap().encode_utf16().count(), TEXT_MAX - 1);
    }

    #[test]
    fn days_are_counted_as_spreadsheets_do() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(day_number(day(1900, 3, 1)), Some(61));
        assert_eq!(day_number(day(1900, 2, 28)), None);
        assert_eq!(day_number(day(2026, 11, 19)), Some(46_345));
        assert_eq!(day_number(day(9999, 12, 31)), Some(2_958_465));
        assert_eq!(instant_number(day(2026, 11, 19).and_hms_opt(18, 0, 0).unwrap()), Some(46_345.75));
    }
}

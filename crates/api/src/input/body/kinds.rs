//! What one value of a body may be: a text, a choice, an id, a day, an instant, a number. Each is read in one spelling
//! only; what the values mean together is for the decisions.

use super::{Faults, Place, wrong_type};
use crate::limits::NAME_CHARS_MAX;
use crate::problem::codes::{Code, HttpCode};
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveTime};
use domain::correction::CorrectedValue;
use domain::language::{Text, text as texts};
use domain::period::YearPart;
use domain::policy::ClockTime;
use domain::refusal::{self, Refusal};
use domain::{days, deadline};
use serde_json::Value;
use std::ops::RangeInclusive;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use uuid::Uuid;

/// A text of 1 to `chars_max` characters, normalised to NFC (Unicode TR15), without control characters but line
/// breaks, and without what turns the direction of reading. Surrounding white space stays: it is what the client sent; a text of white space only is missing.
pub fn text(chars_max: usize) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    move |value, place, faults| {
        let Value::String(sent) = value else {
            return wrong_type(place, faults, "应为文字。", "A text is expected.");
        };
        check_text(sent, chars_max, true, place, faults)
    }
}

/// A text on one line: as [`text`], but without line breaks, and without any character that cannot be seen. For names,
/// telephone numbers, subjects and titles.
pub fn line(chars_max: usize) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    move |value, place, faults| {
        let Value::String(sent) = value else {
            return wrong_type(place, faults, "应为文字。", "A text is expected.");
        };
        check_text(sent, chars_max, false, place, faults)
    }
}

/// A text of 1 to `bytes_max` bytes, as it was sent: whatever is in it, it is compared and not kept.
pub fn secret(bytes_max: usize) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    move |value, place, faults| {
        let Value::String(sent) = value else {
            return wrong_type(place, faults, "应为文字。", "A text is expected.");
        };
        if sent.is_empty() {
            faults.push(place.plain(refusal::Code::Missing));
            None
        } else if sent.len() > bytes_max {
            faults.push(place.plain(refusal::Code::TooLong));
            None
        } else {
            Some(sent)
        }
    }
}

fn check_text(
    sent: String,
    chars_max: usize,
    line_breaks: bool,
    place: &Place<'_>,
    faults: &mut Faults,
) -> Option<String> {
    if sent.trim().is_empty() {
        faults.push(place.plain(refusal::Code::Missing));
        return None;
    }
    // Windows line ends are line breaks; everything else that is invisible is refused, not dropped: what a person
    // confirmed on the screen must be what the record says.
    let text = if line_breaks && sent.contains('\r') { sent.replace("\r\n", "\n") } else { sent };
    if let Err(refusal) = if line_breaks { domain::text::legible(&text) } else { domain::text::visible(&text) } {
        faults.push(place.because(refusal.code, refusal.detail));
        return None;
    }
    let text = if is_nfc(&text) { text } else { text.nfc().collect() };
    // Bytes first: the count of characters is only needed when it could be too many.
    if text.len() > chars_max {
        let count = text.chars().count();
        if count > chars_max {
            let detail = texts(
                format!("最多 {chars_max} 个字符，现有 {count} 个。"),
                format!("At most {chars_max} characters; there are {count}."),
            );
            faults.push(place.because(refusal::Code::TooLong, detail));
            return None;
        }
    }
    Some(text)
}

/// One of a closed list of values, by its stored name.
pub fn choice<T: Copy + 'static>(
    all: &'static [T],
    name_of: fn(T) -> &'static str,
) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T> {
    move |value, place, faults| {
        let Value::String(sent) = value else {
            return wrong_type(place, faults, "应为文字。", "A text is expected.");
        };
        let found = all.iter().copied().find(|value| name_of(*value) == sent);
        if found.is_none() {
            let detail = one_of(all.iter().map(|value| name_of(*value)));
            faults.push(place.because(refusal::Code::InvalidValue, detail));
        }
        found
    }
}

/// Says which values would fit.
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Text {
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    texts(format!("可取的值：{names}。"), format!("It may be one of: {names}."))
}

/// A UUID in its plain hyphenated form.
pub fn id<T: From<Uuid>>() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T> {
    |value, place, faults| {
        let uuid = value.as_str().and_then(parse_uuid);
        if uuid.is_none() {
            invalid(place, faults, value.is_string(), "应为 UUID。", "A UUID is expected.");
        }
        uuid.map(T::from)
    }
}

/// A UUID in its plain hyphenated form; other spellings would be other names for one thing.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok())?
}

/// A day, `2026-12-01`, of the years that a record may name.
pub fn date() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<NaiveDate> {
    |value, place, faults| {
        let date = value.as_str().and_then(parse_date);
        if date.is_none() {
            let (zh, en) = ("应为日期，如 2026-12-01。", "A date such as 2026-12-01 is expected.");
            invalid(place, faults, value.is_string(), zh, en);
        }
        date.filter(|on| within(days::plausible(*on, ""), place, faults))
    }
}

/// A part of a calendar year, as it is written and of the years that a record may name.
pub fn year_part<const MONTHS: u32>(
    zh: &'static str,
    en: &'static str,
) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<YearPart<MONTHS>> {
    move |value, place, faults| {
        let part = value.as_str().and_then(|text| text.parse::<YearPart<MONTHS>>().ok());
        if part.is_none() {
            invalid(place, faults, value.is_string(), zh, en);
        }
        part.filter(|part| within(days::plausible(part.first_day(), ""), place, faults))
    }
}

/// A day that is promised or planned under a clause: as [`date`], but what lies after those years is too far away.
pub fn day_to_come(clause: &'static str) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<NaiveDate> {
    move |value, place, faults| match value.as_str().and_then(parse_date) {
        Some(on) if on.year() > *days::YEARS.end() => {
            deadline::within_reach(on).map_err(|refusal| faults.refuse(place, refusal.under(clause))).ok().map(|()| on)
        }
        Some(_) | None => date()(value, place, faults),
    }
}

/// A day in exactly ten characters, digits but for the two hyphens: no year before the first, no shorter spelling.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let hyphen = |at: usize| matches!(at, 4 | 7);
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if hyphen(at) { b == b'-' } else { b.is_ascii_digit() });
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

/// A time of day, `13:30`.
pub fn clock_time() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<ClockTime> {
    |value, place, faults| {
        let shape = |text: &&str| text.len() == 5;
        let time = value.as_str().filter(shape).and_then(|text| NaiveTime::parse_from_str(text, "%H:%M").ok());
        if time.is_none() {
            let (zh, en) = ("应为时刻，如 13:30。", "A time of day such as 13:30 is expected.");
            invalid(place, faults, value.is_string(), zh, en);
        }
        time.map(ClockTime)
    }
}

/// Notes what is outside the years that a record may name.
fn within(plausible: Result<(), Refusal>, place: &Place<'_>, faults: &mut Faults) -> bool {
    plausible.map_err(|refusal| faults.refuse(place, refusal)).is_ok()
}

/// An instant, RFC 3339 with its offset, of the years that a record may name.
pub fn instant() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<DateTime<FixedOffset>> {
    |value, place, faults| {
        let instant = value.as_str().and_then(days::read_instant);
        if instant.is_none() {
            let (zh, en) = (
                "应为带时区偏移的时间，如 2026-11-19T14:10:00+08:00。",
                "An instant with its offset such as 2026-11-19T14:10:00+08:00 is expected.",
            );
            invalid(place, faults, value.is_string(), zh, en);
        }
        instant.filter(|at| {
            let zone = faults.zone.unwrap_or(days::ZONE);
            within(days::plausible_instant(at.to_utc(), zone), place, faults)
        })
    }
}

/// The name of one person, as it is stored.
pub fn person_name() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    named(domain::text::person_name)
}

/// A visitor's name, as it is stored.
pub fn visitor_name() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    named(domain::text::visitor_name)
}

fn named(stored: fn(&str) -> Result<String, Refusal>) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    move |value, place, faults| {
        let name = line(NAME_CHARS_MAX)(value, place, faults)?;
        stored(&name).map_err(|refusal| faults.refuse(place, refusal)).ok()
    }
}

/// A text on one line, a whole number, or `true` or `false`: whichever the place it is for asks for.
pub fn scalar(chars_max: usize) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<CorrectedValue> {
    move |value, place, faults| match value {
        Value::Bool(flag) => Some(CorrectedValue::Flag(flag)),
        Value::Number(number) if number.is_i64() => number.as_i64().map(CorrectedValue::Whole),
        value @ Value::String(_) => line(chars_max)(value, place, faults).map(CorrectedValue::Text),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => wrong_type(
            place,
            faults,
            "应为文字、整数或 true、false。",
            "A text, a whole number, true or false is expected.",
        ),
    }
}

/// `true` or `false`.
pub fn flag() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<bool> {
    |value, place, faults| {
        let flag = value.as_bool();
        if flag.is_none() {
            return wrong_type(place, faults, "应为 true 或 false。", "true or false is expected.");
        }
        flag
    }
}

/// A whole number within a range.
pub fn whole(range: RangeInclusive<u64>) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<u64> {
    move |value, place, faults| {
        if !value.is_i64() && !value.is_u64() {
            return wrong_type(place, faults, "应为整数。", "A whole number is expected.");
        }
        let number = value.as_u64().filter(|number| range.contains(number));
        if number.is_none() {
            out_of_range(&range, place, faults);
        }
        number
    }
}

/// A whole number within a range, which may be negative.
pub fn signed(range: RangeInclusive<i64>) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<i64> {
    move |value, place, faults| {
        if !value.is_i64() && !value.is_u64() {
            return wrong_type(place, faults, "应为整数。", "A whole number is expected.");
        }
        let number = value.as_i64().filter(|number| range.contains(number));
        if number.is_none() {
            faults.refuse(place, Refusal::out_of_range(range.start(), range.end()));
        }
        number
    }
}

pub(crate) fn out_of_range(range: &RangeInclusive<u64>, place: &Place<'_>, faults: &mut Faults) {
    faults.refuse(place, Refusal::out_of_range(range.start(), range.end()));
}

fn invalid(place: &Place<'_>, faults: &mut Faults, is_string: bool, zh: &str, en: &str) {
    let code = if is_string { Code::Rule(refusal::Code::InvalidValue) } else { HttpCode::WrongType.into() };
    faults.push(place.because(code, texts(zh, en)));
}

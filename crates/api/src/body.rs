//! Reads the fields of a body, collecting every fault on the way.
//!
//! A body type has a plain `fn read(fields: &mut Fields<'_>) -> Option<Self>`:
//!
//! ```
//! use api::body::{Fields, choice, read, text};
//! use domain::vocabulary::Level;
//!
//! struct Escalation { level: Level, reason: String }
//!
//! impl Escalation {
//!     fn read(fields: &mut Fields<'_>) -> Option<Self> {
//!         let level = fields.required("level", choice(Level::ALL, Level::as_str));
//!         let reason = fields.required("reason", text(10_000));
//!         Some(Self { level: level?, reason: reason? })
//!     }
//! }
//!
//! let body = read(r#"{"level":"L3","reason":"超出本网格能力"}"#.as_bytes(), Escalation::read).expect("it fits");
//! assert_eq!((body.level, body.reason.as_str()), (Level::L3, "超出本网格能力"));
//! ```
//!
//! All getters run before the first `?`, so that one answer names all faults; fields that nobody asked for are
//! unknown, which is why no list of names is kept beside the reading. Nothing is copied: values are taken out of the
//! parsed map.

use crate::codes::{Code, Edge};
use crate::language::{Text, text as texts};
use crate::limits::FAULTS_MAX;
use crate::problem::{Fault, Problem};
use crate::strict_json::{parse, push_segment};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::refusal;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use uuid::Uuid;

/// Reads a whole body: a JSON object and nothing else.
///
/// # Errors
/// 400 where it is no JSON, 422 with all faults where it does not fit.
pub fn read<T>(bytes: &[u8], read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Result<T, Problem> {
    let (value, twice) = parse(bytes)?;
    let mut faults = Faults(twice);
    let read = object(read)(value, &Place::Root, &mut faults);
    match read {
        Some(body) if faults.0.is_empty() => Ok(body),
        Some(_) | None => Err(faults.into_problem()),
    }
}

/// The faults found so far; bounded, so that a hostile body cannot make a large answer.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes one more.
    pub fn push(&mut self, fault: Fault) {
        if self.0.len() < FAULTS_MAX {
            self.0.push(fault);
        }
    }

    fn into_problem(self) -> Problem {
        if self.0.is_empty() {
            return Problem::internal("a body was refused without a fault");
        }
        Problem::unfit(self.0)
    }

    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

/// Where a value stands, as a chain on the stack: a pointer is only spelt out for a fault.
#[derive(Debug)]
pub enum Place<'a> {
    /// The body itself.
    Root,
    /// A parameter of the query.
    Query(&'a str),
    /// A field of what stands at the parent.
    Key(&'a Place<'a>, &'a str),
    /// An element of the list at the parent, from 0.
    Index(&'a Place<'a>, usize),
}

impl Place<'_> {
    /// The RFC 6901 pointer.
    pub fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Query(name) => {
                let mut pointer = "/query".to_owned();
                push_segment(&mut pointer, name);
                pointer
            }
            Self::Key(parent, key) => {
                let mut pointer = parent.pointer();
                push_segment(&mut pointer, key);
                pointer
            }
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }

    /// A fault here, in the code's own words.
    pub fn plain(&self, code: impl Into<Code>) -> Fault {
        Fault::plain(self.pointer(), code)
    }

    /// A fault here, in words of its own.
    pub fn because(&self, code: impl Into<Code>, detail: Text) -> Fault {
        Fault { pointer: self.pointer(), code: code.into(), detail }
    }
}

/// The fields of one object that are not read yet.
#[derive(Debug)]
pub struct Fields<'a> {
    map: Map<String, Value>,
    place: &'a Place<'a>,
    faults: &'a mut Faults,
}

impl Fields<'_> {
    /// A field that must be there. `kind` says what it may be: [`text`], [`choice`], [`id`], [`date`], [`instant`],
    /// [`flag`], [`whole`], [`list`], [`object`]. `None` means that a fault was noted.
    pub fn required<T>(
        &mut self,
        name: &str,
        kind: impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        let place = Place::Key(self.place, name);
        match self.map.remove(name) {
            Some(value) => kind(value, &place, self.faults),
            None => {
                self.faults.push(place.plain(refusal::Code::Missing));
                None
            }
        }
    }

    /// A field that may be left out. `None` means that it is, or that a fault was noted; with a fault the body is
    /// refused whatever its reader makes of it.
    pub fn optional<T>(
        &mut self,
        name: &str,
        kind: impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        let value = self.map.remove(name)?;
        kind(value, &Place::Key(self.place, name), self.faults)
    }

    /// Notes a fault at a field that only a comparison shows, such as an id that does not exist.
    pub fn fault(&mut self, name: &str, code: impl Into<Code>) {
        let fault = Place::Key(self.place, name).plain(code);
        self.faults.push(fault);
    }

    /// The same in words of its own.
    pub fn fault_because(&mut self, name: &str, code: impl Into<Code>, detail: Text) {
        let fault = Place::Key(self.place, name).because(code, detail);
        self.faults.push(fault);
    }

    /// Notes every field that nobody asked for.
    fn finish(self) {
        for name in self.map.keys() {
            self.faults.push(Place::Key(self.place, name).plain(Edge::UnknownField));
        }
    }
}

/// An object whose fields `read` takes; whatever it leaves is unknown.
pub fn object<T>(
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T> {
    move |value, place, faults| {
        let Value::Object(map) = value else {
            return wrong_type(place, faults, "应为对象。", "An object is expected.");
        };
        let mut fields = Fields { map, place, faults };
        let read = read(&mut fields);
        fields.finish();
        read
    }
}

/// A list of at most `max` elements of one kind; `kind` is made anew for each. `None` if any element is at fault.
pub fn list<T, K: FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T>>(
    max: usize,
    kind: impl Fn() -> K,
) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<Vec<T>> {
    move |value, place, faults| {
        let Value::Array(values) = value else {
            return wrong_type(place, faults, "应为数组。", "A list is expected.");
        };
        if values.len() > max {
            let detail = texts(
                format!("最多 {max} 项，现有 {} 项。", values.len()),
                format!("At most {max} entries; there are {}.", values.len()),
            );
            faults.push(place.because(refusal::Code::TooMany, detail));
            return None;
        }
        let mut read = Some(Vec::with_capacity(values.len()));
        for (index, value) in values.into_iter().enumerate() {
            // Every element is read, also after a fault, so that all faults are found.
            match (kind()(value, &Place::Index(place, index), faults), &mut read) {
                (Some(element), Some(list)) => list.push(element),
                (Some(_), None) => {}
                (None, _) => read = None,
            }
        }
        read
    }
}

/// A text of 1 to `chars_max` characters, normalised to NFC (Unicode TR15), without control characters but line
/// breaks. Surrounding white space stays: it is what the client sent; a text of white space only is missing.
pub fn text(chars_max: usize) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    move |value, place, faults| {
        let Value::String(sent) = value else {
            return wrong_type(place, faults, "应为文字。", "A text is expected.");
        };
        check_text(sent, chars_max, true, place, faults)
    }
}

/// A text on one line: as [`text`], but no line breaks either. For names, numbers, subjects.
pub fn line(chars_max: usize) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<String> {
    move |value, place, faults| {
        let Value::String(sent) = value else {
            return wrong_type(place, faults, "应为文字。", "A text is expected.");
        };
        check_text(sent, chars_max, false, place, faults)
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
    let bare_return = |(at, c): (usize, char)| c == '\r' && !sent[at + 1..].starts_with('\n');
    let hidden = sent.char_indices().any(|(at, c)| match c {
        '\n' => !line_breaks,
        '\r' => !line_breaks || bare_return((at, c)),
        other => other.is_control(),
    });
    if hidden {
        faults.push(place.plain(refusal::Code::ControlCharacter));
        return None;
    }
    let text = if sent.contains('\r') { sent.replace("\r\n", "\n") } else { sent };
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
            let names: Vec<_> = all.iter().map(|value| name_of(*value)).collect();
            let names = names.join(", ");
            let detail = texts(format!("可取的值：{names}。"), format!("It may be one of: {names}."));
            faults.push(place.because(refusal::Code::InvalidValue, detail));
        }
        found
    }
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

/// A day, `2026-12-01`.
pub fn date() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<NaiveDate> {
    |value, place, faults| {
        let date = value.as_str().and_then(parse_date);
        if date.is_none() {
            let (zh, en) = ("应为日期，如 2026-12-01。", "A date such as 2026-12-01 is expected.");
            invalid(place, faults, value.is_string(), zh, en);
        }
        date
    }
}

/// A day in exactly ten characters.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

/// An instant, RFC 3339 with its offset.
pub fn instant() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<DateTime<FixedOffset>> {
    |value, place, faults| {
        let instant = value.as_str().and_then(parse_instant);
        if instant.is_none() {
            let (zh, en) = (
                "应为带时区偏移的时间，如 2026-11-19T14:10:00+08:00。",
                "An instant with its offset such as 2026-11-19T14:10:00+08:00 is expected.",
            );
            invalid(place, faults, value.is_string(), zh, en);
        }
        instant
    }
}

/// An instant as RFC 3339 writes it: `T`, seconds and offset included. Years 0 to 9999.
pub fn parse_instant(text: &str) -> Option<DateTime<FixedOffset>> {
    // chrono also takes a space for the `T`; the contract has one spelling.
    (text.as_bytes().get(10) == Some(&b'T')).then(|| DateTime::parse_from_rfc3339(text).ok())?
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

pub(crate) fn out_of_range(range: &RangeInclusive<u64>, place: &Place<'_>, faults: &mut Faults) {
    let detail = texts(
        format!("应在 {} 到 {} 之间。", range.start(), range.end()),
        format!("It is to be from {} to {}.", range.start(), range.end()),
    );
    faults.push(place.because(refusal::Code::OutOfRange, detail));
}

fn wrong_type<T>(place: &Place<'_>, faults: &mut Faults, zh: &str, en: &str) -> Option<T> {
    faults.push(place.because(Edge::WrongType, texts(zh, en)));
    None
}

fn invalid(place: &Place<'_>, faults: &mut Faults, is_string: bool, zh: &str, en: &str) {
    let code = if is_string { Code::Rule(refusal::Code::InvalidValue) } else { Edge::WrongType.into() };
    faults.push(place.because(code, texts(zh, en)));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::vocabulary::Level;

    #[derive(Debug, PartialEq)]
    struct Visit {
        level: Level,
        held_at: DateTime<FixedOffset>,
        visitors: Vec<String>,
        on_the_spot: Option<bool>,
        grid: Uuid,
        count: u64,
    }

    impl Visit {
        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            let level = fields.required("level", choice(Level::ALL, Level::as_str));
            let held_at = fields.required("held_at", instant());
            let visitors = fields.required("visitors", list(3, || object(|visitor| visitor.required("name", line(5)))));
            let on_the_spot = fields.optional("on_the_spot", flag());
            let grid = fields.required("grid", id());
            let count = fields.required("count", whole(0..=9));
            Some(Self {
                level: level?,
                held_at: held_at?,
                visitors: visitors?,
                on_the_spot,
                grid: grid?,
                count: count?,
            })
        }
    }

    fn faults(body: &str) -> Vec<(String, &'static str)> {
        let problem = read(body.as_bytes(), Visit::read).unwrap_err();
        let mut faults: Vec<_> = problem.faults.into_iter().map(|fault| (fault.pointer, fault.code.as_str())).collect();
        faults.sort();
        faults
    }

    const GOOD: &str = r#"{"level":"L3","held_at":"2026-11-19T14:10:00+08:00","visitors":[{"name":"王小明"}],
        "grid":"019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11","count":9}"#;

    #[test]
    fn a_body_that_fits_is_read() {
        let visit = read(GOOD.as_bytes(), Visit::read).unwrap();
        assert_eq!((visit.level, visit.count, visit.on_the_spot), (Level::L3, 9, None));
        assert_eq!(visit.visitors, ["王小明"]);
    }

    #[test]
    fn all_faults_come_in_one_answer() {
        let body = r#"{"level":"L9","held_at":"2026-11-19T14:10:00","visitors":[{"name":"王小明","age":3},{},{"name":"a\u0007"}],
            "on_the_spot":null,"grid":7,"count":10,"count":10,"colour":"red"}"#;
        let expected = [
            ("/colour", "unknown_field"),
            ("/count", "duplicate_key"),
            ("/count", "out_of_range"),
            ("/grid", "wrong_type"),
            ("/held_at", "invalid_value"),
            ("/level", "invalid_value"),
            ("/on_the_spot", "wrong_type"),
            ("/visitors/0/age", "unknown_field"),
            ("/visitors/1/name", "missing"),
            ("/visitors/2/name", "control_character"),
        ];
        assert_eq!(faults(body), expected.map(|(at, code)| (at.to_owned(), code)));
        let problem = read(body.as_bytes(), Visit::read).unwrap_err();
        assert_eq!((problem.code.as_str(), problem.code.status()), ("invalid_body", 422));
    }

    #[test]
    fn a_single_kind_of_fault_is_the_problem_itself() {
        let body = GOOD.replace("\"count\"", "\"x\":1,\"y\":2,\"count\"");
        let problem = read(body.as_bytes(), Visit::read).unwrap_err();
        assert_eq!((problem.code.as_str(), problem.faults.len()), ("unknown_field", 2));
    }

    #[test]
    fn a_body_is_an_object() {
        assert_eq!(faults("[]"), [(String::new(), "wrong_type")]);
        assert_eq!(faults("null"), [(String::new(), "wrong_type")]);
    }

    #[test]
    fn a_hostile_body_gets_a_bounded_answer() {
        let many: Vec<_> = (0..5_000).map(|n| format!("\"k{n}\":1")).collect();
        assert_eq!(faults(&format!("{{{}}}", many.join(","))).len(), FAULTS_MAX);
    }

    fn one<T>(value: Value, kind: impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T>) -> Result<T, &'static str> {
        let mut faults = Faults::default();
        let read = kind(value, &Place::Root, &mut faults);
        match faults.0.first() {
            Some(fault) => Err(fault.code.as_str()),
            None => Ok(read.unwrap()),
        }
    }

    #[test]
    fn texts_are_normalised_and_bounded_in_characters() {
        assert_eq!(one("e\u{301}".into(), text(1)), Ok("é".to_owned()));
        assert_eq!(one("字".repeat(5).into(), text(5)), Ok("字".repeat(5)));
        assert_eq!(one("字".repeat(6).into(), text(5)), Err("too_long"));
        assert_eq!(one("a\r\nb\nc".into(), text(9)), Ok("a\nb\nc".to_owned()));
        assert_eq!(one("a\rb".into(), text(9)), Err("control_character"));
        assert_eq!(one("a\nb".into(), line(9)), Err("control_character"));
        assert_eq!(one("a\u{85}b".into(), text(9)), Err("control_character"));
        assert_eq!(one(" \n ".into(), text(9)), Err("missing"));
        assert_eq!(one(3.into(), text(9)), Err("wrong_type"));
    }

    #[test]
    fn instants_need_an_offset_and_days_one_spelling() {
        for (value, fits) in [
            ("2026-11-19T14:10:00+08:00", true),
            ("2026-11-19T06:10:00.123Z", true),
            ("2026-11-19T14:10:00", false),
            ("2026-11-19 14:10:00+08:00", false),
            ("2026-13-19T14:10:00Z", false),
            ("+12026-11-19T14:10:00Z", false),
        ] {
            assert_eq!(one(value.into(), instant()).is_ok(), fits, "{value}");
        }
        for (value, fits) in [("2026-12-01", true), ("2026-2-1", false), ("2026-02-30", false), ("02026-2-1", false)] {
            assert_eq!(one(value.into(), date()).is_ok(), fits, "{value}");
        }
        assert!(one::<Uuid>("019ab0c45f1e7c3a9d550c8a3a0b2d11".into(), id()).is_err());
        assert_eq!(one(Value::from(-1), whole(0..=5)), Err("out_of_range"));
        assert_eq!(one(Value::from(1.0), whole(0..=5)), Err("wrong_type"));
    }
}

//! Reads the query of a request as strictly as a body: nothing twice, nothing unknown, all faults in one answer.

mod in_log;
#[cfg(test)]
mod tests;

use crate::input::body::{Faults, Place, out_of_range};
use crate::limits::{CURSOR_CHARS_MAX, FAULTS_MAX, PAGE_DEFAULT, PAGE_MAX, QUERY_BYTES_MAX, TABLE_ROWS_MAX};
use crate::problem::codes::{Code, HttpCode};
use crate::problem::{Fault, Problem};
use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use domain::language::{Text, text};
use domain::refusal;
use read_models::PageRequest;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The shortest cursor: eight bytes say of which list it is, sixteen where its page ended.
const CURSOR_BYTES_MIN: usize = 24;

/// What a query is held against: the log and the time, as they are when it is read.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The log's newest position.
    pub head: u64,
    /// When its first leaf was recorded; `None` before there is one.
    pub began_at: Option<DateTime<Utc>>,
    /// Now.
    pub now: DateTime<Utc>,
    /// The town's time zone.
    pub zone: Tz,
}

/// The parameters of a query that are not read yet.
#[derive(Debug)]
pub struct Query {
    parameters: BTreeMap<String, String>,
    faults: Faults,
    /// The log; a server without one has none.
    seen: Option<Seen>,
    /// The newest position that the question may speak of: with `at_least` that one is waited for.
    reach: Option<u64>,
}

/// Which page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Items on it, 1 to 1000.
    pub limit: u64,
    /// Where it goes on; opaque to the client.
    pub cursor: Option<String>,
    /// Neither was said: a table then holds the whole list.
    pub whole: bool,
}

impl Page {
    /// As the read models take it.
    pub fn request(&self) -> PageRequest {
        PageRequest { limit: u32::try_from(self.limit).unwrap_or(u32::MAX), cursor: self.cursor.clone() }
    }

    /// The same for a table: the whole list in one where no page was asked for.
    pub fn table(&self) -> PageRequest {
        self.for_table().request()
    }

    /// The same for a list in memory.
    pub fn for_table(&self) -> Self {
        if self.whole { Self { limit: TABLE_ROWS_MAX, ..self.clone() } } else { self.clone() }
    }
}

/// As of when a question is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// Now.
    #[default]
    Now,
    /// After the leaf at this position.
    Position(u64),
    /// At this instant.
    Instant(DateTime<FixedOffset>),
}

/// Reads a whole query; whatever `read` leaves is unknown.
///
/// # Errors
/// 400 `unknown_parameter` or `bad_parameter`, with the names of all parameters at fault.
pub fn read<T>(query: &str, read: impl FnOnce(&mut Query) -> Option<T>) -> Result<T, Problem> {
    read_against(None, query, read)
}

/// The same, where positions and instants are held against the log.
///
/// # Errors
/// As for [`read`]; 400 `bad_position` for a position beyond the head or an instant in the future, `before_log` for one
/// before the first leaf.
pub fn read_against<T>(
    seen: Option<Seen>,
    query: &str,
    read: impl FnOnce(&mut Query) -> Option<T>,
) -> Result<T, Problem> {
    let mut query = Query::against(seen, query)?;
    let read = read(&mut query);
    query.end()?;
    read.ok_or_else(|| Problem::internal("a query was refused without a fault"))
}

/// That a request has no query, where there is nothing to choose: neither a parameter nor a format.
///
/// # Errors
/// 400 with all that it has.
pub fn nothing(request: &HttpRequest) -> Result<(), Problem> {
    read(request.query_string(), |_| Some(()))
}

/// Names the parameters in the detail too: they are what a person looks for.
fn named(faults: Vec<Fault>) -> Problem {
    let problem = Problem::bad_query(faults);
    let name = |fault: &Fault| fault.pointer.split('/').skip(2).collect::<Vec<_>>().join("/");
    let mut names: Vec<_> = problem.faults.iter().map(name).collect();
    names.dedup();
    let (zh, en) = (names.join("、"), names.join(", "));
    match problem.faults.as_slice() {
        [fault] => {
            let detail = fault.detail.clone();
            let (zh, en) = (format!("{zh}：{}", detail.zh), format!("{en}: {}", detail.en));
            problem.because(zh, en)
        }
        _ => problem.because(format!("参数：{zh}。"), format!("Parameters: {en}.")),
    }
}

impl Query {
    fn against(seen: Option<Seen>, query: &str) -> Result<Self, Problem> {
        let mut query = Self::parse(query)?;
        query.seen = seen;
        query.faults.zone = seen.map(|seen| seen.zone);
        let at_least = query.parameters.get("at_least").and_then(|text| text.parse().ok());
        query.reach = seen.map(|seen| seen.head.max(at_least.unwrap_or(0)));
        Ok(query)
    }

    /// Refuses what was at fault, and the parameters that nobody asked for.
    fn end(mut self) -> Result<(), Problem> {
        for name in self.parameters.keys() {
            self.faults.push(Place::Query(name).plain(HttpCode::UnknownParameter));
        }
        let faults = self.faults.into_vec();
        if faults.is_empty() { Ok(()) } else { Err(named(faults)) }
    }

    fn parse(query: &str) -> Result<Self, Problem> {
        let mut parsed = Self { parameters: BTreeMap::new(), faults: Faults::default(), seen: None, reach: None };
        if query.len() > QUERY_BYTES_MAX {
            return Err(Problem::new(HttpCode::BadParameter).because(
                format!("查询字符串最长 {QUERY_BYTES_MAX} 字节。"),
                format!("A query string has at most {QUERY_BYTES_MAX} bytes."),
            ));
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(Problem::new(HttpCode::BadParameter)
                    .because("查询字符串的百分号编码不正确。", "The query string is not percent-encoded UTF-8."));
            };
            if parsed.parameters.len() >= FAULTS_MAX {
                return Err(Problem::new(HttpCode::BadParameter)
                    .because("查询参数过多。", "There are too many query parameters."));
            }
            if parsed.parameters.contains_key(&name) {
                let detail = text("该参数出现多次。", "It is given twice.");
                let fault = Place::Query(&name).because(HttpCode::BadParameter, detail);
                parsed.faults.push(fault);
            }
            parsed.parameters.insert(name, value);
        }
        Ok(parsed)
    }

    /// Whether a parameter is there and not read yet.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.contains_key(name)
    }

    /// Leaves a parameter unread; whether there was one.
    pub fn drop(&mut self, name: &str) -> bool {
        self.parameters.remove(name).is_some()
    }

    /// Takes a parameter that has a value. An empty one is a fault, whichever it is: read as no filter it would show
    /// everything to somebody whose id was lost on the way.
    fn take(&mut self, name: &str) -> Option<String> {
        let value = self.parameters.remove(name)?;
        if value.is_empty() {
            let detail = text(
                "值为空；不需要该参数时请省略。",
                "The value is empty; leave the parameter out where it is not needed.",
            );
            self.fault_because(name, refusal::Code::InvalidValue, detail);
            return None;
        }
        Some(value)
    }

    /// A parameter that may be left out, as one of the kinds of `body/kinds.rs` that read a text.
    pub fn optional<T>(
        &mut self,
        name: &str,
        kind: impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        kind(Value::String(value), &Place::Query(name), &mut self.faults)
    }

    /// A parameter that must be there.
    pub fn required<T>(
        &mut self,
        name: &str,
        kind: impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        if !self.parameters.contains_key(name) {
            self.fault(name, refusal::Code::Missing);
        }
        self.optional(name, kind)
    }

    /// Values of a closed list, separated by commas; `fitting` says which there are.
    pub fn choices<T>(
        &mut self,
        name: &str,
        fitting: impl FnOnce() -> Text,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = self.take(name)?;
        let values: Option<Vec<T>> = value.split(',').map(parse).collect();
        if values.is_none() {
            self.fault_because(name, refusal::Code::InvalidValue, fitting());
        }
        values
    }

    /// A whole number within a range, in plain digits.
    pub fn whole(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.take(name)?;
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        let number = value.parse().ok().filter(|number| digits && range.contains(number));
        if number.is_none() {
            out_of_range(&range, &Place::Query(name), &mut self.faults);
        }
        number
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        let flag = value.parse().ok();
        if flag.is_none() {
            let detail = text("应为 true 或 false。", "true or false is expected.");
            self.fault_because(name, refusal::Code::InvalidValue, detail);
        }
        flag
    }

    /// `limit` and `cursor` of a list.
    pub fn page(&mut self) -> Page {
        self.page_of(PAGE_MAX)
    }

    /// The same where a page holds fewer at most.
    pub fn page_of(&mut self, most: u64) -> Page {
        let whole = !self.has("limit") && !self.has("cursor");
        let limit = self.whole("limit", 1..=most).unwrap_or(PAGE_DEFAULT.min(most));
        let cursor = self.take("cursor");
        let cursor = match cursor {
            Some(text) if !is_cursor(&text) => {
                self.fault("cursor", HttpCode::BadCursor);
                None
            }
            cursor => cursor,
        };
        Page { limit, cursor, whole }
    }

    /// Notes a cursor that does not go on with this query, once its filters are read. A filter that could not be read is
    /// told instead: what belongs to it cannot be known.
    pub fn goes_on(&mut self, page: &Page, fits: impl FnOnce(&str) -> bool) {
        let unread = |fault: &Fault| !matches!(fault.pointer.as_str(), "/query/limit" | "/query/at_least");
        if let Some(cursor) = &page.cursor
            && !self.faults.any(unread)
            && !fits(cursor)
        {
            self.fault("cursor", HttpCode::BadCursor);
        }
    }

    /// `format`, which outranks `Accept`.
    pub fn format(&mut self) -> Option<String> {
        self.take("format")
    }

    /// Notes a fault of a part of the address, which is told with those of the query.
    pub fn fault_in_path(&mut self, name: &str, code: impl Into<Code>, detail: Text) {
        let fault = Place::Path(name).because(code, detail);
        self.faults.push(fault);
    }

    /// Notes a fault that only a comparison shows.
    pub fn fault(&mut self, name: &str, code: impl Into<Code>) {
        let fault = Place::Query(name).plain(code);
        self.faults.push(fault);
    }

    /// The same in words of its own.
    pub fn fault_because(&mut self, name: &str, code: impl Into<Code>, detail: Text) {
        let fault = Place::Query(name).because(code, detail);
        self.faults.push(fault);
    }
}

/// Whether a text has the form of a cursor, of whichever list: base64url of a mark and a place.
fn is_cursor(text: &str) -> bool {
    let decoded = if text.len() > CURSOR_CHARS_MAX { None } else { URL_SAFE_NO_PAD.decode(text).ok() };
    decoded.is_some_and(|bytes| bytes.len() >= CURSOR_BYTES_MIN)
}

/// The value of a parameter, for those who look at a query beside its reader: nothing is refused here.
pub fn value(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(said, _)| decode(said).is_some_and(|said| said == name)).and_then(|(_, value)| decode(value))
}

/// As of when a question is asked, for those who look at a query beside its reader; what is not well said is now.
pub fn as_of(query: &str) -> AsOf {
    let position = value(query, "as_of_position").and_then(|text| text.parse().ok()).map(AsOf::Position);
    let instant = || value(query, "as_of").and_then(|text| domain::days::read_instant(&text)).map(AsOf::Instant);
    position.or_else(instant).unwrap_or_default()
}

/// Undoes percent-encoding. A plus sign stays one: the instants of this service hold it (`+08:00`), and people type
/// them into the address bar.
fn decode(encoded: &str) -> Option<String> {
    if !encoded.contains('%') {
        return Some(encoded.to_owned());
    }
    let bytes = encoded.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%' {
            let pair = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
            if !pair.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            decoded.push(u8::from_str_radix(pair, 16).ok()?);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}

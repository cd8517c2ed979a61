//! Reads the query of a request as strictly as a body: nothing twice, nothing unknown, all faults in one answer.

use crate::http::response::recorded_time;
use crate::input::body::{Faults, Place, out_of_range};
use crate::limits::{
    AT_LEAST_AHEAD_MAX, CURSOR_CHARS_MAX, FAULTS_MAX, PAGE_DEFAULT, PAGE_MAX, POSITION_MAX, QUERY_BYTES_MAX,
};
use crate::problem::codes::{Code, Edge};
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
    /// The log; a shell without a service has none.
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
        let request = self.request();
        if self.whole { PageRequest { limit: read_models::LIMIT_MAX, ..request } } else { request }
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
            self.faults.push(Place::Query(name).plain(Edge::UnknownParameter));
        }
        let faults = self.faults.into_vec();
        if faults.is_empty() { Ok(()) } else { Err(named(faults)) }
    }

    fn parse(query: &str) -> Result<Self, Problem> {
        let mut parsed = Self { parameters: BTreeMap::new(), faults: Faults::default(), seen: None, reach: None };
        if query.len() > QUERY_BYTES_MAX {
            return Err(Problem::new(Edge::BadParameter).because(
                format!("查询字符串最长 {QUERY_BYTES_MAX} 字节。"),
                format!("A query string has at most {QUERY_BYTES_MAX} bytes."),
            ));
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(Problem::new(Edge::BadParameter)
                    .because("查询字符串的百分号编码不正确。", "The query string is not percent-encoded UTF-8."));
            };
            if parsed.parameters.len() >= FAULTS_MAX {
                return Err(
                    Problem::new(Edge::BadParameter).because("查询参数过多。", "There are too many query parameters.")
                );
            }
            if parsed.parameters.contains_key(&name) {
                let detail = text("该参数出现多次。", "It is given twice.");
                let fault = Place::Query(&name).because(Edge::BadParameter, detail);
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

    /// A parameter that may be left out, as one of the kinds of `body.rs` that read a text.
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
        let whole = !self.has("limit") && !self.has("cursor");
        let limit = self.whole("limit", 1..=PAGE_MAX).unwrap_or(PAGE_DEFAULT);
        let cursor = self.take("cursor");
        let cursor = match cursor {
            Some(text) if !is_cursor(&text) => {
                self.fault("cursor", Edge::BadCursor);
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
            self.fault("cursor", Edge::BadCursor);
        }
    }

    /// `at_least`: the position that the answer must cover. One that is about to be written is waited for.
    pub fn at_least(&mut self) -> Option<u64> {
        let at_least = self.position("at_least", 0)?;
        if let Some(Seen { head, .. }) =
            self.seen.filter(|seen| at_least > seen.head.saturating_add(AT_LEAST_AHEAD_MAX))
        {
            let detail = text(
                format!("日志末尾为 {head}；最多可等待其后 {AT_LEAST_AHEAD_MAX} 个位置。"),
                format!("The log ends at {head}; at most {AT_LEAST_AHEAD_MAX} positions beyond it are waited for."),
            );
            self.fault_because("at_least", Edge::BadPosition, detail);
            return None;
        }
        Some(at_least)
    }

    /// A position or a version, from `first` on, wherever the log ends.
    pub fn position(&mut self, name: &str, first: u64) -> Option<u64> {
        self.whole(name, first..=POSITION_MAX)
    }

    /// A position that the log has reached.
    pub fn position_reached(&mut self, name: &str, first: u64) -> Option<u64> {
        let position = self.position(name, first)?;
        self.reached(name, position).then_some(position)
    }

    /// The same, of a position that must be there.
    pub fn position_required(&mut self, name: &str, first: u64) -> Option<u64> {
        if !self.parameters.contains_key(name) {
            self.fault(name, refusal::Code::Missing);
        }
        self.position_reached(name, first)
    }

    /// `from` and `to`: two positions that the log has reached, the earlier one first.
    pub fn span(&mut self) -> Option<(u64, u64)> {
        let (from, to) = (self.position_required("from", 1), self.position_required("to", 1));
        let (from, to) = (from?, to?);
        if from > to {
            let detail = text("from 不得晚于 to。", "from is not to be after to.");
            self.fault_because("from", Edge::BadParameter, detail);
        }
        Some((from, to))
    }

    /// Whether the log has reached a position that a parameter speaks of; a fault where it has not.
    pub fn reached(&mut self, name: &str, position: u64) -> bool {
        let beyond = self.reach.filter(|reach| position > *reach).and(self.seen);
        if let Some(Seen { head, .. }) = beyond {
            let detail = text(format!("日志末尾为 {head}。"), format!("The log ends at {head}."));
            self.fault_because(name, Edge::BadPosition, detail);
        }
        beyond.is_none()
    }

    /// `as_of` or `as_of_position`; both at once are a fault beside those of each.
    pub fn as_of(&mut self) -> AsOf {
        if self.has("as_of") && self.has("as_of_position") {
            let detail = text("as_of 与 as_of_position 只能用一个。", "as_of and as_of_position exclude each other.");
            self.fault_because("as_of", Edge::BadParameter, detail);
        }
        // There is nothing before the first leaf to be seen.
        let position = self.position_reached("as_of_position", 1);
        let instant = self.optional("as_of", crate::input::body::instant());
        let instant = instant.filter(|instant| self.in_the_log("as_of", instant.to_utc()));
        position.map(AsOf::Position).or(instant.map(AsOf::Instant)).unwrap_or_default()
    }

    /// Whether the log has a state of an instant: not before it began, and not in the future, where the answer would be
    /// another one tomorrow. Instants of the log are whole milliseconds, and so is now; a finer one of a client that asks
    /// for this very moment is not in the future.
    fn in_the_log(&mut self, name: &str, at: DateTime<Utc>) -> bool {
        let Some(Seen { began_at, now, .. }) = self.seen else { return true };
        if at.timestamp_millis() > now.timestamp_millis() {
            let detail = text("所述时刻在将来。", "The instant is in the future.");
            self.fault_because(name, Edge::BadPosition, detail);
            return false;
        }
        match began_at.filter(|began_at| at < *began_at).map(recorded_time) {
            Some(began_at) => {
                let detail = text(format!("日志始于 {began_at}。"), format!("The log began at {began_at}."));
                self.fault_because(name, Edge::BeforeLog, detail);
                false
            }
            None => true,
        }
    }

    /// For lists and dashboards, which answer for now only.
    pub fn now_only(&mut self) {
        for name in ["as_of", "as_of_position"] {
            if self.parameters.remove(name).is_some() {
                self.fault(name, Edge::AsOfNotSupported);
            }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::body::{choice, date, id};
    use domain::vocabulary::{IssueState, Level};
    use uuid::Uuid;

    fn refused<T: std::fmt::Debug>(result: Result<T, Problem>) -> (String, Vec<String>) {
        let problem = result.unwrap_err();
        assert_eq!(problem.code.status(), 400);
        let pointers = problem.faults.iter().map(|f| f.pointer.clone()).collect();
        (problem.code.as_str().to_owned(), pointers)
    }

    #[test]
    fn a_query_is_read() {
        let query =
            "grid_id=019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11&state=in_hand,escalated&from=2026-01-01&limit=7&level=L2";
        let (grid, states, from, page, level) = read(query, |q| {
            Some((
                q.optional("grid_id", id::<Uuid>()),
                q.choices("state", || text("", ""), IssueState::parse),
                q.optional("from", date()),
                q.page(),
                q.optional("level", choice(Level::ALL, Level::as_str)),
            ))
        })
        .unwrap();
        assert!(grid.is_some() && from.is_some());
        assert_eq!(states, Some(vec![IssueState::InHand, IssueState::Escalated]));
        assert_eq!((page.limit, level), (7, Some(Level::L2)));
    }

    #[test]
    fn every_parameter_at_fault_is_named() {
        let unknown = refused(read("colour=red&q=x", |_| Some(())));
        assert_eq!(unknown.0, "unknown_parameter");
        assert_eq!(unknown.1, ["/query/colour", "/query/q"]);
        let mixed = refused(read("limit=0&colour=red&limit=2", |q| Some(q.page())));
        assert_eq!(mixed.0, "bad_parameter");
        assert_eq!(mixed.1, ["/query/limit", "/query/colour"]);
        let problem = read("limit=1001", |q| Some(q.page())).unwrap_err();
        assert_eq!(problem.detail.unwrap().en, "limit: Must be between 1 and 1000.");
        assert_eq!(refused(read("limit=+5", |q| Some(q.page()))).0, "bad_parameter");
        assert_eq!(refused(read("a=%zz", |_| Some(()))).0, "bad_parameter");
        assert_eq!(refused(read("a=%ff", |_| Some(()))).0, "bad_parameter");
        assert_eq!(refused(read("cursor=%20", |q| Some(q.page()))).0, "bad_cursor");
        assert_eq!(refused(read(&"a".repeat(10_000), |_| Some(()))).0, "bad_parameter");
    }

    /// A search box that was emptied, an id that was lost on the way: nobody is shown everything for it.
    #[test]
    fn an_empty_value_is_refused_whichever_parameter_it_is() {
        let query = "grid_id=&state=&limit=&cursor=&as_of=&format=&flag=&at_least=";
        let (code, pointers) = refused(read(query, |q| {
            Some((
                q.optional("grid_id", id::<Uuid>()),
                q.choices("state", || text("", ""), IssueState::parse),
                q.page(),
                q.as_of(),
                q.format(),
                q.flag("flag"),
                q.at_least(),
            ))
        }));
        assert_eq!((code.as_str(), pointers.len()), ("bad_parameter", 8), "{pointers:?}");
    }

    fn seen() -> Seen {
        let now = DateTime::from_timestamp_millis(1_795_000_000_000).unwrap();
        Seen { head: 50, began_at: Some(now - chrono::TimeDelta::days(1)), now, zone: Tz::Asia__Shanghai }
    }

    #[test]
    fn instants_are_held_against_the_log_and_the_time() {
        let as_of = |query: &str| read_against(Some(seen()), query, |query| Some(query.as_of()));
        let at = |at: DateTime<Utc>| format!("as_of={}", at.to_rfc3339());
        let Seen { now, began_at, .. } = seen();
        assert!(as_of(&at(now)).is_ok() && as_of(&at(began_at.unwrap())).is_ok());
        // Finer than a millisecond nothing is known of now.
        assert!(as_of(&at(now + chrono::TimeDelta::microseconds(999))).is_ok());
        let second = chrono::TimeDelta::seconds(1);
        let ahead = refused(as_of(&format!("{}&colour=red", at(now + second))));
        assert_eq!(ahead.1, ["/query/as_of", "/query/colour"]);
        assert_eq!(refused(as_of(&at(now + second))).0, "bad_position");
        assert_eq!(refused(as_of(&at(began_at.unwrap() - second))).0, "before_log");
        // One range for all, judged in the town's zone.
        assert_eq!(refused(as_of("as_of=1950-01-01T00:00:00+08:00")).0, "before_log");
        assert_eq!(refused(as_of("as_of=1949-12-31T23:59:59+08:00")).0, "bad_parameter");
    }

    #[test]
    fn positions_are_held_against_the_head_and_the_range_of_clients() {
        let read = |query: &str| {
            let all = |q: &mut Query| Some((q.position_reached("after", 0), q.at_least(), q.as_of()));
            read_against(Some(seen()), query, all)
        };
        assert!(read("after=50&as_of_position=50").is_ok());
        // What is waited for may be spoken of.
        assert!(read("after=51&as_of_position=51&at_least=51").is_ok() && read("at_least=10050").is_ok());
        let (code, pointers) = refused(read("after=51&as_of_position=51"));
        assert_eq!(
            (code.as_str(), pointers),
            ("bad_position", vec!["/query/after".into(), "/query/as_of_position".into()])
        );
        assert_eq!(refused(read("at_least=10051")), ("bad_position".into(), vec!["/query/at_least".into()]));
        let beyond = refused(read("after=9223372036854775808&at_least=9223372036854775808"));
        assert_eq!((beyond.0.as_str(), beyond.1.len()), ("bad_parameter", 2));
        assert_eq!(refused(read("at_least=9223372036854775807")).0, "bad_position");
    }

    #[test]
    fn as_of_is_one_or_the_other() {
        let as_of = |query: &str| read(query, |q| Some(q.as_of()));
        assert_eq!(as_of("").unwrap(), AsOf::Now);
        assert_eq!(as_of("as_of_position=12").unwrap(), AsOf::Position(12));
        for instant in ["2026-11-19T14:10:00+08:00", "2026-11-19T14:10:00%2B08:00"] {
            assert!(matches!(as_of(&format!("as_of={instant}")), Ok(AsOf::Instant(_))));
        }
        let both = refused(as_of("as_of_position=1&as_of=2026-11-19T14:10:00Z"));
        assert_eq!(both.0, "bad_parameter");
        let each = refused(as_of("as_of_position=0&as_of=noon"));
        assert_eq!(each.1, ["/query/as_of", "/query/as_of_position", "/query/as_of"]);
        let lists = refused(read("as_of_position=1", |q| {
            q.now_only();
            Some(())
        }));
        assert_eq!(lists.0, "as_of_not_supported");
    }
}

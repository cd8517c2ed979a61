//! Reads the fields of a body, collecting every fault on the way.
//!
//! Bodies are declared, and the declaration makes their readers (`body/declare.rs`). Such a reader is a plain
//! `fn read(fields: &mut Fields<'_>) -> Option<Self>`; by hand it would be:
//!
//! ```
//! use api::input::body::{Fields, choice, read, text};
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

mod declare;
mod facts;
mod field_types;
mod kind;
mod kinds;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod tests;

pub(crate) use declare::*;
pub use facts::*;
pub(crate) use field_types::*;
pub(crate) use kind::*;
pub use kinds::*;
#[cfg(test)]
pub(crate) use schema::*;

use crate::input::strict_json::{Parsed, parse, push_segment};
use crate::limits::FAULTS_MAX;
use crate::problem::codes::{Code, HttpCode};
use crate::problem::{Fault, Problem};
use chrono_tz::Tz;
use domain::language::{self, text as texts};
use domain::refusal::{self, Refusal};
use serde_json::{Map, Value};

/// Reads a whole body: a JSON object and nothing else.
///
/// # Errors
/// 400 where it is no JSON, 422 with all faults where it does not fit.
pub fn read<T>(bytes: &[u8], read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Result<T, Problem> {
    read_against(parse(bytes)?, None, read).finish()
}

/// Reads a whole body and holds it against the town and the time. What it names in the log is still to be looked for.
pub(crate) fn read_against<T>(
    (value, twice): Parsed,
    facts: Option<Facts>,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Reading<T> {
    let zone = facts.as_ref().map(Facts::zone);
    let mut faults = Faults { found: twice, facts, zone, look_ups: Vec::new() };
    let body = object(read)(value, &Place::Root, &mut faults);
    Reading { body, faults }
}

/// A body that was read, with all its faults.
#[derive(Debug)]
pub(crate) struct Reading<T> {
    body: Option<T>,
    faults: Faults,
}

impl<T> Reading<T> {
    /// What is wrong with it so far, and what is still to be looked for.
    pub fn faults(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// What could be read of it, whatever is wrong with the rest; a field of the kind [`Perhaps`] may be missing in it.
    pub fn body(&self) -> Option<&T> {
        self.body.as_ref()
    }

    /// The body, if it has no fault.
    pub fn finish(self) -> Result<T, Problem> {
        match self.body {
            Some(body) if self.faults.found.is_empty() => Ok(body),
            Some(_) | None => Err(self.faults.into_problem()),
        }
    }
}

/// The faults found so far; bounded, so that a hostile body cannot make a large answer.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<Fault>,
    /// What values are held against; a query, and a body read for itself, has none.
    facts: Option<Facts>,
    /// The town's time zone, where it is known.
    pub(crate) zone: Option<Tz>,
    look_ups: Vec<LookUp>,
}

impl Faults {
    /// Notes one more.
    pub fn push(&mut self, fault: Fault) {
        if self.found.len() < FAULTS_MAX {
            self.found.push(fault);
        }
    }

    /// Notes what is said of a body by what no reader of it knows.
    pub(crate) fn note(&mut self, refusals: impl IntoIterator<Item = Refusal>) {
        refusals.into_iter().for_each(|refusal| self.push(refusal.into()));
    }

    /// What is to be looked for in the log.
    pub(crate) fn look_ups(&mut self) -> Vec<LookUp> {
        std::mem::take(&mut self.look_ups)
    }

    /// Notes that something was looked for and is not there.
    pub(crate) fn unknown(&mut self, look_up: LookUp) {
        self.push(Fault::plain(look_up.pointer, refusal::Code::UnknownId));
    }

    /// Notes what a rule says of the value at a place.
    fn refuse(&mut self, place: &Place<'_>, refusal: Refusal) {
        self.push(refusal.at(place.pointer()).into());
    }

    /// Whether there is one of a kind.
    pub(crate) fn any(&self, of: impl FnMut(&Fault) -> bool) -> bool {
        self.found.iter().any(of)
    }

    fn into_problem(self) -> Problem {
        if self.found.is_empty() {
            return Problem::internal("a body was refused without a fault");
        }
        Problem::unfit(self.found)
    }

    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.found
    }
}

/// Where a value stands, as a chain on the stack: a pointer is only spelt out for a fault.
#[derive(Debug)]
pub enum Place<'a> {
    /// The body itself.
    Root,
    /// A parameter of the query.
    Query(&'a str),
    /// A part of the address.
    Path(&'a str),
    /// A field of what stands at the parent.
    Key(&'a Place<'a>, &'a str),
    /// An element of the list at the parent, from 0.
    Index(&'a Place<'a>, usize),
}

/// The pointer to what is no part of the body.
fn beside(part: &str, name: &str) -> String {
    let mut pointer = part.to_owned();
    push_segment(&mut pointer, name);
    pointer
}

impl Place<'_> {
    /// The RFC 6901 pointer.
    pub fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Query(name) => beside("/query", name),
            Self::Path(name) => beside("/path", name),
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
    pub fn because(&self, code: impl Into<Code>, detail: language::Text) -> Fault {
        Fault { detail, ..self.plain(code) }
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

    /// A field of a declared body, as its kind reads it.
    pub(crate) fn field<K: Kind>(&mut self, name: &str) -> Option<K::Value> {
        let place = Place::Key(self.place, name);
        match self.map.remove(name) {
            Some(value) => K::read(value, &place, self.faults),
            None => K::left_out(&place, self.faults),
        }
    }

    /// A field of a declared body that is read in a way of its own.
    pub(crate) fn by<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        read(self)
    }

    /// Notes what rules say of fields of a declared body.
    pub(crate) fn held_against<R: IntoIterator<Item = Refusal>>(&mut self, rules: impl FnOnce(Option<&Facts>) -> R) {
        let facts = self.facts();
        self.refuse(rules(facts.as_ref()));
    }

    /// Notes a fault at a field that only a comparison shows, such as an id that does not exist.
    pub fn fault(&mut self, name: &str, code: impl Into<Code>) {
        let fault = Place::Key(self.place, name).plain(code);
        self.faults.push(fault);
    }

    /// The same in words of its own.
    pub fn fault_because(&mut self, name: &str, code: impl Into<Code>, detail: language::Text) {
        let fault = Place::Key(self.place, name).because(code, detail);
        self.faults.push(fault);
    }

    /// Whether a field was sent and is not read yet.
    pub fn holds(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// What the body is held against; `None` where it is read for itself.
    pub fn facts(&self) -> Option<Facts> {
        self.faults.facts.clone()
    }

    /// Notes what rules say of the body, whatever the thing that the command is to; their pointers are those of the
    /// whole body. Of a field that does not belong here nothing else is said: whether it was well said does not matter. So
    /// this comes after the fields were read.
    pub fn refuse(&mut self, refusals: impl IntoIterator<Item = Refusal>) {
        let refused: Vec<Fault> = refusals.into_iter().map(Fault::from).collect();
        self.faults.found.retain(|fault| refused.iter().all(|refused| refused.pointer != fault.pointer));
        for fault in refused {
            self.faults.push(fault);
        }
    }

    /// Notes every field that nobody asked for.
    fn finish(self) {
        for name in self.map.keys() {
            self.faults.push(Place::Key(self.place, name).plain(HttpCode::UnknownField));
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

fn wrong_type<T>(place: &Place<'_>, faults: &mut Faults, zh: &str, en: &str) -> Option<T> {
    faults.push(place.because(HttpCode::WrongType, texts(zh, en)));
    None
}

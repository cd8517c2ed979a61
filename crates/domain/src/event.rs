//! Everything that can have happened, in two levels: a family, and a fact of that family. Stored names are texts
//! chosen once (`issue.raised`), never derived from Rust names; shapes are public and for ever (FORMAT §7).
//!
//! A type gains a field only by a new schema: add the upcast in [`Event::decode`], keep every golden file.

mod names;

use crate::area::AreaEvent;
use crate::calendar::CalendarEvent;
use crate::delegate::DelegateEvent;
use crate::issue::IssueEvent;
use crate::log::{AccountEvent, LogEvent};
use crate::major_issue::MajorIssueEvent;
use crate::office::OfficeEvent;
use crate::policy::PolicyEvent;
use crate::programme::ProgrammeEvent;
use crate::reception::ReceptionEvent;
use crate::roster::RosterEvent;
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One fact of any family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// The log itself.
    Log(LogEvent),
    /// Accounts and tokens.
    Account(AccountEvent),
    /// The programme.
    Programme(ProgrammeEvent),
    /// Policy versions.
    Policy(PolicyEvent),
    /// Working calendars.
    Calendar(CalendarEvent),
    /// Town, grids, units and their office-holders.
    Area(AreaEvent),
    /// Delegates, mandates, assignments.
    Delegate(DelegateEvent),
    /// Offices and handling units.
    Office(OfficeEvent),
    /// Roster imports.
    Roster(RosterEvent),
    /// Receptions.
    Reception(ReceptionEvent),
    /// Issues.
    Issue(IssueEvent),
    /// Major issues.
    MajorIssue(MajorIssueEvent),
}

macro_rules! from_family {
    ($($variant:ident($family:ty);)+) => {$(
        impl From<$family> for Event {
            fn from(event: $family) -> Self {
                Self::$variant(event)
            }
        }
    )+};
}

from_family! {
    Log(LogEvent);
    Account(AccountEvent);
    Programme(ProgrammeEvent);
    Policy(PolicyEvent);
    Calendar(CalendarEvent);
    Area(AreaEvent);
    Delegate(DelegateEvent);
    Office(OfficeEvent);
    Roster(RosterEvent);
    Reception(ReceptionEvent);
    Issue(IssueEvent);
    MajorIssue(MajorIssueEvent);
}

/// A stored event that this version of the program cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event_type}/{schema} cannot be read: {why}")]
pub struct Undecodable {
    /// Stored type.
    pub event_type: String,
    /// Stored schema.
    pub schema: u32,
    /// What is wrong.
    pub why: String,
}

/// An event as the leaf holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// `<family>.<fact>`.
    pub event_type: String,
    /// Version of the shape.
    pub schema: u32,
    /// The public facts, an object.
    pub public: Value,
}

impl Event {
    /// Reads a stored event.
    ///
    /// Errors: [`Undecodable`] for an unknown type or schema, or a shape that does not fit.
    pub fn decode(event_type: &str, schema: u32, public: Value) -> Result<Self, Undecodable> {
        fn family<T: DeserializeOwned>(tagged: [(&str, Value); 2]) -> Result<T, serde_json::Error> {
            T::deserialize(MapDeserializer::new(tagged.into_iter()))
        }
        let undecodable = |why: String| Undecodable { event_type: event_type.to_owned(), schema, why };
        if schema == 0 || schema > Self::newest_schema(event_type) {
            return Err(undecodable("unknown schema".to_owned()));
        }
        // Schema 2 only lets the year be absent: whatever schema 1 holds is read as it stands.
        if event_type == names::DEADLINE_RECOMPUTED && schema == 1 && public.get("calendar_year").is_none() {
            return Err(undecodable("missing field `calendar_year`".to_owned()));
        }
        // The type comes first, so that the facts are read as what they are and not put by until it is known.
        let tagged = [("type", Value::from(event_type)), ("public", public)];
        match event_type.split('.').next().unwrap_or_default() {
            "log" => family(tagged).map(Event::Log),
            "account" => family(tagged).map(Event::Account),
            "programme" => family(tagged).map(Event::Programme),
            "policy" => family(tagged).map(Event::Policy),
            "calendar" => family(tagged).map(Event::Calendar),
            "area" => family(tagged).map(Event::Area),
            "delegate" => family(tagged).map(Event::Delegate),
            "office" => family(tagged).map(Event::Office),
            "roster" => family(tagged).map(Event::Roster),
            "reception" => family(tagged).map(Event::Reception),
            "issue" => family(tagged).map(Event::Issue),
            "major_issue" => family(tagged).map(Event::MajorIssue),
            _ => return Err(undecodable("unknown family".to_owned())),
        }
        .map_err(|error| undecodable(error.to_string()))
    }

    /// The event as it is stored, in the newest schema of its type.
    pub fn encode(&self) -> Encoded {
        // Every family is an adjacently tagged enum of plain structs with string keys; serialising one cannot fail.
        let mut tagged = match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            Ok(_) | Err(_) => Map::new(),
        };
        let event_type = match tagged.remove("type") {
            Some(Value::String(name)) => name,
            Some(_) | None => String::new(),
        };
        let schema = Self::newest_schema(&event_type);
        Encoded { event_type, schema, public: tagged.remove("public").unwrap_or_else(|| json!({})) }
    }
}

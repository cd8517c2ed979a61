//! Something owed: what it is about, who owes it, by when, and how it stands by what is recorded.

use crate::claims::Claim;
use crate::ids::{AreaId, DelegateId, ObligationId, derived};
use crate::policy::Policy;
use crate::vocabulary::{Breach, ObligationCode, ObligationPart, Shortfall};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use uuid::Uuid;

/// Which part of an obligation is meant: a word, or whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// One of the parts that the obligation has.
    Word(ObligationPart),
    /// That of a delegate or a unit.
    Of(Uuid),
}

impl Part {
    /// The word, where it is one.
    pub const fn word(self) -> Option<ObligationPart> {
        match self {
            Self::Word(word) => Some(word),
            Self::Of(_) => None,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => word.fmt(f),
            Self::Of(id) => id.fmt(f),
        }
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let word = ObligationPart::parse(&text).map(Self::Word);
        let part = word.or_else(|| Uuid::try_parse(&text).ok().map(Self::Of));
        part.ok_or_else(|| de::Error::custom("neither a part nor an id"))
    }
}

/// What makes an obligation the one it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What is owed.
    pub code: ObligationCode,
    /// Which part of it.
    pub part: Option<Part>,
    /// The stream that it is about, `session/<uuid>`.
    pub about: String,
    /// The period, where it comes again: a quarter, a half-year, a year, a day or a cycle.
    pub period: Option<String>,
}

impl Key {
    /// The key as it is written: code, part, about and period, each on a line of its own, empty where there is none.
    pub fn text(&self) -> String {
        let part = self.part.map(|part| part.to_string()).unwrap_or_default();
        format!("{}\n{part}\n{}\n{}", self.code, self.about, self.period.as_deref().unwrap_or_default())
    }

    /// The id that follows from it.
    pub fn id(&self) -> ObligationId {
        ObligationId(derived("obligation", &self.text()))
    }
}

/// Who owes: a delegate, a grid or one of its units, or whoever serves a grid as liaison, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwedBy {
    /// Of which family the id is.
    pub family: OwingFamily,
    /// Who.
    pub id: Uuid,
    /// The name of a liaison, who has no id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Families of those who owe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwingFamily {
    /// A delegate.
    Delegate,
    /// A town, a grid or a unit.
    Area,
}

impl OwedBy {
    /// A delegate.
    pub const fn delegate(id: DelegateId) -> Self {
        Self { family: OwingFamily::Delegate, id: id.0, name: None }
    }

    /// A town, a grid or a unit.
    pub const fn area(id: AreaId) -> Self {
        Self { family: OwingFamily::Area, id: id.0, name: None }
    }
}

/// An obligation as it stands by what was recorded before an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation<'a> {
    /// Which.
    pub key: Key,
    /// The grid in whose scope it is.
    pub grid_id: AreaId,
    /// Who owes it.
    pub owed_by: OwedBy,
    /// The leaf that opened it.
    pub opened: Claim,
    /// The day from which it is owed.
    pub opens_on: NaiveDate,
    /// The day by which it is owed.
    pub due_on: NaiveDate,
    /// Of one that comes again by quarters, half-years or years, the first day of its own.
    pub period_from: Option<NaiveDate>,
    /// True where a year without a published calendar was looked at.
    pub provisional: bool,
    /// The fact that discharged it and the day from which that counts, in time or not.
    pub kept: Option<(NaiveDate, Claim)>,
    /// Whether it was kept is known from this instant on; at once where there is none.
    pub kept_since: Option<DateTime<Utc>>,
    /// The fact by which nothing is owed any more, though it was not done.
    pub excused: Option<Claim>,
    /// Somebody can and must still act, so that a tier makes sense: until this day begins, or without an end.
    pub waits: Option<Waits>,
    /// What it may be found in breach of, each by its own day.
    pub charges: Vec<Charge>,
    /// The policy version that it is judged by.
    pub policy: &'a Policy,
}

impl<'a> Obligation<'a> {
    /// One that a leaf opened and of which nothing is done yet; nor is it said what it would be found in breach of.
    pub(super) fn opened(
        key: Key,
        (grid_id, owed_by): (AreaId, OwedBy),
        opened: Claim,
        due_on: NaiveDate,
        policy: &'a Policy,
    ) -> Self {
        Self {
            key,
            grid_id,
            owed_by,
            opened,
            opens_on: policy.town_date(opened.at).min(due_on),
            due_on,
            period_from: None,
            provisional: false,
            kept: None,
            kept_since: None,
            excused: None,
            waits: None,
            charges: Vec::new(),
            policy,
        }
    }
}

/// How long somebody can still act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Until it is done.
    On,
    /// Only before a day.
    Before(NaiveDate),
}

/// What an obligation may be found in breach of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What it is called; nothing of what is only counted, and never found.
    pub what: Option<Breach>,
    /// What was missing, where that is told.
    pub missing: Vec<Shortfall>,
    /// The day by which it should have been done.
    pub due_on: NaiveDate,
    /// Whether, by what is known, it was not done by then.
    pub unkept: bool,
    /// Somebody looked and found it so: it is judged then, and not after its day.
    pub found: Option<Claim>,
}

impl Charge {
    /// One that is judged after its day, of which no part is told.
    pub(super) fn of(what: Breach, due_on: NaiveDate, unkept: bool) -> Self {
        Self { what: Some(what), ..Self::counted(due_on, unkept) }
    }

    /// Of what is only counted.
    pub(super) const fn counted(due_on: NaiveDate, unkept: bool) -> Self {
        Self { what: None, missing: Vec::new(), due_on, unkept, found: None }
    }
}

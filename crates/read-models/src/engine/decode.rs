//! From a stored leaf to a fact of the domain, once for all models.

use crate::engine::failure::Failure;
use chrono::{DateTime, Utc};
use domain::Stamp;
use domain::event::Event;
use domain::ids::AccountId;
use event_store::leaf::LeafBox;
use event_store::{LogError, Position, Recorded, StreamId};
use std::sync::OnceLock;
use uuid::Uuid;

/// A leaf as folds see it.
pub(crate) struct Fact {
    /// Its stream.
    pub stream: StreamId,
    /// Its stored type.
    pub event_type: String,
    /// What it says of its boxes.
    pub boxes: Vec<LeafBox>,
    /// What happened.
    pub event: Event,
    /// What the envelope says around it.
    pub stamp: Stamp,
}

impl Fact {
    /// The id in the stream's name.
    pub(crate) fn uuid(&self) -> Result<Uuid, Failure> {
        self.stream.uuid().ok_or_else(|| Failure::Undecodable {
            position: Position(self.stamp.position),
            why: format!("{} names no uuid", self.stream),
        })
    }

    /// Refuses an event that does not come right after `known`, the version folded so far.
    pub(crate) fn follows(&self, known: u64) -> Result<(), Failure> {
        if self.stamp.version == known + 1 {
            return Ok(());
        }
        Err(Failure::Undecodable {
            position: Position(self.stamp.position),
            why: format!(
                "{} at version {} does not follow version {known} of {}",
                self.event_type, self.stamp.version, self.stream
            ),
        })
    }

    /// Refuses an event that has no place in its stream.
    pub(crate) fn misplaced(&self) -> Failure {
        Failure::Undecodable {
            position: Position(self.stamp.position),
            why: format!("{} has no place at version {} of {}", self.event_type, self.stamp.version, self.stream),
        }
    }
}

/// Reads an event. One that this program does not understand stops the model: skipping it would be a hole that
/// nobody sees.
pub(crate) fn fact(recorded: &Recorded) -> Result<Fact, Failure> {
    let leaf = recorded.text().map_err(|error| unreadable(recorded, &error))?;
    let undecodable = |why: String| Failure::Undecodable { position: recorded.position, why };
    let event = Event::read_stored(leaf.event_type, leaf.schema, leaf.public)
        .map_err(|error| undecodable(error.to_string()))?;
    let stamp = Stamp {
        position: recorded.position.0,
        version: leaf.version.0,
        occurred_at: instant(recorded.position, leaf.occurred_at)?,
        recorded_at: instant(recorded.position, leaf.recorded_at)?,
        policy: leaf.policy.map(|position| position.0),
        calendar: leaf.calendar.map(|position| position.0),
        account: AccountId::of_actor(leaf.actor),
    };
    let stream = StreamId::new(leaf.stream).ok_or_else(|| undecodable("its stream has no name".to_owned()))?;
    let boxes = leaf.boxes().ok_or_else(|| undecodable("what it says of its boxes cannot be read".to_owned()))?;
    Ok(Fact { stream, event_type: leaf.event_type.to_owned(), boxes, event, stamp })
}

/// When a leaf was recorded, whatever it says.
pub(crate) fn recorded_at(recorded: &Recorded) -> Result<DateTime<Utc>, Failure> {
    let leaf = recorded.text().map_err(|error| unreadable(recorded, &error))?;
    instant(recorded.position, leaf.recorded_at)
}

/// The families of streams that models are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Issues.
    Issue,
    /// Receptions.
    Reception,
    /// Major issues.
    MajorIssue,
    /// Sessions.
    Session,
    /// Leaves of absence.
    Leave,
    /// Activities, meetings, studies, deeds, appointments, typical cases.
    Undertaking,
    /// Offices.
    Office,
    /// The town, its grids and units.
    Area,
    /// Policies and calendars, which rows depend on.
    Reference,
    /// Delegates.
    Delegate,
    /// What the clock found, and what was said of it.
    Obligation,
    /// Appraisals of the annual review.
    Appraisal,
    /// All others.
    Other,
}

impl Family {
    /// All of them, for a model that every event is of.
    pub const ALL: &'static [Self] = &[
        Self::Issue,
        Self::Reception,
        Self::MajorIssue,
        Self::Session,
        Self::Leave,
        Self::Undertaking,
        Self::Office,
        Self::Area,
        Self::Delegate,
        Self::Obligation,
        Self::Appraisal,
        Self::Reference,
        Self::Other,
    ];

    fn of(name: &str) -> Self {
        match name {
            "issue" => Self::Issue,
            "reception" => Self::Reception,
            "major_issue" => Self::MajorIssue,
            "session" => Self::Session,
            "leave" => Self::Leave,
            "activity" | "meeting" | "study" | "deed" | "appointment" | "typical_case" => Self::Undertaking,
            "office" => Self::Office,
            "area" => Self::Area,
            "policy" | "calendar" => Self::Reference,
            "delegate" => Self::Delegate,
            "obligation" => Self::Obligation,
            "appraisal" => Self::Appraisal,
            _ => Self::Other,
        }
    }
}

/// An event of the log on its way through the models. Several of them want the same facts, so the first that asks
/// reads them for all.
pub struct LogEntry {
    recorded: Recorded,
    family: Family,
    fact: OnceLock<Result<Fact, String>>,
}

impl LogEntry {
    pub(crate) fn of(recorded: Recorded) -> Self {
        let (stream, _) = recorded.stream_and_type();
        let family = Family::of(stream.split('/').next().unwrap_or(stream));
        Self { recorded, family, fact: OnceLock::new() }
    }

    /// Its place in the log.
    pub const fn position(&self) -> Position {
        self.recorded.position
    }

    /// Leaf and boxes as they are stored.
    pub const fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    /// Bytes of leaf and boxes.
    pub(crate) fn bytes(&self) -> usize {
        self.recorded.leaf.len() + self.recorded.boxes.iter().map(|sealed| sealed.len()).sum::<usize>()
    }

    /// Family of its stream.
    pub(crate) const fn family(&self) -> Family {
        self.family
    }

    /// What happened. An event that this program does not understand stops the model that asks.
    pub(crate) fn fact(&self) -> Result<&Fact, Failure> {
        let read = self.fact.get_or_init(|| fact(&self.recorded).map_err(|failure| failure.why_undecodable()));
        read.as_ref().map_err(|why| Failure::Undecodable { position: self.recorded.position, why: why.clone() })
    }
}

pub(crate) fn unreadable(recorded: &Recorded, error: &LogError) -> Failure {
    Failure::Undecodable { position: recorded.position, why: error.to_string() }
}

fn instant(position: Position, ms: i64) -> Result<DateTime<Utc>, Failure> {
    DateTime::from_timestamp_millis(ms)
        .ok_or_else(|| Failure::Undecodable { position, why: format!("{ms} ms is not an instant") })
}

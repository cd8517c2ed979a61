//! What may happen in the liaison service of the two kinds of delegates (两代表): areas, people, rules, receptions,
//! issues, major issues, sessions with their notices, leave, activities, meetings, deeds, appointments, studies, typical
//! cases, annual reviews, files, and what all of it makes people owe.
//!
//! Pure: no clock, no randomness, no IO, no async, no HTTP. Events are facts of the past; a state is the fold of its
//! events ([`Fold`]); a decision takes states and answers with events or a [`refusal::Refusal`].
//!
//! Reading order: [`event`] (everything that can have happened, with its stored name), [`reception`], [`issue`],
//! [`major_issue`], [`meeting`], [`session`] and [`notice`], [`leave`], [`activity`], [`deed`], [`appointment`], [`study`],
//! [`hearing`] and [`typical_case`], [`annual_review`] and [`appraisal`], [`mod@file`], [`erasure`] and [`legal_hold`], [`personal_data`] and [`log_opening`], [`clock`], [`clause`], then the
//! rules they lean on: [`policy`], [`calendar`], [`deadline`].

pub mod access;
pub mod account;
pub mod activity;
pub mod annual_review;
pub mod appointment;
pub mod appraisal;
pub mod area;
pub mod calendar;
pub mod claims;
pub mod clause;
pub mod clock;
pub mod correction;
pub mod days;
pub mod deadline;
pub mod deed;
pub mod delegate;
pub mod erasure;
pub mod event;
pub mod event_type;
pub mod file;
pub mod filing;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod hearing;
pub mod ids;
pub mod issue;
pub mod language;
pub mod leave;
pub mod legal_hold;
pub mod log;
pub mod log_opening;
pub mod major_issue;
pub mod meeting;
pub mod names;
pub mod notice;
pub mod office;
pub mod period;
pub mod personal_data;
pub mod policy;
pub mod programme;
pub mod proposal;
pub mod reception;
pub mod refusal;
pub mod review;
pub mod roster;
pub mod rules;
pub mod session;
pub mod step;
pub mod study;
pub mod task;
pub mod text;
pub mod typical_case;
pub mod vocabulary;

use chrono::{DateTime, Utc};

/// A state is the sum of its events. A fold only remembers: it never fails and never judges.
pub trait Fold: Default {
    /// The events of the state's family.
    type Event;

    /// Takes one more event into account. `at` is what the leaf says around it.
    fn apply(&mut self, event: &Self::Event, at: &Stamp);
}

/// What a leaf's envelope says of an event, as far as states need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Place in the log, dense from 1.
    pub position: u64,
    /// Place in the stream, dense from 1.
    pub version: u64,
    /// When it is claimed to have happened.
    pub occurred_at: DateTime<Utc>,
    /// When the server recorded it.
    pub recorded_at: DateTime<Utc>,
    /// Position of the policy version it was decided under.
    pub policy: Option<u64>,
    /// Position of the newest calendar event its decision knew.
    pub calendar: Option<u64>,
    /// The account that did it; nothing where the system or a visitor did.
    pub account: Option<ids::AccountId>,
}

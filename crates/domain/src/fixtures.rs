//! What tests of several modules start from: the data that an empty log is given.
#![allow(clippy::unwrap_used)]

use crate::calendar::{CalendarEvent, CalendarYear, Calendars};
use crate::policy::{Policies, PolicyEvent};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate};

pub const POLICY: &str = include_str!("../../../data/policy-default.json");
pub const ROSTER: &[u8] = include_bytes!("../../../data/jiangqiao-roster.csv");
const YEARS: [&str; 3] = [
    include_str!("../../../data/calendars/2024.json"),
    include_str!("../../../data/calendars/2025.json"),
    include_str!("../../../data/calendars/2026.json"),
];

/// A day written as in the documents.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What surrounds the leaf at a position; times are the epoch.
pub fn stamp(position: u64, version: u64) -> Stamp {
    let at = DateTime::UNIX_EPOCH;
    Stamp { position, version, occurred_at: at, recorded_at: at, policy: None, calendar: None, account: None }
}

/// The calendars shipped, read as they are.
pub fn calendar_years() -> Vec<CalendarYear> {
    YEARS.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

/// The calendars shipped, published at positions 11, 12, 13.
pub fn calendars() -> Calendars {
    let mut calendars = Calendars::default();
    for (position, year) in (11..).zip(calendar_years()) {
        calendars.apply(&CalendarEvent::Published(year), &stamp(position, 1));
    }
    calendars
}

/// The default policy, adopted at position 3.
pub fn policies() -> Policies {
    let mut policies = Policies::default();
    policies.apply(
        &PolicyEvent::VersionAdopted(serde_json::from_str::<serde_json::Value>(POLICY).unwrap().into()),
        &stamp(3, 1),
    );
    policies
}

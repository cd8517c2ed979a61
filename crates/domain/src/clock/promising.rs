//! A due date that counts working days is a promise: a calendar published later moves it to a later day while it is open,
//! and never to an earlier one; what was done, or found in breach, stands.

use super::judging::judged_at;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::policy::Policy;
use crate::vocabulary::ObligationCode;
use chrono::{DateTime, NaiveDate, Utc};

/// The calendars as they were from an instant on.
#[derive(Clone, Debug)]
pub struct Edition {
    /// When the newest of them was recorded.
    pub recorded_at: DateTime<Utc>,
    /// All of them.
    pub calendars: Calendars,
}

/// What a due date is counted through.
#[derive(Clone, Copy, Debug)]
pub struct Promise<'a> {
    /// The editions recorded before the instant at hand, oldest first; without any, weekdays alone count.
    pub editions: &'a [Edition],
    /// When the promise was made: later editions move it only to a later day.
    pub made_at: DateTime<Utc>,
    /// When it was kept: editions from then on do not move it.
    pub kept_at: Option<DateTime<Utc>>,
}

/// The day of a promise: as counted when it was made, moved by each later edition that found it open. `count` counts by a
/// calendar, `judged_at` says until when a day so counted is open.
pub fn promised(
    promise: &Promise<'_>,
    count: &dyn Fn(&Calendars) -> NaiveDate,
    judged_at: &dyn Fn(&Calendars, NaiveDate) -> DateTime<Utc>,
) -> NaiveDate {
    let known = promise.editions.partition_point(|edition| edition.recorded_at <= promise.made_at);
    let (before, later) = promise.editions.split_at(known);
    let none = Calendars::default();
    let mut by = before.last().map_or(&none, |edition| &edition.calendars);
    let mut on = count(by);
    for edition in later {
        let kept = promise.kept_at.is_some_and(|kept_at| kept_at <= edition.recorded_at);
        if kept || judged_at(by, on) <= edition.recorded_at {
            break;
        }
        by = &edition.calendars;
        on = on.max(count(by));
    }
    on
}

/// The day of an obligation that a leaf opened and perhaps another kept, counted in working days by `count`.
pub(super) fn due(
    (code, policy, editions): (ObligationCode, &Policy, &[Edition]),
    opened: Claim,
    kept: Option<Claim>,
    count: &dyn Fn(&Calendars) -> NaiveDate,
) -> NaiveDate {
    let promise = Promise { editions, made_at: opened.recorded_at, kept_at: kept.map(|kept| kept.recorded_at) };
    promised(&promise, count, &|calendars, on| judged_at(code, policy, calendars, on, opened))
}

//! Instants and days that a client claims: when something is said to have happened.

use crate::Stamp;
use crate::calendar::Calendars;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// How far a claim may be ahead of the server and still mean now: clocks of clients are a little fast.
pub const AHEAD_MAX: TimeDelta = TimeDelta::seconds(5);

/// A claimed instant as it is recorded: itself, or now where it is ahead by no more than [`AHEAD_MAX`].
///
/// Errors: [`Code::InTheFuture`], with the server's time in the town's zone.
pub fn instant(at: DateTime<Utc>, now: DateTime<Utc>, town: Tz) -> Result<DateTime<Utc>, Refusal> {
    if at - now > AHEAD_MAX { Err(ahead(now, town)) } else { Ok(at.min(now)) }
}

/// The refusal of an instant in the future, with the server's time: whose clock is wrong can then be told.
pub fn ahead(now: DateTime<Utc>, town: Tz) -> Refusal {
    let now = now.with_timezone(&town).to_rfc3339_opts(SecondsFormat::Millis, false);
    Refusal::new(Code::InTheFuture).because(
        format!("所述时间在将来；服务器的时间为 {now}。"),
        format!("The claimed time is in the future; the server's time is {now}."),
    )
}

/// A claimed day is not after today.
///
/// Errors: [`Code::InTheFuture`], with the town's day.
pub fn day(on: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    if on <= today {
        return Ok(on);
    }
    Err(Refusal::new(Code::InTheFuture).because(
        format!("所述日期在将来；今天是 {today}。"),
        format!("The claimed day is in the future; today is {today}."),
    ))
}

/// When a fact is said to have happened, when it was recorded, and by which event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// When it is claimed to have happened.
    pub at: DateTime<Utc>,
    /// When the server recorded it.
    pub recorded_at: DateTime<Utc>,
    /// Position of its event.
    pub position: u64,
    /// Version of its event.
    pub version: u64,
}

impl From<&Stamp> for Claim {
    fn from(at: &Stamp) -> Self {
        Self { at: at.occurred_at, recorded_at: at.recorded_at, position: at.position, version: at.version }
    }
}

impl Claim {
    /// The day from which it counts ([`counts_on`]).
    pub fn counts_on(&self, policy: &Policy, calendars: &Calendars) -> NaiveDate {
        counts_on(policy, calendars, self.at, self.recorded_at)
    }
}

/// The day from which a fact counts for sessions, notices and obligations: the day it is claimed for if it was recorded
/// within `clock.claim_working_days` of it, else the day of recording. Back-dating gains nothing (ADR 0024).
pub fn counts_on(
    policy: &Policy,
    calendars: &Calendars,
    claimed_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
) -> NaiveDate {
    counted_within(policy, calendars, policy.clock.claim_working_days, claimed_at, recorded_at)
}

/// The same by another number of working days.
pub fn counted_within(
    policy: &Policy,
    calendars: &Calendars,
    working_days: u32,
    claimed_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
) -> NaiveDate {
    let (claimed, recorded) = (policy.town_date(claimed_at), policy.town_date(recorded_at));
    if recorded <= claimed || recorded <= calendars.after(claimed, working_days).on { claimed } else { recorded }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fixtures::day as date;

    #[test]
    fn a_claim_a_little_ahead_is_now_and_beyond_that_the_server_says_its_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-11-24T06:20:05.300Z");
        let claim = |text: &str| instant(at(text), now, Tz::Asia__Shanghai);
        assert_eq!(claim("2026-11-24T06:20:05.299Z"), Ok(at("2026-11-24T06:20:05.299Z")));
        for ahead in ["2026-11-24T06:20:05.301Z", "2026-11-24T06:20:06Z", "2026-11-24T06:20:10.300Z"] {
            assert_eq!(claim(ahead), Ok(now), "{ahead}");
        }
        let refusal = claim("2026-11-24T06:20:10.301Z").unwrap_err();
        assert_eq!(refusal.code, Code::InTheFuture);
        for text in [&refusal.detail.zh, &refusal.detail.en] {
            assert!(text.contains("2026-11-24T14:20:05.300+08:00"), "{text}");
        }
    }

    #[test]
    fn a_claimed_day_is_today_at_the_latest() {
        let today = date("2026-11-24");
        assert_eq!(day(today, today), Ok(today));
        let refusal = day(date("2026-11-25"), today).unwrap_err();
        assert!(refusal.code == Code::InTheFuture && refusal.detail.en.contains("2026-11-24"));
    }
}

//! How an obligation stands, and at which instants the clock finds or reaches something of it.

use super::events::{Breached, ObligationEvent, TierReached};
use super::obligation::{Charge, Key, Obligation, Waits};
use super::state::ObligationRecord;
use super::table::{Row, row};
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::ids::AreaId;
use crate::policy::{Policies, Policy};
use crate::vocabulary::{Breach, ExplanationState, ObligationCode, ObligationStatus, Tier};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Something that the clock records, at the instant that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// The instant: what was recorded before it decides.
    pub at: DateTime<Utc>,
    /// When it is said to have happened: of a breach the end of the day by which it was due.
    pub occurred_at: DateTime<Utc>,
    /// The grid in whose scope it is.
    pub grid_id: AreaId,
    /// Position of the policy version that it is judged by.
    pub policy: u64,
    /// What is recorded.
    pub event: ObligationEvent,
}

impl Happening {
    /// What it is of its obligation: it is recorded once.
    pub fn occurrence(&self) -> Option<Occurrence> {
        occurrence(&self.event)
    }
}

/// The instant at which a breach of a day is judged: when nothing that is recorded can count by that day any more. A thing
/// that was recorded later than its own day is judged so long after its recording.
pub fn judged_at(
    code: ObligationCode,
    policy: &Policy,
    calendars: &Calendars,
    due_on: NaiveDate,
    opened: Claim,
) -> DateTime<Utc> {
    let base = base(policy, due_on, opened);
    policy.day_ends(calendars.after(base, claim_working_days(code, policy)).on)
}

/// The instant that something found stands for: of a tier when it is said to have happened, of a breach when it is judged,
/// some working days after its day is over. `missing_from` is the day from which its obligation is judged, where that is
/// known: later where the thing itself was recorded late.
pub fn stands_for(
    found: &ObligationEvent,
    occurred_at: DateTime<Utc>,
    missing_from: Option<NaiveDate>,
    policy: &Policy,
    calendars: &Calendars,
) -> DateTime<Utc> {
    let ObligationEvent::Breached(breached) = found else { return occurred_at };
    let in_time = Claim { at: occurred_at, recorded_at: policy.day_begins(breached.due_on), position: 0, version: 0 };
    let judged = judged_at(breached.code, policy, calendars, breached.due_on, in_time);
    missing_from.map_or(judged, |on| policy.day_begins(on).max(judged))
}

/// Working days within which a fact must be recorded to count from the day that it is claimed for: of issues it is the
/// value that the review and their lateness go by.
fn claim_working_days(code: ObligationCode, policy: &Policy) -> u32 {
    match code {
        ObligationCode::O6 | ObligationCode::O7 | ObligationCode::O8 | ObligationCode::O17 => {
            policy.answer.delivery_recorded_within_working_days
        }
        ObligationCode::O1
        | ObligationCode::O2
        | ObligationCode::O3
        | ObligationCode::O4
        | ObligationCode::O5
        | ObligationCode::O9
        | ObligationCode::O10
        | ObligationCode::O11
        | ObligationCode::O12
        | ObligationCode::O13
        | ObligationCode::O14
        | ObligationCode::O15
        | ObligationCode::O16
        | ObligationCode::O18
        | ObligationCode::O19
        | ObligationCode::O20
        | ObligationCode::O21 => policy.clock.claim_working_days,
    }
}

/// When a charge is judged and when it happened: by its day, or when somebody looked and found it so.
fn instants(obligation: &Obligation<'_>, calendars: &Calendars, charge: &Charge) -> (DateTime<Utc>, DateTime<Utc>) {
    let policy = obligation.policy;
    match charge.found {
        // Decided from what was recorded before it: the look itself is.
        Some(look) => (look.recorded_at + TimeDelta::milliseconds(1), look.at),
        None => {
            let at = judged_at(obligation.key.code, policy, calendars, charge.due_on, obligation.opened);
            (at, policy.day_ends(charge.due_on))
        }
    }
}

/// The day from which lateness counts.
fn base(policy: &Policy, due_on: NaiveDate, opened: Claim) -> NaiveDate {
    due_on.max(policy.town_date(opened.recorded_at))
}

/// Whether an obligation is one that the clock looks at: the clock of its policy knows it, and it was not due before that
/// counts; nor had its period begun. What a later program learned to look at begins with the next policy that is adopted.
pub fn counts(obligation: &Obligation<'_>, policies: &Policies) -> bool {
    let (Some(row), policy) = (row_of(&obligation.key), obligation.policy) else { return false };
    let on = obligation.period_from.unwrap_or(obligation.due_on);
    policies.looked_at_since(policy, row.since).is_some_and(|since| since <= on)
}

/// Whether the clock of its policy knows an obligation.
pub(super) fn is_known(obligation: &Obligation<'_>) -> bool {
    row_of(&obligation.key).is_some_and(|row| obligation.policy.clock_knows(row.since))
}

fn row_of(key: &Key) -> Option<&'static Row> {
    row(key.code, key.part.and_then(|part| part.word()))
}

/// Everything that the clock would record of an obligation if nothing more were recorded of its thing.
pub fn possible(obligation: &Obligation<'_>, policies: &Policies, calendars: &Calendars) -> Vec<Happening> {
    possible_by(obligation, policies, calendars, DateTime::<Utc>::MAX_UTC)
}

/// The same, for whoever asks of an instant only: some of what would happen later is left out, and its days are not counted.
pub fn possible_by(
    obligation: &Obligation<'_>,
    policies: &Policies,
    calendars: &Calendars,
    by: DateTime<Utc>,
) -> Vec<Happening> {
    let (key, policy) = (&obligation.key, obligation.policy);
    let Some(row) = row_of(key) else { return Vec::new() };
    if obligation.excused.is_some() || row.silent_under(policy) || !counts(obligation, policies) {
        return Vec::new();
    }
    // No town is a day ahead of UTC, and nothing is judged, nobody reminded or supervised, before the day has passed.
    let last = by.date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
    let charges = obligation.charges.iter().filter(|charge| charge.unkept);
    let breaches = charges.filter(|charge| charge.found.is_some() || charge.due_on <= last).filter_map(|charge| {
        let event = ObligationEvent::Breached(breached(obligation, charge)?);
        let (at, occurred_at) = instants(obligation, calendars, charge);
        Some(Happening { at, occurred_at, grid_id: obligation.grid_id, policy: policy.position(), event })
    });
    let tiers = row
        .tiers_under(policy)
        .filter(|tier| obligation.waits.is_some() && (*tier == Tier::Advance || obligation.due_on <= last));
    let tiers = tiers.filter_map(|tier| {
        let on = tier_on(obligation, calendars, tier);
        let at = policy.time_on(on, policy.clock.notices_at);
        let event = ObligationEvent::TierReached(reached(obligation, tier));
        // Nothing is announced before it is owed.
        let is_open = on >= obligation.opens_on && still(obligation.waits, policy, at);
        is_open.then_some(Happening {
            at,
            occurred_at: at,
            grid_id: obligation.grid_id,
            policy: policy.position(),
            event,
        })
    });
    breaches.chain(tiers).collect()
}

/// Whether somebody can still act at an instant.
fn still(waits: Option<Waits>, policy: &Policy, at: DateTime<Utc>) -> bool {
    match waits {
        None => false,
        Some(Waits::On) => true,
        Some(Waits::Before(day)) => at < policy.day_begins(day),
    }
}

fn tier_on(obligation: &Obligation<'_>, calendars: &Calendars, tier: Tier) -> NaiveDate {
    let (policy, due_on) = (obligation.policy, obligation.due_on);
    let after = |days| calendars.after(base(policy, due_on, obligation.opened), days).on;
    match tier {
        Tier::Advance => calendars.before(due_on, policy.clock.advance_working_days).on,
        Tier::Reminder => after(policy.supervision.reminder_working_days_after_due),
        Tier::Supervision => after(policy.supervision.supervision_working_days_after_due),
        Tier::Circular => after(policy.supervision.circular_working_days_after_due),
    }
}

fn breached(obligation: &Obligation<'_>, charge: &Charge) -> Option<Breached> {
    let what = charge.what?;
    let key = obligation.key.clone();
    Some(Breached {
        code: key.code,
        part: key.part,
        about: key.about,
        period: key.period,
        owed_by: obligation.owed_by.clone(),
        what,
        missing: charge.missing.clone(),
        due_on: charge.due_on,
        provisional: obligation.provisional,
    })
}

fn reached(obligation: &Obligation<'_>, tier: Tier) -> TierReached {
    let key = obligation.key.clone();
    TierReached {
        code: key.code,
        part: key.part,
        about: key.about,
        period: key.period,
        owed_by: obligation.owed_by.clone(),
        tier,
        due_on: obligation.due_on,
    }
}

/// How an obligation stands at any instant, as long as nothing more is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Nothing is owed any more.
    pub excused: bool,
    /// Discharged, in time or not, from this instant on.
    pub kept_from: Option<DateTime<Utc>>,
    /// Whether that is too late.
    pub late: bool,
    /// Judged and not discharged from this instant on.
    pub missing_from: Option<DateTime<Utc>>,
}

impl Standing {
    /// By what is known of an obligation.
    pub fn of(obligation: &Obligation<'_>, calendars: &Calendars) -> Self {
        let unkept = || obligation.charges.iter().filter(|charge| charge.unkept);
        let kept_from = obligation.kept.map(|(_, by)| obligation.kept_since.unwrap_or(by.recorded_at));
        Self {
            excused: obligation.excused.is_some(),
            kept_from,
            late: unkept().next().is_some(),
            missing_from: unkept().map(|charge| instants(obligation, calendars, charge).0).min(),
        }
    }

    /// At an instant, with what people said.
    pub fn at(&self, explanation: ExplanationState, at: DateTime<Utc>) -> ObligationStatus {
        let by_then = |since: DateTime<Utc>| since <= at;
        if self.excused || explanation == ExplanationState::Accepted {
            ObligationStatus::Excused
        } else if self.kept_from.is_some_and(by_then) {
            if self.late { ObligationStatus::Late } else { ObligationStatus::Fulfilled }
        } else if self.missing_from.is_some_and(by_then) {
            ObligationStatus::Missing
        } else {
            ObligationStatus::NotYetDue
        }
    }
}

/// How an obligation stands at an instant, by what is known of it and of what people said.
pub fn status(
    obligation: &Obligation<'_>,
    record: &ObligationRecord,
    calendars: &Calendars,
    at: DateTime<Utc>,
) -> ObligationStatus {
    Standing::of(obligation, calendars).at(record.explanation(), at)
}

/// What a happening is of its obligation: it is recorded once.
pub fn occurrence(event: &ObligationEvent) -> Option<Occurrence> {
    match event {
        ObligationEvent::Breached(breached) => Some(Occurrence::Breach(breached.what)),
        ObligationEvent::TierReached(reached) => Some(Occurrence::Tier(reached.tier)),
        ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => None,
    }
}

/// A breach by its name, or a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occurrence {
    /// A breach.
    Breach(Breach),
    /// A tier.
    Tier(Tier),
}

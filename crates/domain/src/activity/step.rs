//! Whether an activity allows a step, and the classes of people that its kind has.

use super::state::Activity;
use crate::claims::Claim;
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::step;
use crate::vocabulary::{ActivityKind, AttendanceClass};
use chrono::{DateTime, Utc};

/// One more event fits into the stream.
///
/// Errors: [`crate::refusal::Code::TooMany`].
pub(super) fn not_full(activity: &Activity) -> Result<(), Refusal> {
    step::not_full(activity.version, activity.kind.clause())
}

/// A claimed instant is not in the future and not before the fact that it follows.
///
/// Errors at `/occurred_at`: [`crate::refusal::Code::InTheFuture`], [`crate::refusal::Code::BeforePrevious`].
pub(super) fn follows(activity: &Activity, rules: &Rules<'_>, at: DateTime<Utc>, fact: Claim) -> Result<(), Refusal> {
    step::follows(rules, at, fact, activity.kind.clause())
}

/// The classes of people who attend a kind of activity. A consultation hears Party organisations, Party members and
/// residents (C-3.3).
pub(super) const fn classes_of(kind: ActivityKind) -> &'static [AttendanceClass] {
    match kind {
        ActivityKind::Consultation => {
            &[AttendanceClass::PartyOrganisation, AttendanceClass::PartyMember, AttendanceClass::Resident]
        }
        ActivityKind::Outreach | ActivityKind::ThemeActivity | ActivityKind::Symposium => AttendanceClass::ALL,
    }
}

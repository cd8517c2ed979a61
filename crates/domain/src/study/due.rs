//! By when a study is to be with both offices (O-14), an inspection with one (O-15), and since when it is (C-3.5). The policy
//! and the calendars are those of the fact that opened the duty.

use super::state::Study;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::filing::{both_sent, first_sent, in_order};
use crate::office::Offices;
use crate::policy::Policy;
use crate::vocabulary::StudyKind;
use chrono::NaiveDate;

/// The last day for filing it: so many working days after the day on which it was finished or held. Nothing while it is not
/// finished.
pub fn due_on(study: &Study, policy: &Policy, calendars: &Calendars) -> Option<NaiveDate> {
    let working_days = match study.kind {
        StudyKind::Study => policy.cadence.study_filing_working_days,
        StudyKind::Inspection => policy.cadence.inspection_report_working_days,
    };
    let finished_on = policy.town_date(study.finished?.at);
    Some(calendars.after(finished_on, working_days).on)
}

/// The day from which it counts as filed, and the submission that made it so: of a study the day on which the second of both
/// offices had it, of an inspection the first of any. Nothing while it is not filed.
pub fn filed_on(
    study: &Study,
    offices: &Offices,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    match study.kind {
        StudyKind::Study => both_sent(&study.submissions, offices, policy, calendars),
        StudyKind::Inspection => {
            first_sent(&study.submissions, offices, policy, calendars).into_iter().flatten().min_by_key(in_order)
        }
    }
}

//! A finding: what is true of one member of an indicator's population, with the days that decide it.

use super::recurring::Recurring;
use crate::ids::{AreaId, DelegateId};
use crate::vocabulary::{Indicator, Outcome, Satisfaction};
use chrono::NaiveDate;

pub use super::member::Split;

/// One member of one population, or of several that are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Cycle of the issue; 0 where it is not about an issue.
    pub cycle: u32,
    /// Of which population, and what counts.
    pub what: What,
    /// The days that decide it.
    pub dates: Dates,
    /// A count it rests on runs through a year without a published calendar.
    pub provisional: bool,
}

/// Populations of the indicators (docs/GLOSSARY.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Due in the period.
    Due {
        /// By the end of the period.
        answered: bool,
        /// By the effective due date.
        on_time: bool,
        /// By the first due date of the cycle.
        on_time_original: bool,
    },
    /// Held in the period.
    Raised {
        /// Answered there and then.
        on_the_spot: bool,
    },
    /// A date by which the visitor was to hear.
    InterimDate {
        /// A word came by then.
        kept: bool,
    },
    /// Answered, or referred in time, in the period: where its working days went.
    Delivered(Split),
    /// A final answer delivered in the period.
    Answered {
        /// Its outcome.
        outcome: Outcome,
        /// Whether the issue was reopened after it.
        reopened: bool,
    },
    /// A commitment that fell due.
    Commitment {
        /// Looked at, and found kept.
        kept: bool,
    },
    /// A final answer of the period whose time for feedback is over; what the visitor said of it.
    Feedback(Option<Satisfaction>),
    /// An escalation.
    Escalated {
        /// It came back: it could be answered where it was.
        returned: bool,
    },
    /// An outcome reported back.
    ReportedBack {
        /// Answered within the days given.
        answered_in_time: bool,
    },
    /// A reception held in the period.
    Received {
        /// Recorded later than the policy allows.
        late: bool,
    },
    /// Leaves recorded in the period.
    Leaves {
        /// Of them, corrections in effect.
        corrections: u32,
        /// All of them.
        of: u32,
    },
    /// A duty on the rota of a session of the period.
    Duty {
        /// Whose it is: of several substitutes the last.
        delegate_id: DelegateId,
        /// They checked in, and that counts on the day.
        attended: bool,
    },
    /// A session of the period whose verdict stands.
    Session {
        /// It is valid.
        valid: bool,
    },
    /// The notice of such a session that a unit owes.
    Notice {
        /// The unit.
        unit_id: AreaId,
        /// Posted in time, or shortened by the calendar, and on the day it said what was so.
        kept: bool,
    },
    /// A study that was due in the period.
    Study {
        /// Both offices had it by then.
        filed: bool,
        /// An office referred to it or took it up.
        referenced: bool,
    },
    /// A deed promised for a day of the period.
    Deed {
        /// It was done by then.
        kept: bool,
    },
    /// A typical case submitted in the period.
    TypicalCase {
        /// It was selected.
        selected: bool,
    },
    /// A quarter or half-year of a grid that is over.
    Held {
        /// What was to be held in it.
        of: Recurring,
        /// As much was held as is asked for, and counts by its last day.
        in_time: bool,
    },
    /// Something that was held in the period, of somebody who belongs there.
    Attended {
        /// What was held.
        of: Recurring,
        /// They were there.
        attended: bool,
    },
    /// A dispute that was decided in the period.
    Dispute {
        /// It was right.
        upheld: bool,
    },
}

impl What {
    /// The one indicator that it is counted in, and whether it counts there; nothing of what several are made of.
    pub(super) fn of_one(&self) -> Option<(Indicator, bool)> {
        match *self {
            Self::Duty { attended, .. } => Some((Indicator::Attendance, attended)),
            Self::Session { valid } => Some((Indicator::ValidSessions, valid)),
            Self::Notice { kept, .. } => Some((Indicator::Notices, kept)),
            Self::Study { filed, .. } => Some((Indicator::Studies, filed)),
            Self::Deed { kept } => Some((Indicator::Deeds, kept)),
            Self::TypicalCase { selected } => Some((Indicator::TypicalCases, selected)),
            Self::Held { of, in_time } => Some((of.indicator(), in_time)),
            Self::Attended { of, attended } => Some((of.indicator(), attended)),
            Self::Dispute { upheld } => Some((Indicator::DisputesUpheld, upheld)),
            Self::Due { .. }
            | Self::Raised { .. }
            | Self::InterimDate { .. }
            | Self::Delivered(_)
            | Self::Answered { .. }
            | Self::Commitment { .. }
            | Self::Feedback(_)
            | Self::Escalated { .. }
            | Self::ReportedBack { .. }
            | Self::Received { .. }
            | Self::Leaves { .. } => None,
        }
    }

    /// Whether it counts for an indicator; nothing where it is not of that indicator's population.
    pub fn counts_for(&self, indicator: Indicator) -> Option<bool> {
        // One arm an indicator, so that a new one has to say of whom it counts, and whom.
        let counts = match indicator {
            Indicator::AnswerRate => {
                let Self::Due { answered, .. } = *self else { return None };
                answered
            }
            Indicator::OnTime => {
                let Self::Due { on_time, .. } = *self else { return None };
                on_time
            }
            Indicator::OnTimeOriginal => {
                let Self::Due { on_time_original, .. } = *self else { return None };
                on_time_original
            }
            Indicator::OnTheSpot => {
                let Self::Raised { on_the_spot } = *self else { return None };
                on_the_spot
            }
            Indicator::Interim => {
                let Self::InterimDate { kept } = *self else { return None };
                kept
            }
            // Every member has its days; none of them "counts" more than another.
            Indicator::MedianWd | Indicator::P90Wd => {
                let Self::Delivered(_) = *self else { return None };
                true
            }
            Indicator::ResolutionResolved => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Resolved
            }
            Indicator::ResolutionPlanned => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Planned
            }
            Indicator::ResolutionExplained => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Explained
            }
            Indicator::ResolutionDeclined => {
                let Self::Answered { outcome, .. } = *self else { return None };
                outcome == Outcome::Declined
            }
            Indicator::Reopened => {
                let Self::Answered { reopened, .. } = *self else { return None };
                reopened
            }
            Indicator::Promises => {
                let Self::Commitment { kept } = *self else { return None };
                kept
            }
            Indicator::Satisfaction => {
                let Self::Feedback(said) = *self else { return None };
                said.is_some_and(content)
            }
            Indicator::EscalationQuality => {
                let Self::Escalated { returned } = *self else { return None };
                !returned
            }
            Indicator::PostReturn => {
                let Self::ReportedBack { answered_in_time } = *self else { return None };
                answered_in_time
            }
            Indicator::LateRecords => {
                let Self::Received { late } = *self else { return None };
                late
            }
            Indicator::Corrections => {
                let Self::Leaves { corrections, .. } = *self else { return None };
                corrections > 0
            }
            // Each is made of one kind of finding (`of_one`).
            Indicator::DisputesUpheld
            | Indicator::Attendance
            | Indicator::ValidSessions
            | Indicator::Notices
            | Indicator::ThemeActivities
            | Indicator::Meetings
            | Indicator::Symposia
            | Indicator::Studies
            | Indicator::Deeds
            | Indicator::TypicalCases => return self.of_one().filter(|(of, _)| *of == indicator).map(|(_, n)| n),
        };
        Some(counts)
    }
}

/// Satisfied, or basically so.
pub(super) fn content(said: Satisfaction) -> bool {
    match said {
        Satisfaction::Satisfied | Satisfaction::BasicallySatisfied => true,
        Satisfaction::Dissatisfied => false,
    }
}

/// The days that decide a finding, where they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// Day of the reception, or of the session; day on which an activity or a meeting was held.
    pub held_on: Option<NaiveDate>,
    /// Day of recording.
    pub recorded_on: Option<NaiveDate>,
    /// Last day for registering a reception.
    pub record_by: Option<NaiveDate>,
    /// Day from which the clock counts.
    pub clock_from: Option<NaiveDate>,
    /// Effective due date; of a notice, a study or a deed the day by which it is due; the last day of a quarter or half-year.
    pub due_on: Option<NaiveDate>,
    /// First due date of the cycle.
    pub original_due_on: Option<NaiveDate>,
    /// Day from which the answer, or the referral told in time, counts.
    pub delivered_on: Option<NaiveDate>,
    /// An interim date.
    pub interim_on: Option<NaiveDate>,
    /// What was promised for when.
    pub commitment_on: Option<NaiveDate>,
    /// Last day on which feedback counted.
    pub feedback_until: Option<NaiveDate>,
    /// Day of the escalation.
    pub escalated_on: Option<NaiveDate>,
    /// Day on which the outcome was reported back.
    pub reported_back_on: Option<NaiveDate>,
    /// By when the answer should have followed.
    pub answer_by: Option<NaiveDate>,
    /// Day from which a notice counts as posted.
    pub posted_on: Option<NaiveDate>,
    /// Day on which a study was finished, or from which a deed counts as done.
    pub finished_on: Option<NaiveDate>,
    /// Day from which a study counts as with both offices, or a case as submitted.
    pub submitted_on: Option<NaiveDate>,
    /// Day from which it counts as decided whether a case is selected, or a dispute upheld.
    pub decided_on: Option<NaiveDate>,
}

//! The table of obligations: what a breach of each is called, and which tiers it has. Who owes it, what opens it and what
//! discharges it stands where it is derived; numbers of days and which of the possible tiers are used are the policy's.

use crate::policy::Policy;
use crate::vocabulary::{Breach, ObligationCode, ObligationPart, Tier};

/// What is fixed of an obligation, or of one part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub code: ObligationCode,
    /// One part of it, where it has several.
    pub part: Option<ObligationPart>,
    /// What its breaches are called.
    pub breaches: &'static [Breach],
    /// The tiers that it may have.
    pub tiers: &'static [Tier],
    /// The clock looks at it under policies adopted in this schema or a later one: what the program learned afterwards begins
    /// with the next policy that the town adopts.
    pub since: u32,
}

const NONE: &[Tier] = &[];
const ADVANCE: &[Tier] = &[Tier::Advance];
const REMINDER: &[Tier] = &[Tier::Reminder];
const ALL: &[Tier] = Tier::ALL;
const LADDER: &[Tier] = &[Tier::Reminder, Tier::Supervision, Tier::Circular];

/// The rows, in the order of their codes. One without a name for a breach is only counted.
#[rustfmt::skip] // one line a row reads best
pub const ROWS: &[Row] = &[
    of(ObligationCode::O1, None, &[Breach::SessionMissed], NONE),
    of(ObligationCode::O2, None, &[Breach::CompositionFailed], NONE),
    of(ObligationCode::O3, None, &[Breach::DutyMissed], NONE),
    of(ObligationCode::O4, None, &[Breach::RecordLate], LADDER),
    of(ObligationCode::O5, None, &[Breach::NoticeLate, Breach::NoticeMissing, Breach::NoticeMismatch], REMINDER),
    of(ObligationCode::O6, None, &[Breach::IssueLeftOpenEnded], NONE),
    of(ObligationCode::O7, None, &[Breach::AnswerOverdue, Breach::AnswerLongOverdue], LADDER),
    of(ObligationCode::O8, None, &[Breach::EchoSilent], LADDER),
    of(ObligationCode::O9, Some(ObligationPart::Contact), &[Breach::AppointmentUnanswered], LADDER).since(3),
    of(ObligationCode::O9, Some(ObligationPart::Kept), &[Breach::AppointmentMissed], NONE).since(3),
    of(ObligationCode::O10, Some(ObligationPart::Held), &[Breach::ActivityMissing], ADVANCE).since(3),
    of(ObligationCode::O10, Some(ObligationPart::Evidence), &[Breach::EvidenceMissing], LADDER).since(3),
    of(ObligationCode::O10, Some(ObligationPart::Reports), &[Breach::ReportMissing], LADDER).since(3),
    of(ObligationCode::O11, None, &[Breach::MeetingMissing], ADVANCE).since(3),
    of(ObligationCode::O12, None, &[Breach::MajorIssueNotTabled], NONE).since(3),
    of(ObligationCode::O13, None, &[Breach::SymposiumMissing, Breach::ClassMissing], ADVANCE).since(3),
    of(ObligationCode::O14, None, &[Breach::StudyNotFiled], LADDER).since(3),
    of(ObligationCode::O15, Some(ObligationPart::Inspection), &[Breach::InspectionReportLate], LADDER).since(3),
    of(ObligationCode::O16, None, &[Breach::DeedOverdue], LADDER).since(3),
    of(ObligationCode::O17, None, &[Breach::CommitmentBroken, Breach::CommitmentUnverified], LADDER),
    of(ObligationCode::O18, Some(ObligationPart::Convener), &[Breach::OfficeVacant], LADDER),
    of(ObligationCode::O18, Some(ObligationPart::Liaison), &[Breach::OfficeVacant], LADDER),
    of(ObligationCode::O19, None, &[Breach::IssueOrphaned], LADDER),
    of(ObligationCode::O20, None, &[Breach::ReviewMissing], ALL).since(3),
    of(ObligationCode::O21, None, &[], NONE).since(3),
];

const fn of(
    code: ObligationCode,
    part: Option<ObligationPart>,
    breaches: &'static [Breach],
    tiers: &'static [Tier],
) -> Row {
    Row { code, part, breaches, tiers, since: 2 }
}

/// The row of an obligation; nothing for a part that it does not have.
pub fn row(code: ObligationCode, part: Option<ObligationPart>) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == code && row.part == part)
}

/// Whether what has a code is only counted, whatever the policy says: it is never found and in no sum.
pub fn is_only_counted(code: ObligationCode) -> bool {
    ROWS.iter().any(|row| row.code == code && row.is_informational())
}

impl Row {
    const fn since(self, schema: u32) -> Self {
        Self { since: schema, ..self }
    }

    /// The tiers that it has under a policy.
    pub fn tiers_under(&self, policy: &Policy) -> impl Iterator<Item = Tier> {
        let clock = &policy.clock;
        let tiered = clock.tiered.iter().any(|duty| duty.covers(self.code, self.part));
        let announced = clock.advance.iter().any(|duty| duty.covers(self.code, self.part));
        self.tiers.iter().copied().filter(move |tier| match tier {
            Tier::Advance => announced,
            Tier::Reminder | Tier::Supervision | Tier::Circular => tiered,
        })
    }

    /// Whether it is only counted, whatever the policy says: it is in no sum.
    pub const fn is_informational(&self) -> bool {
        self.breaches.is_empty()
    }

    /// Whether it is only counted under a policy, and never breached.
    pub fn silent_under(&self, policy: &Policy) -> bool {
        policy.clock.silent.iter().any(|duty| duty.covers(self.code, self.part))
    }
}

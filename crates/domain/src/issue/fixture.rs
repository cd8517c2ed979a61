//! Issues as tests are given them: one reception on Thursday 2026-11-19, taken through real decisions.
#![allow(clippy::unwrap_used)]

use super::answering::{AnswerDraft, answer};
use super::escalation::{EscalationDraft, escalate, report_back};
use super::feedback::FeedbackDraft;
use super::{Issue, IssueEvent, Raised, closing, feedback, reopening, taking};
use crate::calendar::Calendars;
use crate::delegate::{DelegateEvent, Delegates, MandateGiven, Registered};
use crate::ids::{AreaId, DelegateId, IssueId, MajorIssueId, ReceptionId};
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{
    AnswerChannel, DelegateType, EvidenceKind, FeedbackBy, IssueKind, Level, Outcome, ReopeningGround, Satisfaction,
};
use crate::{Fold, Stamp, deadline, fixtures};
use chrono::{DateTime, Utc};
use std::sync::LazyLock;
use uuid::Uuid;

pub(crate) static POLICY: LazyLock<Policy> =
    LazyLock::new(|| fixtures::policies().in_force(fixtures::day("2026-11-19")).unwrap().clone());
pub(crate) static CALENDARS: LazyLock<Calendars> = LazyLock::new(fixtures::calendars);

pub(crate) const ISSUE: IssueId = IssueId(Uuid::from_u128(0x11));
pub(crate) const MAJOR: MajorIssueId = MajorIssueId(Uuid::from_u128(0x22));
pub(crate) const GRID: AreaId = AreaId(Uuid::from_u128(0x33));
pub(crate) const RECEIVER: DelegateId = DelegateId(Uuid::from_u128(0x44));
pub(crate) const SUCCESSOR: DelegateId = DelegateId(Uuid::from_u128(0x45));
/// A delegate whose mandate begins in 2030.
pub(crate) const LATER: DelegateId = DelegateId(Uuid::from_u128(0x46));

/// A minute of the town, `2026-11-19 14:10`.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +08:00"), "%Y-%m-%d %H:%M %:z").unwrap().to_utc()
}

/// The rules at a minute of the town.
pub(crate) fn rules(now: &str) -> Rules<'static> {
    Rules::at(&POLICY, &CALENDARS, at(now))
}

/// The code of a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Code {
    result.unwrap_err().code
}

pub(crate) fn delegates() -> Delegates {
    let mut delegates = Delegates::default();
    for (id, from) in [(RECEIVER, "2023-12-01"), (SUCCESSOR, "2023-12-01"), (LATER, "2030-01-01")] {
        let registered = DelegateEvent::Registered(Registered { name: "代表".to_owned() });
        let given = MandateGiven { delegate_type: DelegateType::Party, from: fixtures::day(from) };
        delegates.apply(id, &registered, &fixtures::stamp(20, 1));
        delegates.apply(id, &DelegateEvent::MandateGiven(given), &fixtures::stamp(21, 2));
    }
    delegates
}

/// An issue with what happened to it.
#[derive(Clone)]
pub(crate) struct Given {
    pub issue: Issue,
    pub events: Vec<(IssueEvent, Stamp)>,
    /// Position of the newest calendar that what follows knows.
    pub calendar: Option<u64>,
}

impl Given {
    /// Raised on 2026-11-19 at 14:10, recorded at 15:00; due on 2026-11-26.
    pub fn registered() -> Self {
        Self::raised("2026-11-19 14:10", "2026-11-19 15:00")
    }

    pub fn nothing() -> Self {
        Self { issue: Issue::default(), events: Vec::new(), calendar: CALENDARS.newest() }
    }

    /// What follows was decided by other calendars.
    pub fn knowing(self, calendar: Option<u64>) -> Self {
        Self { calendar, ..self }
    }

    /// The issue as it stands on a day.
    pub fn on(&self, day: &str) -> Issue {
        self.issue.on(fixtures::day(day), POLICY.time_zone(), &CALENDARS).into_owned()
    }

    pub fn raised(held: &str, recorded: &str) -> Self {
        let rules = rules(recorded);
        let raised = Raised {
            reception_id: ReceptionId(Uuid::from_u128(0x55)),
            visitor: Some(0),
            kind: IssueKind::Demand,
            topic: "livelihood".to_owned(),
            grid_id: GRID,
            unit_id: None,
            responsible_delegate_id: RECEIVER,
            due: deadline::final_answer(&rules, rules.town_date(at(held))).unwrap(),
        };
        Self::nothing().event(IssueEvent::Raised(raised), at(held), at(recorded))
    }

    pub fn in_hand() -> Self {
        let given = Self::registered();
        let taken = taking::take(&given.issue, &rules("2026-11-19 16:00"), at("2026-11-19 16:00")).unwrap();
        given.then("2026-11-19 16:00", IssueEvent::Taken(taken))
    }

    /// Escalated to L3 on Friday 2026-11-20.
    pub fn escalated() -> Self {
        Self::in_hand().and_escalated(Level::L3)
    }

    pub fn and_escalated(self, level: Level) -> Self {
        self.and_escalated_on("2026-11-20 09:00", level)
    }

    pub fn and_escalated_on(self, when: &str, level: Level) -> Self {
        let draft = EscalationDraft { level, major_issue_id: MAJOR, join: None, at: at(when) };
        let escalation = escalate(&self.issue, ISSUE, &rules(when), &draft).unwrap();
        self.then(when, IssueEvent::Escalated(escalation.issue))
    }

    /// The outcome was reported back on Thursday 2026-12-10; due on 2026-12-15.
    pub fn awaiting_answer() -> Self {
        let given = Self::escalated();
        let when = "2026-12-10 10:00";
        let back = report_back(&given.issue, &rules(when), MAJOR, Outcome::Resolved, at(when)).unwrap();
        given.then(when, IssueEvent::OutcomeReportedBack(back))
    }

    /// Answered orally on Tuesday 2026-11-24.
    pub fn answered() -> Self {
        Self::in_hand().and_answered("2026-11-24 10:00")
    }

    pub fn and_answered(self, when: &str) -> Self {
        let given = answer(&self.issue, &rules(when), &oral(when)).unwrap();
        self.then(when, IssueEvent::FinalAnswerGiven(given))
    }

    pub fn and_feedback(self, when: &str, satisfaction: Satisfaction) -> Self {
        let draft = FeedbackDraft { satisfaction, by: FeedbackBy::CallBack, given_at: at(when) };
        let recorded = feedback::record(&self.issue, &rules(when), &draft).unwrap();
        self.then(when, IssueEvent::FeedbackRecorded(recorded))
    }

    pub fn closed() -> Self {
        let given = Self::answered().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
        let closed = closing::close(&given.issue, &rules("2026-11-25 11:00"), at("2026-11-25 11:00")).unwrap();
        given.then("2026-11-25 11:00", IssueEvent::Closed(closed))
    }

    pub fn and_reopening_asked(self, when: &str, ground: ReopeningGround) -> Self {
        let asked = reopening::request(&self.issue, &rules(when), ground, at(when)).unwrap();
        self.then(when, IssueEvent::ReopeningRequested(asked))
    }

    /// One more fact, recorded when it happened.
    pub fn then(self, when: &str, event: IssueEvent) -> Self {
        self.event(event, at(when), at(when))
    }

    pub fn event(mut self, event: IssueEvent, occurred_at: DateTime<Utc>, recorded_at: DateTime<Utc>) -> Self {
        let version = self.issue.version + 1;
        let position = 100 + version;
        let stamp = Stamp {
            position,
            version,
            occurred_at,
            recorded_at,
            policy: Some(POLICY.position()),
            calendar: self.calendar,
            account: None,
        };
        self.issue.apply(&event, &stamp);
        self.events.push((event, stamp));
        self
    }
}

/// An oral answer, confirmed by the visitor.
pub(crate) fn oral(when: &str) -> AnswerDraft {
    AnswerDraft {
        outcome: Outcome::Resolved,
        channel: AnswerChannel::Oral,
        delivered_at: at(when),
        evidence: EvidenceKind::VisitorConfirmation,
        on_the_spot: false,
        answered_by: None,
        commitment_on: None,
        basis_given: false,
    }
}

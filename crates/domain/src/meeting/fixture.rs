//! Meetings as tests are given them: one convened on Monday 2026-11-02 for Tuesday 2026-11-24, taken through real decisions;
//! and major issues of its grid.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::hearing::HearingDraft;
use crate::ids::{AreaId, DelegateId, FileId, IssueId, MajorIssueId, MeetingId, ReceptionId};
use crate::issue::fixture::{CALENDARS, ISSUE, MAJOR, POLICY, at, rules};
use crate::major_issue::{Concluded, LevelChanged, MajorIssue, MajorIssueEvent, Submitted, Triaged};
use crate::refusal::Refusal;
use crate::session::fixture::{DEPUTY, GRID, PARTY, TOWN, as_delegate};
use crate::vocabulary::{AttendanceClass, DeferralReason, Level, MeetingKind, Outcome, TriageDecision};
use crate::{Fold as _, Stamp};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(crate) const MEETING: MeetingId = MeetingId(Uuid::from_u128(0x81));
pub(crate) const OTHER_MAJOR: MajorIssueId = MajorIssueId(Uuid::from_u128(0x23));
pub(crate) const FILE: FileId = FileId(Uuid::from_u128(0x82));

/// What refusals say: code, clause and pointer.
pub(crate) fn said(refusals: &[Refusal]) -> Vec<String> {
    let text = |refusal: &Refusal| {
        let pointer = refusal.pointer.as_deref().unwrap_or_default();
        format!("{} {} {pointer}", refusal.code, refusal.clause.unwrap_or("-")).trim_end().to_owned()
    };
    refusals.iter().map(text).collect()
}

/// The same of one.
pub(crate) fn no<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
    said(&[result.unwrap_err()]).remove(0)
}

fn stamp(position: u64, version: u64, occurred: &str, recorded: &str) -> Stamp {
    Stamp {
        position,
        version,
        occurred_at: at(occurred),
        recorded_at: at(recorded),
        policy: Some(POLICY.position()),
        calendar: CALENDARS.newest(),
        account: None,
    }
}

/// A major issue of the grid, at the level of its town joint meeting.
#[derive(Clone)]
pub(crate) struct Major(pub MajorIssue);

impl Major {
    pub fn submitted(grid_id: AreaId) -> Self {
        let submitted = Submitted { grid_id, level: Level::L3, issue_id: ISSUE };
        let major = Self(MajorIssue::default());
        major.event("2026-11-05 09:00", "2026-11-05 09:00", MajorIssueEvent::Submitted(submitted))
    }

    pub fn accepted(when: &str) -> Self {
        Self::submitted(GRID).triaged(when, when, TriageDecision::Accept)
    }

    pub fn triaged(self, occurred: &str, recorded: &str, decision: TriageDecision) -> Self {
        self.event(occurred, recorded, MajorIssueEvent::Triaged(Triaged { decision, level: None }))
    }

    pub fn raised(self, when: &str) -> Self {
        self.event(when, when, MajorIssueEvent::LevelRaised(LevelChanged { to: Level::L4 }))
    }

    pub fn concluded(self, occurred: &str, recorded: &str) -> Self {
        self.event(occurred, recorded, MajorIssueEvent::Concluded(Concluded { outcome: Outcome::Resolved }))
    }

    pub fn decided(self, when: &str, decision: &Decision) -> Self {
        self.event(when, when, MajorIssueEvent::Deliberated(decision.major_issue.clone()))
    }

    pub fn event(mut self, occurred: &str, recorded: &str, event: MajorIssueEvent) -> Self {
        let version = self.0.version + 1;
        self.0.apply(&event, &stamp(200 + version, version, occurred, recorded));
        self
    }

    pub fn named(&self) -> NamedMajorIssue<'_> {
        NamedMajorIssue { id: MAJOR, now: &self.0 }
    }
}

/// Of the grid, regular, for Tuesday 2026-11-24.
pub(crate) fn draft(when: &str) -> ConveneDraft {
    ConveneDraft {
        grid_id: GRID,
        kind: MeetingKind::Regular,
        scheduled_on: crate::fixtures::day("2026-11-24"),
        with_work_meeting: true,
        reason_given: false,
        at: at(when),
    }
}

/// Held with a Party delegate and a deputy, and four others.
pub(crate) fn closing(held: &str) -> CloseDraft {
    CloseDraft {
        held_at: at(held),
        delegates: vec![as_delegate(PARTY[0]), as_delegate(DEPUTY[0])],
        attendance: BTreeMap::from([(AttendanceClass::PartyOrganisation, 3), (AttendanceClass::Official, 1)]),
        files: Vec::new(),
    }
}

/// A hearing at the meeting of 2026-11-24, by its Party delegate.
pub(crate) fn hearing() -> HearingDraft {
    HearingDraft {
        reception_id: ReceptionId(Uuid::from_u128(0x83)),
        grid_id: GRID,
        held_on: crate::fixtures::day("2026-11-24"),
        delegate_ids: vec![PARTY[0]],
        issue_ids: vec![IssueId(Uuid::from_u128(0x84))],
    }
}

pub(crate) fn by(id: DelegateId) -> HearingDraft {
    HearingDraft { delegate_ids: vec![id], ..hearing() }
}

/// A meeting with what happened to it.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub meeting: Meeting,
    pub events: Vec<(MeetingEvent, Stamp)>,
}

impl Given {
    pub fn convened() -> Self {
        Self::convened_as(MeetingKind::Regular, "2026-11-02 09:00")
    }

    pub fn convened_as(kind: MeetingKind, when: &str) -> Self {
        let convened = convene(&TOWN.people(), &rules(when), &ConveneDraft { kind, ..draft(when) }).unwrap();
        Self::default().then(when, MeetingEvent::Convened(convened))
    }

    pub fn and_tabled(self, when: &str, major: &Major) -> Self {
        let tabled = table(&self.meeting, major.named(), &rules(when), at(when)).unwrap();
        self.then(when, MeetingEvent::MajorIssueTabled(tabled))
    }

    pub fn and_deferred(self, when: &str, major: &Major) -> Self {
        let reason = DeferralReason::NeedsFacts;
        let deferred = defer(&self.meeting, major.named(), &rules(when), reason, at(when)).unwrap();
        self.then(when, MeetingEvent::MajorIssueDeferred(deferred))
    }

    pub fn decision(&self, when: &str, major: &Major) -> Result<Decision, Refusal> {
        decide(self.named(), major.named(), &rules(when), at(when))
    }

    pub fn and_decided(self, when: &str, major: &Major) -> Self {
        let decision = self.decision(when, major).unwrap();
        self.then(when, MeetingEvent::MajorIssueDecided(decision.meeting))
    }

    /// Held on 2026-11-24 at 14:00, recorded at 17:00.
    pub fn closed() -> Self {
        Self::convened().and_closed("2026-11-24 14:00", "2026-11-24 17:00")
    }

    pub fn and_closed(self, held: &str, recorded: &str) -> Self {
        let closed = close(&self.meeting, &TOWN.people(), &rules(recorded), &closing(held)).unwrap();
        self.event(MeetingEvent::Closed(closed), held, recorded)
    }

    pub fn cancelled() -> Self {
        let (given, when) = (Self::convened(), "2026-11-20 09:00");
        let cancelled = cancel(&given.meeting, &rules(when), at(when)).unwrap();
        given.then(when, MeetingEvent::Cancelled(cancelled))
    }

    pub fn and_heard(self) -> Self {
        let heard = hear(&self.meeting, &rules("2026-11-24 18:00"), &hearing()).unwrap();
        self.event(MeetingEvent::OpinionsHeard(heard), "2026-11-24 14:30", "2026-11-24 18:00")
    }

    pub fn named(&self) -> NamedMeeting<'_> {
        NamedMeeting { id: MEETING, now: &self.meeting }
    }

    /// One more fact, recorded when it happened.
    pub fn then(self, when: &str, event: MeetingEvent) -> Self {
        self.event(event, when, when)
    }

    pub fn event(mut self, event: MeetingEvent, occurred: &str, recorded: &str) -> Self {
        let version = self.meeting.version + 1;
        let stamp = stamp(100 + version, version, occurred, recorded);
        self.meeting.apply(&event, &stamp);
        self.events.push((event, stamp));
        self
    }
}

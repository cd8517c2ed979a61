//! A major issue step by step: what each step records, what it waits for, and what it refuses.
#![allow(clippy::unwrap_used)]

mod dispatch;
mod triage;

use super::assignment::{AssignmentDraft, accept, assign, decide_refusal, refuse};
use super::conclusion::conclude;
use super::deliberation::{DeliberationDraft, deliberate};
use super::handling::{report, verify};
use super::level::change;
use super::triage::{TriageDraft, triage};
use super::*;
use crate::fixtures::{day, stamp};
use crate::ids::{IssueId, OfficeId};
use crate::issue::fixture::{CALENDARS, GRID, Given, ISSUE, MAJOR, POLICY, at, refused, rules};
use crate::issue::{IssueEvent, withdrawal};
use crate::office::{OfficeEvent, OfficeRegistered, Offices};
use crate::refusal::Code;
use crate::rules::Rules;
use crate::vocabulary::{
    DueRule, IssueState, Level, MajorIssueState, OfficeKind, Outcome, StatutoryChannel, TriageDecision,
};
use crate::{Fold, Stamp};
use uuid::Uuid;

const LEAD: OfficeId = OfficeId(Uuid::from_u128(0x71));
const SUPPORT: OfficeId = OfficeId(Uuid::from_u128(0x72));
const UNKNOWN: OfficeId = OfficeId(Uuid::from_u128(0x79));

fn offices() -> Offices {
    let mut offices = Offices::default();
    for (id, name) in [(LEAD, "市容管理所"), (SUPPORT, "党代表工作室")] {
        let registered = OfficeRegistered { name: name.to_owned(), kind: OfficeKind::Department };
        offices.apply(id, &OfficeEvent::Registered(registered), &stamp(30, 1));
    }
    offices
}

/// A major issue on its way, each step at a minute of its own.
#[derive(Clone)]
struct Major(MajorIssue);

impl Major {
    /// Submitted by the escalation of [`Given::escalated`], Friday 2026-11-20 at 09:00.
    fn submitted() -> Self {
        let submitted = Submitted { grid_id: GRID, level: Level::L3, issue_id: ISSUE };
        Self(MajorIssue::default()).then("2026-11-20 09:00", MajorIssueEvent::Submitted(submitted))
    }

    fn then(mut self, when: &str, event: MajorIssueEvent) -> Self {
        let version = self.0.version + 1;
        let moment = at(when);
        let stamp = Stamp {
            position: 200 + version,
            version,
            occurred_at: moment,
            recorded_at: moment,
            policy: Some(POLICY.position()),
            calendar: CALENDARS.newest(),
            account: None,
        };
        self.0.apply(&event, &stamp);
        self
    }

    fn triaged() -> Self {
        let major = Self::submitted();
        let decided = triage(&major.0, MAJOR, &rules("2026-11-23 09:00"), &accepted("2026-11-23 09:00"), &[]).unwrap();
        major.then("2026-11-23 09:00", MajorIssueEvent::Triaged(decided.major_issue))
    }

    fn deliberated() -> Self {
        Self::triaged().and_deliberated("2026-11-24 09:00")
    }

    fn and_deliberated(self, when: &str) -> Self {
        let held = deliberate(&self.0, &rules(when), &meeting(when)).unwrap();
        self.then(when, MajorIssueEvent::Deliberated(held))
    }

    fn assigned() -> Self {
        Self::deliberated().and_assigned("2026-11-25 09:00")
    }

    fn and_assigned(self, when: &str) -> Self {
        let assigned = assign(&self.0, &rules(when), &offices(), &to_lead(when, None)).unwrap();
        self.then(when, MajorIssueEvent::Assigned(assigned))
    }

    fn refusing() -> Self {
        let major = Self::assigned();
        let refusal = refuse(&major.0, &rules("2026-11-26 09:00"), at("2026-11-26 09:00")).unwrap();
        major.then("2026-11-26 09:00", MajorIssueEvent::DispatchRefused(refusal))
    }

    fn handling() -> Self {
        let major = Self::assigned();
        let taken = accept(&major.0, &rules("2026-11-26 09:00"), at("2026-11-26 09:00")).unwrap();
        major.then("2026-11-26 09:00", MajorIssueEvent::Accepted(taken))
    }

    fn reported() -> Self {
        let major = Self::handling();
        let reported = report(&major.0, &rules("2026-12-07 09:00"), Outcome::Resolved, at("2026-12-07 09:00"));
        major.then("2026-12-07 09:00", MajorIssueEvent::OutcomeReported(reported.unwrap()))
    }

    fn verified() -> Self {
        let major = Self::reported();
        let when = "2026-12-08 09:00";
        let verified = verify(&major.0, &rules(when), &offices(), true, SUPPORT, at(when)).unwrap();
        major.then(when, verified)
    }

    fn reworking() -> Self {
        let major = Self::reported();
        let when = "2026-12-08 09:00";
        let returned = verify(&major.0, &rules(when), &offices(), false, SUPPORT, at(when)).unwrap();
        major.then(when, returned)
    }

    fn concluded() -> Self {
        let when = "2026-12-09 09:00";
        Self::verified().then(when, MajorIssueEvent::Concluded(Concluded { outcome: Outcome::Resolved }))
    }

    /// Every state but those named, by name.
    fn all_but(states: &[MajorIssueState]) -> Vec<Self> {
        let every = [
            Self::submitted(),
            Self::triaged(),
            Self::deliberated(),
            Self::assigned(),
            Self::handling(),
            Self::reported(),
            Self::verified(),
            Self::reworking(),
            Self::concluded(),
        ];
        every.into_iter().filter(|major| !states.contains(&major.0.state)).collect()
    }
}

fn accepted(when: &str) -> TriageDraft {
    TriageDraft {
        decision: TriageDecision::Accept,
        level: None,
        reason_given: false,
        statutory_channel: None,
        at: at(when),
    }
}

fn meeting(when: &str) -> DeliberationDraft {
    DeliberationDraft { held_on: day(&when[..10]), meeting_id: None, at: at(when) }
}

fn to_lead(when: &str, due_on: Option<&str>) -> AssignmentDraft {
    AssignmentDraft { lead_office_id: LEAD, support_office_ids: vec![SUPPORT], due_on: due_on.map(day), at: at(when) }
}

fn linked(given: &Given) -> LinkedNow<'_> {
    LinkedNow { id: ISSUE, issue: &given.issue, policy: &POLICY }
}

const LATE: &str = "2026-12-20 09:00";

#[test]
fn the_outcome_is_reported_from_handling_and_again_after_rework() {
    assert_eq!(Major::reported().0.outcome, Some(Outcome::Resolved));
    assert!(report(&Major::reworking().0, &rules(LATE), Outcome::Planned, at(LATE)).is_ok());
    let code = |major: Major| refused(report(&major.0, &rules(LATE), Outcome::Planned, at(LATE)));
    assert_eq!(code(Major::assigned()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::reported()), Code::AlreadyReported);
    assert_eq!(code(Major::verified()), Code::AlreadyReported);
    assert_eq!(code(Major::concluded()), Code::MajorIssueConcluded);
}

#[test]
fn another_office_verifies_what_the_lead_reported() {
    let then = Major::verified().0;
    assert_eq!((then.state, then.verified_by), (MajorIssueState::Verified, Some(SUPPORT)));
    assert_eq!(Major::reworking().0.state, MajorIssueState::ReturnedForRework);
    let code = |major: Major, by| refused(verify(&major.0, &rules(LATE), &offices(), true, by, at(LATE)));
    assert_eq!(code(Major::reported(), LEAD), Code::VerifiedByLead);
    assert_eq!(code(Major::reported(), UNKNOWN), Code::UnknownId);
    assert_eq!(code(Major::verified(), SUPPORT), Code::AlreadyVerified);
    assert_eq!(code(Major::handling(), SUPPORT), Code::MajorIssueWrongState);
    assert_eq!(code(Major::concluded(), SUPPORT), Code::MajorIssueConcluded);
}

#[test]
fn the_level_changes_from_deliberation_on_and_leaves_the_state() {
    let major = Major::handling();
    let change = |major: &Major, now: &Rules<'_>, to| {
        change(&major.0, MAJOR, now, to, at(LATE), &[]).map(|changed| changed.major_issue)
    };
    let raised = change(&major, &rules(LATE), Level::L4).unwrap();
    assert_eq!(raised, MajorIssueEvent::LevelRaised(LevelChanged { to: Level::L4 }));
    let then = major.clone().then(LATE, raised);
    assert_eq!((then.0.state, then.0.level), (MajorIssueState::Handling, Level::L4));
    assert!(deliberate(&then.0, &rules(LATE), &meeting(LATE)).is_ok());
    let lowered = change(&major, &rules(LATE), Level::L2).unwrap();
    assert_eq!(lowered, MajorIssueEvent::LevelLowered(LevelChanged { to: Level::L2 }));
    let code = |major: Major, to| refused(change(&major, &rules(LATE), to));
    assert_eq!(code(major, Level::L3), Code::AlreadyAtLevel);
    assert_eq!(code(Major::submitted(), Level::L4), Code::MajorIssueWrongState);
    assert_eq!(code(Major::triaged(), Level::L4), Code::MajorIssueWrongState);
    assert_eq!(code(Major::refusing(), Level::L4), Code::MajorIssueWrongState);
    assert_eq!(code(Major::concluded(), Level::L4), Code::MajorIssueConcluded);
}

#[test]
fn a_higher_level_moves_the_outer_limit_of_its_issues_later_and_never_back() {
    let given = Given::escalated();
    let limit = given.issue.due.clone();
    let up = change(&Major::handling().0, MAJOR, &rules(LATE), Level::L4, at(LATE), &[linked(&given)]).unwrap();
    let [(ISSUE, IssueEvent::DeadlineRecomputed(moved))] = up.issues.as_slice() else { panic!("{:?}", up.issues) };
    // Six months from the reception instead of sixty days.
    assert_eq!((moved.due.rule, moved.due.months, moved.due.from), (DueRule::OuterLimit, Some(6), limit.from));
    assert_eq!((limit.on, moved.due.on, moved.calendar_year), (day("2027-01-18"), day("2027-05-19"), None));

    let then = given.clone().then(LATE, up.issues[0].1.clone());
    assert_eq!((then.issue.due.on, then.issue.promised_due.clone()), (day("2027-05-19"), given.issue.promised_due));
    let high = Major::handling().then(LATE, MajorIssueEvent::LevelRaised(LevelChanged { to: Level::L4 }));
    let down = change(&high.0, MAJOR, &rules(LATE), Level::L3, at(LATE), &[linked(&then)]).unwrap();
    assert_eq!(down.issues, [], "a due date is never shortened");
    // Nor does a level that gives the same move anything.
    let lower = change(&Major::handling().0, MAJOR, &rules(LATE), Level::L2, at(LATE), &[linked(&Given::escalated())]);
    assert_eq!(lower.unwrap().issues, []);
}

#[test]
fn concluding_gives_every_linked_issue_the_outcome_and_its_delegate_three_working_days() {
    let given = Given::escalated();
    let when = "2026-12-10 10:00";
    let done = conclude(&Major::verified().0, MAJOR, &rules(when), Outcome::Resolved, at(when), &[linked(&given)]);
    let done = done.unwrap();
    assert_eq!(done.major_issue, Concluded { outcome: Outcome::Resolved });
    let then = given.clone().then(when, IssueEvent::OutcomeReportedBack(done.issues[0].1.clone())).issue;
    assert_eq!((then.state, then.due.on), (IssueState::AwaitingAnswer, day("2026-12-15")));
}

#[test]
fn only_what_is_verified_is_concluded_unless_no_issue_is_left() {
    let given = Given::escalated();
    let now = rules(LATE);
    for major in Major::all_but(&[MajorIssueState::Verified, MajorIssueState::Concluded]) {
        let early = conclude(&major.0, MAJOR, &now, Outcome::Resolved, now.now, &[linked(&given)]);
        assert_eq!(refused(early), Code::MajorIssueWrongState, "{}", major.0.state);
        let empty = conclude(&major.0, MAJOR, &now, Outcome::Explained, now.now, &[]).unwrap();
        assert_eq!(empty.issues, []);
    }
    let again = conclude(&Major::concluded().0, MAJOR, &now, Outcome::Resolved, now.now, &[]);
    assert_eq!(refused(again), Code::AlreadyConcluded);
    let returned = Triaged { decision: TriageDecision::Return, level: None };
    let over = Major::submitted().then("2026-11-23 09:00", MajorIssueEvent::Triaged(returned));
    assert_eq!(refused(conclude(&over.0, MAJOR, &now, Outcome::Resolved, now.now, &[])), Code::MajorIssueConcluded);
}

#[test]
fn no_step_is_before_the_one_it_follows_nor_in_the_future() {
    let now = rules("2026-12-08 12:00");
    for (claimed, code) in [("2026-11-20 08:00", Code::BeforePrevious), ("2026-12-08 12:01", Code::InTheFuture)] {
        let claimed = at(claimed);
        let early = TriageDraft { at: claimed, ..accepted(LATE) };
        assert_eq!(refused(triage(&Major::submitted().0, MAJOR, &now, &early, &[])), code);
        let early = DeliberationDraft { at: claimed, ..meeting("2026-11-24 09:00") };
        assert_eq!(refused(deliberate(&Major::triaged().0, &now, &early)), code);
        let early = AssignmentDraft { at: claimed, ..to_lead(LATE, None) };
        assert_eq!(refused(assign(&Major::deliberated().0, &now, &offices(), &early)), code);
        assert_eq!(refused(accept(&Major::assigned().0, &now, claimed)), code);
        assert_eq!(refused(refuse(&Major::assigned().0, &now, claimed)), code);
        assert_eq!(refused(decide_refusal(&Major::refusing().0, &now, true, claimed)), code);
        assert_eq!(refused(report(&Major::handling().0, &now, Outcome::Resolved, claimed)), code);
        assert_eq!(refused(verify(&Major::reported().0, &now, &offices(), true, SUPPORT, claimed)), code);
        assert_eq!(refused(change(&Major::handling().0, MAJOR, &now, Level::L4, claimed, &[])), code);
        assert_eq!(refused(conclude(&Major::verified().0, MAJOR, &now, Outcome::Resolved, claimed, &[])), code);
    }
}

#[test]
fn an_issue_that_comes_back_stands_linked_once() {
    let joined = MajorIssueEvent::IssueJoined(IssueJoined { issue_id: ISSUE });
    let then = Major::submitted().then("2026-11-24 09:00", joined).0;
    assert_eq!(then.issue_ids().collect::<Vec<_>>(), [ISSUE]);
    // Joining is no step: what follows may be claimed to be earlier.
    assert_eq!(then.turned_at, at("2026-11-20 09:00"));
}

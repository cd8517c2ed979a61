//! A major issue step by step: what each step records, what it waits for, and what it refuses.
#![allow(clippy::unwrap_used)]
use super::assignment::{AssignmentDraft, accept, assign, decide_refusal, refuse};
use super::conclusion::conclude;
use super::deliberation::{DeliberationDraft, deliberate};
use super::handling::{report, verify};
use super::level::change;
use super::triage::{TriageDraft, triage};
use super::*;
use crate::fixtures::{day, stamp};
use crate::ids::{IssueId, OfficeId};
use crate::issue::given::{CALENDARS, GRID, Given, ISSUE, MAJOR, POLICY, at, refused, rules};
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
fn triage_accepts_at_the_level_asked_for_or_another() {
    let major = Major::submitted().0;
    let when = "2026-11-23 09:00";
    let same = TriageDraft { level: Some(Level::L3), ..accepted(when) };
    assert_eq!(triage(&major, MAJOR, &rules(when), &same, &[]).unwrap().major_issue.level, None);
    let lower = TriageDraft { level: Some(Level::L2), ..accepted(when) };
    let decided = triage(&major, MAJOR, &rules(when), &lower, &[]).unwrap().major_issue;
    let then = Major::submitted().then(when, MajorIssueEvent::Triaged(decided)).0;
    assert_eq!((then.state, then.level), (MajorIssueState::Triaged, Level::L2));
}

#[test]
fn triage_returns_every_issue_that_stands_linked_to_its_delegate() {
    let given = Given::escalated();
    let draft = TriageDraft { decision: TriageDecision::Return, reason_given: true, ..accepted("2026-11-25 15:00") };
    let decided = triage(&Major::submitted().0, MAJOR, &rules("2026-11-25 15:00"), &draft, &[linked(&given)]).unwrap();
    let [(id, event)] = decided.issues.as_slice() else { panic!("one issue, not {:?}", decided.issues) };
    assert_eq!(*id, ISSUE);
    let then = given.clone().then("2026-11-25 15:00", event.clone()).issue;
    assert_eq!((then.state, then.due.on, then.major_issue_id), (IssueState::InHand, day("2026-11-30"), None));
    let major = Major::submitted().then("2026-11-25 15:00", MajorIssueEvent::Triaged(decided.major_issue)).0;
    assert!(major.state == MajorIssueState::Returned && major.is_over() && major.linked[0].returned);
}

#[test]
fn triage_refers_every_issue_that_stands_linked_and_leaves_the_others() {
    let escalated = Given::escalated();
    let withdrawn = {
        let given = Given::escalated();
        let event = withdrawal::withdraw(&given.issue, &rules("2026-11-21 09:00"), false, at("2026-11-21 09:00"));
        given.then("2026-11-21 09:00", IssueEvent::Withdrawn(event.unwrap()))
    };
    let when = "2026-11-25 15:00";
    let draft = TriageDraft {
        decision: TriageDecision::Refer,
        reason_given: true,
        statutory_channel: Some(StatutoryChannel::Petition),
        ..accepted(when)
    };
    let other = LinkedNow { id: IssueId(Uuid::from_u128(0x12)), ..linked(&withdrawn) };
    let decided = triage(&Major::submitted().0, MAJOR, &rules(when), &draft, &[linked(&escalated), other]).unwrap();
    assert_eq!(decided.issues.len(), 1);
    let then = escalated.then(when, decided.issues[0].1.clone()).issue;
    assert_eq!(then.state, IssueState::Referred);
}

#[test]
fn a_triage_says_why_and_where_to_and_nothing_it_does_not_need() {
    let code = |draft: TriageDraft| refused(triage(&Major::submitted().0, MAJOR, &rules(LATE), &draft, &[]));
    let returned = TriageDraft { decision: TriageDecision::Return, reason_given: true, ..accepted(LATE) };
    assert_eq!(code(TriageDraft { reason_given: false, ..returned }), Code::ReasonMissing);
    assert_eq!(code(TriageDraft { level: Some(Level::L1), ..returned }), Code::LevelUnexpected);
    let channel = Some(StatutoryChannel::Court);
    assert_eq!(code(TriageDraft { statutory_channel: channel, ..returned }), Code::InvalidValue);
    let referred = TriageDraft { decision: TriageDecision::Refer, ..returned };
    assert_eq!(code(referred), Code::ChannelMissing);
}

#[test]
fn a_major_issue_is_triaged_once() {
    for major in Major::all_but(&[MajorIssueState::Submitted, MajorIssueState::Concluded]) {
        let again = triage(&major.0, MAJOR, &rules(LATE), &accepted(LATE), &[]);
        assert_eq!(refused(again), Code::AlreadyTriaged, "{}", major.0.state);
    }
    let over = triage(&Major::concluded().0, MAJOR, &rules(LATE), &accepted(LATE), &[]);
    assert_eq!(refused(over), Code::MajorIssueConcluded);
}

#[test]
fn it_is_deliberated_after_triage_and_not_again_without_a_reason() {
    let then = Major::deliberated().0;
    assert_eq!((then.state, then.deliberated_on), (MajorIssueState::Deliberated, vec![day("2026-11-24")]));
    let code = |major: &Major| refused(deliberate(&major.0, &rules(LATE), &meeting(LATE)));
    assert_eq!(code(&Major::submitted()), Code::MajorIssueWrongState);
    for major in Major::all_but(&[MajorIssueState::Submitted, MajorIssueState::Triaged, MajorIssueState::Concluded]) {
        assert_eq!(code(&major), Code::AlreadyDeliberated, "{}", major.0.state);
    }
    assert_eq!(code(&Major::concluded()), Code::MajorIssueConcluded);
}

#[test]
fn a_meeting_was_held_after_the_submission_and_not_in_the_future() {
    let code = |held_on: &str| {
        let draft = DeliberationDraft { held_on: day(held_on), ..meeting("2026-11-24 09:00") };
        refused(deliberate(&Major::triaged().0, &rules("2026-11-24 09:00"), &draft))
    };
    assert_eq!(code("2026-11-25"), Code::InTheFuture);
    assert_eq!(code("2026-11-19"), Code::BeforePrevious);
}

#[test]
fn an_assignment_names_lead_and_supports_and_is_due_by_its_level() {
    let then = Major::assigned().0;
    assert_eq!((then.state, then.lead_office_id), (MajorIssueState::Assigned, Some(LEAD)));
    let due = then.due.unwrap();
    assert_eq!(
        (due.rule, due.working_days, due.on, due.provisional),
        (DueRule::Handling, Some(30), day("2027-01-06"), true)
    );
}

#[test]
fn an_assignment_may_name_an_earlier_day_of_its_own() {
    let when = "2026-11-25 09:00";
    let with = |due_on| assign(&Major::deliberated().0, &rules(when), &offices(), &to_lead(when, Some(due_on)));
    assert_eq!(with("2026-12-05").unwrap().due.on, day("2026-12-07"));
    assert_eq!(refused(with("2026-11-25")), Code::NotLater);
    assert_eq!(refused(with("2027-01-07")), Code::HandlingTooLong);
    assert_eq!(refused(with("2101-01-07")), Code::DueTooFar);
}

#[test]
fn offices_of_an_assignment_are_known_and_each_has_one_part() {
    let code = |lead, supports: &[OfficeId]| {
        let draft = AssignmentDraft {
            lead_office_id: lead,
            support_office_ids: supports.to_vec(),
            ..to_lead("2026-11-25 09:00", None)
        };
        refused(assign(&Major::deliberated().0, &rules("2026-11-25 09:00"), &offices(), &draft))
    };
    assert_eq!(code(UNKNOWN, &[]), Code::UnknownId);
    assert_eq!(code(LEAD, &[UNKNOWN]), Code::UnknownId);
    assert_eq!(code(LEAD, &[LEAD]), Code::LeadAmongSupports);
    assert_eq!(code(LEAD, &[SUPPORT, SUPPORT]), Code::Duplicate);
    assert_eq!(code(LEAD, &[SUPPORT; 51]), Code::TooMany);
}

#[test]
fn only_what_was_deliberated_is_assigned_and_once() {
    let code = |major: Major| refused(assign(&major.0, &rules(LATE), &offices(), &to_lead(LATE, None)));
    assert_eq!(code(Major::submitted()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::triaged()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::assigned()), Code::AlreadyDispatched);
    assert_eq!(code(Major::handling()), Code::AlreadyDispatched);
    assert_eq!(code(Major::concluded()), Code::MajorIssueConcluded);
}

#[test]
fn the_lead_office_accepts_once() {
    assert_eq!(Major::handling().0.state, MajorIssueState::Handling);
    let code = |major: Major| refused(accept(&major.0, &rules(LATE), at(LATE)));
    assert_eq!(code(Major::handling()), Code::AlreadyAccepted);
    assert_eq!(code(Major::deliberated()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::refusing()), Code::MajorIssueWrongState);
    assert_eq!(code(Major::concluded()), Code::MajorIssueConcluded);
}

#[test]
fn a_dispatch_is_refused_within_two_working_days_also_not_backdated() {
    // Assigned on Wednesday 2026-11-25, so until Friday.
    let major = Major::assigned().0;
    assert!(refuse(&major, &rules("2026-11-27 23:59"), at("2026-11-27 23:59")).is_ok());
    let late = refuse(&major, &rules("2026-11-28 00:00"), at("2026-11-26 09:00"));
    assert_eq!(refused(late), Code::RefusalTooLate);
    assert_eq!(refused(refuse(&Major::handling().0, &rules(LATE), at(LATE))), Code::AlreadyAccepted);
    assert_eq!(refused(refuse(&Major::triaged().0, &rules(LATE), at(LATE))), Code::MajorIssueWrongState);
}

#[test]
fn an_upheld_refusal_may_be_deliberated_again_and_there_is_no_second_one() {
    let major = Major::refusing();
    assert_eq!((major.0.state, major.0.refusal_pending), (MajorIssueState::Assigned, true));
    assert_eq!(
        refused(refuse(&major.0, &rules("2026-11-26 10:00"), at("2026-11-26 10:00"))),
        Code::DispatchRefusedOnce
    );
    let when = "2026-11-27 09:00";
    let upheld = decide_refusal(&major.0, &rules(when), true, at(when)).unwrap();
    let major = major.then(when, MajorIssueEvent::RefusalDecided(upheld));
    assert_eq!((major.0.state, major.0.lead_office_id), (MajorIssueState::Deliberated, None));
    assert!(assign(&major.0, &rules(when), &offices(), &to_lead(when, None)).is_ok(), "straight to another office");
    let major = major.and_deliberated("2026-11-30 09:00").and_assigned("2026-11-30 10:00");
    let second = refuse(&major.0, &rules("2026-12-01 09:00"), at("2026-12-01 09:00"));
    assert_eq!(refused(second), Code::DispatchRefusedOnce);
}

#[test]
fn a_refusal_that_does_not_stand_leaves_the_lead_office_handling() {
    let major = Major::refusing();
    let when = "2026-11-27 09:00";
    let decided = decide_refusal(&major.0, &rules(when), false, at(when)).unwrap();
    let then = major.then(when, MajorIssueEvent::RefusalDecided(decided)).0;
    assert_eq!((then.state, then.lead_office_id), (MajorIssueState::Handling, Some(LEAD)));
    assert_eq!(refused(decide_refusal(&then, &rules(when), true, at(when))), Code::NoRefusalPending);
    assert_eq!(refused(decide_refusal(&Major::assigned().0, &rules(LATE), true, at(LATE))), Code::NoRefusalPending);
}

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
fn triage_at_a_higher_level_moves_the_outer_limit_too() {
    let draft = TriageDraft { level: Some(Level::L4), ..accepted("2026-11-23 09:00") };
    let now = rules("2026-11-23 09:00");
    let decided = triage(&Major::submitted().0, MAJOR, &now, &draft, &[linked(&Given::escalated())]).unwrap();
    let [(ISSUE, IssueEvent::DeadlineRecomputed(moved))] = decided.issues.as_slice() else { panic!("{decided:?}") };
    assert_eq!(moved.due.on, day("2027-05-19"));
}

#[test]
fn a_refused_dispatch_recorded_late_is_judged_by_the_day_of_recording() {
    // Assigned on Wednesday 2026-11-25; two working days end on Friday.
    let refuse_on = |now: &str, claimed: &str| refuse(&Major::assigned().0, &rules(now), at(claimed));
    assert!(refuse_on("2026-11-30 10:00", "2026-11-27 10:00").is_ok(), "recorded on the next working day");
    assert_eq!(refused(refuse_on("2026-12-01 10:00", "2026-11-27 10:00")), Code::RefusalTooLate);
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

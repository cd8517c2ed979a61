//! Invariants over random lives: three issues of one grid and their major issues, whatever is tried in
//! whatever order, with calendars published on the way.
#![allow(clippy::unwrap_used)]

mod backdating;
mod clocked;
mod corrections;
mod deciding;
mod invariants;

use super::answering::{AnswerDraft, answer};
use super::commitment::{VerificationDraft, verify};
use super::escalation::{EscalationDraft, escalate, return_escalation};
use super::extension::{self, ExtensionDraft};
use super::feedback::FeedbackDraft;
use super::fixture::{GRID, POLICY, RECEIVER, SUCCESSOR, delegates};
use super::handover::{HandoverDraft, hand_over};
use super::input::{self, InputDraft};
use super::interim::InterimDraft;
use super::linking::{LinkDraft, link};
use super::merging::{MergeDraft, merge, unmerge};
use super::reopening::AcceptanceDraft;
use super::suspension::SuspensionDraft;
use super::{Issue, IssueEvent, Raised};
use super::{closing, delivery, feedback, interim, referral, reopening, suspension, taking, withdrawal};
use crate::calendar::{CalendarEvent, CalendarSource, CalendarYear, Calendars, NamedDay};
use crate::deadline;
use crate::delegate::Delegates;
use crate::event::Event;
use crate::fixtures;
use crate::ids::{DelegateId, IssueId, MajorIssueId, OfficeId, ReceptionId};
use crate::major_issue::assignment::{self, AssignmentDraft};
use crate::major_issue::conclusion::conclude;
use crate::major_issue::deliberation::{DeliberationDraft, deliberate};
use crate::major_issue::triage::{TriageDraft, triage};
use crate::major_issue::{LinkedNow, MajorIssue, MajorIssueEvent, handling, level};
use crate::office::{OfficeEvent, OfficeRegistered, Offices};
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::vocabulary::{
    AnswerChannel, ClockState, DueRule, EvidenceKind, ExtensionReason, FeedbackBy, HandoverReason, IssueKind,
    IssueState, Level, LinkKind, MajorIssueState, OfficeKind, Outcome, ReopeningGround, Satisfaction, StatutoryChannel,
    SuspensionReason, TriageDecision, WordChannel,
};
use crate::{Fold, Stamp};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use invariants::{check, check_step};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const LEAD: OfficeId = OfficeId(Uuid::from_u128(0x71));
const VERIFIER: OfficeId = OfficeId(Uuid::from_u128(0x72));

/// One attempt: after some hours, from which action on the first that is allowed is taken, with these choices.
#[derive(Clone, Debug)]
struct Attempt {
    hours: u8,
    /// The time claimed lies this many hours back.
    back: u8,
    action: u8,
    which: u8,
    choice: u8,
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let attempt =
        (0_u8..60, prop_oneof![8 => Just(0_u8), 2 => 0_u8..30, 1 => 30_u8..200], any::<u8>(), any::<u8>(), any::<u8>());
    let attempt =
        attempt.prop_map(|(hours, back, action, which, choice)| Attempt { hours, back, action, which, choice });
    prop::collection::vec(attempt, 1..60)
}

fn pick<T: Copy>(from: &[T], choice: u8) -> T {
    from[usize::from(choice) % from.len()]
}

/// A stream with its state kept up as events come.
#[derive(Clone)]
struct Stream<S, E> {
    state: S,
    events: Vec<(E, Stamp)>,
}

struct World {
    now: DateTime<Utc>,
    position: u64,
    calendars: Calendars,
    delegates: Delegates,
    offices: Offices,
    issues: BTreeMap<IssueId, Stream<Issue, IssueEvent>>,
    major_issues: BTreeMap<MajorIssueId, Stream<MajorIssue, MajorIssueEvent>>,
}

enum Fact {
    Issue(IssueId, IssueEvent),
    MajorIssue(MajorIssueId, MajorIssueEvent),
}

type Decided = Result<Vec<Fact>, Refusal>;

const ACTIONS: u8 = 39;

impl World {
    fn new() -> Self {
        let mut offices = Offices::default();
        for (id, name) in [(LEAD, "市容管理所"), (VERIFIER, "党代表工作室")] {
            let registered = OfficeRegistered { name: name.to_owned(), kind: OfficeKind::Department };
            offices.apply(id, &OfficeEvent::Registered(registered), &fixtures::stamp(30, 1));
        }
        let mut world = Self {
            now: super::fixture::at("2026-11-19 14:10"),
            position: 100,
            calendars: fixtures::calendars(),
            delegates: delegates(),
            offices,
            issues: BTreeMap::new(),
            major_issues: BTreeMap::new(),
        };
        for n in 1..=3_u128 {
            let raised = Raised {
                reception_id: ReceptionId(Uuid::from_u128(9)),
                visitor: None,
                kind: IssueKind::Opinion,
                topic: "other".to_owned(),
                grid_id: GRID,
                unit_id: None,
                responsible_delegate_id: RECEIVER,
                due: deadline::final_answer(&world.rules(), world.today()).unwrap(),
            };
            let now = world.now;
            world.record(Fact::Issue(IssueId(Uuid::from_u128(n)), IssueEvent::Raised(raised)), now);
        }
        world
    }

    fn rules(&self) -> Rules<'_> {
        Rules::at(&POLICY, &self.calendars, self.now)
    }

    fn today(&self) -> NaiveDate {
        POLICY.town_date(self.now)
    }

    fn stamp(&mut self, version: u64, occurred_at: DateTime<Utc>) -> Stamp {
        self.position += 1;
        Stamp {
            position: self.position,
            version,
            occurred_at,
            recorded_at: self.now,
            policy: Some(POLICY.position()),
            calendar: self.calendars.newest(),
            account: None,
        }
    }

    fn record(&mut self, fact: Fact, at: DateTime<Utc>) {
        match fact {
            Fact::Issue(id, event) => {
                let before = self.issues.get(&id).map_or_else(Issue::default, |stream| stream.state.clone());
                let stamp = self.stamp(before.version + 1, at);
                let stream =
                    self.issues.entry(id).or_insert_with(|| Stream { state: Issue::default(), events: Vec::new() });
                stream.state.apply(&event, &stamp);
                stream.events.push((event.clone(), stamp));
                // As it stood when this was decided, and as it stands after it.
                let (today, zone) = (POLICY.town_date(self.now), POLICY.time_zone());
                let before = before.on(today, zone, &self.calendars);
                let after = stream.state.on(today, zone, &self.calendars);
                check_step(&before, &event, &after, &self.calendars);
            }
            Fact::MajorIssue(id, event) => {
                let version = self.major_issues.get(&id).map_or(0, |stream| stream.state.version) + 1;
                let stamp = self.stamp(version, at);
                let stream = self
                    .major_issues
                    .entry(id)
                    .or_insert_with(|| Stream { state: MajorIssue::default(), events: Vec::new() });
                stream.state.apply(&event, &stamp);
                stream.events.push((event, stamp));
            }
        }
    }

    /// Takes the first allowed action from the attempt's on, and shows that taking it again is refused.
    fn attempt(&mut self, attempt: &Attempt) {
        self.now += Duration::hours(attempt.hours.into());
        let at = self.now - Duration::hours(attempt.back.into());
        for turn in 0..ACTIONS {
            let action = attempt.action.wrapping_add(turn) % ACTIONS;
            let new_id = MajorIssueId(Uuid::from_u128(0x1000 + u128::from(self.position)));
            let Ok(facts) = self.decide(action, attempt, at, new_id) else { continue };
            // Another word to the visitor, another feedback, another question to an office and its answer: always
            // welcome.
            let repeatable = |fact: &Fact| {
                matches!(
                    fact,
                    Fact::Issue(
                        _,
                        IssueEvent::InterimReplyGiven(_)
                            | IssueEvent::FeedbackRecorded(_)
                            | IssueEvent::InputRequested(_)
                            | IssueEvent::InputGiven(_)
                    )
                )
            };
            let repeatable = facts.iter().all(repeatable);
            for fact in facts {
                self.record(fact, at);
            }
            if !repeatable {
                let again = self.decide(action, attempt, at, MajorIssueId(Uuid::from_u128(0x999_999)));
                assert!(again.is_err(), "action {action} was taken twice");
            }
            return;
        }
    }

    fn linked(&self, major: &MajorIssue) -> Vec<LinkedNow<'_>> {
        let issues = major.issue_ids().filter_map(|id| self.issues.get(&id).map(|stream| (id, &stream.state)));
        issues.map(|(id, issue)| LinkedNow { id, issue, policy: &POLICY }).collect()
    }

    /// A calendar for 2027, and what it means for every issue.
    fn publish(&mut self, holidays: &[u8]) {
        let first = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let mut days: Vec<NaiveDate> = holidays.iter().map(|day| first + Days::new((*day).into())).collect();
        days.sort_unstable();
        days.dedup();
        let year = CalendarYear {
            year: 2027,
            source: CalendarSource { title: "通知".to_owned(), document: None, published_on: first },
            public_holidays: days.iter().map(|date| NamedDay { date: *date, name: "节日".to_owned() }).collect(),
            make_up_days: Vec::new(),
            local_closures: Vec::new(),
        };
        let now = self.now;
        let stamp = self.stamp(1, now);
        self.calendars.apply(&CalendarEvent::Published(year), &stamp);
        let ids: Vec<IssueId> = self.issues.keys().copied().collect();
        for id in ids {
            let open = self.issues[&id].state.is_open();
            let Some(recomputed) = deadline::recompute(&self.issues[&id].state, &self.rules(), 2027) else {
                continue;
            };
            assert!(open, "a calendar moved an issue that is no longer open");
            self.record(Fact::Issue(id, IssueEvent::DeadlineRecomputed(recomputed)), now);
            assert_eq!(deadline::recompute(&self.issues[&id].state, &self.rules(), 2027), None);
        }
    }
}

fn responsible_at(events: &[(IssueEvent, Stamp)], version: u64) -> DelegateId {
    replayed(&events[..usize::try_from(version).unwrap() - 1]).responsible_delegate_id
}

fn replayed(events: &[(IssueEvent, Stamp)]) -> Issue {
    let mut issue = Issue::default();
    for (event, stamp) in events {
        let stored = Event::Issue(event.clone()).encode().unwrap();
        let read = Event::decode(&stored.event_type, stored.schema, &stored.public).unwrap();
        let Event::Issue(event) = read else { panic!("stored as {read:?}") };
        issue.apply(&event, stamp);
    }
    issue
}

fn live(attempts: &[Attempt], published_after: usize, holidays: &[u8], mut seen: impl FnMut(&World)) {
    let mut world = World::new();
    for (index, attempt) in attempts.iter().enumerate() {
        world.attempt(attempt);
        if index == published_after {
            world.publish(holidays);
        }
        check(&world);
        seen(&world);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_tried_the_invariants_of_the_life_cycle_hold(
        attempts in attempts(),
        published_after in 0_usize..40,
        holidays in prop::collection::vec(0_u8..60, 0..12),
    ) {
        live(&attempts, published_after, &holidays, |_| {});
    }
}

/// A property over lives that never get anywhere would show nothing: these reach every state there is.
#[test]
fn random_lives_reach_every_state() {
    let mut runner = TestRunner::deterministic();
    let mut issues = BTreeSet::new();
    let mut majors = BTreeSet::new();
    let mut cycles = 0;
    let mut facts = BTreeSet::new();
    let mut posted = false;
    for _ in 0..200 {
        let attempts = attempts().new_tree(&mut runner).unwrap().current();
        live(&attempts, 10, &[0, 3, 4], |world| {
            issues.extend(world.issues.values().map(|stream| stream.state.state));
            majors.extend(world.major_issues.values().map(|stream| stream.state.state));
            let events = world.issues.values().filter_map(|stream| stream.events.last());
            facts.extend(events.map(|(event, _)| event.event_type().name));
            posted |= world.issues.values().any(|stream| {
                let answer = stream.state.answer.as_ref();
                answer.is_some_and(|answer| answer.given.evidence.kind == EvidenceKind::Posted)
                    && !stream.state.on_own_motion
            });
            cycles = world.issues.values().map(|stream| stream.state.cycle).fold(cycles, u32::max);
        });
    }
    let missing: Vec<_> = IssueState::ALL.iter().filter(|state| !issues.contains(state)).collect();
    assert!(missing.is_empty(), "no issue was ever {missing:?}");
    let missing: Vec<_> = MajorIssueState::ALL.iter().filter(|state| !majors.contains(state)).collect();
    assert!(missing.is_empty(), "no major issue was ever {missing:?}");
    for fact in ["delivery_attempted", "commitment_verified", "merged", "unmerged", "linked", "input_requested"] {
        assert!(facts.contains(format!("issue.{fact}").as_str()), "never {fact} in {facts:?}");
    }
    assert!(facts.contains("issue.input_given"), "no input was given");
    assert!(posted, "no answer was posted after attempts");
    assert!(cycles >= 3, "no second reopening in {cycles} cycles");
}

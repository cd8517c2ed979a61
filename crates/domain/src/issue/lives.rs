//! Invariants over random lives: three issues of one grid and their major issues, whatever is tried in
//! whatever order, with calendars published on the way.
#![allow(clippy::unwrap_used)]

mod backdating;
mod corrections;

use super::answering::{AnswerDraft, answer};
use super::commitment::{VerificationDraft, verify};
use super::escalation::{EscalationDraft, escalate, return_escalation};
use super::extension::{self, ExtensionDraft};
use super::feedback::FeedbackDraft;
use super::given::{GRID, POLICY, RECEIVER, SUCCESSOR, delegates};
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
            now: super::given::at("2026-11-19 14:10"),
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

    fn decide(&self, action: u8, attempt: &Attempt, at: DateTime<Utc>, new_id: MajorIssueId) -> Decided {
        let (id, stream) = self.issues.iter().nth(usize::from(attempt.which) % self.issues.len()).unwrap();
        // From 30 on: what an issue has with others, and on the way to its visitor.
        if !(21..30).contains(&action) {
            self.decide_issue(action, *id, &stream.state, attempt, at, new_id)
        } else {
            let count = self.major_issues.len();
            let Some((id, stream)) = self.major_issues.iter().nth(usize::from(attempt.which) % count.max(1)) else {
                return Err(Refusal::new(crate::refusal::Code::UnknownId));
            };
            self.decide_major_issue(action, *id, &stream.state, attempt, at)
        }
    }

    fn decide_issue(
        &self,
        action: u8,
        id: IssueId,
        issue: &Issue,
        attempt: &Attempt,
        at: DateTime<Utc>,
        new_id: MajorIssueId,
    ) -> Decided {
        let rules = self.rules();
        let choice = attempt.choice;
        let days = |n: u8| Days::new(u64::from(n % 20) + 1);
        let one = |event: IssueEvent| Ok(vec![Fact::Issue(id, event)]);
        match action {
            0 => one(IssueEvent::Taken(taking::take(issue, &rules, at)?)),
            1 => {
                let next_word_on = self.today() + days(choice);
                let draft = InterimDraft { channel: WordChannel::Phone, told_at: at, next_word_on };
                one(IssueEvent::InterimReplyGiven(interim::reply(issue, &rules, &draft)?))
            }
            2 | 19 => one(IssueEvent::FinalAnswerGiven(answer(issue, &rules, &self.answer(issue, choice, at))?)),
            3 | 20 => {
                let level = pick(Level::ALL, choice);
                let joinable =
                    self.major_issues.iter().find(|(_, major)| choice.is_multiple_of(2) && !major.state.is_over());
                let draft = match joinable {
                    Some((id, major)) => {
                        EscalationDraft { level: major.state.level, major_issue_id: *id, join: Some(&major.state), at }
                    }
                    None => EscalationDraft { level, major_issue_id: new_id, join: None, at },
                };
                let escalation = escalate(issue, id, &rules, &draft)?;
                Ok(vec![
                    Fact::Issue(id, IssueEvent::Escalated(escalation.issue)),
                    Fact::MajorIssue(draft.major_issue_id, escalation.major_issue),
                ])
            }
            4 => one(IssueEvent::EscalationReturned(return_escalation(issue, &rules, at)?)),
            5 => {
                let new_due_on = issue.due.on + days(choice);
                let draft = ExtensionDraft { reason_code: ExtensionReason::Complex, new_due_on, at };
                one(IssueEvent::ExtensionRequested(extension::request(issue, &rules, &draft)?))
            }
            6 => one(IssueEvent::ExtensionGranted(extension::grant(issue, &rules, at)?)),
            7 if choice < 64 => one(IssueEvent::ExtensionRefused(extension::refuse(issue, &rules, at)?)),
            7 | 8 => {
                let told = extension::notify(issue, &rules, WordChannel::Letter, at)?;
                one(IssueEvent::VisitorToldOfExtension(told))
            }
            9 => {
                let until_on = self.today() + days(choice);
                let draft = SuspensionDraft { reason_code: SuspensionReason::VisitorFacts, until_on, at };
                one(IssueEvent::ClockSuspended(suspension::suspend(issue, &rules, &draft)?))
            }
            10 => one(IssueEvent::ClockResumed(suspension::resume(issue, &rules, at)?)),
            11 if choice < 48 => {
                one(IssueEvent::Referred(referral::refer(issue, &rules, pick(StatutoryChannel::ALL, choice), at)?))
            }
            11 | 12 => {
                let satisfaction = pick(Satisfaction::ALL, choice);
                let draft = FeedbackDraft { satisfaction, by: FeedbackBy::CallBack, given_at: at };
                one(IssueEvent::FeedbackRecorded(feedback::record(issue, &rules, &draft)?))
            }
            13 => one(IssueEvent::Closed(closing::close(issue, &rules, at)?)),
            14 => {
                let ground = pick(ReopeningGround::ALL, choice);
                one(IssueEvent::ReopeningRequested(reopening::request(issue, &rules, ground, at)?))
            }
            15 if choice < 64 => one(IssueEvent::ReopeningRefused(reopening::refuse(issue, &rules, None, at)?)),
            15 | 16 => {
                let level = if choice.is_multiple_of(2) { Some(pick(Level::ALL, choice / 2)) } else { None };
                let draft = AcceptanceDraft { level, major_issue_id: new_id, at };
                let accepted = reopening::accept(issue, id, &rules, &draft)?;
                let mut facts = vec![Fact::Issue(id, IssueEvent::Reopened(accepted.reopened))];
                if let Some((escalated, submitted)) = accepted.escalation {
                    facts.push(Fact::Issue(id, IssueEvent::Escalated(escalated)));
                    facts.push(Fact::MajorIssue(new_id, MajorIssueEvent::Submitted(submitted)));
                }
                Ok(facts)
            }
            17 => {
                if choice >= 48 {
                    return Err(Refusal::new(crate::refusal::Code::InvalidValue));
                }
                let withdrawn = withdrawal::withdraw(issue, &rules, choice.is_multiple_of(2), at)?;
                one(IssueEvent::Withdrawn(withdrawn))
            }
            18 => {
                let draft = HandoverDraft {
                    to_delegate_id: pick(&[RECEIVER, SUCCESSOR], choice),
                    reason_code: HandoverReason::LongLeave,
                    at,
                };
                one(IssueEvent::ResponsibilityHandedOver(hand_over(issue, &rules, &self.delegates, &draft)?))
            }
            30 | 31 => {
                let attempted = delivery::attempt(issue, &rules, pick(WordChannel::ALL, choice), at)?;
                one(IssueEvent::DeliveryAttempted(attempted))
            }
            32 => {
                let verified_on = POLICY.town_date(at);
                let draft = VerificationDraft { kept: choice.is_multiple_of(2), verified_on, at };
                one(IssueEvent::CommitmentVerified(verify(issue, &rules, &draft)?))
            }
            33 | 34 => {
                let (primary_issue_id, primary) = self.other(choice);
                let draft = MergeDraft { primary_issue_id, at };
                one(IssueEvent::Merged(merge(issue, id, &rules, &draft, primary)?))
            }
            35 => one(IssueEvent::Unmerged(unmerge(issue, &rules, at)?)),
            36 => {
                let (issue_id, other) = self.other(choice);
                let draft = LinkDraft { issue_id, kind: pick(LinkKind::ALL, choice), at };
                one(IssueEvent::Linked(link(issue, id, &rules, &draft, other)?))
            }
            37 => {
                let draft = InputDraft { to_office_id: pick(&[LEAD, VERIFIER], choice), at };
                one(IssueEvent::InputRequested(input::request(issue, &rules, &self.offices, &draft)?))
            }
            38 => one(IssueEvent::InputGiven(input::give(issue, &rules, at)?)),
            other => panic!("no action {other} of an issue"),
        }
    }

    /// An issue to have something to do with; perhaps the very same.
    fn other(&self, choice: u8) -> (IssueId, &Issue) {
        let (id, stream) = self.issues.iter().nth(usize::from(choice) % self.issues.len()).unwrap();
        (*id, &stream.state)
    }

    fn answer(&self, issue: &Issue, choice: u8, at: DateTime<Utc>) -> AnswerDraft {
        let outcome = pick(Outcome::ALL, choice);
        let posted = choice >= 160;
        AnswerDraft {
            outcome,
            channel: if posted { AnswerChannel::Written } else { AnswerChannel::Oral },
            delivered_at: at,
            evidence: if posted { EvidenceKind::Posted } else { EvidenceKind::Witness },
            on_the_spot: issue.state == IssueState::Registered && choice < 32,
            answered_by: if choice.is_multiple_of(7) { Some(SUCCESSOR) } else { None },
            commitment_on: (outcome == Outcome::Planned).then(|| self.today() + Days::new(5)),
            basis_given: outcome == Outcome::Declined,
        }
    }

    fn decide_major_issue(
        &self,
        action: u8,
        id: MajorIssueId,
        major: &MajorIssue,
        attempt: &Attempt,
        at: DateTime<Utc>,
    ) -> Decided {
        let rules = self.rules();
        let choice = attempt.choice;
        let one = |event: MajorIssueEvent| Ok(vec![Fact::MajorIssue(id, event)]);
        match action {
            21 => {
                let decision = if choice < 200 { TriageDecision::Accept } else { pick(TriageDecision::ALL, choice) };
                let draft = TriageDraft {
                    decision,
                    level: (decision == TriageDecision::Accept && choice < 50).then_some(pick(Level::ALL, choice)),
                    reason_given: true,
                    statutory_channel: (decision == TriageDecision::Refer).then_some(StatutoryChannel::Petition),
                    at,
                };
                let decided = triage(major, id, &rules, &draft, &self.linked(major))?;
                let mut facts = vec![Fact::MajorIssue(id, MajorIssueEvent::Triaged(decided.major_issue))];
                facts.extend(decided.issues.into_iter().map(|(id, event)| Fact::Issue(id, event)));
                Ok(facts)
            }
            22 => {
                let draft = DeliberationDraft { held_on: POLICY.town_date(at), meeting_id: None, at };
                one(MajorIssueEvent::Deliberated(deliberate(major, &rules, &draft)?))
            }
            23 => {
                let draft = AssignmentDraft {
                    lead_office_id: LEAD,
                    support_office_ids: Vec::new(),
                    due_on: choice.is_multiple_of(3).then(|| POLICY.town_date(at) + Days::new(9)),
                    at,
                };
                let assigned = assignment::assign(major, &rules, &self.offices, &draft)?;
                let recounted = deadline::recount(&assigned.due, &self.calendars);
                assert_eq!(recounted, assigned.due);
                one(MajorIssueEvent::Assigned(assigned))
            }
            24 => one(MajorIssueEvent::Accepted(assignment::accept(major, &rules, at)?)),
            25 => one(MajorIssueEvent::DispatchRefused(assignment::refuse(major, &rules, at)?)),
            26 => {
                let upheld = choice.is_multiple_of(2);
                one(MajorIssueEvent::RefusalDecided(assignment::decide_refusal(major, &rules, upheld, at)?))
            }
            27 => one(MajorIssueEvent::OutcomeReported(handling::report(major, &rules, Outcome::Planned, at)?)),
            28 if choice < 220 => one(handling::verify(major, &rules, &self.offices, choice < 180, VERIFIER, at)?),
            28 => {
                let changed = level::change(major, id, &rules, pick(Level::ALL, choice), at, &self.linked(major))?;
                let mut facts = vec![Fact::MajorIssue(id, changed.major_issue)];
                facts.extend(changed.issues.into_iter().map(|(id, event)| Fact::Issue(id, event)));
                Ok(facts)
            }
            29 => {
                let done = conclude(major, id, &rules, pick(Outcome::ALL, choice), at, &self.linked(major))?;
                let mut facts = vec![Fact::MajorIssue(id, MajorIssueEvent::Concluded(done.major_issue))];
                facts.extend(
                    done.issues.into_iter().map(|(id, back)| Fact::Issue(id, IssueEvent::OutcomeReportedBack(back))),
                );
                Ok(facts)
            }
            other => panic!("no action {other} of a major issue"),
        }
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

/// What holds of every event: its due date is counted from its inputs or kept as promised, and never shortened.
fn check_step(before: &Issue, event: &IssueEvent, after: &Issue, calendars: &Calendars) {
    if let Some(due) = event.due() {
        let recounted = deadline::recount(due, calendars);
        let promised_before = before.due_changes.iter().any(|change| change.due.on == due.on);
        assert!(
            recounted.on == due.on || (recounted.on < due.on && promised_before),
            "{due:?} is neither {} nor a promise",
            recounted.on
        );
        assert_eq!(recounted.provisional, due.provisional);
        let of_suspension = |known: &super::Suspension| due.rule == DueRule::Resumption && due.from == known.until_on;
        let to_come =
            matches!(event, IssueEvent::DeadlineRecomputed(_)) && before.suspension.as_ref().is_some_and(of_suspension);
        if to_come {
            // It holds once the suspension is over; the old date stays shown.
            assert_eq!(after.due, before.due);
            assert_eq!(after.after_suspension(POLICY.time_zone(), calendars).due, *due);
        } else {
            assert_eq!(after.due, *due);
        }
        let new_cycle = after.cycle != before.cycle || !before.exists();
        // What leaves an escalation goes back to what was promised before it; a cycle that began escalated was promised
        // nothing but the outer limit, which holds only while escalated.
        let left = before.state == IssueState::Escalated && after.state != IssueState::Escalated;
        let promised = if left { before.promised_due.as_ref() } else { Some(&before.due) };
        let promised = promised.filter(|_| !new_cycle).map_or(due.on, |promised| promised.on);
        assert!(due.on >= promised, "shortened from {promised} to {}", due.on);
    } else {
        assert_eq!(after.due, before.due);
    }
    if let IssueEvent::ResponsibilityHandedOver(handed) = event {
        assert_eq!(handed.from_delegate_id, before.responsible_delegate_id);
    } else if before.exists() && !names_another(event) {
        assert_eq!(after.responsible_delegate_id, before.responsible_delegate_id, "the duty passed in silence");
    }
    if let IssueEvent::FinalAnswerGiven(answer) = event {
        assert_eq!(answer.answered_by, before.responsible_delegate_id);
        let tried = &before.delivery_attempts;
        let days: BTreeSet<NaiveDate> = tried.iter().map(|tried| POLICY.town_date(tried.at)).collect();
        let posted = answer.evidence.kind == EvidenceKind::Posted;
        assert!(!posted || before.on_own_motion || (tried.len() >= 3 && days.len() >= 2), "posted, but never tried");
    }
    if matches!(event, IssueEvent::Merged(_)) {
        assert_eq!(after.state, IssueState::Merged);
        assert_ne!(before.state, IssueState::Escalated);
        assert_eq!((after.clock, &after.suspension), (before.clock, &before.suspension));
    }
    if matches!(event, IssueEvent::Unmerged(_)) {
        assert_eq!(Some(after.state), before.merging.map(|merging| merging.before));
        assert_eq!((after.clock, &after.suspension), (before.clock, &before.suspension));
    }
    if unmoving(event) {
        let place = |issue: &Issue| (issue.state, issue.clock, issue.cycle, issue.last_word, issue.turned_at);
        assert_eq!(place(before), place(after));
    }
}

/// A correction of who received.
fn names_another(event: &IssueEvent) -> bool {
    matches!(event, IssueEvent::Corrected(corrected) if corrected.pointer == "/public/responsible_delegate_id")
}

/// Facts that are told of an issue and leave it where it is.
const fn unmoving(event: &IssueEvent) -> bool {
    matches!(
        event,
        IssueEvent::DeliveryAttempted(_)
            | IssueEvent::CommitmentVerified(_)
            | IssueEvent::Linked(_)
            | IssueEvent::InputRequested(_)
            | IssueEvent::InputGiven(_)
    )
}

/// From an issue to its primary, to the primary's, and so on, nobody comes back to where they began.
fn check_no_circle(world: &World, from: IssueId) {
    let mut seen = BTreeSet::from([from]);
    let mut here = from;
    while let Some(merging) = world.issues[&here].state.merging {
        here = merging.primary_issue_id;
        assert!(seen.insert(here), "merged in a circle");
    }
}

/// Every merged visitor is answered for themselves: of the issues that were merged and are no longer owed an answer, as
/// many have one of their own as were neither taken out again nor withdrawn.
fn check_answers_of_merged(world: &World) {
    let (mut merged, mut answers) = (0, 0);
    for stream in world.issues.values() {
        let mut unended = 0;
        for (at, (event, _)) in stream.events.iter().enumerate() {
            if matches!(event, IssueEvent::Merged(_)) {
                let ends = |event: &&IssueEvent| {
                    matches!(event, IssueEvent::Unmerged(_) | IssueEvent::FinalAnswerGiven(_))
                        || matches!(event, IssueEvent::Withdrawn(withdrawn) if !withdrawn.on_own_motion)
                };
                let end = stream.events[at..].iter().map(|(event, _)| event).find(ends);
                let answered = matches!(end, Some(IssueEvent::FinalAnswerGiven(_)));
                unended += u32::from(end.is_none());
                merged += u32::from(answered);
            }
            answers += u32::from(matches!(event, IssueEvent::FinalAnswerGiven(_)));
        }
        assert_eq!(unended, u32::from(stream.state.merging.is_some()), "merged and gone without an end");
    }
    assert!(answers >= merged, "{answers} answers for {merged} merged visitors");
}

/// What holds at every moment.
fn check(world: &World) {
    check_answers_of_merged(world);
    for (id, stream) in &world.issues {
        let issue = &*world.rules().standing(&stream.state);
        check_explanation(issue, &world.calendars);
        check_suspensions(issue);
        let running = matches!(issue.clock, ClockState::Running | ClockState::Suspended);
        assert_eq!(issue.is_open(), running, "open means a clock that runs or stands still");
        assert_eq!(issue.clock == ClockState::Suspended, issue.suspension.is_some());
        // A cycle that begins escalated was promised nothing before.
        let promised = issue.promised_due.is_some() || issue.original_due.rule == DueRule::OuterLimit;
        assert!(promised || issue.state != IssueState::Escalated);
        assert!(issue.state == IssueState::Escalated || issue.promised_due.is_none());
        assert_eq!(issue.state == IssueState::Merged, issue.merging.is_some());
        check_no_circle(world, *id);
        if matches!(issue.state, IssueState::Closed | IssueState::Answered) {
            let answer = issue.answer.as_ref().expect("closed with an answer");
            assert_eq!(answer.cycle, issue.cycle);
            assert_eq!(answer.given.answered_by, responsible_at(&stream.events, answer.version));
        }
        if issue.state == IssueState::Escalated {
            let major_id = issue.major_issue_id.expect("escalated to a major issue");
            let major = &world.major_issues[&major_id].state;
            assert!(!major.is_over(), "the major issue ended and left an issue behind");
            assert!(major.issue_ids().any(|linked| linked == *id));
        }
        let marks = deadline::marks(issue, &POLICY, &world.calendars);
        let today = world.today();
        assert_eq!(marks.lateness(today), deadline::lateness(issue, &POLICY, &world.calendars, today));
        assert_eq!(replayed(&stream.events), stream.state, "a replay of the stored events differs");
    }
    for stream in world.major_issues.values() {
        let mut again = MajorIssue::default();
        for (event, stamp) in &stream.events {
            let stored = Event::MajorIssue(event.clone()).encode().unwrap();
            let read = Event::decode(&stored.event_type, stored.schema, stored.public).unwrap();
            let Event::MajorIssue(event) = read else { panic!("stored as {read:?}") };
            again.apply(&event, stamp);
        }
        assert_eq!(again, stream.state);
    }
}

/// Whoever counts so many working days from the day named, as the days say, comes to the due date.
fn check_explanation(issue: &Issue, calendars: &Calendars) {
    let explained = deadline::explain(issue, &POLICY, calendars);
    assert!(explained.complete);
    let (first, last) = (explained.days.first().unwrap(), explained.days.last().unwrap());
    assert_eq!((first.date, last.date), (explained.from, issue.due.on));
    let counted = u32::try_from(explained.days.iter().filter(|day| day.counted()).count()).unwrap();
    assert_eq!(explained.working_days.is_some(), issue.due.working_days.is_some());
    assert_eq!(explained.working_days.unwrap_or(counted), counted, "{:?}: {explained:?}", issue.due);
    let numbers = explained.days.iter().filter_map(|day| day.n);
    assert!(numbers.eq(1..=counted));
}

/// The suspensions of a cycle follow each other, and together last no longer than the policy allows.
fn check_suspensions(issue: &Issue) {
    let days = |at: DateTime<Utc>| POLICY.town_date(at);
    let ended = issue.suspended_spans.iter().map(|span| (days(span.suspension.since), days(span.until)));
    let open = issue.suspension.iter().map(|suspension| (days(suspension.since), suspension.until_on));
    let spans: Vec<(NaiveDate, NaiveDate)> = ended.chain(open).collect();
    assert!(spans.windows(2).all(|two| two[0].1 <= two[1].0), "{spans:?} overlap");
    let total: i64 = spans.iter().map(|(since, until)| (*until - *since).num_days().max(0)).sum();
    assert!(total <= i64::from(POLICY.suspension.days_max), "stood still for {total} days");
}

fn responsible_at(events: &[(IssueEvent, Stamp)], version: u64) -> DelegateId {
    replayed(&events[..usize::try_from(version).unwrap() - 1]).responsible_delegate_id
}

fn replayed(events: &[(IssueEvent, Stamp)]) -> Issue {
    let mut issue = Issue::default();
    for (event, stamp) in events {
        let stored = Event::Issue(event.clone()).encode().unwrap();
        let read = Event::decode(&stored.event_type, stored.schema, stored.public).unwrap();
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

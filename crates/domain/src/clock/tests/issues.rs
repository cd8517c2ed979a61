//! O-6, O-7, O-8 and O-17: what an issue makes its delegate owe.

use super::{Happened, tell};
use crate::clock::{
    Breached, Happening, IssueKnown, Obligation, ObligationEvent, ObligationRecord, OwedBy, TierReached, happenings,
    of_issue, possible, stands_for, status,
};
use crate::fixtures::{calendars, day, policies};
use crate::ids::SessionId;
use crate::issue::fixture::{Given, ISSUE, RECEIVER, SUCCESSOR, at, delegates, oral, rules};
use crate::issue::{IssueEvent, answering, commitment, escalation, handover, interim, suspension, withdrawal};
use crate::review::Book;
use crate::vocabulary::{
    Breach, HandoverReason, ObligationCode, ObligationStatus, Outcome, Satisfaction, SuspensionReason, Tier,
    WordChannel,
};
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

const LATE: &str = "2027-01-31 09:00";

/// Asks what an issue owes, by everything recorded up to an instant.
fn known<T>(given: &Given, session: bool, at: DateTime<Utc>, ask: impl FnOnce(Vec<Obligation<'_>>) -> T) -> T {
    let (policies, calendars) = (policies(), calendars());
    let book = Book::of_clock(&policies, &calendars).unwrap();
    let known = IssueKnown {
        book: &book,
        policies: &policies,
        calendars: &calendars,
        editions: &[crate::clock::Edition { recorded_at: DateTime::UNIX_EPOCH, calendars: calendars.clone() }],
        session_id: session.then_some(SessionId(Uuid::from_u128(0x66))),
        until: day("2027-01-31"),
    };
    let events: Vec<_> = given.events.iter().filter(|(_, stamp)| stamp.recorded_at <= at).cloned().collect();
    ask(of_issue(ISSUE, &events, &known))
}

fn found(given: &Given, session: bool, until: &str) -> Vec<Happening> {
    let changes: BTreeSet<DateTime<Utc>> = given.events.iter().map(|(_, stamp)| stamp.recorded_at).collect();
    let changes: Vec<DateTime<Utc>> = changes.into_iter().collect();
    let (policies, calendars) = (policies(), calendars());
    let would = |at, _| {
        known(given, session, at, |all| all.iter().flat_map(|one| possible(one, &policies, &calendars)).collect())
    };
    happenings(&changes, &would, &Happened::new(), at(until))
}

fn told(given: &Given, until: &str) -> Vec<String> {
    found(given, false, until).iter().map(tell).collect()
}

fn standing(given: &Given, code: &str, when: &str) -> Vec<ObligationStatus> {
    let calendars = calendars();
    known(given, true, at(when), |all| {
        let of_code = all.iter().filter(|one| one.key.code.as_str() == code);
        of_code.map(|one| status(one, &ObligationRecord::default(), &calendars, at(when))).collect()
    })
}

#[test]
fn an_answer_in_time_breaks_nothing_and_one_late_is_found() {
    assert_eq!(told(&Given::answered(), LATE), Vec::<String>::new());
    assert_eq!(standing(&Given::answered(), "O-7", LATE), [ObligationStatus::Fulfilled]);
    // Due on Thursday 11-26; ten working days and more is long overdue.
    let open = Given::in_hand();
    assert_eq!(
        told(&open, LATE),
        [
            "O-7 reminder due 11-26 judged 11-27 09:00",
            "O-7 answer_overdue due 11-26 judged 11-28 00:00",
            "O-7 supervision due 11-26 judged 12-03 09:00",
            "O-7 answer_long_overdue due 12-03 judged 12-05 00:00",
            "O-7 circular due 11-26 judged 12-10 09:00",
        ]
    );
    assert_eq!(standing(&open, "O-7", "2026-11-27 23:59"), [ObligationStatus::NotYetDue]);
    assert_eq!(standing(&open, "O-7", "2026-11-28 00:00"), [ObligationStatus::Missing]);
    let late = open.and_answered("2026-11-30 10:00");
    assert_eq!(
        told(&late, LATE),
        ["O-7 reminder due 11-26 judged 11-27 09:00", "O-7 answer_overdue due 11-26 judged 11-28 00:00"]
    );
    assert_eq!(standing(&late, "O-7", LATE), [ObligationStatus::Late]);
}

#[test]
fn who_escalates_after_the_day_is_late_all_the_same_and_who_withdraws_before_it_owes_nothing() {
    let late = Given::in_hand().and_escalated_on("2026-11-27 10:00", crate::vocabulary::Level::L3);
    assert!(told(&late, "2026-12-01 09:00").contains(&"O-7 answer_overdue due 11-26 judged 11-28 00:00".to_owned()));
    let withdrawn = Given::in_hand();
    let event =
        withdrawal::withdraw(&withdrawn.issue, &rules("2026-11-25 10:00"), false, at("2026-11-25 10:00")).unwrap();
    let withdrawn = withdrawn.then("2026-11-25 10:00", IssueEvent::Withdrawn(event));
    assert_eq!((told(&withdrawn, LATE), standing(&withdrawn, "O-7", LATE)), (vec![], vec![ObligationStatus::Excused]));
}

#[test]
fn a_clock_that_stands_still_reminds_nobody() {
    let given = Given::in_hand();
    let draft = suspension::SuspensionDraft {
        reason_code: SuspensionReason::VisitorFacts,
        until_on: day("2026-12-04"),
        at: at("2026-11-24 10:00"),
    };
    let suspended = suspension::suspend(&given.issue, &rules("2026-11-24 10:00"), &draft).unwrap();
    let given = given.then("2026-11-24 10:00", IssueEvent::ClockSuspended(suspended));
    assert!(told(&given, "2026-12-04 23:00").is_empty());
    // It ends by itself, two working days are left, and nothing need be recorded for the clock to go on.
    assert_eq!(
        told(&given, "2026-12-10 09:00"),
        ["O-7 reminder due 12-08 judged 12-09 09:00", "O-7 answer_overdue due 12-08 judged 12-10 00:00"]
    );
}

#[test]
fn it_is_owed_by_whoever_is_responsible_on_the_day() {
    let given = Given::in_hand();
    let draft = handover::HandoverDraft {
        to_delegate_id: SUCCESSOR,
        reason_code: HandoverReason::LongLeave,
        at: at("2026-11-25 10:00"),
    };
    let handed = handover::hand_over(&given.issue, &rules("2026-11-25 10:00"), &delegates(), &draft).unwrap();
    let given = given.then("2026-11-25 10:00", IssueEvent::ResponsibilityHandedOver(handed));
    let owed = known(&given, false, at(LATE), |all| all[0].owed_by.clone());
    assert_eq!(owed, OwedBy::delegate(SUCCESSOR));
    assert_ne!(owed, OwedBy::delegate(RECEIVER));
}

#[test]
fn a_cycle_has_an_obligation_of_its_own() {
    let asked =
        Given::answered().and_reopening_asked("2026-11-30 10:00", crate::vocabulary::ReopeningGround::Dissatisfied);
    let draft = crate::issue::reopening::AcceptanceDraft {
        level: None,
        major_issue_id: crate::issue::fixture::MAJOR,
        at: at("2026-12-01 10:00"),
    };
    let accepted = crate::issue::reopening::accept(&asked.issue, ISSUE, &rules("2026-12-01 10:00"), &draft).unwrap();
    let again = asked.then("2026-12-01 10:00", IssueEvent::Reopened(accepted.reopened));
    let periods =
        known(&again, false, at(LATE), |all| all.iter().map(|one| one.key.period.clone().unwrap()).collect::<Vec<_>>());
    assert_eq!(periods, ["1", "2"]);
    assert_eq!(standing(&again, "O-7", "2026-12-02 09:00"), [ObligationStatus::Fulfilled, ObligationStatus::NotYetDue]);
    assert_eq!(told(&again, "2026-12-12 09:00")[1], "O-7 answer_overdue due 12-08 judged 12-10 00:00");
}

#[test]
fn the_visitor_hears_by_each_interim_date_or_it_passed_in_silence() {
    // Escalated on Friday 11-20: a word by Monday, then every fifteen working days.
    let given = Given::escalated();
    let silent: Vec<String> =
        told(&given, "2026-12-20 09:00").into_iter().filter(|one| one.contains("echo_silent")).collect();
    assert_eq!(
        silent,
        ["O-8 echo_silent due 11-23 judged 11-25 00:00", "O-8 echo_silent due 12-14 judged 12-16 00:00"]
    );
    let draft = interim::InterimDraft {
        channel: WordChannel::Phone,
        told_at: at("2026-11-23 10:00"),
        next_word_on: day("2026-12-01"),
    };
    let word = interim::reply(&given.issue, &rules("2026-11-23 10:00"), &draft).unwrap();
    let kept = given.then("2026-11-23 10:00", IssueEvent::InterimReplyGiven(word));
    let of_words: Vec<String> =
        told(&kept, "2026-12-05 09:00").into_iter().filter(|one| one.starts_with("O-8")).collect();
    assert_eq!(of_words, ["O-8 reminder due 12-01 judged 12-02 09:00", "O-8 echo_silent due 12-01 judged 12-03 00:00"]);
    assert_eq!(standing(&kept, "O-8", "2026-11-30 09:00")[0], ObligationStatus::Fulfilled);
    // Returned before the next date, nothing more is owed for that one: it stays in the ledger, and is no breach.
    let when = "2026-11-26 10:00";
    let returned = escalation::return_escalation(&kept.issue, &rules(when), at(when)).unwrap();
    let back = kept.then(when, IssueEvent::EscalationReturned(returned));
    assert_eq!(standing(&back, "O-8", "2026-12-20 09:00"), [ObligationStatus::Fulfilled, ObligationStatus::Excused]);
    assert!(!told(&back, "2026-12-20 09:00").iter().any(|one| one.starts_with("O-8")));
}

#[test]
fn an_issue_of_a_session_has_a_way_on_the_same_day() {
    let breach = |given: &Given| found(given, true, "2026-11-22 09:00").iter().map(tell).collect::<Vec<_>>();
    assert_eq!(breach(&Given::registered()), ["O-6 issue_left_open_ended due 11-19 judged 11-21 00:00"]);
    assert_eq!(breach(&Given::in_hand()), Vec::<String>::new());
    assert_eq!(standing(&Given::in_hand(), "O-6", LATE), [ObligationStatus::Fulfilled]);
    // Of a reception that names no session nothing of the kind is owed.
    assert_eq!(told(&Given::registered(), "2026-11-22 09:00"), Vec::<String>::new());
}

/// Answered on 2026-11-24: it is to be done by 2026-12-10; somebody looks until 2026-12-15.
fn planned() -> Given {
    let given = Given::in_hand();
    let when = "2026-11-24 10:00";
    let draft =
        answering::AnswerDraft { outcome: Outcome::Planned, commitment_on: Some(day("2026-12-10")), ..oral(when) };
    let answered = answering::answer(&given.issue, &rules(when), &draft).unwrap();
    given.then(when, IssueEvent::FinalAnswerGiven(answered))
}

fn looked(kept: bool, when: &str) -> Given {
    let given = planned();
    let draft = commitment::VerificationDraft { kept, verified_on: at(when).date_naive(), at: at(when) };
    let verified = commitment::verify(&given.issue, &rules(when), &draft).unwrap();
    given.then(when, IssueEvent::CommitmentVerified(verified))
}

#[test]
fn a_promise_is_looked_at_soon_after_its_day_and_a_broken_one_is_found_when_somebody_looks() {
    assert_eq!(
        told(&planned(), "2026-12-17 12:00"),
        ["O-17 reminder due 12-15 judged 12-16 09:00", "O-17 commitment_unverified due 12-15 judged 12-17 00:00"]
    );
    assert_eq!(told(&looked(true, "2026-12-11 10:00"), LATE), Vec::<String>::new());
    assert_eq!(standing(&looked(true, "2026-12-11 10:00"), "O-17", LATE), [ObligationStatus::Fulfilled]);
    let broken = looked(false, "2026-12-11 10:00");
    assert_eq!(told(&broken, LATE), ["O-17 commitment_broken due 12-15 judged 12-11 10:00"]);
    assert_eq!(standing(&broken, "O-17", "2026-12-11 10:01"), [ObligationStatus::Missing]);
    let found = found(&broken, false, LATE);
    assert_eq!(
        (found[0].at, found[0].occurred_at),
        (at("2026-12-11 10:00") + Duration::milliseconds(1), at("2026-12-11 10:00"))
    );
    assert!(matches!(found[0].event, ObligationEvent::Breached(_)));
    // Closing the issue closes no commitment.
    let closed = planned().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
    assert!(told(&closed, LATE).iter().any(|one| one.contains("commitment_unverified")));
}

#[test]
fn a_breach_stands_for_the_moment_it_is_judged_and_a_reminder_for_its_own() {
    let (policies, calendars) = (policies(), calendars());
    let policy = policies.newest().unwrap();
    // Owed by Friday 2026-11-27, judged when Monday is over.
    let due_on = day("2026-11-27");
    let (code, what, about) = (ObligationCode::O7, Breach::AnswerOverdue, "issue/1".to_owned());
    let (owed_by, missing) = (OwedBy::delegate(RECEIVER), Vec::new());
    let breached = Breached {
        code,
        part: None,
        about: about.clone(),
        period: None,
        owed_by: owed_by.clone(),
        what,
        missing,
        due_on,
        provisional: false,
    };
    let occurred_at = at("2026-11-28 00:00");
    let stands = |event: &ObligationEvent, from| stands_for(event, occurred_at, from, policy, &calendars);
    let breach = ObligationEvent::Breached(breached);
    assert_eq!(stands(&breach, None), at("2026-12-01 00:00"));
    assert_eq!(stands(&breach, Some(day("2026-11-28"))), at("2026-12-01 00:00"));
    // The thing was recorded late, and is judged later.
    assert_eq!(stands(&breach, Some(day("2026-12-08"))), at("2026-12-08 00:00"));
    let tier = Tier::Reminder;
    let reached = TierReached { code, part: None, about, period: None, owed_by, tier, due_on };
    assert_eq!(stands(&ObligationEvent::TierReached(reached), None), occurred_at);
}

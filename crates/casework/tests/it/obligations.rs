//! The clock over obligations: whenever it runs, however often, and wherever it is stopped, the same is recorded.

use crate::town::{Town, at, code, day, done, oral, said};
use casework::Failure;
use casework::access::Reader;
use casework::clock::explaining::{ExplanationDecision, NewExplanation};
use casework::clock::run::ClockRun;
use casework::loaded::AsOf;
use chrono::{DateTime, Duration};
use domain::calendar::{CalendarYear, NamedDay};
use domain::clock::{Candidate, ObligationEvent, Subject};
use domain::ids::{DelegateId, IssueId, ObligationId};
use domain::issue::interim::InterimDraft;
use domain::vocabulary::{DepartureReason, Level, ObligationStatus, WordChannel};
use event_store::{Filter, Position};
use futures_util::future::join;
use futures_util::poll;
use std::collections::BTreeMap;

impl Town {
    /// Every grid, and every issue that was raised.
    async fn subjects(&self) -> Vec<Candidate> {
        let reference = self.casework.reference();
        let mut all: Vec<Candidate> = reference.areas.grids().map(|grid| Subject::Grid(grid.id).into()).collect();
        let raised = Filter { families: vec!["issue".to_owned()], types: vec!["issue.raised".to_owned()] };
        let page = self.casework.store.read_all(Position(0), 1000, &raised).await.unwrap();
        let issue = |one: &event_store::Recorded| Subject::Issue(IssueId(one.leaf().unwrap().stream.uuid().unwrap()));
        all.extend(page.events.iter().map(|one| issue(one).into()));
        all
    }

    async fn run(&self, until: &str) -> ClockRun {
        self.casework.run_clock(&self.subjects().await, at(until), false).await.unwrap()
    }

    /// What is recorded of obligations of some code, as anyone can read it: what it is about by the order of raising, what
    /// it says, when it is said to have happened.
    async fn found(&self, codes: &[&str]) -> Vec<String> {
        let issues: BTreeMap<String, usize> = self
            .subjects()
            .await
            .iter()
            .enumerate()
            .map(|(n, one)| (format!("{}/{}", one.subject.family(), one.subject.id()), n))
            .collect();
        let of = Filter { families: vec!["obligation".to_owned()], types: Vec::new() };
        let page = self.casework.store.read_all(Position(0), 10_000, &of).await.unwrap();
        let mut told: Vec<String> = Vec::new();
        for recorded in &page.events {
            let leaf = recorded.text().unwrap();
            assert_eq!((leaf.actor, leaf.role), ("system/clock", "system"));
            let public: serde_json::Value = serde_json::from_str(leaf.public).unwrap();
            let text = |name: &str| public[name].as_str().unwrap_or_default().to_owned();
            if codes.contains(&text("code").as_str()) {
                let who = self
                    .delegates
                    .iter()
                    .position(|who| Some(who.to_string().as_str()) == public["owed_by"]["id"].as_str());
                let when = DateTime::from_timestamp_millis(leaf.occurred_at)
                    .unwrap()
                    .with_timezone(&chrono_tz::Asia::Shanghai);
                told.push(format!(
                    "{} {} {} {}{} due {} by {who:?} at {}",
                    issues[&text("about")],
                    text("code") + &public["part"].as_str().map(|part| format!("/{part}")).unwrap_or_default(),
                    text("period"),
                    text("what"),
                    text("tier"),
                    text("due_on"),
                    when.format("%m-%d %H:%M"),
                ));
            }
        }
        told
    }
}

const OF_ISSUES: [&str; 4] = ["O-7", "O-8", "O-17", "O-19"];

#[tokio::test]
async fn what_happened_is_recorded_once_however_often_it_runs() {
    let town = Town::new().await;
    let id = town.raised("one").await;
    assert_eq!(town.run("2026-11-19 15:00").await.events, 0);
    town.set("2026-12-31 10:00");
    let dry = town.casework.run_clock(&town.subjects().await, at("2026-12-31 10:00"), true).await.unwrap();
    assert_eq!(dry.position, None);
    let head = town.casework.store.head();
    let ran = town.run("2026-12-31 10:00").await;
    assert_eq!((ran.events, ran.items.clone()), (dry.events, dry.items));
    assert_eq!(town.casework.store.head().position.0, head.position.0 + ran.events);
    assert_eq!(
        town.found(&OF_ISSUES).await,
        [
            "14 O-7 1 reminder due 2026-11-26 by Some(0) at 11-27 09:00",
            "14 O-7 1 answer_overdue due 2026-11-26 by Some(0) at 11-27 00:00",
            "14 O-7 1 supervision due 2026-11-26 by Some(0) at 12-03 09:00",
            "14 O-7 1 answer_long_overdue due 2026-12-03 by Some(0) at 12-04 00:00",
            "14 O-7 1 circular due 2026-11-26 by Some(0) at 12-10 09:00",
        ]
    );
    let issue = town.issue(id).await;
    assert!(town.casework.is_supervised(id, &issue.state, AsOf::Now, day("2026-12-31")).await.unwrap());
    assert!(
        !town.casework.is_supervised(id, &issue.state, AsOf::Position(head.position), day("2026-12-31")).await.unwrap()
    );
    assert_eq!(town.run("2026-12-31 10:00").await, ClockRun::default());
    let (one, other) = join(town.run("2026-12-31 10:00"), town.run("2026-12-31 10:00")).await;
    assert_eq!(one.events + other.events, 0);
    // Offices: nobody was appointed to any of them.
    assert_eq!(town.found(&["O-18"]).await.len(), 14 * 2 * 4);
    let ahead = town.casework.run_clock(&[], at("2026-12-31 10:01"), false).await;
    assert!(matches!(ahead, Err(casework::Failure::Refused(refusal)) if refusal.code.as_str() == "in_the_future"));
}

#[tokio::test]
async fn at_once_and_stopped_in_the_middle_nothing_is_recorded_twice_and_nothing_is_lost() {
    let town = Town::new().await;
    for n in 0..6 {
        town.raised(&format!("issue {n}")).await;
    }
    town.set("2027-01-20 10:00");
    // Stopped between two appends: a run that knows of some subjects only, and one that is dropped on its way.
    let subjects = town.subjects().await;
    town.casework.run_clock(&subjects[..16], at("2026-12-05 10:00"), false).await.unwrap();
    let head = town.casework.store.head();
    let mut dropped = Box::pin(town.casework.run_clock(&subjects, at("2027-01-20 10:00"), false));
    while town.casework.store.head() == head {
        assert!(poll!(&mut dropped).is_pending(), "it was to be stopped after its first append");
        tokio::task::yield_now().await;
    }
    drop(dropped);
    let (one, other) = join(town.run("2027-01-20 10:00"), town.run("2027-01-20 10:00")).await;
    assert!(one.events > 0 || other.events > 0);
    assert_eq!(town.run("2027-01-20 10:00").await.events, 0);
    let mut found = town.found(&["O-7", "O-18"]).await;
    assert_eq!(found.len(), 6 * 5 + 14 * 2 * 4);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 6 * 5 + 14 * 2 * 4, "no event twice");
}

/// A day of random casework, the same for the same numbers.
async fn lived(town: &Town, issues: &mut Vec<IssueId>, on: chrono::NaiveDate, dice: &mut u64) {
    let mut pick = |below: u64| {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        *dice % below
    };
    let (what, which, key) = (pick(9), usize::try_from(pick(64)).unwrap(), pick(u64::MAX).to_string());
    let (call, when) = (town.call(&key), format!("{on} 14:{:02}", pick(50)));
    town.set(&format!("{on} 15:00"));
    let id = issues.get(which % issues.len().max(1)).copied();
    let cases = &town.casework;
    // Refused or not, alike in every town.
    match (what, id) {
        (0..=2, _) | (_, None) => {
            let received = done(cases.record_reception(&call, &town.reception(&when, 1)).await.unwrap());
            issues.push(received.issues[0].0);
        }
        (3, Some(id)) => drop(cases.take_issue(&call, id, None).await),
        (4, Some(id)) => drop(cases.answer_issue(&call, id, &oral(&when), &said("好了。")).await),
        (5, Some(id)) => {
            let next_word_on = on + Duration::days(7);
            let draft = InterimDraft { channel: WordChannel::Phone, told_at: at(&when), next_word_on };
            drop(cases.reply_meanwhile(&call, id, &draft, "在办。").await);
        }
        (6, Some(id)) => drop(cases.escalate_issue(&call, id, Level::L2, None, "难以解决。", None).await),
        (7, Some(id)) => {
            let to = town.delegates[1 + which % 3];
            drop(
                cases
                    .hand_over_issue(&call, id, to, domain::vocabulary::HandoverReason::GridChange, "工作调整。", None)
                    .await,
            );
        }
        (_, Some(id)) => drop(cases.withdraw_issue(&call, id, false, "已自行解决。", None).await),
    }
}

#[tokio::test]
async fn stopped_for_a_month_it_finds_what_one_that_ran_all_the_time_found() {
    for seed in [7_u64, 8] {
        let mut found = Vec::new();
        // Every day, at odd times, and once at the end.
        for every in [1, 11, 1000] {
            let town = Town::new().await;
            let (mut issues, mut dice, mut on) =
                (Vec::new(), seed.wrapping_mul(0x9E37_79B9_7F4A_7C15), day("2026-11-19"));
            for turn in 0..50 {
                lived(&town, &mut issues, on, &mut dice).await;
                if turn == 24 {
                    let mut year: CalendarYear =
                        serde_json::from_str(include_str!("../../../../data/calendars/2026.json")).unwrap();
                    year.local_closures = vec![NamedDay { date: on + Duration::days(3), name: "停电".to_owned() }];
                    let drawn = town.casework.reference().calendars.newest().unwrap();
                    let call = town.call("amended");
                    done(town.casework.publish_calendar(&call, &year, None).await.unwrap());
                    town.casework.recompute_deadlines(Position(drawn)).await.unwrap();
                }
                if turn % every == every - 1 {
                    town.run(&format!("{on} 15:00")).await;
                }
                on += Duration::days(1);
            }
            town.set(&format!("{} 15:00", on + Duration::days(30)));
            town.run(&format!("{} 15:00", on + Duration::days(30))).await;
            assert_eq!(town.run(&format!("{} 15:00", on + Duration::days(30))).await.events, 0);
            let mut all = town.found(&["O-7", "O-8", "O-17", "O-18"]).await;
            all.sort();
            found.push(all);
        }
        assert!(found[0].iter().any(|one| one.contains("echo_silent")), "{:#?}", found[0]);
        assert_eq!(found[1], found[0], "seed {seed}");
        assert_eq!(found[2], found[0], "seed {seed}");
    }
}

async fn departed(town: &Town, who: DelegateId, on: &str) {
    done(
        town.casework
            .depart_delegate(&town.call("departs"), who, DepartureReason::TermEnd, day(on), None)
            .await
            .unwrap(),
    );
}

#[tokio::test]
async fn what_a_departed_delegate_left_open_falls_to_the_convener_however_late_that_is_seen() {
    let mut found = Vec::new();
    for late in [false, true] {
        let town = Town::new().await;
        let (leaver, convener) = (town.delegates[0], town.delegates[1]);
        let call = town.call("convener");
        done(town.casework.appoint_convener(&call, town.grid, convener, day("2026-11-19"), None).await.unwrap());
        let id = town.raised("left open").await;
        town.set("2026-11-20 10:00");
        departed(&town, leaver, "2026-11-20").await;
        if !late {
            for on in ["2026-11-24 08:00", "2026-11-27 00:00", "2026-11-27 00:01", "2026-12-03 09:00"] {
                town.set(on);
                town.run(on).await;
            }
        }
        town.set("2026-12-31 10:00");
        town.run("2026-12-31 10:00").await;
        let issue = town.issue(id).await;
        assert_eq!(issue.state.responsible_delegate_id, convener);
        assert_eq!(town.run("2026-12-31 10:00").await.events, 0);
        found.push(town.found(&["O-19"]).await);
    }
    assert_eq!(
        found[0],
        [
            "14 O-19 2026-11-20 reminder due 2026-11-25 by Some(1) at 11-26 09:00",
            "14 O-19 2026-11-20 issue_orphaned due 2026-11-25 by Some(1) at 11-26 00:00",
        ]
    );
    assert_eq!(found[1], found[0], "handed over, nobody is urged to do it, whenever it was seen");
}

#[tokio::test]
async fn a_breach_is_explained_once_at_a_time_and_excused_when_that_is_accepted() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("late").await;
    town.set("2026-12-01 10:00");
    let ran = town.run("2026-12-01 10:00").await;
    let about = Candidate::from(Subject::Issue(id));
    let about = Some(&about);
    let overdue = ran
        .items
        .iter()
        .find(|item| matches!(&item.event, ObligationEvent::Breached(one) if one.code.as_str() == "O-7"));
    let overdue: ObligationId = overdue.unwrap().obligation_id;
    let today = day("2026-12-01");
    let standing = cases.obligation(overdue, about, AsOf::Now, today).await.unwrap();
    assert_eq!((standing.status, standing.overtaken), (ObligationStatus::Missing, false));
    let types: Vec<&str> = standing.entry.events.iter().map(|event| event.event_type.as_str()).collect();
    assert_eq!(types, ["issue.raised", "obligation.tier_reached", "obligation.breached"]);

    let new = NewExplanation { text: "住院治疗。".to_owned(), file_ids: Vec::new(), at: None };
    let decision = |accepted| ExplanationDecision { accepted, reason: Some("属实。".to_owned()), at: None };
    assert_eq!(
        code(cases.decide_explanation(&town.call("early"), overdue, about, &decision(true)).await),
        "no_explanation_pending"
    );
    let explained = done(cases.explain_obligation(&town.call("why"), overdue, about, &new).await.unwrap());
    assert_eq!(code(cases.explain_obligation(&town.call("why"), overdue, about, &new).await), "replayed");
    assert_eq!(code(cases.explain_obligation(&town.call("again"), overdue, about, &new).await), "explanation_pending");
    let refusal = ExplanationDecision { accepted: false, reason: None, at: None };
    let early = ExplanationDecision { at: Some(at("2026-12-01 09:00")), ..decision(true) };
    for (decision, no) in [(refusal, "reason_missing"), (early, "before_previous")] {
        let refused = cases.decide_explanation(&town.call(no), overdue, about, &decision).await;
        let Err(Failure::Refused(refusal)) = refused else { panic!("{refused:?}") };
        assert_eq!((refusal.code.as_str(), refusal.clause), (no, Some("C-4.4")), "by the clause of what is owed");
    }
    assert_eq!(code(cases.decide_explanation(&town.call_if("if", 1), overdue, about, &decision(true)).await), "stale");
    // What the clock wrote says what it is about: nobody needs to tell.
    done(cases.decide_explanation(&town.call("yes"), overdue, None, &decision(true)).await.unwrap());
    let standing = cases.obligation(overdue, None, AsOf::Now, today).await.unwrap();
    assert_eq!((standing.status, standing.overtaken), (ObligationStatus::Excused, true));
    let (explanations, withheld) = standing.explained(cases, &Reader::default()).await.unwrap();
    assert_eq!((explanations[0].text.as_deref(), withheld), (Some("住院治疗。"), None));
    assert!(matches!(&explanations[0].decided, Some((true, _, Some(why))) if why == "属实。"));
    assert_eq!(code(cases.explain_obligation(&town.call("more"), overdue, about, &new).await), "not_in_breach");
    // Then as it was.
    let then = cases.obligation(overdue, None, AsOf::Position(explained), today).await.unwrap();
    assert_eq!(then.status, ObligationStatus::Missing);
    let unknown = ObligationId(uuid::Uuid::from_u128(1));
    assert_eq!(code(cases.explain_obligation(&town.call("who"), unknown, about, &new).await), "not_found");
    let loaded = cases.issue(id, AsOf::Now).await.unwrap();
    assert_eq!(loaded.version.0, 1, "the issue itself was not written to");
}

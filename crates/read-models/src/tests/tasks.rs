//! Tasks: every kind can be asked for in every scope, and what is listed is what other lists say.

use super::fixture::{Office, afternoon, day};
use super::lists::opened;
use crate::tasks::plan;
use crate::*;
use domain::access::Scope;
use domain::event::Event;
use domain::ids::{AccountId, LeaveId, OfficeId};
use domain::leave::{LeaveEvent, LeaveRequested};
use domain::task::DISCHARGES;
use domain::vocabulary::{IssueState, LeaveReason, TaskKind};
use event_store::StreamId;
use uuid::Uuid;

fn of(kinds: impl Fn(TaskKind) -> bool, scope: &Scope, party: &[domain::ids::DelegateId]) -> TaskQuery {
    let within = Within { scope: scope.clone(), party: party.to_vec() };
    let mine = |what| Mine { what, within: within.clone(), not_of: not_of(party) };
    let of = DISCHARGES.iter().filter(|what| kinds(what.kind)).map(mine).collect();
    let disputes_over = vec![(2025, day("2026-02-02")), (2026, day("2027-02-01"))];
    TaskQuery { of, sighted: vec![AccountId(Uuid::nil())], disputes_over, ..TaskQuery::default() }
}

fn not_of(party: &[domain::ids::DelegateId]) -> NotOf {
    let asked_by = vec![AccountId(Uuid::nil())];
    NotOf { delegates: party.to_vec(), offices: vec![OfficeId(Uuid::nil())], asked_by }
}

fn everybody(kind: TaskKind) -> TaskQuery {
    let mut query = of(|one| one == kind, &Scope::Town, &[]);
    query.of.iter_mut().for_each(|mine| mine.not_of = Default::default());
    query
}

/// What could go wrong: a kind is asked for in a scope in which its question is no SQL.
#[tokio::test]
async fn every_kind_can_be_asked_for_in_every_scope_and_the_count_is_the_list() {
    let mut office = Office::open(11, &[2026]).await;
    office.live(40).await;
    let models = opened(&office).await;
    let today = day("2026-06-17");
    let scopes = [
        Scope::Town,
        Scope::Figures,
        Scope::Own { delegates: office.delegates.clone(), account: AccountId(Uuid::nil()) },
        Scope::Own { delegates: Vec::new(), account: AccountId(Uuid::nil()) },
        Scope::Grids(office.grids.clone()),
        Scope::PartyLine,
        Scope::Offices(vec![OfficeId(Uuid::nil())]),
        Scope::Receipt,
    ];
    for scope in &scopes {
        for kind in TaskKind::ALL {
            let query = of(|one| one == *kind, scope, &office.delegates);
            let page = PageRequest { limit: LIMIT_MAX, cursor: None };
            let listed =
                models.tasks(&query, today, &page).await.unwrap_or_else(|error| panic!("{kind} {scope:?}: {error}"));
            let counts = models.task_counts(&query, today).await.unwrap();
            assert_eq!(counts.open, listed.items.len() as u64, "{kind} {scope:?}");
        }
    }
    models.shutdown().await;
}

/// What could go wrong: a task without a day is said to wait since a day to come.
#[tokio::test]
async fn nothing_waits_since_a_day_to_come() {
    let mut office = Office::open(14, &[2026]).await;
    office.live(40).await;
    office.raise_provisionally(day("2026-12-22"), day("2027-01-12")).await;
    office.raise_provisionally(day("2026-12-23"), day("2027-01-11")).await;
    let asked = LeaveRequested {
        leave_id: LeaveId(Uuid::from_u128(1)),
        from: day("2027-02-01"),
        to: day("2027-02-12"),
        reason_code: LeaveReason::Work,
    };
    let stream = StreamId::of("leave", office.delegates[0].0);
    let at = afternoon(day("2026-12-23"));
    office.record(&stream, Event::Leave(LeaveEvent::Requested(asked)), Some(at)).await;
    let models = opened(&office).await;
    let today = day("2026-12-24");
    let page = PageRequest { limit: LIMIT_MAX, cursor: None };
    let tasks = models.tasks(&of(|_| true, &Scope::Town, &[]), today, &page).await.unwrap().items;
    let waits: Vec<_> = tasks.iter().filter(|one| one.due_on.is_none()).collect();
    for one in &waits {
        assert!(one.order_on <= today, "{one:?}");
    }
    let since = |kind| waits.iter().filter(|one| one.what.kind == kind).map(|one| one.order_on).collect::<Vec<_>>();
    assert_eq!(since(TaskKind::AdoptCalendar), [day("2026-12-22")]);
    assert_eq!(since(TaskKind::DecideLeave).last(), Some(&day("2026-12-23")));
    models.shutdown().await;
}

/// What could go wrong: an issue that waits for its answer is in the list of issues and among nobody's tasks.
#[tokio::test]
async fn whoever_answers_has_the_issues_that_wait_for_it() {
    let mut office = Office::open(12, &[2026]).await;
    office.live(60).await;
    let models = opened(&office).await;
    let today = day("2026-06-17");
    let waiting = vec![IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer, IssueState::Merged];
    let query = IssueQuery { states: waiting, ..IssueQuery::default() };
    let page = PageRequest { limit: LIMIT_MAX, cursor: None };
    let mut issues = Vec::new();
    for row in models.issues(&query, today, &page).await.unwrap().items {
        issues.push((row.answer_due_on, row.issue_id.0, row.lateness(today)));
    }
    issues.sort_unstable_by_key(|(on, id, _)| (*on, *id));
    let tasks = models.tasks(&everybody(TaskKind::Answer), today, &page).await.unwrap().items;
    let tasks: Vec<_> =
        tasks.iter().map(|one| (one.due_on.unwrap(), one.about.unwrap(), one.lateness.unwrap())).collect();
    assert!(!tasks.is_empty());
    assert_eq!(tasks, issues);
    models.shutdown().await;
}

/// What could go wrong: what has ended is read through for what waits, so that it takes longer with every year.
#[tokio::test]
async fn what_waits_is_found_by_an_index() {
    let mut office = Office::open(13, &[2026]).await;
    office.live(20).await;
    let models = opened(&office).await;
    let sql = models.reader();
    for kind in TaskKind::ALL {
        let Some(plan) = plan(&sql, &everybody(*kind), day("2026-06-17")) else { continue };
        let read_through = |step: &&str| {
            let of_many = ["SCAN issue_board", "SCAN obligations"].iter().any(|many| step.contains(many));
            of_many && !step.contains("INDEX")
        };
        assert_eq!(plan.lines().find(read_through), None, "{kind}\n{plan}");
    }
    models.shutdown().await;
}

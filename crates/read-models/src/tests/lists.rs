//! Every filter and order of the lists against a plain recount of the log in memory.

use super::fixture::{Office, ZONE, day};
use crate::*;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::calendar::Calendars;
use domain::deadline::lateness;
use domain::event::Event;
use domain::ids::{IssueId, MajorIssueId, ReceptionId};
use domain::issue::{ExtensionState, Issue};
use domain::major_issue::MajorIssue;
use domain::policy::Policies;
use domain::reception::Reception;
use domain::vocabulary::{IssueKind, IssueState, Lateness, Level, MajorIssueState, ReceptionForm};
use domain::{Fold, Stamp};
use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration as StdDuration;

/// What a reader of the whole log knows, without SQL, marks, batches or checkpoints.
#[derive(Default)]
struct Recount {
    policies: Policies,
    calendars: Calendars,
    issues: HashMap<IssueId, Issue>,
    receptions: HashMap<ReceptionId, Reception>,
    major_issues: HashMap<MajorIssueId, MajorIssue>,
}

impl Recount {
    async fn of(office: &Office) -> Self {
        let mut recount = Self::default();
        for recorded in office.everything().await {
            let leaf = recorded.leaf().unwrap();
            let stamp = Stamp {
                position: recorded.position.0,
                version: leaf.version.0,
                occurred_at: DateTime::from_timestamp_millis(leaf.occurred_at).unwrap(),
                recorded_at: DateTime::from_timestamp_millis(leaf.recorded_at).unwrap(),
                policy: leaf.policy.map(|position| position.0),
                calendar: leaf.calendar.map(|position| position.0),
            };
            let id = leaf.stream.uuid();
            match Event::decode(&leaf.event_type, leaf.schema, leaf.public).unwrap() {
                Event::Policy(event) => recount.policies.apply(&event, &stamp),
                Event::Calendar(event) => recount.calendars.apply(&event, &stamp),
                Event::Issue(event) => {
                    recount.issues.entry(IssueId(id.unwrap())).or_default().apply(&event, &stamp);
                }
                Event::Reception(event) => {
                    recount.receptions.entry(ReceptionId(id.unwrap())).or_default().apply(&event, &stamp);
                }
                Event::MajorIssue(event) => {
                    recount.major_issues.entry(MajorIssueId(id.unwrap())).or_default().apply(&event, &stamp);
                }
                Event::Log(_)
                | Event::Account(_)
                | Event::Programme(_)
                | Event::Area(_)
                | Event::Delegate(_)
                | Event::Office(_)
                | Event::Roster(_) => {}
            }
        }
        recount
    }

    fn lateness(&self, issue: &Issue, today: NaiveDate) -> Lateness {
        let policy = self.policies.at(issue.policy.unwrap()).unwrap();
        lateness(issue, policy, &self.calendars, today)
    }

    /// Ids of the issues that pass, in the order asked for.
    fn issues(&self, query: &IssueQuery, today: NaiveDate) -> Vec<IssueId> {
        let town = |at: DateTime<Utc>| at.with_timezone(&ZONE).date_naive();
        let mut found: Vec<(IssueId, Cow<'_, Issue>)> = self
            .issues
            .iter()
            .map(|(id, issue)| (*id, issue.on(today, ZONE, &self.calendars)))
            .filter(|(id, issue)| {
                let answered = [IssueState::Answered, IssueState::Closed, IssueState::Referred]
                    .contains(&issue.state)
                    .then(|| self.lateness(issue, today) < Lateness::Overdue);
                query.grid_id.is_none_or(|id| issue.grid_id == id)
                    && query.unit_id.is_none_or(|id| issue.unit_id == Some(id))
                    && query.delegate_id.is_none_or(|id| issue.responsible_delegate_id == id)
                    && (query.states.is_empty() || query.states.contains(&issue.state))
                    && (query.lateness.is_empty()
                        || issue.is_open() && query.lateness.contains(&self.lateness(issue, today)))
                    && (query.pending.is_empty() || query.pending.iter().any(|wanted| pending(issue, *wanted)))
                    && query.supervised.is_none_or(|wanted| issue.supervised == wanted)
                    && (query.ids.is_empty() || query.ids.contains(id))
                    && query.kind.is_none_or(|kind| issue.kind == kind)
                    && query.topic.as_ref().is_none_or(|topic| issue.topic == *topic)
                    && query.answered.is_none_or(|wanted| answered == Some(wanted == Answered::OnTime))
                    && (!query.silent_interim || issue.is_open() && issue.interim_due_on.is_some_and(|on| on < today))
                    && query.number.as_ref().is_none_or(|number| issue.number(ZONE) == *number)
                    && query.due_from.is_none_or(|on| issue.due.on >= on)
                    && query.due_to.is_none_or(|on| issue.due.on <= on)
                    && query.from.is_none_or(|on| town(issue.raised_at) >= on)
                    && query.to.is_none_or(|on| town(issue.raised_at) <= on)
            })
            .collect();
        if !query.ids.is_empty() {
            found.sort_by_key(|(id, _)| query.ids.iter().position(|named| named == id));
            return found.into_iter().map(|(id, _)| id).collect();
        }
        match query.sort {
            IssueSort::Due => found.sort_by_key(|(id, issue)| (issue.due.on, *id)),
            IssueSort::Raised => found.sort_by_key(|(id, issue)| (issue.raised_at, *id)),
            IssueSort::RaisedDescending => {
                found.sort_by_key(|(id, issue)| std::cmp::Reverse((issue.raised_at, *id)));
            }
        }
        found.into_iter().map(|(id, _)| id).collect()
    }
}

/// Whether a decision is due, read from the state and not from what a row says of it.
fn pending(issue: &Issue, what: Pending) -> bool {
    let extendable = [IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer];
    match what {
        Pending::Extension => issue
            .extension
            .is_some_and(|extension| extension.state == ExtensionState::Requested && extendable.contains(&issue.state)),
        Pending::Reopening => issue.reopening_pending.is_some(),
        Pending::Correction => !issue.corrections.pending().is_empty(),
    }
}

async fn opened(office: &Office) -> ReadModels {
    let models = ReadModels::open(None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    models.wait_for(office.store.head().position, StdDuration::from_secs(20)).await.unwrap();
    models
}

/// Follows the cursors to the end, in pages of `limit`.
async fn all_issues(models: &ReadModels, query: &IssueQuery, today: NaiveDate, limit: u32) -> Vec<IssueRow> {
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let page = models.issues(query, today, &PageRequest { limit, cursor }).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        rows.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return rows;
        }
    }
}

/// One query per filter and value, in every order, and some with several filters.
fn queries(office: &Office, numbers: &[String]) -> Vec<IssueQuery> {
    let any = IssueQuery::default;
    let mut queries = vec![any()];
    queries.extend(office.grids.iter().map(|id| IssueQuery { grid_id: Some(*id), ..any() }));
    queries.extend(office.units.iter().map(|id| IssueQuery { unit_id: Some(*id), ..any() }));
    queries.extend(office.delegates.iter().map(|id| IssueQuery { delegate_id: Some(*id), ..any() }));
    queries.extend(IssueState::ALL.iter().map(|state| IssueQuery { states: vec![*state], ..any() }));
    queries.push(IssueQuery { states: vec![IssueState::Closed, IssueState::InHand], ..any() });
    queries.push(IssueQuery { states: IssueState::OPEN.to_vec(), ..any() });
    queries.extend(Lateness::ALL.iter().map(|lateness| IssueQuery { lateness: vec![*lateness], ..any() }));
    queries.extend(IssueKind::ALL.iter().map(|kind| IssueQuery { kind: Some(*kind), ..any() }));
    queries.extend(["housing", "nothing"].map(|topic| IssueQuery { topic: Some(topic.to_owned()), ..any() }));
    queries.extend([Answered::OnTime, Answered::Late].map(|answered| IssueQuery { answered: Some(answered), ..any() }));
    queries.push(IssueQuery { silent_interim: true, ..any() });
    let several = [Lateness::OnTime, Lateness::LongOverdue, Lateness::OnTime];
    queries.push(IssueQuery { lateness: several.to_vec(), ..any() });
    queries.push(IssueQuery {
        lateness: vec![Lateness::DueSoon, Lateness::Overdue],
        states: vec![IssueState::InHand],
        ..any()
    });
    queries.push(IssueQuery { lateness: Lateness::ALL.to_vec(), ..any() });
    queries.extend(Pending::ALL.iter().map(|pending| IssueQuery { pending: vec![*pending], ..any() }));
    queries.push(IssueQuery { pending: Pending::ALL.to_vec(), ..any() });
    queries.push(IssueQuery {
        pending: Pending::ALL.to_vec(),
        states: IssueState::OPEN.to_vec(),
        grid_id: Some(office.grids[0]),
        ..any()
    });
    queries.push(IssueQuery {
        pending: vec![Pending::Reopening],
        states: vec![IssueState::Answered],
        answered: Some(Answered::Late),
        ..any()
    });
    queries.extend([true, false].map(|supervised| IssueQuery { supervised: Some(supervised), ..any() }));
    queries.push(IssueQuery { supervised: Some(true), pending: vec![Pending::Extension], ..any() });
    queries.extend(numbers.iter().map(|number| IssueQuery { number: Some(number.clone()), ..any() }));
    let march = Some(day("2026-03-01"));
    queries.push(IssueQuery { due_from: march, due_to: Some(day("2026-05-31")), ..any() });
    queries.push(IssueQuery { from: march, to: Some(day("2026-03-20")), ..any() });
    queries.push(IssueQuery {
        grid_id: Some(office.grids[1]),
        states: IssueState::OPEN.to_vec(),
        lateness: vec![Lateness::LongOverdue],
        from: march,
        ..any()
    });
    queries
        .into_iter()
        .flat_map(|query| {
            [IssueSort::Due, IssueSort::Raised, IssueSort::RaisedDescending]
                .map(|sort| IssueQuery { sort, ..query.clone() })
        })
        .collect()
}

#[tokio::test]
async fn every_filter_and_order_of_issues_equals_a_plain_recount() {
    let mut office = Office::open(1, &[2025, 2026]).await;
    office.live(240).await;
    let recount = Recount::of(&office).await;
    let models = opened(&office).await;
    let numbers: Vec<String> = recount.issues.values().take(3).map(|issue| issue.number(ZONE)).collect();
    let numbers: Vec<String> = numbers
        .into_iter()
        .chain(["2025-3".to_owned(), "x".to_owned(), "2026-99999999999999999999".to_owned()])
        .collect();
    let mut found = 0;
    let mut waiting = HashMap::new();
    for query in queries(&office, &numbers) {
        let today = day("2026-06-17");
        let rows = all_issues(&models, &query, today, 17).await;
        let ids: Vec<IssueId> = rows.iter().map(|row| row.issue_id).collect();
        assert_eq!(ids, recount.issues(&query, today), "{query:?}");
        if let [pending] = query.pending.as_slice() {
            *waiting.entry(*pending).or_insert(0) += ids.len();
        }
        found += ids.len();
    }
    assert!(Pending::ALL.iter().all(|pending| waiting[pending] > 0), "nothing waits: {waiting:?}");
    assert!(found > 2_000, "the history is too poor to show anything: {found}");
    models.shutdown().await;
}

/// What could go wrong: the rows come as SQL finds them, a name that stands twice gives a row twice, or another filter is
/// forgotten.
#[tokio::test]
async fn what_is_named_comes_in_the_order_in_which_it_is_named() {
    let mut office = Office::open(6, &[2025, 2026]).await;
    office.live(120).await;
    let recount = Recount::of(&office).await;
    let models = opened(&office).await;
    let today = day("2026-06-17");
    let whole = PageRequest { limit: 100, cursor: None };
    let mut issues: Vec<IssueId> = recount.issues.keys().copied().take(99).collect();
    issues.insert(40, IssueId(uuid::Uuid::from_u128(1)));
    let named = IssueQuery { ids: issues.clone(), ..IssueQuery::default() };
    let open = IssueQuery { states: IssueState::OPEN.to_vec(), grid_id: Some(office.grids[1]), ..named.clone() };
    let due = IssueQuery { lateness: Lateness::ALL.to_vec(), sort: IssueSort::Due, ..named.clone() };
    for query in [&named, &open, &due] {
        let page = models.issues(query, today, &whole).await.unwrap();
        let ids: Vec<IssueId> = page.items.iter().map(|row| row.issue_id).collect();
        assert_eq!((ids.as_slice(), page.next_cursor), (recount.issues(query, today).as_slice(), None), "{query:?}");
    }
    issues.remove(40);
    let receptions: Vec<ReceptionId> = recount.receptions.keys().copied().take(60).collect();
    let query = ReceptionQuery { ids: receptions.clone(), ..ReceptionQuery::default() };
    let page = models.receptions(&query, &whole).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.reception_id).collect::<Vec<_>>(), receptions);
    let delegate = office.delegates[0];
    let query = ReceptionQuery { delegate_id: Some(delegate), grid_id: Some(office.grids[0]), ..query };
    let page = models.receptions(&query, &whole).await.unwrap();
    let sat = |id: &&ReceptionId| {
        let reception = &recount.receptions[*id];
        reception.grid_id == office.grids[0] && reception.delegates.iter().any(|seat| seat.delegate_id == delegate)
    };
    let expected: Vec<ReceptionId> = receptions.iter().filter(sat).copied().collect();
    assert_eq!(page.items.iter().map(|row| row.reception_id).collect::<Vec<_>>(), expected);
    let majors: Vec<MajorIssueId> = recount.major_issues.keys().copied().take(20).collect();
    let query = MajorIssueQuery { ids: majors.clone(), ..MajorIssueQuery::default() };
    let page = models.major_issues(&query, &whole).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.major_issue_id).collect::<Vec<_>>(), majors);
    models.shutdown().await;
}

/// What could go wrong: a filter is met by reading all rows, or by sorting those that are found, so that a page of fifty
/// takes longer with every year. SQLite says which index it would take.
#[tokio::test]
async fn a_page_is_read_from_an_index_that_holds_it_in_its_order() {
    let mut office = Office::open(7, &[2026]).await;
    office.live(30).await;
    let models = opened(&office).await;
    let (today, pool) = (day("2026-06-17"), models.readers());
    let any = IssueQuery::default;
    let some = Some(office.grids[0]);
    let pending = || IssueQuery { pending: vec![Pending::Extension, Pending::Reopening], ..any() };
    let supervised = || IssueQuery { supervised: Some(true), ..any() };
    let open = || IssueQuery { lateness: vec![Lateness::DueSoon, Lateness::LongOverdue], ..any() };
    for (query, index) in [
        (pending(), "pending_raised"),
        (IssueQuery { grid_id: some, states: IssueState::OPEN.to_vec(), ..pending() }, "pending_raised"),
        (
            IssueQuery { states: vec![IssueState::Answered], answered: Some(Answered::Late), ..pending() },
            "pending_raised",
        ),
        (IssueQuery { sort: IssueSort::Due, supervised: Some(true), ..pending() }, "pending_due"),
        (IssueQuery { due_to: Some(today), ..pending() }, "pending_raised"),
        (supervised(), "supervised_raised"),
        (IssueQuery { sort: IssueSort::Due, delegate_id: Some(office.delegates[0]), ..supervised() }, "supervised_due"),
        (open(), "open_raised"),
        (IssueQuery { sort: IssueSort::Due, grid_id: some, ..open() }, "open_due"),
    ] {
        let (select, order) = crate::issue_board::asked(&query, today);
        let plan = select.plan(&pool, order).await;
        assert!(
            plan.contains(&format!("INDEX issue_board_{index}")) && !plan.contains("TEMP B-TREE"),
            "{query:?}\n{plan}"
        );
    }
    let named = IssueQuery { ids: vec![IssueId(uuid::Uuid::from_u128(1)); 3], grid_id: some, ..pending() };
    let (select, order) = crate::issue_board::asked(&named, today);
    let plan = select.plan(&pool, order).await;
    assert!(plan.contains("(issue_id=?)"), "{plan}");

    let any = ReceptionQuery::default;
    for (query, index) in [
        (ReceptionQuery { sort: ReceptionSort::Held, ..any() }, "INDEX reception_list_held"),
        (ReceptionQuery { sort: ReceptionSort::Held, grid_id: some, ..any() }, "INDEX reception_list_grid"),
        (
            ReceptionQuery { sort: ReceptionSort::Held, unit_id: Some(office.units[0]), ..any() },
            "INDEX reception_list_unit",
        ),
        (
            ReceptionQuery { sort: ReceptionSort::Held, delegate_id: Some(office.delegates[0]), ..any() },
            "(delegate_id=?)",
        ),
    ] {
        let (select, order) = crate::reception_list::asked(&query);
        let plan = select.plan(&pool, order).await;
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }

    let any = MajorIssueQuery::default;
    let lead = Some(domain::ids::OfficeId(uuid::Uuid::from_u128(1)));
    let under_way = vec![MajorIssueState::Assigned, MajorIssueState::Handling];
    for (query, index) in [
        (MajorIssueQuery { sort: MajorIssueSort::Submitted, ..any() }, "submitted"),
        (MajorIssueQuery { sort: MajorIssueSort::Due, ..any() }, "due"),
        (
            MajorIssueQuery {
                sort: MajorIssueSort::Due,
                grid_id: some,
                states: vec![MajorIssueState::Concluded],
                ..any()
            },
            "due",
        ),
        (
            MajorIssueQuery { sort: MajorIssueSort::Due, states: under_way.clone(), lead_office_id: lead, ..any() },
            "under_way_due",
        ),
        (MajorIssueQuery { states: under_way, lead_office_id: lead, grid_id: some, ..any() }, "under_way_submitted"),
        (MajorIssueQuery { lead_office_id: lead, ..any() }, "lead_submitted"),
        (MajorIssueQuery { lead_office_id: lead, sort: MajorIssueSort::Due, grid_id: some, ..any() }, "lead_due"),
    ] {
        let (select, order) = crate::major_issue_board::asked(&query);
        let plan = format!("{}\n", select.plan(&pool, order).await);
        let found = [" ", "\n"].iter().any(|end| plan.contains(&format!("INDEX major_issue_board_{index}{end}")));
        assert!(found && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }
    models.shutdown().await;
}

#[tokio::test]
async fn lateness_follows_the_days_without_any_row_being_written() {
    let mut office = Office::open(2, &[2025, 2026]).await;
    office.live(60).await;
    let recount = Recount::of(&office).await;
    let models = opened(&office).await;
    let mut seen = HashMap::new();
    for n in 0..330 {
        let today = day("2026-01-05") + Duration::days(n);
        for wanted in Lateness::ALL {
            let query = IssueQuery { lateness: vec![*wanted], ..IssueQuery::default() };
            let rows = all_issues(&models, &query, today, 1_000).await;
            let ids: Vec<IssueId> = rows.iter().map(|row| row.issue_id).collect();
            assert_eq!(ids, recount.issues(&query, today), "{wanted} on {today}");
            assert!(rows.iter().all(|row| row.marks.lateness(today) == *wanted));
            *seen.entry(*wanted).or_insert(0) += ids.len();
        }
    }
    assert!(Lateness::ALL.iter().all(|lateness| seen[lateness] > 100), "{seen:?}");
    models.shutdown().await;
}

#[tokio::test]
async fn a_new_calendar_moves_the_marks_of_open_issues_and_of_no_others() {
    let mut office = Office::open(3, &[2025]).await;
    office.live(80).await;
    let models = opened(&office).await;
    let today = day("2026-11-24");
    let before = all_issues(&models, &IssueQuery::default(), today, 1_000).await;
    let position = office.publish(2026).await;
    models.wait_for(position, StdDuration::from_secs(10)).await.unwrap();
    let after = all_issues(&models, &IssueQuery::default(), today, 1_000).await;
    let recount = Recount::of(&office).await;
    let mut moved = 0;
    for (old, new) in before.iter().zip(&after) {
        assert_eq!(old.issue_id, new.issue_id);
        moved += usize::from(old.marks != new.marks);
        assert!(old.is_open || old.marks == new.marks);
    }
    assert!(moved > 3, "{moved}");
    for lateness in Lateness::ALL {
        let query = IssueQuery { lateness: vec![*lateness], ..IssueQuery::default() };
        for today in [day("2026-02-12"), day("2026-02-25"), day("2026-10-08")] {
            let rows = all_issues(&models, &query, today, 1_000).await;
            let ids: Vec<IssueId> = rows.iter().map(|row| row.issue_id).collect();
            assert_eq!(ids, recount.issues(&query, today));
        }
    }
    models.shutdown().await;
}

#[tokio::test]
async fn receptions_and_major_issues_equal_a_plain_recount() {
    let mut office = Office::open(4, &[2025, 2026]).await;
    office.live(150).await;
    let recount = Recount::of(&office).await;
    let models = opened(&office).await;
    let any = ReceptionQuery::default;
    let mut queries = vec![any(), ReceptionQuery { sort: ReceptionSort::Held, ..any() }];
    queries.extend(office.grids.iter().map(|id| ReceptionQuery { grid_id: Some(*id), ..any() }));
    queries.extend(office.units.iter().map(|id| ReceptionQuery { unit_id: Some(*id), ..any() }));
    queries.extend(office.delegates.iter().map(|id| ReceptionQuery { delegate_id: Some(*id), ..any() }));
    queries.extend(ReceptionForm::ALL.iter().map(|form| ReceptionQuery { form: Some(*form), ..any() }));
    queries.push(ReceptionQuery { from: Some(day("2026-03-01")), to: Some(day("2026-03-31")), ..any() });
    for query in queries {
        let mut expected: Vec<_> = recount
            .receptions
            .iter()
            .filter(|(_, reception)| {
                let held_on = reception.held_at.with_timezone(&ZONE).date_naive();
                query.grid_id.is_none_or(|id| reception.grid_id == id)
                    && query.unit_id.is_none_or(|id| reception.unit_id == Some(id))
                    && query.delegate_id.is_none_or(|id| reception.delegates.iter().any(|seat| seat.delegate_id == id))
                    && query.form.is_none_or(|form| reception.form == form)
                    && query.from.is_none_or(|on| held_on >= on)
                    && query.to.is_none_or(|on| held_on <= on)
            })
            .map(|(id, reception)| (reception.held_at, *id))
            .collect();
        expected.sort_unstable();
        if query.sort == ReceptionSort::HeldDescending {
            expected.reverse();
        }
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = models.receptions(&query, &PageRequest { limit: 13, cursor }).await.unwrap();
            found.extend(page.items.iter().map(|row| (row.held_at, row.reception_id)));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{query:?}");
    }

    let any = MajorIssueQuery::default;
    let mut queries = vec![any()];
    queries.extend(office.grids.iter().map(|id| MajorIssueQuery { grid_id: Some(*id), ..any() }));
    queries.extend(MajorIssueState::ALL.iter().map(|state| MajorIssueQuery { states: vec![*state], ..any() }));
    queries.extend(Level::ALL.iter().map(|level| MajorIssueQuery { level: Some(*level), ..any() }));
    queries.push(MajorIssueQuery { states: vec![MajorIssueState::Triaged, MajorIssueState::Assigned], ..any() });
    let leads: std::collections::BTreeSet<_> =
        recount.major_issues.values().filter_map(|major_issue| major_issue.lead_office_id).collect();
    assert!(!leads.is_empty());
    queries.extend(leads.into_iter().map(|id| MajorIssueQuery { lead_office_id: Some(id), ..any() }));
    let sorts = [MajorIssueSort::SubmittedDescending, MajorIssueSort::Submitted, MajorIssueSort::Due];
    let queries = queries.iter().flat_map(|query| sorts.map(|sort| MajorIssueQuery { sort, ..query.clone() }));
    let mut seen = 0;
    for query in queries {
        let mut expected: Vec<_> = recount
            .major_issues
            .iter()
            .filter(|(_, major_issue)| {
                query.grid_id.is_none_or(|id| major_issue.grid_id == id)
                    && (query.states.is_empty() || query.states.contains(&major_issue.state))
                    && query.level.is_none_or(|level| major_issue.level == level)
                    && query.lead_office_id.is_none_or(|id| major_issue.lead_office_id == Some(id))
            })
            .map(|(id, major_issue)| (major_issue.submitted_at, *id))
            .collect();
        match query.sort {
            MajorIssueSort::SubmittedDescending => expected.sort_unstable_by_key(|place| std::cmp::Reverse(*place)),
            MajorIssueSort::Submitted => expected.sort_unstable(),
            MajorIssueSort::Due => expected.sort_unstable_by_key(|(_, id)| {
                let due_on = recount.major_issues[id].due.as_ref().map(|due| due.on);
                (due_on.is_none(), due_on, *id)
            }),
        }
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = models.major_issues(&query, &PageRequest { limit: 7, cursor }).await.unwrap();
            rows.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let found: Vec<_> = rows.iter().map(|row| (row.submitted_at, row.major_issue_id)).collect();
        assert_eq!(found, expected, "{query:?}");
        for row in &rows {
            let major_issue = &recount.major_issues[&row.major_issue_id];
            assert_eq!(row.support_office_ids, major_issue.support_office_ids);
            assert_eq!(row.due_on, major_issue.due.as_ref().map(|due| due.on));
        }
        seen += found.len();
    }
    assert!(seen > 50, "{seen}");
    models.shutdown().await;
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused() {
    let mut office = Office::open(5, &[2026]).await;
    office.live(12).await;
    let models = opened(&office).await;
    let today = office.today();
    let query = IssueQuery { sort: IssueSort::Due, ..IssueQuery::default() };
    let first = models.issues(&query, today, &PageRequest { limit: 5, cursor: None }).await.unwrap();
    assert_eq!(first.items.len(), 5);
    let cursor = first.next_cursor;
    let refused = |result: Result<Listed<IssueRow>, ListError>| match result {
        Err(ListError::Cursor(error)) => error,
        other => panic!("{other:?}"),
    };
    for other in [
        IssueQuery { sort: IssueSort::Raised, ..query.clone() },
        IssueQuery { grid_id: Some(office.grids[0]), ..query.clone() },
        IssueQuery { lateness: vec![Lateness::OnTime], ..query.clone() },
    ] {
        let request = PageRequest { limit: 5, cursor: cursor.clone() };
        assert_eq!(refused(models.issues(&other, today, &request).await), CursorError::OfAnotherQuery);
    }
    let request = PageRequest { limit: 5, cursor: Some("nonsense".to_owned()) };
    assert_eq!(refused(models.issues(&query, today, &request).await), CursorError::Malformed);
    let request = PageRequest { limit: 5, cursor: cursor.clone() };
    let receptions = models.receptions(&ReceptionQuery::default(), &request).await;
    assert!(matches!(receptions, Err(ListError::Cursor(CursorError::OfAnotherQuery))));
    // The same query with another page size goes on where the first page ended.
    let rest = models.issues(&query, today, &PageRequest { limit: 900, cursor }).await.unwrap();
    assert_eq!(rest.items.len(), 7);
    assert_eq!(rest.next_cursor, None);
    assert_eq!(rest.as_of_position, office.store.head().position);
    models.shutdown().await;
}

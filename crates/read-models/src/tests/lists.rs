//! Every filter and order of the lists against a plain recount of the log in memory.

use super::fixture::{Office, ZONE, day};
use super::recount::Recount;
use crate::*;
use chrono::{Duration, NaiveDate};
use domain::ids::{IssueId, MajorIssueId, ReceptionId};
use domain::reception::Occasion;
use domain::vocabulary::{IssueKind, IssueState, Lateness, Level, MajorIssueState, ReceptionForm};
use std::collections::HashMap;
use std::time::Duration as StdDuration;

pub async fn opened(office: &Office) -> ReadModels {
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
    queries.extend(office.sessions.iter().take(9).flat_map(|sitting| {
        let of = IssueQuery { session_id: Some(sitting.id), ..any() };
        let pending = IssueQuery { pending: Pending::ALL.to_vec(), supervised: Some(true), ..of.clone() };
        [IssueQuery { grid_id: Some(office.grids[0]), states: IssueState::OPEN.to_vec(), ..of.clone() }, of, pending]
    }));
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
    queries.extend(office.sessions.iter().take(9).flat_map(|sitting| {
        let of = ReceptionQuery { occasion: Some(Occasion::Session(sitting.id)), ..any() };
        [ReceptionQuery { delegate_id: Some(office.delegates[0]), unit_id: Some(office.units[0]), ..of.clone() }, of]
    }));
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
                    && query.occasion.is_none_or(|of| reception.occasion == Some(of))
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

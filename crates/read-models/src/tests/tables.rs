//! Lists row by row are the lists as they are, on whichever thread they are read.

use super::fixture::{Office, day};
use super::lists::opened;
use crate::*;
use std::fmt::Debug;
use std::ops::ControlFlow;

/// All rows in one, for the threads that read at length, and a page for the others.
const PAGES: [u32; 2] = [LIMIT_MAX, 7];

fn page(limit: u32) -> PageRequest {
    PageRequest { limit, cursor: None }
}

fn take<T>(rows: &mut Vec<T>, row: T) -> ControlFlow<()> {
    rows.push(row);
    ControlFlow::Continue(())
}

fn same<T: PartialEq + Debug>(told: (Vec<T>, PageEnd), listed: Listed<T>) -> usize {
    let (rows, end) = told;
    assert_eq!((&end.next_cursor, end.as_of_position), (&listed.next_cursor, listed.as_of_position));
    assert_eq!(rows, listed.items);
    rows.len()
}

#[tokio::test]
async fn every_list_told_row_by_row_is_that_list() {
    let mut office = Office::open(11, &[2025, 2026]).await;
    office.live(80).await;
    let models = opened(&office).await;
    let today = day("2026-06-17");
    for page in PAGES.map(page) {
        let all = [IssueSort::Due, IssueSort::Raised, IssueSort::RaisedDescending];
        let mut issues: Vec<IssueQuery> = all.map(|sort| IssueQuery { sort, ..IssueQuery::default() }).to_vec();
        let few = models.issues(&issues[0], today, &PageRequest { limit: 5, cursor: None }).await.unwrap();
        let ids = few.items.iter().rev().map(|row| row.issue_id).collect();
        issues.push(IssueQuery { ids, ..IssueQuery::default() });
        for query in issues {
            let told = models.each_issue(Vec::new(), &query, today, &page, take).await.unwrap();
            let mut listed = models.issues(&query, today, &page).await.unwrap();
            assert!(listed.items.iter().any(|row| row.subject.is_some()));
            listed.items.iter_mut().for_each(|row| row.subject = None);
            assert!(same(told, listed) >= 5);
        }
        let mut receptions = vec![ReceptionQuery::default()];
        let few = models.receptions(&receptions[0], &PageRequest { limit: 5, cursor: None }).await.unwrap();
        let ids = few.items.iter().rev().map(|row| row.reception_id).collect();
        receptions.push(ReceptionQuery { ids, ..ReceptionQuery::default() });
        for query in receptions {
            let told = models.each_reception(Vec::new(), &query, &page, take).await.unwrap();
            assert!(same(told, models.receptions(&query, &page).await.unwrap()) >= 5);
        }
        let query = MajorIssueQuery::default();
        let told = models.each_major_issue(Vec::new(), &query, &page, take).await.unwrap();
        assert!(same(told, models.major_issues(&query, &page).await.unwrap()) >= 5);
        let query = SessionQuery::default();
        let told = models.each_session(Vec::new(), &query, today, &page, take).await.unwrap();
        assert!(same(told, models.sessions(&query, today, &page).await.unwrap()) >= 5);
        let query = ObligationQuery::default();
        let told = models.each_obligation(Vec::new(), &query, today, &page, take).await.unwrap();
        assert!(same(told, models.obligations(&query, today, &page).await.unwrap()) >= 5);
        let query = LeaveQuery::default();
        let told = models.each_leave(Vec::new(), &query, &page, take).await.unwrap();
        same(told, models.leaves(&query, &page).await.unwrap());
        for family in [UndertakingFamily::Activity, UndertakingFamily::Meeting, UndertakingFamily::Deed] {
            let query = UndertakingQuery::of(family);
            let ids = models.ids_of_undertakings(&query, today, &page).await.unwrap();
            assert_eq!(ids, models.undertakings(&query, today, &page).await.unwrap(), "{family:?}");
        }
    }
    models.shutdown().await;
}

#[tokio::test]
async fn where_no_more_is_wanted_no_more_is_read_and_what_was_shown_comes_back() {
    let mut office = Office::open(12, &[2025, 2026]).await;
    office.live(40).await;
    let models = opened(&office).await;
    let three = |rows: &mut Vec<ReceptionRow>, row| {
        rows.push(row);
        if rows.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    for page in PAGES.map(page) {
        let query = ReceptionQuery::default();
        let (rows, end) = models.each_reception(Vec::new(), &query, &page, three).await.unwrap();
        assert_eq!((rows.len(), end.next_cursor), (3, None));
        // The connection answers the next one.
        assert!(models.receptions(&query, &page).await.unwrap().items.len() > 3);
    }
    models.shutdown().await;
}

//! Rows that are built beside those that are read.

use super::super::fixture::Office;
use super::super::models::{PATIENCE, caught_up, dump, eventually, list, listed, opened, rows_are_as_written};
use super::{execute, somebody};
use crate::engine::table::Names;
use crate::*;
use std::time::{Duration, Instant};

/// A reader pages through the board, again and again, while it is rebuilt again and again and the log moves on.
#[tokio::test]
async fn rows_are_built_beside_those_that_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(35, &[2026]).await;
    let mut issues = office.live(60).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    for _ in 0..12 {
        models.start_rebuild(Some(names::ISSUE_BOARD)).unwrap();
        let raised = office.live(2).await;
        let head = office.store.head().position;
        issues.extend(raised);
        // The old rows are kept up, or the new ones are there already.
        models.wait_for_model(names::ISSUE_BOARD, head, PATIENCE).await.unwrap();
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let request = PageRequest { limit: 5, cursor };
            let page = models.issues(&IssueQuery::default(), office.today(), &request).await.unwrap();
            assert!(page.as_of_position >= head, "{} {head}", page.as_of_position);
            seen.extend(page.items.iter().map(|row| row.issue_id));
            // Sometimes the switch happens between two pages for certain.
            if seen.len() == 30 {
                eventually("the new rows are read", || models.health()[0].rebuilt.is_none()).await;
            }
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let (mut seen, mut right) = (seen, issues.clone());
        seen.sort_unstable();
        right.sort_unstable();
        assert_eq!(seen, right, "a page lost or repeated an issue");
    }
    caught_up(&office, &models).await;
    models.shutdown().await;
    rows_are_as_written(&path).await;
    let rebuilt = dump(&path);
    let fresh = dir.path().join("fresh.sqlite");
    let models = opened(&office, &fresh).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    assert_eq!(dump(&fresh), rebuilt);
}

/// The program ended while rows were being built: what is there is gone on from, and the old rows were read meanwhile.
#[tokio::test]
async fn a_rebuild_that_was_cut_short_goes_on_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(39, &[2026]).await;
    let mut issues = office.live(30).await.len();
    for _ in 0..6 {
        let models = opened(&office, &path).await;
        assert_eq!(listed(&office, &models).await, issues);
        models.start_rebuild(None).unwrap();
        tokio::task::yield_now().await;
        models.shutdown().await;
        issues += office.live(3).await.len();
    }
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    eventually("nothing is being built", || models.health().iter().all(|model| model.rebuilt.is_none())).await;
    models.shutdown().await;
    rows_are_as_written(&path).await;
    let left = "select count(*) from sqlite_master where type = 'table' and name like '%\\_built' escape '\\'";
    let left: i64 = somebody(&path).query_row(left, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "tables stay behind");
}

/// Rows that were being built when the program ended are looked through as well: nobody else would.
#[tokio::test]
async fn rows_lost_from_a_rebuild_that_was_cut_short_are_never_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(43, &[2026]).await;
    let issues = office.live(30).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    // As a program leaves it that ended a moment before the switch: all rows stand beside those that are read.
    let copied = format!(
        "{}; insert into issue_board_rows_built select * from issue_board_rows; \
         insert into read_model_checkpoint select name || '_built', version, log_id, position, root, row_count, row_sum \
         from read_model_checkpoint where name = 'issue_board'; \
         delete from issue_board_rows_built where place in (select place from issue_board_rows limit 5)",
        Names::READ.beside().of_sql(issue_board::DEFINITION.schema, issue_board::DEFINITION.tables)
    );
    execute(&path, &copied);
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let begun = Instant::now();
    while models.health().iter().any(|model| model.rebuilt.is_some()) {
        assert!(begun.elapsed() < PATIENCE, "still being built: {:#?}", models.health());
        if let Ok(page) = list(&office, &models).await {
            assert_eq!(page.items.len(), issues);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

//! Rows and files that are not what was written: noticed before or while they are read, and built anew.

use super::super::fixture::Office;
use super::super::models::{caught_up, dump, eventually, list, listed, opened, rows_are_as_written};
use super::execute;
use crate::*;
use std::time::Duration;

/// What somebody may do to rows: each is noticed at the start, before anybody reads one, and mended.
#[tokio::test]
async fn rows_that_were_changed_lost_or_added_are_noticed_at_the_start_and_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(36, &[2026]).await;
    let issues = office.live(40).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    let right = dump(&path);
    for damage in [
        "delete from issue_board_rows where place in (select place from issue_board_rows limit 5)",
        "update issue_board_rows set grid_id = x'01980000000070008000000000000000' where place = (select min(place) from issue_board_rows)",
        "update issue_board_rows set box = zeroblob(40) where place = (select max(place) from issue_board_rows)",
        "update issue_board_rows set state = 'nonsense' where place = (select min(place) from issue_board_rows)",
        "update issue_board_rows set issue_id = 'nobody' where place = (select min(place) from issue_board_rows)",
        "delete from reception_list_delegate_rows",
        "update reception_list_rows set visitor_count = visitor_count + 1",
        "delete from major_issue_board_rows",
        "update dashboard_sheet_rows set cells = replace(cells, ',1]', ',2]') where place = 100000000",
        "update dashboard_sheet_rows set cells = '{}' where place between 400000000 and 500000000",
        "delete from dashboard_sheet_rows where place >= 800000000",
        "delete from dashboard_open_rows",
        "update review_stream set streams = x'00' || streams where of_kind = 1",
        "delete from review_waiting",
        "drop table issue_board_rows",
        "drop view issue_board",
    ] {
        execute(&path, damage);
        let models = opened(&office, &path).await;
        assert_eq!(listed(&office, &models).await, issues, "{damage}");
        caught_up(&office, &models).await;
        models.shutdown().await;
        assert_eq!(dump(&path), right, "{damage}");
    }
}

#[tokio::test]
async fn rows_that_are_changed_while_they_are_read_are_found_and_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(37, &[2026]).await;
    let issues = office.live(40).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    // By whoever reads one that makes no sense: the answer is never about the rest. Where a look at the file came before
    // the reader, it is done again.
    let shown = "select min(place) from issue_board_rows where shown_from is null and shown_until is null";
    let damage = format!("update issue_board_rows set state = 'nonsense' where place = ({shown})");
    let mut read_by_somebody = false;
    while !read_by_somebody {
        execute(&path, &damage);
        match list(&office, &models).await {
            Err(ListError::Unavailable(why)) => read_by_somebody = why.contains("nonsense"),
            answered => assert_eq!(answered.unwrap().items.len(), issues),
        }
        assert_eq!(listed(&office, &models).await, issues);
    }
    // By the look that the models take from time to time.
    execute(&path, "delete from issue_board_rows where place in (select place from issue_board_rows limit 5)");
    models.check().await;
    eventually("the rows are withdrawn or there again", || {
        models.health()[0].state != ModelState::Running || models.hold(office.store.head().position)
    })
    .await;
    for _ in 0..2_000 {
        if let Ok(page) = list(&office, &models).await
            && page.items.len() == issues
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(listed(&office, &models).await, issues);
    caught_up(&office, &models).await;
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

/// Bytes overwritten in the middle, as a failing disk does it: SQLite notices, or the sum does.
#[tokio::test]
async fn a_damaged_file_is_set_aside_and_every_model_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(38, &[2026]).await;
    let issues = office.live(60).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    let right = dump(&path);
    let whole = std::fs::read(&path).unwrap();
    for (from, to) in [(4_096, whole.len()), (whole.len() / 2, whole.len() / 2 + 4_096), (40, 90), (0, 16)] {
        let mut damaged = whole.clone();
        damaged[from..to].iter_mut().for_each(|byte| *byte = !*byte);
        std::fs::write(&path, damaged).unwrap();
        let models = opened(&office, &path).await;
        assert_eq!(listed(&office, &models).await, issues, "{from} {to}");
        caught_up(&office, &models).await;
        models.shutdown().await;
        assert_eq!(dump(&path), right, "{from} {to}");
    }
    assert!(dir.path().join("read.sqlite.damaged").is_file());
}

//! Others at the file while the models run.

use super::super::fixture::Office;
use super::super::models::{caught_up, dump, eventually, list, opened, rows_are_as_written};
use super::{execute, whole_again};
use crate::engine::waits::LOOK_EVERY;
use std::path::Path;

/// By somebody who has the file open: noticed where the log is at rest, and where it moves on.
#[tokio::test]
async fn rows_that_others_delete_while_models_run_are_missed_within_seconds() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(40, &[2026]).await;
    let mut issues = office.live(40).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    for moves in [false, true] {
        execute(&path, "delete from issue_board_rows where place in (select place from issue_board_rows limit 5)");
        if moves {
            issues += office.live(3).await.len();
        }
        whole_again(&office, &models, issues, "deleted").await;
        caught_up(&office, &models).await;
    }
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

/// Whoever only reads, holds the lock or changes what is none of ours keeps no list away for good.
#[tokio::test]
async fn others_who_leave_the_rows_alone_do_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(41, &[2026]).await;
    let mut issues = office.live(40).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let right = dump(&path);
    for touch in ["select count(*) from issue_board", "begin immediate; rollback", "create table theirs (a integer)"] {
        execute(&path, touch);
        // Longer than it takes to look.
        tokio::time::sleep(5 * LOOK_EVERY / 2).await;
        whole_again(&office, &models, issues, touch).await;
        // Only our rows are compared.
        execute(&path, "drop table if exists theirs");
        assert_eq!(dump(&path), right, "{touch}");
    }
    issues += office.live(3).await.len();
    caught_up(&office, &models).await;
    assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    let rebuilt = models.health().iter().any(|model| model.rebuilt.is_some());
    assert!(!rebuilt && !dir.path().join("read.sqlite.damaged").exists(), "nothing was wrong with the rows");
    models.shutdown().await;
}

#[tokio::test]
async fn a_file_that_is_deleted_or_replaced_while_models_run_is_made_anew_within_seconds() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let older = dir.path().join("older.sqlite");
    let mut office = Office::open(42, &[2026]).await;
    let mut issues = office.live(20).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    execute(&path, &format!("vacuum into '{}'", older.display()));
    type Damage = fn(&Path, &Path);
    let damages: [(&str, Damage); 5] = [
        ("the file is deleted", |path, _| std::fs::remove_file(path).unwrap()),
        ("what is beside it is deleted", |path, _| {
            std::fs::remove_file(path.with_extension("sqlite-wal")).unwrap();
            std::fs::remove_file(path.with_extension("sqlite-shm")).unwrap();
        }),
        ("all of it is deleted", |path, _| {
            for extension in ["sqlite", "sqlite-wal", "sqlite-shm"] {
                std::fs::remove_file(path.with_extension(extension)).unwrap();
            }
        }),
        ("an older one is put in its place", |path, older| {
            let copy = older.with_extension("copy");
            std::fs::copy(older, &copy).unwrap();
            std::fs::rename(copy, path).unwrap();
        }),
        ("an older one is copied over it", |path, older| {
            std::fs::copy(older, path).unwrap();
        }),
    ];
    for (n, (what, damage)) in damages.into_iter().enumerate() {
        for moves in [false, true] {
            let known = identity(&path);
            // Kept by another name, or the next file could get its number.
            std::fs::hard_link(&path, dir.path().join(format!("kept {n} {moves}"))).unwrap();
            damage(&path, &older);
            if moves {
                issues += office.live(2).await.len();
            }
            eventually(what, || path.exists() && identity(&path) != known).await;
            whole_again(&office, &models, issues, what).await;
            caught_up(&office, &models).await;
        }
    }
    models.shutdown().await;
    rows_are_as_written(&path).await;
    let found = dump(&path);
    let fresh = dir.path().join("fresh.sqlite");
    let models = opened(&office, &fresh).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    assert_eq!(dump(&fresh), found);
}

/// Which file lies at a path.
fn identity(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).map_or(0, |file| file.ino())
}

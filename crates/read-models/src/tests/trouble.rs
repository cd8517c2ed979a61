//! What happens to the file, and to those who use it, while models follow the log: nothing stops them for good, and no
//! answer is wrong meanwhile.

use super::fixture::{Office, ZONE};
use super::running::{PATIENCE, caught_up, dump, opened, stopped};
use crate::engine::check::{self, Pace};
use crate::engine::database::Database;
use crate::engine::projection::Projection;
use crate::engine::table::Names;
use crate::*;
use async_trait::async_trait;
use event_store::faults::OwnDisk;
use event_store::{EventStore, Position};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const MODELS: [Definition; 5] = [
    issue_board::DEFINITION,
    reception_list::DEFINITION,
    major_issue_board::DEFINITION,
    dashboards::DEFINITION,
    review_index::DEFINITION,
];

/// The rows of every model add up to what is kept with its checkpoint.
pub(super) async fn rows_are_as_written(path: &Path) {
    for model in MODELS {
        check::check(&model, Names::READ, &Database::at(Some(path)), Pace::AtOnce).await.unwrap();
    }
}

/// Somebody else who has the file open.
async fn somebody(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap()
}

async fn execute(path: &Path, sql: &str) {
    let mut somebody = somebody(path).await;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut somebody).await.unwrap();
    somebody.close().await.unwrap();
}

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

async fn list(office: &Office, models: &ReadModels) -> Result<Listed<IssueRow>, ListError> {
    let request = PageRequest { limit: 1_000, cursor: None };
    models.issues(&IssueQuery::default(), office.today(), &request).await
}

/// The list, as soon as there is one: what is answered until then is that there is none.
async fn listed(office: &Office, models: &ReadModels) -> usize {
    let begun = Instant::now();
    loop {
        match list(office, models).await {
            Ok(page) => return page.items.len(),
            Err(ListError::Unavailable(_)) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) => panic!("{error}: {:#?}", models.health()),
        }
    }
}

fn every_one_stopped(models: &ReadModels) -> bool {
    models.health().iter().all(|model| matches!(model.state, ModelState::Stopped { .. }))
}

/// Longer than SQLite or a queue of writers ever waited; commands go on meanwhile.
#[tokio::test]
async fn a_file_that_others_hold_is_waited_for_and_old_rows_are_not_read_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(31, &[2026]).await;
    let mut issues = office.live(5).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let mut holder = somebody(&path).await;
    sqlx::raw_sql("begin immediate").execute(&mut holder).await.unwrap();
    let held = Instant::now();
    issues += office.live(8).await.len();
    eventually("the models are told as stopped", || every_one_stopped(&models)).await;
    for model in models.health() {
        assert!(stopped(&model).contains("locked"), "{model:?}");
    }
    assert!(matches!(list(&office, &models).await, Err(ListError::Unavailable(why)) if why.contains("locked")));
    // Twice as long as anything waited for, before.
    tokio::time::sleep(Duration::from_secs(20).saturating_sub(held.elapsed())).await;
    sqlx::raw_sql("rollback").execute(&mut holder).await.unwrap();
    caught_up(&office, &models).await;
    assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

/// A model that writes slowly, or fails some times after its rows were written.
struct Odd {
    fold: Box<dyn Projection>,
    failures: Arc<AtomicU32>,
    slow: Duration,
}

#[async_trait]
impl Projection for Odd {
    async fn prepare(&mut self, log: &EventStore, position: Position) -> Result<(), Failure> {
        self.fold.prepare(log, position).await
    }

    async fn fold(&mut self, event: &LogEntry, log: &EventStore) -> Result<(), Failure> {
        self.fold.fold(event, log).await
    }

    async fn write(&mut self, rows: &mut Rows<'_>, log: &EventStore) -> Result<(), Failure> {
        self.fold.write(rows, log).await?;
        tokio::time::sleep(self.slow).await;
        let left = self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() {
            return Err(Failure::Sql(sqlx::Error::Io(std::io::Error::from(std::io::ErrorKind::StorageFull))));
        }
        Ok(())
    }
}

#[tokio::test]
async fn what_passes_is_tried_again_from_the_checkpoint() {
    static LEFT: std::sync::LazyLock<Arc<AtomicU32>> = std::sync::LazyLock::new(Arc::default);
    let odd = Definition {
        make: |zone| {
            let fold = (reception_list::DEFINITION.make)(zone);
            Box::new(Odd { fold, failures: LEFT.clone(), slow: Duration::ZERO })
        },
        ..reception_list::DEFINITION
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(32, &[2026]).await;
    let models = ReadModels::open_models(&[odd], Some(&path), office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    caught_up(&office, &models).await;
    for _ in 0..3 {
        LEFT.store(4, Ordering::SeqCst);
        office.live(3).await;
        caught_up(&office, &models).await;
        assert_eq!(LEFT.load(Ordering::SeqCst), 0);
    }
    models.shutdown().await;
    check::check(&odd, Names::READ, &Database::at(Some(&path)), Pace::AtOnce).await.unwrap();
}

/// One model keeps the one connection that writes for longer than anybody waited for it, before.
#[tokio::test]
async fn a_slow_model_stops_no_other() {
    let slow = Definition {
        make: |zone| {
            let fold = (reception_list::DEFINITION.make)(zone);
            Box::new(Odd { fold, failures: Arc::default(), slow: Duration::from_secs(12) })
        },
        ..reception_list::DEFINITION
    };
    let mut office = Office::open(33, &[2026]).await;
    office.live(5).await;
    let definitions = [slow, issue_board::DEFINITION, major_issue_board::DEFINITION];
    let models = ReadModels::open_models(&definitions, None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    let head = office.store.head().position;
    for name in [names::RECEPTION_LIST, names::ISSUE_BOARD, names::MAJOR_ISSUE_BOARD] {
        models.wait_for_model(name, head, Duration::from_secs(60)).await.unwrap();
    }
    caught_up(&office, &models).await;
    models.shutdown().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_opened_when_it_can_be() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    std::fs::create_dir(&path).unwrap();
    let mut office = Office::open(34, &[2026]).await;
    let issues = office.live(5).await.len();
    let models = opened(&office, &path).await;
    assert!(models.trouble().is_some_and(|why| why.contains("unable to open")), "{:?}", models.trouble());
    eventually("the models are told as stopped", || every_one_stopped(&models)).await;
    assert!(matches!(list(&office, &models).await, Err(ListError::Unavailable(_))));
    std::fs::remove_dir(&path).unwrap();
    caught_up(&office, &models).await;
    assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    models.shutdown().await;
}

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
    let rebuilt = dump(&path).await;
    let fresh = dir.path().join("fresh.sqlite");
    let models = opened(&office, &fresh).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    assert_eq!(dump(&fresh).await, rebuilt);
}

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
    let right = dump(&path).await;
    for damage in [
        "delete from issue_board where issue_id in (select issue_id from issue_board limit 5)",
        "update issue_board set grid_id = '01980000-0000-7000-8000-000000000000' where issue_id = (select min(issue_id) from issue_board)",
        "update issue_board set box = zeroblob(40) where issue_id = (select max(issue_id) from issue_board)",
        "update issue_board set state = 'nonsense' where issue_id = (select min(issue_id) from issue_board)",
        "update issue_board set issue_id = 'nobody' where issue_id = (select min(issue_id) from issue_board)",
        "delete from reception_list_delegate",
        "update reception_list set visitor_count = visitor_count + 1",
        "delete from major_issue_board",
        "update dashboard_count set total = total + 1 where dimension = 'grid'",
        "update dashboard_day set due = due + 1",
        "delete from dashboard_major",
        "delete from dashboard_open",
        "delete from review_stream where stream_kind = 1",
        "delete from review_waiting",
        "drop table issue_board",
    ] {
        execute(&path, damage).await;
        let models = opened(&office, &path).await;
        assert_eq!(listed(&office, &models).await, issues, "{damage}");
        caught_up(&office, &models).await;
        models.shutdown().await;
        assert_eq!(dump(&path).await, right, "{damage}");
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
    // By whoever reads one that makes no sense: the answer is never about the rest.
    // One that is shown on every day.
    let shown = "select min(rowid) from issue_board where shown_from is null and shown_until is null";
    execute(&path, &format!("update issue_board set state = 'nonsense' where rowid = ({shown})")).await;
    assert!(matches!(list(&office, &models).await, Err(ListError::Unavailable(why)) if why.contains("nonsense")));
    assert_eq!(listed(&office, &models).await, issues);
    // By the look that the models take from time to time.
    execute(&path, "delete from issue_board where rowid < 6").await;
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
    let right = dump(&path).await;
    let whole = std::fs::read(&path).unwrap();
    for (from, to) in [(4_096, whole.len()), (whole.len() / 2, whole.len() / 2 + 4_096), (40, 90), (0, 16)] {
        let mut damaged = whole.clone();
        damaged[from..to].iter_mut().for_each(|byte| *byte = !*byte);
        std::fs::write(&path, damaged).unwrap();
        let models = opened(&office, &path).await;
        assert_eq!(listed(&office, &models).await, issues, "{from} {to}");
        caught_up(&office, &models).await;
        models.shutdown().await;
        assert_eq!(dump(&path).await, right, "{from} {to}");
    }
    assert!(dir.path().join("read.sqlite.damaged").is_file());
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
    let mut somebody = somebody(&path).await;
    let left: i64 = sqlx::query_scalar(
        "select count(*) from sqlite_master where type = 'table' and name like '%\\_built' escape '\\'",
    )
    .fetch_one(&mut somebody)
    .await
    .unwrap();
    assert_eq!(left, 0, "tables stay behind");
}

/// The list is whole again, without anybody having ordered a look, and until then whoever asks may be told to come again.
async fn whole_again(office: &Office, models: &ReadModels, issues: usize, what: &str) {
    let begun = Instant::now();
    loop {
        match list(office, models).await {
            Ok(page) if page.items.len() == issues => return,
            Ok(_) | Err(ListError::Unavailable(_)) => {}
            Err(error) => panic!("{what}: {error}"),
        }
        assert!(begun.elapsed() < PATIENCE, "never whole again: {what}: {:#?}", models.health());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

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
        execute(&path, "delete from issue_board where rowid in (select rowid from issue_board limit 5)").await;
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
    let right = dump(&path).await;
    for touch in ["select count(*) from issue_board", "begin immediate; rollback", "create table theirs (a integer)"] {
        execute(&path, touch).await;
        // Longer than it takes to look.
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        whole_again(&office, &models, issues, touch).await;
        // Only our rows are compared.
        execute(&path, "drop table if exists theirs").await;
        assert_eq!(dump(&path).await, right, "{touch}");
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
    execute(&path, &format!("vacuum into '{}'", older.display())).await;
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
    let found = dump(&path).await;
    let fresh = dir.path().join("fresh.sqlite");
    let models = opened(&office, &fresh).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    assert_eq!(dump(&fresh).await, found);
}

/// Which file lies at a path.
fn identity(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).map_or(0, |file| file.ino())
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
        "{}; insert into issue_board_built select * from issue_board; \
         insert into read_model_checkpoint select name || '_built', version, log_id, position, root, row_count, row_sum \
         from read_model_checkpoint where name = 'issue_board'; \
         delete from issue_board_built where rowid < 6",
        Names::READ.beside().of_sql(issue_board::DEFINITION.schema, issue_board::DEFINITION.tables)
    );
    execute(&path, &copied).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    for _ in 0..200 {
        if let Ok(page) = list(&office, &models).await {
            assert_eq!(page.items.len(), issues);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    eventually("nothing is being built", || models.health().iter().all(|model| model.rebuilt.is_none())).await;
    assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

/// Room and rights of the system itself: its disk is filled while the log goes on.
#[tokio::test]
async fn a_full_disk_under_the_file_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("disk");
    let Some(disk) = OwnDisk::mount(&at, 32, "a_full_disk_under_the_file_is_waited_for") else { return };
    let path = at.join("read.sqlite");
    let mut office = Office::open(44, &[2026]).await;
    let mut issues = office.live(5).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    for _ in 0..2 {
        disk.fill().unwrap();
        issues += office.live(8).await.len();
        eventually("the models are told as stopped", || every_one_stopped(&models)).await;
        for model in models.health() {
            assert!(stopped(&model).contains("full"), "{model:?}");
        }
        assert!(matches!(list(&office, &models).await, Err(ListError::Unavailable(why)) if why.contains("full")));
        disk.make_room().unwrap();
        caught_up(&office, &models).await;
        assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    }
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

#[tokio::test]
async fn a_file_that_may_not_be_written_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("disk");
    let Some(disk) = OwnDisk::mount(&at, 32, "a_file_that_may_not_be_written_is_waited_for") else { return };
    let path = at.join("read.sqlite");
    let mut office = Office::open(45, &[2026]).await;
    let mut issues = office.live(5).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    disk.read_only(true).unwrap();
    issues += office.live(5).await.len();
    let models = opened(&office, &path).await;
    eventually("the models are told as stopped", || every_one_stopped(&models)).await;
    assert!(matches!(list(&office, &models).await, Err(ListError::Unavailable(_))));
    disk.read_only(false).unwrap();
    caught_up(&office, &models).await;
    assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

/// A medium that fails for good: the boards are stopped, the log goes on, and on a sound one the boards do.
#[tokio::test]
async fn a_disk_that_fails_stops_the_models_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("disk");
    let Some(disk) = OwnDisk::mount(&at, 32, "a_disk_that_fails_stops_the_models_and_nothing_else") else { return };
    let path = at.join("read.sqlite");
    let mut office = Office::open(46, &[2026]).await;
    let mut issues = office.live(5).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    disk.fails().unwrap();
    issues += office.live(8).await.len();
    eventually("the models are told as stopped", || every_one_stopped(&models)).await;
    assert!(matches!(list(&office, &models).await, Err(ListError::Unavailable(_))));
    models.shutdown().await;
    disk.unmount().unwrap();
    disk.mount_again().unwrap();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    assert_eq!(list(&office, &models).await.unwrap().items.len(), issues);
    models.shutdown().await;
    rows_are_as_written(&path).await;
}

//! How models keep up, stop, start again and are rebuilt.

use super::fixture::{CANARIES, Office, ZONE, day};
use crate::engine::projection::Projection;
use crate::*;
use async_trait::async_trait;
use domain::issue::IssueEvent;
use event_store::{EventStore, Position};
use sqlx::Row as _;
use std::path::Path;
use std::time::Duration;

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn opened(office: &Office, path: &Path) -> ReadModels {
    let models = ReadModels::open(Some(path), office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    models
}

/// Every model has rows that may be read, up to the head.
pub(super) async fn caught_up(office: &Office, models: &ReadModels) {
    let head = office.store.head().position;
    for _ in 0..PATIENCE.as_millis() / 10 {
        if models.hold(head) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:#?}", models.health());
}

/// Every row of every table, as SQLite would print it.
pub(super) async fn dump(path: &Path) -> Vec<String> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    // The tables and their columns are the database's own, so that none can be forgotten.
    let tables = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&pool).await.unwrap();
    assert!(tables.len() > 10, "{tables:?}");
    let mut lines = Vec::new();
    for table in tables {
        let columns = sqlx::query_scalar("select name from pragma_table_info($1) order by cid").bind(&table);
        let columns: Vec<String> = columns.fetch_all(&pool).await.unwrap();
        let quoted: Vec<_> = columns.iter().map(|column| format!("quote({column})")).collect();
        let query = format!("select concat_ws(', ', '{table}', {}) from {table}", quoted.join(", "));
        let mut rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(&pool).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        rows.sort();
        lines.append(&mut rows);
    }
    pool.close().await;
    lines
}

#[tokio::test]
async fn rows_kept_up_step_by_step_equal_rebuilt_ones() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(11, &[2025]).await;
    let mut models = opened(&office, &path).await;
    for turn in 0..30 {
        if turn == 15 {
            // In the middle, so that rows before and after it know different calendars.
            office.publish(2026).await;
        }
        office.live(4).await;
        // Some turns pile up, some are followed at once.
        if turn % 3 == 0 {
            caught_up(&office, &models).await;
        }
        if turn % 7 == 0 {
            models.shutdown().await;
            super::trouble::rows_are_as_written(&path).await;
            models = opened(&office, &path).await;
        }
    }
    caught_up(&office, &models).await;
    models.shutdown().await;
    let incremental = dump(&path).await;

    let fresh = dir.path().join("fresh.sqlite");
    let models = opened(&office, &fresh).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    assert_eq!(dump(&fresh).await, incremental);

    // And by order, over the old rows.
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let seen = std::sync::Mutex::new(Vec::new());
    models.rebuild(None, &|progress| seen.lock().unwrap().push(progress)).await.unwrap();
    assert!(models.health().iter().all(|model| model.state == ModelState::Running));
    let last = seen.lock().unwrap().last().cloned().unwrap();
    assert_eq!((last.position, last.of), (office.store.head().position, office.store.head().position));
    models.shutdown().await;
    assert_eq!(dump(&path).await, incremental);
}

#[tokio::test]
async fn going_on_from_an_older_copy_of_the_file_leads_to_the_same_rows() {
    // What a crash leaves: rows and checkpoint of some earlier commit, never one without the other.
    let dir = tempfile::tempdir().unwrap();
    let (path, copy) = (dir.path().join("read.sqlite"), dir.path().join("copy.sqlite"));
    let mut office = Office::open(12, &[2025, 2026]).await;
    office.live(30).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    std::fs::copy(&path, &copy).unwrap();
    office.live(30).await;
    for path in [&path, &copy] {
        let models = opened(&office, path).await;
        caught_up(&office, &models).await;
        models.shutdown().await;
    }
    assert_eq!(dump(&copy).await, dump(&path).await);
}

pub(super) fn stopped(health: &ModelHealth) -> &str {
    let ModelState::Stopped { why } = &health.state else {
        panic!("{health:?}");
    };
    why
}

#[tokio::test]
async fn rows_of_another_or_a_restored_log_are_never_read_and_are_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(13, &[2026]).await;
    office.live(10).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;

    // The same log id, fewer leaves; then as many and more, but not the same ones; then another log.
    let mut restored = Office::open(13, &[2026]).await;
    let other = Office::open(14, &[2026]).await;
    for step in 0..3 {
        if step == 1 {
            restored.live(15).await;
            assert!(restored.store.head().position > office.store.head().position);
        }
        let (office, right) = if step == 2 { (&other, 0) } else { (&restored, 15 * step) };
        let models = ReadModels::open(Some(&path), office.store.clone(), office.log_id, ZONE).await.unwrap();
        models.start().unwrap();
        let request = PageRequest { limit: 1_000, cursor: None };
        loop {
            match models.issues(&IssueQuery::default(), office.today(), &request).await {
                Ok(page) => {
                    assert_eq!(page.items.len(), right);
                    break;
                }
                Err(ListError::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(2)).await,
                Err(error) => panic!("{error}"),
            }
        }
        caught_up(office, &models).await;
        models.shutdown().await;
    }
}

/// Models that fold issues, and those that do not.
const CONCERNED: [&str; 3] = [names::ISSUE_BOARD, names::DASHBOARDS, names::REVIEW_INDEX];
const UNCONCERNED: [&str; 2] = [names::RECEPTION_LIST, names::MAJOR_ISSUE_BOARD];

#[tokio::test]
async fn an_event_that_cannot_be_folded_stops_only_the_models_that_need_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(15, &[2026]).await;
    office.live(5).await;
    // A second life of a stream that never began: no rule would let it through, and no fold can make sense of it.
    let nobody = domain::ids::IssueId(office.id());
    let poison = office
        .issue(nobody, IssueEvent::Taken(domain::issue::Taken {}), super::fixture::afternoon(day("2026-03-03")))
        .await;
    office.live(5).await;
    let models = opened(&office, &path).await;
    let head = office.store.head().position;
    for name in UNCONCERNED {
        models.wait_for_model(name, head, PATIENCE).await.unwrap();
    }
    for name in CONCERNED {
        let behind = models.wait_for_model(name, head, PATIENCE).await.unwrap_err();
        assert!(behind.applied < poison);
    }
    for health in models.health() {
        if CONCERNED.contains(&health.name) {
            assert!(stopped(&health).contains(&format!("position {poison}")), "{health:?}");
        } else {
            assert!(UNCONCERNED.contains(&health.name));
            assert_eq!(health.state, ModelState::Running, "{health:?}");
        }
    }
    // A rebuild says so again, and the others still follow.
    for model in CONCERNED {
        let again = models.rebuild(Some(model), &|_| {}).await;
        assert!(matches!(again, Err(ReadModelError::Stopped { name, .. }) if name == model));
    }
    office.live(3).await;
    models.wait_for_model(names::RECEPTION_LIST, office.store.head().position, PATIENCE).await.unwrap();
    assert!(matches!(models.rebuild(Some("no_such"), &|_| {}).await, Err(ReadModelError::UnknownModel(_))));
    models.shutdown().await;
}

/// A model that counts events, and fails or panics where it is told to.
struct Counter {
    count: i64,
    fails_at: u64,
    panics: bool,
}

#[async_trait]
impl Projection for Counter {
    async fn prepare(&mut self, _log: &EventStore, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, _log: &EventStore) -> Result<(), Failure> {
        assert!(!(self.panics && event.position().0 == self.fails_at), "told to");
        self.count += 1;
        Ok(())
    }

    async fn write(&mut self, rows: &mut Rows<'_>, log: &EventStore) -> Result<(), Failure> {
        let count = std::mem::take(&mut self.count);
        rows.add(&COUNTED, &[count], |binds, count| {
            binds.number(0).push(*count);
        })
        .await?;
        if !self.panics && log.head().position.0 >= self.fails_at {
            // After rows were written: they must not stay without their checkpoint.
            sqlx::query("insert into no_such_table values (1)").execute(rows.connection()).await?;
        }
        Ok(())
    }
}

const COUNTED: Table = Table { name: "counted", columns: &["key", "count"], key_columns: 1, kind: Kind::Counters };
const COUNTED_SCHEMA: &str =
    "drop table if exists counted; create table counted (key bigint primary key, count bigint not null);";

#[tokio::test]
async fn a_failed_write_leaves_neither_rows_nor_checkpoint_and_other_models_do_not_notice() {
    let failing = Definition {
        name: "failing",
        version: 1,
        schema: COUNTED_SCHEMA,
        tables: &[COUNTED],
        indexes: "",
        make: |_| Box::new(Counter { count: 0, fails_at: 40, panics: false }),
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(16, &[2026]).await;
    let definitions = [failing, reception_list::DEFINITION];
    let models =
        ReadModels::open_models(&definitions, Some(&path), office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    models.wait_for_model("failing", office.store.head().position, PATIENCE).await.unwrap();
    office.live(40).await;
    let head = office.store.head().position;
    models.wait_for_model(names::RECEPTION_LIST, head, PATIENCE).await.unwrap();
    models.wait_for_model("failing", head, PATIENCE).await.unwrap_err();
    assert!(stopped(&models.health()[0]).contains("no_such_table"));
    models.shutdown().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    // Whichever of its tables there are at this moment: rows and checkpoint say the same.
    let checkpoints = "select name, position from read_model_checkpoint where name like 'failing%'";
    for row in sqlx::query(checkpoints).fetch_all(&pool).await.unwrap() {
        let (name, position): (String, i64) = (row.get(0), row.get(1));
        let table = name.replace("failing", "counted");
        let sql = sqlx::AssertSqlSafe(format!("select coalesce(sum(count), 0) from {table}"));
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
        assert_eq!(count, position, "{name}");
    }
    pool.close().await;
}

#[tokio::test]
async fn a_panic_in_a_fold_stops_that_model_only() {
    let panicking = Definition {
        name: "panicking",
        version: 1,
        schema: COUNTED_SCHEMA,
        tables: &[COUNTED],
        indexes: "",
        make: |_| Box::new(Counter { count: 0, fails_at: 5, panics: true }),
    };
    let mut office = Office::open(17, &[2026]).await;
    office.live(10).await;
    let definitions = [panicking, reception_list::DEFINITION];
    let models = ReadModels::open_models(&definitions, None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    models.wait_for_model(names::RECEPTION_LIST, office.store.head().position, PATIENCE).await.unwrap();
    assert!(models.wait_for_model("panicking", office.store.head().position, PATIENCE).await.is_err());
    assert!(stopped(&models.health()[0]).contains("unexpectedly"));
    models.shutdown().await;
}

#[tokio::test]
async fn another_version_of_a_model_starts_from_nothing() {
    let counting = |version| Definition {
        name: "counting",
        version,
        schema: COUNTED_SCHEMA,
        tables: &[COUNTED],
        indexes: "",
        make: |_| Box::new(Counter { count: 0, fails_at: u64::MAX, panics: false }),
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(18, &[2026]).await;
    office.live(10).await;
    for version in [1, 1, 2] {
        let definitions = [counting(version)];
        let models = ReadModels::open_models(&definitions, Some(&path), office.store.clone(), office.log_id, ZONE)
            .await
            .unwrap();
        models.start().unwrap();
        caught_up(&office, &models).await;
        models.shutdown().await;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let count: i64 = sqlx::query_scalar("select count from counted").fetch_one(&pool).await.unwrap();
        assert_eq!(count, i64::try_from(office.store.head().position.0).unwrap());
        pool.close().await;
    }
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_set_aside_and_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    std::fs::write(&path, b"this was never a database, whatever it may have been; it only fills some bytes").unwrap();
    let mut office = Office::open(19, &[2026]).await;
    office.live(40).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    assert!(dir.path().join("read.sqlite.damaged").is_file());
    assert!(dump(&path).await.len() > 10);
}

#[tokio::test]
async fn readers_see_what_was_written_before_they_asked() {
    let mut office = Office::open(20, &[2026]).await;
    let models = ReadModels::open(None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    assert!(!models.hold(office.store.head().position));
    models.start().unwrap();
    caught_up(&office, &models).await;
    assert!(models.hold(office.store.head().position));
    let today = day("2026-04-02");
    for n in 1..=40 {
        let id = office.raise(today, day("2026-04-10")).await;
        let position = office.store.head().position;
        let applied = models.wait_for(position, PATIENCE).await.unwrap();
        assert!(applied >= position);
        let page =
            models.issues(&IssueQuery::default(), today, &PageRequest { limit: 100, cursor: None }).await.unwrap();
        assert_eq!(page.items.len(), n);
        assert!(page.items.iter().any(|row| row.issue_id == id));
        assert!(page.as_of_position >= position);
    }
    let beyond = Position(office.store.head().position.0 + 1);
    assert!(models.wait_for(beyond, Duration::from_millis(50)).await.is_err());
    models.shutdown().await;
}

#[tokio::test]
async fn no_personal_text_stands_in_the_file_and_the_sealed_box_of_each_subject_opens() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(21, &[2026]).await;
    let issues = office.live(50).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let request = PageRequest { limit: 1_000, cursor: None };
    let rows = models.issues(&IssueQuery::default(), office.today(), &request).await.unwrap().items;
    let mut corrected = 0;
    for row in rows {
        assert!(issues.contains(&row.issue_id));
        let sealed = row.subject.unwrap();
        let key = office.key(&sealed.stream);
        let opening = event_store::boxes::open(
            key,
            &sealed.stream,
            sealed.version,
            sealed.index as usize,
            &sealed.bytes,
            &sealed.commitment,
        )
        .unwrap();
        let right = match sealed.member {
            TextMember::Subject => CANARIES[0],
            TextMember::Value => CANARIES[3],
        };
        corrected += usize::from(sealed.member == TextMember::Value);
        assert_eq!(opening.json().unwrap()[sealed.member.as_str()], right);
    }
    assert!(corrected > 0);
    // The log's files beside it too, while they are there.
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for canary in CANARIES {
            assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()), "{canary}");
        }
    }
    models.shutdown().await;
}

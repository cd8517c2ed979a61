//! Folds that fail: which models stop, and what stays in their tables.

use super::fixture::{Office, ZONE, afternoon, day};
use super::models::{PATIENCE, caught_up, opened, stopped};
use crate::engine::projection::{Changes, Log, Written};
use crate::engine::sqlite::Sql;
use crate::*;
use async_trait::async_trait;
use domain::issue::IssueEvent;
use event_store::Position;

/// Models that fold issues, and those that do not, or of issues only their answers or what was asked.
const CONCERNED: [&str; 4] = [names::ISSUE_BOARD, names::DASHBOARDS, names::REVIEW_INDEX, names::OBLIGATIONS];
const UNCONCERNED: [&str; 8] = [
    names::RECEPTION_LIST,
    names::SESSION_LIST,
    names::MAJOR_ISSUE_BOARD,
    names::LEAVE_LIST,
    names::NAMED_ANSWERS,
    names::WAITING,
    names::UNDERTAKING_LIST,
    names::FACT_COUNTS,
];

#[tokio::test]
async fn an_event_that_cannot_be_folded_stops_only_the_models_that_need_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(15, &[2026]).await;
    office.live(5).await;
    // A second life of a stream that never began: no rule would let it through, and no fold can make sense of it.
    let nobody = domain::ids::IssueId(office.id());
    let poison = office.issue(nobody, IssueEvent::Taken(domain::issue::Taken {}), afternoon(day("2026-03-03"))).await;
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
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, _log: &Log) -> Result<(), Failure> {
        assert!(!(self.panics && event.position().0 == self.fails_at), "told to");
        self.count += 1;
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, log: &Log) -> Result<Changes, Failure> {
        let count = std::mem::take(&mut self.count);
        let fails = !self.panics && log.store.head().position.0 >= self.fails_at;
        Ok(Box::new(move |rows| {
            let before =
                rows.sql().row(&format!("select count from {}", rows.name(&COUNTED)), &[], |row| row.whole())?;
            rows.upsert(&COUNTED, &[before.unwrap_or(0) + count], |binds, count| {
                binds.number(0).push(*count);
            })?;
            if fails {
                // After rows were written: they must not stay without their checkpoint.
                rows.sql().execute("insert into no_such_table values (1)", &[])?;
            }
            Ok(())
        }))
    }

    fn memory(&self) -> usize {
        0
    }
}

const EVERY: &[Family] = &[
    Family::Issue,
    Family::Reception,
    Family::MajorIssue,
    Family::Session,
    Family::Leave,
    Family::Undertaking,
    Family::Office,
    Family::Area,
    Family::Delegate,
    Family::Obligation,
    Family::Appraisal,
    Family::Reference,
    Family::Appraisal,
    Family::Other,
];
const COUNTED: Table =
    Table { name: "counted", columns: &["key", "count"], key_columns: 1, steady: &[], ids: &[], days: &[] };
const COUNTED_SCHEMA: &str = "drop table if exists counted; create table counted (key bigint primary key, count bigint not null, row_sum bigint not null);";

#[tokio::test]
async fn a_failed_write_leaves_neither_rows_nor_checkpoint_and_other_models_do_not_notice() {
    let failing = Definition {
        name: "failing",
        version: 1,
        families: EVERY,
        schema: COUNTED_SCHEMA,
        tables: &[COUNTED],
        views: Vec::new,
        memory_max: 0,
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
    // Whichever of its tables there are at this moment: rows and checkpoint say the same.
    let sql = Sql::to_read(&path).unwrap();
    let checkpoints = "select name, position from read_model_checkpoint where name like 'failing%'";
    for (name, position) in
        sql.rows(checkpoints, &[], |columns| Ok((columns.text()?.to_owned(), columns.whole()?))).unwrap()
    {
        let table = name.replace("failing", "counted");
        let counted = format!("select coalesce(sum(count), 0) from {table}");
        assert_eq!(sql.row(&counted, &[], |columns| columns.whole()).unwrap(), Some(position), "{name}");
    }
}

#[tokio::test]
async fn a_panic_in_a_fold_stops_that_model_only() {
    let panicking = Definition {
        name: "panicking",
        version: 1,
        families: EVERY,
        schema: COUNTED_SCHEMA,
        tables: &[COUNTED],
        views: Vec::new,
        memory_max: 0,
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
        families: EVERY,
        schema: COUNTED_SCHEMA,
        tables: &[COUNTED],
        views: Vec::new,
        memory_max: 0,
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
        let sql = Sql::to_read(&path).unwrap();
        let count = sql.row("select count from counted", &[], |columns| columns.position()).unwrap();
        assert_eq!(count, Some(office.store.head().position));
    }
}

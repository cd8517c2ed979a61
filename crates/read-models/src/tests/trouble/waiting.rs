//! What passes is waited for: a file that others hold or that cannot be opened yet, a slow model, a write that fails.

use super::super::fixture::{Office, ZONE};
use super::super::models::{caught_up, eventually, every_one_stopped, list, opened, rows_are_as_written, stopped};
use super::somebody;
use crate::engine::check::{self, Pace};
use crate::engine::database::Database;
use crate::engine::projection::{Changes, Log, Written};
use crate::engine::table::Names;
use crate::engine::waits::STANDSTILL_MAX;
use crate::*;
use async_trait::async_trait;
use event_store::Position;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Longer than SQLite waits, or than a model may stand still; commands go on meanwhile.
#[tokio::test]
async fn a_file_that_others_hold_is_waited_for_and_old_rows_are_not_read_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(31, &[2026]).await;
    let mut issues = office.live(5).await.len();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let holder = somebody(&path);
    holder.execute_batch("begin immediate").unwrap();
    let held = Instant::now();
    issues += office.live(8).await.len();
    eventually("the models are told as stopped", || every_one_stopped(&models)).await;
    for model in models.health() {
        assert!(stopped(&model).contains("locked"), "{model:?}");
    }
    assert!(matches!(list(&office, &models).await, Err(ListError::Unavailable(why)) if why.contains("locked")));
    // Far longer than anything else is waited for.
    tokio::time::sleep((4 * STANDSTILL_MAX).saturating_sub(held.elapsed())).await;
    holder.execute_batch("rollback").unwrap();
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
    async fn prepare(&mut self, log: &Log, position: Position) -> Result<(), Failure> {
        self.fold.prepare(log, position).await
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        self.fold.fold(event, log).await
    }

    async fn changes(&mut self, written: &Written, log: &Log) -> Result<Changes, Failure> {
        let changes = self.fold.changes(written, log).await?;
        let (failures, slow) = (self.failures.clone(), self.slow);
        Ok(Box::new(move |rows| {
            changes(rows)?;
            std::thread::sleep(slow);
            let left = failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if left.is_ok() {
                return Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into());
            }
            Ok(())
        }))
    }

    fn memory(&self) -> usize {
        self.fold.memory()
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

/// One model keeps the one connection that writes for longer than any may stand still.
#[tokio::test]
async fn a_slow_model_stops_no_other() {
    let slow = Definition {
        make: |zone| {
            let fold = (reception_list::DEFINITION.make)(zone);
            Box::new(Odd { fold, failures: Arc::default(), slow: 5 * STANDSTILL_MAX / 2 })
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

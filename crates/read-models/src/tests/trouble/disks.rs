//! Disks that are full, may not be written, or fail.

use super::super::fixture::Office;
use super::super::models::{caught_up, eventually, every_one_stopped, list, opened, rows_are_as_written, stopped};
use crate::*;
use event_store::faults::OwnDisk;
use std::os::unix::fs::MetadataExt as _;

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

/// A file that was not closed before the system ended may lack pages, whatever it says of itself.
#[tokio::test]
async fn after_a_power_cut_the_rows_are_folded_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let note = dir.path().join("read.sqlite-unsynced");
    let mut office = Office::open(47, &[2026]).await;
    office.live(5).await;
    let inode = || std::fs::metadata(&path).unwrap().ino();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    assert!(note.exists());
    models.shutdown().await;
    assert!(!note.exists());
    let (before, keeps_its_number) = (inode(), std::fs::File::open(&path).unwrap());
    std::fs::write(&note, "another run of the system").unwrap();
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    assert_ne!(inode(), before);
    models.shutdown().await;
    rows_are_as_written(&path).await;
    drop(keeps_its_number);
}

//! How models keep up, start again and are rebuilt.

use super::fixture::{CANARIES, Office, ZONE, day};
use super::models::{PATIENCE, caught_up, dump, opened, rows_are_as_written};
use crate::*;
use event_store::Position;
use std::time::Duration;

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
        if turn == 18 {
            // The same for what sessions are judged by.
            office.adopt_stricter(day("2026-03-01")).await;
        }
        if turn == 20 {
            let unit = domain::ids::AreaId(office.id());
            office.define_unit(unit, office.grids[1]).await;
        }
        office.live(4).await;
        // Some turns pile up, some are followed at once.
        if turn % 3 == 0 {
            caught_up(&office, &models).await;
        }
        if turn % 7 == 0 {
            models.shutdown().await;
            rows_are_as_written(&path).await;
            models = opened(&office, &path).await;
        }
    }
    caught_up(&office, &models).await;
    models.shutdown().await;
    let incremental = dump(&path);

    let fresh = dir.path().join("fresh.sqlite");
    let models = opened(&office, &fresh).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    assert_eq!(dump(&fresh), incremental);

    // And by order, over the old rows.
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let seen = std::sync::Mutex::new(Vec::new());
    models.rebuild(None, &|progress| seen.lock().unwrap().push(progress)).await.unwrap();
    assert!(models.health().iter().all(|model| model.state == ModelState::Running));
    let last = seen.lock().unwrap().last().cloned().unwrap();
    assert_eq!((last.position, last.of), (office.store.head().position, office.store.head().position));
    models.shutdown().await;
    assert_eq!(dump(&path), incremental);
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
    assert_eq!(dump(&copy), dump(&path));
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
    assert!(dump(&path).len() > 10);
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

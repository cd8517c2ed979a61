//! Directories: made where there is nothing, ours alone, with room, and with the keys that belong to them.

use crate::disk::kit::{Place, copy_dir};
use event_store::Message;
use event_store::open::Cause;
use std::fs;

#[tokio::test]
async fn a_new_log_is_made_where_there_is_nothing() {
    let place = Place::new();
    let opened = place.open().unwrap();
    assert!(opened.fresh);
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    assert_eq!(opened.keys.origin(), format!("huiyin.local/{}", opened.keys.log_id()));
    assert_eq!(opened.log.head().await.unwrap().size, 0);
    drop(opened);
    let again = place.open().unwrap();
    assert!(!again.fresh);
    assert!(again.notes.is_empty(), "{:?}", again.notes);
}

#[tokio::test]
async fn everything_is_there_after_closing() {
    let place = Place::new();
    let events = place.filled(300).await;
    assert!(place.segments().len() > 2, "several segments");
    let notes = place.holds(&events).await;
    assert!(notes.is_empty(), "{notes:?}");
}

#[tokio::test]
async fn a_second_process_is_refused() {
    let place = Place::new();
    let opened = place.open().unwrap();
    let error = place.refused(Cause::Locked);
    assert!(error.message.en.contains("another huiyin process"), "{error}");
    drop(opened);
    drop(place.open().unwrap());
}

/// `mkdir -m 755` before the first start, or a copy that lost its modes.
#[tokio::test]
async fn what_others_could_reach_is_taken_from_them_and_told() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let place = Place::new();
    let events = place.filled(5).await;
    let open_up = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    open_up(place.data(), 0o755);
    open_up(&place.data().join("journal"), 0o750);
    open_up(&place.segments()[0], 0o644);
    open_up(&place.sled().join("db"), 0o664);
    let boards = place.data().join("read-models.sqlite");
    fs::write(&boards, b"").unwrap();
    open_up(&boards, 0o644);
    let notes = place.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("0755") && note.contains("owner's alone")), "{notes:?}");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((mode(place.data()), mode(&place.data().join("journal"))), (0o700, 0o700));
    for file in [&place.segments()[0], &place.sled().join("db"), &boards] {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    // Said once.
    assert!(place.holds(&events).await.is_empty());
}

/// Every refusal for trouble of the system says where, why and what to do, in each language by itself.
#[tokio::test]
async fn a_path_in_the_way_is_named_with_its_cause_and_a_remedy() {
    let place = Place::new();
    fs::write(place.data(), b"a file").unwrap();
    let error = place.refused(Cause::Io);
    let data = place.data().display().to_string();
    let Message { zh, en } = &error.message;
    assert!(zh.starts_with(&format!("--data {data}：不是目录。请用 --data 指明")), "{zh}");
    assert!(en.starts_with(&format!("--data {data}: it is not a directory. Name a directory by --data")), "{en}");
    let zh = zh.replace(&data, "").replace("--data", "");
    assert!(!zh.chars().any(|c| c.is_ascii_alphabetic()), "{zh}");
}

#[tokio::test]
async fn a_new_log_says_how_much_room_it_wants_before_it_makes_anything() {
    let faults = event_store::faults::Faults::new();
    faults.pretend_free_bytes(Some(300_000));
    let mut place = Place::new().with_files(&event_store::files::Files::faulty(&faults));
    place.options.free_space_min_bytes = 256_000;
    place.options.room_for_sled_bytes = 10_000;
    let error = place.refused(Cause::DiskFull);
    for text in [&error.message.zh, &error.message.en] {
        // 256,000 in reserve, segments of 16 and 32 KiB, room for sled.
        assert!(text.contains("300000") && text.contains("315152"), "{text}");
    }
    assert!(!place.data().exists() && !place.keys().exists(), "nothing was made");
    faults.pretend_free_bytes(None);
    place.filled(3).await;
}

#[tokio::test]
async fn a_full_disk_is_refused_before_sled_is_touched() {
    let place = Place::new();
    let events = place.filled(5).await;
    let faults = event_store::faults::Faults::new();
    faults.pretend_free_bytes(Some(1000));
    let mut full = place.copy().with_files(&event_store::files::Files::faulty(&faults));
    full.options.free_space_min_bytes = 1001;
    let before = fs::read(full.sled().join("db")).unwrap();
    full.refused(Cause::DiskFull);
    assert_eq!(fs::read(full.sled().join("db")).unwrap(), before);
    faults.pretend_free_bytes(None);
    full.options.free_space_min_bytes = 0;
    full.holds(&events).await;
}

#[tokio::test]
async fn missing_keys_are_refused_and_never_made_anew() {
    let place = Place::new();
    place.filled(5).await;
    fs::remove_dir_all(place.keys()).unwrap();
    let error = place.refused(Cause::KeysMissing);
    assert!(error.message.en.contains("never made"), "{error}");
    assert!(!place.keys().exists());

    let place = Place::new();
    place.filled(5).await;
    let key = fs::read_dir(place.keys()).unwrap().map(|entry| entry.unwrap().path());
    let key = key.filter(|path| path.extension().is_some_and(|extension| extension == "key")).min().unwrap();
    fs::remove_file(&key).unwrap();
    let error = place.refused(Cause::KeysMissing);
    assert!(error.message.en.contains(&key.file_name().unwrap().to_string_lossy()[..]), "{error}");
    assert!(!key.exists());
}

#[tokio::test]
async fn keys_without_data_are_refused() {
    let place = Place::new();
    place.filled(5).await;
    fs::remove_dir_all(place.data()).unwrap();
    place.refused(Cause::DataMissing);
    assert!(!place.data().join("journal").exists(), "nothing was made");
}

#[tokio::test]
async fn keys_of_another_log_are_refused() {
    let (place, other) = (Place::new(), Place::new());
    place.filled(5).await;
    other.filled(5).await;
    other.lends_keys(&place);
    place.refused(Cause::KeysOfAnotherLog);
}

#[tokio::test]
async fn keys_inside_the_data_are_refused() {
    let mut place = Place::new();
    place.options.keys = place.data().join("keys");
    place.refused(Cause::KeysUnusable);
}

#[tokio::test]
async fn another_origin_is_refused() {
    let mut place = Place::new();
    place.options.origin = Some("log.jiangqiao.example/1".to_owned());
    place.filled(2).await;
    drop(place.open().unwrap());
    place.options.origin = Some("log.jiangqiao.example/2".to_owned());
    place.refused(Cause::OtherOrigin);
    place.options.origin = None;
    assert_eq!(place.open().unwrap().keys.origin(), "log.jiangqiao.example/1");
}

/// The process may end between any two steps of the first start.
#[tokio::test]
async fn an_interrupted_first_start_is_taken_up_again() {
    let begun = |id: &str| {
        let place = Place::new();
        fs::create_dir_all(place.data()).unwrap();
        fs::write(place.data().join("creating"), id).unwrap();
        place
    };
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let before_keys = begun(id);
    let opened = before_keys.open().unwrap();
    assert!(opened.fresh);
    assert_eq!(opened.keys.log_id().to_string(), id);
    drop(opened);
    assert!(!before_keys.data().join("creating").exists());

    let before_journal = begun(id);
    copy_dir(before_keys.keys(), before_journal.keys());
    assert!(before_journal.open().unwrap().fresh);

    let whole = begun(id);
    copy_dir(before_keys.keys(), whole.keys());
    copy_dir(&before_keys.data().join("journal"), &whole.data().join("journal"));
    assert!(whole.open().unwrap().fresh);
    assert!(!whole.open().unwrap().fresh);

    // A mark does not make keys for a log that is in use.
    let used = before_keys.copy();
    fs::write(used.data().join("creating"), id).unwrap();
    fs::remove_dir_all(used.keys()).unwrap();
    used.refused(Cause::KeysMissing);
    assert!(!used.keys().exists());

    // Nor for one whose sled is gone as well, once its journal holds anything.
    let written = Place::new();
    written.filled(5).await;
    let id = written.open().unwrap().keys.log_id().to_string();
    fs::write(written.data().join("creating"), id).unwrap();
    fs::remove_dir_all(written.sled()).unwrap();
    fs::remove_dir_all(written.keys()).unwrap();
    written.refused(Cause::KeysMissing);
    assert!(!written.keys().exists());

    let other = begun("01890a5d-ac96-774b-bcce-b302099a8058");
    copy_dir(before_keys.keys(), other.keys());
    other.refused(Cause::KeysOfAnotherLog);
}

//! Every branch of opening: what is mended and told, what is refused and why.

use super::kit::{Place, SEGMENT_BYTES, copy_dir, fill, frames, leaves, scribble, sign, versions};
use event_store::conformance::kit::{sound, stream_of, ticking};
use event_store::doctor::FindingKind;
use event_store::open::{Cause, Progress, Step, open};
use event_store::{EventStore, Message, OpenOptions, Position};
use std::fs;
use std::sync::Mutex;
use std::time::Duration;

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

/// The lengths of the journal's segments, in order.
fn lengths(place: &Place) -> Vec<u64> {
    place.segments().iter().map(|segment| fs::metadata(segment).unwrap().len()).collect()
}

#[tokio::test]
async fn segments_double_up_to_their_full_length_also_over_a_restart() {
    let place = Place::new();
    place.filled(30).await;
    let events = place.filled(400).await;
    let found = lengths(&place);
    assert!(found.len() > 4, "{found:?}");
    assert_eq!(found[..3], [SEGMENT_BYTES / 4, SEGMENT_BYTES / 2, SEGMENT_BYTES]);
    assert!(found[3..].iter().all(|length| *length == SEGMENT_BYTES), "{found:?}");
    assert!(place.holds(&events).await.is_empty());
}

/// As an earlier version left it, whose segments all have the full length.
#[tokio::test]
async fn a_journal_of_full_segments_goes_on_with_such() {
    let mut place = Place::new();
    place.options.first_segment_bytes = SEGMENT_BYTES;
    place.filled(3).await;
    place.options.first_segment_bytes = SEGMENT_BYTES / 4;
    place.filled(300).await;
    let found = lengths(&place);
    assert!(found.len() > 2 && found.iter().all(|length| *length == SEGMENT_BYTES), "{found:?}");
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

/// A sled that cannot be opened for a reason of the moment is left where it is: it is not damaged, and setting it aside
/// would cost a copy of the record at every start.
#[tokio::test]
async fn a_sound_sled_is_not_set_aside_for_trouble_of_the_moment() {
    let place = Place::new();
    let events = place.filled(20).await;
    // Its own lock is held: the system answers EAGAIN.
    let held = sled::open(place.sled()).unwrap();
    for _ in 0..3 {
        let error = place.refused(Cause::Io);
        for text in [&error.message.zh, &error.message.en] {
            assert!(text.contains("sled"), "{text}");
        }
    }
    drop(held);
    assert_eq!(set_aside(&place), 0);
    assert!(place.holds(&events).await.is_empty());
}

fn set_aside(place: &Place) -> usize {
    let names = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().contains("sled.set-aside")).count()
}

#[tokio::test]
async fn a_store_that_is_damaged_again_and_again_does_not_fill_the_disk() {
    let place = Place::new();
    let events = place.filled(5).await;
    let mut first = None;
    for round in 0..6 {
        fs::remove_dir_all(place.sled()).unwrap();
        fs::write(place.sled(), format!("not a directory {round}")).unwrap();
        let notes = place.holds(&events).await;
        assert_eq!(notes.iter().any(|note| note.contains("was deleted")), round >= 3, "{round}: {notes:?}");
        let asides = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path());
        let mut asides = asides.filter(|path| path.to_string_lossy().contains("set-aside")).collect::<Vec<_>>();
        asides.sort();
        assert_eq!(asides.len(), (round + 1).min(3));
        let kept = first.get_or_insert_with(|| asides[0].clone());
        assert_eq!(kept, &asides[0], "the first one stays");
    }
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

#[tokio::test]
async fn a_deleted_sled_is_rebuilt_from_the_journal() {
    let place = Place::new();
    let events = place.filled(300).await;
    fs::remove_dir_all(place.sled()).unwrap();
    let seen = Mutex::new(Vec::new());
    let opened = open(&place.options, &|step: Progress| seen.lock().unwrap().push(step)).await.unwrap();
    assert_eq!(leaves(&opened).await, events);
    assert_eq!(versions(&opened, &stream_of("area", 1)).await, 100);
    let total = events.len() as u64;
    let last = Progress { step: Step::Replaying, done: total, total };
    assert_eq!(seen.into_inner().unwrap().last(), Some(&last));
    drop(opened);
    assert!(place.holds(&events).await.is_empty());
}

#[tokio::test]
async fn a_sled_that_is_behind_is_brought_level() {
    let place = Place::new();
    place.filled(100).await;
    let earlier = place.copy();
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    fill(&store, 200).await;
    let events = sound(&store).await;
    store.shutdown().await;
    drop((store, opened.keys));
    fs::remove_dir_all(place.sled()).unwrap();
    copy_dir(&earlier.sled(), &place.sled());
    let notes = place.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("replayed")), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("set aside")), "{notes:?}");
}

#[tokio::test]
async fn a_damaged_sled_is_set_aside_and_rebuilt() {
    let place = Place::new();
    let events = place.filled(200).await;
    let mut set_aside = 0;
    for (round, from) in (0..8_usize).zip([0, 1, 3, 10, 30, 60, 80, 95]) {
        let damaged = place.copy();
        let db = damaged.sled().join("db");
        let length = fs::read(&db).unwrap().iter().rposition(|&byte| byte != 0).unwrap();
        let noise = (0..512_usize).map(|at| u8::try_from((at * 31 + round * 7) % 256).unwrap()).collect::<Vec<_>>();
        let at = (length * from / 100).min(length - 512);
        scribble(&db, at, &noise);
        let notes = damaged.holds(&events).await;
        set_aside += usize::from(notes.iter().any(|note| note.contains("set aside")));
        assert!(damaged.doctor().is_sound());
        damaged.holds(&events).await;
    }
    assert!(set_aside > 0, "the damage was never noticed");
    let emptied = place.copy();
    fs::write(emptied.sled().join("db"), b"").unwrap();
    emptied.holds(&events).await;
    let garbage = place.copy();
    fs::remove_dir_all(garbage.sled()).unwrap();
    fs::write(garbage.sled(), b"not a directory").unwrap();
    garbage.holds(&events).await;
}

#[tokio::test]
async fn a_sled_of_another_log_is_set_aside() {
    let (place, other) = (Place::new(), Place::new());
    let events = place.filled(50).await;
    other.filled(120).await;
    fs::remove_dir_all(place.sled()).unwrap();
    copy_dir(&other.sled(), &place.sled());
    let notes = place.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("another log")), "{notes:?}");
    let aside = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(aside.filter(|name| name.to_string_lossy().contains("set-aside")).count() == 1);
}

/// Same log id, same size, other leaves: a copy of the log that went its own way.
#[tokio::test]
async fn a_sled_with_another_history_is_set_aside() {
    let place = Place::new();
    place.filled(10).await;
    let twin = place.copy();
    let events = place.filled(20).await;
    let opened = twin.open().unwrap();
    let store = EventStore::start(opened.log, std::sync::Arc::new(|| 1_800_000_000_000)).await.unwrap();
    fill(&store, 20).await;
    store.shutdown().await;
    drop(store);
    fs::remove_dir_all(place.sled()).unwrap();
    copy_dir(&twin.sled(), &place.sled());
    let notes = place.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("root")), "{notes:?}");
}

#[tokio::test]
async fn a_sled_that_is_ahead_means_that_the_journal_lost_its_tail() {
    let place = Place::new();
    place.filled(10).await;
    let earlier = place.copy();
    place.filled(10).await;
    for flushed in [true, false] {
        let ahead = place.copy();
        fs::remove_dir_all(ahead.data().join("journal")).unwrap();
        copy_dir(&earlier.data().join("journal"), &ahead.data().join("journal"));
        if !flushed {
            fs::remove_file(ahead.data().join("sled.flushed")).unwrap();
        }
        let error = ahead.refused(Cause::JournalLostItsTail);
        assert!(error.message.en.contains("huiyin doctor"), "{error}");
    }
    let gone = place.copy();
    fs::remove_dir_all(gone.data().join("journal")).unwrap();
    gone.refused(Cause::JournalLostItsTail);
    assert!(!gone.doctor().is_sound());
}

#[tokio::test]
async fn a_journal_that_ends_before_what_was_signed_is_refused() {
    let place = Place::new();
    place.filled(10).await;
    let earlier = place.copy();
    place.filled(10).await;
    sign(&place).await;
    let old = earlier.copy();
    place.lends_keys(&old);
    let error = old.refused(Cause::JournalLostItsTail);
    assert!(error.message.en.contains("was signed"), "{error}");
    assert!(!old.doctor().is_sound());

    // As long as what was signed, but with other leaves.
    let twin = earlier.copy();
    let opened = twin.open().unwrap();
    let store = EventStore::start(opened.log, std::sync::Arc::new(|| 1_800_000_000_000)).await.unwrap();
    fill(&store, 30).await;
    store.shutdown().await;
    drop(store);
    place.lends_keys(&twin);
    twin.refused(Cause::SignedOtherwise);
}

#[tokio::test]
async fn two_directories_do_not_share_a_journal() {
    let place = Place::new();
    let events = place.filled(20).await;
    let second = place.copy();
    fs::remove_dir_all(second.data().join("journal")).unwrap();
    std::os::unix::fs::symlink(place.data().join("journal"), second.data().join("journal")).unwrap();
    let opened = place.open().unwrap();
    let error = second.refused(Cause::Locked);
    assert!(error.message.en.contains("journal is in use by another huiyin process"), "{error}");
    drop(opened);
    place.holds(&events).await;
}

#[tokio::test]
async fn a_missing_segment_is_refused() {
    let place = Place::new();
    place.filled(300).await;
    let segments = place.segments().len();
    for index in 0..segments {
        let torn = place.copy();
        fs::remove_file(&torn.segments()[index]).unwrap();
        let last = index + 1 == segments;
        let error = torn.refused(if last { Cause::JournalLostItsTail } else { Cause::JournalDamaged });
        assert!(error.message.en.contains("huiyin doctor"), "{error}");
        assert!(!torn.doctor().is_sound());
    }
}

#[tokio::test]
async fn damage_in_the_middle_of_the_journal_is_refused() {
    let place = Place::new();
    let events = place.filled(300).await;
    let last = place.segments().pop().unwrap();
    let frame = frames(&last)[1].0;
    for (offset, bytes) in
        [(frame + 40, &[0xff; 4][..]), (frame, &[0; 16][..]), (frame + 1, &[0xff][..]), (16, &[1][..])]
    {
        let damaged = place.copy();
        scribble(damaged.segments().last().unwrap(), offset, bytes);
        let error = damaged.refused(Cause::JournalDamaged);
        assert!(error.message.en.contains("huiyin doctor"), "{error}");
        let report = damaged.doctor();
        assert!(!report.is_sound());
        // Both damaged.
        fs::remove_dir_all(damaged.sled()).unwrap();
        damaged.refused(Cause::JournalDamaged);
    }
    // Found only while sled is rebuilt from it: the journal is told, and sled, which is new and sound, is not blamed.
    let old = place.copy();
    let frame = frames(&old.segments()[0])[1].0;
    scribble(&old.segments()[0], frame + 40, &[0xff; 4]);
    fs::remove_dir_all(old.sled()).unwrap();
    let error = old.refused(Cause::JournalDamaged);
    assert!(error.message.en.contains("huiyin doctor"), "{error}");
    assert_eq!(set_aside(&old), 0);
    // What lies before sled's last flush is not read by opening; the doctor reads it, and so does a thread.
    let old = place.copy();
    let frame = frames(&old.segments()[0])[1].0;
    scribble(&old.segments()[0], frame + 40, &[0xff; 4]);
    let opened = old.open().unwrap();
    assert_eq!(leaves(&opened).await, events);
    for _ in 0..200 {
        if opened.verifying.damage().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(opened.verifying.damage().is_some(), "the background verification found nothing");
    drop(opened);
    let report = old.doctor();
    assert!(!report.is_sound());
    assert!(report.findings.iter().any(|finding| finding.message.en.contains("ever signed")), "{report:?}");
}

/// A group whose write was cut short: never acknowledged, so it is cut off; but only where nothing says otherwise.
#[tokio::test]
async fn a_torn_end_is_cut_off() {
    let place = Place::new();
    let before = place.filled(20).await;
    let base = place.copy();
    let events = place.filled(1).await;
    let last = place.segments().pop().unwrap();
    let (start, end) = frames(&last).pop().unwrap();
    let whole = fs::read(&last).unwrap();
    for cut in [start + 1, start + 4, start + 8, start + 100, end - 9] {
        let torn = base.copy();
        let mut bytes = whole.clone();
        bytes[cut..end].fill(0);
        fs::write(torn.segments().last().unwrap(), &bytes).unwrap();
        let notes = torn.holds(&before).await;
        let told = notes.iter().any(|note| note.contains("cut off") && note.contains("unfinished or damaged"));
        assert!(told, "{cut}: {notes:?}");
        // What was cut off is kept, and the doctor points at it.
        let kept = fs::read(cut_off(&torn).remove(0)).unwrap();
        assert_eq!(kept, bytes[start..start + kept.len()], "{cut}");
        assert!(bytes[start + kept.len()..].iter().all(|&byte| byte == 0), "{cut}");
        let report = torn.doctor();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!(report.findings.iter().filter(|finding| finding.kind == FindingKind::Kept).count(), 1, "{report:?}");
        // The rest is zeros again, and the log goes on.
        assert!(torn.holds(&before).await.is_empty());
        let after = torn.filled(3).await;
        torn.holds(&after).await;
    }
    // The first page lost, a later one written: zeros, then bytes.
    let torn = base.copy();
    let mut bytes = whole.clone();
    bytes[start..start + 64].fill(0);
    fs::write(torn.segments().last().unwrap(), &bytes).unwrap();
    torn.holds(&before).await;
    // The file ends within the frame.
    let torn = base.copy();
    fs::write(torn.segments().last().unwrap(), &whole[..end - 20]).unwrap();
    torn.holds(&before).await;
    torn.filled(3).await;

    // sled knows the event: then it was whole once.
    let known = place.copy();
    scribble(known.segments().last().unwrap(), start + 50, &[0xff; 4]);
    known.refused(Cause::JournalLostItsTail);
    // Without the note and without sled nothing contradicts: the last group is cut, as a torn one would be.
    fs::remove_dir_all(known.sled()).unwrap();
    let noted = known.copy();
    noted.refused(Cause::JournalLostItsTail);
    fs::remove_file(known.data().join("sled.flushed")).unwrap();
    known.holds(&before).await;
    // A signature contradicts.
    let signed = place.copy();
    sign(&signed).await;
    scribble(signed.segments().last().unwrap(), start + 50, &[0xff; 4]);
    fs::remove_dir_all(signed.sled()).unwrap();
    fs::remove_file(signed.data().join("sled.flushed")).unwrap();
    signed.refused(Cause::JournalLostItsTail);
    let report = signed.doctor();
    assert!(!report.is_sound());
    assert!(report.findings.iter().all(|finding| finding.kind != FindingKind::Mended), "nothing was cut: {report:?}");
    assert_eq!(events.len(), before.len() + 2);
}

/// The files beside the segments that hold what was cut off.
fn cut_off(place: &Place) -> Vec<std::path::PathBuf> {
    let paths = fs::read_dir(place.data().join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut cuts =
        paths.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("cut-")).collect::<Vec<_>>();
    cuts.sort();
    cuts
}

/// Acknowledged, not yet flushed nor signed, and damaged within that second: nothing contradicts, so it is cut; but it
/// is not said to have been unacknowledged, and its bytes are there for whoever can read them.
#[tokio::test]
async fn an_acknowledged_group_that_was_damaged_is_not_called_unacknowledged() {
    let place = Place::new();
    let before = place.filled(20).await;
    let base = place.copy();
    place.filled(1).await;
    fs::copy(place.segments().last().unwrap(), base.segments().last().unwrap()).unwrap();
    let last = base.segments().pop().unwrap();
    let (start, end) = frames(&last).pop().unwrap();
    scribble(&last, start + 60, &[0xff; 4]);
    let damaged = fs::read(&last).unwrap();
    let notes = base.holds(&before).await;
    let note = notes.iter().find(|note| note.contains("cut off")).unwrap();
    assert!(note.contains("may have been acknowledged") && note.contains("idempotency"), "{note}");
    assert!(!note.contains("nor acknowledged"), "{note}");
    let kept = fs::read(cut_off(&base).remove(0)).unwrap();
    assert_eq!(kept.trim_ascii_end(), damaged[start..start + kept.len()].trim_ascii_end());
    assert!(kept.len() > end - start - 16, "the whole group: {} of {}", kept.len(), end - start);
}

/// However often it happens, what is kept has an end.
#[tokio::test]
async fn only_the_newest_cuts_are_kept() {
    let place = Place::new();
    let mut events = place.filled(2).await;
    for _ in 0..20 {
        let last = place.segments().pop().unwrap();
        let end = frames(&last).pop().unwrap().1;
        scribble(&last, end, &[0x77; 30]);
        place.holds(&events).await;
        events = place.filled(1).await;
    }
    assert_eq!(cut_off(&place).len(), 16);
}

#[tokio::test]
async fn a_whole_frame_that_sled_does_not_have_counts() {
    let place = Place::new();
    place.filled(20).await;
    let base = place.copy();
    let events = place.filled(1).await;
    fs::copy(place.segments().last().unwrap(), base.segments().last().unwrap()).unwrap();
    let notes = base.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("replayed")), "{notes:?}");
}

/// Left by a full disk or a crash, this file makes sled unopenable for good.
#[tokio::test]
async fn a_stale_snapshot_file_is_removed() {
    let place = Place::new();
    let events = place.filled(50).await;
    fs::write(place.sled().join("snap.0000000000000A00.generating"), b"").unwrap();
    let notes = place.holds(&events).await;
    assert!(notes.is_empty(), "{notes:?}");
}

#[tokio::test]
async fn a_note_that_cannot_be_read_costs_time_only() {
    let place = Place::new();
    let events = place.filled(300).await;
    let note = place.data().join("sled.flushed");
    let length = fs::read(&note).unwrap().len();
    for at in (0..length).step_by(7) {
        let copy = place.copy();
        let mut bytes = fs::read(&note).unwrap();
        bytes[at] ^= 1;
        fs::write(copy.data().join("sled.flushed"), bytes).unwrap();
        assert!(copy.holds(&events).await.is_empty());
    }
}

#[tokio::test]
async fn a_sled_that_takes_too_long_is_set_aside() {
    let place = Place::new();
    let events = place.filled(50).await;
    let mut hasty = place.copy();
    hasty.options = OpenOptions { sled_patience: Duration::ZERO, ..hasty.options };
    // Neither attempt is given time: a clear error, and nothing is lost.
    assert!(hasty.open().is_err());
    tokio::time::sleep(Duration::from_millis(300)).await;
    hasty.options.sled_patience = Duration::from_secs(60);
    hasty.holds(&events).await;
}

#[tokio::test]
async fn reading_beyond_the_end_gives_nothing() {
    let place = Place::new();
    let events = place.filled(5).await;
    let opened = place.open().unwrap();
    for after in [events.len() as u64, u64::MAX - 1, u64::MAX] {
        assert!(opened.log.read_all(Position(after), 10).await.unwrap().is_empty());
    }
    assert!(opened.log.read_all(Position(0), 0).await.unwrap().is_empty());
}

//! The journal: growing by segments, whole, no shorter than what is known of it; a torn end is cut off and kept.

use super::set_aside;
use crate::disk::kit::{Place, SEGMENT_BYTES, fill, frames, leaves, scribble, sign};
use event_store::doctor::FindingKind;
use event_store::open::Cause;
use event_store::{EventStore, Position};
use std::fs;
use std::time::Duration;

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
    // Without the note, sled and the index nothing contradicts: the last group is cut, as a torn one would be.
    fs::remove_dir_all(known.data().join("index")).unwrap();
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

//! Every byte of a small journal is flipped: the opening refuses, or nothing has changed. Never wrong data.

use super::kit::{Place, frames, leaves};
use event_store::open::Cause;
use event_store::{EventStore, Recorded};
use std::fs;
use std::path::Path;

/// What an opening under damage may say.
fn refusal(cause: Cause) -> bool {
    matches!(cause, Cause::JournalDamaged | Cause::JournalLostItsTail | Cause::SignedOtherwise)
}

struct Small {
    place: Place,
    events: Vec<Recorded>,
    bytes: Vec<u8>,
    end: usize,
}

async fn small() -> Small {
    let place = Place::new();
    place.filled(3).await;
    let events = place.filled(3).await;
    let segment = place.segments().pop().unwrap();
    let bytes = fs::read(&segment).unwrap();
    let end = frames(&segment).pop().unwrap().1;
    Small { place, events, bytes, end }
}

fn write(to: &Path, bytes: &[u8]) {
    fs::write(to, bytes).unwrap();
}

/// With sled, its note and so on in place: then nothing at all may be missing.
#[tokio::test]
async fn with_sled_there_nothing_is_lost() {
    let Small { place, events, bytes, end } = small().await;
    let copy = place.copy();
    let segment = copy.segments().pop().unwrap();
    let (mut refused, mut harmless) = (0, 0);
    for at in offsets(bytes.len(), end) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        write(&segment, &damaged);
        match copy.open() {
            Ok(opened) => {
                assert_eq!(leaves(&opened).await, events, "byte {at}");
                assert!(at >= end, "byte {at} was flipped and nobody noticed");
                harmless += 1;
            }
            Err(error) => {
                assert!(refusal(error.cause), "byte {at}: {error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 500 && harmless > 0, "{refused} refused, {harmless} harmless");
}

/// With the journal alone: what opens is the record, or the record without its last group.
#[tokio::test]
async fn with_the_journal_alone_it_is_the_record_or_a_refusal() {
    let Small { place, events, bytes, end } = small().await;
    let last_group = frames(&place.segments()[0]).pop().unwrap().0;
    let base = place.copy();
    fs::remove_dir_all(base.sled()).unwrap();
    fs::remove_file(base.data().join("sled.flushed")).unwrap();
    let (mut refused, mut cut) = (0, 0);
    for at in offsets(bytes.len(), end) {
        let copy = Place::new();
        base.lends_keys(&copy);
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        fs::create_dir_all(copy.data().join("journal")).unwrap();
        let name = place.segments()[0].file_name().unwrap().to_owned();
        write(&copy.data().join("journal").join(name), &damaged);
        match copy.open() {
            Ok(opened) => {
                let read = leaves(&opened).await;
                let whole = read == events;
                assert!(events.starts_with(&read), "byte {at}: wrong data");
                assert!(whole || at >= last_group, "byte {at}: events are gone and nobody noticed");
                assert!(whole || !opened.notes.is_empty(), "byte {at}: nobody was told");
                cut += usize::from(!whole);
                // And a store on top of it works.
                drop(read);
                EventStore::start(opened.log, event_store::conformance::kit::ticking()).await.unwrap().shutdown().await;
            }
            Err(error) => {
                assert!(refusal(error.cause), "byte {at}: {error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100 && cut > 0, "{refused} refused, {cut} cut");
}

/// Every byte that is used, and some of the zeros ahead.
fn offsets(length: usize, end: usize) -> Vec<usize> {
    // The header's zeros are all the same to its checksum.
    let used = (0..end).filter(|at| !(200..4000).contains(at) || at % 97 == 0);
    used.chain(end..end + 24).chain((end + 24..length).step_by(4099)).collect()
}

//! Bytes from anywhere: no reader of the record panics at them, and what one takes is written as those very bytes.

use event_store::canonical::{LEAF_BYTES_MAX, Text, parse, payload, to_canonical};
use event_store::conformance::kit::{append, record, sealed, stream, ticking, write};
use event_store::open::{OpenOptions, open_blocking};
use event_store::tiles::{Resource, entry_bundle};
use event_store::{EventStore, Expected, Position, Recorded, SubjectId, Version, leaf};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;
use uuid::Uuid;

/// Texts that are canonical, or nearly.
fn nearly_canonical() -> impl Strategy<Value = String> {
    let scalar = "true|false|null|-?(0|[1-9][0-9]{0,17})|1\\.0|1e5|\"[a-c]{0,3}\"|\"\\PC{0,3}\"|\"\\\\(u00[0-2][0-9a-f]|[\"nt/])\"";
    let value = scalar.prop_recursive(4, 24, 4, |inner| {
        let entries = prop::collection::vec(("[a-c]{1,2}", inner.clone()), 0..3).prop_map(|mut entries| {
            entries.sort();
            entries.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect::<Vec<_>>()
        });
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(|values| format!("[{}]", values.join(","))),
            entries.prop_map(|entries| format!("{{{}}}", entries.join(","))),
        ]
    });
    prop_oneof![8 => value, 1 => "[\\[\\]{}:,\"a-c0-2.e\\-\\\\u\\x00-\\x20]{0,24}"]
}

/// A leaf as the writer makes it.
fn whole_leaf() -> Vec<u8> {
    let append = append("a leaf", vec![write(stream(1), Expected::NoStream, 1)]);
    let write = &append.writes[0];
    let whose = leaf::Whose {
        actor: &append.actor,
        role: &append.role,
        access: append.access.as_deref(),
        command: append.command,
    };
    let prepared = leaf::prepare(&write.events[0], whose, &write.stream).unwrap();
    prepared.finish(Some(&[9; 32]), 1_795_674_600_900, Version(2)).unwrap().to_vec()
}

proptest! {
    #[test]
    fn what_the_canonical_reader_takes_is_written_as_the_same_bytes(text in nearly_canonical()) {
        if let Ok(value) = parse(text.as_bytes(), Text::Plain) {
            prop_assert_eq!(to_canonical(&value).unwrap(), text.as_str());
        }
        if let Ok(value) = parse(text.as_bytes(), Text::Any) {
            prop_assert_eq!(payload(&value).unwrap(), text);
        }
    }

    #[test]
    fn what_the_reader_of_leaves_takes_is_canonical(changes in prop::collection::vec((any::<prop::sample::Index>(), "[0-9a-f\"{}:,]"), 0..3)) {
        let mut bytes = whole_leaf();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = byte.as_bytes()[0];
        }
        match leaf::read(&bytes) {
            Ok(_) => prop_assert_eq!(to_canonical(&parse(&bytes, Text::Plain).unwrap()).unwrap().into_bytes(), bytes),
            Err(_) => prop_assert!(!changes.is_empty()),
        }
    }

    #[test]
    fn a_path_that_is_taken_is_written_the_same(path in any::<String>()) {
        for path in [path.clone(), format!("tile/{path}"), format!("tile/entries/{path}")] {
            if let Some(resource) = Resource::parse(&path) {
                prop_assert_eq!(resource.to_string(), path);
            }
        }
    }

    /// By a reader of its own: each leaf stands behind its length in two bytes.
    #[test]
    fn a_bundle_is_cut_into_the_leaves_it_was_made_of(leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20), longest in LEAF_BYTES_MAX..70_000) {
        let recorded = |leaf: &Vec<u8>| Recorded { position: Position(1), leaf: leaf.clone().into(), boxes: Vec::new() };
        let mut leaves = leaves;
        leaves.push(vec![7; longest]);
        let bundle = entry_bundle(&leaves.iter().map(recorded).collect::<Vec<_>>());
        prop_assert_eq!(bundle.is_some(), longest <= usize::from(u16::MAX));
        let bundle = bundle.unwrap_or_default();
        let (mut rest, mut cut) = (&bundle[..], Vec::new());
        while let Some((length, behind)) = rest.split_first_chunk::<2>() {
            let (leaf, further) = behind.split_at(usize::from(u16::from_be_bytes(*length)));
            cut.push(leaf.to_vec());
            rest = further;
        }
        prop_assert!(bundle.is_empty() || cut == leaves);
    }
}

/// A log on disk, closed in order, and what it holds.
struct Closed {
    dir: TempDir,
    events: Vec<Recorded>,
}

fn options(dir: &Path) -> OpenOptions {
    OpenOptions {
        free_space_min_bytes: 0,
        room_for_sled_bytes: 0,
        segment_bytes: 16 * 1024,
        cache_bytes: 1024 * 1024,
        ..OpenOptions::new(dir.join("data"), dir.join("keys"))
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Some commands of one event, with a box at every second one.
static CLOSED: LazyLock<Closed> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let opened = open_blocking(&options(dir.path()), &|_| {}).unwrap();
    let events = runtime().block_on(async {
        let store = EventStore::start(opened.log, ticking()).await.unwrap();
        for n in 0..10 {
            let mut append = append(&format!("command {n}"), vec![write(stream(n), Expected::NoStream, 1)]);
            if n % 2 == 0 {
                append.writes[0].events[0].boxes.push(sealed(SubjectId([5; 16]), 40));
            }
            record(&store, append).await;
        }
        let events = event_store::conformance::kit::everything(&store).await;
        store.shutdown().await;
        events
    });
    Closed { dir, events }
});

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        // What sled has of it would be opened instead, so the journal is all there is.
        if path.is_dir() && !path.ends_with("sled") {
            copy(&path, &target);
        } else if path.is_file() && !path.ends_with("sled.flushed") {
            fs::copy(path, target).unwrap();
        }
    }
}

fn segment(dir: &Path) -> PathBuf {
    dir.join("data/journal/00000000000000000001.journal")
}

/// Where each frame of a segment begins, and the length of its payload.
fn frames(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut frames = Vec::new();
    let mut at = 4096;
    while let Some(length) = bytes.get(at..at + 4) {
        let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
        if length == 0 {
            break;
        }
        frames.push((at, length));
        at += (8 + length).next_multiple_of(8);
    }
    frames
}

/// What a log holds whose first segment was changed; `None` where it is refused.
fn opened(change: impl FnOnce(&mut Vec<u8>)) -> Option<Vec<Recorded>> {
    let dir = tempfile::tempdir().unwrap();
    copy(CLOSED.dir.path(), dir.path());
    let path = segment(dir.path());
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
    let opened = open_blocking(&options(dir.path()), &|_| {}).ok()?;
    Some(runtime().block_on(opened.log.read_all(Position(0), usize::MAX)).unwrap())
}

#[test]
fn an_unchanged_journal_holds_everything() {
    assert_eq!(opened(|_| ()).as_ref(), Some(&CLOSED.events));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_journal_with_bytes_from_anywhere_is_refused_or_holds_what_stood_before_them(at: prop::sample::Index, bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        let events = opened(|segment| {
            let last = frames(segment).pop().unwrap();
            let at = at.index(last.0 + last.1);
            segment[at..at + bytes.len()].copy_from_slice(&bytes);
        });
        prop_assert!(events.is_none_or(|events| CLOSED.events.starts_with(&events)));
    }

    /// The checksum is right, and what it stands over is not: nothing but the decoder is between that and the log.
    #[test]
    fn a_frame_with_a_right_checksum_over_anything_is_opened_or_refused(
        frame: prop::sample::Index,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let _ = opened(|segment| {
            let log_id = Uuid::from_slice(&segment[12..28]).unwrap();
            let frames = frames(segment);
            let (at, length) = frames[frame.index(frames.len())];
            let payload = at + 8..at + 8 + cut.map_or(length, |cut| cut.index(length) + 1);
            for (place, byte) in &changes {
                segment[payload.start + place.index(payload.len())] = *byte;
            }
            let identity = crc32c::crc32c_append(crc32c::crc32c(log_id.as_bytes()), &1_u64.to_le_bytes());
            let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
            let checksum = crc32c::crc32c_append(crc32c::crc32c_append(identity, &length), &segment[payload]);
            segment[at..at + 4].copy_from_slice(&length);
            segment[at + 4..at + 8].copy_from_slice(&checksum.to_le_bytes());
        });
    }
}

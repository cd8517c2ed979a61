//! Directories with a log in them, and short words for what is done to them.

use event_store::conformance::kit::{self, append, record, sealed, sound, stream, ticking, write};
use event_store::doctor::{Report, doctor};
use event_store::files::Files;
use event_store::open::{Cause, Progress, open_blocking};
use event_store::{
    EventStore, Expected, Message, OpenError, OpenOptions, OpenedLog, Position, Recorded, SubjectId, Version,
    WrappedKey,
};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A small segment, so that a few hundred events make several.
pub const SEGMENT_BYTES: u64 = 64 * 1024;

/// A directory that vanishes, in memory where the machine has room for it: what a kill or a power cut leaves these tests
/// decide themselves, and they would mostly wait for the disk's syncs. On a real one are those of the server as a whole.
pub fn temporary() -> TempDir {
    let memory = Path::new("/dev/shm");
    let has_room = Files::real().free_bytes(memory).is_ok_and(|free| free > 1024 * 1024 * 1024);
    if has_room { TempDir::new_in(memory) } else { TempDir::new() }.unwrap()
}

/// A data directory and a key directory that vanish with it.
pub struct Place {
    _dir: TempDir,
    pub options: OpenOptions,
}

impl Place {
    pub fn new() -> Self {
        let dir = temporary();
        let options = options(&dir.path().join("data"), &dir.path().join("keys"));
        Self { _dir: dir, options }
    }

    pub fn data(&self) -> &Path {
        &self.options.data
    }

    pub fn keys(&self) -> &Path {
        &self.options.keys
    }

    /// Where it is remembered what was signed last.
    pub fn signed(&self) -> &Path {
        &self.options.signed
    }

    pub fn sled(&self) -> PathBuf {
        self.data().join("sled")
    }

    pub fn with_files(mut self, files: &Files) -> Self {
        self.options.files = files.clone();
        self
    }

    pub fn open(&self) -> Result<OpenedLog, OpenError> {
        let mut tries = 0;
        loop {
            match open_blocking(&self.options, &quiet) {
                // A child that another test is just starting holds copies of all open files, our lock among them, until
                // it becomes another program.
                Err(error) if error.cause == Cause::Locked && tries < 4 => tries += 1,
                opened => return opened,
            }
        }
    }

    /// Must be refused for this cause.
    pub fn refused(&self, cause: Cause) -> OpenError {
        match self.open() {
            Ok(opened) => panic!("opened, with notes {:?}", opened.notes),
            Err(error) => {
                assert_eq!(error.cause, cause, "{error}");
                in_one_language(&error.message, self);
                error
            }
        }
    }

    pub fn doctor(&self) -> Report {
        // As above, for sled's own lock after a test has had its hands in sled.
        let held = |report: &Report| {
            !report.is_sound()
                && report.findings.iter().any(|finding| finding.message.en.contains("busy (os error 16)"))
        };
        let mut report = doctor(&self.options, &quiet);
        for _ in 0..50 {
            if !held(&report) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
            report = doctor(&self.options, &quiet);
        }
        report
    }

    /// The journal's segments, in order.
    pub fn segments(&self) -> Vec<PathBuf> {
        segments(self.data())
    }

    /// Opens, checks that everything is there and right, and closes again.
    pub async fn holds(&self, events: &[Recorded]) -> Vec<String> {
        let opened = self.open().unwrap();
        let notes = opened.notes.iter().map(|note| note.en.clone()).collect();
        let store = EventStore::start(opened.log, ticking()).await.unwrap();
        assert_eq!(sound(&store).await, events);
        store.shutdown().await;
        blobs_are_empty(self.data());
        notes
    }

    /// A log with `count` commands of one or two events, closed in order. Returns what it holds.
    pub async fn filled(&self, count: u64) -> Vec<Recorded> {
        let opened = self.open().unwrap();
        let store = EventStore::start(opened.log, ticking()).await.unwrap();
        fill(&store, count).await;
        let events = sound(&store).await;
        store.shutdown().await;
        events
    }

    /// As after a process that ended without closing anything.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        copy_dir(self.data(), copy.data());
        self.lends_keys(&copy);
        copy
    }

    /// Puts a copy of the keys, and of what was signed by them, in place of another's.
    pub fn lends_keys(&self, other: &Self) {
        for (from, to) in [(self.keys(), other.keys()), (self.signed(), other.signed())] {
            drop(fs::remove_dir_all(to));
            if from.exists() {
                copy_dir(from, to);
            }
        }
    }
}

/// Each language by itself: in the Chinese no English but names of programs, options and paths.
pub fn in_one_language(message: &Message, place: &Place) {
    const NAMES: [&str; 17] = [
        "huiyin",
        "doctor",
        "sled",
        "data",
        "keys",
        "key",
        "journal",
        "signed",
        "chmod",
        "chown",
        "rwx",
        "newest",
        "checkpoint",
        "ulimit",
        "log",
        "jiangqiao",
        "example",
    ];
    let root = place.data().parent().unwrap().display().to_string();
    let zh = message.zh.replace(&root, "");
    assert!(!zh.is_empty());
    for word in zh.split(|c: char| !c.is_ascii_alphabetic()) {
        let of_an_id = word.chars().all(|c| c.is_ascii_hexdigit());
        let of_a_path = zh.contains(&format!("/{word}.")) || zh.contains(&format!(".{word}"));
        assert!(word.len() < 3 || of_an_id || of_a_path || NAMES.contains(&word), "{word:?} in {}", message.zh);
    }
    assert!(message.en.chars().all(|c| !('\u{4e00}'..='\u{9fff}').contains(&c)), "{}", message.en);
}

pub fn options(data: &Path, keys: &Path) -> OpenOptions {
    OpenOptions {
        free_space_min_bytes: 0,
        room_for_sled_bytes: 1024 * 1024,
        first_segment_bytes: SEGMENT_BYTES / 4,
        segment_bytes: SEGMENT_BYTES,
        cache_bytes: 4 * 1024 * 1024,
        sled_batch_events: 64,
        index_run_records: 50,
        ..OpenOptions::new(data, keys)
    }
}

pub fn quiet(_: Progress) {}

pub fn segments(data: &Path) -> Vec<PathBuf> {
    let mut segments = fs::read_dir(data.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "journal"))
        .collect::<Vec<_>>();
    segments.sort();
    segments
}

/// Large values would go into files that sled never syncs.
pub fn blobs_are_empty(data: &Path) {
    let blobs = data.join("sled").join("blobs");
    assert!(fs::read_dir(blobs).map_or(0, Iterator::count) == 0, "sled made blob files");
}

/// The n-th command: an event for a stream of its own, and every third one with a box, a key and a second stream.
pub fn nth(n: u64) -> event_store::Append {
    let mut writes = vec![write(stream(n), Expected::NoStream, 1)];
    if n.is_multiple_of(3) {
        let subject = SubjectId([u8::try_from(n % 251).unwrap(); 16]);
        writes[0].events[0].boxes.push(sealed(subject, 150));
        writes[0].events[0].keys.push(WrappedKey { class: None, subject, epoch: 1, nonce: [1; 24], wrapped: [2; 48] });
        writes.push(write(kit::stream_of("area", 1), Expected::Any, 1));
    }
    append(&format!("command {n}"), writes)
}

pub async fn fill(store: &EventStore, count: u64) {
    let first = store.head().position.0;
    for n in 0..count {
        record(store, nth(first * 1_000_000 + n)).await;
    }
}

pub fn copy_dir(from: &Path, to: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    assert!(to.metadata().unwrap().permissions().mode() & 0o700 == 0o700);
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Overwrites bytes of a file.
pub fn scribble(path: &Path, offset: usize, bytes: &[u8]) {
    let mut content = fs::read(path).unwrap();
    content[offset..offset + bytes.len()].copy_from_slice(bytes);
    fs::write(path, content).unwrap();
}

/// Where each frame of a segment starts and ends, by the lengths alone.
pub fn frames(path: &Path) -> Vec<(usize, usize)> {
    let bytes = fs::read(path).unwrap();
    let mut frames = Vec::new();
    let mut at = 4096;
    while at + 8 <= bytes.len() {
        let length = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        if length == 0 {
            break;
        }
        let end = at + (8 + length).next_multiple_of(8);
        frames.push((at, end));
        at = end;
    }
    frames
}

/// Signs the log's present state, as the server does now and then.
pub async fn sign(place: &Place) {
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    let keys = std::sync::Arc::new(opened.keys);
    store.checkpoint(&keys).await.unwrap();
    store.shutdown().await;
}

/// Reads everything of a log without a store above it.
pub async fn leaves(opened: &OpenedLog) -> Vec<Recorded> {
    opened.log.read_all(Position(0), usize::MAX).await.unwrap()
}

/// The versions of a stream, for a look at the index.
pub async fn versions(opened: &OpenedLog, name: &event_store::StreamId) -> usize {
    opened.log.read_stream(name, Version(0), usize::MAX).await.unwrap().len()
}

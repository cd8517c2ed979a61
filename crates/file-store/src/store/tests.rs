#![allow(clippy::unwrap_used)]

use super::*;
use crate::faults::Room;
use crate::incoming::Received;
use crate::seal::{CHUNK_BYTES, Commitment};
use futures_util::TryStreamExt as _;
use proptest::prelude::*;
use std::ops::Range;
use std::sync::LazyLock;

const R: [u8; 32] = [3; 32];

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 31 + at / 256) % 251).unwrap()).collect()
}

async fn store(store: &FileStore, id: Uuid, bytes: &[u8], piece: usize) -> Result<Received, FileError> {
    let mut incoming = store.begin(id, &R).await?;
    for piece in bytes.chunks(piece) {
        incoming.write(piece).await?;
    }
    let received = incoming.finish().await?;
    store.keep(id).await?;
    store.settle(id).await?;
    Ok(received)
}

async fn read(reading: crate::Reading, range: Range<u64>) -> Result<Vec<u8>, FileError> {
    let pieces: Vec<_> = reading.stream(range).try_collect().await?;
    Ok(pieces.concat())
}

/// Every file and directory below one.
fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_whole_and_in_part() {
    let place = tempfile::tempdir().unwrap();
    let files = FileStore::in_directory(&place.path().join("files")).unwrap();
    for (number, length) in
        [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 20 * CHUNK_BYTES + 7].into_iter().enumerate()
    {
        let id = Uuid::from_u128(number as u128);
        let bytes = plain(length);
        let received = store(&files, id, &bytes, 9_999).await.unwrap();
        assert_eq!(received.bytes, length as u64);
        let mut commitment = Commitment::under(&R);
        commitment.update(&bytes);
        assert!(commitment.is(&received.commitment));
        let reading = files.open(id, &received.key, received.bytes).await.unwrap();
        assert_eq!(read(reading.clone(), 0..length as u64).await.unwrap(), bytes);
        assert_eq!(read(reading.clone(), 0..1).await.unwrap(), bytes[..1]);
        assert_eq!(read(reading, length as u64 - 1..length as u64).await.unwrap(), bytes[length - 1..]);
        // Nothing of it lies in clear.
        let stored = fs::read(place.path().join("files").join(id.to_string())).unwrap();
        assert_eq!(stored.len() as u64, stored_bytes(length as u64));
        assert!(length < 64 || !stored.windows(32).any(|window| window == &bytes[..32]));
    }
    assert_eq!(files.list().await.unwrap().len(), 5);
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().unwrap());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_part_of_any_file_is_that_part(length in 1_usize..400_000, piece in 1_usize..200_000, a: u32, b: u32) {
        let bytes = plain(length);
        let (a, b) = (a as usize % (length + 1), b as usize % (length + 1));
        let range = a.min(b) as u64..a.max(b) as u64;
        let part = RUNTIME.block_on(async {
            let files = FileStore { at_once: 2, ..FileStore::in_memory() };
            let received = store(&files, Uuid::nil(), &bytes, piece).await.unwrap();
            read(files.open(Uuid::nil(), &received.key, length as u64).await.unwrap(), range.clone()).await.unwrap()
        });
        prop_assert_eq!(part, &bytes[a.min(b)..a.max(b)]);
    }
}

#[tokio::test]
async fn what_was_cut_short_has_no_name_and_goes_at_the_next_opening() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("files");
    let files = FileStore::in_directory(&dir).unwrap();
    let id = Uuid::from_u128(1);
    let mut incoming = files.begin(id, &R).await.unwrap();
    incoming.write(&plain(3 * CHUNK_BYTES)).await.unwrap();
    assert!(files.list().await.unwrap().is_empty() && files.coming().await.unwrap().is_empty());
    // As a kill leaves it: nothing that is dropped has a say.
    std::mem::forget(incoming);
    fs::write(dir.join(format!("{id}#0")), b"cut short on its way to its name").unwrap();
    fs::write(dir.join("of-somebody-else"), b"").unwrap();
    assert_eq!(below(&dir).len(), 3);
    let files = FileStore::in_directory(&dir).unwrap();
    assert_eq!(below(&dir), [dir.join("of-somebody-else")]);
    assert!(matches!(files.open(id, &FileKey([0; 32]), 9).await, Err(FileError::Missing)));
    fs::remove_file(dir.join("of-somebody-else")).unwrap();
    // What is given up goes at once.
    let mut incoming = files.begin(id, &R).await.unwrap();
    incoming.write(&plain(9 * CHUNK_BYTES)).await.unwrap();
    incoming.abandon().await;
    assert_eq!(below(&dir), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn what_came_in_is_listed_until_it_is_settled_or_removed() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("files");
    let (whole, named) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let bytes = plain(3 * CHUNK_BYTES);
    let files = FileStore::in_directory(&dir).unwrap();
    for id in [whole, named] {
        let mut incoming = files.begin(id, &R).await.unwrap();
        incoming.write(&bytes).await.unwrap();
        incoming.finish().await.unwrap();
    }
    files.keep(named).await.unwrap();
    // After a stop.
    let files = FileStore::in_directory(&dir).unwrap();
    let coming = async || {
        let mut coming = files.coming().await.unwrap();
        coming.sort_unstable();
        coming
    };
    assert_eq!(coming().await, [whole, named]);
    files.settle(named).await.unwrap();
    files.remove(whole).await.unwrap();
    assert_eq!(coming().await, Vec::<Uuid>::new());
    assert_eq!(files.list().await.unwrap(), [(named, stored_bytes(bytes.len() as u64))]);
}

#[tokio::test]
async fn an_empty_file_is_not_kept() {
    let place = tempfile::tempdir().unwrap();
    let files = FileStore::in_directory(place.path()).unwrap();
    let received = files.begin(Uuid::nil(), &R).await.unwrap().finish().await.unwrap();
    assert_eq!(received.bytes, 0);
    assert_eq!(below(place.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_full_disk_in_the_middle_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let room = Room::of(4 * 1024 * 1024);
    let files = FileStore::in_directory(place.path()).unwrap().with_room(&room);
    let bytes = plain(8 * 1024 * 1024);
    assert!(matches!(store(&files, Uuid::nil(), &bytes, 65_000).await, Err(FileError::Full)));
    files.remove(Uuid::nil()).await.unwrap();
    // The temporary goes on a thread of its own.
    for _ in 0..500 {
        if below(place.path()).is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(below(place.path()), Vec::<PathBuf>::new());
    room.set(u64::MAX);
    store(&files, Uuid::nil(), &bytes, 65_000).await.unwrap();
}

#[tokio::test]
async fn what_is_not_as_it_was_stored_is_told_and_not_handed_out() {
    let place = tempfile::tempdir().unwrap();
    let files = FileStore::in_directory(place.path()).unwrap();
    let id = Uuid::from_u128(5);
    let length = 3 * CHUNK_BYTES as u64;
    let received = store(&files, id, &plain(3 * CHUNK_BYTES), 65_536).await.unwrap();
    let path = place.path().join(id.to_string());
    let stored = fs::read(&path).unwrap();
    let damaged = async |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = stored.clone();
        change(&mut changed);
        fs::write(&path, changed).unwrap();
        let reading = match files.open(id, &received.key, length).await {
            Ok(reading) => reading,
            Err(error) => return error,
        };
        read(reading, 0..length).await.unwrap_err()
    };
    assert!(matches!(damaged(&|bytes| bytes[70_000] ^= 1).await, FileError::Damaged(_)));
    assert!(matches!(damaged(&|bytes| bytes.truncate(65_552)).await, FileError::Damaged(_)));
    assert!(matches!(damaged(&|bytes| bytes.extend_from_slice(b"more")).await, FileError::Damaged(_)));
    // Two chunks that changed places.
    let swap = |bytes: &mut Vec<u8>| bytes[16..16 + 2 * 65_552].rotate_left(65_552);
    assert!(matches!(damaged(&swap).await, FileError::Damaged(_)));
    files.remove(id).await.unwrap();
    files.remove(id).await.unwrap();
    assert!(matches!(files.open(id, &received.key, length).await, Err(FileError::Missing)));
}

#[test]
fn the_directory_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("data").join("files");
    FileStore::in_directory(&dir).unwrap();
    for dir in [dir.join(INCOMING), dir] {
        assert_eq!(fs::metadata(dir).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#![allow(clippy::unwrap_used)]

use super::*;
use crate::seal::stored_bytes;
use std::os::unix::fs::FileExt as _;

const IN_MEMORY: usize = 3 * CHUNK_BYTES;

fn passing(directory: &Path) -> Passing {
    Passing::to(directory, IN_MEMORY, 1 << 20)
}

fn read(mut file: PassedFile) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(chunk) = file.next_piece().unwrap() {
        assert!(chunk.len() <= CHUNK_BYTES);
        all.extend(chunk);
    }
    assert!(file.next_piece().unwrap().is_none());
    all
}

#[test]
fn what_was_written_is_read_and_only_much_lies_on_the_disk() {
    let place = tempfile::tempdir().unwrap();
    for length in [0, 1, CHUNK_BYTES, IN_MEMORY, IN_MEMORY + 1, 4 * CHUNK_BYTES, 5 * CHUNK_BYTES + 7] {
        for piece in [1_000, CHUNK_BYTES, usize::MAX] {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let mut passing = passing(place.path());
            bytes.chunks(piece.min(length).max(1)).for_each(|piece| passing.write_all(piece).unwrap());
            match passing.done().unwrap() {
                Passed::InMemory(held) => {
                    assert!(length <= IN_MEMORY, "{length}");
                    assert!(held == bytes);
                }
                Passed::OnDisk(file) => {
                    assert!(length > IN_MEMORY, "{length}");
                    assert_eq!(file.bytes(), u64::try_from(length).unwrap());
                    assert!(read(file) == bytes, "{length} by {piece}");
                }
            }
        }
    }
}

#[test]
fn nothing_of_it_has_a_name_or_lies_in_clear() {
    let place = tempfile::tempdir().unwrap();
    let mut passing = passing(place.path());
    let said = "汪洁".repeat(CHUNK_BYTES);
    passing.write_all(said.as_bytes()).unwrap();
    let names = || std::fs::read_dir(place.path()).unwrap().count();
    assert_eq!(names(), 0);
    let Passed::OnDisk(file) = passing.done().unwrap() else { panic!("it is much") };
    assert_eq!(names(), 0);
    let mut lies = vec![0; usize::try_from(stored_bytes(file.bytes())).unwrap()];
    let length = file.laid.file.read_at(&mut lies, 0).unwrap();
    assert!(length >= said.len(), "all of it is there");
    assert!(!lies.windows(6).any(|some| some == "汪洁".as_bytes()));
}

#[test]
fn more_than_may_be_is_refused_and_so_is_what_was_changed() {
    let place = tempfile::tempdir().unwrap();
    let mut passing = Passing::to(place.path(), 10, 20);
    passing.write_all(&[7; 20]).unwrap();
    assert_eq!(passing.write(&[7]).unwrap_err().kind(), ErrorKind::FileTooLarge);
    let Passed::OnDisk(mut file) = passing.done().unwrap() else { panic!("it is much") };
    file.laid.file.write_at(&[0; 4], 3).unwrap();
    assert_eq!(file.next_piece().unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn where_nothing_can_lie_the_first_to_do_so_is_told() {
    let mut passing = Passing::to(Path::new("/nowhere"), 10, 20);
    assert!(!passing.would_lie(10) && passing.would_lie(11));
    passing.write_all(&[7; 10]).unwrap();
    assert_eq!(passing.write(&[7]).unwrap_err().kind(), ErrorKind::NotFound);
}

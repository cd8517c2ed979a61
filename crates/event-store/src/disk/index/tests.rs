#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::disk::faults::{Faults, Op};
use crate::ids::Position;
use std::fs;
use std::path::PathBuf;

fn command(n: u64, last: u64) -> CommandRecord {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    id[8..].copy_from_slice(&n.to_be_bytes());
    CommandRecord { command: CommandId(id), fingerprint: None, first: Position(n), last: Position(last) }
}

fn open(dir: &Path) -> Index {
    Index::open(&Files::real(), dir, Uuid::nil(), 1000).unwrap()
}

/// In memory where there is some: what these tests ask of a disk they decide themselves.
fn temporary() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::TempDir::new_in(memory) } else { tempfile::TempDir::new() }.unwrap()
}

fn files_in(dir: &Path) -> Vec<PathBuf> {
    Files::real().list(dir).unwrap()
}

/// Runs of every size are written and joined; each id is found with its newest record, and no other.
#[test]
fn what_is_added_is_found_in_memory_and_on_disk_and_after_another_opening() {
    let dir = temporary();
    let index = open(dir.path());
    let mut newest = std::collections::BTreeMap::new();
    let mut add = |record: CommandRecord| {
        newest.insert(record.command, record.clone());
        index.add(0, [&record], []);
    };
    let mut to = 0;
    for round in 0..40_u64 {
        for n in 0..round % 7 * 30 {
            to += 1;
            add(command(to, to));
            add(command(n, 1_000_000 + to));
        }
        index.write(to, [u8::try_from(round).unwrap(); 32]).unwrap();
        assert!(files_in(dir.path()).len() <= 24, "{:?}", files_in(dir.path()));
    }
    add(command(1, 7));
    assert_eq!(index.command(command(1, 7).command).unwrap(), Some(command(1, 7)));
    index.write(to, [9; 32]).unwrap();
    let again = open(dir.path());
    assert_eq!((again.written().to, again.written().root, again.reach()), (to, [9; 32], to));
    for index in [&index, &again] {
        for (id, record) in &newest {
            assert_eq!(index.command(*id).unwrap().as_ref(), Some(record));
        }
        assert_eq!(index.command(command(to + 1, 0).command).unwrap(), None);
        assert_eq!(index.count_commands().unwrap(), newest.len() as u64);
    }
}

/// Ids that begin with the same bytes lie in several blocks.
#[test]
fn ids_that_begin_alike_are_told_apart() {
    let dir = temporary();
    let index = open(dir.path());
    let alike = |n: u64| {
        let mut id = [7; 16];
        id[8..].copy_from_slice(&n.to_be_bytes());
        CommandRecord { command: CommandId(id), ..command(n, n) }
    };
    for n in 0..500 {
        index.add(0, [&alike(n)], []);
    }
    index.write(500, [0; 32]).unwrap();
    assert!((0..500).all(|n| index.command(alike(n).command).unwrap() == Some(alike(n))));
    assert_eq!(index.command(alike(500).command).unwrap(), None);
}

/// Whichever write, sync, renaming or removal fails: nothing is lost in memory, the next time it is written, and what is
/// on disk can be opened at any moment.
#[test]
fn whatever_fails_while_runs_are_written_and_joined_passes() {
    for op in [Op::Create, Op::Write, Op::Sync, Op::SyncDir, Op::Rename, Op::Remove] {
        for at in 1..40 {
            let dir = temporary();
            let faults = Faults::new();
            let index = Index::open(&Files::faulty(&faults), dir.path(), Uuid::nil(), 1000).unwrap();
            faults.fail(op, at, 5);
            let mut written = 0;
            for to in 1..=6 {
                index.add(0, [&command(to, to)], []);
                if index.write(to, [0; 32]).is_ok() {
                    written = to;
                }
                let opened = open(dir.path());
                assert!((1..=written).all(|n| opened.command(command(n, n).command).unwrap() == Some(command(n, n))));
                assert!((1..=to).all(|n| index.command(command(n, n).command).unwrap() == Some(command(n, n))));
            }
        }
    }
}

/// A power cut at any operation: what was written before is there, or the whole is known to be incomplete.
#[test]
fn a_power_cut_while_runs_are_written_leaves_what_was_written_before() {
    for die_at in (1..120).step_by(2) {
        let (dir, image) = (temporary(), temporary());
        let data = dir.path().join("data");
        let faults = Faults::new();
        faults.die_at(die_at);
        let files = Files::faulty(&faults);
        let mut written = 0;
        if let Ok(index) = Index::open(&files, &data, Uuid::nil(), 1000) {
            for to in 1..=9 {
                index.add(0, [&command(to, to)], []);
                if index.write(to, [0; 32]).is_err() {
                    break;
                }
                written = to;
            }
        }
        for seed in [0, 1, die_at] {
            let image = image.path().join(seed.to_string());
            faults.power_loss_image(&data, &image, seed).unwrap();
            fs::create_dir_all(&image).unwrap();
            let index = open(&image);
            assert!(index.written().to >= written, "died at {die_at}, seed {seed}");
            assert!((1..=written).all(|n| index.command(command(n, n).command).unwrap() == Some(command(n, n))));
        }
    }
}

/// Every byte of a run is under a checksum; a run that is missing between others is noticed.
#[test]
fn damage_is_noticed_and_never_answered_from() {
    let dir = temporary();
    let index = open(dir.path());
    let records = (0..200).map(|n| command(n, n)).collect::<Vec<_>>();
    index.add(0, &records, []);
    index.write(200, [0; 32]).unwrap();
    let path = files_in(dir.path()).into_iter().find(|path| path.to_string_lossy().contains("commands")).unwrap();
    let sound = fs::read(&path).unwrap();
    for at in (0..sound.len()).step_by(11) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x40;
        fs::write(&path, &bytes).unwrap();
        // Between the header and the first block lies nothing.
        let noticed = match Index::open(&Files::real(), dir.path(), Uuid::nil(), 1000) {
            Err(error) => matches!(error, LogError::Damaged(_)),
            Ok(index) => {
                let answers = records.iter().map(|record| index.command(record.command)).collect::<Vec<_>>();
                assert!(answers.iter().zip(&records).all(|(answer, record)| match answer {
                    Ok(found) => found.as_ref() == Some(record),
                    Err(error) => matches!(error, LogError::Damaged(_)),
                }));
                answers.iter().any(Result::is_err)
            }
        };
        assert!(noticed || (96..1024).contains(&at), "{at}");
    }
    for length in (0..sound.len()).step_by(501) {
        fs::write(&path, &sound[..length]).unwrap();
        assert!(matches!(Index::open(&Files::real(), dir.path(), Uuid::nil(), 1000), Err(LogError::Damaged(_))));
    }
    fs::write(&path, &sound).unwrap();
    assert!(
        matches!(Index::open(&Files::real(), dir.path(), Uuid::max(), 1000), Err(LogError::Damaged(_))),
        "of another log"
    );
    let index = open(dir.path());
    for to in 201..203 {
        index.add(0, [&command(to, to)], []);
        index.write(to, [0; 32]).unwrap();
    }
    let middle = files_in(dir.path()).into_iter().filter(|path| path.to_string_lossy().contains("commands")).nth(1);
    fs::remove_file(middle.unwrap()).unwrap();
    assert!(matches!(Index::open(&Files::real(), dir.path(), Uuid::nil(), 1000), Err(LogError::Damaged(_))));
}

/// What is wrong with the records of one kind does not keep those of the other in memory.
#[test]
fn one_kind_is_written_whatever_the_other_meets() {
    let dir = temporary();
    let faults = Faults::new();
    let index = Index::open(&Files::faulty(&faults), dir.path(), Uuid::nil(), 1000).unwrap();
    let key =
        WrappedKey { class: None, subject: crate::ids::SubjectId([1; 16]), epoch: 1, nonce: [2; 24], wrapped: [3; 48] };
    index.add(1, [&command(1, 1)], [&key]);
    faults.fail(Op::Create, 1, 5);
    assert!(index.write(1, [0; 32]).is_err());
    assert_eq!(open(dir.path()).key(key.id()).unwrap(), Some(key));
}

/// The journal has lost its end, and a run that was written just before has a command of there: sent again, the command
/// must not be taken for one that is on record.
#[tokio::test]
async fn what_the_journal_has_lost_is_not_answered_from_a_run() {
    use crate::conformance::kit::{append, stream, ticking, write};
    use crate::open::{OpenOptions, open_blocking};
    use crate::{EventStore, Expected};
    let dir = temporary();
    let options = OpenOptions {
        free_space_min_bytes: 0,
        room_for_sled_bytes: 0,
        first_segment_bytes: 64 * 1024,
        segment_bytes: 64 * 1024,
        ..OpenOptions::new(dir.path().join("data"), dir.path().join("keys"))
    };
    let one = |n| append(&format!("{n}"), vec![write(stream(n), Expected::NoStream, 1)]);
    let opened = open_blocking(&options, &|_| {}).unwrap();
    let log_id = opened.keys.log_id();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    store.append(one(1)).await.unwrap();
    let head = store.head();
    store.shutdown().await;
    drop((store, opened.keys));
    {
        let index = Index::open(&Files::real(), &options.index_dir(), log_id, 1000).unwrap();
        let lost = CommandRecord { command: one(2).command, ..command(2, 2) };
        index.add(2, [&lost], []);
        index.write(head.position.0, head.root).unwrap();
    }
    let opened = open_blocking(&options, &|_| {}).unwrap();
    assert!(opened.notes.iter().any(|note| note.en.contains("made again")), "{:?}", opened.notes);
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    assert!(!store.append(one(2)).await.unwrap().replayed);
    assert!(store.append(one(1)).await.unwrap().replayed);
    store.shutdown().await;
}

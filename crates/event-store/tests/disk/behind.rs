//! sled behind the journal: what is acknowledged is read from memory, and whatever happens before sled has it, it is
//! there afterwards.

use super::kit::{Place, copy_dir, nth, options, quiet};
use super::power::{Sled, after_the_cut, lost};
use event_store::conformance::kit::{sound, stream, stream_of, ticking};
use event_store::faults::{Faults, Op, OwnDisk};
use event_store::files::Files;
use event_store::{AppendError, EventStore, KeyId, Position, SubjectId, Version};
use std::fs;
use std::time::{Duration, Instant};

/// sled is given nothing before a second has passed, however many events there are.
fn lazy(mut place: Place) -> Place {
    place.options.sled_batch_events = usize::MAX;
    place.options.index_run_records = usize::MAX / 16;
    place
}

/// Some events in sled, some in memory only, and streams that go from one into the other: every way of reading gives
/// what it gives when all of it is in sled.
#[tokio::test]
async fn what_is_read_is_the_same_wherever_it_lies() {
    let faults = Faults::new();
    let place = lazy(Place::new().with_files(&Files::faulty(&faults)));
    let opened = place.open().unwrap();
    let log = opened.log.clone();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    for n in 0..300 {
        store.append(nth(n)).await.unwrap();
    }
    log.flush().await.unwrap();
    assert_eq!(store.behind(), 0);
    // Nothing is given meanwhile, however slow the machine.
    faults.delay(Op::Sled, Duration::from_secs(5));
    for n in 300..600 {
        store.append(nth(n)).await.unwrap();
    }
    let area = stream_of("area", 1);
    let streams = [area.clone(), stream(5), stream(599), stream(1_000_000), stream(300)];
    let mut seen = Vec::new();
    for round in 0..2 {
        let mut all = Vec::new();
        for (after, limit) in [(0, 5000), (0, 7), (390, 30), (399, 2), (400, 1), (420, 5000), (799, 5), (800, 5)] {
            let (after, version) = (Position(after), Version(after / 4));
            all.push(log.read_all(after, limit).await.unwrap());
            all.push(log.read_stream(&area, version, limit).await.unwrap());
            all.push(log.read_family("area", after, limit).await.unwrap());
            all.extend(log.read_streams(&streams, limit).await.unwrap());
        }
        let heads = log.stream_heads(&streams).await.unwrap();
        let tiles = [log.tile(0, 0).await.unwrap(), log.tile(0, 2).await.unwrap(), log.tile(0, 3).await.unwrap()];
        assert_eq!(tiles.each_ref().map(Option::is_some), [true, true, false]);
        let keys = log.wrapped_keys(&[3, 252].map(|n| KeyId::shared(SubjectId([n; 16])))).await.unwrap();
        seen.push((all, heads, tiles, keys, log.command(nth(599).command).await.unwrap()));
        if round == 0 {
            assert!(store.behind() > 0, "sled was given everything before it was asked");
            faults.delay(Op::Sled, Duration::ZERO);
            log.flush().await.unwrap();
            assert_eq!(store.behind(), 0);
        }
    }
    assert!(seen[0] == seen[1]);
    drop(log);
    store.shutdown().await;
}

/// The power is cut while everything since the start is in the journal only; and of sled, which was at it, any part is
/// left.
#[tokio::test]
async fn a_power_cut_while_sled_is_far_behind_loses_nothing() {
    let faults = Faults::new();
    let place = lazy(Place::new().with_files(&Files::faulty(&faults)));
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    faults.delay(Op::Sled, Duration::from_secs(3));
    let mut acknowledged = Vec::new();
    let mut furthest = 0;
    for n in 0..1500 {
        store.append(nth(n)).await.unwrap();
        acknowledged.push(n);
        if n % 300 != 299 {
            continue;
        }
        furthest = furthest.max(store.behind());
        for (sled, seed) in [(Sled::Whole, 0), (Sled::Half, n), (Sled::Gone, n + 1)] {
            let image = after_the_cut(&place, &faults, seed, sled);
            let lost = lost(&image, &acknowledged).await.unwrap_or_else(|error| panic!("{n} {sled:?}: {error}"));
            assert_eq!(lost, 0, "{n} {sled:?}");
        }
    }
    assert!(furthest >= 300, "{furthest}");
    store.shutdown().await;
}

/// Others fill the disk to the last byte then: what is acknowledged is read, nothing more is taken, and when there is
/// room again everything is there.
#[tokio::test]
async fn a_disk_that_is_filled_while_sled_is_far_behind_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("disk");
    let test = "a_disk_that_is_filled_while_sled_is_far_behind_loses_nothing";
    let Some(disk) = OwnDisk::mount(&at, 64, test) else { return };
    let mut options = options(&at.join("data"), &dir.path().join("keys"));
    options.sled_batch_events = usize::MAX;
    options.index_run_records = usize::MAX / 16;
    options.signed = dir.path().join("signed");
    // Nothing is set aside for sled, which can then not take what it is given.
    options.room_for_sled_bytes = 0;
    // Nor is it given anything before the disk is full, however slow the machine.
    let faults = Faults::new();
    options.files = Files::faulty(&faults);
    let opened = event_store::open::open_blocking(&options, &quiet).unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    drop(opened.keys);
    faults.delay(Op::Sled, Duration::from_secs(5));
    let many = (0..1500).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { store.append(nth(n)).await.unwrap() })
    });
    for one in many.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    assert!(store.behind() > 300, "{}", store.behind());
    disk.fill().unwrap();
    faults.delay(Op::Sled, Duration::ZERO);
    let (mut acknowledged, mut refused) = (1500, 0);
    for n in 1500..40_000 {
        match store.append(nth(n)).await {
            Ok(_) => acknowledged = n + 1,
            Err(AppendError::StorageFull | AppendError::NotWritten(_) | AppendError::OutcomeUnknown(_)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
        if refused > 20 {
            break;
        }
    }
    assert!(refused > 20, "{acknowledged} {refused}");
    tokio::time::sleep(Duration::from_millis(6000)).await;
    for n in 0..acknowledged {
        assert!(store.command(nth(n).command).await.unwrap().is_some(), "{n} cannot be found");
    }
    store.shutdown().await;
    drop(store);
    disk.make_room().unwrap();
    let opened = event_store::open::open_blocking(&options, &quiet).unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    sound(&store).await;
    for n in 0..acknowledged {
        assert!(store.command(nth(n).command).await.unwrap().is_some(), "{n} is lost");
    }
    store.append(nth(1_000_000)).await.unwrap();
    store.shutdown().await;
}

/// An index of an earlier moment, one of another log, none at all, and one with a hole: commands are replays all the same.
#[tokio::test]
async fn whatever_becomes_of_the_index_it_is_made_again() {
    let place = Place::new();
    place.filled(100).await;
    let earlier = place.copy();
    let events = place.filled(200).await;
    let index = |place: &Place| place.data().join("index");
    type Harm = fn(&Place, &Place);
    let harms: [(&str, Harm); 5] = [
        ("an earlier one", |copy, earlier| {
            fs::remove_dir_all(copy.data().join("index")).unwrap();
            copy_dir(&earlier.data().join("index"), &copy.data().join("index"));
        }),
        ("another log's", |copy, _| {
            let other = Place::new();
            drop(other.open().unwrap());
            fs::remove_dir_all(copy.data().join("index")).unwrap();
            copy_dir(&other.data().join("index"), &copy.data().join("index"));
        }),
        ("none", |copy, _| fs::remove_dir_all(copy.data().join("index")).unwrap()),
        ("a run that is missing", |copy, _| {
            let runs = Files::real().list(&copy.data().join("index")).unwrap();
            fs::remove_file(&runs[0]).unwrap();
        }),
        ("a flipped byte in a header", |copy, _| {
            let runs = Files::real().list(&copy.data().join("index")).unwrap();
            super::kit::scribble(runs.last().unwrap(), 20, &[0x77]);
        }),
    ];
    for (what, harm) in harms {
        let copy = place.copy();
        assert!(index(&copy).is_dir());
        harm(&copy, &earlier);
        copy.holds(&events).await;
        let opened = copy.open().unwrap();
        assert!(opened.notes.is_empty(), "{what}: {:?}", opened.notes);
        let store = EventStore::start(opened.log, ticking()).await.unwrap();
        for n in 0..100 {
            assert!(store.command(nth(n).command).await.unwrap().is_some(), "{what}: {n}");
            assert!(store.append(nth(n)).await.unwrap().replayed, "{what}: {n}");
        }
        store.shutdown().await;
        drop((store, opened.keys));
        let report = copy.doctor();
        assert!(report.is_sound(), "{what}: {report:#?}");
    }
    // A run whose records are damaged is noticed when it is asked, and the doctor makes it again.
    let copy = place.copy();
    let runs = Files::real().list(&index(&copy)).unwrap();
    super::kit::scribble(&runs[0], 1024 + 40, &[0x77]);
    let report = copy.doctor();
    assert!(report.is_sound(), "{report:#?}");
    copy.holds(&events).await;
}

/// The index cannot be written for a while: commands are found all the same, and it is caught up later.
#[tokio::test]
async fn an_index_that_cannot_be_written_stops_nothing() {
    let faults = Faults::new();
    let mut place = Place::new().with_files(&Files::faulty(&faults));
    // No new segment meanwhile.
    place.options.first_segment_bytes = 1024 * 1024;
    place.options.segment_bytes = 1024 * 1024;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    drop(opened.keys);
    faults.fail_all(Op::Create, Some(28));
    for n in 0..200 {
        store.append(nth(n)).await.unwrap();
    }
    assert_eq!(store.healthy(), Ok(()));
    for n in 0..200 {
        assert!(store.command(nth(n).command).await.unwrap().is_some());
    }
    faults.fail_all(Op::Create, None);
    for n in 200..400 {
        store.append(nth(n)).await.unwrap();
    }
    let events = sound(&store).await;
    store.shutdown().await;
    drop(store);
    assert!(Files::real().list(&place.data().join("index")).unwrap().len() >= 2);
    assert!(place.holds(&events).await.is_empty());
}

/// Nothing can be written to the index until so much is in memory only that no command is taken; when it can be again,
/// commands are taken again.
#[tokio::test]
async fn commands_are_taken_again_when_the_index_can_be_written_again() {
    let faults = Faults::new();
    let mut place = Place::new().with_files(&Files::faulty(&faults));
    place.options.first_segment_bytes = 4 * 1024 * 1024;
    place.options.segment_bytes = 4 * 1024 * 1024;
    place.options.index_run_records = 5;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    drop(opened.keys);
    // No descriptor: nothing that is open already needs one.
    faults.fail_all(Op::Create, Some(24));
    let mut acknowledged = 0;
    let refused = loop {
        match store.append(nth(acknowledged)).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, AppendError::NotWritten(_)), "{refused}");
    assert!((40..2000).contains(&acknowledged), "{acknowledged}");
    assert_eq!(store.behind(), 0);
    faults.fail_all(Op::Create, None);
    for n in acknowledged..acknowledged + 100 {
        store.append(nth(n)).await.unwrap();
    }
    let events = sound(&store).await;
    store.shutdown().await;
    drop(store);
    assert!(place.holds(&events).await.is_empty());
}

/// More comes than sled can be given: it is made durable all the same.
#[tokio::test]
async fn sled_is_made_durable_however_much_comes() {
    let faults = Faults::new();
    let mut place = Place::new().with_files(&Files::faulty(&faults));
    place.options.sled_batch_events = 1;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    let note = place.data().join("sled.flushed");
    let began = fs::read(&note).unwrap();
    faults.delay(Op::Sled, Duration::from_millis(6));
    let until = Instant::now() + Duration::from_secs(8);
    for n in 0.. {
        store.append(nth(n)).await.unwrap();
        if fs::read(&note).unwrap() != began {
            break;
        }
        assert!(Instant::now() < until, "nothing was made durable");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!(store.behind() > 0);
    store.shutdown().await;
}

/// The thread that gives sled what is new is gone: that is told, nothing more is taken, and nothing is lost.
#[tokio::test]
async fn a_panic_of_the_thread_that_writes_sled_is_told() {
    let faults = Faults::new();
    let place = lazy(Place::new().with_files(&Files::faulty(&faults)));
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    drop(opened.keys);
    faults.panic_at_next(Op::Sled);
    for n in 0..20 {
        store.append(nth(n)).await.unwrap();
    }
    let until = Instant::now() + Duration::from_secs(5);
    while store.healthy().is_ok() {
        assert!(Instant::now() < until, "nothing was said");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(matches!(store.append(nth(20)).await, Err(AppendError::OutcomeUnknown(_))));
    for n in 0..20 {
        assert!(store.command(nth(n).command).await.unwrap().is_some());
    }
    let events = sound(&store).await;
    store.shutdown().await;
    drop(store);
    place.holds(&events).await;
}

/// A damaged run that is met while runs are joined at the opening: the index is made again, and sled is left as it is.
#[tokio::test]
async fn a_damaged_run_costs_the_index_and_not_sled() {
    let place = Place::new();
    place.filled(100).await;
    let earlier = place.copy();
    let events = place.filled(400).await;
    let mut copy = place.copy();
    fs::remove_dir_all(copy.data().join("index")).unwrap();
    copy_dir(&earlier.data().join("index"), &copy.data().join("index"));
    for run in Files::real().list(&copy.data().join("index")).unwrap() {
        super::kit::scribble(&run, 1024 + 40, &[0x77]);
    }
    copy.options.index_run_records = 5;
    let notes = copy.holds(&events).await;
    assert!(notes.iter().any(|note| note.contains("made again")), "{notes:?}");
    assert!(notes.iter().all(|note| !note.contains("set aside")), "{notes:?}");
    let report = copy.doctor();
    assert!(report.is_sound(), "{report:#?}");
}

//! Power cuts: only what was synced is still there, and of the rest any part. Nothing acknowledged is among it.

use super::kit::{Place, SEGMENT_BYTES, copy_dir, nth};
use event_store::conformance::kit::{sound, ticking};
use event_store::faults::Faults;
use event_store::files::Files;
use event_store::{EventStore, OpenError};
use std::fs;

/// Appends until the machine "dies" at an operation; returns the commands acknowledged before.
async fn until_death(place: &Place, faults: &Faults, die_at: u64) -> Vec<u64> {
    faults.die_at(die_at);
    let mut acknowledged = Vec::new();
    let Ok(opened) = place.open() else {
        return acknowledged;
    };
    let Ok(store) = EventStore::start(opened.log, ticking()).await else {
        return acknowledged;
    };
    for n in 0..400 {
        if store.append(nth(n)).await.is_err() {
            break;
        }
        acknowledged.push(n);
    }
    store.shutdown().await;
    acknowledged
}

/// What of sled survives beside the journal.
#[derive(Clone, Copy, Debug)]
pub enum Sled {
    /// All that it had when the process ended.
    Whole,
    /// Nothing.
    Gone,
    /// Half a file: as published it does not survive a power cut.
    Half,
}

/// The directory after the cut. The keys lie elsewhere and have their own syncs.
pub fn after_the_cut(place: &Place, faults: &Faults, seed: u64, sled: Sled) -> Place {
    let image = Place::new();
    faults.power_loss_image(place.data(), image.data(), seed).unwrap();
    place.lends_keys(&image);
    if place.sled().exists() && !matches!(sled, Sled::Gone) {
        copy_dir(&place.sled(), &image.sled());
    }
    if let Sled::Half = sled {
        let db = image.sled().join("db");
        if let Ok(bytes) = fs::read(&db) {
            fs::write(&db, &bytes[..bytes.len() / 2]).unwrap();
        }
    }
    image
}

/// How many acknowledged commands the image has lost.
pub async fn lost(image: &Place, acknowledged: &[u64]) -> Result<usize, OpenError> {
    let opened = image.open()?;
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    sound(&store).await;
    let mut lost = 0;
    for n in acknowledged {
        lost += usize::from(store.command(nth(*n).command).await.unwrap().is_none());
    }
    store.append(nth(1_000_000)).await.unwrap();
    store.shutdown().await;
    Ok(lost)
}

#[tokio::test]
async fn nothing_acknowledged_is_lost() {
    let mut acknowledged_in_all = 0;
    let mut seed = 2;
    // Through the first start, single groups, and the changes of segment.
    for die_at in (1..56).step_by(5).chain((60..700).step_by(53)) {
        let faults = Faults::new();
        let place = Place::new().with_files(&Files::faulty(&faults));
        let acknowledged = until_death(&place, &faults, die_at).await;
        acknowledged_in_all += acknowledged.len();
        seed += 2;
        // Nothing unsynced, everything, any part of it; sled whole, gone, cut in half.
        for (sled, seed) in
            [(Sled::Whole, 0), (Sled::Half, 1), (Sled::Gone, seed), (Sled::Whole, seed), (Sled::Half, seed + 1)]
        {
            let image = after_the_cut(&place, &faults, seed, sled);
            let what = format!("died at {die_at}, {sled:?}, seed {seed}");
            match lost(&image, &acknowledged).await {
                Ok(lost) => assert_eq!(lost, 0, "{what}"),
                Err(error) => panic!("{what}: {error}"),
            }
        }
    }
    assert!(acknowledged_in_all > 1500, "{acknowledged_in_all}");
}

/// The same test must fail when the journal's syncs do nothing; else it would prove nothing.
#[tokio::test]
async fn without_the_sync_it_would_be_noticed() {
    let faults = Faults::new();
    let mut place = Place::new().with_files(&Files::faulty(&faults));
    // One segment: only the syncs of its frames are left away.
    place.options.first_segment_bytes = SEGMENT_BYTES;
    let opened = place.open().unwrap();
    let store = EventStore::start(opened.log, ticking()).await.unwrap();
    faults.skip_syncs(true);
    for n in 0..40 {
        store.append(nth(n)).await.unwrap();
    }
    // The cut comes while the server runs: sled's own file is as it was at the start.
    let image = after_the_cut(&place, &faults, 0, Sled::Gone);
    store.shutdown().await;
    let acknowledged = (0..40).collect::<Vec<_>>();
    match lost(&image, &acknowledged).await {
        Ok(lost) => assert_eq!(lost, 40),
        Err(error) => assert!(error.message.en.contains("lost its end"), "{error}"),
    }
    // With sled's copy the loss is even seen at the opening.
    let image = after_the_cut(&place, &faults, 0, Sled::Whole);
    let error = lost(&image, &acknowledged).await.unwrap_err();
    assert!(error.message.en.contains("lost its end"), "{error}");
}

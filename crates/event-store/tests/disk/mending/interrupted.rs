//! A mending that does not come to its end: the process dies, an operation fails, the disk is full, the power goes.

use super::{damage, mended, put_back, set_aside, signed};
use crate::disk::kit::{Place, copy_dir, leaves};
use event_store::faults::{Faults, Op};
use event_store::files::Files;

/// The process ends at every single step: afterwards the doctor makes the same record of what is there.
#[tokio::test]
async fn it_may_die_at_every_step() {
    let (place, events) = signed(160).await;
    damage(&place, 0, 1);
    let whole = {
        let faults = Faults::new();
        let copy = place.copy().with_files(&Files::faulty(&faults));
        assert!(copy.doctor().is_sound());
        faults.operations()
    };
    let mut finished = 0;
    for at in 1..=whole {
        let faults = Faults::new();
        let copy = place.copy().with_files(&Files::faulty(&faults));
        faults.die_at(at);
        drop(copy.doctor());
        // The old journal and its signature, or the new one; never an opening of something else.
        let copy = copy.with_files(&Files::real());
        if let Ok(opened) = copy.open() {
            assert_eq!(leaves(&opened).await, events, "step {at}");
        }
        let report = copy.doctor();
        assert!(report.is_sound(), "step {at} of {whole}: {report:#?}");
        finished += usize::from(mended(&report).iter().any(|said| said.contains("interrupted")));
        assert!(copy.holds(&events).await.is_empty(), "step {at}");
        assert!(!copy.data().join("journal.mending").exists() && !copy.data().join("journal.mended").exists());
        assert!(!set_aside(&copy).is_empty(), "step {at}");
    }
    assert!(whole > 15 && finished > 0, "{whole} steps, {finished} finished later");
}

/// Each write, sync, rename fails once: told, and afterwards the doctor makes the same record of what is there.
#[tokio::test]
async fn every_operation_may_fail() {
    let (place, events) = signed(160).await;
    damage(&place, 0, 1);
    let counts = Faults::new();
    assert!(place.copy().with_files(&Files::faulty(&counts)).doctor().is_sound());
    let mut refused = 0;
    for op in [Op::Create, Op::Write, Op::Sync, Op::SyncDir, Op::Rename, Op::Remove] {
        for os_error in [5, 28] {
            for nth in 1..=counts.count(op) {
                let faults = Faults::new();
                let copy = place.copy().with_files(&Files::faulty(&faults));
                faults.fail(op, nth, os_error);
                let report = copy.doctor();
                refused += usize::from(!report.is_sound());
                if !report.is_sound() {
                    // What to do, in Chinese alone.
                    let zh = &report.findings.last().unwrap().message.zh;
                    assert!(zh.contains('请') && !zh.contains("os error"), "{op:?} {nth}: {report:#?}");
                }
                let copy = copy.with_files(&Files::real());
                let report = copy.doctor();
                assert!(report.is_sound(), "{op:?} {nth}: {report:#?}");
                copy.holds(&events).await;
            }
        }
    }
    assert!(refused > 20, "{refused}");
}

/// Too little room for a second journal.
#[tokio::test]
async fn a_full_disk_refuses() {
    let (place, events) = signed(160).await;
    damage(&place, 0, 1);
    let faults = Faults::new();
    let copy = place.copy().with_files(&Files::faulty(&faults));
    faults.pretend_free_bytes(Some(10_000));
    let report = copy.doctor();
    assert!(!report.is_sound());
    assert!(report.findings.last().unwrap().message.en.contains("no space"), "{report:#?}");
    assert!(!copy.data().join("journal.mending").exists());
    faults.pretend_free_bytes(None);
    put_back(&copy, &events).await;
}

/// A power cut at every step leaves the old journal or the new one, or what the doctor goes on from.
#[tokio::test]
async fn a_power_cut_leaves_the_old_or_the_new() {
    let (place, events) = signed(160).await;
    damage(&place, 0, 1);
    let whole = {
        let faults = Faults::new();
        assert!(place.copy().with_files(&Files::faulty(&faults)).doctor().is_sound());
        faults.operations()
    };
    for at in 1..=whole + 1 {
        let faults = Faults::new();
        let copy = place.copy().with_files(&Files::faulty(&faults));
        faults.die_at(at);
        drop(copy.doctor());
        for seed in [0, 1, 2 * at + 2] {
            let image = Place::new();
            faults.power_loss_image(copy.data(), image.data(), seed).unwrap();
            copy.lends_keys(&image);
            copy_dir(&copy.sled(), &image.sled());
            let report = image.doctor();
            assert!(report.is_sound(), "step {at}, seed {seed}: {report:#?}");
            image.holds(&events).await;
        }
    }
}

#![allow(clippy::unwrap_used)]

use super::*;
use crate::http::csv::Cell;
use crate::http::xlsx::Sheet;
use actix_web::body::{BodySize, MessageBody as _, to_bytes};
use chrono::NaiveDate;
use domain::language::Language;
use flate2::read::GzDecoder;
use std::io::Read as _;

const LONG: usize = 3 * TABLE_BYTES_IN_MEMORY + 5;

/// As long as it is told, and not to be packed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(next).collect()
}

fn laid(place: &Path, lying: &Arc<Semaphore>, bytes: &[u8], packed: bool) -> io::Result<Lying> {
    let mut out = Out::to(place, lying, packed);
    out.write_all(bytes)?;
    out.done()
}

#[tokio::test]
async fn a_table_is_sent_as_it_was_made_and_its_place_is_free_when_it_is_gone() {
    let (place, lying) = (tempfile::tempdir().unwrap(), Arc::new(Semaphore::new(1)));
    for (length, packed) in [(0, false), (100, false), (LONG, false), (LONG, true)] {
        let bytes = noise(length);
        let table = laid(place.path(), &lying, &bytes, packed).unwrap();
        assert_eq!(lying.available_permits(), usize::from(length != LONG), "only a large one takes a place");
        let body = table.sent_by(HttpResponse::Ok(), None).into_body();
        let BodySize::Sized(announced) = body.size() else { panic!("its length is announced") };
        let sent = to_bytes(body).await.ok().unwrap();
        assert_eq!(u64::try_from(sent.len()).unwrap(), announced);
        let mut read = Vec::new();
        if packed {
            GzDecoder::new(&sent[..]).read_to_end(&mut read).unwrap();
        } else {
            read.extend_from_slice(&sent);
        }
        assert!(read == bytes, "{length}");
        assert_eq!(lying.available_permits(), 1);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_large_table_too_many_is_refused_and_a_small_one_is_not() {
    let (place, lying) = (tempfile::tempdir().unwrap(), Arc::new(Semaphore::new(1)));
    let held = laid(place.path(), &lying, &noise(LONG), false).unwrap();
    let error = laid(place.path(), &lying, &noise(LONG), false).err().unwrap();
    assert!(error.get_ref().unwrap().is::<Crowded>());
    assert!(laid(place.path(), &lying, &noise(100), false).is_ok());
    drop(held);
    assert!(laid(place.path(), &lying, &noise(LONG), false).is_ok(), "what nobody takes any more makes room");
}

#[test]
fn a_failure_is_told_once_and_never_forgotten() {
    let lying = Arc::new(Semaphore::new(1));
    let mut out = Out::to(Path::new("/nowhere"), &lying, false);
    assert_eq!(out.write_all(&noise(LONG)).unwrap_err().kind(), io::ErrorKind::NotFound);
    assert!(out.write_all(&[7]).is_ok(), "whoever cleans up is not troubled");
    assert!(out.done().is_err());
    assert_eq!(lying.available_permits(), 1);
}

/// What the process held of the machine's memory at most, KiB (`VmHWM` of proc(5)).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A workbook of so many rows, no two of them alike.
fn book(place: &Path, rows: u32) -> Lying {
    const COLUMNS: [(&str, &str); 4] = [("编号", "id"), ("名称", "name"), ("数量", "n"), ("日期", "on")];
    let out = Out::to(place, &Arc::new(Semaphore::new(1)), false);
    let mut sheet = Sheet::headed(out, &COLUMNS, Language::Zh);
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    for n in 0..rows {
        let name = format!("江桥镇第{}网格", n.wrapping_mul(2_654_435_761));
        let on = Cell::Day(first + chrono::Days::new(u64::from(n % 3_000)));
        sheet
            .row(vec![
                uuid::Uuid::from_u128(u128::from(n) << 70).to_string().into(),
                name.into(),
                u64::from(n).into(),
                on,
            ])
            .unwrap();
    }
    sheet.done().unwrap().done().unwrap()
}

#[test]
fn a_hundred_thousand_rows_take_no_more_memory_than_a_thousand() {
    let place = tempfile::tempdir().unwrap();
    // Once beyond what stays in memory, so that what is made at first use is made.
    drop(laid(place.path(), &Arc::new(Semaphore::new(1)), &noise(LONG), false).unwrap());
    drop(book(place.path(), 1_000));
    let before = peak();
    let large = book(place.path(), 100_000);
    let after = peak();
    assert!(matches!(large.passed, Passed::OnDisk(_)));
    assert!(after < before + 4 * 1024, "{before} to {after} KiB");
}

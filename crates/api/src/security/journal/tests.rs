#![allow(clippy::unwrap_used)]
use super::*;
use crate::routes::table;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicI64;

const ACCOUNT: Uuid = Uuid::from_u128(1);
const TOKEN: Uuid = Uuid::from_u128(2);

fn client(address: &str) -> Client {
    Client::direct(address.parse().unwrap(), false)
}

/// A clock that is moved by hand, standing at noon of 30 November in Shanghai.
fn noon() -> (Arc<AtomicI64>, Clock) {
    let at: DateTime<Utc> = "2026-11-30T04:00:00Z".parse().unwrap();
    let ms = Arc::new(AtomicI64::new(at.timestamp_millis()));
    let shown = Arc::clone(&ms);
    (ms, Arc::new(move || shown.load(Ordering::Relaxed)))
}

fn journal(directory: &Path, clock: Clock, sealed_until: Option<NaiveDate>) -> Journal {
    Journal::start(directory.to_owned(), clock, chrono_tz::Asia::Shanghai, sealed_until).unwrap()
}

fn read(file: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn refuse(journal: &Journal, status: u16, policy: Option<Policy>, request_id: &str) {
    let routes = table();
    let route = routes.iter().find(|route| route.path == "/v1/me");
    let known = (status != 401).then_some((ACCOUNT, Some(TOKEN)));
    journal.answered(status, &Asked { client: &client("192.0.2.1"), route, known, policy, request_id });
}

#[test]
fn what_happens_is_a_line_in_the_file_of_its_day() {
    let place = tempfile::tempdir().unwrap();
    let (_, clock) = noon();
    let journal = journal(place.path(), clock, None);
    journal.started(Map::from_iter([("listen".to_owned(), Value::from("127.0.0.1:8080"))]));
    journal.signed_in(&client("192.0.2.1"), ACCOUNT);
    journal.sign_in_failed(&client("192.0.2.2"), None);
    refuse(&journal, 401, None, "r-1");
    refuse(&journal, 403, None, "r-2");
    refuse(&journal, 429, Some(Policy::Account), "r-3");
    // A question that is too much of something else, and what went well, are no lines.
    refuse(&journal, 429, None, "r-4");
    refuse(&journal, 200, None, "r-5");
    journal.stop();
    let lines = read(&files::of_day(place.path(), "2026-11-30".parse().unwrap()));
    let kinds: Vec<_> = lines.iter().map(|line| line.kind.as_str()).collect();
    assert_eq!(kinds, ["started", "signed_in", "sign_in_failed", "unauthenticated", "forbidden", "rate_limited"]);
    let refused = &lines[4];
    assert_eq!((refused.at.as_str(), refused.route.as_deref()), ("2026-11-30T04:00:00.000Z", Some("/v1/me")));
    assert_eq!((refused.account_id, refused.token_id), (Some(ACCOUNT), Some(TOKEN)));
    assert_eq!((lines[3].account_id, lines[5].policy.as_deref()), (None, Some("account")));
    assert_eq!(journal.failing(), None);
}

#[test]
fn a_day_that_is_over_is_not_written_any_more() {
    let place = tempfile::tempdir().unwrap();
    let (ms, clock) = noon();
    let until = |day: &str| Some(day.parse::<NaiveDate>().unwrap());
    let first = journal(place.path(), Arc::clone(&clock), None);
    refuse(&first, 401, None, "r-1");
    refuse(&first, 401, None, "r-2");
    // Written after both of them are taken.
    refuse(&first, 403, None, "r-2b");
    while read_or_none(place.path(), "2026-11-30").len() < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    // Past midnight in Shanghai; what was counted belongs to the day before.
    ms.fetch_add(13 * 3_600_000, Ordering::Relaxed);
    while first.writes_on() != until("2026-12-01") {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(read_or_none(place.path(), "2026-11-30").len(), 3);
    // A clock that is set back changes nothing in it.
    ms.fetch_sub(13 * 3_600_000, Ordering::Relaxed);
    refuse(&first, 403, None, "r-3");
    first.stop();
    assert_eq!(read_or_none(place.path(), "2026-11-30").len(), 3);
    assert_eq!(read_or_none(place.path(), "2026-12-01").len(), 1);
    // Nor does a start, once the digest is in the log.
    let again = journal(place.path(), clock, until("2026-12-01"));
    refuse(&again, 401, None, "r-4");
    again.stop();
    assert_eq!(again.writes_on(), until("2026-12-02"));
    assert_eq!(read_or_none(place.path(), "2026-12-01").len(), 1);
    assert_eq!(read_or_none(place.path(), "2026-12-02").len(), 1);
}

fn read_or_none(directory: &Path, on: &str) -> Vec<Entry> {
    let file = files::of_day(directory, on.parse().unwrap());
    if file.exists() { read(&file) } else { Vec::new() }
}

#[test]
fn a_token_from_a_new_address_is_told_once_and_a_start_remembers() {
    let place = tempfile::tempdir().unwrap();
    let (_, clock) = noon();
    for expected in [2, 3] {
        let journal = journal(place.path(), Arc::clone(&clock), None);
        for address in ["192.0.2.1", "2001:db8::1", "192.0.2.1", "2001:db8::2"] {
            journal.token_used(&client(address), ACCOUNT, TOKEN);
        }
        // Another token from there is new.
        if expected == 3 {
            journal.token_used(&client("192.0.2.1"), ACCOUNT, Uuid::from_u128(3));
        }
        journal.stop();
        let lines = read_or_none(place.path(), "2026-11-30");
        assert_eq!(lines.len(), expected);
        assert!(lines.iter().all(|line| line.kind == Kind::NewAddress));
    }
}

#[test]
fn what_cannot_be_written_stops_nothing_and_is_told() {
    let place = tempfile::tempdir().unwrap();
    let (_, clock) = noon();
    let directory = place.path().join("security");
    // A file in the place of the directory, as good as a disk that takes nothing.
    fs::write(&directory, "").unwrap();
    let journal = journal(&directory, clock, None);
    for nth in 0..3 {
        journal.signed_in(&client("192.0.2.1"), Uuid::from_u128(nth));
    }
    let begun = Instant::now();
    while journal.failing().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(5));
    }
    fs::remove_file(&directory).unwrap();
    // Until the three are known to be lost.
    while journal.0.as_ref().unwrap().told.lost.load(Ordering::Relaxed) < 3 {
        let written = read_or_none(&directory, "2026-11-30").len();
        if written > 0 {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    journal.signed_in(&client("192.0.2.1"), ACCOUNT);
    journal.stop();
    let lines = read_or_none(&directory, "2026-11-30");
    let lost: u64 = lines.iter().filter(|line| line.kind == Kind::Lost).filter_map(|line| line.times).sum();
    let told = lines.iter().filter(|line| line.kind == Kind::SignedIn).count();
    assert_eq!(lost + told as u64, 4, "{lines:?}");
    assert!(lost >= 1 && told >= 1, "{lines:?}");
    assert_eq!(journal.failing(), None);
}

#![allow(clippy::unwrap_used)]
use super::backing_off::{FORGOTTEN_AFTER, MayTry, REMEMBERED_MAX, WAIT_MAX};
use super::*;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn store() -> (TempDir, SignIns) {
    let directory = tempfile::tempdir().unwrap();
    let store = SignIns::open(&directory.path().join("sign-ins.sqlite")).unwrap();
    (directory, store)
}

/// How long somebody waits, in minutes; a try that may be made fails.
fn fails(store: &SignIns, login: &str, address: &str, now: DateTime<Utc>) -> Option<i64> {
    match store.may_try(login, Some(address), now).unwrap() {
        MayTry::Now(_) => None,
        MayTry::After(wait) => Some(wait.num_minutes()),
    }
}

#[test]
fn a_sign_in_is_found_by_its_cookie_alone() {
    let (_directory, store) = store();
    let account = Uuid::now_v7();
    let begun = store.begin(account, None, at(0)).unwrap();
    assert_eq!(store.find(begun.cookie.text(), at(0)).unwrap(), Some(begun.sign_in));
    for other in ["", "x", Secret::draw().unwrap().text(), &"x".repeat(1_000_000)] {
        assert_eq!(store.find(other, at(0)).unwrap(), None);
    }
    assert!(store.end(begun.cookie.text()).unwrap());
    assert_eq!(store.find(begun.cookie.text(), at(0)).unwrap(), None);
    assert!(!store.end(begun.cookie.text()).unwrap(), "it is over");
}

#[test]
fn a_sign_in_ends_when_nobody_comes_and_after_half_a_day_whoever_comes() {
    let (_directory, store) = store();
    let idle = store.begin(Uuid::now_v7(), None, at(0)).unwrap();
    let busy = store.begin(Uuid::now_v7(), None, at(0)).unwrap();
    assert_eq!(idle.sign_in.expires_at, at(30));
    for minute in (20..720).step_by(20) {
        let seen = store.find(busy.cookie.text(), at(minute)).unwrap().unwrap();
        assert_eq!(seen.expires_at, at((minute + 30).min(720)), "minute {minute}");
    }
    assert_eq!(store.find(busy.cookie.text(), at(720)).unwrap(), None);
    assert!(store.find(idle.cookie.text(), at(30) - TimeDelta::seconds(1)).unwrap().is_some());
    assert_eq!(store.find(idle.cookie.text(), at(60)).unwrap(), None);
    assert_eq!(store.find(idle.cookie.text(), at(59)).unwrap().map(|found| found.account), Some(idle.sign_in.account));
}

#[test]
fn a_sign_in_lasts_no_longer_than_the_token_it_came_from() {
    let (_directory, store) = store();
    let token = FromToken { id: Uuid::now_v7(), expires_at: Some(at(10)) };
    let begun = store.begin(Uuid::now_v7(), Some(token), at(0)).unwrap();
    assert_eq!((begun.sign_in.expires_at, begun.sign_in.token), (at(10), Some(token.id)));
    assert_eq!(store.find(begun.cookie.text(), at(9)).unwrap().and_then(|found| found.token), Some(token.id));
    assert_eq!(store.find(begun.cookie.text(), at(10)).unwrap(), None);
    let forever = store.begin(Uuid::now_v7(), Some(FromToken { expires_at: None, ..token }), at(0)).unwrap();
    assert_eq!(forever.sign_in.expires_at, at(30));
}

#[test]
fn all_sign_ins_of_an_account_end_and_no_others() {
    let (_directory, store) = store();
    let (account, other) = (Uuid::now_v7(), Uuid::now_v7());
    let ours = [(); 3].map(|()| store.begin(account, None, at(0)).unwrap());
    let theirs = store.begin(other, None, at(0)).unwrap();
    assert_eq!(store.end_all(account).unwrap(), 3);
    for begun in ours {
        assert_eq!(store.find(begun.cookie.text(), at(1)).unwrap(), None);
    }
    assert!(store.find(theirs.cookie.text(), at(1)).unwrap().is_some());
}

#[test]
fn all_but_one_end_and_whether_one_is_open_is_asked_without_being_seen() {
    let (_directory, store) = store();
    let account = Uuid::now_v7();
    let [one, other] = [(); 2].map(|()| store.begin(account, None, at(0)).unwrap());
    assert_eq!(store.end_others(account, Some(&one.cookie.digest())).unwrap(), 1);
    let open = |begun: &Begun, now| store.is_open(&begun.cookie.digest(), now).unwrap();
    assert!(open(&one, at(29)) && !open(&other, at(1)));
    assert!(!open(&one, at(30)), "it was not seen by that");
}

#[test]
fn an_account_has_so_many_sign_ins_and_the_longest_unseen_makes_room() {
    let (_directory, store) = store();
    let account = Uuid::now_v7();
    let begun: Vec<_> = (0..17).map(|i| store.begin(account, None, at(0) + TimeDelta::seconds(i)).unwrap()).collect();
    let open = |i: usize| store.find(begun[i].cookie.text(), at(1)).unwrap().is_some();
    assert!(!open(0));
    assert!((1..=OF_AN_ACCOUNT_MAX as usize).all(open));
}

#[test]
fn what_is_over_is_not_kept() {
    let (_directory, store) = store();
    for minute in 0..100 {
        let _begun = store.begin(Uuid::now_v7(), None, at(minute * 10)).unwrap();
    }
    let kept: i64 = store.database().query_row("SELECT count(*) FROM sign_in", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 3, "those of the last half hour");
}

#[test]
fn a_restart_keeps_what_is_open_and_what_was_used() {
    let (directory, store) = store();
    let path = directory.path().join("sign-ins.sqlite");
    let account = Uuid::now_v7();
    let (open, ended) = (store.begin(account, None, at(0)).unwrap(), store.begin(account, None, at(0)).unwrap());
    store.end(ended.cookie.text()).unwrap();
    assert!(store.use_step(account, 7).unwrap());
    for _ in 0..5 {
        assert_eq!(fails(&store, "wang", "10.0.0.1", at(0)), None);
    }
    drop(store);
    let store = SignIns::open(&path).unwrap();
    assert!(store.find(open.cookie.text(), at(1)).unwrap().is_some());
    assert_eq!(store.find(ended.cookie.text(), at(1)).unwrap(), None);
    assert!(!store.use_step(account, 7).unwrap());
    assert_eq!(fails(&store, "wang", "10.0.0.2", at(0)), Some(1));
}

#[test]
fn threat_the_file_is_its_owners_and_names_nobody() {
    println!("attempted: read who is signed in from the store beside the data");
    let (directory, store) = store();
    let begun = store.begin(Uuid::now_v7(), None, at(0)).unwrap();
    assert_eq!(fails(&store, "wang.fang", "192.0.2.77", at(0)), None);
    let mut bytes = Vec::new();
    for entry in directory.path().read_dir().unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
        bytes.extend(std::fs::read(entry.path()).unwrap());
    }
    assert!(bytes.len() > 1000);
    for secret in ["wang.fang", "192.0.2.77", begun.cookie.text()] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    println!("caught: it is its owner's alone and holds hashes, no name, login or address");
}

#[test]
fn a_file_of_another_version_is_left_alone() {
    let (directory, store) = store();
    store.database().pragma_update(None, "user_version", 2).unwrap();
    drop(store);
    let refused = SignIns::open(&directory.path().join("sign-ins.sqlite")).unwrap_err();
    assert!(matches!(refused, Trouble::OtherShape { found: 2, .. }), "{refused}");
    let damaged = directory.path().join("damaged.sqlite");
    std::fs::write(&damaged, vec![b'x'; 8192]).unwrap();
    assert!(matches!(SignIns::open(&damaged).unwrap_err(), Trouble::Database(_)));
    assert_eq!(std::fs::read(&damaged).unwrap(), vec![b'x'; 8192]);
}

#[test]
fn a_code_is_taken_once_and_never_before_one_that_was() {
    let (_directory, store) = store();
    let (account, other) = (Uuid::now_v7(), Uuid::now_v7());
    assert!(store.use_step(account, 100).unwrap());
    assert!(!store.use_step(account, 100).unwrap());
    assert!(!store.use_step(account, 99).unwrap());
    assert!(store.use_step(account, 101).unwrap());
    assert!(store.use_step(other, 100).unwrap());
}

#[test]
fn threat_whoever_fails_waits_longer_and_never_for_good() {
    println!("attempted: keep somebody out by failing in their name");
    let (_directory, store) = store();
    let mut now = at(0);
    for _ in 0..5 {
        assert_eq!(fails(&store, "wang", "10.0.0.1", now), None);
    }
    for minutes in [1, 2, 4, 8, 15, 15, 15] {
        assert_eq!(fails(&store, "wang", "10.0.0.2", now), Some(minutes), "of the login, from anywhere");
        assert_eq!(fails(&store, "li", "10.0.0.1", now), Some(minutes), "from the address, of any login");
        now += TimeDelta::minutes(minutes);
        assert_eq!(fails(&store, "wang", "10.0.0.1", now), None);
    }
    assert_eq!(fails(&store, "li", "10.0.0.2", now), None, "nobody else waits");
    assert_eq!(fails(&store, "wang", "10.0.0.1", now + FORGOTTEN_AFTER), None);
    assert_eq!(fails(&store, "wang", "10.0.0.1", now + FORGOTTEN_AFTER), None, "it is forgotten");
    println!("caught: the wait is 15 minutes at most and forgotten an hour later");
}

#[test]
fn a_success_forgets_what_the_login_failed_and_not_what_the_address_did() {
    let (_directory, store) = store();
    for _ in 0..4 {
        assert_eq!(fails(&store, "wang", "10.0.0.1", at(0)), None);
    }
    let MayTry::Now(right) = store.may_try("wang", Some("10.0.0.1"), at(0)).unwrap() else { panic!() };
    store.succeeded(&right).unwrap();
    for _ in 0..5 {
        assert_eq!(fails(&store, "wang", "10.0.0.2", at(0)), None);
    }
    assert_eq!(fails(&store, "li", "10.0.0.1", at(0)), None);
    assert_eq!(fails(&store, "li", "10.0.0.1", at(0)), Some(1), "its fifth");
}

#[test]
fn who_was_not_looked_at_has_not_failed() {
    let (_directory, store) = store();
    for _ in 0..20 {
        let MayTry::Now(attempt) = store.may_try("wang", Some("10.0.0.1"), at(0)).unwrap() else { panic!() };
        store.not_failed(&attempt).unwrap();
    }
    assert_eq!(fails(&store, "wang", "10.0.0.1", at(0)), None);
}

#[test]
fn threat_a_thousand_tries_at_one_moment_are_five() {
    println!("attempted: a thousand passwords for one login at one moment, from eight threads");
    let (_directory, store) = store();
    let made: usize = std::thread::scope(|scope| {
        let ask = || (0..125).filter(|_| fails(&store, "wang", "10.0.0.1", at(0)).is_none()).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(made, 5);
    println!("caught: five were looked at, the others have to wait");
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_for_hours() {
    let (_directory, store) = store();
    for _ in 0..5 {
        assert_eq!(fails(&store, "wang", "10.0.0.1", at(600)), None);
    }
    assert_eq!(fails(&store, "wang", "10.0.0.1", at(599)), Some(2), "a minute off");
    assert_eq!(fails(&store, "wang", "10.0.0.1", at(0)), None, "ten hours off");
    assert_eq!(WAIT_MAX, TimeDelta::minutes(15));
}

#[test]
fn so_many_failures_are_remembered_and_no_more() {
    let (_directory, store) = store();
    {
        let mut database = store.database();
        let transaction = immediate(&mut database).unwrap();
        for i in 0..REMEMBERED_MAX {
            let key = [&i.to_be_bytes()[..], &[0; 28]].concat();
            transaction
                .prepare_cached("INSERT INTO failure VALUES (?1, 9, ?2, ?2)")
                .unwrap()
                .execute(params![key, i64::from(i)])
                .unwrap();
        }
        transaction.commit().unwrap();
    }
    assert_eq!(fails(&store, "wang", "10.0.0.1", at(0)), None);
    let (kept, oldest): (u32, i64) = store
        .database()
        .query_row("SELECT count(*), min(last_at) FROM failure", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!((kept, oldest), (REMEMBERED_MAX, 2), "two came, and the two oldest went");
}

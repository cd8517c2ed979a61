#![allow(clippy::unwrap_used)]
use super::*;
use std::sync::Barrier;
use std::thread;

#[test]
fn a_password_is_neither_short_nor_long_nor_common() {
    assert_eq!(choose("kurz-und-gu").err(), Some(Unfit::TooShort));
    assert!(choose("kurz-und-gut").is_ok());
    assert!(choose(&"江桥镇太平网格第三号".repeat(12)[..120 * 3]).is_ok(), "characters are counted, not bytes");
    assert!(choose(&"xy7-".repeat(32)).is_ok());
    assert_eq!(choose(&format!("{}z", "xy7-".repeat(32))).err(), Some(Unfit::TooLong));
    assert_eq!(choose(&"e\u{301}".repeat(100_000)).err(), Some(Unfit::TooLong), "and little of it was looked at");
    assert_eq!(choose("tab\tin the midst").err(), Some(Unfit::ControlCharacter));
    assert_eq!(choose("Password1234").err(), Some(Unfit::Common));
}

#[test]
fn a_password_is_kept_as_argon2id_with_a_salt_of_its_own() {
    let hasher = Hasher::default();
    let password = choose("correct horse battery staple").unwrap();
    let (one, other) = (hasher.hash(&password).unwrap(), hasher.hash(&password).unwrap());
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    assert_ne!(one, other);
    for kept in [&one, &other] {
        assert!(hasher.is_right("correct horse battery staple", Some(kept)).unwrap());
        assert!(!hasher.is_right("correct horse battery stable", Some(kept)).unwrap());
        assert!(!hasher.is_right("", Some(kept)).unwrap());
    }
    assert!(!hasher.is_right("correct horse battery staple", Some("no hash")).unwrap());
    assert_eq!(format!("{password:?}"), "Password", "it is in no log line");
}

/// RFC 8265 §4.2: a keyboard that composes and one that does not give one password.
#[test]
fn a_password_is_the_same_on_every_keyboard() {
    let hasher = Hasher::default();
    let kept = hasher.hash(&choose("cafe\u{301} au lait, merci").unwrap()).unwrap();
    assert!(hasher.is_right("caf\u{e9} au lait, merci", Some(&kept)).unwrap());
    assert!(hasher.is_right("caf\u{e9}\u{3000}au\u{a0}lait, merci", Some(&kept)).unwrap(), "nor by the kind of space");
}

#[test]
fn nobody_has_a_password_and_it_takes_as_long_to_say_so() {
    let hasher = Hasher::default();
    assert!(!hasher.is_right("correct horse battery staple", None).unwrap());
    // The very text that is compared in place of an account's is no way in either.
    assert!(hasher.argon2.verify_password(b"x", hasher.nobody()).is_err());
    let cost = |kept: &str| kept.split('$').take(4).collect::<Vec<_>>().join("$");
    let kept = hasher.hash(&choose("correct horse battery staple").unwrap()).unwrap();
    assert_eq!(cost(&kept), cost(hasher.nobody()), "the same memory, passes and lanes");
}

#[test]
fn two_at_a_time_and_the_third_is_told_to_wait() {
    let hasher = Hasher::default();
    let (first, second) = (hasher.enter().unwrap(), hasher.enter().unwrap());
    assert_eq!(hasher.is_right("correct horse battery staple", None), Err(Busy));
    assert_eq!(hasher.hash(&choose("correct horse battery staple").unwrap()), Err(NotHashed::Busy(Busy)));
    drop(first);
    assert_eq!(hasher.is_right("correct horse battery staple", None), Ok(false));
    drop(second);
    assert_eq!(hasher.running.load(Ordering::Acquire), 0);
}

#[test]
fn whoever_comes_at_once_is_answered_or_told_to_wait_and_the_places_are_free_again() {
    let hasher = Hasher::default();
    let together = Barrier::new(16);
    let answers: Vec<_> = thread::scope(|scope| {
        let ask = || {
            together.wait();
            hasher.is_right("correct horse battery staple", None)
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| matches!(answer, Ok(false) | Err(Busy))));
    assert!(answers.contains(&Ok(false)));
    assert_eq!(hasher.running.load(Ordering::Acquire), 0);
}

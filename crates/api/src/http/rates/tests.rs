#![allow(clippy::unwrap_used)]
use super::*;
use std::sync::atomic::{AtomicBool, Ordering};

fn client(text: &str) -> Client {
    Client::direct(text.parse().unwrap(), false)
}

fn address(text: &str) -> IpAddr {
    network(&client(text)).unwrap()
}

fn rates(of_an_address: Rate, of_an_account: Rate) -> Rates {
    Rates::new(of_an_address, of_an_account, Arc::new(|| true))
}

fn told(quota: Quota) -> (String, String) {
    let mut headers = HeaderMap::new();
    quota.tell(&mut headers);
    let value = |name| headers.get(name).unwrap().to_str().unwrap().to_owned();
    (value("ratelimit-policy"), value("ratelimit"))
}

#[test]
fn a_burst_then_the_rate() {
    let rates = rates(Rate::OF_AN_ADDRESS, Rate::OF_AN_ACCOUNT);
    let one = address("192.0.2.1");
    let take = |ms| rates.0.addresses.take(one, Duration::from_millis(ms)).unwrap();
    let first = take(0);
    assert_eq!((first.left, first.wait_s), (99, None));
    assert_eq!(told(first), ("\"address\";q=20;w=1".to_owned(), "\"address\";r=99;t=1".to_owned()));
    for left in (0..99).rev() {
        assert_eq!(take(0).left, left);
    }
    let over = take(0);
    assert_eq!((over.left, over.wait_s), (0, Some(1)));
    let refused = over.allow().unwrap_err();
    assert_eq!((refused.code.as_str(), refused.retry_after_s), ("rate_limited", Some(1)));
    // What was refused costs nothing, and a second brings twenty more.
    let later = take(1000);
    assert_eq!((later.left, later.wait_s), (19, None));
    assert_eq!(rates.0.addresses.take(address("192.0.2.2"), Duration::ZERO).unwrap().left, 99);
}

#[test]
fn looking_takes_nothing_and_finds_what_taking_would() {
    let rates = rates(Rate::OF_AN_ADDRESS, Rate::OF_AN_ACCOUNT);
    let one = address("192.0.2.1");
    let look = || rates.0.addresses.look(one, Duration::ZERO).unwrap();
    assert!((0..1000).all(|_| look().allow().is_ok()));
    for _ in 0..100 {
        assert!(look().allow().is_ok());
        rates.0.addresses.take(one, Duration::ZERO).unwrap().allow().unwrap();
    }
    assert_eq!(look().allow().unwrap_err().code.as_str(), "rate_limited");
    assert!(rates.allow_address(&client("192.0.2.2")).is_ok());
    assert!(rates.allow_address(&client("127.0.0.1")).is_ok(), "the machine itself has no rate");
}

/// Ten times what may come at once: a tenth passes, and nobody else is worse off for it.
#[test]
fn threat_an_account_has_a_rate_of_its_own_and_others_are_unaffected() {
    println!("attempted: one account asks so often that others wait");
    let rates = rates(Rate::OF_AN_ADDRESS, Rate::OF_AN_ACCOUNT);
    let (loud, quiet) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let take = |account| rates.0.accounts.take(account, Duration::ZERO).unwrap();
    let passed = (0..10_000).filter(|_| take(loud).allow().is_ok()).count();
    assert_eq!(passed, 1_000);
    assert_eq!(told(take(quiet)), ("\"account\";q=200;w=1".to_owned(), "\"account\";r=999;t=1".to_owned()));
    println!("caught: it waits, others do not");
}

#[test]
fn accounts_have_no_rate_before_access_rules_are_adopted() {
    let adopted = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&adopted);
    let rates = Rates::new(Rate::OF_AN_ADDRESS, Rate(Some(1)), Arc::new(move || asked.load(Ordering::Relaxed)));
    assert!((0..100).all(|_| rates.of_account(Uuid::nil()).is_none()));
    adopted.store(true, Ordering::Relaxed);
    assert!((0..100).filter_map(|_| rates.of_account(Uuid::nil())).any(|quota| quota.wait_s.is_some()));
}

#[test]
fn threat_ten_sign_ins_a_minute_then_one_every_six_seconds() {
    println!("attempted: sign-ins without end from one address");
    let rates = rates(Rate::OF_AN_ADDRESS, Rate::OF_AN_ACCOUNT);
    let one = address("192.0.2.1");
    let take = |s| rates.0.sign_ins.take(one, Duration::from_secs(s)).unwrap();
    assert!((0..10).all(|_| take(0).allow().is_ok()));
    let refused = take(0);
    assert_eq!(refused.wait_s, Some(6));
    assert_eq!(told(refused).0, "\"sign-in\";q=10;w=60");
    assert!(take(6).allow().is_ok() && take(6).allow().is_err());
    // They are counted beside what the address asks otherwise.
    assert!(rates.of_address(&client("192.0.2.1")).unwrap().allow().is_ok());
    println!("caught: ten a minute, then one every six seconds");
}

#[test]
fn what_is_off_bounds_nothing() {
    let rates = rates(Rate(None), Rate(None));
    let one = client("192.0.2.1");
    assert_eq!((rates.of_address(&one), rates.of_sign_in(&one)), (None, None));
    assert_eq!(rates.of_account(Uuid::nil()), None);
}

#[test]
fn a_network_of_ipv6_is_one_and_the_machine_itself_none() {
    assert_eq!(address("2001:db8::1"), address("2001:db8:0:0:ffff::2"));
    assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
    assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
    for here in ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"] {
        assert_eq!(network(&client(here)), None, "{here}");
    }
    // Behind a proxy that is trusted it is somebody like others.
    let behind = Client { forwarded: true, ..client("127.0.0.1") };
    assert!(network(&behind).is_some());
}

#[test]
fn the_table_of_addresses_is_bounded() {
    let rates = rates(Rate(Some(1)), Rate(None));
    let take = |address, now| rates.0.addresses.take(address, now);
    let many = |from: usize, now| {
        for n in from..from + RATED_MAX {
            let n = u32::try_from(n).unwrap().to_be_bytes();
            take(IpAddr::from([10, n[1], n[2], n[3]]), now);
        }
    };
    many(0, Duration::ZERO);
    many(RATED_MAX, Duration::ZERO);
    let kept = || rates.0.addresses.kept.lock().unwrap().full_at.len();
    assert_eq!(kept(), RATED_MAX);
    // The crowd has used its one bucket up; later there is room again.
    assert!(take(address("192.0.2.1"), Duration::ZERO).unwrap().wait_s.is_some());
    assert_eq!(take(address("192.0.2.1"), Duration::from_secs(60)).unwrap().wait_s, None);
    assert_eq!(kept(), 1);
}

#[test]
fn a_rate_is_a_number_or_off() {
    assert_eq!("20".parse(), Ok(Rate(Some(20))));
    assert_eq!("off".parse(), Ok(Rate(None)));
    for other in ["", "0", "-1", "on", "1.5", "100001"] {
        assert_eq!(other.parse::<Rate>(), Err(NoRate), "{other}");
    }
}

#![allow(clippy::unwrap_used)]
use super::*;
use crate::fixture::{Answer, Server, Signer, noon, set_of};
use serde_json::json;
use std::time::Instant;

fn keys_of(server: &Server) -> KeySet {
    KeySet::new(Source::named(&server.url()).unwrap())
}

fn has(keys: &KeySet, signer: &Signer, now: DateTime<Utc>) -> Result<bool, Unavailable> {
    keys.find(&signer.kid, signer.algorithm, now).map(|key| key.is_some())
}

fn minutes(minutes: i64) -> DateTime<Utc> {
    noon() + TimeDelta::minutes(minutes)
}

#[test]
fn keys_are_kept_for_an_hour() {
    let signer = Signer::es256("a");
    let server = Server::publishing(set_of(&[&signer]));
    let keys = keys_of(&server);
    for minute in 0..60 {
        assert_eq!(has(&keys, &signer, minutes(minute)), Ok(true));
    }
    assert_eq!(server.asked(), 1);
    assert_eq!(has(&keys, &signer, minutes(60)), Ok(true));
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_new_key_is_found_and_an_old_one_is_gone_within_the_hour() {
    let (old, new) = (Signer::es256("old"), Signer::eddsa("new"));
    let server = Server::publishing(set_of(&[&old]));
    let keys = keys_of(&server);
    assert_eq!(has(&keys, &old, minutes(0)), Ok(true));
    server.now(Answer::Is(200, set_of(&[&new])));
    assert_eq!(has(&keys, &old, minutes(5)), Ok(true));
    assert_eq!(has(&keys, &new, minutes(5)), Ok(true), "its name was not known, so the issuer was asked");
    assert_eq!(has(&keys, &old, minutes(6)), Ok(false));
}

#[test]
fn threat_names_of_no_key_make_the_issuer_be_asked_once_a_minute() {
    println!("attempted: make the server ask the provider again and again by names of no key");
    let signer = Signer::es256("a");
    let server = Server::publishing(set_of(&[&signer]));
    let keys = keys_of(&server);
    for second in 0..180 {
        for name in 0..10 {
            let found = keys.find(&format!("{second}-{name}"), signer.algorithm, noon() + TimeDelta::seconds(second));
            assert!(matches!(found, Ok(None)));
        }
    }
    assert_eq!(server.asked(), 3);
    println!("caught: it is asked once a minute");
}

#[test]
fn threat_keys_are_used_for_a_day_while_the_issuer_is_away_and_no_longer() {
    println!("attempted: old keys of a provider that is away");
    let signer = Signer::es256("a");
    let server = Server::publishing(set_of(&[&signer]));
    let keys = keys_of(&server);
    assert_eq!(has(&keys, &signer, minutes(0)), Ok(true));
    server.now(Answer::Is(503, String::new()));
    assert_eq!(has(&keys, &signer, minutes(24 * 60 - 1)), Ok(true));
    assert_eq!(has(&keys, &signer, minutes(24 * 60)), Err(Unavailable));
    assert_eq!(keys.refresh(minutes(24 * 60 + 1)), Err(Unavailable));
    server.now(Answer::Is(200, set_of(&[&signer])));
    assert_eq!(has(&keys, &signer, minutes(24 * 60 + 1)), Err(Unavailable), "it was asked this minute");
    assert_eq!(has(&keys, &signer, minutes(24 * 60 + 2)), Ok(true));
    println!("caught: used for a day, then nothing is said of a token");
}

#[test]
fn many_at_once_ask_once() {
    let signer = Signer::es256("a");
    let server = Server::publishing(set_of(&[&signer]));
    let keys = keys_of(&server);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert_eq!(has(&keys, &signer, noon()), Ok(true)));
        }
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn a_file_is_read_again_as_an_address_is_asked_again() {
    let (old, new) = (Signer::es256("old"), Signer::es256("new"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys.json");
    let keys = KeySet::new(Source::named(path.to_str().unwrap()).unwrap());
    assert_eq!(has(&keys, &old, minutes(0)), Err(Unavailable), "there is no file yet");
    std::fs::write(&path, set_of(&[&old])).unwrap();
    assert_eq!(has(&keys, &old, minutes(1)), Ok(true));
    std::fs::write(&path, set_of(&[&new])).unwrap();
    assert_eq!(has(&keys, &new, minutes(2)), Ok(true));
    std::fs::write(&path, "{").unwrap();
    assert_eq!(has(&keys, &new, minutes(70)), Ok(true), "what cannot be read changes nothing");
}

#[test]
fn threat_answers_that_are_no_set_of_keys_change_nothing() {
    println!("attempted: an answer of the provider that is no set of keys, or a huge one");
    let signer = Signer::es256("a");
    let server = Server::publishing(set_of(&[&signer]));
    let keys = keys_of(&server);
    assert_eq!(has(&keys, &signer, minutes(0)), Ok(true));
    let elsewhere = Server::publishing(set_of(&[&Signer::es256("b")]));
    let long = json!({"keys": [signer.jwk()], "more": "x".repeat(64 * 1024)}).to_string();
    for (i, answer) in [
        Answer::SentOn(elsewhere.url()),
        Answer::Is(404, set_of(&[&signer])),
        Answer::Is(200, String::new()),
        Answer::Is(200, "[]".to_owned()),
        Answer::Is(200, r#"{"keys":[]}"#.to_owned()),
        Answer::Is(200, r#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}"#.to_owned()),
        Answer::Is(200, long),
    ]
    .into_iter()
    .enumerate()
    {
        server.now(answer);
        let asked = server.asked();
        assert_eq!(has(&keys, &signer, minutes(60 + i as i64)), Ok(true));
        assert_eq!(server.asked(), asked + 1);
    }
    assert_eq!(elsewhere.asked(), 0, "nobody is followed to another address");
    println!("caught: nothing changes");
}

#[test]
fn an_issuer_that_hangs_is_not_waited_for() {
    let server = Server::publishing(String::new());
    server.now(Answer::Hangs);
    let began = Instant::now();
    assert_eq!(has(&keys_of(&server), &Signer::es256("a"), noon()), Err(Unavailable));
    assert!(began.elapsed() < fetching::DEADLINE * 6, "and a slow machine is no fault");
}

#[test]
fn of_a_set_only_keys_that_may_check_are_used() {
    let (ec, ed, rsa) = (Signer::es256("ec"), Signer::eddsa("ed"), Signer::rs256("rsa"));
    let count = |keys: Vec<Value>| read(json!({"keys": keys}).to_string().as_bytes()).map_or(0, |keys| keys.len());
    let changed = |signer: &Signer, member: &str, value: Value| {
        let mut jwk = signer.jwk();
        jwk[member] = value;
        jwk
    };
    assert_eq!(count(vec![ec.jwk(), ed.jwk(), rsa.jwk()]), 3);
    assert_eq!(count(vec![json!(7), json!({}), json!({"kty": "AKP", "kid": "x"}), ec.jwk()]), 1);
    for jwk in [
        changed(&ec, "use", json!("sig")),
        changed(&ec, "key_ops", json!(["verify"])),
        changed(&ec, "alg", json!("ES256")),
        changed(&ec, "x5t", json!("thumb")),
    ] {
        assert_eq!(count(vec![jwk.clone()]), 1, "{jwk}");
    }
    let short = "A".repeat(5) + &"_".repeat(165);
    for jwk in [
        changed(&ec, "use", json!("enc")),
        changed(&ec, "key_ops", json!(["sign"])),
        changed(&ec, "alg", json!("ES384")),
        changed(&ec, "kid", json!("")),
        changed(&ec, "kid", Value::Null),
        changed(&ec, "crv", json!("P-384")),
        changed(&ec, "crv", json!("secp256k1")),
        changed(&ed, "crv", json!("Ed448")),
        changed(&ed, "alg", json!("ES256")),
        changed(&rsa, "alg", json!("PS256")),
        changed(&rsa, "n", json!(short)),
        changed(&rsa, "n", json!("_".repeat(342).replacen('_', "A", 341))),
        changed(&rsa, "n", json!("")),
        changed(&rsa, "n", json!("_".repeat(16_384))),
        json!({"kty": "oct", "kid": "ec", "alg": "HS256", "k": "AAAA"}),
    ] {
        assert_eq!(count(vec![jwk.clone()]), 0, "{}", jwk.to_string().chars().take(200).collect::<String>());
    }
    assert_eq!(count((0..1000).map(|_| ec.jwk()).collect()), KEYS_MAX);
    assert_eq!((bits("AQ"), bits("_w"), bits("AAAAAQ"), bits("")), (Some(1), Some(8), Some(1), None));
}

#[test]
fn keys_are_had_from_other_machines_by_https_alone() {
    for good in [
        "https://login.example/jwks",
        "HTTPS://login.example:8443/jwks?x=1",
        "http://127.0.0.1:8080/jwks",
        "http://localhost/jwks",
        "http://[::1]:9/jwks",
    ] {
        assert!(matches!(Source::named(good), Ok(Source::Address(_))), "{good}");
    }
    for (bad, why) in [
        ("http://login.example/jwks", BadSource::NotSecure),
        ("http://127.0.0.1.evil.example/jwks", BadSource::NotSecure),
        ("http://10.0.0.1/jwks", BadSource::NotSecure),
        ("http://localhost@evil.example/jwks", BadSource::NamesUser),
        ("https://user:password@login.example/jwks", BadSource::NamesUser),
        ("https://", BadSource::NoAddress),
        ("https:// login.example", BadSource::NoAddress),
    ] {
        assert_eq!(Source::named(bad).map(|source| source.to_string()), Err(why), "{bad}");
    }
    assert!(matches!(Source::named("/etc/huiyin/keys.json"), Ok(Source::File(_))));
}

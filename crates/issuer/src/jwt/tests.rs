#![allow(clippy::unwrap_used)]
use super::*;
use crate::fixture::{AUDIENCE, Answer, ISSUER, Server, Signer, claims, encoded, noon, set_of};
use crate::keys::Source;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

fn tokens_of(server: &Server) -> Tokens {
    Tokens::new(ISSUER, AUDIENCE, KeySet::new(Source::named(&server.url()).unwrap()))
}

fn with(mut object: Value, member: &str, value: Value) -> Value {
    object[member] = value;
    object
}

fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().unwrap().remove(member);
    object
}

#[test]
fn a_token_of_the_issuer_says_whose_it_is() {
    let signers = [Signer::es256("a"), Signer::eddsa("b"), Signer::rs256("c")];
    let server = Server::publishing(set_of(&signers.each_ref()));
    let tokens = tokens_of(&server);
    let bearer = Bearer {
        issuer: ISSUER.to_owned(),
        subject: "f:1:wang.fang".to_owned(),
        expires_at: noon() + TimeDelta::seconds(540),
    };
    for signer in &signers {
        let good = signer.token(&claims());
        assert!(Tokens::are_like(&good));
        assert_eq!(tokens.whose(&good, noon()), Ok(bearer.clone()), "{:?}", signer.algorithm);
        for aud in [json!(["other", AUDIENCE]), json!([AUDIENCE])] {
            assert!(tokens.whose(&signer.token(&with(claims(), "aud", aud)), noon()).is_ok());
        }
        for typ in ["AT+JWT", "application/at+jwt"] {
            let header = with(signer.header(), "typ", json!(typ)).to_string();
            assert!(tokens.whose(&signer.signed(&header, &claims().to_string()), noon()).is_ok());
        }
    }
    assert_eq!(server.asked(), 1);
}

#[test]
fn threat_a_clock_may_be_half_a_minute_off_and_not_a_minute() {
    println!("attempted: a token of a clock that is a minute off");
    let signer = Signer::es256("a");
    let server = Server::publishing(set_of(&[&signer]));
    let tokens = tokens_of(&server);
    let (iat, exp) = (noon(), noon() + TimeDelta::minutes(10));
    let token = signer.token(&json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "s", "iat": iat.timestamp(), "nbf": iat.timestamp(), "exp": exp.timestamp(),
    }));
    let good = |at: DateTime<Utc>| tokens.whose(&token, at).is_ok();
    for (at, is_good) in [
        (iat - TimeDelta::seconds(60), false),
        (iat - TimeDelta::seconds(31), false),
        (iat - TimeDelta::seconds(30), true),
        (exp, true),
        (exp + TimeDelta::seconds(29), true),
        (exp + TimeDelta::seconds(30), false),
        (exp + TimeDelta::seconds(60), false),
    ] {
        assert_eq!(good(at), is_good, "{at}");
    }
    println!("caught: refused; half a minute is let be");
}

/// Tokens of which each has one fault, made by somebody who knows all that is public, or with the issuer's own key.
#[test]
fn threat_no_forged_token_is_anybodys() {
    println!(
        "attempted: tokens with one fault each: alg none, HMAC of a public key, keys that they bring along, of another issuer, typed wrongly, over 8 KiB"
    );
    let (signer, rsa, thief) = (Signer::es256("a"), Signer::rs256("c"), Signer::es256("a"));
    let server = Server::publishing(set_of(&[&signer, &rsa]));
    let tokens = tokens_of(&server);
    let (header, now) = (signer.header(), noon().timestamp());
    let headed = |header: Value| signer.signed(&header.to_string(), &claims().to_string());
    let claiming = |claims: Value| signer.token(&claims);
    let good = signer.token(&claims());
    let parts: Vec<&str> = good.split('.').collect();
    let hmac = |secret: &[u8]| {
        let message =
            format!("{}.{}", encoded(r#"{"typ":"at+jwt","alg":"HS256","kid":"a"}"#), encoded(&claims().to_string()));
        let key = EncodingKey::from_secret(secret).unwrap();
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    };
    let nobody_signed = |header: Value| format!("{}.{}.", encoded(&header.to_string()), encoded(&claims().to_string()));
    let forged = [
        ("alg none", nobody_signed(with(header.clone(), "alg", json!("none")))),
        ("alg None", nobody_signed(with(header.clone(), "alg", json!("None")))),
        ("no alg", headed(without(header.clone(), "alg"))),
        ("no signature", nobody_signed(header.clone())),
        ("HMAC with the key's text", hmac(signer.jwk().to_string().as_bytes())),
        ("HMAC with a coordinate", hmac(&URL_SAFE_NO_PAD.decode(signer.jwk()["x"].as_str().unwrap()).unwrap())),
        ("a thief's key of that name", thief.token(&claims())),
        ("another key's alg", headed(with(header.clone(), "alg", json!("RS256")))),
        ("another key's name and alg", headed(rsa.header())),
        (
            "RSA under the name of EC",
            rsa.signed(&with(rsa.header(), "kid", json!("a")).to_string(), &claims().to_string()),
        ),
        ("PS256", headed(with(rsa.header(), "alg", json!("PS256")))),
        ("RS512", headed(with(rsa.header(), "alg", json!("RS512")))),
        ("ES384", headed(with(header.clone(), "alg", json!("ES384")))),
        ("typ JWT", headed(with(header.clone(), "typ", json!("JWT")))),
        ("no typ", headed(without(header.clone(), "typ"))),
        ("typ of an identity token", headed(with(header.clone(), "typ", json!("id+jwt")))),
        ("jku", thief.signed(&with(header.clone(), "jku", json!(server.url())).to_string(), &claims().to_string())),
        ("jku, well signed", headed(with(header.clone(), "jku", json!(server.url())))),
        ("jwk", thief.signed(&with(header.clone(), "jwk", thief.jwk()).to_string(), &claims().to_string())),
        ("jwk, well signed", headed(with(header.clone(), "jwk", signer.jwk()))),
        ("x5u", headed(with(header.clone(), "x5u", json!(server.url())))),
        ("x5c", headed(with(header.clone(), "x5c", json!(["MIIB"])))),
        ("crit", headed(with(header.clone(), "crit", json!(["exp"])))),
        ("crit of nothing", headed(with(header.clone(), "crit", json!([])))),
        ("b64 false", headed(with(with(header.clone(), "b64", json!(false)), "crit", json!(["b64"])))),
        ("b64 true", headed(with(header.clone(), "b64", json!(true)))),
        ("zip", headed(with(header.clone(), "zip", json!("DEF")))),
        ("no kid", headed(without(header.clone(), "kid"))),
        ("kid of nobody", headed(with(header.clone(), "kid", json!("b")))),
        ("kid, a path", headed(with(header.clone(), "kid", json!("../../../../etc/passwd")))),
        ("kid, a list", headed(with(header.clone(), "kid", json!(["a"])))),
        ("kid, long", headed(with(header.clone(), "kid", json!("a".repeat(256))))),
        ("alg twice", signer.signed(r#"{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"a"}"#, &claims().to_string())),
        ("iss of another", claiming(with(claims(), "iss", json!("https://evil.example")))),
        ("iss with more", claiming(with(claims(), "iss", json!(format!("{ISSUER}/"))))),
        ("iss, a list", claiming(with(claims(), "iss", json!([ISSUER])))),
        ("no iss", claiming(without(claims(), "iss"))),
        ("aud of another", claiming(with(claims(), "aud", json!("other")))),
        ("aud with more", claiming(with(claims(), "aud", json!("huiyin-test")))),
        ("aud of nobody", claiming(with(claims(), "aud", json!([])))),
        ("no aud", claiming(without(claims(), "aud"))),
        ("sub, a number", claiming(with(claims(), "sub", json!(1)))),
        ("sub of nothing", claiming(with(claims(), "sub", json!("")))),
        ("sub, long", claiming(with(claims(), "sub", json!("s".repeat(256))))),
        ("no sub", claiming(without(claims(), "sub"))),
        ("exp, a text", claiming(with(claims(), "exp", json!((now + 540).to_string())))),
        ("exp, null", claiming(with(claims(), "exp", Value::Null))),
        ("exp, beyond time", claiming(with(claims(), "exp", json!(i64::MAX)))),
        ("exp, a float beyond time", claiming(with(claims(), "exp", json!(1e300)))),
        (
            "exp twice",
            signer.signed(
                &header.to_string(),
                &claims().to_string().replacen('{', &format!(r#"{{"exp":{},"#, now + 9), 1),
            ),
        ),
        ("no exp", claiming(without(claims(), "exp"))),
        ("expired", claiming(with(with(claims(), "exp", json!(now - 31)), "iat", json!(now - 600)))),
        ("iat, a text", claiming(with(claims(), "iat", json!(now.to_string())))),
        ("no iat", claiming(without(claims(), "iat"))),
        ("iat to come", claiming(with(claims(), "iat", json!(now + 31)))),
        ("iat of long ago", claiming(with(claims(), "iat", json!(i64::MIN)))),
        ("nbf to come", claiming(with(claims(), "nbf", json!(now + 31)))),
        ("nbf, a text", claiming(with(claims(), "nbf", json!("0")))),
        ("more than an hour", claiming(with(claims(), "exp", json!(now - 60 + 3601)))),
        ("ended before it began", claiming(with(with(claims(), "iat", json!(now + 10)), "exp", json!(now + 5)))),
        (
            "claims of another token",
            format!("{}.{}.{}", parts[0], encoded(&with(claims(), "sub", json!("x")).to_string()), parts[2]),
        ),
        (
            "header of another token",
            format!("{}.{}.{}", encoded(&with(header.clone(), "cty", json!("x")).to_string()), parts[1], parts[2]),
        ),
        ("a signature cut short", good[..good.len() - 2].to_owned()),
        ("a signature with padding", format!("{good}==")),
        ("four parts", format!("{good}.{}", parts[2])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("no JSON", signer.signed("at+jwt", "claims")),
        ("a list for claims", signer.signed(&header.to_string(), "[]")),
        ("too long", claiming(with(claims(), "scope", json!("s".repeat(8 * 1024))))),
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
    ];
    assert!(tokens.whose(&good, noon()).is_ok());
    for (what, token) in &forged {
        let answer = tokens.whose(token, noon());
        assert!(matches!(answer, Err(NotKnown::Refused(_))), "{what}: {answer:?}");
    }
    assert!(forged.len() >= 30, "{}", forged.len());
    assert!(tokens.whose(&good, noon()).is_ok());
    assert_eq!(server.asked(), 1, "and the issuer was not bothered by them");
    println!("caught: every one is refused");
}

#[test]
fn without_keys_nothing_is_said_of_a_token() {
    let signer = Signer::es256("a");
    let server = Server::publishing(set_of(&[&signer]));
    server.now(Answer::Is(500, String::new()));
    let tokens = tokens_of(&server);
    assert_eq!(tokens.whose(&signer.token(&claims()), noon()), Err(NotKnown::Unavailable(Unavailable)));
    let unreadable = tokens.whose("a.b.c", noon());
    assert!(matches!(unreadable, Err(NotKnown::Refused(_))), "what no key could save is refused all the same");
}

#[test]
fn our_own_tokens_are_not_like_them() {
    assert!(!Tokens::are_like("huiyin_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"));
    assert!(!Tokens::are_like(""));
}

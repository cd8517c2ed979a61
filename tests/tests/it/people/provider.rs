//! Access tokens of an identity provider, signed here with a key of a provider's own, which publishes it over HTTP.

use super::{Page, account_of};
use crate::harness::{Call, Office, Place, text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const ISSUER: &str = "https://login.jiangqiao.example/realm";

/// A provider that publishes its key while it is there.
struct Provider {
    key: SigningKey,
    url: String,
    is_there: Arc<AtomicBool>,
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

impl Provider {
    fn begins() -> Self {
        let key = SigningKey::from_bytes(&[7; 32]);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let is_there = Arc::new(AtomicBool::new(true));
        let x = URL_SAFE_NO_PAD.encode(key.verifying_key().to_bytes());
        let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k1", "use": "sig", "x": x}]}).to_string();
        let there = Arc::clone(&is_there);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _read = stream.read(&mut [0; 4096]);
                let status = if there.load(Ordering::SeqCst) { "200 OK" } else { "503 Away" };
                let _written = write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{set}",
                    set.len()
                );
            }
        });
        Self { key, url, is_there }
    }

    fn signs(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(message.as_bytes()).to_bytes());
        format!("{message}.{signature}")
    }

    fn token(&self, claims: &Value) -> String {
        self.signs(&header(), claims)
    }

    /// An office that takes its tokens.
    fn is_taken(&self) -> Office {
        let place = Arc::new(Place::new());
        place.serves_with(&["--oidc-issuer", ISSUER, "--oidc-audience", "huiyin", "--oidc-jwks", &self.url]);
        Office::at(place)
    }
}

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "k1"})
}

fn claims(subject: &str) -> Value {
    json!({"iss": ISSUER, "aud": "huiyin", "sub": subject, "iat": now() - 5, "exp": now() + 300})
}

fn with(mut value: Value, member: &str, other: Value) -> Value {
    value[member] = other;
    value
}

fn asks(office: &Office, token: &str) -> Call {
    office.call("GET", "/v1/me").with("Authorization", &format!("Bearer {token}"))
}

/// An account in this role to which the provider's subject is bound.
fn bound(office: &Office, name: &str, role: &str, subject: &str) -> String {
    let made = office.post("/v1/accounts", &json!({"name": name, "holder": "machine"})).created();
    let id = text(&made, "/account/id").to_owned();
    office.post(&format!("/v1/accounts/{id}/grants"), &json!({"role": role})).good();
    office.post(&format!("/v1/accounts/{id}/identities"), &json!({"issuer": ISSUER, "subject": subject})).good();
    id
}

#[test]
fn threat_a_providers_token_acts_as_the_account_that_it_is_bound_to() {
    println!("attempted: rights that a provider writes into a token");
    let provider = Provider::begins();
    let mut office = provider.is_taken();
    let id = bound(&office, "报表程序", "report_job", "job-7");
    let token = provider.token(&claims("job-7"));
    let me = asks(&office, &token).send().good();
    assert_eq!((&me["account"]["id"], &me["acting_as"]), (&json!(id), &json!("report_job")));
    assert!(me.get("token").is_none() && me.get("sign_in").is_none(), "{me:#}");
    // Nobody is let in that is bound to nothing, whatever the token says of roles.
    let other = with(claims("somebody"), "roles", json!(["administrator"]));
    asks(&office, &provider.token(&other)).send().problem(401, "unauthenticated");
    office.stops();
    office.restarts();
    asks(&office, &token).send().good();
    office.post(&format!("/v1/accounts/{id}/suspension"), &json!({"reason_code": "security"})).good();
    asks(&office, &token).send().problem(401, "unauthenticated");
    println!("caught: roles and areas are the account's in the log, the token's are not read");
}

#[test]
fn a_new_enrolment_ends_an_identity() {
    let provider = Provider::begins();
    let office = provider.is_taken();
    let (id, _) = account_of(&office, "wang.fang", "congress_office");
    let identity = json!({"issuer": ISSUER, "subject": "wang-7"});
    office.post(&format!("/v1/accounts/{id}/identities"), &identity).good();
    let token = provider.token(&claims("wang-7"));
    asks(&office, &token).send().good();
    office.post(&format!("/v1/accounts/{id}/enrolments"), &json!({})).good();
    asks(&office, &token).send().problem(401, "unauthenticated");
    office.post(&format!("/v1/accounts/{id}/identities"), &identity).good();
    asks(&office, &token).send().good();
}

#[test]
fn threat_forged_tokens_are_one_and_the_same_refusal() {
    println!("attempted: forged, expired, foreign, unsigned and oversized tokens; a clock a minute off");
    let provider = Provider::begins();
    let office = provider.is_taken();
    bound(&office, "报表程序", "report_job", "job-7");
    let good = provider.token(&claims("job-7"));
    let parts: Vec<&str> = good.split('.').collect();
    let thief = Provider { key: SigningKey::from_bytes(&[8; 32]), url: String::new(), is_there: Arc::default() };
    let x = URL_SAFE_NO_PAD.encode(thief.key.verifying_key().to_bytes());
    let headed = |header: Value| provider.signs(&header, &claims("job-7"));
    let claiming = |member: &str, value: Value| provider.token(&with(claims("job-7"), member, value));
    let without = |member: &str| {
        let mut claims = claims("job-7");
        claims.as_object_mut().unwrap().remove(member);
        provider.token(&claims)
    };
    let forged = [
        format!("{}.{}.", encoded(&with(header(), "alg", json!("none"))), parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], encoded(&claims("root")), parts[2]),
        format!("{}.{}.{}", encoded(&with(header(), "kid", json!("k2"))), parts[1], parts[2]),
        thief.token(&claims("job-7")),
        thief.signs(&with(header(), "jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": x})), &claims("job-7")),
        headed(with(header(), "jku", json!(provider.url))),
        headed(with(header(), "x5u", json!(provider.url))),
        headed(with(header(), "jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": x}))),
        headed(with(header(), "crit", json!(["exp"]))),
        headed(with(header(), "b64", json!(false))),
        headed(with(header(), "typ", json!("JWT"))),
        headed(with(header(), "alg", json!("HS256"))),
        headed(with(header(), "alg", json!("ES256"))),
        headed(with(header(), "kid", json!("../../keys"))),
        headed(json!({"typ": "at+jwt", "alg": "EdDSA"})),
        claiming("iss", json!("https://evil.example")),
        claiming("aud", json!("another")),
        claiming("aud", json!([])),
        claiming("sub", json!(7)),
        claiming("sub", json!("")),
        claiming("exp", json!((now() + 300).to_string())),
        claiming("exp", json!(now() - 31)),
        claiming("exp", json!(now() + 7200)),
        claiming("iat", json!(now() + 60)),
        claiming("nbf", json!(now() + 60)),
        without("iss"),
        without("aud"),
        without("sub"),
        without("exp"),
        without("iat"),
        claiming("scope", json!("s".repeat(7 * 1024))),
        "a.b.c".to_owned(),
        "..".to_owned(),
    ];
    asks(&office, &good).send().good();
    let mut answers: Vec<Value> = Vec::new();
    for token in &forged {
        let problem = asks(&office, token).send().problem(401, "unauthenticated");
        let mut said = problem.json;
        said.as_object_mut().unwrap().remove("request_id");
        answers.push(said);
    }
    assert!(answers.len() >= 30);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    // A clock half a minute off is one thing, a minute another.
    for (off, is_good) in [(-25, true), (25, true), (-60, false), (60, false)] {
        let claims = json!({"iss": ISSUER, "aud": "huiyin", "sub": "job-7",
            "iat": if off > 0 { now() + off } else { now() - 300 }, "exp": if off > 0 { now() + 400 } else { now() + off }});
        let answer = asks(&office, &provider.token(&claims)).send();
        assert_eq!(answer.status == 200, is_good, "{off} s: {}", answer.text());
    }
    println!("caught: one and the same 401 for each");
}

#[test]
fn threat_where_the_providers_keys_cannot_be_had_it_is_said() {
    println!("attempted: a token while the provider's keys cannot be had");
    let provider = Provider::begins();
    provider.is_there.store(false, Ordering::SeqCst);
    let office = provider.is_taken();
    bound(&office, "报表程序", "report_job", "job-7");
    let answer = asks(&office, &provider.token(&claims("job-7"))).send();
    assert!(answer.header("retry-after").is_some());
    answer.problem(503, "issuer_unavailable");
    // Our own tokens and people do not need it.
    office.get("/v1/me").is(200);
    let mut page = Page::of(&office);
    page.signs_in(&json!({"token": office.token()})).is(201);
    asks(&office, "a.b.c").send().problem(401, "unauthenticated");
    println!("caught: 503 issuer_unavailable; our own tokens go on");
}

//! Signing in and out: what is wrong is one answer, whoever fails waits, and a cookie counts for the server's own pages.

use super::{PASSWORD, Page, code, enrolled, step};
use crate::harness::{FakedClock, Office, Place};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn a_person_signs_in_and_out() {
    let office = Office::open();
    let (_, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    let answer =
        page.signs_in(&json!({"login": "Wang.Fang", "password": PASSWORD, "code": code(&secret, used + 1)})).is(201);
    let set = answer.header("set-cookie").unwrap();
    let (cookie, attributes) = set.split_once(';').unwrap();
    assert_eq!(attributes, " HttpOnly; SameSite=Strict; Path=/");
    assert_eq!(cookie.strip_prefix("huiyin=").map(str::len), Some(43), "{cookie}");
    assert_eq!(answer.json()["account"]["roles"], json!(["congress_office"]));
    let me = page.get("/v1/me").good();
    assert_eq!(me["acting_as"], "congress_office");
    assert!(me.get("token").is_none() && me["sign_in"]["expires_at"].is_string(), "{me:#}");
    page.get("/v1/issues").good();

    let gone = page.post("/v1/sign-ins/current/ending", &json!({})).is(200);
    assert!(gone.header("set-cookie").unwrap().ends_with("; Max-Age=0"));
    page.get("/v1/issues").problem(401, "unauthenticated");
}

#[test]
fn signing_out_everywhere_ends_every_sign_in_of_the_account() {
    let office = Office::open();
    let (_, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let mut pages = [used + 1, used + 2].map(|step| {
        let mut page = Page::of(&office);
        page.signs_in(&json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, step)})).is(201);
        page
    });
    // The one that enrolled is open still.
    assert_eq!(pages[0].post("/v1/sign-ins/all/ending", &json!({})).good()["ended"], 3);
    for page in &mut pages {
        page.get("/v1/issues").problem(401, "unauthenticated");
    }
}

#[test]
fn threat_a_code_is_good_once() {
    println!("attempted: sign in with a code that was used");
    let office = Office::open();
    let (_, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let body = json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used + 1)});
    Page::of(&office).signs_in(&body).is(201);
    Page::of(&office).signs_in(&body).problem(401, "sign_in_failed");
    let earlier = json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used)});
    Page::of(&office).signs_in(&earlier).problem(401, "sign_in_failed");
    println!("caught: 401, as if it were wrong");
}

/// What an answer says, but for what names the request.
fn said(answer: &Value) -> Value {
    let mut said = answer.clone();
    said.as_object_mut().unwrap().remove("request_id");
    said
}

#[test]
fn threat_whatever_is_wrong_is_one_answer_and_takes_as_long() {
    println!("attempted: learn which logins exist by signing in as them");
    let office = Office::open();
    let (_, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let right = code(&secret, used + 1);
    let attempts = [
        json!({"login": "wang.fang", "password": "wrong wrong wrong", "code": right}),
        json!({"login": "wang.fang", "password": PASSWORD, "code": "000000"}),
        json!({"login": "wang.fang", "password": PASSWORD}),
        json!({"login": "nobody.here", "password": PASSWORD, "code": right}),
        json!({"login": "not a login", "password": PASSWORD, "code": right}),
    ];
    let mut answers = Vec::new();
    let mut least = Duration::MAX;
    for body in &attempts {
        let began = Instant::now();
        let problem = Page::of(&office).signs_in(body).problem(401, "sign_in_failed");
        least = least.min(began.elapsed());
        answers.push(said(&problem.json));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    // A password was hashed for each, also where there is nobody: that takes milliseconds, an answer without takes none.
    assert!(least > Duration::from_millis(2), "{least:?}");
    Page::of(&office).signs_in(&json!({"token": "huiyin_nobody"})).problem(401, "sign_in_failed");
    println!("caught: one answer for whatever is wrong, after a password was hashed each time");
}

#[test]
fn threat_a_thousand_wrong_codes_are_five_and_then_a_wait() {
    println!("attempted: a thousand wrong codes for one login, written in four ways");
    let Some(clock) = FakedClock::of("threat_a_thousand_wrong_codes_are_five_and_then_a_wait") else { return };
    let mut office = Office::at(Arc::new(Place::under(clock)));
    let (_, secret, _) = enrolled(&office, "wang.fang", "congress_office");
    let wrong = json!({"login": "wang.fang", "password": PASSWORD, "code": "12345"});
    let mut looked_at = 0;
    for n in 0..1_000 {
        // However it is written, it is one login.
        let mut body = wrong.clone();
        body["login"] = json!(["wang.fang", "Wang.Fang", "WANG.FANG", "ｗang.fang"][n % 4]);
        let answer = Page::of(&office).signs_in(&body);
        if answer.status == 401 {
            looked_at += 1;
        } else {
            let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
            answer.problem(429, "rate_limited");
        }
    }
    assert_eq!(looked_at, 5);
    let right = |at: u64| json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, at)});
    Page::of(&office).signs_in(&right(step())).problem(429, "rate_limited");
    // Nobody is locked out for good: neither a minute later, nor by a restart in between.
    office.boots(61);
    Page::of(&office).signs_in(&right(step() + 2)).is(201);
    println!("caught: five were looked at, the others were 429, and a minute later the right one is let in");
}

#[test]
fn threat_a_cookie_counts_on_requests_of_the_servers_own_pages_alone() {
    println!("attempted: a page of another site uses a signed-in browser; sign in without TLS from another machine");
    let office = Office::open();
    let (_, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    page.signs_in(&json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used + 1)})).is(201);
    for other in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let command = page.command("/v1/sign-ins/current/ending", &json!({})).with("Origin", other);
        command.send().problem(403, "cross_origin");
        page.call("GET", "/v1/issues").with("Origin", other).send().problem(401, "unauthenticated");
    }
    page.command("/v1/sign-ins/current/ending", &json!({})).without("Origin").send().problem(403, "cross_origin");
    page.call("GET", "/v1/issues").with("Sec-Fetch-Site", "cross-site").send().problem(401, "unauthenticated");
    page.call("GET", "/v1/issues").with("Sec-Fetch-Site", "same-origin").send().is(200);
    page.get("/v1/issues").is(200);
    // Nobody is signed in by another's page either, nor without TLS from elsewhere.
    let body = json!({"token": office.token()});
    page.command("/v1/sign-ins", &body).with("Origin", "https://evil.example").send().problem(403, "cross_origin");
    let elsewhere = page.command("/v1/sign-ins", &body).with("Host", "huiyin.example").without("Origin");
    elsewhere.send().problem(403, "tls_required");
    // A token outranks a cookie, and needs no origin.
    let by_token = page.command("/v1/sign-ins/current/ending", &json!({})).without("Origin");
    let by_token = by_token.with("Authorization", &format!("Bearer {}", office.token()));
    assert_eq!(by_token.send().good()["ended"], 0);
    println!("caught: the cookie counts for nothing there (403 cross_origin); 403 tls_required");
}

#[test]
fn behind_a_proxy_with_tls_the_cookie_is_for_this_host_alone() {
    let office = Office::open();
    let page = Page::of(&office);
    let signing = |headers: &[(&str, &str)]| {
        let call = page.command("/v1/sign-ins", &json!({"token": office.token()})).without("Origin");
        headers.iter().fold(call, |call, (name, value)| call.with(name, value)).send()
    };
    let proxied = [("Host", "huiyin.example"), ("X-Forwarded-Proto", "https")];
    let answer = signing(&[proxied[0], proxied[1], ("Origin", "https://huiyin.example")]).is(201);
    let set = answer.header("set-cookie").unwrap().to_owned();
    let (cookie, attributes) = set.split_once(';').unwrap();
    assert!(cookie.starts_with("__Host-huiyin="), "{cookie}");
    assert_eq!(attributes, " Secure; HttpOnly; SameSite=Strict; Path=/");
    let asked = |headers: &[(&str, &str)]| {
        let call = page.call("GET", "/v1/me").with("Cookie", cookie);
        headers.iter().fold(call, |call, (name, value)| call.with(name, value)).send()
    };
    asked(&proxied).is(200);
    asked(&[("Host", "huiyin.example")]).is(200);
    // The name that is for TLS is no name here.
    asked(&[]).problem(401, "unauthenticated");
}

#[test]
fn a_token_is_a_way_in_that_lasts_as_long_as_it_does() {
    let office = Office::open();
    let token = office.post("/v1/tokens", &json!({"name": "前端", "roles": ["liaison"]})).created();
    let (secret, id) = (token["secret"].clone(), token["token"]["id"].as_str().unwrap().to_owned());
    let mut page = Page::of(&office);
    page.signs_in(&json!({"token": secret})).is(201);
    assert_eq!(page.get("/v1/me").good()["acting_as"], "liaison");
    page.post("/v1/me/second-factor", &json!({})).problem(409, "not_enrolled");
    office.post(&format!("/v1/tokens/{id}/revocation"), &json!({})).good();
    page.get("/v1/me").problem(401, "unauthenticated");
    page.signs_in(&json!({"token": secret})).problem(401, "sign_in_failed");
}

#[test]
fn a_restart_keeps_sign_ins_and_a_suspension_ends_them() {
    let mut office = Office::open();
    let (id, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    let body = json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used + 1)});
    page.signs_in(&body).is(201);
    for killed in [false, true] {
        if killed {
            office.crashes()
        } else {
            office.stops()
        }
        office.restarts();
        page.url = office.server().url.clone();
        page.get("/v1/me").is(200);
        // And a code that was used is used.
        Page::of(&office).signs_in(&body).problem(401, "sign_in_failed");
    }
    office.post(&format!("/v1/accounts/{id}/suspension"), &json!({"reason_code": "security"})).good();
    page.get("/v1/me").problem(401, "unauthenticated");
    let again = json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used + 2)});
    Page::of(&office).signs_in(&again).problem(401, "sign_in_failed");
    office.post(&format!("/v1/accounts/{id}/reinstatement"), &json!({})).good();
    // What was ended is not open again.
    page.get("/v1/me").problem(401, "unauthenticated");
    Page::of(&office).signs_in(&again).is(201);
}

#[test]
fn the_security_journal_tells_who_signed_in_and_out_and_who_failed() {
    let office = Office::open();
    let (id, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let body = json!({"login": "wang.fang", "password": "wrong wrong wrong", "code": code(&secret, used + 1)});
    Page::of(&office).signs_in(&body).problem(401, "sign_in_failed");
    Page::of(&office).signs_in(&json!({"token": "huiyin_nobody"})).problem(401, "sign_in_failed");
    let mut page = Page::of(&office);
    page.signs_in(&json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used + 1)})).is(201);
    page.post("/v1/sign-ins/current/ending", &json!({})).is(200);
    let lines = |kind: &str| office.get(&format!("/v1/security-events?kind={kind}")).good()["items"].clone();
    let begun = Instant::now();
    while lines("signed_out").as_array().unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "a second after it at most it is written");
        std::thread::sleep(Duration::from_millis(50));
    }
    let whose = |kind: &str| lines(kind).as_array().unwrap().iter().map(|line| line["account_id"].clone()).collect();
    let failed: Vec<Value> = whose("sign_in_failed");
    assert!(failed.contains(&json!(id)) && failed.contains(&Value::Null), "{failed:?}");
    assert!(!lines("sign_in_failed").to_string().contains("wang.fang"), "what was typed is not told");
    let [signed_in, signed_out]: [Vec<Value>; 2] = ["signed_in", "signed_out"].map(whose);
    assert_eq!((signed_in.last(), signed_out), (Some(&json!(id)), vec![json!(id)]));
}

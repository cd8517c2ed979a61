//! A person sets password and second factor with a code that an administrator gave them.

use super::{PASSWORD, Page, account_of, code, enrolled, step};
use crate::harness::{Office, text};
use serde_json::json;

#[test]
fn a_person_enrols_by_a_code_that_is_good_once() {
    let office = Office::open();
    let (_, enrolment) = account_of(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    let set = json!({"enrolment": enrolment, "new": PASSWORD});
    for (new, fault) in
        [("too short", "too_short"), ("Password2026!", "too_common"), (&"x1-".repeat(50)[..], "too_long")]
    {
        page.post("/v1/me/password", &json!({"enrolment": enrolment, "new": new}))
            .problem(422, fault)
            .at("/new", fault);
    }
    page.post("/v1/me/password", &json!({"enrolment": "x".repeat(43), "new": PASSWORD})).problem(401, "sign_in_failed");
    page.post("/v1/me/password", &set).good();
    page.post("/v1/me/password", &set).problem(401, "sign_in_failed");

    // Whoever has no second factor yet can do nothing but set one.
    let begun = page.signs_in(&json!({"login": "WANG.fang", "password": PASSWORD})).is(201).json();
    assert_eq!(begun["sign_in"]["second_factor_needed"], true, "{begun:#}");
    assert_eq!(page.get("/v1/me").good()["sign_in"]["second_factor_needed"], true);
    let refused = page.get("/v1/issues").problem(403, "forbidden");
    assert!(refused.json["detail"].as_str().unwrap().contains("/v1/me/second-factor"), "{:#}", refused.json);
    page.post("/v1/me/second-factor/confirmation", &json!({"code": "000000"})).problem(401, "sign_in_failed");
    let shown = page.post("/v1/me/second-factor", &json!({})).good();
    let secret = text(&shown, "/secret");
    assert!(text(&shown, "/uri").starts_with("otpauth://totp/"), "{shown:#}");
    page.get("/v1/issues").problem(403, "forbidden");
    let wrong = code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1);
    page.post("/v1/me/second-factor/confirmation", &json!({"code": wrong})).problem(401, "sign_in_failed");
    // Somebody else who knows the password does not come along with whoever shows the code.
    let mut stranger = Page::of(&office);
    stranger.signs_in(&json!({"login": "wang.fang", "password": PASSWORD})).is(201);
    page.post("/v1/me/second-factor/confirmation", &json!({"code": code(secret, step())})).good();
    stranger.get("/v1/me").problem(401, "unauthenticated");
    page.get("/v1/issues").good();
    assert!(page.get("/v1/me").good()["sign_in"].get("second_factor_needed").is_none());
}

#[test]
fn an_enrolment_ends_what_was_signed_in_with_before() {
    let office = Office::open();
    let (id, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    let body = json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used + 1)});
    page.signs_in(&body).is(201);
    page.get("/v1/issues").good();
    let call = office.command(&format!("/v1/accounts/{id}/enrolments"), &json!({})).key("enrol-again");
    let issued = call.send().good();
    assert!(issued["code"].is_string());
    assert!(call.send().good().get("code").is_none(), "it is shown once");
    page.get("/v1/issues").problem(401, "unauthenticated");
    let again = json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, used + 2)});
    page.signs_in(&again).problem(401, "sign_in_failed");
    page.post("/v1/me/password", &json!({"enrolment": issued["code"], "new": "another horse, another staple"})).good();
}

/// A cookie that somebody came by is not what stands beside the password.
#[test]
fn threat_a_second_factor_is_replaced_by_whoever_has_it() {
    println!("attempted: replace a second factor with a stolen password, or a borrowed session");
    let office = Office::open();
    let (_, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    let body =
        |secret: &str, step: u64| json!({"login": "wang.fang", "password": PASSWORD, "code": code(secret, step)});
    page.signs_in(&body(&secret, used + 1)).is(201);
    page.post("/v1/me/second-factor", &json!({})).problem(422, "missing").at("/code", "missing");
    let other = code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", step());
    page.post("/v1/me/second-factor", &json!({"code": other})).problem(401, "sign_in_failed");
    let again = json!({"code": code(&secret, used + 1)});
    page.post("/v1/me/second-factor", &again).problem(401, "sign_in_failed");
    let shown = page.post("/v1/me/second-factor", &json!({"code": code(&secret, used + 2)})).good();
    let new = text(&shown, "/secret");
    // What was shown before the password was changed is not confirmed after it.
    page.post("/v1/me/password", &json!({"current": PASSWORD, "new": PASSWORD})).good();
    let confirm = |secret: &str, step: u64| json!({"code": code(secret, step)});
    page.post("/v1/me/second-factor/confirmation", &confirm(new, step())).problem(401, "sign_in_failed");
    println!("caught: nothing is replaced without a code of the present one");
}

/// Whoever has a sign-in open and guesses the password of it waits like everybody, whatever they can show beside it.
#[test]
fn a_first_code_makes_no_failure_forgotten() {
    let office = Office::open();
    let (_, enrolment) = account_of(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    page.post("/v1/me/password", &json!({"enrolment": enrolment, "new": PASSWORD})).good();
    page.signs_in(&json!({"login": "wang.fang", "password": PASSWORD})).is(201);
    let guess =
        |page: &Page| page.post("/v1/sign-ins", &json!({"login": "wang.fang", "password": "a guess of a password"}));
    for _ in 0..4 {
        guess(&page).problem(401, "sign_in_failed");
    }
    let shown = page.post("/v1/me/second-factor", &json!({})).good();
    let first = json!({"code": code(text(&shown, "/secret"), step())});
    page.post("/v1/me/second-factor/confirmation", &first).good();
    guess(&page).problem(401, "sign_in_failed");
    guess(&page).problem(429, "rate_limited");
}

#[test]
fn threat_a_password_is_changed_by_whoever_knows_it_and_other_sign_ins_end() {
    println!("attempted: change a password by a borrowed session");
    let office = Office::open();
    let (_, secret, used) = enrolled(&office, "wang.fang", "congress_office");
    let (mut one, mut other) = (Page::of(&office), Page::of(&office));
    let body = |step: u64| json!({"login": "wang.fang", "password": PASSWORD, "code": code(&secret, step)});
    one.signs_in(&body(used + 1)).is(201);
    other.signs_in(&body(used + 2)).is(201);
    let new = "another horse, another staple";
    one.post("/v1/me/password", &json!({"current": "wrong wrong wrong", "new": new})).problem(401, "sign_in_failed");
    Page::of(&office)
        .post("/v1/me/password", &json!({"current": PASSWORD, "new": new}))
        .problem(401, "unauthenticated");
    one.post("/v1/me/password", &json!({"current": PASSWORD, "new": new})).good();
    one.get("/v1/issues").good();
    other.get("/v1/issues").problem(401, "unauthenticated");
    println!("caught: nothing without the present one, and all other sign-ins end");
}

#[test]
fn who_enrols_whom_is_bounded() {
    let office = Office::open();
    let (id, _) = account_of(&office, "wang.fang", "congress_office");
    let machine = office.post("/v1/accounts", &json!({"name": "报表程序", "holder": "machine"})).created();
    let machine = text(&machine, "/account/id");
    office.post(&format!("/v1/accounts/{machine}/enrolments"), &json!({})).problem(409, "not_a_person");
    office.post(&format!("/v1/accounts/{}/enrolments", crate::harness::NOBODY), &json!({})).problem(404, "not_found");
    // Logins that look alike are one.
    for login in ["Wang.Fang", "wаng.fang", "ｗａｎｇ.ｆａｎｇ"] {
        let body = json!({"name": format!("岗位 {login}"), "holder": "person", "login": login});
        office.post("/v1/accounts", &body).problem(409, "name_taken");
    }
    office
        .post(&format!("/v1/accounts/{id}/identities"), &json!({"issuer": "https://a.example", "subject": "7"}))
        .good();
    office
        .post(&format!("/v1/accounts/{machine}/identities"), &json!({"issuer": "https://a.example", "subject": "7"}))
        .problem(409, "identity_taken");
}

/// Nothing that somebody signs in with is anywhere in clear, and nothing of it in a leaf.
#[test]
fn threat_what_people_sign_in_with_lies_sealed() {
    println!("attempted: find what people sign in with on the disk and in answers");
    let mut office = Office::open();
    let (_, secret, _) = enrolled(&office, "zhao.lei", "congress_office");
    let events = office.get("/v1/events?family=account").text();
    for word in ["argon2id", &secret, "code_sha256", "zhao.lei"] {
        assert!(!events.contains(word), "{word} in an answer");
    }
    assert!(events.contains("account.password_set") && events.contains("account.second_factor_set"), "{events}");
    office.stops();
    let mut looked_at = 0;
    let mut directories = vec![office.place().data()];
    while let Some(directory) = directories.pop() {
        for entry in directory.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            looked_at += 1;
            for word in [PASSWORD, "argon2id", &secret, "zhao.lei"] {
                let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
                assert!(!found, "{word} in {}", path.display());
            }
        }
    }
    assert!(looked_at > 3);
    println!("caught: it lies sealed and is told by no answer");
}

/// Data and keys at hand, the server stopped: an administrator who lost everything is let in again.
#[test]
fn an_administrator_is_let_in_again_by_whoever_holds_data_and_keys() {
    let mut office = Office::open();
    let (_, secret, used) = enrolled(&office, "admin.li", "administrator");
    enrolled(&office, "wang.fang", "congress_office");
    let mut page = Page::of(&office);
    page.signs_in(&json!({"login": "admin.li", "password": PASSWORD, "code": code(&secret, used + 1)})).is(201);
    let recover = |office: &Office, whom: &str| {
        let data = office.place().data();
        let mut command = std::process::Command::new(crate::harness::huiyin());
        command.args(["account", "recover", whom, "--data"]).arg(data).arg("--keys").arg(office.place().keys());
        command.env("LC_ALL", "en_US.UTF-8").output().unwrap()
    };
    assert!(!recover(&office, "admin.li").status.success(), "the server holds the log");
    office.stops();
    let refused = recover(&office, "wang.fang");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no administrator"), "{refused:?}");
    assert!(!recover(&office, "nobody.here").status.success());
    let recovered = recover(&office, "Admin.Li");
    assert!(recovered.status.success(), "{recovered:?}");
    let enrolment = String::from_utf8(recovered.stdout).unwrap().trim().to_owned();
    office.restarts();
    page.url = office.server().url.clone();
    page.get("/v1/me").problem(401, "unauthenticated");
    page.cookie = None;
    page.post("/v1/me/password", &json!({"enrolment": enrolment, "new": "another horse, another staple"})).good();
    let events = office.get("/v1/events?type=account.recovered").text();
    assert!(events.contains("account.recovered"), "{events}");
}

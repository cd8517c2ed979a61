//! People: enrolling, signing in and out, and what a provider's token lets in.

mod enrolling;
mod provider;
mod signing_in;

use crate::harness::{Answer, Call, Office, text};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use std::time::{SystemTime, UNIX_EPOCH};
use ureq::Agent;

/// A password that nobody guesses first.
const PASSWORD: &str = "correct horse battery staple";

/// The step of thirty seconds that it is now (RFC 6238).
fn step() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 30
}

/// The code of a step, computed here once more.
fn code(secret: &str, step: u64) -> String {
    let bits: String = secret
        .bytes()
        .map(|letter| {
            format!("{:05b}", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|one| *one == letter).unwrap())
        })
        .collect();
    let key: Vec<u8> = (0..bits.len() / 8).map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap()).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// A browser at a page of the server: it keeps the cookie, and says where its page is from.
struct Page {
    agent: Agent,
    url: String,
    cookie: Option<String>,
}

impl Page {
    fn of(office: &Office) -> Self {
        Self { agent: crate::harness::http::agent(), url: office.server().url.clone(), cookie: None }
    }

    fn call(&self, method: &str, path: &str) -> Call {
        let call = Call::new(&self.agent, method, format!("{}{path}", self.url));
        match &self.cookie {
            Some(cookie) => call.with("Cookie", cookie),
            None => call,
        }
    }

    fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    /// A command as a page of the server itself sends it.
    fn command(&self, path: &str, body: &Value) -> Call {
        self.call("POST", path).with("Origin", &self.url).body("application/json", body.to_string())
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.command(path, body).send()
    }

    /// Signs in, and keeps the cookie where that went well.
    fn signs_in(&mut self, body: &Value) -> Answer {
        let answer = self.post("/v1/sign-ins", body);
        if let Some(set) = answer.header("set-cookie") {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        answer
    }
}

/// A new account of a person, in this role, with an enrolment code.
#[track_caller]
fn account_of(office: &Office, login: &str, role: &str) -> (String, String) {
    let duty: String = login.chars().rev().collect();
    let body = json!({"name": format!("岗位 {duty}"), "holder": "person", "login": login, "person_name": "王芳"});
    let made = office.post("/v1/accounts", &body).created();
    let id = text(&made, "/account/id").to_owned();
    office.post(&format!("/v1/accounts/{id}/grants"), &json!({"role": role})).good();
    let enrolment = office.post(&format!("/v1/accounts/{id}/enrolments"), &json!({})).good();
    (id, text(&enrolment, "/code").to_owned())
}

/// The same, enrolled with password and second factor; the secret of that, and the last step it was used at.
#[track_caller]
fn enrolled(office: &Office, login: &str, role: &str) -> (String, String, u64) {
    let (id, code_of_enrolment) = account_of(office, login, role);
    let mut page = Page::of(office);
    page.post("/v1/me/password", &json!({"enrolment": code_of_enrolment, "new": PASSWORD})).good();
    page.signs_in(&json!({"login": login, "password": PASSWORD})).is(201);
    let shown = page.post("/v1/me/second-factor", &json!({})).good();
    let secret = text(&shown, "/secret").to_owned();
    // The one before, so that two more are left for signing in at once.
    let used = step() - 1;
    page.post("/v1/me/second-factor/confirmation", &json!({"code": code(&secret, used)})).good();
    (id, secret, used)
}

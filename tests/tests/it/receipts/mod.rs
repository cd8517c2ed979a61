//! The visitor's side, without a token: what a receipt code shows and is good for, the proof that is taken home, and the page
//! that people open.

mod life;
mod page;
mod proof;
mod slip;
mod strangers;

use crate::harness::{Answer, Call, Office, demand, id, text};
use serde_json::Value;

/// An issue, and the visitor who holds its receipt.
pub struct Visit<'o> {
    pub office: &'o Office,
    /// The issue.
    pub issue: String,
    /// Its code.
    pub code: String,
    /// The text of the QR code on the slip.
    pub link: String,
}

impl Visit<'_> {
    /// Somebody comes with something.
    #[track_caller]
    pub fn with<'o>(office: &'o Office, subject: &str) -> Visit<'o> {
        let recorded = office.records_reception(&[demand(subject)]);
        Visit::of(office, &recorded["issues"][0])
    }

    /// Whoever holds the code that an answer told.
    #[track_caller]
    pub fn of<'o>(office: &'o Office, issue: &Value) -> Visit<'o> {
        let (code, link) = (text(issue, "/receipt_code").to_owned(), text(issue, "/receipt/link").to_owned());
        Visit { office, issue: id(issue), code, link }
    }

    /// A call of the visitor, who has no token.
    #[track_caller]
    pub fn call(&self, method: &str, what: &str) -> Call {
        self.office.call(method, &format!("/v1/public/receipts/{}{what}", self.code)).without("Authorization")
    }

    /// How it stands.
    #[track_caller]
    pub fn sees(&self) -> Value {
        self.call("GET", "").send().good()
    }

    /// A command in the making.
    #[track_caller]
    pub fn command(&self, what: &str, body: &Value) -> Call {
        self.call("POST", &format!("/{what}")).body("application/json", body.to_string())
    }

    /// Commands.
    #[track_caller]
    pub fn does(&self, what: &str, body: &Value) -> Answer {
        self.command(what, body).send()
    }

    /// Sends a file.
    #[track_caller]
    pub fn sends(&self, media_type: &str, bytes: impl Into<Vec<u8>>) -> Answer {
        self.call("POST", "/files").body(media_type, bytes).send()
    }

    /// What may be done now.
    #[track_caller]
    pub fn can(&self) -> Vec<String> {
        let seen = self.sees();
        seen["can"].as_array().unwrap().iter().map(|can| text(can, "/what").to_owned()).collect()
    }
}

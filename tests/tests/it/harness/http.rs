//! A request, its answer, and what a test expects of it.

use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Request;

/// A client that takes every status as an answer.
pub fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .max_redirects(0)
        .proxy(None)
        .build()
        .into()
}

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Call {
    agent: Agent,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    pub fn new(agent: &Agent, method: &str, url: String) -> Self {
        Self { agent: agent.clone(), method: method.to_owned(), url, headers: Vec::new(), body: None }
    }

    /// Adds or replaces a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a header out.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.with("Idempotency-Key", key)
    }

    /// `If-Match` on a version.
    pub fn at_version(self, version: u64) -> Self {
        self.with("If-Match", &format!("\"{version}\""))
    }

    /// `Acting-As`.
    pub fn acting_as(self, role: &str) -> Self {
        self.with("Acting-As", role)
    }

    /// With this body.
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.with("Content-Type", media_type)
    }

    /// Sends it; `Err` when no answer came.
    pub fn try_send(&self) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = match &self.body {
            Some(body) => self.agent.run(request.body(body.as_slice())?),
            None => self.agent.run(request.body(())?),
        }?;
        let (head, mut body) = answer.into_parts();
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(Answer {
            asked: format!("{} {}", self.method, self.url),
            status: head.status.as_u16(),
            headers: headers.collect(),
            body: body.with_config().limit(256 * 1024 * 1024).read_to_vec()?,
        })
    }

    /// Sends it.
    #[track_caller]
    pub fn send(&self) -> Answer {
        match self.try_send() {
            Ok(answer) => answer,
            Err(error) => panic!("{} {}: {error}", self.method, self.url),
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    asked: String,
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The version in `ETag`.
    #[track_caller]
    pub fn version(&self) -> u64 {
        let tag = self.header("etag").unwrap_or_else(|| panic!("{}: no ETag", self.asked));
        tag.strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .and_then(|digits| digits.parse().ok())
            .unwrap_or_else(|| panic!("{}: ETag {tag}", self.asked))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{}: {} is no JSON ({error}):\n{}", self.asked, self.status, self.text()),
        }
    }

    /// Exactly this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.asked, self.text());
        self
    }

    /// A success, whichever: its JSON.
    #[track_caller]
    pub fn good(self) -> Value {
        assert!((200..300).contains(&self.status), "{} was answered {}\n{}", self.asked, self.status, self.text());
        self.json()
    }

    /// 201 with an address: its JSON.
    #[track_caller]
    pub fn created(self) -> Value {
        let answer = self.is(201);
        let location = answer.header("location").unwrap_or_default();
        assert!(location.starts_with("/v1/"), "{}: Location {location:?}", answer.asked);
        answer.json()
    }

    /// A refusal with this status and code, in the one shape that all refusals have.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Problem {
        assert_eq!(self.status, status, "{}: expected {code}\n{}", self.asked, self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.asked);
        let json = self.json();
        assert_eq!(json["code"], code, "{}\n{json:#}", self.asked);
        assert_eq!(json["type"], format!("/problems/{code}"));
        assert_eq!(json["status"], status);
        for name in ["title", "detail", "instance", "request_id"] {
            assert!(
                json[name].as_str().is_some_and(|value| !value.is_empty()),
                "{}: {name} is missing\n{json:#}",
                self.asked
            );
        }
        assert_eq!(self.header("x-request-id"), json["request_id"].as_str(), "{}", self.asked);
        Problem { asked: self.asked, json }
    }
}

/// A refusal in problem details (RFC 9457).
#[derive(Clone, Debug)]
pub struct Problem {
    asked: String,
    pub json: Value,
}

impl Problem {
    /// It rests on this clause.
    #[track_caller]
    pub fn clause(self, clause: &str) -> Self {
        assert_eq!(self.json["clause"], clause, "{}\n{:#}", self.asked, self.json);
        self
    }

    /// It points here, and says this of it.
    #[track_caller]
    pub fn at(self, pointer: &str, code: &str) -> Self {
        let faults = self.json["errors"].as_array().cloned().unwrap_or_default();
        let found = faults
            .iter()
            .any(|fault| fault["pointer"] == pointer && fault["code"] == code && fault["detail"].is_string());
        assert!(found, "{}: no {code} at {pointer}\n{:#}", self.asked, self.json);
        self
    }

    /// How many faults it lists.
    #[track_caller]
    pub fn faults(self, count: usize) -> Self {
        assert_eq!(self.json["errors"].as_array().map_or(0, Vec::len), count, "{}\n{:#}", self.asked, self.json);
        self
    }

    /// What never changes with the language.
    pub fn constant(&self) -> Value {
        let faults = self.json["errors"].as_array().map(|faults| {
            faults.iter().map(|fault| serde_json::json!([fault["pointer"], fault["code"]])).collect::<Vec<_>>()
        });
        serde_json::json!([self.json["type"], self.json["status"], self.json["code"], self.json["clause"], faults])
    }
}

/// The text at a JSON pointer.
#[track_caller]
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer}\n{value:#}"))
}

/// The `id` of an object.
#[track_caller]
pub fn id(value: &Value) -> String {
    text(value, "/id").to_owned()
}

/// An address of the document, with the id of nobody wherever it still takes one.
pub fn of_nobody(address: &str) -> String {
    let parts = address.split('/').map(|part| match part.split_once('}') {
        Some((name, behind)) if name.ends_with("id") => format!("{}{behind}", super::NOBODY),
        Some(_) | None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Percent-encodes what cannot stand in a query value.
pub fn path(query_value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:,".contains(&byte);
    query_value
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

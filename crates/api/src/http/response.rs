//! How answers are put together: bodies, `ETag`, `Location`, `Link`, and how instants are written.

use crate::http::json::Json;
use crate::http::times::{write_business_time, write_recorded_time};
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, http::StatusCode};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use event_store::Position;
use serde::Serialize;

/// Of an answer that tells again what an earlier request of the same key was answered.
pub(crate) const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";

/// What a command did, in the headers of its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandAnswer {
    /// Path of what is new, for 201 and `Location`.
    pub created: Option<String>,
    /// Version of what was changed, for `ETag`.
    pub version: Option<u64>,
    /// The command was recorded before; this is the answer it got, told again.
    pub replayed: bool,
}

impl CommandAnswer {
    /// The answer to a command. The body holds what was changed, and `position`.
    pub fn answer(&self, body: impl Serialize) -> HttpResponse {
        self.begin().json(body)
    }

    /// The same without a body.
    pub(crate) fn begin(&self) -> HttpResponseBuilder {
        let status = if self.created.is_some() { StatusCode::CREATED } else { StatusCode::OK };
        let mut answer = HttpResponseBuilder::new(status);
        if let Some(path) = &self.created {
            answer.insert_header((header::LOCATION, path.as_str()));
        }
        if let Some(version) = self.version {
            answer.insert_header((header::ETAG, etag(version)));
        }
        if self.replayed {
            answer.insert_header((IDEMPOTENCY_REPLAYED, "true"));
        }
        answer
    }
}

/// The answer to a question about one thing, with its version as `ETag`.
pub fn one(version: u64, body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, etag(version))).json(body)
}

/// The same where the body is written already.
pub fn one_text(version: u64, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, etag(version))).content_type(header::ContentType::json()).body(body)
}

fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// A page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Items<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The position that the read model had reached, where one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of_position: Option<u64>,
}

/// A page of a list, with a link to the next. `path` and `query` are those of the question.
pub fn page<T: Serialize>(path: &str, query: &str, items: &Items<T>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if let Some(cursor) = &items.next_cursor {
        answer.insert_header((header::LINK, next_page(path, query, cursor)));
    }
    answer.json(items)
}

/// The same where the body is written already, up to the last of its items.
pub fn page_text(
    path: &str,
    query: &str,
    mut body: String,
    next: Option<&str>,
    as_of: Option<Position>,
) -> HttpResponse {
    let mut json = Json(&mut body);
    json.raw("]");
    let mut answer = HttpResponse::Ok();
    if let Some(cursor) = next {
        json.word("next_cursor", cursor);
        answer.insert_header((header::LINK, next_page(path, query, cursor)));
    }
    if let Some(position) = as_of {
        json.number("as_of_position", position.0);
    }
    json.raw("}");
    answer.content_type(header::ContentType::json()).body(body)
}

/// The value of `Link` that leads to the next page of a question.
pub fn next_page(path: &str, query: &str, cursor: &str) -> String {
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let cursor = format!("cursor={cursor}");
    let query: Vec<_> = kept.chain([cursor.as_str()]).collect();
    format!("<{path}?{}>; rel=\"next\"", query.join("&"))
}

/// A business time, in the town's own time: `2026-11-19T14:10:00+08:00`. Parts of a second are shown where there are
/// any. In UTC where the town's time was then no whole number of minutes from it (in China before 1901), which RFC 3339
/// cannot write.
pub fn business_time(at: DateTime<Utc>, town: Tz) -> String {
    let mut text = String::with_capacity("2026-11-19T14:10:00+08:00".len());
    write_business_time(&mut text, at, town);
    text
}

/// When something was recorded: UTC with milliseconds, `2026-11-19T06:10:00.000Z`.
pub fn recorded_time(at: DateTime<Utc>) -> String {
    let mut text = String::with_capacity("2026-11-19T06:10:00.000Z".len());
    write_recorded_time(&mut text, at);
    text
}

/// An absent key instead of null.
pub(crate) fn absent<T>(value: &Option<T>) -> bool {
    value.is_none()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn header<'a>(answer: &'a HttpResponse, name: &str) -> Option<&'a str> {
        answer.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[test]
    fn what_is_new_has_an_address_and_a_version() {
        let done = CommandAnswer { created: Some("/v1/receptions/1".to_owned()), version: Some(1), replayed: false };
        let answer = done.answer(());
        assert_eq!(answer.status(), 201);
        assert_eq!((header(&answer, "location"), header(&answer, "etag")), (Some("/v1/receptions/1"), Some("\"1\"")));
        assert_eq!(header(&answer, "idempotency-replayed"), None);
        let replayed = CommandAnswer { replayed: true, ..CommandAnswer::default() };
        let answer = replayed.answer(());
        assert_eq!((answer.status().as_u16(), header(&answer, "idempotency-replayed")), (200, Some("true")));
    }

    #[test]
    fn a_page_links_to_the_next_with_its_own_filters() {
        let items = |next: Option<&str>| Items {
            items: vec![1],
            next_cursor: next.map(str::to_owned),
            as_of_position: Some(7),
        };
        let answer = page("/v1/issues", "state=open&cursor=abc&limit=2", &items(Some("def")));
        assert_eq!(header(&answer, "link"), Some("</v1/issues?state=open&limit=2&cursor=def>; rel=\"next\""));
        assert_eq!(header(&page("/v1/issues", "", &items(None)), "link"), None);
        assert_eq!(serde_json::to_string(&items(None)).unwrap(), r#"{"items":[1],"as_of_position":7}"#);
    }

    #[test]
    fn instants_have_one_spelling() {
        let at = DateTime::from_timestamp_millis(1_795_068_600_000).unwrap();
        assert_eq!(business_time(at, chrono_tz::Asia::Shanghai), "2026-11-19T14:10:00+08:00");
        assert_eq!(recorded_time(at), "2026-11-19T06:10:00.000Z");
        let later = at + chrono::Duration::milliseconds(5);
        assert_eq!(business_time(later, chrono_tz::Asia::Shanghai), "2026-11-19T14:10:00.005+08:00");
    }

    #[test]
    fn an_instant_of_local_mean_time_is_named_exactly() {
        for text in ["1899-01-01T00:00:00Z", "0141-02-04T12:52:05Z", "1901-01-01T00:00:00Z", "1950-06-01T00:00:00Z"] {
            let at: DateTime<Utc> = text.parse().unwrap();
            let shown = business_time(at, chrono_tz::Asia::Shanghai);
            assert_eq!(DateTime::parse_from_rfc3339(&shown).unwrap(), at, "{shown}");
        }
    }
}

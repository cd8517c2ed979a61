//! Names beside ids: a JSON answer that tells grids, units, delegates, offices or accounts by their ids holds once, at its
//! top, what each of them is called: `"names":{"<id>":"太平网格"}`.
//!
//! The ids are looked for in the finished answer. So no handler has to think of it, an id inside `public` of an event is
//! found like any other, and an answer is walked once, however many items it has.

use crate::http::json::write_text;
use crate::http::response::IDEMPOTENCY_REPLAYED;
use crate::http::route::Route;
use crate::input::query::{self, AsOf};
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use casework::reference::Reference;
use memchr::memchr;
use serde::Deserialize;
use uuid::Uuid;

/// What the handler of a route answers, with the names where the route has them.
///
/// # Errors
/// Where the names of then cannot be read.
pub(crate) async fn answer(route: &Route, request: HttpRequest, payload: Payload) -> Result<HttpResponse, Problem> {
    let app = request.app_data::<web::Data<AppState>>().filter(|_| route.names()).cloned();
    let as_of = app.as_ref().and_then(|_| wanted(request.query_string()));
    let answer = route.answer(request, payload).await;
    let json = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == b"application/json");
    let (Some(app), Some(as_of), true) = (app, as_of, json && answer.status().is_success()) else {
        return Ok(answer);
    };
    let replayed = answer.headers().contains_key(IDEMPOTENCY_REPLAYED);
    let (answer, body) = answer.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => {
            // A command told again has the names of then, as everything else in its answer.
            let as_of = if replayed { recorded_at(&body).unwrap_or(as_of) } else { as_of };
            BoxBody::new(added(&*reference(&app, as_of).await?, body))
        }
        Err(streamed) => streamed,
    };
    Ok(answer.set_body(body))
}

/// The position of the command that a body tells of.
fn recorded_at(body: &[u8]) -> Option<AsOf> {
    #[derive(Deserialize)]
    struct Recorded {
        position: u64,
    }
    serde_json::from_slice(body).ok().map(|Recorded { position }| AsOf::Position(position))
}

/// As of when names are wanted; `None` where the query says `names=false`. What is not well said the handler refuses.
fn wanted(query: &str) -> Option<AsOf> {
    if query::value(query, "names").is_some_and(|value| value == "false") {
        return None;
    }
    Some(query::as_of(query))
}

/// Who and what is known now, or was then.
async fn reference(app: &AppState, as_of: AsOf) -> Result<std::sync::Arc<Reference>, Problem> {
    match as_of {
        AsOf::Now => Ok(app.casework.reference()),
        then @ (AsOf::Position(_) | AsOf::Instant(_)) => Ok(app.snapshot(then).await?.reference),
    }
}

/// A JSON object with the names of what it tells by ids, if it tells any.
fn added(reference: &Reference, body: Bytes) -> Bytes {
    let known = reference.names();
    let mut told = vec![false; known.all().len()];
    for place in ids(&body).filter_map(|id| known.place(id)) {
        told[place] = true;
    }
    let told = known.all().iter().zip(told).filter_map(|(named, told)| told.then_some(named));
    let mut head = String::new();
    for (id, name) in told {
        let begin = if head.is_empty() { "{\"names\":{\"" } else { ",\"" };
        head.push_str(begin);
        head.push_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        head.push_str("\":");
        write_text(&mut head, name);
    }
    let Some(members) = body.strip_prefix(b"{").filter(|_| !head.is_empty()) else { return body };
    [head.as_bytes(), b"},", members].concat().into()
}

/// The ids that stand in a JSON text: strings that are one, or end in one as streams and actors do (`account/<id>`).
fn ids(json: &[u8]) -> impl Iterator<Item = Uuid> + '_ {
    const LENGTH: usize = 36;
    // Of most strings none is looked at: there are fewer hyphens in an answer than quotes.
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let hyphen = from + memchr(b'-', json.get(from..)?)?;
            from = hyphen + 1;
            let Some(begin) = hyphen.checked_sub(HYPHENS[0] + 1) else { continue };
            let Some([b'"' | b'/', text @ .., b'"']) = json.get(begin..begin + LENGTH + 2) else { continue };
            if HYPHENS.iter().all(|at| text[*at] == b'-')
                && let Ok(id) = Uuid::try_parse_ascii(text)
            {
                from = begin + LENGTH + 1;
                return Some(id);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_are_found_wherever_they_are_a_value() {
        let id = |n: u128| Uuid::from_u128(0x0198_f3c0_1b2c_7d3e_8f40_5a6b_7c8d_9e00 + n);
        let json = json!({
            "grid_id": id(1), "delegates": [{"delegate_id": id(2)}], "actor": format!("account/{}", id(3)),
            "public": {"deep": [[id(4)]]}, "by": {id(5).to_string(): 1},
            "text": format!("《{}》", id(6)), "longer": format!("x{}", id(7)), "short": "-", "root": "a/b",
        });
        let found: std::collections::BTreeSet<_> = ids(json.to_string().as_bytes()).collect();
        assert_eq!(found, (1..=5).map(id).collect());
        assert_eq!(ids(b"\"").count() + ids(b"").count() + ids(b"{\"a\":\"b\"}").count(), 0);
    }

    #[test]
    fn names_are_left_out_where_the_query_says_so() {
        assert_eq!(wanted("limit=5&names=false"), None);
        assert_eq!(wanted("names=%66alse"), None);
        assert_eq!(wanted("names=true&as_of_position=7"), Some(AsOf::Position(7)));
        assert!(matches!(wanted("as_of=2026-11-19T14:10:00%2B08:00"), Some(AsOf::Instant(_))));
        assert_eq!(wanted("q=names=false"), Some(AsOf::Now));
    }

    #[test]
    fn an_answer_without_such_ids_stays_as_it_is() {
        let body = Bytes::from_static(br#"{"items":[],"id":"0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"}"#);
        assert_eq!(added(&Reference::default(), body.clone()), body);
    }
}

//! `/v1/feed`: what happens, while it happens (server-sent events). Thin: it says that something is there, the API says
//! what. Nothing is pushed inside: a feed waits for the head to move and reads on from where it was, so a slow reader
//! costs nothing and misses nothing.

use crate::codes::Edge;
use crate::command::Question;
use crate::handlers::whole_log::filter;
use crate::office::Office;
use crate::problem::Problem;
use crate::query;
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use domain::ids::TokenId;
use event_store::{LogError, Position, Recorded, Subscription};
use futures_util::stream;
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::sync::watch;
use utoipa::IntoParams;

/// How often a silent feed shows that it is there, so that no proxy takes it for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What a reader is told first: when to come back after the feed has broken off, ms.
const HELLO: &str = "retry: 3000\n\n";

/// How the feed is asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
struct FeedParams {
    /// 此位置之后的事件；省略时只有新事件。Last-Event-ID 优先。Events after this position; left out only new ones.
    /// `Last-Event-ID` outranks it.
    after: Option<u64>,
    /// 事件流的类别，可用逗号分隔多个。Families of streams, several with commas.
    #[param(example = "issue,major_issue")]
    family: Option<String>,
    /// 事件类型，可用逗号分隔多个。Event types, several with commas.
    #[param(example = "issue.raised")]
    r#type: Option<String>,
}

/// Follow the log
///
/// 订阅新事件（SSE）。`id` is the position, `event` the type, `data` `{type, position, stream, version}`. A browser's
/// EventSource goes on by itself from `Last-Event-ID`; a comment every 15 s shows that the feed lives. It ends when the
/// token does.
#[utoipa::path(tag = "log", params(
    FeedParams,
    ("Last-Event-ID" = Option<u64>, Header, description = "上次收到的位置。The position received last.", example = 88140),
), responses(
    (status = 200, description = "事件流。The events.", body = String, content_type = "text/event-stream",
        example = "id: 88141\nevent: issue.raised\ndata: {\"position\":88141,\"stream\":\"issue/0198f3c0-0000-7000-8000-000000000003\",\"type\":\"issue.raised\",\"version\":1}\n\n"),
))]
#[get("/v1/feed")]
pub(crate) async fn follow(
    office: web::Data<Office>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (after, filter) =
        query::read(&question.query, |query| Some((query.whole("after", 0..=u64::MAX), filter(query))))?;
    let head = office.casework.store.head().position;
    let after = last_event_id(&request)?.or(after).map_or(head, Position);
    if after > head {
        return Err(Problem::new(Edge::BadPosition));
    }
    let feed = Feed {
        subscription: office.casework.store.subscribe(after, filter),
        token: TokenId(question.caller.account.token_id),
        stopping: office.stopping.subscribe(),
        office: office.get_ref().clone(),
        begun: false,
    };
    let events = stream::unfold(feed, |mut feed| async move {
        let chunk = feed.next().await?;
        Some((Ok::<_, std::convert::Infallible>(chunk), feed))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(events))
}

/// The position that a reader received last.
fn last_event_id(request: &HttpRequest) -> Result<Option<u64>, Problem> {
    let Some(value) = request.headers().get("Last-Event-ID") else { return Ok(None) };
    let position = value.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let position = position.and_then(|text| text.parse().ok());
    position.map(Some).ok_or_else(|| {
        Problem::new(Edge::BadHeader).because("Last-Event-ID 应为位置。", "Last-Event-ID is to be a position.")
    })
}

/// One reader's feed.
struct Feed {
    office: Office,
    subscription: Subscription,
    token: TokenId,
    stopping: watch::Receiver<bool>,
    begun: bool,
}

impl Feed {
    /// What is written next; `None` ends the feed.
    async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(Bytes::from_static(HELLO.as_bytes()));
        }
        if !self.allowed() {
            return None;
        }
        let page = tokio::select! {
            page = self.subscription.next() => page,
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            () = tokio::time::sleep(HEARTBEAT) => return Some(Bytes::from_static(b":\n\n")),
        };
        let text =
            page.and_then(|page| if page.events.is_empty() { Ok(":\n\n".to_owned()) } else { text(&page.events) });
        match text {
            // A token that ended while this waited ends the feed before the news.
            Ok(text) => self.allowed().then(|| Bytes::from(text)),
            Err(error) => {
                tracing::error!(%error, "a feed ended");
                None
            }
        }
    }

    /// Whether the token is still good.
    fn allowed(&self) -> bool {
        let now = self.office.casework.now();
        self.office.casework.reference().accounts.token(self.token).is_some_and(|(_, held)| held.good_at(now))
    }
}

/// Events as server-sent events.
fn text(events: &[Recorded]) -> Result<String, LogError> {
    let mut text = String::with_capacity(events.len() * 200);
    for event in events {
        let leaf = event.leaf()?;
        let (position, event_type) = (event.position.0, &leaf.event_type);
        let data = json!({"type": event_type, "position": position, "stream": leaf.stream.as_str(), "version": leaf.version.0});
        // Writing to a String cannot fail.
        let _ = write!(text, "id: {position}\nevent: {event_type}\ndata: {data}\n\n");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_reader_goes_on_after_what_it_received_last() {
        let asked =
            |value: &str| last_event_id(&TestRequest::get().insert_header(("Last-Event-ID", value)).to_http_request());
        assert_eq!(asked("88140").unwrap(), Some(88140));
        for other in ["", "+1", "x", "18446744073709551616"] {
            assert_eq!(asked(other).unwrap_err().code.as_str(), "bad_header", "{other}");
        }
        assert_eq!(last_event_id(&TestRequest::get().to_http_request()).unwrap(), None);
    }
}

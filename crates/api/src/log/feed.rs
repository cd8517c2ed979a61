//! `/v1/feed`: what happens, while it happens (server-sent events). Thin: it says that something is there, the API says
//! what. Nothing is pushed inside: a feed waits for the head to move and reads on from where it was, so a slow reader
//! costs nothing and misses nothing.

use crate::http::account::Account;
use crate::http::accounts::{Accounts, no_ticket};
use crate::http::connections::Guest;
use crate::http::context::RequestContext;
use crate::http::extract::{Command, Question};
use crate::http::format::Format;
use crate::http::response::business_time;
use crate::http::slots::Slot;
use crate::http::tickets::ticket_in;
use crate::limits::TICKET_LIFE;
use crate::log::stale::stale;
use crate::log::whole::filter;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use casework::access::Asker;
use domain::access::Action;
use event_store::{LogError, Position, Recorded, StreamId, Subscription};
use futures_util::stream;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use utoipa::{IntoParams, ToSchema};

/// How often a silent feed shows that it is there, so that no proxy takes it for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a reader is to wait before it comes back after the feed has broken off, ms.
const RETRY_MS: u64 = 3000;

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
    /// 代替令牌的一次性凭条（POST /v1/feed/tickets）。A ticket in place of a token (`POST /v1/feed/tickets`).
    ticket: Option<String>,
}

/// Follow the log
///
/// 订阅新事件（SSE）。`id` 为位置，`event` 为类型，`data` 为 `{type, position, stream, version}`。时钟的记录
/// 晚于其时刻一天以上，或义务已了结的，另有 `"stale": true`，不必再提醒任何人。开头先给出当前位置的 `id`，静默时每 15 秒再给一次，断线后
/// 以 `Last-Event-ID` 续读不会遗漏。每个账户最多同时订阅 8 路；令牌失效时结束。浏览器的 EventSource 不能发送请求头，请先以
/// `POST /v1/feed/tickets` 领取凭条。
///
/// Follows new events (server-sent events). `id` is the position, `event` the type, `data` `{type, position, stream,
/// version}`. What the clock recorded over a day after its instant, or of an obligation that is settled, has `"stale": true`
/// besides: nobody need be reminded of it. It begins with the `id` from which it goes on and repeats one every 15 s when
/// nothing happens, so that whoever comes back with `Last-Event-ID` misses nothing. An account has at most 8 feeds at once; a
/// feed ends when its token does. A browser's EventSource can send no header: get a ticket first by `POST /v1/feed/tickets`.
#[utoipa::path(get, path = "/v1/feed", tag = "log", params(
    FeedParams,
    ("Last-Event-ID" = Option<u64>, Header, description = "上次收到的位置。The position received last.", example = 88140),
), responses(
    (status = 200, description = "事件流。The events.", body = String, content_type = "text/event-stream",
        example = "id: 88141\nevent: issue.raised\ndata: {\"position\":88141,\"stream\":\"issue/0198f3c0-0000-7000-8000-000000000003\",\"type\":\"issue.raised\",\"version\":1}\n\n"),
))]
pub(crate) async fn follow(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let ((after, filter), _) = question.read_as(&[Format::Events], |query| {
        // The middleware has looked at the ticket; here it is only no unknown parameter.
        query.optional("ticket", |_, _, _| Some(()));
        Some((query.position_reached("after", 0), filter(query)))
    })?;
    let head = app.casework.store.head().position;
    let after = last_event_id(&request)?.or(after).map_or(head, Position);
    if after > head {
        return Err(Problem::new(HttpCode::BadPosition));
    }
    let mut answer = HttpResponse::Ok();
    answer.content_type(Format::Events.media_type()).insert_header(("X-Accel-Buffering", "no"));
    if RequestContext::of(&request)?.head_only {
        return Ok(answer.finish());
    }
    let slot = app.feeds.open(question.caller.account.id).await?;
    // Only a feed that begins uses a ticket up; of two at once with the same one, the first.
    if let Some(sent) = ticket_in(request.query_string()).filter(|_| !request.headers().contains_key(AUTHORIZATION)) {
        accounts.tickets.take(sent).ok_or_else(no_ticket)?;
    }
    let feed = Feed {
        subscription: app.casework.store.subscribe(after, filter),
        asker: question.caller.asker()?,
        accounts: accounts.get_ref().clone(),
        account: question.caller.account.clone(),
        stopping: app.stopping.subscribe(),
        guest: request.conn_data::<Arc<Guest>>().cloned(),
        app: app.get_ref().clone(),
        begun: false,
        _slot: slot,
    };
    let events = stream::unfold(feed, |mut feed| async move {
        let chunk = feed.next().await?;
        Some((Ok::<_, std::convert::Infallible>(chunk), feed))
    });
    Ok(answer.streaming(events))
}

/// 领取凭条无需内容。Nothing is to be said but that a ticket is wanted.
#[derive(ToSchema)]
#[schema(example = json!({}))]
#[cfg_attr(not(test), expect(dead_code, reason = "nothing is read of it: it is only described"))]
pub struct AskForTicket {}

/// 一路订阅的凭条。A ticket for one feed.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"ticket": "Yy1hLWRlbW9uc3RyYXRpb24tdGlja2V0LW9mLTMyLWI", "expires_at": "2026-11-19T14:11:00+08:00"}))]
pub struct FeedTicket {
    /// 用于 `GET /v1/feed?ticket=`，只能使用一次。For `GET /v1/feed?ticket=`, once.
    ticket: String,
    /// 此后失效。Not good any more from then on.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Get a ticket for a feed
///
/// 领取订阅凭条，供不能发送请求头的浏览器 EventSource 使用：60 秒内有效，只能用一次，以本账户和本次请求的角色订阅；领取所凭的令牌失效时，凭条
/// 随之失效。不写入日志，因此不使用 Idempotency-Key：再次领取即得另一张凭条。
///
/// A ticket for a browser's EventSource, which can send no header: good for 60 seconds and for one feed, which then is that
/// of this account in the role of this request; it ends with the token that it was got by. Nothing is recorded, so that no
/// Idempotency-Key is looked at: whoever asks again gets another ticket.
#[utoipa::path(post, path = "/v1/feed/tickets", tag = "log", request_body = AskForTicket, responses(
    (status = 200, description = "凭条。The ticket.", body = FeedTicket),
))]
pub(crate) async fn ticket(
    app: web::Data<AppState>,
    accounts: web::Data<Accounts>,
    command: Command,
) -> Result<HttpResponse, Problem> {
    command.read(|_| Some(()))?;
    let ticket = accounts.tickets.give(&command.caller.account, command.role);
    let expires_at = business_time(app.casework.clock_now() + TICKET_LIFE, app.casework.reference().time_zone());
    Ok(HttpResponse::Ok().json(FeedTicket { ticket, expires_at }))
}

/// The position that a reader received last.
fn last_event_id(request: &HttpRequest) -> Result<Option<u64>, Problem> {
    let Some(value) = request.headers().get("Last-Event-ID") else { return Ok(None) };
    let position = value.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let position = position.and_then(|text| text.parse().ok());
    position.map(Some).ok_or_else(|| {
        Problem::new(HttpCode::BadHeader).because("Last-Event-ID 应为位置。", "Last-Event-ID must be a position.")
    })
}

/// One reader's feed.
struct Feed {
    app: AppState,
    subscription: Subscription,
    /// Whose rights the news are held against, one by one.
    asker: Asker,
    accounts: Accounts,
    account: Account,
    stopping: watch::Receiver<bool>,
    /// The connection it goes out on.
    guest: Option<Arc<Guest>>,
    begun: bool,
    _slot: Slot,
}

impl Feed {
    /// What is written next; `None` ends the feed.
    async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(Bytes::from(format!("retry: {RETRY_MS}\n{}", self.place())));
        }
        if !self.allowed() {
            return None;
        }
        let page = tokio::select! {
            page = self.subscription.next() => Some(page),
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            () = left(self.guest.as_deref()) => return None,
            () = tokio::time::sleep(HEARTBEAT) => None,
        };
        let Some(page) = page else { return Some(Bytes::from(self.place())) };
        let text = match page {
            Ok(page) if page.events.is_empty() => Ok(self.place()),
            Ok(page) => match self.seen(page.events).await {
                Ok(events) if events.is_empty() => Ok(self.place()),
                Ok(events) => stale(&self.app, &events).await.and_then(|stale| text(&events, &stale)),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        match text {
            // A token that ended while this waited ends the feed before the news.
            Ok(text) => self.allowed().then(|| Bytes::from(text)),
            Err(error) => {
                tracing::error!(%error, "a feed ended");
                None
            }
        }
    }

    /// The events that the reader may see.
    async fn seen(&self, events: Vec<Recorded>) -> Result<Vec<Recorded>, LogError> {
        let casework = &self.app.casework;
        let authority = match casework.authority(&self.asker, Action::FeedFollow) {
            Ok(authority) => authority,
            Err(failure) => return Err(LogError::NotWritten(failure.to_string())),
        };
        if authority.is_whole() {
            return Ok(events);
        }
        let mut seen = Vec::with_capacity(events.len());
        for event in events {
            let stream = StreamId::new(event.text()?.stream);
            let sees = match stream {
                Some(stream) => casework.may_see_stream(&self.asker, &stream).await,
                None => Ok(false),
            };
            match sees {
                Ok(true) => seen.push(event),
                Ok(false) => {}
                Err(failure) => return Err(LogError::NotWritten(failure.to_string())),
            }
        }
        Ok(seen)
    }

    /// How far it is: an event without data, which a reader does not show, but whose `id` it comes back with.
    fn place(&self) -> String {
        format!("id: {}\n\n", self.subscription.scanned_to())
    }

    /// Whether the token is still good.
    fn allowed(&self) -> bool {
        self.accounts.lets_in(&self.account)
    }
}

/// Until the reader has closed its connection.
async fn left(guest: Option<&Guest>) {
    match guest {
        Some(guest) => guest.left().await,
        None => std::future::pending().await,
    }
}

/// Events as server-sent events, and which of them are stale.
fn text(events: &[Recorded], stale: &BTreeSet<Position>) -> Result<String, LogError> {
    let mut text = String::with_capacity(events.len() * 200);
    for event in events {
        let leaf = event.text()?;
        let (position, event_type, stream, version) = (event.position, leaf.event_type, leaf.stream, leaf.version);
        let stale = if stale.contains(&position) { "\"stale\":true," } else { "" };
        // Writing to a String cannot fail. Neither name holds anything that JSON would escape (FORMAT §1).
        let _ = write!(
            text,
            "id: {position}\nevent: {event_type}\ndata: {{\"position\":{position},{stale}\"stream\":\"{stream}\",\"type\":\"{event_type}\",\"version\":{version}}}\n\n"
        );
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

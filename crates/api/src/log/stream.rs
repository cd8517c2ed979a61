//! The history of one stream; pages of the whole log are `whole.rs`.

use crate::http::extract::Question;
use crate::http::response::page_text;
use crate::log::event::{self, EventView, ShownIn, expected_bytes};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::HttpResponse;
use base64::Engine as _;
use casework::Failure;
use casework::history::History;
use casework::loaded::{AsOf, Entity, id_of};
use domain::access::Thing;
use domain::correction::{Correction, Corrections};
use domain::deed::Deed;
use domain::ids::{DeedId, IssueId, ReceptionId, SessionId, StudyId};
use domain::issue::Issue;
use domain::language::text;
use domain::reception::Reception;
use domain::session::Session;
use domain::study::Study;
use event_store::{StreamId, Version};
use utoipa::ToSchema;
use uuid::Uuid;

/// A page of events of one stream.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; history writes it")]
pub struct EventPage {
    /// The events, in version order.
    items: Vec<EventView<'static>>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// Answers with the history of one stream.
///
/// # Errors
/// 404 for an unknown stream, 400 for a bad query.
pub async fn history(app: &AppState, stream: &StreamId, question: &Question) -> Result<HttpResponse, Problem> {
    told(app, stream, question, None).await
}

/// The same of a stream whose thing is known, by which the rights to its words go.
///
/// # Errors
/// As those of [`history`].
pub async fn history_of(
    app: &AppState,
    stream: &StreamId,
    question: &Question,
    thing: Thing,
) -> Result<HttpResponse, Problem> {
    told(app, stream, question, Some(thing)).await
}

async fn told(
    app: &AppState,
    stream: &StreamId,
    question: &Question,
    thing: Option<Thing>,
) -> Result<HttpResponse, Problem> {
    app.known_to(question).await;
    let newest = match question.value("after_version") {
        Some(_) => app.casework.store.stream_head(stream).await.map_err(Failure::from)?.version,
        None => Version(0),
    };
    let (after, page_asked, at_least) = question.read(|query| {
        let page = query.page();
        query.goes_on(&page, |cursor| version_of(cursor, stream).is_some());
        let after = query.position("after_version", 0);
        query.open();
        // Nothing can follow beyond the newest one, and a version that was mistaken for another is not to look like a
        // history without news. Of what is not there it is said that it is not there.
        if after.is_some_and(|after| after > newest.0) && newest.0 > 0 {
            let detail = text(format!("最新版本为 {newest}。"), format!("The newest version is {newest}."));
            query.fault_because("after_version", HttpCode::BadPosition, detail);
        }
        Some((after, page, query.at_least()))
    })?;
    app.log_covers(question, at_least).await?;
    let after = match &page_asked.cursor {
        Some(cursor) => version_of(cursor, stream).ok_or_else(Problem::bad_cursor)?,
        None => Version(after.unwrap_or(0)),
    };
    let limit = usize::try_from(page_asked.limit).unwrap_or(usize::MAX);
    let reader = question.reader(app.casework.access_adopted())?;
    let sight = match thing {
        Some(thing) => app.casework.sight_of_thing(&reader, stream, thing).await?,
        None => app.casework.sight_of_stream(&reader, stream).await?,
    };
    let History { items, more } = app.casework.history(&sight, stream, after, limit).await?;
    let zone = app.casework.reference().time_zone();
    // What corrects an event stands behind it: a page that ends the stream shows whether there is any.
    let mut may_be_corrected = more || after.0 > 0;
    for item in &items {
        may_be_corrected |= item.recorded.stream_and_type().1.ends_with(".corrected");
    }
    let made = if may_be_corrected { corrections(app, stream).await? } else { Vec::new() };
    let mut body = String::with_capacity(expected_bytes(&items) + 256);
    body.push_str("{\"items\":[");
    for (at, item) in items.iter().enumerate() {
        body.push_str(if at == 0 { "" } else { "," });
        event::write(&mut body, item, &sight, ShownIn::Stream(&made), zone)?;
    }
    let next_cursor = match items.last() {
        Some(last) if more => Some(cursor_of(last.recorded.text().map_err(Failure::from)?.version, stream)),
        Some(_) | None => None,
    };
    Ok(page_text(&question.path, &question.query, body, next_cursor.as_deref(), None))
}

/// What was corrected in a stream, of whichever page.
async fn corrections(app: &AppState, stream: &StreamId) -> Result<Vec<Correction>, Problem> {
    match stream.family() {
        "issue" => made(app, stream, IssueId, |issue: &Issue| &issue.corrections).await,
        "reception" => made(app, stream, ReceptionId, |reception: &Reception| &reception.corrections).await,
        "session" => made(app, stream, SessionId, |session: &Session| &session.corrections).await,
        "deed" => made(app, stream, DeedId, |deed: &Deed| &deed.corrections).await,
        "study" => made(app, stream, StudyId, |study: &Study| &study.corrections).await,
        _ => Ok(Vec::new()),
    }
}

/// What was corrected of a thing.
async fn made<S: Entity>(
    app: &AppState,
    stream: &StreamId,
    id_from: fn(Uuid) -> S::Id,
    of: fn(&S) -> &Corrections,
) -> Result<Vec<Correction>, Problem> {
    let loaded = app.casework.load::<S>(id_from(id_of(stream)?), AsOf::Now).await?;
    Ok(of(&loaded.state).made().to_vec())
}

/// A cursor is bound to its stream by name: elsewhere it is 400.
fn cursor_of(version: Version, stream: &StreamId) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{version} {stream}"))
}

fn version_of(cursor: &str, stream: &StreamId) -> Option<Version> {
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (version, of) = text.split_once(' ')?;
    (of == stream.as_str()).then(|| version.parse().ok().map(Version))?
}

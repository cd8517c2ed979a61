//! `GET /v1/public/calendars/…`: the sessions of a grid or a delegate, for a calendar that subscribes to them.

use crate::http::extract::PathId;
use crate::input::query;
use crate::limits::PUBLIC_DAYS_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::public::ical::{Event, calendar};
use crate::public::page::{A_MINUTE, names, remark};
use crate::public::view::{PublicNotice, PublicState};
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::reference::Reference;
use chrono::{DateTime, Days};
use domain::claims::Claim;
use domain::ids::{AreaId, DelegateId};
use domain::language::Language;
use domain::session::Session;
use domain::vocabulary::DelegateType;
use read_models::{GATHERED_MAX, PageRequest, SessionQuery, SessionRow, names};

/// What a calendar is sent as.
pub(super) const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// Subscribe to a grid's calendar
///
/// 无需令牌：一个网格已公布的接待场次，过去 92 天及以后的全部，iCalendar（RFC 5545）。取消的场次仍在其中。
///
/// Without a token: the sessions of a grid whose rota is published, 92 days back and all ahead, as iCalendar (RFC 5545). What
/// was cancelled stays in it (C-5.2).
#[utoipa::path(get, path = "/v1/public/calendars/grids/{id}.ics", tag = "public", responses(
    (status = 200, description = "日历。The calendar.", body = String, content_type = "text/calendar", example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…"),
))]
pub(crate) async fn of_grid(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let snapshot = app.present();
    let grid = snapshot.reference.areas.grid(AreaId(id.0)).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let wanted = SessionQuery { grid_id: Some(grid.id), ..SessionQuery::default() };
    let rows = rows(&app, wanted, &snapshot).await?;
    Ok(answer(of_notices(&app, &format!("{}两代表接待", grid.name), &rows, &snapshot)))
}

/// Subscribe to a delegate's calendar
///
/// 无需令牌：一名代表已公布的轮值，过去 92 天及以后的全部，iCalendar（RFC 5545）。由他人顶岗的，以及离任之后的，在其日历中为取消。
///
/// Without a token: the published duties of a delegate, 92 days back and all ahead, as iCalendar (RFC 5545). A duty that
/// somebody else has taken over, or that falls after their last day, is cancelled in it (C-5.2).
#[utoipa::path(get, path = "/v1/public/calendars/delegates/{id}.ics", tag = "public", responses(
    (status = 200, description = "日历。The calendar.", body = String, content_type = "text/calendar", example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…"),
))]
pub(crate) async fn of_delegate(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let snapshot = app.present();
    let who = DelegateId(id.0);
    let delegate = snapshot.reference.delegates.get(who).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let wanted = SessionQuery { delegate_id: Some(who), ..SessionQuery::default() };
    let rows = rows(&app, wanted, &snapshot).await?;
    let had_it = |row: &SessionRow| row.session.slots.iter().any(|slot| slot.holders().any(|had| had == who));
    // Who came without a duty has none in the calendar either.
    let events = rows.iter().filter(|row| had_it(row));
    let events = events.map(|row| event(&app, row, &snapshot, !comes(&row.session, who, &snapshot)));
    let name = format!("{}两代表接待轮值", delegate.name);
    let zone = snapshot.reference.time_zone();
    Ok(answer(calendar(&name, zone, snapshot.today, &events.collect::<Vec<_>>())))
}

async fn rows(app: &AppState, wanted: SessionQuery, snapshot: &Snapshot) -> Result<Vec<SessionRow>, Problem> {
    app.reads_for_everybody(names::SESSION_LIST).await;
    let _page = app.one_page().await;
    let from = snapshot.today.checked_sub_days(Days::new(PUBLIC_DAYS_MAX));
    let wanted = SessionQuery { from, published: Some(true), ..wanted };
    // A grid has some fifty a year.
    let all = PageRequest { limit: GATHERED_MAX, cursor: None };
    Ok(app.read_models.sessions(&wanted, snapshot.today, &all).await?.items)
}

/// A calendar of these sessions.
pub(super) fn of_notices(app: &AppState, name: &str, rows: &[SessionRow], snapshot: &Snapshot) -> String {
    let events: Vec<_> = rows.iter().map(|row| event(app, row, snapshot, false)).collect();
    calendar(name, snapshot.reference.time_zone(), snapshot.today, &events)
}

/// Whether somebody is to come to a session by its rota.
fn comes(session: &Session, who: DelegateId, snapshot: &Snapshot) -> bool {
    let Reference { policies, delegates, .. } = &*snapshot.reference;
    let policy = policies.in_force(session.held.on);
    policy.is_some_and(|policy| session.coming(delegates, policy).any(|slot| slot.on_duty() == who))
}

/// A session; `passed_on` is whether the duty that a calendar is of is somebody else's, or nobody's.
fn event(app: &AppState, row: &SessionRow, snapshot: &Snapshot, passed_on: bool) -> Event {
    let (notice, held) = (PublicNotice::of(row, snapshot), &row.session.held);
    let cancelled = passed_on || notice.state == PublicState::Cancelled;
    let people = [DelegateType::Party, DelegateType::Deputy].map(|of| (of, names(&notice, of, Language::Zh)));
    let people = people.into_iter().filter(|(_, names)| !names.is_empty());
    let lines = people.map(|(of, names)| format!("{}：{names}", of.zh())).chain([remark(&notice, Language::Zh)]);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    let delegates = &snapshot.reference.delegates;
    let left: Vec<Claim> = row.session.departures_since(delegates).collect();
    let mandates = left.len() + row.session.returns(delegates);
    let changed_at = left.iter().map(|told| told.recorded_at).chain(row.changed_at).max();
    Event {
        uid: format!("{}@{}", row.session_id, app.casework.keys.origin()),
        sequence: row.changes.saturating_add(u32::try_from(mandates).unwrap_or(u32::MAX)),
        changed_at: changed_at.unwrap_or(DateTime::UNIX_EPOCH),
        from: held.on.and_time(held.from.0),
        to: held.on.and_time(held.to.0),
        summary: format!("{}{}两代表接待", if cancelled { "取消：" } else { "" }, notice.grid),
        location: notice.venue.clone(),
        description: lines.join("\n"),
        cancelled,
    }
}

fn answer(calendar: String) -> HttpResponse {
    HttpResponse::Ok().insert_header(A_MINUTE).content_type(MEDIA_TYPE).body(calendar)
}

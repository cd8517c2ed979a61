//! `GET /v1/sessions`: the list.

use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::{Items, page};
use crate::http::tables::{self, Making};
use crate::input::body::{choice, one_of};
use crate::input::filters;
use crate::input::params::ListParams;
use crate::input::query::{Page, Query};
use crate::problem::Problem;
use crate::sessions::table;
use crate::sessions::view::{SessionView, leaves};
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::leave::LeavesOf;
use domain::vocabulary::{SessionState, Verdict};
use read_models::{SessionPending, SessionQuery, SessionRow, names};
use std::ops::ControlFlow;
use tokio::runtime::Handle;
use utoipa::ToSchema;

/// A page of sessions.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct SessionPage {
    /// 场次，依举行之日先后，不含记录的文字。The sessions in the order of their days, without the text of their records.
    items: Vec<SessionView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List sessions
///
/// 接待场次列表，依举行之日先后，可按网格、单位、代表、日期、状态和认定筛选。
///
/// Sessions in the order of their days, by grid, unit, delegate, day, state and verdict.
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("unit_id" = Option<Uuid>, Query, description = "单位：所在网格的场次。Unit: the sessions of its grid."),
    ("delegate_id" = Option<Uuid>, Query, description = "轮值、曾轮值或到场的代表。A delegate who has or had a duty in it, or came."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "举行之日不早于。Held on or after."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "举行之日不晚于。Held on or before."),
    ("state" = Option<String>, Query, pattern = r"^(planned|open|closed|cancelled)(,(planned|open|closed|cancelled))*$", description = "状态，可用逗号并列。State, several with commas."),
    ("verdict" = Option<String>, Query, pattern = r"^(pending|valid|invalid)$", description = "今日的场次认定。The verdict today."),
    ("held" = Option<bool>, Query, description = "true 为已举行；false 为当日已过而未举行、未取消。True: held. False: its day is over, and it was neither held nor cancelled."),
    ("zero_visitor" = Option<bool>, Query, description = "已结束的场次是否无人来访。Of those that are closed, whether nobody came."),
    ("pending" = Option<String>, Query, pattern = r"^(correction|objection)(,(correction|objection))*$", description = "待决定的事项，可用逗号并列：correction 记录的更正、objection 未答复的异议。What waits for a decision, several with commas: a correction of the record, an objection that is not answered."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (SessionPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "场次编号,版本,网格编号\r\n5c1e8a52-6f0d-8b3a-9e47-0d2f6a7b8c91,14,0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f\r\n"),
    )),
))]
pub(crate) async fn list_sessions(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((wanted, at_least, paging), format) = question.read_as(&Format::OF_LISTS, |query| read_list(query, &known))?;
    app.reads_for(names::SESSION_LIST, &question, at_least).await?;
    if format.is_table() {
        let snapshot = app.present();
        let today = snapshot.today;
        return tables::list(&app, &request, &question, (format, &paging), &table::TABLE, async |making, page| {
            let row = rows_of_a_table(&app, snapshot.clone());
            app.read_models.each_session(making, &wanted, today, &page, row).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let snapshot = app.present();
    let listed = app.read_models.sessions(&wanted, snapshot.today, &paging.request()).await?;
    let views = shown(&app, &listed.items, &snapshot).await?;
    let as_of_position = Some(listed.as_of_position.0);
    let items = Items { items: views, next_cursor: listed.next_cursor, as_of_position };
    Ok(page(&question.path, &question.query, &items))
}

/// Rows as sessions are shown, without the words of their records.
async fn shown(app: &AppState, rows: &[SessionRow], snapshot: &Snapshot) -> Result<Vec<SessionView>, Problem> {
    let leaves = leaves(app, rows.iter().flat_map(|row| row.session.on_duty()), snapshot).await?;
    rows.iter().map(|row| SessionView::facts(row.session_id, &row.session, &leaves, snapshot)).collect()
}

/// Makes a row of each session, on the thread that reads them. The leaves of whoever is on duty are looked up there, of each
/// delegate once.
fn rows_of_a_table(
    app: &AppState,
    snapshot: Snapshot,
) -> impl FnMut(&mut Making, SessionRow) -> ControlFlow<()> + Send + 'static {
    let (app, runtime, mut known) = (app.clone(), Handle::current(), LeavesOf::new());
    move |making, SessionRow { session_id, session, .. }| {
        let more = session.on_duty().filter(|one| !known.contains_key(one)).collect::<Vec<_>>();
        let shown =
            runtime.block_on(leaves(&app, more.into_iter(), &snapshot)).map_err(Problem::from).and_then(|more| {
                known.extend(more);
                SessionView::facts(session_id, &session, &known, &snapshot)
            });
        match shown {
            Ok(view) => making.row(table::row(&session, &view, &snapshot)),
            Err(problem) => making.give_up(problem),
        }
    }
}

fn read_list(query: &mut Query, known: &Snapshot) -> Option<(SessionQuery, Option<u64>, Page)> {
    query.now_only();
    let all_states = || one_of(SessionState::ALL.iter().map(|state| state.as_str()));
    let all_pending = || one_of(SessionPending::ALL.iter().map(|pending| pending.as_str()));
    let pending = |name: &str| SessionPending::ALL.iter().copied().find(|pending| pending.as_str() == name);
    let (from, to) = filters::days(query, ("from", "to"), known);
    let page = query.page();
    let wanted = SessionQuery {
        id: None,
        grid_id: filters::grid_of_place(query, known),
        delegate_id: filters::delegate(query, known),
        from,
        to,
        states: query.choices("state", all_states, SessionState::parse).unwrap_or_default(),
        verdict: query.optional("verdict", choice(Verdict::ALL, Verdict::as_str)),
        held: query.flag("held"),
        zero_visitor: query.flag("zero_visitor"),
        published: None,
        pending: query.choices("pending", all_pending, pending).unwrap_or_default(),
    };
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, query.at_least(), page))
}

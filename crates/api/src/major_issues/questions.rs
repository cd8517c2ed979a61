//! `GET /v1/major-issues`: the list, one of them, its history.

use crate::http::extract::{PathId, Question};
use crate::http::format::Format;
use crate::http::reference::asked_about;
use crate::http::response::{Items, one, page};
use crate::http::tables::{self, Making};
use crate::input::body::{choice, date, one_of};
use crate::input::filters;
use crate::input::params::{AsOfParams, HistoryParams, ListParams};
use crate::input::query::{Page, Query};
use crate::log::stream;
use crate::major_issues::table;
use crate::major_issues::view::MajorIssueView;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::loaded::AsOf;
use domain::access::Scope;
use domain::ids::MajorIssueId;
use domain::vocabulary::{Level, MajorIssueState};
use event_store::StreamId;
use read_models::{MajorIssueQuery, MajorIssueSort, Within, names};
use utoipa::ToSchema;

/// A page of major issues.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct MajorIssuePage {
    /// The major issues, newest first.
    items: Vec<MajorIssueView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List major issues
///
/// 重大问题列表，最近提交的在前。`state` 可用逗号并列几个，也可为 `open`。
///
/// Major issues, newest first; `state` takes several with commas, and `open`.
#[utoipa::path(get, path = "/v1/major-issues", tag = "major issues", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("state" = Option<String>, Query, pattern = r"^(open|submitted|triaged|deliberated|assigned|handling|reported_back|verified|returned_for_rework|concluded|returned|referred)(,(open|submitted|triaged|deliberated|assigned|handling|reported_back|verified|returned_for_rework|concluded|returned|referred))*$", description = "状态，可用逗号并列，或 open（进行中）。States with commas, or open: under way.", example = "submitted,triaged"),
    ("level" = Option<schema::Level>, Query, description = "层级。Level."),
    ("lead_office_id" = Option<Uuid>, Query, description = "主办单位。The lead office."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "提交日期不早于。Submitted on or after."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "提交日期不晚于。Submitted on or before."),
    ("due_to" = Option<chrono::NaiveDate>, Query, description = "承办单位应报告的日期不晚于。With a report due on or before."),
    ("sort" = Option<String>, Query, pattern = r"^(due|submitted|-submitted)$", description = "due 按承办期限（没有期限的在后）、submitted 最早提交的在前、-submitted 最近提交的在前（默认）。Order: due (those without a due date last), submitted, or -submitted by default."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (MajorIssuePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "重大问题标识,编号,版本,状态\r\n0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21,2026-88130,4,assigned\r\n"),
    )),
))]
pub(crate) async fn list_major_issues(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((mut wanted, at_least, paging), format) =
        question.read_as(&Format::OF_LISTS, |query| read_list(query, &known))?;
    wanted.within = app.within(&question)?;
    app.reads_for(names::MAJOR_ISSUE_BOARD, &question, at_least).await?;
    // What is whose is known of the rows of others too.
    match wanted.within.scope {
        Scope::Own { .. } => app.reads_for(names::ISSUE_BOARD, &question, at_least).await?,
        Scope::PartyLine => {
            app.reads_for(names::ISSUE_BOARD, &question, at_least).await?;
            app.reads_for(names::RECEPTION_LIST, &question, at_least).await?;
        }
        Scope::Town | Scope::Figures | Scope::Offices(_) | Scope::Grids(_) | Scope::Receipt => {}
    }
    if format.is_table() {
        let snapshot = app.present();
        return tables::list(&app, &request, &question, (format, &paging), &table::TABLE, async |making, page| {
            let snapshot = snapshot.clone();
            let row = move |making: &mut Making, row| making.row(table::row(&row, &snapshot));
            app.read_models.each_major_issue(making, &wanted, &page, row).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let snapshot = app.present();
    let listed = app.read_models.major_issues(&wanted, &paging.request()).await?;
    // Which ones and in which order is the read model's to say; what they look like is folded up to the very position
    // the rows speak of, so that a list shows all that a single resource shows. Major issues are few.
    let as_of = AsOf::Position(listed.as_of_position);
    let mut items = Vec::with_capacity(listed.items.len());
    for row in &listed.items {
        let loaded = app.casework.major_issue(row.major_issue_id, as_of).await?;
        items.push(MajorIssueView::of(row.major_issue_id, &loaded, &snapshot));
    }
    let as_of_position = Some(listed.as_of_position.0);
    Ok(page(&question.path, &question.query, &Items { items, next_cursor: listed.next_cursor, as_of_position }))
}

fn read_list(query: &mut Query, known: &Snapshot) -> Option<(MajorIssueQuery, Option<u64>, Page)> {
    query.now_only();
    let all_states = || one_of(MajorIssueState::ALL.iter().map(|state| state.as_str()).chain(["open"]));
    let (from, to) = filters::days(query, ("from", "to"), known);
    let ids = filters::ids(query);
    let page = filters::page(query, &ids);
    let wanted = MajorIssueQuery {
        within: Within::default(),
        grid_id: filters::grid(query, known),
        states: query.choices("state", all_states, states).unwrap_or_default().concat(),
        level: query.optional("level", choice(Level::ALL, Level::as_str)),
        lead_office_id: filters::office(query, "lead_office_id", known),
        from,
        to,
        due_to: query.optional("due_to", date()),
        ids: ids.into_iter().map(MajorIssueId).collect(),
        sort: query.optional("sort", choice(SORTS, sort_name)).unwrap_or_default(),
    };
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, query.at_least(), page))
}

const SORTS: &[MajorIssueSort] = &[MajorIssueSort::Due, MajorIssueSort::Submitted, MajorIssueSort::SubmittedDescending];

fn sort_name(sort: MajorIssueSort) -> &'static str {
    match sort {
        MajorIssueSort::Due => "due",
        MajorIssueSort::Submitted => "submitted",
        MajorIssueSort::SubmittedDescending => "-submitted",
    }
}

/// What a name in `state` stands for.
fn states(name: &str) -> Option<Vec<MajorIssueState>> {
    use MajorIssueState::{
        Assigned, Deliberated, Handling, ReportedBack, ReturnedForRework, Submitted, Triaged, Verified,
    };
    const OPEN: [MajorIssueState; 8] =
        [Submitted, Triaged, Deliberated, Assigned, Handling, ReportedBack, Verified, ReturnedForRework];
    if name == "open" { Some(OPEN.to_vec()) } else { MajorIssueState::parse(name).map(|state| vec![state]) }
}

/// Read a major issue
///
/// 一个重大问题，现在或过去某一时刻。
///
/// A major issue, now or as of a position or an instant.
#[utoipa::path(get, path = "/v1/major-issues/{id}", tag = "major issues", params(AsOfParams), responses(
    (status = 200, description = "重大问题。The major issue.", body = MajorIssueView),
))]
pub(crate) async fn one_major_issue(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let id = MajorIssueId(id.0);
    let loaded = app.casework.major_issue(id, snapshot.as_of).await?;
    let mut view = MajorIssueView::of(id, &loaded, &snapshot);
    view.as_of_position = Some(snapshot.position.0);
    Ok(one(loaded.version.0, view))
}

/// Read the events of a major issue
///
/// 一个重大问题的全部事件，按版本排序；决定、报告等文字在其中。
///
/// The whole history of a major issue in version order, with the texts of every step.
#[utoipa::path(get, path = "/v1/major-issues/{id}/events", tag = "major issues", params(HistoryParams), responses(
    (status = 200, description = "事件。Events.", body = stream::EventPage),
))]
pub(crate) async fn major_issue_events(
    app: web::Data<AppState>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&app, &StreamId::of("major_issue", id.0), &question).await
}

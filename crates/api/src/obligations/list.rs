//! `GET /v1/obligations`: the list.

use crate::clauses::content::obligations;
use crate::http::context::RequestContext;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::{Items, page};
use crate::http::tables::{self, Making};
use crate::input::body::{choice, one_of};
use crate::input::filters;
use crate::input::params::ListParams;
use crate::input::query::{Page, Query};
use crate::obligations::table;
use crate::obligations::view::ObligationView;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::clause::CLAUSES;
use domain::language::text;
use domain::vocabulary::{ExplanationState, ObligationCode, ObligationStatus, Tier};
use read_models::{ObligationQuery, ObligationSort, Within};
use utoipa::ToSchema;

/// A page of obligations.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct ObligationPage {
    /// The obligations, due first.
    items: Vec<ObligationView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List obligations
///
/// 义务清单：谁在何时之前应做什么、是否做到；按期限排序。今日尚未起算的不列；仅作统计的（O-21）只在以 `code` 或 `clause` 指明时列出。
///
/// What is owed, by whom and by when, and how it stands today; in the order of due dates. What is not owed yet today is
/// not listed; what is only counted (O-21) is where `code` or `clause` names it.
#[utoipa::path(get, path = "/v1/obligations", tag = "obligations", params(
    ("code" = Option<String>, Query, pattern = r"^(O-1|O-2|O-3|O-4|O-5|O-6|O-7|O-8|O-9|O-10|O-11|O-12|O-13|O-14|O-15|O-16|O-17|O-18|O-19|O-20|O-21)(,(O-1|O-2|O-3|O-4|O-5|O-6|O-7|O-8|O-9|O-10|O-11|O-12|O-13|O-14|O-15|O-16|O-17|O-18|O-19|O-20|O-21))*$", description = "义务代码，可用逗号并列。Codes of obligations, several with commas.", example = "O-4,O-5"),
    ("clause" = Option<String>, Query, pattern = r"^(C-2|C-3.1|C-3.4|C-3.5|C-3.6|C-4.1|C-4.2|C-4.3a|C-4.3b|C-4.4|C-5.1|C-5.2|C-5.3)(,(C-2|C-3.1|C-3.4|C-3.5|C-3.6|C-4.1|C-4.2|C-4.3a|C-4.3b|C-4.4|C-5.1|C-5.2|C-5.3))*$", description = "所依据的条款，可用逗号并列。The clauses that they rest on, several with commas."),
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("delegate_id" = Option<Uuid>, Query, description = "义务人代表。Owed by this delegate."),
    ("status" = Option<String>, Query, pattern = r"^(not_yet_due|fulfilled|late|missing|excused)(,(not_yet_due|fulfilled|late|missing|excused))*$", description = "今日的状态，可用逗号并列。How they stand today, several with commas.", example = "late,missing"),
    ("tier" = Option<String>, Query, pattern = r"^(advance|reminder|supervision|circular)(,(advance|reminder|supervision|circular))*$", description = "已达到的最高提醒级别，可用逗号并列。The highest tier reached, several with commas.", example = "supervision,circular"),
    ("explanation" = Option<String>, Query, pattern = r"^(none|pending|accepted|refused)(,(none|pending|accepted|refused))*$", description = "最近一次说明的状态，可用逗号并列；pending 为待认定的说明。Where the newest explanation stands, several with commas; pending are those that wait for a decision.", example = "pending"),
    ("from" = Option<chrono::NaiveDate>, Query, description = "期限不早于。Due on or after."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "期限不晚于。Due on or before."),
    ("sort" = Option<String>, Query, pattern = r"^(due|-due)$", description = "due 按期限（默认）、-due 期限最晚的在前。Order: due by default, or -due."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx; a table without limit and cursor holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (ObligationPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "义务标识,代码,义务,部分,条款\r\n7c1f0a52-6d1b-8a30-9c44-0b1d2e3f4a5b,O-4,报送接待记录,,C-4.1\r\n"),
    )),
))]
pub(crate) async fn list_obligations(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((mut wanted, at_least, paging), format) =
        question.read_as(&Format::OF_LISTS, |query| read_list(query, &known))?;
    wanted.within = app.within(&question)?;
    app.reads_obligations(&wanted.within, &question, at_least).await?;
    if format.is_table() {
        let (snapshot, language) = (app.present(), RequestContext::of(&request)?.language());
        let today = snapshot.today;
        return tables::list(&app, &request, &question, (format, &paging), &table::TABLE, async |making, page| {
            let snapshot = snapshot.clone();
            let row = move |making: &mut Making, row| making.row(table::row(&row, &snapshot, language));
            app.read_models.each_obligation(making, &wanted, today, &page, row).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let snapshot = app.present();
    let listed = app.read_models.obligations(&wanted, snapshot.today, &paging.request()).await?;
    let zone = snapshot.reference.time_zone();
    let views = listed.items.iter().filter_map(|row| ObligationView::of(&row.entry, snapshot.today, zone));
    let items = views.collect();
    let as_of_position = Some(listed.as_of_position.0);
    let items = Items { items, next_cursor: listed.next_cursor, as_of_position };
    Ok(page(&question.path, &question.query, &items))
}

fn read_list(query: &mut Query, known: &Snapshot) -> Option<(ObligationQuery, Option<u64>, Page)> {
    query.now_only();
    let codes = codes(query);
    let statuses = || one_of(ObligationStatus::ALL.iter().map(|status| status.as_str()));
    let tiers = || one_of(Tier::ALL.iter().map(|tier| tier.as_str()));
    let explanations = || one_of(ExplanationState::ALL.iter().map(|state| state.as_str()));
    let (from, to) = filters::days(query, ("from", "to"), known);
    let page = query.page();
    let wanted = ObligationQuery {
        within: Within::default(),
        codes,
        grid_id: filters::grid(query, known),
        delegate_id: filters::delegate(query, known),
        statuses: query.choices("status", statuses, ObligationStatus::parse).unwrap_or_default(),
        tiers: query.choices("tier", tiers, Tier::parse).unwrap_or_default(),
        explanations: query.choices("explanation", explanations, ExplanationState::parse).unwrap_or_default(),
        from,
        to,
        sort: query.optional("sort", choice(SORTS, sort_name)).unwrap_or_default(),
    };
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, query.at_least(), page))
}

/// Those named by `code`, of the clause that is named. Where nothing can be both, that is a fault: an empty list would be
/// taken for an answer.
fn codes(query: &mut Query) -> Vec<ObligationCode> {
    let all = || one_of(ObligationCode::ALL.iter().map(|code| code.as_str()));
    let named = query.choices("code", all, ObligationCode::parse).unwrap_or_default();
    let owing = || CLAUSES.iter().map(|clause| clause.id).filter(|id| obligations(id).next().is_some());
    let known = |id: &str| owing().find(|clause| *clause == id);
    let Some(wanted) = query.choices("clause", || one_of(owing()), known) else { return named };
    let of_clause = |code: &ObligationCode| wanted.contains(&code.clause());
    let among = if named.is_empty() { ObligationCode::ALL.to_vec() } else { named };
    let codes: Vec<_> = among.into_iter().filter(of_clause).collect();
    if codes.is_empty() {
        let detail = text("没有依据该条款的此类义务。", "No such obligation rests on that clause.");
        query.fault_because("clause", HttpCode::BadParameter, detail);
    }
    codes
}

const SORTS: &[ObligationSort] = &[ObligationSort::Due, ObligationSort::DueDescending];

fn sort_name(sort: ObligationSort) -> &'static str {
    match sort {
        ObligationSort::Due => "due",
        ObligationSort::DueDescending => "-due",
    }
}

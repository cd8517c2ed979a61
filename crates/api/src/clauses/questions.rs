//! `GET /v1/clauses`: the ledger, and one clause of it.

use crate::clauses::html::{self, Behind};
use crate::clauses::ledger::Ledger;
use crate::clauses::table;
use crate::clauses::view::{ClauseView, ClausesView, OneClauseView};
use crate::dashboards::obligations::RangeParams;
use crate::http::context::{PathParts, RequestContext};
use crate::http::csv;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::xlsx;
use crate::input::filters;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::clause::{CLAUSES, Clause, clause};
use domain::language::Language;
use domain::vocabulary::{ObligationCode, ObligationStatus};
use read_models::{ObligationQuery, ObligationRange, PageRequest, names};
use std::collections::BTreeMap;

/// Read the notice clause by clause
///
/// 条款台账：通知逐条的原文，各条义务的履行情况（按期、逾期、未履行），所依据事件的数量，以及没有义务时的核对。
/// `format=html` 为可打印的一页，每个数字链接到其清单，每项义务链接到其事件。
///
/// The ledger: each clause of the notice in its own words, how what is owed under it is kept, how many facts it rests on, and
/// what is looked at where no obligation stands. `format=html` is one page for print, in which each figure leads to its list
/// and each obligation to its events.
#[utoipa::path(get, path = "/v1/clauses", tag = "obligations", params(
    RangeParams,
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx|html)$", description = "json、csv、xlsx 或 html。json, csv, xlsx or html."),
), responses(
    (status = 200, description = "台账。The ledger.", content(
        (ClausesView = "application/json", example = json!({"as_of_position": 88141, "as_of_date": "2026-11-24",
            "items": [{"id": "C-2", "heading": {"zh": "二、时间安排", "en": "Part 2, time"},
                "wording": {"zh": "……每周四下午开展联系服务活动", "en": "The service takes place every Thursday afternoon."},
                "built": true, "fulfilled": 690, "late": 0, "missing": 10, "not_yet_due": 14, "excused": 3,
                "kept": {"n": 690, "of": 700}, "by_code": [{"code": "O-1", "clause": "C-2", "fulfilled": 690, "late": 0,
                    "missing": 10, "not_yet_due": 14, "excused": 3, "kept": {"n": 690, "of": 700}, "list": "/v1/obligations?code=O-1"}],
                "list": "/v1/obligations?clause=C-2", "to_come": [], "facts": {"session.planned": 717}, "checks": {}}]})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "条款,部分,代码,已履行\r\nC-2,二、时间安排,O-1,700\r\n"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )),
))]
pub(crate) async fn all_clauses(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (range, format, language) = asked(&app, &request, &question).await?;
    let ledger = Ledger::read(&app, range).await?;
    let (as_of_position, as_of_date) = (ledger.as_of_position(), ledger.snapshot.today);
    let items = CLAUSES.iter().map(|clause| ledger.of(clause)).collect();
    let view = ClausesView { as_of_position, as_of_date, items };
    if let Some(table) = as_table(format, "clauses", &view.items, &ledger, language) {
        return table;
    }
    if format == Format::Html {
        let behind = behind(&app, CLAUSES, &ledger).await?;
        return Ok(html::answer(&view.items, as_of_position, &behind, &ledger, language));
    }
    Ok(HttpResponse::Ok().json(view))
}

/// Read one clause
///
/// 台账中的一条。
///
/// One clause of the ledger.
#[utoipa::path(get, path = "/v1/clauses/{id}", tag = "obligations", params(
    ("id" = String, Path, description = "条款编号。The clause.", example = "C-4.1"),
    RangeParams,
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx|html)$", description = "json、csv、xlsx 或 html。json, csv, xlsx or html."),
), responses(
    (status = 200, description = "条款。The clause.", content(
        (OneClauseView = "application/json", example = json!({"as_of_position": 88141, "as_of_date": "2026-11-24", "id": "C-2", "heading": {"zh": "二、时间安排", "en": "Part 2, time"},
                "wording": {"zh": "……每周四下午开展联系服务活动", "en": "The service takes place every Thursday afternoon."},
                "built": true, "fulfilled": 690, "late": 0, "missing": 10, "not_yet_due": 14, "excused": 3,
                "kept": {"n": 690, "of": 700}, "by_code": [{"code": "O-1", "clause": "C-2", "fulfilled": 690, "late": 0,
                    "missing": 10, "not_yet_due": 14, "excused": 3, "kept": {"n": 690, "of": 700}, "list": "/v1/obligations?code=O-1"}],
                "list": "/v1/obligations?clause=C-2", "to_come": [], "facts": {"session.planned": 717}, "checks": {}})),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "条款,部分,代码,已履行\r\nC-2,二、时间安排,O-1,700\r\n"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )),
))]
pub(crate) async fn one_clause(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (range, format, language) = asked(&app, &request, &question).await?;
    let wanted = clause(parts.get("id")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let ledger = Ledger::read(&app, range).await?;
    let (as_of_position, as_of_date) = (ledger.as_of_position(), ledger.snapshot.today);
    let clause = ledger.of(wanted);
    if let Some(table) = as_table(format, wanted.id, std::slice::from_ref(&clause), &ledger, language) {
        return table;
    }
    if format == Format::Html {
        let behind = behind(&app, std::slice::from_ref(wanted), &ledger).await?;
        return Ok(html::answer(&[clause], as_of_position, &behind, &ledger, language));
    }
    Ok(HttpResponse::Ok().json(OneClauseView { as_of_position, as_of_date, clause }))
}

/// Clauses as a table, where one is asked for; `name` is that of its file.
fn as_table(
    format: Format,
    name: &str,
    clauses: &[ClauseView],
    ledger: &Ledger,
    language: Language,
) -> Option<Result<HttpResponse, Problem>> {
    let (position, today) = (ledger.as_of_position(), ledger.snapshot.today);
    if format == Format::Csv {
        return Some(Ok(csv::answer(name, table::table(clauses, position, today, language, csv::headed))));
    }
    let table = || xlsx::answer(name, table::table(clauses, position, today, language, xlsx::headed));
    (format == Format::Xlsx).then(table)
}

/// Reads the question and waits for what the answer must cover.
async fn asked(
    app: &AppState,
    request: &HttpRequest,
    question: &Question,
) -> Result<(ObligationRange, Format, Language), Problem> {
    let known = app.known_to(question).await;
    let ((range, at_least), format) =
        question.read_as(&[Format::Json, Format::Csv, Format::Xlsx, Format::Html], |query| {
            query.now_only();
            let grid_id = filters::grid(query, &known);
            let (from, to) = filters::days(query, ("from", "to"), &known);
            Some((ObligationRange { grid_id, from, to }, query.at_least()))
        })?;
    // Every model that the ledger counts with.
    let counted =
        [names::OBLIGATIONS, names::FACT_COUNTS, names::SESSION_LIST, names::LEAVE_LIST, names::UNDERTAKING_LIST];
    for model in counted {
        app.reads_for(model, question, at_least).await?;
    }
    let language = RequestContext::of(request)?.language();
    Ok((range, format, language))
}

/// The obligations of each clause that were not kept in time, due last first, as many as a page shows.
async fn behind(
    app: &AppState,
    clauses: &[Clause],
    ledger: &Ledger,
) -> Result<BTreeMap<&'static str, Behind>, Problem> {
    let ObligationRange { grid_id, from, to } = ledger.range;
    let mut found = BTreeMap::new();
    for clause in clauses {
        let codes: Vec<_> = ObligationCode::ALL.iter().copied().filter(|code| code.clause() == clause.id).collect();
        // The list would be looked through to its end for none.
        if ledger.are_kept(&codes) {
            continue;
        }
        let wanted = ObligationQuery {
            codes,
            grid_id,
            from,
            to,
            statuses: vec![ObligationStatus::Late, ObligationStatus::Missing],
            sort: read_models::ObligationSort::DueDescending,
            ..ObligationQuery::default()
        };
        let page = PageRequest { limit: html::SHOWN_MAX, cursor: None };
        let listed = app.read_models.obligations(&wanted, ledger.snapshot.today, &page).await?;
        found.insert(clause.id, Behind { rows: listed.items, are_all: listed.next_cursor.is_none() });
    }
    Ok(found)
}

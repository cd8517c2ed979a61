//! `/v1/vocabulary`: what every value is called in both languages, for front ends and tables. Nothing is listed here: the
//! lists are the domain's, the tables of event types, actions and problem codes.

use crate::http::csv::Cell;
use crate::http::extract::read_open;
use crate::http::format::Format;
use crate::http::tables::{self, Table};
use crate::input::body::one_of;
use crate::input::params::TableParams;
use crate::openapi::vocabulary::lists;
use crate::problem::Problem;
use crate::problem::codes::Code;
use actix_web::{HttpRequest, HttpResponse};
use domain::access::Action;
use domain::event::Event;
use domain::language::Language;
use domain::vocabulary::{ActivityFault, ActivityKind, ClauseCheck, Indicator};
use serde::Serialize;
use utoipa::ToSchema;

/// 全部词表。Every list of values.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"items": [{"enum": "issue_kind", "clause": "C-3.6", "values": [
    {"value": "opinion", "zh": "意见", "en": "opinion"}, {"value": "suggestion", "zh": "建议", "en": "suggestion"},
    {"value": "demand", "zh": "要求", "en": "demand"}]}]}))]
pub struct Vocabulary {
    /// 词表；无分页。The lists, all on one page.
    items: Vec<List>,
}

/// 一个词表。One list of values.
#[derive(Serialize, ToSchema)]
#[schema(as = VocabularyList)]
pub struct List {
    /// 词表名称。Its name.
    r#enum: String,
    /// 所依据的条款；没有则省略。The clause it rests on, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
    /// 各个值，按文件中的顺序。The values, in the order of the documents.
    values: Vec<Term>,
}

/// 一个值及其名称。A value and what it is called.
#[derive(Serialize, ToSchema)]
#[schema(as = VocabularyTerm)]
pub struct Term {
    /// 接口中使用的值。The value as the API writes it.
    value: &'static str,
    /// 中文名称。The Chinese term.
    zh: &'static str,
    /// 英文名称。The English term.
    en: &'static str,
    /// 该值自身所依据的条款；与词表相同或没有时省略。The clause of this very value, where it has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
}

/// Read the vocabulary
///
/// 接口中各种取值的中英文名称，包括评议指标、事件类型、角色、操作和错误代码；主题由规则确定，见 `GET /v1/topics`。
///
/// What every value is called in Chinese and in English, indicators, event types, roles, actions and problem codes
/// included; topics come from the policy, see `GET /v1/topics`.
#[utoipa::path(get, path = "/v1/vocabulary", tag = "contract", params(
    ("enum" = Option<String>, Query, description = "只要这些词表，可用逗号并列。Only these lists, several with commas.", example = "issue_state"),
    TableParams,
), responses(
    (status = 200, description = "词表。The lists.", content(
        (Vocabulary = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}词表,值,中文,英文,条款\r\nissue_kind,opinion,意见,opinion,C-3.6\r\n"),
    )),
))]
pub(crate) async fn vocabulary(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut all = all();
    let (wanted, format) = read_open(&request, &Format::OF_LISTS, |query| {
        let names = || one_of(all.iter().map(|list| list.r#enum.as_str()));
        let known = |name: &str| all.iter().any(|list| list.r#enum == name).then(|| name.to_owned());
        Some(query.choices("enum", names, known))
    })?;
    if let Some(wanted) = wanted {
        all.retain(|list| wanted.contains(&list.r#enum));
    }
    if format.is_table() {
        let rows = all.iter().flat_map(|list| list.values.iter().map(|term| row(list, term))).collect();
        return tables::of_everybody(&request, HttpResponse::Ok(), format, &TABLE, rows);
    }
    Ok(HttpResponse::Ok().json(Vocabulary { items: all }))
}

const TABLE: Table = Table {
    name: "vocabulary",
    columns: &[("词表", "enum"), ("值", "value"), ("中文", "zh"), ("英文", "en"), ("条款", "clause")],
};

fn row(list: &List, term: &Term) -> Vec<Cell> {
    let clause = term.clause.or(list.clause);
    vec![list.r#enum.as_str().into(), term.value.into(), term.zh.into(), term.en.into(), clause.into()]
}

fn all() -> Vec<List> {
    let term = |(value, zh, en)| Term { value, zh, en, clause: None };
    let mut all: Vec<List> = lists()
        .into_iter()
        .map(|(name, clause, values)| List {
            r#enum: snake_case(name),
            clause: Some(clause).filter(|clause| !clause.is_empty()),
            values: values.into_iter().map(term).collect(),
        })
        .collect();
    for list in &mut all {
        for term in &mut list.values {
            term.clause = clause_of(&list.r#enum, term.value);
        }
    }
    let types = Event::types().map(|known| Term {
        value: known.name,
        zh: known.zh.trim_end_matches('。'),
        en: known.en.trim_end_matches('.'),
        clause: Some(known.clause).filter(|clause| !clause.is_empty()),
    });
    let codes = Code::all().map(|code| Term {
        value: code.as_str(),
        zh: code.title(Language::Zh),
        en: code.title(Language::En),
        clause: code.clause(),
    });
    let list = |name: &str, values| List { r#enum: name.to_owned(), clause: None, values };
    all.push(list("event_type", types.collect()));
    let actions = Action::ALL.iter().map(|action| action.row()).map(|row| (row.name, row.zh, row.en));
    all.push(list("action", actions.map(term).collect()));
    all.push(list("problem_code", codes.collect()));
    all
}

/// The clause of a value, where those of its list have clauses of their own.
fn clause_of(list: &str, value: &str) -> Option<&'static str> {
    match list {
        "indicator" => Indicator::parse(value).map(Indicator::clause),
        "activity_kind" => ActivityKind::parse(value).map(ActivityKind::clause),
        "activity_fault" => ActivityFault::parse(value).map(ActivityFault::clause),
        "clause_check" => ClauseCheck::parse(value).map(ClauseCheck::clause),
        _ => None,
    }
}

/// `IssueState` is `issue_state`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_value_of_the_service_is_called_something_in_both_languages() {
        let all = all();
        let names: BTreeSet<&str> = all.iter().map(|list| list.r#enum.as_str()).collect();
        assert_eq!(names.len(), all.len(), "a list twice");
        for name in ["issue_state", "major_issue_state", "indicator", "role", "event_type", "action", "problem_code"] {
            assert!(names.contains(name), "{name}");
        }
        for list in &all {
            let values: BTreeSet<_> = list.values.iter().map(|term| term.value).collect();
            assert_eq!(values.len(), list.values.len(), "{}: a value twice", list.r#enum);
            for term in &list.values {
                assert!(term.zh.chars().any(|c| c > '\u{2e80}'), "{} {}: {}", list.r#enum, term.value, term.zh);
                assert!(term.en.is_ascii() && !term.en.is_empty(), "{} {}: {}", list.r#enum, term.value, term.en);
            }
        }
        let types = all.iter().find(|list| list.r#enum == "event_type").unwrap();
        assert_eq!(types.values.len(), Event::types().count());
        assert!(types.values.iter().any(|term| term.value == "issue.raised" && term.clause == Some("C-3.1")));
    }
}

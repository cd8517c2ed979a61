//! `GET /v1/issues`: issues by what they are, where they stand and when they are due. It asks the issue board and opens
//! the subjects of the page it shows, and nothing else.

use crate::answer::{Items, page};
use crate::body::{choice, date, id, line};
use crate::command::Question;
use crate::limits::NAME_CHARS_MAX;
use crate::office::Office;
use crate::params::ListParams;
use crate::problem::Problem;
use crate::query::Query;
use crate::views::issue::IssueView;
use crate::vocabulary as schema;
use actix_web::{HttpResponse, get, web};
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{IssueKind, IssueState, Lateness};
use read_models::{Answered, IssueQuery, IssueSort, PageRequest, names};
use utoipa::ToSchema;

/// A page of issues.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct IssuePage {
    /// The issues. Texts of statements and answers stand in the single resource only.
    items: Vec<IssueView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List issues
///
/// 事项列表，可按网格、代表、状态、期限等筛选。Filtered; `lateness` implies open; `state` takes several with commas, and `open`.
#[utoipa::path(tag = "issues", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("unit_id" = Option<Uuid>, Query, description = "单位。Unit."),
    ("delegate_id" = Option<Uuid>, Query, description = "首问责任人。The responsible delegate."),
    ("state" = Option<String>, Query, description = "状态，可用逗号并列，或 open。States with commas, or open.", example = "open"),
    ("lateness" = Option<schema::Lateness>, Query, description = "期限情况（仅未办结）。How it stands; open issues only."),
    ("kind" = Option<schema::IssueKind>, Query, description = "类别。Kind."),
    ("topic" = Option<String>, Query, description = "主题代码。Topic code."),
    ("answered" = Option<String>, Query, description = "on_time 按期，late 逾期。Of those answered, closed or referred."),
    ("interim" = Option<String>, Query, description = "silent：到期未告知。Silent past an interim date."),
    ("number" = Option<String>, Query, description = "编号。Number.", example = "2026-88122"),
    ("due_from" = Option<chrono::NaiveDate>, Query, description = "到期不早于。Due on or after."),
    ("due_to" = Option<chrono::NaiveDate>, Query, description = "到期不晚于。Due on or before."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "接待日期不早于。Held on or after."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "接待日期不晚于。Held on or before."),
    ("sort" = Option<String>, Query, description = "due、raised、-raised（默认）。Order; -raised by default."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = IssuePage),
))]
#[get("/v1/issues")]
pub(crate) async fn list_issues(office: web::Data<Office>, question: Question) -> Result<HttpResponse, Problem> {
    let (wanted, at_least, paging) = question.read(read_list)?;
    office.reads_for(names::ISSUE_BOARD, question.caller.account.id, at_least).await?;
    let moment = office.present();
    let listed = office.read_models.issues(&wanted, moment.today, &paging).await?;
    let subjects = office.subjects(&listed.items).await?;
    let items =
        listed.items.iter().zip(subjects).map(|(row, subject)| IssueView::in_list(&office, row, subject, &moment));
    let items = Items {
        items: items.collect(),
        next_cursor: listed.next_cursor,
        as_of_position: Some(listed.as_of_position.0),
    };
    Ok(page(&question.path, &question.query, &items))
}

fn read_list(query: &mut Query) -> Option<(IssueQuery, Option<u64>, PageRequest)> {
    query.now_only();
    let states = query.choices("state", |name| match name {
        "open" => Some(IssueState::OPEN.to_vec()),
        name => IssueState::parse(name).map(|state| vec![state]),
    });
    let wanted = IssueQuery {
        grid_id: query.optional("grid_id", id()).map(AreaId),
        unit_id: query.optional("unit_id", id()).map(AreaId),
        delegate_id: query.optional("delegate_id", id()).map(DelegateId),
        states: states.unwrap_or_default().concat(),
        lateness: query.optional("lateness", choice(Lateness::ALL, Lateness::as_str)),
        kind: query.optional("kind", choice(IssueKind::ALL, IssueKind::as_str)),
        topic: query.optional("topic", line(NAME_CHARS_MAX)),
        answered: query.optional("answered", choice(&[Answered::OnTime, Answered::Late], answered_name)),
        silent_interim: query.optional("interim", choice(&[true], |_| "silent")).unwrap_or(false),
        number: query.optional("number", line(NAME_CHARS_MAX)),
        due_from: query.optional("due_from", date()),
        due_to: query.optional("due_to", date()),
        from: query.optional("from", date()),
        to: query.optional("to", date()),
        sort: query.optional("sort", choice(SORTS, sort_name)).unwrap_or_default(),
    };
    let at_least = query.at_least();
    let page = query.page().request();
    Some((wanted, at_least, page))
}

const SORTS: &[IssueSort] = &[IssueSort::Due, IssueSort::Raised, IssueSort::RaisedDescending];

fn sort_name(sort: IssueSort) -> &'static str {
    match sort {
        IssueSort::Due => "due",
        IssueSort::Raised => "raised",
        IssueSort::RaisedDescending => "-raised",
    }
}

fn answered_name(answered: Answered) -> &'static str {
    match answered {
        Answered::OnTime => "on_time",
        Answered::Late => "late",
    }
}

//! `GET /v1/issues`: issues by what they are, where they stand and when they are due. It asks the issue board and opens
//! the subjects of the page it shows, and nothing else.

use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::page_text;
use crate::http::tables::{self, Making};
use crate::input::body::{Faults, Place, choice, one_of};
use crate::input::filters;
use crate::input::params::ListParams;
use crate::input::query::{Page, Query};
use crate::issues::listed::Issues;
use crate::issues::table;
use crate::issues::view::IssueView;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::access::Scope;
use domain::ids::IssueId;
use domain::language::{Text, text as text_of};
use domain::refusal;
use domain::vocabulary::{IssueKind, IssueState, Lateness};
use read_models::{Answered, IssueQuery, IssueSort, Pending, Within, names};
use serde_json::Value;
use utoipa::ToSchema;

/// A page of issues.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; page_text writes it")]
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
/// 事项列表，可按网格、代表、状态、期限等筛选。`lateness` 只含未办结的；`state` 可用逗号并列几个，也可为 `open`。
///
/// Issues, by grid, delegate, state, due date and more. `lateness` implies open ones; `state` takes several with
/// commas, and `open`.
#[utoipa::path(get, path = "/v1/issues", tag = "issues", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("unit_id" = Option<Uuid>, Query, description = "单位。Unit."),
    ("delegate_id" = Option<Uuid>, Query, description = "首问责任人。The responsible delegate."),
    ("session_id" = Option<Uuid>, Query, description = "提出该事项的接待场次。Raised in a reception of this session."),
    ("state" = Option<String>, Query, pattern = r"^(open|registered|in_hand|escalated|awaiting_answer|answered|closed|withdrawn|referred|merged)(,(open|registered|in_hand|escalated|awaiting_answer|answered|closed|withdrawn|referred|merged))*$", description = "状态，可用逗号并列，或 open。States with commas, or open.", example = "open"),
    ("lateness" = Option<String>, Query, pattern = r"^(on_time|due_soon|overdue|long_overdue)(,(on_time|due_soon|overdue|long_overdue))*$", description = "期限情况（仅未办结），可用逗号并列：on_time、due_soon、overdue、long_overdue。How it stands, several with commas; open issues only: on_time, due_soon, overdue, long_overdue."),
    ("pending" = Option<String>, Query, pattern = r"^(extension|reopening|correction)(,(extension|reopening|correction))*$", description = "待决定的申请，可用逗号并列：extension 延期、reopening 重办、correction 更正。What waits for a decision, several with commas: extension, reopening, correction."),
    ("supervised" = Option<bool>, Query, description = "是否督办。Under supervision or not."),
    ("kind" = Option<schema::IssueKind>, Query, description = "类别。Kind."),
    ("topic" = Option<String>, Query, description = "主题代码。Topic code."),
    ("answered" = Option<String>, Query, pattern = r"^(on_time|late)$", description = "已答复、已办结或已导入法定途径的：on_time 按期，late 逾期。Of those answered, closed or referred: on_time or late."),
    ("interim" = Option<String>, Query, pattern = r"^(silent)$", description = "silent：到期未告知。Silent past an interim date."),
    ("number" = Option<String>, Query, pattern = r"^[0-9]{4}-[0-9]{1,19}$", description = "编号。Number.", example = "2026-88122"),
    ("due_from" = Option<chrono::NaiveDate>, Query, description = "到期不早于。Due on or after."),
    ("due_to" = Option<chrono::NaiveDate>, Query, description = "到期不晚于。Due on or before."),
    ("from" = Option<chrono::NaiveDate>, Query, description = "接待日期不早于。Held on or after."),
    ("to" = Option<chrono::NaiveDate>, Query, description = "接待日期不晚于。Held on or before."),
    ("sort" = Option<String>, Query, pattern = r"^(due|raised|-raised)$", description = "排序：due、raised、-raised（默认）。Order: due, raised or -raised (the default)."),
    ("ids" = Option<String>, Query, pattern = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$", description = "只要这些编号（最多 100 个，以逗号分隔），按此顺序列出；没有的不列。不与 limit、cursor、sort 同用。Only these ids (at most 100, separated by commas), in this order; unknown ones are absent. Not together with limit, cursor or sort."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格不含文字内容，未写 limit 和 cursor 时为全部（最多 200000 行）。json, csv or xlsx. A table holds facts and no words; without limit and cursor it holds all rows, at most 200,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (IssuePage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "事项标识,编号,版本,状态\r\n0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10,2026-88122,4,answered\r\n"),
    )),
))]
pub(crate) async fn list_issues(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((mut wanted, at_least, paging), format) =
        question.read_as(&Format::OF_LISTS, |query| read_list(query, &known))?;
    wanted.within = app.within(&question)?;
    app.reads_for(names::ISSUE_BOARD, &question, at_least).await?;
    // What is whose is known of the rows of others too.
    match wanted.within.scope {
        Scope::Offices(_) => app.reads_for(names::MAJOR_ISSUE_BOARD, &question, at_least).await?,
        Scope::PartyLine => app.reads_for(names::RECEPTION_LIST, &question, at_least).await?,
        Scope::Town | Scope::Figures | Scope::Own { .. } | Scope::Grids(_) | Scope::Receipt => {}
    }
    if wanted.session_id.is_some() {
        // Receptions know their session, and so find its issues.
        app.reads_for(names::RECEPTION_LIST, &question, at_least).await?;
    }
    if format.is_table() {
        let snapshot = app.present();
        let today = snapshot.today;
        return tables::list(&app, &request, &question, (format, &paging), &table::TABLE, async |making, page| {
            let snapshot = snapshot.clone();
            let row = move |making: &mut Making, row| making.row(table::row(&row, &snapshot));
            app.read_models.each_issue(making, &wanted, today, &page, row).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let snapshot = app.present_to(&question)?;
    let (today, zone) = (snapshot.today, snapshot.reference.time_zone());
    let request = paging.request();
    let page = async |withheld| {
        let opened = app.opened.since(app.casework.erasure_epoch());
        let issues = Issues::on(today, zone, opened, paging.limit).withholding(withheld);
        app.read_models.issues_into(issues, &wanted, today, &request, Issues::add).await
    };
    let mut withheld = app.casework.withholds_rows(&snapshot.reader);
    let (mut issues, mut end) = page(withheld).await?;
    if withheld.is_none() {
        // That they look is on record before anything is opened for them; what cannot be recorded is told again without words.
        withheld = app.casework.sight_of_rows(&snapshot.reader, issues.looked_at()).await?.withholds_words();
        if withheld.is_some() {
            (issues, end) = page(withheld).await?;
        }
    }
    let text = app.with_subjects(issues).await?;
    let as_of = Some(end.as_of_position);
    Ok(page_text(&question.path, &question.query, text, end.next_cursor.as_deref(), as_of))
}

fn read_list(query: &mut Query, known: &Snapshot) -> Option<(IssueQuery, Option<u64>, Page)> {
    query.now_only();
    let all_states = || one_of(IssueState::ALL.iter().map(|state| state.as_str()).chain(["open"]));
    let states = query.choices("state", all_states, |name| match name {
        "open" => Some(IssueState::OPEN.to_vec()),
        name => IssueState::parse(name).map(|state| vec![state]),
    });
    let all_lateness = || one_of(Lateness::ALL.iter().map(|lateness| lateness.as_str()));
    let all_pending = || one_of(Pending::ALL.iter().map(|pending| pending.as_str()));
    let pending = |name: &str| Pending::ALL.iter().copied().find(|pending| pending.as_str() == name);
    let (due_from, due_to) = filters::days(query, ("due_from", "due_to"), known);
    let (from, to) = filters::days(query, ("from", "to"), known);
    let ids = filters::ids(query);
    let page = filters::page(query, &ids);
    let (grid_id, unit_id) = filters::place(query, known);
    let number = query.optional("number", number());
    if let Some((_, position)) = &number {
        query.reached("number", *position);
    }
    let wanted = IssueQuery {
        within: Within::default(),
        grid_id,
        unit_id,
        delegate_id: filters::delegate(query, known),
        session_id: filters::session(query),
        states: states.unwrap_or_default().concat(),
        lateness: query.choices("lateness", all_lateness, Lateness::parse).unwrap_or_default(),
        pending: query.choices("pending", all_pending, pending).unwrap_or_default(),
        supervised: query.flag("supervised"),
        kind: query.optional("kind", choice(IssueKind::ALL, IssueKind::as_str)),
        topic: filters::topic(query, known),
        answered: query.optional("answered", choice(&[Answered::OnTime, Answered::Late], answered_name)),
        silent_interim: query.optional("interim", choice(&[true], |_| "silent")).unwrap_or(false),
        number: number.map(|(number, _)| number),
        due_from,
        due_to,
        from,
        to,
        ids: ids.into_iter().map(IssueId).collect(),
        sort: query.optional("sort", choice(SORTS, sort_name)).unwrap_or_default(),
    };
    for name in contradicting(&wanted) {
        query.fault_because(name, HttpCode::BadParameter, contradiction(name));
    }
    query.goes_on(&page, |cursor| wanted.is_continued_by(cursor));
    Some((wanted, query.at_least(), page))
}

/// The filters that exclude others by what they mean: how an open issue stands, whether an ended one was answered in time.
/// What else never meets, such as a state in which nothing can wait for a decision, is a rule of the life cycle and no
/// meaning of the filter: there an empty list is the answer.
fn contradicting(wanted: &IssueQuery) -> Vec<&'static str> {
    const ANSWERED: [IssueState; 3] = [IssueState::Answered, IssueState::Closed, IssueState::Referred];
    let none_of =
        |states: &[IssueState]| !wanted.states.is_empty() && !wanted.states.iter().any(|state| states.contains(state));
    let (late, silent) = (!wanted.lateness.is_empty(), wanted.silent_interim);
    let of_open = [(late, "lateness"), (silent, "interim")];
    let mut found: Vec<_> = of_open.into_iter().filter(|(asked, _)| *asked && none_of(&IssueState::OPEN)).collect();
    found.push((wanted.answered.is_some() && (late || silent || none_of(&ANSWERED)), "answered"));
    found.into_iter().filter(|(asked, _)| *asked).map(|(_, name)| name).collect()
}

/// Why a filter excludes the others.
fn contradiction(name: &str) -> Text {
    if name == "answered" {
        text_of(
            "answered 只适用于已答复、已办结或已导入法定途径的事项，与所写的其他条件不能同时成立。",
            "answered is of issues answered, closed or referred; no issue meets the other filters as well.",
        )
    } else {
        text_of(
            format!("{name} 只适用于未办结的事项，与所写的 state 不能同时成立。"),
            format!("{name} is of open issues; none of the states asked for is open."),
        )
    }
}

/// A year and a position, as issues are numbered, and that position: anything else is nobody's number.
fn number() -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<(String, u64)> {
    |value, place, faults| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let text = value.as_str().unwrap_or_default();
        let position = text.split_once('-').and_then(|(year, position)| {
            let fits = year.len() == 4 && digits(year) && digits(position) && position.len() <= 19;
            position.parse().ok().filter(|position: &u64| fits && *position > 0)
        });
        if position.is_none() {
            let detail = text_of("应为编号，如 2026-88122。", "A number such as 2026-88122 is expected.");
            faults.push(place.because(refusal::Code::InvalidValue, detail));
        }
        position.map(|position| (text.to_owned(), position))
    }
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

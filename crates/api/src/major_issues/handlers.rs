//! `/v1/major-issues`: the grid's major-issue process (网格重大问题处理流程), reading one, its history, the list.

use crate::http::commands::{CommandResult, changed, run, settle};
use crate::http::context::Asked;
use crate::http::csv;
use crate::http::extract::{Command, PathId, Question};
use crate::http::format::Format;
use crate::http::reference::asked_about;
use crate::http::response::{Items, one, page};
use crate::input::body::{Fields, choice, date, one_of};
use crate::input::filters;
use crate::input::params::{AsOfParams, HistoryParams, ListParams};
use crate::input::query::{Page, Query};
use crate::issues::bodies::{Plain, Reasoned};
use crate::issues::tables;
use crate::log::stream;
use crate::major_issues::bodies;
use crate::major_issues::view::MajorIssueView;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::state::{Moment, Office};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::Call;
use casework::change::Changed;
use casework::files::AsOf;
use casework::major_issues::MajorOutcome;
use casework::transact::Outcome;
use domain::ids::{MajorIssueId, MeetingId};
use domain::major_issue::MajorIssue;
use domain::vocabulary::{Level, MajorIssueState};
use event_store::{CommandRecord, StreamId};
use read_models::{MajorIssueQuery, MajorIssueSort, names};
use serde::Serialize;
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
    ("format" = Option<String>, Query, pattern = r"^(json|csv)$", description = "json 或 csv；csv 为不含文字内容的表格，未写 limit 和 cursor 时为全部（最多 10000 行）。json or csv. A table holds facts and no words; without limit and cursor it holds all rows, at most 10,000."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (MajorIssuePage = "application/json"),
        (String = "text/csv", example = "重大问题标识,编号,版本,状态\r\n0198f3c2-8b20-7d21-9a10-6e2f1c7e3b21,2026-88130,4,assigned\r\n"),
    )),
))]
pub(crate) async fn list_major_issues(
    office: web::Data<Office>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = office.known_to(&question).await;
    let ((wanted, at_least, paging), format) =
        question.read_as(&[Format::Json, Format::Csv], |query| read_list(query, &known))?;
    office.reads_for(names::MAJOR_ISSUE_BOARD, &question, at_least).await?;
    let moment = office.present();
    if format == Format::Csv {
        let listed = office.read_models.major_issues(&wanted, &paging.table()).await?;
        let language = Asked::of(&request)?.language();
        let table = |rows: &[_]| tables::major_issues(rows, &moment, language);
        return csv::list(&question, "major-issues", paging.whole, &listed, table);
    }
    let listed = office.read_models.major_issues(&wanted, &paging.request()).await?;
    // Which ones and in which order is the read model's to say; what they look like is folded up to the very position
    // the rows speak of, so that a list shows all that a single resource shows. Major issues are few.
    let as_of = AsOf::Position(listed.as_of_position);
    let mut items = Vec::with_capacity(listed.items.len());
    for row in &listed.items {
        let file = office.casework.major_issue(row.major_issue_id, as_of).await?;
        items.push(MajorIssueView::of(row.major_issue_id, &file, &moment));
    }
    let as_of_position = Some(listed.as_of_position.0);
    Ok(page(&question.path, &question.query, &Items { items, next_cursor: listed.next_cursor, as_of_position }))
}

fn read_list(query: &mut Query, known: &Moment) -> Option<(MajorIssueQuery, Option<u64>, Page)> {
    query.now_only();
    let all_states = || one_of(MajorIssueState::ALL.iter().map(|state| state.as_str()).chain(["open"]));
    let (from, to) = filters::days(query, ("from", "to"), known);
    let ids = filters::ids(query);
    let page = filters::page(query, &ids);
    let wanted = MajorIssueQuery {
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
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let moment = asked_about(&office, &question).await?;
    let id = MajorIssueId(id.0);
    let file = office.casework.major_issue(id, moment.as_of).await?;
    let mut view = MajorIssueView::of(id, &file, &moment);
    view.as_of_position = Some(moment.position.0);
    Ok(one(file.version.0, view))
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
    office: web::Data<Office>,
    id: PathId,
    question: Question,
) -> Result<HttpResponse, Problem> {
    stream::history(&office, &StreamId::of("major_issue", id.0), &question).await
}

/// A major issue after a command.
#[derive(Serialize, ToSchema)]
pub struct MajorIssueChanged {
    /// The major issue as it now is.
    major_issue: MajorIssueView,
    /// Position of the command's last event.
    position: u64,
}

/// Runs a command that changes one major issue and shows it after it.
async fn on_major_issue<B>(
    office: &Office,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&Call, MajorIssueId, B) -> MajorOutcome,
) -> Result<HttpResponse, Problem> {
    let id = MajorIssueId(id.0);
    let ran = run(office, command, read, async |call, body| act(call, id, body).await).await?;
    major_issue_changed(office, id, command, ran).await
}

/// Shows a major issue after a command; apart from what differs by command, so that it is compiled once.
async fn major_issue_changed(
    office: &Office,
    id: MajorIssueId,
    command: &Command,
    ran: Outcome<Changed<MajorIssue>>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<MajorIssue>| (did.position, office.present());
    let load = async |record: &CommandRecord| office.casework.changed::<MajorIssue>(id, record.last).await;
    let CommandResult { did: Changed { file, position }, moment, replayed } =
        settle(office, command, ran, now, load).await?;
    let major_issue = MajorIssueView::of(id, &file, &moment);
    Ok(changed(file.version.0, replayed).answer(MajorIssueChanged { major_issue, position: position.0 }))
}

/// Triage a major issue
///
/// 研判：受理、退回或导入法定途径。退回和导入同时作用于每一个关联事项。
///
/// Triage: accepted, returned, or referred to the statutory channel. A return or a referral also goes to every
/// issue that stands linked.
#[utoipa::path(post, path = "/v1/major-issues/{id}/triage",
    tag = "major issues", request_body = bodies::Triage, responses(
    (status = 200, description = "已研判。Triaged.", body = MajorIssueChanged),
))]
pub(crate) async fn triage(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::Triage::read, async |call, id, body| {
        let (channel, reason) = (body.statutory_channel, body.reason.as_deref());
        office.casework.triage(call, id, body.decision, body.level, channel, reason, body.occurred_at).await
    })
    .await
}

/// Record a deliberation
///
/// 会商决定：研判之后，或退单获准、层级变更之后再次会商。
///
/// Deliberates on the major issue: after triage, and again after an upheld refusal or a change of level.
#[utoipa::path(post, path = "/v1/major-issues/{id}/deliberations",
    tag = "major issues", request_body = bodies::Deliberate, responses(
    (status = 200, description = "已会商。Deliberated.", body = MajorIssueChanged),
))]
pub(crate) async fn deliberate(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::Deliberate::read, async |call, id, body| {
        let meeting = body.meeting_id.map(MeetingId);
        office.casework.deliberate(call, id, body.held_on, meeting, &body.decision, body.occurred_at).await
    })
    .await
}

/// Assign to a lead office
///
/// 交办：确定主办单位、协办单位和办理期限。
///
/// Assigns the major issue: the lead office, supporting offices and the due date.
#[utoipa::path(post, path = "/v1/major-issues/{id}/assignments",
    tag = "major issues", request_body = bodies::Assign, responses(
    (status = 200, description = "已交办。Assigned.", body = MajorIssueChanged),
))]
pub(crate) async fn assign(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::Assign::read, async |call, id, body| {
        let supports = body.supports();
        office.casework.assign(call, id, body.lead_office_id, &supports, body.due_on, body.occurred_at).await
    })
    .await
}

/// Accept an assignment
///
/// 主办单位接办：开始办理。
///
/// The lead office takes it, and handling begins.
#[utoipa::path(post, path = "/v1/major-issues/{id}/acceptances", tag = "major issues", request_body = Plain, responses(
    (status = 200, description = "办理中。Handling.", body = MajorIssueChanged),
))]
pub(crate) async fn accept(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, Plain::read, async |call, id, body| {
        office.casework.accept_assignment(call, id, body.occurred_at).await
    })
    .await
}

/// Refuse an assignment
///
/// 主办单位退单：交办后规则的 `handling.refusal_working_days` 个工作日内，只能一次；作出决定之前状态不变。
///
/// The lead office refuses the assignment: within `handling.refusal_working_days` working days of the policy, once.
/// The state stays until it is decided.
#[utoipa::path(post, path = "/v1/major-issues/{id}/refusals", tag = "major issues", request_body = Reasoned, responses(
    (status = 200, description = "已退单，待决定。Refused; to be decided.", body = MajorIssueChanged),
))]
pub(crate) async fn refuse(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, Reasoned::read, async |call, id, body| {
        office.casework.refuse_assignment(call, id, &body.reason, body.occurred_at).await
    })
    .await
}

/// Decide on a refused assignment
///
/// 决定退单：准予则重新会商，否则由原单位办理。
///
/// Decides on a refused assignment: upheld, it is deliberated anew; otherwise the office handles it.
#[utoipa::path(post, path = "/v1/major-issues/{id}/refusals/decision",
    tag = "major issues", request_body = bodies::DecideRefusal, responses(
    (status = 200, description = "已决定。Decided.", body = MajorIssueChanged),
))]
pub(crate) async fn decide_refusal(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::DecideRefusal::read, async |call, id, body| {
        office.casework.decide_refusal(call, id, body.upheld, &body.reason, body.occurred_at).await
    })
    .await
}

/// Report an outcome
///
/// 主办单位反馈办理结果及依据；退回重办后可再次反馈。
///
/// The lead office reports the outcome and its basis; after a return for rework it reports again.
#[utoipa::path(post, path = "/v1/major-issues/{id}/reports",
    tag = "major issues", request_body = bodies::ReportOutcome, responses(
    (status = 200, description = "已反馈。Reported back.", body = MajorIssueChanged),
))]
pub(crate) async fn report(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::ReportOutcome::read, async |call, id, body| {
        office.casework.report_outcome(call, id, body.outcome, &body.basis, &body.text, body.occurred_at).await
    })
    .await
}

/// Verify a reported outcome
///
/// 核查办理结果：不得由主办单位进行；未通过则退回重办。
///
/// Verifies the reported outcome: by another office than the lead. Not confirmed, it goes back for rework.
#[utoipa::path(post, path = "/v1/major-issues/{id}/verifications",
    tag = "major issues", request_body = bodies::VerifyOutcome, responses(
    (status = 200, description = "已核查，或已退回重办。Verified, or returned for rework.", body = MajorIssueChanged),
))]
pub(crate) async fn verify(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::VerifyOutcome::read, async |call, id, body| {
        let (by, note) = (body.by_office_id, body.note.as_deref());
        office.casework.verify_outcome(call, id, body.confirmed, by, note, body.occurred_at).await
    })
    .await
}

/// Raise or lower the level
///
/// 变更层级：会商之后；状态不变，可再次会商。
///
/// Changes the level: from deliberated on. The state stays, and it may be deliberated again.
#[utoipa::path(post, path = "/v1/major-issues/{id}/level-changes",
    tag = "major issues", request_body = bodies::ChangeLevel, responses(
    (status = 200, description = "已变更。Changed.", body = MajorIssueChanged),
))]
pub(crate) async fn change_level(
    office: web::Data<Office>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::ChangeLevel::read, async |call, id, body| {
        office.casework.change_level(call, id, body.to, &body.reason, body.occurred_at).await
    })
    .await
}

/// Conclude a major issue
///
/// 终结：每一个关联事项转为待答复，由首问责任人分别答复。
///
/// Concludes the major issue: every issue that stands linked then awaits its own answer by its responsible
/// delegate.
#[utoipa::path(post, path = "/v1/major-issues/{id}/conclusion",
    tag = "major issues", request_body = bodies::Conclude, responses(
    (status = 200, description = "已终结。Concluded.", body = MajorIssueChanged),
))]
pub(crate) async fn conclude(office: web::Data<Office>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_major_issue(&office, id, &command, bodies::Conclude::read, async |call, id, body| {
        office.casework.conclude(call, id, body.outcome, &body.text, body.occurred_at).await
    })
    .await
}

//! `GET /v1/me/tasks`: what somebody has to do.

use crate::http::extract::Question;
use crate::http::response::{Items, page};
use crate::input::body::{choice, date, one_of};
use crate::input::params::ListParams;
use crate::input::query::{Page, Query};
use crate::me::mine::{Wanted, tasks_of};
use crate::me::view::TaskView;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::access::Asker;
use domain::language::text;
use domain::vocabulary::{Role, TaskKind};
use utoipa::ToSchema;

/// A page of tasks.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct TaskPage {
    /// The tasks, in the order of the days by which they are due, or from which they wait.
    items: Vec<TaskView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List what I have to do
///
/// 本人待办：以所用角色现在有权办理、且等待办理的事项，按期限排序；没有期限的按其等待的日期排序。每一项写明所涉对象、条款、期限及其由来、是否逾期，以及办理该项的命令。
/// 涉及本人所任代表的决定、由本人提出而须由他人决定的不列；按日历安排的，列今后三十日内到期的。采用访问规则之前，列出所用角色按权限表所有的待办。
///
/// What waits for somebody, in the role they act in, and what they may do about it now: in the order of the days by which it is due,
/// or from which it waits. Each says what it is about, the clause, by when and where that day comes from, how it stands, and the
/// command that does it. Decisions about a delegate to whom the account is bound, or on what it asked for, are not theirs; of what
/// comes by the calendar there is what falls due within thirty days. Before access rules are adopted it is what the role has by the table.
#[utoipa::path(get, path = "/v1/me/tasks", tag = "accounts", params(
    ("role" = Option<schema::Role>, Query, description = "以本人的哪一角色；默认为所用角色。In which of one's roles; by default the one that acts."),
    ("kind" = Option<String>, Query, description = "事由，可用逗号并列。What is to be done, several with commas.", example = "answer,interim_reply"),
    ("due_to" = Option<chrono::NaiveDate>, Query, description = "期限不晚于；没有期限的不列。Due on or before; what has no day is left out."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = TaskPage),
))]
pub(crate) async fn list_tasks(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let acting = question.caller.asker()?;
    let (asker, wanted, at_least, asked) = question.read(|query| read_list(query, &acting, &question))?;
    for model in read_models::tasks::MODELS {
        app.reads_for(model, &question, at_least).await?;
    }
    let _page = app.one_page().await;
    let snapshot = app.present();
    let query = tasks_of(&app, &asker, &wanted, &snapshot).await?;
    let listed = app.read_models.tasks(&query, snapshot.today, &asked.request()).await?;
    let items = listed.items.into_iter().map(|row| TaskView::of(row, asker.role)).collect();
    let as_of_position = Some(listed.as_of_position.0);
    let items: Items<TaskView> = Items { items, next_cursor: listed.next_cursor, as_of_position };
    Ok(page(&question.path, &question.query, &items))
}

fn read_list(query: &mut Query, acting: &Asker, question: &Question) -> Option<(Asker, Wanted, Option<u64>, Page)> {
    query.now_only();
    let named = query.optional("role", choice(Role::ALL, Role::as_str));
    let account = &question.caller.account;
    if let Some(role) = named.filter(|role| !account.roles.contains(role)) {
        let detail = text(format!("该账户没有{}的角色。", role.zh()), format!("The account has no role {role}."));
        query.fault_because("role", HttpCode::BadParameter, detail);
    }
    let kinds = || one_of(TaskKind::ALL.iter().map(|kind| kind.as_str()));
    let wanted = Wanted {
        kinds: query.choices("kind", kinds, TaskKind::parse).unwrap_or_default(),
        due_to: query.optional("due_to", date()),
    };
    let asker = named.map_or_else(|| acting.clone(), |role| account.asker(role));
    let page = query.page();
    query.goes_on(&page, |cursor| wanted.query(&asker).is_continued_by(cursor));
    Some((asker, wanted, query.at_least(), page))
}

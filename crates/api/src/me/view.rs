//! A task in an answer.

use crate::http::caller::Caller;
use crate::http::response::absent;
use crate::me::mine::{Wanted, tasks_of};
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use chrono::NaiveDate;
use domain::vocabulary::{Role, TaskKind};
use read_models::{ListError, TaskRow};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The list of tasks.
const LIST: &str = "/v1/me/tasks";

/// 一项待办。Something that somebody has to do, and the one command that does it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Task, example = json!({
    "kind": "answer", "clause": "C-4.4", "obligation": "O-7", "due_on": "2026-12-03", "lateness": "on_time", "role": "liaison",
    "grid_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e02",
    "about": {"family": "issue", "id": "0198f3c5-2b3c-7d4e-9f50-6a7b8c9d0e11", "number": "2026-88122"},
    "why": "/v1/issues/0198f3c5-2b3c-7d4e-9f50-6a7b8c9d0e11/deadline",
    "call": "POST /v1/issues/0198f3c5-2b3c-7d4e-9f50-6a7b8c9d0e11/answers"
}))]
pub struct TaskView {
    /// 事由。What is to be done.
    #[schema(value_type = schema::TaskKind)]
    pub kind: &'static str,
    /// 所依据的条款；记录本身的事务没有。The clause that it comes from; absent of what is of the record itself.
    #[serde(skip_serializing_if = "absent")]
    pub clause: Option<&'static str>,
    /// 所履行的义务。The obligation that it discharges.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<schema::ObligationCode>)]
    pub obligation: Option<&'static str>,
    /// 期限；没有期限的不写。By when; absent where nothing says so.
    #[serde(skip_serializing_if = "absent")]
    pub due_on: Option<NaiveDate>,
    /// 没有期限的，自何日起待办。The day from which it waits, where nothing is due.
    #[serde(skip_serializing_if = "absent")]
    pub since_on: Option<NaiveDate>,
    /// 今日是否逾期；没有期限的不写。How it stands today; absent where nothing is due.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<schema::Lateness>)]
    pub lateness: Option<&'static str>,
    /// 以何角色办理。The role that has it.
    #[schema(value_type = schema::Role)]
    pub role: &'static str,
    /// 网格。The grid.
    #[serde(skip_serializing_if = "absent")]
    pub grid_id: Option<Uuid>,
    /// 所涉对象。What it is about.
    pub about: TaskAbout,
    /// 期限的由来，可查阅的地址。Where it is told how the day comes about.
    #[serde(skip_serializing_if = "absent")]
    pub why: Option<String>,
    /// 办理该项的方法和路径。Method and path of the command that does it.
    pub call: String,
}

/// 所涉对象。What a task is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskAbout {
    /// 类别。Its family, as its events are named.
    pub family: &'static str,
    /// 编号。Its id; absent of a year.
    #[serde(skip_serializing_if = "absent")]
    pub id: Option<Uuid>,
    /// 事项或重大问题的编号，或年份。The number of an issue or a major issue, or the year of a calendar.
    #[serde(skip_serializing_if = "absent")]
    pub number: Option<String>,
}

impl TaskView {
    /// A task of a role.
    pub fn of(row: TaskRow, role: Role) -> Self {
        let (call, why) = (call_of(&row), why_of(&row));
        Self {
            kind: row.what.kind.as_str(),
            clause: row.clause(),
            obligation: row.obligation().map(|code| code.as_str()),
            since_on: Some(row.order_on).filter(|_| row.due_on.is_none()),
            due_on: row.due_on,
            lateness: row.lateness.map(|lateness| lateness.as_str()),
            role: role.as_str(),
            grid_id: row.grid_id.map(|id| id.0),
            about: TaskAbout { family: row.what.family, id: row.about, number: row.number },
            why,
            call,
        }
    }
}

/// The command with the ids of what it is about. What whoever gives it has to choose, such as a meeting, stays a name.
fn call_of(row: &TaskRow) -> String {
    let mut call = row.what.call.to_owned();
    let ids = [
        ("{id}", row.about),
        ("{delegate_id}", row.beside),
        ("{dispute_id}", row.beside),
        ("{improvement_id}", row.beside),
        ("{grid_id}", row.grid_id.map(|id| id.0)),
    ];
    for (name, id) in ids {
        if let Some(id) = id {
            call = call.replace(name, &id.to_string());
        }
    }
    match &row.number {
        Some(year) => call.replace("{year}", year),
        None => call,
    }
}

/// What is owed is told with its records, an issue's days are counted again at its deadline, and what keeps the server from a
/// backup is told by its health; every other thing tells its own day.
fn why_of(row: &TaskRow) -> Option<String> {
    if row.what.kind == TaskKind::RenewKeyBackup {
        return Some("/health/ready".to_owned());
    }
    let of_thing = |id: Uuid| match row.what.family {
        "issue" => Some(format!("/v1/issues/{id}/deadline")),
        "major_issue" => Some(format!("/v1/major-issues/{id}")),
        "session" => Some(format!("/v1/sessions/{id}")),
        "proposal" => Some(format!("/v1/proposals/{id}")),
        "erasure" => Some(format!("/v1/erasures/{id}")),
        "activity" => Some(format!("/v1/activities/{id}")),
        _ => None,
    };
    let of_duty = row.obligation_id.map(|id| format!("/v1/obligations/{id}"));
    of_duty.or_else(|| row.about.filter(|_| row.due_on.is_some()).and_then(of_thing))
}

/// 待办数。How many tasks somebody has.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"open": 7, "overdue": 1, "list": "/v1/me/tasks"}))]
pub struct MyTasks {
    /// 待办。All of them.
    open: u64,
    /// 逾期。Those whose day is past.
    overdue: u64,
    /// 清单。Where they are listed.
    list: &'static str,
}

impl MyTasks {
    /// Those of the role that acts; nothing where none does, or where the boards are not to be read now: who one is is told
    /// all the same.
    ///
    /// # Errors
    /// Where the log cannot be read.
    pub async fn of(app: &AppState, caller: &Caller, snapshot: &Snapshot) -> Result<Option<Self>, Problem> {
        let Some(role) = caller.role else { return Ok(None) };
        let query = tasks_of(app, &caller.account.asker(role), &Wanted::default(), snapshot).await?;
        match app.read_models.task_counts(&query, snapshot.today).await {
            Ok(counts) => Ok(Some(Self { open: counts.open, overdue: counts.overdue, list: LIST })),
            Err(ListError::Unavailable(_)) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::routes::table;
    use chrono::NaiveDate;
    use domain::access::Action;
    use domain::ids::ObligationId;
    use domain::task::DISCHARGES;
    use domain::vocabulary::TaskKind;
    use read_models::TaskRow;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    /// A path with the names of its parts taken out.
    fn nameless(path: &str) -> String {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Of families whose tasks are due by rows that are no obligations.
    #[test]
    fn what_is_due_says_where_its_day_comes_from() {
        let (id, on) = (Uuid::from_u128(1), NaiveDate::from_ymd_opt(2026, 12, 3).unwrap());
        let routes = table();
        let mut said = BTreeMap::new();
        for what in DISCHARGES {
            let row = TaskRow {
                what,
                order_on: on,
                id,
                about: Some(id),
                beside: None,
                number: None,
                grid_id: None,
                due_on: Some(on),
                lateness: None,
                obligation_id: None,
                code: None,
            };
            // A backup of the keys has no day: its health says why.
            if what.kind == TaskKind::RenewKeyBackup {
                assert_eq!(super::why_of(&row).as_deref(), Some("/health/ready"));
                continue;
            }
            let Some(path) = super::why_of(&row) else { continue };
            let named = path.replace(&id.to_string(), "{id}");
            let is_told = |path: &str| routes.iter().any(|route| route.method == "GET" && route.path == path);
            assert!(is_told(&named), "{path}");
            assert_eq!(super::why_of(&TaskRow { due_on: None, ..row.clone() }), None, "{path}");
            let owed = TaskRow { obligation_id: Some(ObligationId(id)), ..row };
            assert_eq!(super::why_of(&owed), Some(format!("/v1/obligations/{id}")));
            said.insert(what.family, named);
        }
        assert_eq!(
            said.into_keys().collect::<Vec<_>>(),
            ["activity", "erasure", "issue", "major_issue", "proposal", "session"]
        );
    }

    #[test]
    fn every_task_names_a_command_of_its_action() {
        let routes = table();
        for what in DISCHARGES {
            let (method, path) = what.call.split_once(' ').unwrap();
            let route = routes.iter().find(|route| route.method == method && nameless(route.path) == nameless(path));
            // Whoever looks after backups is told where to read what keeps the server from them.
            let action = if what.kind == TaskKind::RenewKeyBackup { Action::HealthRead } else { what.action };
            assert_eq!(route.map(|route| route.action), Some(action), "{}", what.call);
        }
    }
}

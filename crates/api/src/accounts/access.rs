//! `/v1/access/adoption`, `/v1/access-table`: from when on it is asked who may do what, and the table itself.

use crate::http::commands::run;
use crate::http::csv::Cell;
use crate::http::extract::{Command, read_open};
use crate::http::format::Format;
use crate::http::reference::settle_governed;
use crate::http::response::CommandAnswer;
use crate::http::tables::{self, Table};
use crate::input::body::{Name, PastInstant, body, choice};
use crate::input::params::TableParams;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::access::{Action, ActionKind, COLUMNS, TABLE_NAME, Table as Access};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

body! {
    /// Access rules to be adopted, for good.
    #[example = {"table": "huiyin/1"}]
    struct AdoptAccess {
        /// A table of the program.
        table: Name,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// 采用的权限表。The access rules in force.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"table": "huiyin/1",
    "sha256": "c32de5d4e08942105d12c4c68498377245d714534d55bb3c84eababbb0660d2e", "position": 1042}))]
pub struct AccessAdopted {
    /// The table.
    table: String,
    /// SHA-256 of the canonical JSON of its lines, in hex; its first 16 digits are the `access` of every leaf.
    sha256: String,
    /// Position of the command's last event: it holds from this leaf on.
    position: u64,
}

/// Adopt access rules
///
/// 采用权限表，此后不可撤销：自该条记录起，每次操作都按表核对，首个账户只是管理员，其令牌三十天后失效。须已有两名开通的个人分别担任管理员和人大办公室，否则为 409。
///
/// Adopts access rules, for good: from this leaf on every call is held against the table, and the first account is
/// administrator only, by a token that ends after thirty days. Two different enrolled persons have to hold administrator and
/// congress office, else it is 409.
#[utoipa::path(post, path = "/v1/access/adoption", tag = "accounts", request_body = AdoptAccess, responses(
    (status = 200, description = "已采用。Adopted.", body = AccessAdopted),
))]
pub(crate) async fn adopt(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, AdoptAccess::read, async |call, body| {
        app.casework.adopt_access(call, &body.table, body.occurred_at).await
    })
    .await?;
    let done = settle_governed(&app, &command, ran, async |_| Ok(())).await?;
    let access = &done.snapshot.reference.access;
    let adopted = access.adopted.clone().ok_or_else(|| Problem::internal("nothing was adopted"))?;
    let headers = CommandAnswer { created: None, version: Some(access.version), replayed: done.replayed };
    let position = done.did.position.0;
    Ok(headers.answer(AccessAdopted { table: adopted.name, sha256: adopted.sha256, position }))
}

/// 权限表。The access table.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"table": "huiyin/1", "sha256": "c32de5d4e08942105d12c4c68498377245d714534d55bb3c84eababbb0660d2e",
    "items": [{"action": "issue.answer", "kind": "command", "zh": "最终答复", "en": "give the final answer",
        "cells": {"delegate": "O", "liaison": "St"}, "separation": "S8"}]}))]
pub struct AccessTable {
    /// Its name.
    table: &'static str,
    /// SHA-256 of the canonical JSON of its lines, in hex.
    sha256: String,
    /// The actions, by name.
    items: Vec<AccessRow>,
}

/// 一项操作。One action of the access table.
#[derive(Serialize, ToSchema)]
pub struct AccessRow {
    /// Its name.
    action: &'static str,
    /// `command`, `read` or `open`.
    kind: &'static str,
    /// What it is called in Chinese.
    zh: &'static str,
    /// What it is called in English.
    en: &'static str,
    /// Of which things each role may do it: `O` own, `G` the convener's grid, `St` the liaison's grids, `L` the party's line,
    /// `D` dispatched to the office, `T` anything of the town, `Σ` facts and figures, `R` by the receipt code. Roles that may
    /// not are absent.
    cells: BTreeMap<&'static str, &'static str>,
    /// Roles that approve of it, where it takes two persons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<schema::Role>)]
    approved_by: Vec<&'static str>,
    /// Separations of duties it is held to.
    #[serde(skip_serializing_if = "str::is_empty")]
    separation: &'static str,
}

impl AccessRow {
    fn of(action: Action) -> Self {
        let row = action.row();
        let cells = COLUMNS.iter().zip(row.cells).filter(|(_, cell)| *cell != domain::access::Cell::Nothing);
        let kind = match row.kind {
            ActionKind::Command => "command",
            ActionKind::Read => "read",
            ActionKind::Open => "open",
        };
        Self {
            action: row.name,
            kind,
            zh: row.zh,
            en: row.en,
            cells: cells.map(|(role, cell)| (role.as_str(), cell.as_str())).collect(),
            approved_by: row.approved_by.split('+').filter(|role| *role != "-").collect(),
            separation: row.separation,
        }
    }

    fn cells(self) -> Vec<Cell> {
        let mut row = vec![self.action.into(), self.kind.into()];
        row.extend(COLUMNS.iter().map(|role| Cell::from(*self.cells.get(role.as_str()).unwrap_or(&"-"))));
        row.extend([self.approved_by.join(" ").into(), self.separation.into(), self.zh.into(), self.en.into()]);
        row
    }
}

/// Read the access table
///
/// 权限表：各项操作、各角色的范围、审批角色和职责分离；与日志中所采用的同为一份数据。
///
/// Who may do what: actions, the scope of each role, approvers and separations of duties; the same data as the log holds.
#[utoipa::path(get, path = "/v1/access-table", tag = "contract", params(
    ("table" = Option<String>, Query, description = "权限表名称；不写则为本程序的表。Name of the table; by default that of the program.", example = "huiyin/1"),
    TableParams,
), responses(
    (status = 200, description = "权限表。The access table.", content(
        (AccessTable = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}操作,种类,代表,召集人\r\nissue.answer,command,O,-\r\n"),
    )),
))]
pub(crate) async fn table(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let ((), format) = read_open(&request, &Format::OF_LISTS, |query| {
        query.optional("table", choice(&[TABLE_NAME], |name| name));
        Some(())
    })?;
    let rows = Action::ALL.iter().copied().map(AccessRow::of);
    if format.is_table() {
        let rows = rows.map(AccessRow::cells).collect();
        return tables::of_everybody(&request, HttpResponse::Ok(), format, &TABLE, rows);
    }
    let table = Access::compiled();
    Ok(HttpResponse::Ok().json(AccessTable { table: TABLE_NAME, sha256: table.sha256_hex(), items: rows.collect() }))
}

const TABLE: Table = Table {
    name: "access-table",
    columns: &[
        ("操作", "action"),
        ("种类", "kind"),
        ("代表", "delegate"),
        ("召集人", "convener"),
        ("联络员", "liaison"),
        ("党代表工作室", "party_studio"),
        ("人大办公室", "congress_office"),
        ("承办单位", "handling_unit"),
        ("审计人员", "auditor"),
        ("报表任务", "report_job"),
        ("群众", "visitor"),
        ("管理员", "administrator"),
        ("审批角色", "approved_by"),
        ("职责分离", "separation"),
        ("中文", "zh"),
        ("英文", "en"),
    ],
};

//! `/v1/roster-imports`: the lists of delegates (安排表, Annex 1) come as files (C-A1).

use crate::http::commands::run_body;
use crate::http::context::RequestContext;
use crate::http::extract::Command;
use crate::http::reference::written_id;
use crate::http::response::{CommandAnswer, absent};
use crate::input::body::{choice, date};
use crate::input::query::Query;
use crate::openapi::vocabulary as schema;
use crate::problem::Problem;
use crate::rosters::view::RosterImportView;
use crate::state::AppState;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::rosters::RosterImported;
use casework::transact::Outcome;
use chrono::NaiveDate;
use domain::ids::RosterImportId;
use domain::language::Language;
use domain::roster::Named;
use domain::vocabulary::DelegateType;
use domain::{refusal, roster};
use event_store::{CommandRecord, Position};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A roster import, or its dry run.
#[derive(Serialize, ToSchema)]
pub struct RosterAnswer {
    /// The import.
    roster_import: RosterImportView,
    /// Position of the import's own event, the last it recorded; absent from a dry run of a new file.
    #[serde(skip_serializing_if = "absent")]
    position: Option<u64>,
}

/// What the query says of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct About {
    delegate_type: DelegateType,
    source_date: NaiveDate,
    dry_run: bool,
}

/// A day that cannot be is a fault of the query, and therefore 400 `bad_parameter` with `in_the_future` or
/// `out_of_range` at `/query/source_date`.
fn read_about(query: &mut Query, today: NaiveDate) -> Option<About> {
    let delegate_type = query.required("delegate_type", choice(DelegateType::ALL, DelegateType::as_str));
    let source_date = query.required("source_date", date());
    let dry_run = query.flag("dry_run");
    if source_date.is_some_and(|on| on > today) {
        query.fault("source_date", refusal::Code::InTheFuture);
    }
    Some(About { delegate_type: delegate_type?, source_date: source_date?, dry_run: dry_run.unwrap_or(false) })
}

/// Import a roster
///
/// 导入名单：CSV，列为 grid、unit、name，可有 delegate_id；unit 为空即网格本身。编码为 UTF-8、带字节序标记的 UTF-16，或 GBK（GB18030），答复中说明按哪种读取；表头以制表符分隔的，各列也以制表符分隔。
/// 只记录差异；不在名单上的人只报告，从不删除。不能逐行确定读取的文件（引号未闭合、列数不齐、混用编码、空字符）整个拒绝并指出行号；能读取而取值不符的行有提示，每一行都计入 rows。
/// 姓名格中的“无”“待定”、序号或几个姓名不登记为人。比较姓名时不分全角半角、大小写、空格和间隔号写法。一次最多 4,095 项变更。
/// 同一文件再次导入不产生任何事件，答复首次导入的 id 和位置。source_date 在 1950 年至今日之间，否则为 400 `bad_parameter`，指向 `/query/source_date`。
///
/// Imports a roster: CSV with columns `grid,unit,name`, perhaps `delegate_id`; an empty unit is the grid's own row. It is
/// read as UTF-8, as UTF-16 with a byte order mark, or as GBK (GB18030), and the answer says which; where the header is
/// divided by tabs, so are the rows. Differences are recorded; people who are absent are reported, never removed. A file
/// that cannot be read row by row without doubt (a quotation mark that is not closed, uneven columns, mixed encodings,
/// NUL) is refused as a whole, with the row; a row whose values do not fit has a warning, and every row is counted in
/// `rows`. A cell with a number, a word for "nobody yet" or several names makes nobody. Names are compared without regard
/// to width, case, spaces and the kind of middle dot. At most 4,095 changes at once. The same file again records nothing
/// and answers with id and position of the first import. `source_date` lies between the year 1950 and today: else 400
/// `bad_parameter` with the fault at `/query/source_date` (C-A1).
#[utoipa::path(post, path = "/v1/roster-imports", tag = "rosters",
    request_body(content = String, content_type = "text/csv", description = "名单文件，至多 5 MiB。The file, at most 5 MiB.",
        example = json!("grid,unit,name\n太平网格,,张三\n太平网格,太平村,汪洁\n")),
    params(
        ("delegate_type" = schema::DelegateType, Query, description = "名单上所有人的代表类别。Type of everybody in the file."),
        ("source_date" = NaiveDate, Query, description = "名单的日期。The day the roster speaks of.", example = "2023-12-01"),
        ("dry_run" = Option<bool>, Query, description = "true：只检查，不记录。Nothing is recorded."),
    ),
    responses(
        (status = 201, description = "已导入。Imported.", body = RosterAnswer),
        (status = 200, description = "同一文件曾经导入，或为试运行。The same file as before, or a dry run.", body = RosterAnswer),
    )
)]
pub(crate) async fn import_roster(
    app: web::Data<AppState>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(&request)?.language();
    let today = app.present().today;
    let read = |command: &Command| command.read_query(|query| read_about(query, today));
    let ran = run_body(&app, &command, read, async |call, about: About| {
        let About { delegate_type, source_date, dry_run } = about;
        let done = app.casework.import_roster(call, &command.body, delegate_type, source_date, dry_run).await?;
        Ok(done.map(|governed| (governed, dry_run)))
    })
    .await?;
    let (view, position, created, replayed) = match ran {
        Outcome::Done((governed, dry_run)) => {
            let imported = &governed.made;
            let mut view = RosterImportView::found(imported, dry_run, &governed.reference.delegates, language);
            // What is on record has a position already; a dry run of something new has neither position nor id.
            let (position, new) = match imported.position {
                Some(first) => (Some(first), false),
                None if dry_run => (None, false),
                None => (Some(governed.position), true),
            };
            view.id = position.map(|_| imported.id.0);
            if new {
                app.wrote(command.caller.account.id, governed.position);
            }
            (view, position, new.then_some(imported.id), false)
        }
        Outcome::Replayed(record) => {
            let (id, view) = told_again(&app, &command, &record, today, language).await?;
            (view, Some(record.last), Some(id), true)
        }
    };
    let done = CommandAnswer {
        created: created.map(|id| format!("/v1/roster-imports/{id}")),
        version: view.id.map(|_| 1),
        replayed,
    };
    let body = RosterAnswer { roster_import: view, position: position.map(|position| position.0) };
    let mut answer = done.answer(body);
    answer.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    Ok(answer)
}

/// A recorded import as it was answered: its counts are on record, and all else comes of the same file compared with
/// what was known before it. Who was new then has the ids of the record, which ascend in the file's order.
async fn told_again(
    app: &AppState,
    command: &Command,
    record: &CommandRecord,
    today: NaiveDate,
    language: Language,
) -> Result<(RosterImportId, RosterImportView), Problem> {
    let About { delegate_type, source_date, .. } = command.read_query(|query| read_about(query, today))?;
    let id = RosterImportId(written_id(app, record).await?);
    let snapshot = app.snapshot_after(record.last).await?;
    let import = snapshot.reference.rosters.get(id).ok_or_else(|| Problem::internal("an import is not on record"))?;
    let before = app.casework.reference_at(Position(record.first.0.saturating_sub(1))).await?;
    let parsed = roster::parse(&command.body)?;
    let mut any_id = Uuid::now_v7;
    let plan = roster::plan(&parsed, &before.areas, &before.delegates, delegate_type, source_date, &mut any_id)?;
    let new =
        snapshot.reference.delegates.all().map(|person| person.id).filter(|id| before.delegates.get(*id).is_none());
    let created = plan.created.into_iter().zip(new).map(|(named, id)| Named { id, ..named });
    let imported = RosterImported {
        id,
        source_date,
        delegate_type,
        counts: import.imported.counts,
        warnings: plan.warnings,
        rows: plan.rows,
        encoding: parsed.encoding,
        created: created.collect(),
        moved: plan.moved,
        absent: plan.absent,
        position: Some(record.last),
    };
    let mut view = RosterImportView::found(&imported, false, &snapshot.reference.delegates, language);
    view.id = Some(id.0);
    Ok((id, view))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::query;

    fn about(text: &str) -> Result<About, (String, String, String)> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        query::read(text, |query| read_about(query, today)).map_err(|problem| {
            let fault = problem.faults[0].clone();
            (problem.code.as_str().to_owned(), fault.pointer, fault.code.as_str().to_owned())
        })
    }

    #[test]
    fn a_roster_speaks_of_a_day_between_1950_and_today() {
        let read = about("delegate_type=party&source_date=2026-11-24&dry_run=true").unwrap();
        assert_eq!((read.delegate_type, read.dry_run), (DelegateType::Party, true));
        assert!(!about("delegate_type=deputy&source_date=1950-01-01").unwrap().dry_run);
        for (day, code) in
            [("2026-11-25", "in_the_future"), ("1949-12-31", "out_of_range"), ("0026-11-24", "out_of_range")]
        {
            let refused = about(&format!("delegate_type=party&source_date={day}")).unwrap_err();
            assert_eq!(refused, ("bad_parameter".to_owned(), "/query/source_date".to_owned(), code.to_owned()));
        }
        let missing = about("source_date=2023-12-01").unwrap_err();
        assert_eq!((missing.1.as_str(), missing.2.as_str()), ("/query/delegate_type", "missing"));
    }
}

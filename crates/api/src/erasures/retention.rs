//! `GET /v1/retention`: what will be erased by the clock, when, and what holds it back.

use super::retention_table::{self, TABLE};
use super::retention_view::WillBeErasedView;
use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::{Items, page};
use crate::http::tables::{self, Making};
use crate::http::whole::too_many_rows;
use crate::input::filters;
use crate::input::params::ListParams;
use crate::limits::TABLE_ROWS_MAX;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use read_models::{PageEnd, PageRequest, ReceptionQuery, ReceptionRow, ReceptionSort, names};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use utoipa::ToSchema;

/// Pages of receptions that are looked at for one page of the list: of most old ones nothing is left to be erased.
const PAGES_LOOKED_AT: usize = 20;

/// Receptions of a table that are looked at at once.
const LOOKED_AT_ONCE: usize = 200;

/// A page of what will be erased.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct RetentionPage {
    /// By reception, the oldest first.
    items: Vec<WillBeErasedView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
    /// The log up to here is in the rows.
    as_of_position: u64,
}

/// List what will be erased when
///
/// 保存期满将被删除的个人信息，按接待先后排序：联系方式先于姓名，附件随后。只列已办结、撤回或导入法定途径的事项；陈述内容不删除。规则未写明保存期限的，什么也不删除。limit
/// 指接待次数：一次接待可有数条，也可没有，因此一页可多可少，直至没有 next_cursor。
///
/// Personal data that the policy says is kept no longer, by reception, the oldest first: contacts before names, then files. Only of
/// issues that were closed, withdrawn or referred; words stay. Under a policy that was adopted without `retention` nothing
/// is erased. `limit` counts receptions, of which each has several items or none: pages are longer or shorter, until there is no
/// `next_cursor`.
#[utoipa::path(get, path = "/v1/retention", tag = "personal data", params(
    ("grid_id" = Option<Uuid>, Query, description = "网格。Grid."),
    ("format" = Option<String>, Query, pattern = r"^(json|csv|xlsx)$", description = "json、csv 或 xlsx；表格未写 limit 和 cursor 时为全部。json, csv or xlsx; a table without limit and cursor holds all rows."),
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", content(
        (RetentionPage = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "联系记录标识,网格编号,网格,联系日期,事项标识,事项编号,来访人序号,附件标识,类别,保存至,删除日,保留原因\r\n0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01,0198f3c1-0000-7000-8000-000000000003,太平网格,2026-11-19,0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10,2026-88122,0,,contact,2027-06-18,2027-07-01,\r\n"),
    )),
))]
pub(crate) async fn list_retention(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let ((mut wanted, at_least, paging), format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        let paging = query.page();
        let (grid_id, sort) = (filters::grid(query, &known), ReceptionSort::Held);
        let wanted = ReceptionQuery { grid_id, sort, ..ReceptionQuery::default() };
        query.goes_on(&paging, |cursor| wanted.is_continued_by(cursor));
        Some((wanted, query.at_least(), paging))
    })?;
    wanted.within = app.within(&question)?;
    app.reads_for(names::RECEPTION_LIST, &question, at_least).await?;
    if format.is_table() {
        let table = (format, &paging);
        return tables::list(&app, &request, &question, table, &TABLE, async |making, page| {
            rows_of(&app, &wanted, making, (&page, paging.whole)).await
        })
        .await;
    }
    let _page = app.one_page().await;
    let mut request = paging.request();
    let mut answer = Items { items: Vec::new(), next_cursor: None, as_of_position: None };
    for _ in 0..PAGES_LOOKED_AT {
        let listed = app.read_models.receptions(&wanted, &request).await?;
        let ids: Vec<_> = listed.items.iter().map(|row| row.reception_id).collect();
        for it in app.casework.will_be_erased(&ids).await? {
            let row = listed.items.iter().find(|row| row.reception_id == it.reception_id);
            answer.items.extend(row.map(|row| WillBeErasedView::of((row.grid_id, row.held_on), it)));
        }
        answer.as_of_position = Some(listed.as_of_position.0);
        answer.next_cursor.clone_from(&listed.next_cursor);
        request.cursor = listed.next_cursor;
        if !answer.items.is_empty() || request.cursor.is_none() {
            break;
        }
    }
    Ok(page(&question.path, &question.query, &answer))
}

/// The rows of a table: of all receptions of its page, which are those of one position, each as it stands when it is looked at.
/// Where the whole list is wanted and there are more of them than were asked for, nothing comes of the page, and none is looked
/// at.
///
/// # Errors
/// 422 `too_many_rows`, and what keeps the receptions from being read.
async fn rows_of(
    app: &AppState,
    wanted: &ReceptionQuery,
    mut making: Making,
    (page, is_whole): (&PageRequest, bool),
) -> Result<(Making, PageEnd), Problem> {
    let note = |all: &mut Vec<_>, row: ReceptionRow| {
        all.push((row.reception_id, (row.grid_id, row.held_on)));
        ControlFlow::Continue(())
    };
    let (receptions, end) = app.read_models.each_reception(Vec::new(), wanted, page, note).await?;
    if is_whole && end.next_cursor.is_some() {
        return Ok((making, end));
    }
    let (snapshot, mut listed) = (app.present(), 0);
    for some in receptions.chunks(LOOKED_AT_ONCE) {
        let ids: Vec<_> = some.iter().map(|(id, _)| *id).collect();
        let of: BTreeMap<_, _> = some.iter().copied().collect();
        let foreseen = app.casework.will_be_erased(&ids).await?.into_iter();
        let views = foreseen.filter_map(|it| Some(WillBeErasedView::of(*of.get(&it.reception_id)?, it)));
        let rows: Vec<_> = views.map(|view| retention_table::row(&view, &snapshot)).collect();
        listed += u64::try_from(rows.len()).unwrap_or(u64::MAX);
        if listed > TABLE_ROWS_MAX {
            return Err(too_many_rows());
        }
        // What has no row is looked at only as long as somebody waits for it.
        let written = web::block(move || {
            let goes_on = making.goes_on() && rows.into_iter().all(|row| making.row(row).is_continue());
            (making, goes_on)
        });
        let goes_on;
        (making, goes_on) = written.await.map_err(Problem::internal)?;
        if !goes_on {
            break;
        }
    }
    Ok((making, end))
}

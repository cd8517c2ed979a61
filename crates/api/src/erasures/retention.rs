//! `GET /v1/retention`: what will be erased by the clock, when, and what holds it back.

use crate::http::extract::Question;
use crate::http::response::{Items, page};
use crate::input::filters;
use crate::input::params::ListParams;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::erasures::retention::{PartNamed, WillBeErased};
use chrono::NaiveDate;
use read_models::{ReceptionQuery, ReceptionRow, ReceptionSort, names};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Pages of receptions that are looked at for one page of the list: of most old ones nothing is left to be erased.
const PAGES_LOOKED_AT: usize = 20;

/// 保存期满将被删除的个人信息。Personal data that will be erased by the clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WillBeErased, example = json!({
    "reception_id": "0198f3c2-7a0f-7b52-9c1e-2f7b4d3e1a01", "grid_id": "0198f3c1-0000-7000-8000-000000000003",
    "held_on": "2026-11-19", "issues": [{"id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "number": "2026-88122"}],
    "visitor": 0, "class": "contact", "due_on": "2027-06-18", "erased_on": "2027-07-01", "held_back": []
}))]
pub struct WillBeErasedView {
    /// The reception that it came by.
    reception_id: Uuid,
    /// The grid.
    grid_id: Uuid,
    /// The day of the reception.
    held_on: NaiveDate,
    /// 为之保存的事项；未提出事项的接待为空。The issues that it is kept for; none where none was raised.
    issues: Vec<KeptForView>,
    /// 来访人序号，自 0 起；附件无此项。Which visitor, from 0; absent of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    visitor: Option<u32>,
    /// The file, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<Uuid>,
    /// What of it.
    #[schema(value_type = vocabulary::PersonalClass)]
    class: &'static str,
    /// 自该日起不再保存。The day from which it is kept no longer.
    due_on: NaiveDate,
    /// 无保留原因时的删除日：每月第一个工作日。The day on which it is erased, where nothing holds it back: the first working day of a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_on: Option<NaiveDate>,
    /// 保留原因；为空则到期删除。What holds it back; where that is nothing, it goes on its day.
    #[schema(value_type = Vec<vocabulary::HeldBack>)]
    held_back: Vec<&'static str>,
}

/// 一个事项及其编号。An issue with its number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptFor)]
pub struct KeptForView {
    /// The issue.
    id: Uuid,
    /// Its number.
    number: String,
}

impl WillBeErasedView {
    fn of(row: &ReceptionRow, it: WillBeErased) -> Self {
        let (visitor, file_id) = match it.part {
            PartNamed::Visitor(index) => (Some(index), None),
            PartNamed::File(id) => (None, Some(id.0)),
        };
        Self {
            reception_id: row.reception_id.0,
            grid_id: row.grid_id.0,
            held_on: row.held_on,
            issues: it.issues.into_iter().map(|(id, number)| KeptForView { id: id.0, number }).collect(),
            visitor,
            file_id,
            class: it.of.class.as_str(),
            due_on: it.of.due_on,
            erased_on: it.erased_on,
            held_back: it.of.held_back.iter().map(|why| why.as_str()).collect(),
        }
    }
}

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
    ListParams,
), responses(
    (status = 200, description = "一页。A page.", body = RetentionPage),
))]
pub(crate) async fn list_retention(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let known = app.known_to(&question).await;
    let (mut wanted, at_least, paging) = question.read(|query| {
        query.now_only();
        let paging = query.page();
        let (grid_id, sort) = (filters::grid(query, &known), ReceptionSort::Held);
        let wanted = ReceptionQuery { grid_id, sort, ..ReceptionQuery::default() };
        query.goes_on(&paging, |cursor| wanted.is_continued_by(cursor));
        Some((wanted, query.at_least(), paging))
    })?;
    wanted.within = app.within(&question)?;
    app.reads_for(names::RECEPTION_LIST, &question, at_least).await?;
    let _page = app.one_page().await;
    let mut request = paging.request();
    let mut answer = Items { items: Vec::new(), next_cursor: None, as_of_position: None };
    for _ in 0..PAGES_LOOKED_AT {
        let listed = app.read_models.receptions(&wanted, &request).await?;
        let ids: Vec<_> = listed.items.iter().map(|row| row.reception_id).collect();
        for it in app.casework.will_be_erased(&ids).await? {
            let row = listed.items.iter().find(|row| row.reception_id == it.reception_id);
            answer.items.extend(row.map(|row| WillBeErasedView::of(row, it)));
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

//! `GET /v1/public/receipts/{code}`.

use super::looking::held;
use super::view::ReceiptView;
use crate::http::context::PathParts;
use crate::http::extract::read_open;
use crate::http::format::Format;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};

/// Ask by a receipt code
///
/// 无需令牌：凭查询码查看事项办到哪一步、何时答复、由谁答复、现在可以做什么。不含姓名、内容、主题、种类和单位：拾到回执的人看不出是谁的什么事。查询码不分大小写，连字符可省；不存在和写错的一律 404。每个地址每分钟 10 次，全部合计每分钟 1,000 次。
///
/// Without a token: how an issue stands, its steps with their days, who answers by when, and what may be done now. Never a name, a
/// word, a topic, a kind or a unit: whoever finds a slip learns nothing of a person. A code is read in whatever case, with or
/// without its hyphens; one that is nobody's and one that is none are the same 404. Ten requests a minute from an address, 1,000 a
/// minute in all (C-3.6).
#[utoipa::path(get, path = "/v1/public/receipts/{code}", tag = "receipts", params(
    ("code" = String, Path, description = "查询码。The receipt code.", example = "7K2M-P4QX-9D3T-VH6B"),
), responses(
    (status = 200, description = "事项。The issue.", body = ReceiptView),
))]
pub(crate) async fn one_receipt(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    read_open(&request, &[Format::Json], |_| Some(()))?;
    let (_, shown) = held(&app, &parts).await?;
    Ok(HttpResponse::Ok().json(shown))
}

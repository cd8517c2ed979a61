//! `/v1/topics`: the topics that an issue may have.

use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::response::absent;
use crate::http::tables;
use crate::input::params::TableParams;
use crate::policies::table;
use crate::policies::view::TopicView;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

/// The topics of the policy in force today.
#[derive(Serialize, ToSchema)]
pub struct TopicList {
    /// The topics, in the order in which they are shown; at most 100.
    items: Vec<TopicView>,
    /// Position of the policy version; absent before any is in force, when there are no topics.
    #[serde(skip_serializing_if = "absent")]
    policy_position: Option<u64>,
}

/// List topics
///
/// 今日有效规则中的主题，按显示顺序。
///
/// Topics of the policy in force today, in the order in which they are shown.
#[utoipa::path(get, path = "/v1/topics", tag = "policies", params(
    ("at_least" = Option<u64>, Query, description = "答复至少包含到该位置。The answer covers this position."),
    TableParams,
), responses(
    (status = 200, description = "主题。The topics.", content(
        (TopicList = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "text/csv", example = "\u{feff}代码,名称\r\nlivelihood,民生保障\r\n"),
    )),
))]
pub(crate) async fn list_topics(
    app: web::Data<AppState>,
    request: HttpRequest,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let (at_least, format) = question.read_as(&Format::OF_LISTS, |query| {
        query.now_only();
        Some(query.at_least())
    })?;
    app.log_covers(&question, at_least).await?;
    let snapshot = app.present();
    let policy = snapshot.reference.policies.in_force(snapshot.today);
    let topics = policy.map(|policy| policy.topics.as_slice()).unwrap_or_default();
    if format.is_table() {
        let rows = topics.iter().map(table::topic).collect();
        return tables::whole(&request, &question, format, &table::TOPICS, (rows, snapshot.position));
    }
    let items = topics.iter().map(|topic| TopicView { code: topic.code.clone(), zh: topic.zh.clone() });
    let policy_position = policy.map(domain::policy::Policy::position);
    Ok(HttpResponse::Ok().json(TopicList { items: items.collect(), policy_position }))
}

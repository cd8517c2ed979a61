//! `/v1/events`: the whole log in position order, for reporting jobs, copies and auditors' tools.

use crate::http::extract::Question;
use crate::http::format::Format;
use crate::http::json::Json;
use crate::input::body::one_of;
use crate::input::query::Query;
use crate::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::log::event::{self, EventView, ShownIn, expected_bytes};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use casework::access::Sight;
use casework::history::LogPage;
use chrono_tz::Tz;
use domain::event::Event;
use domain::event_type::EventType;
use domain::language::text;
use event_store::{Filter, Position};
use utoipa::{IntoParams, ToSchema};

/// A page of the whole log.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; show writes it")]
pub struct LogPageView<'a> {
    /// The events that passed the filter, in position order.
    items: Vec<EventView<'a>>,
    /// Everything up to here was looked at: the next page is `after` this. With a filter a page may hold few events, or
    /// none, before the log's end.
    scanned_to: u64,
    /// The log's newest position when the page was read.
    head: u64,
}

/// How the log is asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents the query")]
struct EventsParams {
    /// 此位置之后的事件；0 为从头开始；不得超出日志末尾。Events after this position; 0 is from the beginning; not beyond the
    /// head of the log.
    #[param(default = 0)]
    after: Option<u64>,
    /// 每页条数。Events a page.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// 事件流的类别，可用逗号分隔多个。Families of streams, several with commas.
    #[param(example = "issue,major_issue")]
    family: Option<String>,
    /// 事件类型，可用逗号分隔多个。Event types, several with commas.
    #[param(example = "issue.raised")]
    r#type: Option<String>,
    /// 答复至少包含到该位置；最多等待 2 秒。The answer covers this position; waited for up to 2 s.
    at_least: Option<u64>,
    /// `json` 或 `ndjson`。`json`, or `ndjson` for one event a line.
    #[param(pattern = "^(json|ndjson)$", example = "json")]
    format: Option<String>,
}

/// Read the whole log
///
/// 按位置顺序读取全部日志。每页说明已查看到的位置（`scanned_to`）和日志最新的位置（`head`）；
/// NDJSON 中由 `Huiyin-Scanned-To` 和 `Huiyin-Head` 头给出。到达最新位置之前有 `Link: …; rel="next"`。
///
/// Reads the whole log in the order of positions. Each page says how far it looked (`scanned_to`) and where the log
/// ended (`head`); as NDJSON the headers `Huiyin-Scanned-To` and `Huiyin-Head` say the same. `Link: …; rel="next"`
/// is there until the head is reached.
#[utoipa::path(get, path = "/v1/events", tag = "log", params(EventsParams), responses(
    (status = 200, description = "一页事件。A page.", content(
        (LogPageView = "application/json", example = json!({"items": [{
            "position": 1, "stream": "log", "version": 1, "type": "log.opened", "schema": 1,
            "recorded_at": "2026-11-19T06:00:00.000Z", "occurred_at": "2026-11-19T14:00:00+08:00", "actor": "system/start",
            "role": "system", "clause": "", "area": "0198f3c0-0000-7000-8000-000000000002", "command": "3q2-7wAAAAAAAAAAAAAAAA",
            "public": {"log_id": "0198f3c0-0000-7000-8000-000000000001"}, "personal": [],
            "leaf_hash": "/wXcs00oT1vCiRfj+FAS/6f4YTkhpMMiBBo/yLwR5ps="}], "scanned_to": 1, "head": 88141})),
        (String = "application/x-ndjson", example = "{\"position\":1,\"stream\":\"log\",\"version\":1,\"type\":\"log.opened\",\"schema\":1}\n"),
    )),
))]
pub(crate) async fn events(app: web::Data<AppState>, question: Question) -> Result<HttpResponse, Problem> {
    let (asked, format) = question.read_as(&[Format::Json, Format::Ndjson], |query| {
        let after = query.position_reached("after", 0).unwrap_or(0);
        let limit = query.whole("limit", 1..=PAGE_MAX).unwrap_or(PAGE_DEFAULT);
        Some((Position(after), limit, filter(query), query.at_least()))
    })?;
    let (after, limit, filter, at_least) = asked;
    app.log_covers(&question, at_least).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let page = app.casework.log_page(&question.reader(false)?, after, limit, &filter).await?;
    let zone = app.casework.reference().time_zone();
    let mut answer = HttpResponse::Ok();
    if page.scanned_to < page.head {
        answer.insert_header((header::LINK, next(&question.path, &question.query, page.scanned_to)));
    }
    show(&mut answer, page, zone, format)
}

/// `family` and `type`, each several with commas.
pub fn filter(query: &mut Query) -> Filter {
    let families = || {
        let families: std::collections::BTreeSet<_> = Event::types().map(EventType::family).collect();
        one_of(families)
    };
    let types = || {
        let zh = "可取的值见 GET /v1/vocabulary?enum=event_type。";
        text(zh, "GET /v1/vocabulary?enum=event_type lists what it may be.")
    };
    let families = query.choices("family", families, |name| known(name, |event_type| family(event_type) == name));
    let types = query.choices("type", types, |name| known(name, |event_type| event_type == name));
    let (families, types) = (families.unwrap_or_default(), types.unwrap_or_default());
    let meets = |event_type: &String| families.is_empty() || families.iter().any(|name| family(event_type) == name);
    if !types.is_empty() && !types.iter().any(meets) {
        let detail = text("没有属于所写类别的事件类型。", "No such type is of the families asked for.");
        query.fault_because("type", HttpCode::BadParameter, detail);
    }
    Filter { families, types }
}

fn show(answer: &mut HttpResponseBuilder, page: LogPage, zone: Tz, format: Format) -> Result<HttpResponse, Problem> {
    let LogPage { items, scanned_to, head } = page;
    let mut text = String::with_capacity(expected_bytes(&items) + 64);
    match format {
        Format::Ndjson => {
            for item in &items {
                event::write(&mut text, item, &Sight::NOTHING, ShownIn::Log, zone)?;
                text.push('\n');
            }
            Ok(answer
                .content_type(Format::Ndjson.media_type())
                .insert_header(("Huiyin-Scanned-To", scanned_to.to_string()))
                .insert_header(("Huiyin-Head", head.to_string()))
                .body(text))
        }
        Format::Json | Format::Text | Format::Csv | Format::Xlsx | Format::Html | Format::Calendar | Format::Events => {
            text.push_str("{\"items\":[");
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                event::write(&mut text, item, &Sight::NOTHING, ShownIn::Log, zone)?;
            }
            Json(&mut text).raw("]").number("scanned_to", scanned_to.0).number("head", head.0).raw("}");
            Ok(answer.content_type(ContentType::json()).body(text))
        }
    }
}

/// The address of the next page: the same question, from where this one stopped looking.
fn next(path: &str, query: &str, scanned_to: Position) -> String {
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
    let after = format!("after={scanned_to}");
    let query: Vec<_> = std::iter::once(after.as_str()).chain(kept).collect();
    format!("<{path}?{}>; rel=\"next\"", query.join("&"))
}

/// A name that occurs in the log's types; a misspelt one would show nothing and be taken for an answer.
fn known(name: &str, is: impl Fn(&str) -> bool) -> Option<String> {
    Event::types().any(|known| is(known.name)).then(|| name.to_owned())
}

fn family(event_type: &str) -> &str {
    event_type.split('.').next().unwrap_or(event_type)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_page_leads_to_the_next_with_its_own_filters() {
        let link = next("/v1/events", "after=0&limit=2&family=issue", Position(8192));
        assert_eq!(link, "</v1/events?after=8192&limit=2&family=issue>; rel=\"next\"");
        assert_eq!(next("/v1/events", "", Position(50)), "</v1/events?after=50>; rel=\"next\"");
    }

    #[test]
    fn only_what_can_be_in_the_log_is_a_filter() {
        let types = |name: &str| known(name, |event_type| event_type == name);
        let families = |name: &str| known(name, |event_type| family(event_type) == name);
        assert_eq!(types("issue.raised").as_deref(), Some("issue.raised"));
        assert_eq!(families("major_issue").as_deref(), Some("major_issue"));
        assert_eq!((types("issue"), families("issue.raised"), families("")), (None, None, None));
    }

    #[test]
    fn both_forms_of_a_page_say_how_far_it_looked() {
        let page = || LogPage { items: Vec::new(), scanned_to: Position(7), head: Position(9) };
        let zone = chrono_tz::Asia::Shanghai;
        let answer = show(&mut HttpResponse::Ok(), page(), zone, Format::Ndjson).unwrap();
        assert_eq!(answer.headers().get("huiyin-scanned-to").unwrap(), "7");
        assert_eq!(answer.headers().get(header::CONTENT_TYPE).unwrap(), "application/x-ndjson");
        let answer = show(&mut HttpResponse::Ok(), page(), zone, Format::Json).unwrap();
        assert_eq!(answer.headers().get(header::CONTENT_TYPE).unwrap(), "application/json");
    }
}

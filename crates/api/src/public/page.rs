//! Pages for people: nothing in them but text, one style, and links within this server.

use crate::http::cors::RESOURCE_POLICY;
use crate::http::response::next_page;
use crate::public::view::{PublicNotice, PublicNoticePage, PublicState};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Datelike as _, NaiveDate, Weekday};
use domain::vocabulary::DelegateType;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// Whoever asks again within a minute may be told by who stands between: many may ask, and a plan changes seldom.
pub(super) const A_MINUTE: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=60");

const STYLE: &str = include_str!("page.css");

/// No script, no picture, no frame, no form; the one style by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// Sends a page.
pub(super) fn answer(mut answer: HttpResponseBuilder, page: Markup) -> HttpResponse {
    answer.insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()));
    answer.insert_header((HeaderName::from_static(RESOURCE_POLICY), "same-origin"));
    answer.content_type("text/html; charset=utf-8").body(page.into_string())
}

/// A whole page. maud escapes whatever is put into it.
pub(super) fn whole(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                // A constant of ours: what stands in it is no markup.
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
}

/// The address of the next page of a list, without its angle brackets.
pub(super) fn address(request: &HttpRequest, cursor: &str) -> String {
    let link = next_page(request.path(), request.query_string(), cursor);
    link.trim_start_matches('<').split('>').next().unwrap_or_default().to_owned()
}

/// The list of notices.
pub(super) fn list(notices: &PublicNoticePage, next: Option<&str>) -> Markup {
    let title = "两代表联系服务群众接待公示";
    let body = html! {
        h1 { (title) }
        @if notices.items.is_empty() { p { "这段时间没有已公布的接待安排。" } }
        @else {
            table {
                thead { tr { th { "日期" } th { "时间" } th { "网格" } th { "地点" } th { "党代表" } th { "人大代表" } th { "说明" } th { "公示单" } } }
                tbody { @for notice in &notices.items { (row(notice)) } }
            }
        }
        @if let Some(next) = next { p { a href=(next) rel="next" { "下一页" } } }
        footer { p { "据回音日志第 " (notices.as_of_position) " 条记录时的内容。" } }
    };
    whole(title, &body)
}

fn row(notice: &PublicNotice) -> Markup {
    html! {
        tr.cancelled[notice.state == PublicState::Cancelled] {
            td { (day(notice.held_on)) }
            td { (notice.from) "—" (notice.to) }
            td { (notice.grid) }
            td { (notice.venue.as_deref().unwrap_or("")) }
            td { (names(notice, DelegateType::Party)) }
            td { (names(notice, DelegateType::Deputy)) }
            td { (remark(notice)) }
            td { a href={ "/v1/public/notices/" (notice.session_id) } { "查看" } }
        }
    }
}

/// What is different from the plan, in words.
pub(super) fn remark(notice: &PublicNotice) -> String {
    match (notice.state, notice.moved_from) {
        (PublicState::Planned, _) => String::new(),
        (PublicState::Cancelled, _) => "本次接待已取消".to_owned(),
        (PublicState::Moved, Some(from)) => format!("原定{}，已改期", day(from)),
        (PublicState::Moved, None) => "时间或地点有变更".to_owned(),
    }
}

/// The names of those of a kind, as Chinese lists them.
pub(super) fn names(notice: &PublicNotice, of: DelegateType) -> String {
    notice.names(of).collect::<Vec<_>>().join("、")
}

/// A day with its weekday: `2026年10月8日（星期四）`.
pub(super) fn day(on: NaiveDate) -> String {
    let weekday = match on.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    };
    format!("{}年{}月{}日（星期{weekday}）", on.year(), on.month(), on.day())
}

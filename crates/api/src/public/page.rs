//! Pages for people: nothing in them but text, one style, and links within this server.

use crate::http::cors::RESOURCE_POLICY;
use crate::http::format::Format;
use crate::http::html::policy_of;
use crate::http::response::next_page;
use crate::input::body::choice;
use crate::input::query::Query;
use crate::public::view::{PublicNotice, PublicNoticePage, PublicState};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, LINK, VARY};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::{Datelike as _, NaiveDate, Weekday};
use domain::language::Language;
use domain::vocabulary::DelegateType;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::sync::LazyLock;

/// Whoever asks again within a minute may be told by who stands between: many may ask, and a plan changes seldom.
pub(super) const A_MINUTE: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=60");

const STYLE: &str = include_str!("page.css");

static POLICY: LazyLock<String> = LazyLock::new(|| policy_of(STYLE));

/// Begins the answer of a list that everybody may read, in any of its formats: caches on the way keep them apart, and are told
/// where the next page is.
pub(super) fn of_list(request: &HttpRequest, format: Format, next_cursor: Option<&str>) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    let vary = if format == Format::Html { "Accept, Accept-Language" } else { "Accept" };
    answer.insert_header(A_MINUTE).insert_header((VARY, vary));
    if let Some(cursor) = next_cursor {
        answer.insert_header((LINK, next_page(request.path(), request.query_string(), cursor)));
    }
    answer
}

/// Sends a page.
pub(super) fn answer(mut answer: HttpResponseBuilder, page: Markup) -> HttpResponse {
    answer.insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()));
    answer.insert_header((HeaderName::from_static(RESOURCE_POLICY), "same-origin"));
    answer.content_type("text/html; charset=utf-8").body(page.into_string())
}

/// A whole page. maud escapes whatever is put into it.
pub(super) fn whole(title: &str, body: &Markup, language: Language) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                // A constant of ours: what stands in it is no markup.
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
}

/// The language that a page's own address names (`lang`), which comes before what the browser prefers.
pub(super) fn language(query: &mut Query) -> Option<Language> {
    const ALL: [Language; 2] = [Language::Zh, Language::En];
    query.optional("lang", choice(&ALL, |language| if language == Language::Zh { "zh" } else { "en" }))
}

/// The same page within another one: what it links to opens beside that.
pub(super) fn embedded(page: Markup) -> Markup {
    PreEscaped(page.into_string().replacen("<head>", "<head><base target=\"_blank\">", 1))
}

/// The address of the next page of a list, without its angle brackets.
pub(super) fn address(request: &HttpRequest, cursor: &str) -> String {
    let link = next_page(request.path(), request.query_string(), cursor);
    link.trim_start_matches('<').split('>').next().unwrap_or_default().to_owned()
}

/// The columns of the list. On a narrow screen each cell has its column's name before it.
const COLUMNS: [(&str, &str); 8] = [
    ("日期", "Date"),
    ("时间", "Time"),
    ("网格", "Grid"),
    ("地点", "Place"),
    ("党代表", "Party delegates"),
    ("人大代表", "Deputies"),
    ("说明", "Remark"),
    ("公示单", "Sheet"),
];

/// The list of notices.
pub(super) fn list(notices: &PublicNoticePage, next: Option<&str>, language: Language) -> Markup {
    let title = language.pick("两代表联系服务群众接待公示", "Public notices of the liaison service");
    let position = notices.as_of_position;
    let body = html! {
        h1 { (title) }
        @if notices.items.is_empty() {
            p { (language.pick("这段时间没有已公布的接待安排。", "No session of these days has been published.")) }
        } @else {
            table.list {
                thead { tr { @for (zh, en) in COLUMNS { th { (language.pick(zh, en)) } } } }
                tbody { @for notice in &notices.items { (row(notice, language)) } }
            }
        }
        (end(next, position, language))
    };
    whole(title, &body, language)
}

/// What stands below a list: where it goes on, and what of the log it is made of.
pub(super) fn end(next: Option<&str>, position: u64, language: Language) -> Markup {
    html! {
        @if let Some(next) = next { p { a href=(next) rel="next" { (language.pick("下一页", "Next page")) } } }
        footer { p { @match language {
            Language::Zh => { "据回音日志第 " (position) " 条记录时的内容。" }
            Language::En => { "As of record " (position) " of the Huiyin log." }
        } } }
    }
}

fn row(notice: &PublicNotice, language: Language) -> Markup {
    let sheet = format!("/v1/public/notices/{}", notice.session_id);
    let cells = [
        html! { (day(notice.held_on, language)) },
        html! { (notice.from) "—" (notice.to) },
        html! { (notice.grid) },
        html! { (notice.venue.as_deref().unwrap_or("")) },
        html! { (names(notice, DelegateType::Party, language)) },
        html! { (names(notice, DelegateType::Deputy, language)) },
        html! { (remark(notice, language)) },
        html! { a href=(sheet) { (language.pick("查看", "View (in Chinese)")) } },
    ];
    html! {
        tr.cancelled[notice.state == PublicState::Cancelled] {
            @for ((zh, en), cell) in COLUMNS.iter().zip(cells) { td data-column=(language.pick(zh, en)) { (cell) } }
        }
    }
}

/// What is different from the plan, in words.
pub(super) fn remark(notice: &PublicNotice, language: Language) -> String {
    match (notice.state, notice.moved_from) {
        (PublicState::Planned, _) => String::new(),
        (PublicState::Cancelled, _) => language.pick("本次接待已取消", "This session is cancelled").to_owned(),
        (PublicState::Moved, Some(from)) => match language {
            Language::Zh => format!("原定{}，已改期", day(from, language)),
            Language::En => format!("Moved from {}", day(from, language)),
        },
        (PublicState::Moved, None) => language.pick("时间或地点有变更", "The hours or the place changed").to_owned(),
    }
}

/// The names of those of a kind, as the language lists them.
pub(super) fn names(notice: &PublicNotice, of: DelegateType, language: Language) -> String {
    notice.names(of).collect::<Vec<_>>().join(language.pick("、", ", "))
}

/// A day with its weekday: `2026年10月8日（星期四）`, `Thursday, 8 October 2026`.
pub(super) fn day(on: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => chinese_day(on),
        Language::En => on.format("%A, %-d %B %Y").to_string(),
    }
}

fn chinese_day(on: NaiveDate) -> String {
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

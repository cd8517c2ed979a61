//! `GET /r/{code}`: the page that a visitor opens by the QR code on the slip, in their language, on a phone or on paper. It works
//! without scripts; with them their own browser checks the log against the slip.

use super::looking::held;
use super::view::{ReceiptCanView, ReceiptLooksView, ReceiptStepView, ReceiptView};
use crate::http::context::{PathParts, RequestContext};
use crate::http::cors::RESOURCE_POLICY;
use crate::http::extract::read_open;
use crate::http::fixed::Fixed;
use crate::http::format::Format;
use crate::input::query;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::public::page;
use crate::state::AppState;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::NaiveDate;
use domain::language::Language;
use domain::vocabulary::{
    DelegateType, IssueState, LastWordKind, Lateness, Outcome, ReceiptAct, ReceiptStep, ReopeningGround,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

const STYLE: &str = include_str!("page/page.css");

/// Scripts of this server alone, which ask this server alone; the one style by its hash; nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; script-src 'self'; style-src 'sha256-{style}'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

/// Open a receipt as a page
///
/// 无需令牌：来访人的回执页面，中文或英文（`lang`，否则随 Accept-Language），可在手机上看，可打印（A4），不用脚本也能看；启用脚本时，由来访人自己的浏览器按回执二维码中 `#` 之后的内容核对日志。
///
/// Without a token: the visitor's page, in Chinese or English (`lang`, else as `Accept-Language` asks), on a phone or printed (A4).
/// It works without scripts; with them the visitor's own browser checks the log by what follows `#` in the slip's QR code (C-3.6).
#[utoipa::path(get, path = "/r/{code}", tag = "receipts", params(
    ("code" = String, Path, description = "查询码。The receipt code."),
    ("lang" = Option<String>, Query, pattern = "^(zh|en)$", description = "语言：zh 或 en。The language: zh or en."),
), responses(
    (status = 200, description = "页面。The page.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
))]
pub(crate) async fn receipt_page(
    app: web::Data<AppState>,
    parts: PathParts,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (named, _) = read_open(&request, &[Format::Html], |query| Some(page::language(query)))?;
    let language = named.unwrap_or(RequestContext::of(&request)?.language());
    let (mut answer, shown) = match held(&app, &parts).await {
        Ok((_, receipt)) => (HttpResponse::Ok(), shown(parts.get("code"), &receipt, language)),
        // Whoever mistyped a code is a person, too.
        Err(problem) if problem.code == HttpCode::NotFound.into() => (HttpResponse::NotFound(), unknown(language)),
        Err(problem) => return Err(problem),
    };
    answer.insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()));
    answer.insert_header((HeaderName::from_static(RESOURCE_POLICY), "same-origin"));
    answer.insert_header((VARY, "Accept-Language"));
    Ok(answer.content_type("text/html; charset=utf-8").body(shown.into_string()))
}

/// Fetch a script of the receipt page
///
/// 回执页面的脚本，随程序发布，不向任何外部地址请求内容。
///
/// Scripts of the receipt page, out of the program; no outside address is asked for anything.
#[utoipa::path(get, path = "/r/assets/{file}", tag = "receipts", params(
    ("file" = String, Path, description = "脚本的文件。A file of the scripts.", example = "page.js"),
), responses(
    (status = 200, description = "脚本。The script.", body = String, content_type = "text/javascript", example = "import …"),
    (status = 304, description = "与 If-None-Match 所指相同。The same as If-None-Match names."),
))]
pub(crate) async fn asset(request: HttpRequest, parts: PathParts) -> Result<HttpResponse, Problem> {
    query::nothing(&request)?;
    let found = SCRIPTS.iter().find(|(name, _)| *name == parts.get("file"));
    let (_, script) = found.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let more = [(HeaderName::from_static(RESOURCE_POLICY), HeaderValue::from_static("same-origin"))];
    Ok(script.answer(request.headers(), &more))
}

/// The scripts, by the names under which they import each other.
static SCRIPTS: LazyLock<[(&'static str, Fixed); 7]> = LazyLock::new(|| {
    let script = |text: &'static str| Fixed::new(Bytes::from_static(text.as_bytes()), "text/javascript; charset=utf-8");
    [
        ("page.js", script(include_str!("page/page.js"))),
        ("check.js", script(include_str!("page/check.js"))),
        ("vendor/noble-ed25519/index.js", script(include_str!("page/vendor/noble-ed25519/index.js"))),
        ("vendor/noble-hashes/sha2.js", script(include_str!("page/vendor/noble-hashes/sha2.js"))),
        ("vendor/noble-hashes/_md.js", script(include_str!("page/vendor/noble-hashes/_md.js"))),
        ("vendor/noble-hashes/_u64.js", script(include_str!("page/vendor/noble-hashes/_u64.js"))),
        ("vendor/noble-hashes/utils.js", script(include_str!("page/vendor/noble-hashes/utils.js"))),
    ]
});

/// A whole page; maud escapes whatever is put into it.
fn whole(title: &str, script: bool, body: &Markup, language: Language) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                // A constant of ours: what stands in it is no markup.
                style { (PreEscaped(STYLE)) }
                @if script { script type="module" src="/r/assets/page.js" {} }
            }
            body { (body) }
        }
    }
}

fn unknown(language: Language) -> Markup {
    let title = language.pick("没有这样的查询码", "There is no such receipt code");
    let body = html! {
        main {
            h1 { (title) }
            p { (language.pick(
                "请核对回执上的查询码。补发过查询码的，以最后一次的为准；遗失回执的，请向接待人员申请补发。",
                "Please compare it with your slip. Where another code was given, the last one holds; if you lost the slip, ask \
                 those who received you for another code.",
            )) }
        }
    };
    whole(title, false, &body, language)
}

fn shown(code: &str, receipt: &ReceiptView, language: Language) -> Markup {
    let title = language.pick("群众反映事项回执", "Receipt of an issue");
    let pick = |zh, en| language.pick(zh, en);
    let body = html! {
        main data-code=(code) data-number=(receipt.number) {
            h1 { (title) }
            p.code { (code) }
            table {
                (line(pick("事项编号", "Number"), &receipt.number))
                (line(pick("状态", "State"), term(IssueState::parse(receipt.state).map(|s| (s.zh(), s.en())), language)))
                (line(pick("网格", "Grid"), &receipt.grid))
                (line(pick("首问责任人", "Responsible delegate"), &delegate(receipt, language)))
                (line(pick("答复期限", "Answer due by"), &due(receipt, language)))
                @if let Some(on) = receipt.interim_due_on { (line(pick("下次告知", "Next word by"), &day(on, language))) }
                (line(pick("最近告知", "Last told"), &last_word(receipt, language)))
            }
            h2 { (pick("办理经过", "Course")) }
            ul { @for step in &receipt.steps { li { (told(step, language)) } } }
            @if let Some(looks) = receipt.viewed { p { (looked(looks, language)) } }
            @if !receipt.can.is_empty() {
                h2 { (pick("您现在可以", "What you may do now")) }
                ul { @for can in &receipt.can { li { (may(can, language)) } } }
            }
            section id="proof" hidden {}
            noscript { p { (pick(
                "启用脚本后，本页可在您的浏览器中用回执核对日志。",
                "With scripts enabled, this page checks the log against your slip in your own browser.",
            )) } }
        }
        nav { p { @match language {
            Language::Zh => { a href="?lang=en" hreflang="en" data-keeps-slip="" { "English" } }
            Language::En => { a href="?lang=zh" hreflang="zh-CN" data-keeps-slip="" { "中文" } }
        } } }
        footer {
            p { @match language {
                Language::Zh => { "据回音日志第 " (receipt.position) " 条记录时的内容。" }
                Language::En => { "As of record " (receipt.position) " of the Huiyin log." }
            } }
            p { (pick(
                "本页不含姓名和您所说的内容。持有查询码的人可以代您表达意见，请妥善保管。",
                "No name and nothing that you said is on this page. Whoever has the code can speak for you: keep it safe.",
            )) }
        }
    };
    whole(title, true, &body, language)
}

/// Who looked at what the visitor told, since that is on record.
fn looked(ReceiptLooksView { accounts, days }: ReceiptLooksView, language: Language) -> String {
    match (language, accounts) {
        (Language::Zh, 0) => "还没有账户查看过您反映的内容。".to_owned(),
        (Language::Zh, _) => format!("有 {accounts} 个账户在 {days} 天里查看过您反映的内容。"),
        (Language::En, 0) => "No account has looked at what you told us.".to_owned(),
        (Language::En, _) => {
            let (on, who) =
                (if days == 1 { "day" } else { "days" }, if accounts == 1 { "account" } else { "accounts" });
            format!("On {days} {on}, {accounts} {who} looked at what you told us.")
        }
    }
}

fn line(name: &str, value: &str) -> Markup {
    html! { tr { th scope="row" { (name) } td { (value) } } }
}

/// A term in the language of the page; nothing for what has none.
fn term(term: Option<(&'static str, &'static str)>, language: Language) -> &'static str {
    term.map_or("", |(zh, en)| language.pick(zh, en))
}

/// `2026年10月8日`, `8 October 2026`.
pub(super) fn day(on: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => on.format("%Y年%-m月%-d日").to_string(),
        Language::En => on.format("%-d %B %Y").to_string(),
    }
}

pub(super) fn delegate(receipt: &ReceiptView, language: Language) -> String {
    let who = &receipt.responsible_delegate;
    let held = who.delegate_type.and_then(DelegateType::parse).map(|held| (held.zh(), held.en()));
    match (held, language) {
        (None, _) => who.name.clone(),
        (Some((zh, _)), Language::Zh) => format!("{}（{zh}）", who.name),
        (Some((_, en)), Language::En) => format!("{} ({en})", who.name),
    }
}

fn due(receipt: &ReceiptView, language: Language) -> String {
    let mut words = day(receipt.answer_due_on, language);
    let lateness = receipt.lateness.and_then(Lateness::parse).map(|late| (late.zh(), late.en()));
    let provisional = receipt.provisional.then_some(("暂定", "provisional"));
    for (zh, en) in lateness.into_iter().chain(provisional) {
        words.push_str(language.pick("，", ", "));
        words.push_str(language.pick(zh, en));
    }
    words
}

fn last_word(receipt: &ReceiptView, language: Language) -> String {
    let word = LastWordKind::parse(receipt.last_word.kind).map(|word| (word.zh(), word.en()));
    format!("{}{}{}", day(receipt.last_word.on, language), language.pick("，", ", "), term(word, language))
}

fn told(step: &ReceiptStepView, language: Language) -> String {
    let kind = ReceiptStep::parse(step.kind).map(|kind| (kind.zh(), kind.en()));
    let mut words = format!("{}{}{}", day(step.on, language), language.pick("　", ": "), term(kind, language));
    if let Some(outcome) = step.outcome.and_then(Outcome::parse) {
        words.push_str(&match language {
            Language::Zh => format!("（{}）", outcome.zh()),
            Language::En => format!(" ({})", outcome.en()),
        });
    }
    words
}

/// Something that may be done, until when, on which grounds.
fn may(can: &ReceiptCanView, language: Language) -> String {
    let act = ReceiptAct::parse(can.what).map(|act| (act.zh(), act.en()));
    let until = |on: NaiveDate| match language {
        Language::Zh => format!("，{}前（含当日）", day(on, language)),
        Language::En => format!(", until {}", day(on, language)),
    };
    let mut words = term(act, language).to_owned();
    words.push_str(&can.until.map(until).unwrap_or_default());
    let grounds = can.grounds.iter().map(|ground| {
        let named = ReopeningGround::parse(ground.ground).map(|ground| (ground.zh(), ground.en()));
        format!("{}{}", term(named, language), ground.until.map(until).unwrap_or_default())
    });
    let grounds: Vec<_> = grounds.collect();
    if !grounds.is_empty() {
        words.push_str(language.pick("：", ": "));
        words.push_str(&grounds.join(language.pick("；", "; ")));
    }
    if let Some(left) = can.left {
        words.push_str(&match language {
            Language::Zh => format!("，还可 {left} 份"),
            Language::En => format!(", {left} more"),
        });
    }
    words
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::packing::gzip;

    /// What a phone in a village has to load.
    #[test]
    fn the_scripts_are_forty_kilobytes_at_most_as_they_are_sent() {
        let of = |text: &str| gzip(&Bytes::copy_from_slice(text.as_bytes()), true).unwrap().len();
        let sent: usize = [
            of(include_str!("page/page.js")),
            of(include_str!("page/check.js")),
            of(include_str!("page/vendor/noble-ed25519/index.js")),
            of(include_str!("page/vendor/noble-hashes/sha2.js")),
            of(include_str!("page/vendor/noble-hashes/_md.js")),
            of(include_str!("page/vendor/noble-hashes/_u64.js")),
            of(include_str!("page/vendor/noble-hashes/utils.js")),
        ]
        .iter()
        .sum();
        assert!(sent <= 40 * 1024, "{sent} bytes");
    }

    #[test]
    fn who_looked_is_told_in_numbers_that_agree() {
        let said = |accounts, days, language| looked(ReceiptLooksView { accounts, days }, language);
        assert_eq!(said(2, 5, Language::En), "On 5 days, 2 accounts looked at what you told us.");
        assert_eq!(said(1, 1, Language::En), "On 1 day, 1 account looked at what you told us.");
        assert_eq!(said(0, 0, Language::En), "No account has looked at what you told us.");
        assert_eq!(said(2, 5, Language::Zh), "有 2 个账户在 5 天里查看过您反映的内容。");
        assert_eq!(said(0, 0, Language::Zh), "还没有账户查看过您反映的内容。");
    }

    /// Markup in a name is told as it is, and never is markup.
    #[test]
    fn texts_are_texts() {
        let code = "<script>alert(1)</script>";
        let page = unknown(Language::En).into_string() + &line(code, code).into_string();
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"), "{page}");
    }
}

//! The slip that a visitor takes home, as a page to be printed: one of A6 for each issue, with its receipt code and a QR code
//! that leads to the receipt. Made where a code is given, for whoever asks for `text/html` there.

use super::page::{day, delegate};
use super::view::ReceiptView;
use crate::http::context::RequestContext;
use crate::http::cookies::{Transport, transport};
use crate::http::cors::RESOURCE_POLICY;
use crate::http::extract::Command;
use crate::http::format::Format;
use crate::http::response::CommandAnswer;
use crate::input::query::Query;
use crate::issues::slip::SlipView;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, VARY};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::loaded::Loaded;
use domain::ids::IssueId;
use domain::issue::Issue;
use domain::language::Language;
use event_store::Position;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use qrcodegen::{QrCode, QrCodeEcc};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

const STYLE: &str = include_str!("slip.css");
/// White around the picture, modules.
const QUIET: i32 = 4;

/// Nothing but the one style, by its hash: no script, no picture from anywhere.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// In which language a slip is wanted, and under which address its holder reaches this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SlipAsked {
    language: Language,
    /// `https://example.org`, as whoever asks called it; empty where they did not say.
    origin: String,
}

impl SlipAsked {
    /// What a command asks for that gives a code: a page by `?format=html`, or where it prefers `text/html` to JSON; else
    /// nothing.
    ///
    /// # Errors
    /// 406 where no format suits.
    pub fn of(request: &HttpRequest, command: &Command) -> Result<Option<Self>, Problem> {
        match command.read_format(request, &[Format::Json, Format::Html]) {
            Ok(Format::Html) => {}
            // What is wrong with the query is told where the command reads it, after whatever its key was used for before.
            Err(problem) if problem.status() == StatusCode::BAD_REQUEST => return Ok(None),
            format => return format.map(|_| None),
        }
        let context = RequestContext::of(request)?;
        let scheme = match transport(request.headers(), &context.client) {
            Transport::Tls => "https",
            Transport::Local | Transport::Plain => "http",
        };
        let host = context.client.host(request.headers());
        let origin = host.map(|host| format!("{scheme}://{host}")).unwrap_or_default();
        Ok(Some(Self { language: context.language(), origin }))
    }

    /// What else the query of such a command may say: nothing. In which format its answer is wanted is known by now.
    pub fn query(query: &mut Query) -> Option<()> {
        query.format();
        Some(())
    }

    /// The answer to a command that gave these issues their codes, its last event being at `position`.
    ///
    /// # Errors
    /// What keeps the log from being read.
    pub async fn answer(
        &self,
        app: &AppState,
        done: &CommandAnswer,
        issues: impl IntoIterator<Item = (IssueId, &Loaded<Issue>)>,
        (position, snapshot): (Position, &Snapshot),
    ) -> Result<HttpResponse, Problem> {
        let mut slips = Vec::new();
        for (id, loaded) in issues {
            let code = app.casework.receipt_code(id, &loaded.state);
            let slip = SlipView::of(&code, &app.casework.slip(&loaded.state, position).await?);
            slips.push(self.slip(&code, &slip.link, &ReceiptView::of(app, id, loaded, snapshot).await?));
        }
        let mut answer = done.begin();
        answer.insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()));
        answer.insert_header((HeaderName::from_static(RESOURCE_POLICY), "same-origin"));
        answer.insert_header((VARY, "Accept, Accept-Language"));
        Ok(answer.content_type("text/html; charset=utf-8").body(self.whole(&slips).into_string()))
    }

    /// A whole page; maud escapes whatever is put into it.
    fn whole(&self, slips: &[Markup]) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (self.language.pick("群众反映事项回执", "Receipt of an issue")) }
                    // A constant of ours: what stands in it is no markup.
                    style { (PreEscaped(STYLE)) }
                }
                body { @for slip in slips { (slip) } }
            }
        }
    }

    /// One slip. Nothing of a person and nothing of what was said is on it: it may be lost.
    fn slip(&self, code: &str, link: &str, receipt: &ReceiptView) -> Markup {
        let language = self.language;
        let pick = |zh, en| language.pick(zh, en);
        let line = |name: &str, value: &str| html! { tr { th scope="row" { (name) } td { (value) } } };
        html! {
            main {
                h1 { (pick("群众反映事项回执", "Receipt of an issue")) }
                p.code { (code) }
                table {
                    (line(pick("事项编号", "Number"), &receipt.number))
                    (line(pick("网格", "Grid"), &receipt.grid))
                    (line(pick("首问责任人", "Responsible"), &delegate(receipt, language)))
                    (line(pick("答复期限", "Answer due by"), &day(receipt.answer_due_on, language)))
                }
                @if let Some(picture) = picture(&format!("{}{link}", self.origin), language) { (picture) }
                p.small { (pick("扫码或打开：", "Scan it, or open: ")) (self.origin) "/r/" (code) }
                p.small { (pick(
                    "凭查询码可查看办理进度、评价答复、申请重办。二维码中另有当时日志的凭据，用于核对记录未被改动。本回执不含您的姓名和所说的内容；持有它的人可以代您表达意见，请妥善保管。",
                    "With the code you see how it stands, say how the answer was, and ask for it to be taken up again. The QR code \
                     also holds what the log was then, to check that the record was not changed. Neither your name nor anything that \
                     you said is on this slip; whoever has it can speak for you: keep it safe.",
                )) }
            }
        }
    }
}

/// A text as a QR code that a fold or a stain does not spoil; nothing where it is too long for one.
fn picture(text: &str, language: Language) -> Option<Markup> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let (size, mut path) = (code.size(), String::new());
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|x| code.get_module(*x, y)).count();
            if run > 0 {
                // Writing into a string does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += i32::try_from(run).unwrap_or(size).max(1);
        }
    }
    let side = size + 2 * QUIET;
    Some(html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {side} {side}")) role="img" shape-rendering="crispEdges" {
            title { (language.pick("二维码", "QR code")) }
            path d=(path) {}
        }
    })
}

#[cfg(test)]
mod tests;

//! `/problems`: the list of every code, for people who look one up.

use crate::http::context::RequestContext;
use crate::http::extract::read_open;
use crate::http::fixed::Fixed;
use crate::http::format::Format;
use crate::problem::Problem;
use crate::problem::codes::{Code, HttpCode};
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use domain::language::Language;
use serde::Serialize;
use std::sync::OnceLock;
use utoipa::ToSchema;

/// A problem code and what to do about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/issue_closed", "code": "issue_closed", "status": 409, "title": "该事项已办结",
    "what_to_do": "请重新读取当前状态，按所引条款改走可行的步骤；原样重试没有用。", "clause": "C-3.6"
}))]
pub struct ProblemCode {
    /// Address of this description.
    r#type: String,
    /// Stable name.
    code: &'static str,
    /// The HTTP status it comes with. A fault inside `errors` comes with the status of the whole.
    status: u16,
    /// What it means, in the language of the answer.
    title: &'static str,
    /// What a client can do about it, in the language of the answer.
    what_to_do: &'static str,
    /// The clause of the notice behind it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
}

/// Every code.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemCodes {
    /// Those of the HTTP side by status, then those of the rules.
    items: Vec<ProblemCode>,
}

impl ProblemCode {
    fn of(code: Code, language: Language) -> Self {
        Self {
            r#type: format!("/problems/{}", code.as_str()),
            code: code.as_str(),
            status: code.status(),
            title: code.title(language),
            what_to_do: code.what_to_do(language),
            clause: code.clause(),
        }
    }
}

/// List every problem code
///
/// 全部错误代码：答复及其中各处错误可能带有的每个代码，附状态码、含义、处理办法和条款。
///
/// Every code that an answer or a fault inside it may carry, with its status, meaning, remedy and clause.
#[utoipa::path(get, path = "/problems", tag = "contract", responses(
    (status = 200, description = "全部代码。Every code.", body = ProblemCodes, example = json!({"items": [{
        "type": "/problems/issue_closed", "code": "issue_closed", "status": 409, "title": "该事项已办结",
        "what_to_do": "请重新读取当前状态，按所引条款改走可行的步骤；原样重试没有用。", "clause": "C-3.6"}]})),
    (status = 304, description = "与 If-None-Match 所指相同。The same as If-None-Match names."),
))]
pub(crate) async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    read_open(&request, &[Format::Json], |_| Some(()))?;
    let language = RequestContext::of(&request)?.language();
    static LISTS: [OnceLock<Fixed>; 2] = [OnceLock::new(), OnceLock::new()];
    let kept = match language {
        Language::Zh => &LISTS[0],
        Language::En => &LISTS[1],
    };
    let list = || {
        let items = Code::all().map(|code| ProblemCode::of(code, language));
        fixed(&ProblemCodes { items: items.collect() })
    };
    Ok(answer(&request, language, kept.get_or_init(list)))
}

/// Describe a problem code
///
/// 一个错误代码的含义：错误说明的 `type` 指向这里。
///
/// What a problem code means: this is what the `type` of a problem points at.
#[utoipa::path(get, path = "/problems/{code}",
    tag = "contract", params(("code" = String, Path, description = "代码。The code.", example = "issue_closed")), responses(
    (status = 200, description = "代码的含义。The code.", body = ProblemCode, example = json!({
        "type": "/problems/issue_closed", "code": "issue_closed", "status": 409, "title": "该事项已办结",
        "what_to_do": "请重新读取当前状态，按所引条款改走可行的步骤；原样重试没有用。", "clause": "C-3.6"})),
    (status = 304, description = "与 If-None-Match 所指相同。The same as If-None-Match names."),
))]
pub(crate) async fn one(request: HttpRequest) -> Result<HttpResponse, Problem> {
    read_open(&request, &[Format::Json], |_| Some(()))?;
    let context = RequestContext::of(&request)?;
    let language = context.language();
    let code = Code::parse(context.part("code")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    Ok(answer(&request, language, &fixed(&ProblemCode::of(code, language))))
}

fn fixed(body: &impl Serialize) -> Fixed {
    Fixed::new(serde_json::to_vec(body).unwrap_or_default().into(), "application/json")
}

fn answer(request: &HttpRequest, language: Language, body: &Fixed) -> HttpResponse {
    let more = [
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag())),
        (header::VARY, HeaderValue::from_static("Accept-Language")),
    ];
    body.answer(request.headers(), &more)
}

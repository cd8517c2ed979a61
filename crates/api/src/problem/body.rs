//! A problem as it is written (RFC 9457).

use serde::Serialize;
use utoipa::ToSchema;

/// An error, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/problems/too_long", "title": "内容超过长度上限", "status": 422, "code": "too_long",
    "detail": "最多 200 个字符，现有 214 个。", "instance": "/v1/receptions",
    "request_id": "019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11",
    "errors": [{"pointer": "/issues/0/subject", "code": "too_long", "detail": "最多 200 个字符，现有 214 个。"}]
}))]
pub struct ProblemBody {
    /// Address of the description of the code.
    pub(super) r#type: String,
    /// What the code means, in the language of the answer.
    pub(super) title: String,
    /// The HTTP status again.
    #[schema(minimum = 400, maximum = 599)]
    pub(super) status: u16,
    /// Stable name; the list is at `/problems`.
    #[schema(value_type = ProblemName)]
    pub(super) code: String,
    /// The particulars, in the language of the answer.
    pub(super) detail: String,
    /// The path that was asked for.
    pub(super) instance: String,
    /// The same as in the header `X-Request-Id`.
    pub(super) request_id: String,
    /// The clause of the notice behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clause: Option<String>,
    /// Every single fault of the body or the query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ProblemFault>,
}

/// Refers to the closed list of codes in the document, which `openapi/shared.rs` makes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer")]
pub struct ProblemName(String);

/// One fault of a body or a query.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemFault {
    /// JSON pointer (RFC 6901) into the body; `/query/<name>` for a query parameter, `/path/<name>` for a part of the address.
    pub(super) pointer: String,
    /// Stable name of what is wrong there.
    #[schema(value_type = ProblemName)]
    pub(super) code: String,
    /// The particulars, in the language of the answer.
    pub(super) detail: String,
}

//! What many operations refer to: the headers, and one refusal for each status.

use crate::codes::Code;
use crate::language::Language;
use crate::problem::PROBLEM_JSON;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One reusable answer for each status of the table of problems, with the codes it may carry.
pub(super) fn refusals() -> Value {
    let mut codes: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in Code::all() {
        codes.entry(code.status()).or_default().push(code);
    }
    let answers = codes.into_iter().map(|(status, codes)| {
        let names: Vec<_> =
            codes.iter().map(|code| format!("- `{}`: {}", code.as_str(), code.title(Language::Zh))).collect();
        let first = codes.first().copied();
        let example = first.map(|code| {
            json!({
                "type": format!("/problems/{}", code.as_str()), "title": code.title(Language::Zh), "status": status,
                "code": code.as_str(), "detail": code.title(Language::Zh), "instance": "/v1/receptions",
                "request_id": "019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11",
            })
        });
        let mut answer = json!({
            "description": names.join("\n"),
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
        });
        if matches!(status, 429 | 503) {
            answer["headers"] = json!({"Retry-After": {
                "description": "多少秒后重试。Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}});
        }
        (format!("Problem{status}"), answer)
    });
    Value::Object(answers.collect())
}

/// The headers that are the same for every operation that takes them.
pub(super) fn parameters() -> Value {
    let header = |name: &str, description: &str, schema: Value, example: &str| json!({"name": name, "in": "header", "required": false, "description": description, "schema": schema, "example": example});
    json!({
        "AcceptLanguage": header("Accept-Language",
            "错误说明的语言：zh-CN（默认）或 en。Language of problems: zh-CN (default) or en.",
            json!({"type": "string"}), "zh-CN"),
        "ActingAs": header("Acting-As",
            "以账户的哪一种角色操作；省略时为唯一角色，否则为管理员。Role of the account to act in; left out it is the only one, else administrator.",
            json!({"$ref": "#/components/schemas/Role"}), "liaison"),
        "IdempotencyKey": header("Idempotency-Key",
            "1 至 255 个可见字符，建议 UUID；同一请求重发时不会重复记录。1 to 255 visible characters, best a UUID; the same request sent again is recorded once.",
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}),
            "6f0c1f0e-8d0f-4b64-9a57-0c8a3a0b2d11"),
        "IfMatch": header("If-Match",
            "所依据的版本（ETag）；已过时则答复 412。The version (ETag) that the command relies on; stale: 412.",
            json!({"type": "string", "pattern": "^\"[0-9]+\"$"}), "\"4\""),
    })
}

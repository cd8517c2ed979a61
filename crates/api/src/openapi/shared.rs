//! What many operations refer to: the headers, and one refusal for each status.

use crate::problem::PROBLEM_JSON;
use crate::problem::codes::Code;
use domain::language::Language;
use domain::vocabulary::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One reusable answer for each status of the table of problems, with the codes it may carry.
pub(super) fn refusals() -> Value {
    let mut codes: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in Code::all() {
        codes.entry(code.status()).or_default().push(code);
    }
    let answers = codes.into_iter().map(|(status, codes)| {
        let names: Vec<_> = codes
            .iter()
            .map(|code| format!("- `{}`: {} {}", code.as_str(), code.title(Language::Zh), code.title(Language::En)))
            .collect();
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

/// The roles that a request may name: the server's own is none of them.
fn acting_roles() -> Vec<&'static str> {
    Role::held().map(Role::as_str).collect()
}

/// The headers that are the same for every operation that takes them. None has an `example`: pages and tools that try
/// a call out send examples as values, and these headers mean something.
pub(super) fn parameters() -> Value {
    let header = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "header", "required": false, "description": description, "schema": schema});
    json!({
        "AcceptLanguage": header("Accept-Language",
            "错误说明的语言：zh-CN（默认）或 en。Language of problems: zh-CN (default) or en.",
            json!({"type": "string"})),
        "ActingAs": header("Acting-As",
            "以账户的哪一种角色操作；省略时为唯一角色，否则为管理员。Role of the account to act in; left out it is the only one, else administrator.",
            json!({"type": "string", "enum": acting_roles()})),
        "IdempotencyKey": header("Idempotency-Key",
            "1 至 255 个可见字符，建议 UUID；同一请求重发时不会重复记录。1 to 255 visible characters, best a UUID; the same request sent again is recorded once.",
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"})),
        "IfMatch": header("If-Match",
            "所依据的版本（ETag），可用逗号并列几个，或 `*` 表示不论版本；都不相符则答复 412。The version (ETag) that the command relies on, several with commas, or `*` for whichever; none that holds: 412.",
            json!({"type": "string", "pattern": "^(\\*|(W/)?\"[^\"]*\"( *, *(W/)?\"[^\"]*\")*)$"})),
    })
}

/// Every problem code as one closed list.
pub(super) fn problem_names() -> Value {
    let names: Vec<_> = Code::all().map(Code::as_str).collect();
    json!({"type": "string", "enum": names,
        "description": "错误代码；含义见 /problems。A problem code; /problems says what each means."})
}

/// The headers of answers that went well, by name. Which answer may carry which, `operation.rs` says.
pub(super) fn answer_headers() -> Value {
    let text = |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let number = |description: &str| json!({"description": description, "schema": {"type": "integer", "format": "int64", "minimum": 0}});
    json!({
        "X-Request-Id": text("请求编号，与日志中的相同。The request's id, as in the server's log."),
        "ETag": text("版本，供 If-Match 使用。The version, for If-Match."),
        "Location": text("新建内容的地址。The address of what is new."),
        "Idempotency-Replayed": {"description": "重发的请求：内容与首次答复相同。Present when the command was recorded before; its answer is told again.",
            "schema": {"type": "string", "enum": ["true"]}},
        "Link": text("下一页的地址；最后一页没有。The address of the next page; absent on the last."),
        "Huiyin-As-Of-Position": number("数据所反映到的位置；仅在 CSV 答复中。The log up to here is in the rows; only with CSV."),
        "Huiyin-Scanned-To": number("已查看到的位置；仅在 NDJSON 答复中。How far the page looked; only with NDJSON."),
        "Huiyin-Head": number("日志最新的位置；仅在 NDJSON 答复中。The log's newest position; only with NDJSON."),
    })
}

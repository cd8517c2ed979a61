//! The OpenAPI 3.1 document, made of the table of routes: handlers say what is theirs, everything that holds for all
//! of them (security, headers, refusals) is added here from the table, so that no handler repeats it.

use crate::codes::Code;
use crate::language::Language;
use crate::problem::{PROBLEM_JSON, ProblemBody, ProblemFault};
use crate::routes::{Accepts, Route, Routes};
use crate::{event_types, examples, vocabulary};
use actix_web::{HttpResponse, get, web};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{OpenApi, PartialSchema as _, ToSchema as _};
use utoipa_actix_web::AppExt as _;

/// The document of a table of routes, as bytes: the same table gives the same bytes.
pub fn text(routes: &Routes) -> String {
    let mut text = serde_json::to_string_pretty(&document(routes)).unwrap_or_default();
    text.push('\n');
    text
}

/// The document of a table of routes.
pub fn document(routes: &Routes) -> Value {
    #[derive(OpenApi)]
    struct Nothing;
    let (_, collected) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Nothing::openapi())
        .configure(|config| routes.register(config))
        .split_for_parts();
    // From here on it is plain JSON: additions are then as short as what they add.
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "回音 Huiyin",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "“两代表”联系服务群众：从接待、事项、答复到网格重大问题处理，每一步都记入不可更改的日志。\n\n\
            The liaison service of party delegates and people's-congress deputies: receptions, issues, answers and the \
            grids' major-issue process, every step in a log that can only grow.\n\n\
            约定见 docs/API.md；错误代码见 /problems。Conventions: docs/API.md; problem codes: /problems.",
        "license": {"name": "MIT", "identifier": "MIT"},
    });
    document["servers"] = json!([{"url": "/", "description": "本服务。This server."}]);
    document["tags"] = json!([
        {"name": "receptions", "description": "联系记录。Receptions, with the issues raised in them."},
        {"name": "issues", "description": "事项：从登记到答复、评价、办结。Issues, from registration to answer, feedback and closing."},
        {"name": "major issues", "description": "网格重大问题处理流程。The grids' major-issue process."},
        {"name": "places", "description": "网格与单位。Grids and their units."},
        {"name": "delegates", "description": "党代表、人大代表。Party delegates and deputies."},
        {"name": "offices", "description": "办公室与承办单位。Offices and handling units."},
        {"name": "rosters", "description": "安排表导入。Imports of the lists of delegates."},
        {"name": "policies", "description": "规则与主题，按版本。Policy versions and topics."},
        {"name": "calendars", "description": "工作日历。Working calendars."},
        {"name": "accounts", "description": "账户与令牌。Accounts and tokens."},
        {"name": "contract", "description": "接口文档与错误代码。The document and the problem codes."},
        {"name": "log", "description": "不可更改的日志：读取、检查点、瓦片与证明。The log that can only grow: reading it, checkpoints, tiles and proofs."},
        {"name": "operations", "description": "运行状况。Health and measurements."},
    ]);
    let components = &mut document["components"];
    components["securitySchemes"] = json!({"bearer": {
        "type": "http", "scheme": "bearer",
        "description": "首次启动时写入 DIR/admin.token 的令牌，或由管理员签发的令牌。\
            The token written to DIR/admin.token at first start, or one issued by an administrator.",
    }});
    components["parameters"] = parameters();
    components["responses"] = refusals();
    components["schemas"]["Problem"] = json!(ProblemBody::schema());
    components["schemas"][ProblemFault::name().as_ref()] = json!(ProblemFault::schema());
    // Every list and every event type, whether a call of today refers to it or not: the log holds them all.
    for (name, schema) in vocabulary::schemas().into_iter().chain(event_types::schemas()) {
        components["schemas"][name] = schema;
    }
    let schemas = components["schemas"].clone();
    for route in routes.iter() {
        let operation = &mut document["paths"][route.documented_path()][route.method.to_lowercase()];
        if let Value::Object(operation) = operation {
            complete(operation, route);
            bytes_are_binary(operation);
            examples::complete(operation, &schemas);
        }
    }
    without_null(&mut document);
    close_requests(&mut document);
    document
}

/// A value that does not exist is an absent key, never null, in questions and in answers: the document must not invite a
/// client to send what is refused. Which keys may be absent, `required` says.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(kinds)) = map.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [only] = kinds.as_slice() {
                    let only = only.clone();
                    map.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("oneOf") {
                choices.retain(|choice| choice["type"] != "null");
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    map.remove("oneOf");
                    // What is said at the place stands before what is said of the type.
                    for (key, value) in only {
                        map.entry(key).or_insert(value);
                    }
                }
            }
            map.iter_mut()
                .filter(|(key, _)| !matches!(key.as_str(), "example" | "examples" | "default"))
                .for_each(|(_, value)| without_null(value));
        }
        Value::Array(values) => values.iter_mut().for_each(without_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Unknown fields of a request are refused (422 `unknown_field`); unknown ones of an answer must be ignored. So the objects
/// that only requests refer to are closed, and their texts are not empty.
fn close_requests(document: &mut Value) {
    let mut requests = BTreeSet::new();
    let mut answers = BTreeSet::new();
    let operations = document["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object);
    for operation in operations.flat_map(Map::values) {
        schemas_behind(&operation["requestBody"], &document["components"]["schemas"], &mut requests);
        schemas_behind(&operation["responses"], &document["components"]["schemas"], &mut answers);
    }
    for name in requests.difference(&answers) {
        let schema = &mut document["components"]["schemas"][name];
        if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
            schema["additionalProperties"] = json!(false);
        }
        for property in
            schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
        {
            // Text that is sent says something: what there is not is left out.
            if property["type"] == "string" && property.get("format").is_none() {
                property["minLength"] = json!(1);
            }
        }
    }
}

/// The names of the schemas that a part of the document leads to.
fn schemas_behind(value: &Value, schemas: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            let name = map.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| found.insert((*name).to_owned())) {
                schemas_behind(&schemas[name], schemas, found);
            }
            let parts = map.iter().filter(|(key, _)| !matches!(key.as_str(), "example" | "examples"));
            parts.for_each(|(_, part)| schemas_behind(part, schemas, found));
        }
        Value::Array(values) => values.iter().for_each(|value| schemas_behind(value, schemas, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Adds to an operation what holds for every route of its kind.
fn complete(operation: &mut Map<String, Value>, route: &Route) {
    operation.insert("x-action".to_owned(), json!(route.action));
    operation.insert("operationId".to_owned(), json!(operation_id(route)));
    let security = if route.open { json!([]) } else { json!([{"bearer": []}]) };
    operation.insert("security".to_owned(), security);
    let command = route.accepts != Accepts::Nothing;
    let mut headers = vec!["AcceptLanguage"];
    if !route.open {
        headers.push("ActingAs");
    }
    if command {
        headers.extend(["IdempotencyKey", "IfMatch"]);
    }
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(parameters) = parameters {
        // Generators of clients leave out an operation whose address has a part that no parameter names.
        for name in templated(&route.documented_path()) {
            if !names_path(parameters, &name) {
                parameters.insert(0, id_in_path(&name));
            }
        }
        for name in headers {
            parameters.push(json!({"$ref": format!("#/components/parameters/{name}")}));
        }
    }
    let mut statuses = vec![400, 406, 500];
    if !route.open {
        statuses.extend([401, 403, 429, 503]);
    }
    if route.path.contains('{') {
        statuses.push(404);
    }
    if command {
        statuses.extend([408, 409, 412, 413, 415, 422]);
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if let Value::Object(responses) = responses {
        for status in statuses {
            responses
                .entry(status.to_string())
                .or_insert_with(|| json!({"$ref": format!("#/components/responses/Problem{status}")}));
        }
    }
}

/// The names in braces of a documented path.
fn templated(path: &str) -> impl Iterator<Item = String> {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    names.map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Whether one of the parameters is the part of the path of that name.
fn names_path(parameters: &[Value], name: &str) -> bool {
    parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name)
}

/// The part of an address that a handler does not describe itself: the id of the thing (`PathId`).
fn id_in_path(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": "编号（UUIDv7）。The id, a UUIDv7.",
        "schema": {"type": "string", "format": "uuid"}, "example": "0198f3c0-0000-7000-8000-000000000302"})
}

/// Bytes are a binary string, not the list of numbers that `Vec<u8>` would be in JSON.
fn bytes_are_binary(operation: &mut Map<String, Value>) {
    let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
    for content in answers.into_iter().flat_map(Map::values_mut).filter_map(|answer| answer.get_mut("content")) {
        if let Some(bytes) = content.get_mut("application/octet-stream") {
            bytes["schema"] = json!({"type": "string", "format": "binary"});
        }
    }
}

/// `POST /v1/issues/{id}/answers` is `post_issues_by_id_answers`: names of handlers repeat from file to file, addresses
/// do not, and generated clients keep their names when a handler moves.
fn operation_id(route: &Route) -> String {
    let mut id = route.method.to_lowercase();
    let path = route.documented_path();
    for segment in path.split('/').filter(|segment| !matches!(*segment, "" | "v1")) {
        id.push('_');
        match segment.strip_prefix('{') {
            Some(name) => {
                id.push_str("by_");
                id.push_str(name.trim_end_matches('}'));
            }
            None => id.push_str(&segment.replace(['-', '.'], "_")),
        }
    }
    id
}

/// One reusable answer for each status of the table of problems, with the codes it may carry.
fn refusals() -> Value {
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

fn parameters() -> Value {
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

/// The document, made once at start.
#[derive(Clone, Debug)]
pub(crate) struct Document(pub Bytes);

/// Read this document
///
/// 本接口的 OpenAPI 3.1 文档。The OpenAPI 3.1 document of this server; `huiyin openapi` prints the same.
#[utoipa::path(tag = "contract", responses(
    (status = 200, description = "文档。The document.", body = Object, example = json!({"openapi": "3.1.0", "info": {"title": "回音 Huiyin"}})),
))]
#[get("/openapi.json")]
pub(crate) async fn page(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::routes::table;

    /// The committed document says what the code says. `UPDATE=1 cargo test -p api openapi` writes it anew.
    #[test]
    fn the_committed_document_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/huiyin.json");
        let generated = text(&table());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == generated, "openapi/huiyin.json is not current: run the test with UPDATE=1");
    }

    #[test]
    fn every_operation_is_described_with_examples_and_an_action() {
        let document = document(&table());
        let mut ids = std::collections::BTreeSet::new();
        for route in table().iter() {
            let operation = &document["paths"][route.documented_path()][route.method.to_lowercase()];
            for key in ["summary", "description", "operationId", "x-action"] {
                assert!(operation[key].as_str().is_some_and(|text| !text.is_empty()), "{route:?} has no {key}");
            }
            let tag = operation["tags"][0].as_str();
            let mut tags = document["tags"].as_array().unwrap().iter();
            assert!(tags.any(|known| known["name"].as_str() == tag), "{route:?}: {tag:?} is not described");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{route:?}: operationId twice");
            assert_ne!(operation["summary"], operation["description"], "{route:?}");
            if route.accepts != Accepts::Nothing {
                let content = operation["requestBody"]["content"].as_object().unwrap();
                assert!(!content.is_empty() && content.values().all(has_example), "{route:?}: request");
            }
            let path = route.documented_path();
            let parameters = operation["parameters"].as_array().unwrap();
            let named = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
            let names: Vec<_> = templated(&path).collect();
            assert!(names.iter().all(|name| names_path(parameters, name)) && named == names.len(), "{route:?}: path");
            let mut answered = false;
            for (status, answer) in operation["responses"].as_object().unwrap() {
                answered |= status.starts_with(['2', '3']);
                let Some(content) = answer["content"].as_object() else { continue };
                assert!(content.values().all(has_example), "{route:?}: answer {status}");
            }
            assert!(answered, "{route:?}: no answer");
        }
    }

    #[test]
    fn nothing_is_null_and_requests_are_closed() {
        let document = document(&table());
        // Neither as a type nor as a value, such as properties that are none.
        let written = text(&table());
        assert!(!written.contains(r#""null""#) && !written.contains(": null"));
        let schemas = &document["components"]["schemas"];
        let record = &schemas["RecordReception"];
        assert_eq!(
            (&record["properties"]["unit_id"]["type"], &record["additionalProperties"]),
            (&json!("string"), &json!(false))
        );
        let raise = &schemas["RaiseIssue"];
        assert_eq!(
            (&raise["additionalProperties"], &raise["properties"]["text"]["minLength"]),
            (&json!(false), &json!(1))
        );
        assert!(record["properties"]["held_at"].get("minLength").is_none());
        let level = &schemas["Triage"]["properties"]["level"];
        assert!(level["$ref"] == "#/components/schemas/Level" && level["description"].is_string(), "{level}");
        for answer in ["Issue", "Reception", "Problem", "Policy"] {
            assert!(schemas[answer].get("additionalProperties").is_none(), "{answer}");
        }
    }

    /// Linters and generated clients read the schema: what the server sends must be of it.
    #[test]
    fn bytes_and_lines_are_strings() {
        let document = document(&table());
        for (path, media_type) in [
            ("/log/tile/{level}/{place}", "application/octet-stream"),
            ("/log/tile/entries/{place}", "application/octet-stream"),
            ("/v1/events", "application/x-ndjson"),
        ] {
            let answer = &document["paths"][path]["get"]["responses"]["200"]["content"][media_type];
            assert_eq!((&answer["schema"]["type"], answer["example"].is_string()), (&json!("string"), true), "{path}");
        }
    }

    fn has_example(content: &Value) -> bool {
        content.get("example").or_else(|| content.get("examples")).is_some()
    }

    #[test]
    fn every_list_and_every_event_type_is_described() {
        let schemas = &document(&table())["components"]["schemas"];
        for name in vocabulary::schemas().keys() {
            assert!(schemas[name]["enum"].is_array(), "{name}");
        }
        for (name, _) in domain::event::Event::NAMES {
            assert!(schemas[format!("Event.{name}")]["example"].is_object(), "{name}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(map) => {
                    for (key, value) in map {
                        match (key.as_str(), value) {
                            ("$ref", Value::String(to)) => found.push(to),
                            ("example" | "examples", _) => {}
                            _ => references(value, found),
                        }
                    }
                }
                Value::Array(values) => values.iter().for_each(|value| references(value, found)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let document = document(&table());
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 20);
        for to in found {
            assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to}");
        }
    }
}

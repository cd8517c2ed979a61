//! What every operation has by its line in the table of routes: its action, its name, the parts of its address, the
//! headers it takes and the refusals it may answer.

use super::names;
use crate::http::route::{Accepts, Route};
use serde_json::{Map, Value, json};

/// Adds to an operation what holds for every route of its kind.
pub(super) fn complete(operation: &mut Map<String, Value>, route: &Route) {
    operation.insert("x-action".to_owned(), json!(route.action.as_str()));
    operation.insert("operationId".to_owned(), json!(operation_id(route)));
    let security = if route.open { json!([]) } else { json!([{"bearer": []}]) };
    operation.insert("security".to_owned(), security);
    let command = route.accepts != Accepts::Nothing;
    let mut headers = vec!["AcceptLanguage"];
    if !route.open {
        headers.push("ActingAs");
    }
    let recorded = command && !route.unrecorded;
    if recorded {
        headers.extend(["IdempotencyKey", "IfMatch"]);
    }
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(parameters) = parameters {
        if route.names() {
            parameters.push(names::parameter());
        }
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
    let mut statuses = vec![400, 406, 429, 431, 500];
    if !route.open {
        statuses.extend([401, 403, 503]);
    }
    if route.path.contains('{') {
        statuses.push(404);
    }
    if route.in_pieces {
        statuses.extend([412, 416]);
    }
    if !command && route.action.takes_two() {
        // What was allowed for some days may be over.
        statuses.push(409);
    }
    if command {
        statuses.extend([408, 413, 415, 422]);
    }
    if recorded {
        statuses.extend([409, 412]);
    }
    let pages = operation["parameters"]
        .as_array()
        .is_some_and(|parameters| parameters.iter().any(|parameter| parameter["name"] == "cursor"));
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if let Value::Object(responses) = responses {
        for (status, answer) in responses.iter_mut().filter(|(status, _)| status.starts_with('2')) {
            for name in answer_headers(route, pages, status, answer) {
                answer["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
            }
        }
        if route.action.takes_two() && recorded {
            responses.insert("202".to_owned(), proposed());
        }
        for status in statuses {
            responses
                .entry(status.to_string())
                .or_insert_with(|| json!({"$ref": format!("#/components/responses/Problem{status}")}));
        }
    }
}

/// The answer to a command that takes two persons, once access rules are adopted.
fn proposed() -> Value {
    json!({
        "description": "采用权限表之后：已提请另一人审批，尚未办理。Once access rules are adopted: it was proposed, for another person to approve, and is not done yet.",
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProposalMade"}}},
    })
}

/// The headers that an answer which went well may carry.
fn answer_headers(route: &Route, pages: bool, status: &str, answer: &Value) -> Vec<&'static str> {
    let mut headers = vec!["X-Request-Id"];
    let one_thing = !route.open && route.path.ends_with('}') && answer["content"].get("application/json").is_some();
    if route.accepts != Accepts::Nothing {
        if !route.unrecorded {
            headers.extend(["ETag", "Idempotency-Replayed"]);
        }
    } else if one_thing {
        headers.push("ETag");
    }
    if status == "201" {
        headers.push("Location");
    }
    if answer["content"].get("application/x-ndjson").is_some() {
        headers.extend(["Link", "Huiyin-Scanned-To", "Huiyin-Head"]);
    }
    if pages {
        headers.push("Link");
        if answer["content"].get("text/csv").is_some() {
            headers.push("Huiyin-As-Of-Position");
        }
    }
    headers
}

/// The names in braces of a documented path.
pub(super) fn templated(path: &str) -> impl Iterator<Item = String> {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    names.map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Whether one of the parameters is the part of the path of that name.
pub(super) fn names_path(parameters: &[Value], name: &str) -> bool {
    parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name)
}

/// The part of an address that a handler does not describe itself: the id of the thing (`PathId`).
fn id_in_path(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": "编号（UUID）。The id, a UUID.",
        "schema": {"type": "string", "format": "uuid"}, "example": "0198f3c0-0000-7000-8000-000000000302"})
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

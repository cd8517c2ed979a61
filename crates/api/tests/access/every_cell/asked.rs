//! What each route is about, and how it is asked about a thing in a relation.

use super::planted::{ABSENT, Planted, Relation, Whose};
use crate::town::in_a_month;
use crate::wire::Asked;
use api::http::route::Route;
use serde_json::{Map, Value, json};

/// What a route is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// One thing of a kind, by its id in the address (or, of views, in the query).
    One(&'static str),
    /// Things of a kind, of which it lists those in the scope of who asks.
    List(&'static str),
    /// A thing that it begins, by what the body says of it.
    Begun(&'static str),
    /// Nothing but the town.
    Town,
}

/// Routes about one thing, by how they begin.
const OF_ONE: &[(&str, &str)] = &[
    ("/v1/issues/{id}", "issue"),
    ("/v1/receptions/{id}", "reception"),
    ("/v1/major-issues/{id}", "major_issue"),
    ("/v1/sessions/{id}", "session"),
    ("/v1/meetings/{id}", "meeting"),
    ("/v1/activities/{id}", "activity"),
    ("/v1/deeds/{id}", "deed"),
    ("/v1/studies/{id}", "study"),
    ("/v1/appointments/{id}", "appointment"),
    ("/v1/typical-cases/{id}", "typical_case"),
    ("/v1/obligations/{id}", "obligation"),
    ("/v1/files/{id}", "file"),
    ("/v1/legal-holds/{id}", "legal_hold"),
    ("/v1/accounts/{id}", "account"),
    ("/v1/tokens/{id}", "token"),
    ("/v1/proposals/{id}", "proposal"),
    ("/v1/delegates/{id}/leaves", "leave"),
    ("/v1/delegates/{id}", "delegate"),
    ("/v1/grids/{id}", "grid"),
    ("/v1/offices/{id}", "office"),
    ("/v1/reviews/{year}/delegates/{id}", "review_of_delegate"),
    ("/v1/reviews/{year}/grids/{id}", "review_of_grid"),
    ("/log/proof/{position}", "leaf"),
    ("/v1/units/{id}", "unit"),
    ("/v1/policies/{position}", "policy"),
    ("/v1/clauses/{id}", "clause"),
    ("/v1/roster-imports/{id}", "roster"),
    ("/v1/erasures/{id}", "erasure"),
    ("/v1/public/notices/{id}", "session"),
    ("/v1/public/calendars/grids/{id}", "grid"),
    ("/v1/public/calendars/delegates/{id}", "delegate"),
];

const OF_RECEIPTS: [&str; 2] = ["/v1/public/receipts/{code}", "/r/{code}"];

/// Lists, and what they list.
const LISTS: &[(&str, &str)] = &[
    ("/v1/issues", "issue"),
    ("/v1/receptions", "reception"),
    ("/v1/major-issues", "major_issue"),
    ("/v1/sessions", "session"),
    ("/v1/meetings", "meeting"),
    ("/v1/activities", "activity"),
    ("/v1/deeds", "deed"),
    ("/v1/studies", "study"),
    ("/v1/appointments", "appointment"),
    ("/v1/typical-cases", "typical_case"),
    ("/v1/obligations", "obligation"),
    ("/v1/delegates", "delegate"),
    ("/v1/grids", "grid"),
    ("/v1/offices", "office"),
    ("/v1/tokens", "token"),
    ("/v1/proposals", "proposal"),
    ("/v1/dashboards/delegates", "counted_delegate"),
    ("/v1/reviews/{year}/delegates", "review_of_delegate"),
    ("/v1/reviews/{year}/grids", "review_of_grid"),
    ("/v1/leaves", "leave"),
    ("/v1/units", "unit"),
    ("/v1/accounts", "account"),
    ("/v1/erasures", "erasure"),
    ("/v1/legal-holds", "legal_hold"),
];

/// Commands that begin something that is somebody's, and what it stands to who asks like.
const BEGUN: &[(&str, &str)] = &[
    ("/v1/receptions", "reception"),
    ("/v1/sessions", "meeting"),
    ("/v1/activities", "activity"),
    ("/v1/meetings", "meeting"),
    ("/v1/deeds", "deed"),
    ("/v1/studies", "study"),
    ("/v1/appointments", "appointment"),
    ("/v1/typical-cases", "typical_case"),
    ("/v1/delegates", "delegate"),
    ("/v1/erasures", "reception"),
    ("/v1/grids/{id}/rotas", "grid"),
    ("/v1/grids/{id}/rota-publications", "grid"),
];

fn of(table: &[(&'static str, &'static str)], path: &str) -> Option<&'static str> {
    table.iter().find(|line| line.0 == path).map(|line| line.1)
}

/// What a route is about.
pub fn about(route: &Route) -> About {
    let path = route.path;
    if route.method == "POST"
        && let Some(kind) = of(BEGUN, path)
    {
        return About::Begun(kind);
    }
    if route.method == "GET"
        && let Some(kind) = of(LISTS, path)
    {
        return About::List(kind);
    }
    // In bulk: it is about the issues that the body names, each as if it were handed over alone (`separation.rs`).
    if path == "/v1/delegates/{id}/handovers" {
        return About::Town;
    }
    if path == "/v1/personal-data/views" {
        return About::One("issue");
    }
    if OF_RECEIPTS.iter().any(|start| path.starts_with(start)) {
        return About::One("receipt");
    }
    OF_ONE.iter().find(|line| path.starts_with(line.0)).map_or(About::Town, |line| About::One(line.1))
}

/// What whoever asks may read, where a body names something beside the thing in the address.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub issue: String,
    pub file: String,
}

/// The request for a thing, whose id is at hand.
pub fn asked(route: &Route, document: &Value, planted: &Planted, relation: Relation, id: &str, known: &Known) -> Asked {
    let thing = |name: &'static str| planted.part(name, id);
    let parts = route.path.split('/').map(|part| match part {
        "{year}" if route.path.starts_with("/v1/calendars/") && route.method == "POST" => "2027".to_owned(),
        "{year}" => "2026".to_owned(),
        "{code}" if route.path.contains("indicators") => "on_time".to_owned(),
        "{code}" if route.path.starts_with("/problems") => "not_found".to_owned(),
        "{leave_id}" => thing("{leave_id}"),
        "{improvement_id}" => thing("{improvement_id}"),
        "{grant_id}" => thing("{grant_id}"),
        "{level}" => "0".to_owned(),
        "{place:.*}" => "000".to_owned(),
        "{name}" => "issue_board".to_owned(),
        "{file:.*}" if route.path.starts_with("/docs") => "index.html".to_owned(),
        "{file:.*}" => "page.js".to_owned(),
        "{dispute_id}" => thing("{dispute_id}"),
        "{objection_id}" => thing("{objection_id}"),
        "{id}.ics" => format!("{id}.ics"),
        "{id}" if route.path == "/v1/delegates/{id}/handovers" => planted.town.delegates[0][1].clone(),
        part if part.starts_with('{') => id.to_owned(),
        part => part.to_owned(),
    });
    let mut path = parts.collect::<Vec<_>>().join("/");
    path.push_str(&query(route, planted, id));
    let mut headers = vec![("content-type", "application/json".to_owned())];
    let mut body = Vec::new();
    if route.method == "POST" {
        let begins = matches!(about(route), About::Begun(_)) || route.unrecorded || route.strangers.is_some();
        if !begins {
            // A version that nothing has: who is let through is told so, and nothing is changed.
            headers.push(("if-match", "\"4711\"".to_owned()));
        }
        if route.path.starts_with("/v1/personal-data/") {
            headers.push(("huiyin-purpose", "inquiry".to_owned()));
        }
        body = match route.path {
            "/v1/roster-imports" => {
                headers[0].1 = "text/csv".to_owned();
                "grid,unit,name\n太平,,李明\n增建,,王芳\n".to_owned().into_bytes()
            }
            "/v1/files" => {
                headers[0].1 = "text/plain".to_owned();
                headers.push(("content-disposition", "attachment; filename*=UTF-8''a.txt".to_owned()));
                "一份记录。".to_owned().into_bytes()
            }
            path if path.ends_with("/files") => {
                headers[0].1 = "application/pdf".to_owned();
                b"%PDF-1.4\n%%EOF\n".to_vec()
            }
            _ => body_of(route, document, planted, relation, id, known).to_string().into_bytes(),
        };
    }
    Asked { method: route.method, path, headers, body, endless: route.path == "/v1/feed" }
}

fn query(route: &Route, planted: &Planted, id: &str) -> String {
    match (route.method, route.path) {
        ("GET", "/v1/issues/{id}/difference") => {
            format!("?from=1&to={}", planted.town.server.casework.store.head().position.0)
        }
        ("GET", "/log/consistency") => "?from=1&to=9".to_owned(),
        ("GET", "/v1/grids/{id}/rota-proposal") => "?from=2026-12-01&to=2026-12-31".to_owned(),
        ("GET", "/v1/personal-data/views") => format!("?issue_id={id}"),
        ("GET", path) if path.starts_with("/v1/dashboards/") || path.starts_with("/v1/reviews/") => String::new(),
        ("POST", "/v1/roster-imports") => "?delegate_type=party&source_date=2026-01-05".to_owned(),
        ("POST", "/v1/files") => "?kind=document".to_owned(),
        ("GET", path) if of(LISTS, path).is_some() => "?limit=1000".to_owned(),
        _ => String::new(),
    }
}

/// The body, which says what a rule may refuse but no reader.
fn body_of(route: &Route, document: &Value, planted: &Planted, relation: Relation, id: &str, known: &Known) -> Value {
    let town = &planted.town;
    let (grid, line) = Planted::delegate(relation);
    let delegate_type = if line == 0 { "party" } else { "deputy" };
    let there = relation != Relation::None;
    let grid_id = if there { town.grids[grid].as_str() } else { ABSENT };
    let delegate = if there { town.delegates[grid][line].as_str() } else { ABSENT };
    match (about(route), route.path) {
        (About::Begun(_), "/v1/receptions") => json!({
            "form": "walk_in", "grid_id": grid_id, "held_at": "2026-11-19T14:10:00+08:00",
            "delegates": [{"delegate_id": delegate, "delegate_type": delegate_type}], "visitors": [],
            "issues": [{"kind": "demand", "topic": "livelihood", "subject": "路灯不亮", "text": "巷口路灯坏了。",
                "responsible_delegate_id": delegate}],
        }),
        (About::Begun(_), "/v1/sessions") => {
            json!({"grid_id": grid_id, "held_on": "2026-12-11", "reason": "补上因台风取消的场次。"})
        }
        (About::Begun(_), "/v1/meetings") => {
            json!({"grid_id": grid_id, "kind": "extraordinary", "scheduled_on": "2026-12-16", "with_work_meeting": false, "reason": "急事。"})
        }
        (About::Begun(_), "/v1/activities") => json!({
            "kind": "outreach", "outreach_form": "lecture", "grid_ids": [grid_id], "title": "宣讲",
            "held_at": "2026-11-19T14:00:00+08:00", "delegates": [{"delegate_id": delegate}],
            "attendance": {"resident": 30}, "questions": {"answered": 4, "asked": 5},
        }),
        (About::Begun(_), "/v1/deeds") => {
            json!({"kind": "pledged_deed", "grid_id": grid_id, "owner_delegate_id": delegate,
            "promised_on": "2026-12-31", "title": "修好楼道灯"})
        }
        (About::Begun(_), "/v1/studies") => json!({"kind": "study", "grid_id": grid_id, "lead_delegate_id": delegate,
            "topics": ["housing"], "held_at": "2026-11-19T09:00:00+08:00", "title": "楼道照明"}),
        (About::Begun(_), "/v1/appointments") => json!({"grid_id": grid_id, "delegate_id": delegate, "name": "王秀英",
            "phone": "13800001234", "text": "腿脚不便。"}),
        (About::Begun(_), "/v1/typical-cases") => {
            let activity = planted.thing("activity", relation).map_or_else(|| ABSENT.to_owned(), |one| one.0);
            json!({"grid_id": grid_id, "title": "三天修好一盏灯", "text": "居民反映。", "sources": {"activity_ids": [activity]}})
        }
        (About::Begun(_), "/v1/delegates") => json!({"delegate_type": delegate_type, "from": "2026-12-01",
            "grid_id": grid_id, "name": "汪洁"}),
        (About::Begun(_), "/v1/erasures") => {
            json!({"persons": [{"reception_id": id, "visitor": 0}], "ground": "request",
            "reason": "来电"})
        }
        (_, "/v1/personal-data/exports") => json!({"persons": [{"reception_id": town.receptions[0], "visitor": 0}]}),
        (_, "/log/openings") => {
            let leaf = planted.thing("leaf", Relation::Own).and_then(|one| one.0.parse::<u64>().ok());
            json!({"positions": [leaf], "case_number": "审〔2026〕12号", "reason": "核对记录。", "until": "2026-12-08T10:00:00+08:00"})
        }
        (_, "/v1/tokens") => {
            json!({"account_id": town.accounts["report_job"], "name": "另一个", "expires_at": in_a_month()})
        }
        (_, "/v1/legal-holds") => json!({"issue_id": town.issues[0], "reason": "配合调查。", "until_on": "2027-06-30"}),
        (_, "/v1/accounts") => json!({"holder": "machine", "name": "另一个岗位"}),
        (About::Begun(_), "/v1/grids/{id}/rotas") => {
            let slots = ["party", "deputy"].into_iter().zip(&town.delegates[grid]);
            let slots = slots.map(|(delegate_type, id)| json!({"delegate_id": id, "delegate_type": delegate_type}));
            let session = planted.thing("free_session", relation).map_or_else(|| ABSENT.to_owned(), |one| one.0);
            json!({"items": [{"session_id": session, "slots": slots.collect::<Vec<_>>()}]})
        }
        (About::Begun(_), "/v1/grids/{id}/rota-publications") => {
            json!({"session_ids": [planted.thing("free_session", relation).map_or_else(|| ABSENT.to_owned(), |one| one.0)]})
        }
        _ => example(document, route, planted, known),
    }
}

/// The documented example of a body, about things that there are and that everybody knows.
fn example(document: &Value, route: &Route, planted: &Planted, known: &Known) -> Value {
    let content = &document["paths"][&route.documented_path()]["post"]["requestBody"]["content"]["application/json"];
    let schema = content["schema"]["$ref"]
        .as_str()
        .map_or(&content["schema"], |to| document.pointer(to.trim_start_matches('#')).unwrap());
    let example = content["example"].as_object().or_else(|| schema["example"].as_object());
    let mut example = example.cloned().unwrap_or_default();
    match route.path {
        // The examples of issues, whose body it is, are of what these do not have.
        "/v1/receptions/{id}/corrections" => {
            example.insert("pointer".to_owned(), json!("/personal/0/name"));
            example.insert("value".to_owned(), json!("王小红"));
        }
        "/v1/reviews/{year}/delegates/{id}/adjustments" => {
            example.remove("dispute_id");
        }
        "/v1/sessions/{id}/closing" => {
            example.remove("taken_issue_ids");
        }
        "/v1/delegates/{id}/assignments" => {
            example.insert("grid_id".to_owned(), json!(planted.town.grids[0]));
        }
        path if path.ends_with("/submissions") || path.ends_with("/acknowledgements") => {
            example.insert("office_id".to_owned(), json!("studio"));
        }
        _ => {}
    }
    Value::Object(example.into_iter().map(|(key, value)| told(key, value, planted, known)).collect::<Map<_, _>>())
}

fn told(key: String, value: Value, planted: &Planted, known: &Known) -> (String, Value) {
    let town = &planted.town;
    let value = match key.as_str() {
        "delegate_id" | "responsible_delegate_id" | "to_delegate_id" | "substitute_id" => json!(town.delegates[0][0]),
        "office_id" if value == "studio" => json!(planted.thing("studio", Relation::Own).map(|one| one.0)),
        "office_id" | "to_office_id" | "lead_office_id" | "by_office_id" => json!(town.offices[1]),
        "support_office_ids" => json!([]),
        "file_ids" => json!([known.file]),
        "delegates" => json!([{"delegate_id": town.delegates[0][0]}]),
        "issue_ids" => json!([known.issue]),
        "issue_id" | "primary_issue_id" => json!(known.issue),
        "major_issue_id" => json!(town.major_issue),
        "told_at" | "given_at" | "delivered_at" | "attempted_at" | "occurred_at" | "posted_at" => {
            json!("2026-11-24T10:00:00+08:00")
        }
        "held_on" | "verified_on" => json!("2026-11-24"),
        "scheduled_on" | "until_on" => json!("2026-12-16"),
        "area_id" | "grid_id" => json!(town.grids[0]),
        _ => value,
    };
    (key, value)
}

/// What a thing that a body describes is to who asks.
pub fn begun(route: &Route, kind: &'static str, planted: &Planted, relation: Relation) -> Option<(String, Whose)> {
    let (id, mut whose) = planted.thing(kind, relation)?;
    // A case is of no delegate, so to whoever nominates it, it is what their account made.
    whose.account = route.path == "/v1/typical-cases";
    Some((id, whose))
}

//! What the flows of deeds, studies and appointments share: files as evidence, people, lists, and hearings of the one or the
//! other.

use crate::files::{pdf, stores, upload};
use crate::harness::http::Problem;
use crate::harness::{NOBODY, Office, demand, id, instant, now, today};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

/// A document that was stored.
pub fn paper(office: &Office) -> String {
    id(&stores(office, &pdf(2_000)))
}

/// A picture that was stored.
pub fn photo(office: &Office) -> String {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    };
    let png = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &[2; 40]), chunk(b"IEND", b"")];
    id(&upload(office, "kind=image", "image/png", png.concat()).send().created()["file"])
}

/// Somebody whose mandate ended two days ago.
pub fn gone(office: &Office) -> String {
    let of = json!({"name": "王离", "delegate_type": "party", "grid_id": office.grid, "from": "2024-01-01"});
    let gone = id(&office.post("/v1/delegates", &of).created()["delegate"]);
    let ended = json!({"on": today() - Days::new(2), "reason_code": "term_end"});
    office.post(&format!("/v1/delegates/{gone}/departures"), &ended).good();
    gone
}

/// Another grid than the office's, with a unit of it.
pub fn elsewhere(office: &Office) -> (String, String) {
    let units = office.get("/v1/units?limit=1000").good();
    let unit = units["items"].as_array().unwrap().iter().find(|unit| unit["grid_id"] != office.grid).unwrap();
    (unit["grid_id"].as_str().unwrap().to_owned(), id(unit))
}

/// The ids of a list as it is now.
#[track_caller]
pub fn listed(office: &Office, list: &str, query: &str) -> Vec<String> {
    let page = office.get(&format!("/v1/{list}?{query}&at_least={}", office.head())).good();
    page["items"].as_array().unwrap().iter().map(id).collect()
}

/// The list as a table: CSV with so many rows, whose heading begins like this; and a workbook.
#[track_caller]
pub fn is_a_table(office: &Office, list: &str, heading: &str, rows: usize, secret: &str) {
    let at_least = office.head();
    let csv = office.get(&format!("/v1/{list}?format=csv&at_least={at_least}")).is(200).text();
    let csv = csv.trim_start_matches('\u{feff}');
    assert!(csv.starts_with(heading), "{csv}");
    assert_eq!(csv.trim_end().lines().count(), rows + 1, "{csv}");
    assert!(!csv.contains(secret), "a table holds facts and no words: {csv}");
    let xlsx = office.get(&format!("/v1/{list}?format=xlsx&at_least={at_least}")).is(200);
    assert!(xlsx.body.starts_with(b"PK"));
}

/// The body of a reception at which people were heard, named by a field such as `deed_id`, with these things raised.
pub fn hearing(office: &Office, field: &str, of: &str, subjects: &[&str]) -> Value {
    let raised: Vec<Value> = subjects.iter().map(|subject| demand(subject)).collect();
    let mut body = office.reception(now(), &raised);
    (body["form"], body[field]) = (json!("hearing"), json!(of));
    body
}

/// What holds of every thing at which people are heard: `of` is one of office's grid, `field` names it, its clause is `clause`, and
/// the office's delegate, but not the other one, may receive there from today on.
#[track_caller]
pub fn hearings_are_of_their_thing(office: &Office, field: &str, of: &str, clause: &str) {
    let refused = |body: &Value, status, code: &str, pointer: &str| -> Problem {
        office.refuses_command("/v1/receptions", body, status, code).at(pointer, code)
    };
    let fits = hearing(office, field, of, &[]);
    let pointer = format!("/{field}");
    let with = |name: &str, value: Value| {
        let mut body = fits.clone();
        body[name] = value;
        body
    };
    // A hearing says at what people were heard, once; no other form does.
    let mut nowhere = fits.clone();
    nowhere.as_object_mut().unwrap().remove(field);
    refused(&nowhere, 422, "context_missing", "/form").clause("C-3.1");
    for form in ["walk_in", "group_visit", "themed_visit", "appointment"] {
        refused(&with("form", json!(form)), 422, "field_unexpected", &pointer).clause("C-3.1");
    }
    refused(&with(field, json!(NOBODY)), 422, "unknown_id", &pointer);
    let elsewhere = elsewhere(office).0;
    refused(&with("grid_id", json!(elsewhere)), 422, "grid_not_there", "/grid_id").clause(clause);
    let before = instant(now() - TimeDelta::days(1));
    refused(&with("held_at", json!(before)), 422, "before_previous", "/held_at").clause(clause);
    let both = json!([{"delegate_id": office.delegate}, {"delegate_id": office.other_delegate}]);
    refused(&with("delegates", both), 422, "delegate_not_there", "/delegates/1/delegate_id").clause(clause);
    let session = json!({"grid_id": office.grid, "held_on": today(), "reason": "补开一场。"});
    let session = id(&office.post("/v1/sessions", &session).created()["session"]);
    refused(&with("session_id", json!(session)), 422, "field_unexpected", "/session_id").clause("C-3.1");
    // All that is wrong between the two is told at once.
    let mut wrong = with("grid_id", json!(elsewhere));
    (wrong["held_at"], wrong["delegates"]) = (json!(before), json!([{"delegate_id": office.other_delegate}]));
    let told = office.refuses_command("/v1/receptions", &wrong, 422, "invalid_body").faults(3);
    told.at("/grid_id", "grid_not_there")
        .at("/held_at", "before_previous")
        .at("/delegates/0/delegate_id", "delegate_not_there");

    // Without issues it is the listening record; the thing remembers each in the same append.
    let before = office.head();
    let heard = office.post("/v1/receptions", &fits).created();
    assert_eq!((&heard["reception"]["form"], &heard["reception"][field]), (&json!("hearing"), &json!(of)), "{heard:#}");
    assert_eq!((&heard["issues"], &heard["position"]), (&json!([]), &json!(before + 2)), "{heard:#}");
    let raised = office.post("/v1/receptions", &hearing(office, field, of, &["门禁失灵"])).created();
    let issue = id(&raised["issues"][0]);
    assert_eq!(office.issue(&issue)["state"], "registered");
    let found = listed(office, "receptions", &format!("{field}={of}&form=hearing"));
    let ids = [&raised, &heard].map(|reception| id(&reception["reception"]));
    assert_eq!(found, ids);
    let family = field.trim_end_matches("_id");
    let list = if family == "study" { "studies".to_owned() } else { format!("{family}s") };
    let shown = office.get(&format!("/v1/{list}/{of}")).good();
    let hearings: Vec<_> =
        shown["hearings"].as_array().unwrap().iter().map(|one| (&one["reception_id"], &one["issue_ids"])).collect();
    assert_eq!(hearings, [(&json!(ids[1]), &json!([])), (&json!(ids[0]), &json!([issue]))], "{shown:#}");

    // The form of its record cannot be corrected to one that belongs to nothing of that kind.
    let corrections = format!("/v1/receptions/{}/corrections", ids[0]);
    let form = json!({"event_version": 1, "pointer": "/public/form", "value": "walk_in", "reason": "登记有误。"});
    office.refuses_command(&corrections, &form, 422, "field_unexpected").at("/value", "field_unexpected");
    let walk_in = id(&office.records_reception(&[])["reception"]);
    let mut form = form;
    form["value"] = json!("hearing");
    let corrections = format!("/v1/receptions/{walk_in}/corrections");
    office.refuses_command(&corrections, &form, 422, "context_missing").at("/value", "context_missing");
}

/// A body is told of its faults whether there is such a thing or not, and whatever version is named.
#[track_caller]
pub fn told_first(office: &Office, list: &str, of: &str, fact: &str, body: &Value, faults: &[(&str, &str)]) {
    for thing in [of, NOBODY] {
        let call = office.command(&format!("/v1/{list}/{thing}/{fact}"), body);
        for call in [call.clone(), call.at_version(99)] {
            let problem = call.send().is(422).json();
            let told = problem["errors"].as_array().unwrap().iter();
            let mut told: Vec<_> =
                told.map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect();
            let mut faults = faults.to_vec();
            told.sort_unstable();
            faults.sort_unstable();
            assert_eq!(told, faults, "{problem:#}");
        }
    }
}

/// What fits is held against whether there is such a thing, and at which version it is.
#[track_caller]
pub fn then_looked_up(office: &Office, list: &str, of: &str, fact: &str, body: &Value) {
    office.refuses_command(&format!("/v1/{list}/{NOBODY}/{fact}"), body, 404, "not_found");
    let stale = office.command(&format!("/v1/{list}/{of}/{fact}"), body).at_version(99);
    office.refuses(&stale, 412, "stale_version");
}

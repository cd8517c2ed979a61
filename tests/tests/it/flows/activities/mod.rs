//! Activities: held, kept, reported, heard at, improved; what each kind lacks, and every no.

mod lives;
mod refused;

use crate::files::{pdf, upload};
use crate::harness::{Office, id, instant, now};
use serde_json::{Value, json};

/// The body of an activity of a kind, held just now.
fn activity(office: &Office, kind: &str) -> Value {
    let mut body = json!({
        "kind": kind, "grid_ids": [office.grid], "held_at": instant(now()),
        "delegates": [{"delegate_id": office.delegate}], "attendance": {"party_member": 12, "resident": 30},
        "title": "走进社区听民意", "text": "在村委会举行。",
    });
    match kind {
        "outreach" => body["outreach_form"] = json!("lecture"),
        "consultation" => body["briefings"] = json!(1),
        "theme_activity" => body["mode"] = json!("centralised"),
        _ => {}
    }
    body
}

/// Records one: its address.
#[track_caller]
fn holds(office: &Office, body: &Value) -> String {
    format!("/v1/activities/{}", id(&office.post("/v1/activities", body).created()["activity"]))
}

fn kind_of(office: &Office, kind: &str) -> String {
    holds(office, &activity(office, kind))
}

/// Stores a document: its id.
#[track_caller]
fn document(office: &Office) -> String {
    id(&upload(office, "kind=document", "application/pdf", pdf(2_000)).send().created()["file"])
}

/// Stores a recording of sound: its id.
#[track_caller]
fn recording(office: &Office) -> String {
    id(&upload(office, "kind=audio", "audio/amr", b"#!AMR\n\x3c\x91\x17\x16\xbe\x66".to_vec()).send().created()["file"])
}

/// The body of a hearing at an activity, held just now.
fn hearing(office: &Office, activity: &str, issues: &[Value]) -> Value {
    let mut body = office.reception(now(), issues);
    body["form"] = json!("hearing");
    body["activity_id"] = json!(activity.rsplit('/').next());
    body
}

/// What an activity lacks.
#[track_caller]
fn faults(office: &Office, activity: &str) -> Value {
    office.get(activity).good()["faults"].clone()
}

/// The addresses of those on a list.
#[track_caller]
fn listed(office: &Office, query: &str) -> Vec<String> {
    let list = office.get(&format!("/v1/activities?{query}&at_least={}", office.head())).good();
    list["items"].as_array().unwrap().iter().map(|one| format!("/v1/activities/{}", id(one))).collect()
}

//! The day of a session over HTTP: opening, coming and going, closing, the record, and the verdict that follows.

mod people;
mod record;

use crate::harness::http::Problem;
use crate::harness::{FakedClock, Office, Place, demand, id, now, text, today};
use chrono::Days;
use serde_json::{Value, json};
use std::sync::Arc;

/// An office with a session of today, whose rota of a Party delegate and a deputy is published.
struct Day {
    office: Office,
    session: String,
    deputy: String,
}

/// A second Party delegate and a deputy of the grid; the deputy's id.
fn deputy(office: &Office) -> String {
    let deputy = json!({"name": "代表安", "delegate_type": "deputy", "grid_id": office.grid, "from": "2024-01-01"});
    id(&office.post("/v1/delegates", &deputy).created()["delegate"])
}

/// An extra session of the office's grid.
fn extra(office: &Office, in_days: u64) -> String {
    let body = json!({"grid_id": office.grid, "held_on": today() + Days::new(in_days), "reason": "补开一场。"});
    id(&office.post("/v1/sessions", &body).created()["session"])
}

impl Day {
    fn of(office: Office) -> Self {
        let (session, deputy) = (extra(&office, 0), deputy(&office));
        let slots = json!([{"delegate_id": office.delegate}, {"delegate_id": deputy}]);
        let rota = json!({"items": [{"session_id": session, "slots": slots}]});
        office.post(&format!("/v1/grids/{}/rotas", office.grid), &rota).good();
        office.post(&format!("/v1/grids/{}/rota-publications", office.grid), &json!({"session_ids": [session]})).good();
        Self { office, session, deputy }
    }

    fn today() -> Self {
        Self::of(Office::open())
    }

    fn path(&self, fact: &str) -> String {
        format!("/v1/sessions/{}/{fact}", self.session)
    }

    /// A command on the session: the session after it.
    #[track_caller]
    fn does(&self, fact: &str, body: &Value) -> Value {
        self.office.post(&self.path(fact), body).is(200).json()["session"].clone()
    }

    #[track_caller]
    fn refuses(&self, fact: &str, body: &Value, status: u16, code: &str) -> Problem {
        self.office.refuses_command(&self.path(fact), body, status, code)
    }

    #[track_caller]
    fn shown(&self) -> Value {
        self.office.get(&format!("/v1/sessions/{}", self.session)).good()
    }

    /// Records a reception of the session.
    #[track_caller]
    fn receives(&self, subjects: &[&str]) -> Vec<String> {
        let issues: Vec<Value> = subjects.iter().map(|subject| demand(subject)).collect();
        let recorded = self.office.post("/v1/receptions", &self.reception(&issues)).created();
        assert_eq!(recorded["reception"]["session_id"], json!(self.session));
        recorded["issues"].as_array().unwrap().iter().map(id).collect()
    }

    fn reception(&self, issues: &[Value]) -> Value {
        let mut body = self.office.reception(now(), issues);
        body["session_id"] = json!(self.session);
        body
    }
}

fn of(delegate: &str) -> Value {
    json!({"delegate_id": delegate})
}

#[test]
fn a_session_is_held_closed_and_filed() {
    let day = Day::today();
    let planned = day.shown();
    assert_eq!((&planned["held_on"], &planned["ordinary_on"]), (&json!(today()), &json!(today())), "{planned:#}");
    assert_eq!(
        (&planned["state"], &planned["published"], &planned["extra"]),
        (&json!("planned"), &json!(true), &json!(true))
    );
    assert_eq!((&planned["from"], &planned["to"]), (&json!("13:30"), &json!("16:30")));
    assert_eq!(
        (&planned["short_of"], &planned["notices"], &planned["verdict"]),
        (&json!([]), &json!([]), &json!("pending"))
    );
    let slot =
        |delegate: &str, of: &str, state: &str| json!({"delegate_id": delegate, "delegate_type": of, "state": state});
    assert_eq!(
        planned["slots"],
        json!([slot(&day.office.delegate, "party", "assigned"), slot(&day.deputy, "deputy", "assigned")])
    );
    // The units that owe a notice: villages and communities of the grid.
    let units = day.office.get(&format!("/v1/units?grid_id={}&limit=1000", day.office.grid)).good();
    let owing = units["items"].as_array().unwrap().iter().filter(|unit| unit["kind"] != "institution").count();
    assert_eq!(planned["notice_missing_of"].as_array().unwrap().len(), owing);
    for absent in
        ["opened_at", "closed_at", "overlap_minutes", "visitor_count", "record_due_on", "record_filed_on", "record"]
    {
        assert_eq!(planned.get(absent), None, "{absent}");
    }

    day.does("substitutions", &json!({"delegate_id": day.office.delegate, "substitute_id": day.office.other_delegate, "reason_code": "work", "reason": "单位临时有任务。"}));
    let opened = day.does("opening", &json!({}));
    // How long they are together is told once it is over.
    assert_eq!((&opened["state"], opened.get("overlap_minutes")), (&json!("open"), None), "{opened:#}");
    assert!(opened["opened_at"].is_string() && opened["record_due_on"].is_string());
    day.does("check-ins", &of(&day.office.other_delegate));
    day.does("check-ins", &of(&day.deputy));
    day.does("check-outs", &of(&day.deputy));
    let back = day.does("check-ins", &of(&day.deputy));
    let there: Vec<_> =
        back["present"].as_array().unwrap().iter().map(|one| (&one["delegate_id"], one.get("to").is_some())).collect();
    let (party, deputy) = (json!(day.office.other_delegate), json!(day.deputy));
    assert_eq!(there, [(&party, false), (&deputy, true), (&deputy, false)]);
    let mut substituted = slot(&day.office.delegate, "party", "substituted");
    substituted["substitute_id"] = party.clone();
    assert_eq!(back["slots"], json!([substituted, slot(&day.deputy, "deputy", "attended")]));

    let issues = day.receives(&["楼道灯不亮", "公交线路太远"]);
    let before = day.office.head();
    let close = json!({"visitor_count": 1, "taken_issue_ids": [issues[1]], "text": "接待一人。"});
    let call = day.office.command(&day.path("closing"), &close).key("closing");
    let closed = call.send().is(200);
    assert_eq!(closed.json()["position"], before + 2, "one append of both");
    let session = closed.json()["session"].clone();
    assert_eq!((&session["state"], &session["visitor_count"]), (&json!("closed"), &json!(1)), "{session:#}");
    assert_eq!(day.office.issue(&issues[0])["state"], "registered");
    assert_eq!(day.office.issue(&issues[1])["state"], "in_hand");
    let again = call.send().is(200);
    assert_eq!((again.header("idempotency-replayed"), again.json()), (Some("true"), closed.json()));

    let filed = day.does("records", &json!({"text": "反映楼道灯不亮等两件，均已登记。"}));
    assert_eq!(filed["record"], json!({"text": "反映楼道灯不亮等两件，均已登记。", "file_ids": []}));
    assert_eq!((&filed["record_filed_on"], &filed["verdict"]), (&json!(today()), &json!("pending")));

    let events = day.office.get(&format!("{}?limit=1000", day.path("events"))).good();
    let types: Vec<&str> = events["items"].as_array().unwrap().iter().map(|event| text(event, "/type")).collect();
    let facts = [
        "planned",
        "rota_assigned",
        "rota_published",
        "duty_substituted",
        "opened",
        "checked_in",
        "checked_in",
        "checked_out",
        "checked_in",
        "closed",
        "record_filed",
    ];
    assert_eq!(types, facts.map(|fact| format!("session.{fact}")));
    let then = day.office.get(&format!("/v1/sessions/{}?as_of_position={before}", day.session)).good();
    assert_eq!(
        (&then["state"], then.get("visitor_count"), &then["as_of_position"]),
        (&json!("open"), None, &json!(before))
    );
}

#[test]
fn the_verdict_waits_until_nothing_can_count_any_more() {
    let Some(clock) = FakedClock::of("the verdict waits") else { return };
    let mut office = Office::at(Arc::new(Place::under(clock)));
    office.imports_roster().created();
    office.meets();
    let mut day = Day::of(office);
    day.does("opening", &json!({}));
    day.does("check-ins", &of(&day.office.delegate));
    day.does("check-ins", &of(&day.deputy));
    day.does("closing", &json!({"visitor_count": 0}));
    let filed = day.does("records", &json!({"text": "无群众来访。"}));
    assert_eq!((&filed["verdict"], &filed["visitor_count"]), (&json!("pending"), &json!(0)));
    let on_the_day = day.office.head();
    day.office.boots_on_day(21);
    // Nobody posted a notice, and they were together for less than an hour.
    let judged = day.shown();
    assert_eq!(
        (&judged["verdict"], &judged["reasons"]),
        (&json!("invalid"), &json!(["overlap_short", "notice_missing"])),
        "{judged:#}"
    );
    assert_eq!(judged["remarks"], json!([]));
    let then = day.office.get(&format!("/v1/sessions/{}?as_of_position={on_the_day}", day.session)).good();
    assert_eq!(then["verdict"], "pending", "as of a day on which it was");
}

//! The day of a session over HTTP: who stands in, opening, coming and going, receptions, closing, the record, the verdict.

use crate::harness::http::Problem;
use crate::harness::{FakedClock, NOBODY, Office, Place, demand, id, instant, now, text, today};
use chrono::{Days, Duration};
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
    assert_eq!((&opened["state"], &opened["overlap_minutes"]), (&json!("open"), &json!(0)), "{opened:#}");
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
fn who_may_come_and_go_and_when() {
    let day = Day::today();
    let office = &day.office;
    let tomorrow = extra(office, 1);
    let early = office.refuses_command(&format!("/v1/sessions/{tomorrow}/opening"), &json!({}), 409, "not_the_day");
    early.clause("C-4.1").at("/occurred_at", "not_the_day");
    day.refuses("check-ins", &of(&office.delegate), 409, "session_not_open").clause("C-4.1");
    day.refuses("closing", &json!({"visitor_count": 0}), 409, "session_not_open").clause("C-4.1");
    day.refuses("records", &json!({"text": "无"}), 409, "session_not_closed").clause("C-4.1");
    let before_the_plan = json!({"occurred_at": instant(now() - Duration::days(1))});
    day.refuses("opening", &before_the_plan, 422, "before_previous").at("/occurred_at", "before_previous");
    let to_come = json!({"occurred_at": instant(now() + Duration::hours(1))});
    day.refuses("opening", &to_come, 422, "in_the_future").at("/occurred_at", "in_the_future");
    let stale = office.command(&day.path("opening"), &json!({})).at_version(1);
    office.refuses(&stale, 412, "stale_version");
    let opened = now();
    day.does("opening", &json!({}));
    day.refuses("opening", &json!({}), 409, "already_opened").clause("C-4.1");

    let refused =
        |fact: &str, body: &Value, status, code: &str, at: &str| day.refuses(fact, body, status, code).at(at, code);
    refused("check-ins", &of(NOBODY), 422, "unknown_id", "/delegate_id");
    refused("check-outs", &of(NOBODY), 422, "unknown_id", "/delegate_id");
    let later =
        json!({"name": "后来安", "delegate_type": "party", "grid_id": office.grid, "from": today() + Days::new(9)});
    let later = id(&office.post("/v1/delegates", &later).created()["delegate"]);
    refused("check-ins", &of(&later), 422, "delegate_without_mandate", "/delegate_id").clause("C-1");
    let other_capacity = json!({"delegate_id": office.delegate, "delegate_type": "deputy"});
    refused("check-ins", &other_capacity, 422, "delegate_without_mandate", "/delegate_id").clause("C-1");
    office
        .post(
            &format!("/v1/delegates/{}/mandates", office.other_delegate),
            &json!({"delegate_type": "deputy", "from": "2024-03-01"}),
        )
        .good();
    let both = of(&office.other_delegate);
    refused("check-ins", &both, 422, "delegate_type_needed", "/delegate_type").clause("C-1");
    let mut too_early = of(&office.delegate);
    too_early["occurred_at"] = json!(instant(opened - Duration::seconds(1)));
    refused("check-ins", &too_early, 422, "before_previous", "/occurred_at");
    refused("check-outs", &of(&office.delegate), 409, "not_checked_in", "/delegate_id").clause("C-4.1");

    day.does("check-ins", &of(&office.delegate));
    refused("check-ins", &of(&office.delegate), 409, "already_checked_in", "/delegate_id").clause("C-4.1");
    let as_deputy = json!({"delegate_id": office.other_delegate, "delegate_type": "deputy"});
    day.does("check-ins", &as_deputy);
    let as_party = json!({"delegate_id": office.other_delegate, "delegate_type": "party"});
    refused("check-outs", &as_party, 409, "not_checked_in", "/delegate_id").clause("C-4.1");
    day.does("check-outs", &both);
    refused("check-ins", &as_party, 409, "already_checked_in", "/delegate_id").clause("C-4.1");
    day.refuses("check-ins", &json!({"delegate_type": "party"}), 422, "missing").at("/delegate_id", "missing");
    for fact in ["substitutions", "opening", "check-ins", "check-outs", "closing", "records"] {
        let body = match fact {
            "substitutions" => {
                json!({"delegate_id": office.delegate, "substitute_id": office.other_delegate, "reason_code": "work"})
            }
            "check-ins" | "check-outs" => of(&office.delegate),
            "closing" => json!({"visitor_count": 0}),
            "records" => json!({"text": "无"}),
            _ => json!({}),
        };
        office.refuses_command(&format!("/v1/sessions/{NOBODY}/{fact}"), &body, 404, "not_found");
    }
    office.refuses_question(&format!("/v1/sessions/{NOBODY}"), 404, "not_found");
    office.refuses_question(&format!("/v1/sessions/{NOBODY}/events"), 404, "not_found");
}

#[test]
fn who_may_stand_in_for_whom() {
    let day = Day::today();
    let office = &day.office;
    let stand_in = |delegate: &str, substitute: &str| json!({"delegate_id": delegate, "substitute_id": substitute, "reason_code": "personal"});
    let refused = |delegate: &str, substitute: &str, status, code: &str, at: &str| {
        day.refuses("substitutions", &stand_in(delegate, substitute), status, code).at(at, code)
    };
    refused(&office.other_delegate, &office.delegate, 409, "not_on_duty", "/delegate_id").clause("C-4.1");
    refused(&day.deputy, &office.delegate, 409, "already_on_duty", "/substitute_id").clause("C-4.1");
    refused(&day.deputy, &office.other_delegate, 409, "substitute_of_other_type", "/substitute_id").clause("C-4.1");
    refused(&day.deputy, NOBODY, 422, "unknown_id", "/substitute_id");
    refused(NOBODY, &office.other_delegate, 422, "unknown_id", "/delegate_id");
    let later =
        json!({"name": "后来安", "delegate_type": "deputy", "grid_id": office.grid, "from": today() + Days::new(9)});
    let later = id(&office.post("/v1/delegates", &later).created()["delegate"]);
    refused(&day.deputy, &later, 422, "delegate_without_mandate", "/substitute_id").clause("C-1");
    let absent = json!({"name": "请假安", "delegate_type": "deputy", "grid_id": office.grid, "from": "2024-01-01"});
    let absent = id(&office.post("/v1/delegates", &absent).created()["delegate"]);
    let leaves = format!("/v1/delegates/{absent}/leaves");
    let leave = json!({"from": today(), "to": today(), "reason_code": "work", "reason": "外出开会。"});
    let leave = id(&office.post(&leaves, &leave).created()["leave"]);
    office.post(&format!("{leaves}/{leave}/decision"), &json!({"approved": true})).good();
    refused(&day.deputy, &absent, 409, "on_leave", "/substitute_id").clause("C-4.1");
    let mut why = stand_in(&office.delegate, &office.other_delegate);
    why["reason_code"] = json!("tired");
    day.refuses("substitutions", &why, 422, "invalid_value").at("/reason_code", "invalid_value");

    day.does("substitutions", &stand_in(&office.delegate, &office.other_delegate));
    // Who passed it on has it no more, and the substitute may be substituted in turn.
    refused(&office.delegate, &office.other_delegate, 409, "not_on_duty", "/delegate_id");
    let back = day.does("substitutions", &stand_in(&office.other_delegate, &office.delegate));
    assert_eq!(back["slots"][0]["substitute_id"], json!(office.delegate));
    day.does("opening", &json!({}));
    day.does("closing", &json!({"visitor_count": 0}));
    let over = day.refuses("substitutions", &stand_in(&office.delegate, &office.other_delegate), 409, "session_over");
    over.clause("C-4.1");
}

#[test]
fn only_issues_of_the_session_are_taken_with_its_closing() {
    let day = Day::today();
    let office = &day.office;
    day.does("opening", &json!({}));
    let own = day.receives(&["楼道灯不亮", "公交线路太远"]);
    let elsewhere = office.raises("下水道堵塞");
    office.does(&own[1], "taking", &json!({})).good();
    let close = |issues: &[&str]| json!({"visitor_count": 1, "taken_issue_ids": issues});
    let refused = |issues: &[&str], status, code: &str| day.refuses("closing", &close(issues), status, code);
    let both = refused(&[&own[0], &elsewhere, &own[1]], 409, "issue_not_of_session").clause("C-4.1").faults(2);
    both.at("/taken_issue_ids/1", "issue_not_of_session").at("/taken_issue_ids/2", "issue_not_of_session");
    let twice = refused(&[&own[0], &own[0]], 422, "duplicate").clause("C-4.1");
    twice.at("/taken_issue_ids/1", "duplicate");
    refused(&[NOBODY], 422, "unknown_id").at("/taken_issue_ids/0", "unknown_id");
    refused(&[own[0].as_str(); 201], 422, "too_many").at("/taken_issue_ids", "too_many");
    day.refuses("closing", &json!({}), 422, "missing").at("/visitor_count", "missing");
    day.refuses("closing", &json!({"visitor_count": -1}), 422, "out_of_range").at("/visitor_count", "out_of_range");
    day.does("check-ins", &of(&office.delegate));
    let mut early = close(&[]);
    early["occurred_at"] = json!(instant(now() - Duration::hours(25)));
    day.refuses("closing", &early, 422, "before_previous").at("/occurred_at", "before_previous");
    day.does("closing", &close(&[&own[0]]));
    day.refuses("closing", &close(&[]), 409, "session_not_open").clause("C-4.1");
    day.refuses("check-outs", &of(&office.delegate), 409, "session_not_open").clause("C-4.1");

    let record = |files: &[&str]| json!({"text": "接待一人。", "file_ids": files});
    day.refuses("records", &record(&[NOBODY]), 422, "unknown_id").at("/file_ids/0", "unknown_id");
    day.refuses("records", &record(&[NOBODY; 21]), 422, "too_many").at("/file_ids", "too_many");
    day.refuses("records", &json!({"text": " "}), 422, "missing").at("/text", "missing");
    day.does("records", &record(&[]));
    day.refuses("records", &record(&[]), 409, "already_filed").clause("C-4.1");
}

#[test]
fn a_reception_is_of_the_session_of_its_grid_and_day() {
    let day = Day::today();
    let office = &day.office;
    let refused = |body: &Value, status, code: &str| {
        office.refuses_command("/v1/receptions", body, status, code).at("/session_id", code)
    };
    let grids = office.get("/v1/grids").good();
    let mut elsewhere = day.reception(&[]);
    elsewhere["grid_id"] = grids["items"][1]["id"].clone();
    refused(&elsewhere, 422, "session_of_other_grid").clause("C-4.1");
    let mut yesterday = day.reception(&[]);
    yesterday["held_at"] = json!(instant(now() - Duration::days(1)));
    refused(&yesterday, 422, "not_the_day").clause("C-4.1");
    let mut nowhere = day.reception(&[]);
    nowhere["session_id"] = json!(NOBODY);
    refused(&nowhere, 422, "unknown_id");
    // Told together with what else is wrong with it.
    let mut several = yesterday.clone();
    several["form"] = json!("by_pigeon");
    several["session_id"] = json!(7);
    let several = office.refuses_command("/v1/receptions", &several, 422, "invalid_body");
    several.at("/form", "invalid_value").at("/session_id", "wrong_type");
    let recorded = office.post("/v1/receptions", &day.reception(&[])).created();
    let shown = office.get(&format!("/v1/receptions/{}", id(&recorded["reception"]))).good();
    assert_eq!(shown["session_id"], json!(day.session));

    let tomorrow = extra(office, 1);
    office
        .post(&format!("/v1/sessions/{tomorrow}/cancellation"), &json!({"reason_code": "weather", "reason": "台风。"}))
        .good();
    let cancelled = office.get(&format!("/v1/sessions/{tomorrow}")).good();
    assert_eq!((&cancelled["state"], &cancelled["cancelled"]["reason_code"]), (&json!("cancelled"), &json!("weather")));
    assert_eq!((cancelled.get("verdict"), &cancelled["notice_missing_of"]), (None, &json!([])), "{cancelled:#}");
    let opening = format!("/v1/sessions/{tomorrow}/opening");
    office.refuses_command(&opening, &json!({}), 409, "session_not_planned").clause("C-4.1");
    // Of today, and cancelled.
    office.post(&day.path("cancellation"), &json!({"reason_code": "emergency", "reason": "停电。"})).good();
    refused(&day.reception(&[]), 409, "session_cancelled").clause("C-4.1");
}

#[test]
fn the_record_of_a_session_is_corrected_and_stays_readable() {
    let day = Day::today();
    let office = &day.office;
    day.does("opening", &json!({}));
    day.does("check-ins", &of(&office.delegate));
    day.does("closing", &json!({"visitor_count": 1}));
    let filed = day.does("records", &json!({"text": "接待一人。"}));
    let version = filed["version"].as_u64().unwrap();
    let correct = |event: u64, pointer: &str, value: Value| json!({"event_version": event, "pointer": pointer, "value": value, "reason": "登记有误。"});
    let told = day.does("corrections", &correct(version, "/personal/0/text", json!("接待两人。")));
    assert_eq!((&told["record"]["text"], &told["corrected"]), (&json!("接待两人。"), &json!(true)), "{told:#}");

    let count = correct(version - 1, "/public/visitor_count", json!(2));
    let proposed = day.does("corrections", &count);
    assert_eq!((&proposed["visitor_count"], &proposed["correction_pending"]), (&json!(1), &json!(true)));
    day.refuses("corrections", &count, 409, "correction_pending").clause("C-3.6");
    let decide = |approved: bool| json!({"event_version": version - 1, "approved": approved});
    day.refuses("corrections/decision", &decide(false), 422, "reason_missing").at("/reason", "reason_missing");
    let decided = day.does("corrections/decision", &decide(true));
    assert_eq!((&decided["visitor_count"], decided.get("correction_pending")), (&json!(2), None));
    day.refuses("corrections/decision", &decide(true), 409, "no_correction_pending");
    day.refuses("corrections", &correct(1, "/public/held_on", json!(today())), 422, "nothing_to_correct")
        .at("/pointer", "nothing_to_correct");
    day.refuses("corrections", &correct(99, "/public/visitor_count", json!(3)), 422, "nothing_to_correct")
        .at("/event_version", "nothing_to_correct");
    let yesterday = correct(version - 3, "/occurred_at", json!(instant(now() - Duration::days(1))));
    day.refuses("corrections", &yesterday, 409, "not_the_day").clause("C-4.1").at("/value", "not_the_day");
    let history = office.get(&day.path("events")).good();
    let closed = &history["items"][usize::try_from(version - 2).unwrap()];
    assert_eq!(
        (&closed["public"]["visitor_count"], &closed["corrections"][0]["pointer"]),
        (&json!(1), &json!("/public/visitor_count"))
    );
    for fact in ["corrections", "corrections/decision"] {
        let body = if fact == "corrections" { count.clone() } else { decide(true) };
        office.refuses_command(&format!("/v1/sessions/{NOBODY}/{fact}"), &body, 404, "not_found");
    }
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

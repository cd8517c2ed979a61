//! Service days planned, added, moved and cancelled, and every no, over HTTP.

use crate::harness::{NOBODY, Office, instant, now, text, today};
use chrono::{Datelike as _, Days, NaiveDate, TimeDelta, Weekday};
use serde_json::{Value, json};

/// An office whose first grid has its sessions of some weeks around today: each with its day.
pub(super) struct Planned {
    pub office: Office,
    pub to_come: Vec<(String, NaiveDate)>,
    pub past: Vec<(String, NaiveDate)>,
}

/// The day so many days from today.
pub(super) fn in_days(days: i64) -> NaiveDate {
    today() + TimeDelta::days(days)
}

impl Planned {
    pub fn open() -> Self {
        let office = Office::open();
        let (from, to) = (in_days(-28), in_days(70));
        office.post("/v1/session-plans", &json!({"from": from, "to": to, "grid_ids": [office.grid]})).created();
        let proposal = office.get(&format!("/v1/grids/{}/rota-proposal?from={from}&to={}", office.grid, in_days(90)));
        let sessions = proposal.good()["items"].as_array().unwrap().clone();
        let sessions = sessions
            .iter()
            .map(|item| (text(item, "/session_id").to_owned(), text(item, "/held_on").parse::<NaiveDate>().unwrap()));
        // Whatever falls on today or tomorrow is left out: these tests are not about midnight.
        let (past, rest): (Vec<_>, Vec<_>) = sessions.partition(|(_, on)| *on < today());
        let to_come = rest.into_iter().filter(|(_, on)| *on > in_days(1)).collect();
        Self { office, to_come, past }
    }

    pub fn id(&self, n: usize) -> &str {
        &self.to_come[n].0
    }

    pub fn path(&self, n: usize, fact: &str) -> String {
        format!("/v1/sessions/{}/{fact}", self.id(n))
    }

    /// A day to come on which the grid has no session.
    pub fn free_day(&self, n: usize) -> NaiveDate {
        let day = self.to_come[n].1 + Days::new(1);
        assert!(self.to_come.iter().all(|(_, on)| *on != day));
        day
    }
}

#[test]
fn a_quarter_is_planned_once_and_told_again_to_whoever_asks_again() {
    let office = Office::open();
    let (from, to) = (in_days(0), in_days(91));
    let plan = json!({"from": from, "to": to});
    let before = office.head();
    let dry = office.post("/v1/session-plans?dry_run=true", &plan).is(200).json();
    assert_eq!((dry["session_plan"]["dry_run"].as_bool(), office.head()), (Some(true), before));

    let call = office.command("/v1/session-plans", &plan).key("the-quarter");
    let first = call.send();
    assert_eq!(first.header("Location"), Some(text(&first.json(), "/session_plan/list")));
    let planned = first.clone().created();
    let count = |answer: &Value, of: &str| answer["session_plan"][of].as_u64().unwrap();
    let sessions = count(&planned, "planned");
    assert_eq!((office.head(), planned["position"].as_u64()), (before + sessions, Some(before + sessions)));
    let days = planned["session_plan"]["days"].as_array().unwrap();
    let held = days.iter().filter(|day| day.get("held_on").is_some()).count() as u64;
    assert_eq!(sessions, held * 14, "one for each grid and day");
    for day in days {
        let on: NaiveDate = text(day, "/ordinary_on").parse().unwrap();
        assert_eq!(on.weekday(), Weekday::Thu);
        assert_eq!(text(day, "/placement") == "merged", day.get("merged_into").is_some(), "{day}");
    }
    assert_eq!(dry["session_plan"]["days"], planned["session_plan"]["days"]);

    let again = call.send();
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(again.created(), planned);
    let unchanged = office.post("/v1/session-plans", &plan).is(200).json();
    assert_eq!((count(&unchanged, "planned"), count(&unchanged, "unchanged")), (0, sessions));
    assert_eq!(unchanged["position"], planned["position"]);
}

#[test]
fn a_plan_that_does_not_fit_is_told_what_is_wrong() {
    let office = Office::open();
    let (grid, from) = (&office.grid, in_days(0));
    let path = "/v1/session-plans";
    let refuses = |body: Value, code: &str| office.refuses_command(path, &body, 422, code);
    refuses(json!({"from": from, "to": in_days(-1)}), "out_of_range").clause("C-2").at("/to", "out_of_range");
    refuses(json!({"from": from, "to": in_days(366)}), "out_of_range").at("/to", "out_of_range");
    refuses(json!({"from": "2020-01-02", "to": "2020-02-01"}), "before_programme").at("/from", "before_programme");
    let named = |grids: Value| json!({"from": from, "to": in_days(30), "grid_ids": grids});
    refuses(named(json!([grid, grid])), "duplicate").clause("C-2").at("/grid_ids/1", "duplicate");
    refuses(named(json!([NOBODY])), "unknown_id").at("/grid_ids/0", "unknown_id");
    refuses(named(json!([])), "missing").at("/grid_ids", "missing");
    let mut late = named(json!([grid]));
    late["occurred_at"] = json!(instant(now() + TimeDelta::minutes(5)));
    refuses(late, "in_the_future").at("/occurred_at", "in_the_future");
    refuses(json!({"from": from, "to": in_days(-1), "grid_ids": [NOBODY, "x"]}), "invalid_body").faults(3);
    let conditional = office.command(path, &named(json!([grid]))).at_version(1);
    office.refuses(&conditional, 412, "stale_version");
    let unknown = office.command("/v1/session-plans?dry=true", &named(json!([grid])));
    office.refuses(&unknown, 400, "unknown_parameter");
}

#[test]
fn a_session_is_added_on_a_free_day() {
    let planned = Planned::open();
    let (office, on) = (&planned.office, planned.free_day(0));
    let add = |change: &dyn Fn(&mut Value)| {
        let mut body = json!({"grid_id": office.grid, "held_on": on, "reason": "补上一场。"});
        change(&mut body);
        body
    };
    let refuses = |status: u16, code: &str, change: &dyn Fn(&mut Value)| {
        office.refuses_command("/v1/sessions", &add(change), status, code)
    };
    refuses(422, "unknown_id", &|body| body["grid_id"] = json!(NOBODY)).at("/grid_id", "unknown_id");
    refuses(422, "unknown_id", &|body| body["makes_up_session_id"] = json!(NOBODY))
        .at("/makes_up_session_id", "unknown_id");
    refuses(422, "out_of_range", &|body| body["held_on"] = json!(in_days(-1)))
        .clause("C-2")
        .at("/held_on", "out_of_range");
    refuses(422, "before_programme", &|body| body["held_on"] = json!("2020-01-02")).at("/held_on", "before_programme");
    refuses(422, "out_of_range", &|body| (body["from"], body["to"]) = (json!("16:00"), json!("15:00")))
        .clause("C-2")
        .at("/to", "out_of_range");
    refuses(422, "out_of_range", &|body| body["to"] = json!("09:00")).at("/to", "out_of_range");
    refuses(422, "invalid_value", &|body| body["from"] = json!("9:00")).at("/from", "invalid_value");
    refuses(409, "already_planned", &|body| body["held_on"] = json!(planned.to_come[0].1)).clause("C-2");
    let other = office.get("/v1/grids").good()["items"][5]["id"].clone();
    refuses(422, "session_of_other_grid", &|body| {
        body["grid_id"] = other.clone();
        body["makes_up_session_id"] = json!(planned.id(0));
    })
    .clause("C-4.1")
    .at("/makes_up_session_id", "session_of_other_grid");
    office.refuses(&office.command("/v1/sessions", &add(&|_| {})).at_version(1), 412, "stale_version");
    refuses(422, "out_of_range", &|body| body["held_on"] = json!(in_days(370))).at("/held_on", "out_of_range");
    refuses(409, "wrong_state", &|body| body["makes_up_session_id"] = json!(planned.id(0)))
        .clause("C-2")
        .at("/makes_up_session_id", "wrong_state");

    let missed = planned.past.first().map(|(id, _)| id.clone());
    let body = add(&|body| {
        body["venue"] = json!("太平村党群服务站");
        if let Some(missed) = &missed {
            body["makes_up_session_id"] = json!(missed);
        }
    });
    let call = office.command("/v1/sessions", &body).key("extra");
    let added = call.send().created();
    let session = &added["session"];
    assert_eq!((text(session, "/held_on"), &session["extra"]), (on.to_string().as_str(), &json!(true)));
    assert_eq!(
        (text(session, "/venue"), session["makes_up_session_id"].as_str()),
        ("太平村党群服务站", missed.as_deref())
    );
    assert_eq!(call.send().created(), added);
    office.refuses_command("/v1/sessions", &body, 409, "already_planned").clause("C-2");
    // The session of the Thursday before cannot be moved there.
    let there = json!({"held_on": on, "reason_code": "weather", "reason": "台风。"});
    office
        .refuses_command(&planned.path(0, "moves"), &there, 409, "day_taken")
        .clause("C-2")
        .at("/held_on", "day_taken");
    // And where one has been moved, none is added.
    let moved = planned.free_day(1);
    office
        .post(&planned.path(1, "moves"), &json!({"held_on": moved, "reason_code": "weather", "reason": "台风。"}))
        .good();
    refuses(409, "day_taken", &|body| body["held_on"] = json!(moved)).clause("C-2").at("/held_on", "day_taken");
}

#[test]
fn a_session_is_moved_near_its_day_until_it_is_over() {
    let planned = Planned::open();
    let office = &planned.office;
    let path = planned.path(0, "moves");
    let body = |fields: Value| {
        let mut body = json!({"reason_code": "weather", "reason": "台风。"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    let refuses = |status: u16, code: &str, fields: Value| office.refuses_command(&path, &body(fields), status, code);
    let held_on = planned.to_come[0].1;
    refuses(422, "missing", json!({})).clause("C-2").at("/held_on", "missing");
    refuses(422, "out_of_range", json!({"held_on": held_on + Days::new(15)}))
        .clause("C-2")
        .at("/held_on", "out_of_range");
    refuses(422, "out_of_range", json!({"held_on": in_days(-1)})).clause("C-2").at("/held_on", "out_of_range");
    refuses(422, "out_of_range", json!({"from": "17:00"})).clause("C-2").at("/to", "out_of_range");
    refuses(422, "out_of_range", json!({"from": "17:00", "to": "16:00"})).at("/to", "out_of_range");
    refuses(409, "already_planned", json!({"held_on": held_on})).clause("C-2");
    refuses(409, "day_taken", json!({"held_on": planned.to_come[1].1})).clause("C-2").at("/held_on", "day_taken");
    let before = instant(now() - TimeDelta::days(1));
    refuses(422, "before_previous", json!({"from": "14:00", "occurred_at": before}))
        .at("/occurred_at", "before_previous");
    let nowhere = format!("/v1/sessions/{NOBODY}/moves");
    office.refuses_command(&nowhere, &body(json!({"from": "14:00"})), 404, "not_found");
    let conditional = office.command(&path, &body(json!({"from": "14:00"}))).at_version(7);
    office.refuses(&conditional, 412, "stale_version");
    if let Some((past, _)) = planned.past.first() {
        let path = format!("/v1/sessions/{past}/moves");
        office.refuses_command(&path, &body(json!({"from": "14:00"})), 409, "session_over").clause("C-2");
    }

    let day = planned.free_day(0);
    let moved = office.post(&path, &body(json!({"held_on": day, "from": "14:00", "venue": "火线村"}))).good();
    let session = &moved["session"];
    assert_eq!(text(session, "/held_on"), day.to_string());
    assert_eq!((text(session, "/from"), text(session, "/to"), text(session, "/venue")), ("14:00", "16:30", "火线村"));
    assert_eq!(text(session, "/ordinary_on"), held_on.to_string(), "it stands for its Thursday still");
    // The plan leaves it alone.
    let plan = json!({"from": held_on, "to": held_on, "grid_ids": [office.grid]});
    let again = office.post("/v1/session-plans", &plan).is(200).json();
    assert_eq!(again["session_plan"]["left_alone"], 1, "{again:#}");
}

#[test]
fn a_session_is_cancelled_once_and_on_its_day_at_the_latest() {
    let planned = Planned::open();
    let office = &planned.office;
    let path = planned.path(0, "cancellation");
    let body = json!({"reason_code": "no_delegate", "reason": "两名代表都不能到。"});
    office.refuses_command(&path, &json!({"reason_code": "tired"}), 422, "invalid_body").faults(2);
    office.refuses_command(&format!("/v1/sessions/{NOBODY}/cancellation"), &body, 404, "not_found");
    if let Some((past, _)) = planned.past.first() {
        let path = format!("/v1/sessions/{past}/cancellation");
        office.refuses_command(&path, &body, 409, "session_over").clause("C-2");
    }
    let cancelled = office.post(&path, &body).good();
    assert_eq!(text(&cancelled, "/session/state"), "cancelled");
    assert_eq!(text(&cancelled, "/session/cancelled/reason_code"), "no_delegate");
    office.refuses_command(&path, &body, 409, "already_cancelled").clause("C-2");
    let moves = json!({"from": "14:00", "reason_code": "weather", "reason": "台风。"});
    office.refuses_command(&planned.path(0, "moves"), &moves, 409, "session_not_planned").clause("C-2");
    // Why stands in the history, and nowhere in the leaf.
    let history = office.get(&format!("/v1/sessions/{}/events", planned.id(0))).good();
    let last = history["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(text(&last, "/type"), "session.cancelled");
    assert_eq!(last["public"], json!({"reason_code": "no_delegate"}));
    assert!(last.to_string().contains("两名代表都不能到"), "{last:#}");
}

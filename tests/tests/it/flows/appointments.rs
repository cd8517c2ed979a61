//! Appointments over HTTP: asked for, answered, agreed, moved, kept by a reception or called off, listed (C-3.1).

use super::undertakings::{elsewhere, gone, is_a_table, listed, then_looked_up, told_first};
use crate::harness::http::Problem;
use crate::harness::{NOBODY, Office, WorkingDays, demand, id, instant, now, today};
use chrono::{Days, NaiveDate, TimeDelta};
use serde_json::{Value, json};

/// A visit of the office's grid that somebody asks for just now.
fn request(office: &Office) -> Value {
    json!({"grid_id": office.grid, "name": "欧阳秀英", "phone": "13800001234", "text": "腿脚不便，请上门谈加装电梯。"})
}

#[track_caller]
fn requested(office: &Office, body: &Value) -> String {
    id(&office.post("/v1/appointments", body).created()["appointment"])
}

/// The office's delegate comes on a day.
fn agreement(office: &Office, on: NaiveDate) -> Value {
    json!({"delegate_id": office.delegate, "scheduled_on": on, "from": "13:30"})
}

#[track_caller]
fn does(office: &Office, appointment: &str, fact: &str, body: &Value) -> Value {
    office.post(&format!("/v1/appointments/{appointment}/{fact}"), body).is(200).json()["appointment"].clone()
}

#[track_caller]
fn refuses(office: &Office, appointment: &str, fact: &str, body: &Value, status: u16, code: &str) -> Problem {
    office.refuses_command(&format!("/v1/appointments/{appointment}/{fact}"), body, status, code)
}

/// The body of a visit that keeps an appointment.
fn visit(office: &Office, appointment: &str, subjects: &[&str]) -> Value {
    let raised: Vec<Value> = subjects.iter().map(|subject| demand(subject)).collect();
    let mut body = office.reception(now(), &raised);
    (body["form"], body["appointment_id"]) = (json!("appointment"), json!(appointment));
    body
}

#[test]
fn an_appointment_is_answered_agreed_moved_and_kept() {
    let office = Office::open();
    let mut body = request(&office);
    (body["unit_id"], body["delegate_id"]) = (json!(office.unit), json!(office.other_delegate));
    let answer = office.command("/v1/appointments", &body).key("ask").send();
    assert_eq!(answer.version(), 1);
    let asked = answer.clone().created();
    let appointment = id(&asked["appointment"]);
    assert_eq!(answer.header("location"), Some(format!("/v1/appointments/{appointment}").as_str()));
    let again = office.command("/v1/appointments", &body).key("ask").send();
    assert_eq!(
        (again.header("idempotency-replayed"), again.json()["appointment"].clone()),
        (Some("true"), asked["appointment"].clone())
    );
    let shown = office.get(&format!("/v1/appointments/{appointment}")).good();
    for name in ["grid_id", "unit_id", "delegate_id", "text"] {
        assert_eq!(shown[name], body[name], "{name}: {shown:#}");
    }
    assert_eq!(shown["visitor"], json!({"name": "欧阳秀英", "phone": "13800001234"}));
    assert_eq!(
        (&shown["state"], &shown["contacts"], &shown["overdue"]),
        (&json!("requested"), &json!([]), &json!(false))
    );
    assert_eq!(shown["contact_due_on"], json!(WorkingDays::shipped().after(today(), 1)));
    for absent in ["contacted_at", "scheduled", "kept_at", "reception_id", "cancelled"] {
        assert_eq!(shown.get(absent), None, "{absent}");
    }

    let told = does(&office, &appointment, "contacts", &json!({"channel": "phone", "text": "下周回复。"}));
    assert_eq!(
        (&told["contacts"][0]["channel"], &told["contacts"][0]["text"]),
        (&json!("phone"), &json!("下周回复。"))
    );
    assert_eq!((&told["contacted_at"], &told["state"]), (&told["contacts"][0]["contacted_at"], &json!("requested")));
    let mut agreed = agreement(&office, today() + Days::new(5));
    agreed["place"] = json!("太平村3号楼701室");
    let first = does(&office, &appointment, "schedule", &agreed);
    for name in ["delegate_id", "scheduled_on", "from", "place"] {
        assert_eq!(first["scheduled"][name], agreed[name], "{name}: {first:#}");
    }
    assert_eq!(first["state"], "scheduled");
    let before = office.head();
    let moved = does(&office, &appointment, "schedule", &agreement(&office, today() + Days::new(7)));
    assert_eq!(
        (&moved["scheduled"]["scheduled_on"], moved["scheduled"].get("place")),
        (&json!(today() + Days::new(7)), None)
    );

    // The visit, early, is a reception that names it: both in one append.
    let kept = office.post("/v1/receptions", &visit(&office, &appointment, &["加装电梯"])).created();
    let reception = id(&kept["reception"]);
    assert_eq!(
        (&kept["reception"]["form"], &kept["reception"]["appointment_id"]),
        (&json!("appointment"), &json!(appointment))
    );
    assert_eq!(kept["position"], json!(before + 4), "moved; reception, issue, kept");
    let shown = office.get(&format!("/v1/appointments/{appointment}")).good();
    assert_eq!((&shown["state"], &shown["reception_id"]), (&json!("kept"), &json!(reception)));
    assert_eq!(shown["kept_at"], kept["reception"]["held_at"]);
    assert_eq!(listed(&office, "receptions", &format!("appointment_id={appointment}")), [reception.as_str()]);
    let events = office.get(&format!("/v1/appointments/{appointment}/events")).good();
    let types: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    let told = ["requested", "contacted", "scheduled", "scheduled", "kept"].map(|fact| format!("appointment.{fact}"));
    assert_eq!(types, told.each_ref());
    // Names, words and places lie in boxes.
    for (event, words) in events["items"].as_array().unwrap().iter().zip(["欧阳", "回复", "太平村", "", ""]) {
        assert!(words.is_empty() || !event["public"].to_string().contains(words), "{event:#}");
    }
    assert_eq!(events["items"][2]["personal"], json!([{"place": "太平村3号楼701室"}]));
    let then = office.get(&format!("/v1/appointments/{appointment}?as_of_position={before}")).good();
    assert_eq!((&then["state"], &then["scheduled"]["place"]), (&json!("scheduled"), &agreed["place"]));
    // It is over.
    for (fact, body) in [
        ("contacts", json!({"channel": "phone"})),
        ("schedule", agreement(&office, today() + Days::new(9))),
        ("cancellation", json!({"by": "visitor", "reason": "已解决。"})),
    ] {
        refuses(&office, &appointment, fact, &body, 409, "wrong_state").clause("C-3.1");
    }
    let twice = office.refuses_command("/v1/receptions", &visit(&office, &appointment, &[]), 409, "already_kept");
    twice.clause("C-3.1").at("/appointment_id", "already_kept");
    // A reception of the form that names none is one like any other.
    let mut plain = office.reception(now(), &[]);
    plain["form"] = json!("appointment");
    office.post("/v1/receptions", &plain).created();
}

#[test]
fn appointments_are_found_by_how_they_stand() {
    let office = Office::open();
    let (elsewhere, _) = elsewhere(&office);
    let mut missed = request(&office);
    missed["occurred_at"] = json!(instant(now() - TimeDelta::days(6)));
    let mut other = json!({"grid_id": elsewhere, "text": "请走访。", "delegate_id": office.other_delegate});
    let [plain, missed, other] = [request(&office), missed, other.take()].map(|body| requested(&office, &body));
    let mut agreed = agreement(&office, today() - Days::new(2));
    agreed["occurred_at"] = json!(instant(now() - TimeDelta::days(5)));
    does(&office, &missed, "schedule", &agreed);
    does(&office, &other, "cancellation", &json!({"by": "delegate", "reason": "外出。"}));
    let found = |query: &str| listed(&office, "appointments", query);
    let all = found("limit=10");
    assert_eq!((all.len(), &all[2]), (3, &missed));
    let anonymous = office.get(&format!("/v1/appointments/{other}")).good();
    assert_eq!(
        (&anonymous["visitor"], &anonymous["cancelled"]["by"]),
        (&json!({"anonymous": true}), &json!("delegate"))
    );
    assert_eq!(found(&format!("grid_id={}", office.grid)), [plain.as_str(), &missed]);
    assert_eq!(found(&format!("delegate_id={}", office.delegate)), [missed.as_str()]);
    assert_eq!(found(&format!("delegate_id={}", office.other_delegate)), [other.as_str()]);
    assert_eq!(found(&format!("to={}", today() - Days::new(1))), [missed.as_str()]);
    assert_eq!(found("state=requested"), [plain.as_str()]);
    assert_eq!(found("state=scheduled,requested"), [plain.as_str(), &missed]);
    assert_eq!(found("overdue=true"), [missed.as_str()]);
    assert_eq!(found("overdue=false&state=requested"), [plain.as_str()]);
    assert_eq!(office.get(&format!("/v1/appointments/{missed}")).good()["overdue"], true);
    is_a_table(&office, "appointments", "预约编号,版本,网格编号,", 3, "欧阳");
    for (query, name, code) in [
        ("state=lost", "state", "invalid_value"),
        ("overdue=perhaps", "overdue", "invalid_value"),
        ("overdue=true&state=kept", "overdue", "bad_parameter"),
    ] {
        let refused = office.get(&format!("/v1/appointments?{query}")).problem(400, "bad_parameter");
        refused.at(&format!("/query/{name}"), code);
    }
    office.get("/v1/appointments?kind=visit").problem(400, "unknown_parameter");
    // Its day has come: it is kept late, or called off; it is not moved.
    let moved = agreement(&office, today() + Days::new(3));
    refuses(&office, &missed, "schedule", &moved, 409, "appointment_over").clause("C-3.1");
    office.post("/v1/receptions", &visit(&office, &missed, &[])).created();
    assert!(found("overdue=true").is_empty());
    assert_eq!(found("state=kept"), [missed.as_str()]);
}

#[test]
fn a_request_that_does_not_fit_is_told_what_is_wrong() {
    let office = Office::open();
    let refused = |name: &str, value: Value, code: &str| {
        let mut body = request(&office);
        body[name] = value;
        office.refuses_command("/v1/appointments", &body, 422, code).at(&format!("/{name}"), code)
    };
    for name in ["grid_id", "unit_id", "delegate_id"] {
        refused(name, json!(NOBODY), "unknown_id");
    }
    refused("unit_id", json!(elsewhere(&office).1), "unit_not_in_grid").clause("C-1");
    refused("delegate_id", json!(gone(&office)), "delegate_without_mandate").clause("C-1");
    refused("occurred_at", json!(instant(now() + TimeDelta::hours(1))), "in_the_future");
    refused("text", json!(" "), "missing");
    refused("place", json!("家"), "unknown_field");
    let mut old = request(&office);
    (old["occurred_at"], old["delegate_id"], old["unit_id"]) =
        (json!("2023-11-30T10:00:00+08:00"), json!(office.delegate), json!(NOBODY));
    let told = office.refuses_command("/v1/appointments", &old, 422, "invalid_body").faults(3);
    told.at("/occurred_at", "before_programme")
        .at("/delegate_id", "delegate_without_mandate")
        .at("/unit_id", "unknown_id");
    office.refuses(&office.command("/v1/appointments", &request(&office)).at_version(1), 412, "stale_version");
}

#[test]
fn what_is_agreed_fits_the_delegate_the_day_and_what_came_before() {
    let office = Office::open();
    let appointment = requested(&office, &request(&office));
    let no = |fact: &str, body: &Value, status, code: &str| refuses(&office, &appointment, fact, body, status, code);
    let agreed = |name: &str, value: Value| {
        let mut body = agreement(&office, today() + Days::new(5));
        body[name] = value;
        body
    };
    let schedule = |name: &str, value: Value, code: &str| {
        no("schedule", &agreed(name, value), 422, code).at(&format!("/{name}"), code)
    };
    schedule("delegate_id", json!(NOBODY), "unknown_id");
    let gone = gone(&office);
    schedule("delegate_id", json!(gone), "delegate_without_mandate").clause("C-1");
    schedule("scheduled_on", json!(today() - Days::new(1)), "not_later").clause("C-3.1");
    schedule("scheduled_on", json!("2101-01-01"), "due_too_far").clause("C-3.1");
    schedule("from", json!("25:00"), "invalid_value");
    schedule("occurred_at", json!(instant(now() - TimeDelta::hours(1))), "before_previous");
    let contact = |channel: &str, hours: i64| json!({"channel": channel, "occurred_at": instant(now() - TimeDelta::hours(hours))});
    no("contacts", &contact("phone", 1), 422, "before_previous").at("/occurred_at", "before_previous");
    no("contacts", &contact("pigeon", 0), 422, "invalid_value").at("/channel", "invalid_value");
    let cancel = json!({"by": "visitor", "reason": "已解决。", "occurred_at": instant(now() - TimeDelta::hours(1))});
    no("cancellation", &cancel, 422, "before_previous").at("/occurred_at", "before_previous");
    no("cancellation", &json!({"by": "nobody", "reason": "x"}), 422, "invalid_value").at("/by", "invalid_value");
    no("cancellation", &json!({"by": "visitor"}), 422, "missing").at("/reason", "missing");
    // The body first, all of it; then whether there is such a thing.
    let future = instant(now() + TimeDelta::hours(1));
    let faulty = json!({"delegate_id": gone, "scheduled_on": today() - Days::new(1), "from": 7, "occurred_at": future});
    let faults = [
        ("/delegate_id", "delegate_without_mandate"),
        ("/scheduled_on", "not_later"),
        ("/from", "wrong_type"),
        ("/occurred_at", "in_the_future"),
    ];
    told_first(&office, "appointments", &appointment, "schedule", &faulty, &faults);
    let faulty = json!({"channel": "pigeon", "occurred_at": future});
    let faults = [("/channel", "invalid_value"), ("/occurred_at", "in_the_future")];
    told_first(&office, "appointments", &appointment, "contacts", &faulty, &faults);
    let faulty = json!({"reason": " ", "occurred_at": future});
    let faults = [("/by", "missing"), ("/reason", "missing"), ("/occurred_at", "in_the_future")];
    told_first(&office, "appointments", &appointment, "cancellation", &faulty, &faults);
    then_looked_up(&office, "appointments", &appointment, "contacts", &json!({"channel": "phone"}));
    then_looked_up(&office, "appointments", &appointment, "schedule", &agreement(&office, today()));
    then_looked_up(
        &office,
        "appointments",
        &appointment,
        "cancellation",
        &json!({"by": "visitor", "reason": "已解决。"}),
    );
    for path in [format!("/v1/appointments/{NOBODY}"), format!("/v1/appointments/{NOBODY}/events")] {
        office.refuses_question(&path, 404, "not_found");
    }

    let same = agreement(&office, today() + Days::new(5));
    does(&office, &appointment, "schedule", &same);
    no("schedule", &same, 409, "already_scheduled").clause("C-3.1");
    // At another place, or hour, it is another agreement; for today it cannot be moved any more.
    does(&office, &appointment, "schedule", &agreed("place", json!("村委会")));
    does(&office, &appointment, "schedule", &agreed("from", json!("15:00")));
    does(&office, &appointment, "schedule", &agreement(&office, today()));
    no("schedule", &same, 409, "appointment_over").clause("C-3.1");
}

#[test]
fn an_appointment_is_called_off_once() {
    let office = Office::open();
    let cancel = |by: &str| json!({"by": by, "reason": "改日再说。"});
    let by_visitor = requested(&office, &request(&office));
    let told = does(&office, &by_visitor, "cancellation", &cancel("visitor"));
    assert_eq!(
        (&told["state"], &told["cancelled"]["by"], &told["cancelled"]["reason"]),
        (&json!("cancelled"), &json!("visitor"), &json!("改日再说。"))
    );
    refuses(&office, &by_visitor, "cancellation", &cancel("delegate"), 409, "already_cancelled").clause("C-3.1");
    refuses(&office, &by_visitor, "contacts", &json!({"channel": "phone"}), 409, "wrong_state").clause("C-3.1");
    // What the delegate called off is still to be told.
    let by_delegate = requested(&office, &request(&office));
    does(&office, &by_delegate, "schedule", &agreement(&office, today() + Days::new(2)));
    does(&office, &by_delegate, "cancellation", &cancel("delegate"));
    let told = does(&office, &by_delegate, "contacts", &json!({"channel": "phone", "text": "临时有会，改约。"}));
    assert_eq!((&told["state"], told["contacts"].as_array().unwrap().len()), (&json!("cancelled"), 1));
    for appointment in [&by_visitor, &by_delegate] {
        let again = agreement(&office, today() + Days::new(3));
        refuses(&office, appointment, "schedule", &again, 409, "wrong_state").clause("C-3.1");
        let visit = visit(&office, appointment, &[]);
        office.refuses_command("/v1/receptions", &visit, 409, "wrong_state").at("/appointment_id", "wrong_state");
    }
}

#[test]
fn a_visit_keeps_an_appointment_of_its_grid_and_delegate() {
    let office = Office::open();
    let appointment = requested(&office, &request(&office));
    let refused = |body: &Value, status, code: &str, pointer: &str| {
        office.refuses_command("/v1/receptions", body, status, code).at(pointer, code)
    };
    let fits = visit(&office, &appointment, &[]);
    refused(&fits, 409, "wrong_state", "/appointment_id").clause("C-3.1");
    does(&office, &appointment, "schedule", &agreement(&office, today()));
    let with = |name: &str, value: Value| {
        let mut body = visit(&office, &appointment, &[]);
        body[name] = value;
        body
    };
    refused(&with("appointment_id", json!(NOBODY)), 422, "unknown_id", "/appointment_id");
    for form in ["walk_in", "group_visit", "themed_visit"] {
        refused(&with("form", json!(form)), 422, "field_unexpected", "/appointment_id").clause("C-3.1");
    }
    let hearing = office.refuses_command("/v1/receptions", &with("form", json!("hearing")), 422, "invalid_body");
    hearing.at("/appointment_id", "field_unexpected").at("/form", "context_missing");
    refused(&with("grid_id", json!(elsewhere(&office).0)), 422, "grid_not_there", "/grid_id").clause("C-3.1");
    let another = json!([{"delegate_id": office.other_delegate}]);
    refused(&with("delegates", another.clone()), 422, "delegate_not_there", "/delegates").clause("C-3.1");
    let before = json!(instant(now() - TimeDelta::hours(1)));
    refused(&with("held_at", before.clone()), 422, "before_previous", "/held_at");
    let mut wrong = with("held_at", before);
    (wrong["delegates"], wrong["grid_id"]) = (another, json!(elsewhere(&office).0));
    let told = office.refuses_command("/v1/receptions", &wrong, 422, "invalid_body").faults(3);
    told.at("/held_at", "before_previous").at("/delegates", "delegate_not_there").at("/grid_id", "grid_not_there");
    // It belongs to a session or to an appointment.
    let session = json!({"grid_id": office.grid, "held_on": today(), "reason": "补开一场。"});
    let session = id(&office.post("/v1/sessions", &session).created()["session"]);
    refused(&with("session_id", json!(session)), 422, "field_unexpected", "/appointment_id").clause("C-3.1");
    assert_eq!(office.get(&format!("/v1/appointments/{appointment}")).good()["state"], "scheduled");

    let kept = office
        .post(
            "/v1/receptions",
            &with("delegates", json!([{"delegate_id": office.other_delegate}, {"delegate_id": office.delegate}])),
        )
        .created();
    let corrections = format!("/v1/receptions/{}/corrections", id(&kept["reception"]));
    let form = json!({"event_version": 1, "pointer": "/public/form", "value": "group_visit", "reason": "登记有误。"});
    office.refuses_command(&corrections, &form, 422, "field_unexpected").at("/value", "field_unexpected");
}

#[test]
fn two_who_keep_the_same_appointment_at_once_keep_it_once() {
    let office = Office::open();
    let appointment = requested(&office, &request(&office));
    does(&office, &appointment, "schedule", &agreement(&office, today()));
    let body = visit(&office, &appointment, &["加装电梯"]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let visits: Vec<_> = (0..4).map(|_| scope.spawn(|| office.post("/v1/receptions", &body).status)).collect();
        visits.into_iter().map(|visit| visit.join().unwrap()).collect()
    });
    let count = |status: u16| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(201), count(409)), (1, 3), "{statuses:?}");
    assert_eq!(listed(&office, "receptions", &format!("appointment_id={appointment}")).len(), 1);
}

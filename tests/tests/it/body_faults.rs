//! Every fault of a body that needs no state of the thing itself comes in one answer, before existence, version and
//! rules are looked at: shape, ids that nothing has, mandates, topics, times in the future, members that belong together.

use crate::harness::{NOBODY, Office, demand, instant, now, today};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

/// The answer is 422 with exactly these faults, pointer and code, in whatever order.
#[track_caller]
fn told(answer: crate::harness::Answer, expected: &[(&str, &str)]) {
    assert_eq!(answer.status, 422, "{}", answer.text());
    let problem = answer.json();
    let mut faults: Vec<(String, String)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned()))
        .collect();
    faults.sort();
    let mut expected: Vec<_> = expected.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
    expected.sort();
    assert_eq!(faults, expected, "{problem}");
}

#[test]
fn a_reception_hears_of_all_its_faults_at_once() {
    let office = Office::open();
    let long = "字".repeat(201);
    let body = json!({
        "grid_id": office.grid, "unit_id": NOBODY, "form": "stroll", "held_at": instant(now() + TimeDelta::days(40)),
        "delegates": [{"delegate_id": NOBODY}, {"delegate_id": "x"}],
        "visitors": [{"name": "王小明"}, {"name": 3}],
        "issues": [
            {"kind": "demand", "topic": "nothing", "subject": long, "text": "灯不亮", "visitor": 3},
            {"kind": "demand", "topic": "nothing", "subject": "灯", "text": "灯不亮", "colour": "red"},
        ],
    });
    told(
        office.post("/v1/receptions", &body),
        &[
            ("/unit_id", "unknown_id"),
            ("/form", "invalid_value"),
            ("/held_at", "in_the_future"),
            ("/delegates/0/delegate_id", "unknown_id"),
            ("/delegates/1/delegate_id", "invalid_value"),
            ("/visitors/1/name", "wrong_type"),
            ("/issues/0/topic", "unknown_topic"),
            ("/issues/0/subject", "too_long"),
            ("/issues/0/visitor", "invalid_value"),
            ("/issues/1/topic", "unknown_topic"),
            ("/issues/1/colour", "unknown_field"),
        ],
    );
    // A faulty form hides neither an empty list nor a day before the programme.
    let mut body = office.reception(now(), &[demand("灯")]);
    (body["form"], body["delegates"], body["held_at"]) = (json!("x"), json!([]), json!("2023-11-30T14:00:00+08:00"));
    told(
        office.post("/v1/receptions", &body),
        &[("/form", "invalid_value"), ("/delegates", "no_delegate"), ("/held_at", "before_programme")],
    );
}

#[test]
fn an_answer_hears_of_all_its_faults_at_once() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let future = instant(now() + TimeDelta::days(1));
    let body = json!({"outcome": "planned", "channel": "oral", "text": "答", "evidence": {"kind": "delivery_receipt"},
        "delivered_at": future, "answered_by": NOBODY, "colour": 1});
    let expected = [
        ("/commitment_on", "commitment_missing"),
        ("/evidence/kind", "evidence_missing"),
        ("/delivered_at", "in_the_future"),
        ("/answered_by", "unknown_id"),
        ("/colour", "unknown_field"),
    ];
    told(office.does(&issue, "answers", &body), &expected);
    // The same of a thing that does not exist and under a stale version: the body comes first.
    told(office.does(NOBODY, "answers", &body), &expected);
    told(office.command(&format!("/v1/issues/{issue}/answers"), &body).at_version(9).send(), &expected);
    let declined = json!({"outcome": "declined", "channel": "written", "text": "答", "evidence": {"kind": "witness"},
        "delivered_at": instant(now()), "commitment_on": today()});
    told(
        office.does(&issue, "answers", &declined),
        &[
            ("/commitment_on", "commitment_unexpected"),
            ("/basis", "basis_missing"),
            ("/evidence/kind", "evidence_missing"),
        ],
    );
}

#[test]
fn claimed_times_come_before_existence_version_and_rules() {
    let office = Office::open();
    let registered = office.raises("一");
    let future = instant(now() + TimeDelta::days(30));
    let past = today() - Days::new(30);
    let at_future = json!({"occurred_at": future});
    let cases: [(&str, Value, &str, &str); 9] = [
        ("resumptions", at_future.clone(), "/occurred_at", "in_the_future"),
        ("taking", at_future.clone(), "/occurred_at", "in_the_future"),
        ("closing", at_future, "/occurred_at", "in_the_future"),
        (
            "suspensions",
            json!({"reason_code": "visitor_facts", "reason": "等", "until_on": past}),
            "/until_on",
            "not_later",
        ),
        (
            "interim-replies",
            json!({"text": "在办", "channel": "phone", "told_at": future, "next_word_on": today() + Days::new(40)}),
            "/told_at",
            "in_the_future",
        ),
        ("delivery-attempts", json!({"attempted_at": future, "channel": "phone"}), "/attempted_at", "in_the_future"),
        (
            "commitment-verifications",
            json!({"kept": true, "verified_on": today() + Days::new(1)}),
            "/verified_on",
            "in_the_future",
        ),
        (
            "handovers",
            json!({"to_delegate_id": NOBODY, "reason_code": "long_leave", "reason": "外出"}),
            "/to_delegate_id",
            "unknown_id",
        ),
        ("links", json!({"issue_id": NOBODY, "kind": "related"}), "/issue_id", "unknown_id"),
    ];
    for (fact, body, pointer, code) in &cases {
        for issue in [registered.as_str(), NOBODY] {
            let path = format!("/v1/issues/{issue}/{fact}");
            told(office.post(&path, body), &[(pointer, code)]);
            told(office.command(&path, body).at_version(9).send(), &[(pointer, code)]);
        }
    }
    // What the body names in the log is told with the rest of it.
    let join = json!({"level": "L9", "reason": "协调", "major_issue_id": NOBODY});
    told(office.does(NOBODY, "escalations", &join), &[("/level", "invalid_value"), ("/major_issue_id", "unknown_id")]);
    let triage = json!({"decision": "refer", "level": "L3", "occurred_at": future});
    told(
        office.handles(NOBODY, "triage", &triage),
        &[
            ("/reason", "reason_missing"),
            ("/level", "level_unexpected"),
            ("/statutory_channel", "channel_missing"),
            ("/occurred_at", "in_the_future"),
        ],
    );
    let assignment = json!({"lead_office_id": NOBODY, "support_office_ids": [NOBODY], "due_on": past});
    told(
        office.handles(NOBODY, "assignments", &assignment),
        &[("/lead_office_id", "unknown_id"), ("/support_office_ids/0", "unknown_id"), ("/due_on", "not_later")],
    );
}

/// A claim ahead of the server is a fault, and all else is judged as of now.
#[test]
fn a_time_in_the_future_hides_nothing() {
    let office = Office::open();
    let issue = office.raises("灯");
    let future = instant(now() + TimeDelta::days(40));
    let gone = office
        .post(
            "/v1/delegates",
            &json!({"name": "王离", "delegate_type": "party", "grid_id": office.grid, "from": "2024-01-01"}),
        )
        .created()["delegate"]["id"]
        .clone();
    let path = format!("/v1/delegates/{}/departures", gone.as_str().unwrap());
    office.post(&path, &json!({"on": today() - Days::new(2), "reason_code": "term_end"})).good();
    let mut reception = office.reception(now(), &[demand("灯")]);
    (reception["held_at"], reception["delegates"]) = (json!(future), json!([{"delegate_id": gone}]));
    let expected = [("/held_at", "in_the_future"), ("/delegates/0/delegate_id", "delegate_without_mandate")];
    told(office.post("/v1/receptions", &reception), &expected);
    let handover =
        json!({"to_delegate_id": gone, "reason_code": "long_leave", "reason": "外出", "occurred_at": future});
    let expected = [("/occurred_at", "in_the_future"), ("/to_delegate_id", "delegate_without_mandate")];
    told(office.does(&issue, "handovers", &handover), &expected);
    let interim = json!({"text": "在办", "channel": "phone", "told_at": future, "next_word_on": today()});
    let expected = [("/told_at", "in_the_future"), ("/next_word_on", "not_later")];
    told(office.does(&issue, "interim-replies", &interim), &expected);
    let mut planned = office.answer();
    (planned["outcome"], planned["delivered_at"]) = (json!("planned"), json!(future));
    planned["commitment_on"] = json!(today() - Days::new(1));
    let expected = [("/delivered_at", "in_the_future"), ("/commitment_on", "not_later")];
    told(office.does(&issue, "answers", &planned), &expected);
    let more = json!({"reason_code": "complex", "reason": "难", "new_due_on": today(), "occurred_at": future});
    told(office.does(&issue, "extensions", &more), &[("/occurred_at", "in_the_future"), ("/new_due_on", "not_later")]);
    let stop = json!({"reason_code": "visitor_facts", "reason": "等", "until_on": today() - Days::new(1), "occurred_at": future});
    told(office.does(&issue, "suspensions", &stop), &[("/occurred_at", "in_the_future"), ("/until_on", "not_later")]);
    let lead = office.registers_office("水务站", "department");
    let due = json!({"lead_office_id": lead, "due_on": today(), "occurred_at": future});
    told(office.handles(NOBODY, "assignments", &due), &[("/occurred_at", "in_the_future"), ("/due_on", "not_later")]);
}

/// Of a field that does not belong there nothing else is said.
#[test]
fn a_field_that_does_not_belong_is_told_once() {
    let office = Office::open();
    let issue = office.raises("灯");
    let returned = json!({"decision": "return", "reason": "不属重大", "level": "L9", "statutory_channel": "x"});
    let expected = [("/level", "level_unexpected"), ("/statutory_channel", "invalid_value")];
    told(office.handles(NOBODY, "triage", &returned), &expected);
    let refused = json!({"accepted": false, "reason": "不再受理", "level": "L9"});
    told(office.does(NOBODY, "reopenings/decision", &refused), &[("/level", "level_unexpected")]);
    let mut answer = office.answer();
    (answer["commitment_on"], answer["basis"]) = (json!("soon"), json!(""));
    let answered = office.does(&issue, "answers", &answer).problem(422, "invalid_body").json;
    let pointers: Vec<_> = answered["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
    assert_eq!(pointers.iter().filter(|pointer| **pointer == "/commitment_on").count(), 1, "{answered}");
}

#[test]
fn a_clock_a_little_fast_is_taken_as_now_and_one_far_ahead_is_told_the_servers_time() {
    let office = Office::open();
    let issue = office.raises("灯");
    let ahead = chrono::Utc::now() + TimeDelta::milliseconds(3_000);
    office.does(&issue, "taking", &json!({"occurred_at": ahead.to_rfc3339()})).good();
    let events = office.get(&format!("/v1/issues/{issue}/events")).good();
    let taken = &events["items"][1];
    assert!(taken["occurred_at"].as_str().unwrap() <= instant(now() + TimeDelta::seconds(1)).as_str(), "{taken}");
    let refused = office.post("/v1/receptions", &office.reception(now() + TimeDelta::minutes(5), &[demand("灯")]));
    let detail = refused.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(&today().to_string()) && detail.contains("+08:00"), "{detail}");
}

#[test]
fn nothing_is_claimed_of_before_1950_or_of_after_2100() {
    let office = Office::open();
    let office_of = |at: &str| json!({"name": "古所", "kind": "department", "occurred_at": at});
    told(office.post("/v1/offices", &office_of("0001-01-01T00:00:00+23:59")), &[("/occurred_at", "out_of_range")]);
    told(office.post("/v1/offices", &office_of("2101-01-01T00:00:00Z")), &[("/occurred_at", "out_of_range")]);
    let gone = json!({"on": "1949-12-31", "occurred_at": "0141-02-04T12:52:05Z", "reason_code": "death"});
    let path = format!("/v1/delegates/{}/departures", office.delegate);
    told(office.post(&path, &gone), &[("/on", "out_of_range"), ("/occurred_at", "out_of_range")]);
    // The first and the last instant are those of the town's days.
    let mut first = office_of("1950-01-01T00:00:00+08:00");
    first["name"] = json!("最早的所");
    office.post("/v1/offices", &first).created();
    told(office.post("/v1/offices", &office_of("1949-12-31T23:59:59+08:00")), &[("/occurred_at", "out_of_range")]);
    told(office.post("/v1/offices", &office_of("2101-01-01T00:00:00+08:00")), &[("/occurred_at", "out_of_range")]);
    // The range is told in the same words wherever a day stands.
    let mut document = office.get("/v1/policies").good()["items"][0]["document"].clone();
    (document["name"], document["effective_from"]) = (json!("早"), json!("1949-12-31"));
    let path = format!("/v1/delegates/{}/departures", office.delegate);
    let faults = [
        office.post("/v1/policies", &document),
        office.post(&path, &json!({"on": "1949-12-31", "reason_code": "death"})),
        office
            .call("POST", "/v1/roster-imports?delegate_type=party&source_date=1949-12-31")
            .body("text/csv", "x")
            .send(),
        office.get("/v1/issues?from=1949-12-31"),
    ];
    let words = faults.map(|answer| answer.json()["errors"][0]["detail"].clone());
    assert!(words.iter().all(|detail| detail == "须在 1950 年至 2100 年之间。"), "{words:?}");
    // Lower-case letters are letters; a second 60 is none.
    office.post("/v1/offices", &office_of("2024-01-01t00:00:00z")).created();
    told(office.post("/v1/offices", &office_of("2016-12-31T23:59:60Z")), &[("/occurred_at", "invalid_value")]);
}

#[test]
fn as_of_before_the_log_is_told_as_that() {
    let office = Office::open();
    let path = format!("/v1/grids/{}?as_of=", office.grid);
    office.get(&format!("{path}2020-01-01T00:00:00Z")).problem(400, "before_log");
    office.get(&format!("{path}2099-01-01T00:00:00Z")).problem(400, "bad_position");
    office.get(&format!("/v1/grids/{}?as_of_position=999999", office.grid)).problem(400, "bad_position");
}

#[test]
fn a_retry_written_anew_is_the_same_command() {
    let office = Office::empty();
    let send = |body: &str| office.call("POST", "/v1/offices").key("k-1").body("application/json", body).send();
    let first = send(r#"{"name":"甲办","kind":"department"}"#).created();
    let again = send("{ \"kind\": \"department\",\n  \"name\": \"\\u7532办\" }");
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", again.text());
    assert_eq!(again.json()["position"], first["position"]);
    send(r#"{"name":"乙办","kind":"department"}"#).problem(422, "idempotency_key_reused");
}

#[test]
fn an_account_of_several_roles_says_in_which_it_acts() {
    let office = Office::empty();
    let issued = office.post("/v1/tokens", &json!({"name": "两职", "roles": ["liaison", "delegate"]})).created();
    let bearer = format!("Bearer {}", issued["secret"].as_str().unwrap());
    // Who one is, is where one learns of the roles.
    let me = office.call("GET", "/v1/me").with("Authorization", &bearer);
    let told = me.clone().send().good();
    assert_eq!((&told["account"]["roles"], told.get("acting_as")), (&json!(["liaison", "delegate"]), None), "{told}");
    assert_eq!(me.clone().acting_as("liaison").send().good()["acting_as"], "liaison");
    me.acting_as("convener").send().problem(403, "forbidden");
    let call =
        office.command("/v1/offices", &json!({"name": "甲办", "kind": "department"})).with("Authorization", &bearer);
    let refused = call.clone().send();
    assert!(refused.text().contains("liaison") && refused.text().contains("delegate"), "{}", refused.text());
    refused.problem(400, "role_needed");
    let position = call.acting_as("delegate").send().created()["position"].as_u64().unwrap();
    let page = office.get(&format!("/v1/events?after={}&limit=1", position - 1)).good();
    assert_eq!(page["items"][0]["role"], "delegate");
}

#[test]
fn a_policy_keeps_the_zone_and_the_past() {
    let office = Office::empty();
    let shipped = office.get("/v1/policies").good()["items"][0]["document"].clone();
    let version = |name: &str, from: String| {
        let mut version = shipped.clone();
        (version["name"], version["effective_from"]) = (json!(name), json!(from));
        version
    };
    let mut far = version("东方", "2090-01-01".to_owned());
    far["time_zone"] = json!("Pacific/Kiritimati");
    told(office.post("/v1/policies", &far), &[("/time_zone", "time_zone_fixed")]);
    let yesterday = today() - Days::new(1);
    let past = version("昨日", yesterday.to_string());
    told(office.post("/v1/policies", &past), &[("/effective_from", "out_of_range")]);
    told(office.command("/v1/policies", &past).at_version(9).send(), &[("/effective_from", "out_of_range")]);
    // What is adopted for next year is not undone by what is adopted for today afterwards.
    let next = today() + Days::new(200);
    let later = office.post("/v1/policies", &version("明年", next.to_string())).created();
    assert_eq!((&later["shadows"], later.get("last_day")), (&json!([]), None));
    let now_on = office.post("/v1/policies", &version("今日", today().to_string())).created();
    assert_eq!(now_on["last_day"], (next - Days::new(1)).to_string());
    let again = office.post("/v1/policies", &version("明年二稿", next.to_string())).created();
    assert_eq!(again["shadows"][0]["position"], later["position"]);
    assert_eq!(again["shadows"].as_array().unwrap().len(), 1);
    let in_force: Vec<Value> = office.get("/v1/policies").good()["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|policy| policy["in_force"] == true)
        .cloned()
        .collect();
    assert_eq!((in_force.len(), &in_force[0]["position"]), (1, &now_on["position"]));
}

#[test]
fn a_policy_hears_of_shape_and_values_at_once() {
    let office = Office::empty();
    let mut document = office.get("/v1/policies").good()["items"][0]["document"].clone();
    document["name"] = json!("新版本");
    document["effective_from"] = json!(today() - Days::new(1));
    document["time_zone"] = json!("Nowhere/Land");
    document["answer"]["final_working_days"] = json!(0);
    document["answer"]["extensions_max"] = json!("two");
    document["suspension"]["days_max"] = json!(-1);
    document["lateness"]["colour"] = json!(1);
    document["topics"][1]["code"] = json!("Not plain");
    document["topics"][2]["zh"] = json!(7);
    document["supervision"]["circular_working_days_after_due"] = json!(1);
    document["service_day"].as_object_mut().unwrap().remove("from");
    let expected = [
        ("/effective_from", "out_of_range"),
        ("/time_zone", "unknown_time_zone"),
        ("/answer/final_working_days", "out_of_range"),
        ("/answer/extensions_max", "wrong_type"),
        ("/suspension/days_max", "invalid_value"),
        ("/lateness/colour", "unknown_field"),
        ("/topics/1/code", "invalid_value"),
        ("/topics/2/zh", "wrong_type"),
        ("/supervision/circular_working_days_after_due", "out_of_range"),
        ("/service_day/from", "missing"),
    ];
    told(office.post("/v1/policies", &document), &expected);
    told(office.command("/v1/policies", &document).at_version(9).send(), &expected);
    // Of what could not be read nothing else is said, and a range is told in the words that all ranges have.
    let mut document = office.get("/v1/policies").good()["items"][0]["document"].clone();
    document["answer"]["final_working_days"] = json!(251);
    let refused = office.command("/v1/policies", &document).with("Accept-Language", "en").send().json();
    let errors = refused["errors"].as_array().unwrap();
    let days = errors.iter().find(|fault| fault["pointer"] == "/answer/final_working_days").unwrap();
    assert_eq!(days["detail"], "Must be between 1 and 250.");
    let total = errors.iter().find(|fault| fault["pointer"] == "/answer/extension_total_working_days").unwrap();
    assert_eq!(total["detail"], "Must not be less than 251, the value of /answer/final_working_days.");
}

#[test]
fn a_calendar_hears_of_shape_and_values_at_once() {
    let office = Office::empty();
    let body = json!({
        "source": {"published_on": "2026-11-20"},
        "public_holidays": [{"date": "x", "name": "元旦"}, {"date": "2026-05-01", "name": "劳动节"}, 3,
            {"date": "2027-01-01", "name": ""}, {"date": "2027-01-01", "name": "元旦"}],
        "make_up_days": [{"date": "2027-02-22", "name": "春节", "colour": "red"}],
        "local_closures": {},
    });
    let expected = [
        ("/source/title", "missing"),
        ("/public_holidays/0/date", "invalid_value"),
        ("/public_holidays/1/date", "not_in_year"),
        ("/public_holidays/2", "wrong_type"),
        ("/public_holidays/3/name", "missing"),
        ("/public_holidays/4/date", "duplicate"),
        ("/make_up_days/0/colour", "unknown_field"),
        ("/make_up_days/0/date", "not_on_weekend"),
        ("/local_closures", "wrong_type"),
    ];
    told(office.post("/v1/calendars/2027", &body), &expected);
    told(office.command("/v1/calendars/2027", &body).at_version(9).send(), &expected);
    let far = office.command("/v1/calendars/1999", &json!({})).with("Accept-Language", "en").send().json();
    let year = far["errors"].as_array().unwrap().iter().find(|fault| fault["pointer"] == "/year").unwrap().clone();
    assert_eq!((&year["code"], &year["detail"]), (&json!("out_of_range"), &json!("Must be between 2000 and 2100.")));
}

#[test]
fn names_of_people_come_before_existence_version_and_rules() {
    let office = Office::open();
    let someone = |name: &str| json!({"name": name, "delegate_type": "party", "grid_id": NOBODY, "from": "2026-12-01"});
    told(office.post("/v1/delegates", &someone("无")), &[("/name", "not_a_name"), ("/grid_id", "unknown_id")]);
    told(
        office.post("/v1/delegates", &someone("张三、李四")),
        &[("/name", "several_names"), ("/grid_id", "unknown_id")],
    );
    let mut other = someone("王新");
    other["namesake_of"] = json!(office.delegate);
    told(office.post("/v1/delegates", &other), &[("/grid_id", "unknown_id"), ("/namesake_of", "not_a_namesake")]);
    let liaison = json!({"name": "待定", "from": "1900-01-01"});
    let expected = [("/name", "not_a_name"), ("/from", "out_of_range")];
    for grid in [office.grid.as_str(), NOBODY] {
        told(office.post(&format!("/v1/grids/{grid}/liaison"), &liaison), &expected);
        told(office.command(&format!("/v1/grids/{grid}/liaison"), &liaison).at_version(99).send(), &expected);
    }
    let token = json!({"name": "", "roles": ["liaison", "liaison"]});
    told(office.post("/v1/tokens", &token), &[("/name", "missing"), ("/roles", "duplicate")]);
    told(office.post("/v1/tokens", &json!({"roles": []})), &[("/name", "missing"), ("/roles", "no_role")]);
}

#[test]
fn values_of_a_correction_come_before_existence_and_version() {
    let office = Office::open();
    let issue = office.raises("灯");
    let future = instant(now() + TimeDelta::days(1));
    let cases: [(&str, Value, &str, &str); 12] = [
        ("/public/kind", json!("zzz"), "/value", "invalid_value"),
        ("/public/channel", json!("pigeon"), "/value", "invalid_value"),
        ("/public/topic", json!("nothing"), "/value", "unknown_topic"),
        ("/public/unit_id", json!(NOBODY), "/value", "unknown_id"),
        ("/public/unit_id", json!("x"), "/value", "invalid_value"),
        ("/public/responsible_delegate_id", json!(NOBODY), "/value", "unknown_id"),
        ("/public/commitment_on", json!("2101-01-01"), "/value", "out_of_range"),
        ("/public/visitor", json!("first"), "/value", "invalid_value"),
        ("/public/kept", json!(1), "/value", "invalid_value"),
        ("/occurred_at", json!(future), "/value", "in_the_future"),
        ("/personal/0/subject", json!("字".repeat(201)), "/value", "too_long"),
        ("/public/number", json!("2026-1"), "/pointer", "nothing_to_correct"),
    ];
    for (pointer, value, at, code) in cases {
        let body = json!({"event_version": 1, "pointer": pointer, "value": value, "occurred_at": future});
        let expected = [(at, code), ("/reason", "missing"), ("/occurred_at", "in_the_future")];
        for issue in [issue.as_str(), NOBODY] {
            told(office.does(issue, "corrections", &body), &expected);
            told(office.command(&format!("/v1/issues/{issue}/corrections"), &body).at_version(9).send(), &expected);
        }
    }
    let seat =
        json!({"event_version": 1, "pointer": "/public/delegates/0/delegate_id", "value": NOBODY, "reason": "误"});
    told(office.post(&format!("/v1/receptions/{NOBODY}/corrections"), &seat), &[("/value", "unknown_id")]);
    // A value that some event of the record may have is for the decision, which knows the event.
    let channel = json!({"event_version": 1, "pointer": "/public/channel", "value": "oral", "reason": "误"});
    office.does(NOBODY, "corrections", &channel).problem(404, "not_found");
    office.does(&issue, "corrections", &channel).problem(422, "nothing_to_correct");
}

#[test]
fn days_to_come_are_judged_before_existence_version_and_rules() {
    let office = Office::open();
    let issue = office.raises("灯");
    let planned = json!({"outcome": "planned", "channel": "oral", "text": "答", "delivered_at": instant(now()),
        "evidence": {"kind": "witness"}, "commitment_on": "2101-01-01"});
    let extension = |on: &str| json!({"reason_code": "complex", "reason": "难", "new_due_on": on});
    let suspension = |on: &str| json!({"reason_code": "visitor_facts", "reason": "等", "until_on": on});
    let mut backdated = suspension(&(today() - Days::new(1)).to_string());
    backdated["occurred_at"] = json!(instant(now() - TimeDelta::days(5)));
    let interim = json!({"text": "在办", "channel": "phone", "told_at": instant(now()), "next_word_on": "2101-01-01"});
    let cases = [
        ("answers", planned, "/commitment_on", "due_too_far"),
        ("interim-replies", interim, "/next_word_on", "due_too_far"),
        ("extensions", extension("2101-01-01"), "/new_due_on", "due_too_far"),
        ("extensions", extension(&(today() - Days::new(1)).to_string()), "/new_due_on", "not_later"),
        ("extensions", extension(&today().to_string()), "/new_due_on", "not_later"),
        ("suspensions", suspension("2101-01-01"), "/until_on", "due_too_far"),
        ("suspensions", backdated, "/until_on", "not_later"),
    ];
    for (fact, body, pointer, code) in cases {
        for issue in [issue.as_str(), NOBODY] {
            let path = format!("/v1/issues/{issue}/{fact}");
            told(office.post(&path, &body), &[(pointer, code)]);
            told(office.command(&path, &body).at_version(9).send(), &[(pointer, code)]);
        }
    }
    let lead = office.registers_office("水务站", "department");
    let assignment = json!({"lead_office_id": lead, "due_on": "2101-01-01"});
    told(office.handles(NOBODY, "assignments", &assignment), &[("/due_on", "due_too_far")]);
}

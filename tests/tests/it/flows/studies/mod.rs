//! Studies and inspections over HTTP: begun, finished in writing, filed with both offices, acknowledged, used, corrected, listed
//! (C-3.5).

mod record;

use super::undertakings::{elsewhere, gone, hearings_are_of_their_thing, is_a_table, listed, paper, photo};
use super::undertakings::{then_looked_up, told_first};
use crate::harness::http::Problem;
use crate::harness::{NOBODY, Office, WorkingDays, id, instant, now, today};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

/// A study of the office's grid and delegate, begun just now.
fn study(office: &Office) -> Value {
    json!({"kind": "study", "grid_id": office.grid, "topics": ["housing"], "lead_delegate_id": office.delegate,
        "held_at": instant(now()), "title": "老旧小区楼道照明"})
}

#[track_caller]
fn started(office: &Office, body: &Value) -> String {
    id(&office.post("/v1/studies", body).created()["study"])
}

#[track_caller]
fn does(office: &Office, study: &str, fact: &str, body: &Value) -> Value {
    office.post(&format!("/v1/studies/{study}/{fact}"), body).is(200).json()["study"].clone()
}

#[track_caller]
fn refuses(office: &Office, study: &str, fact: &str, body: &Value, status: u16, code: &str) -> Problem {
    office.refuses_command(&format!("/v1/studies/{study}/{fact}"), body, status, code)
}

/// The Party-delegate studio and the congress office.
fn both_offices(office: &Office) -> [String; 2] {
    [("党代表工作室", "party_studio"), ("人大办公室", "congress_office")]
        .map(|(name, kind)| office.registers_office(name, kind))
}

fn to(office: &str) -> Value {
    json!({"office_id": office})
}

#[test]
fn a_study_is_finished_filed_with_both_offices_and_closed() {
    let office = Office::open();
    let [studio, congress] = both_offices(&office);
    let mut body = study(&office);
    body["topics"] = json!(["housing", "environment"]);
    body["delegate_ids"] = json!([office.other_delegate]);
    body["text"] = json!("走访六个小区。");
    body["file_ids"] = json!([photo(&office)]);
    let answer = office.command("/v1/studies", &body).key("start").send();
    assert_eq!(answer.version(), 1);
    let begun = answer.clone().created();
    let study = id(&begun["study"]);
    assert_eq!(answer.header("location"), Some(format!("/v1/studies/{study}").as_str()));
    let again = office.command("/v1/studies", &body).key("start").send();
    assert_eq!(
        (again.header("idempotency-replayed"), again.json()["study"].clone()),
        (Some("true"), begun["study"].clone())
    );
    let shown = office.get(&format!("/v1/studies/{study}")).good();
    for name in
        ["kind", "grid_id", "topics", "lead_delegate_id", "delegate_ids", "held_at", "title", "text", "file_ids"]
    {
        assert_eq!(shown[name], body[name], "{name}: {shown:#}");
    }
    assert_eq!((&shown["state"], &shown["filed"], &shown["lacking"]), (&json!("started"), &json!(false), &json!([])));
    for absent in ["finished_at", "due_on", "filed_on", "completion_text", "corrected"] {
        assert_eq!(shown.get(absent), None, "{absent}");
    }

    let finished = does(
        &office,
        &study,
        "completion",
        &json!({"file_ids": [paper(&office), photo(&office)], "text": "报告一份。"}),
    );
    assert_eq!((&finished["state"], &finished["completion_text"]), (&json!("finished"), &json!("报告一份。")));
    assert_eq!(finished["due_on"], json!(WorkingDays::shipped().after(today(), 10)));
    assert_eq!(
        (&finished["filed"], &finished["lacking"]),
        (&json!(false), &json!(["party_studio", "congress_office"]))
    );
    assert_eq!(finished["file_ids"].as_array().unwrap().len(), 3);
    let sent = does(
        &office,
        &study,
        "submissions",
        &json!({"office_id": studio, "text": "附报告。", "file_ids": [paper(&office)]}),
    );
    assert_eq!(
        (&sent["state"], &sent["filed"], &sent["lacking"]),
        (&json!("finished"), &json!(false), &json!(["congress_office"]))
    );
    assert_eq!(
        (&sent["submissions"][0]["office_id"], &sent["submissions"][0]["text"]),
        (&json!(studio), &json!("附报告。"))
    );
    let before = office.head();
    let filed = does(&office, &study, "submissions", &to(&congress));
    assert_eq!(
        (&filed["state"], &filed["filed"], &filed["filed_on"]),
        (&json!("filed"), &json!(true), &json!(today()))
    );
    does(&office, &study, "acknowledgements", &to(&studio));
    let closed =
        does(&office, &study, "acknowledgements", &json!({"office_id": congress, "file_ids": [photo(&office)]}));
    assert_eq!((&closed["state"], closed["submissions"][1].get("acknowledged_at").is_some()), (&json!("closed"), true));
    // It may go to a further office of these kinds, and whoever decides may use it, as often as that happens.
    let second = office.registers_office("区党代表工作室", "party_studio");
    assert_eq!(does(&office, &study, "submissions", &to(&second))["state"], "closed");
    let unit = office.registers_office("房管所", "department");
    let used = |office_id: &str, what: &str| json!({"office_id": office_id, "use": what, "text": "列入实事项目。"});
    does(&office, &study, "uses", &used(&unit, "referenced"));
    let used = does(&office, &study, "uses", &used(&unit, "adopted"));
    let uses: Vec<_> = used["uses"].as_array().unwrap().iter().map(|one| (&one["use"], &one["text"])).collect();
    let text = json!("列入实事项目。");
    assert_eq!(uses, [(&json!("referenced"), &text), (&json!("adopted"), &text)]);
    let then = office.get(&format!("/v1/studies/{study}?as_of_position={before}")).good();
    assert_eq!((&then["state"], then["submissions"].as_array().unwrap().len()), (&json!("finished"), 1));
    let events = office.get(&format!("/v1/studies/{study}/events?limit=100")).good();
    let items = events["items"].as_array().unwrap();
    assert_eq!(
        (&items[0]["type"], &items[1]["type"], &items[8]["type"]),
        (&json!("study.started"), &json!("study.finished"), &json!("study.used"))
    );
    assert_eq!(items[8]["public"], json!({"office_id": unit, "use": "adopted"}));
    assert_eq!(items[0]["personal"], json!([{"title": "老旧小区楼道照明", "text": "走访六个小区。"}]));
}

#[test]
fn an_inspection_is_finished_when_it_is_recorded_and_goes_to_one_office() {
    let office = Office::open();
    let [_, congress] = both_offices(&office);
    let mut body = study(&office);
    body["kind"] = json!("inspection");
    body.as_object_mut().unwrap().remove("grid_id");
    let inspection = started(&office, &body);
    let shown = office.get(&format!("/v1/studies/{inspection}")).good();
    assert_eq!(
        (&shown["state"], shown.get("grid_id"), &shown["finished_at"]),
        (&json!("finished"), None, &body["held_at"])
    );
    assert_eq!(shown["due_on"], json!(WorkingDays::shipped().after(today(), 5)));
    assert_eq!(shown["lacking"], json!(["party_studio", "congress_office"]));
    let files = json!({"file_ids": [paper(&office)]});
    refuses(&office, &inspection, "completion", &files, 409, "already_finished").clause("C-3.5");
    let filed = does(&office, &inspection, "submissions", &to(&congress));
    assert_eq!((&filed["state"], &filed["filed"], &filed["lacking"]), (&json!("filed"), &json!(true), &json!([])));
    assert_eq!(does(&office, &inspection, "acknowledgements", &to(&congress))["state"], "closed");
    // It is of the whole town: people are heard for it in any grid.
    let mut heard = super::undertakings::hearing(&office, "study_id", &inspection, &[]);
    heard["grid_id"] = json!(elsewhere(&office).0);
    office.post("/v1/receptions", &heard).created();
}

#[test]
fn studies_are_found_by_what_they_are() {
    let office = Office::open();
    let [studio, _] = both_offices(&office);
    let mut older = study(&office);
    (older["kind"], older["held_at"]) = (json!("inspection"), json!(instant(now() - TimeDelta::days(20))));
    (older["lead_delegate_id"], older["delegate_ids"]) = (json!(office.other_delegate), json!([office.delegate]));
    let mut town = study(&office);
    town.as_object_mut().unwrap().remove("grid_id");
    town["lead_delegate_id"] = json!(office.other_delegate);
    town["held_at"] = json!(instant(now() - TimeDelta::days(8)));
    let [plain, older, town] = [study(&office), older, town].map(|body| started(&office, &body));
    does(&office, &older, "submissions", &to(&studio));
    let found = |query: &str| listed(&office, "studies", query);
    assert_eq!(found("limit=10"), [plain.as_str(), &town, &older]);
    assert_eq!(found(&format!("grid_id={}", office.grid)), [plain.as_str(), &older]);
    assert_eq!(found(&format!("delegate_id={}", office.delegate)), [plain.as_str(), &older]);
    assert_eq!(found(&format!("delegate_id={}&grid_id={}", office.other_delegate, office.grid)), [older.as_str()]);
    let (week, fortnight) = (today() - Days::new(7), today() - Days::new(14));
    assert_eq!(found(&format!("from={fortnight}&to={week}")), [town.as_str()]);
    assert_eq!(found("kind=inspection"), [older.as_str()]);
    assert_eq!(found("state=started"), [plain.as_str(), &town]);
    assert_eq!(found("filed=true"), [older.as_str()]);
    assert_eq!(found("filed=true&state=filed,started"), [older.as_str()]);
    assert_eq!(found("filed=false&kind=study"), [plain.as_str(), &town]);
    let page = office.get("/v1/studies?limit=1").good();
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(found(&format!("limit=1&cursor={next}")), [town.as_str()]);
    is_a_table(&office, "studies", "调研编号,版本,类别,", 3, "楼道照明");
    for (query, name, code) in [
        ("kind=survey", "kind", "invalid_value"),
        ("state=filed,lost", "state", "invalid_value"),
        ("filed=perhaps", "filed", "invalid_value"),
        ("filed=true&state=started,finished", "filed", "bad_parameter"),
    ] {
        let refused = office.get(&format!("/v1/studies?{query}")).problem(400, "bad_parameter");
        refused.at(&format!("/query/{name}"), code);
    }
    office.get("/v1/studies?overdue=true").problem(400, "unknown_parameter");
}

#[test]
fn a_study_that_does_not_fit_is_told_what_is_wrong() {
    let office = Office::open();
    let refused = |name: &str, value: Value, code: &str, at: &str| {
        let mut body = study(&office);
        body[name] = value;
        office.refuses_command("/v1/studies", &body, 422, code).at(&format!("/{name}{at}"), code)
    };
    let gone = gone(&office);
    for name in ["grid_id", "lead_delegate_id"] {
        refused(name, json!(NOBODY), "unknown_id", "");
    }
    refused("lead_delegate_id", json!(gone), "delegate_without_mandate", "").clause("C-1");
    refused("delegate_ids", json!([office.other_delegate, gone]), "delegate_without_mandate", "/1").clause("C-1");
    refused("delegate_ids", json!([NOBODY]), "unknown_id", "/0");
    refused("delegate_ids", json!([office.other_delegate, office.other_delegate]), "duplicate", "/1");
    refused("delegate_ids", json!([office.delegate]), "duplicate", "/0").clause("C-3.5");
    refused("delegate_ids", json!(vec![NOBODY; 100]), "too_many", "");
    refused("topics", json!([]), "missing", "");
    refused("topics", json!(["weather"]), "unknown_topic", "/0").clause("C-3.5");
    refused("topics", json!(["housing", "housing"]), "duplicate", "/1");
    refused("held_at", json!(instant(now() + TimeDelta::hours(1))), "in_the_future", "");
    refused("title", json!(""), "missing", "");
    let file = photo(&office);
    refused("file_ids", json!([file, NOBODY]), "unknown_id", "/1");
    refused("file_ids", json!([file, file]), "duplicate", "/1").clause("C-3.5");
    refused("file_ids", json!(vec![NOBODY; 21]), "too_many", "");
    let mut old = study(&office);
    (old["held_at"], old["topics"], old["grid_id"]) =
        (json!("2023-11-30T10:00:00+08:00"), json!(["weather"]), json!(NOBODY));
    let told = office.refuses_command("/v1/studies", &old, 422, "invalid_body").faults(4);
    told.at("/held_at", "before_programme")
        .at("/topics/0", "unknown_topic")
        .at("/grid_id", "unknown_id")
        .at("/lead_delegate_id", "delegate_without_mandate");
    office.refuses(&office.command("/v1/studies", &study(&office)).at_version(1), 412, "stale_version");
}

#[test]
fn a_study_is_finished_by_a_document_and_once() {
    let office = Office::open();
    let study = started(&office, &study(&office));
    let (document, picture) = (paper(&office), photo(&office));
    let with = |files: &[&str]| json!({"file_ids": files});
    let no = |body: &Value, status, code: &str| refuses(&office, &study, "completion", body, status, code);
    no(&with(&[]), 409, "evidence_missing").clause("C-3.5").at("/file_ids", "evidence_missing");
    no(&with(&[&picture]), 409, "evidence_missing").clause("C-3.5").at("/file_ids", "evidence_missing");
    no(&json!({}), 422, "missing").at("/file_ids", "missing");
    no(&with(&[&document, &document]), 422, "duplicate").clause("C-3.5").at("/file_ids/1", "duplicate");
    no(&with(&[NOBODY]), 422, "unknown_id").at("/file_ids/0", "unknown_id");
    no(&with(&[NOBODY; 21]), 422, "too_many").at("/file_ids", "too_many");
    let mut early = with(&[&document]);
    early["occurred_at"] = json!(instant(now() - TimeDelta::hours(1)));
    no(&early, 422, "before_previous").clause("C-3.5").at("/occurred_at", "before_previous");
    let future = json!({"file_ids": [NOBODY], "text": 7, "occurred_at": instant(now() + TimeDelta::hours(1))});
    let faults = [("/file_ids/0", "unknown_id"), ("/text", "wrong_type"), ("/occurred_at", "in_the_future")];
    told_first(&office, "studies", &study, "completion", &future, &faults);
    then_looked_up(&office, "studies", &study, "completion", &with(&[&document]));
    // Nothing of what follows can come first.
    let [studio, congress] = both_offices(&office);
    let used = json!({"office_id": studio, "use": "adopted", "text": "采纳。"});
    for (fact, body) in [("submissions", &to(&studio)), ("acknowledgements", &to(&studio)), ("uses", &used)] {
        refuses(&office, &study, fact, body, 409, "not_finished").clause("C-3.5");
    }
    does(&office, &study, "completion", &with(&[&picture, &document]));
    no(&with(&[&document]), 409, "already_finished").clause("C-3.5");
    let unsent = refuses(&office, &study, "acknowledgements", &to(&studio), 409, "not_submitted");
    unsent.clause("C-3.5").at("/office_id", "not_submitted");
    does(&office, &study, "submissions", &to(&studio));
    refuses(&office, &study, "submissions", &to(&studio), 409, "already_submitted")
        .at("/office_id", "already_submitted");
    refuses(&office, &study, "acknowledgements", &to(&congress), 409, "not_submitted");
    does(&office, &study, "acknowledgements", &to(&studio));
    let again = refuses(&office, &study, "acknowledgements", &to(&studio), 409, "already_acknowledged");
    again.clause("C-3.5").at("/office_id", "already_acknowledged");
}

#[test]
fn people_are_heard_for_a_study_by_those_who_take_part() {
    let office = Office::open();
    let study = started(&office, &study(&office));
    hearings_are_of_their_thing(&office, "study_id", &study, "C-3.5");
    // It cannot have begun after people were heard for it.
    let mut body = super::undertakings::hearing(&office, "study_id", &study, &[]);
    body["delegates"] = json!([{"delegate_id": office.other_delegate}]);
    office.refuses_command("/v1/receptions", &body, 422, "delegate_not_there");
}

//! Deeds over HTTP: pledged, heard about, completed or given up, corrected, listed (C-3.4).

use super::undertakings::{elsewhere, gone, hearings_are_of_their_thing, is_a_table, listed, paper, photo};
use super::undertakings::{then_looked_up, told_first};
use crate::harness::http::Problem;
use crate::harness::{NOBODY, Office, id, instant, now, today};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

/// A deed of the office's delegate, promised for ten days on.
fn pledge(office: &Office) -> Value {
    json!({"kind": "pledged_deed", "grid_id": office.grid, "owner_delegate_id": office.delegate,
        "promised_on": today() + Days::new(10), "title": "修好3号楼楼道灯"})
}

#[track_caller]
fn pledged(office: &Office, body: &Value) -> String {
    id(&office.post("/v1/deeds", body).created()["deed"])
}

#[track_caller]
fn does(office: &Office, deed: &str, fact: &str, body: &Value) -> Value {
    office.post(&format!("/v1/deeds/{deed}/{fact}"), body).is(200).json()["deed"].clone()
}

#[track_caller]
fn refuses(office: &Office, deed: &str, fact: &str, body: &Value, status: u16, code: &str) -> Problem {
    office.refuses_command(&format!("/v1/deeds/{deed}/{fact}"), body, status, code)
}

#[test]
fn a_deed_is_pledged_and_completed_with_what_shows_it() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let mut body = pledge(&office);
    body["unit_id"] = json!(office.unit);
    body["text"] = json!("更换全部声控灯。");
    body["beneficiaries"] = json!([{"name": "欧阳秀英", "phone": "13800001234"}, {"name": "王大年"}]);
    body["issue_ids"] = json!([issue]);
    let answer = office.command("/v1/deeds", &body).key("pledge").send();
    assert_eq!(answer.version(), 1);
    let begun = answer.clone().created();
    let deed = id(&begun["deed"]);
    assert_eq!(answer.header("location"), Some(format!("/v1/deeds/{deed}").as_str()));
    assert_eq!(begun["position"], office.head());
    let again = office.command("/v1/deeds", &body).key("pledge").send();
    assert_eq!(
        (again.header("idempotency-replayed"), again.json()["deed"].clone()),
        (Some("true"), begun["deed"].clone())
    );

    let shown = office.get(&format!("/v1/deeds/{deed}")).good();
    for name in ["kind", "grid_id", "unit_id", "owner_delegate_id", "promised_on", "title", "text", "issue_ids"] {
        assert_eq!(shown[name], body[name], "{name}: {shown:#}");
    }
    assert_eq!(shown["beneficiaries"], body["beneficiaries"]);
    assert_eq!(
        (&shown["state"], &shown["overdue"], &shown["beneficiary_count"]),
        (&json!("pledged"), &json!(false), &json!(2))
    );
    for absent in ["completed_at", "kept", "abandoned_at", "corrected", "correction_pending"] {
        assert_eq!(shown.get(absent), None, "{absent}");
    }
    let before = office.head();
    let files = json!([paper(&office), photo(&office)]);
    let done = does(&office, &deed, "completion", &json!({"file_ids": files, "text": "已全部更换。"}));
    assert_eq!(
        (&done["state"], &done["kept"], &done["completion_text"]),
        (&json!("completed"), &json!(true), &json!("已全部更换。"))
    );
    assert_eq!((&done["file_ids"], &done["version"]), (&files, &json!(2)));
    let then = office.get(&format!("/v1/deeds/{deed}?as_of_position={before}")).good();
    assert_eq!((&then["state"], then.get("kept"), &then["as_of_position"]), (&json!("pledged"), None, &json!(before)));
    // What it was and who it is for lies in boxes; the leaf has the facts.
    let events = office.get(&format!("/v1/deeds/{deed}/events")).good();
    let types: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["deed.pledged", "deed.completed"]);
    assert_eq!(events["items"][0]["personal"][0], json!({"title": "修好3号楼楼道灯", "text": "更换全部声控灯。"}));
    assert!(!events["items"][0]["public"].to_string().contains("欧阳"), "{events:#}");
    assert_eq!(events["items"][0]["clause"], "C-3.4");
}

#[test]
fn deeds_are_found_by_what_they_are() {
    let office = Office::open();
    let (elsewhere, _) = elsewhere(&office);
    let (mut late, mut other) = (pledge(&office), pledge(&office));
    (late["occurred_at"], late["promised_on"]) =
        (json!(instant(now() - TimeDelta::days(5))), json!(today() - Days::new(2)));
    (other["kind"], other["owner_delegate_id"], other["grid_id"]) =
        (json!("advice"), json!(office.other_delegate), json!(elsewhere));
    let [plain, late, other] = [pledge(&office), late, other].map(|body| pledged(&office, &body));
    does(&office, &other, "abandonment", &json!({"reason": "已由物业承担。"}));
    let found = |query: &str| listed(&office, "deeds", query);
    // Those promised for the latest day first, of one day in either order.
    let all = found("limit=10");
    assert_eq!((all.len(), &all[2]), (3, &late));
    assert_eq!(found(&format!("grid_id={}", office.grid)), [plain.as_str(), &late]);
    assert_eq!(found(&format!("delegate_id={}", office.other_delegate)), [other.as_str()]);
    assert!(found(&format!("delegate_id={}&grid_id={}", office.other_delegate, office.grid)).is_empty());
    assert_eq!(found(&format!("to={}", today())), [late.as_str()]);
    assert_eq!(found(&format!("from={}&kind=pledged_deed", today())), [plain.as_str()]);
    assert_eq!(found("state=abandoned"), [other.as_str()]);
    assert_eq!(found("state=pledged,completed"), [plain.as_str(), &late]);
    assert_eq!(found("overdue=true"), [late.as_str()]);
    assert_eq!(found("overdue=false&state=pledged"), [plain.as_str()]);
    let page = office.get("/v1/deeds?limit=2").good();
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(found(&format!("limit=2&cursor={next}")), [late.as_str()]);
    is_a_table(&office, "deeds", "实事编号,版本,服务方式,", 3, "楼道灯");
    for (query, name, code) in [
        ("kind=help", "kind", "invalid_value"),
        ("state=pledged,lost", "state", "invalid_value"),
        ("overdue=perhaps", "overdue", "invalid_value"),
        ("overdue=true&state=completed", "overdue", "bad_parameter"),
    ] {
        let refused = office.get(&format!("/v1/deeds?{query}")).problem(400, "bad_parameter");
        refused.at(&format!("/query/{name}"), code);
    }
    office.get("/v1/deeds?filed=true").problem(400, "unknown_parameter");
    office.get("/v1/deeds?as_of_position=1").problem(400, "as_of_not_supported");
    // Late and done is late.
    let done = does(&office, &late, "completion", &json!({"file_ids": [paper(&office)]}));
    assert_eq!((&done["kept"], &done["overdue"]), (&json!(false), &json!(false)));
    assert!(found("overdue=true").is_empty());
}

#[test]
fn a_pledge_that_does_not_fit_is_told_what_is_wrong() {
    let office = Office::open();
    let refused = |name: &str, value: Value, code: &str| {
        let mut body = pledge(&office);
        body[name] = value;
        let pointer = format!("/{name}");
        office.refuses_command("/v1/deeds", &body, 422, code).at(&pointer, code)
    };
    for name in ["grid_id", "unit_id", "owner_delegate_id"] {
        refused(name, json!(NOBODY), "unknown_id");
    }
    refused("unit_id", json!(elsewhere(&office).1), "unit_not_in_grid").clause("C-1");
    refused("owner_delegate_id", json!(gone(&office)), "delegate_without_mandate").clause("C-1");
    refused("promised_on", json!(today() - Days::new(1)), "not_later").clause("C-3.4");
    refused("promised_on", json!("2101-01-01"), "due_too_far").clause("C-3.4");
    refused("occurred_at", json!(instant(now() + TimeDelta::hours(1))), "in_the_future");
    refused("kind", json!("help"), "invalid_value");
    refused("title", json!("字".repeat(201)), "too_long");
    let issue = office.raises("灯");
    let listed = |ids: Value| {
        let mut body = pledge(&office);
        body["issue_ids"] = ids;
        body
    };
    let no = |ids: Value, code: &str| office.refuses_command("/v1/deeds", &listed(ids), 422, code);
    no(json!([issue, issue]), "duplicate").clause("C-3.4").at("/issue_ids/1", "duplicate");
    no(json!([issue, NOBODY]), "unknown_id").at("/issue_ids/1", "unknown_id");
    no(json!(vec![NOBODY; 21]), "too_many").at("/issue_ids", "too_many");
    let mut crowd = pledge(&office);
    crowd["beneficiaries"] = json!(vec![json!({}); 51]);
    office.refuses_command("/v1/deeds", &crowd, 422, "too_many").at("/beneficiaries", "too_many");
    // Before the programme nobody had a mandate either, and all of it is told at once.
    let mut old = pledge(&office);
    (old["occurred_at"], old["promised_on"], old["unit_id"]) =
        (json!("2023-11-30T10:00:00+08:00"), json!("2023-11-29"), json!(NOBODY));
    let told = office.refuses_command("/v1/deeds", &old, 422, "invalid_body").faults(4);
    told.at("/occurred_at", "before_programme")
        .at("/promised_on", "not_later")
        .at("/unit_id", "unknown_id")
        .at("/owner_delegate_id", "delegate_without_mandate");
    office.refuses(&office.command("/v1/deeds", &pledge(&office)).at_version(1), 412, "stale_version");
    office.post("/v1/deeds", &pledge(&office)).created();
}

#[test]
fn a_deed_ends_once_and_by_its_rules() {
    let office = Office::open();
    let deed = pledged(&office, &pledge(&office));
    let file = paper(&office);
    let complete = |files: &[&str]| json!({"file_ids": files});
    let no = |fact: &str, body: &Value, status, code: &str| refuses(&office, &deed, fact, body, status, code);
    // A rule says no to what has no evidence; what is wrong with the files is wrong with the body.
    no("completion", &complete(&[]), 409, "evidence_missing").clause("C-3.4").at("/file_ids", "evidence_missing");
    no("completion", &json!({}), 422, "missing").at("/file_ids", "missing");
    no("completion", &complete(&[&file, &file]), 422, "duplicate").clause("C-3.4").at("/file_ids/1", "duplicate");
    no("completion", &complete(&[&file, NOBODY]), 422, "unknown_id").at("/file_ids/1", "unknown_id");
    no("completion", &complete(&[NOBODY; 21]), 422, "too_many").at("/file_ids", "too_many");
    let mut early = complete(&[&file]);
    early["occurred_at"] = json!(instant(now() - TimeDelta::hours(1)));
    no("completion", &early, 422, "before_previous").at("/occurred_at", "before_previous");
    no("abandonment", &json!({"reason": " "}), 422, "missing").at("/reason", "missing");
    let mut early = json!({"reason": "不再需要。", "occurred_at": early["occurred_at"]});
    no("abandonment", &early, 422, "before_previous").at("/occurred_at", "before_previous");
    early["occurred_at"] = json!(instant(now() + TimeDelta::hours(1)));
    no("abandonment", &early, 422, "in_the_future").at("/occurred_at", "in_the_future");
    let faulty = json!({"file_ids": [NOBODY], "text": 7, "occurred_at": early["occurred_at"]});
    let faults = [("/file_ids/0", "unknown_id"), ("/text", "wrong_type"), ("/occurred_at", "in_the_future")];
    told_first(&office, "deeds", &deed, "completion", &faulty, &faults);
    told_first(&office, "deeds", &deed, "abandonment", &json!({}), &[("/reason", "missing")]);
    then_looked_up(&office, "deeds", &deed, "completion", &complete(&[&file]));
    then_looked_up(&office, "deeds", &deed, "abandonment", &json!({"reason": "不再需要。"}));

    does(&office, &deed, "completion", &complete(&[&file]));
    no("completion", &complete(&[&file]), 409, "already_completed").clause("C-3.4");
    no("abandonment", &json!({"reason": "不再需要。"}), 409, "wrong_state").clause("C-3.4");
    // Given up, it is over as well; paired support ends by either.
    let mut support = pledge(&office);
    support["kind"] = json!("paired_support");
    let deed = pledged(&office, &support);
    let given_up = does(&office, &deed, "abandonment", &json!({"reason": "对方已搬离。"}));
    assert_eq!((&given_up["state"], &given_up["abandonment_reason"]), (&json!("abandoned"), &json!("对方已搬离。")));
    refuses(&office, &deed, "abandonment", &json!({"reason": "再次。"}), 409, "already_abandoned").clause("C-3.4");
    refuses(&office, &deed, "completion", &complete(&[&file]), 409, "wrong_state").clause("C-3.4");
    for path in [format!("/v1/deeds/{NOBODY}"), format!("/v1/deeds/{NOBODY}/events")] {
        office.refuses_question(&path, 404, "not_found");
    }
}

#[test]
fn people_are_heard_at_a_deed_by_its_owner() {
    let office = Office::open();
    let deed = pledged(&office, &pledge(&office));
    hearings_are_of_their_thing(&office, "deed_id", &deed, "C-3.4");
    // Once people were heard by its owner, it has no other.
    let correction = json!({"event_version": 1, "pointer": "/public/owner_delegate_id", "value": office.other_delegate,
        "reason": "登记有误。"});
    refuses(&office, &deed, "corrections", &correction, 409, "contradicts_later_fact");
}

#[test]
fn the_record_of_a_deed_is_corrected_and_stays_readable() {
    let office = Office::open();
    let mut body = pledge(&office);
    body["beneficiaries"] = json!([{"name": "欧阳秀英", "phone": "13800001234"}]);
    let deed = pledged(&office, &body);
    let correct = |pointer: &str, value: Value| json!({"event_version": 1, "pointer": pointer, "value": value, "reason": "登记时写错。"});
    let no = |body: &Value, status, code: &str| refuses(&office, &deed, "corrections", body, status, code);
    let told = does(&office, &deed, "corrections", &correct("/personal/0/title", json!("修好3号楼全部楼道灯")));
    assert_eq!((&told["title"], &told["corrected"]), (&json!("修好3号楼全部楼道灯"), &json!(true)), "{told:#}");
    let told = does(&office, &deed, "corrections", &correct("/public/kind", json!("advice")));
    assert_eq!(told["kind"], "advice");
    let told = does(&office, &deed, "corrections", &correct("/personal/2/phone", json!("13900004321")));
    assert_eq!(told["beneficiaries"], json!([{"name": "欧阳秀英", "phone": "13900004321"}]));

    // What changes a date or a person waits.
    let day = today() + Days::new(20);
    let promised = correct("/public/promised_on", json!(day));
    let proposed = does(&office, &deed, "corrections", &promised);
    assert_eq!((&proposed["promised_on"], &proposed["correction_pending"]), (&body["promised_on"], &json!(true)));
    no(&promised, 409, "correction_pending");
    let decide = |approved: bool| json!({"event_version": 1, "approved": approved});
    refuses(&office, &deed, "corrections/decision", &decide(false), 422, "reason_missing")
        .at("/reason", "reason_missing");
    let decided = does(&office, &deed, "corrections/decision", &decide(true));
    assert_eq!((&decided["promised_on"], decided.get("correction_pending")), (&json!(day), None));
    refuses(&office, &deed, "corrections/decision", &decide(true), 409, "no_correction_pending");
    assert_eq!(listed(&office, "deeds", &format!("from={day}")), [deed.as_str()]);
    let owner = correct("/public/owner_delegate_id", json!(office.other_delegate));
    does(&office, &deed, "corrections", &owner);
    let kept = does(
        &office,
        &deed,
        "corrections/decision",
        &json!({"event_version": 1, "approved": false, "reason": "原记录无误。"}),
    );
    assert_eq!(kept["owner_delegate_id"], json!(office.delegate));
    does(&office, &deed, "corrections", &owner);
    let decided = does(&office, &deed, "corrections/decision", &decide(true));
    assert_eq!(decided["owner_delegate_id"], json!(office.other_delegate));
    assert_eq!(listed(&office, "deeds", &format!("delegate_id={}", office.other_delegate)), [deed.as_str()]);
    assert!(listed(&office, "deeds", &format!("delegate_id={}", office.delegate)).is_empty());

    no(&correct("/public/promised_on", json!(today() - Days::new(1))), 422, "not_later").at("/value", "not_later");
    no(&correct("/public/owner_delegate_id", json!(gone(&office))), 422, "delegate_without_mandate").clause("C-1");
    no(&correct("/public/unit_id", json!(elsewhere(&office).1)), 422, "unit_not_in_grid")
        .at("/value", "unit_not_in_grid");
    no(&correct("/public/grid_id", json!(NOBODY)), 422, "nothing_to_correct").at("/pointer", "nothing_to_correct");
    let mut later = correct("/public/kind", json!("advice"));
    later["event_version"] = json!(99);
    no(&later, 422, "nothing_to_correct").at("/event_version", "nothing_to_correct");
    let faults = [("/value", "unknown_id"), ("/reason", "missing")];
    let faulty = json!({"event_version": 1, "pointer": "/public/owner_delegate_id", "value": NOBODY});
    told_first(&office, "deeds", &deed, "corrections", &faulty, &faults);
    then_looked_up(&office, "deeds", &deed, "corrections", &correct("/public/kind", json!("volunteering")));
    then_looked_up(&office, "deeds", &deed, "corrections/decision", &decide(true));
    let history = office.get(&format!("/v1/deeds/{deed}/events")).good();
    let first = &history["items"][0];
    assert_eq!(
        (&first["public"]["kind"], &first["public"]["promised_on"]),
        (&json!("pledged_deed"), &body["promised_on"])
    );
    assert_eq!(first["corrections"].as_array().unwrap().len(), 5, "{first:#}");
}

//! What offices are sent and say of a study, held against the office and the time; and its record corrected.

use super::{both_offices, does, refuses, started, study, to};
use crate::flows::undertakings::{listed, paper, photo, then_looked_up, told_first};
use crate::harness::{NOBODY, Office, id, instant, now, today};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[test]
fn what_an_office_is_sent_and_says_fits_the_office_and_the_time() {
    let office = Office::open();
    let [studio, congress] = both_offices(&office);
    let other = office.registers_office("房管所", "department");
    let mut body = study(&office);
    (body["kind"], body["held_at"]) = (json!("inspection"), json!(instant(now() - TimeDelta::hours(2))));
    let study = started(&office, &body);
    let picture = photo(&office);
    let at = |office_id: &str, hours: i64| json!({"office_id": office_id, "occurred_at": instant(now() - TimeDelta::hours(hours))});
    for fact in ["submissions", "acknowledgements"] {
        let no = |body: &Value, status, code: &str| refuses(&office, &study, fact, body, status, code);
        no(&to(NOBODY), 422, "unknown_id").at("/office_id", "unknown_id");
        no(&to(&other), 422, "office_of_other_kind").clause("C-3.5").at("/office_id", "office_of_other_kind");
        no(&json!({}), 422, "missing").at("/office_id", "missing");
        let twice = json!({"office_id": studio, "file_ids": [picture, picture]});
        no(&twice, 422, "duplicate").clause("C-3.5").at("/file_ids/1", "duplicate");
        no(&json!({"office_id": studio, "file_ids": [NOBODY]}), 422, "unknown_id").at("/file_ids/0", "unknown_id");
        no(&json!({"office_id": studio, "file_ids": vec![NOBODY; 21]}), 422, "too_many").at("/file_ids", "too_many");
        no(&at(&studio, 3), 422, "before_previous").at("/occurred_at", "before_previous");
        let faulty =
            json!({"office_id": other, "file_ids": [NOBODY], "occurred_at": instant(now() + TimeDelta::hours(1))});
        let faults =
            [("/office_id", "office_of_other_kind"), ("/file_ids/0", "unknown_id"), ("/occurred_at", "in_the_future")];
        told_first(&office, "studies", &study, fact, &faulty, &faults);
        then_looked_up(&office, "studies", &study, fact, &to(&studio));
    }
    does(&office, &study, "submissions", &at(&studio, 1));
    // Acknowledged before it was sent; to an office of which nothing is known yet, before the inspection.
    let early = refuses(
        &office,
        &study,
        "acknowledgements",
        &json!({"office_id": studio, "occurred_at": body["held_at"]}),
        422,
        "before_previous",
    );
    early.at("/occurred_at", "before_previous");
    does(&office, &study, "acknowledgements", &to(&studio));
    does(&office, &study, "submissions", &to(&congress));

    let used = |office_id: &str, what: &str| json!({"office_id": office_id, "use": what, "text": "列入实事项目。"});
    let no = |body: &Value, status, code: &str| refuses(&office, &study, "uses", body, status, code);
    no(&used(NOBODY, "adopted"), 422, "unknown_id").at("/office_id", "unknown_id");
    no(&used(&other, "praised"), 422, "invalid_value").at("/use", "invalid_value");
    no(&json!({"office_id": other, "use": "adopted"}), 422, "missing").at("/text", "missing");
    let mut early = used(&other, "adopted");
    early["occurred_at"] = json!(instant(now() - TimeDelta::hours(3)));
    no(&early, 422, "before_previous").at("/occurred_at", "before_previous");
    let faulty = json!({"office_id": NOBODY, "use": "praised", "text": " ", "used_as": 1});
    let faults =
        [("/office_id", "unknown_id"), ("/use", "invalid_value"), ("/text", "missing"), ("/used_as", "unknown_field")];
    told_first(&office, "studies", &study, "uses", &faulty, &faults);
    then_looked_up(&office, "studies", &study, "uses", &used(&other, "adopted"));
    for path in [format!("/v1/studies/{NOBODY}"), format!("/v1/studies/{NOBODY}/events")] {
        office.refuses_question(&path, 404, "not_found");
    }
}

#[test]
fn the_record_of_a_study_is_corrected_and_stays_readable() {
    let office = Office::open();
    let [studio, _] = both_offices(&office);
    let mut body = study(&office);
    let begun = now() - TimeDelta::days(1);
    (body["held_at"], body["text"]) = (json!(instant(begun)), json!("走访六个小区。"));
    let study = started(&office, &body);
    does(&office, &study, "completion", &json!({"file_ids": [paper(&office)]}));
    does(&office, &study, "uses", &json!({"office_id": studio, "use": "referenced", "text": "参考。"}));
    let correct = |version: u64, pointer: &str, value: Value| json!({"event_version": version, "pointer": pointer, "value": value, "reason": "登记时写错。"});
    let no = |body: &Value, status, code: &str| refuses(&office, &study, "corrections", body, status, code);
    let told = does(&office, &study, "corrections", &correct(1, "/personal/0/title", json!("楼道照明与门禁")));
    assert_eq!((&told["title"], &told["corrected"]), (&json!("楼道照明与门禁"), &json!(true)), "{told:#}");
    let told = does(&office, &study, "corrections", &correct(3, "/personal/0/text", json!("作为参考。")));
    assert_eq!(told["uses"][0]["text"], "作为参考。");

    // A person, a time and an outcome wait.
    let lead = correct(1, "/public/lead_delegate_id", json!(office.other_delegate));
    let proposed = does(&office, &study, "corrections", &lead);
    assert_eq!(
        (&proposed["lead_delegate_id"], &proposed["correction_pending"]),
        (&json!(office.delegate), &json!(true))
    );
    no(&lead, 409, "correction_pending");
    let decide = |version: u64, approved: bool| json!({"event_version": version, "approved": approved});
    let undecided = refuses(&office, &study, "corrections/decision", &decide(1, false), 422, "reason_missing");
    undecided.at("/reason", "reason_missing");
    let decided = does(&office, &study, "corrections/decision", &decide(1, true));
    assert_eq!(
        (&decided["lead_delegate_id"], decided.get("correction_pending")),
        (&json!(office.other_delegate), None)
    );
    refuses(&office, &study, "corrections/decision", &decide(1, true), 409, "no_correction_pending");
    assert_eq!(listed(&office, "studies", &format!("delegate_id={}", office.other_delegate)), [study.as_str()]);
    assert!(listed(&office, "studies", &format!("delegate_id={}", office.delegate)).is_empty());
    does(&office, &study, "corrections", &correct(3, "/public/use", json!("adopted")));
    let decided = does(&office, &study, "corrections/decision", &decide(3, true));
    assert_eq!(decided["uses"][0]["use"], "adopted");
    let earlier = begun - TimeDelta::days(3);
    does(&office, &study, "corrections", &correct(1, "/occurred_at", json!(instant(earlier))));
    let kept = does(
        &office,
        &study,
        "corrections/decision",
        &json!({"event_version": 1, "approved": false, "reason": "原记录无误。"}),
    );
    assert_eq!(kept["held_at"], json!(instant(begun)));
    does(&office, &study, "corrections", &correct(1, "/occurred_at", json!(instant(earlier))));
    let decided = does(&office, &study, "corrections/decision", &decide(1, true));
    assert_eq!(decided["held_at"], json!(instant(earlier)));
    assert_eq!(listed(&office, "studies", &format!("to={}", earlier.date_naive())), [study.as_str()]);

    // A study that could not have come about is refused.
    no(&correct(1, "/occurred_at", json!(instant(now()))), 422, "out_of_range").at("/value", "out_of_range");
    let before = correct(2, "/occurred_at", json!(instant(earlier - TimeDelta::days(1))));
    no(&before, 409, "contradicts_later_fact").at("/value", "contradicts_later_fact");
    let newcomer = json!({"name": "王新", "delegate_type": "party", "grid_id": office.grid, "from": today()});
    let newcomer = id(&office.post("/v1/delegates", &newcomer).created()["delegate"]);
    no(&correct(1, "/public/lead_delegate_id", json!(newcomer)), 422, "delegate_without_mandate")
        .at("/value", "delegate_without_mandate");
    no(&correct(3, "/public/use", json!("praised")), 422, "invalid_value").at("/value", "invalid_value");
    no(&correct(1, "/public/grid_id", json!(NOBODY)), 422, "nothing_to_correct").at("/pointer", "nothing_to_correct");
    no(&correct(99, "/public/use", json!("adopted")), 422, "nothing_to_correct")
        .at("/event_version", "nothing_to_correct");
    let faulty = json!({"event_version": 1, "pointer": "/public/lead_delegate_id", "value": NOBODY});
    told_first(&office, "studies", &study, "corrections", &faulty, &[("/value", "unknown_id"), ("/reason", "missing")]);
    then_looked_up(&office, "studies", &study, "corrections", &correct(1, "/personal/0/text", json!("走访八个小区。")));
    then_looked_up(&office, "studies", &study, "corrections/decision", &decide(1, true));
    let history = office.get(&format!("/v1/studies/{study}/events?limit=100")).good();
    let first = &history["items"][0];
    assert_eq!(
        (&first["public"]["lead_delegate_id"], &first["personal"][0]["title"]),
        (&json!(office.delegate), &json!("老旧小区楼道照明"))
    );
    let corrected: Vec<_> = first["corrections"].as_array().unwrap().iter().map(|made| &made["pointer"]).collect();
    assert_eq!(corrected, ["/personal/0/title", "/public/lead_delegate_id", "/occurred_at"], "{first:#}");
}

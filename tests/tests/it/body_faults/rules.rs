//! Policies and calendars.

use super::told;
use crate::harness::{Office, today};
use chrono::Days;
use serde_json::{Value, json};

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

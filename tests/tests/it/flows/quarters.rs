//! What a quarter makes a grid owe, over HTTP and under a clock that is moved: what was not done is found, leads from the
//! ledger to the records, and stands late once it is made up for.

use crate::harness::{FakedClock, Office, Place, id, instant, now, text, today};
use chrono::{DateTime, Datelike as _, Days, Duration, FixedOffset, Months, NaiveDate};
use serde_json::{Value, json};
use std::sync::Arc;

/// The first day of the quarter after that of a day.
fn next_quarter(on: NaiveDate) -> NaiveDate {
    let first = on.with_day(1).unwrap();
    first + Months::new(3 - first.month0() % 3)
}

/// A day of the town, so many days after today, at this time.
fn at(days: i64) -> DateTime<FixedOffset> {
    now() + Duration::days(days)
}

/// The obligations of the grid that match, due first, as `code/part status`.
fn owed(office: &Office, query: &str) -> Vec<Value> {
    let list = format!("/v1/obligations?grid_id={}&{query}&at_least={}", office.grid, office.head());
    office.get(&list).good()["items"].as_array().unwrap().clone()
}

fn named(all: &[Value]) -> Vec<String> {
    let name = |one: &Value| {
        let part = one["part"].as_str().map(|part| format!("/{part}")).unwrap_or_default();
        format!("{}{part} {}", text(one, "/code"), text(one, "/status"))
    };
    let mut all: Vec<String> = all.iter().map(name).collect();
    all.sort();
    all
}

#[test]
fn what_a_quarter_asks_for_is_owed_found_and_made_up_for() {
    let Some(clock) = FakedClock::of("what a quarter asks for") else { return };
    let mut office = Office::at(Arc::new(Place::under(clock)));
    office.imports_roster().created();
    office.meets();
    office.registers_office("党代表工作室", "party_studio");
    office.registers_office("人大办公室", "congress_office");
    let codes = "code=O-10,O-11,O-12,O-13,O-21";
    let (first, begun_on) = (next_quarter(today()), today());
    let (period, after) = (format!("{}-Q{}", first.year(), first.month0() / 3 + 1), next_quarter(first));
    let in_days = |on: NaiveDate| (on - begun_on).num_days();

    // The quarter under way is not owed unless it began today: the clock came to know of it in its midst.
    let now_owed = owed(&office, codes);
    assert!(now_owed.is_empty() || now_owed.iter().all(|one| text(one, "/opens_on") == today().to_string()));

    // On its second day the next one is owed, and nothing else than what is said had to be recorded for that.
    let second = in_days(first) + 1;
    office.boots_on_day(second);
    let of_quarter =
        |all: Vec<Value>| all.into_iter().filter(|one| one["period"] == period.as_str()).collect::<Vec<_>>();
    let all = of_quarter(owed(&office, codes));
    assert_eq!(named(&all), ["O-10/held not_yet_due", "O-11 not_yet_due", "O-21 not_yet_due"], "{all:#?}");
    assert!(of_quarter(owed(&office, "sort=due")).iter().all(|one| one["code"] != "O-21"), "listed by its code alone");

    // A theme activity is held, of which nothing is kept and nothing reported; a meeting is called for the next day.
    let body = json!({"kind": "theme_activity", "grid_ids": [office.grid], "held_at": instant(at(second)),
        "delegates": [{"delegate_id": office.delegate}], "attendance": {"resident": 30}, "title": "走进社区",
        "mode": "centralised"});
    let activity = id(&office.post("/v1/activities", &body).created()["activity"]);
    let convening = json!({"grid_id": office.grid, "kind": "regular", "with_work_meeting": true,
        "scheduled_on": first + Days::new(2)});
    let meeting = id(&office.post("/v1/meetings", &convening).created()["meeting"]);
    let all = of_quarter(owed(&office, codes));
    assert_eq!(named(&all), ["O-10/held fulfilled", "O-11 not_yet_due", "O-21 not_yet_due"]);
    let before = office.head();

    // Ten days after its end.
    let later = in_days(after) + 10;
    office.boots_on_day(later);
    let all = of_quarter(owed(&office, codes));
    assert_eq!(named(&all), ["O-10/held fulfilled", "O-11 missing", "O-21 missing"]);
    let missing = all.iter().find(|one| one["code"] == "O-11").unwrap();
    assert_eq!((&missing["what"], &missing["tier"]), (&json!(["meeting_missing"]), &json!("advance")), "{missing:#}");
    assert_eq!(missing["about"], json!({"family": "area", "id": office.grid}));
    let of_activity = owed(&office, "code=O-10&status=missing");
    assert_eq!(named(&of_activity), ["O-10/evidence missing", "O-10/reports missing"]);
    assert!(of_activity.iter().all(|one| one["about"] == json!({"family": "activity", "id": activity})));
    assert_eq!(of_activity.iter().filter(|one| one["tier"] == "circular").count(), 2, "{of_activity:#?}");
    let found = office.get("/v1/events?type=obligation.breached&limit=1000").good();
    let of_meeting = |event: &&Value| event["public"]["code"] == "O-11" && event["area"] == office.grid.as_str();
    assert_eq!(found["items"].as_array().unwrap().iter().filter(of_meeting).count(), 1, "found once");

    // The ledger counts it, and leads to it; what is only counted is in no sum.
    let clause = |id: &str| office.get(&format!("/v1/clauses/{id}?grid_id={}", office.grid)).good();
    assert_eq!((&clause("C-4.3a")["missing"], &clause("C-4.2")["missing"]), (&json!(1), &json!(2)));
    let cases = clause("C-5.3");
    assert_eq!((&cases["missing"], &cases["by_code"][0]["missing"]), (&json!(0), &json!(1)), "{cases:#}");
    let page = office.get(&format!("/v1/clauses?format=html&grid_id={}", office.grid)).is(200).text().to_owned();
    assert!(
        page.contains(&format!("/v1/grids/{}", office.grid))
            && page.contains(&format!("/v1/activities/{activity}/events"))
    );

    // One obligation says by which records it stands so, also as it stood.
    let path = format!("/v1/obligations/{}", id(missing));
    let shown = office.get(&path).good();
    assert_eq!((&shown["status"], &shown["period"]), (&json!("missing"), &json!(period)), "{shown:#}");
    let then = office.get(&format!("{path}?as_of_position={before}")).good();
    assert_eq!(then["status"], "not_yet_due", "{then:#}");

    // The meeting was held after all, and is written down now: late, and the breach stays on record.
    let held = json!({"held_at": instant(at(second + 1)), "delegates": [{"delegate_id": office.delegate}],
        "attendance": {}});
    office.post(&format!("/v1/meetings/{meeting}/closing"), &held).good();
    let shown = office.get(&path).good();
    assert_eq!((&shown["status"], &shown["what"]), (&json!("late"), &json!(["meeting_missing"])), "{shown:#}");
    let types: Vec<&str> = shown["events"].as_array().unwrap().iter().map(|event| text(event, "/type")).collect();
    assert!(types.contains(&"meeting.closed") && types.contains(&"obligation.breached"), "{types:?}");
    let explained = office.post(&format!("{path}/explanations"), &json!({"text": "会后忘记登记。"})).good();
    assert_eq!(explained["obligation"]["explanation"], "pending");
}

//! Each kind from its holding to its being complete.

use super::*;
use crate::harness::{demand, text, today};
use chrono::Datelike as _;

/// The quarter of today, and one that it is not in.
fn quarters() -> [String; 2] {
    let quarter = today().month0() / 3 + 1;
    [format!("{}-Q{quarter}", today().year()), format!("{}-Q{quarter}", today().year() - 1)]
}

#[test]
fn a_theme_activity_is_kept_and_reported_until_nothing_is_lacking() {
    let office = Office::open();
    let (studio, congress) = (
        office.registers_office("党代表工作室", "party_studio"),
        office.registers_office("人大办公室", "congress_office"),
    );
    let body = activity(&office, "theme_activity");
    let held = office.command("/v1/activities", &body).with("Idempotency-Key", "held").send();
    let location = held.header("location").unwrap().to_owned();
    let held = held.is(201).json();
    let [this, other] = quarters();
    let shown = &held["activity"];
    assert_eq!((&shown["quarter"], &shown["title"], &shown["version"]), (&json!(this), &body["title"], &json!(1)));
    assert_eq!(shown["faults"], json!(["document_missing", "recording_missing", "office_missing"]));
    assert_eq!(shown["missing_offices"], json!(["party_studio", "congress_office"]));
    assert!(shown["reports_due_on"].as_str() > shown["held_at"].as_str().map(|at| &at[..10]));
    // Sent again it is the same one.
    let again = office.command("/v1/activities", &body).with("Idempotency-Key", "held").send();
    assert_eq!((again.header("location"), again.json()), (Some(location.as_str()), held.clone()));
    assert_eq!(office.get(&location).version(), 1);
    let before = office.head();

    assert_eq!(listed(&office, "fault=document_missing"), std::slice::from_ref(&location));
    let (paper, sound) = (document(&office), recording(&office));
    let evidence = format!("{location}/evidence");
    let attached = office.post(&evidence, &json!({"file_ids": [paper, sound]})).good();
    let kinds: Vec<_> = attached["activity"]["evidence"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, [&json!("document"), &json!("audio")]);
    assert_eq!(attached["activity"]["faults"], json!(["office_missing"]));
    assert!(listed(&office, "fault=document_missing").is_empty());
    assert_eq!(listed(&office, "kind=theme_activity&fault=office_missing"), std::slice::from_ref(&location));

    let submissions = format!("{location}/submissions");
    let sent = json!({"office_id": studio, "file_ids": [paper], "text": "附活动情况。"});
    let sent = office.post(&submissions, &sent).good();
    assert_eq!(sent["activity"]["missing_offices"], json!(["congress_office"]));
    assert_eq!(sent["activity"]["submissions"][0]["text"], "附活动情况。");
    let whole = office.post(&submissions, &json!({"office_id": congress})).good();
    assert_eq!((&whole["activity"]["faults"], &whole["activity"]["missing_offices"]), (&json!([]), &json!([])));
    let received = office.post(&format!("{location}/acknowledgements"), &json!({"office_id": studio})).good();
    assert!(received["activity"]["submissions"][0]["acknowledged_at"].is_string());
    assert!(received["activity"]["submissions"][1].get("acknowledged_at").is_none());

    // Lists find it by grid, delegate, day and quarter, and as a table.
    let mine = format!("grid_id={}&delegate_id={}&from={}&quarter={this}", office.grid, office.delegate, today());
    assert_eq!(listed(&office, &mine), std::slice::from_ref(&location));
    assert!(listed(&office, &format!("quarter={other}")).is_empty());
    assert!(listed(&office, &format!("quarter={this}&to={}", today() - chrono::Days::new(1))).is_empty());
    assert!(listed(&office, "kind=symposium").is_empty() && listed(&office, "fault=office_missing").is_empty());
    let csv = office.call("GET", "/v1/activities?format=csv").with("Accept-Language", "en").send().is(200).text();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("id,version,kind,grid_ids") && lines[1].contains("theme_activity"), "{csv}");
    assert!(!csv.contains("走进社区"), "{csv}");
    let xlsx = office.get("/v1/activities?format=xlsx").is(200);
    assert!(xlsx.body.starts_with(b"PK"));

    let events = office.get(&format!("{location}/events")).good();
    let types: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| text(event, "/type")).collect();
    let all = ["held", "evidence_attached", "submitted", "submitted", "acknowledged"];
    assert_eq!(types, all.map(|fact| format!("activity.{fact}")));
    let then = office.get(&format!("{location}?as_of_position={before}")).good();
    assert_eq!((&then["faults"], &then["evidence"]), (&shown["faults"], &json!([])));
}

#[test]
fn questions_left_open_become_issues_in_a_hearing_on_the_day() {
    let office = Office::open();
    let mut body = activity(&office, "outreach");
    body["questions"] = json!({"asked": 5, "answered": 3});
    body["office_ids"] = json!([office.registers_office("城建中心", "department")]);
    let outreach = holds(&office, &body);
    let shown = office.get(&outreach).good();
    assert_eq!(shown["questions"], json!({"asked": 5, "answered": 3, "open": 2}));
    assert_eq!((&shown["faults"], &shown["office_ids"]), (&json!(["questions_open"]), &body["office_ids"]));
    let check = |office: &Office, name: &str| {
        let clause = if name == "questions_open" { "C-3.2" } else { "C-3.3" };
        let clause = office.get(&format!("/v1/clauses/{clause}?at_least={}", office.head())).good();
        assert_eq!(clause["built"], true);
        let check = &clause["checks"][name];
        let list = office.get(text(check, "/list")).good();
        assert_eq!(check["n"], list["items"].as_array().unwrap().len(), "{clause:#}");
        check["n"].clone()
    };
    assert_eq!(check(&office, "questions_open"), 1);
    let heard =
        office.post("/v1/receptions", &hearing(&office, &outreach, &[demand("停车"), demand("路灯")])).created();
    assert_eq!(heard["reception"]["activity_id"], shown["id"]);
    let shown = office.get(&outreach).good();
    assert_eq!((&shown["faults"], &shown["questions"]["open"]), (&json!([]), &json!(0)));
    assert_eq!(shown["hearings"][0]["reception_id"], heard["reception"]["id"]);
    assert_eq!(shown["hearings"][0]["issue_ids"], heard["reception"]["issue_ids"]);
    assert_eq!(check(&office, "questions_open"), 0);
    let of_it = format!("/v1/receptions?activity_id={}&at_least={}", text(&shown, "/id"), office.head());
    assert_eq!(office.get(&of_it).good()["items"][0]["id"], heard["reception"]["id"]);
    // Each issue has its delegate and its day like any other.
    let issue = office.issue(&id(&heard["issues"][0]));
    assert_eq!(issue["responsible_delegate_id"], office.delegate);
    assert!(issue["answer_due_on"].is_string());

    let mut mute = activity(&office, "consultation");
    mute["briefings"] = json!(0);
    let mute = holds(&office, &mute);
    assert_eq!(faults(&office, &mute), json!(["no_briefing", "no_listening_record"]));
    assert_eq!((check(&office, "no_briefing"), check(&office, "no_listening_record")), (json!(1), json!(1)));
    // A hearing without issues is the listening record.
    office.post("/v1/receptions", &hearing(&office, &mute, &[])).created();
    assert_eq!(faults(&office, &mute), json!(["no_briefing"]));
    let facts = office.get("/v1/clauses/C-3.3").good()["facts"].clone();
    assert_eq!((&facts["activity.held"], &facts["activity.opinions_heard"]), (&json!(2), &json!(2)));
}

#[test]
fn a_symposium_has_every_class_once_its_numbers_are_right_and_improves_the_service() {
    let office = Office::open();
    let symposium = kind_of(&office, "symposium");
    let shown = office.get(&symposium).good();
    assert_eq!(
        (&shown["faults"], &shown["missing_classes"]),
        (&json!(["class_missing"]), &json!(["mass_organisation"]))
    );
    let half = if today().month() <= 6 { "H1" } else { "H2" };
    assert_eq!(shown["half_year"], format!("{}-{half}", today().year()));
    let correction = |pointer: &str, value: Value| json!({"event_version": 1, "pointer": pointer, "value": value, "reason": "登记时漏写。"});
    let path = format!("{symposium}/corrections");
    let class = "/public/attendance/mass_organisation";
    let proposed = office.post(&path, &correction(class, json!(2))).good();
    assert_eq!(
        (&proposed["activity"]["correction_pending"], &proposed["activity"]["faults"]),
        (&json!(true), &json!(["class_missing"]))
    );
    office.refuses_command(&path, &correction("/public/attendance/resident", json!(1)), 409, "correction_pending");
    let decided = office.post(&format!("{path}/decision"), &json!({"event_version": 1, "approved": true})).good();
    assert_eq!(
        (&decided["activity"]["faults"], &decided["activity"]["attendance"]["mass_organisation"]),
        (&json!([]), &json!(2))
    );
    assert!(listed(&office, "fault=class_missing").is_empty());
    let titled = office.post(&path, &correction("/personal/0/title", json!("半年座谈会"))).good();
    assert_eq!((&titled["activity"]["title"], &titled["activity"]["corrected"]), (&json!("半年座谈会"), &json!(true)));
    let moved = office.post(&path, &correction("/public/unit_id", json!(office.unit))).good();
    assert_eq!(moved["activity"]["unit_id"], office.unit);
    office.refuses_command(&path, &correction("/public/kind", json!("outreach")), 422, "nothing_to_correct");
    office.refuses_command(&path, &correction(class, json!(100_001)), 422, "out_of_range").clause("C-4.3b");

    let improvements = format!("{symposium}/improvements");
    let adopted = office.post(&improvements, &json!({"text": "增设无障碍通道。", "by_on": today()})).good();
    let improvement = &adopted["activity"]["improvements"][0];
    assert_eq!((&improvement["text"], &improvement["by_on"]), (&json!("增设无障碍通道。"), &json!(today())));
    let completion = format!("{improvements}/{}/completion", id(improvement));
    let completed = office.post(&completion, &json!({"text": "已建成。"})).good();
    let improvement = &completed["activity"]["improvements"][0];
    assert!(improvement["completed_at"].is_string());
    assert_eq!(improvement["completion_text"], "已建成。");
    office.refuses_command(&completion, &json!({}), 409, "already_completed").clause("C-4.3b");
}

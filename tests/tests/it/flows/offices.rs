//! The programme, who holds a grid's offices and when nobody does, where it sits, and what a leaver hands over.

use crate::harness::{NOBODY, Office, demand, id, instant, now, today};
use chrono::Days;
use serde_json::{Value, json};

fn of_grid(office: &Office, fact: &str) -> String {
    format!("/v1/grids/{}/{fact}", office.grid)
}

#[test]
fn what_is_said_of_the_programme_is_amended_and_the_past_keeps_it() {
    let office = Office::open();
    let before = office.get("/v1/programme").good();
    assert_eq!((&before["effective_on"], &before["version"]), (&json!("2023-12-01"), &json!(1)), "{before:#}");
    assert_eq!((&before["town"], &before["legal_bases"]), (&json!("江桥镇"), &json!([])));
    let policy = office.get("/v1/policies").good()["items"][0].clone();
    assert_eq!(before["policy"]["position"], policy["position"], "{before:#}");

    let said = json!({"issuer": "中共江桥镇委员会办公室", "legal_bases": ["党代表任期制", "代表联系选民制度"], "theme": "听民声"});
    let command = office.command("/v1/programme", &said).at_version(1);
    let amended = command.send().good();
    assert_eq!(amended["position"], office.head());
    let programme = office.get("/v1/programme").good();
    for member in ["issuer", "legal_bases", "theme"] {
        assert_eq!((&amended["programme"][member], &programme[member]), (&said[member], &said[member]));
    }
    assert_eq!((&programme["name"], &programme["version"]), (&before["name"], &json!(2)));
    let then = office.get(&format!("/v1/programme?as_of_position={}", before["as_of_position"])).good();
    assert_eq!((then.get("issuer"), &then["version"]), (None, &json!(1)));

    let refuses = |body: Value, status, code| office.refuses_command("/v1/programme", &body, status, code);
    refuses(said.clone(), 409, "already_named").clause("C-0");
    refuses(json!({}), 409, "already_named").clause("C-0");
    refuses(json!({"legal_bases": vec!["依据"; 21]}), 422, "too_many").at("/legal_bases", "too_many");
    refuses(json!({"legal_bases": ["依据", " "]}), 422, "missing").at("/legal_bases/1", "missing");
    refuses(json!({"name": "长".repeat(201)}), 422, "too_long").at("/name", "too_long");
    refuses(json!({"effective_on": "2024-01-01"}), 422, "unknown_field").at("/effective_on", "unknown_field");
    office.refuses(&command, 412, "stale_version");
}

#[test]
fn an_office_that_ends_is_vacant_until_the_next_holder() {
    let office = Office::open();
    let offices = || office.get(&of_grid(&office, "offices")).good();
    let ends = |office_of: &str, body: &Value| office.post(&of_grid(&office, &format!("{office_of}/ending")), body);
    let refuses = |office_of: &str, body: Value, status, code| {
        office.refuses_command(&of_grid(&office, &format!("{office_of}/ending")), &body, status, code)
    };
    let nobody = offices();
    assert_eq!(nobody["convener"], json!({"vacant": true, "holders": [], "vacancies": [{"from": today()}]}));
    assert_eq!(nobody["liaison"], nobody["convener"]);
    let resigns = |to: Value| json!({"to": to, "reason_code": "resignation", "reason": "因身体原因辞去。"});
    refuses("convener", resigns(json!(today())), 409, "not_appointed").clause("C-5.1");

    let first = json!({"delegate_id": office.delegate, "from": "2024-01-01"});
    office.post(&of_grid(&office, "convener"), &first).good();
    office.post(&of_grid(&office, "liaison"), &json!({"name": "联络员甲", "from": "2024-01-01"})).good();
    let held = offices();
    let convener = json!({"delegate_id": office.delegate, "from": "2024-01-01"});
    assert_eq!(held["convener"], json!({"vacant": false, "holders": [convener], "vacancies": []}), "{held:#}");

    let early = refuses("convener", resigns(json!("2023-12-31")), 422, "before_last_appointment");
    early.clause("C-5.1").at("/to", "before_last_appointment");
    let wrong = json!({"to": "gestern", "reason_code": "tired"});
    let wrong = refuses("liaison", wrong, 422, "invalid_value");
    wrong.at("/to", "invalid_value").at("/reason_code", "invalid_value").faults(2);
    refuses("liaison", json!({"reason_code": "other"}), 422, "missing").at("/to", "missing");

    // The last day is today: somebody is still in office, and nobody from tomorrow on.
    let ended = ends("convener", &resigns(json!(today()))).good();
    assert_eq!(ended["grid"]["convener_id"], office.delegate);
    refuses("convener", resigns(json!(today())), 409, "not_appointed").clause("C-5.1");
    ends("liaison", &json!({"to": today(), "reason_code": "replaced"})).good();
    let tomorrow = today() + Days::new(1);
    let told = offices();
    let leaver =
        json!({"delegate_id": office.delegate, "from": "2024-01-01", "to": today(), "reason_code": "resignation"});
    let vacancy = json!([{"from": tomorrow}]);
    assert_eq!(told["convener"], json!({"vacant": false, "holders": [leaver], "vacancies": vacancy}), "{told:#}");
    assert_eq!((&told["liaison"]["holders"][0]["to"], &told["liaison"]["vacancies"]), (&json!(today()), &vacancy));
    // Why, in words, is a personal part of the history and stands in no leaf.
    let event =
        office.get(&format!("/v1/events?after={}&limit=1", told["as_of_position"].as_u64().unwrap() - 2)).good();
    assert_eq!(event["items"][0]["type"], "area.convener_ended");
    assert_eq!(event["items"][0]["public"], json!({"to": today(), "reason_code": "resignation"}));
    assert_eq!(event["items"][0]["personal"], json!([{"reason": "因身体原因辞去。"}]));

    let next = json!({"delegate_id": office.other_delegate, "from": tomorrow + Days::new(2)});
    office.post(&of_grid(&office, "convener"), &next).good();
    let filled = offices();
    assert_eq!(filled["convener"]["vacancies"], json!([{"from": tomorrow, "to": tomorrow + Days::new(1)}]));
    let then = office.get(&of_grid(&office, &format!("offices?as_of_position={}", held["as_of_position"]))).good();
    assert_eq!(then["convener"], held["convener"]);
    for path in ["convener/ending", "liaison/ending"] {
        let path = format!("/v1/grids/{NOBODY}/{path}");
        office.refuses_command(&path, &resigns(json!(today())), 404, "not_found");
    }
    office.refuses_question(&format!("/v1/grids/{NOBODY}/offices"), 404, "not_found");
}

#[test]
fn a_grid_has_a_venue_from_a_day_on() {
    let office = Office::open();
    let grid = || office.get(&format!("/v1/grids/{}", office.grid)).good();
    assert_eq!(grid().get("venue"), None);
    let path = of_grid(&office, "venue");
    let set = office.post(&path, &json!({"name": "太平村党群服务站", "from": "2024-01-01"})).good();
    assert_eq!((&set["grid"]["venue"], &grid()["venue"]), (&json!("太平村党群服务站"), &json!("太平村党群服务站")));
    let refuses = |body: Value, status, code| office.refuses_command(&path, &body, status, code);
    refuses(json!({"name": "太平村党群服务站", "from": today()}), 409, "already_named").clause("C-2");
    let early = refuses(json!({"name": "太平村村委会", "from": "2024-01-01"}), 422, "before_previous");
    early.clause("C-2").at("/from", "before_previous");
    refuses(json!({"name": "", "from": today()}), 422, "missing").at("/name", "missing");
    let to_come = json!({"name": "太平村村委会", "from": today() + Days::new(7)});
    office.post(&path, &to_come).good();
    assert_eq!(grid()["venue"], "太平村党群服务站", "the next one holds from its own day on");
    office.refuses_command(&format!("/v1/grids/{NOBODY}/venue"), &to_come, 404, "not_found");
}

/// Issues of a delegate: their ids.
fn raised(office: &Office, by: &str, subjects: &[&str]) -> Vec<String> {
    let issues: Vec<Value> = subjects.iter().map(|subject| demand(subject)).collect();
    let mut body = office.reception(now(), &issues);
    body["delegates"] = json!([{"delegate_id": by}]);
    let recorded = office.post("/v1/receptions", &body).created();
    recorded["issues"].as_array().unwrap().iter().map(id).collect()
}

#[test]
fn what_a_leaver_has_open_is_handed_over_all_or_none() {
    let office = Office::open();
    let own = raised(&office, &office.delegate, &["楼道灯不亮", "公交线路太远", "下水道堵塞"]);
    let others = raised(&office, &office.other_delegate, &["噪声扰民"]);
    office.does(&own[2], "answers", &office.answer()).good();
    let path = format!("/v1/delegates/{}/handovers", office.delegate);
    let to = |issues: &[&String], to: &str| json!({"issue_ids": issues, "to_delegate_id": to, "reason_code": "term_end", "reason": "任期届满。"});
    let refuses = |body: Value, status, code| office.refuses_command(&path, &body, status, code);

    let successor = &office.other_delegate;
    let mixed = refuses(to(&[&own[0], &others[0], &own[2]], successor), 409, "not_the_responsible_delegate");
    let mixed = mixed.clause("C-4.4").at("/issue_ids/1", "not_the_responsible_delegate");
    mixed.at("/issue_ids/2", "already_answered").faults(2);
    let one = refuses(to(&[&own[0], &others[0]], successor), 409, "not_the_responsible_delegate");
    one.at("/issue_ids/1", "not_the_responsible_delegate").faults(1);
    refuses(to(&[], successor), 422, "missing").clause("C-4.4").at("/issue_ids", "missing");
    let twice = refuses(to(&[&own[0], &own[1], &own[0]], successor), 422, "duplicate");
    twice.clause("C-4.4").at("/issue_ids/2", "duplicate");
    let nobody = NOBODY.to_owned();
    refuses(to(&[&own[0], &nobody], successor), 422, "unknown_id").at("/issue_ids/1", "unknown_id");
    refuses(to(&vec![&own[0]; 201], successor), 422, "too_many").at("/issue_ids", "too_many");
    refuses(to(&[&own[0]], NOBODY), 422, "unknown_id").at("/to_delegate_id", "unknown_id");
    let later =
        json!({"name": "后来安", "delegate_type": "party", "grid_id": office.grid, "from": today() + Days::new(9)});
    let later = id(&office.post("/v1/delegates", &later).created()["delegate"]);
    let unfit = refuses(to(&[&own[0]], &later), 422, "delegate_without_mandate");
    unfit.clause("C-1").at("/to_delegate_id", "delegate_without_mandate");
    let same = refuses(to(&[&own[0]], &office.delegate), 409, "already_responsible");
    same.clause("C-4.4").at("/to_delegate_id", "already_responsible");
    let mut tomorrow = to(&[&own[0]], successor);
    tomorrow["occurred_at"] = json!(instant(now() + Days::new(1)));
    refuses(tomorrow, 422, "in_the_future").at("/occurred_at", "in_the_future");
    let unknown = format!("/v1/delegates/{NOBODY}/handovers");
    office.refuses_command(&unknown, &to(&[&own[0]], successor), 404, "not_found");
    let whole = to(&[&own[1], &own[0]], successor);
    office.refuses(&office.command(&path, &whole).at_version(99), 412, "stale_version");

    let before = office.head();
    let call = office.command(&path, &whole).key("term-end");
    let handed = call.send().is(200).json();
    assert_eq!((&handed["position"], office.head()), (&json!(before + 2), before + 2));
    for (shown, issue) in handed["issues"].as_array().unwrap().iter().zip([&own[1], &own[0]]) {
        assert_eq!(
            (shown["id"].as_str(), &shown["responsible_delegate_id"]),
            (Some(issue.as_str()), &json!(successor))
        );
        assert_eq!(office.issue(issue)["responsible_delegate_id"], json!(successor));
        assert_eq!(office.history(issue).last().unwrap()["personal"], json!([{"reason": "任期届满。"}]));
    }
    let events = office.get(&format!("/v1/events?after={before}")).good();
    let commands: Vec<&Value> = events["items"].as_array().unwrap().iter().map(|event| &event["command"]).collect();
    assert!(commands.len() == 2 && commands[0] == commands[1], "one append");
    let again = call.send().is(200);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((again.json(), office.head()), (handed, before + 2));
}

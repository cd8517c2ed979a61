//! Rotas proposed, assigned and published, leaves of delegates, and every no, over HTTP.

use super::session_plans::{Planned, in_days};
use crate::harness::{NOBODY, Office, id, instant, now, text};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

/// Deputies of the first grid, who the roster has none of.
fn deputies(office: &Office, names: &[&str]) -> Vec<String> {
    let register = |name: &&str| {
        let body = json!({"name": name, "delegate_type": "deputy", "grid_id": office.grid, "from": "2024-01-01"});
        id(&office.post("/v1/delegates", &body).created()["delegate"])
    };
    names.iter().map(register).collect()
}

/// Party delegates of the first grid.
fn party(office: &Office) -> Vec<String> {
    let found = office.get(&format!("/v1/delegates?grid_id={}&delegate_type=party&limit=20", office.grid)).good();
    found["items"].as_array().unwrap().iter().map(id).collect()
}

fn rota(session: &str, slots: &[&String]) -> Value {
    let slots: Vec<Value> = slots.iter().map(|delegate| json!({"delegate_id": delegate})).collect();
    json!({"session_id": session, "slots": slots})
}

#[test]
fn rotas_are_assigned_and_published_all_or_none() {
    let planned = Planned::open();
    let office = &planned.office;
    let (party, deputies) = (party(office), deputies(office, &["赵一", "钱二"]));
    let (assign, publish) =
        (format!("/v1/grids/{}/rotas", office.grid), format!("/v1/grids/{}/rota-publications", office.grid));
    let items = |items: &[Value]| json!({"items": items});
    let refuses = |status: u16, code: &str, body: Value| office.refuses_command(&assign, &body, status, code);
    let good = rota(planned.id(0), &[&party[0], &deputies[0]]);

    // What does not fit.
    refuses(422, "missing", items(&[])).clause("C-4.1").at("/items", "missing");
    refuses(422, "too_many", items(&vec![good.clone(); 101])).at("/items", "too_many");
    refuses(422, "duplicate", items(&[good.clone(), good.clone()]))
        .clause("C-4.1")
        .at("/items/1/session_id", "duplicate");
    refuses(422, "unknown_id", items(&[rota(NOBODY, &[&party[0]])])).at("/items/0/session_id", "unknown_id");
    let nobody = NOBODY.to_owned();
    refuses(422, "unknown_id", items(&[rota(planned.id(0), &[&nobody])]))
        .at("/items/0/slots/0/delegate_id", "unknown_id");
    refuses(422, "delegate_twice", items(&[rota(planned.id(0), &[&party[0], &party[0]])]))
        .clause("C-4.1")
        .at("/items/0/slots/1/delegate_id", "delegate_twice");
    let as_deputy =
        json!({"session_id": planned.id(0), "slots": [{"delegate_id": party[0], "delegate_type": "deputy"}]});
    refuses(422, "delegate_without_mandate", items(&[as_deputy])).clause("C-1");
    let grids = office.get("/v1/grids").good();
    let other = grids["items"].as_array().unwrap().iter().map(id).find(|grid| *grid != office.grid).unwrap();
    let elsewhere = format!("/v1/grids/{other}/rotas");
    office
        .refuses_command(&elsewhere, &items(std::slice::from_ref(&good)), 422, "session_of_other_grid")
        .clause("C-4.1")
        .at("/items/0/session_id", "session_of_other_grid");
    let mut ahead = items(std::slice::from_ref(&good));
    ahead["proposal_position"] = json!(office.head() + 1);
    refuses(422, "out_of_range", ahead).clause("C-4.1").at("/proposal_position", "out_of_range");
    office.refuses_command(&format!("/v1/grids/{NOBODY}/rotas"), &items(std::slice::from_ref(&good)), 404, "not_found");
    office.refuses(&office.command(&assign, &items(std::slice::from_ref(&good))).at_version(1), 412, "stale_version");

    // What rules say no to.
    office
        .refuses_command(&publish, &json!({"session_ids": [planned.id(0)]}), 409, "no_rota")
        .clause("C-4.1")
        .at("/session_ids/0", "no_rota");
    let assigned = office.post(&assign, &items(&[good.clone(), rota(planned.id(1), &[&party[1]])])).good();
    let sessions = assigned["sessions"].as_array().unwrap();
    assert_eq!(sessions.iter().map(id).collect::<Vec<_>>(), [planned.id(0), planned.id(1)]);
    assert_eq!((&sessions[0]["short_of"], &sessions[1]["short_of"]), (&json!([]), &json!(["deputy"])));
    refuses(409, "already_assigned", items(std::slice::from_ref(&good))).clause("C-4.1");
    let call = office.command(&publish, &json!({"session_ids": [planned.id(0)]})).key("publish");
    let published = call.send().good();
    assert_eq!(published["sessions"][0]["published"], true);
    assert_eq!(call.send().good(), published, "told again as it was");
    office
        .refuses_command(&publish, &json!({"session_ids": [planned.id(0)]}), 409, "already_published")
        .clause("C-4.1")
        .at("/session_ids/0", "already_published");
    office.post(&planned.path(2, "cancellation"), &json!({"reason_code": "weather", "reason": "台风。"})).good();
    let leave = json!({"from": planned.to_come[1].1, "to": planned.to_come[1].1, "reason_code": "work"});
    let leave = office.post(&format!("/v1/delegates/{}/leaves", party[2]), &leave).created();
    let decision = format!("/v1/delegates/{}/leaves/{}/decision", party[2], id(&leave["leave"]));
    office.post(&decision, &json!({"approved": true})).good();
    let several = items(&[
        rota(planned.id(0), &[&party[1]]),
        rota(planned.id(1), &[&party[1], &party[2]]),
        rota(planned.id(2), &[&party[0]]),
        rota(planned.id(3), &[&party[0], &deputies[1]]),
    ]);
    refuses(409, "already_published", several)
        .clause("C-4.1")
        .faults(3)
        .at("/items/0", "already_published")
        .at("/items/1/slots/1/delegate_id", "on_leave")
        .at("/items/2", "session_not_planned");
    refuses(409, "on_leave", items(&[rota(planned.id(1), &[&party[2]])]))
        .at("/items/0/slots/0/delegate_id", "on_leave");
}

#[test]
fn a_proposal_of_a_position_stays_the_same_and_shares_fairly() {
    let planned = Planned::open();
    let office = &planned.office;
    let deputies = deputies(office, &["赵一", "钱二", "孙三"]);
    let (from, to) = (in_days(2), in_days(70));
    let path = format!("/v1/grids/{}/rota-proposal?from={from}&to={to}", office.grid);
    let proposal = office.get(&path).good();
    let position = proposal["as_of_position"].as_u64().unwrap();
    let items = proposal["items"].as_array().unwrap();
    assert_eq!(items.len(), planned.to_come.iter().filter(|(_, on)| *on <= to).count());
    let load = proposal["load"].as_array().unwrap();
    let of_deputies: Vec<u64> = load
        .iter()
        .filter(|one| deputies.iter().any(|deputy| one["delegate_id"] == deputy.as_str()))
        .map(|one| one["proposed"].as_u64().unwrap())
        .collect();
    assert_eq!((of_deputies.len(), of_deputies.iter().sum::<u64>()), (3, items.len() as u64));
    assert!(of_deputies.iter().max().unwrap() - of_deputies.iter().min().unwrap() <= 2, "{of_deputies:?}");

    // It is followed as it is.
    let rotas: Vec<Value> =
        items.iter().map(|item| json!({"session_id": item["session_id"], "slots": item["slots"]})).collect();
    let assign = format!("/v1/grids/{}/rotas", office.grid);
    let followed = office.post(&assign, &json!({"items": rotas, "proposal_position": position})).good();
    assert_eq!(followed["sessions"].as_array().unwrap().len(), items.len());
    let ids: Vec<&Value> = items.iter().map(|item| &item["session_id"]).collect();
    office.post(&format!("/v1/grids/{}/rota-publications", office.grid), &json!({"session_ids": ids})).good();
    assert_eq!(office.get(&path).good()["items"], json!([]), "nothing is left to be proposed");
    let then = office.get(&format!("{path}&as_of_position={position}")).good();
    assert_eq!(then, proposal);

    let refuses = |query: &str, status: u16, code: &str| {
        office.refuses_question(&format!("/v1/grids/{}/rota-proposal{query}", office.grid), status, code)
    };
    refuses(&format!("?from={from}&to={}", from - Days::new(1)), 400, "bad_parameter").at("/query/to", "out_of_range");
    refuses("", 400, "bad_parameter").at("/query/from", "missing").at("/query/to", "missing");
    let late = office.head() + 1;
    refuses(&format!("?from={from}&to={to}&as_of_position={late}"), 400, "bad_position");
    office.refuses_question(&format!("/v1/grids/{NOBODY}/rota-proposal?from={from}&to={to}"), 404, "not_found");
}

#[test]
fn a_delegate_asks_for_leave_is_answered_and_takes_it_back() {
    let office = Office::open();
    let path = format!("/v1/delegates/{}/leaves", office.delegate);
    let ask = |from: i64, to: i64| json!({"from": in_days(from), "to": in_days(to), "reason_code": "work"});
    let refuses = |status: u16, code: &str, body: Value| office.refuses_command(&path, &body, status, code);
    refuses(422, "out_of_range", ask(3, 2)).clause("C-5.1").at("/to", "out_of_range");
    refuses(422, "out_of_range", ask(3, 370)).at("/to", "out_of_range");
    refuses(409, "leave_too_late", ask(-2, 2)).clause("C-5.1").at("/from", "leave_too_late");
    let mut early = json!({"from": "2022-01-04", "to": "2022-01-05", "reason_code": "work"});
    refuses(422, "delegate_without_mandate", early.take()).at("/from", "delegate_without_mandate");
    let mut ahead = ask(3, 4);
    ahead["occurred_at"] = json!(instant(now() + TimeDelta::minutes(5)));
    refuses(422, "in_the_future", ahead).at("/occurred_at", "in_the_future");
    let mut ill = ask(3, 4);
    ill["reason_code"] = json!("illness");
    refuses(422, "invalid_value", ill).at("/reason_code", "invalid_value");
    let nobody = format!("/v1/delegates/{NOBODY}/leaves");
    office.refuses_command(&nobody, &ask(3, 4), 404, "not_found");
    office.refuses_question(&nobody, 404, "not_found");
    office.refuses(&office.command(&path, &ask(3, 4)).at_version(1), 412, "stale_version");
    assert_eq!(office.get(&path).good()["items"], json!([]));

    let mut body = ask(3, 4);
    body["reason"] = json!("外出开会。");
    let call = office.command(&path, &body).key("leave");
    let asked = call.send();
    let address = asked.header("Location").unwrap().to_owned();
    let asked = asked.created();
    assert_eq!((text(&asked, "/leave/state"), text(&asked, "/leave/reason")), ("requested", "外出开会。"));
    assert_eq!(call.send().created(), asked);
    assert_eq!(office.get(&address).good()["id"], asked["leave"]["id"]);
    refuses(409, "already_on_leave", ask(4, 6)).clause("C-5.1").at("/from", "already_on_leave");

    let decision = format!("{address}/decision");
    let mut before = json!({"approved": true});
    before["occurred_at"] = json!(instant(now() - TimeDelta::days(1)));
    office.refuses_command(&decision, &before, 422, "before_previous").at("/occurred_at", "before_previous");
    let other = format!("{path}/{NOBODY}/decision");
    office.refuses_command(&other, &json!({"approved": true}), 404, "not_found");
    let approved = office.command(&decision, &json!({"approved": true, "reason": "可以。"})).at_version(1).send();
    assert_eq!(approved.version(), 2);
    let approved = approved.good();
    assert_eq!((text(&approved, "/leave/state"), text(&approved, "/leave/decision_reason")), ("approved", "可以。"));
    office.refuses_command(&decision, &json!({"approved": false}), 409, "already_decided").clause("C-5.1");
    let withdrawal = format!("{address}/withdrawal");
    office.refuses_command(&format!("{path}/{NOBODY}/withdrawal"), &json!({}), 404, "not_found");
    assert_eq!(text(&office.post(&withdrawal, &json!({})).good(), "/leave/state"), "withdrawn");
    office.refuses_command(&withdrawal, &json!({}), 409, "already_withdrawn").clause("C-5.1");
    office.refuses_command(&decision, &json!({"approved": true}), 409, "already_withdrawn").clause("C-5.1");
    // As of then it was approved still.
    let then = office.get(&format!("{address}?as_of_position={}", approved["position"])).good();
    assert_eq!(then["state"], "approved");
}

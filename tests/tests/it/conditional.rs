//! `If-Match` as RFC 9110 has it: lists with empty elements, and commands that make something new.

use crate::harness::{Office, demand, now};
use serde_json::json;

#[test]
fn empty_elements_of_a_list_say_nothing() {
    let office = Office::open();
    for list in [", \"1\"", ",\t,\"7\" , ,\"1\",", "W/\"1\",,\"9\""] {
        let issue = office.raises("灯");
        let taking = office.command(&format!("/v1/issues/{issue}/taking"), &json!({}));
        taking.clone().with("If-Match", ",").send().problem(400, "bad_header");
        taking.clone().with("If-Match", ", \"9\"").send().problem(412, "stale_version");
        taking.with("If-Match", list).send().good();
    }
}

#[test]
fn what_is_not_there_yet_has_no_version() {
    let office = Office::open();
    let calendar = json!({"source": {"title": "通知", "published_on": "2026-11-20"}, "public_holidays": [],
        "make_up_days": []});
    let creations = [
        ("/v1/receptions", office.reception(now(), &[demand("灯")])),
        ("/v1/offices", json!({"name": "水务站", "kind": "department"})),
        (
            "/v1/delegates",
            json!({"name": "王新来", "delegate_type": "party", "grid_id": office.grid, "from": "2026-01-01"}),
        ),
        ("/v1/tokens", json!({"name": "前端", "roles": ["liaison"]})),
        ("/v1/calendars/2031", calendar.clone()),
    ];
    for (path, body) in creations {
        for asked in ["*", "\"1\"", "\"0\", \"x\""] {
            let conditional = office.command(path, &body).with("If-Match", asked);
            office.refuses(&conditional, 412, "stale_version");
        }
        // What is wrong with the body comes first.
        office.command(path, &json!({"colour": 1})).with("If-Match", "*").send().is(422);
        office.post(path, &body).is(201);
    }
    // Once it is there, it has one.
    let mut again = calendar;
    again["source"]["title"] = json!("补充通知");
    let publish = office.command("/v1/calendars/2031", &again);
    publish.clone().with("If-Match", "\"2\"").send().problem(412, "stale_version");
    publish.with("If-Match", "*").send().is(200);
}

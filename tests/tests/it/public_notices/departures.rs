//! Somebody on a published rota leaves: strangers are told who will come, and calendars that there was a change.

use super::{Town, text};
use crate::harness::today;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

#[test]
fn nobody_who_has_left_is_announced() {
    let town = Town::published();
    let before = town.notices("");
    let [still, later] = [0, 1].map(|at| &before[at]);
    // The last day is that of the first session.
    let last: NaiveDate = text(still, "/held_on").parse().unwrap();
    let name = town.office.get(&format!("/v1/delegates/{}", town.office.delegate)).good();
    let name = text(&name, "/name");
    let path = format!("/v1/delegates/{}/departures", town.office.delegate);
    let left = town.office.post(&path, &json!({"reason_code": "resignation", "on": last})).good();
    town.is_shown(&left);

    let after = town.notices("");
    assert_eq!(after[0], *still);
    assert_eq!(after[1]["delegates"], json!([{"name": "王小明", "delegate_type": "deputy"}]), "{later:#}");
    let session = text(later, "/session_id");
    for path in [
        format!("/v1/public/notices/{session}"),
        format!("/v1/public/notices?from={}&format=html", last + Days::new(1)),
    ] {
        let told = town.tells(&path).text();
        assert!(told.contains("王小明") && !told.contains(name), "{path}\n{told}");
    }
    let calendar = |path: &str| town.tells(path).text().replace("\r\n ", "");
    let event = |calendar: &str, session: &str| {
        let events = calendar.split("BEGIN:VEVENT").find(|event| event.contains(&format!("UID:{session}@")));
        events.unwrap_or_else(|| panic!("{calendar}")).to_owned()
    };
    let of_grid = calendar(&format!("/v1/public/calendars/grids/{}.ics", town.office.grid));
    let changed = event(&of_grid, session);
    assert!(changed.contains("SEQUENCE:1\r\n") && changed.contains("王小明") && !changed.contains(name), "{changed}");
    // Counted there, too: were that session moved behind the last day, the number could not fall.
    assert!(event(&of_grid, text(still, "/session_id")).contains("SEQUENCE:1\r\n"));
    let theirs = calendar(&format!("/v1/public/calendars/delegates/{}.ics", town.office.delegate));
    assert!(event(&theirs, session).contains("STATUS:CANCELLED"), "{theirs}");
    assert!(event(&theirs, text(still, "/session_id")).contains("STATUS:CONFIRMED"), "{theirs}");

    // The office is told what lacks, of what is published and what is not; the assignment stays.
    let of = |session: &str| town.office.get(&format!("/v1/sessions/{session}")).good();
    let shown = of(session);
    assert_eq!((shown["short_of"].clone(), shown["slots"].as_array().map(Vec::len)), (json!(["party"]), Some(2)));
    let waits = town.sessions.last().unwrap();
    assert_eq!(of(waits)["short_of"], json!(["party"]));
    let publish = format!("/v1/grids/{}/rota-publications", town.office.grid);
    town.office
        .refuses_command(&publish, &json!({"session_ids": [waits]}), 422, "delegate_without_mandate")
        .clause("C-1")
        .at("/session_ids/0", "delegate_without_mandate");
    let slots = json!([{"delegate_id": town.office.other_delegate}, {"delegate_id": town.deputy}]);
    let rota: Value = json!({"items": [{"session_id": waits, "slots": slots}]});
    let assigned = town.office.post(&format!("/v1/grids/{}/rotas", town.office.grid), &rota).good();
    assert_eq!(assigned["sessions"][0]["short_of"], json!([]));
    town.publishes(std::slice::from_ref(waits));
    assert!(last > today());
}

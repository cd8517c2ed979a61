//! Another name, for a reason: the earlier one is known still, and the past keeps it.

use super::names::person;
use crate::harness::{NOBODY, Office, id, path, text};
use serde_json::json;

#[test]
fn a_delegate_is_renamed_and_known_by_the_old_name() {
    let office = Office::open();
    let made = office.post("/v1/delegates", &person(&office, "王芳芳")).created();
    let delegate = id(&made["delegate"]);
    let at = format!("/v1/delegates/{delegate}");
    let renaming = format!("{at}/renaming");
    let body = json!({"name": "王\u{A0}方方", "reason": "登记时误写。"});
    office.refuses(&office.command(&renaming, &body).at_version(2), 412, "stale_version");
    let call = office.command(&renaming, &body).at_version(3).key("renaming-1");
    let done = call.send().is(200);
    assert_eq!(done.header("etag"), Some("\"4\""));
    let told = done.json();
    assert_eq!((&told["delegate"]["name"], &told["warnings"]), (&json!("王方方"), &json!([])), "{told:#}");
    assert_eq!(told["names"][&delegate], "王方方");
    let again = call.send().is(200);
    assert_eq!((again.header("idempotency-replayed"), again.json()), (Some("true"), told.clone()));
    assert_eq!(told["delegate"]["former_names"], json!(["王芳芳"]));
    assert_eq!(made["delegate"].get("former_names"), None);
    // Present and past, and the history has both with the reason.
    assert_eq!(office.get(&at).good()["name"], "王方方");
    assert_eq!(office.get(&format!("{at}?as_of_position={}", made["position"])).good()["name"], "王芳芳");
    let events =
        office.get(&format!("/v1/events?after={}&family=delegate", told["position"].as_u64().unwrap() - 1)).good();
    let event = &events["items"][0];
    assert_eq!((&event["type"], &event["public"]), (&json!("delegate.renamed"), &json!({"name": "王方方"})));
    assert_eq!((&event["personal"], &event["clause"]), (&json!([{"reason": "登记时误写。"}]), &json!("C-1")));
    // The list finds them by both names, and a roster with the old one means them.
    for sought in ["王芳芳", "王 方方"] {
        let found = office.get(&format!("/v1/delegates?q={}", path(sought))).good();
        assert_eq!(
            (id(&found["items"][0]), found["items"].as_array().unwrap().len()),
            (delegate.clone(), 1),
            "{sought}"
        );
    }
    let import = office.imports("party", "grid,unit,name\n太平网格,太平村,王芳芳\n").good();
    assert_eq!(import["roster_import"]["delegates"]["created"], 0, "{import:#}");
    assert_eq!(import["roster_import"]["warnings"][0]["code"], "former_name");
    // Somebody else may have the old name; that they are not the same is said.
    let namesake = office.post("/v1/delegates", &person(&office, "王芳芳")).created();
    assert_eq!(
        (&namesake["warnings"][0]["code"], &namesake["warnings"][0]["delegate_id"]),
        (&json!("former_name"), &json!(delegate))
    );
    let second = json!({"name": "王芳方", "reason": "更正。"});
    office.post(&format!("/v1/delegates/{}/renaming", id(&namesake["delegate"])), &second).good();
    // What is refused: the same name, a name that is none, one that another bears; and what looks alike is told.
    office.refuses_command(&renaming, &body, 409, "already_named").clause("C-1");
    let named = |name: &str| json!({"name": name, "reason": "更正。"});
    office.refuses_command(&renaming, &named("待定"), 422, "not_a_name").at("/name", "not_a_name");
    office.refuses_command(&renaming, &json!({"name": "王方"}), 422, "missing").at("/reason", "missing");
    let other = id(&office.post("/v1/delegates", &person(&office, "Anna Lee")).created()["delegate"]);
    office.refuses_command(&renaming, &named("anna lee"), 409, "already_registered");
    let mut on_purpose = named("anna lee");
    on_purpose["namesake_of"] = json!(other);
    office.post(&renaming, &on_purpose).good();
    let alike = office.post(&renaming, &named("Аnna Lee")).good();
    assert_eq!(
        (&alike["warnings"][0]["code"], &alike["warnings"][0]["delegate_id"]),
        (&json!("looks_alike"), &json!(other))
    );
    // Back to the first name, also after they left; nobody is renamed who is not there.
    let left = json!({"reason_code": "term_end", "on": crate::harness::today()});
    office.post(&format!("{at}/departures"), &left).good();
    assert_eq!(office.post(&renaming, &named("王芳芳")).good()["delegate"]["name"], "王芳芳");
    office.refuses_command(&format!("/v1/delegates/{NOBODY}/renaming"), &named("王芳芳"), 404, "not_found");
    // Told again after another renaming, a command has the names of then, as all of its answer.
    office.post(&renaming, &named("王园园")).good();
    assert_eq!(call.send().is(200).json(), told);
}

#[test]
fn grids_units_and_offices_are_renamed_and_known_by_the_old_name() {
    let office = Office::open();
    let handler = office.registers_office("城市建设办公室", "department");
    let other = office.registers_office("城运中心", "department");
    let second = office.get("/v1/grids").good()["items"][1].clone();
    let things = [
        ("grid", "grids", office.grid.clone(), text(&second, "/name").to_owned(), "already_defined", "C-1"),
        ("unit", "units", office.unit.clone(), String::new(), "already_defined", "C-1"),
        ("office", "offices", handler, "城运中心".to_owned(), "already_registered", "C-3.5"),
    ];
    for (noun, list, thing, taken, code, clause) in things {
        let at = format!("/v1/{list}/{thing}");
        let before = office.get(&at).good();
        let (old, version) = (text(&before, "/name").to_owned(), before["version"].as_u64().unwrap());
        let (renaming, head) = (format!("{at}/renaming"), office.head());
        let named = |name: &str| json!({"name": name, "reason": "机构改革。"});
        let new = format!("新•{old}");
        office.refuses(&office.command(&renaming, &named(&new)).at_version(version + 1), 412, "stale_version");
        let call = office.command(&renaming, &named(&new)).at_version(version).key(&format!("renaming-{noun}"));
        let told = call.send().is(200).json();
        assert_eq!((&told[noun]["name"], &told["warnings"]), (&json!(format!("新·{old}")), &json!([])), "{told:#}");
        assert_eq!((&told[noun]["version"], &told["position"]), (&json!(version + 1), &json!(head + 1)));
        assert_eq!(call.send().is(200).json(), told, "told again");
        assert_eq!(office.get(&format!("{at}?as_of_position={head}")).good()["name"], json!(old));
        let event = office.get(&format!("/v1/events?after={head}")).good()["items"][0].clone();
        let family = if noun == "office" { "office" } else { "area" };
        assert_eq!((&event["type"], &event["clause"]), (&json!(format!("{family}.renamed")), &json!(clause)));
        assert_eq!(event["personal"], json!([{"reason": "机构改革。"}]));
        for sought in [&old, &format!("新·{old}")] {
            let found = office.get(&format!("/v1/{list}?q={}", path(sought))).good();
            let found = found["items"].as_array().unwrap().iter().any(|one| id(one) == thing);
            assert!(found, "{list} {sought}");
        }
        office.refuses_command(&renaming, &named(&new), 409, "already_named").clause(clause);
        if !taken.is_empty() {
            office.refuses_command(&renaming, &named(&taken), 409, code);
        }
        office.refuses_command(&renaming, &named(" "), 422, "missing").at("/name", "missing");
        office.refuses_command(&format!("/v1/{list}/{NOBODY}/renaming"), &named(&new), 404, "not_found");
    }
    // A list with the old names means the same grid and unit.
    let again = office.imports_roster().is(200).good();
    assert_eq!(again["roster_import"]["grids"], json!({"rows": 14, "created": 0}), "{again:#}");
    assert_eq!(again["roster_import"]["units"], json!({"rows": 76, "created": 0}));
    let codes = again["roster_import"]["warnings"].as_array().unwrap().iter().map(|one| text(one, "/code"));
    assert_eq!(codes.collect::<Vec<_>>(), ["former_name", "former_name"]);
    // A grid is no unit, and the town is neither; a name that only looks like another stands.
    office.refuses_command(
        &format!("/v1/units/{}/renaming", office.grid),
        &json!({"name": "甲", "reason": "乙"}),
        404,
        "not_found",
    );
    office.post(&format!("/v1/offices/{other}/renaming"), &json!({"name": "CAE办", "reason": "改名。"})).good();
    let cyrillic = office.registers_office("САЕ办", "department");
    assert_ne!(cyrillic, other);
}

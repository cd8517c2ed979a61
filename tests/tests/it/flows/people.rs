//! Rosters, grids, units, delegates, office-holders.

use crate::harness::{NOBODY, Office, id, text, today};
use serde_json::{Value, json};

#[test]
fn annex_1_is_imported_once_and_a_second_time_changes_nothing() {
    let office = Office::empty();
    let path = "/v1/roster-imports?delegate_type=party&source_date=2023-12-01&dry_run=true";
    let before = office.head();
    let roster = std::fs::read(crate::harness::workspace().join("data/jiangqiao-roster.csv")).unwrap();
    let tried = office.call("POST", path).body("text/csv", roster.clone()).send().good();
    assert_eq!(tried["roster_import"]["delegates"]["created"], 146);
    assert_eq!(office.head(), before, "a dry run records nothing");

    let first = office.imports_roster().created();
    let import = &first["roster_import"];
    assert_eq!(import["grids"], json!({"rows": 14, "created": 14}));
    assert_eq!(import["units"], json!({"rows": 76, "created": 76}));
    assert_eq!(import["delegates"], json!({"rows": 146, "created": 146, "unchanged": 0, "moved": 0, "absent": 0}));
    assert_eq!((&import["source_date"], &import["delegate_type"]), (&json!("2023-12-01"), &json!("party")));
    let head = office.head();
    assert_eq!(first["position"], head);
    let again = office.imports_roster().is(200).good();
    assert_eq!(again["roster_import"]["id"], import["id"]);
    assert_eq!(again["position"], first["position"]);
    assert_eq!(
        again["roster_import"]["delegates"],
        json!({"rows": 146, "created": 0, "unchanged": 146, "moved": 0, "absent": 0})
    );
    assert_eq!(office.head(), head);
}

#[test]
fn deputies_come_by_a_second_roster_and_a_namesake_is_a_new_person() {
    let office = Office::open();
    let grids = office.get("/v1/grids").good();
    let name = text(&grids, "/items/0/name").to_owned();
    let namesake = office.get(&format!("/v1/delegates/{}", office.delegate)).good();
    let csv = format!("grid,unit,name\n{name},,虚拟代表甲\n{name},,虚拟代表乙\n{name},,{}\n", text(&namesake, "/name"));
    let imported = office.imports("deputy", csv).good();
    assert_eq!(imported["roster_import"]["delegates"]["created"], 3);
    let warnings = imported["roster_import"]["warnings"].as_array().unwrap();
    assert!(
        warnings.iter().any(|warning| warning["code"] == "same_name_other_type"
            && warning["row"].is_u64()
            && warning["detail"].is_string()),
        "{warnings:?}"
    );
    let deputies = office.get(&format!("/v1/delegates?grid_id={}&delegate_type=deputy", office.grid)).good();
    assert_eq!(deputies["items"].as_array().unwrap().len(), 3);
    let grid = office.get(&format!("/v1/grids/{}", office.grid)).good();
    assert_eq!(grid["delegates"]["deputy"], 3);
}

#[test]
fn padded_names_are_taken_for_what_they_are() {
    let office = Office::open();
    // As the notice's page has them: two-character names spread by U+00A0.
    let padded = office.imports("party", "grid,unit,name\n太平网格,,汪\u{a0}\u{a0}洁\n").good();
    assert_eq!(padded["roster_import"]["delegates"]["unchanged"], 1, "{padded:#}");
    let warning = &padded["roster_import"]["warnings"][0];
    assert_eq!((&warning["row"], &warning["code"]), (&json!(2), &json!("name_padding_removed")), "{padded:#}");
}

#[test]
fn a_changed_roster_becomes_differences_and_nobody_is_removed() {
    let office = Office::open();
    let roster = std::fs::read_to_string(crate::harness::workspace().join("data/jiangqiao-roster.csv")).unwrap();
    let mut lines: Vec<&str> = roster.lines().collect();
    let gone = lines.pop().unwrap();
    let added = "太平网格,太平村,辛来安";
    lines.push(added);
    let changed = office.imports("party", lines.join("\n") + "\n").good();
    let delegates = &changed["roster_import"]["delegates"];
    assert_eq!(
        delegates,
        &json!({"rows": 146, "created": 1, "unchanged": 145, "moved": 0, "absent": 1}),
        "{gone} is reported, not removed"
    );
    let all = office.get("/v1/delegates?limit=1000").good();
    assert_eq!(all["items"].as_array().unwrap().len(), 147);
}

#[test]
fn grids_units_and_delegates_as_the_annex_has_them() {
    let office = Office::open();
    let grids = office.get("/v1/grids").good();
    let grids = grids["items"].as_array().unwrap();
    assert_eq!(grids.len(), 14);
    let named = |name: &str| grids.iter().find(|grid| grid["name"] == name).unwrap();
    // The odd places of Annex 1, counted by hand.
    for (name, units, delegates) in
        [("太平网格", 4, 10), ("封浜集镇网格", 6, 11), ("沃尔玛网格", 7, 17), ("幸福网格", 2, 4)]
    {
        let grid = named(name);
        assert_eq!(
            (&grid["units"], &grid["delegates"], &grid["level"]),
            (&json!(units), &json!({"party": delegates, "deputy": 0}), &json!(1)),
            "{name}"
        );
    }
    let kinds = |kind: &str| {
        office.get("/v1/units?limit=1000").good()["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|unit| unit["kind"] == kind)
            .count()
    };
    assert_eq!((kinds("village"), kinds("community"), kinds("institution")), (16, 35, 25));
    let unit = office.get(&format!("/v1/units/{}", office.unit)).good();
    assert_eq!(
        (&unit["id"], &unit["grid_id"], &unit["version"]),
        (&json!(office.unit), &json!(office.grid), &json!(1))
    );
    let of_unit = office.get(&format!("/v1/delegates?unit_id={}", office.unit)).good();
    assert!(
        of_unit["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|delegate| delegate["assignments"][0]["unit_id"] == office.unit)
    );
    let found = office.get(&format!("/v1/delegates?q={}", crate::harness::path("汪洁"))).good();
    let found = found["items"].as_array().unwrap();
    assert!(found.len() == 1 && found[0]["name"] == "汪洁", "{found:#?}");
    assert_eq!(found[0]["mandates"], json!([{"delegate_type": "party", "from": "2023-12-01"}]));
}

#[test]
fn a_delegate_comes_holds_both_mandates_and_leaves() {
    let office = Office::open();
    let created = office.post("/v1/delegates", &json!({"name": "双重安", "delegate_type": "party", "grid_id": office.grid, "unit_id": office.unit, "from": "2024-01-01"})).created();
    let delegate = id(&created["delegate"]);
    let at = |fact: &str| format!("/v1/delegates/{delegate}/{fact}");
    let both = office.post(&at("mandates"), &json!({"delegate_type": "deputy", "from": "2024-03-01"})).good();
    assert_eq!(both["delegate"]["mandates"].as_array().unwrap().len(), 2);
    office
        .refuses_command(
            &at("mandates"),
            &json!({"delegate_type": "deputy", "from": "2024-04-01"}),
            409,
            "already_holds_mandate",
        )
        .clause("C-1");

    // Who holds both says in which capacity.
    let mut body = office.reception(crate::harness::now(), &[]);
    body["delegates"] = json!([{"delegate_id": delegate}]);
    office
        .refuses_command("/v1/receptions", &body, 422, "delegate_type_needed")
        .at("/delegates/0/delegate_type", "delegate_type_needed");
    body["delegates"] = json!([{"delegate_id": delegate, "delegate_type": "deputy"}]);
    office.post("/v1/receptions", &body).created();

    office.post(&at("departures"), &json!({"reason_code": "term_end", "on": today()})).good();
    let then = office.get(&format!("/v1/delegates/{delegate}?as_of_position={}", created["position"])).good();
    assert_eq!(then["mandates"].as_array().unwrap().len(), 1);
}

#[test]
fn office_holders_and_offices() {
    let office = Office::open();
    let convener = office
        .post(
            &format!("/v1/grids/{}/convener", office.grid),
            &json!({"delegate_id": office.delegate, "from": "2024-01-01"}),
        )
        .good();
    assert_eq!(convener["grid"]["convener_id"], office.delegate, "{convener:#}");
    office
        .post(&format!("/v1/grids/{}/liaison", office.grid), &json!({"name": "联络员甲", "from": "2024-01-01"}))
        .good();
    office
        .refuses_command(
            &format!("/v1/grids/{}/convener", office.grid),
            &json!({"delegate_id": NOBODY, "from": "2024-01-01"}),
            422,
            "unknown_id",
        )
        .at("/delegate_id", "unknown_id");
    office.registers_office("城运中心", "department");
    office.refuses_command(
        "/v1/offices",
        &json!({"name": "城运中心", "kind": "department"}),
        409,
        "already_registered",
    );
    let offices = office.get("/v1/offices").good();
    let known: Vec<&Value> =
        offices["items"].as_array().unwrap().iter().filter(|known| known["name"] == "城运中心").collect();
    assert_eq!(known.len(), 1);
    let topics = office.get("/v1/topics").good();
    assert_eq!(topics["items"].as_array().unwrap().len(), 11);
}

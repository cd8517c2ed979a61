//! Names: one person stays one however the name is written, and nobody is made of what is no name.

use crate::harness::{NOBODY, Office, id, path, text};
use serde_json::{Value, json};

pub(super) fn person(office: &Office, name: &str) -> Value {
    json!({"name": name, "delegate_type": "party", "grid_id": office.grid, "from": "2024-01-01"})
}

/// Names and rows of a list in an answer.
fn rows(import: &Value, list: &str) -> Vec<(u64, String)> {
    let named = import["roster_import"][list].as_array().unwrap().iter();
    named.map(|one| (one["row"].as_u64().unwrap(), text(one, "/name").to_owned())).collect()
}

#[test]
fn one_person_stays_one_whichever_way_in_and_however_written() {
    let office = Office::open();
    for (first, second) in [("王芳", "王\u{A0}芳"), ("阿依·古丽", "阿依•古丽"), ("Anna Maria", "ＡＮＮＡ　maria")]
    {
        let made = office.post("/v1/delegates", &person(&office, first)).created();
        assert_eq!(made["delegate"]["name"], first, "the shown name stays as it was written, but for padding and dots");
        let refused = office.refuses_command("/v1/delegates", &person(&office, second), 409, "already_registered");
        assert!(text(&refused.json, "/detail").contains(&id(&made["delegate"])), "{:#}", refused.json);
        let csv = format!("grid,unit,name\n太平网格,,{second}\n");
        let import = office.imports("party", csv).good();
        assert_eq!(import["roster_import"]["delegates"]["created"], 0, "{import:#}");
        for sought in [first, second] {
            let found = office.get(&format!("/v1/delegates?q={}", path(sought))).good();
            assert_eq!(found["items"].as_array().unwrap().len(), 1, "{sought}: {found:#}");
        }
    }
    let place = office.get(&format!("/v1/grids?q={}", path("太 平"))).good();
    assert_eq!(place["items"].as_array().unwrap().len(), 1);
}

#[test]
fn every_name_is_kept_with_one_middle_dot_whichever_way_in() {
    let office = Office::open();
    let (written, kept) = ("阿依•古丽", "阿依·古丽");
    let delegate = office.post("/v1/delegates", &person(&office, written)).created();
    assert_eq!(delegate["delegate"]["name"], kept, "{delegate:#}");
    let roster = office.imports("party", "grid,unit,name\n太平•新网格,,帕尔哈提・艾力\n").good();
    assert_eq!(rows(&roster, "created")[0].1, "帕尔哈提·艾力", "{roster:#}");
    let grid = office.get(&format!("/v1/grids?q={}", path("新网格"))).good();
    assert_eq!(grid["items"][0]["name"], "太平·新网格", "{grid:#}");
    let liaison = json!({"name": written, "from": crate::harness::today()});
    let liaison = office.post(&format!("/v1/grids/{}/liaison", office.grid), &liaison);
    assert!(liaison.text().contains(kept), "{}", liaison.text());
    let account = office.post("/v1/tokens", &json!({"name": written, "roles": ["liaison"]})).created();
    assert_eq!(account["token"]["name"], kept, "{account:#}");
    let department = office.post("/v1/offices", &json!({"name": "城运中心‧一部", "kind": "department"})).created();
    assert_eq!(department["office"]["name"], "城运中心·一部", "{department:#}");
    let mut reception = office.reception(crate::harness::now(), &[crate::harness::demand("楼道灯不亮")]);
    reception["visitors"] = json!([{"name": written}, {"name": "王\u{3000}明"}]);
    let recorded = office.post("/v1/receptions", &reception).created();
    let shown = office.get(&format!("/v1/receptions/{}", id(&recorded["reception"]))).good();
    assert_eq!(shown["visitors"][0]["name"], kept, "{shown:#}");
    assert_eq!(shown["visitors"][1]["name"], "王明", "{shown:#}");
}

#[test]
fn a_namesake_is_registered_on_purpose_and_the_roster_with_ids_fits() {
    let office = Office::open();
    let first = id(&office.post("/v1/delegates", &person(&office, "张同名")).created()["delegate"]);
    let mut body = person(&office, "张同名");
    body["namesake_of"] = json!(NOBODY);
    office.refuses_command("/v1/delegates", &body, 422, "unknown_id").at("/namesake_of", "unknown_id");
    body["namesake_of"] = json!(office.delegate);
    office.refuses_command("/v1/delegates", &body, 422, "not_a_namesake").at("/namesake_of", "not_a_namesake");
    body["namesake_of"] = json!(first);
    let second = id(&office.post("/v1/delegates", &body).created()["delegate"]);
    let unclear = office.imports("party", "grid,unit,name\n太平网格,,张同名\n").good();
    assert_eq!(unclear["roster_import"]["warnings"][0]["code"], "ambiguous_name", "{unclear:#}");
    let csv = format!("grid,unit,name,delegate_id\n太平网格,太平村,张同名,{first}\n太平网格,火线村,张同名,{second}\n");
    let path = "/v1/roster-imports?delegate_type=party&source_date=2024-06-01";
    let fits = office.call("POST", path).body("text/csv", csv.clone()).send().created();
    assert_eq!(fits["roster_import"]["warnings"], json!([]));
    assert_eq!(rows(&fits, "moved"), [(2, "张同名".to_owned()), (3, "张同名".to_owned())]);
    assert_eq!(fits["roster_import"]["moved"][1]["delegate_id"], second);
    let again = office.call("POST", path).body("text/csv", csv).send().good();
    assert_eq!(again["roster_import"]["delegates"]["unchanged"], 2);
}

#[test]
fn every_row_of_a_roster_is_accounted_for_and_who_is_new_is_named() {
    let office = Office::open();
    let csv = "grid,unit,name\n太平网格,,汪洁\n太平网格,,新来甲\n太平网格,,张三、李四\n太平网格,太平村,无\n太平网格,太平村,\n,太平村,王某\n";
    let tried = "/v1/roster-imports?delegate_type=party&source_date=2024-06-01&dry_run=true";
    let tried = office.call("POST", tried).body("text/csv", csv).send().good();
    let counts = json!({"read": 6, "created": 1, "unchanged": 1, "moved": 0, "without_person": 1, "refused": 3});
    assert_eq!(tried["roster_import"]["rows"], counts, "{tried:#}");
    assert_eq!(tried["roster_import"]["created"], json!([{"row": 3, "name": "新来甲"}]));
    let path = "/v1/roster-imports?delegate_type=party&source_date=2024-06-01";
    let call = office.call("POST", path).body("text/csv", csv).key("names-1");
    let done = call.send().created();
    let codes: Vec<&str> =
        done["roster_import"]["warnings"].as_array().unwrap().iter().map(|one| text(one, "/code")).collect();
    assert_eq!(codes, ["several_names", "not_a_name", "malformed_row"]);
    assert_eq!((&done["roster_import"]["rows"], &done["roster_import"]["encoding"]), (&counts, &json!("utf-8")));
    let made = text(&done, "/roster_import/created/0/delegate_id");
    assert_eq!(office.get(&format!("/v1/delegates/{made}")).good()["name"], "新来甲");
    let again = call.send().created();
    assert_eq!(again["roster_import"], done["roster_import"], "a retry is answered alike");
}

#[test]
fn a_page_of_a_thousand_new_people_is_one_import() {
    let office = Office::open();
    let numeral =
        |digit: char| "零一二三四五六七八九".chars().nth(usize::try_from(digit.to_digit(10).unwrap()).unwrap());
    let name = |n: u32| format!("新来{}", n.to_string().chars().map(|c| numeral(c).unwrap()).collect::<String>());
    let people: String = (0..1000).map(|n| format!("太平网格,,{}\n", name(n))).collect();
    let before = office.head();
    let path = "/v1/roster-imports?delegate_type=deputy&source_date=2024-06-01";
    let call = office.call("POST", path).body("text/csv", format!("grid,unit,name\n{people}")).key("names-2");
    let done = call.send().created();
    assert_eq!((&done["roster_import"]["delegates"]["created"], office.head()), (&json!(1000), before + 3001));
    assert_eq!(rows(&done, "created").last().unwrap(), &(1001, name(999)));
    assert_eq!(call.send().created()["roster_import"], done["roster_import"]);
}

#[test]
fn a_roster_in_gbk_or_utf_16_is_read_and_the_answer_says_so() {
    let office = Office::open();
    let gbk = b"grid,unit,name\r\n\xCC\xAB\xC6\xBD\xCD\xF8\xB8\xF1,,\xCD\xF4\xBD\xE0\r\n";
    let read = office.imports("party", gbk.as_slice()).good();
    assert_eq!(
        (&read["roster_import"]["encoding"], &read["roster_import"]["rows"]["unchanged"]),
        (&json!("gb18030"), &json!(1))
    );
    let path = "/v1/roster-imports?delegate_type=party&source_date=2023-12-01&dry_run=true";
    for charset in ["gbk", "GB18030", "utf-8"] {
        office.call("POST", path).body(&format!("text/csv; charset={charset}"), gbk.as_slice()).send().good();
    }
    office.refuses(
        &office.call("POST", path).body("text/csv; charset=big5", gbk.as_slice()),
        415,
        "unsupported_media_type",
    );
    let utf16: Vec<u8> =
        "\u{FEFF}grid\tunit\tname\r\n太平网格\t\t汪洁\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let read = office.imports("party", utf16).good();
    assert_eq!(
        (&read["roster_import"]["encoding"], &read["roster_import"]["rows"]["unchanged"]),
        (&json!("utf-16"), &json!(1))
    );
}

#[test]
fn nothing_invisible_enters_a_name_a_number_a_subject_or_a_title() {
    let office = Office::open();
    for hidden in ["\u{AD}", "\u{34F}", "\u{115F}", "\u{200B}", "\u{202E}", "\u{3164}", "\u{FE0F}", "\u{E0100}"] {
        let name = format!("王{hidden}明");
        office
            .refuses_command("/v1/delegates", &person(&office, &name), 422, "control_character")
            .at("/name", "control_character");
        let mut body = office.reception(crate::harness::now(), &[]);
        body["visitors"] = json!([{"name": name, "phone": format!("138{hidden}0000")}]);
        body["issues"] = json!([{"kind": "demand", "topic": "livelihood", "subject": format!("楼道{hidden}灯"), "text": "灯不亮。"}]);
        let refused = office.refuses_command("/v1/receptions", &body, 422, "control_character").faults(3);
        for pointer in ["/visitors/0/name", "/visitors/0/phone", "/issues/0/subject"] {
            refused.clone().at(pointer, "control_character");
        }
    }
    let found = office.get(&format!("/v1/delegates?q={}", path("汪　洁"))).good();
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "the padded form finds the stored one");
}

#[test]
fn what_unicode_has_given_no_meaning_is_in_no_name() {
    let office = Office::open();
    for (what, in_text) in [("\u{FFFE}", false), ("\u{E000}", true), ("\u{378}", true)] {
        let name = format!("王{what}明");
        for (path, body) in [
            ("/v1/delegates", person(&office, &name)),
            ("/v1/offices", json!({"name": name, "kind": "department"})),
            ("/v1/tokens", json!({"name": name, "roles": ["liaison"]})),
        ] {
            office.refuses_command(path, &body, 422, "control_character").at("/name", "control_character");
        }
        let mut body = office.reception(crate::harness::now(), &[]);
        body["visitors"] = json!([{"name": name}]);
        office
            .refuses_command("/v1/receptions", &body, 422, "control_character")
            .at("/visitors/0/name", "control_character");
        body["visitors"] = json!([{"name": "王明"}]);
        body["issues"] =
            json!([{"kind": "demand", "topic": "livelihood", "subject": "楼道灯", "text": format!("灯{what}不亮。")}]);
        if in_text {
            office.post("/v1/receptions", &body).created();
        } else {
            office
                .refuses_command("/v1/receptions", &body, 422, "control_character")
                .at("/issues/0/text", "control_character");
        }
    }
}

#[test]
fn a_note_beside_a_name_in_a_roster_makes_no_second_person() {
    let office = Office::open();
    let csv = "grid,unit,name\n太平网格,,汪洁（女，汉族）\n太平网格,,合计\n太平网格,,张三(共3人)\n";
    let import = office.imports("party", csv).good();
    let warnings = import["roster_import"]["warnings"].as_array().unwrap();
    let codes: Vec<&str> = warnings.iter().map(|one| text(one, "/code")).collect();
    assert_eq!(codes, ["note_removed", "not_a_name", "several_names"], "{import:#}");
    let counts = json!({"read": 3, "created": 0, "unchanged": 1, "moved": 0, "without_person": 0, "refused": 2});
    assert_eq!(import["roster_import"]["rows"], counts);
    let found = office.get(&format!("/v1/delegates?q={}", path("汪洁"))).good();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[test]
fn an_office_or_account_that_looks_like_another_is_told_and_stands() {
    let office = Office::open();
    for (path, one, other, of) in [
        (
            "/v1/offices",
            json!({"name": "CAE办", "kind": "department"}),
            json!({"name": "САЕ办", "kind": "department"}),
            "office",
        ),
        (
            "/v1/tokens",
            json!({"name": "Anna", "roles": ["liaison"]}),
            json!({"name": "Аnna", "roles": ["liaison"]}),
            "token",
        ),
    ] {
        let first = office.post(path, &one).created();
        assert_eq!(first["warnings"], json!([]), "{first:#}");
        let second = office.post(path, &other).created();
        let id = if of == "office" { &first["office"]["id"] } else { &first["token"]["account_id"] };
        let warning = &second["warnings"][0];
        assert_eq!((&warning["code"], &warning["id"]), (&json!("looks_alike"), id), "{second:#}");
        assert!(text(warning, "/detail").contains(text(&one, "/name")));
    }
    // A further token of an account tells nothing new.
    let account = office.post("/v1/tokens", &json!({"name": "Peter", "roles": ["liaison"]})).created();
    let further = json!({"account_id": account["token"]["account_id"]});
    assert_eq!(office.post("/v1/tokens", &further).created()["warnings"], json!([]));
}

#[test]
fn a_name_that_looks_like_another_is_told_and_stands() {
    let office = Office::open();
    let first = office.post("/v1/delegates", &person(&office, "Anna Lee")).created();
    assert_eq!(first["warnings"], json!([]));
    let second = office.post("/v1/delegates", &person(&office, "Аnna Lee")).created();
    let warning = &second["warnings"][0];
    assert_eq!((&warning["code"], &warning["delegate_id"]), (&json!("looks_alike"), &first["delegate"]["id"]));
}

#[test]
fn no_name_and_several_names_are_no_delegate() {
    let office = Office::open();
    for (name, code) in [
        ("张三、李四", "several_names"),
        ("张三等3人", "several_names"),
        ("待定", "not_a_name"),
        ("1.", "not_a_name"),
        ("（女）", "not_a_name"),
        ("女", "not_a_name"),
        ("合计", "not_a_name"),
        ("张三13800001234", "not_a_name"),
        ("王芳（女）", "not_a_name"),
    ] {
        office.refuses_command("/v1/delegates", &person(&office, name), 422, code).at("/name", code);
    }
}

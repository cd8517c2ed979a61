//! The sheet as it comes out of a printer.

use super::{Town, VENUE};
use crate::harness::{Browser, instant, now, text, there_is_a_browser};
use serde_json::json;

#[test]
fn a_sheet_is_one_page_of_a4_with_all_that_a_board_needs() {
    let town = Town::published();
    town.office.registers_office("党代表工作室（江桥）", "party_studio");
    let issuer = "中共江桥镇委员会办公室";
    town.office.post("/v1/programme", &json!({"issuer": issuer})).good();
    let session = &town.sessions[0];
    let content = &town.notices("")[0];
    let notice = json!({"board": "village_affairs", "posted_at": instant(now()), "unit_ids": [town.office.unit],
        "content": {"held_on": content["held_on"], "from": "13:30", "to": "16:30", "venue": VENUE,
            "delegate_ids": [town.office.delegate, town.deputy], "topics": ["livelihood"]}});
    let posted = town.does(session, "notices", &notice);
    let path = format!("/v1/public/notices/{session}?unit_id={}", town.office.unit);
    let sheet = town.tells(&path).is(200);
    assert_eq!(sheet.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = sheet.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let said = sheet.text();
    let position = posted["position"].as_u64().unwrap();
    for word in
        ["lang=\"zh-CN\"", "星期", "13:30—16:30", "王小明", "民生", "党代表工作室（江桥）", "太平村&lt;script&gt;"]
    {
        assert!(said.contains(word), "{word}\n{said}");
    }
    assert!(said.contains(&format!("发布：{issuer}")), "{said}");
    let of_log = format!("第 {position} 条记录");
    assert!(said.contains(&of_log), "{of_log}\n{said}");
    let checkpoint = town.office.get("/log/checkpoint").text();
    let signed: Vec<&str> = checkpoint.lines().collect();
    assert_eq!((signed[1], said.contains(&format!("日志根：{}", signed[2]))), (position.to_string().as_str(), true));
    let other_unit = town.office.get("/v1/units").good();
    let elsewhere =
        other_unit["items"].as_array().unwrap().iter().find(|unit| unit["grid_id"] != town.office.grid.as_str());
    let elsewhere = text(elsewhere.unwrap(), "/id").to_owned();
    let of_others = town.tells(&format!("/v1/public/notices/{session}?unit_id={elsewhere}"));
    of_others.problem(400, "bad_parameter").at("/query/unit_id", "unit_not_in_grid");

    if !there_is_a_browser("a_sheet_is_one_page_of_a4_with_all_that_a_board_needs") {
        return;
    }
    let browser = Browser::of_size(800, 1100);
    browser.open(&format!("{}{path}", town.office.server().url));
    assert_eq!(browser.run("return document.querySelectorAll('script').length", &[]), json!(0));
    let bold = browser.run("return getComputedStyle(document.querySelector('h1')).textAlign", &[]);
    assert_eq!(bold, json!("center"), "the style is not applied");
    let printed = browser.print();
    let pdf = String::from_utf8_lossy(&printed);
    assert_eq!(pdf.matches("/Type /Page\n").count(), 1, "{} bytes", printed.len());
    // A4 in points, as browsers round it.
    let a4 = pdf.split("/MediaBox [").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    let sides: Vec<f64> = a4.split_whitespace().map(|side| side.parse().unwrap()).collect();
    assert!((sides[2] - 595.3).abs() < 1.0 && (sides[3] - 841.9).abs() < 1.0, "{a4}");
    if let Some(kept) = std::env::var_os("HUIYIN_KEEP_SHEET") {
        std::fs::write(kept, &printed).unwrap();
    }
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
}

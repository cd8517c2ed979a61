//! The sheet as it comes out of a printer.

use super::{Town, VENUE};
use crate::harness::{Browser, instant, now, paper_can_be_read, text, there_is_a_browser};
use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};

const TEST: &str = "a_sheet_is_one_page_of_a4_with_all_that_a_board_needs";

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

    if !there_is_a_browser(TEST) {
        return;
    }
    let browser = Browser::of_size(800, 1100);
    browser.open(&format!("{}{path}", town.office.server().url));
    assert_eq!(browser.run("return document.querySelectorAll('script').length", &[]), json!(0));
    let bold = browser.run("return getComputedStyle(document.querySelector('h1')).textAlign", &[]);
    assert_eq!(bold, json!("center"), "the style is not applied");
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    if !paper_can_be_read(TEST) {
        return;
    }
    let paper = crate::print::printed(&browser, "sheet");
    assert!(paper.len() == 1 && paper.is_a4(), "{paper:#?}");
    let mut pieces = of_notice(content, &town.office.unit);
    pieces.push(format!("内容截至回音日志第 {position} 条记录；当时的日志根：{}", signed[2]));
    let differences = paper.differences(&pieces, &[]);
    assert!(differences.is_empty(), "{differences:#?}");
    // One digit that is another one is noticed.
    browser.run(
        "const cell = document.querySelector('.sheet td'); cell.textContent = cell.textContent.replace(/[0-9]/, '9')",
        &[],
    );
    let tampered = crate::print::printed(&browser, "sheet-tampered").differences(&pieces, &[]);
    assert!(tampered.len() >= 2, "a piece is missing, a number is of nothing: {tampered:#?}");
}

/// What the sheet of a unit says of a notice as it is told in JSON.
fn of_notice(notice: &Value, unit: &str) -> Vec<String> {
    let units = notice["units"].as_array().unwrap();
    let unit = units.iter().find(|one| one["unit_id"] == unit).unwrap();
    let held_on: NaiveDate = text(notice, "/held_on").parse().unwrap();
    let weekday = ["一", "二", "三", "四", "五", "六", "日"][held_on.weekday().num_days_from_monday() as usize];
    let names = |of: &str| {
        let all = notice["delegates"].as_array().unwrap().iter().filter(|delegate| delegate["delegate_type"] == of);
        all.map(|delegate| text(delegate, "/name")).collect::<Vec<_>>().join("、")
    };
    vec![
        format!("{} {}", text(unit, "/name"), text(notice, "/grid")),
        format!("接待日期{}年{}月{}日（星期{weekday}）", held_on.year(), held_on.month(), held_on.day()),
        format!("接待时间{}—{}", text(notice, "/from"), text(notice, "/to")),
        format!("接待地点{}", text(notice, "/venue")),
        format!("党代表{}人大代表{}", names("party"), names("deputy")),
        format!("场次编号：{}", text(notice, "/session_id")),
    ]
}

//! The list as a page for people: in their language, on their screen.

use super::Town;
use crate::harness::{Browser, text, there_is_a_browser};
use serde_json::json;

const LIST: &str = "/v1/public/notices?format=html";

#[test]
fn the_page_is_in_the_language_that_is_asked_for() {
    let town = Town::published();
    let moved = json!({"from": "14:00", "reason_code": "other", "reason": "场地。"});
    town.does(&town.sessions[0], "moves", &moved);
    let page = |language: &str| {
        let page =
            town.office.call("GET", LIST).without("Authorization").with("Accept-Language", language).send().is(200);
        assert!(page.header("vary").is_some_and(|vary| vary.contains("Accept-Language")), "{:?}", page.header("vary"));
        page.text()
    };
    let held_on: chrono::NaiveDate = text(&town.notices("")[0], "/held_on").parse().unwrap();
    for (language, words) in [
        ("zh-CN", ["lang=\"zh-CN\"", "接待公示", "党代表", "时间或地点有变更", "日志第", "年"]),
        (
            "en",
            [
                "lang=\"en\"",
                "Public notices",
                "Party delegates",
                "The hours or the place changed",
                "Huiyin log",
                &held_on.format("%A, %-d %B %Y").to_string(),
            ],
        ),
    ] {
        let said = page(language);
        for word in words {
            assert!(said.contains(word), "{language}: {word}\n{said}");
        }
    }
    assert!(!page("en").contains("接待公示") && !page("zh-CN").contains("Deputies"));
    let none = format!("{LIST}&from=2024-01-01&to=2024-01-02");
    let none = town.office.call("GET", &none).without("Authorization").with("Accept-Language", "en").send().is(200);
    assert!(none.text().contains("No session of these days has been published."));
}

/// How far the page goes beyond the screen.
const BEYOND: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

#[test]
fn the_page_is_read_on_a_narrow_screen() {
    if !there_is_a_browser("the_page_is_read_on_a_narrow_screen") {
        return;
    }
    let town = Town::published();
    let browser = Browser::of_size(400, 900);
    browser.open(&format!("{}{LIST}", town.office.server().url));
    // Nothing is cut off, or read by scrolling sideways, and no column is so narrow that words are broken up.
    assert_eq!(browser.run(BEYOND, &[]), json!(0));
    let narrowest = "return Math.min(...[...document.querySelectorAll('td')].filter(td => td.offsetHeight).map(td => td.offsetWidth))";
    assert!(browser.run(narrowest, &[]).as_u64() > Some(300), "{}", browser.run(narrowest, &[]));
    let named = "return getComputedStyle(document.querySelector('td'), '::before').content";
    let column = browser.run("return document.querySelector('th').textContent", &[]);
    assert_eq!(browser.run(named, &[]), json!(format!("\"{}\"", column.as_str().unwrap())));
    let path = format!("{}/v1/public/notices/{}", town.office.server().url, town.sessions[0]);
    browser.open(&path);
    assert_eq!(browser.run(BEYOND, &[]), json!(0));
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    // On a wide screen it is a table.
    let wide = Browser::of_size(1_100, 900);
    wide.open(&format!("{}{LIST}", town.office.server().url));
    assert_eq!(wide.run("return getComputedStyle(document.querySelector('td')).display", &[]), json!("table-cell"));
}

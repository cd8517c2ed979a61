//! The slip that is printed where a code is given: by whoever asks for a page, there and when it is told again.

use super::Visit;
use crate::harness::{Browser, Office, Paper, demand, instant, now, paper_can_be_read, text, there_is_a_browser};
use serde_json::json;

#[test]
fn whoever_gives_a_code_prints_its_slip() {
    let office = Office::open();
    let visit = Visit::with(&office, "楼道灯不亮<b>");
    let path = format!("/v1/issues/{}/receipts", visit.issue);
    let asked = |key: &str| office.command(&path, &json!({"reason": "来访人遗失回执。"})).key(key);
    let slip = |key: &str, lang: &str| {
        let answer = asked(key).with("Accept", "text/html").with("Accept-Language", lang).send().is(200);
        assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{answer:?}");
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        (answer.header("idempotency-replayed") == Some("true"), answer.text())
    };
    let (again, en) = slip("one", "en");
    assert!(!again);
    let told = asked("one").with("Accept", "application/json").send().good();
    let code = text(&told, "/issue/receipt_code").to_owned();
    assert_ne!(code, visit.code);
    let (again, zh) = slip("one", "zh");
    assert!(again, "told again, it is a slip once more");
    let number = visit.office.issue(&visit.issue)["number"].as_str().unwrap().to_owned();
    let host = office.server().url.clone();
    for (page, words) in
        [(&zh, ["lang=\"zh-CN\"", "答复期限", "首问责任人"]), (&en, ["lang=\"en\"", "Answer due by", "Responsible"])]
    {
        let there = [code.as_str(), number.as_str(), "<svg", &format!("{host}/r/{code}")];
        for part in words.iter().chain(&there) {
            assert!(page.contains(part), "{part}: {page}");
        }
        // Nothing of a person, of what was said, of a script or of another address.
        for part in ["楼道灯", "王小明", "13800001234", "<script", "href", "src=", "url("] {
            assert!(!page.contains(part), "{part}: {page}");
        }
        let addresses = page.matches("://").count();
        assert_eq!(addresses, page.matches(&host).count() + page.matches("http://www.w3.org/2000/svg").count());
    }
    // The address may say it as well, and outranks what is accepted.
    let by_address = |format: &str, accept: &str| {
        let path = format!("{path}?format={format}");
        office.command(&path, &json!({"reason": "来访人遗失回执。"})).with("Accept", accept).send()
    };
    let page = by_address("html", "application/json").is(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{page:?}");
    assert!(page.text().contains("<svg"));
    assert!(by_address("json", "text/html").good()["issue"]["receipt_code"].is_string());
    by_address("csv", "*/*").problem(406, "not_acceptable");
    // A refusal is a refusal, whatever was asked for.
    let refused = office.command(&path, &json!({})).with("Accept", "text/html").send();
    refused.problem(422, "missing").at("/reason", "missing");
    let unknown = office.command("/v1/issues/0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10/receipts", &json!({"reason": "无"}));
    unknown.with("Accept", "text/html").send().problem(404, "not_found");
}

#[test]
fn a_reception_prints_a_slip_of_a6_for_each_issue() {
    let office = Office::open();
    let body = json!({
        "grid_id": office.grid, "form": "walk_in", "held_at": instant(now()),
        "delegates": [{"delegate_id": office.delegate}],
        "visitors": [{"name": "王小明", "phone": "13800001234"}],
        "issues": [demand("楼道灯不亮"), demand("三楼漏水")],
    });
    let asked = || office.command("/v1/receptions", &body).key("together");
    let page = asked().with("Accept", "text/html").send().is(201);
    assert!(page.header("location").is_some_and(|path| path.starts_with("/v1/receptions/")));
    let page = page.text();
    let told = asked().send().created();
    let codes = [0, 1].map(|n| text(&told, &format!("/issues/{n}/receipt_code")).to_owned());
    assert_eq!(page.matches("<main>").count(), 2);
    assert!(codes.iter().all(|code| page.contains(code)), "{page}");
    let by_address = office.command("/v1/receptions?format=html", &body).key("by-address").send().is(201).text();
    assert_eq!(by_address.matches("<main>").count(), 2);
    office.command("/v1/receptions?formats=html", &body).send().problem(400, "unknown_parameter");
    let test = "a_reception_prints_a_slip_of_a6_for_each_issue";
    if !there_is_a_browser(test) || !paper_can_be_read(test) {
        return;
    }
    let file = office.place().data().with_file_name("slips.html");
    std::fs::write(&file, page).unwrap();
    let browser = Browser::of_size(390, 844);
    browser.open(&format!("file://{}", file.display()));
    let paper = Paper::of(&browser.print_on((10.5, 14.8)));
    assert_eq!(paper.len(), 2, "each is on one sheet of A6");
    for code in codes {
        assert_eq!(paper.pages_with(&[code]), 1);
    }
}

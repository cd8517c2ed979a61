//! The page at `/docs` as a person uses it, in a browser: five different commands in a row by "Try it out", a reload in
//! between, the search, and a narrow window.

use crate::harness::{Browser, Office, instant, now, there_is_a_browser};
use serde_json::{Value, json};

/// The page, with an operation's box open for trying it out.
struct Page<'b> {
    browser: &'b Browser,
}

impl Page<'_> {
    fn of<'b>(browser: &'b Browser, office: &Office) -> Page<'b> {
        browser.open(&format!("{}/docs/", office.server().url));
        let page = Page { browser };
        page.has_loaded();
        page
    }

    fn has_loaded(&self) {
        self.browser.wait_for(
            "the list of operations",
            "return document.querySelectorAll('.opblock').length > 100",
            &[],
        );
    }

    fn click(&self, selector: &str) {
        self.browser.wait_for(selector, "return document.querySelector(arguments[0]) !== null", &[selector]);
        self.browser.run("document.querySelector(arguments[0]).click()", &[selector]);
    }

    /// Writes into a field and leaves it, as a person does: React listens to the events, not to the value.
    fn write(&self, selector: &str, text: &str) {
        self.browser.wait_for(selector, "return document.querySelector(arguments[0]) !== null", &[selector]);
        self.browser.run(
            "const field = document.querySelector(arguments[0]);
             const kind = field.tagName === 'TEXTAREA' ? HTMLTextAreaElement : HTMLInputElement;
             Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(field, arguments[1]);
             field.dispatchEvent(new Event('input', {bubbles: true}));
             field.dispatchEvent(new Event('change', {bubbles: true}));
             field.dispatchEvent(new Event('focusout', {bubbles: true}));",
            &[selector, text],
        );
    }

    fn authorize(&self, token: &str) {
        self.click("button.authorize");
        self.write(".auth-container input", token);
        self.click(".auth-btn-wrapper button.authorize");
        self.click(".auth-btn-wrapper button.btn-done");
    }

    /// Opens an operation, fills in what is given and nothing else, and executes it: the status and the body that the page
    /// shows.
    #[track_caller]
    fn execute(&self, tag: &str, operation: &str, path: &[(&str, &str)], body: Option<&Value>) -> (String, String) {
        let block = format!("#operations-{}-{operation}", tag.replace(' ', "_"));
        self.click(&format!("{block} .opblock-summary-control"));
        self.click(&format!("{block} .try-out__btn"));
        for (name, value) in path {
            self.write(&format!("{block} tr[data-param-name='{name}'] input"), value);
        }
        if let Some(body) = body {
            self.write(&format!("{block} textarea.body-param__text"), &body.to_string());
        }
        self.click(&format!("{block} button.execute"));
        let shown = "const shown = document.querySelector(arguments[0] + ' .live-responses-table tbody');
             const status = shown && shown.querySelector('.response-col_status');
             return status ? [status.textContent.trim(), shown.querySelector('.response-col_description').textContent] : null";
        let answer = self.browser.wait_for("an answer", shown, &[&block]);
        let text = |index: usize| answer[index].as_str().unwrap_or_default().to_owned();
        self.click(&format!("{block} .opblock-summary-control"));
        (text(0), text(1))
    }

    #[track_caller]
    fn does(&self, tag: &str, operation: &str, path: &[(&str, &str)], body: Option<&Value>) {
        let (status, answer) = self.execute(tag, operation, path, body);
        assert!(status.starts_with("200") || status.starts_with("201"), "{operation}: {status}\n{answer}");
    }
}

/// Examples of optional parameters are sent by the page as values: the second command of a session then reuses the key of
/// the first, and lists are filtered to nothing.
#[test]
fn five_commands_in_a_row_are_recorded_by_the_page() {
    if !there_is_a_browser("five_commands_in_a_row_are_recorded_by_the_page") {
        return;
    }
    let office = Office::open();
    let topics = office.get("/v1/topics").good();
    let before = office.head();
    let browser = Browser::of_size(1400, 1000);
    let page = Page::of(&browser, &office);
    page.authorize(office.token());

    page.does("offices", "post_offices", &[], Some(&json!({"name": "镇城运中心", "kind": "department"})));
    let delegate = json!({"name": "王小明", "delegate_type": "deputy", "grid_id": office.grid, "from": "2024-01-01"});
    page.does("delegates", "post_delegates", &[], Some(&delegate));
    let held = instant(now());
    let reception = json!({"grid_id": office.grid, "form": "walk_in", "held_at": held,
        "delegates": [{"delegate_id": office.delegate}], "visitors": [{}],
        "issues": [{"kind": "demand", "topic": "livelihood", "subject": "路灯不亮", "text": "三天不亮。"}]});
    page.does("receptions", "post_receptions", &[], Some(&reception));

    // The token is still there after a reload.
    browser.reload();
    page.has_loaded();
    let issue = office.get("/v1/issues").good()["items"][0]["id"].as_str().unwrap().to_owned();
    page.does("issues", "post_issues_by_id_taking", &[("id", &issue)], Some(&json!({})));
    // The example as it stands changes nothing that is in force.
    page.does("policies", "post_policies", &[], None);
    assert_eq!(office.get("/v1/topics").good()["items"], topics["items"]);
    assert!(office.head() >= before + 5, "five commands are five events at least");

    // A list asked for by an untouched form is not filtered.
    let (status, shown) = page.execute("issues", "get_issues", &[], None);
    assert!(status.starts_with("200") && shown.contains(&issue), "{status}\n{shown}");
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
}

/// The document sends its readers to a page that the server itself has.
#[test]
fn the_conventions_are_served_in_both_languages() {
    let office = Office::empty();
    let document = office.get("/openapi.json").good();
    let about = document["info"]["description"].as_str().unwrap();
    for (path, title) in [("/docs/API.md", "# Using the API"), ("/docs/zh/API.md", "# 使用接口")] {
        assert!(about.contains(&format!("({path})")), "{about}");
        let page = office.call("GET", path).without("Authorization").send().is(200);
        assert_eq!(page.header("content-type"), Some("text/markdown; charset=utf-8"));
        assert!(page.text().starts_with(title), "{}", page.text());
    }
}

#[test]
fn the_search_finds_operations_and_a_narrow_window_holds_the_page() {
    if !there_is_a_browser("the_search_finds_operations_and_a_narrow_window_holds_the_page") {
        return;
    }
    let office = Office::empty();
    let browser = Browser::of_size(390, 844);
    let page = Page::of(&browser, &office);
    let width = browser.run("return document.documentElement.scrollWidth", &[]);
    assert!(width.as_u64().is_some_and(|width| width <= 390), "the page is {width} px wide");
    let warned = browser.run("return document.querySelector('.warning').textContent", &[]);
    assert!(warned.as_str().is_some_and(|words| words.contains("Execute") && words.contains("无法收回")), "{warned}");

    for (phrase, operation) in [
        ("escalat", "post_issues_by_id_escalations"),
        ("上报", "post_issues_by_id_escalations"),
        ("issues/{id}/deadline", "get_issues_by_id_deadline"),
    ] {
        page.write("input.operation-filter-input", phrase);
        let found = browser.wait_for(
            "fewer operations",
            "const found = [...document.querySelectorAll('.opblock')].map((block) => block.id);
             return found.length > 0 && found.length < 40 ? found.join(' ') : null",
            &[],
        );
        assert!(found.as_str().is_some_and(|ids| ids.contains(operation)), "{phrase}: {found}");
    }
    page.write("input.operation-filter-input", "");
    page.has_loaded();
    page.click("#operations-receptions-post_receptions .opblock-summary-control");
    browser.wait_for(
        "the open box",
        "return document.querySelector('#operations-receptions-post_receptions .opblock-body') !== null",
        &[],
    );
    let width = browser.run("return document.documentElement.scrollWidth", &[]);
    assert!(width.as_u64().is_some_and(|width| width <= 390), "with an operation open the page is {width} px wide");
}

//! The page that a visitor opens by the QR code: on a phone, on paper, without scripts, and with them, when it checks the log
//! against the slip, in both languages.

use super::Visit;
use crate::harness::{Browser, Office, paper_can_be_read, text, there_is_a_browser};
use crate::print::printed;
use serde_json::json;

/// How far the page goes beyond the screen.
const BEYOND: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
/// What each check came to, once all are done.
const CHECKED: &str = "const proof = document.querySelector('#proof');
    if (!['held', 'failed'].includes(proof.dataset.state)) return null;
    return [proof.dataset.state, ...[...proof.querySelectorAll('li')].map((li) => li.dataset.check + ':' + li.className)]
        .join(' ').replaceAll('check ', '')";
const ALL_HOLD: &str = "held leaf:true inclusion:true signature:true consistency:true";

fn address(office: &Office, path: &str, lang: &str) -> String {
    let (page, slip) = path.split_once('#').unwrap_or((path, ""));
    let slip = if slip.is_empty() { String::new() } else { format!("#{slip}") };
    format!("{}{page}?lang={lang}{slip}", office.server().url)
}

/// An issue that was answered, with others recorded before and after its slip was made.
fn answered(office: &Office) -> Visit<'_> {
    Visit::with(office, "先来的");
    let visit = Visit::with(office, "楼道灯不亮<b>");
    for n in 0..3 {
        Visit::with(office, &format!("后来的{n}"));
    }
    office.does(&visit.issue, "answers", &office.answer()).good();
    visit
}

#[test]
fn the_page_is_plain_and_asks_nobody_else() {
    let office = Office::open();
    let visit = answered(&office);
    let page = |lang: &str| {
        let path = format!("/r/{}{lang}", visit.code);
        office.call("GET", &path).without("Authorization").with("Accept-Language", "en").send()
    };
    let (zh, en) = (page("?lang=zh").is(200), page("").is(200));
    for (answer, words) in [
        (&zh, ["lang=\"zh-CN\"", "已答复", "首问责任人", "党代表", "申请重办", "正式答复"]),
        (
            &en,
            [
                "lang=\"en\"",
                "answered",
                "Responsible delegate",
                "Party delegate",
                "ask for a reopening",
                "final answer",
            ],
        ),
    ] {
        let policy = answer.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "script-src 'self'", "form-action 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        let told = answer.text();
        for word in words {
            assert!(told.contains(word), "{word}\n{told}");
        }
        // No outside address, and nothing of what was said.
        for absent in ["http:", "https:", "//", "楼道灯", "王小明", "livelihood", " style=", "onclick"] {
            assert!(!told.contains(absent), "{absent}\n{told}");
        }
    }
    let none = office.call("GET", "/r/0000-0000-0000-0000?lang=en").without("Authorization").send().is(404);
    assert!(none.header("content-type").unwrap().starts_with("text/html"));
    assert!(none.text().contains("There is no such receipt code") && !none.text().contains("<script"));
    page("?lang=fr").problem(400, "bad_parameter");
    for file in ["page.js", "check.js", "vendor/noble-ed25519/index.js"] {
        let script = office.call("GET", &format!("/r/assets/{file}")).without("Authorization").send().is(200);
        assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    }
    office.call("GET", "/r/assets/vendor/README.md").without("Authorization").send().problem(404, "not_found");
}

#[test]
fn without_scripts_it_is_read_on_a_phone_and_printed() {
    let test = "without_scripts_it_is_read_on_a_phone_and_printed";
    if !there_is_a_browser(test) || !paper_can_be_read(test) {
        return;
    }
    let office = Office::open();
    let visit = answered(&office);
    let number = text(&visit.sees(), "/number").to_owned();
    let browser = Browser::of_size(390, 844);
    browser.runs_no_scripts();
    for (lang, words) in [
        ("zh", ["群众反映事项回执", "答复期限", "登记"]),
        ("en", ["Receipt of an issue", "Answer due by", "registered"]),
    ] {
        browser.open(&address(&office, &visit.link, lang));
        assert_eq!(browser.run(BEYOND, &[]), json!(0), "{lang}");
        assert_eq!(browser.run("return document.querySelector('#proof').hidden", &[]), json!(true));
        let paper = printed(&browser, &format!("receipt-{lang}"));
        assert!(paper.len() == 1 && paper.is_a4());
        for word in words.into_iter().chain([number.as_str(), visit.code.as_str()]) {
            assert_eq!(paper.pages_with(&[word.to_owned()]), 1, "{word}");
        }
    }
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
}

#[test]
fn a_visitors_own_browser_finds_that_everything_holds() {
    if !there_is_a_browser("a_visitors_own_browser_finds_that_everything_holds") {
        return;
    }
    let office = Office::open();
    let visit = answered(&office);
    let browser = Browser::of_size(390, 844);
    for (lang, verdict, other) in [("zh", "全部相符", "en"), ("en", "Everything holds", "zh-CN")] {
        browser.open(&address(&office, &visit.link, lang));
        assert_eq!(browser.wait_for("the checks", CHECKED, &[]), json!(ALL_HOLD), "{lang}");
        let said = browser.run("return document.querySelector('#proof').textContent", &[]);
        let said = said.as_str().unwrap();
        assert!(
            said.contains(verdict) && (said.contains("不能证明运营者") || said.contains("cannot convict")),
            "{said}"
        );
        assert_eq!(browser.run(BEYOND, &[]), json!(0), "{lang}");
        // The other language is led to with the slip.
        browser.run("document.querySelector('a[data-keeps-slip]').click()", &[]);
        browser.wait_for("the other language", "return document.documentElement.lang === arguments[0]", &[other]);
        assert_eq!(browser.wait_for("the checks", CHECKED, &[]), json!(ALL_HOLD), "{lang}");
    }
    // Without a slip what needs none is checked.
    browser.open(&address(&office, &format!("/r/{}", visit.code), "en"));
    let without = "held leaf:null inclusion:true signature:true consistency:null";
    assert_eq!(browser.wait_for("the checks", CHECKED, &[]), json!(without));
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
}

/// Each part is forged alone: what it belongs to fails and is shown, whatever the language.
#[test]
fn a_forged_proof_is_shown_as_failed() {
    if !there_is_a_browser("a_forged_proof_is_shown_as_failed") {
        return;
    }
    let office = Office::open();
    let visit = answered(&office);
    let browser = Browser::of_size(390, 844);
    // The last digit of 43 of base64url has spare bits: the one before is changed.
    let other = |text: &str, at: usize| {
        let letter = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("{}{letter}{}", &text[..at], &text[at + 1..])
    };
    let forging = [
        (
            "p.leaves[0].leaf = btoa(atob(p.leaves[0].leaf).replace('issue.raised', 'issue.razed!'))",
            ["leaf:false", "inclusion:false"],
        ),
        ("p.leaves[0].position += 1", ["leaf:false", "inclusion:false"]),
        ("p.leaves[1].leaf = p.leaves[0].leaf", ["leaf:true", "inclusion:false"]),
        ("p.leaves[0].proof[0] = p.leaves[0].proof[1]", ["leaf:true", "inclusion:false"]),
        ("p.leaves[0].proof.pop()", ["leaf:true", "inclusion:false"]),
        ("p.leaves = []", ["leaf:false", "inclusion:false"]),
        (
            "p.checkpoint = p.checkpoint.replace(/\\n([0-9]+)\\n/, (_, n) => `\\n${Number(n) + 1}\\n`)",
            ["signature:false", "inclusion:false"],
        ),
        (
            "const l = p.checkpoint.split('\\n'); l[2] = btoa('x'.repeat(32)); p.checkpoint = l.join('\\n')",
            ["inclusion:false", "signature:false"],
        ),
        (
            "p.checkpoint = p.checkpoint.replace(/(.)(..=*\\n)$/, (_, a, b) => (a === 'A' ? 'B' : 'A') + b)",
            ["signature:false", "inclusion:true"],
        ),
        ("p.vkey = p.vkey.replace(/\\+.{8}\\+/, '+00000000+')", ["signature:false", "consistency:true"]),
        ("p.consistency[0] = p.leaves[0].proof[0]", ["consistency:false", "signature:true"]),
        ("delete p.consistency", ["consistency:false", "inclusion:true"]),
    ];
    for (lang, mark, warning) in [("zh", "不符", "公开栏"), ("en", "does not hold", "notice board")] {
        browser.open(&address(&office, &visit.link, lang));
        assert_eq!(browser.wait_for("the checks", CHECKED, &[]), json!(ALL_HOLD));
        for (forged, results) in forging {
            let forge = format!(
                "window.honest ??= window.fetch;
                 window.fetch = async (...asked) => {{
                     const p = await (await window.honest(...asked)).json();
                     {forged};
                     return new Response(JSON.stringify(p));
                 }};
                 document.querySelector('#proof').dataset.state = '';
                 dispatchEvent(new HashChangeEvent('hashchange'));"
            );
            browser.run(&forge, &[]);
            let checked = browser.wait_for("the checks", CHECKED, &[]);
            let checked = checked.as_str().unwrap();
            assert!(
                checked.starts_with("failed ") && results.iter().all(|one| checked.contains(one)),
                "{forged}: {checked}"
            );
            let shown = browser.run("return document.querySelector('#proof').textContent", &[]);
            let shown = shown.as_str().unwrap();
            assert!(shown.contains(mark) && shown.contains(warning), "{forged}: {shown}");
        }
    }
    // A slip of another history: its root, its leaf, or a log that was longer once.
    let (page, slip) = visit.link.split_once('#').unwrap();
    let parts: Vec<_> = slip.split('.').collect();
    let with = |at: usize, value: String| {
        let mut parts: Vec<_> = parts.iter().map(|part| (*part).to_owned()).collect();
        parts[at] = value;
        format!("{page}#{}", parts.join("."))
    };
    for (link, result) in [
        (with(4, other(parts[4], 5)), "consistency:false"),
        (with(2, other(parts[2], 5)), "leaf:false"),
        (with(1, "1".to_owned()), "leaf:false"),
        (with(3, "1000000".to_owned()), "consistency:false"),
    ] {
        browser.open("about:blank");
        browser.open(&address(&office, &link, "en"));
        let checked = browser.wait_for("the checks", CHECKED, &[]);
        let checked = checked.as_str().unwrap();
        assert!(checked.starts_with("failed ") && checked.contains(result), "{link}: {checked}");
    }
    for nonsense in ["2.1.a.1.b", "1.1", "1.x.y.z.w"] {
        browser.open("about:blank");
        browser.open(&address(&office, &format!("{page}#{nonsense}"), "en"));
        assert_eq!(browser.wait_for("a word on it", CHECKED, &[]), json!("failed"), "{nonsense}");
    }
}

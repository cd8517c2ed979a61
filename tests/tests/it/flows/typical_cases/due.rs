//! A source issue that was reopened after the selection calls for an annotation: in answers, lists and the ledger alike (C-5.3).

use super::{TEXT, Town, of};
use crate::harness::{Office, id, text};
use serde_json::{Value, json};

/// Reopens an answered issue, and answers it again.
fn reopens(office: &Office, issue: &str) {
    let asked = json!({"ground": "new_facts", "reason": "灯又坏了"});
    office.does(issue, "reopenings", &asked).good();
    office.does(issue, "reopenings/decision", &json!({"accepted": true})).good();
    office.does(issue, "answers", &office.answer()).good();
}

impl Town {
    /// What a case is said to be, its list and the ledger agree on it: whether an annotation of this case alone is due.
    #[track_caller]
    fn is_due(&self, case: &str) -> bool {
        let one = self.office.get(&format!("/v1/typical-cases/{case}")).good();
        let due = one["annotation_due"].as_bool().unwrap();
        let alone = if due { vec![case.to_owned()] } else { Vec::new() };
        assert_eq!(self.listed("annotation_due=true"), alone);
        assert!(self.listed("annotation_due=false").contains(&case.to_owned()) != due);
        let ledger = self.office.get(&format!("/v1/clauses/C-5.3?at_least={}", self.office.head())).good();
        let check = &ledger["checks"]["annotation_due"];
        assert_eq!(check["n"], alone.len(), "{ledger:#}");
        assert_eq!(text(check, "/list"), "/v1/typical-cases?annotation_due=true");
        let listed = self.office.get(text(check, "/list")).good();
        assert_eq!(listed["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), alone);
        assert!(listed["items"].as_array().unwrap().iter().all(|item| item["annotation_due"] == true), "{listed:#}");
        due
    }
}

#[test]
fn an_annotation_is_due_from_a_reopening_after_the_selection_until_there_is_one() {
    let town = Town::open();
    let office = &town.office;
    let case = town.submitted();
    // Reopened before the selection: whoever selected it could know.
    reopens(office, &town.issue);
    assert!(!town.is_due(&case));
    let call = office.command(&of(&case, "selection"), &json!({"selected": true})).key("once");
    let selected = call.send().good();
    assert_eq!(selected["typical_case"]["annotation_due"], false);
    assert!(!town.is_due(&case));
    let other = town.submitted();
    reopens(office, &town.issue);
    assert!(town.is_due(&case));
    // What was answered then is answered again as it was, and so is the past.
    let again = call.send().is(200);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), selected);
    let then = format!("/v1/typical-cases/{case}?as_of_position={}", selected["position"]);
    assert_eq!(office.get(&then).good()["annotation_due"], false);
    // Published or given another text, it is due all the same.
    town.publishes(&case, "board");
    assert_eq!(town.deidentifies(&case, TEXT, "published")["typical_case"]["annotation_due"], true);
    assert!(town.is_due(&case));

    let annotated = town.does(&case, "annotations", &json!({"text": "已由物业重新布线。"}), "published");
    assert_eq!(annotated["typical_case"]["annotation_due"], false);
    assert!(!town.is_due(&case));
    assert!(!town.is_due(&other));
    reopens(office, &town.issue);
    assert!(town.is_due(&case));
}

#[test]
fn the_ledger_counts_annotations_due_by_grid_and_day_and_says_so_to_people() {
    let town = Town::open();
    let office = &town.office;
    let case = town.decided(true);
    reopens(office, &town.issue);
    assert!(town.is_due(&case));
    let grids = office.get("/v1/grids").good();
    let elsewhere = id(&grids["items"][1]);
    let today = crate::harness::today();
    let check = |query: &str| {
        let path = format!("/v1/clauses/C-5.3?{query}&at_least={}", office.head());
        let ledger = office.get(&path).good();
        let check = ledger["checks"]["annotation_due"].clone();
        let listed = office.get(text(&check, "/list")).good();
        assert_eq!(check["n"], listed["items"].as_array().map_or(0, Vec::len), "{query}\n{listed:#}");
        check["n"].clone()
    };
    assert_eq!(check(&format!("grid_id={}&from={today}", office.grid)), 1);
    assert_eq!(check(&format!("grid_id={elsewhere}")), 0);
    assert_eq!(check(&format!("from={}", today + chrono::Duration::days(1))), 0);
    let clauses = office.get("/v1/clauses").good();
    let clause = clauses["items"].as_array().unwrap().iter().find(|clause| clause["id"] == "C-5.3").unwrap();
    let told: [&Value; 3] = [&clause["built"], &clause["to_come"], &clause["facts"]["typical_case.selected"]];
    assert_eq!(told, [&json!(true), &json!([]), &json!(1)]);
    for (language, words) in [("zh-CN", "待加注的典型案例"), ("en", "typical cases to be annotated")] {
        let path = "/v1/clauses/C-5.3?format=html";
        let page = office.call("GET", path).with("Accept-Language", language).send().is(200).text();
        let link = "<a href=\"/v1/typical-cases?annotation_due=true\">1</a>";
        assert!(page.contains(words) && page.contains(link), "{page}");
    }
}

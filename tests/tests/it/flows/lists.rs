//! Lists: every filter finds what belongs to it and nothing else; pages lead on to the end.

use crate::harness::{Office, WorkingDays, demand, id, instant, now, text, today};
use serde_json::{Value, json};
use std::collections::BTreeSet;

struct Scene {
    office: Office,
    /// By what has become of them.
    registered: String,
    in_hand: String,
    escalated: String,
    answered: String,
    closed: String,
    overdue: String,
    elsewhere: String,
    major: String,
    position: u64,
}

fn scene() -> Scene {
    let office = Office::open();
    let recorded = office.records_reception(&[
        demand("甲"),
        json!({"kind": "opinion", "topic": "transport", "subject": "乙", "text": "乙乙"}),
        demand("丙"),
        demand("丁"),
        demand("戊"),
    ]);
    let issue = |n: usize| id(&recorded["issues"][n]);
    let (registered, in_hand, escalated, answered, closed) = (issue(0), issue(1), issue(2), issue(3), issue(4));
    office.does(&in_hand, "taking", &json!({})).good();
    let major =
        id(&office.does(&escalated, "escalations", &json!({"level": "L2", "reason": "会商"})).good()["major_issue"]);
    for issue in [&answered, &closed] {
        office.does(issue, "answers", &office.answer()).good();
    }
    office
        .does(&closed, "feedback", &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())}))
        .good();
    office.does(&closed, "closing", &json!({})).good();
    let overdue = office.raises_at(now() - chrono::Duration::days(30), "己");
    let other_grid = id(&office.get("/v1/grids").good()["items"][1]);
    let mut body = office.reception(now(), &[demand("庚")]);
    body["grid_id"] = json!(other_grid);
    body["form"] = json!("group_visit");
    let last = office.post("/v1/receptions", &body).created();
    let (elsewhere, position) = (id(&last["issues"][0]), last["position"].as_u64().unwrap());
    Scene { office, registered, in_hand, escalated, answered, closed, overdue, elsewhere, major, position }
}

impl Scene {
    #[track_caller]
    fn list(&self, path: &str) -> Vec<Value> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let page = self.office.get(&format!("{path}{separator}at_least={}", self.position)).good();
        assert!(page["as_of_position"].as_u64() >= Some(self.position), "{path}: {page:#}");
        page["items"].as_array().unwrap().clone()
    }

    #[track_caller]
    fn finds(&self, filter: &str, expected: &[&String]) {
        let found: BTreeSet<String> = self.list(&format!("/v1/issues?{filter}")).iter().map(id).collect();
        let expected: BTreeSet<String> = expected.iter().map(|issue| (*issue).clone()).collect();
        assert_eq!(found, expected, "{filter}");
    }
}

#[test]
fn issues_by_every_filter() {
    let scene = scene();
    let Scene { office, registered, in_hand, escalated, answered, closed, overdue, elsewhere, .. } = &scene;
    let here = [registered, in_hand, escalated, answered, closed, overdue];
    let all = [registered, in_hand, escalated, answered, closed, overdue, elsewhere];
    scene.finds("", &all);
    scene.finds(&format!("grid_id={}", office.grid), &here);
    scene.finds(&format!("delegate_id={}", office.delegate), &all);
    scene.finds(&format!("delegate_id={}", office.other_delegate), &[]);
    scene.finds(&format!("unit_id={}", office.unit), &[]);
    scene.finds("state=registered", &[registered, overdue, elsewhere]);
    scene.finds("state=in_hand,escalated", &[in_hand, escalated]);
    scene.finds("state=open", &[registered, in_hand, escalated, overdue, elsewhere]);
    scene.finds("state=answered", &[answered]);
    scene.finds("state=closed", &[closed]);
    scene.finds("kind=opinion", &[in_hand]);
    scene.finds("topic=transport", &[in_hand]);
    scene.finds("topic=livelihood&kind=demand&state=escalated", &[escalated]);
    scene.finds("answered=on_time", &[answered, closed]);
    scene.finds("answered=late", &[]);
    let lateness = office.issue(overdue)["lateness"].clone();
    let lateness = lateness.as_str().unwrap();
    assert!(["overdue", "long_overdue"].contains(&lateness), "{lateness}");
    scene.finds(&format!("lateness={lateness}"), &[overdue]);
    scene.finds("lateness=on_time", &[registered, in_hand, escalated, elsewhere]);
    let number = office.issue(closed)["number"].clone();
    scene.finds(&format!("number={}", number.as_str().unwrap()), &[closed]);
    let due = WorkingDays::shipped().after(today(), 5);
    scene.finds(&format!("due_from={due}&due_to={due}&state=open"), &[registered, in_hand, elsewhere]);
    scene.finds(&format!("due_to={}", due - chrono::Days::new(1)), &[overdue]);
    scene.finds(
        &format!("from={}&to={}", today(), today()),
        &[registered, in_hand, escalated, answered, closed, elsewhere],
    );
    scene.finds(&format!("to={}", today() - chrono::Days::new(1)), &[overdue]);
    scene.finds("interim=silent", &[]);
}

#[test]
fn issues_in_order_and_in_pages() {
    let scene = scene();
    let by = |sort: &str| -> Vec<(String, String)> {
        let items = scene.list(&format!("/v1/issues?sort={sort}"));
        items
            .iter()
            .map(|issue| (text(issue, "/answer_due_on").to_owned(), text(issue, "/raised_at").to_owned()))
            .collect()
    };
    assert!(by("due").is_sorted_by_key(|issue| issue.0.clone()));
    assert!(by("raised").is_sorted_by_key(|issue| issue.1.clone()));
    assert!(by("-raised").iter().rev().is_sorted_by_key(|issue| issue.1.clone()));

    for sort in ["due", "raised", "-raised"] {
        let whole: Vec<String> = scene.list(&format!("/v1/issues?sort={sort}")).iter().map(id).collect();
        let (mut paged, mut next) = (Vec::new(), Some(format!("/v1/issues?sort={sort}&limit=2")));
        while let Some(path) = next.take() {
            let answer = scene.office.get(&path);
            let link = answer.header("link").map(str::to_owned);
            let page = answer.good();
            paged.extend(page["items"].as_array().unwrap().iter().map(id));
            assert_eq!(page.get("next_cursor").is_some(), link.is_some(), "{page:#}");
            next = link.map(|link| {
                assert!(link.ends_with("; rel=\"next\""), "{link}");
                assert!(
                    link.contains("limit=2") && link.contains(&format!("sort={sort}")),
                    "the link keeps the query: {link}"
                );
                link[1..link.find('>').unwrap()].to_owned()
            });
        }
        assert_eq!(paged, whole, "{sort}");
    }
}

#[test]
fn an_entry_of_a_list_is_the_issue() {
    let scene = scene();
    let entries = scene.list("/v1/issues?state=answered");
    let whole = scene.office.issue(&scene.answered);
    for name in [
        "id",
        "number",
        "version",
        "state",
        "clock",
        "lateness",
        "kind",
        "topic",
        "subject",
        "grid_id",
        "responsible_delegate_id",
        "raised_at",
        "answer_due_on",
    ] {
        assert_eq!(entries[0][name], whole[name], "{name}");
    }
}

#[test]
fn receptions_and_major_issues() {
    let scene = scene();
    let office = &scene.office;
    assert_eq!(scene.list("/v1/receptions").len(), 3);
    assert_eq!(scene.list(&format!("/v1/receptions?grid_id={}", office.grid)).len(), 2);
    assert_eq!(scene.list(&format!("/v1/receptions?from={}", today())).len(), 2);
    let major = scene.list("/v1/major-issues");
    assert_eq!(major.len(), 1);
    assert_eq!(
        (&major[0]["id"], &major[0]["level"], &major[0]["state"]),
        (&json!(scene.major), &json!("L2"), &json!("submitted"))
    );
    assert_eq!(scene.list("/v1/major-issues?level=L3").len(), 0);
    assert_eq!(scene.list("/v1/major-issues?state=submitted&level=L2").len(), 1);
}

#[test]
fn who_writes_reads_it_at_once_and_others_can_ask_to() {
    let office = Office::open();
    for n in 0..20 {
        let recorded = office.records_reception(&[demand(&format!("第{n}件"))]);
        let issue = id(&recorded["issues"][0]);
        let page = office.get(&format!("/v1/issues?at_least={}&sort=-raised&limit=1000", recorded["position"])).good();
        assert!(page["items"].as_array().unwrap().iter().any(|entry| id(entry) == issue));
    }
    let beyond = office.head() + 1000;
    let begun = std::time::Instant::now();
    let behind = office.get(&format!("/v1/issues?at_least={beyond}"));
    assert!(begun.elapsed() >= std::time::Duration::from_millis(1500), "it waits up to two seconds");
    assert!(behind.header("retry-after").is_some());
    behind.problem(503, "read_model_behind");
}

#[test]
fn a_cursor_belongs_to_its_query() {
    let scene = scene();
    let office = &scene.office;
    let page = office.get(&format!("/v1/issues?limit=1&at_least={}", scene.position)).good();
    let cursor = text(&page, "/next_cursor");
    office.get(&format!("/v1/issues?limit=1&cursor={cursor}")).good();
    office.refuses_question(&format!("/v1/issues?limit=1&state=open&cursor={cursor}"), 400, "bad_cursor");
    office.refuses_question(&format!("/v1/receptions?limit=1&cursor={cursor}"), 400, "bad_cursor");
    office.refuses_question("/v1/issues?cursor=%E4%B8%8D", 400, "bad_cursor");
    let mut turned: Vec<char> = cursor.chars().collect();
    turned[0] = if turned[0] == 'A' { 'B' } else { 'A' };
    let turned: String = turned.into_iter().collect();
    office.refuses_question(&format!("/v1/issues?limit=1&cursor={turned}"), 400, "bad_cursor");
}

//! Dashboards: every figure is the number of things on the list that it leads to.

use crate::harness::{Office, demand, id, instant, now, text, today};
use serde_json::{Value, json};

struct Scene {
    office: Office,
    elsewhere: String,
    position: u64,
}

/// A town where something stands in most of the ways in which it can.
fn scene() -> Scene {
    let office = Office::open();
    let mut body = office.reception(
        now(),
        &[
            demand("甲"),
            json!({"kind": "opinion", "topic": "transport", "subject": "乙", "text": "乙乙"}),
            demand("丙"),
            demand("丁"),
            demand("戊"),
            demand("己"),
            demand("庚"),
        ],
    );
    body["unit_id"] = json!(office.unit);
    body["delegates"] = json!([{"delegate_id": office.delegate}, {"delegate_id": office.other_delegate}]);
    let recorded = office.post("/v1/receptions", &body).created();
    let issue = |n: usize| id(&recorded["issues"][n]);
    office.does(&issue(0), "taking", &json!({})).good();
    office.does(&issue(1), "escalations", &json!({"level": "L2", "reason": "会商"})).good();
    for n in [2, 3] {
        office.does(&issue(n), "answers", &office.answer()).good();
    }
    let given = json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())});
    office.does(&issue(3), "feedback", &given).good();
    office.does(&issue(3), "closing", &json!({})).good();
    office.does(&issue(4), "withdrawal", &json!({"reason": "不再需要"})).good();
    let handed = json!({"to_delegate_id": office.other_delegate, "reason_code": "long_leave", "reason": "产假"});
    office.does(&issue(5), "handovers", &handed).good();
    let referral = json!({"statutory_channel": "court", "reason": "已有诉讼", "told_at": instant(now())});
    office.does(&issue(6), "referrals", &referral).good();
    // Late ones: answered, still open, and escalated without a word since.
    let long_ago = now() - chrono::Duration::days(40);
    let late = office.raises_at(long_ago, "辛");
    office.does(&late, "answers", &office.answer()).good();
    office.raises_at(long_ago, "壬");
    office.raises_at(now() - chrono::Duration::days(8), "癸");
    let mut silent = json!({"level": "L3", "reason": "联席会议"});
    silent["occurred_at"] = json!(instant(now() - chrono::Duration::days(20)));
    let escalated = office.raises_at(now() - chrono::Duration::days(21), "子");
    office.does(&escalated, "escalations", &silent).good();
    let elsewhere = id(&office.get("/v1/grids").good()["items"][1]);
    let mut body = office.reception(now(), &[demand("丑")]);
    body["grid_id"] = json!(elsewhere);
    let position = office.post("/v1/receptions", &body).created()["position"].as_u64().unwrap();
    Scene { office, elsewhere, position }
}

impl Scene {
    #[track_caller]
    fn dashboard(&self, name: &str) -> Value {
        let separator = if name.contains('?') { '&' } else { '?' };
        let path = format!("/v1/dashboards/{name}{separator}at_least={}", self.position);
        let dashboard = self.office.get(&path).good();
        assert!(dashboard["as_of_position"].as_u64() >= Some(self.position), "{dashboard:#}");
        assert_eq!(dashboard["as_of_date"], today().to_string());
        dashboard
    }

    /// How many things are on a list.
    #[track_caller]
    fn count(&self, list: &str, filter: &str) -> u64 {
        let mut path = list.to_owned();
        for filter in [filter, "limit=1000"].iter().filter(|filter| !filter.is_empty()) {
            path += if path.contains('?') { "&" } else { "?" };
            path += filter;
        }
        let page = self.office.get(&path).good();
        assert!(page.get("next_cursor").is_none());
        page["items"].as_array().unwrap().len() as u64
    }

    /// Every figure of a row is counted again on its list.
    #[track_caller]
    fn recount(&self, row: &Value) {
        let list = text(row, "/list");
        let monday = today() - chrono::Days::new(chrono::Datelike::weekday(&today()).num_days_from_monday().into());
        let week = format!("state=open&due_from={monday}&due_to={}", monday + chrono::Days::new(6));
        let mut filters = vec![
            ("/issues/raised".to_owned(), String::new()),
            ("/issues/open".to_owned(), "state=open".to_owned()),
            ("/due_this_week".to_owned(), week),
            ("/silent_interim".to_owned(), "interim=silent".to_owned()),
            ("/answered_on_time/n".to_owned(), "answered=on_time".to_owned()),
        ];
        let states = [
            "registered",
            "in_hand",
            "escalated",
            "awaiting_answer",
            "answered",
            "closed",
            "withdrawn",
            "referred",
            "merged",
        ];
        filters.extend(states.map(|state| (format!("/issues/{state}"), format!("state={state}"))));
        let lateness = ["on_time", "due_soon", "overdue", "long_overdue"];
        filters.extend(lateness.map(|lateness| (format!("/lateness/{lateness}"), format!("lateness={lateness}"))));
        // Of nothing every part is nothing; it need not be asked for.
        let nothing = self.count(list, "") == 0;
        let count = |filter: &str| if nothing { 0 } else { self.count(list, filter) };
        for (pointer, filter) in &filters {
            let figure = row.pointer(pointer).and_then(Value::as_u64);
            assert_eq!(figure, Some(count(filter)), "{pointer} of {row:#}");
        }
        let answered = count("answered=on_time") + count("answered=late");
        assert_eq!(row["answered_on_time"]["of"], answered, "{row:#}");
        if row.get("topic").is_none() {
            let receptions = list.replace("/v1/issues", "/v1/receptions");
            assert_eq!(row["receptions"], self.count(&receptions, ""), "{row:#}");
        } else {
            assert!(row.get("receptions").is_none());
        }
    }
}

fn rows(dashboard: &Value) -> &Vec<Value> {
    dashboard["items"].as_array().unwrap()
}

#[test]
fn every_figure_is_the_length_of_its_list() {
    let scene = scene();
    let office = &scene.office;
    let overview = scene.dashboard("overview");
    scene.recount(&overview);
    assert_eq!(overview["list"], "/v1/issues");
    assert_eq!((&overview["receptions"], &overview["issues"]["raised"]), (&json!(6), &json!(12)));
    // It is a scene in which much can be wrong.
    for pointer in [
        "/issues/registered",
        "/issues/in_hand",
        "/issues/escalated",
        "/issues/answered",
        "/issues/closed",
        "/issues/withdrawn",
        "/issues/referred",
        "/silent_interim",
        "/lateness/on_time",
        "/lateness/long_overdue",
        "/answered_on_time/n",
    ] {
        assert!(overview.pointer(pointer).unwrap().as_u64() > Some(0), "{pointer}");
    }
    assert!(overview["answered_on_time"]["n"].as_u64() < overview["answered_on_time"]["of"].as_u64());

    let grids = scene.dashboard("grids");
    assert_eq!(rows(&grids).len(), 14);
    let listed = office.get("/v1/grids?limit=1000").good();
    for (row, grid) in rows(&grids).iter().zip(rows(&listed)) {
        assert_eq!((&row["grid_id"], &row["name"]), (&grid["id"], &grid["name"]));
        scene.recount(row);
    }
    let sum =
        |pointer: &str| rows(&grids).iter().map(|row| row.pointer(pointer).unwrap().as_u64().unwrap()).sum::<u64>();
    for pointer in ["/receptions", "/issues/raised", "/issues/open", "/lateness/overdue", "/answered_on_time/of"] {
        assert_eq!(overview.pointer(pointer).unwrap().as_u64(), Some(sum(pointer)), "{pointer}");
    }

    let units = scene.dashboard("units");
    assert_eq!(rows(&units).len(), 76);
    let unit = rows(&units).iter().find(|row| row["unit_id"] == office.unit.as_str()).unwrap();
    assert_eq!(unit["issues"]["raised"], 7);
    scene.recount(unit);

    let delegates = scene.dashboard("delegates");
    assert_eq!(rows(&delegates).len(), 146);
    for who in [&office.delegate, &office.other_delegate] {
        let row = rows(&delegates).iter().find(|row| row["delegate_id"] == who.as_str()).unwrap();
        assert_eq!(row["name"], office.get(&format!("/v1/delegates/{who}")).good()["name"]);
        scene.recount(row);
    }
    assert_eq!(rows(&delegates).iter().filter(|row| row["issues"]["raised"] == 0).count(), 144);

    let topics = scene.dashboard("topics");
    let known = office.get("/v1/topics").good();
    for (row, topic) in rows(&topics).iter().zip(rows(&known)) {
        assert_eq!((&row["topic"], &row["name"]), (&topic["code"], &topic["zh"]));
        scene.recount(row);
    }
    assert_eq!(rows(&topics).len(), rows(&known).len());
}

#[test]
fn grid_and_dates_choose_the_cohort() {
    let scene = scene();
    let (here, there) = (&scene.office.grid, &scene.elsewhere);
    let (first, last) = (today() - chrono::Days::new(30), today() - chrono::Days::new(1));
    let dates = format!("from={first}&to={last}");
    for (name, raised, receptions) in [
        (format!("overview?grid_id={here}"), 11, 5),
        (format!("overview?grid_id={there}"), 1, 1),
        (format!("overview?{dates}"), 2, 2),
        (format!("overview?grid_id={there}&{dates}"), 0, 0),
        (format!("overview?to={}", today() - chrono::Days::new(31)), 2, 2),
    ] {
        let overview = scene.dashboard(&name);
        assert_eq!(
            (&overview["issues"]["raised"], &overview["receptions"]),
            (&json!(raised), &json!(receptions)),
            "{name}"
        );
        scene.recount(&overview);
    }
    for kind in ["grids", "units", "delegates", "topics"] {
        for row in rows(&scene.dashboard(&format!("{kind}?grid_id={here}&{dates}"))) {
            let list = text(row, "/list");
            assert!(list.contains(here) && list.ends_with(&dates), "{list}");
            scene.recount(row);
        }
    }
    assert_eq!(rows(&scene.dashboard(&format!("grids?grid_id={here}"))).len(), 1);
    let units = scene.office.get(&format!("/v1/units?grid_id={here}&limit=1000")).good();
    assert_eq!(rows(&scene.dashboard(&format!("units?grid_id={here}"))).len(), rows(&units).len());
    // Whoever is of the grid, and who received there though of another.
    let theirs = scene.office.get(&format!("/v1/delegates?grid_id={there}&limit=1000")).good();
    assert_eq!(rows(&scene.dashboard(&format!("delegates?grid_id={there}"))).len(), rows(&theirs).len() + 1);
}

#[test]
fn major_issues_by_grid() {
    let scene = scene();
    let dashboard = scene.dashboard("major-issues");
    assert_eq!(rows(&dashboard).len(), 14);
    let here = rows(&dashboard).iter().find(|row| row["grid_id"] == scene.office.grid.as_str()).unwrap();
    assert_eq!((&here["open"], &here["overdue"]), (&json!(2), &json!(0)));
    assert_eq!(
        here["by"],
        json!([{"state": "submitted", "level": "L2", "count": 1}, {"state": "submitted", "level": "L3", "count": 1}])
    );
    let list = text(here, "/list");
    let yesterday = today() - chrono::Days::new(1);
    assert_eq!((scene.count(list, ""), scene.count(list, "state=open")), (2, 2));
    assert_eq!(scene.count(list, &format!("state=open&due_to={yesterday}")), 0);
    assert_eq!(scene.count(list, "state=submitted&level=L2"), 1);
    for row in rows(&dashboard).iter().filter(|row| row["grid_id"] != scene.office.grid.as_str()) {
        assert_eq!((&row["open"], &row["overdue"], &row["by"]), (&json!(0), &json!(0), &json!([])));
        assert!(row["name"].is_string());
    }
    let recent = scene.dashboard(&format!("major-issues?from={}&grid_id={}", today(), scene.office.grid));
    assert_eq!((rows(&recent).len(), &recent["items"][0]["open"]), (1, &json!(1)));
    assert_eq!(scene.count(text(&recent["items"][0], "/list"), ""), 1);
}

#[test]
fn tables_say_what_the_documents_say() {
    let scene = scene();
    for name in ["overview", "grids", "units", "delegates", "topics", "major-issues"] {
        let dashboard = scene.dashboard(name);
        let path = format!("/v1/dashboards/{name}");
        let table =
            scene.office.call("GET", &path).with("Accept", "text/csv").with("Accept-Language", "en").send().is(200);
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        let named = scene.office.call("GET", &format!("{path}?format=csv")).with("Accept-Language", "en");
        assert_eq!(named.send().is(200).body, table.body);
        let chinese = scene.office.get(&format!("{path}?format=csv")).is(200).text();
        assert!(
            !chinese.lines().next().unwrap().contains("raised")
                && chinese.lines().skip(1).eq(table.text().lines().skip(1))
        );
        // With the mark that spreadsheet programs know UTF-8 by.
        let table = table.text();
        let table = table.strip_prefix('\u{feff}').unwrap();
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{table}");
        let column = |name: &str| lines[0].iter().position(|column| *column == name);
        if name == "overview" {
            assert_eq!(lines[1][column("raised").unwrap()], dashboard["issues"]["raised"].to_string());
            assert_eq!(lines.len(), 2);
        } else if name != "major-issues" {
            assert_eq!(lines.len(), rows(&dashboard).len() + 1);
            for (line, row) in lines[1..].iter().zip(rows(&dashboard)) {
                assert_eq!(line[column("name").unwrap()], text(row, "/name"));
                assert_eq!(line[column("open").unwrap()], row["issues"]["open"].to_string());
                assert_eq!(line[column("list").unwrap()], text(row, "/list"));
            }
        }
        scene.office.refuses(&scene.office.call("GET", &path).with("Accept", "image/png"), 406, "not_acceptable");
    }
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let office = Office::open();
    for name in ["overview", "grids", "units", "delegates", "topics", "major-issues"] {
        let path = |query: &str| format!("/v1/dashboards/{name}?{query}");
        let refuses = |query: &str, code: &str| office.refuses_question(&path(query), 400, code);
        refuses("as_of_position=1", "as_of_not_supported").at("/query/as_of_position", "as_of_not_supported");
        refuses("as_of=2026-01-01T00:00:00Z", "as_of_not_supported");
        let nobody = "019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11";
        for grid in [nobody, office.unit.as_str()] {
            refuses(&format!("grid_id={grid}"), "bad_parameter").at("/query/grid_id", "unknown_id");
        }
        refuses("grid_id=x&from=2026-02-30&to=tomorrow", "bad_parameter").faults(3);
        refuses("from=2026-02-01&to=2026-01-31", "bad_parameter").at("/query/from", "bad_parameter");
        refuses("to=2023-11-30", "bad_parameter").at("/query/to", "before_programme");
        refuses("state=open", "unknown_parameter");
        // A town where nothing was recorded yet has zeros.
        let empty = office.get(&path("from=2023-01-01&to=2023-12-31")).good();
        let rows = if name == "overview" { vec![empty] } else { empty["items"].as_array().unwrap().clone() };
        assert!(!rows.is_empty());
        for row in rows {
            let figures = [row.get("receptions"), row.pointer("/issues/raised"), row.get("open")];
            assert!(figures.iter().flatten().all(|figure| **figure == json!(0)), "{row:#}");
        }
    }
    let beyond = format!("/v1/dashboards/overview?at_least={}", office.head() + 1);
    office.refuses_question(&beyond, 503, "read_model_behind");
    office.refuses_question("/v1/dashboards/promises", 404, "not_found");
}

#[test]
fn a_delegate_who_left_stays_while_something_is_counted_for_them() {
    let office = Office::open();
    let (delegate, other) = (&office.delegate, &office.other_delegate);
    office.raises("甲");
    for who in [delegate, other] {
        let body = json!({"reason_code": "term_end", "on": (today() - chrono::Days::new(1)).to_string()});
        office.post(&format!("/v1/delegates/{who}/departures"), &body).good();
    }
    let dashboard = office.get("/v1/dashboards/delegates").good();
    let found = |who: &String| rows(&dashboard).iter().any(|row| row["delegate_id"] == who.as_str());
    assert_eq!((found(delegate), found(other), rows(&dashboard).len()), (true, false, 145));
}

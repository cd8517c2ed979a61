//! The annual review: figures that stand still, the issues behind them, and what cannot be reviewed.

use crate::harness::{NOBODY, Office, demand, id, instant, now, path, text, today};
use chrono::{Datelike as _, Days};
use serde_json::{Value, json};

/// An indicator of a review.
#[track_caller]
fn of<'a>(review: &'a Value, code: &str) -> &'a Value {
    let indicators = review["indicators"].as_array().unwrap();
    indicators.iter().find(|indicator| indicator["code"] == code).unwrap_or_else(|| panic!("no {code}: {review:#}"))
}

/// A theme activity that both delegates of the office belong to and one attends, listed as it counts.
#[test]
fn what_a_grid_held_is_attended_by_whoever_belongs_there() {
    let office = Office::open();
    let held = json!({
        "kind": "theme_activity", "grid_ids": [office.grid], "held_at": instant(now()), "mode": "centralised",
        "delegates": [{"delegate_id": office.delegate}], "attendance": {"resident": 30}, "title": "走进社区听民意",
    });
    let activity = id(&office.post("/v1/activities", &held).created()["activity"]);
    let year = today().year();
    for (who, there) in [(&office.delegate, 1), (&office.other_delegate, 0)] {
        let address = format!("/v1/reviews/{year}/delegates/{who}");
        let review = office.get(&address).good();
        assert_eq!(
            (&of(&review, "theme_activities")["n"], &of(&review, "theme_activities")["of"]),
            (&json!(there), &json!(1))
        );
        let behind = office.get(&format!("{address}/indicators/theme_activities")).good();
        let [member] = behind["items"].as_array().unwrap().as_slice() else { panic!("{behind:#}") };
        assert_eq!((&member["activity_id"], &member["counted"]), (&json!(activity), &json!(there == 1)));
        assert_eq!((&member["held_on"], &member["recorded_on"]), (&json!(today()), &json!(today())));
        let quarter = format!("{year}-Q{}", today().month0() / 3 + 1);
        assert_eq!((&member["period"], member.get("meeting_id")), (&json!(quarter), None));
    }
    // Its quarter is not over yet: the grid's figure does not know of it.
    let grid = office.get(&format!("/v1/reviews/{year}/grids/{}", office.grid)).good();
    assert_eq!(of(&grid, "theme_activities")["of"], 0);
}

/// An issue raised three weeks ago and answered now: its id and the year in which the answer was due.
fn answered_late(office: &Office) -> (String, i32) {
    let held = now() - Days::new(21);
    let issue = office.raises_at(held, "楼道灯不亮");
    let due: chrono::NaiveDate = text(&office.issue(&issue), "/answer_due_on").parse().unwrap();
    office.does(&issue, "answers", &office.answer()).good();
    (issue, due.year())
}

#[test]
fn what_a_delegate_did_is_counted_and_leads_to_the_issues() {
    let office = Office::open();
    let (issue, year) = answered_late(&office);
    let address = format!("/v1/reviews/{year}/delegates/{}", office.delegate);
    let review = office.get(&address).good();
    assert_eq!(
        (&review["year"], &review["rules"], &review["clause"]),
        (&json!(year), &json!("review/2"), &json!("C-5.2"))
    );
    assert_eq!(
        (&review["delegate"]["id"], review["as_of_position"].as_u64()),
        (&json!(office.delegate), Some(office.head()))
    );
    let checkpoint = office.get("/log/checkpoint").is(200).text();
    assert_eq!(checkpoint.lines().nth(2).unwrap(), review["root"]);

    let by_year_s_end = u64::from(today().year() == year);
    let rate = json!({"code": "answer_rate", "clause": "C-3.6", "n": by_year_s_end, "of": 1, "target_permille": 1000});
    assert_eq!(*of(&review, "answer_rate"), rate);
    assert_eq!(*of(&review, "on_time"), json!({"code": "on_time", "clause": "C-4.4", "n": 0, "of": 1}));
    assert_eq!(*of(&review, "attendance"), json!({"code": "attendance", "clause": "C-4.1", "n": 0, "of": 0}));
    assert_eq!(*of(&review, "meetings"), json!({"code": "meetings", "clause": "C-4.3a", "n": 0, "of": 0}));
    // By these rules every indicator is decided.
    assert!(review["indicators"].as_array().unwrap().iter().all(|indicator| indicator.get("available").is_none()));
    assert!(!review.to_string().contains("valid_sessions"));

    let behind = office.get(&format!("{address}/indicators/on_time")).good();
    let [member] = behind["items"].as_array().unwrap().as_slice() else { panic!("{behind:#}") };
    assert_eq!((&member["issue_id"], &member["counted"], &member["cycle"]), (&json!(issue), &json!(false), &json!(1)));
    assert_eq!(member["number"], office.issue(&issue)["number"]);
    assert_eq!(member["due_on"], office.issue(&issue)["answer_due_on"]);
    let none = office.get(&format!("{address}/indicators/meetings?rules=review/1")).good();
    assert_eq!((&none["available"], &none["items"]), (&json!(false), &json!([])));
    assert_eq!(office.get(&format!("{address}/indicators/meetings")).good()["items"], json!([]));
    assert_eq!(none["as_of_position"], review["as_of_position"]);
    office.refuses_question(&format!("{address}/indicators/valid_sessions"), 404, "not_found");
    office.refuses_question(&format!("{address}/indicators/diligence"), 404, "not_found");

    let grid = office.get(&format!("/v1/reviews/{year}/grids/{}", office.grid)).good();
    assert_eq!((of(&grid, "on_time"), &grid["grid"]["id"]), (of(&review, "on_time"), &json!(office.grid)));
    assert_eq!(of(&grid, "valid_sessions")["of"], 0);
}

#[test]
fn rules_that_were_answered_once_are_answered_for_ever() {
    let office = Office::open();
    let (_, year) = answered_late(&office);
    let ask = |of: &str, rules: &str| office.get(&format!("/v1/reviews/{year}/{of}?rules={rules}")).good();
    let mine = format!("delegates/{}", office.delegate);
    let (before, now) = (ask(&mine, "review/1"), ask(&mine, "review/2"));
    assert_eq!((&before["rules"], &now["rules"]), (&json!("review/1"), &json!("review/2")));
    assert_eq!(now, office.get(&format!("/v1/reviews/{year}/{mine}?as_of_position={}", office.head())).good());
    assert_eq!(*of(&before, "attendance"), json!({"code": "attendance", "available": false, "clause": "C-4.1"}));
    assert_eq!(of(&before, "on_time"), of(&now, "on_time"));
    // What was never to be said of a person, or of a grid, is said no more.
    assert!(before.to_string().contains("typical_cases") && !now.to_string().contains("typical_cases"));
    let grid = format!("grids/{}", office.grid);
    assert!(ask(&grid, "review/1").to_string().contains("disputes_upheld"));
    assert!(!ask(&grid, "review/2").to_string().contains("disputes_upheld"));
    let behind = |of: &str, code: &str, rules: &str| format!("/v1/reviews/{year}/{of}/indicators/{code}?rules={rules}");
    let none = office.get(&behind(&mine, "attendance", "review/1")).good();
    assert_eq!((&none["available"], &none["items"]), (&json!(false), &json!([])));
    assert_eq!(office.get(&behind(&mine, "attendance", "review/2")).good()["items"], json!([]));
    office.get(&behind(&mine, "typical_cases", "review/1")).good();
    office.refuses_question(&behind(&mine, "typical_cases", "review/2"), 404, "not_found");
    // A cursor goes on under the rules that it came from.
    office.raises("又一件");
    office.raises("再一件");
    let page = office.get(&format!("{}&limit=1", behind(&mine, "on_the_spot", "review/1"))).good();
    let cursor = text(&page, "/next_cursor");
    let other = format!("{}&limit=1&cursor={cursor}", behind(&mine, "on_the_spot", "review/2"));
    office.refuses_question(&other, 400, "bad_cursor");
}

#[test]
fn a_list_behind_an_indicator_comes_in_pages() {
    let office = Office::open();
    let issues: Vec<Value> = (0..5).map(|n| demand(&format!("第{n}件"))).collect();
    let recorded = office.records_reception(&issues);
    let year = today().year();
    let address = format!("/v1/reviews/{year}/delegates/{}/indicators/on_the_spot?limit=2", office.delegate);
    let (mut seen, mut next) = (Vec::new(), address.clone());
    loop {
        let page = office.get(&next).good();
        seen.extend(page["items"].as_array().unwrap().iter().map(|member| member["issue_id"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("{address}&cursor={cursor}");
    }
    let raised: Vec<Value> = recorded["issues"].as_array().unwrap().iter().map(|issue| json!(id(issue))).collect();
    assert_eq!(seen, raised);
    let elsewhere = next.replace("on_the_spot", "answer_rate");
    office.refuses_question(&elsewhere, 400, "bad_cursor");
}

#[test]
fn one_position_gives_the_same_bytes_for_ever() {
    let mut office = Office::open();
    let (_, year) = answered_late(&office);
    office.raises("又一件");
    let position = office.head();
    let addresses: Vec<String> = [
        format!("delegates/{}", office.delegate),
        format!("grids/{}", office.grid),
        "delegates".to_owned(),
        "grids".to_owned(),
        format!("delegates/{}/indicators/late_records", office.delegate),
    ]
    .into_iter()
    .flat_map(|of| {
        let of_rules = |rules: &str| {
            let address = format!("/v1/reviews/{year}/{of}?as_of_position={position}&rules={rules}");
            let csv = (!of.contains("indicators")).then(|| format!("{address}&format=csv"));
            std::iter::once(address).chain(csv)
        };
        of_rules("review/1").chain(of_rules("review/2")).collect::<Vec<_>>()
    })
    .collect();
    let bytes = |office: &Office| -> Vec<Vec<u8>> {
        addresses.iter().map(|address| office.get(address).is(200).body).collect()
    };
    let first = bytes(&office);

    // More events, about the same people.
    let (issue, _) = answered_late(&office);
    let feedback = json!({"satisfaction": "dissatisfied", "by": "visitor", "given_at": instant(now())});
    office.does(&issue, "feedback", &feedback).good();
    assert!(bytes(&office) == first, "after more events");

    let rebuilt = office.post("/v1/read-models/review_index/rebuild", &json!({})).good();
    assert_eq!(rebuilt["read_model"]["name"], "review_index");
    assert!(bytes(&office) == first, "after a rebuild");

    office.stops();
    office.place().moves_to("America/St_Johns");
    office.restarts();
    assert!(bytes(&office) == first, "in another time zone");
    // The state of now has moved on.
    let now = office.get(&format!("/v1/reviews/{year}/delegates/{}", office.delegate)).good();
    assert_eq!(of(&now, "on_time")["of"], 2);
}

#[test]
fn all_reviews_are_the_single_ones() {
    let office = Office::open();
    let (_, year) = answered_late(&office);
    let position = office.head();
    for (all, key) in [("delegates", "delegate"), ("grids", "grid")] {
        let reviews = office.get(&format!("/v1/reviews/{year}/{all}?as_of_position={position}")).good();
        let items = reviews["items"].as_array().unwrap();
        assert_eq!(items.len(), if all == "delegates" { 146 } else { 14 });
        for item in items.iter().take(20) {
            let one = format!("/v1/reviews/{year}/{all}/{}?as_of_position={position}", id(&item[key]));
            let mut one = office.get(&one).good();
            assert_eq!(one["indicators"], item["indicators"]);
            assert_eq!((&one["root"], &one["until"]), (&reviews["root"], &reviews["until"]));
            assert_eq!(one[key].take(), item[key]);
        }
    }
    let of_grid = office.get(&format!("/v1/reviews/{year}/delegates?grid_id={}", office.grid)).good();
    let here: Vec<String> = of_grid["items"].as_array().unwrap().iter().map(|item| id(&item["delegate"])).collect();
    let listed = office.get(&format!("/v1/delegates?grid_id={}&limit=1000", office.grid)).good();
    assert_eq!(here, listed["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>());
    let nowhere = format!("/v1/reviews/{year}/delegates?grid_id={NOBODY}");
    office.refuses_question(&nowhere, 400, "bad_parameter").at("/query/grid_id", "unknown_id");
}

#[test]
fn who_had_no_duty_has_nothing_of_nothing() {
    let office = Office::open();
    let (_, year) = answered_late(&office);
    let review = office.get(&format!("/v1/reviews/{year}/delegates/{}", office.other_delegate)).good();
    for indicator in review["indicators"].as_array().unwrap() {
        if indicator["available"] != false {
            assert_eq!((&indicator["n"], &indicator["of"]), (&json!(0), &json!(0)), "{indicator}");
        }
    }
    assert!(of(&review, "satisfaction").get("wilson_95_permille").is_none());
}

#[test]
fn a_review_is_a_table_too_and_no_name_is_a_formula() {
    let office = Office::open();
    let year = today().year();
    let named = json!({"name": "王小明", "delegate_type": "deputy", "grid_id": office.grid, "from": "2024-01-01"});
    let delegate = id(&office.post("/v1/delegates", &named).created()["delegate"]);
    let address = format!("/v1/reviews/{year}/delegates/{delegate}");
    let answer = office.call("GET", &address).with("Accept", "text/csv").send().is(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let table = answer.text();
    let mut lines = table.split("\r\n");
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("\u{feff}年度,代表编号,代表,序号,算法,暂定,指标代码,指标,条款,可计算,分子,分母,")
    );
    let first = lines.next().unwrap();
    assert!(first.starts_with(&format!("{year},{delegate},王小明,")), "{first}");
    assert!(first.contains(",answer_rate,答复率,C-3.6,true,0,0,1000,"), "{first}");
    // A line of headings, the indicators of a delegate, and the end of the last line.
    assert_eq!(table.split("\r\n").count(), 1 + 25 + 1);

    let english = office.call("GET", &format!("{address}?format=csv")).with("Accept-Language", "en").send().is(200);
    assert!(english.text().starts_with("\u{feff}year,delegate_id,delegate,as_of_position,"));
    let all = office.get(&format!("/v1/reviews/{year}/delegates?format=csv")).is(200).text();
    assert_eq!(all.split("\r\n").count(), 1 + 147 + 1);
    let columns = all.lines().next().unwrap().split(',').count();
    assert!(all.lines().all(|line| line.split(',').count() == columns));
    office.refuses_question(&format!("{address}?format=html"), 406, "not_acceptable");

    // No person is called so, but a place may be.
    office.imports("party", "grid,unit,name\n=1+1,,李小红\n").created();
    let grids = office.get(&format!("/v1/reviews/{year}/grids?format=csv")).is(200).text();
    assert!(grids.contains(",'=1+1,") && !grids.contains(",=1+1"), "{grids}");
}

#[test]
fn what_cannot_be_reviewed_is_said() {
    let office = Office::open();
    let year = today().year();
    let ask = |year: &str, rest: &str| format!("/v1/reviews/{year}/delegates/{}{rest}", office.delegate);
    for impossible in ["2022".to_owned(), (year + 1).to_string(), "0000".to_owned(), "9999".to_owned()] {
        office.refuses_question(&ask(&impossible, ""), 400, "bad_parameter");
    }
    for nowhere in ["26", "20x6", "-2026", "02026"] {
        office.refuses_question(&ask(nowhere, ""), 404, "not_found");
    }
    let this = year.to_string();
    let beyond = office.head() + 1;
    office.refuses_question(&ask(&this, &format!("?as_of_position={beyond}")), 400, "bad_position");
    office.refuses_question(&ask(&this, "?as_of_position=0"), 400, "bad_parameter");
    office.refuses_question(&ask(&this, "?as_of=2099-01-01T00:00:00Z"), 400, "bad_position");
    let both = format!("?as_of_position=1&as_of={}", path(&instant(now())));
    office.refuses_question(&ask(&this, &both), 400, "bad_parameter").at("/query/as_of", "bad_parameter");
    office.refuses_question(&ask(&this, "?rules=review/3"), 400, "bad_parameter").at("/query/rules", "invalid_value");
    office
        .refuses_question(&ask(&this, "?colour=red"), 400, "unknown_parameter")
        .at("/query/colour", "unknown_parameter");
    office.refuses_question(&format!("/v1/reviews/{year}/delegates/{NOBODY}"), 404, "not_found");
    office.refuses_question(&format!("/v1/reviews/{year}/grids/{}", office.unit), 404, "not_found");
    office.refuses_question(&format!("/v1/reviews/{this}/grids/nobody"), 404, "not_found");
    // Of the programme's first year there is no calendar.
    let first = office.get("/v1/reviews/2023/grids").good();
    assert!(first["items"].as_array().unwrap().iter().all(|item| item["provisional"] == true));
    assert_eq!(first["until"], "2023-12-31");
}

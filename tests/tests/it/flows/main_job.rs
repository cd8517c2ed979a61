//! A reception becomes issues; one is answered on the spot, the other goes to the town and comes back; the history of
//! each can be replayed.

use crate::harness::{Office, WorkingDays, demand, id, instant, now, text, today};
use chrono::Datelike as _;
use serde_json::{Value, json};

#[test]
fn a_reception_and_its_issues_are_recorded_together() {
    let office = Office::open();
    let held_at = now();
    let mut body = office.reception(held_at, &[demand("楼道灯不亮"), json!({"kind": "suggestion", "topic": "transport", "subject": "公交线路太远", "text": "最近的公交站要走25分钟。", "visitor": 0})]);
    body["unit_id"] = json!(office.unit);
    let before = office.head();
    let answer = office.post("/v1/receptions", &body);
    assert_eq!(answer.version(), 1);
    let location = answer.header("location").unwrap().to_owned();
    let recorded = answer.created();

    let reception = &recorded["reception"];
    assert_eq!(location, format!("/v1/receptions/{}", id(reception)));
    assert_eq!(reception["grid_id"], office.grid);
    assert_eq!(reception["unit_id"], office.unit);
    assert_eq!(reception["form"], "walk_in");
    assert_eq!(reception["held_at"], instant(held_at));
    assert_eq!(reception["delegates"], json!([{"delegate_id": office.delegate, "delegate_type": "party"}]));
    assert_eq!(reception["visitor_count"], 1);
    assert!(reception.get("recorded_late").is_none_or(|late| late == false), "{reception}");
    assert_eq!(recorded["position"], before + 3, "one leaf for the reception and one for each issue");

    let days = WorkingDays::shipped();
    let due_on = days.after(held_at.date_naive(), 5);
    let provisional = !(days.knows(today().year()) && days.knows(due_on.year()));
    let issues = recorded["issues"].as_array().unwrap();
    assert_eq!(issues.len(), 2);
    for (n, issue) in issues.iter().enumerate() {
        assert_eq!(
            issue["number"],
            format!("{}-{}", held_at.format("%Y"), before + 2 + n as u64),
            "year and position of its leaf"
        );
        assert_eq!(issue["state"], "registered");
        assert_eq!(issue["responsible_delegate_id"], office.delegate);
        assert_eq!(issue["answer_due_on"], due_on.to_string());
        assert_eq!(issue["provisional"], provisional);
        assert_eq!(issue["version"], 1);
        let code: Vec<&str> = text(issue, "/receipt_code").split('-').collect();
        assert!(code.len() == 4 && code.iter().all(|four| four.len() == 4), "80 bits in fours: {code:?}");
    }

    let issue = office.issue(&id(&issues[0]));
    for (name, value) in [
        ("state", json!("registered")),
        ("clock", json!("running")),
        ("supervised", json!(false)),
        ("cycle", json!(1)),
        ("kind", json!("demand")),
        ("topic", json!("livelihood")),
        ("subject", json!("楼道灯不亮")),
        ("text", json!("楼道灯不亮，请尽快处理。")),
        ("reception_id", json!(id(reception))),
        ("grid_id", json!(office.grid)),
        ("unit_id", json!(office.unit)),
        ("raised_at", json!(instant(held_at))),
        ("answer_due_on", json!(due_on.to_string())),
        ("original_answer_due_on", json!(due_on.to_string())),
        ("reopening_pending", json!(false)),
        ("lateness", json!("on_time")),
    ] {
        assert_eq!(issue[name], value, "{name}: {issue:#}");
    }
    assert_eq!(issue["as_of_position"], before + 3);
    assert_no_null(&issue);

    let read = office.get(&location).good();
    assert_eq!(id(&read), id(reception), "{read:#}");
    let events = office.get(&format!("{location}/events")).good();
    assert_eq!(events["items"][0]["type"], "reception.recorded");
    assert_eq!(events["items"][0]["personal"], json!([{"name": "王小明"}, {"phone": "13800001234"}]));
}

/// A value that does not exist is an absent key.
fn assert_no_null(value: &Value) {
    match value {
        Value::Null => panic!("a null"),
        Value::Array(values) => values.iter().for_each(assert_no_null),
        Value::Object(values) => values.values().for_each(assert_no_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn answered_on_the_spot() {
    let office = Office::open();
    let at = now();
    let issue = office.raises_at(at, "楼道灯不亮");
    let mut answer = office.answer();
    answer["delivered_at"] = json!(instant(at));
    answer["on_the_spot"] = json!(true);
    let answered = office.does(&issue, "answers", &answer);
    assert_eq!(answered.version(), 2, "an answer on the spot implies taking, without a leaf of its own");
    let answered = answered.good();
    let issue = &answered["issue"];
    assert_eq!(issue["state"], "answered");
    assert_eq!(issue["clock"], "stopped");
    assert_eq!(issue["lateness"], "on_time");
    let given = &issue["answer"];
    assert_eq!(given["outcome"], "resolved");
    assert_eq!(given["channel"], "oral");
    assert_eq!(given["text"], "已现场解决。");
    assert_eq!(given["on_the_spot"], true);
    assert_eq!(given["answered_by"], office.delegate);
    assert_eq!(given["delivered_at"], instant(at));
    assert_eq!(issue["last_word"], json!({"kind": "final_answer", "at": instant(at)}));
}

#[test]
fn escalated_through_the_town_joint_meeting_answered_and_replayed() {
    let office = Office::open();
    let held_at = now();
    let issue = office.raises_at(held_at, "公交线路太远");
    let due_at_first = office.issue(&issue)["answer_due_on"].clone();

    // To the town's joint meeting: a new major issue, and the outer limit for the answer.
    let escalated =
        office.does(&issue, "escalations", &json!({"level": "L3", "reason": "需镇级联席会议协调公交公司"})).is(201);
    assert!(escalated.header("location").unwrap().starts_with("/v1/major-issues/"));
    let escalated = escalated.good();
    let major = id(&escalated["major_issue"]);
    assert_eq!(escalated["major_issue"]["state"], "submitted");
    assert_eq!(escalated["major_issue"]["level"], "L3");
    assert_eq!(escalated["issue"]["state"], "escalated");
    assert_eq!(escalated["issue"]["major_issue_id"], major);
    let days = WorkingDays::shipped();
    let outer = days.on_or_after(held_at.date_naive() + chrono::Days::new(60));
    assert_eq!(escalated["issue"]["answer_due_on"], outer.to_string());
    assert_eq!(escalated["issue"]["interim_due_on"], days.after(today(), 1).to_string());
    assert_eq!(escalated["issue"]["original_answer_due_on"], due_at_first);
    office
        .refuses_command(&format!("/v1/issues/{issue}/answers"), &office.answer(), 409, "already_escalated")
        .clause("C-3.6");

    // The visitor hears of it.
    let told = json!({"text": "已提交镇联席会议。", "channel": "phone", "told_at": instant(now()), "next_word_on": days.after(today(), 10).to_string()});
    let told = office.does(&issue, "interim-replies", &told).good();
    assert_eq!(told["issue"]["last_word"]["kind"], "interim_reply");
    assert_eq!(told["issue"]["interim_due_on"], days.after(today(), 10).to_string());

    // The process, step by step.
    let lead = office.registers_office("城运中心", "department");
    let other = office.registers_office("人大办公室", "congress_office");
    let step = |fact: &str, body: Value, state: &str| {
        let answer = office.handles(&major, fact, &body).good();
        assert_eq!(answer["major_issue"]["state"], state, "{fact}: {answer:#}");
        answer
    };
    step("triage", json!({"decision": "accept", "level": "L3"}), "triaged");
    step("deliberations", json!({"held_on": today(), "decision": "由城运中心牵头办理"}), "deliberated");
    step("assignments", json!({"lead_office_id": lead}), "assigned");
    step("acceptances", json!({}), "handling");
    step(
        "reports",
        json!({"outcome": "planned", "basis": "公交线网年度计划", "text": "增设一站，年内开通。"}),
        "reported_back",
    );
    let by_lead = json!({"confirmed": true, "by_office_id": lead});
    office
        .refuses_command(&format!("/v1/major-issues/{major}/verifications"), &by_lead, 409, "verified_by_lead")
        .clause("C-3.6");
    step(
        "verifications",
        json!({"confirmed": false, "by_office_id": other, "note": "尚无站点位置"}),
        "returned_for_rework",
    );
    step(
        "reports",
        json!({"outcome": "planned", "basis": "公交线网年度计划", "text": "增设一站于三号楼前。"}),
        "reported_back",
    );
    step("verifications", json!({"confirmed": true, "by_office_id": other}), "verified");
    let concluded = step("conclusion", json!({"outcome": "planned", "text": "增设一站，年内开通。"}), "concluded");

    // Back with the responsible delegate, who answers within three working days or the day promised, the later.
    let back = office.issue(&issue);
    assert_eq!(back["state"], "awaiting_answer");
    assert_eq!(back["responsible_delegate_id"], office.delegate);
    let three = days.after(today(), 3).to_string();
    let promised = due_at_first.as_str().unwrap().max(&three);
    assert_eq!(back["answer_due_on"], promised, "three working days, and never before what was promised at first");
    assert_eq!(concluded["position"], office.head());
    let answer = json!({"outcome": "planned", "channel": "written", "text": "年内增设一站。", "delivered_at": instant(now()), "evidence": {"kind": "signature"}, "commitment_on": days.after(today(), 20).to_string()});
    let answered = office.does(&issue, "answers", &answer).good();
    assert_eq!(answered["issue"]["state"], "answered");

    // The visitor is content, and it is closed.
    office.refuses_command(&format!("/v1/issues/{issue}/closing"), &json!({}), 409, "feedback_missing").clause("C-3.6");
    let heard = office
        .does(
            &issue,
            "feedback",
            &json!({"satisfaction": "basically_satisfied", "by": "visitor", "given_at": instant(now())}),
        )
        .good();
    assert_eq!(heard["issue"]["satisfaction"], "basically_satisfied");
    let closed = office.does(&issue, "closing", &json!({})).good();
    assert_eq!(closed["issue"]["state"], "closed");

    replays(
        &office,
        &issue,
        &[
            "issue.raised",
            "issue.escalated",
            "issue.interim_reply_given",
            "issue.outcome_reported_back",
            "issue.final_answer_given",
            "issue.feedback_recorded",
            "issue.closed",
        ],
    );
    let story = office.get(&format!("/v1/major-issues/{major}/events")).good();
    let types: Vec<&str> = story["items"].as_array().unwrap().iter().map(|event| text(event, "/type")).collect();
    let expected = [
        "submitted",
        "triaged",
        "deliberated",
        "assigned",
        "accepted",
        "outcome_reported",
        "returned_for_rework",
        "outcome_reported",
        "verified",
        "concluded",
    ];
    assert_eq!(types, expected.map(|fact| format!("major_issue.{fact}")));
}

/// The history of an issue: exactly these facts, a dense chain, each state the one that was seen at its position.
#[track_caller]
fn replays(office: &Office, issue: &str, types: &[&str]) {
    let history = office.history(issue);
    let told: Vec<&str> = history.iter().map(|event| text(event, "/type")).collect();
    assert_eq!(told, types);
    let whole = office.get("/v1/events?after=0&limit=1000").good();
    let leaves: Vec<&Value> =
        whole["items"].as_array().unwrap().iter().filter(|event| event["stream"] == format!("issue/{issue}")).collect();
    assert_eq!(leaves.len(), history.len(), "the log holds the same events of it");
    for (n, event) in history.iter().enumerate() {
        assert_eq!(event["version"], n as u64 + 1, "versions are dense");
        assert_eq!(event["schema"], 1);
        assert!(text(event, "/clause").starts_with("C-"), "{event:#}");
        assert!(text(event, "/actor").starts_with("account/"));
        assert!(
            text(event, "/recorded_at").ends_with('Z') && text(event, "/occurred_at").ends_with("+08:00"),
            "{event:#}"
        );
        assert_eq!(leaves[n]["leaf_hash"], event["leaf_hash"]);
        let position = event["position"].as_u64().unwrap();
        let then = office.get(&format!("/v1/issues/{issue}?as_of_position={position}")).good();
        assert_eq!(then["version"], event["version"]);
        assert_eq!(then["as_of_position"], position);
    }
    // In pages too.
    let mut seen = Vec::new();
    let mut next = Some(format!("/v1/issues/{issue}/events?limit=2"));
    while let Some(path) = next.take() {
        let answer = office.get(&path);
        let link = answer.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
        let page = answer.good();
        assert_eq!(page.get("next_cursor").is_some(), link.is_some(), "a next page has both a cursor and a link");
        seen.extend(page["items"].as_array().unwrap().iter().map(|event| event["version"].as_u64().unwrap()));
        next = link;
    }
    assert_eq!(seen, (1..=types.len() as u64).collect::<Vec<_>>());
    let after = office.get(&format!("/v1/issues/{issue}/events?after_version=2")).good();
    assert_eq!(after["items"][0]["version"], 3);
}

#[test]
fn why_it_is_due_then() {
    let office = Office::open();
    // Over the national holiday of 2026 and its make-up days: 2026-09-24 → 2026-10-09.
    let held_at = chrono::DateTime::parse_from_rfc3339("2026-09-24T14:00:00+08:00").unwrap();
    let held_at = if held_at < now() {
        held_at
    } else {
        chrono::DateTime::parse_from_rfc3339("2025-01-23T14:00:00+08:00").unwrap()
    };
    let recorded = office.records_reception_of(held_at, &[demand("积水")]);
    assert_eq!(recorded["reception"]["recorded_late"], true);
    let issue = id(&recorded["issues"][0]);
    let why = office.get(&format!("/v1/issues/{issue}/deadline")).good();
    let days = WorkingDays::shipped();
    let (from, due_on) = (held_at.date_naive(), days.after(held_at.date_naive(), 5));
    assert_eq!(why["answer_due_on"], due_on.to_string());
    assert_eq!(why["original_answer_due_on"], due_on.to_string());
    assert_eq!(why["from"], from.to_string());
    assert_eq!(why["working_days"], 5);
    assert_eq!(why["clause"], "C-4.4");
    assert_eq!(why["provisional"], false);
    assert_eq!(why["policy"]["rule"], "final_answer");
    let list = why["days"].as_array().unwrap();
    assert_eq!(list[0], json!({"date": from.to_string(), "counted": false, "why": "start_day"}));
    let mut n = 0;
    for (offset, day) in list.iter().enumerate().skip(1) {
        let date = from + chrono::Days::new(offset as u64);
        assert_eq!(day["date"], date.to_string());
        assert_eq!(day["counted"], days.is_working(date), "{day}");
        if days.is_working(date) {
            n += 1;
            assert_eq!(day["n"], n);
        } else {
            assert!(["weekend", "public_holiday"].contains(&text(day, "/why")), "{day}");
        }
        if day["why"] == "public_holiday" {
            assert!(day["name"].is_string(), "a public holiday is named: {day}");
        }
    }
    assert_eq!(n, 5);
    assert_eq!(list.last().unwrap()["date"], due_on.to_string());
    // The events it names are the ones in the log.
    for (pointer, family) in [("/policy/position", "policy."), ("/calendar/position", "calendar.")] {
        let position = why.pointer(pointer).and_then(Value::as_u64).unwrap();
        let event = office.get(&format!("/v1/events?after={}&limit=1", position - 1)).good();
        assert!(text(&event, "/items/0/type").starts_with(family), "{event:#}");
    }
    // Long past, and not yet answered.
    assert_eq!(office.issue(&issue)["lateness"], "long_overdue");
}

//! What a meeting refuses, each with its clause and the place at fault.

use super::*;
use crate::harness::NOBODY;

/// A body about a major issue.
type Saying = fn(&str) -> Value;

#[test]
fn a_meeting_is_convened_for_a_grid_and_a_day_to_come() {
    let office = Office::open();
    let refuses = |with: Value, status: u16, code: &str| {
        office.refuses_command("/v1/meetings", &convening(&office, &with), status, code)
    };
    refuses(json!({"with_work_meeting": false}), 422, "reason_missing").at("/reason", "reason_missing");
    let yesterday = (today() - Days::new(1)).to_string();
    refuses(json!({"scheduled_on": yesterday}), 422, "not_later").at("/scheduled_on", "not_later");
    refuses(json!({"grid_id": NOBODY}), 422, "unknown_id").at("/grid_id", "unknown_id");
    refuses(json!({"kind": "weekly"}), 422, "invalid_value").at("/kind", "invalid_value");
    let early = instant("2023-11-30T10:00:00+08:00".parse().unwrap());
    refuses(json!({"occurred_at": early}), 422, "before_programme").at("/occurred_at", "before_programme");
    let all = json!({"with_work_meeting": false, "scheduled_on": yesterday, "grid_id": NOBODY});
    refuses(all, 422, "invalid_body").faults(3);
    // A reason of its own needs no other meeting.
    let apart = json!({"with_work_meeting": false, "reason": "工作例会本季度已开。"});
    let meeting = office.post("/v1/meetings", &convening(&office, &apart)).created();
    assert_eq!(meeting["meeting"]["reason"], "工作例会本季度已开。");
}

#[test]
fn only_an_open_major_issue_of_the_grid_comes_before_it() {
    let day = Convened::today();
    let office = &day.office;
    let second = id(&office.get("/v1/grids").good()["items"][1]);
    let elsewhere = accepts(office, escalated_in(office, &second, 1), 1);
    let new = escalated(office, 1);
    let returned = escalated(office, 1);
    office.handles(&returned, "triage", &json!({"decision": "return", "reason": "可在本级答复"})).good();
    let facts: [(&str, Saying); 3] = [
        ("agenda-items", |major| json!({"major_issue_id": major})),
        ("deferrals", |major| json!({"major_issue_id": major, "reason_code": "other", "reason": "另议。"})),
        ("decisions", |major| json!({"major_issue_id": major, "decision": "照办。"})),
    ];
    for (fact, body) in facts {
        day.refuses(fact, &body(NOBODY), 422, "unknown_id").at("/major_issue_id", "unknown_id");
        day.refuses(fact, &body(&elsewhere), 409, "major_issue_of_other_grid").clause("C-4.3a");
        day.refuses(fact, &body(&new), 409, "major_issue_wrong_state");
        day.refuses(fact, &body(&returned), 409, "major_issue_concluded");
    }
    let mut early = facts[0].1(&accepted(office, 1));
    early["occurred_at"] = json!(instant(now() - Duration::days(1)));
    day.refuses("agenda-items", &early, 422, "before_previous").at("/occurred_at", "before_previous");
}

#[test]
fn what_a_meeting_did_it_does_not_do_again() {
    let day = Convened::today();
    let major = accepted(&day.office, 1);
    let table = json!({"major_issue_id": major});
    let deferral = json!({"major_issue_id": major, "reason_code": "not_ripe", "reason": "待方案。"});
    let decision = json!({"major_issue_id": major, "decision": "照办。"});
    day.does("agenda-items", &table);
    day.refuses("agenda-items", &table, 409, "already_tabled").clause("C-4.3a");
    day.does("deferrals", &deferral);
    day.refuses("deferrals", &deferral, 409, "already_deferred").clause("C-4.3a");
    day.does("decisions", &decision);
    day.refuses("deferrals", &deferral, 409, "already_decided").clause("C-4.3a");
    day.refuses("decisions", &decision, 409, "already_deliberated").clause("C-3.6");
    day.refuses("agenda-items", &table, 409, "already_tabled").clause("C-4.3a");
}

#[test]
fn nothing_comes_before_a_meeting_that_is_closed_or_called_off() {
    let day = Convened::today();
    let (office, closing) = (&day.office, day.closing());
    let major = accepted(office, 1);
    let of = |fact: &str, body: Value| (fact.to_owned(), body);
    let commands = [
        of("agenda-items", json!({"major_issue_id": major})),
        of("deferrals", json!({"major_issue_id": major, "reason_code": "other", "reason": "另议。"})),
        of("decisions", json!({"major_issue_id": major, "decision": "照办。"})),
        of("closing", closing),
    ];
    let off = json!({"reason": "另行召开。"});
    let deliberation = |meeting: &str| json!({"held_on": today(), "meeting_id": meeting, "decision": "照办。"});
    let to_major = format!("/v1/major-issues/{major}/deliberations");
    day.closes();
    for (fact, body) in &commands {
        day.refuses(fact, body, 409, "meeting_closed").clause("C-4.3a");
    }
    day.refuses("cancellation", &off, 409, "meeting_closed").clause("C-4.3a");
    let named = office.refuses_command(&to_major, &deliberation(&day.meeting), 409, "meeting_closed");
    named.clause("C-4.3a").at("/meeting_id", "meeting_closed");

    let second = Convened { meeting: convened(office, &json!({})), office: day.office };
    second.does("cancellation", &off);
    for (fact, body) in &commands {
        second.refuses(fact, body, 409, "wrong_state").clause("C-4.3a");
    }
    second.refuses("cancellation", &off, 409, "already_cancelled").clause("C-4.3a");
    let office = &second.office;
    office.refuses_command(&to_major, &deliberation(&second.meeting), 409, "wrong_state").clause("C-4.3a");
    office.refuses_command(&to_major, &deliberation(NOBODY), 422, "unknown_id").at("/meeting_id", "unknown_id");
    let grids = office.get("/v1/grids").good();
    let elsewhere = convened(office, &json!({"grid_id": id(&grids["items"][1])}));
    let refused = office.refuses_command(&to_major, &deliberation(&elsewhere), 409, "major_issue_of_other_grid");
    refused.at("/meeting_id", "major_issue_of_other_grid");
    let here = convened(office, &json!({}));
    let mut early = deliberation(&here);
    early["held_on"] = json!(today() - Days::new(1));
    office.refuses_command(&to_major, &early, 422, "before_previous").at("/held_on", "before_previous");
}

#[test]
fn a_meeting_is_closed_with_delegates_who_could_attend() {
    let day = Convened::today();
    let closing = |with: Value| {
        let mut body = day.closing();
        body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        body
    };
    let refuses = |with: Value, pointer: &str, code: &str| {
        day.refuses("closing", &closing(with), 422, code).at(pointer, code);
    };
    refuses(json!({"delegates": []}), "/delegates", "no_delegate");
    refuses(json!({"delegates": [{"delegate_id": NOBODY}]}), "/delegates/0/delegate_id", "unknown_id");
    let twice = json!([{"delegate_id": day.office.delegate}, {"delegate_id": day.office.delegate}]);
    refuses(json!({"delegates": twice}), "/delegates/1/delegate_id", "delegate_twice");
    let deputy = json!([{"delegate_id": day.office.delegate, "delegate_type": "deputy"}]);
    refuses(json!({"delegates": deputy}), "/delegates/0/delegate_id", "delegate_without_mandate");
    refuses(json!({"attendance": {"official": 100_001}}), "/attendance/official", "out_of_range");
    refuses(json!({"attendance": {"visitor": 1}}), "/attendance/visitor", "unknown_field");
    refuses(json!({"file_ids": [NOBODY]}), "/file_ids/0", "unknown_id");
    let early = instant(now() - Duration::days(1));
    refuses(json!({"held_at": early}), "/held_at", "before_previous");
    refuses(json!({"held_at": instant(now() + Duration::hours(1))}), "/held_at", "in_the_future");
}

//! Who may come to a session and go, and who may stand in for whom.

use super::{Day, extra, of};
use crate::harness::{NOBODY, id, instant, now, today};
use chrono::{Days, Duration};
use serde_json::{Value, json};

#[test]
fn who_may_come_and_go_and_when() {
    let day = Day::today();
    let office = &day.office;
    let tomorrow = extra(office, 1);
    let early = office.refuses_command(&format!("/v1/sessions/{tomorrow}/opening"), &json!({}), 409, "not_the_day");
    early.clause("C-4.1").at("/occurred_at", "not_the_day");
    day.refuses("check-ins", &of(&office.delegate), 409, "session_not_open").clause("C-4.1");
    day.refuses("closing", &json!({"visitor_count": 0}), 409, "session_not_open").clause("C-4.1");
    day.refuses("records", &json!({"text": "无"}), 409, "session_not_closed").clause("C-4.1");
    let before_the_plan = json!({"occurred_at": instant(now() - Duration::days(1))});
    day.refuses("opening", &before_the_plan, 422, "before_previous").at("/occurred_at", "before_previous");
    let to_come = json!({"occurred_at": instant(now() + Duration::hours(1))});
    day.refuses("opening", &to_come, 422, "in_the_future").at("/occurred_at", "in_the_future");
    let stale = office.command(&day.path("opening"), &json!({})).at_version(1);
    office.refuses(&stale, 412, "stale_version");
    let opened = now();
    day.does("opening", &json!({}));
    day.refuses("opening", &json!({}), 409, "already_opened").clause("C-4.1");

    let refused =
        |fact: &str, body: &Value, status, code: &str, at: &str| day.refuses(fact, body, status, code).at(at, code);
    refused("check-ins", &of(NOBODY), 422, "unknown_id", "/delegate_id");
    refused("check-outs", &of(NOBODY), 422, "unknown_id", "/delegate_id");
    let later =
        json!({"name": "后来安", "delegate_type": "party", "grid_id": office.grid, "from": today() + Days::new(9)});
    let later = id(&office.post("/v1/delegates", &later).created()["delegate"]);
    refused("check-ins", &of(&later), 422, "delegate_without_mandate", "/delegate_id").clause("C-1");
    let other_capacity = json!({"delegate_id": office.delegate, "delegate_type": "deputy"});
    refused("check-ins", &other_capacity, 422, "delegate_without_mandate", "/delegate_id").clause("C-1");
    office
        .post(
            &format!("/v1/delegates/{}/mandates", office.other_delegate),
            &json!({"delegate_type": "deputy", "from": "2024-03-01"}),
        )
        .good();
    let both = of(&office.other_delegate);
    refused("check-ins", &both, 422, "delegate_type_needed", "/delegate_type").clause("C-1");
    let mut too_early = of(&office.delegate);
    too_early["occurred_at"] = json!(instant(opened - Duration::seconds(1)));
    refused("check-ins", &too_early, 422, "before_previous", "/occurred_at");
    refused("check-outs", &of(&office.delegate), 409, "not_checked_in", "/delegate_id").clause("C-4.1");

    day.does("check-ins", &of(&office.delegate));
    refused("check-ins", &of(&office.delegate), 409, "already_checked_in", "/delegate_id").clause("C-4.1");
    let as_deputy = json!({"delegate_id": office.other_delegate, "delegate_type": "deputy"});
    day.does("check-ins", &as_deputy);
    let as_party = json!({"delegate_id": office.other_delegate, "delegate_type": "party"});
    refused("check-outs", &as_party, 409, "not_checked_in", "/delegate_id").clause("C-4.1");
    day.does("check-outs", &both);
    refused("check-ins", &as_party, 409, "already_checked_in", "/delegate_id").clause("C-4.1");
    day.refuses("check-ins", &json!({"delegate_type": "party"}), 422, "missing").at("/delegate_id", "missing");
    for fact in ["substitutions", "opening", "check-ins", "check-outs", "closing", "records"] {
        let body = match fact {
            "substitutions" => {
                json!({"delegate_id": office.delegate, "substitute_id": office.other_delegate, "reason_code": "work"})
            }
            "check-ins" | "check-outs" => of(&office.delegate),
            "closing" => json!({"visitor_count": 0}),
            "records" => json!({"text": "无"}),
            _ => json!({}),
        };
        office.refuses_command(&format!("/v1/sessions/{NOBODY}/{fact}"), &body, 404, "not_found");
    }
    office.refuses_question(&format!("/v1/sessions/{NOBODY}"), 404, "not_found");
    office.refuses_question(&format!("/v1/sessions/{NOBODY}/events"), 404, "not_found");
}

#[test]
fn who_may_stand_in_for_whom() {
    let day = Day::today();
    let office = &day.office;
    let stand_in = |delegate: &str, substitute: &str| json!({"delegate_id": delegate, "substitute_id": substitute, "reason_code": "personal"});
    let refused = |delegate: &str, substitute: &str, status, code: &str, at: &str| {
        day.refuses("substitutions", &stand_in(delegate, substitute), status, code).at(at, code)
    };
    refused(&office.other_delegate, &office.delegate, 409, "not_on_duty", "/delegate_id").clause("C-4.1");
    refused(&day.deputy, &office.delegate, 409, "already_on_duty", "/substitute_id").clause("C-4.1");
    refused(&day.deputy, &office.other_delegate, 409, "substitute_of_other_type", "/substitute_id").clause("C-4.1");
    refused(&day.deputy, NOBODY, 422, "unknown_id", "/substitute_id");
    refused(NOBODY, &office.other_delegate, 422, "unknown_id", "/delegate_id");
    let later =
        json!({"name": "后来安", "delegate_type": "deputy", "grid_id": office.grid, "from": today() + Days::new(9)});
    let later = id(&office.post("/v1/delegates", &later).created()["delegate"]);
    refused(&day.deputy, &later, 422, "delegate_without_mandate", "/substitute_id").clause("C-1");
    let absent = json!({"name": "请假安", "delegate_type": "deputy", "grid_id": office.grid, "from": "2024-01-01"});
    let absent = id(&office.post("/v1/delegates", &absent).created()["delegate"]);
    let leaves = format!("/v1/delegates/{absent}/leaves");
    let leave = json!({"from": today(), "to": today(), "reason_code": "work", "reason": "外出开会。"});
    let leave = id(&office.post(&leaves, &leave).created()["leave"]);
    office.post(&format!("{leaves}/{leave}/decision"), &json!({"approved": true})).good();
    refused(&day.deputy, &absent, 409, "on_leave", "/substitute_id").clause("C-4.1");
    let mut why = stand_in(&office.delegate, &office.other_delegate);
    why["reason_code"] = json!("tired");
    day.refuses("substitutions", &why, 422, "invalid_value").at("/reason_code", "invalid_value");

    day.does("substitutions", &stand_in(&office.delegate, &office.other_delegate));
    // Who passed it on has it no more, and the substitute may be substituted in turn.
    refused(&office.delegate, &office.other_delegate, 409, "not_on_duty", "/delegate_id");
    let back = day.does("substitutions", &stand_in(&office.other_delegate, &office.delegate));
    assert_eq!(back["slots"][0]["substitute_id"], json!(office.delegate));
    day.does("opening", &json!({}));
    day.does("closing", &json!({"visitor_count": 0}));
    let over = day.refuses("substitutions", &stand_in(&office.delegate, &office.other_delegate), 409, "session_over");
    over.clause("C-4.1");
}

//! Every no of the annual review, as a client is told it.

use super::{Review, adjustment, dispute, report, vote};
use crate::harness::id;
use chrono::Days;
use serde_json::json;

#[test]
fn before_a_review_is_opened() {
    let Some(review) = Review::of("refusals before the opening") else { return };
    let (office, year) = (&review.office, review.year);
    let opening = |year: i32| format!("/v1/reviews/{year}/opening");
    office.refuses_command(&opening(year + 1), &json!({}), 409, "too_early").clause("C-5.2");
    office.refuses_command(&opening(2022), &json!({}), 422, "before_programme").clause("C-0");
    office.post("/v1/reviews/26/opening", &json!({})).problem(404, "not_found");
    office.refuses_command(&review.path("freeze"), &json!({}), 409, "not_opened").clause("C-5.2");
    let beyond = json!({"position": 1_000_000});
    office.refuses_command(&review.path("freeze"), &beyond, 422, "out_of_range").at("/position", "out_of_range");
    let this_year = json!({"position": 1});
    office.refuses_command(&review.path("freeze"), &this_year, 422, "out_of_range").at("/position", "out_of_range");
    let other_rules = json!({"rules": "review/0"});
    office.refuses_command(&review.path("freeze"), &other_rules, 422, "invalid_value").at("/rules", "invalid_value");
    review.refuses("report", &report(), 409, "not_opened");
    let on = crate::harness::today();
    review.refuses("appraisals", &vote("voters", on), 409, "not_opened");
    review.refuses("adjustments", &adjustment("on_time", 0, 0), 409, "not_opened");
    review.refuses("result", &json!({"grade": "excellent"}), 409, "not_opened");
    let posted = json!({"posted_at": "2026-11-20T09:00:00+08:00"});
    review.refuses("publication", &posted, 409, "no_result");
    let of_next = format!("/v1/reviews/{}/delegates/{}/disputes", year + 1, office.delegate);
    office.refuses_command(&of_next, &dispute("on_time"), 409, "too_early").clause("C-5.2");
    for nothing in ["delegates/0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10/frozen", "grids/x/frozen", "delegates/x/dossier"] {
        office.get(&review.path(nothing)).problem(404, "not_found");
    }
    office.get(&review.of_delegate("frozen")).problem(404, "not_found");
    office.get(&format!("/v1/public/reviews/{year}")).problem(404, "not_found");
    let nobody = review.path("delegates/0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10/report");
    office.post(&nobody, &report()).problem(404, "not_found");
    // Who holds no mandate in a year is not reviewed for it.
    let before_the_mandate = format!("/v1/reviews/2022/delegates/{}/disputes", office.delegate);
    office.refuses_command(&before_the_mandate, &dispute("on_time"), 422, "delegate_without_mandate").clause("C-5.2");
    office.get(&format!("/v1/reviews/2022/delegates/{}/dossier", office.delegate)).problem(404, "not_found");
}

#[test]
fn while_a_review_is_open() {
    let Some(review) = Review::opened("refusals of an open review") else { return };
    let office = &review.office;
    office.refuses_command(&review.path("opening"), &json!({}), 409, "already_opened").clause("C-5.2");
    office.refuses_command(&review.path("freeze"), &json!({}), 409, "too_early").clause("C-5.2");
    let bare = json!({"other": "参加培训一次。"});
    review.refuses("report", &bare, 422, "section_missing").at("/liaison_service", "section_missing");
    let of_nobody = json!({"liaison_service": "有。", "file_ids": ["0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"]});
    office
        .refuses_command(&review.of_delegate("report"), &of_nobody, 422, "unknown_id")
        .at("/file_ids/0", "unknown_id");
    let on = crate::harness::today();
    review.refuses("appraisals", &vote("voters", on), 409, "not_frozen");
    review.refuses("adjustments", &adjustment("on_time", 0, 0), 409, "not_frozen");
    review.refuses("result", &json!({"grade": "excellent"}), 409, "not_frozen");
    review.refuses("disputes", &dispute("notices"), 422, "invalid_value").at("/indicator", "invalid_value");
    let of_nothing = json!({"indicator": "on_time", "text": "有误。", "of": {"family": "issue", "id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"}});
    office.refuses_command(&review.of_delegate("disputes"), &of_nothing, 422, "unknown_id").at("/of/id", "unknown_id");
    let decision = json!({"upheld": true, "text": "属实。"});
    let unknown = review.of_delegate("disputes/0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10/decision");
    office.post(&unknown, &decision).problem(404, "not_found");
    let raised = id(&review.does("disputes", &dispute("on_time"))["disputes"][0]);
    review.does(&format!("disputes/{raised}/decision"), &decision);
    review.refuses(&format!("disputes/{raised}/decision"), &decision, 409, "already_decided");
    let stale = office.command(&review.of_delegate("report"), &report()).at_version(1).send();
    stale.problem(412, "stale_version");
}

#[test]
fn when_figures_are_frozen() {
    let Some(mut review) = Review::freezable("refusals of a frozen review") else { return };
    review.post("freeze", &json!({})).good();
    let freeze = review.freezes_on();
    let office = &review.office;
    office.refuses_command(&review.path("freeze"), &json!({}), 409, "already_frozen").clause("C-5.2");
    let ahead = vote("voters", freeze + Days::new(1));
    review.office.refuses_command(&review.of_delegate("appraisals"), &ahead, 422, "in_the_future");
    let before = vote("voters", freeze - Days::new(1));
    review.refuses("appraisals", &before, 422, "before_previous").at("/held_on", "before_previous");
    let nobody = json!({"by": "voters", "held_on": freeze.to_string(), "ballots": {"excellent": 0}});
    review.refuses("appraisals", &nobody, 422, "missing").at("/ballots", "missing");
    let of_no_grade = json!({"by": "voters", "held_on": freeze.to_string(), "ballots": {"splendid": 1}});
    office
        .refuses_command(&review.of_delegate("appraisals"), &of_no_grade, 422, "invalid_body")
        .at("/ballots/splendid", "unknown_field")
        .at("/ballots", "missing");
    review.does("appraisals", &vote("voters", freeze));
    review.refuses("appraisals", &vote("voters", freeze), 409, "already_appraised").at("/by", "already_appraised");

    review.refuses("adjustments", &adjustment("answer_rate", 1, 0), 422, "out_of_range").at("/n", "out_of_range");
    review.refuses("adjustments", &adjustment("answer_rate", 0, -1), 422, "out_of_range").at("/of", "out_of_range");
    let huge = adjustment("answer_rate", 1_000_001, 1_000_001);
    let huge = review.office.refuses_command(&review.of_delegate("adjustments"), &huge, 422, "out_of_range");
    huge.at("/n", "out_of_range").at("/of", "out_of_range");
    let raised = id(&review.does("disputes", &dispute("answer_rate"))["disputes"][0]);
    let mut of_it = adjustment("answer_rate", 1, 1);
    of_it["dispute_id"] = json!("0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10");
    review.refuses("adjustments", &of_it, 422, "unknown_id").at("/dispute_id", "unknown_id");
    of_it["dispute_id"] = json!(raised);
    review.refuses("adjustments", &of_it, 409, "wrong_state").at("/dispute_id", "wrong_state");

    review.boots_on(freeze + Days::new(15));
    review.refuses("disputes", &dispute("on_time"), 409, "dispute_window_over");
    let grade = json!({"grade": "excellent"});
    review.refuses("result", &grade, 409, "report_missing");
    review.does("report", &report());
    review.refuses("result", &grade, 409, "dispute_window_open");
    review.boots_on(freeze + Days::new(16));
    review.refuses("result", &grade, 409, "disputes_pending");
    let decision = json!({"upheld": true, "text": "属实。"});
    review.does(&format!("disputes/{raised}/decision"), &decision);
    review.refuses("result", &grade, 409, "adjustment_missing");
    review.does("adjustments", &of_it);
    let splendid = json!({"grade": "splendid"});
    review
        .office
        .refuses_command(&review.of_delegate("result"), &splendid, 422, "invalid_value")
        .at("/grade", "invalid_value");
    let set = review.does("result", &grade);
    for (rest, body) in [
        ("report", report()),
        ("adjustments", adjustment("on_time", 0, 0)),
        ("disputes", dispute("on_time")),
        ("appraisals", vote("peers", freeze)),
    ] {
        review.refuses(rest, &body, 409, "wrong_state");
    }
    review.refuses("result", &grade, 409, "already_decided");
    let posted = json!({"posted_at": set["result"]["set_at"]});
    review.does("publication", &posted);
    review.refuses("publication", &posted, 409, "already_published");
    // Of somebody else nothing is there: no vote.
    let other = review.office.other_delegate.clone();
    let of_other = |rest: &str| review.path(&format!("delegates/{other}/{rest}"));
    review.office.post(&of_other("report"), &report()).good();
    review.office.refuses_command(&of_other("result"), &grade, 409, "appraisal_missing").clause("C-5.2");
}

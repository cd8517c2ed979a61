//! The day itself: opened, attended, closed with the issues that are taken in hand, its record filed, notices and objections;
//! corrected afterwards, and answered again as it was.

use super::{NEXT, who};
use crate::town::{Town, at, code, day, done, parts_of, whole};
use casework::Failure;
use casework::corrections::{CorrectionDecision, NewCorrection};
use casework::personal::Part;
use casework::sessions::notices::NewObjection;
use casework::transact::Outcome;
use domain::correction::CorrectedValue;
use domain::ids::{IssueId, SessionId};
use domain::notice::{AmendmentDraft, NoticeDraft};
use domain::reception::Occasion;
use domain::session::Session;
use domain::vocabulary::{IssueState, NoticeBoard, ObjectionGround, SessionReason, SessionState};
use event_store::Position;
use uuid::Uuid;

#[tokio::test]
async fn a_closing_takes_the_issues_of_its_session_in_hand_in_one_append() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let (party, deputy) = (town.delegates[0], town.deputies(1).await[0]);
    let id = town.opened(party, deputy).await;
    done(cases.check_in(&town.call("in"), id, who(party), Some(at("2026-11-26 13:31"))).await.unwrap());
    done(cases.check_in(&town.call("in 2"), id, who(deputy), Some(at("2026-11-26 13:35"))).await.unwrap());
    let twice = cases.check_in(&town.call("in 3"), id, who(party), Some(at("2026-11-26 13:36"))).await;
    assert_eq!(code(twice), "already_checked_in");
    done(cases.check_out(&town.call("out"), id, who(party), Some(at("2026-11-26 16:20"))).await.unwrap());
    let mut new = town.reception("2026-11-26 14:10", 2);
    new.occasion = Some(Occasion::Session(id));
    let received = done(cases.record_reception(&town.call("reception"), &new).await.unwrap());
    assert_eq!(received.reception.state.session_id(), Some(id));
    let elsewhere =
        done(cases.record_reception(&town.call("elsewhere"), &town.reception("2026-11-26 14:30", 1)).await.unwrap())
            .issues[0]
            .0;
    let (one, two) = (received.issues[0].0, received.issues[1].0);

    let nothing = IssueId(Uuid::nil());
    let unknown = cases.close_session(&town.call("x"), SessionId(Uuid::nil()), 2, &[one, nothing], None, None).await;
    let Err(Failure::Invalid(faults)) = unknown else { panic!("unknown") };
    assert_eq!(faults[0].pointer.as_deref(), Some("/taken_issue_ids/1"));
    let head = cases.store.head();
    done(cases.take_issue(&town.call("taken before"), two, None).await.unwrap());
    let Err(Failure::RefusedAtOnce(refusals)) =
        cases.close_session(&town.call("no"), id, 2, &[one, two, elsewhere], None, None).await
    else {
        panic!("two noes")
    };
    let told: Vec<_> = refusals.iter().map(|one| (one.code.as_str(), one.pointer.as_deref())).collect();
    assert_eq!(
        told,
        [("issue_not_of_session", Some("/taken_issue_ids/1")), ("issue_not_of_session", Some("/taken_issue_ids/2"))]
    );
    let call = town.call("close");
    let closed = done(cases.close_session(&call, id, 2, &[one], Some("两位来访。"), None).await.unwrap());
    assert_eq!(closed.position, Position(head.position.0 + 3));
    assert_eq!((closed.loaded.state.state, closed.loaded.state.visitor_count), (SessionState::Closed, Some(2)));
    assert_eq!(town.issue(one).await.state.state, IssueState::InHand);

    let filed = cases.file_session_record(&town.call("record"), id, "接待记录。", &[], None).await;
    let filed = done(filed.unwrap());
    // The closing again, after more has happened, answers as it did.
    let Ok(Outcome::Replayed(record)) = cases.close_session(&call, id, 2, &[one], Some("两位来访。"), None).await
    else {
        panic!("a replay")
    };
    let told = cases.changed::<Session>(id, record.last).await.unwrap();
    assert_eq!((told.loaded.state.clone(), told.position), (closed.loaded.state.clone(), closed.position));
    assert_ne!(told.loaded.version, filed.loaded.version);
}

#[tokio::test]
async fn a_reception_is_of_a_session_of_its_grid_and_day_that_is_held() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let mut new = town.reception("2026-11-19 14:10", 1);
    new.occasion = Some(Occasion::Session(SessionId(Uuid::nil())));
    assert_eq!(code(cases.record_reception(&town.call("1"), &new).await), "unknown_id");
    new.occasion = Some(Occasion::Session(town.session_id(NEXT)));
    assert_eq!(code(cases.record_reception(&town.call("2"), &new).await), "not_the_day");
    let today = town.session_id("2026-11-19");
    new.occasion = Some(Occasion::Session(today));
    done(cases.record_reception(&town.call("3"), &new).await.unwrap());
    let cancel = town.call("cancel");
    done(cases.cancel_session(&cancel, today, SessionReason::Weather, "台风。", None).await.unwrap());
    assert_eq!(code(cases.record_reception(&town.call("4"), &new).await), "session_cancelled");
}

#[tokio::test]
async fn a_notice_hangs_is_amended_and_objected_to_by_somebody_whose_name_is_sealed() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let (party, deputy) = (town.delegates[0], town.deputies(1).await[0]);
    let id = town.published(NEXT, party, deputy).await;
    let notice = NoticeDraft {
        unit_ids: None,
        board: NoticeBoard::VillageAffairs,
        posted_at: at("2026-11-19 15:00"),
        content: None,
        file_ids: Vec::new(),
        late_reason_given: false,
    };
    let posted = done(cases.post_notice(&town.call("post"), id, &notice, None).await.unwrap()).loaded;
    let units = posted.state.notices.len();
    assert!(units > 1);
    town.set("2026-11-20 10:00");
    let amendment = AmendmentDraft { unit_ids: None, posted_at: at("2026-11-20 09:00"), content: None };
    assert_eq!(code(cases.amend_notice(&town.call("same"), id, &amendment, None).await), "already_posted");
    let mut content = {
        let reference = cases.reference();
        let policy = reference.policies.newest().unwrap();
        domain::notice::said_now(&posted.state, &reference.delegates, policy)
    };
    content.held_on = day("2026-11-27");
    let other = AmendmentDraft { content: Some(content), ..amendment };
    let amended = done(cases.amend_notice(&town.call("amend"), id, &other, Some("写错了。")).await.unwrap()).loaded;
    assert_eq!(amended.state.notices.len(), 2 * units);

    let new = NewObjection {
        unit_id: None,
        ground: ObjectionGround::ContentWrong,
        text: "日期不对。".to_owned(),
        name: Some("王小明".to_owned()),
        phone: Some("13800001234".to_owned()),
        at: None,
    };
    let objected = done(cases.object(&town.call("object"), id, &new).await.unwrap()).loaded;
    let objection = objected.state.objections[0];
    let parts = parts_of(cases, &objected, objection.claim.version).await;
    let told: Vec<_> = parts
        .iter()
        .map(|(kept, part)| match part {
            Part::Open(said) => (kept.class.as_str(), said.to_string()),
            Part::Erased => (kept.class.as_str(), String::new()),
        })
        .collect();
    assert_eq!(
        told,
        [
            ("narrative", r#"{"text":"日期不对。"}"#.to_owned()),
            ("identity", r#"{"name":"王小明"}"#.to_owned()),
            ("contact", r#"{"phone":"13800001234"}"#.to_owned())
        ]
    );
    assert_eq!(parts[1].0.subject, parts[2].0.subject);
    assert_ne!(parts[0].0.subject, parts[1].0.subject);
    // Read anew from the log it says the same.
    let anew = cases.load::<Session>(id, casework::loaded::AsOf::Position(objected.position)).await.unwrap();
    assert_eq!(parts_of(cases, &anew, objection.claim.version).await.len(), 3);
    let nothing = domain::ids::ObjectionId(Uuid::nil());
    assert_eq!(code(cases.answer_objection(&town.call("x"), id, nothing, true, "…", None).await), "not_found");
    let answered =
        done(cases.answer_objection(&town.call("answer"), id, objection.id, true, "已更正。", None).await.unwrap());
    assert!(answered.loaded.state.objections[0].answered.is_some());
    let again = cases.answer_objection(&town.call("again"), id, objection.id, true, "已更正。", None).await;
    assert_eq!(code(again), "already_answered");
}

#[tokio::test]
async fn a_session_is_corrected_texts_at_once_and_numbers_once_approved() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let id = town.opened(town.delegates[0], town.deputies(1).await[0]).await;
    let closed = done(cases.close_session(&town.call("close"), id, 3, &[], Some("三位。"), None).await.unwrap());
    let version = closed.loaded.version.0;
    let correction = |pointer: &str, value| NewCorrection {
        event_version: version,
        pointer: pointer.to_owned(),
        value,
        reason: "签到表为准。".to_owned(),
        at: None,
    };
    let text = correction("/personal/0/text", CorrectedValue::Text("两位。".to_owned()));
    let corrected = done(cases.correct_session(&town.call("text"), id, &text).await.unwrap()).loaded;
    let said =
        cases.text_of(&whole(cases).await, &corrected, &corrected.state.corrections, version, 0, "text").await.unwrap();
    assert_eq!(said.as_deref(), Some("两位。"));
    let count = correction("/public/visitor_count", CorrectedValue::Whole(2));
    let proposed = done(cases.correct_session(&town.call("count"), id, &count).await.unwrap()).loaded;
    assert_eq!(proposed.state.visitor_count, Some(3));
    assert_eq!(code(cases.correct_session(&town.call("twice"), id, &count).await), "correction_pending");
    let decide = |approved, reason: Option<&str>| CorrectionDecision {
        event_version: version,
        approved,
        reason: reason.map(str::to_owned),
        at: None,
    };
    assert_eq!(
        code(cases.decide_session_correction(&town.call("no"), id, &decide(false, None)).await),
        "reason_missing"
    );
    let approved = cases.decide_session_correction(&town.call("yes"), id, &decide(true, None)).await;
    assert_eq!(done(approved.unwrap()).loaded.state.visitor_count, Some(2));
    let again = cases.decide_session_correction(&town.call("again"), id, &decide(true, None)).await;
    assert_eq!(code(again), "no_correction_pending");
}

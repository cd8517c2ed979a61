//! Many at once on the same things: nobody is lost, nobody overwrites anybody.

use crate::town::{Town, at, code, day, done, oral, said};
use casework::loaded::AsOf;
use domain::issue::interim::InterimDraft;
use domain::vocabulary::{
    DepartureReason, HandoverReason, IssueState, Level, OfficeKind, Outcome, TriageDecision, WordChannel,
};
use event_store::Version;
use futures_util::future::{join, join_all, join3};

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    let town = Town::new().await;
    let id = town.raised("reception").await;
    let keys: Vec<String> = (0..10).map(|n| format!("answer {n}")).collect();
    let words = said("好了。");
    let draft = oral("2026-11-19 14:30");
    let answers = keys.iter().map(|key| {
        let call = town.call(key);
        let (town, draft, words) = (&town, &draft, &words);
        async move { town.casework.answer_issue(&call, id, draft, words).await }
    });
    let mut codes: Vec<_> = join_all(answers).await.into_iter().map(code).collect();
    codes.sort_unstable();
    assert_eq!((codes[9], codes.iter().filter(|code| **code == "already_answered").count()), ("done", 9));
    assert_eq!(town.issue(id).await.version, Version(2));
}

#[tokio::test]
async fn words_from_everybody_at_once_all_stand_or_are_told_to_come_again() {
    let town = Town::new().await;
    let id = town.raised("reception").await;
    let draft =
        InterimDraft { channel: WordChannel::Phone, told_at: at("2026-11-19 14:30"), next_word_on: day("2026-11-30") };
    let keys: Vec<String> = (0..12).map(|n| format!("word {n}")).collect();
    let words = keys.iter().map(|key| {
        let call = town.call(key);
        let (town, draft) = (&town, &draft);
        async move { town.casework.reply_meanwhile(&call, id, draft, "在办。").await }
    });
    let codes: Vec<_> = join_all(words).await.into_iter().map(code).collect();
    let stand = codes.iter().filter(|code| **code == "done").count();
    assert!(codes.iter().all(|code| matches!(*code, "done" | "contended")), "{codes:?}");
    assert!(stand >= 5, "{codes:?}");
    let loaded = town.issue(id).await;
    assert_eq!(loaded.version, Version(1 + stand as u64));
    let folded = town.casework.issue(id, AsOf::Position(town.casework.store.head().position)).await.unwrap();
    assert_eq!(loaded.state, folded.state);
}

#[tokio::test]
async fn escalated_or_answered_never_both() {
    let town = Town::new().await;
    for n in 0..5 {
        let id = town.raised(&format!("reception {n}")).await;
        let (up, down) = (town.call(&format!("up {n}")), town.call(&format!("down {n}")));
        let (draft, words) = (oral("2026-11-19 14:30"), said("好了。"));
        let (up, down) = join(
            town.casework.escalate_issue(&up, id, Level::L2, None, "难以解决。", None),
            town.casework.answer_issue(&down, id, &draft, &words),
        )
        .await;
        let codes = [code(up), code(down)];
        assert!(codes == ["done", "already_escalated"] || codes == ["already_answered", "done"], "{codes:?}");
    }
}

/// A precondition on the major issue must not fail because issues linked to it, whose versions are higher, move while
/// it is being concluded.
#[tokio::test]
async fn what_is_only_checked_never_makes_a_precondition_stale() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    let major = done(cases.escalate_issue(&town.call("up"), id, Level::L2, None, "…", None).await.unwrap())
        .major_issue
        .unwrap()
        .0;
    let lead =
        done(cases.register_office(&town.call("lead"), "镇建管办", OfficeKind::Department, None).await.unwrap()).made;
    let other =
        done(cases.register_office(&town.call("other"), "人大办公室", OfficeKind::CongressOffice, None).await.unwrap())
            .made;
    done(cases.triage(&town.call("t"), major, TriageDecision::Accept, None, None, None, None).await.unwrap());
    done(cases.deliberate(&town.call("d"), major, day("2026-11-19"), None, "办。", None).await.unwrap());
    done(cases.assign(&town.call("as"), major, lead, &[], None, None).await.unwrap());
    done(cases.accept_assignment(&town.call("ac"), major, None).await.unwrap());
    done(cases.report_outcome(&town.call("r"), major, Outcome::Resolved, "现场核实", "好了。", None).await.unwrap());
    let verified = done(cases.verify_outcome(&town.call("v"), major, true, other, None, None).await.unwrap());
    let word =
        InterimDraft { channel: WordChannel::Phone, told_at: at("2026-11-19 15:00"), next_word_on: day("2026-11-30") };
    for n in 0..12 {
        done(cases.reply_meanwhile(&town.call(&format!("before {n}")), id, &word, "在办。").await.unwrap());
    }
    let call = town.call_if("conclusion", verified.loaded.version.0);
    let keys: Vec<String> = (0..4).map(|n| format!("word {n}")).collect();
    let words = join_all(keys.iter().map(|key| {
        let call = town.call(key);
        let (town, word) = (&town, &word);
        async move { town.casework.reply_meanwhile(&call, id, word, "在办。").await }
    }));
    let (concluded, words) = join(cases.conclude(&call, major, Outcome::Resolved, "办结。", None), words).await;
    assert!(matches!(code(concluded), "done" | "contended"));
    assert!(words.into_iter().map(code).all(|code| matches!(code, "done" | "contended")));
}

/// While the outcome is being concluded, one of the issues is returned: it ends in hand or awaiting its answer, and
/// the other one is not held up.
#[tokio::test]
async fn an_issue_returned_while_its_major_issue_ends_is_in_one_place() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 2).await;
    let (one, two) = (received.issues[0].0, received.issues[1].0);
    let major = done(cases.escalate_issue(&town.call("up"), one, Level::L2, None, "…", None).await.unwrap())
        .major_issue
        .unwrap()
        .0;
    let joined = done(cases.escalate_issue(&town.call("join"), two, Level::L2, Some(major), "…", None).await.unwrap());
    assert!(!joined.made);
    let (back, end) = (town.call("back"), town.call("end"));
    let (returned, ended) = join(
        cases.return_escalation(&back, one, "可以答复。", None),
        cases.triage(&end, major, TriageDecision::Return, None, None, Some("可以答复。"), None),
    )
    .await;
    let codes = [code(returned), code(ended)];
    assert!(codes == ["done", "done"] || codes == ["not_escalated", "done"], "{codes:?}");
    for id in [one, two] {
        let issue = town.issue(id).await;
        assert_eq!((issue.state.state, issue.state.major_issue_id), (IssueState::InHand, None));
    }
}

#[tokio::test]
async fn nobody_receives_or_takes_over_after_a_departure_that_came_first() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    let successor = town.delegates[1];
    let (leave, hand, receive) = (town.call("leave"), town.call("hand"), town.call("receive"));
    let mut new = town.reception("2026-11-19 14:30", 1);
    new.delegates[0].delegate_id = successor;
    let (left, handed, received) = join3(
        cases.depart_delegate(&leave, successor, DepartureReason::TermEnd, day("2026-11-18"), None),
        cases.hand_over_issue(&hand, id, successor, HandoverReason::LongLeave, "…", None),
        cases.record_reception(&receive, &new),
    )
    .await;
    let departed = done(left.unwrap()).position;
    let without = "delegate_without_mandate";
    match handed {
        Ok(handed) => assert!(done(handed).position < departed),
        refused @ Err(_) => assert_eq!(code(refused), without),
    }
    match received {
        Ok(received) => assert!(done(received).position < departed),
        refused @ Err(_) => assert_eq!(code(refused), without),
    }
    // Afterwards it is certain.
    let id = town.raised("another").await;
    assert_eq!(
        code(cases.hand_over_issue(&town.call("late"), id, successor, HandoverReason::LongLeave, "…", None).await),
        without
    );
}

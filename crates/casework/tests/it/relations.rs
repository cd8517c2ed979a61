//! What an issue has with others, and on the way to its visitor: what is said stands in boxes, what is named exists, and
//! of two that are merged into each other at once one is refused.

use crate::town::{Town, at, code, day, done, opened, oral, said, whole};
use domain::ids::{IssueId, OfficeId};
use domain::issue::answering::AnswerDraft;
use domain::vocabulary::{
    AnswerChannel, EvidenceKind, IssueState, Level, LinkKind, OfficeKind, Outcome, ReopeningGround, WordChannel,
};
use event_store::{StreamId, Version};
use std::sync::Barrier;
use uuid::Uuid;

const NOBODY: Uuid = Uuid::from_u128(0x999);

/// What the narrative box of an issue's newest event says under a field.
async fn newest_words(town: &Town, id: IssueId, field: &str) -> String {
    let version = town.issue(id).await.version;
    let history = town
        .casework
        .history(&whole(&town.casework).await, &StreamId::of("issue", id.0), Version(version.0 - 1), 1)
        .await
        .unwrap()
        .items;
    opened(&history[0].personal[0]).json().unwrap()[field].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_answer_is_posted_after_three_attempts_on_two_days() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    town.set("2026-11-24 10:00");
    let attempt = |key, when, note| {
        let call = town.call(key);
        async move { cases.record_delivery_attempt(&call, id, WordChannel::InPerson, at(when), note).await }
    };
    assert_eq!(code(attempt("registered", "2026-11-20 09:00", None).await), "not_taken");
    done(cases.take_issue(&town.call("taking"), id, Some(at("2026-11-20 08:30"))).await.unwrap());
    done(attempt("first", "2026-11-20 09:00", Some("家中无人。")).await.unwrap());
    assert_eq!(newest_words(&town, id, "note").await, "家中无人。");
    assert_eq!(code(attempt("again", "2026-11-20 09:00", None).await), "already_attempted");
    done(attempt("second", "2026-11-20 18:00", None).await.unwrap());
    let posted =
        AnswerDraft { channel: AnswerChannel::Written, evidence: EvidenceKind::Posted, ..oral("2026-11-24 10:00") };
    let answer = |key| {
        let call = town.call(key);
        async move { cases.answer_issue(&call, id, &posted, &said("已更换灯泡。")).await }
    };
    assert_eq!(code(answer("too soon").await), "not_enough_attempts");
    let third = done(attempt("third", "2026-11-23 09:00", None).await.unwrap());
    assert_eq!((third.loaded.state.state, third.loaded.state.due.on), (IssueState::InHand, day("2026-11-26")));
    let answered = done(answer("posted").await.unwrap());
    assert_eq!(answered.loaded.state.state, IssueState::Answered);
}

#[tokio::test]
async fn a_promise_is_looked_at_and_a_broken_one_brings_the_issue_back() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    town.set("2026-11-24 10:00");
    let planned =
        AnswerDraft { outcome: Outcome::Planned, commitment_on: Some(day("2026-12-10")), ..oral("2026-11-24 10:00") };
    done(cases.answer_issue(&town.call("answer"), id, &planned, &said("十二月上旬更换。")).await.unwrap());
    let look = |key, kept, on| {
        let call = town.call(key);
        async move { cases.verify_commitment(&call, id, kept, day(on), Some("灯仍未换。"), None).await }
    };
    town.set("2026-12-15 10:00");
    assert_eq!(code(look("early", false, "2026-12-10").await), "commitment_not_due");
    assert_eq!(code(look("future", true, "2026-12-16").await), "in_the_future");
    let looked = done(look("look", false, "2026-12-14").await.unwrap());
    assert_eq!(looked.loaded.state.commitment_check.map(|check| check.kept), Some(false));
    assert_eq!(newest_words(&town, id, "note").await, "灯仍未换。");
    assert_eq!(code(look("again", true, "2026-12-15").await), "already_verified");
    let ground = ReopeningGround::CommitmentBroken;
    done(cases.request_reopening(&town.call("reopen"), id, ground, "仍未更换。", None).await.unwrap());
    assert_eq!(code(look("nobody", true, "2026-12-15").await), "already_verified");
    let other = town.raised("another").await;
    let call = town.call("unanswered");
    let unanswered = cases.verify_commitment(&call, other, true, day("2026-12-15"), None, None).await;
    assert_eq!(code(unanswered), "not_answered");
}

#[tokio::test]
async fn merged_issues_are_handled_together_and_answered_one_by_one() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 3).await;
    let [primary, second, third] = [0, 1, 2].map(|n| received.issues[n].0);
    let due = town.issue(second).await.state.due.clone();
    let merge = |key, id, into| {
        let call = town.call(key);
        async move { cases.merge_issue(&call, id, into, "同一楼道。", None).await }
    };
    assert_eq!(code(merge("nowhere", second, IssueId(NOBODY)).await), "unknown_id");
    assert_eq!(code(merge("nothing", IssueId(NOBODY), primary).await), "not_found");
    assert_eq!(code(merge("itself", second, second).await), "primary_unfit");
    let merged = done(merge("merge", second, primary).await.unwrap());
    assert_eq!((merged.loaded.state.state, &merged.loaded.state.due), (IssueState::Merged, &due));
    assert_eq!(newest_words(&town, second, "reason").await, "同一楼道。");
    assert_eq!(town.issue(primary).await.version, Version(1), "the primary is only looked at");
    assert_eq!(code(merge("again", second, third).await), "already_merged");
    assert_eq!(code(merge("into merged", third, second).await), "primary_unfit");
    let up = cases.escalate_issue(&town.call("up"), second, Level::L2, None, "…", None).await;
    assert_eq!(code(up), "issue_merged");
    // The primary ends; nothing of it reaches the other.
    let draft = oral("2026-11-19 15:00");
    done(cases.answer_issue(&town.call("primary"), primary, &draft, &said("已更换。")).await.unwrap());
    assert_eq!(town.issue(second).await.state.state, IssueState::Merged);
    assert_eq!(code(merge("into answered", third, primary).await), "primary_unfit");
    done(cases.unmerge_issue(&town.call("apart"), second, "并非同一楼道。", None).await.unwrap());
    assert_eq!(town.issue(second).await.state.state, IssueState::Registered);
    let twice = cases.unmerge_issue(&town.call("apart again"), second, "…", None).await;
    assert_eq!(code(twice), "not_merged");
    done(merge("again, into the third", second, third).await.unwrap());
    let answered = cases.answer_issue(&town.call("second"), second, &draft, &said("也已更换。")).await;
    assert_eq!(done(answered.unwrap()).loaded.state.state, IssueState::Answered);
}

/// What could go wrong: each of the two sees the other before it is merged, and both end up merged into something merged.
/// Two threads begin together, so often that some rounds do come that close.
#[test]
fn of_two_merged_into_each_other_at_once_one_stays_what_it_was() {
    let here = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let runtime = here();
    let town = runtime.block_on(Town::new());
    for n in 0..50 {
        let received = runtime.block_on(town.received(&format!("reception {n}"), 2));
        let [one, two] = [0, 1].map(|n| received.issues[n].0);
        let start = Barrier::new(2);
        let merge = |key: &str, id, into| {
            let call = town.call(&format!("{key} {n}"));
            let runtime = here();
            start.wait();
            code(runtime.block_on(town.casework.merge_issue(&call, id, into, "同一楼道。", None)))
        };
        let mut codes = std::thread::scope(|scope| {
            let there = scope.spawn(|| merge("there", two, one));
            [merge("here", one, two), there.join().unwrap()]
        });
        codes.sort_unstable();
        assert_eq!(codes, ["done", "primary_unfit"], "round {n}");
        let mut states = [one, two].map(|id| runtime.block_on(town.issue(id)).state.state);
        states.sort_unstable();
        assert_eq!(states, [IssueState::Registered, IssueState::Merged]);
    }
}

#[tokio::test]
async fn links_name_issues_that_exist_and_say_each_thing_once() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 2).await;
    let [one, two] = [0, 1].map(|n| received.issues[n].0);
    let link = |key, to, kind| {
        let call = town.call(key);
        async move { cases.link_issue(&call, one, to, kind, None).await }
    };
    assert_eq!(code(link("nowhere", IssueId(NOBODY), LinkKind::Related).await), "unknown_id");
    assert_eq!(code(link("itself", one, LinkKind::Related).await), "invalid_value");
    let linked = done(link("link", two, LinkKind::Recurring).await.unwrap());
    assert_eq!(linked.loaded.state.links.len(), 1);
    assert_eq!(code(link("again", two, LinkKind::Recurring).await), "already_linked");
    done(link("otherwise", two, LinkKind::CausedBy).await.unwrap());
    assert!(town.issue(two).await.state.links.is_empty(), "a link stands where it was said");
}

#[tokio::test]
async fn an_office_is_asked_and_says_what_it_knows() {
    let town = Town::new().await;
    let cases = &town.casework;
    let id = town.raised("reception").await;
    let office = cases.register_office(&town.call("office"), "市容管理所", OfficeKind::Department, None).await;
    let office = done(office.unwrap()).made;
    let ask = |key, to| {
        let call = town.call(key);
        async move { cases.request_input(&call, id, to, "路灯归谁管？", None).await }
    };
    assert_eq!(code(ask("nobody", OfficeId(NOBODY)).await), "unknown_id");
    assert_eq!(code(ask("registered", office).await), "not_taken");
    done(cases.take_issue(&town.call("taking"), id, None).await.unwrap());
    let unasked = cases.give_input(&town.call("unasked"), id, "归物业管。", None).await;
    assert_eq!(code(unasked), "no_input_requested");
    let asked = done(ask("ask", office).await.unwrap());
    assert_eq!(asked.loaded.state.inputs_open.len(), 1);
    assert_eq!(newest_words(&town, id, "text").await, "路灯归谁管？");
    let told = done(cases.give_input(&town.call("tell"), id, "归物业管。", None).await.unwrap());
    assert!(told.loaded.state.inputs_open.is_empty());
    assert_eq!((told.loaded.state.state, told.loaded.state.due.on), (IssueState::InHand, day("2026-11-26")));
    assert_eq!(newest_words(&town, id, "text").await, "归物业管。");
}

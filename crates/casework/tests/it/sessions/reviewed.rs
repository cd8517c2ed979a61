//! What a review reads of sessions: their streams and the leaves of those on duty, as of its position; and nothing of them by
//! rules that do not look at them.

use super::NEXT;
use crate::town::{Town, day, done};
use casework::leaves::NewLeave;
use casework::reviews::{Frame, MemberOf, Reviewed, Streams, Tallies};
use domain::review::{Measure, Ratio, RuleSet, Subject, Tally};
use domain::vocabulary::{Indicator, LeaveReason};
use event_store::Position;
use std::sync::Arc;

async fn frame(town: &Town, rule_set: RuleSet, position: Position) -> Arc<Frame> {
    let reference = town.casework.reference_at(position).await.unwrap();
    Arc::new(town.casework.review_frame(rule_set, 2026, position, reference).await.unwrap())
}

async fn review(town: &Town, rule_set: RuleSet, position: Position, streams: &Streams) -> Tallies {
    town.casework.review(&frame(town, rule_set, position).await, streams.clone()).await.unwrap()
}

/// Attendance by the newest rules.
fn attendance(town: &Town, tally: &Tally) -> (u64, u64) {
    let policy = town.casework.reference();
    let figures = tally.figures(RuleSet::NEWEST, Subject::Grid, policy.policies.newest().unwrap());
    let figure = figures.into_iter().find(|figure| figure.indicator == Indicator::Attendance).unwrap();
    let Measure::Share(Ratio { n, of }) = figure.measure else { panic!("of another kind") };
    (n, of)
}

#[tokio::test]
async fn a_review_reads_sessions_and_the_leaves_of_those_on_duty_as_of_its_position() {
    let town = Town::planned().await;
    let (party, deputy) = (town.delegates[0], town.deputies(1).await[0]);
    let id = town.published(NEXT, party, deputy).await;
    let (from, to) = (day(NEXT), day(NEXT));
    let leave = NewLeave { from, to, reason_code: LeaveReason::Work, reason: None, at: None };
    let asked = done(town.casework.request_leave(&town.call("leave"), party, &leave).await.unwrap()).loaded;
    let before = town.casework.store.head().position;
    let leave_id = asked.state.all[0].id;
    done(town.casework.decide_leave(&town.call("yes"), party, leave_id, true, None, None).await.unwrap());
    town.set("2026-11-30 09:00");
    town.received("later", 0).await;
    let after = town.casework.store.head().position;
    let streams = Streams { sessions: vec![id], ..Streams::default() };

    let tallies = review(&town, RuleSet::NEWEST, after, &streams).await;
    assert_eq!(tallies.delegates.keys().collect::<Vec<_>>(), [&deputy]);
    assert_eq!(attendance(&town, &tallies.delegates[&deputy]), (0, 1));
    assert_eq!(attendance(&town, &tallies.grids[&town.grid]), (0, 1));
    let frame = frame(&town, RuleSet::NEWEST, after).await;
    let members = town.casework.review_members(&frame, streams.clone(), Reviewed::Delegate(deputy)).await.unwrap();
    assert_eq!(members.iter().map(|member| member.of).collect::<Vec<_>>(), [MemberOf::Session(id)]);

    // A year that has not come to the session's day knows of no duty; rules that do not look at sessions never do.
    assert_eq!(review(&town, RuleSet::NEWEST, before, &streams).await, Tallies::default());
    assert_eq!(review(&town, RuleSet::One, after, &streams).await, Tallies::default());
}

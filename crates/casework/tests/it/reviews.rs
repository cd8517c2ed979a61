//! A review is a function of leaves: which streams are handed in beyond those that matter, and what came later, changes
//! nothing.

use crate::town::{Town, done, oral, said};
use casework::Failure;
use casework::reviews::{Frame, MemberOf, Reviewed, Streams, Tallies};
use domain::ids::{IssueId, ReceptionId};
use domain::review::{Measure, Ratio, RuleSet, Subject, Tally, What};
use domain::vocabulary::Indicator;
use event_store::Position;
use std::sync::Arc;
use uuid::Uuid;

async fn frame(town: &Town, position: Position) -> Arc<Frame> {
    let reference = town.casework.reference_at(position).await.unwrap();
    Arc::new(town.casework.review_frame(RuleSet::NEWEST, 2026, position, reference).await.unwrap())
}

async fn review(town: &Town, position: Position, streams: &Streams) -> Tallies {
    let frame = frame(town, position).await;
    town.casework.review(&frame, streams.clone()).await.unwrap()
}

fn share(tally: &Tally, frame: &Frame, indicator: Indicator) -> Ratio {
    let figures = tally.figures(RuleSet::NEWEST, Subject::Delegate, frame.book.own_policy());
    let figure = figures.into_iter().find(|figure| figure.indicator == indicator).unwrap();
    let (Measure::Share(ratio) | Measure::Targeted(ratio, _)) = figure.measure else { panic!("of another kind") };
    ratio
}

async fn answered(town: &Town, key: &str, issue: IssueId, delivered: &str) {
    let (call, draft, words) = (town.call(key), oral(delivered), said("已修。"));
    done(town.casework.answer_issue(&call, issue, &draft, &words).await.unwrap());
}

/// Two issues of one reception, the first answered in time on 2026-11-24.
async fn given() -> (Town, Streams, Position) {
    let town = Town::new().await;
    let received = town.received("a", 2).await;
    let issues: Vec<IssueId> = received.issues.iter().map(|(id, _)| *id).collect();
    town.set("2026-11-24 15:00");
    answered(&town, "b", issues[0], "2026-11-24 10:00").await;
    town.set("2026-11-27 09:00");
    town.received("c", 0).await;
    let position = town.casework.store.head().position;
    (town, Streams { issues, receptions: vec![received.id], ..Streams::default() }, position)
}

#[tokio::test]
async fn a_delegate_and_their_grid_have_the_figures_of_their_streams() {
    let (town, streams, position) = given().await;
    let frame = frame(&town, position).await;
    let tallies = review(&town, position, &streams).await;
    let (delegate, grid) = (&tallies.delegates[&town.delegates[0]], &tallies.grids[&town.grid]);
    assert_eq!((tallies.delegates.len(), delegate), (1, grid));
    let shares = [Indicator::AnswerRate, Indicator::OnTime, Indicator::LateRecords, Indicator::Corrections]
        .map(|indicator| share(delegate, &frame, indicator));
    let expected = [(1, 2), (1, 2), (0, 1), (0, 4)].map(|(n, of)| Ratio { n, of });
    assert_eq!(shares, expected);
    assert_eq!(frame.root, town.casework.store.root_at(position.0).await.unwrap());
    assert!(!frame.provisional(delegate) && frame.policy_position() > 0);
}

#[tokio::test]
async fn what_came_later_and_what_does_not_matter_changes_nothing() {
    let (town, streams, position) = given().await;
    let before = review(&town, position, &streams).await;
    answered(&town, "d", streams.issues[1], "2026-11-27 08:00").await;
    let later = town.received("e", 3).await;
    let mut more = streams.clone();
    more.issues.extend(later.issues.iter().map(|(id, _)| *id));
    more.issues.push(IssueId(Uuid::from_u128(9)));
    more.receptions.push(later.id);
    more.receptions.push(ReceptionId(Uuid::from_u128(9)));
    assert_eq!(review(&town, position, &more).await, before);
    let now = town.casework.store.head().position;
    assert_ne!(review(&town, now, &more).await, before);
}

#[tokio::test]
async fn the_members_behind_a_review_are_those_that_were_summed() {
    let (town, streams, position) = given().await;
    let frame = frame(&town, position).await;
    let mine = Reviewed::Delegate(town.delegates[0]);
    let members = town.casework.review_members(&frame, streams.clone(), mine).await.unwrap();
    let mut tally = Tally::default();
    members.iter().for_each(|member| tally.take(&member.finding));
    assert_eq!(tally, review(&town, position, &streams).await.delegates[&town.delegates[0]]);
    assert!(members.is_sorted_by_key(|member| member.first_position));
    let due: Vec<_> = members.iter().filter(|member| matches!(member.finding.what, What::Due { .. })).collect();
    assert_eq!(due.len(), 2);
    assert!(matches!(due[0].of, MemberOf::Issue { id, year: 2026 } if streams.issues.contains(&id)));
    let others = Reviewed::Delegate(town.delegates[1]);
    assert!(town.casework.review_members(&frame, streams.clone(), others).await.unwrap().is_empty());
    let grid = town.casework.review_members(&frame, streams, Reviewed::Grid(town.grid)).await.unwrap();
    assert_eq!(grid, members);
}

#[tokio::test]
async fn years_before_the_programme_and_after_the_last_leaf_cannot_be_reviewed() {
    let (town, _, position) = given().await;
    let reference = town.casework.reference_at(position).await.unwrap();
    assert_eq!(town.casework.reviewable_years(position, &reference).await.unwrap(), 2023..=2026);
    let next = town.casework.review_frame(RuleSet::NEWEST, 2027, position, Arc::clone(&reference)).await;
    assert!(matches!(next, Err(Failure::BeyondHead)));
    let beyond = Position(position.0 + 1);
    assert!(matches!(
        town.casework.review_frame(RuleSet::NEWEST, 2026, beyond, reference).await,
        Err(Failure::BeyondHead)
    ));
}

/// What could go wrong: whoever asks for a review waits for a turn, and so many wait that their streams fill the memory.
#[tokio::test]
async fn of_many_reviews_at_once_some_are_refused_and_the_others_are_right() {
    let (town, streams, position) = given().await;
    let frame = frame(&town, position).await;
    let asked = (0..300).map(|_| town.casework.review(&frame, streams.clone()));
    let answers = futures_util::future::join_all(asked).await;
    let expected = review(&town, position, &streams).await;
    let mut refused = 0;
    for answer in answers {
        match answer {
            Ok(tallies) => assert_eq!(tallies, expected),
            Err(failure) => {
                assert!(matches!(failure, Failure::Overloaded), "{failure:?}");
                refused += 1;
            }
        }
    }
    assert!((1..300).contains(&refused), "{refused}");
}

//! The freeze of a year over the log: whole, once, and beside whatever else happens; and what is recorded of appraisals.

use crate::town::{Town, at, code, day, done, whole};
use casework::annual_reviews::{
    AppraisalDraft, Freezable, NewAdjustment, NewDispute, NewFreeze, NewReport, NewVote, ReviewYear,
};
use casework::loaded::AsOf;
use casework::transact::Outcome;
use domain::appraisal::{Appraisee, Base, VoteDraft};
use domain::review::RuleSet;
use domain::vocabulary::{AppraisedBy, Grade, Indicator};
use event_store::{Filter, Position, Version};
use futures_util::future::{join, join3};
use std::collections::BTreeMap;

pub const YEAR: ReviewYear = ReviewYear(2026);

/// A town in January whose review was opened in December.
async fn opened() -> Town {
    opened_in(Town::new().await).await
}

/// The same of another town.
pub async fn opened_in(town: Town) -> Town {
    town.set("2026-12-01 09:00");
    let opened = done(town.casework.open_review(&town.call("open"), YEAR, None).await.unwrap());
    assert_eq!(opened.loaded.version, Version(1));
    town.set("2027-01-11 09:00");
    town.received("new year", 0).await;
    town
}

pub async fn freezable(town: &Town, key: &str) -> Freezable {
    let new = NewFreeze { position: None, rule_set: RuleSet::One, at: None };
    done(town.casework.may_freeze(&town.call(key), YEAR, &new).await.unwrap())
}

/// A digest of everybody and every grid; what it is of does not matter here.
pub fn digests(town: &Town) -> Vec<(Appraisee, String)> {
    let reference = town.casework.reference();
    let delegates = reference.delegates.all().map(|delegate| Appraisee::Delegate(delegate.id));
    let grids = reference.areas.grids().map(|grid| Appraisee::Grid(grid.id));
    delegates.chain(grids).zip(0..).map(|(whose, n)| (whose, format!("{n:064x}"))).collect()
}

pub fn of(town: &Town) -> AppraisalDraft {
    AppraisalDraft { year: YEAR, delegate_id: town.delegates[0] }
}

pub fn report() -> NewReport {
    NewReport {
        liaison_service: Some("全年接待十二次。".to_owned()), other: None, file_ids: Vec::new(), at: None
    }
}

fn dispute() -> NewDispute {
    NewDispute { indicator: Indicator::OnTime, of: None, text: "该件按时答复。".to_owned(), at: None }
}

#[tokio::test]
async fn a_freeze_is_one_append_with_one_event_of_each() {
    let town = opened().await;
    let cases = &town.casework;
    // One of them has told something already.
    done(cases.submit_report(&town.call("report"), of(&town), &report()).await.unwrap());
    let (freezable, digests) = (freezable(&town, "freeze").await, digests(&town));
    let before = cases.store.head().position;
    assert_eq!(freezable.frame.position, before);
    let call = town.call("freeze");
    let frozen = cases.freeze_review(&call, YEAR, &freezable, digests.clone(), None);
    let frozen = done(frozen.await.unwrap());
    assert_eq!(frozen.position, Position(before.0 + 1 + digests.len() as u64));
    let freeze = frozen.loaded.state.frozen.clone().unwrap();
    assert_eq!((freeze.of.position, freeze.of.subjects as usize), (before.0, digests.len()));
    let leaves = cases.store.read_all(before, 4096, &Filter::default()).await.unwrap().events;
    let leaves: Vec<_> = leaves.iter().map(|leaf| leaf.leaf().unwrap()).collect();
    assert_eq!(leaves[0].stream.as_str(), "review/2026");
    assert!(leaves.iter().all(|leaf| leaf.command == leaves[0].command));
    for ((whose, digest), leaf) in digests.iter().zip(&leaves[1..]) {
        assert_eq!(leaf.stream.as_str(), format!("appraisal/{}", whose.appraisal(2026)));
        let appraisal = cases.appraisal(whose.appraisal(2026), AsOf::Now).await.unwrap();
        assert_eq!(appraisal.state.frozen.as_ref().map(|frozen| &frozen.digest), Some(digest));
    }
    let own = cases.appraisal(Appraisee::Delegate(town.delegates[0]).appraisal(2026), AsOf::Now).await.unwrap();
    assert_eq!((own.version, own.state.report.is_some()), (Version(2), true));
    // The very call again, and another.
    let again = cases.freeze_review(&call, YEAR, &freezable, digests.clone(), None).await;
    assert!(matches!(again, Ok(Outcome::Replayed(record)) if record.last == frozen.position));
    let other = cases.freeze_review(&town.call("other"), YEAR, &freezable, digests, None).await;
    assert_eq!(code(other), "already_frozen");
}

#[tokio::test]
async fn of_two_freezes_at_once_one_counts_and_the_other_is_told() {
    for round in 0..5 {
        let town = opened().await;
        let (one, two) = (town.call("one"), town.call("two"));
        let (left, right) = (freezable(&town, "one").await, freezable(&town, "two").await);
        let freeze = |call, of| town.casework.freeze_review(call, YEAR, of, digests(&town), None);
        let (left, right) = join(freeze(&one, &left), freeze(&two, &right)).await;
        let mut codes = [code(left), code(right)];
        codes.sort_unstable();
        assert_eq!(codes, ["already_frozen", "done"], "round {round}");
        let review = town.casework.annual_review(YEAR, AsOf::Now).await.unwrap();
        assert_eq!(review.version, Version(2));
    }
}

/// The same command in two copies at once: both are told of the one freeze.
#[tokio::test]
async fn of_two_copies_of_a_freeze_the_second_is_answered_from_the_first() {
    let town = opened().await;
    let call = town.call("freeze");
    let freezable = freezable(&town, "freeze").await;
    let freeze = || town.casework.freeze_review(&call, YEAR, &freezable, digests(&town), None);
    let (one, two) = join(freeze(), freeze()).await;
    let mut codes = [code(one), code(two)];
    codes.sort_unstable();
    assert_eq!(codes, ["done", "replayed"]);
    let new = NewFreeze { position: None, rule_set: RuleSet::One, at: None };
    assert_eq!(code(town.casework.may_freeze(&call, YEAR, &new).await), "replayed");
    assert_eq!(code(town.casework.may_freeze(&town.call("other"), YEAR, &new).await), "already_frozen");
}

/// Reports and disputes that come in while the freeze is recorded hold it up only for as long as they take.
#[tokio::test]
async fn a_freeze_goes_through_beside_reports_and_disputes() {
    let town = opened().await;
    let freezable = freezable(&town, "freeze").await;
    let (freeze, report_call, dispute_call) = (town.call("freeze"), town.call("report"), town.call("dispute"));
    let (report, dispute) = (report(), dispute());
    let (frozen, reported, disputed) = join3(
        town.casework.freeze_review(&freeze, YEAR, &freezable, digests(&town), None),
        town.casework.submit_report(&report_call, of(&town), &report),
        town.casework.dispute_entry(&dispute_call, of(&town), &dispute),
    )
    .await;
    assert_eq!([code(frozen), code(reported), code(disputed)], ["done"; 3]);
    let own = Appraisee::Delegate(town.delegates[0]).appraisal(2026);
    assert_eq!(town.casework.appraisal(own, AsOf::Now).await.unwrap().version, Version(3));
}

#[tokio::test]
async fn the_leaf_of_a_freeze_is_one_of_the_next_year() {
    let town = opened().await;
    let head = town.casework.store.head().position;
    let may = async |position| {
        let new = NewFreeze { position: Some(position), rule_set: RuleSet::One, at: None };
        code(town.casework.may_freeze(&town.call("freeze"), YEAR, &new).await)
    };
    assert_eq!(may(head).await, "done");
    assert_eq!(may(Position(head.0 - 1)).await, "out_of_range");
    assert_eq!(may(Position(head.0 + 1)).await, "out_of_range");
}

#[tokio::test]
async fn an_appraisal_goes_from_the_report_to_the_published_result() {
    let town = opened().await;
    let cases = &town.casework;
    let of = of(&town);
    let freezable = freezable(&town, "freeze").await;
    done(cases.freeze_review(&town.call("freeze"), YEAR, &freezable, digests(&town), None).await.unwrap());
    done(cases.submit_report(&town.call("report"), of, &report()).await.unwrap());
    let disputed = done(cases.dispute_entry(&town.call("dispute"), of, &dispute()).await.unwrap());
    let id = disputed.loaded.state.disputes[0].id;
    town.set("2027-01-20 17:00");
    let ballots = BTreeMap::from([(Grade::Excellent, 31)]);
    let vote = VoteDraft { by: AppraisedBy::Voters, held_on: day("2027-01-20"), ballots };
    done(cases.appraise(&town.call("vote"), of, &NewVote { vote, at: None }).await.unwrap());
    let upheld = (true, "该件确已按时答复。");
    assert_eq!(
        code(cases.decide_dispute(&town.call("x"), of, domain::ids::DisputeId::default(), upheld, None).await),
        "not_found"
    );
    done(cases.decide_dispute(&town.call("decide"), of, id, upheld, None).await.unwrap());
    let adjustment = NewAdjustment {
        indicator: Indicator::OnTime,
        deltas: (1, 0),
        dispute_id: Some(id),
        reason: "异议成立。".to_owned(),
        at: None,
    };
    let base = Some(Base { n: 26, of: 27, share: true });
    // Frozen by now, and nobody looked the figure up.
    assert_eq!(code(cases.adjust_figure(&town.call("adjust"), of, &adjustment, None).await), "contended");
    done(cases.adjust_figure(&town.call("adjust"), of, &adjustment, base).await.unwrap());
    town.set("2027-01-27 09:00");
    let set = cases.set_result(&town.call("result"), of, Grade::Excellent, Some("经研究确定。"), None).await;
    let set = done(set.unwrap());
    assert_eq!(code(cases.publish_result(&town.call_if("publish", 1), of, None).await), "stale");
    let call = town.call_if("publish", set.loaded.version.0);
    let published = cases.publish_result(&call, of, Some(at("2027-01-27 09:00"))).await;
    let published = done(published.unwrap());
    let appraisal = &published.loaded;
    assert_eq!(appraisal.state.result.map(|(grade, _)| grade), Some(Grade::Excellent));
    let folded = cases.appraised(of, published.position).await.unwrap();
    assert_eq!(folded.loaded.state, appraisal.state);
    let text =
        cases.text_of(&whole(cases).await, appraisal, &Default::default(), 2, 0, "liaison_service").await.unwrap();
    assert_eq!(text.as_deref(), Some("全年接待十二次。"));
    let stranger = AppraisalDraft { delegate_id: domain::ids::DelegateId::default(), ..of };
    assert_eq!(code(cases.submit_report(&town.call("y"), stranger, &report()).await), "not_found");
}

//! From the report to the published result of one delegate's appraisal, and everything that is refused on the way.
#![allow(clippy::unwrap_used)]

use super::fixture::*;
use super::*;
use crate::ids::FileId;
use crate::issue::fixture::at;
use crate::review::{Measure, Ratio};
use crate::session::fixture::{LATER, NOBODY, PARTY};
use crate::vocabulary::{AppraisedBy, DisputeState, DisputedFamily, Grade, Indicator};
use uuid::Uuid;

#[test]
fn a_report_has_its_section_and_the_newest_holds_until_the_result() {
    let now = "2026-12-20 09:00";
    let told = opened();
    assert!(report(&told.at(now), true, &[]).is_ok());
    let file = FileId(Uuid::from_u128(1));
    assert_eq!(
        all(report(&told.at(now), false, &[file, file])),
        "section_missing C-5.2 /liaison_service; duplicate C-5.2 /file_ids/1"
    );
    assert_eq!(all(report(&told.at(now), true, &[file; 21])), "too_many C-5.2 /file_ids");
    assert_eq!(all(report(&Told::default().at(now), true, &[])), "not_opened C-5.2");
    assert_eq!(all(report(&told.of(LATER, now, now), true, &[])), "delegate_without_mandate C-5.2");
    assert_eq!(all(report(&told.of(NOBODY, now, now), true, &[])), "delegate_without_mandate C-5.2");
    assert_eq!(all(report(&told.of(PARTY[0], now, "2026-12-20 09:01"), true, &[])), "in_the_future C-5.2 /occurred_at");
    assert_eq!(
        all(report(&told.of(PARTY[0], now, "2026-12-01 08:59"), true, &[])),
        "before_previous C-5.2 /occurred_at"
    );
    let again = told.reported(now).frozen().reported("2027-01-12 09:00");
    let held = again.appraisal.report.as_ref().unwrap();
    assert_eq!((held.superseded, held.claim.at, held.first.at), (1, at("2027-01-12 09:00"), at(now)));
    assert_eq!(
        all(report(&again.of(PARTY[0], "2027-01-13 09:00", "2027-01-12 08:59"), true, &[])),
        "before_previous C-5.2 /occurred_at"
    );
    assert_eq!(all(report(&done().at("2027-01-28 09:00"), true, &[])), "wrong_state C-5.2");
}

#[test]
fn an_appraisal_holds_so_many_entries_and_no_more() {
    let mut told = opened();
    told.appraisal.version = EVENTS_MAX;
    assert_eq!(all(report(&told.at("2026-12-20 09:00"), true, &[])), "too_many C-5.2");
    told.appraisal.version = EVENTS_MAX - 1;
    assert!(report(&told.at("2026-12-20 09:00"), true, &[]).is_ok());
}

#[test]
fn votes_are_counts_of_the_grades_once_by_each_when_figures_are_frozen() {
    let now = "2027-01-20 17:00";
    let told = opened().frozen();
    let event = appraise(&told.at(now), &vote(AppraisedBy::Voters, "2027-01-20")).unwrap();
    assert_eq!(event.ballots.values().sum::<u32>(), 43);
    let with = |ballots: &[(Grade, u32)]| VoteDraft {
        ballots: ballots.iter().copied().collect(),
        ..vote(AppraisedBy::Voters, "2027-01-20")
    };
    assert_eq!(all(appraise(&told.at(now), &with(&[]))), "missing C-5.2 /ballots");
    assert_eq!(all(appraise(&told.at(now), &with(&[(Grade::Excellent, 0)]))), "missing C-5.2 /ballots");
    assert_eq!(
        all(appraise(&told.at(now), &with(&[(Grade::Excellent, BALLOTS_MAX + 1)]))),
        "out_of_range C-5.2 /ballots/excellent"
    );
    assert_eq!(all(appraise(&told.at(now), &vote(AppraisedBy::Voters, "2027-01-21"))), "in_the_future C-5.2 /held_on");
    assert_eq!(
        all(appraise(&told.at(now), &vote(AppraisedBy::Voters, "2027-01-10"))),
        "before_previous C-5.2 /held_on"
    );
    assert!(appraise(&told.at(now), &vote(AppraisedBy::Voters, "2027-01-11")).is_ok());
    let of_2026 = vote(AppraisedBy::Voters, "2027-01-20");
    assert_eq!(all(appraise(&opened().at(now), &of_2026)), "not_frozen C-5.2");
    assert_eq!(all(appraise(&Told::default().at(now), &of_2026)), "not_opened C-5.2");
    assert_eq!(all(appraise(&told.of(LATER, now, now), &of_2026)), "delegate_without_mandate C-5.2");
    let not_among = Told { appraisal: Appraisal::default(), ..told.clone() };
    assert_eq!(all(appraise(&not_among.at(now), &of_2026)), "not_frozen C-5.2", "registered after the freeze");
    let again = told.appraised(AppraisedBy::Voters, now);
    assert_eq!(all(appraise(&again.at("2027-01-21 09:00"), &of_2026)), "already_appraised C-5.2 /by");
    assert!(appraise(&again.at("2027-01-21 09:00"), &vote(AppraisedBy::Peers, "2027-01-20")).is_ok());
    let late = vote(AppraisedBy::Offices, "2027-01-20");
    assert_eq!(all(appraise(&done().at("2027-01-28 09:00"), &late)), "wrong_state C-5.2");
}

#[test]
fn a_grade_that_the_policy_does_not_name_is_none() {
    let mut policy = crate::issue::fixture::POLICY.clone();
    policy.review.grades.retain(|grade| *grade != Grade::NotCompetent);
    let now = "2027-01-27 09:00";
    let told = ready();
    let case = told.at(now);
    let under = Case { rules: case.rules.under(&policy), ..case };
    assert_eq!(
        all(appraise(&under, &vote(AppraisedBy::Peers, "2027-01-20"))),
        "invalid_value C-5.2 /ballots/not_competent"
    );
    assert_eq!(no(set_result(&under, Grade::NotCompetent)), "invalid_value C-5.2 /grade");
    assert!(set_result(&under, Grade::Competent).is_ok());
}

#[test]
fn an_entry_is_disputed_from_the_first_day_of_the_year_until_ten_working_days_after_the_freeze() {
    let raise = |told: &Told, now: &str, claimed: &str| {
        dispute(&told.of(PARTY[0], now, claimed), FIRST, Indicator::OnTime, None)
    };
    let none = Told::default();
    assert!(raise(&none, "2026-01-01 00:00", "2026-01-01 00:00").is_ok(), "before the opening");
    assert_eq!(no(raise(&none, "2025-12-31 23:59", "2025-12-31 23:59")), "too_early C-5.2");
    assert!(raise(&opened(), "2027-01-10 09:00", "2027-01-10 09:00").is_ok());
    let frozen = opened().frozen();
    assert!(raise(&frozen, "2027-01-25 23:59", "2027-01-25 23:59").is_ok());
    assert_eq!(no(raise(&frozen, "2027-01-26 00:00", "2027-01-26 00:00")), "dispute_window_over C-5.2");
    // Told on the last day and written down on the next working day; a day later it is too late for that.
    assert!(raise(&frozen, "2027-01-26 18:00", "2027-01-25 17:00").is_ok());
    assert_eq!(no(raise(&frozen, "2027-01-27 08:00", "2027-01-25 17:00")), "dispute_window_over C-5.2");
    assert_eq!(no(raise(&frozen, "2027-01-12 09:00", "2027-01-12 09:01")), "in_the_future C-5.2 /occurred_at");
    assert_eq!(no(raise(&done(), "2027-01-28 09:00", "2027-01-28 09:00")), "wrong_state C-5.2");
    let now = "2027-01-12 09:00";
    assert_eq!(
        no(dispute(&frozen.at(now), FIRST, Indicator::Notices, None)),
        "invalid_value C-5.2 /indicator",
        "a figure of grids"
    );
    let of = Some(Disputed { family: DisputedFamily::Issue, id: Uuid::from_u128(0x11) });
    assert_eq!(dispute(&frozen.at(now), FIRST, Indicator::OnTime, of).unwrap().of, of);
    assert_eq!(
        no(dispute(&frozen.of(LATER, now, now), FIRST, Indicator::OnTime, of)),
        "delegate_without_mandate C-5.2"
    );
}

#[test]
fn a_dispute_is_decided_once() {
    let told = opened().disputed(FIRST, "2026-12-05 09:00");
    assert_eq!(told.appraisal.disputes[0].state(), DisputeState::Pending);
    let now = "2026-12-06 09:00";
    assert_eq!(no(decide(&told.at(now), SECOND, true)), "unknown_id C-5.2");
    assert_eq!(
        no(decide(&told.of(PARTY[0], now, "2026-12-05 08:59"), FIRST, true)),
        "before_previous C-5.2 /occurred_at"
    );
    let upheld = told.clone().decided(FIRST, true, now);
    assert_eq!(upheld.appraisal.disputes[0].state(), DisputeState::Upheld);
    assert_eq!(no(decide(&upheld.at("2026-12-07 09:00"), FIRST, false)), "already_decided C-5.2");
    assert_eq!(told.decided(FIRST, false, now).appraisal.disputes[0].state(), DisputeState::Dismissed);
}

#[test]
fn adjustments_are_differences_whose_sum_is_a_figure() {
    let now = "2027-01-15 09:00";
    let told = opened().frozen();
    let adjust = |told: &Told, deltas| adjust(&told.at(now), Indicator::OnTime, deltas, None, BASE);
    assert!(adjust(&told, (1, 0)).is_ok() && adjust(&told, (0, 0)).is_ok() && adjust(&told, (-26, -27)).is_ok());
    assert_eq!(no(adjust(&told, (2, 0))), "out_of_range C-5.2 /n");
    assert_eq!(no(adjust(&told, (-27, 0))), "out_of_range C-5.2 /n");
    assert_eq!(no(adjust(&told, (-26, -28))), "out_of_range C-5.2 /of");
    assert_eq!(no(adjust(&told, (DELTA_MAX + 1, 0))), "out_of_range C-5.2 /n");
    assert_eq!(no(adjust(&told, (0, -DELTA_MAX - 1))), "out_of_range C-5.2 /of");
    let once = told.adjusted((1, 0), None, now);
    assert_eq!(once.appraisal.adjusted(Indicator::OnTime), (1, 0));
    assert_eq!(no(adjust(&once, (1, 0))), "out_of_range C-5.2 /n", "27 of 27 already");
    assert!(adjust(&once, (1, 1)).is_ok());
    assert_eq!(no(adjust(&opened(), (1, 0))), "not_frozen C-5.2");
    assert_eq!(no(adjust(&Told::default(), (1, 0))), "not_opened C-5.2");
    let late = super::adjust(&done().at("2027-01-28 09:00"), Indicator::OnTime, (1, 0), None, BASE);
    assert_eq!(no(late), "wrong_state C-5.2");
    let of_grids = super::adjust(&once.at(now), Indicator::ValidSessions, (0, 0), None, BASE);
    assert_eq!(no(of_grids), "invalid_value C-5.2 /indicator");
    let nobody = super::adjust(&once.of(LATER, now, now), Indicator::OnTime, (0, 0), None, BASE);
    assert_eq!(no(nobody), "delegate_without_mandate C-5.2");
    let early = super::adjust(&once.of(PARTY[0], now, "2027-01-11 08:59"), Indicator::OnTime, (0, 0), None, BASE);
    assert_eq!(no(early), "before_previous C-5.2 /occurred_at");
}

/// Working days of a rank are no share; what was not available is nothing of nothing.
#[test]
fn the_two_numbers_of_a_figure() {
    let days = Measure::WorkingDays { n: 4, of: 2, delegate: 4, unit: 0, suspended: 0 };
    assert_eq!(Base::of(&days), Base { n: 4, of: 2, share: false });
    assert_eq!(Base::of(&Measure::Unavailable), Base { n: 0, of: 0, share: true });
    assert_eq!(Base::of(&Measure::Targeted(Ratio { n: 26, of: 27 }, 1000)), BASE);
    let told = opened().frozen();
    let rank = |deltas| adjust(&told.at("2027-01-15 09:00"), Indicator::MedianWd, deltas, None, Base::of(&days));
    assert!(rank((-4, 0)).is_ok() && rank((3, -2)).is_ok());
    assert_eq!(no(rank((-5, 0))), "out_of_range C-5.2 /n");
    assert_eq!(no(rank((0, -3))), "out_of_range C-5.2 /of");
}

#[test]
fn an_adjustment_goes_back_to_a_dispute_that_was_upheld() {
    let now = "2027-01-16 09:00";
    let told = opened().frozen().disputed(FIRST, "2027-01-12 09:00");
    let adjust = |told: &Told, of| adjust(&told.at(now), Indicator::OnTime, (1, 0), Some(of), BASE);
    assert_eq!(no(adjust(&told, FIRST)), "wrong_state C-5.2 /dispute_id");
    assert_eq!(no(adjust(&told, SECOND)), "unknown_id C-5.2 /dispute_id");
    let dismissed = told.clone().decided(FIRST, false, "2027-01-15 09:00");
    assert_eq!(no(adjust(&dismissed, FIRST)), "wrong_state C-5.2 /dispute_id");
    let upheld = told.decided(FIRST, true, "2027-01-15 09:00");
    assert_eq!(adjust(&upheld, FIRST).unwrap().dispute_id, Some(FIRST));
    let early = upheld.of(PARTY[0], now, "2027-01-15 08:59");
    let early = super::adjust(&early, Indicator::OnTime, (1, 0), Some(FIRST), BASE);
    assert_eq!(no(early), "before_previous C-5.2 /occurred_at");
}

#[test]
fn a_result_waits_for_the_report_a_vote_and_the_days_of_disputes() {
    let set = |told: &Told, now: &str| set_result(&told.at(now), Grade::Competent);
    let now = "2027-01-27 00:00";
    assert!(set(&ready(), now).is_ok());
    // A dispute told of on the last day may still be written down on the next working day.
    assert_eq!(no(set(&ready(), "2027-01-26 23:59")), "dispute_window_open C-5.2");
    let as_claimed = set_result(&ready().of(PARTY[0], now, "2027-01-26 23:59"), Grade::Competent);
    assert_eq!(no(as_claimed), "dispute_window_open C-5.2");
    assert_eq!(no(set(&Told::default(), now)), "not_opened C-5.2");
    assert_eq!(no(set(&opened().reported("2026-12-20 09:00"), now)), "not_frozen C-5.2");
    let no_vote = opened().reported("2026-12-20 09:00").frozen();
    assert_eq!(no(set(&no_vote, now)), "appraisal_missing C-5.2");
    let no_report = opened().frozen().appraised(AppraisedBy::Peers, "2027-01-20 17:00");
    assert_eq!(no(set(&no_report, now)), "report_missing C-5.2");
    assert_eq!(no(set(&done(), "2027-01-28 09:00")), "already_decided C-5.2");
    let ready = ready();
    assert_eq!(
        no(set_result(&ready.of(PARTY[0], now, "2027-01-20 16:59"), Grade::Competent)),
        "before_previous C-5.2 /occurred_at"
    );
    assert_eq!(no(set_result(&ready.of(LATER, now, now), Grade::Competent)), "delegate_without_mandate C-5.2");
}

#[test]
fn a_result_waits_for_every_dispute_and_for_what_follows_from_it() {
    let now = "2027-01-27 09:00";
    let set = |told: &Told| set_result(&told.at(now), Grade::Competent);
    let disputed = ready().disputed(FIRST, "2027-01-21 09:00");
    assert_eq!(no(set(&disputed)), "disputes_pending C-5.2");
    assert!(set(&disputed.clone().decided(FIRST, false, "2027-01-22 09:00")).is_ok());
    let upheld = disputed.decided(FIRST, true, "2027-01-22 09:00");
    assert_eq!(no(set(&upheld)), "adjustment_missing C-5.2");
    assert_eq!(no(set(&upheld.clone().adjusted((1, 0), None, "2027-01-22 10:00"))), "adjustment_missing C-5.2");
    let mut beside = upheld.clone();
    let claim = beside.appraisal.disputes[0].raised;
    let (indicator, dispute_id) = (Indicator::MedianWd, Some(FIRST));
    beside.appraisal.adjustments.push(Adjustment { indicator, n: 0, of: 0, dispute_id, claim });
    assert_eq!(no(set(&beside)), "adjustment_missing C-5.2", "of another figure");
    assert!(set(&upheld.adjusted((1, 0), Some(FIRST), "2027-01-22 10:00")).is_ok());
}

#[test]
fn an_appraisal_awaits_its_result_once_setting_it_lacks_nothing() {
    let awaits = |told: &Told| awaits_result(&told.appraisal);
    assert!(awaits(&ready()));
    let no_vote = opened().reported("2026-12-20 09:00").frozen();
    let no_report = opened().frozen().appraised(AppraisedBy::Peers, "2027-01-20 17:00");
    for (lacking, what) in [(Told::default(), "the opening"), (no_vote, "a vote"), (no_report, "the report")] {
        assert!(!awaits(&lacking), "{what}");
    }
    let mut unfrozen = ready();
    unfrozen.appraisal.frozen = None;
    assert!(!awaits(&unfrozen), "the freeze");
    let disputed = ready().disputed(FIRST, "2027-01-21 09:00");
    assert!(!awaits(&disputed), "a decision on a dispute");
    assert!(awaits(&disputed.clone().decided(FIRST, false, "2027-01-22 09:00")));
    let upheld = disputed.decided(FIRST, true, "2027-01-22 09:00");
    assert!(!awaits(&upheld), "an adjustment");
    assert!(awaits(&upheld.adjusted((1, 0), Some(FIRST), "2027-01-22 10:00")));
    assert!(!awaits(&done()), "it is set");
}

/// Upheld while the figures could still show it needs no adjustment. What was upheld behind the leaf that they were made up to
/// does, though the freeze itself was recorded later.
#[test]
fn what_was_upheld_before_the_leaf_of_the_freeze_needs_no_adjustment() {
    let before = opened().disputed(FIRST, "2026-12-05 09:00").decided(FIRST, true, "2026-12-06 09:00");
    assert!(before.position < N);
    let finish =
        |told: Told| told.reported("2027-01-08 09:00").frozen().appraised(AppraisedBy::Voters, "2027-01-20 17:00");
    assert!(set_result(&finish(before).at("2027-01-27 09:00"), Grade::Competent).is_ok());
    let mut between = opened().disputed(FIRST, "2027-01-09 09:00");
    between.position = N;
    let between = finish(between.decided(FIRST, true, "2027-01-10 09:00"));
    assert_eq!(no(set_result(&between.at("2027-01-27 09:00"), Grade::Competent)), "adjustment_missing C-5.2");
}

#[test]
fn a_result_is_published_once() {
    let now = "2027-01-28 09:00";
    let told = done();
    assert!(publish(&told.at(now)).is_ok());
    assert_eq!(no(publish(&ready().at(now))), "no_result C-5.2");
    assert_eq!(no(publish(&told.of(PARTY[0], now, "2027-01-27 08:59"))), "before_previous C-5.2 /posted_at");
    assert_eq!(no(publish(&told.of(PARTY[0], now, "2027-01-28 09:01"))), "in_the_future C-5.2 /posted_at");
    assert_eq!(no(publish(&told.of(LATER, now, now))), "delegate_without_mandate C-5.2");
    let event = publish(&told.at(now)).unwrap();
    let published = told.and(AppraisalEvent::ResultPublished(event), now);
    assert_eq!(no(publish(&published.at("2027-01-29 09:00"))), "already_published C-5.2");
}

/// The figures of a grid are frozen in an appraisal of its own, of which nothing else is said.
#[test]
fn a_stream_tells_what_was_said_in_its_order() {
    let told = ready()
        .disputed(FIRST, "2027-01-21 09:00")
        .disputed(SECOND, "2027-01-21 09:10")
        .decided(SECOND, true, "2027-01-22 09:00")
        .adjusted((1, 0), Some(SECOND), "2027-01-22 10:00");
    let appraisal = &told.appraisal;
    assert_eq!(appraisal.frozen.as_ref().map(|frozen| (frozen.position, frozen.digest.as_str())), Some((N, "aa")));
    assert_eq!(appraisal.pending().map(|dispute| dispute.id).collect::<Vec<_>>(), [FIRST]);
    assert_eq!(appraisal.unadjusted().count(), 0);
    assert_eq!(appraisal.adjustments[0].dispute_id, Some(SECOND));
    assert_eq!((appraisal.version, appraisal.result, appraisal.published), (7, None, None));
}

//! Opening a year's review and freezing its figures, and what is refused.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::appraisal::{Appraisee, IndicatorsFrozen};
use crate::fixtures::{day, stamp};
use crate::ids::{AppraisalId, AreaId, DelegateId};
use crate::issue::fixture::{CALENDARS, POLICY, at, rules};
use crate::refusal::Refusal;
use crate::session::fixture::{GRID, LATER, PARTY, TOWN};
use uuid::Uuid;

const YEAR: i32 = 2026;

fn no<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
    let refusal = result.unwrap_err();
    let pointer = refusal.pointer.unwrap_or_default();
    format!("{} {} {pointer}", refusal.code, refusal.clause.unwrap_or("-")).trim_end().to_owned()
}

fn taken(review: &mut AnnualReview, event: AnnualReviewEvent, version: u64, when: &str) {
    let stamp =
        Stamp { occurred_at: at(when), recorded_at: at(when), policy: Some(3), ..stamp(100 + version, version) };
    review.apply(&event, &stamp);
}

fn opened() -> AnnualReview {
    let now = "2026-12-01 09:00";
    let mut review = AnnualReview::default();
    let event = open(&review, YEAR, Some(&TOWN.programme), &rules(now), at(now)).unwrap();
    taken(&mut review, AnnualReviewEvent::Opened(event), 1, now);
    review
}

fn newest(recorded_on: &str) -> FreezeAt {
    FreezeAt { position: 900, recorded_on: Some(day(recorded_on)), asked_for: false, head: 900 }
}

fn draft(subjects: usize) -> FreezeDraft {
    let delegate = |n: usize| Appraisee::Delegate(DelegateId(Uuid::from_u128(n as u128)));
    FreezeDraft {
        root: "9TQhEIR9A3vD3c3pZFEzzGLDkl9TrWMzOLAiGj9GAzo=".to_owned(),
        rules: "review/1".to_owned(),
        policy_position: 3,
        digests: (0..subjects).map(|n| (delegate(n), format!("{n:064x}"))).collect(),
    }
}

fn frozen() -> AnnualReview {
    let now = "2027-01-11 09:00";
    let mut review = opened();
    let freezing = freeze(&review, YEAR, &rules(now), &newest("2027-01-10"), &draft(2), at(now)).unwrap();
    taken(&mut review, AnnualReviewEvent::Frozen(freezing.review), 2, now);
    review
}

#[test]
fn a_review_is_opened_once_from_the_day_that_the_policy_says() {
    let open = |review: &AnnualReview, year, now: &str, claimed: &str| {
        open(review, year, Some(&TOWN.programme), &rules(now), at(claimed))
    };
    let none = AnnualReview::default();
    assert_eq!(none.state(), None);
    let now = "2026-12-01 00:00";
    assert!(open(&none, YEAR, now, now).is_ok());
    assert!(open(&none, 2023, now, now).is_ok(), "the programme's first year");
    assert_eq!(no(open(&none, YEAR, "2026-11-30 23:59", "2026-11-30 23:59")), "too_early C-5.2");
    assert_eq!(no(open(&none, YEAR, now, "2026-11-30 23:59")), "too_early C-5.2", "as claimed");
    assert_eq!(no(open(&none, 2027, now, now)), "too_early C-5.2");
    assert_eq!(no(open(&none, 2022, now, now)), "before_programme C-0");
    assert_eq!(no(open(&none, YEAR, now, "2026-12-01 00:01")), "in_the_future C-5.2 /occurred_at");
    assert_eq!(no(open(&opened(), YEAR, "2026-12-02 09:00", "2026-12-02 09:00")), "already_opened C-5.2");
    assert_eq!(opened().state(), Some(ReviewState::Open));
}

#[test]
fn figures_are_frozen_once_from_the_day_of_the_next_year() {
    let may = |review: &AnnualReview, of: FreezeAt, now: &str, claimed: &str| {
        may_freeze(review, YEAR, &rules(now), &of, at(claimed))
    };
    let now = "2027-01-10 00:00";
    assert!(may(&opened(), newest("2027-01-01"), now, now).is_ok());
    assert_eq!(no(may(&opened(), newest("2027-01-09"), "2027-01-09 23:59", "2027-01-09 23:59")), "too_early C-5.2");
    assert_eq!(no(may(&opened(), newest("2027-01-09"), now, "2027-01-09 23:59")), "too_early C-5.2", "as claimed");
    assert_eq!(no(may(&AnnualReview::default(), newest("2027-01-09"), now, now)), "not_opened C-5.2");
    assert_eq!(
        no(may(&frozen(), newest("2027-01-12"), "2027-01-12 09:00", "2027-01-12 09:00")),
        "already_frozen C-5.2"
    );
    assert_eq!(no(may(&opened(), newest("2027-01-09"), now, "2027-01-10 00:01")), "in_the_future C-5.2 /occurred_at");
    assert_eq!(no(may(&opened(), newest("2027-01-09"), now, "2026-12-01 08:59")), "before_previous C-5.2 /occurred_at");
}

#[test]
fn the_leaf_of_a_freeze_was_recorded_when_the_year_was_over() {
    let now = "2027-01-11 09:00";
    let may = |review: &AnnualReview, of: FreezeAt| may_freeze(review, YEAR, &rules(now), &of, at(now));
    let asked = |recorded_on: Option<&str>| FreezeAt {
        position: 700,
        recorded_on: recorded_on.map(day),
        asked_for: true,
        head: 900,
    };
    assert!(may(&opened(), asked(Some("2027-01-01"))).is_ok());
    assert_eq!(no(may(&opened(), asked(Some("2026-12-31")))), "out_of_range C-5.2 /position");
    assert_eq!(no(may(&opened(), newest("2026-12-31"))), "out_of_range C-5.2 /position", "nothing happened since");
    // Whoever meets it can do something about it.
    let quiet = may(&opened(), newest("2026-12-31")).unwrap_err().detail;
    assert!(quiet.zh.contains("/v1/session-plans") && quiet.en.contains("/v1/session-plans"), "{quiet:?}");
    assert_eq!(no(may(&opened(), asked(None))), "out_of_range C-5.2 /position", "beyond the log");
    // What was asked for is judged before the review is looked at, what was not only where it is used.
    assert_eq!(no(may(&AnnualReview::default(), asked(None))), "out_of_range C-5.2 /position");
    assert_eq!(no(may(&AnnualReview::default(), newest("2026-12-31"))), "not_opened C-5.2");
}

#[test]
fn a_freeze_records_one_event_of_each_and_no_more_than_a_thousand() {
    let now = "2027-01-11 09:00";
    let freeze = |draft: &FreezeDraft| freeze(&opened(), YEAR, &rules(now), &newest("2027-01-10"), draft, at(now));
    assert_eq!(no(freeze(&draft(SUBJECTS_MAX + 1))), "too_many C-5.2");
    assert_eq!(freeze(&draft(SUBJECTS_MAX)).unwrap().review.subjects, 1000);
    let mut of_both = draft(0);
    of_both.digests = vec![(Appraisee::Delegate(PARTY[0]), "aa".to_owned()), (Appraisee::Grid(GRID), "bb".to_owned())];
    let freezing = freeze(&of_both).unwrap();
    assert_eq!((freezing.review.subjects, freezing.review.position), (2, 900));
    let frozen = |delegate_id, grid_id, digest: &str| IndicatorsFrozen {
        year: YEAR,
        delegate_id,
        grid_id,
        position: 900,
        digest: digest.to_owned(),
    };
    let events: Vec<_> = freezing.appraisals.iter().map(|(_, _, event)| event.clone()).collect();
    assert_eq!(events, [frozen(Some(PARTY[0]), None, "aa"), frozen(None, Some(GRID), "bb")]);
    let ids: Vec<_> = freezing.appraisals.iter().map(|(id, ..)| *id).collect();
    assert_eq!(ids, [Appraisee::Delegate(PARTY[0]).appraisal(YEAR), Appraisee::Grid(GRID).appraisal(YEAR)]);
}

/// The ids computed with Python's hashlib and uuid.
#[test]
fn the_id_of_an_appraisal_is_that_of_year_and_stream() {
    let id = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
    let of_delegate = Appraisee::Delegate(DelegateId(id)).appraisal(YEAR);
    let of_grid = Appraisee::Grid(AreaId(id)).appraisal(YEAR);
    assert_eq!(of_delegate.to_string(), "52fa6a25-4820-81b7-91d3-25c8a33b48d9");
    assert_eq!(of_grid.to_string(), "511d5e56-3f0e-83f7-99be-74ec2421b67f");
    assert_ne!(of_delegate, Appraisee::Delegate(DelegateId(id)).appraisal(2027));
    assert_eq!(of_delegate, AppraisalId::of(YEAR, &format!("delegate/{id}")));
}

#[test]
fn disputes_are_open_for_the_working_days_that_the_policy_of_the_freeze_says() {
    assert_eq!(opened().disputes_until(&TOWN.policies, &CALENDARS), None);
    // A Monday and ten working days; then one more, on which what was claimed for the last may be recorded.
    assert_eq!(frozen().disputes_until(&TOWN.policies, &CALENDARS), Some(day("2027-01-25")));
    assert_eq!(frozen().disputes_over_on(&TOWN.policies, &CALENDARS), Some(day("2027-01-27")));
    assert_eq!(POLICY.review.dispute_working_days, 10);
    // A freeze that is told of too late counts from the day on which it was recorded: nobody's days are shortened.
    let mut late = opened();
    let (now, claimed) = ("2027-01-20 09:00", "2027-01-11 09:00");
    let freezing = freeze(&late, YEAR, &rules(now), &newest("2027-01-20"), &draft(1), at(claimed)).unwrap();
    let stamp = Stamp { occurred_at: at(claimed), recorded_at: at(now), policy: Some(3), ..stamp(102, 2) };
    late.apply(&AnnualReviewEvent::Frozen(freezing.review), &stamp);
    assert_eq!(late.disputes_until(&TOWN.policies, &CALENDARS), Some(day("2027-02-03")));
}

#[test]
fn those_are_reviewed_who_held_a_mandate_in_the_year() {
    let reviewed = |id, year| is_reviewed(TOWN.delegates.get(id).unwrap(), year);
    assert!(reviewed(PARTY[0], 2023) && reviewed(PARTY[0], YEAR) && !reviewed(PARTY[0], 2022));
    assert!(!reviewed(LATER, YEAR) && reviewed(LATER, 2030));
}

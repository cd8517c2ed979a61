//! What discharges O-10 and O-13, and from which day it counts.

use super::*;
use crate::claims::Claim;
use crate::fixtures::day;
use crate::issue::fixture::CALENDARS;
use crate::period::{HalfYear, Quarter};
use crate::session::fixture::OTHER_GRID;
use chrono::NaiveDate;

fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

/// Held and recorded then.
fn recorded(draft: &ActivityDraft, recorded: &str) -> Activity {
    let held = hold(&TOWN.people(), &OFFICES, &rules(NOW), draft).unwrap();
    Given::default().stamped(ActivityEvent::Held(held), draft.held_at, at(recorded)).activity
}

fn counted(found: Option<(NaiveDate, Claim)>) -> Option<(String, u64)> {
    found.map(|(on, claim)| (on.to_string(), claim.version))
}

#[test]
fn a_quarter_has_its_theme_activity_from_the_day_it_counts() {
    let theme = |when: &str| draft(ActivityKind::ThemeActivity, when);
    let held = |activities: &[Activity], grid, of: &str| {
        theme_activity_held(activities, grid, quarter(of), &POLICY, &CALENDARS).map(|(on, _)| on.to_string())
    };
    let on = |text: &str| Some(text.to_owned());
    let one = [recorded(&theme("2026-09-30 16:00"), "2026-09-30 17:00")];
    assert_eq!(held(&one, GRID, "2026-Q3"), on("2026-09-30"));
    assert_eq!((held(&one, GRID, "2026-Q4"), held(&one, OTHER_GRID, "2026-Q3")), (None, None));
    // It belongs to the quarter in which it was held; recorded later it counts later. After the holidays, Thursday
    // 2026-10-08 is the first working day.
    assert_eq!(held(&[recorded(&theme("2026-09-30 16:00"), "2026-10-08 09:00")], GRID, "2026-Q3"), on("2026-09-30"));
    assert_eq!(held(&[recorded(&theme("2026-09-30 16:00"), "2026-10-09 09:00")], GRID, "2026-Q3"), on("2026-10-09"));
    // One for several grids counts for each.
    let both = ActivityDraft { grid_ids: vec![OTHER_GRID, GRID], ..theme(HELD) };
    let both = [recorded(&both, HELD)];
    assert_eq!(
        (held(&both, GRID, "2026-Q4"), held(&both, OTHER_GRID, "2026-Q4")),
        (on("2026-11-02"), on("2026-11-02"))
    );
    // Another kind is none.
    assert_eq!(held(&[recorded(&draft(ActivityKind::Symposium, HELD), HELD)], GRID, "2026-Q4"), None);
}

#[test]
fn as_many_are_asked_for_as_the_policy_says() {
    let mut policy = POLICY.clone();
    let theme = |when: &str| recorded(&draft(ActivityKind::ThemeActivity, when), when);
    let three = [theme("2026-11-20 09:00"), theme("2026-11-02 09:00"), theme("2026-12-01 09:00")];
    let held = |policy: &crate::policy::Policy, activities: &[Activity]| {
        theme_activity_held(activities, GRID, quarter("2026-Q4"), policy, &CALENDARS).map(|(on, _)| on.to_string())
    };
    for (times, on) in [(1, "2026-11-02"), (2, "2026-11-20"), (3, "2026-12-01")] {
        policy.cadence.theme_activities_per_quarter = times;
        assert_eq!(held(&policy, &three), Some(on.to_owned()));
        assert_eq!(held(&policy, &three[..2]).is_some(), times < 3);
    }
    policy.cadence.theme_activities_per_quarter = 0;
    assert_eq!(held(&policy, &three), None);
}

#[test]
fn a_half_year_has_a_symposium_with_every_class() {
    let half: HalfYear = "2026-H2".parse().unwrap();
    let lacking = recorded(&draft(ActivityKind::Symposium, "2026-08-03 09:00"), "2026-08-03 10:00");
    let mut nobody = draft(ActivityKind::Symposium, "2026-07-02 09:00");
    nobody.attendance = BTreeMap::new();
    let nobody = recorded(&nobody, "2026-07-02 10:00");
    let mut whole = draft(ActivityKind::Symposium, "2026-12-01 09:00");
    whole.attendance.insert(AttendanceClass::MassOrganisation, 2);
    let whole = recorded(&whole, "2026-12-01 10:00");
    let all = [nobody.clone(), lacking.clone(), whole];
    let held = |activities: &[Activity]| symposium_held(activities, GRID, half, &POLICY, &CALENDARS);
    assert_eq!(counted(held(&all)), Some(("2026-12-01".to_owned(), 1)));
    assert_eq!(held(&all[..2]), None);
    // What is missing is told of the one that lacks least.
    let (best, classes) = best_symposium(&all[..2], GRID, half, &POLICY).unwrap();
    assert_eq!((best, classes), (&lacking, vec![AttendanceClass::MassOrganisation]));
    assert_eq!(best_symposium(&all, GRID, half, &POLICY).unwrap().1, []);
    assert!(best_symposium(&all, GRID, "2026-H1".parse().unwrap(), &POLICY).is_none());
    assert!(best_symposium(&all, OTHER_GRID, half, &POLICY).is_none());
    assert_eq!(best_symposium(&[nobody], GRID, half, &POLICY).unwrap().1.len(), POLICY.symposium.classes.len());
}

#[test]
fn evidence_and_reports_are_due_five_working_days_after_it_was_held() {
    let given = Given::of(ActivityKind::ThemeActivity);
    assert_eq!(reports_due_on(&given.activity, &POLICY, &CALENDARS), day("2026-11-09"));
    let before_the_holidays = recorded(&draft(ActivityKind::ThemeActivity, "2026-09-29 09:00"), "2026-09-29 10:00");
    // 30 September, 8, 9, 10 (a make-up day), 12 October.
    assert_eq!(reports_due_on(&before_the_holidays, &POLICY, &CALENDARS), day("2026-10-12"));
}

#[test]
fn evidence_is_enough_from_the_day_on_which_the_last_of_it_counts() {
    let evidence = |given: &Given| counted(evidence_on(&given.activity, &KINDS, &POLICY, &CALENDARS));
    let given = Given::of(ActivityKind::ThemeActivity).attached("2026-11-03 09:00", &[0xa1]);
    assert_eq!(evidence(&given), None);
    let given = given.attached("2026-11-05 09:00", &[0xa2]);
    assert_eq!(evidence(&given), None);
    let given = given.attached("2026-11-06 09:00", &[0xa3]).attached("2026-11-20 09:00", &[0xa4]);
    assert_eq!(evidence(&given), Some(("2026-11-06".to_owned(), 4)));
    // What is said to have been there earlier and was recorded long afterwards counts when it was recorded.
    let attached = EvidenceAttached { file_ids: vec![file(0xa1).id, file(0xa3).id] };
    let event = ActivityEvent::EvidenceAttached(attached);
    let given = Given::of(ActivityKind::ThemeActivity).recorded(event, "2026-11-03 09:00", "2026-11-30 09:00");
    assert_eq!(evidence(&given), Some(("2026-11-30".to_owned(), 2)));
    let files = vec![file(0xa1), file(0xa4)];
    let given = Given::held(&ActivityDraft { files, ..draft(ActivityKind::ThemeActivity, HELD) });
    assert_eq!(evidence(&given), Some(("2026-11-02".to_owned(), 1)));
    let mut none = POLICY.clone();
    none.theme_activity.documents_min = 0;
    none.theme_activity.recordings_min = 0;
    let bare = Given::of(ActivityKind::ThemeActivity);
    let found = evidence_on(&bare.activity, &KINDS, &none, &CALENDARS);
    assert_eq!(counted(found), Some(("2026-11-02".to_owned(), 1)));
}

#[test]
fn it_is_reported_when_the_second_office_has_it() {
    let reported = |given: &Given| counted(reported_on(&given.activity, &OFFICES, &POLICY, &CALENDARS));
    let given = Given::of(ActivityKind::ThemeActivity).sent("2026-11-03 09:00", STUDIO);
    let given = given.sent("2026-11-04 09:00", SECOND_STUDIO);
    assert_eq!(reported(&given), None);
    let given = given.sent("2026-11-10 09:00", CONGRESS);
    assert_eq!(reported(&given), Some(("2026-11-10".to_owned(), 4)));
}

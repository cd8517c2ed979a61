//! Golden dates, counted by hand, and what must hold of every calendar.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::{calendar_years, calendars, day, stamp};
use crate::refusal::Code;
use proptest::prelude::*;

/// Start Thursday → 1, 3, 5, 15, 30 working days; then the 5-day date of a calendar without make-up days.
const GOLDEN: [(&str, [&str; 5], &str); 7] = [
    ("2024-03-28", ["2024-03-29", "2024-04-02", "2024-04-07", "2024-04-19", "2024-05-13"], "2024-04-08"),
    ("2024-09-26", ["2024-09-27", "2024-09-30", "2024-10-09", "2024-10-22", "2024-11-12"], "2024-10-10"),
    ("2025-01-23", ["2025-01-24", "2025-01-27", "2025-02-06", "2025-02-19", "2025-03-12"], "2025-02-07"),
    ("2025-04-24", ["2025-04-25", "2025-04-28", "2025-04-30", "2025-05-19", "2025-06-10"], "2025-05-06"),
    ("2025-12-25", ["2025-12-26", "2025-12-30", "2026-01-04", "2026-01-16", "2026-02-06"], "2026-01-05"),
    ("2026-02-12", ["2026-02-13", "2026-02-24", "2026-02-26", "2026-03-11", "2026-04-01"], "2026-02-27"),
    ("2026-09-24", ["2026-09-28", "2026-09-30", "2026-10-09", "2026-10-22", "2026-11-12"], "2026-10-09"),
];

fn without_make_up_days() -> Calendars {
    let mut calendars = Calendars::default();
    for (position, mut year) in (11..).zip(calendar_years()) {
        year.make_up_days.clear();
        calendars.apply(&CalendarEvent::Published(year), &stamp(position, 1));
    }
    calendars
}

fn thursdays(year: i32) -> impl Iterator<Item = NaiveDate> {
    NaiveDate::from_ymd_opt(year, 1, 1)
        .unwrap()
        .iter_days()
        .take_while(move |d| d.year() == year)
        .filter(|d| d.weekday() == Weekday::Thu)
}

#[test]
fn golden_dates() {
    let calendars = calendars();
    for (from, expected, _) in GOLDEN {
        for (working_days, on) in [1, 3, 5, 15, 30].into_iter().zip(expected) {
            let counted = calendars.after(day(from), working_days);
            assert_eq!(counted.on, day(on), "{from} + {working_days}");
            assert!(!counted.provisional, "{from} + {working_days}");
            assert_eq!(calendars.working_days(day(from), day(on)), working_days);
        }
    }
}

#[test]
fn a_calendar_without_make_up_days_would_be_wrong() {
    let (with, without) = (calendars(), without_make_up_days());
    for (from, _, on) in GOLDEN {
        assert_eq!(without.after(day(from), 5).on, day(on), "{from}");
    }
    for (year, changed) in [(2024, 8), (2025, 6), (2026, 6)] {
        let differ = |d: &NaiveDate| with.is_working(*d) && with.after(*d, 5).on != without.after(*d, 5).on;
        assert_eq!(thursdays(year).filter(differ).count(), changed, "{year}");
    }
}

#[test]
fn lost_thursdays() {
    let calendars = calendars();
    for (year, all, lost) in [
        (2024, 52, vec!["2024-02-15", "2024-04-04", "2024-05-02", "2024-10-03"]),
        (2025, 52, vec!["2025-01-30", "2025-05-01", "2025-10-02"]),
        (2026, 53, vec!["2026-01-01", "2026-02-19", "2026-10-01"]),
    ] {
        assert_eq!(thursdays(year).count(), all);
        let found: Vec<NaiveDate> = thursdays(year).filter(|d| !calendars.is_working(*d)).collect();
        assert_eq!(found, lost.into_iter().map(day).collect::<Vec<_>>());
    }
}

#[test]
fn longest_span_of_five_working_days() {
    let calendars = calendars();
    assert_eq!((calendars.after(day("2026-09-24"), 5).on - day("2026-09-24")).num_days(), 15);
}

#[test]
fn months_end_on_a_working_day() {
    let calendars = calendars();
    let counted = calendars.after_months(day("2025-07-08"), 3);
    assert_eq!(counted, Counted { on: day("2025-10-09"), provisional: false });
    // No 31 November: the month's last day, a Sunday, then the Monday after it.
    assert_eq!(calendars.after_months(day("2025-08-31"), 3).on, day("2025-12-01"));
    // Sixty days from 2026-08-03 are 2026-10-02, in the holiday.
    assert_eq!(calendars.after_calendar_days(day("2026-08-03"), 60).on, day("2026-10-08"));
}

#[test]
fn a_make_up_sunday_is_worked_and_says_why() {
    let calendars = calendars();
    assert_eq!(calendars.day(day("2024-04-07")), Day::MakeUp("清明节"));
    assert_eq!(calendars.day(day("2024-04-06")), Day::PublicHoliday("清明节"));
    assert_eq!(calendars.day(day("2024-04-13")), Day::Weekend);
    assert_eq!(calendars.day(day("2024-04-08")), Day::Working);
    assert_eq!(calendars.working_day_on_or_after(day("2026-01-01")).on, day("2026-01-04"));
}

#[test]
fn a_local_closure_wins_over_everything() {
    let mut year = calendar_years().pop().unwrap();
    year.local_closures = vec![NamedDay { date: day("2026-01-04"), name: "台风".into() }];
    let mut calendars = Calendars::default();
    calendars.apply(&CalendarEvent::Published(year), &stamp(5, 1));
    assert_eq!(calendars.day(day("2026-01-04")), Day::LocalClosure("台风"));
    assert_eq!(calendars.working_day_on_or_after(day("2026-01-01")).on, day("2026-01-05"));
    assert_eq!(calendars.working_days(day("2025-12-31"), day("2026-01-05")), 1);
}

#[test]
fn a_year_without_a_calendar_is_provisional() {
    let calendars = calendars();
    assert!(!calendars.after(day("2026-12-24"), 5).provisional);
    let counted = calendars.after(day("2026-12-28"), 5);
    assert_eq!(counted, Counted { on: day("2027-01-04"), provisional: true });
    assert!(calendars.after(day("2023-12-25"), 1).provisional);
    // The start day is not counted, so its year does not matter.
    assert!(!calendars.after(day("2023-12-31"), 1).provisional);
    assert_eq!((calendars.published(2027), calendars.version(2027)), (false, 0));
}

#[test]
fn an_amendment_replaces_the_year_and_leaves_the_past_as_it_was_known() {
    let mut calendars = calendars();
    let before = calendars.clone();
    let mut year = calendars.year(2026).unwrap().clone();
    year.public_holidays.push(NamedDay { date: day("2026-09-03"), name: "抗战胜利纪念日".into() });
    year.make_up_days.clear();
    let event = publish(&calendars, year).unwrap();
    assert!(matches!(event, CalendarEvent::Amended(_)));
    calendars.apply(&event, &stamp(90, 2));
    assert_eq!(calendars.day(day("2026-09-03")), Day::PublicHoliday("抗战胜利纪念日"));
    assert_eq!(calendars.day(day("2026-01-04")), Day::Weekend);
    assert_eq!((calendars.version(2026), calendars.newest()), (2, Some(90)));
    assert_eq!(calendars.as_of(89), before);
    assert_eq!(calendars.as_of(12).years().collect::<Vec<_>>(), [2024, 2025]);
}

#[test]
fn what_is_shipped_can_be_published_once() {
    let mut calendars = Calendars::default();
    for (position, year) in (11..).zip(calendar_years()) {
        let event = publish(&calendars, year.clone()).unwrap();
        assert_eq!(event, CalendarEvent::Published(year.clone()), "shipped in stored form");
        calendars.apply(&event, &stamp(position, 1));
        let mut shuffled = year;
        shuffled.public_holidays.reverse();
        assert_eq!(publish(&calendars, shuffled).unwrap_err()[0].code, Code::AlreadyPublished);
    }
}

#[test]
fn a_year_that_does_not_fit_is_refused_with_all_its_faults() {
    let mut year = calendar_years().pop().unwrap();
    year.public_holidays.push(NamedDay { date: day("2025-09-03"), name: "纪念日".into() });
    year.public_holidays.push(year.public_holidays[0].clone());
    year.make_up_days.push(NamedDay { date: day("2026-03-03"), name: String::new() });
    year.make_up_days.push(NamedDay { date: day("2026-01-03"), name: "元旦".into() });
    let faults = publish(&Calendars::default(), year.clone()).unwrap_err();
    let found: Vec<(Code, &str)> = faults.iter().map(|f| (f.code, f.pointer.as_deref().unwrap())).collect();
    assert_eq!(
        found,
        [
            (Code::NotInYear, "/public_holidays/33/date"),
            (Code::Duplicate, "/public_holidays/34/date"),
            (Code::NotOnWeekend, "/make_up_days/6/date"),
            (Code::Duplicate, "/make_up_days/7/date"),
            (Code::Missing, "/make_up_days/6/name"),
        ]
    );
    year = calendar_years().pop().unwrap();
    year.local_closures = vec![NamedDay { date: day("2026-03-03"), name: "停电".into() }; 101];
    assert_eq!(publish(&Calendars::default(), year).unwrap_err()[0].code, Code::TooMany);
}

#[test]
fn a_wrong_number_does_not_cost_a_long_walk() {
    let calendars = calendars();
    assert_eq!(calendars.after(day("2026-01-01"), u32::MAX), calendars.after(day("2026-01-01"), MAX_WORKING_DAYS));
    assert_eq!(calendars.after_calendar_days(day("2026-01-01"), u32::MAX).on, NaiveDate::MAX);
    assert!(calendars.working_days(NaiveDate::MIN, NaiveDate::MAX) > 1_000_000);
}

prop_compose! {
    fn any_day()(days in 0u64..1200) -> NaiveDate {
        day("2023-11-01") + chrono::Days::new(days)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn later_counts_end_later_and_on_working_days(from in any_day(), n in 1u32..60) {
        let calendars = calendars();
        let (one, two) = (calendars.after(from, n), calendars.after(from, n + 1));
        prop_assert!(from < one.on && one.on < two.on);
        prop_assert!(calendars.is_working(one.on));
        prop_assert!(!one.provisional || two.provisional);
        prop_assert_eq!(calendars.working_days(from, one.on), n);
    }

    #[test]
    fn counting_by_range_agrees_with_counting_day_by_day(from in any_day(), length in 0u64..400) {
        let calendars = calendars();
        let to = from + chrono::Days::new(length);
        let by_day = from.iter_days().skip(1).take_while(|d| *d <= to).filter(|d| calendars.is_working(*d)).count();
        prop_assert_eq!(calendars.working_days(from, to) as usize, by_day);
        prop_assert_eq!(calendars.working_days(to, from), 0);
    }

    #[test]
    fn on_or_before_is_the_last_working_day(to in any_day()) {
        let calendars = calendars();
        let on = calendars.working_day_on_or_before(to).on;
        prop_assert!(calendars.is_working(on));
        prop_assert_eq!(calendars.working_days(on, to), 0);
    }

    #[test]
    fn so_many_working_days_before_is_so_many_after_turned_round(to in any_day(), n in 1u32..40) {
        let calendars = calendars();
        let on = calendars.before(to, n).on;
        prop_assert!(calendars.is_working(on));
        // `to` itself is not counted back, and is counted forth where it is worked.
        prop_assert_eq!(calendars.working_days(on, to), n - 1 + u32::from(calendars.is_working(to)));
    }

    #[test]
    fn on_or_after_is_the_first_working_day(from in any_day()) {
        let calendars = calendars();
        let on = calendars.working_day_on_or_after(from).on;
        prop_assert!(calendars.is_working(on));
        prop_assert!(from.iter_days().take_while(|d| *d < on).all(|d| !calendars.is_working(d)));
    }
}

#[test]
fn a_day_that_could_not_be_read_keeps_its_place() {
    let parts = YearParts {
        year: 2027,
        public_holidays: vec![None, Some(day("2026-05-01")), Some(day("2027-05-01"))],
        make_up_days: vec![None, None, Some(day("2027-05-01")), Some(day("2027-05-01"))],
        local_closures: Vec::new(),
    };
    let found = parts.faults().into_iter().map(|fault| (fault.code, fault.pointer.unwrap_or_default()));
    let expected = [
        (Code::NotInYear, "/public_holidays/1/date"),
        (Code::Duplicate, "/make_up_days/3/date"),
        (Code::Duplicate, "/make_up_days/2/date"),
        (Code::Duplicate, "/make_up_days/3/date"),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected.map(|(code, at)| (code, at.to_owned())));
}

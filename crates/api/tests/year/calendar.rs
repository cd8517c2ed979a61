//! The town's calendar once more, from the paper: which days are worked, and what follows from it for a service day and its
//! notice. It is not the product's.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeZone as _, Utc, Weekday};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Public holidays and make-up days of two years; in any other year Monday to Friday are worked.
pub struct Calendar {
    holidays: BTreeSet<NaiveDate>,
    made_up: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// 2026 by the paper, 2027 as it is going to be published. What is counted into 2027 is opened after that.
    pub fn of_the_papers() -> Self {
        let of_2026: Value = serde_json::from_str(include_str!("../../../../data/calendars/2026.json")).unwrap();
        let papers = [of_2026, paper_of_2027()];
        let days = |list: &str| {
            let days = papers.iter().flat_map(|paper| paper[list].as_array().unwrap());
            days.map(|one| day(one["date"].as_str().unwrap())).collect()
        };
        Self { holidays: days("public_holidays"), made_up: days("make_up_days") }
    }

    pub fn works(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.made_up.contains(&day) || (!weekend && !self.holidays.contains(&day))
    }

    /// The n-th working day after a day.
    pub fn after(&self, day: NaiveDate, n: usize) -> NaiveDate {
        if n == 0 { day } else { day.iter_days().skip(1).filter(|day| self.works(*day)).nth(n - 1).unwrap() }
    }

    /// The n-th working day before a day.
    pub fn before(&self, day: NaiveDate, n: usize) -> NaiveDate {
        let mut worked = day;
        for _ in 0..n {
            worked = self.on_or_before(worked - Days::new(1));
        }
        worked
    }

    fn on_or_before(&self, mut day: NaiveDate) -> NaiveDate {
        while !self.works(day) {
            day = day - Days::new(1);
        }
        day
    }

    /// Thursdays of a stretch as they are held: a Thursday off is held on the next working day that is no make-up weekend,
    /// together with the Thursday that it then falls on.
    pub fn service_days(&self, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
        let thursdays = first.iter_days().take_while(|day| *day <= last).filter(|day| day.weekday() == Weekday::Thu);
        let held =
            |day: NaiveDate| day.iter_days().find(|day| self.works(*day) && !self.made_up.contains(day)).unwrap();
        let held: BTreeSet<NaiveDate> = thursdays.map(held).collect();
        held.into_iter().collect()
    }

    /// The day by which a notice is due, and the last one on which posting it is no breach, of a session that was planned
    /// on a day: three days before, or the working day before that; what was planned too late for it the working day after.
    pub fn notice_due(&self, held_on: NaiveDate, planned_on: NaiveDate) -> (NaiveDate, NaiveDate) {
        let in_time = self.moved_notice_due(held_on);
        let first = self.after(planned_on, 1);
        if in_time >= first { (in_time, in_time) } else { (first.min(held_on - Days::new(1)), first) }
    }

    /// The same of one that somebody moved: that leaves no less time.
    pub fn moved_notice_due(&self, held_on: NaiveDate) -> NaiveDate {
        self.on_or_before(held_on - Days::new(3))
    }
}

/// A calendar of 2027 as it might be: there is no paper yet.
pub fn paper_of_2027() -> Value {
    let off = |name: &'static str, first: &str, days: usize| {
        let days = day(first).iter_days().take(days);
        days.map(move |date| json!({"date": date.to_string(), "name": name})).collect::<Vec<Value>>()
    };
    let holidays =
        [off("元旦", "2027-01-01", 3), off("春节", "2027-02-05", 7), off("清明节", "2027-04-03", 3)].concat();
    let made_up = [off("元旦", "2027-01-09", 1), off("春节", "2027-01-30", 1), off("春节", "2027-02-13", 1)].concat();
    json!({"source": {"title": "2027年部分节假日安排", "document": "测试", "published_on": "2026-11-04"},
        "public_holidays": holidays, "make_up_days": made_up})
}

/// A day as it is written.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A time of a day in the town, which keeps +08:00 all year.
pub fn at(day: NaiveDate, time: &str) -> DateTime<Utc> {
    let time = NaiveTime::parse_from_str(time, "%H:%M").unwrap();
    let east = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
    east.from_local_datetime(&day.and_time(time)).unwrap().with_timezone(&Utc)
}

#[test]
fn the_calendar_of_the_paper_is_read() {
    let calendar = Calendar::of_the_papers();
    assert!(calendar.works(day("2026-02-28")) && !calendar.works(day("2026-10-07")));
    let held = calendar.service_days(day("2026-01-06"), day("2026-12-31"));
    assert!(held.contains(&day("2026-02-24")) && !held.contains(&day("2026-02-19")));
    assert_eq!(held.len(), 51, "52 Thursdays, of which October 1 is held together with October 8");
    assert_eq!(calendar.after(day("2026-12-31"), 6), day("2027-01-09"), "a Saturday that is worked");
    assert_eq!(calendar.before(day("2026-03-31"), 20), day("2026-03-03"));
    assert_eq!(
        calendar.before(day("2026-09-30"), 20),
        day("2026-09-02"),
        "Sunday 09-20 is worked, Friday 09-25 is not"
    );
    assert_eq!(calendar.notice_due(day("2026-10-08"), day("2026-09-28")).0, day("2026-09-30"));
    assert_eq!(calendar.notice_due(day("2026-01-08"), day("2026-01-05")).0, day("2026-01-06"));
}

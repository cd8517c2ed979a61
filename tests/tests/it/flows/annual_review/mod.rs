//! The annual review over HTTP, from its opening to the published result, under a clock that is moved between two boots.

mod frozen;
mod process;
mod refusals;

use crate::harness::{Answer, FakedClock, Office, Place, Problem, today};
use chrono::{Datelike as _, NaiveDate, Weekday};
use serde_json::{Value, json};
use std::sync::Arc;

/// An office with a roster in the middle of a year's review.
pub(super) struct Review {
    pub office: Office,
    /// The year: this one, as the test runs.
    pub year: i32,
}

impl Review {
    /// Today, nothing opened yet; `None` where no clock can be moved.
    pub fn of(test: &str) -> Option<Self> {
        let mut office = Office::at(Arc::new(Place::under(FakedClock::of(test)?)));
        office.imports_roster().created();
        office.meets();
        Some(Self { office, year: today().year() })
    }

    /// The same, opened on 1 December.
    pub fn opened(test: &str) -> Option<Self> {
        let mut review = Self::of(test)?;
        review.boots_on(NaiveDate::from_ymd_opt(review.year, 12, 1).unwrap());
        review.post("opening", &json!({})).created();
        Some(review)
    }

    /// The same on the first day for a freeze that is a Monday, with a leaf of that day.
    pub fn freezable(test: &str) -> Option<Self> {
        let mut review = Self::opened(test)?;
        review.boots_on(review.freezes_on());
        review.office.registers_office("一月新设办公室", "department");
        Some(review)
    }

    /// The first Monday on which figures may be frozen: no holiday that the shipped calendars know.
    pub fn freezes_on(&self) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(self.year + 1, 1, 10).unwrap();
        first.iter_days().find(|day| day.weekday() == Weekday::Mon).unwrap()
    }

    /// Boots the server on a day, or leaves it where that is past.
    pub fn boots_on(&mut self, day: NaiveDate) {
        let days = (day - today()).num_days();
        if days > 0 {
            self.office.boots_on_day(days);
        }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/v1/reviews/{}/{rest}", self.year)
    }

    /// The address of something about the one delegate.
    pub fn of_delegate(&self, rest: &str) -> String {
        self.path(&format!("delegates/{}/{rest}", self.office.delegate))
    }

    pub fn post(&self, rest: &str, body: &Value) -> Answer {
        self.office.post(&self.path(rest), body)
    }

    /// A command about the one delegate: their appraisal after it.
    #[track_caller]
    pub fn does(&self, rest: &str, body: &Value) -> Value {
        self.office.post(&self.of_delegate(rest), body).good()["appraisal"].clone()
    }

    #[track_caller]
    pub fn refuses(&self, rest: &str, body: &Value, status: u16, code: &str) -> Problem {
        self.office.refuses_command(&self.of_delegate(rest), body, status, code).clause("C-5.2")
    }

    #[track_caller]
    pub fn read(&self) -> Value {
        self.office.get(&format!("/v1/reviews/{}", self.year)).good()
    }

    #[track_caller]
    pub fn dossier(&self) -> Value {
        self.office.get(&self.of_delegate("dossier")).good()
    }

    /// A figure of a delegate as a dossier has it: `[n, of]`.
    #[track_caller]
    pub fn frozen_figure(&self, code: &str) -> (u64, u64) {
        let dossier = self.dossier();
        let figures = dossier["figures"]["indicators"].as_array().unwrap();
        let one = figures.iter().find(|figure| figure["code"] == code).unwrap();
        (one["n"].as_u64().unwrap(), one["of"].as_u64().unwrap())
    }
}

pub(super) fn report() -> Value {
    json!({"liaison_service": "全年接待两次，答复一件。", "other": "参加培训一次。"})
}

pub(super) fn dispute(indicator: &str) -> Value {
    json!({"indicator": indicator, "text": "该件已经答复。"})
}

pub(super) fn adjustment(indicator: &str, n: i64, of: i64) -> Value {
    json!({"indicator": indicator, "n": n, "of": of, "reason": "经核实应予调整。"})
}

pub(super) fn vote(by: &str, held_on: NaiveDate) -> Value {
    json!({"by": by, "held_on": held_on.to_string(), "ballots": {"excellent": 31, "competent": 12}})
}

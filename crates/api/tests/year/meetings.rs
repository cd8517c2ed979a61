//! Quarterly regular meetings (季度例会, C-4.3a): held or not, and what is owed of that in the end (O-11). What comes before them
//! is in `major_issues.rs`.

use crate::calendar::{at, day};
use crate::dice::Dice;
use crate::periods::{self, Period};
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// What becomes of the meeting of a quarter. The first is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    Held,
    /// Not together with the work meeting of the grid, for a reason.
    Apart,
    AfterTheNotice,
    OnTheLastDay,
    RecordedLate,
    Cancelled,
    /// One was held, but not the regular one.
    OnlyExtraordinary,
    Never,
}

/// The meeting of a grid in a quarter.
#[derive(Clone, Copy, Debug)]
pub struct Sat {
    pub grid: usize,
    pub quarter: Period,
    pub course: Course,
    pub held_on: NaiveDate,
}

impl Sat {
    /// The day of the first regular meeting, where there is one.
    pub fn regular_on(&self) -> Option<NaiveDate> {
        match self.course {
            Course::Held | Course::Apart | Course::AfterTheNotice | Course::OnTheLastDay | Course::RecordedLate => {
                Some(self.held_on)
            }
            Course::Cancelled | Course::OnlyExtraordinary | Course::Never => None,
        }
    }
}

impl Year {
    /// Every quarter in every grid.
    pub fn plan_meetings(&mut self, dice: &mut Dice) {
        for quarter in periods::quarters() {
            let mut grids: Vec<usize> = (0..self.grids.len()).collect();
            dice.shuffle(&mut grids);
            let wrong = [
                Course::Never,
                Course::OnlyExtraordinary,
                Course::Cancelled,
                Course::RecordedLate,
                Course::OnTheLastDay,
                Course::AfterTheNotice,
                Course::Apart,
            ];
            let courses = wrong.into_iter().chain(std::iter::repeat(Course::Held));
            for (grid, course) in grids.into_iter().zip(courses) {
                self.plan_meeting(dice, grid, quarter, course);
            }
        }
        for grid in self.grids.clone() {
            let quarter = periods::quarter_after();
            let lacking = Standing::missing(quarter.last, &["meeting_missing"]).tier("advance");
            self.planted.owes(key("O-11", "", &grid.id, quarter.name), lacking);
            let quarter = periods::quarter_under_way();
            self.planted.owes(key("O-11", "", &grid.id, quarter.name), Standing::not_yet_due(quarter.last));
        }
    }

    fn plan_meeting(&mut self, dice: &mut Dice, grid: usize, quarter: Period, course: Course) {
        let announced = self.announced_on(quarter.last);
        let last = quarter.last;
        // Late enough that what comes before it is escalated within the quarter.
        let from = self.calendar.after(quarter.first.max(day("2026-01-05")), 12);
        let ordinary = self.any_day_of(dice, from, self.calendar.before(announced, 12));
        let kept = Standing::fulfilled(last);
        let lacking = Standing::missing(last, &["meeting_missing"]).tier("advance");
        let (held_on, standing) = match course {
            Course::Held | Course::Apart => (ordinary, kept),
            Course::AfterTheNotice => (self.calendar.after(announced, 4), kept.tier("advance")),
            Course::OnTheLastDay => (last, kept.tier("advance")),
            Course::RecordedLate => (last, Standing::late(last, &["meeting_missing"]).tier("advance")),
            Course::Cancelled | Course::OnlyExtraordinary | Course::Never => (ordinary, lacking),
        };
        let id = &self.grids[grid].id;
        self.planted.owes(key("O-11", "", id, quarter.name), standing.by(id));
        let sat = Sat { grid, quarter, course, held_on };
        self.sat.push(sat);
        if course == Course::Never {
            return;
        }
        let kind = if course == Course::OnlyExtraordinary { "extraordinary" } else { "regular" };
        let closed = match course {
            Course::OnTheLastDay => at(self.calendar.after(last, 1), "08:30"),
            Course::RecordedLate => at(self.calendar.after(last, 3), "10:00"),
            _ => at(held_on, "17:00"),
        };
        let closed = (course != Course::Cancelled).then_some(closed);
        let convened = self.calendar.before(held_on, 5);
        self.convene(grid, (kind, course != Course::Apart), (convened, held_on), closed);
    }

    /// A meeting that is convened, and held at two, or called off.
    pub fn convene(
        &mut self,
        grid: usize,
        (kind, with_work_meeting): (&'static str, bool),
        (convened_on, held_on): (NaiveDate, NaiveDate),
        closed: Option<DateTime<Utc>>,
    ) {
        let mut body = json!({"grid_id": self.grids[grid].id, "kind": kind, "scheduled_on": held_on.to_string(),
            "with_work_meeting": with_work_meeting});
        if !with_work_meeting {
            body["reason"] = json!("网格工作例会已在月初召开。");
        }
        let delegate = self.grids[grid].deputies[0].clone();
        self.begins(at(convened_on, "10:00"), "meeting", body, move |year, id| {
            year.convened.insert((grid, held_on), id.to_owned());
            match closed {
                Some(closed) => {
                    let body = json!({"held_at": at(held_on, "14:00"), "delegates": [{"delegate_id": delegate}],
                        "attendance": {"party_organisation": 3}});
                    year.meeting(id, "closing", closed, body);
                }
                None => {
                    let body = json!({"reason": "人数不足。"});
                    year.meeting(id, "cancellation", at(held_on, "09:00"), body);
                }
            }
        });
    }

    pub fn meeting(&mut self, id: &str, call: &str, when: DateTime<Utc>, body: Value) {
        self.post(when, format!("/v1/meetings/{id}/{call}"), body);
    }
}

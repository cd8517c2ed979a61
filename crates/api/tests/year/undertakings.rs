//! Deeds that delegates take upon themselves (为民服务, C-3.4): done, given up or left, and what is owed of them in the end
//! (O-16).

use crate::calendar::at;
use crate::dice::Dice;
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};

/// What becomes of a deed. The first is as it should be.
#[derive(Clone, Copy, Debug)]
enum Course {
    Done,
    /// Done on its day, and written down on the next working day: before the reminder goes out, or after it.
    WrittenDownLater,
    WrittenDownAfterTheReminder,
    Late,
    /// After the supervision notice.
    VeryLate,
    /// Said to be done on its day, three working days later.
    BackDated,
    /// The day that is written down is a slip, and put right when the breach was found.
    Corrected,
    Never,
    /// Given up on its day.
    GivenUp,
    GivenUpTooLate,
    /// Pledged on paper; recorded when its day is over.
    RecordedLate,
}

const COURSES: [Course; 11] = [
    Course::Done,
    Course::WrittenDownLater,
    Course::WrittenDownAfterTheReminder,
    Course::Late,
    Course::VeryLate,
    Course::BackDated,
    Course::Corrected,
    Course::Never,
    Course::GivenUp,
    Course::GivenUpTooLate,
    Course::RecordedLate,
];

const KINDS: [&str; 5] = ["pledged_deed", "paired_support", "condolence_visit", "advice", "volunteering"];

impl Year {
    /// Two deeds of each course, whenever and wherever; the day promised may be one off.
    pub fn plan_deeds(&mut self, dice: &mut Dice) {
        for (course, kind) in COURSES.into_iter().chain(COURSES).zip(KINDS.into_iter().cycle()) {
            let grid = self.any_grid(dice);
            let on = self.any_day(dice, "2026-01-12", "2026-12-04");
            let promised_on = on + Days::new(5 + dice.below(20));
            let pledged = at(on, "09:30");
            let recorded = match course {
                Course::RecordedLate => at(self.calendar.after(promised_on, 4), "09:30"),
                _ => pledged,
            };
            let body = json!({"kind": kind, "grid_id": grid.id, "owner_delegate_id": grid.deputies[0],
                "promised_on": promised_on.to_string(), "title": "修好楼道灯", "occurred_at": pledged});
            self.begins(recorded, "deed", body, move |year, id| {
                year.plan_deed((id, &grid.deputies[0]), course, promised_on);
            });
        }
    }

    fn plan_deed(&mut self, (id, owner): (&str, &str), course: Course, promised_on: NaiveDate) {
        let after = |n: usize| self.calendar.after(promised_on, n);
        let (next, third, sixth) = (after(1), after(3), after(6));
        // A day off is no hindrance, and what is recorded on the next working day counts.
        let on_its_day = at(promised_on, "16:00");
        let fulfilled = Standing::fulfilled(promised_on);
        let late = Standing::late(promised_on, &["deed_overdue"]);
        let standing = match course {
            Course::Done => {
                let when = at(promised_on - Days::new(2), "10:00");
                self.complete(id, when, when);
                fulfilled
            }
            Course::WrittenDownLater => {
                self.complete(id, at(next, "08:30"), on_its_day);
                fulfilled
            }
            Course::WrittenDownAfterTheReminder => {
                self.complete(id, at(next, "10:00"), on_its_day);
                fulfilled.tier("reminder")
            }
            Course::Late => {
                self.complete(id, at(third, "10:00"), at(third, "10:00"));
                late.tier("reminder")
            }
            Course::VeryLate => {
                self.complete(id, at(sixth, "10:00"), at(sixth, "10:00"));
                late.tier("supervision")
            }
            Course::BackDated => {
                self.complete(id, at(third, "10:00"), on_its_day);
                late.tier("reminder")
            }
            Course::Corrected => {
                let recorded = at(next, "10:00");
                self.complete(id, recorded, recorded);
                self.correct_day(("deeds", id, 2), at(third, "10:00"), on_its_day);
                // What was found stays, and is overtaken.
                Standing { what: vec!["deed_overdue"], ..fulfilled.tier("reminder") }
            }
            Course::Never => self.never(promised_on, "deed_overdue"),
            Course::GivenUp => {
                self.give_up(id, at(next, "08:30"), on_its_day);
                Standing::excused()
            }
            Course::GivenUpTooLate => {
                self.give_up(id, at(third, "10:00"), at(third, "10:00"));
                Standing::missing(promised_on, &["deed_overdue"]).tier("reminder")
            }
            Course::RecordedLate => {
                // Nobody is reminded of what nobody could know of: it is counted from the recording.
                let recorded_on = after(4);
                let when = at(self.calendar.after(recorded_on, 3), "10:00");
                self.complete(id, when, when);
                late.tier("reminder")
            }
        };
        self.planted.owes(key("O-16", "", id, ""), standing.by(owner));
    }

    fn complete(&mut self, id: &str, recorded: DateTime<Utc>, when: DateTime<Utc>) {
        let body = json!({"file_ids": [self.files.picture], "occurred_at": when});
        self.deed(id, "completion", recorded, body);
    }

    fn give_up(&mut self, id: &str, recorded: DateTime<Utc>, when: DateTime<Utc>) {
        self.deed(id, "abandonment", recorded, json!({"reason": "受益人已搬离。", "occurred_at": when}));
    }

    fn deed(&mut self, id: &str, call: &str, recorded: DateTime<Utc>, body: Value) {
        self.post(recorded, format!("/v1/deeds/{id}/{call}"), body);
    }
}

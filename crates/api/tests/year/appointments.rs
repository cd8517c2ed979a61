//! Visits that people ask for (应约走访, C-3.1): answered, agreed, made, missed or called off, and what is owed of them in the end
//! (O-9).

use crate::calendar::at;
use crate::dice::Dice;
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// What becomes of a request. The first is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Visited,
    /// Whoever asked is called on the last day, the visit is made on its day, and both are written down on the next.
    WrittenDownLater,
    /// The day is moved before it comes.
    Moved,
    AnsweredLate,
    NeverAnswered,
    VisitedLate,
    NeverVisited,
    /// The visitor calls it off before anybody answered.
    CalledOffAtOnce,
    CalledOffOnTheDay,
    CalledOffTooLate,
    /// The delegate calls it off, which excuses nothing; a call in advance is still owed where there was none.
    PutOff,
    PutOffUnanswered,
}

const COURSES: [Course; 12] = [
    Course::Visited,
    Course::WrittenDownLater,
    Course::Moved,
    Course::AnsweredLate,
    Course::NeverAnswered,
    Course::VisitedLate,
    Course::NeverVisited,
    Course::CalledOffAtOnce,
    Course::CalledOffOnTheDay,
    Course::CalledOffTooLate,
    Course::PutOff,
    Course::PutOffUnanswered,
];

/// A request for a visit.
struct Asked<'i> {
    id: &'i str,
    grid: &'i str,
    delegate: &'i str,
    on: NaiveDate,
}

impl Year {
    /// One request of each course.
    pub fn plan_appointments(&mut self, dice: &mut Dice) {
        for course in COURSES {
            let grid = self.any_grid(dice);
            let on = self.any_day(dice, "2026-01-12", "2026-11-20");
            let body = json!({"grid_id": grid.id, "name": "王秀英", "phone": "13800001234", "text": "腿脚不便。"});
            self.begins(at(on, "09:30"), "appointment", body, move |year, id| {
                let asked = Asked { id, grid: &grid.id, delegate: &grid.deputies[2], on };
                year.plan_appointment(&asked, course);
            });
        }
    }

    fn plan_appointment(&mut self, asked: &Asked<'_>, course: Course) {
        // The policy's one working day for the first contact.
        let contact_by = self.calendar.after(asked.on, 1);
        let after = |n: usize| self.calendar.after(contact_by, n);
        let (next, second, agreed_on, later) = (after(1), after(2), after(4), after(8));
        let (day_after, too_late) = (after(5), after(6));
        let unanswered = Standing::late(contact_by, &["appointment_unanswered"]).tier("reminder");
        let mut contact = Standing::fulfilled(contact_by);
        // Nobody is reminded of a visit.
        let mut visit = Some(Standing::fulfilled(agreed_on));
        let missed = || Some(Standing::missing(agreed_on, &["appointment_missed"]).no_tier());
        match course {
            Course::Visited => {
                self.agree(asked, at(contact_by, "10:00"), agreed_on);
                self.visit(asked, at(agreed_on, "15:00"), at(agreed_on, "14:00"));
            }
            Course::WrittenDownLater => {
                self.contact(asked, at(next, "08:30"), at(contact_by, "17:00"));
                self.agree(asked, at(second, "10:00"), agreed_on);
                self.visit(asked, at(day_after, "10:00"), at(agreed_on, "14:00"));
            }
            Course::Moved => {
                self.agree(asked, at(asked.on, "16:00"), agreed_on);
                self.agree(asked, at(second, "10:00"), later);
                self.visit(asked, at(later, "15:00"), at(later, "14:00"));
                visit = Some(Standing::fulfilled(later));
            }
            Course::AnsweredLate => {
                self.agree(asked, at(second, "10:00"), agreed_on);
                self.visit(asked, at(agreed_on, "15:00"), at(agreed_on, "14:00"));
                contact = unanswered;
            }
            Course::NeverAnswered => {
                contact = self.never(contact_by, "appointment_unanswered");
                visit = None;
            }
            Course::VisitedLate => {
                self.agree(asked, at(contact_by, "10:00"), agreed_on);
                self.visit(asked, at(too_late, "15:00"), at(too_late, "14:00"));
                visit = Some(Standing::late(agreed_on, &["appointment_missed"]).no_tier());
            }
            Course::NeverVisited => {
                self.agree(asked, at(contact_by, "10:00"), agreed_on);
                visit = missed();
            }
            Course::CalledOffAtOnce => {
                self.call_off(asked, at(contact_by, "08:30"), "visitor");
                contact = Standing::excused();
                visit = None;
            }
            Course::CalledOffOnTheDay => {
                self.agree(asked, at(contact_by, "10:00"), agreed_on);
                self.call_off(asked, at(agreed_on, "08:30"), "visitor");
                visit = Some(Standing::excused());
            }
            Course::CalledOffTooLate => {
                self.agree(asked, at(contact_by, "10:00"), agreed_on);
                self.call_off(asked, at(day_after, "10:00"), "visitor");
                visit = missed();
            }
            Course::PutOff => {
                self.agree(asked, at(contact_by, "10:00"), agreed_on);
                self.call_off(asked, at(second, "10:00"), "delegate");
                visit = missed();
            }
            Course::PutOffUnanswered => {
                self.call_off(asked, at(asked.on, "16:00"), "delegate");
                self.contact(asked, at(second, "10:00"), at(second, "10:00"));
                contact = unanswered;
                visit = None;
            }
        }
        self.planted.owes(key("O-9", "contact", asked.id, ""), contact.by(asked.grid));
        if let Some(visit) = visit {
            self.planted.owes(key("O-9", "kept", asked.id, ""), visit.by(asked.delegate));
        }
    }

    fn contact(&mut self, asked: &Asked<'_>, recorded: DateTime<Utc>, when: DateTime<Utc>) {
        self.appointment(asked, "contacts", recorded, json!({"channel": "phone", "occurred_at": when}));
    }

    fn agree(&mut self, asked: &Asked<'_>, when: DateTime<Utc>, on: NaiveDate) {
        let body = json!({"delegate_id": asked.delegate, "scheduled_on": on.to_string(), "from": "14:00"});
        self.appointment(asked, "schedule", when, body);
    }

    fn call_off(&mut self, asked: &Asked<'_>, when: DateTime<Utc>, by: &str) {
        self.appointment(asked, "cancellation", when, json!({"by": by, "reason": "另有安排。"}));
    }

    fn appointment(&mut self, asked: &Asked<'_>, call: &str, recorded: DateTime<Utc>, body: Value) {
        self.post(recorded, format!("/v1/appointments/{}/{call}", asked.id), body);
    }

    fn visit(&mut self, asked: &Asked<'_>, recorded: DateTime<Utc>, held_at: DateTime<Utc>) {
        let body = json!({"grid_id": asked.grid, "form": "appointment", "held_at": held_at, "appointment_id": asked.id,
            "delegates": [{"delegate_id": asked.delegate}]});
        self.post(recorded, "/v1/receptions".to_owned(), body);
    }
}

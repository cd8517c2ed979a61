//! The issues that sessions bring: what is done about them, planted wrongs among it, and what is owed in the end.

use crate::calendar::at;
use crate::planted::{Standing, key};
use crate::sittings::Sitting;
use crate::year::{Act, Year};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};

/// What becomes of an issue. The first two are as they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    OnTheSpot,
    InTime,
    /// Nobody disposes of it in the session.
    LeftOpen,
    Late,
    /// Never answered.
    Never,
    Withdrawn,
    PromiseKept,
    PromiseUnverified,
    PromiseBroken,
    /// Escalated, with a word in time, and returned.
    WithWord,
    /// Escalated, without a word, and returned.
    Silent,
    /// Its delegate leaves office that day; it is handed over.
    HandedOver,
    /// Its delegate leaves office that day, and nobody cares: it falls to the convener.
    Orphaned,
}

pub const COURSES: [Course; 11] = [
    Course::OnTheSpot,
    Course::InTime,
    Course::LeftOpen,
    Course::Late,
    Course::Never,
    Course::Withdrawn,
    Course::PromiseKept,
    Course::PromiseUnverified,
    Course::PromiseBroken,
    Course::WithWord,
    Course::Silent,
];

/// An issue as it was raised.
#[derive(Clone, Debug)]
pub struct Raised {
    pub id: String,
    pub course: Course,
    pub session: String,
    pub grid: usize,
    pub on: NaiveDate,
    pub responsible: String,
}

impl Year {
    /// A reception in a session, with one issue or two.
    pub fn plan_reception(&mut self, sitting: &Sitting, received_by: &str, on: NaiveDate) {
        let courses: Vec<Course> = (0..=self.dice.below(2)).map(|_| self.next_course(on)).collect();
        self.plan_reception_of(sitting, received_by, on, courses);
    }

    pub fn plan_reception_of(&mut self, sitting: &Sitting, received_by: &str, on: NaiveDate, courses: Vec<Course>) {
        let issue = |_| json!({"kind": "demand", "topic": "livelihood", "subject": "楼道灯不亮", "text": "三天不亮。"});
        let body = json!({
            "grid_id": self.grids[sitting.grid].id, "form": "walk_in", "held_at": at(on, "14:00"), "session_id": sitting.id,
            "delegates": [{"delegate_id": received_by}], "visitors": [{"name": "王小明", "phone": "13800001234"}],
            "issues": courses.iter().map(issue).collect::<Vec<Value>>(),
        });
        let raised = |course| Raised {
            id: String::new(),
            course,
            session: sitting.id.clone(),
            grid: sitting.grid,
            on,
            responsible: received_by.to_owned(),
        };
        let raised = courses.into_iter().map(raised).collect();
        self.put(at(on, "14:05"), Act::Receive { body, raised });
    }

    fn issue(&mut self, when: DateTime<Utc>, id: &str, call: &str, body: Value) {
        self.put(when, Act::Post { path: format!("/v1/issues/{id}/{call}"), body });
    }

    fn answer(&mut self, when: DateTime<Utc>, id: &str, promised_on: Option<NaiveDate>) {
        let outcome = if promised_on.is_some() { "planned" } else { "resolved" };
        let mut body = json!({"outcome": outcome, "channel": "oral", "text": "已处理。", "delivered_at": when,
            "evidence": {"kind": "visitor_confirmation"}});
        if let Some(on) = promised_on {
            body["commitment_on"] = json!(on.to_string());
        }
        self.issue(when, id, "answers", body);
    }

    /// Puts everything that is done about an issue on the agenda, and writes down what is owed.
    pub fn plan_issue(&mut self, raised: &Raised) {
        let (id, on) = (raised.id.as_str(), raised.on);
        let day = |n: usize| self.calendar.after(on, n);
        // The policy's five working days for the final answer.
        let (first, second, third, fourth, due_on) = (day(1), day(2), day(3), day(4), day(5));
        let (after_due, later) = (day(8), day(12));
        let disposed = Standing::fulfilled(on);
        let mut answered = Standing::fulfilled(due_on);
        let mut left_open = disposed;
        let taken = !matches!(raised.course, Course::OnTheSpot | Course::LeftOpen);
        if taken {
            self.to_take.entry(raised.session.clone()).or_default().push(id.to_owned());
        }
        match raised.course {
            Course::OnTheSpot => {
                let when = at(on, "14:20");
                let body = json!({"outcome": "resolved", "channel": "oral", "text": "当场解决。", "delivered_at": when,
                    "evidence": {"kind": "visitor_confirmation"}, "on_the_spot": true});
                self.issue(when, id, "answers", body);
            }
            Course::InTime => self.answer(at(fourth, "15:00"), id, None),
            Course::LeftOpen => {
                self.issue(at(second, "10:00"), id, "taking", json!({}));
                self.answer(at(third, "15:00"), id, None);
                left_open = Standing::late(on, &["issue_left_open_ended"]);
            }
            Course::Late => {
                self.answer(at(after_due, "15:00"), id, None);
                // Open at nine of the first working day after its day, and answered before the fifth.
                answered = Standing::late(due_on, &["answer_overdue"]).tier("reminder");
            }
            Course::Never => {
                answered = Standing::missing(due_on, &["answer_overdue", "answer_long_overdue"]);
                answered.tier = Some(self.tier_of_what_is_open(due_on));
            }
            Course::Withdrawn => {
                let body = json!({"reason": "问题已自行解决。"});
                self.issue(at(first, "10:00"), id, "withdrawal", body);
                answered = Standing::excused();
            }
            Course::PromiseKept | Course::PromiseUnverified | Course::PromiseBroken => {
                let promised_on = later;
                self.answer(at(second, "15:00"), id, Some(promised_on));
                let look_by = self.calendar.after(promised_on, 3);
                let looked = self.calendar.after(promised_on, 1);
                let look = |kept: bool| json!({"kept": kept, "verified_on": looked.to_string()});
                let standing = match raised.course {
                    Course::PromiseKept => {
                        self.issue(at(looked, "10:00"), id, "commitment-verifications", look(true));
                        Standing::fulfilled(look_by)
                    }
                    Course::PromiseBroken => {
                        self.issue(at(looked, "10:00"), id, "commitment-verifications", look(false));
                        Standing::missing(look_by, &["commitment_broken"])
                    }
                    _ => {
                        let tier = Some(self.tier_of_what_is_open(look_by));
                        Standing { tier, ..Standing::missing(look_by, &["commitment_unverified"]) }
                    }
                };
                self.planted.owes(key("O-17", "", id, "1"), standing);
            }
            Course::WithWord | Course::Silent => {
                let body = json!({"level": "L2", "reason": "需镇级协调。"});
                self.issue(at(first, "10:00"), id, "escalations", body);
                // A first word is due on the next working day.
                if raised.course == Course::WithWord {
                    let when = at(second, "10:00");
                    let body = json!({"text": "已转有关单位。", "channel": "phone", "told_at": when,
                        "next_word_on": later.to_string()});
                    self.issue(when, id, "interim-replies", body);
                    self.planted.owes(key("O-8", "", id, &second.to_string()), Standing::fulfilled(second));
                    // The next one was promised, and the return came before it.
                    self.planted.owes(key("O-8", "", id, &later.to_string()), Standing::excused());
                } else {
                    let silent = Standing::missing(second, &["echo_silent"]).whenever();
                    self.planted.owes(key("O-8", "", id, &second.to_string()), silent);
                    // After a silent date the next one is fifteen working days on.
                    let next = self.calendar.after(second, 15).to_string();
                    self.planted.owes(key("O-8", "", id, &next), Standing::excused());
                }
                let back = if raised.course == Course::Silent { due_on } else { third };
                self.issue(at(back, "10:00"), id, "escalation-returns", json!({"reason": "可由代表直接答复。"}));
                self.answer(at(back, "15:00"), id, None);
                answered = answered.whenever();
            }
            Course::HandedOver | Course::Orphaned => {
                self.plan_departure(raised, due_on);
                answered = answered.whenever();
            }
        }
        self.planted.owes(key("O-6", "", id, ""), left_open);
        self.planted.owes(key("O-7", "", id, "1"), answered);
    }

    /// The delegate who owes the answer leaves office at the end of the day.
    fn plan_departure(&mut self, raised: &Raised, due_on: NaiveDate) {
        let (id, on) = (raised.id.as_str(), raised.on);
        let grid = self.grids[raised.grid].clone();
        let path = format!("/v1/delegates/{}/departures", raised.responsible);
        let body = json!({"reason_code": "term_end", "on": on.to_string()});
        self.put(at(on, "17:00"), Act::Post { path, body });
        let handed_by = self.calendar.after(on, 3);
        let standing = if raised.course == Course::HandedOver {
            let path = format!("/v1/delegates/{}/handovers", raised.responsible);
            let body = json!({"issue_ids": [id], "to_delegate_id": grid.convener, "reason_code": "term_end",
                "reason": "任期届满。"});
            self.put(at(self.calendar.after(on, 2), "10:00"), Act::Post { path, body });
            Standing::fulfilled(handed_by)
        } else {
            // The clock hands it over with the breach, too late, if it runs while the issue is still open.
            let judged = at(self.calendar.after(handed_by, 1) + Days::new(1), "00:00");
            let in_time = self.runs.range(judged..at(due_on, "15:00")).next().is_some();
            let standing = if in_time { Standing::late } else { Standing::missing };
            standing(handed_by, &["issue_orphaned"]).whenever()
        };
        self.answer(at(due_on, "15:00"), id, None);
        self.planted.owes(key("O-19", "", id, &on.to_string()), standing);
    }

    /// Ways of going wrong are taken in turn; most issues go as they should.
    fn next_course(&mut self, on: NaiveDate) -> Course {
        if self.dice.below(2) == 0 {
            return if self.dice.below(2) == 0 { Course::OnTheSpot } else { Course::InTime };
        }
        self.turn += 1;
        let course = COURSES[self.turn % COURSES.len()];
        // Long matters end before the year does.
        let long = on + Days::new(60) > self.until.date_naive();
        if long { Course::InTime } else { course }
    }
}

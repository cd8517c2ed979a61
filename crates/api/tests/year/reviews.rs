//! The annual review (年度述职评议, C-5.2): reported, voted on, decided and published, by some too late or not at all, and what
//! delegates owe of it in the end (O-20).

use crate::calendar::{at, day};
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// What becomes of the review of a delegate. The first is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Published,
    AfterTheNotice,
    /// On the last day, and written down on the next working day before the reminder goes out.
    OnTheLastDay,
    Late,
    VeryLate,
    /// There is a report, and no result.
    ReportAlone,
    Nothing,
    /// The mandate ends when the year has ended and the result is not due yet.
    Left,
}

const COURSES: [Course; 8] = [
    Course::Published,
    Course::AfterTheNotice,
    Course::OnTheLastDay,
    Course::Late,
    Course::VeryLate,
    Course::ReportAlone,
    Course::Nothing,
    Course::Left,
];

impl Year {
    /// The review of 2026 is opened and frozen; what becomes of it is planned for a few, and nothing for all others.
    pub fn plan_reviews(&mut self) {
        self.post(at(day("2026-12-01"), "09:00"), "/v1/reviews/2026/opening".to_owned(), json!({}));
        self.post(at(day("2027-01-11"), "09:00"), "/v1/reviews/2026/freeze".to_owned(), json!({}));
        // Who holds a mandate on the last day of the year is known then.
        self.then(at(day("2027-01-04"), "08:00"), |year| {
            let due_on = day("2027-03-31");
            for grid in &year.grids {
                for who in grid.party.iter().chain(&grid.deputies).filter(|who| !year.gone.contains(who)) {
                    let never = year.never(due_on, "review_missing");
                    year.planted.owes(key("O-20", "", who, "2026"), never.by(who));
                }
            }
            for (index, course) in COURSES.into_iter().enumerate() {
                let grid = &year.grids[index];
                // Deputies receive, and may leave something open; Party delegates do not.
                let stays = |who: &&String| !year.gone.contains(*who) && !grid.party[..2].contains(*who);
                let who = match course {
                    Course::Left => grid.party.iter().find(stays).unwrap().clone(),
                    _ => grid.deputies[index % 4].clone(),
                };
                year.plan_review(&who, course, due_on);
            }
        });
    }

    fn plan_review(&mut self, who: &str, course: Course, due_on: NaiveDate) {
        let after = |n: usize| at(self.calendar.after(due_on, n), "10:00");
        let (second, sixth) = (after(2), after(6));
        let in_march = at(day("2027-03-10"), "10:00");
        let late = Standing::late(due_on, &["review_missing"]);
        let kept = Standing::fulfilled(due_on);
        let (standing, published) = match course {
            Course::Published => (kept, Some(at(day("2027-02-02"), "10:00"))),
            // The notice in advance goes out on the third of March.
            Course::AfterTheNotice => (kept.tier("advance"), Some(in_march)),
            Course::OnTheLastDay => (kept.tier("advance"), None),
            Course::Late => (late.tier("reminder"), Some(second)),
            Course::VeryLate => (late.tier("supervision"), Some(sixth)),
            Course::ReportAlone => (self.never(due_on, "review_missing").without(&["result"]), None),
            Course::Nothing => (self.never(due_on, "review_missing").without(&["report", "result"]), None),
            Course::Left => (Standing::excused(), None),
        };
        self.planted.owes(key("O-20", "", who, "2026"), standing.by(who));
        if course == Course::Left {
            let body = json!({"reason_code": "term_end", "on": "2027-02-10"});
            self.post(at(day("2027-02-10"), "17:00"), format!("/v1/delegates/{who}/departures"), body);
            return;
        }
        if course == Course::Nothing {
            return;
        }
        let body = json!({"liaison_service": "全年参加接待12次。"});
        self.review(who, "report", at(day("2027-01-08"), "10:00"), body);
        if let Some(published) = published {
            self.publish_result(who, published, published);
        } else if course == Course::OnTheLastDay {
            self.publish_result(who, at(self.calendar.after(due_on, 1), "08:30"), at(due_on, "16:00"));
        }
    }

    fn publish_result(&mut self, who: &str, recorded: DateTime<Utc>, posted_at: DateTime<Utc>) {
        let vote = json!({"by": "voters", "held_on": "2027-01-20", "ballots": {"competent": 12}});
        self.review(who, "appraisals", at(day("2027-01-20"), "16:00"), vote);
        // Ten working days for disputes after the freeze are over.
        self.review(who, "result", at(day("2027-02-01"), "10:00"), json!({"grade": "competent"}));
        self.review(who, "publication", recorded, json!({"posted_at": posted_at}));
    }

    fn review(&mut self, who: &str, call: &str, when: DateTime<Utc>, body: Value) {
        self.post(when, format!("/v1/reviews/2026/delegates/{who}/{call}"), body);
    }
}

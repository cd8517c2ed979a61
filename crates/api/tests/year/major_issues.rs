//! Major issues (网格重大问题, C-4.3a) that are accepted, and come before a meeting of their grid or not: what the convener owes
//! of them quarter by quarter (O-12), and what is owed of the issues behind them.

use crate::calendar::at;
use crate::meetings::{Course as Meeting, Sat};
use crate::periods;
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// What becomes of a major issue in its first quarter. In later ones it comes before no meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// On the agenda of the regular meeting.
    Tabled,
    Deferred,
    Decided,
    NotTabled,
    /// It is tabled in time; that the meeting was held is written down when the breach was found.
    HeldIsRecordedLate,
    /// Only an extraordinary meeting, later in the quarter, hears of it.
    TabledLater,
    /// An extraordinary meeting hears of it before the regular one, which does not.
    TabledBefore,
    /// It is over before the meeting comes.
    Concluded,
    /// It is accepted when the regular meeting is over: nothing is owed in that quarter.
    AcceptedAfter,
    /// There is no regular meeting, and the quarter has all its days.
    NoMeeting,
    /// An extraordinary one is enough.
    WithoutRegular,
}

const COURSES: [Course; 11] = [
    Course::Tabled,
    Course::Deferred,
    Course::Decided,
    Course::NotTabled,
    Course::HeldIsRecordedLate,
    Course::TabledLater,
    Course::TabledBefore,
    Course::Concluded,
    Course::AcceptedAfter,
    Course::NoMeeting,
    Course::WithoutRegular,
];

impl Year {
    /// One of each course, each in a grid and quarter of its own.
    pub fn plan_major_issues(&mut self) {
        let mut free = self.sat.clone();
        for (index, course) in COURSES.into_iter().enumerate() {
            let needed = match course {
                Course::NoMeeting => Meeting::Never,
                Course::WithoutRegular => Meeting::OnlyExtraordinary,
                Course::HeldIsRecordedLate => Meeting::RecordedLate,
                _ => Meeting::Held,
            };
            // Some in each of the first three quarters.
            let quarter = periods::quarters()[index % 3];
            let fits = |sat: &Sat| sat.course == needed && sat.quarter == quarter;
            let sat = free.swap_remove(free.iter().position(fits).unwrap());
            self.raise(sat, course);
        }
    }

    /// It is raised nine working days before the meeting, escalated and accepted on the next day.
    fn raise(&mut self, sat: Sat, course: Course) {
        let meets = sat.held_on;
        let raised_on = match course {
            Course::AcceptedAfter => self.calendar.after(meets, 2),
            _ => self.calendar.before(meets, 9),
        };
        let grid = &self.grids[sat.grid];
        let body = json!({"grid_id": grid.id, "form": "walk_in", "held_at": at(raised_on, "09:00"),
            "delegates": [{"delegate_id": grid.deputies[3]}], "visitors": [{"name": "王小明"}],
            "issues": [{"kind": "demand", "topic": "transport", "subject": "公交站太远", "text": "要走25分钟。"}]});
        self.ask(at(raised_on, "10:00"), "/v1/receptions".to_owned(), body, move |year, answer| {
            let issue = answer["issues"][0]["id"].as_str().unwrap().to_owned();
            let escalated_on = year.calendar.after(raised_on, 1);
            let body = json!({"level": "L2", "reason": "需网格例会研究。"});
            let path = format!("/v1/issues/{issue}/escalations");
            year.ask(at(escalated_on, "10:00"), path, body, move |year, answer| {
                let major = answer["issue"]["major_issue_id"].as_str().unwrap().to_owned();
                year.major(&major, "triage", at(escalated_on, "11:00"), json!({"decision": "accept"}));
                year.plan_issue_behind(&issue, &major, escalated_on, course);
                year.plan_tabling(&major, sat, course);
            });
        });
    }

    /// The visitor wants nothing more of most of them; of one the outcome is told.
    fn plan_issue_behind(&mut self, issue: &str, major: &str, escalated_on: NaiveDate, course: Course) {
        let day = |n: usize| self.calendar.after(escalated_on, n);
        let (next, third, fourth, fifth, promised) = (day(1), day(3), day(4), day(5), day(12));
        let word_by = key("O-8", "", issue, &next.to_string());
        let answer = key("O-7", "", issue, "1");
        if course != Course::Concluded {
            let body = json!({"reason": "不再需要个别答复。"});
            self.post(at(next, "08:30"), format!("/v1/issues/{issue}/withdrawal"), body);
            self.planted.owes(word_by, Standing::excused());
            self.planted.owes(answer, Standing::excused());
            return;
        }
        let when = at(next, "09:30");
        let body = json!({"text": "已转有关单位。", "channel": "phone", "told_at": when, "next_word_on": promised.to_string()});
        self.post(when, format!("/v1/issues/{issue}/interim-replies"), body);
        self.planted.owes(word_by, Standing::fulfilled(next));
        self.planted.owes(key("O-8", "", issue, &promised.to_string()), Standing::excused());
        let decided = json!({"held_on": next.to_string(), "decision": "由交通部门牵头办理。"});
        self.major(major, "deliberations", at(next, "15:00"), decided);
        self.major(major, "assignments", at(next, "16:00"), json!({"lead_office_id": self.offices.transport}));
        self.major(major, "acceptances", at(next, "16:30"), json!({}));
        let report = json!({"outcome": "resolved", "basis": "客运管理条例", "text": "已增设站点。"});
        self.major(major, "reports", at(third, "10:00"), report);
        let confirmed = json!({"confirmed": true, "by_office_id": self.offices.studio});
        self.major(major, "verifications", at(third, "15:00"), confirmed);
        self.major(major, "conclusion", at(fourth, "10:00"), json!({"outcome": "resolved", "text": "已增设站点。"}));
        let when = at(fifth, "15:00");
        let body = json!({"outcome": "resolved", "channel": "oral", "text": "已增设站点。", "delivered_at": when,
            "evidence": {"kind": "visitor_confirmation"}});
        self.post(when, format!("/v1/issues/{issue}/answers"), body);
        self.planted.owes(answer, Standing::fulfilled(fifth).whenever());
    }

    fn plan_tabling(&mut self, major: &str, sat: Sat, course: Course) {
        let meets = sat.held_on;
        let item = json!({"major_issue_id": major});
        // Before the meeting closes.
        let there = at(meets, "15:00");
        let missed = |due_on| Standing::missing(due_on, &["major_issue_not_tabled"]).no_tier();
        let mut owed = Some(Standing::fulfilled(sat.regular_on().unwrap_or(sat.quarter.last)));
        match course {
            Course::Tabled => self.before_meeting(sat.grid, meets, "agenda-items", at(meets, "09:00"), item),
            Course::Deferred => {
                let mut body = item;
                body["reason_code"] = json!("needs_facts");
                body["reason"] = json!("须先勘察。");
                self.before_meeting(sat.grid, meets, "deferrals", there, body);
            }
            Course::Decided => {
                let mut body = item;
                body["decision"] = json!("由交通部门牵头办理。");
                self.before_meeting(sat.grid, meets, "decisions", there, body);
            }
            Course::WithoutRegular => self.before_meeting(sat.grid, meets, "agenda-items", at(meets, "09:00"), item),
            Course::HeldIsRecordedLate => {
                self.before_meeting(sat.grid, meets, "agenda-items", at(meets, "09:00"), item);
                owed = Some(Standing { status: "fulfilled", ..missed(meets) });
            }
            Course::NotTabled => owed = Some(missed(meets)),
            Course::NoMeeting => owed = Some(missed(sat.quarter.last)),
            Course::TabledLater | Course::TabledBefore => {
                let late = course == Course::TabledLater;
                let on = if late { self.calendar.after(meets, 6) } else { self.calendar.before(meets, 2) };
                let convened_on = if late { self.calendar.after(meets, 2) } else { self.calendar.before(meets, 5) };
                self.convene(sat.grid, ("extraordinary", true), (convened_on, on), Some(at(on, "17:00")));
                self.before_meeting(sat.grid, on, "agenda-items", at(on, "09:00"), item);
                if late {
                    owed = Some(Standing::late(meets, &["major_issue_not_tabled"]).no_tier());
                }
            }
            Course::Concluded => owed = Some(Standing::excused()),
            Course::AcceptedAfter => owed = None,
        }
        let of = |quarter: &str| key("O-12", "", major, quarter);
        if let Some(owed) = owed {
            let due_on = owed.due_on.unwrap_or(meets);
            self.planted.owes(of(sat.quarter.name), owed.by(&self.convener_on(sat.grid, due_on)));
        }
        if course == Course::Concluded {
            return;
        }
        // It stays open, and comes before no meeting of the quarters that follow.
        for later in self.sat.iter().filter(|later| later.grid == sat.grid && later.quarter > sat.quarter) {
            let due_on = later.regular_on().unwrap_or(later.quarter.last);
            self.planted.owes(of(later.quarter.name), missed(due_on).by(&self.convener_on(sat.grid, due_on)));
        }
        let (after, under_way) = (periods::quarter_after(), periods::quarter_under_way());
        let convener = self.convener_on(sat.grid, after.last);
        self.planted.owes(of(after.name), missed(after.last).by(&convener));
        self.planted.owes(of(under_way.name), Standing::not_yet_due(under_way.last).by(&convener));
    }

    /// Something of a meeting that is convened by then.
    fn before_meeting(
        &mut self,
        grid: usize,
        held_on: NaiveDate,
        call: &'static str,
        when: DateTime<Utc>,
        body: Value,
    ) {
        self.then(when, move |year| {
            let meeting = year.convened[&(grid, held_on)].clone();
            year.meeting(&meeting, call, when, body);
        });
    }

    fn major(&mut self, id: &str, call: &str, when: DateTime<Utc>, body: Value) {
        self.post(when, format!("/v1/major-issues/{id}/{call}"), body);
    }
}

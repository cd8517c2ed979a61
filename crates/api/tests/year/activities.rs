//! Theme activities (季度主题活动, C-4.2): whether a quarter has one, with its evidence and its report to both offices, and what is
//! owed of that in the end (O-10).

use crate::calendar::{at, day};
use crate::dice::Dice;
use crate::periods::{self, Period};
use crate::planted::{Standing, TOWN, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// When files that show it are kept. The first is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    AtOnce,
    /// The picture follows on the last day, which is written down on the next.
    OnTheLastDay,
    Late,
    VeryLate,
    WithoutPicture,
    Never,
}

const EVIDENCE: [Evidence; 6] = [
    Evidence::AtOnce,
    Evidence::OnTheLastDay,
    Evidence::Late,
    Evidence::VeryLate,
    Evidence::WithoutPicture,
    Evidence::Never,
];

/// When it is reported to the second office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reports {
    InTime,
    OnTheLastDay,
    Late,
    VeryLate,
    OneOffice,
    Never,
}

const REPORTS: [Reports; 6] =
    [Reports::InTime, Reports::OnTheLastDay, Reports::Late, Reports::VeryLate, Reports::OneOffice, Reports::Never];

/// An activity as it is planned.
#[derive(Clone, Debug)]
struct Theme {
    grids: Vec<usize>,
    held_on: NaiveDate,
    recorded: DateTime<Utc>,
    evidence: Evidence,
    reports: Reports,
}

impl Year {
    /// Every quarter in every grid: held in time by most, by some together; after the notice in advance, on the last day,
    /// written down too late, and by one not at all.
    pub fn plan_activities(&mut self, dice: &mut Dice) {
        let mut turn = 0;
        for quarter in periods::quarters() {
            let mut grids: Vec<usize> = (0..self.grids.len()).collect();
            dice.shuffle(&mut grids);
            let announced = self.announced_on(quarter.last);
            let mut one = |year: &mut Self, grids: &[usize], held_on: NaiveDate| {
                turn += 1;
                // Most things are as they should be; in the end every way of going wrong was there.
                let evidence: usize = if turn % 2 == 0 { 0 } else { turn / 2 };
                let reports: usize = if turn / 2 % 2 == 0 { 0 } else { turn / 3 };
                let theme = Theme {
                    grids: grids.to_vec(),
                    held_on,
                    recorded: at(held_on, "17:00"),
                    evidence: EVIDENCE[evidence % EVIDENCE.len()],
                    reports: REPORTS[reports % REPORTS.len()],
                };
                year.hold(theme, quarter);
            };
            let ordinary = |year: &Self, dice: &mut Dice| {
                let from = quarter.first.max(day("2026-01-12"));
                year.any_day_of(dice, from, year.calendar.before(announced, 1))
            };
            for grid in &grids[..7] {
                let held_on = ordinary(self, dice);
                one(self, &[*grid], held_on);
            }
            let held_on = ordinary(self, dice);
            one(self, &grids[7..10], held_on);
            let held_on = self.calendar.after(announced, 4);
            one(self, &grids[10..11], held_on);
            let (next, third) = (self.calendar.after(quarter.last, 1), self.calendar.after(quarter.last, 3));
            for (grid, recorded) in [(grids[11], at(next, "10:00")), (grids[12], at(third, "10:00"))] {
                let (evidence, reports) = (Evidence::AtOnce, Reports::InTime);
                let theme = Theme { grids: vec![grid], held_on: quarter.last, recorded, evidence, reports };
                self.hold(theme, quarter);
            }
            let announced = Some(Some("advance"));
            let owed = |grid: &str| key("O-10", "held", grid, quarter.name);
            let kept = Standing::fulfilled(quarter.last);
            let lacking = Standing::missing(quarter.last, &["activity_missing"]);
            let late = Standing::late(quarter.last, &["activity_missing"]);
            let told = |standing: &Standing| Standing { tier: announced, ..standing.clone() };
            // In one quarter the day of the last is a slip, which is put right when the breach was found.
            let corrected = quarter.name == "2026-Q1";
            if corrected {
                self.hold_by_a_slip(grids[13], quarter.last);
            }
            let overtaken = Standing { status: "fulfilled", ..lacking.clone() };
            let fourth = if corrected { &overtaken } else { &lacking };
            let last = [told(&kept), told(&kept), told(&late), told(fourth)];
            let standings = std::iter::repeat_n(kept, 10).chain(last);
            for (grid, standing) in grids.iter().zip(standings) {
                let grid = &self.grids[*grid].id;
                self.planted.owes(owed(grid), standing.by(grid));
            }
        }
        for grid in self.grids.clone() {
            let quarter = periods::quarter_after();
            let lacking = Standing::missing(quarter.last, &["activity_missing"]).tier("advance");
            self.planted.owes(key("O-10", "held", &grid.id, quarter.name), lacking);
            let quarter = periods::quarter_under_way();
            self.planted.owes(key("O-10", "held", &grid.id, quarter.name), Standing::not_yet_due(quarter.last));
        }
    }

    /// An activity that is said to be of the day after the quarter until that is corrected.
    fn hold_by_a_slip(&mut self, grid: usize, held_on: NaiveDate) {
        let said_on = self.calendar.after(held_on, 1);
        let recorded = at(said_on, "17:00");
        let body = json!({"kind": "theme_activity", "grid_ids": [self.grids[grid].id], "held_at": at(said_on, "14:00"),
            "mode": "distributed", "delegates": [{"delegate_id": self.grids[grid].deputies[0]}],
            "attendance": {"resident": 12}, "title": "文明养犬", "file_ids": [self.files.paper, self.files.picture]});
        self.begins(recorded, "activity", body, move |year, id| {
            let corrected = at(year.calendar.after(said_on, 2), "10:00");
            year.correct_day(("activities", id, 1), corrected, at(held_on, "14:00"));
            let (evidence, reports) = (Evidence::AtOnce, Reports::InTime);
            let theme = Theme { grids: vec![grid], held_on, recorded, evidence, reports };
            year.plan_evidence(id, &theme);
            year.plan_reports(id, &theme);
        });
    }

    fn hold(&mut self, theme: Theme, quarter: Period) {
        let ids: Vec<String> = theme.grids.iter().map(|grid| self.grids[*grid].id.clone()).collect();
        let files = match theme.evidence {
            Evidence::AtOnce => json!([self.files.paper, self.files.picture]),
            Evidence::Never => json!([]),
            _ => json!([self.files.paper]),
        };
        let delegate = &self.grids[theme.grids[0]].deputies[0];
        let mode = if ids.len() > 1 { "centralised" } else { "distributed" };
        let body = json!({"kind": "theme_activity", "grid_ids": ids, "held_at": at(theme.held_on, "14:00"), "mode": mode,
            "delegates": [{"delegate_id": delegate}], "attendance": {"resident": 12}, "title": "文明养犬", "file_ids": files});
        self.begins(theme.recorded, "activity", body, move |year, id| {
            year.plan_evidence(id, &theme);
            year.plan_reports(id, &theme);
            year.plan_case(id, theme.grids[0], theme.held_on, quarter);
        });
    }

    /// The policy's five working days for evidence and reports.
    fn report_by(&self, theme: &Theme) -> NaiveDate {
        self.calendar.after(theme.held_on, 5)
    }

    fn plan_evidence(&mut self, id: &str, theme: &Theme) {
        let due_on = self.report_by(theme);
        let after = |n: usize| self.calendar.after(due_on, n);
        let (next, second, sixth) = (after(1), after(2), after(6));
        let late = Standing::late(due_on, &["evidence_missing"]);
        let standing = match theme.evidence {
            Evidence::AtOnce => Standing::fulfilled(due_on),
            Evidence::OnTheLastDay => {
                self.attach(id, at(next, "08:30"), at(due_on, "16:00"));
                Standing::fulfilled(due_on)
            }
            Evidence::Late => {
                self.attach(id, at(second, "10:00"), at(second, "10:00"));
                late.tier("reminder")
            }
            Evidence::VeryLate => {
                self.attach(id, at(sixth, "10:00"), at(sixth, "10:00"));
                late.tier("supervision")
            }
            Evidence::WithoutPicture | Evidence::Never => self.never(due_on, "evidence_missing"),
        };
        let who = match theme.grids[..] {
            [one] => self.grids[one].id.as_str(),
            _ => TOWN,
        };
        self.planted.owes(key("O-10", "evidence", id, ""), standing.by(who));
    }

    fn plan_reports(&mut self, id: &str, theme: &Theme) {
        let due_on = self.report_by(theme);
        let after = |n: usize| self.calendar.after(due_on, n);
        let (next, second, sixth) = (after(1), after(2), after(6));
        let studio = self.offices.studio.clone();
        let congress = self.offices.congress.clone();
        if theme.reports != Reports::Never {
            let first = at(self.calendar.before(due_on, 1), "10:00");
            self.report(id, &studio, first, first);
        }
        let late = Standing::late(due_on, &["report_missing"]);
        let standing = match theme.reports {
            Reports::InTime => {
                self.report(id, &congress, at(due_on, "10:00"), at(due_on, "10:00"));
                Standing::fulfilled(due_on)
            }
            Reports::OnTheLastDay => {
                self.report(id, &congress, at(next, "08:30"), at(due_on, "16:00"));
                Standing::fulfilled(due_on)
            }
            Reports::Late => {
                self.report(id, &congress, at(second, "10:00"), at(second, "10:00"));
                late.tier("reminder")
            }
            Reports::VeryLate => {
                self.report(id, &congress, at(sixth, "10:00"), at(sixth, "10:00"));
                late.tier("supervision")
            }
            Reports::OneOffice => self.never(due_on, "report_missing").without(&["congress_office"]),
            Reports::Never => self.never(due_on, "report_missing").without(&["congress_office", "party_studio"]),
        };
        self.planted.owes(key("O-10", "reports", id, ""), standing.by(TOWN));
    }

    fn attach(&mut self, id: &str, recorded: DateTime<Utc>, when: DateTime<Utc>) {
        let body = json!({"file_ids": [self.files.paper, self.files.picture], "occurred_at": when});
        self.activity(id, "evidence", recorded, body);
    }

    fn report(&mut self, id: &str, office: &str, recorded: DateTime<Utc>, when: DateTime<Utc>) {
        self.activity(id, "submissions", recorded, json!({"office_id": office, "occurred_at": when}));
    }

    fn activity(&mut self, id: &str, call: &str, recorded: DateTime<Utc>, body: Value) {
        self.post(recorded, format!("/v1/activities/{id}/{call}"), body);
    }
}

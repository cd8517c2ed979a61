//! Studies and inspections (调查研究、巡查监督, C-3.5): filed with both offices, with one or with none, and what is owed of them
//! in the end (O-14, O-15).

use crate::calendar::at;
use crate::dice::Dice;
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// What becomes of a study. The first is as it should be.
#[derive(Clone, Copy, Debug)]
enum Study {
    Filed,
    /// With the second office on the last day, which is written down on the next.
    FiledOnTheLastDay,
    FiledLate,
    /// After the supervision notice.
    FiledVeryLate,
    WithOneOffice,
    NeverFiled,
    /// Then nothing is owed.
    NeverFinished,
}

const STUDIES: [Study; 7] = [
    Study::Filed,
    Study::FiledOnTheLastDay,
    Study::FiledLate,
    Study::FiledVeryLate,
    Study::WithOneOffice,
    Study::NeverFiled,
    Study::NeverFinished,
];

/// What becomes of an inspection.
#[derive(Clone, Copy, Debug)]
enum Inspection {
    Reported,
    ReportedOnTheLastDay,
    ReportedLate,
    NeverReported,
    /// It is written down when its report is overdue.
    RecordedLate,
}

const INSPECTIONS: [Inspection; 5] = [
    Inspection::Reported,
    Inspection::ReportedOnTheLastDay,
    Inspection::ReportedLate,
    Inspection::NeverReported,
    Inspection::RecordedLate,
];

impl Year {
    /// One study and one inspection of each course, of a grid or of the whole town.
    pub fn plan_studies(&mut self, dice: &mut Dice) {
        for (index, course) in STUDIES.into_iter().enumerate() {
            let on = self.any_day(dice, "2026-01-12", "2026-10-16");
            let finished_on = self.any_day(dice, "2026-01-26", "2026-11-20").max(self.calendar.after(on, 5));
            let body = self.study_body(dice, "study", at(on, "09:00"), index % 3 == 0);
            let lead = body["lead_delegate_id"].as_str().unwrap().to_owned();
            self.begins(at(on, "09:30"), "study", body, move |year, id| {
                year.plan_study((id, &lead), course, finished_on);
            });
        }
        for (index, course) in INSPECTIONS.into_iter().enumerate() {
            let on = self.any_day(dice, "2026-01-12", "2026-11-20");
            let body = self.study_body(dice, "inspection", at(on, "09:00"), index % 3 == 0);
            let lead = body["lead_delegate_id"].as_str().unwrap().to_owned();
            let recorded = match course {
                Inspection::RecordedLate => at(self.calendar.after(on, 7), "09:30"),
                _ => at(on, "16:00"),
            };
            self.begins(recorded, "study", body, move |year, id| year.plan_inspection((id, &lead), course, on));
        }
    }

    fn study_body(&self, dice: &mut Dice, kind: &str, held_at: DateTime<Utc>, of_the_town: bool) -> Value {
        let grid = self.any_grid(dice);
        let mut body = json!({"kind": kind, "topics": ["housing"], "lead_delegate_id": grid.deputies[1],
            "held_at": held_at, "title": "老旧小区楼道照明"});
        if !of_the_town {
            body["grid_id"] = json!(grid.id);
        }
        body
    }

    fn plan_study(&mut self, (id, lead): (&str, &str), course: Study, finished_on: NaiveDate) {
        if matches!(course, Study::NeverFinished) {
            return;
        }
        let body = json!({"file_ids": [self.files.paper]});
        self.post(at(finished_on, "10:00"), format!("/v1/studies/{id}/completion"), body);
        // The policy's ten working days for filing.
        let due_on = self.calendar.after(finished_on, 10);
        let after = |n: usize| self.calendar.after(due_on, n);
        let (next, third, sixth) = (after(1), after(3), after(6));
        let studio = self.offices.studio.clone();
        let congress = self.offices.congress.clone();
        if !matches!(course, Study::NeverFiled) {
            let first = at(self.calendar.after(finished_on, 3), "10:00");
            self.file(id, &studio, first, first);
        }
        let late = Standing::late(due_on, &["study_not_filed"]);
        let standing = match course {
            Study::Filed => {
                self.file(id, &congress, at(due_on, "15:00"), at(due_on, "15:00"));
                Standing::fulfilled(due_on)
            }
            Study::FiledOnTheLastDay => {
                self.file(id, &congress, at(next, "08:30"), at(due_on, "17:00"));
                Standing::fulfilled(due_on)
            }
            Study::FiledLate => {
                self.file(id, &congress, at(third, "10:00"), at(third, "10:00"));
                late.tier("reminder")
            }
            Study::FiledVeryLate => {
                self.file(id, &congress, at(sixth, "10:00"), at(sixth, "10:00"));
                late.tier("supervision")
            }
            Study::WithOneOffice => self.never(due_on, "study_not_filed").without(&["congress_office"]),
            Study::NeverFiled | Study::NeverFinished => {
                self.never(due_on, "study_not_filed").without(&["congress_office", "party_studio"])
            }
        };
        self.planted.owes(key("O-14", "", id, ""), standing.by(lead));
    }

    fn plan_inspection(&mut self, (id, lead): (&str, &str), course: Inspection, on: NaiveDate) {
        // The policy's five working days for the report, to one of both offices.
        let due_on = self.calendar.after(on, 5);
        let after = |n: usize| self.calendar.after(due_on, n);
        let (next, second) = (after(1), after(2));
        let studio = self.offices.studio.clone();
        let congress = self.offices.congress.clone();
        let late = Standing::late(due_on, &["inspection_report_late"]).tier("reminder");
        let standing = match course {
            Inspection::Reported => {
                self.file(id, &congress, at(due_on, "10:00"), at(due_on, "10:00"));
                Standing::fulfilled(due_on)
            }
            Inspection::ReportedOnTheLastDay => {
                self.file(id, &studio, at(next, "08:30"), at(due_on, "16:00"));
                Standing::fulfilled(due_on)
            }
            Inspection::ReportedLate => {
                self.file(id, &studio, at(second, "10:00"), at(second, "10:00"));
                late
            }
            Inspection::NeverReported => self.never(due_on, "inspection_report_late"),
            Inspection::RecordedLate => {
                // Two working days after the due date it is recorded; reminders are counted from then.
                let when = at(self.calendar.after(on, 9), "10:00");
                self.file(id, &congress, when, when);
                late
            }
        };
        self.planted.owes(key("O-15", "inspection", id, ""), standing.by(lead));
    }

    fn file(&mut self, id: &str, office: &str, recorded: DateTime<Utc>, when: DateTime<Utc>) {
        let body = json!({"office_id": office, "occurred_at": when});
        self.post(recorded, format!("/v1/studies/{id}/submissions"), body);
    }
}

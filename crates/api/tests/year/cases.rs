//! Typical cases (典型案例, C-5.3): submitted in the quarter or not. O-21 is told for the sake of information: it stands as
//! fulfilled, late or missing, the clock finds no breach of it, and no sum counts it.

use crate::calendar::at;
use crate::periods::{self, Period};
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

impl Year {
    /// Nobody submits anything, but for those who do.
    pub fn plan_no_cases(&mut self) {
        let before = periods::quarters().into_iter().chain([periods::quarter_after()]);
        let over: Vec<Period> = before.collect();
        for grid in self.grids.clone() {
            for quarter in &over {
                let never = Standing::missing(quarter.last, &[]).no_tier();
                self.planted.owes(key("O-21", "", &grid.id, quarter.name), never.by(&grid.id));
            }
            let quarter = periods::quarter_under_way();
            self.planted.owes(key("O-21", "", &grid.id, quarter.name), Standing::not_yet_due(quarter.last));
        }
    }

    /// What came of some activities is made a case of.
    pub fn plan_case(&mut self, activity: &str, grid: usize, held_on: NaiveDate, quarter: Period) {
        let grid = self.grids[grid].id.clone();
        let last = quarter.last;
        let nth = self.cases.entry(quarter.name).or_default();
        *nth += 1;
        let nth = *nth;
        let when = match nth {
            1 => (at(self.calendar.after(held_on, 3), "15:00"), at(self.calendar.after(held_on, 3), "15:00")),
            // On the last day, and written down on the next working day, or too late.
            2 => (at(self.calendar.after(last, 1), "15:00"), at(last, "16:00")),
            3 => (at(self.calendar.after(last, 3), "15:00"), at(last, "16:00")),
            _ => return,
        };
        let standing = if nth == 3 { Standing::late(last, &[]).no_tier() } else { Standing::fulfilled(last) };
        self.planted.owes(key("O-21", "", &grid, quarter.name), standing.by(&grid));
        let body = json!({"grid_id": grid, "title": "三天修好一盏灯", "text": "居民反映，代表联系物业。",
            "sources": {"activity_ids": [activity]}});
        let nominated = at(self.calendar.after(held_on, 1), "09:00");
        self.begins(nominated, "typical-case", body, move |year, id| year.submit_case(id, nominated, when));
    }

    fn submit_case(&mut self, id: &str, nominated: DateTime<Utc>, (recorded, when): (DateTime<Utc>, DateTime<Utc>)) {
        let cleared = nominated + chrono::Duration::hours(1);
        self.case(id, "deidentification", cleared, json!({"text": "有居民反映，代表联系物业。"}));
        let office = self.offices.studio.clone();
        self.case(id, "submissions", recorded, json!({"office_id": office, "occurred_at": when}));
    }

    fn case(&mut self, id: &str, call: &str, when: DateTime<Utc>, body: Value) {
        self.post(when, format!("/v1/typical-cases/{id}/{call}"), body);
    }
}

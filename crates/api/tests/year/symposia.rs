//! Symposia (代表群众座谈会, C-4.3b): whether a half-year has one with every class of people, and what is owed of that in the end
//! (O-13).

use crate::calendar::{at, day};
use crate::dice::Dice;
use crate::periods::{self, Period};
use crate::planted::{Standing, key};
use crate::year::Year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

impl Year {
    /// Every half-year in every grid: whole and in time in most, in some together; without a class of people, made good or not;
    /// after the notice in advance, on the last day, written down too late, and in one not at all.
    pub fn plan_symposia(&mut self, dice: &mut Dice) {
        for half in periods::half_years() {
            let mut grids: Vec<usize> = (0..self.grids.len()).collect();
            dice.shuffle(&mut grids);
            let announced = self.announced_on(half.last);
            let last = half.last;
            let (next, third) = (self.calendar.after(last, 1), self.calendar.after(last, 3));
            let from = half.first.max(day("2026-01-12"));
            let ordinary = self.any_day_of(dice, from, self.calendar.before(announced, 6));
            let again = self.calendar.after(ordinary, 4);
            let on_the_day = |on: NaiveDate| at(on, "17:00");
            let kept = Standing::fulfilled(last);
            let told = kept.clone().tier("advance");
            let without = Standing::missing(last, &["class_missing"]).tier("advance").without(&["mass_organisation"]);
            let too_late = |what| Standing::late(last, &[what]).tier("advance");
            for grid in &grids[..4] {
                let on = self.any_day_of(dice, from, self.calendar.before(announced, 1));
                self.symposium(&[*grid], on, on_the_day(on), true);
                self.owed_of_half(*grid, half, kept.clone());
            }
            self.symposium(&grids[4..7], ordinary, on_the_day(ordinary), true);
            for grid in &grids[4..7] {
                self.owed_of_half(*grid, half, kept.clone());
            }
            let [lacking, made_good, made_good_late, after, on_the_last_day, recorded_late, nothing] =
                grids[7..14].try_into().unwrap();
            self.symposium(&[lacking], ordinary, on_the_day(ordinary), false);
            self.owed_of_half(lacking, half, without);
            self.symposium(&[made_good], ordinary, on_the_day(ordinary), false);
            self.symposium(&[made_good], again, on_the_day(again), true);
            self.owed_of_half(made_good, half, kept);
            self.symposium(&[made_good_late], ordinary, on_the_day(ordinary), false);
            self.symposium(&[made_good_late], last, at(third, "10:00"), true);
            self.owed_of_half(made_good_late, half, too_late("class_missing"));
            let on = self.calendar.after(announced, 3);
            self.symposium(&[after], on, on_the_day(on), true);
            self.owed_of_half(after, half, told.clone());
            self.symposium(&[on_the_last_day], last, at(next, "10:00"), true);
            self.owed_of_half(on_the_last_day, half, told);
            self.symposium(&[recorded_late], last, at(third, "10:00"), true);
            self.owed_of_half(recorded_late, half, too_late("symposium_missing"));
            self.owed_of_half(nothing, half, Standing::missing(last, &["symposium_missing"]).tier("advance"));
        }
        let half = periods::half_year_under_way();
        for grid in 0..self.grids.len() {
            self.owed_of_half(grid, half, Standing::not_yet_due(half.last));
        }
    }

    fn owed_of_half(&mut self, grid: usize, half: Period, standing: Standing) {
        let grid = &self.grids[grid].id;
        self.planted.owes(key("O-13", "", grid, half.name), standing.by(grid));
    }

    fn symposium(&mut self, grids: &[usize], on: NaiveDate, recorded: DateTime<Utc>, every_class: bool) {
        let ids: Vec<&String> = grids.iter().map(|grid| &self.grids[*grid].id).collect();
        let attendance = if every_class {
            json!({"mass_organisation": 2, "party_member": 5, "resident": 9})
        } else {
            json!({"party_member": 5, "resident": 9})
        };
        let body = json!({"kind": "symposium", "grid_ids": ids, "held_at": at(on, "14:00"), "title": "座谈会",
            "delegates": [{"delegate_id": self.grids[grids[0]].deputies[0]}], "attendance": attendance});
        self.post(recorded, "/v1/activities".to_owned(), body);
    }
}

//! What planning asks again and again: any grid, any day worked, and how what is never done stands in the end.

use crate::calendar::{at, day};
use crate::dice::Dice;
use crate::planted::Standing;
use crate::town::Grid;
use crate::year::Year;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::json;

impl Year {
    pub fn any_grid(&self, dice: &mut Dice) -> Grid {
        let grid = dice.below(self.grids.len() as u64);
        self.grids[usize::try_from(grid).unwrap()].clone()
    }

    /// A day that is worked.
    pub fn any_day(&self, dice: &mut Dice, first: &str, last: &str) -> NaiveDate {
        self.any_day_of(dice, day(first), day(last))
    }

    pub fn any_day_of(&self, dice: &mut Dice, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let worked: Vec<NaiveDate> =
            first.iter_days().take_while(|day| *day <= last).filter(|day| self.calendar.works(*day)).collect();
        worked[usize::try_from(dice.below(worked.len() as u64)).unwrap()]
    }

    /// The day on which a notice in advance of a due date goes out, at nine: the policy's twenty working days before.
    pub fn announced_on(&self, due_on: NaiveDate) -> NaiveDate {
        self.calendar.before(due_on, 20)
    }

    /// What is never done, of what has tiers.
    pub fn never(&self, due_on: NaiveDate, what: &'static str) -> Standing {
        Standing { tier: Some(self.tier_of_what_is_open(due_on)), ..Standing::missing(due_on, &[what]) }
    }

    /// The instant of a fact is corrected, by its version within its thing; somebody approves of that an hour later.
    pub fn correct_day(
        &mut self,
        (things, id, event_version): (&str, &str, u64),
        proposed: DateTime<Utc>,
        to: DateTime<Utc>,
    ) {
        let path = format!("/v1/{things}/{id}/corrections");
        let body =
            json!({"event_version": event_version, "pointer": "/occurred_at", "value": to, "reason": "日期填写有误。"});
        self.post(proposed, path.clone(), body);
        let body = json!({"event_version": event_version, "approved": true});
        self.post(proposed + Duration::hours(1), format!("{path}/decision"), body);
    }

    /// The tier that something open ever since it was due has reached in the end: at nine of the first, fifth and tenth
    /// working day after.
    pub fn tier_of_what_is_open(&self, due_on: NaiveDate) -> Option<&'static str> {
        let reached = |days| at(self.calendar.after(due_on, days), "09:00") <= self.until;
        let tiers = [("circular", 10), ("supervision", 5), ("reminder", 1)];
        tiers.into_iter().find(|(_, days)| reached(*days)).map(|(tier, _)| tier)
    }
}

//! Offices of grids whose holders leave (C-5.1): who follows, in time, too late or nobody, and what is owed of that in the end
//! (O-18).

use crate::calendar::{at, day};
use crate::planted::{Standing, key};
use crate::year::{Act, Year};
use chrono::{Days, NaiveDate};
use serde_json::json;

/// Grid, office, the last day of a term, and after how many working days of vacancy somebody follows.
const TERMS: [(usize, &str, &str, Option<usize>); 4] = [
    (0, "convener", "2026-04-15", Some(6)),
    (1, "liaison", "2026-05-13", Some(13)),
    (4, "convener", "2026-08-12", None),
    (7, "liaison", "2026-09-09", Some(2)),
];

impl Year {
    /// Who owes what the convener of a grid does: the grid itself while there is none.
    pub fn convener_on(&self, grid: usize, on: NaiveDate) -> String {
        let of = &self.grids[grid];
        let ended =
            TERMS.iter().find(|(whose, office, ends, _)| (*whose, *office) == (grid, "convener") && day(ends) < on);
        let Some((.., ends, followed_after)) = ended else { return of.convener.clone() };
        let follows = followed_after.map(|days| self.calendar.after(day(ends) + Days::new(1), days));
        if follows.is_some_and(|from| from <= on) { of.party[1].clone() } else { of.id.clone() }
    }

    /// Terms that end, and who follows: in time, too late, and nobody.
    pub fn plan_offices(&mut self) {
        for (grid, office, ends, followed_after) in TERMS {
            let of = self.grids[grid].clone();
            let ends = day(ends);
            let path = format!("/v1/grids/{}/{office}", of.id);
            let body = json!({"to": ends.to_string(), "reason_code": "resignation"});
            self.put(at(ends, "16:00"), Act::Post { path: format!("{path}/ending"), body });
            let vacant_from = ends + Days::new(1);
            let due_on = self.calendar.after(vacant_from, 10);
            let filled = followed_after.map(|days| self.calendar.after(vacant_from, days));
            let standing = match filled {
                Some(on) if on <= due_on => Standing::fulfilled(due_on),
                Some(_) => Standing::late(due_on, &["office_vacant"]).tier("reminder"),
                None => {
                    let tier = Some(self.tier_of_what_is_open(due_on));
                    Standing { tier, ..Standing::missing(due_on, &["office_vacant"]) }
                }
            };
            self.planted.owes(key("O-18", office, &of.id, &vacant_from.to_string()), standing);
            if let Some(on) = filled {
                let from = on.to_string();
                let body = if office == "convener" {
                    json!({"delegate_id": of.party[1], "from": from})
                } else {
                    json!({"name": "王晓明", "from": from})
                };
                self.put(at(on, "10:00"), Act::Post { path, body });
            }
        }
    }
}

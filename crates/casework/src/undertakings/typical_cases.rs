//! Typical cases (典型案例): nominated, made fit to be read by everybody, submitted, selected, published (C-5.3). The rules are `domain::typical_case`'s.

use crate::read::loaded::Entity;
use chrono::NaiveDate;
use domain::event::Event;
use domain::ids::{AreaId, TypicalCaseId};
use domain::rules::Rules;
use domain::typical_case::{TypicalCase, TypicalCaseEvent};

impl Entity for TypicalCase {
    type Id = TypicalCaseId;

    const FAMILY: &'static str = "typical_case";

    fn event(event: Event) -> Option<TypicalCaseEvent> {
        if let Event::TypicalCase(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &TypicalCaseEvent) -> Vec<NaiveDate> {
        vec![rules.today, rules.town_date(self.nominated.at)]
    }
}

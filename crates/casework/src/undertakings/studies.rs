//! Studies and inspections (调查研究、巡查监督): begun, finished, filed with both offices, used (C-3.5). The rules are `domain::study`'s.

use crate::read::loaded::Entity;
use chrono::NaiveDate;
use domain::event::Event;
use domain::ids::{AreaId, StudyId};
use domain::rules::Rules;
use domain::study::{Study, StudyEvent};

impl Entity for Study {
    type Id = StudyId;

    const FAMILY: &'static str = "study";

    fn event(event: Event) -> Option<StudyEvent> {
        if let Event::Study(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        self.grid_id
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &StudyEvent) -> Vec<NaiveDate> {
        vec![rules.today, rules.town_date(self.begun.at)]
    }
}

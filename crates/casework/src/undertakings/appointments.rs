//! Appointments (应约走访): asked for, agreed, kept or called off (C-3.1). The rules are `domain::appointment`'s.

use crate::read::loaded::Entity;
use chrono::NaiveDate;
use domain::appointment::{Appointment, AppointmentEvent};
use domain::event::Event;
use domain::ids::{AppointmentId, AreaId};
use domain::rules::Rules;

impl Entity for Appointment {
    type Id = AppointmentId;

    const FAMILY: &'static str = "appointment";

    fn event(event: Event) -> Option<AppointmentEvent> {
        if let Event::Appointment(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &AppointmentEvent) -> Vec<NaiveDate> {
        let agreed = self.agreed().map(|agreed| agreed.on);
        [rules.today, rules.town_date(self.requested.at)].into_iter().chain(agreed).collect()
    }
}

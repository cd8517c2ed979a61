//! What is owed of an appointment (O-9): that whoever asked is contacted soon, and that the delegate comes on the day agreed.
//! Whether a fact came in time is asked of the day from which it counts, so that back-dating gains nothing (C-3.1).

use super::state::Appointment;
use crate::calendar::{Calendars, Counted};
use crate::claims::Claim;
use crate::policy::Policy;
use crate::vocabulary::{AppointmentState, CancelledBy};
use chrono::NaiveDate;

impl Appointment {
    /// The day by which whoever asked is to be contacted: so many working days after the request.
    pub fn contact_due(&self, policy: &Policy, calendars: &Calendars) -> Counted {
        let asked_on = policy.town_date(self.requested.at);
        calendars.after(asked_on, policy.appointment.first_contact_working_days)
    }

    /// The contact that counts first, and the day from which it does; agreeing on a day is one.
    pub fn first_contact(&self, policy: &Policy, calendars: &Calendars) -> Option<(NaiveDate, Claim)> {
        let spoken = self.contacts.iter().map(|(_, claim)| *claim);
        let all = spoken.chain(self.agreements.iter().map(|agreed| agreed.claim));
        let counted = all.map(|claim| (claim.counts_on(policy, calendars), claim));
        counted.min_by_key(|(on, claim)| (*on, claim.position))
    }

    /// The day on which the delegate is to come: the one agreed last.
    pub fn visit_due(&self) -> Option<NaiveDate> {
        self.agreed().map(|agreed| agreed.on)
    }

    /// Whether the day agreed is past on a day, and it was neither kept nor called off.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == AppointmentState::Scheduled && self.visit_due().is_some_and(|on| on < today)
    }

    /// The visit and the day from which it counts, in time or not.
    pub fn visited(&self, policy: &Policy, calendars: &Calendars) -> Option<(NaiveDate, Claim)> {
        self.kept.map(|(_, by)| (by.counts_on(policy, calendars), by))
    }

    /// That by which nothing is owed any more, though it was not done by its day: the visitor called it off, and that counts by
    /// that day. What the delegate calls off stays owed.
    pub fn released(&self, due_on: NaiveDate, policy: &Policy, calendars: &Calendars) -> Option<Claim> {
        let (by, claim) = self.cancelled?;
        match by {
            CancelledBy::Visitor => Some(claim).filter(|claim| claim.counts_on(policy, calendars) <= due_on),
            CancelledBy::Delegate => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::appointment::fixture::Given;
    use crate::appointment::{AppointmentCancelled, AppointmentContacted, AppointmentEvent, AppointmentKept};
    use crate::fixtures::day;
    use crate::ids::ReceptionId;
    use crate::issue::fixture::{CALENDARS, POLICY, at};
    use crate::session::fixture::calendars_before_2026;
    use crate::vocabulary::{CancelledBy, WordChannel};

    fn spoken() -> AppointmentEvent {
        AppointmentEvent::Contacted(AppointmentContacted { channel: WordChannel::Phone })
    }

    fn called_off(by: CancelledBy) -> AppointmentEvent {
        AppointmentEvent::Cancelled(AppointmentCancelled { by })
    }

    /// Asked for on Thursday 2026-11-19.
    #[test]
    fn whoever_asked_is_to_be_contacted_on_the_next_working_day() {
        let asked = Given::requested().appointment;
        let due = asked.contact_due(&POLICY, &CALENDARS);
        assert_eq!((due.on, due.provisional), (day("2026-11-20"), false));
        assert!(asked.contact_due(&POLICY, &calendars_before_2026()).provisional);
        // On the eve of the National Day holiday: the first day after it.
        let eve = Given::requested_at("2026-09-30 10:00").appointment;
        assert_eq!(eve.contact_due(&POLICY, &CALENDARS).on, day("2026-10-08"));
    }

    #[test]
    fn the_contact_that_counts_first_is_the_first_however_it_was_recorded() {
        let counted = |given: &Given| {
            let (on, claim) = given.appointment.first_contact(&POLICY, &CALENDARS).unwrap();
            (on.to_string(), claim.version)
        };
        assert!(Given::requested().appointment.first_contact(&POLICY, &CALENDARS).is_none());
        assert_eq!(counted(&Given::scheduled()), ("2026-11-20".to_owned(), 2));
        // Written down after the day was agreed, and in time: it counts from when it was.
        let earlier = Given::scheduled().event(spoken(), at("2026-11-19 16:00"), at("2026-11-20 17:00"));
        assert_eq!(counted(&earlier), ("2026-11-19".to_owned(), 3));
        // Claimed for the first day, and written down four days later: from then.
        let late = Given::requested().event(spoken(), at("2026-11-19 16:00"), at("2026-11-24 09:00"));
        assert_eq!(counted(&late), ("2026-11-24".to_owned(), 2));
    }

    #[test]
    fn the_visit_is_owed_on_the_day_agreed_last_and_counts_by_its_recording() {
        assert_eq!(Given::requested().appointment.visit_due(), None);
        let given = Given::scheduled();
        assert_eq!(given.appointment.visit_due(), Some(day("2026-11-26")));
        let moved = given.clone().and_scheduled("2026-11-24 09:00", "2026-12-01");
        assert_eq!(moved.appointment.visit_due(), Some(day("2026-12-01")));
        let visited = |recorded: &str| {
            let kept = AppointmentEvent::Kept(AppointmentKept { reception_id: ReceptionId::default() });
            let given = given.clone().event(kept, at("2026-11-26 14:00"), at(recorded));
            given.appointment.visited(&POLICY, &CALENDARS).unwrap().0
        };
        assert_eq!(visited("2026-11-27 18:00"), day("2026-11-26"));
        assert_eq!(visited("2026-11-30 09:00"), day("2026-11-30"));
    }

    #[test]
    fn only_the_visitor_releases_and_only_by_the_day() {
        let released = |by, occurred: &str, recorded: &str| {
            let given = Given::scheduled().event(called_off(by), at(occurred), at(recorded));
            given.appointment.released(day("2026-11-26"), &POLICY, &CALENDARS).is_some()
        };
        assert!(released(CancelledBy::Visitor, "2026-11-26 12:00", "2026-11-27 09:00"));
        assert!(!released(CancelledBy::Visitor, "2026-11-26 12:00", "2026-11-30 09:00"));
        assert!(!released(CancelledBy::Visitor, "2026-11-27 09:00", "2026-11-27 09:00"));
        assert!(!released(CancelledBy::Delegate, "2026-11-25 09:00", "2026-11-25 09:00"));
    }

    #[test]
    fn overdue_is_what_was_agreed_and_neither_kept_nor_called_off_by_its_day() {
        let overdue = |given: &Given, today: &str| given.appointment.is_overdue(day(today));
        let agreed = Given::scheduled();
        assert!(!overdue(&agreed, "2026-11-26") && overdue(&agreed, "2026-11-27"));
        for given in [Given::requested(), Given::kept(), Given::cancelled(CancelledBy::Delegate)] {
            assert!(!overdue(&given, "2027-01-01"));
        }
    }
}

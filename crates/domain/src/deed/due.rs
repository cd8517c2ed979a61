//! What is owed of a deed (O-16): that it is done by the day promised. Whether a fact came in time is asked of the day from
//! which it counts, so that back-dating gains nothing (C-3.4).

use super::state::Deed;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::policy::Policy;
use chrono::NaiveDate;

impl Deed {
    /// The completion and the day from which it counts, in time or not.
    pub fn done(&self, policy: &Policy, calendars: &Calendars) -> Option<(NaiveDate, Claim)> {
        self.completed.map(|by| (by.counts_on(policy, calendars), by))
    }

    /// Whether it was completed by the day promised.
    pub fn kept(&self, policy: &Policy, calendars: &Calendars) -> bool {
        self.done(policy, calendars).is_some_and(|(on, _)| on <= self.promised_on)
    }

    /// The giving up by which nothing is owed any more: one that counts by the day promised. Later it excuses nothing.
    pub fn released(&self, policy: &Policy, calendars: &Calendars) -> Option<Claim> {
        self.abandoned.filter(|by| by.counts_on(policy, calendars) <= self.promised_on)
    }

    /// Whether on a day it is past the one promised, and neither done nor given up.
    pub fn is_overdue(&self, on: NaiveDate) -> bool {
        self.completed.is_none() && self.abandoned.is_none() && self.promised_on < on
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::deed::fixture::{Given, completed};
    use crate::deed::{DeedAbandoned, DeedEvent};
    use crate::fixtures::day;
    use crate::issue::fixture::{CALENDARS, POLICY, at};

    /// Promised for Thursday 2026-12-10.
    fn done(occurred: &str, recorded: &str) -> (String, bool) {
        let given = Given::pledged().event(completed(), at(occurred), at(recorded));
        let (on, _) = given.deed.done(&POLICY, &CALENDARS).unwrap();
        (on.to_string(), given.deed.kept(&POLICY, &CALENDARS))
    }

    #[test]
    fn a_deed_is_kept_by_the_day_from_which_its_completion_counts() {
        assert_eq!(done("2026-12-10 23:00", "2026-12-10 23:30"), ("2026-12-10".to_owned(), true));
        // Written down on the next working day it counts from the day that it is claimed for, two days later no more.
        assert_eq!(done("2026-12-10 16:00", "2026-12-11 09:00"), ("2026-12-10".to_owned(), true));
        assert_eq!(done("2026-12-10 16:00", "2026-12-14 09:00"), ("2026-12-14".to_owned(), false));
        assert_eq!(done("2026-12-11 00:00", "2026-12-11 00:00"), ("2026-12-11".to_owned(), false));
        assert!(Given::pledged().deed.done(&POLICY, &CALENDARS).is_none());
        assert!(!Given::pledged().deed.kept(&POLICY, &CALENDARS));
    }

    #[test]
    fn giving_up_releases_by_the_day_promised_and_not_later() {
        let given_up = |occurred: &str, recorded: &str| {
            let event = DeedEvent::Abandoned(DeedAbandoned {});
            let given = Given::pledged().event(event, at(occurred), at(recorded));
            given.deed.released(&POLICY, &CALENDARS).is_some()
        };
        assert!(given_up("2026-12-10 18:00", "2026-12-11 09:00"));
        assert!(!given_up("2026-12-10 18:00", "2026-12-14 09:00"));
        assert!(!given_up("2026-12-11 09:00", "2026-12-11 09:00"));
    }

    #[test]
    fn what_is_neither_done_nor_given_up_is_overdue_after_its_day() {
        let given = Given::pledged();
        assert!(!given.deed.is_overdue(day("2026-12-10")) && given.deed.is_overdue(day("2026-12-11")));
        let ended = [Given::completed(), Given::abandoned()];
        assert!(ended.iter().all(|given| !given.deed.is_overdue(day("2026-12-11"))));
    }
}

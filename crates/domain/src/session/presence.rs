//! Who was there when, as far as it was recorded soon enough to count for the day, and how long the delegates required were
//! there together (C-4.1).

use super::state::{Presence, Session, Slot};
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::DelegateId;
use crate::leave::{Leaves, LeavesOf};
use crate::policy::Policy;
use crate::vocabulary::{DelegateType, SlotState};
use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use std::collections::BTreeSet;

/// The rules of a session's day, and the people who had leave. `policy` is the one in force on that day.
#[derive(Clone, Copy, Debug)]
pub struct DayRules<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The calendars.
    pub calendars: &'a Calendars,
    /// Leaves of those on the rota.
    pub leaves: &'a LeavesOf,
    /// Those on the rota who ever left, at least: whoever left before the day owes no duty on it.
    pub delegates: &'a Delegates,
    /// The town's day on which one asks.
    pub today: NaiveDate,
}

impl DayRules<'_> {
    /// Whether a fact counts on the session's day.
    pub(crate) fn counts(&self, session: &Session, claim: Claim) -> bool {
        claim.counts_on(self.policy, self.calendars) == session.held.on
    }

    /// The first day on which nothing that is recorded counts on the session's day any more.
    pub(crate) fn settled_from(&self, on: NaiveDate) -> NaiveDate {
        let last = self.calendars.after(on, self.policy.clock.claim_working_days).on;
        last.succ_opt().unwrap_or(last)
    }

    /// Whether it was held: opened, and that counts on its day.
    pub fn was_held(&self, session: &Session) -> bool {
        session.opened.is_some_and(|opened| self.counts(session, opened))
    }

    /// Who was there, of those whose coming counts on the day.
    pub fn present<'s>(&self, session: &'s Session) -> impl Iterator<Item = &'s Presence> {
        let rules = *self;
        session.presences.iter().filter(move |presence| rules.counts(session, presence.came))
    }

    /// How many delegates of a kind were there.
    pub fn count(&self, session: &Session, of: DelegateType) -> usize {
        let there = self.present(session).filter(|presence| presence.delegate_type == of);
        there.map(|presence| presence.delegate_id).collect::<BTreeSet<DelegateId>>().len()
    }

    /// The duties that are owed, each with whether it was attended: checked in, and that counts on the day. A substitute has
    /// the slot; whoever is on leave approved before, or left before the day, owes none unless they came all the same, and a
    /// cancelled session has none.
    pub fn owed<'s>(&self, session: &'s Session) -> impl Iterator<Item = (&'s Slot, bool)> {
        let rules = *self;
        let owed = move |slot: &'s Slot| {
            let who = slot.on_duty();
            if rules.attended(session, who, slot.assigned.delegate_type) {
                return Some((slot, true));
            }
            let excuses = |leaves: &Leaves| leaves.excuses(session.held.on, rules.policy, rules.calendars);
            let excused = rules.leaves.get(&who).is_some_and(excuses);
            (!excused && session.left(slot, rules.delegates).is_none()).then_some((slot, false))
        };
        session.slots.iter().filter(|_| session.cancelled.is_none()).filter_map(owed)
    }

    /// How many duties were attended, and how many are owed.
    pub fn duties(&self, session: &Session) -> (usize, usize) {
        let owed: Vec<bool> = self.owed(session).map(|(_, attended)| attended).collect();
        (owed.iter().filter(|attended| **attended).count(), owed.len())
    }

    /// Whether fewer delegates of a kind were there than the policy asks for.
    pub fn missing(&self, session: &Session, of: DelegateType) -> bool {
        let asked = match of {
            DelegateType::Party => self.policy.composition.party,
            DelegateType::Deputy => self.policy.composition.deputy,
        };
        self.count(session, of) < usize::try_from(asked).unwrap_or(usize::MAX)
    }

    /// Whole minutes for which the delegates required were there together, between opening and closing. Who did not check
    /// out stayed to the end; a session that nobody closed on its day ended at its hour.
    pub fn overlap_minutes(&self, session: &Session) -> u32 {
        let (Some(opened), true) = (session.opened, self.was_held(session)) else { return 0 };
        let closed = session.closed.filter(|closed| self.counts(session, *closed)).map(|closed| closed.at);
        let end = closed.unwrap_or_else(|| self.hour(session)).max(opened.at);
        let mut turns: Vec<(DateTime<Utc>, DelegateType, i64)> = Vec::new();
        for presence in self.present(session) {
            let left = presence.left.map_or(end, |left| left.at).clamp(opened.at, end);
            let came = presence.came.at.clamp(opened.at, end);
            turns.push((came, presence.delegate_type, 1));
            turns.push((left, presence.delegate_type, -1));
        }
        turns.sort_unstable();
        let required = (i64::from(self.policy.composition.party), i64::from(self.policy.composition.deputy));
        let (mut party, mut deputy, mut since, mut seconds) = (0, 0, opened.at, 0);
        for (at, of, change) in turns.into_iter().chain([(end, DelegateType::Party, 0)]) {
            if party >= required.0 && deputy >= required.1 {
                seconds += (at - since).num_seconds();
            }
            since = at;
            match of {
                DelegateType::Party => party += change,
                DelegateType::Deputy => deputy += change,
            }
        }
        u32::try_from(seconds / 60).unwrap_or(u32::MAX)
    }

    /// The hour at which the session is to end.
    fn hour(&self, session: &Session) -> DateTime<Utc> {
        let end = session.held.on.and_time(session.held.to.0);
        let zone = self.policy.time_zone();
        zone.from_local_datetime(&end).latest().map_or_else(|| end.and_utc(), |at| at.to_utc())
    }

    /// Whether a delegate came in a capacity.
    pub fn attended(&self, session: &Session, delegate: DelegateId, of: DelegateType) -> bool {
        self.present(session).any(|presence| presence.delegate_id == delegate && presence.delegate_type == of)
    }

    /// What became of a slot.
    pub fn slot_state(&self, session: &Session, slot: &Slot) -> SlotState {
        let on = session.held.on;
        let came = self.attended(session, slot.on_duty(), slot.assigned.delegate_type);
        let cancelled = session.cancelled.is_some();
        let leave = || self.leaves.get(&slot.on_duty());
        match (came, slot.substitutions.is_empty()) {
            (true, true) => SlotState::Attended,
            (true, false) => SlotState::Substituted,
            (false, _) if leave().is_some_and(|leaves| leaves.excuses(on, self.policy, self.calendars)) => {
                SlotState::OnLeave
            }
            (false, _) if self.today > on && !cancelled && session.left(slot, self.delegates).is_none() => {
                SlotState::Absent
            }
            (false, true) => SlotState::Assigned,
            (false, false) => SlotState::Substituted,
        }
    }
}

//! Who of a rota will come: the assignment stays on record, the mandate that it rests on may have ended since (C-1, C-4.1).

use super::state::{Session, Slot};
use crate::claims::Claim;
use crate::delegate::{Delegate, Delegates, Departure};
use crate::policy::Policy;

impl Session {
    /// The departure after which whoever has a duty holds no mandate of that kind on the session's day (C-1). `delegates` are
    /// those who ever left, at least.
    pub fn left<'d>(&self, slot: &Slot, delegates: &'d Delegates) -> Option<&'d Departure> {
        let holder = delegates.get(slot.on_duty())?;
        let before = holder.departures.iter().rfind(|departure| departure.on < self.held.on)?;
        (!holder.holds(slot.assigned.delegate_type, self.held.on)).then_some(before)
    }

    /// Whether somebody will see to a duty (C-1). From the day after a departure on it is nobody's, until a substitute has it;
    /// who checked in came, and what is told only after the session's day changes nothing of whom it was to expect.
    pub fn is_seen_to(&self, slot: &Slot, delegates: &Delegates, policy: &Policy) -> bool {
        let came = || self.presences.iter().any(|presence| presence.delegate_id == slot.on_duty());
        let told_later = |left: &Departure| left.claim.recorded_at >= policy.day_ends(self.held.on);
        self.left(slot, delegates).is_none_or(told_later) || came()
    }

    /// The slots that somebody will see to, in their order.
    pub fn coming<'s>(&'s self, delegates: &'s Delegates, policy: &'s Policy) -> impl Iterator<Item = &'s Slot> {
        self.slots.iter().filter(|slot| self.is_seen_to(slot, delegates, policy))
    }

    /// The departures, told since the publication of the rota, of those who have or had a duty: each may have changed who is
    /// to come. They only become more, whatever happens to the session.
    pub fn departures_since<'s>(&'s self, delegates: &'s Delegates) -> impl Iterator<Item = Claim> + 's {
        let holders = self.slots.iter().flat_map(Slot::holders).filter_map(|who| delegates.get(who));
        let told = holders.flat_map(|who| &who.departures).map(|departure| departure.claim);
        told.filter(|told| self.published.is_some_and(|published| published.position < told.position))
    }

    /// How many mandates those were given again: they may come after all.
    pub fn returns<'s>(&'s self, delegates: &'s Delegates) -> usize {
        let holders = self.slots.iter().flat_map(Slot::holders).filter_map(|who| delegates.get(who));
        let again = |who: &'s Delegate| {
            let after = |from| who.departures.iter().any(|departure| departure.on < from);
            who.mandates.iter().filter(|mandate| after(mandate.from)).count()
        };
        holders.map(again).sum()
    }
}

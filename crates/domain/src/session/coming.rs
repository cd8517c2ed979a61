//! Who of a rota will come: the assignment stays on record, the mandate that it rests on may have ended since (C-1, C-4.1).

use super::state::{Session, Slot};
use crate::claims::Claim;
use crate::delegate::Delegates;

impl Session {
    /// Whether somebody will see to a duty (C-1): of a session that was not opened, whoever has it holds the mandate of that
    /// kind on its day. From the day after a departure on the duty is nobody's, until a substitute has it. Once the session
    /// was opened every duty stands as it was; who came is then what counts.
    pub fn is_seen_to(&self, slot: &Slot, delegates: &Delegates) -> bool {
        let holds = |who| delegates.get(who).is_some_and(|who| who.holds(slot.assigned.delegate_type, self.held.on));
        self.opened.is_some() || holds(slot.on_duty())
    }

    /// The slots that somebody will see to, in their order.
    pub fn coming<'s>(&'s self, delegates: &'s Delegates) -> impl Iterator<Item = &'s Slot> {
        self.slots.iter().filter(|slot| self.is_seen_to(slot, delegates))
    }

    /// The departures of those who have or had a duty on a later day, told between the publication of the rota and the
    /// opening: each changed who was to come.
    pub fn departures_meanwhile<'s>(&'s self, delegates: &'s Delegates) -> impl Iterator<Item = Claim> + 's {
        let holders = self.slots.iter().flat_map(Slot::holders).filter_map(|who| delegates.get(who));
        let departures = holders.flat_map(|who| &who.departures).filter(|departure| departure.on < self.held.on);
        departures.map(|departure| departure.claim).filter(|told| {
            let published = self.published.is_some_and(|published| published.position < told.position);
            published && self.opened.is_none_or(|opened| told.position < opened.position)
        })
    }
}

//! What an account has looked at today, so that it is recorded once.

use crate::personal_data::events::{PersonalDataEvent, Viewed, is_list};
use crate::vocabulary::{PersonalClass, Purpose};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Streams that one event names at most.
pub const SEEN_AT_ONCE_MAX: usize = 1_000;

/// What one account has looked at on one day: some twenty bytes a stream, by purpose and class. What it saw in a list is apart:
/// a list shows what a thing is about, and whoever then reads the whole of it looks at more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sights {
    day: Option<NaiveDate>,
    seen: BTreeMap<(Purpose, PersonalClass), BTreeSet<u64>>,
    listed: BTreeMap<(Purpose, PersonalClass), BTreeSet<u64>>,
}

impl Sights {
    /// Takes a fact of the account into account; with the first of a later day those of the day before are forgotten.
    pub fn apply(&mut self, event: &PersonalDataEvent) {
        let PersonalDataEvent::Viewed(viewed) = event;
        if self.day > Some(viewed.day) {
            return;
        }
        if self.day != Some(viewed.day) {
            self.day = Some(viewed.day);
            self.seen.clear();
            self.listed.clear();
        }
        let seen = if viewed.is_of_a_list() { &mut self.listed } else { &mut self.seen };
        for class in &viewed.classes {
            seen.entry((viewed.purpose, *class)).or_default().extend(&viewed.seen);
        }
    }

    /// Whether a stream was looked at on a day for a purpose: the whole of it, or as much as a list shows.
    pub fn has(&self, day: NaiveDate, action: &str, purpose: Purpose, class: PersonalClass, first: u64) -> bool {
        let among =
            |of: &BTreeMap<_, BTreeSet<u64>>| of.get(&(purpose, class)).is_some_and(|seen| seen.contains(&first));
        self.day == Some(day) && (among(&self.seen) || is_list(action) && among(&self.listed))
    }

    /// How many sights are remembered.
    pub fn len(&self) -> usize {
        self.seen.values().chain(self.listed.values()).map(BTreeSet::len).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}

/// The facts that have to be recorded before a class of these streams (positions of their first leaves) is shown for the
/// first time on a day for a purpose; none where all of them were seen.
pub fn view(
    sights: &Sights,
    day: NaiveDate,
    action: &str,
    purpose: Purpose,
    class: PersonalClass,
    streams: &[u64],
) -> Vec<Viewed> {
    let mut unseen: Vec<u64> =
        streams.iter().copied().filter(|first| !sights.has(day, action, purpose, class, *first)).collect();
    unseen.sort_unstable();
    unseen.dedup();
    let viewed =
        |seen: &[u64]| Viewed { day, action: action.to_owned(), purpose, classes: vec![class], seen: seen.to_vec() };
    unseen.chunks(SEEN_AT_ONCE_MAX).map(viewed).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn narrative(sights: &Sights, on: u32, purpose: Purpose, streams: &[u64]) -> Vec<Vec<u64>> {
        let facts = view(sights, day(on), "issue.read", purpose, PersonalClass::Narrative, streams);
        facts.into_iter().map(|fact| fact.seen).collect()
    }

    fn after(facts: Vec<Viewed>) -> Sights {
        let mut sights = Sights::default();
        facts.into_iter().for_each(|fact| sights.apply(&PersonalDataEvent::Viewed(fact)));
        sights
    }

    #[test]
    fn the_first_sight_of_a_day_is_a_fact_and_later_ones_are_not() {
        let first =
            view(&Sights::default(), day(19), "issue.read", Purpose::Handling, PersonalClass::Narrative, &[9, 7, 9]);
        assert_eq!(first.iter().map(|fact| fact.seen.clone()).collect::<Vec<_>>(), [vec![7, 9]]);
        let sights = after(first);
        assert!(narrative(&sights, 19, Purpose::Handling, &[7, 9]).is_empty());
        assert_eq!(narrative(&sights, 19, Purpose::Handling, &[7, 8, 9]), [vec![8]]);
        assert_eq!((sights.len(), sights.is_empty()), (2, false));
    }

    #[test]
    fn what_was_read_whole_was_seen_in_a_list_and_not_the_other_way_round() {
        let of = |sights: &Sights, action| {
            view(sights, day(19), action, Purpose::Handling, PersonalClass::Narrative, &[7]).len()
        };
        let class = PersonalClass::Narrative;
        let listed = after(view(&Sights::default(), day(19), "issue.list", Purpose::Handling, class, &[7]));
        assert_eq!((of(&listed, "issue.list"), of(&listed, "issue.read")), (0, 1));
        let read = after(view(&Sights::default(), day(19), "issue.read", Purpose::Handling, class, &[7]));
        assert_eq!((of(&read, "issue.list"), of(&read, "issue.read")), (0, 0));
        assert_eq!((listed.len(), read.len()), (1, 1));
    }

    #[test]
    fn another_day_purpose_or_class_is_another_sight() {
        let sights =
            after(view(&Sights::default(), day(19), "issue.read", Purpose::Handling, PersonalClass::Narrative, &[7]));
        assert_eq!(narrative(&sights, 20, Purpose::Handling, &[7]), [vec![7]]);
        assert_eq!(narrative(&sights, 19, Purpose::Supervision, &[7]), [vec![7]]);
        assert!(!sights.has(day(19), "issue.read", Purpose::Handling, PersonalClass::Contact, 7));
    }

    #[test]
    fn a_new_day_forgets_the_one_before_and_an_old_fact_changes_nothing() {
        let of = |on, seen: u64| {
            view(&Sights::default(), day(on), "issue.read", Purpose::Handling, PersonalClass::Narrative, &[seen])
        };
        let mut facts = of(19, 7);
        facts.extend(of(20, 8));
        facts.extend(of(19, 9));
        let sights = after(facts);
        assert!(sights.has(day(20), "issue.read", Purpose::Handling, PersonalClass::Narrative, 8));
        assert_eq!(sights.len(), 1);
    }

    #[test]
    fn more_streams_than_one_event_names_are_several() {
        let streams: Vec<u64> = (1..=1_001).collect();
        let facts = narrative(&Sights::default(), 19, Purpose::Review, &streams);
        assert_eq!(facts.iter().map(Vec::len).collect::<Vec<_>>(), [1_000, 1]);
    }
}

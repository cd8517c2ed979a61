//! Who came to which reception, by a keyed hash of their number and of their name, in memory alone: no file has it, and without
//! the receipt key nobody could try all numbers on it.
//!
//! It is folded from the receptions of the log at the start, and brought up to the head by whoever looks somebody up: what was
//! recorded or corrected a moment ago is found as it now reads. What was erased goes with the next look-up, and is not opened
//! when it is folded again. Some three hundred bytes a visitor.

use crate::read::folded::Folded;
use domain::ids::ReceptionId;
use domain::personal_data::Sought;
use domain::vocabulary::PersonalClass;
use event_store::keys::KeyDirectory;
use event_store::{Position, SubjectId};
use std::collections::BTreeMap;
use tokio::sync::Mutex;
use uuid::Uuid;

/// Who came where.
#[derive(Default)]
pub(crate) struct PersonIndex(pub(super) Mutex<Folded<Index>>);

/// What is known of them.
#[derive(Default)]
pub(super) struct Index {
    /// How often personal data had been erased when it was last looked through for what was.
    pub erasure_epoch: u32,
    /// By what somebody is looked up by.
    visitors: BTreeMap<[u8; 16], Vec<Came>>,
    /// Under what the visitors of a reception stand.
    lookups: BTreeMap<Uuid, Vec<[u8; 16]>>,
}

/// Somebody came to a reception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Came {
    /// Where the reception begins in the log.
    pub first: Position,
    /// The reception.
    pub reception_id: ReceptionId,
    /// Its grid.
    pub grid: Uuid,
    /// Which of its visitors.
    pub visitor: u32,
    /// Whose part they are found by.
    pub subject: SubjectId,
    /// Of which class.
    pub class: PersonalClass,
}

/// What somebody is called or reached by in one box.
pub(super) struct Told {
    /// Which visitor.
    pub visitor: u32,
    /// Whose part it is.
    pub subject: SubjectId,
    /// Of which class.
    pub class: PersonalClass,
    /// What it says.
    pub text: String,
}

impl Index {
    /// What the visitors of a reception are found by, in place of what they were found by before.
    pub fn put(
        &mut self,
        keys: &KeyDirectory,
        (first, reception_id, grid): (Position, ReceptionId, Uuid),
        told: Vec<Told>,
    ) {
        for lookup in self.lookups.remove(&reception_id.0).unwrap_or_default() {
            self.retain(lookup, |came| came.reception_id != reception_id);
        }
        for Told { visitor, subject, class, text } in told {
            let sought = match class {
                PersonalClass::Contact => Sought::of_contact(&text),
                PersonalClass::Identity => Sought::name(&text).into_iter().collect(),
                PersonalClass::Narrative | PersonalClass::File => Vec::new(),
            };
            for one in sought {
                let lookup = keys.person_lookup(class.as_str(), one.key());
                let came = Came { first, reception_id, grid, visitor, subject, class };
                self.visitors.entry(lookup).or_default().push(came);
                self.lookups.entry(reception_id.0).or_default().push(lookup);
            }
        }
    }

    fn retain(&mut self, lookup: [u8; 16], keeps: impl Fn(&Came) -> bool) {
        let Some(here) = self.visitors.get_mut(&lookup) else { return };
        here.retain(keeps);
        if here.is_empty() {
            self.visitors.remove(&lookup);
        }
    }

    /// Forgets what was erased.
    pub fn forget(&mut self, is_erased: impl Fn(&Came) -> bool) {
        self.visitors.retain(|_, here| {
            here.retain(|came| !is_erased(came));
            !here.is_empty()
        });
        let visitors = &self.visitors;
        self.lookups.retain(|_, lookups| {
            lookups.retain(|lookup| visitors.contains_key(lookup));
            !lookups.is_empty()
        });
    }

    /// Where somebody came, the newest first.
    pub fn find(&self, lookup: [u8; 16]) -> Vec<Came> {
        let mut found = self.visitors.get(&lookup).cloned().unwrap_or_default();
        found.sort_unstable_by_key(|came| (std::cmp::Reverse(came.first), came.visitor));
        found.dedup_by_key(|came| (came.first, came.visitor));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> KeyDirectory {
        KeyDirectory::ephemeral(Uuid::from_u128(7), "example.org/log")
    }

    fn told(visitor: u32, class: PersonalClass, text: &str) -> Told {
        Told { visitor, subject: SubjectId::random(), class, text: text.to_owned() }
    }

    fn reception(n: u128) -> (Position, ReceptionId, Uuid) {
        (Position(u64::try_from(n).unwrap_or_default()), ReceptionId(Uuid::from_u128(n)), Uuid::nil())
    }

    fn found(index: &Index, keys: &KeyDirectory, phone: &str) -> Vec<(u64, u32)> {
        let digits = Sought::phone(phone).map(|sought| sought.key().to_owned()).unwrap_or_default();
        index.find(keys.person_lookup("contact", &digits)).iter().map(|came| (came.first.0, came.visitor)).collect()
    }

    #[test]
    fn who_is_put_again_is_found_by_what_they_are_reached_by_now() {
        let (keys, mut index) = (keys(), Index::default());
        let phone = |visitor, text| told(visitor, PersonalClass::Contact, text);
        index.put(&keys, reception(3), vec![phone(0, "13800138000"), phone(1, "13800138000 59561234")]);
        index.put(&keys, reception(5), vec![phone(0, "+86 13800138000")]);
        assert_eq!(found(&index, &keys, "13800138000"), [(5, 0), (3, 0), (3, 1)], "the newest first, each once");
        index.put(&keys, reception(3), vec![phone(0, "13900139000"), phone(1, "59561234")]);
        assert_eq!(found(&index, &keys, "13800138000"), [(5, 0)]);
        assert_eq!(
            (found(&index, &keys, "13900139000"), found(&index, &keys, "59561234")),
            (vec![(3, 0)], vec![(3, 1)])
        );
    }

    #[test]
    fn what_was_erased_leaves_nothing() {
        let (keys, mut index) = (keys(), Index::default());
        let (contact, name) =
            (told(0, PersonalClass::Contact, "13800138000"), told(0, PersonalClass::Identity, "王小明"));
        let other = told(1, PersonalClass::Contact, "13800138000");
        let erased = contact.subject;
        index.put(&keys, reception(3), vec![contact, name, other]);
        index.forget(|came| came.subject == erased);
        assert_eq!(found(&index, &keys, "13800138000"), [(3, 1)]);
        assert_eq!((index.visitors.len(), index.lookups.len()), (2, 1));
        index.forget(|_| true);
        assert_eq!((index.visitors.len(), index.lookups.len()), (0, 0));
    }
}

//! Which sessions, issues and other things the clock over obligations is to look at.

use chrono::{DateTime, Utc};
use domain::clock::Subject;
use std::collections::{BTreeSet, HashMap};

/// What the clock is to look at: what changed since it ran last, and what it foresaw for a later instant. So a day costs
/// what happened on it, and not what ever was.
#[derive(Debug, Default)]
pub(super) struct Watch {
    changed: BTreeSet<Subject>,
    foreseen: BTreeSet<(DateTime<Utc>, Subject)>,
    waits: HashMap<Subject, DateTime<Utc>>,
}

impl Watch {
    /// Something of it changed.
    pub fn changed(&mut self, subject: Subject) {
        self.changed.insert(subject);
    }

    /// What something may have happened of until an instant.
    pub fn due(&self, until: DateTime<Utc>) -> BTreeSet<Subject> {
        let foreseen = self.foreseen.iter().take_while(|(at, _)| *at <= until);
        foreseen.map(|(_, subject)| *subject).chain(self.changed.iter().copied()).collect()
    }

    /// It was looked at, and something happens of it next.
    pub fn looked(&mut self, subject: Subject, next: Option<DateTime<Utc>>) {
        self.changed.remove(&subject);
        if let Some(at) = self.waits.remove(&subject) {
            self.foreseen.remove(&(at, subject));
        }
        if let Some(at) = next {
            self.waits.insert(subject, at);
            self.foreseen.insert((at, subject));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::ids::AreaId;
    use uuid::Uuid;

    #[test]
    fn the_clock_looks_at_what_changed_and_at_what_it_foresaw() {
        let (one, other) = (Subject::Grid(AreaId(Uuid::from_u128(1))), Subject::Grid(AreaId(Uuid::from_u128(2))));
        let at = |s| DateTime::<Utc>::from_timestamp(s, 0).unwrap();
        let mut watch = Watch::default();
        watch.changed(one);
        watch.changed(other);
        assert_eq!(watch.due(at(0)), BTreeSet::from([one, other]));
        watch.looked(one, Some(at(50)));
        watch.looked(other, None);
        assert_eq!((watch.due(at(49)), watch.due(at(50))), (BTreeSet::new(), BTreeSet::from([one])));
        // What was foreseen is no more once it is looked at again.
        watch.looked(one, Some(at(90)));
        assert!(watch.due(at(89)).is_empty() && watch.foreseen.len() == 1);
    }
}

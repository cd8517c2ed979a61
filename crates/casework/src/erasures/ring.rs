//! The key ring of a new epoch: every key that is to survive, wrapped anew, and the boxes sealed anew of those who had one
//! key for several classes (key format 1).

use super::personal;
use crate::casework::Casework;
use crate::personal::unwrap;
use crate::write::failure::Failure;
use bytes::Bytes;
use domain::erasure::Erasure;
use event_store::{Class, Filter, Kek, KeyId, Position, Recorded, Ring, SubjectId, SubjectKey, WrappedKey, boxes};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Leaves read at once while boxes are looked through.
const PAGE: usize = 4096;

/// Which keys do not survive.
pub(super) struct Erasing {
    parts: BTreeSet<(String, &'static str)>,
}

impl Erasing {
    pub fn of<'a>(erasures: impl IntoIterator<Item = &'a Erasure>) -> Self {
        let parts = erasures.into_iter().flat_map(Erasure::parts);
        Self { parts: parts.map(|(subject, class)| (subject.to_owned(), class.as_str())).collect() }
    }

    fn holds(&self, id: KeyId) -> bool {
        id.class.is_some_and(|class| self.parts.contains(&(id.subject.to_string(), personal(class).as_str())))
    }
}

/// Subjects with one key for all classes, and which classes they have boxes of.
type Shared = BTreeMap<SubjectId, (SubjectKey, BTreeSet<Class>)>;

/// Whether an erasure must wait: a key of its was made in the epoch that has just begun, and would outlive it.
pub(super) fn comes_too_soon(erasure: &Erasure, keys: &[WrappedKey], epoch: u32) -> bool {
    let erasing = Erasing::of([erasure]);
    keys.iter().any(|key| key.epoch == epoch && erasing.holds(key.id()))
}

impl Casework {
    /// All keys that there are but those of `erasing`, wrapped under the newest key-encryption key. Those that came in its
    /// epoch stay where they are.
    pub(super) async fn ring(
        &self,
        all: &[WrappedKey],
        erasing: &Erasing,
        erasures: Vec<Uuid>,
    ) -> Result<Ring, Failure> {
        let kek = self.keys.kek();
        let mut ring = Ring { epoch: kek.epoch, erasures, ..Ring::default() };
        let mut shared = Shared::new();
        for one in all.iter().filter(|one| one.epoch < kek.epoch) {
            let key = unwrap(&self.keys, one)?;
            if one.class.is_none() {
                shared.insert(one.subject, (key, BTreeSet::new()));
            } else if !erasing.holds(one.id()) {
                ring.keys.push(boxes::wrap(&kek, one.id(), &key));
            }
        }
        if !shared.is_empty() {
            self.part(shared, erasing, &kek, &mut ring).await?;
        }
        Ok(ring)
    }

    /// Gives each class of those with one key for all of them a key of its own.
    async fn part(&self, mut shared: Shared, erasing: &Erasing, kek: &Kek, ring: &mut Ring) -> Result<(), Failure> {
        self.each_box(|recorded| {
            for told in recorded.leaf()?.boxes {
                if let (Some((_, classes)), Some(class)) = (shared.get_mut(&told.subject), Class::parse(&told.class)) {
                    classes.insert(class);
                }
            }
            Ok(())
        })
        .await?;
        // Who has boxes of one class keeps the key; who has more gets new ones.
        let mut anew: BTreeMap<KeyId, SubjectKey> = BTreeMap::new();
        for (subject, (key, classes)) in &shared {
            for class in classes {
                let id = KeyId::of(*subject, *class);
                if erasing.holds(id) {
                    continue;
                }
                let own = if classes.len() == 1 { key.clone() } else { SubjectKey::random() };
                ring.keys.push(boxes::wrap(kek, id, &own));
                if classes.len() > 1 {
                    anew.insert(id, own);
                }
            }
        }
        if anew.is_empty() {
            return Ok(());
        }
        let sealed = &mut ring.boxes;
        self.each_box(|recorded| {
            let leaf = recorded.leaf()?;
            for (index, (told, bytes)) in leaf.boxes.iter().zip(&recorded.boxes).enumerate() {
                let id = Class::parse(&told.class).map(|class| KeyId::of(told.subject, class));
                let (Some(own), Some((key, _))) = (id.and_then(|id| anew.get(&id)), shared.get(&told.subject)) else {
                    continue;
                };
                let at = (&leaf.stream, leaf.version, index);
                let opening = boxes::open(key, at.0, at.1, at.2, bytes, &told.commitment).map_err(|error| {
                    Failure::Fault(format!("box {index} of position {}: {error}", recorded.position))
                })?;
                sealed.push((told.commitment, Bytes::from(boxes::seal_again(&opening, own, at.0, at.1, at.2))));
            }
            Ok(())
        })
        .await
    }

    /// Hands out every leaf that has boxes.
    async fn each_box(&self, mut take: impl FnMut(&Recorded) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut after = Position(0);
        loop {
            let page = self.store.read_all(after, PAGE, &Filter::default()).await?;
            for recorded in page.events.iter().filter(|recorded| !recorded.boxes.is_empty()) {
                take(recorded)?;
            }
            if page.scanned_to >= page.head {
                return Ok(());
            }
            after = page.scanned_to;
        }
    }
}

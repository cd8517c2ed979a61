//! Who came to which reception, by a keyed hash of their number and of their name, in memory alone: no file has it, and without
//! the receipt key nobody could try all numbers on it.
//!
//! It is folded from the receptions of the log at the start, and brought up to the head by whoever looks somebody up: what was
//! recorded or corrected a moment ago is found as it now reads. What was erased goes with the next look-up, and is not opened
//! when it is folded again. Some three hundred bytes a visitor.

use crate::access::Sight;
use crate::casework::Casework;
use crate::erasures::class_of;
use crate::personal::{self, KeptBox, Part};
use crate::read::decode::decode;
use crate::read::loaded::{AsOf, Entity as _, Loaded};
use crate::write::failure::Failure;
use domain::event::Event;
use domain::ids::ReceptionId;
use domain::personal_data::Sought;
use domain::reception::{Reception, ReceptionEvent, Visitor};
use domain::vocabulary::PersonalClass;
use event_store::{KeyId, Position, Recorded, StreamId, SubjectId};
use std::collections::BTreeMap;
use tokio::sync::Mutex;
use uuid::Uuid;

/// Events read at once while it is folded.
const PAGE: usize = 256;
/// What visitors are found by: the class of a box, and its member.
const FOUND_BY: [(&str, &str); 2] = [("identity", "name"), ("contact", "phone")];

/// Who came where.
#[derive(Default)]
pub(crate) struct PersonIndex(Mutex<Index>);

#[derive(Default)]
struct Index {
    /// Everything up to here is in it.
    until: Position,
    /// How often personal data had been erased when it was last looked through for what was.
    erasure_epoch: u32,
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
    subject: SubjectId,
    class: PersonalClass,
}

/// What somebody is called or reached by in one box.
struct Told {
    visitor: u32,
    subject: SubjectId,
    class: PersonalClass,
    text: String,
}

impl PersonIndex {
    /// Where somebody came, the newest first.
    pub async fn find(&self, casework: &Casework, sought: &Sought) -> Result<Vec<Came>, Failure> {
        let mut index = self.0.lock().await;
        index.catch_up(casework).await?;
        Ok(index.find(casework.keys.person_lookup(sought.class().as_str(), sought.key())))
    }

    /// Takes in what the log holds beyond it.
    pub async fn catch_up(&self, casework: &Casework) -> Result<(), Failure> {
        self.0.lock().await.catch_up(casework).await
    }
}

impl Index {
    async fn catch_up(&mut self, casework: &Casework) -> Result<(), Failure> {
        let head = casework.store.head().position;
        while self.until < head {
            let page = casework.store.read_family(Reception::FAMILY, self.until, PAGE).await?;
            self.take_page(casework, &page).await?;
            let last = page.last().filter(|_| page.len() == PAGE);
            self.until = last.map_or(head, |last| last.position);
        }
        let epoch = casework.erasure_epoch();
        if self.erasure_epoch != epoch {
            self.forget(|came| casework.is_erased(KeyId::of(came.subject, class_of(came.class)), false));
            self.erasure_epoch = epoch;
        }
        Ok(())
    }

    /// Takes a page of events into account. Its boxes are opened together; what was corrected is read as it now is.
    async fn take_page(&mut self, casework: &Casework, page: &[Recorded]) -> Result<(), Failure> {
        let (mut recorded, mut boxes, mut corrected) = (Vec::new(), Vec::new(), Vec::new());
        for one in page {
            let (leaf, event) = decode(one)?;
            let id = StreamId::new(leaf.stream).and_then(|stream| stream.uuid()).unwrap_or_default();
            let Event::Reception(event) = event else { continue };
            match event {
                ReceptionEvent::Recorded(fact) => {
                    let kept = personal::kept(one, &leaf)?;
                    recorded.push((one.position, ReceptionId(id), fact, kept.len()));
                    boxes.extend(kept);
                }
                ReceptionEvent::Corrected(_) => corrected.push(ReceptionId(id)),
                ReceptionEvent::CorrectionProposed(_) | ReceptionEvent::CorrectionRefused(_) => {}
            }
        }
        let parts = casework.open_recorded(&boxes).await?;
        let mut opened = boxes.iter().zip(&parts);
        for (first, id, fact, count) in recorded {
            let theirs: Vec<_> = opened.by_ref().take(count).collect();
            let told = theirs.into_iter().filter_map(|(kept, part)| told(&fact.visitors, kept, part)).collect();
            self.put(casework, (first, id, fact.grid_id.0), told);
        }
        for id in corrected {
            let reception = casework.reception(id, AsOf::Now).await?;
            let told = told_now(casework, &reception).await?;
            self.put(casework, (reception.first, id, reception.state.grid_id.0), told);
        }
        Ok(())
    }

    /// What the visitors of a reception are found by, in place of what they were found by before.
    fn put(
        &mut self,
        casework: &Casework,
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
                let lookup = casework.keys.person_lookup(class.as_str(), one.key());
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
    fn forget(&mut self, is_erased: impl Fn(&Came) -> bool) {
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

    fn find(&self, lookup: [u8; 16]) -> Vec<Came> {
        let mut found = self.visitors.get(&lookup).cloned().unwrap_or_default();
        found.sort_unstable_by_key(|came| (std::cmp::Reverse(came.first), came.visitor));
        found.dedup_by_key(|came| (came.first, came.visitor));
        found
    }
}

/// Which visitor a box of a reception is of, and what it says; nothing where they are found by none of it.
fn told(visitors: &[Visitor], kept: &KeptBox, part: &Part) -> Option<Told> {
    let (_, member) = FOUND_BY.iter().find(|(class, _)| *class == kept.class)?;
    let text = part.text(member)?.to_owned();
    told_of(visitors, kept, text)
}

fn told_of(visitors: &[Visitor], kept: &KeptBox, text: String) -> Option<Told> {
    let subject = kept.subject.to_string();
    let is_theirs = |visitor: &Visitor| matches!(visitor, Visitor::Named { subject: named } if *named == subject);
    let visitor = u32::try_from(visitors.iter().position(is_theirs)?).ok()?;
    Some(Told { visitor, subject: kept.subject, class: PersonalClass::parse(&kept.class)?, text })
}

/// The same of a reception as it now reads.
async fn told_now(casework: &Casework, reception: &Loaded<Reception>) -> Result<Vec<Told>, Failure> {
    let (state, mut told) = (&reception.state, Vec::new());
    for kept in reception.boxes_of(1) {
        let Some((_, member)) = FOUND_BY.iter().find(|(class, _)| *class == kept.class) else { continue };
        let text = casework.text_of(&Sight::WHOLE, reception, &state.corrections, 1, kept.index, member).await?;
        told.extend(text.and_then(|text| told_of(&state.visitors, kept, text)));
    }
    Ok(told)
}

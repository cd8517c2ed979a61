//! What visitors are found by, folded from the receptions of the log.

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::erasures::class_of;
use crate::personal::{self, KeptBox, Part};
use crate::persons::index::{Came, Index, Told};
use crate::read::decode::decode;
use crate::read::folded::{Folded, of_family};
use crate::read::loaded::{AsOf, Entity as _, Loaded};
use crate::write::failure::Failure;
use domain::event::Event;
use domain::ids::ReceptionId;
use domain::personal_data::Sought;
use domain::reception::{Reception, ReceptionEvent, Visitor};
use domain::vocabulary::PersonalClass;
use event_store::{KeyId, Recorded, StreamId};

/// Events read at once while it is folded.
const PAGE: usize = 256;
/// What visitors are found by: the class of a box, and its member.
const FOUND_BY: [(&str, &str); 2] = [("identity", "name"), ("contact", "phone")];

impl Casework {
    /// Where somebody came, the newest first.
    pub(super) async fn came(&self, sought: &Sought) -> Result<Vec<Came>, Failure> {
        let mut persons = self.persons.0.lock().await;
        self.catch_up_persons(&mut persons).await?;
        Ok(persons.index.find(self.keys.person_lookup(sought.class().as_str(), sought.key())))
    }

    /// Reads into memory who came where, so that who asks first need not wait for it.
    #[boxed]
    pub async fn read_persons(&self) -> Result<(), Failure> {
        let mut persons = self.persons.0.lock().await;
        self.catch_up_persons(&mut persons).await
    }

    async fn catch_up_persons(&self, persons: &mut Folded<Index>) -> Result<(), Failure> {
        let receptions = of_family(Reception::FAMILY);
        while let Some(page) = persons.next(&self.store, PAGE, &receptions).await? {
            self.take_receptions(&mut persons.index, &page.events).await?;
            persons.has_taken(&page);
        }
        self.forget_erased(&mut persons.index);
        Ok(())
    }

    /// Forgets by what those were found who were erased; nothing is read for it.
    pub(crate) async fn forget_erased_persons(&self) {
        self.forget_erased(&mut self.persons.0.lock().await.index);
    }

    fn forget_erased(&self, index: &mut Index) {
        let epoch = self.erasure_epoch();
        if index.erasure_epoch != epoch {
            index.forget(|came| self.is_erased(KeyId::of(came.subject, class_of(came.class)), false));
            index.erasure_epoch = epoch;
        }
    }

    /// Takes a page of events into account. Its boxes are opened together; what was corrected is read as it now is.
    async fn take_receptions(&self, index: &mut Index, page: &[Recorded]) -> Result<(), Failure> {
        let (mut recorded, mut boxes, mut corrected) = (Vec::new(), Vec::new(), Vec::new());
        for one in page {
            let (leaf, event) = decode(one)?;
            let id = StreamId::new(leaf.stream).and_then(|stream| stream.uuid()).unwrap_or_default();
            let Event::Reception(event) = event else { continue };
            match event {
                ReceptionEvent::Recorded(fact) => {
                    let mut kept = personal::kept(one, &leaf)?;
                    kept.retain(|kept| FOUND_BY.iter().any(|(class, _)| *class == kept.class));
                    recorded.push((one.position, ReceptionId(id), fact, kept.len()));
                    boxes.extend(kept);
                }
                ReceptionEvent::Corrected(_) => corrected.push(ReceptionId(id)),
                ReceptionEvent::CorrectionProposed(_) | ReceptionEvent::CorrectionRefused(_) => {}
            }
        }
        // Who cannot be read is not found, and everybody else is.
        let parts = self.parts_that_open(&boxes).await?;
        let mut opened = boxes.iter().zip(&parts);
        for (first, id, fact, count) in recorded {
            let theirs: Vec<_> = opened.by_ref().take(count).collect();
            let told =
                theirs.into_iter().filter_map(|(kept, part)| told(&fact.visitors, kept, part.as_ref()?)).collect();
            index.put(&self.keys, (first, id, fact.grid_id.0), told);
        }
        for id in corrected {
            let reception = self.reception(id, AsOf::Now).await?;
            let told = told_now(self, &reception).await?;
            index.put(&self.keys, (reception.first, id, reception.state.grid_id.0), told);
        }
        Ok(())
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
    let parts = casework.parts_that_open(&reception.boxes).await?;
    let said = |version: u64, index: usize, member: &str| {
        let mut all = reception.boxes.iter().zip(&parts);
        let (_, part) = all.find(|(kept, _)| (kept.version.0, kept.index) == (version, index))?;
        part.as_ref()?.text(member).map(str::to_owned)
    };
    let (state, mut told) = (&reception.state, Vec::new());
    for kept in reception.boxes_of(1) {
        let Some((_, member)) = FOUND_BY.iter().find(|(class, _)| *class == kept.class) else { continue };
        let text = match state.corrections.corrected_box(1, &format!("/personal/{}/{member}", kept.index)) {
            Some(version) => said(version, 0, "value"),
            None => said(1, kept.index, member),
        };
        told.extend(text.and_then(|text| told_of(&state.visitors, kept, text)));
    }
    Ok(told)
}

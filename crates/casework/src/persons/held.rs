//! All that is held of somebody in one reception: who they are, every word of the issues that they raised there, the files, who
//! looked, what was corrected and what was erased.
//!
//! Words are those that lie with them: of the reception what is sealed for themselves, of their issues everything. What offices
//! write of a major issue or a meeting decides speaks of several people and is none of one.

use crate::access::Reader;
use crate::access::admission::thing_of;
use crate::access::sight::{LookedAt, Shown, Sight};
use crate::access::views::FoundView;
use crate::boxed::{Boxed, boxed};
use crate::casework::Casework;
use crate::erasures::{PersonNamed, Whose, subject_of};
use crate::personal::{KeptBox, Part};
use crate::read::decode::instant;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::write::failure::Failure;
use chrono::{DateTime, Utc};
use domain::access::Action;
use domain::correction::Correction;
use domain::erasure::Erasure;
use domain::file::File;
use domain::ids::{FileId, IssueId, ReceptionId};
use domain::issue::Issue;
use domain::personal_data::persons_fit;
use domain::reception::Reception;
use domain::refusal::{Code, Refusal};
use domain::vocabulary::{PersonalClass, Purpose};
use event_store::{Position, StreamId, SubjectId, Version};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Events of a stream that are read at once.
const PAGE: usize = 256;
/// Bytes of sealed parts that one answer about several people is made of, so that it fits into memory; of one it may be more.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// What is held of somebody.
#[derive(Clone, Debug)]
pub struct PersonHeld {
    /// The reception in which they were.
    pub reception_id: ReceptionId,
    /// The same, as it now is.
    pub reception: Arc<Loaded<Reception>>,
    /// Which of its visitors; nothing where it is not said who raised the issue of a receipt.
    pub visitor: Option<u32>,
    /// What of the reception is shown.
    pub sight: Sight,
    /// The issues that they raised.
    pub issues: Vec<(IssueId, Arc<Loaded<Issue>>)>,
    /// The files that those name.
    pub files: Vec<FileId>,
    /// Everything that was recorded of the reception and the issues, in order.
    pub events: Vec<HeldEvent>,
    /// What was corrected.
    pub corrections: Vec<HeldCorrection>,
    /// Who looked.
    pub views: Vec<FoundView>,
    /// What was asked to be erased, and what became of it.
    pub erasures: Vec<Erasure>,
}

/// An event, with the words in it that are theirs.
#[derive(Clone, Debug)]
pub struct HeldEvent {
    /// Its stream.
    pub stream: StreamId,
    /// Its place in the log.
    pub position: Position,
    /// Its version.
    pub version: Version,
    /// Its type.
    pub event_type: String,
    /// The schema of that.
    pub schema: u32,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
    /// In which role.
    pub role: String,
    /// Their parts of it.
    pub said: Vec<Said>,
}

/// A part of an event.
#[derive(Clone, Debug)]
pub struct Said {
    /// Of which class.
    pub class: String,
    /// What it says; nothing where that is withheld.
    pub part: Option<Part>,
}

/// A correction of what is held.
#[derive(Clone, Debug)]
pub struct HeldCorrection {
    /// Of which stream.
    pub stream: StreamId,
    /// What was corrected.
    pub made: Correction,
}

/// A thing of theirs: what of it is theirs, and what is shown.
struct Thing {
    stream: StreamId,
    looked_at: LookedAt,
    boxes: Vec<KeptBox>,
    corrections: Vec<Correction>,
}

impl Thing {
    fn bytes(&self) -> usize {
        self.boxes.iter().map(|kept| kept.bytes.len()).sum()
    }
}

/// Somebody before their parts are opened.
struct Sealed {
    reception_id: ReceptionId,
    reception: Arc<Loaded<Reception>>,
    visitor: Option<u32>,
    issues: Vec<(IssueId, Arc<Loaded<Issue>>)>,
    files: Vec<FileId>,
    /// The reception, where it is known which visitor they were, then the issues, then the files.
    things: Vec<Thing>,
}

impl Casework {
    /// All that is held of people, in the order in which they are named. That whoever asks looks at it is on record when this
    /// returns; where that cannot be, the facts are told without the words.
    ///
    /// Errors: [`Code::UnknownId`] at whom nobody is, or who is beyond the scope of who asks; [`Code::TooLong`] where more is held
    /// of several people than one answer has room for.
    #[boxed]
    pub async fn held_of(&self, reader: &Reader, persons: &[PersonNamed]) -> Result<Vec<PersonHeld>, Failure> {
        let mut sealed = Vec::with_capacity(persons.len());
        let mut bytes = 0;
        for (index, person) in persons.iter().enumerate() {
            let one = self.sealed_of(reader, index, person).await?;
            bytes += one.things.iter().map(Thing::bytes).sum::<usize>();
            if bytes > BYTES_MAX && persons.len() > 1 {
                return Err(Refusal::new(Code::TooLong)
                    .at("/persons")
                    .because(
                        "这些人的内容合计过长，请分几次导出。",
                        "More is held of these people than one answer has room for; name fewer of them.",
                    )
                    .into());
            }
            sealed.push(one);
        }
        let things = sealed.iter().flat_map(|one| &one.things);
        let looked_at: Vec<_> = things.clone().map(|thing| thing.looked_at.clone()).collect();
        let sight = if self.handed_out(reader, &looked_at).await { Sight::WHOLE } else { Sight::UNRECORDED };
        // Those that were recorded just now are among them.
        let views = self.views_of(things.map(|thing| thing.looked_at.first).collect()).await?;
        let mut held = Vec::with_capacity(sealed.len());
        for one in sealed {
            let theirs = vec![sight; one.things.len()];
            held.push(self.opened(one, &theirs, &views).await?);
        }
        Ok(held)
    }

    /// Records that all of this is handed out, each time that it is, though somebody may have looked at it today. Whether it is
    /// on record now.
    async fn handed_out(&self, reader: &Reader, things: &[LookedAt]) -> bool {
        if !self.access_adopted() {
            return true;
        }
        let Some(asker) = &reader.asker else { return false };
        let Some(purpose) = reader.purpose.or_else(|| Purpose::usual(asker.role)) else { return false };
        self.record_every(asker, (Action::PersonalExport, purpose), things).await
    }

    /// What is wrong with those whose data somebody wants to be exported, each in its place among those who are well named: all
    /// of it.
    ///
    /// Errors: [`Failure::Forbidden`] where it is not for the role; whatever keeps the log from being read.
    pub async fn unfit_for_export(
        &self,
        reader: &Reader,
        persons: &[Option<PersonNamed>],
    ) -> Result<Vec<Refusal>, Failure> {
        let (mut known, mut refusals) = (Vec::with_capacity(persons.len()), Vec::new());
        for (index, person) in persons.iter().enumerate() {
            let named = match person {
                Some(person) => Some(self.named_for_export(reader, index, person).await),
                None => None,
            };
            known.push(match named {
                Some(Ok(Whose::Visitor { reception_id, which, .. })) => Some((reception_id.0, Some(which))),
                Some(Ok(Whose::Issue { id, .. })) => Some((id.0, None)),
                Some(Err(Failure::Refused(refusal))) => {
                    refusals.push(*refusal);
                    None
                }
                Some(Err(failure)) => return Err(failure),
                None => None,
            });
        }
        refusals.extend(persons_fit(&known));
        Ok(refusals)
    }

    /// Somebody as they were named, within the scope of who asks.
    async fn named_for_export(&self, reader: &Reader, index: usize, person: &PersonNamed) -> Result<Whose, Failure> {
        let at = match person {
            PersonNamed::Receipt { .. } => format!("/persons/{index}/receipt_code"),
            PersonNamed::Visitor { .. } => format!("/persons/{index}/reception_id"),
        };
        if let PersonNamed::Visitor { reception_id, .. } = person {
            // How many came to a reception beyond their scope is nothing that they are told.
            let reception = self.load_named::<Reception>(*reception_id, &at).await?;
            self.within_export(reader, *reception_id, &reception, &at).await?;
        }
        let whose = self.whose(index, person).await?;
        let (reception_id, reception) = match &whose {
            Whose::Visitor { reception_id, reception, .. } => (*reception_id, Arc::clone(reception)),
            Whose::Issue { issue, .. } => {
                let reception_id = issue.state.reception_id;
                (reception_id, self.reception(reception_id, AsOf::Now).await?)
            }
        };
        self.within_export(reader, reception_id, &reception, &at).await?;
        Ok(whose)
    }

    /// Somebody within the scope of who asks, with what is held of them.
    async fn sealed_of(&self, reader: &Reader, index: usize, person: &PersonNamed) -> Result<Sealed, Failure> {
        let (reception_id, reception, visitor, issues) = match self.named_for_export(reader, index, person).await? {
            Whose::Visitor { reception_id, reception, which } => {
                let issues = self.issues_of(&reception.state, Some(which)).await?;
                (reception_id, reception, Some(which), issues)
            }
            Whose::Issue { id, issue } => {
                let reception_id = issue.state.reception_id;
                (reception_id, self.reception(reception_id, AsOf::Now).await?, None, vec![(id, issue)])
            }
        };
        let mut things = Vec::new();
        if let Some(which) = visitor {
            things.push(of_visitor(reception_id, &reception, which));
        }
        for (id, issue) in &issues {
            things.push(of_all(*id, issue, issue.state.corrections.made()));
        }
        let streams: Vec<_> = issues.iter().map(|(id, _)| Issue::stream(*id)).collect();
        let files = self.files_named_by(&streams).await?;
        for id in &files {
            things.push(of_all(*id, &*self.file(*id, AsOf::Now).await?, &[]));
        }
        Ok(Sealed { reception_id, reception, visitor, issues, files, things })
    }

    /// That a reception is within the scope of who asks.
    async fn within_export(
        &self,
        reader: &Reader,
        id: ReceptionId,
        reception: &Loaded<Reception>,
        at: &str,
    ) -> Result<(), Failure> {
        let action = Action::PersonalExport;
        let asker = reader.asker.as_ref().ok_or(Failure::Forbidden { action })?;
        let may = self.may(asker, action, &thing_of(id, reception)).await?;
        if may { Ok(()) } else { Err(Refusal::new(Code::UnknownId).at(at).into()) }
    }

    /// Somebody with their parts, as far as they are shown.
    fn opened<'a>(
        &'a self,
        one: Sealed,
        sights: &'a [Sight],
        views: &'a [FoundView],
    ) -> Boxed<'a, Result<PersonHeld, Failure>> {
        Box::pin(async move {
            let Sealed { reception_id, reception, visitor, issues, files, things } = one;
            let (mut events, mut corrections) = (Vec::new(), Vec::new());
            for (thing, sight) in things.iter().zip(sights).filter(|(thing, _)| thing.stream.family() != File::FAMILY) {
                self.tell_events(thing, sight, &mut events).await?;
                let stream = thing.stream.clone();
                corrections.extend(
                    thing.corrections.iter().map(|made| HeldCorrection { stream: stream.clone(), made: made.clone() }),
                );
            }
            events.sort_by_key(|event| event.position);
            let firsts: BTreeSet<u64> = things.iter().map(|thing| thing.looked_at.first.0).collect();
            let looked = |view: &&FoundView| view.viewed.seen.iter().any(|first| firsts.contains(first));
            let subjects: BTreeSet<String> =
                things.iter().flat_map(|thing| &thing.boxes).map(|kept| kept.subject.to_string()).collect();
            let reference = self.reference();
            let of_theirs = |erasure: &&Erasure| erasure.asked.subjects.iter().any(|one| subjects.contains(one));
            Ok(PersonHeld {
                sight: visitor.and(sights.first()).copied().unwrap_or(Sight::NOTHING),
                views: views.iter().filter(looked).cloned().collect(),
                erasures: reference.erasures.all().filter(of_theirs).cloned().collect(),
                reception_id,
                reception,
                visitor,
                issues,
                files,
                events,
                corrections,
            })
        })
    }

    /// The events of a thing, with their parts of them. What is withheld stays sealed.
    async fn tell_events(&self, thing: &Thing, sight: &Sight, events: &mut Vec<HeldEvent>) -> Result<(), Failure> {
        let shown: Vec<KeptBox> =
            thing.boxes.iter().filter(|kept| sight.of(&kept.class) == Shown::Whole).cloned().collect();
        let parts = self.open_recorded(&shown).await?;
        let part_of = |of: &KeptBox| {
            let is_it = |kept: &KeptBox| (kept.version, kept.index) == (of.version, of.index);
            shown.iter().zip(&parts).find(|(kept, _)| is_it(kept)).map(|(_, part)| part.clone())
        };
        let mut after = Version(0);
        loop {
            let page = self.store.read_stream(&thing.stream, after, PAGE).await?;
            for recorded in &page {
                let leaf = recorded.text()?;
                after = leaf.version;
                let theirs = thing.boxes.iter().filter(|kept| kept.version == after);
                events.push(HeldEvent {
                    stream: thing.stream.clone(),
                    position: recorded.position,
                    version: after,
                    event_type: leaf.event_type.to_owned(),
                    schema: leaf.schema,
                    at: instant(leaf.recorded_at),
                    actor: leaf.actor.to_owned(),
                    role: leaf.role.to_owned(),
                    said: theirs.map(|kept| Said { class: kept.class.clone(), part: part_of(kept) }).collect(),
                });
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }
}

/// What of a reception is one visitor's.
fn of_visitor(id: ReceptionId, reception: &Loaded<Reception>, which: u32) -> Thing {
    let subject = subject_of(&reception.state, which).and_then(SubjectId::parse);
    let boxes: Vec<_> = reception.boxes.iter().filter(|kept| Some(kept.subject) == subject).cloned().collect();
    let classes = boxes.iter().filter_map(|kept| PersonalClass::parse(&kept.class)).collect();
    // A part of somebody else was corrected: of whom it is its box says.
    let is_theirs = |made: &&Correction| match made.pointer.strip_prefix("/personal/") {
        None => true,
        Some(place) => boxes.iter().any(|kept| {
            kept.version.0 == made.event_version && place.split('/').next() == Some(&kept.index.to_string())
        }),
    };
    Thing {
        stream: Reception::stream(id),
        corrections: reception.state.corrections.made().iter().filter(is_theirs).cloned().collect(),
        looked_at: LookedAt { classes, ..LookedAt::of(reception) },
        boxes,
    }
}

/// A thing that is theirs as a whole.
fn of_all<S: Entity>(id: S::Id, loaded: &Loaded<S>, corrections: &[Correction]) -> Thing {
    Thing {
        stream: S::stream(id),
        looked_at: LookedAt::of(loaded),
        boxes: loaded.boxes.clone(),
        corrections: corrections.to_vec(),
    }
}

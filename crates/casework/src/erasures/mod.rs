//! Erasures of personal data: asked for, decided on, and carried out ([`carrying_out`]), and the legal holds that keep from
//! it. The rules are `domain::erasure`'s and `domain::legal_hold`'s.

pub mod carrying_out;
mod proposals;
pub mod retention;
mod ring;
pub mod starting;
mod targets;

pub use targets::PersonNamed;
pub(crate) use targets::{Whose, subject_of};

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::governed::Governed;
use crate::read::loaded::Entity as _;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use chrono::NaiveDate;
use domain::erasure::{self, Draft, Erasure, Target};
use domain::file::File;
use domain::ids::{AccountId, AreaId, ErasureId, FileId, IssueId, LegalHoldId, ReceptionId};
use domain::legal_hold::{self, HoldScope};
use domain::refusal::{Code, Refusal};
use domain::vocabulary::{ErasureGround, ErasureRefusal, PersonalClass};
use event_store::{Class, StreamId};
use serde_json::json;

/// What somebody asks to be erased.
#[derive(Clone, Debug)]
pub struct NewErasure {
    /// Whose.
    pub persons: Vec<PersonNamed>,
    /// Which files.
    pub file_ids: Vec<FileId>,
    /// What of it.
    pub classes: Vec<PersonalClass>,
    /// On which ground.
    pub ground: ErasureGround,
    /// Why, in words.
    pub reason: String,
    /// Whether it is carried out as soon as it is approved.
    pub at_once: bool,
}

/// What is decided on an erasure.
#[derive(Clone, Debug)]
pub struct ErasureDecision {
    /// Whether it is approved.
    pub approved: bool,
    /// On which ground it is refused.
    pub refusal_ground: Option<ErasureRefusal>,
    /// Why, in words.
    pub reason: Option<String>,
}

/// What a legal hold covers, as a client names it.
#[derive(Clone, Debug)]
pub enum HeldMatter {
    /// All that lies with these people.
    Persons(Vec<PersonNamed>),
    /// An issue.
    Issue(IssueId),
    /// A reception with its issues.
    Reception(ReceptionId),
    /// All receptions of a grid from one day to another, with their issues.
    Grid {
        /// Which.
        grid_id: AreaId,
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
}

/// A class as the record spells it.
pub(crate) const fn class_of(class: PersonalClass) -> Class {
    match class {
        PersonalClass::Identity => Class::Identity,
        PersonalClass::Contact => Class::Contact,
        PersonalClass::Narrative => Class::Narrative,
        PersonalClass::File => Class::File,
    }
}

/// A class as the rules spell it.
pub(crate) const fn personal(class: Class) -> PersonalClass {
    match class {
        Class::Identity => PersonalClass::Identity,
        Class::Contact => PersonalClass::Contact,
        Class::Narrative => PersonalClass::Narrative,
        Class::File => PersonalClass::File,
    }
}

impl Casework {
    /// Asks for an erasure (PIPL Art. 47).
    #[boxed(?Send)]
    pub async fn request_erasure(
        &self,
        call: &CommandContext,
        new: &NewErasure,
    ) -> Result<Outcome<Governed<ErasureId>>, Failure> {
        let id = ErasureId(self.new_id());
        let mut targets = self.targets_of_persons(&new.persons).await?;
        targets.extend(self.targets_of_files(&new.file_ids).await?);
        self.admit_targets(call, &targets).await?;
        targets.extend(self.targets_of_proposals(&targets).await?);
        let draft = Draft { ground: new.ground, classes: new.classes.clone(), targets, at_once: new.at_once };
        self.govern(call, None, None, |written| {
            // Each of them was held against whoever asks.
            written.admit_all(call, &[])?;
            let event = erasure::request(&written.reference.erasures, &draft)?;
            written.say("narrative", json!({"reason": new.reason}));
            written.write(StreamId::of("erasure", id.0), [event])?;
            Ok(id)
        })
        .await
    }

    /// Lets an erasure at what it names, where whoever asks may not do it to everything.
    ///
    /// Errors: [`Failure::OutOfScope`].
    async fn admit_targets(&self, call: &CommandContext, targets: &[Target]) -> Result<(), Failure> {
        let Some((asker, action)) = call.asker.as_ref().zip(call.action) else { return Ok(()) };
        let authority = self.authority(asker, action)?;
        if authority.is_whole() {
            return Ok(());
        }
        for target in targets {
            let Some(stream) = StreamId::new(target.stream.as_str()) else { continue };
            let reaches = match stream.uuid().filter(|_| stream.family() == File::FAMILY) {
                Some(file) => self.may_of_file(asker, action, FileId(file)).await?,
                None => self.reaches(&authority, action, &self.thing_of_stream(&stream).await?).await?,
            };
            if !reaches {
                return Err(Failure::OutOfScope { action });
            }
        }
        Ok(())
    }

    /// Approves or refuses an erasure.
    #[boxed(?Send)]
    pub async fn decide_erasure(
        &self,
        call: &CommandContext,
        id: ErasureId,
        decision: &ErasureDecision,
    ) -> Result<Outcome<Governed<ErasureId>>, Failure> {
        let known = self.reference().erasures.get(id).cloned().ok_or(Failure::NotFound)?;
        let seen = if decision.approved { self.targets_of(&known).await? } else { Vec::new() };
        let targets: Vec<_> = seen.iter().map(|seen| seen.target.clone()).collect();
        let stream = StreamId::of("erasure", id.0);
        self.govern(call, Some(&stream), None, |written| {
            let reference = written.reference;
            let erasure: &Erasure = reference.erasures.get(id).ok_or(Failure::NotFound)?;
            let today = reference.town_date(written.now);
            let event = if decision.approved {
                erasure::approve(erasure, &call.actor, &targets, &reference.legal_holds, today)?
            } else {
                erasure::refuse(erasure, &call.actor, decision.refusal_ground)?
            };
            self.another_than(call, AccountId::of_actor(&erasure.requested_by))?;
            if let Some(reason) = &decision.reason {
                written.say("narrative", json!({"reason": reason}));
            }
            written.write(stream.clone(), [event])?;
            // An issue that is reopened meanwhile is looked at again.
            for seen in &seen {
                written.rely_on_version(seen.stream.clone(), seen.version);
            }
            Ok(id)
        })
        .await
    }

    /// Sets a legal hold.
    #[boxed(?Send)]
    pub async fn set_legal_hold(
        &self,
        call: &CommandContext,
        matter: &HeldMatter,
        until_on: NaiveDate,
        reason: &str,
    ) -> Result<Outcome<Governed<LegalHoldId>>, Failure> {
        let id = LegalHoldId(self.new_id());
        let scope = match matter {
            HeldMatter::Persons(persons) => {
                let targets = self.targets_of_persons(persons).await?;
                HoldScope::Subjects { subjects: targets.into_iter().map(|target| target.subject).collect() }
            }
            HeldMatter::Issue(issue_id) => {
                self.load_named::<domain::issue::Issue>(*issue_id, "/issue_id").await?;
                HoldScope::Issue { issue_id: *issue_id }
            }
            HeldMatter::Reception(reception_id) => {
                self.load_named::<domain::reception::Reception>(*reception_id, "/reception_id").await?;
                HoldScope::Reception { reception_id: *reception_id }
            }
            HeldMatter::Grid { grid_id, from, to } => {
                if self.reference().areas.grid(*grid_id).is_none() {
                    return Err(Refusal::new(Code::UnknownId).at("/grid_id").into());
                }
                HoldScope::Grid { grid_id: *grid_id, from: *from, to: *to }
            }
        };
        self.govern(call, None, None, |written| {
            let today = written.reference.town_date(written.now);
            let event = legal_hold::set(scope.clone(), until_on, today)?;
            written.say("narrative", json!({"reason": reason}));
            written.write(StreamId::of("legal_hold", id.0), [event])?;
            Ok(id)
        })
        .await
    }

    /// Lifts a legal hold.
    #[boxed(?Send)]
    pub async fn lift_legal_hold(
        &self,
        call: &CommandContext,
        id: LegalHoldId,
        reason: &str,
    ) -> Result<Outcome<Governed<LegalHoldId>>, Failure> {
        let stream = StreamId::of("legal_hold", id.0);
        self.govern(call, Some(&stream), None, |written| {
            let reference = written.reference;
            let hold = reference.legal_holds.get(id).ok_or(Failure::NotFound)?;
            let event = legal_hold::lift(hold, reference.town_date(written.now))?;
            written.say("narrative", json!({"reason": reason}));
            written.write(stream.clone(), [event])?;
            Ok(id)
        })
        .await
    }
}

//! Holding a thing against the rights of whoever asks: when it was loaded, before anything else of it is told, and once
//! more over all that is about to be appended.

use crate::access::asker::{Asker, Authority};
use crate::access::things;
use crate::boxed::{Boxed, boxed};
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::read::reference::Reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use domain::access::{Action, Line, Scope, Thing};
use domain::appointment::Appointment;
use domain::ids::{AppointmentId, DelegateId, IssueId, MajorIssueId, ReceptionId, TypicalCaseId};
use domain::issue::Issue;
use domain::leave::Leaves;
use domain::major_issue::MajorIssue;
use domain::reception::Reception;
use domain::typical_case::TypicalCase;
use domain::vocabulary::DelegateType;
use event_store::StreamId;

/// What access turns on of a thing that was loaded.
pub fn thing_of<S: Entity>(id: S::Id, loaded: &Loaded<S>) -> Thing {
    let mut thing = loaded.state.thing(id);
    thing.grids.extend(loaded.state.area());
    thing.accounts.extend(loaded.begun_by);
    thing
}

/// Whether somebody is or was a party delegate: their line does not change with the end of a mandate.
pub fn is_party(reference: &Reference, delegate: DelegateId) -> bool {
    let known = reference.delegates.get(delegate);
    known.is_some_and(|known| known.mandates.iter().any(|held| held.delegate_type == DelegateType::Party))
}

/// The families of streams that an action is about.
fn families_of(action: Action) -> Vec<&'static str> {
    let noun = action.as_str().split('.').next().unwrap_or_default();
    match noun {
        "notice" => vec!["session"],
        "review" => vec!["appraisal", "review"],
        noun => vec![noun],
    }
}

impl Casework {
    /// Whether somebody may do something of a thing.
    #[boxed]
    pub async fn may(&self, asker: &Asker, action: Action, thing: &Thing) -> Result<bool, Failure> {
        match self.authority(asker, action) {
            Ok(authority) => self.reaches(&authority, action, thing).await,
            Err(Failure::Forbidden { .. }) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Whether an authority reaches a thing. What its line or its people follow from is read only where that decides.
    #[boxed]
    pub async fn reaches(&self, authority: &Authority, action: Action, thing: &Thing) -> Result<bool, Failure> {
        let Authority::Within(scope) = authority else { return Ok(true) };
        let reference = self.reference();
        let party = |delegate| is_party(&reference, delegate);
        if scope.holds(action, thing, party) {
            return Ok(true);
        }
        let thing = self.resolved(scope, thing).await?;
        Ok(thing.is_some_and(|thing| scope.holds(action, &thing, party)))
    }

    /// The thing with what a scope asks of its issues, its reception or its major issue; nothing where the scope asks
    /// none of it.
    fn resolved<'a>(&'a self, scope: &'a Scope, thing: &'a Thing) -> Boxed<'a, Result<Option<Thing>, Failure>> {
        Box::pin(async move {
            match scope {
                Scope::Town | Scope::Figures | Scope::Receipt | Scope::Grids(_) => Ok(None),
                Scope::Own { .. } if thing.issues.is_empty() => Ok(None),
                Scope::Own { .. } => {
                    let mut resolved = thing.clone();
                    for id in &thing.issues {
                        let issue = self.issue(*id, AsOf::Now).await?;
                        resolved.delegates.push(issue.state.responsible_delegate_id);
                        resolved.former.extend(issue.state.former_delegates.iter().copied());
                    }
                    Ok(Some(resolved))
                }
                Scope::PartyLine => match &thing.line {
                    Line::None | Line::Both | Line::Of(_) | Line::Party(_) => Ok(None),
                    Line::Reception(id) => {
                        let reception = self.reception(*id, AsOf::Now).await?;
                        let line = thing_of(*id, &reception).line;
                        Ok(Some(Thing { line, ..thing.clone() }))
                    }
                    Line::Issues(ids) => {
                        let party = self.any_of_party(ids).await?;
                        Ok(Some(Thing { line: Line::Party(party), ..thing.clone() }))
                    }
                },
                Scope::Offices(_) => {
                    let Some(id) = thing.major_issue else { return Ok(None) };
                    let major = self.major_issue(id, AsOf::Now).await?;
                    Ok(Some(Thing { offices: thing_of(id, &major).offices, ..thing.clone() }))
                }
            }
        })
    }

    async fn any_of_party(&self, ids: &[IssueId]) -> Result<bool, Failure> {
        for id in ids {
            let issue = self.issue(*id, AsOf::Now).await?;
            let reception = self.reception(issue.state.reception_id, AsOf::Now).await?;
            if matches!(thing_of(issue.state.reception_id, &reception).line, Line::Party(true)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets a command at a thing that was loaded, before its version or any rule is told: what its caller may not read is
    /// not there for them, what they may read and not change is refused.
    ///
    /// Errors: [`Failure::NotFound`], [`Failure::OutOfScope`], [`Failure::Forbidden`].
    pub(crate) async fn admit<S: Entity>(
        &self,
        call: &CommandContext,
        id: S::Id,
        loaded: &Loaded<S>,
    ) -> Result<(), Failure> {
        self.admit_thing(call, S::READ, || thing_of(id, loaded)).await
    }

    /// The same of a thing that is described.
    pub(crate) async fn admit_thing(
        &self,
        call: &CommandContext,
        read: Action,
        thing: impl FnOnce() -> Thing,
    ) -> Result<(), Failure> {
        // Whoever approves may do so whatever it is done to; that they may, the proposal said.
        let asked = call.asker.as_ref().zip(call.action).filter(|_| call.approves.is_none());
        let Some((asker, action)) = asked else { return Ok(()) };
        let authority = self.authority(asker, action)?;
        if authority.is_whole() {
            return Ok(());
        }
        let thing = thing();
        if self.reaches(&authority, action, &thing).await? {
            return Ok(());
        }
        let reads = self.may(asker, read, &thing).await?;
        Err(if reads { Failure::OutOfScope { action } } else { Failure::NotFound })
    }

    /// Lets an append: all that it writes of the family which its action is about is within what its caller may do. What was
    /// loaded before was let in already; what is begun now is held against them here.
    ///
    /// Errors: [`Failure::OutOfScope`]; [`Failure::Fault`] where there is nothing to hold against them.
    pub(crate) async fn admit_all(
        &self,
        call: &CommandContext,
        things: &[(&'static str, Thing)],
    ) -> Result<(), Failure> {
        let asked = call.asker.as_ref().zip(call.action).filter(|_| call.approves.is_none());
        let Some((asker, action)) = asked else { return Ok(()) };
        let authority = self.authority(asker, action)?;
        // A file that is being stored is its uploader's own; it is held against them where something names it.
        if authority.is_whole() || action == Action::FileAdd {
            return Ok(());
        }
        let families = families_of(action);
        let mut held = false;
        for (family, thing) in things {
            if families.contains(family) {
                held = true;
                if !self.reaches(&authority, action, thing).await? {
                    return Err(Failure::OutOfScope { action });
                }
            }
        }
        if held { Ok(()) } else { Err(Failure::Fault(format!("{action}: nobody held it against what it changes"))) }
    }

    /// Whether somebody may read what a stream tells of, by the action that reads such a thing.
    ///
    /// Errors: whatever keeps it from being read. What is public record every role reads; of streams that nobody reads by
    /// themselves nothing is seen but by whoever sees everything.
    #[boxed]
    pub async fn may_see_stream(&self, asker: &Asker, stream: &StreamId) -> Result<bool, Failure> {
        let id = stream.uuid().unwrap_or_default();
        match stream.family() {
            Issue::FAMILY => self.may_see::<Issue>(asker, IssueId(id)).await,
            Reception::FAMILY => self.may_see::<Reception>(asker, ReceptionId(id)).await,
            MajorIssue::FAMILY => self.may_see::<MajorIssue>(asker, MajorIssueId(id)).await,
            Appointment::FAMILY => self.may_see::<Appointment>(asker, AppointmentId(id)).await,
            TypicalCase::FAMILY => self.may_see::<TypicalCase>(asker, TypicalCaseId(id)).await,
            Leaves::FAMILY => {
                let reference = self.reference();
                let today = reference.town_date(self.clock_now());
                let thing = things::of_delegate(&reference, DelegateId(id), today);
                self.may(asker, Action::LeaveList, &thing).await
            }
            "activity" | "area" | "calendar" | "deed" | "delegate" | "log" | "meeting" | "office" | "policy"
            | "programme" | "roster" | "session" | "study" => Ok(true),
            _ => Ok(self.authority(asker, Action::LogRead).is_ok()),
        }
    }

    async fn may_see<S: Entity>(&self, asker: &Asker, id: S::Id) -> Result<bool, Failure> {
        let authority = match self.authority(asker, S::READ) {
            Err(Failure::Forbidden { .. }) => return Ok(false),
            authority => authority?,
        };
        if authority.is_whole() {
            return Ok(true);
        }
        let loaded = self.load::<S>(id, AsOf::Now).await?;
        self.reaches(&authority, S::READ, &thing_of(id, &loaded)).await
    }

    /// Lets a question at a thing.
    ///
    /// Errors: [`Failure::NotFound`] where it is not in the scope of who asks.
    pub async fn let_read(&self, asker: &Asker, action: Action, thing: impl FnOnce() -> Thing) -> Result<(), Failure> {
        let authority = self.authority(asker, action)?;
        if authority.is_whole() || self.reaches(&authority, action, &thing()).await? {
            Ok(())
        } else {
            Err(Failure::NotFound)
        }
    }
}

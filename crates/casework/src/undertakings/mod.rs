//! What delegates do beside receiving people, each a thing of its own stream, one file a family: activities (C-3.2, C-3.3, C-4.2,
//! C-4.3b), appointments (C-3.1), deeds (C-3.4), meetings (C-4.3a), studies (C-3.5), typical cases (C-5.3). The rules are
//! `domain`'s. Here is how one begins and how it is changed; `occasion` is what a reception belongs to, which is told of it in
//! the same append.

pub mod activities;
pub mod appointments;
pub mod deeds;
pub mod meetings;
pub(crate) mod occasion;
pub mod studies;
pub mod typical_cases;

use crate::casework::Casework;
use crate::personal::{Person, Words};
use crate::read::loaded::{Entity, Loaded};
use crate::sessions::of_refusals;
use crate::write::change::{Changed, OccurredAt, Transaction};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::{SealedParts, Staged};
use crate::write::transact::Outcome;
use domain::ids::{AreaId, FileId, OfficeId};
use domain::refusal::Refusal;
use event_store::{StreamId, Version};
use serde_json::Value;
use std::sync::Arc;

/// A thing that was begun, with its id.
pub type Begun<S> = (<S as Entity>::Id, Changed<S>);

/// How a command that begins one ends.
pub type BegunOutcome<S> = Result<Outcome<Begun<S>>, Failure>;

/// How a command that changes one ends.
pub type ChangedOutcome<S> = Result<Outcome<Changed<S>>, Failure>;

/// What goes to an office, or what the office says of it.
#[derive(Clone, Debug)]
pub struct NewFiling {
    /// Which office.
    pub office_id: OfficeId,
    /// What goes with it.
    pub file_ids: Vec<FileId>,
    /// What is said with it.
    pub text: Option<String>,
    /// When.
    pub at: OccurredAt,
}

/// The first event of a thing and in which grid it happens, if not in the whole town; or everything that does not fit.
type Beginning<E> = Result<(Option<AreaId>, E), Vec<Refusal>>;

impl Casework {
    /// Records the first event of a thing, under the policy in force on the day that it is said to have happened.
    pub(crate) async fn begin_thing<S: Entity>(
        &self,
        call: &CommandContext,
        id: S::Id,
        at: OccurredAt,
        sealed: SealedParts,
        decide: impl Fn(&mut Transaction<'_>) -> Beginning<S::Event>,
    ) -> BegunOutcome<S> {
        self.transact(call, async || {
            let reference = self.reference();
            let now = self.now();
            let on = reference.town_date(at.unwrap_or(now));
            // A day before the first policy is refused, but together with all other faults of the body.
            let in_force = reference.rules_on(on, now);
            let rules = in_force.clone().or_else(|_| reference.rules(None, now))?;
            let mut tx = Transaction::new(self, call, &reference, rules, at);
            let (area, event) = decide(&mut tx).map_err(of_refusals)?;
            call.makes_new()?;
            in_force?;
            tx.count_through(&[rules.today, on]);
            let policy = Some(rules.policy.position());
            let town = reference.areas.town().map(|town| town.id);
            let area = area.or(town).unwrap_or_default().0;
            let envelope = Envelope { area, policy, ..tx.envelope(&S::default()) };
            let mut staged = Staged::<S>::on(id, Arc::default(), envelope);
            staged.push(event, sealed.clone())?;
            Ok((id, tx.record(staged).await?))
        })
        .await
    }

    /// A thing that a command began, as of the command's last position: what a replay answers.
    pub async fn begun<S: Entity>(&self, id: S::Id, position: event_store::Position) -> Result<Begun<S>, Failure> {
        Ok((id, self.changed(id, position).await?))
    }

    /// Decides one event on a thing, or tells everything that does not fit, and records it.
    pub(crate) async fn change_thing<S: Entity>(
        &self,
        call: &CommandContext,
        id: S::Id,
        at: OccurredAt,
        said: Words,
        decide: impl Fn(&S, &mut Transaction<'_>) -> Result<S::Event, Vec<Refusal>>,
    ) -> ChangedOutcome<S> {
        self.change_with(call, id, at, said, async |state: &S, tx: &mut Transaction<'_>| {
            decide(state, tx).map_err(of_refusals)
        })
        .await
    }

    /// The words of the first event of a stream, sealed for a subject of its own.
    pub(crate) fn seal_first(&self, stream: &StreamId, words: Words) -> Result<SealedParts, Failure> {
        let (mut sealed, person) = (SealedParts::default(), Person::new());
        sealed.seal(&person, stream, Version(1), "narrative", Value::Object(words))?;
        sealed.introduce(self, &person);
        Ok(sealed)
    }
}

/// One refusal, or the event.
pub(crate) fn one<E>(decided: Result<E, Refusal>) -> Result<E, Vec<Refusal>> {
    decided.map_err(|refusal| vec![refusal])
}

/// A thing that a body names and that may not be there.
pub(crate) type Named<S> = (<S as Entity>::Id, Option<Arc<Loaded<S>>>);

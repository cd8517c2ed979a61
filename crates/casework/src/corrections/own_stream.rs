//! Corrections that concern the stream of their thing alone: of sessions, and of what delegates do beside receiving people.

use super::*;
use crate::undertakings::ChangedOutcome;
use crate::write::plan::Envelope;
use domain::Stamp;
use domain::correction::PendingCorrection;
use domain::event_type::Stored;
use domain::rules::Rules;
use uuid::Uuid;

/// The record of a thing with what a corrected value is held against.
pub(super) struct Found<'a, S: Fold> {
    /// The thing now.
    pub state: &'a S,
    /// The event to correct with its envelope; `None` where the thing has no such event.
    pub target: Option<&'a (S::Event, Stamp)>,
    /// Who and what there is.
    pub reference: &'a Reference,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
}

/// What a correction needs to know of a family.
pub(super) struct Correctable<'d, S: Fold> {
    /// What was corrected of a thing, and what waits to be.
    pub corrections: fn(&S) -> &Corrections,
    /// The rules that a thing was recorded under.
    pub rules: for<'r> fn(&'r Reference, &S, DateTime<Utc>) -> Result<Rules<'r>, Refusal>,
    /// Decides the correcting event.
    pub decide: &'d Decide<'d, S>,
}

type Decide<'d, S> = dyn Fn(&Found<'_, S>, &Transaction<'_>) -> Result<<S as Fold>::Event, Refusal> + 'd;

/// Of which event, what, and with which words.
pub(super) struct About<'a> {
    event_version: u64,
    /// What of it; absent where a decision finds what was proposed.
    pointer: Option<&'a str>,
    at: OccurredAt,
    said: Words,
    /// Whether a text that was proposed takes effect.
    takes_effect: bool,
}

impl<'a> About<'a> {
    pub fn new(new: &'a NewCorrection) -> Self {
        let said = said(&new.pointer, &new.reason, &new.value);
        Self { event_version: new.event_version, pointer: Some(&new.pointer), at: new.at, said, takes_effect: false }
    }

    pub fn decision(decision: &'a CorrectionDecision) -> Self {
        Self {
            event_version: decision.event_version,
            pointer: None,
            at: decision.at,
            said: words([("reason", decision.reason.as_deref())]),
            takes_effect: decision.approved,
        }
    }
}

impl Casework {
    /// Decides one correcting event of a thing and records it.
    pub(super) async fn correcting<S: Entity>(
        &self,
        call: &CommandContext,
        id: S::Id,
        about: About<'_>,
        of: &Correctable<'_, S>,
    ) -> ChangedOutcome<S> {
        self.transact(call, async || {
            let reference = self.reference();
            let loaded = self.load_if_match::<S>(call, id).await?;
            let state = &loaded.state;
            let corrections = (of.corrections)(state);
            let pending = corrections.pending_of(about.event_version);
            if call.action.is_some_and(|action| action.separates("S2")) {
                self.another_than(call, pending.and_then(|pending| pending.by))?;
            }
            let pointer = about.pointer.or(pending.map(|pending| pending.pointer.as_str()));
            let text = match pointer {
                Some(pointer) => self.sealed(&loaded, corrections, about.event_version, pointer).await?,
                None => None,
            };
            let history = self.events::<S>(id, loaded.version).await?;
            let found = Found {
                state,
                target: history.iter().find(|(_, stamp)| stamp.version == about.event_version),
                reference: &reference,
                text: text_now(text.as_ref()),
            };
            let rules = (of.rules)(&reference, state, self.now())?;
            let mut tx = Transaction::new(self, call, &reference, rules, about.at);
            let event = (of.decide)(&found, &tx)?;
            let mut said = about.said.clone();
            if about.takes_effect {
                said.extend(self.proposed_text(&loaded, pending).await?);
            }
            if let Some(delegate) = named_delegate(&event).filter(|id| reference.delegates.get(*id).is_some()) {
                tx.rely_on_delegate(delegate);
            }
            tx.count_through(&state.counted_days(&rules, &event));
            let envelope = Envelope { policy: Some(rules.policy.position()), ..tx.envelope(state) };
            let mut staged = Staged::on(id, Arc::clone(&loaded), envelope);
            self.say(&mut staged, event, &said, text.as_ref()).await?;
            tx.record(staged).await
        })
        .await
    }

    /// The value of a proposal that lies in its box, to be said again by the event that brings it into effect.
    pub(super) async fn proposed_text<S: Fold>(
        &self,
        loaded: &Loaded<S>,
        pending: Option<&PendingCorrection>,
    ) -> Result<Words, Failure> {
        let Some(pending) = pending.filter(|pending| pending.value.is_none()) else { return Ok(Words::new()) };
        let parts = loaded.parts(self, pending.version).await?;
        match parts.first() {
            Some((_, Part::Open(payload))) => Ok(words([("value", payload.get("value").and_then(Value::as_str))])),
            Some((_, Part::Erased)) | None => Err(Refusal::new(Code::PersonErased).at("/event_version").into()),
        }
    }
}

/// The delegate whom a correcting event puts in place of another.
fn named_delegate<E: Stored>(event: &E) -> Option<DelegateId> {
    let facts = event.facts()?;
    let pointer = facts.get("pointer")?.as_str()?;
    let value = facts.get("value")?.as_str()?;
    pointer.ends_with("delegate_id").then(|| value.parse::<Uuid>().ok().map(DelegateId)).flatten()
}

//! What people say of a breach: an explanation, and whether it is accepted.

use super::asking::Found;
use crate::boxed::LocalBoxed;
use crate::casework::Casework;
use crate::personal::{Person, Words, words};
use crate::write::change::{OccurredAt, ms};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use crate::write::transact::{Attempt, Outcome};
use chrono::{DateTime, Utc};
use domain::access::Action;
use domain::clock::{Candidate, ObligationEvent, decide, explain};
use domain::ids::{FileId, ObligationId};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use event_store::{Class, Position, StreamId, Version};
use serde_json::Value;

/// An explanation as a client gives it.
#[derive(Clone, Debug)]
pub struct NewExplanation {
    /// Why it was late or is missing.
    pub text: String,
    /// Files that bear it out.
    pub file_ids: Vec<FileId>,
    /// When it is given.
    pub at: OccurredAt,
}

/// A decision on the explanation that waits.
#[derive(Clone, Debug)]
pub struct ExplanationDecision {
    /// Whether it excuses.
    pub accepted: bool,
    /// Why; a refusal needs it.
    pub reason: Option<String>,
    /// When it was decided.
    pub at: OccurredAt,
}

/// What decides.
type Decide<'d> = dyn Fn(&Found, &Rules<'_>, DateTime<Utc>) -> Result<ObligationEvent, Refusal> + 'd;

impl Casework {
    /// Explains why an obligation was late or is missing. `about` is what it is about, with all that may count for it, as a read
    /// model tells.
    ///
    /// Errors: [`Failure::NotFound`]; those of [`explain`].
    pub fn explain_obligation<'a>(
        &'a self,
        call: &'a CommandContext,
        id: ObligationId,
        about: Option<&'a Candidate>,
        new: &'a NewExplanation,
    ) -> LocalBoxed<'a, Result<Outcome<Position>, Failure>> {
        Box::pin(async move {
            let said = words([("text", Some(&new.text))]);
            self.tell(call, id, about, new.at, &said, &|found, rules, at| {
                let (due_on, clause) = (found.entry.due_on, found.entry.key.code.clause());
                let stands = (due_on, found.status_on(rules.today));
                let explained = explain(&found.told.record, stands, clause, rules, &new.file_ids, at);
                explained.map(ObligationEvent::Explained)
            })
            .await
        })
    }

    /// Decides on the explanation that waits. Accepted it excuses.
    ///
    /// Errors: [`Failure::NotFound`]; [`Code::ReasonMissing`] of a refusal without one; [`Code::SamePerson`] for whoever gave
    /// it (S2); those of [`decide`].
    pub fn decide_explanation<'a>(
        &'a self,
        call: &'a CommandContext,
        id: ObligationId,
        about: Option<&'a Candidate>,
        decision: &'a ExplanationDecision,
    ) -> LocalBoxed<'a, Result<Outcome<Position>, Failure>> {
        Box::pin(async move {
            let said = words([("reason", decision.reason.as_deref())]);
            self.tell(call, id, about, decision.at, &said, &|found, rules, at| {
                if !decision.accepted && decision.reason.is_none() {
                    return Err(Refusal::new(Code::ReasonMissing).at("/reason"));
                }
                self.another_than(call, found.told.record.explained_by())?;
                let clause = found.entry.key.code.clause();
                decide(&found.told.record, clause, rules, decision.accepted, at)
                    .map(ObligationEvent::ExplanationDecided)
            })
            .await
        })
    }

    async fn tell(
        &self,
        call: &CommandContext,
        id: ObligationId,
        about: Option<&Candidate>,
        at: OccurredAt,
        said: &Words,
        decide: &Decide<'_>,
    ) -> Result<Outcome<Position>, Failure> {
        self.transact(call, async || {
            let reference = self.reference();
            let found = self.obligation_found(id, about, None).await?;
            let thing = self.thing_owed(&found.entry).await?;
            self.admit_thing(call, Action::ObligationRead, || thing.clone()).await?;
            let version = Version(found.told.record.version);
            if !call.matches(version) {
                return Err(Attempt::Failed(Failure::Stale { actual: version }));
            }
            self.not_about_oneself(call, &thing)?;
            let rules = reference.rules(None, self.now())?;
            let at = at.unwrap_or(rules.now);
            // Whatever is refused, it is about what is owed by this clause.
            let clause = found.entry.key.code.clause();
            let event = decide(&found, &rules, at).map_err(|refusal| refusal.under(clause))?;
            let stream = StreamId::of("obligation", id.0);
            let envelope = Envelope {
                area: found.entry.grid_id.0,
                occurred_at: Some(ms(at)),
                policy: Some(rules.policy.position()),
                calendar: reference.calendars.newest(),
                account: call.account(),
            };
            let mut new = envelope.plain(&event.into())?;
            if !said.is_empty() {
                let person = match found.told.boxes.first() {
                    Some(first) => self.person(first.subject, Class::Narrative).await?,
                    None => Person::new(),
                };
                let payload = Value::Object(said.clone());
                person.seal_into(&self.keys, &stream, Version(version.0 + 1), "narrative", &payload, &mut new)?;
            }
            let mut plan = Plan::of(call, &reference);
            plan.write(stream, version, vec![new]);
            found.looked.rely_on(&mut plan, self);
            Ok(self.append(call, plan).await?.last)
        })
        .await
    }
}

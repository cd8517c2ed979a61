//! Commands on reference data: areas, people, offices, policy, calendars, accounts. They are rare and go one by one,
//! so that the folded copy follows the log in order.

use crate::access::Authority;
use crate::access::admission::is_party;
use crate::boxed::Boxed;
use crate::casework::Casework;
use crate::personal::Person;
use crate::read::reference::Reference;
use crate::write::change::ms;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use crate::write::transact::{Attempt, Outcome, ended};
use chrono::{DateTime, Utc};
use domain::access::Thing;
use domain::event::Event;
use event_store::{Appended, Class, Position, StreamId, Version};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// Pauses before the folded copy is brought up again where reading the log failed.
const FOLLOW_AGAIN: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(500)];

/// A command's answer with the reference data after it.
#[derive(Clone, Debug)]
pub struct Governed<T> {
    /// What the command made or changed.
    pub made: T,
    /// Areas, people and rules as they now are.
    pub reference: Arc<Reference>,
    /// Position of the command's last event.
    pub position: Position,
}

/// What a reference command wants appended, stream by stream.
pub(crate) struct Draft<'a> {
    pub reference: &'a Reference,
    pub now: DateTime<Utc>,
    /// What whoever commands may do it to; everything, once it was held against what it is done to.
    authority: Authority,
    /// That it is not of the version that it was to be of, told to whoever may change it.
    stale: Option<Failure>,
    plan: Plan,
    envelope: Envelope,
    said: Option<(&'static str, Value)>,
    unsealed: Vec<Unsealed>,
}

/// A personal part of the last event of a write, which is sealed once all is decided.
struct Unsealed {
    stream: StreamId,
    version: Version,
    class: &'static str,
    payload: Value,
}

/// Events read at once where a stream is looked through.
const PAGE: usize = 256;

impl Draft<'_> {
    /// Lets the command at what it changes, where it may not change everything. Areas and delegates are public: who may
    /// not change one is told so.
    ///
    /// Errors: [`Failure::OutOfScope`].
    pub fn admit(&mut self, call: &CommandContext, thing: &Thing) -> Result<(), Failure> {
        self.admit_all(call, std::slice::from_ref(thing))
    }

    /// The same of several things, each of them.
    pub fn admit_all(&mut self, call: &CommandContext, things: &[Thing]) -> Result<(), Failure> {
        let Some(action) = call.action else { return Ok(()) };
        let is_party = |delegate| is_party(self.reference, delegate);
        let reaches = match &self.authority {
            Authority::Unbounded => true,
            Authority::Within(scope) => things.iter().all(|thing| scope.holds(action, thing, is_party)),
        };
        if !reaches {
            return Err(Failure::OutOfScope { action });
        }
        self.authority = Authority::Unbounded;
        self.stale.take().map_or(Ok(()), Err)
    }

    /// In whose scope the next events happen; the town to begin with.
    pub fn within(&mut self, area: uuid::Uuid) {
        self.envelope.area = area;
    }

    /// Lets the append be as large as a whole list of people.
    pub fn in_bulk(&mut self) {
        self.plan.bulk = true;
    }

    /// Says a personal part, to be sealed with the last event of the next write.
    pub fn say(&mut self, class: &'static str, payload: Value) {
        self.said = Some((class, payload));
    }

    /// Adds events to a stream, at the version the reference knows it to have.
    pub fn write<E: Into<Event>>(
        &mut self,
        stream: StreamId,
        events: impl IntoIterator<Item = E>,
    ) -> Result<(), Failure> {
        let seen = self.reference.version(&stream);
        let plain = events.into_iter().map(|event| self.envelope.plain(&event.into()));
        let plain = plain.collect::<Result<Vec<_>, _>>()?;
        if plain.is_empty() {
            return Ok(());
        }
        if let Some((class, payload)) = self.said.take() {
            let version = Version(seen.0 + plain.len() as u64);
            self.unsealed.push(Unsealed { stream: stream.clone(), version, class, payload });
        }
        self.plan.write(stream, seen, plain);
        Ok(())
    }

    /// Demands that a stream beside the reference data is where the decision saw it.
    pub fn rely_on_version(&mut self, stream: StreamId, seen: Version) {
        self.plan.check(stream, seen);
    }

    /// Demands that nothing happened to a stream that the decision looked at.
    pub fn rely_on(&mut self, stream: StreamId) {
        let seen = self.reference.version(&stream);
        self.plan.check(stream, seen);
    }
}

impl Casework {
    /// Decides on reference data and records what was decided.
    ///
    /// `subject` is the stream whose version `If-Match` speaks of, where the command is to something that exists.
    pub(crate) async fn govern<T>(
        &self,
        call: &CommandContext,
        subject: Option<&StreamId>,
        at: Option<DateTime<Utc>>,
        decide: impl Fn(&mut Draft<'_>) -> Result<T, Failure>,
    ) -> Result<Outcome<Governed<T>>, Failure> {
        let one_by_one = Arc::new(Arc::clone(&self.reference_writer).lock_owned().await);
        self.transact(call, async || {
            let reference = self.reference();
            let mut draft = self.draft(&reference, call, subject, at)?;
            let made = decide(&mut draft)?;
            let (mut plan, unsealed, draft_admitted) = (draft.plan, draft.unsealed, draft.authority.is_whole());
            for part in unsealed {
                self.seal(&mut plan, part).await?;
            }
            if let (Some(action), false) = (call.action, draft_admitted) {
                return Err(Failure::Fault(format!("{action}: nobody held it against what it changes")).into());
            }
            if plan.writes.is_empty() {
                let position = Position(reference.position);
                return Ok(Governed { made, reference: Arc::clone(&reference), position });
            }
            self.wrap_for_this_epoch(&mut plan)?;
            let appended = self.append_and_follow(call, plan, Arc::clone(&one_by_one)).await?;
            Ok(Governed { made, reference: self.reference(), position: appended.last })
        })
        .await
    }

    /// Seals a personal part into its event of a plan.
    fn seal<'a>(&'a self, plan: &'a mut Plan, part: Unsealed) -> Boxed<'a, Result<(), Failure>> {
        Box::pin(async move {
            let Unsealed { stream, version, class, payload } = part;
            let person = if class == "narrative" { self.teller(&stream).await? } else { Person::new() };
            let write = plan.writes.iter_mut().find(|write| write.stream == stream);
            match write.and_then(|write| write.events.last_mut()) {
                Some(event) => person.seal_into(&self.keys, &stream, version, class, &payload, event),
                None => Ok(()),
            }
        })
    }

    /// The subject of a stream, for which everything narrated in it is sealed; made with the first of it.
    async fn teller(&self, stream: &StreamId) -> Result<Person, Failure> {
        let mut after = Version(0);
        loop {
            let page = self.store.read_stream(stream, after, PAGE).await?;
            for recorded in &page {
                let leaf = recorded.leaf()?;
                if let Some(told) = leaf.boxes.iter().find(|one| one.class == "narrative") {
                    return self.person(told.subject, Class::Narrative).await;
                }
                after = leaf.version;
            }
            if page.len() < PAGE {
                return Ok(Person::new());
            }
        }
    }

    /// A draft with nothing in it yet, where the command may be given at all.
    fn draft<'a>(
        &self,
        reference: &'a Reference,
        call: &CommandContext,
        subject: Option<&StreamId>,
        at: Option<DateTime<Utc>>,
    ) -> Result<Draft<'a>, Attempt> {
        let authority = match call.asker.as_ref().zip(call.action).filter(|_| call.approves.is_none()) {
            Some((asker, action)) => self.authority(asker, action)?,
            None => Authority::Unbounded,
        };
        let mut stale = None;
        if let Some(subject) = subject {
            let actual = reference.version(subject);
            stale = (actual.0 > 0 && !call.matches(actual)).then_some(Failure::Stale { actual });
            // Who may not change everything is let at the thing first.
            if let Some(stale) = stale.take_if(|_| authority.is_whole()) {
                return Err(Attempt::Failed(stale));
            }
        } else {
            call.makes_new()?;
        }
        let now = self.now();
        if at.is_some_and(|at| at > now) {
            let refusal = domain::refusal::Refusal::new(domain::refusal::Code::InTheFuture);
            return Err(Attempt::from(refusal.at("/occurred_at")));
        }
        // A version that was adopted for later decides nothing yet.
        let on = reference.town_date(at.unwrap_or(now));
        let policy = reference.policies.in_force(on).or_else(|| reference.policies.newest());
        let envelope = Envelope {
            area: reference.areas.town().map(|town| town.id.0).unwrap_or_default(),
            occurred_at: Some(ms(at.unwrap_or(now))),
            policy: policy.map(domain::policy::Policy::position),
            calendar: reference.calendars.newest(),
            account: call.account(),
        };
        let (plan, said, unsealed) = (Plan::of(call, reference), None, Vec::new());
        Ok(Draft { reference, now, authority, stale, plan, envelope, said, unsealed })
    }

    /// Appends and brings the folded copy up to it, in a task of its own: a caller that goes away in between must not
    /// leave a record behind which nobody follows, such as a revocation that revokes nothing.
    fn append_and_follow<'a>(
        &'a self,
        call: &'a CommandContext,
        plan: Plan,
        one_by_one: Arc<OwnedMutexGuard<()>>,
    ) -> Boxed<'a, Result<Appended, Attempt>> {
        if self.takes_approval(call) {
            return Box::pin(async move { Err(self.propose(call, &plan).await) });
        }
        let plan = match self.with_approval(call, plan) {
            Ok(plan) => plan,
            Err(failure) => return Box::pin(std::future::ready(Err(failure.into()))),
        };
        let bulk = plan.bulk;
        let streams: Vec<StreamId> = plan.writes.iter().map(|write| write.stream.clone()).collect();
        let (append, follower) = (self.under(call, plan), self.follower());
        let task = tokio::spawn(async move {
            let outcome =
                if bulk { follower.store.append_bulk(append).await } else { follower.store.append(append).await };
            // Also where others were faster: the next attempt is to see what they did.
            let mut followed = follower.catch_up().await;
            for pause in FOLLOW_AGAIN {
                if followed.is_ok() {
                    break;
                }
                tokio::time::sleep(pause).await;
                followed = follower.catch_up().await;
            }
            if let (Ok(appended), Err(_)) = (&outcome, &followed) {
                follower.doubtful.note(&streams, appended.last);
            }
            drop(one_by_one);
            if followed.is_err() {
                tokio::spawn(follower.catch_up_in_the_end());
            }
            (outcome, followed)
        });
        Box::pin(async move {
            let (outcome, followed) =
                task.await.map_err(|_| Failure::OutcomeUnknown("the server stops while it records this".to_owned()))?;
            let appended = ended(call, outcome)?;
            followed?;
            Ok(appended)
        })
    }
}

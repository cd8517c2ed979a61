//! Changing things that are streams of their own, from what a decision leans on to the things as they are after it:
//! `Casework::change` where one event changes one thing, a `Transaction` where there is more to it.

use crate::boxed::LocalBoxed;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::read::reference::Reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use crate::write::staging::Staged;
use crate::write::transact::{Attempt, Outcome};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::Fold;
use domain::access::Thing;
use domain::ids::{DelegateId, IssueId, MajorIssueId};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::refusal::Refusal;
use domain::rules::Rules;
use event_store::{Appended, Position, StreamId, Version};
use std::collections::BTreeSet;
use std::sync::Arc;

pub use crate::personal::{Words, words};

/// A thing after a command.
#[derive(Clone, Debug)]
pub struct Changed<S> {
    /// The thing as it now is.
    pub loaded: Arc<Loaded<S>>,
    /// Position of the command's last event.
    pub position: Position,
}

/// One attempt at a command: what its decision leans on beside the state of its thing, what it wants recorded, on one
/// stream or several, and what must still be so then.
pub(crate) struct Transaction<'a> {
    casework: &'a Casework,
    call: &'a CommandContext,
    /// Areas, people, calendars.
    pub reference: &'a Reference,
    /// The policy version to decide under, and now.
    pub rules: Rules<'a>,
    /// When it is said to have happened.
    pub at: DateTime<Utc>,
    plan: Plan,
    /// What it writes to, by family, as access looks at it.
    things: Vec<(&'static str, Thing)>,
    /// The years whose calendars were counted through.
    years: BTreeSet<i32>,
}

impl<'a> Transaction<'a> {
    /// Under these rules; nothing is wanted yet. The reference data is to be what was read before anything else was: the
    /// rights of whoever commands are held to it.
    pub fn new(
        casework: &'a Casework,
        call: &'a CommandContext,
        reference: &'a Reference,
        rules: Rules<'a>,
        at: OccurredAt,
    ) -> Self {
        let at = at.unwrap_or(rules.now);
        let plan = Plan::of(call, reference);
        Self { casework, call, reference, rules, at, plan, things: Vec::new(), years: BTreeSet::new() }
    }

    /// Under the policy version that a thing runs under.
    pub fn on<S: Entity>(
        casework: &'a Casework,
        call: &'a CommandContext,
        reference: &'a Reference,
        state: &S,
        at: OccurredAt,
    ) -> Result<Self, Refusal> {
        let rules = reference.rules(state.policy(), casework.now())?;
        Ok(Self::new(casework, call, reference, rules, at))
    }

    /// The envelope of what happens to a thing.
    pub fn envelope<S: Entity>(&self, state: &S) -> Envelope {
        Envelope {
            area: state.area().or(self.reference.areas.town().map(|town| town.id)).unwrap_or_default().0,
            occurred_at: Some(ms(self.at)),
            policy: state.policy(),
            calendar: self.reference.calendars.newest(),
            account: self.call.account(),
        }
    }

    /// Demands that a stream is still where the decision saw it; one that is written to demands that anyhow.
    pub fn rely_on(&mut self, stream: StreamId, seen: Version) {
        self.plan.check(stream, seen);
    }

    /// Lets the append be as large as a whole plan.
    pub fn in_bulk(&mut self) {
        self.plan.bulk = true;
    }

    /// Demands that a delegate is still who they were, mandates included.
    pub fn rely_on_delegate(&mut self, delegate: DelegateId) {
        let stream = StreamId::of("delegate", delegate.0);
        let seen = self.reference.version(&stream);
        self.plan.check(stream, seen);
    }

    /// Demands that the calendars between the first and the last of these days are still those that were counted with.
    pub fn count_through(&mut self, days: &[NaiveDate]) {
        let years = || days.iter().map(|day| day.year());
        if let (Some(first), Some(last)) = (years().min(), years().max()) {
            self.years.extend(first..=last);
        }
    }

    /// An event that was decided on a thing, on top of it; the days counted for it are relied on.
    pub async fn stage<S: Entity>(
        &mut self,
        id: S::Id,
        before: &Arc<Loaded<S>>,
        event: S::Event,
        words: &Words,
    ) -> Result<Staged<S>, Failure> {
        self.count_through(&before.state.counted_days(&self.rules, &event));
        let mut staged = Staged::on(id, Arc::clone(before), self.envelope(&before.state));
        staged.add(self.casework, event, words).await?;
        Ok(staged)
    }

    /// Adds a stream. They take positions in the order in which they are added.
    pub fn write<S: Entity>(&mut self, staged: &mut Staged<S>) {
        self.things.push((S::FAMILY, staged.thing()));
        staged.write(&mut self.plan);
    }

    /// Appends everything; [`Casework::settle`] then gives each thing as it now is.
    pub async fn append(mut self) -> Result<Appended, Attempt> {
        self.casework.admit_all(self.call, &self.things).await?;
        self.plan.check_rules(self.reference, self.years);
        self.casework.append(self.call, self.plan).await
    }

    /// Adds the last stream, appends, and answers with its thing.
    pub async fn record<S: Entity>(self, staged: Staged<S>) -> Result<Changed<S>, Attempt> {
        let thing = staged.thing();
        self.record_as(staged, thing).await
    }

    /// The same of a thing that itself does not say whose it is.
    pub async fn record_as<S: Entity>(mut self, mut staged: Staged<S>, thing: Thing) -> Result<Changed<S>, Attempt> {
        self.things.push((S::FAMILY, thing));
        staged.write(&mut self.plan);
        let casework = self.casework;
        let appended = self.append().await?;
        Ok(Changed { loaded: casework.settle(staged, &appended), position: appended.last })
    }
}

/// What decides one event on one thing.
pub(crate) type Decide<'d, S> = dyn Fn(&S, &mut Transaction<'_>) -> Result<<S as Fold>::Event, Refusal> + 'd;

impl Casework {
    /// Decides one event on an issue and records it.
    pub(crate) fn change_issue<'a>(
        &'a self,
        call: &'a CommandContext,
        id: IssueId,
        at: OccurredAt,
        said: Words,
        decide: &'a Decide<'a, Issue>,
    ) -> LocalBoxed<'a, Result<Outcome<Changed<Issue>>, Failure>> {
        Box::pin(self.change(call, id, at, said, decide))
    }

    /// The same on a major issue.
    pub(crate) fn change_major_issue<'a>(
        &'a self,
        call: &'a CommandContext,
        id: MajorIssueId,
        at: OccurredAt,
        said: Words,
        decide: &'a Decide<'a, MajorIssue>,
    ) -> LocalBoxed<'a, Result<Outcome<Changed<MajorIssue>>, Failure>> {
        Box::pin(self.change(call, id, at, said, decide))
    }

    /// The same on any one thing.
    async fn change<S: Entity>(
        &self,
        call: &CommandContext,
        id: S::Id,
        at: OccurredAt,
        said: Words,
        decide: &Decide<'_, S>,
    ) -> Result<Outcome<Changed<S>>, Failure> {
        self.change_with(call, id, at, said, async |state: &S, tx: &mut Transaction<'_>| Ok(decide(state, tx)?)).await
    }

    /// The same where the decision has something else to look up first.
    pub(crate) async fn change_with<S: Entity>(
        &self,
        call: &CommandContext,
        id: S::Id,
        at: OccurredAt,
        said: Words,
        decide: impl AsyncFn(&S, &mut Transaction<'_>) -> Result<S::Event, Failure>,
    ) -> Result<Outcome<Changed<S>>, Failure> {
        self.transact(call, async || {
            let reference = self.reference();
            let loaded = self.load_if_match::<S>(call, id).await?;
            let mut tx = Transaction::on(self, call, &reference, &loaded.state, at)?;
            let event = decide(&loaded.state, &mut tx).await?;
            let staged = tx.stage(id, &loaded, event, &said).await?;
            tx.record(staged).await
        })
        .await
    }

    /// A thing after a command, as of the command's last position: what a replay answers.
    pub async fn changed<S: Entity>(&self, id: S::Id, position: Position) -> Result<Changed<S>, Failure> {
        let loaded = self.load(id, AsOf::Position(position)).await?;
        Ok(Changed { loaded, position })
    }

    /// A thing after what was staged of it was appended. It is remembered so.
    pub(crate) fn settle<S: Entity>(&self, staged: Staged<S>, appended: &Appended) -> Arc<Loaded<S>> {
        let id = staged.id;
        let loaded = staged.settle(appended);
        self.remember(id, &loaded);
        loaded
    }
}

/// An instant that a command may claim; `None` is now.
pub type OccurredAt = Option<DateTime<Utc>>;

/// The instant a command claims, in ms.
pub(crate) fn ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

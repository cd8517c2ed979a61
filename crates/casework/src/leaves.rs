//! Leaves of absence (请假): asked for, decided on, taken back (C-5.1). All leaves of a delegate are one stream; the rules are
//! `domain::leave`'s.

use crate::access::things;
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::read::reference::Reference;
use crate::write::change::{Changed, OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::Staged;
use crate::write::transact::{Attempt, Outcome};
use chrono::NaiveDate;
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, LeaveId};
use domain::leave::{self, Leave, LeaveDraft, LeaveEvent, Leaves};
use domain::refusal::Refusal;
use domain::rules::Rules;
use domain::vocabulary::LeaveReason;
use std::sync::Arc;

/// How a command on the leaves of a delegate ends.
pub type LeaveOutcome = Result<Outcome<Changed<Leaves>>, Failure>;

/// A leave as a client asks for it.
#[derive(Clone, Debug)]
pub struct NewLeave {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason_code: LeaveReason,
    /// What is said of it.
    pub reason: Option<String>,
    /// When it is asked for.
    pub at: OccurredAt,
}

/// What decides on one leave.
type Decide<'d> = dyn Fn(&Leave, &Transaction<'_>) -> Result<LeaveEvent, Refusal> + 'd;

impl Casework {
    /// A delegate asks for leave: the newest of theirs afterwards.
    #[boxed(?Send)]
    pub async fn request_leave(&self, call: &CommandContext, delegate: DelegateId, new: &NewLeave) -> LeaveOutcome {
        let id = LeaveId(self.new_id());
        let words = words([("reason", new.reason.as_deref())]);
        self.transact(call, async || {
            let reference = self.reference();
            if reference.delegates.get(delegate).is_none() {
                return Err(Failure::NotFound.into());
            }
            let today = reference.town_date(self.clock_now());
            self.admit_thing(call, Action::LeaveList, || things::of_delegate(&reference, delegate, today)).await?;
            call.makes_new()?;
            let loaded = match self.load::<Leaves>(delegate, AsOf::Now).await {
                Err(Failure::NotFound) => Arc::default(),
                loaded => loaded?,
            };
            let mut tx = self.leave_transaction(call, &reference, new.at)?;
            let NewLeave { from, to, reason_code, reason: _, at: _ } = *new;
            let draft = LeaveDraft { id, from, to, reason_code, at: tx.at };
            let event = leave::request(&loaded.state, &reference.delegates, delegate, &tx.rules, &draft)?;
            tx.rely_on_delegate(delegate);
            self.record_leave(tx, delegate, loaded, event, from, &words).await
        })
        .await
    }

    /// Approves or refuses a leave.
    #[boxed(?Send)]
    pub async fn decide_leave(
        &self,
        call: &CommandContext,
        delegate: DelegateId,
        id: LeaveId,
        approved: bool,
        reason: Option<&str>,
        at: OccurredAt,
    ) -> LeaveOutcome {
        self.change_leave(call, delegate, id, at, &words([("reason", reason)]), &|leave, tx| {
            leave::decide(leave, &tx.rules, approved, tx.at)
        })
        .await
    }

    /// The delegate takes a leave back.
    #[boxed(?Send)]
    pub async fn withdraw_leave(
        &self,
        call: &CommandContext,
        delegate: DelegateId,
        id: LeaveId,
        at: OccurredAt,
    ) -> LeaveOutcome {
        self.change_leave(call, delegate, id, at, &Words::new(), &|leave, tx| leave::withdraw(leave, &tx.rules, tx.at))
            .await
    }

    /// The leaves of a delegate now or as of a position; without any, none were ever asked for.
    #[boxed]
    pub async fn leaves(&self, delegate: DelegateId, as_of: AsOf) -> Result<Arc<Loaded<Leaves>>, Failure> {
        self.load(delegate, as_of).await
    }

    async fn change_leave(
        &self,
        call: &CommandContext,
        delegate: DelegateId,
        id: LeaveId,
        at: OccurredAt,
        words: &Words,
        decide: &Decide<'_>,
    ) -> LeaveOutcome {
        self.transact(call, async || {
            let reference = self.reference();
            let loaded = self.load::<Leaves>(delegate, AsOf::Now).await?;
            let today = reference.town_date(self.clock_now());
            self.admit_thing(call, Action::LeaveList, || things::of_delegate(&reference, delegate, today)).await?;
            let leave = loaded.state.get(id).copied().ok_or(Failure::NotFound)?;
            if !call.matches(loaded.version) {
                return Err(Failure::Stale { actual: loaded.version }.into());
            }
            self.not_about_oneself(call, &things::of_delegate(&reference, delegate, today))?;
            let tx = self.leave_transaction(call, &reference, at)?;
            let event = decide(&leave, &tx)?;
            self.record_leave(tx, delegate, loaded, event, leave.from, words).await
        })
        .await
    }

    /// An attempt under the policy in force today.
    fn leave_transaction<'a>(
        &'a self,
        call: &'a CommandContext,
        reference: &'a Reference,
        at: OccurredAt,
    ) -> Result<Transaction<'a>, Refusal> {
        let now = self.now();
        let rules = reference.rules_on(reference.town_date(now), now)?;
        Ok(Transaction::new(self, call, reference, rules, at))
    }

    async fn record_leave(
        &self,
        tx: Transaction<'_>,
        delegate: DelegateId,
        before: Arc<Loaded<Leaves>>,
        event: LeaveEvent,
        from: NaiveDate,
        words: &Words,
    ) -> Result<Changed<Leaves>, Attempt> {
        let mut tx = tx;
        tx.count_through(&before.state.counted_days(&tx.rules, &event));
        let area = area_of(tx.reference, delegate, from);
        let policy = Some(tx.rules.policy.position());
        let envelope = Envelope { area: area.0, policy, ..tx.envelope(&before.state) };
        let mut staged = Staged::on(delegate, before, envelope);
        staged.add(self, event, words).await?;
        // A grid's are those of the delegates who serve there, which the leave does not say.
        let thing = things::of_delegate(tx.reference, delegate, tx.rules.today);
        tx.record_as(staged, thing).await
    }
}

/// The one grid in which a delegate serves on a day, else the town.
pub(crate) fn area_of(reference: &Reference, delegate: DelegateId, on: NaiveDate) -> AreaId {
    let serving = reference.delegates.get(delegate);
    let mut grids = serving.into_iter().flat_map(|delegate| delegate.assignments_on(on)).map(|one| one.grid_id);
    let town = reference.areas.town().map(|town| town.id).unwrap_or_default();
    let first = grids.next();
    first.filter(|first| grids.all(|other| other == *first)).unwrap_or(town)
}

impl Entity for Leaves {
    type Id = DelegateId;

    const FAMILY: &'static str = "leave";

    const READ: Action = Action::LeaveList;

    fn event(event: Event) -> Option<LeaveEvent> {
        if let Event::Leave(event) = event { Some(event) } else { None }
    }

    /// Each leave has its own; this is nobody's.
    fn area(&self) -> Option<AreaId> {
        None
    }

    fn policy(&self) -> Option<u64> {
        None
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &LeaveEvent) -> Vec<NaiveDate> {
        vec![rules.today]
    }

    fn thing(&self, id: DelegateId) -> Thing {
        things::leave(id)
    }
}

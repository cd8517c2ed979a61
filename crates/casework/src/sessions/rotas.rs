//! Who is to sit in sessions: assigned and published for several at once, proposed in fairness, and who stands in for whom
//! (C-4.1).

use super::around::{SeenLeaves, days_around, states};
use super::several::{ChangedSession, ChangedSessions};
use super::{SessionOutcome, of_refusals, unknown_delegates};
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Loaded};
use crate::read::reference::Reference;
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::{Attempt, Outcome};
use chrono::{Days, NaiveDate};
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::reception::DelegateDraft;
use domain::refusal::{Code, Kind, Refusal};
use domain::session::{
    self, Duty, Proposal, Proposing, ROTA_SESSIONS_MAX, RotaItem, Session, SessionEvent, SubstitutionDraft,
};
use event_store::Position;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How a command on several sessions ends.
pub type SessionsOutcome = Result<Outcome<ChangedSessions>, Failure>;

/// The slots of one session as a client assigns them.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRota {
    /// Which.
    pub session_id: SessionId,
    /// Who is to sit there, the whole list.
    pub slots: Vec<DelegateDraft>,
}

/// The sessions that a command names, as far as they are there.
type Named = BTreeMap<SessionId, Arc<Loaded<Session>>>;

impl Casework {
    /// Assigns the rotas of several sessions of a grid, all or none.
    pub fn assign_rotas<'a>(
        &'a self,
        call: &'a CommandContext,
        grid: AreaId,
        items: &'a [NewRota],
        proposal_position: Option<Position>,
        at: OccurredAt,
    ) -> LocalBoxed<'a, SessionsOutcome> {
        Box::pin(async move {
            let who = || items.iter().flat_map(|item| &item.slots).map(|slot| slot.delegate_id);
            self.transact(call, async || {
                let reference = self.reference();
                let named = self.named(items.iter().map(|item| item.session_id)).await?;
                let mut unknown =
                    unknown_sessions(&named, items.iter().map(|item| item.session_id), "/items", "/session_id");
                let slots = items.iter().enumerate().flat_map(|(item, rota)| {
                    let pointer = move |slot| format!("/items/{item}/slots/{slot}/delegate_id");
                    rota.slots.iter().enumerate().map(move |(slot, who)| (who.delegate_id, pointer(slot)))
                });
                unknown.extend(unknown_delegates(&reference, slots));
                unknown.extend(self.of_the_future(proposal_position));
                new_of_grid(call, &reference, grid, unknown)?;
                let seen = self.leaves_of(who(), AsOf::Now).await?;
                let mut tx = self.transaction_of_today(call, &reference, at)?;
                let drafts: Vec<RotaItem<'_>> = items
                    .iter()
                    .map(|item| RotaItem {
                        session_id: item.session_id,
                        session: named.get(&item.session_id).map(|session| &session.state),
                        slots: item.slots.clone(),
                    })
                    .collect();
                let duty = Duty { delegates: &reference.delegates, leaves: &seen.leaves };
                let position = proposal_position.map(|position| position.0);
                let assigned = session::assign(grid, &duty, &tx.rules, &drafts, position, tx.at);
                let assigned = beside(self.of_the_future(proposal_position), assigned).map_err(of_refusals)?;
                tx.in_bulk();
                rely_on_all(&mut tx, who(), &seen);
                let events = assigned.into_iter().map(|(id, rota)| (id, SessionEvent::RotaAssigned(rota)));
                self.record_named(tx, &named, items.iter().map(|item| item.session_id), events).await
            })
            .await
        })
    }

    /// Publishes the rotas of several sessions of a grid, all or none.
    pub fn publish_rotas<'a>(
        &'a self,
        call: &'a CommandContext,
        grid: AreaId,
        ids: &'a [SessionId],
        at: OccurredAt,
    ) -> LocalBoxed<'a, SessionsOutcome> {
        Box::pin(async move {
            self.transact(call, async || {
                let reference = self.reference();
                let named = self.named(ids.iter().copied()).await?;
                new_of_grid(call, &reference, grid, unknown_sessions(&named, ids.iter().copied(), "/session_ids", ""))?;
                let mut tx = self.transaction_of_today(call, &reference, at)?;
                let sessions: Vec<_> =
                    ids.iter().map(|id| (*id, named.get(id).map(|session| &session.state))).collect();
                let delegates = &reference.delegates;
                let published = session::publish(grid, delegates, &tx.rules, &sessions, tx.at).map_err(of_refusals)?;
                let on_duty: BTreeSet<_> = named.values().flat_map(|session| session.state.on_duty()).collect();
                on_duty.into_iter().for_each(|who| tx.rely_on_delegate(who));
                let events = published.into_iter().map(|(id, rota)| (id, SessionEvent::RotaPublished(rota)));
                self.record_named(tx, &named, ids.iter().copied(), events).await
            })
            .await
        })
    }

    /// Who might in fairness sit in the planned, unpublished sessions of a grid, from the first so many leaves alone.
    #[boxed]
    pub async fn propose_rota(
        &self,
        grid: AreaId,
        from: NaiveDate,
        to: NaiveDate,
        as_of: Position,
    ) -> Result<Proposal, Failure> {
        let reference = self.reference_at(as_of).await?;
        if reference.areas.grid(grid).is_none() {
            return Err(Failure::NotFound);
        }
        let window = reference.policies.all().iter().map(|policy| policy.rota.window_days).max().unwrap_or(0);
        let since = from.checked_sub_days(Days::new(window.into())).unwrap_or(from);
        let as_of = AsOf::Position(as_of);
        let sessions = self.sessions_of(&[grid], &days_around(&reference, since, to), as_of).await?;
        let ever = reference.delegates.all().filter(|one| one.assignments.iter().any(|to| to.grid_id == grid));
        let seen = self.leaves_of(ever.map(|delegate| delegate.id), as_of).await?;
        let known = Proposing {
            grid_id: grid,
            sessions: &states(&sessions),
            delegates: &reference.delegates,
            leaves: &seen.leaves,
            policies: &reference.policies,
        };
        Ok(session::propose(&known, from, to))
    }

    /// Lets somebody stand in for who has a duty.
    #[boxed(?Send)]
    pub async fn substitute(
        &self,
        call: &CommandContext,
        id: SessionId,
        draft: &SubstitutionDraft,
        reason: Option<&str>,
    ) -> SessionOutcome {
        let words = words([("reason", reason)]);
        let named = [(draft.delegate_id, "/delegate_id"), (draft.substitute_id, "/substitute_id")];
        let faults = unknown_delegates(&self.reference(), named);
        self.transact(call, async || {
            let reference = self.reference();
            let loaded = self.session_if_match(call, id, &faults).await?;
            let seen = self.leaves_of([draft.substitute_id], AsOf::Now).await?;
            let mut tx = self.session_transaction(call, &reference, &loaded.state, Some(draft.at))?;
            let duty = Duty { delegates: &reference.delegates, leaves: &seen.leaves };
            let substituted = session::substitute(&loaded.state, &duty, &tx.rules, draft)?;
            rely_on_all(&mut tx, [draft.substitute_id], &seen);
            self.record_on_session(tx, id, loaded, vec![SessionEvent::DutySubstituted(substituted)], &words).await
        })
        .await
    }

    /// The sessions of these ids that there are; one more than may be named is enough to be told of.
    async fn named(&self, ids: impl Iterator<Item = SessionId>) -> Result<Named, Failure> {
        let mut named = Named::new();
        for id in ids.take(ROTA_SESSIONS_MAX + 1) {
            match self.load::<Session>(id, AsOf::Now).await {
                Err(Failure::NotFound) => {}
                session => drop(named.insert(id, session?)),
            }
        }
        Ok(named)
    }

    /// A position that the log has not reached is that of no proposal.
    fn of_the_future(&self, position: Option<Position>) -> Option<Refusal> {
        let head = self.store.head().position;
        position.filter(|position| *position > head)?;
        Some(Refusal::out_of_range(0, head).under("C-4.1").at("/proposal_position"))
    }

    /// An attempt under the policy in force today.
    fn transaction_of_today<'a>(
        &'a self,
        call: &'a CommandContext,
        reference: &'a Reference,
        at: OccurredAt,
    ) -> Result<Transaction<'a>, Refusal> {
        let now = self.now();
        let rules = reference.rules_on(reference.town_date(now), now)?;
        Ok(Transaction::new(self, call, reference, rules, at))
    }

    /// Records events of sessions that a command named, and answers with all that it named.
    async fn record_named(
        &self,
        mut tx: Transaction<'_>,
        named: &Named,
        ids: impl Iterator<Item = SessionId>,
        events: impl Iterator<Item = (SessionId, SessionEvent)>,
    ) -> Result<ChangedSessions, Attempt> {
        let mut changed = Vec::new();
        for (id, event) in events {
            let Some(before) = named.get(&id) else { continue };
            tx.count_through(&[tx.rules.today, before.state.held.on]);
            changed.push(ChangedSession { id, before: Arc::clone(before), event });
        }
        let ChangedSessions { sessions, position } = self.record_on_sessions(tx, changed, &Words::new()).await?;
        let after: Named = sessions.into_iter().collect();
        let as_it_is = |id| after.get(&id).or_else(|| named.get(&id)).map(|session| (id, Arc::clone(session)));
        Ok(ChangedSessions { sessions: ids.filter_map(as_it_is).collect(), position })
    }
}

/// What a body names wrongly comes before a grid that is not there, and that before a version that nothing new can have.
fn new_of_grid(
    call: &CommandContext,
    reference: &Reference,
    grid: AreaId,
    faults: Vec<Refusal>,
) -> Result<(), Failure> {
    if reference.areas.grid(grid).is_some() && call.makes_new().is_ok() {
        // The decision tells these together with all others.
        return Ok(());
    }
    if !faults.is_empty() {
        return Err(Failure::Invalid(faults));
    }
    reference.areas.grid(grid).ok_or(Failure::NotFound)?;
    call.makes_new()
}

/// A fault beside what was decided: told with the other faults, and before any rule's no.
fn beside<T>(fault: Option<Refusal>, decided: Result<T, Vec<Refusal>>) -> Result<T, Vec<Refusal>> {
    let Some(fault) = fault else { return decided };
    let faults = decided.err().unwrap_or_default().into_iter().filter(|refusal| refusal.kind == Kind::Invalid);
    Err(faults.chain([fault]).collect())
}

fn unknown_sessions(named: &Named, ids: impl Iterator<Item = SessionId>, list: &str, member: &str) -> Vec<Refusal> {
    let unknown = ids.take(ROTA_SESSIONS_MAX).enumerate().filter(|(_, id)| !named.contains_key(id));
    unknown.map(|(index, _)| Refusal::new(Code::UnknownId).at(format!("{list}/{index}{member}"))).collect()
}

/// Demands that these delegates are who they were, and that none of them has asked for leave since.
fn rely_on_all(tx: &mut Transaction<'_>, who: impl IntoIterator<Item = DelegateId>, seen: &SeenLeaves) {
    for delegate in who {
        tx.rely_on_delegate(delegate);
    }
    seen.rely_on(tx);
}

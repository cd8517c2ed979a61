//! The fair proposal of a rota (轮值建议): a question to what is recorded, that decides nothing (C-4.1).
//!
//! While nobody comes, goes or is on leave, loads of Party delegates differ by at most 1, of deputies by at most 1 and the
//! slack, and no pair sits together more than ⌈sessions ÷ (party × deputies)⌉ times.

use super::events::AssignedSlot;
use super::rota::short;
use super::state::Session;
use crate::delegate::{Delegate, Delegates};
use crate::ids::{AreaId, DelegateId, SessionId};
use crate::leave::LeavesOf;
use crate::policy::{Policies, Policy};
use crate::vocabulary::{DelegateType, SessionState};
use chrono::{Days, NaiveDate};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What a proposal is made of.
#[derive(Clone, Copy, Debug)]
pub struct Proposing<'a> {
    /// The grid.
    pub grid_id: AreaId,
    /// Its sessions: those to be proposed for, and those of the window before.
    pub sessions: &'a BTreeMap<SessionId, &'a Session>,
    /// Delegates, mandates, assignments.
    pub delegates: &'a Delegates,
    /// Their leaves.
    pub leaves: &'a LeavesOf,
    /// Every policy version: each day has its own.
    pub policies: &'a Policies,
}

/// Who might sit where, and what that comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Session by session, in order of their days.
    pub items: Vec<ProposedRota>,
    /// Duties of everybody who might sit in one of them, before the proposal and by it.
    pub load: Vec<DutyLoad>,
}

/// Who might sit in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedRota {
    /// Which.
    pub session_id: SessionId,
    /// Its day.
    pub held_on: NaiveDate,
    /// Who.
    pub slots: Vec<AssignedSlot>,
    /// Kinds of which there are not enough.
    pub short_of: Vec<DelegateType>,
}

/// How many duties somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DutyLoad {
    /// Who.
    pub delegate_id: DelegateId,
    /// As which kind they are a candidate.
    pub delegate_type: DelegateType,
    /// Duties in the window before the first session.
    pub before: u32,
    /// Duties that are proposed.
    pub proposed: u32,
}

/// A session that counts: its day, and who has the duty.
struct Served {
    on: NaiveDate,
    who: Vec<DelegateId>,
}

/// Proposes rotas for the planned, unpublished sessions of a grid whose day lies in a range.
pub fn propose(known: &Proposing<'_>, from: NaiveDate, to: NaiveDate) -> Proposal {
    let of_grid = known
        .sessions
        .iter()
        .filter(|(_, session)| session.grid_id == known.grid_id && session.state != SessionState::Cancelled);
    let is_open = |session: &Session| {
        let planned = session.state == SessionState::Planned && session.published.is_none();
        planned && from <= session.held.on && session.held.on <= to
    };
    let (mut open, served): (Vec<_>, Vec<_>) = of_grid.partition(|(_, session)| is_open(session));
    open.sort_by_key(|(_, session)| (session.held.on, session.ordinary_on));
    let mut served: Vec<Served> = served
        .into_iter()
        .map(|(_, session)| Served { on: session.held.on, who: session.on_duty().collect() })
        .collect();
    let before = served.len();
    let mut proposal = Proposal::default();
    let mut first: Option<(NaiveDate, &Policy)> = None;
    for (id, session) in open {
        let on = session.held.on;
        let Some(policy) = known.policies.in_force(on) else { continue };
        first = first.or(Some((on, policy)));
        let slots = known.choose(*id, on, policy, &served);
        served.push(Served { on, who: slots.iter().map(|slot| slot.delegate_id).collect() });
        let of = slots.iter().map(|slot| slot.delegate_type);
        let short_of = short(of, policy.composition.party, policy.composition.deputy);
        proposal.items.push(ProposedRota { session_id: *id, held_on: on, slots, short_of });
    }
    if let Some((on, policy)) = first {
        proposal.load = known.load(on, policy, &served[..before], &proposal.items);
    }
    proposal
}

impl Proposing<'_> {
    /// The slots of one session: Party delegates first, then deputies, as many of each as the policy asks for.
    fn choose(&self, id: SessionId, on: NaiveDate, policy: &Policy, served: &[Served]) -> Vec<AssignedSlot> {
        let mut slots: Vec<AssignedSlot> = Vec::new();
        let asked =
            [(DelegateType::Party, policy.composition.party), (DelegateType::Deputy, policy.composition.deputy)];
        for (delegate_type, asked) in asked {
            for _ in 0..asked {
                let chosen: Vec<DelegateId> = slots.iter().map(|slot| slot.delegate_id).collect();
                let Some(delegate_id) = self.next(id, on, delegate_type, policy, served, &chosen) else { break };
                slots.push(AssignedSlot { delegate_id, delegate_type });
            }
        }
        slots
    }

    fn next(
        &self,
        id: SessionId,
        on: NaiveDate,
        of: DelegateType,
        policy: &Policy,
        served: &[Served],
        chosen: &[DelegateId],
    ) -> Option<DelegateId> {
        let candidates: Vec<&Delegate> =
            self.candidates(of, on).filter(|candidate| !chosen.contains(&candidate.id)).collect();
        let since = self.since(&candidates, of, on, policy);
        let served: Vec<&Served> = served.iter().filter(|one| one.on >= since).collect();
        let load = |who: DelegateId| served.iter().filter(|one| one.who.contains(&who)).count();
        let last = |who: DelegateId| served.iter().filter(|one| one.who.contains(&who)).map(|one| one.on).max();
        let together = |who: DelegateId| {
            let pairs = chosen
                .iter()
                .map(|other| served.iter().filter(|one| one.who.contains(&who) && one.who.contains(other)).count());
            pairs.sum::<usize>()
        };
        let drawn = |who: DelegateId| Sha256::digest(format!("{id}\n{who}"));
        let ids = candidates.iter().map(|candidate| candidate.id);
        if chosen.is_empty() {
            return ids.min_by_key(|who| (load(*who), last(*who), drawn(*who)));
        }
        let least = ids.clone().map(load).min()?;
        let slack = usize::try_from(policy.rota.load_slack).unwrap_or(usize::MAX);
        let near = ids.filter(|who| load(*who) <= least.saturating_add(slack));
        near.min_by_key(|who| (together(*who), load(*who), last(*who), drawn(*who)))
    }

    /// Who may sit in a session of the grid on a day: mandate, assignment to the grid or a unit of it, no approved leave.
    fn candidates(&self, of: DelegateType, on: NaiveDate) -> impl Iterator<Item = &Delegate> {
        let away = move |who: DelegateId| self.leaves.get(&who).is_some_and(|leaves| leaves.approved_on(on));
        self.delegates.of_grid(self.grid_id, of, on).filter(move |delegate| !away(delegate.id))
    }

    /// The day since which duties are compared: the window's first, or later, when the last of the candidates became one,
    /// so that nobody owes what was served before they came.
    fn since(&self, candidates: &[&Delegate], of: DelegateType, on: NaiveDate, policy: &Policy) -> NaiveDate {
        let window = on - Days::new(policy.rota.window_days.into());
        let came = candidates.iter().map(|candidate| {
            let here = candidate.available_since(self.grid_id, of, on);
            let leaves = self.leaves.get(&candidate.id);
            let back = leaves.and_then(|leaves| leaves.back_from_long_leave(on, policy.rota.long_leave_days));
            here.max(back.and_then(|last| last.succ_opt()).unwrap_or(here))
        });
        came.max().map_or(window, |came| came.max(window))
    }

    fn load(&self, on: NaiveDate, policy: &Policy, before: &[Served], items: &[ProposedRota]) -> Vec<DutyLoad> {
        let mut loads: BTreeMap<(DelegateType, DelegateId), DutyLoad> = BTreeMap::new();
        for item in items {
            for of in [DelegateType::Party, DelegateType::Deputy] {
                let ids = self.candidates(of, item.held_on).map(|candidate| candidate.id);
                for id in
                    ids.chain(item.slots.iter().filter(|slot| slot.delegate_type == of).map(|slot| slot.delegate_id))
                {
                    let none = DutyLoad { delegate_id: id, delegate_type: of, before: 0, proposed: 0 };
                    loads.entry((of, id)).or_insert(none);
                }
            }
            for slot in &item.slots {
                if let Some(load) = loads.get_mut(&(slot.delegate_type, slot.delegate_id)) {
                    load.proposed += 1;
                }
            }
        }
        let window = on - Days::new(policy.rota.window_days.into());
        for load in loads.values_mut() {
            let duties = before.iter().filter(|one| one.on >= window && one.who.contains(&load.delegate_id)).count();
            load.before = u32::try_from(duties).unwrap_or(u32::MAX);
        }
        loads.into_values().collect()
    }
}

//! The rota by hand: who is to sit in which session, its publication, and who stands in for whom (C-4.1).

use super::events::{AssignedSlot, DutySubstituted, RotaAssigned, RotaPublished};
use super::state::{Session, Slot};
use super::step::{follows, planned};
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId, SessionId};
use crate::leave::LeavesOf;
use crate::policy::Policy;
use crate::reception::DelegateDraft;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{DelegateType, SessionState, SubstitutionReason};
use chrono::{DateTime, NaiveDate, Utc};

/// Slots that one session may have.
pub const SLOTS_MAX: usize = 18;
/// Sessions that one call assigns or publishes.
pub const SESSIONS_MAX: usize = 100;

/// Who there is, and who is away.
#[derive(Clone, Copy, Debug)]
pub struct Duty<'a> {
    /// Delegates and their mandates.
    pub delegates: &'a Delegates,
    /// Their leaves of absence.
    pub leaves: &'a LeavesOf,
}

/// The slots of one session as they come in.
#[derive(Clone, Debug, PartialEq)]
pub struct RotaItem<'a> {
    /// Which.
    pub session_id: SessionId,
    /// The session; nothing where there is none of that id.
    pub session: Option<&'a Session>,
    /// Who is to sit there, the whole list.
    pub slots: Vec<DelegateDraft>,
}

/// Assigns the rotas of several sessions of a grid, all or none (C-4.1). A delegate of another grid is welcome, and a kind
/// that is missing is shown, not refused. Sessions whose slots stay are left out.
///
/// Errors, all at once, each at its item: [`Code::TooMany`], [`Code::Duplicate`], [`Code::UnknownId`],
/// [`Code::SessionOfOtherGrid`], [`Code::DelegateTwice`], [`Code::DelegateWithoutMandate`], [`Code::DelegateTypeNeeded`];
/// else a time in the future or before a rota was assigned; [`Code::SessionNotPlanned`], [`Code::AlreadyPublished`],
/// [`Code::OnLeave`]; [`Code::AlreadyAssigned`] where nothing would change at all.
pub fn assign(
    grid: AreaId,
    duty: &Duty<'_>,
    rules: &Rules<'_>,
    items: &[RotaItem<'_>],
    proposal_position: Option<u64>,
    at: DateTime<Utc>,
) -> Result<Vec<(SessionId, RotaAssigned)>, Vec<Refusal>> {
    let mut faults = several(grid, items.iter().map(|item| (item.session_id, item.session)), "/items", "/session_id");
    let mut assigned = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let at_slots = format!("/items/{index}/slots");
        if item.slots.len() > SLOTS_MAX {
            faults.push(Refusal::new(Code::TooMany).under("C-4.1").at(&at_slots));
        } else if let Some(session) = item.session {
            let slots = slots(duty.delegates, session.held.on, &item.slots, &at_slots, &mut faults);
            assigned.push((index, item.session_id, session, slots));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    for (index, _, session, slots) in &assigned {
        faults.extend(may_assign(duty, rules, session, slots, at, *index));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    assigned.retain(|(_, _, session, slots)| session.rota.is_none() || !same(&session.slots, slots));
    if assigned.is_empty() {
        let refusal = Refusal::new(Code::AlreadyAssigned).under("C-4.1");
        return Err(vec![refusal.because("排班没有变化。", "The rota would not change.")]);
    }
    let events = assigned.into_iter().map(|(_, id, _, slots)| (id, RotaAssigned { slots, proposal_position }));
    Ok(events.collect())
}

/// Publishes the rotas of several sessions of a grid, all or none (C-4.1). It names only those who will come.
///
/// Errors, all at once, each at its session: [`Code::TooMany`], [`Code::Duplicate`], [`Code::UnknownId`],
/// [`Code::SessionOfOtherGrid`], [`Code::DelegateWithoutMandate`]; else a time in the future or before the rota;
/// [`Code::SessionNotPlanned`], [`Code::AlreadyPublished`], [`Code::NoRota`].
pub fn publish(
    grid: AreaId,
    delegates: &Delegates,
    rules: &Rules<'_>,
    sessions: &[(SessionId, Option<&Session>)],
    at: DateTime<Utc>,
) -> Result<Vec<(SessionId, RotaPublished)>, Vec<Refusal>> {
    let mut faults = several(grid, sessions.iter().copied(), "/session_ids", "");
    if faults.is_empty() {
        let of_each = sessions
            .iter()
            .map(|(_, session)| session.and_then(|session| nobody_comes(session, delegates, rules.policy)));
        let left =
            of_each.enumerate().filter_map(|(index, refusal)| Some(refusal?.at(format!("/session_ids/{index}"))));
        faults.extend(left);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    for (index, (_, session)) in sessions.iter().enumerate() {
        if let Some(refusal) = session.and_then(|session| may_publish(session, rules, at).err()) {
            faults.push(in_item(refusal, &format!("/session_ids/{index}")));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(sessions.iter().map(|(id, _)| (*id, RotaPublished {})).collect())
}

/// Somebody else takes a duty over (C-4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubstitutionDraft {
    /// Who has it.
    pub delegate_id: DelegateId,
    /// Who is to have it.
    pub substitute_id: DelegateId,
    /// Why.
    pub reason_code: SubstitutionReason,
    /// When.
    pub at: DateTime<Utc>,
}

/// Lets a delegate of the same kind stand in, until the session is closed (C-4.1). Duty and attendance are the substitute's;
/// a substitute may be substituted in turn.
///
/// Errors: [`Code::UnknownId`] and [`Code::DelegateWithoutMandate`] of the substitute; a time in the future or before the
/// rota; [`Code::SessionOver`] once closed, [`Code::SessionNotPlanned`] of a cancelled session; [`Code::NotOnDuty`],
/// [`Code::AlreadyOnDuty`], [`Code::SubstituteOfOtherType`], [`Code::OnLeave`].
pub fn substitute(
    session: &Session,
    duty: &Duty<'_>,
    rules: &Rules<'_>,
    draft: &SubstitutionDraft,
) -> Result<DutySubstituted, Refusal> {
    let on = session.held.on;
    let at_substitute = |refusal: Refusal| refusal.at("/substitute_id");
    let substitute = duty.delegates.holding(draft.substitute_id, on).map_err(at_substitute)?;
    follows(rules, draft.at, session.rota)?;
    super::step::not_full(session)?;
    match session.state {
        SessionState::Planned | SessionState::Open => {}
        SessionState::Closed => {
            let refusal = Refusal::new(Code::SessionOver).under("C-4.1");
            return Err(refusal.because("场次已结束。", "The session is closed."));
        }
        SessionState::Cancelled => return Err(Refusal::new(Code::SessionNotPlanned).under("C-4.1")),
    }
    let slot = session.slots.iter().find(|slot| slot.on_duty() == draft.delegate_id);
    let slot = slot.ok_or_else(|| Refusal::new(Code::NotOnDuty).at("/delegate_id"))?;
    if session.on_duty().any(|on_duty| on_duty == draft.substitute_id) {
        return Err(at_substitute(Refusal::new(Code::AlreadyOnDuty)));
    }
    let delegate_type = slot.assigned.delegate_type;
    if !substitute.holds(delegate_type, on) {
        return Err(at_substitute(Refusal::new(Code::SubstituteOfOtherType)));
    }
    at_work(duty, draft.substitute_id, on).map_err(at_substitute)?;
    Ok(DutySubstituted {
        delegate_id: draft.delegate_id,
        substitute_id: draft.substitute_id,
        delegate_type,
        reason_code: draft.reason_code,
    })
}

/// The kinds of which fewer will come, by the rota, than the policy of the day asks for.
pub fn short_of(session: &Session, delegates: &Delegates, policy: &Policy) -> Vec<DelegateType> {
    let coming: Vec<&Slot> = session.coming(delegates, policy).collect();
    let slots = coming.iter().map(|slot| slot.assigned.delegate_type);
    short(slots, policy.composition.party, policy.composition.deputy)
}

/// The same of a list of capacities.
pub(super) fn short(slots: impl Iterator<Item = DelegateType> + Clone, party: u32, deputy: u32) -> Vec<DelegateType> {
    let asked = [(DelegateType::Party, party), (DelegateType::Deputy, deputy)];
    let fewer = asked.into_iter().filter(|(of, asked)| {
        let there = slots.clone().filter(|slot| slot == of).count();
        there < usize::try_from(*asked).unwrap_or(usize::MAX)
    });
    fewer.map(|(of, _)| of).collect()
}

/// Sessions that a call names: each known, of the grid, once, and not too many.
fn several<'a>(
    grid: AreaId,
    sessions: impl ExactSizeIterator<Item = (SessionId, Option<&'a Session>)>,
    list: &str,
    member: &str,
) -> Vec<Refusal> {
    if sessions.len() > SESSIONS_MAX {
        return vec![Refusal::new(Code::TooMany).under("C-4.1").at(list)];
    }
    if sessions.len() == 0 {
        return vec![Refusal::new(Code::Missing).under("C-4.1").at(list)];
    }
    let mut before = std::collections::BTreeSet::new();
    let mut faults = Vec::new();
    for (index, (id, session)) in sessions.enumerate() {
        let at = format!("{list}/{index}{member}");
        match session.filter(|session| session.exists()) {
            None => faults.push(Refusal::new(Code::UnknownId).at(at)),
            Some(session) if session.grid_id != grid => faults.push(Refusal::new(Code::SessionOfOtherGrid).at(at)),
            Some(_) if !before.insert(id) => faults.push(Refusal::new(Code::Duplicate).under("C-4.1").at(at)),
            Some(_) => {}
        }
    }
    faults
}

/// The slots with the capacity of each, as far as nothing is wrong with them.
fn slots(
    delegates: &Delegates,
    on: NaiveDate,
    drafts: &[DelegateDraft],
    at: &str,
    faults: &mut Vec<Refusal>,
) -> Vec<AssignedSlot> {
    let mut slots = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let pointer = format!("{at}/{index}");
        if drafts[..index].iter().any(|other| other.delegate_id == draft.delegate_id) {
            let twice = Refusal::new(Code::DelegateTwice).under("C-4.1").at(format!("{pointer}/delegate_id"));
            faults.push(twice.because("同一代表在一场中只占一个班次。", "A delegate has one slot in a session."));
            continue;
        }
        match delegates.capacity(draft.delegate_id, draft.delegate_type, on) {
            Ok(delegate_type) => slots.push(AssignedSlot { delegate_id: draft.delegate_id, delegate_type }),
            Err(refusal) => faults.push(in_item(refusal, &pointer)),
        }
    }
    slots
}

fn may_assign(
    duty: &Duty<'_>,
    rules: &Rules<'_>,
    session: &Session,
    slots: &[AssignedSlot],
    at: DateTime<Utc>,
    index: usize,
) -> Vec<Refusal> {
    let item = format!("/items/{index}");
    let state = follows(rules, at, session.rota).and_then(|()| planned(session)).and_then(|()| unpublished(session));
    if let Err(refusal) = state {
        return vec![in_item(refusal.under("C-4.1"), &item)];
    }
    let away = slots.iter().enumerate().filter_map(|(slot, assigned)| {
        let away = at_work(duty, assigned.delegate_id, session.held.on).err()?;
        Some(away.at(format!("{item}/slots/{slot}/delegate_id")))
    });
    away.collect()
}

/// What is said of a rota that waits to be published and names somebody who holds no mandate any more.
fn nobody_comes(session: &Session, delegates: &Delegates, policy: &Policy) -> Option<Refusal> {
    planned(session).and_then(|()| unpublished(session)).ok()?;
    let (index, slot) =
        session.slots.iter().enumerate().find(|(_, slot)| !session.is_seen_to(slot, delegates, policy))?;
    let (number, on, of) = (index + 1, session.held.on, slot.assigned.delegate_type);
    Some(Refusal::new(Code::DelegateWithoutMandate).because(
        format!("第 {number} 个班次的代表在 {on} 已不具有{}资格；请重新排班后再公布。", of.zh()),
        format!(
            "Whoever has slot {number} holds no mandate of that kind on {on}; assign the rota anew, then publish it."
        ),
    ))
}

fn may_publish(session: &Session, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    follows(rules, at, session.rota)?;
    planned(session).map_err(|refusal| refusal.under("C-4.1"))?;
    unpublished(session)?;
    if session.rota.is_none() || session.slots.is_empty() { Err(Refusal::new(Code::NoRota)) } else { Ok(()) }
}

fn unpublished(session: &Session) -> Result<(), Refusal> {
    if session.published.is_none() {
        return Ok(());
    }
    Err(Refusal::new(Code::AlreadyPublished)
        .under("C-4.1")
        .because("轮值安排已公布，之后只能顶岗。", "The rota is published; from then on there are only substitutions."))
}

/// No leave of theirs is approved for the day.
fn at_work(duty: &Duty<'_>, delegate: DelegateId, on: NaiveDate) -> Result<(), Refusal> {
    let away = duty.leaves.get(&delegate).is_some_and(|leaves| leaves.approved_on(on));
    if away { Err(Refusal::new(Code::OnLeave)) } else { Ok(()) }
}

/// The same people in the same capacities, in whichever order.
fn same(slots: &[Slot], assigned: &[AssignedSlot]) -> bool {
    slots.len() == assigned.len() && slots.iter().all(|slot| assigned.contains(&slot.assigned))
}

/// The refusal, told of one item of a list. What is about the time of the call stays there.
fn in_item(refusal: Refusal, item: &str) -> Refusal {
    match refusal.pointer.as_deref() {
        Some("/occurred_at") => refusal,
        Some(pointer) => {
            let pointer = format!("{item}{pointer}");
            refusal.at(pointer)
        }
        None => refusal.at(item),
    }
}

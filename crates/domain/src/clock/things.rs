//! What a single thing makes people owe: an appointment that whoever asked is contacted and visited (O-9), a study that both
//! offices have it (O-14), an inspection that one has it (O-15), a deed that it is done (O-16).

use super::obligation::{Charge, Key, Obligation, OwedBy, Part, Waits};
use super::promising::{Edition, due};
use crate::appointment::{Appointment, AppointmentEvent};
use crate::area::Areas;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::deed::{Deed, DeedEvent};
use crate::filing;
use crate::ids::{AppointmentId, AreaId, DeedId, StudyId};
use crate::office::Offices;
use crate::policy::{Policies, Policy};
use crate::study::{self, Study, StudyEvent};
use crate::vocabulary::{
    AppointmentState, Breach, CancelledBy, DeedState, ObligationCode, ObligationPart, OfficeKind, Shortfall, StudyKind,
};
use crate::{Fold, Stamp};
use chrono::NaiveDate;

/// What is known when one asks: everything recorded up to an instant.
#[derive(Clone, Copy, Debug)]
pub struct ThingKnown<'a> {
    /// Every policy version.
    pub policies: &'a Policies,
    /// The calendars as they are.
    pub calendars: &'a Calendars,
    /// The calendars as they became so.
    pub editions: &'a [Edition],
    /// The town, and the grid with its liaisons.
    pub areas: &'a Areas,
    /// The offices that things go to. A kind never changes.
    pub offices: &'a Offices,
}

impl<'a> ThingKnown<'a> {
    /// The policy version that a leaf names.
    pub(super) fn policy(&self, position: Option<u64>) -> Option<&'a Policy> {
        position.and_then(|position| self.policies.at(position)).or(self.policies.newest())
    }

    /// A grid; without one the town.
    fn grid(&self, grid: Option<AreaId>) -> Option<AreaId> {
        grid.or_else(|| self.areas.town().map(|town| town.id))
    }

    pub(super) fn provisional(&self, from: NaiveDate, due_on: NaiveDate) -> bool {
        self.calendars.provisional(from.min(due_on), due_on)
    }
}

/// The state that events leave.
pub(super) fn folded<S: Fold>(events: &[(S::Event, Stamp)]) -> S {
    let mut state = S::default();
    events.iter().for_each(|(event, at)| state.apply(event, at));
    state
}

/// The policy version that the leaf of a claim names.
fn named<E>(events: &[(E, Stamp)], by: Claim) -> Option<u64> {
    events.iter().find(|(_, at)| at.position == by.position).and_then(|(_, at)| at.policy)
}

/// Whether something came later than its day, or not at all.
pub(super) fn later(kept: Option<(NaiveDate, Claim)>, due_on: NaiveDate) -> bool {
    kept.is_none_or(|(on, _)| on > due_on)
}

/// O-16: a deed is done by the day promised, unless it was given up by then.
pub fn of_deed<'a>(id: DeedId, events: &[(DeedEvent, Stamp)], known: &ThingKnown<'a>) -> Vec<Obligation<'a>> {
    let deed: Deed = folded(events);
    let Some(policy) = known.policy(deed.policy).filter(|_| deed.exists()) else { return Vec::new() };
    let due_on = deed.promised_on;
    let kept = deed.done(policy, known.calendars);
    let key = Key { code: ObligationCode::O16, part: None, about: format!("deed/{id}"), period: None };
    vec![Obligation {
        provisional: known.provisional(due_on, due_on),
        kept,
        excused: deed.released(policy, known.calendars),
        waits: (deed.state == DeedState::Pledged).then_some(Waits::On),
        charges: vec![Charge::of(Breach::DeedOverdue, due_on, later(kept, due_on))],
        ..Obligation::opened(
            key,
            (deed.grid_id, OwedBy::delegate(deed.owner_delegate_id)),
            deed.pledged,
            due_on,
            policy,
        )
    }]
}

/// O-14 of a finished study, O-15 of an inspection: it is with the offices in time.
pub fn of_study<'a>(id: StudyId, events: &[(StudyEvent, Stamp)], known: &ThingKnown<'a>) -> Vec<Obligation<'a>> {
    let study: Study = folded(events);
    let filed = study.finished.zip(known.policy(study.finished_under)).zip(known.grid(study.grid_id));
    let Some(((finished, policy), grid_id)) = filed else { return Vec::new() };
    let kept = study::filed_on(&study, known.offices, policy, known.calendars);
    let (code, part) = match study.kind {
        StudyKind::Study => (ObligationCode::O14, None),
        StudyKind::Inspection => (ObligationCode::O15, Some(Part::Word(ObligationPart::Inspection))),
    };
    let counted = |calendars: &Calendars| study::due_on(&study, policy, calendars).unwrap_or(NaiveDate::MAX);
    let due_on = due((code, policy, known.editions), finished, kept.map(|(_, by)| by), &counted);
    let unkept = later(kept, due_on);
    let charge = match study.kind {
        StudyKind::Study => {
            let in_time = |sent: &filing::Submission| sent.claim.counts_on(policy, known.calendars) <= due_on;
            let without = filing::without(&study.submissions, known.offices, in_time);
            let missing = without.into_iter().filter_map(shortfall).collect();
            Charge { missing, ..Charge::of(Breach::StudyNotFiled, due_on, unkept) }
        }
        StudyKind::Inspection => Charge::of(Breach::InspectionReportLate, due_on, unkept),
    };
    let key = Key { code, part, about: format!("study/{id}"), period: None };
    vec![Obligation {
        provisional: known.provisional(policy.town_date(finished.at), due_on),
        kept,
        waits: kept.is_none().then_some(Waits::On),
        charges: vec![charge],
        ..Obligation::opened(key, (grid_id, OwedBy::delegate(study.lead_delegate_id)), finished, due_on, policy)
    }]
}

/// One of both offices, as what is missing.
pub(super) const fn shortfall(kind: OfficeKind) -> Option<Shortfall> {
    match kind {
        OfficeKind::PartyStudio => Some(Shortfall::PartyStudio),
        OfficeKind::CongressOffice => Some(Shortfall::CongressOffice),
        OfficeKind::Department | OfficeKind::Institution => None,
    }
}

/// O-9: whoever asked is contacted soon, by the liaison; and the delegate comes on the day agreed last.
pub fn of_appointment<'a>(
    id: AppointmentId,
    events: &[(AppointmentEvent, Stamp)],
    known: &ThingKnown<'a>,
) -> Vec<Obligation<'a>> {
    let appointment: Appointment = folded(events);
    if !appointment.exists() {
        return Vec::new();
    }
    let key = |part| Key {
        code: ObligationCode::O9,
        part: Some(Part::Word(part)),
        about: format!("appointment/{id}"),
        period: None,
    };
    let asked = known.policy(appointment.policy);
    let contact = asked.map(|policy| contact(&appointment, key(ObligationPart::Contact), policy, known));
    let agreed = appointment.agreed().and_then(|agreed| known.policy(named(events, agreed.claim)));
    let visit = agreed.and_then(|policy| visit(&appointment, key(ObligationPart::Kept), policy, known));
    contact.into_iter().chain(visit).collect()
}

fn contact<'a>(appointment: &Appointment, key: Key, policy: &'a Policy, known: &ThingKnown<'a>) -> Obligation<'a> {
    let asked = appointment.requested;
    let kept = appointment.first_contact(policy, known.calendars);
    let by = (ObligationCode::O9, policy, known.editions);
    let due_on = due(by, asked, kept.map(|(_, by)| by), &|calendars| appointment.contact_due(policy, calendars).on);
    let grid = known.areas.grid(appointment.grid_id);
    let liaison = grid.and_then(|grid| grid.liaison_on(due_on)).map(|liaison| liaison.name.clone());
    let owed_by = OwedBy { name: liaison, ..OwedBy::area(appointment.grid_id) };
    // Whom the delegate put off can still be told so; whoever called it off is not asked for any more.
    let waits = match (appointment.state, appointment.cancelled) {
        (AppointmentState::Requested, _) | (_, Some((CancelledBy::Delegate, _))) => kept.is_none(),
        (AppointmentState::Scheduled | AppointmentState::Kept | AppointmentState::Cancelled, _) => false,
    };
    Obligation {
        provisional: known.provisional(policy.town_date(asked.at), due_on),
        kept,
        excused: appointment.released(due_on, policy, known.calendars).filter(|_| kept.is_none()),
        waits: waits.then_some(Waits::On),
        charges: vec![Charge::of(Breach::AppointmentUnanswered, due_on, later(kept, due_on))],
        ..Obligation::opened(key, (appointment.grid_id, owed_by), asked, due_on, policy)
    }
}

fn visit<'a>(
    appointment: &Appointment,
    key: Key,
    policy: &'a Policy,
    known: &ThingKnown<'a>,
) -> Option<Obligation<'a>> {
    let agreed = appointment.agreed()?;
    let due_on = agreed.on;
    let kept = appointment.visited(policy, known.calendars);
    let whose = (appointment.grid_id, OwedBy::delegate(agreed.delegate_id));
    Some(Obligation {
        provisional: known.provisional(due_on, due_on),
        kept,
        excused: appointment.released(due_on, policy, known.calendars),
        charges: vec![Charge::of(Breach::AppointmentMissed, due_on, later(kept, due_on))],
        ..Obligation::opened(key, whose, agreed.claim, due_on, policy)
    })
}

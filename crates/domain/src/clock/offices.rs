//! What the town owes a grid: a convener and a liaison (O-18); and what a grid owes when a delegate leaves: that the open
//! issues are handed over (O-19).

use super::obligation::{Charge, Key, Obligation, OwedBy, Part, Waits};
use super::promising::{Edition, due};
use crate::area::{Areas, Grid, Vacancy};
use crate::calendar::Calendars;
use crate::claims::{Claim, counts_on};
use crate::delegate::{Delegates, Departure};
use crate::ids::{DelegateId, IssueId};
use crate::issue::{Issue, IssueEvent, ResponsibilityHandedOver};
use crate::policy::Policies;
use crate::vocabulary::{Breach, DepartureReason, HandoverReason, ObligationCode, ObligationPart};
use crate::{Fold as _, Stamp};
use chrono::NaiveDate;

/// What is known when one asks: everything recorded up to an instant.
#[derive(Clone, Copy, Debug)]
pub struct OfficesKnown<'a> {
    /// Every policy version.
    pub policies: &'a Policies,
    /// The calendars as they are.
    pub calendars: &'a Calendars,
    /// The calendars as they became so.
    pub editions: &'a [Edition],
    /// Town and grids.
    pub areas: &'a Areas,
    /// Delegates, mandates, departures.
    pub delegates: &'a Delegates,
}

/// O-18: that each vacancy of a grid's two offices ends.
pub fn of_grid<'a>(grid: &Grid, known: &OfficesKnown<'a>) -> Vec<Obligation<'a>> {
    let Some(zone) = known.policies.time_zone() else { return Vec::new() };
    let conveners = grid.convener_vacancies(known.delegates, zone).into_iter();
    let liaisons = grid.liaison_vacancies(zone).into_iter();
    let all =
        conveners.map(|one| (ObligationPart::Convener, one)).chain(liaisons.map(|one| (ObligationPart::Liaison, one)));
    all.filter_map(|(part, vacancy)| vacant(grid, part, &vacancy, known)).collect()
}

fn vacant<'a>(
    grid: &Grid,
    part: ObligationPart,
    vacancy: &Vacancy,
    known: &OfficesKnown<'a>,
) -> Option<Obligation<'a>> {
    let policy = known.policies.in_force(vacancy.from)?;
    let town = known.areas.town()?;
    let days = policy.offices.vacancy_grace_working_days;
    let by = (ObligationCode::O18, policy, known.editions);
    let due_on = due(by, vacancy.opened, vacancy.filled, &|calendars| calendars.after(vacancy.from, days).on);
    // Whoever is appointed afterwards for a day long past holds the office from then on, and filled it late.
    let kept = vacancy.filled_on.map(|on| match vacancy.filled {
        Some(by) => (on.max(by.counts_on(policy, known.calendars)), by),
        None => (on, vacancy.opened),
    });
    let unkept = kept.is_none_or(|(on, _)| on > due_on);
    let key = Key {
        code: ObligationCode::O18,
        part: Some(Part::Word(part)),
        about: format!("area/{}", grid.id),
        period: Some(vacancy.from.to_string()),
    };
    Some(Obligation {
        opens_on: vacancy.from,
        provisional: known.calendars.provisional(vacancy.from, due_on),
        kept,
        waits: kept.is_none().then_some(Waits::On),
        charges: vec![Charge::of(Breach::OfficeVacant, due_on, unkept)],
        ..Obligation::opened(key, (grid.id, OwedBy::area(town.id)), vacancy.opened, due_on, policy)
    })
}

/// O-19: that an issue which a delegate left open is handed over, for each departure that found one so.
pub fn of_departures<'a>(id: IssueId, events: &[(IssueEvent, Stamp)], known: &OfficesKnown<'a>) -> Vec<Obligation<'a>> {
    let mut owed = Vec::new();
    for who in responsible(events) {
        let departures = known.delegates.get(who).map_or(&[][..], |person| person.departures.as_slice());
        let of_issue = departures.iter().filter_map(|departure| left_open(id, events, who, departure, known));
        owed.extend(of_issue);
    }
    owed
}

/// Everybody who was ever responsible, in turn.
pub(super) fn responsible(events: &[(IssueEvent, Stamp)]) -> Vec<DelegateId> {
    let mut all = Vec::new();
    for (event, _) in events {
        let named = if let IssueEvent::Raised(raised) = event {
            Some(raised.responsible_delegate_id)
        } else if let IssueEvent::ResponsibilityHandedOver(handover) = event {
            Some(handover.to_delegate_id)
        } else {
            None
        };
        all.extend(named.filter(|who| !all.contains(who)));
    }
    all
}

fn left_open<'a>(
    id: IssueId,
    events: &[(IssueEvent, Stamp)],
    who: DelegateId,
    departure: &Departure,
    known: &OfficesKnown<'a>,
) -> Option<Obligation<'a>> {
    let (before, after): (Vec<_>, Vec<_>) = events.iter().partition(|(_, at)| at.position < departure.claim.position);
    let mut issue = Issue::default();
    before.iter().for_each(|(event, at)| issue.apply(event, at));
    if !issue.exists() || !issue.is_open() || issue.responsible_delegate_id != who {
        return None;
    }
    let policy = issue.policy.and_then(|at| known.policies.at(at)).or(known.policies.newest())?;
    let counts = |at: &Stamp| counts_on(policy, known.calendars, at.occurred_at, at.recorded_at);
    let mut handed = None;
    let mut ended = None;
    for (event, at) in after {
        issue.apply(event, at);
        let from_them =
            matches!(event, IssueEvent::ResponsibilityHandedOver(handover) if handover.from_delegate_id == who);
        handed = handed.or(from_them.then(|| (counts(at), Claim::from(at))));
        ended = ended.or((!issue.is_open()).then(|| (counts(at), Claim::from(at))));
    }
    let days = policy.handover.working_days;
    let by = (ObligationCode::O19, policy, known.editions);
    let handed_by = handed.map(|(_, by)| by);
    let due_on = due(by, departure.claim, handed_by, &|calendars| calendars.after(departure.on, days).on);
    let grid = known.areas.grid(issue.grid_id);
    let convener = grid.and_then(|grid| grid.convener_on(due_on)).filter(|convener| *convener != who);
    let still = handed.is_none() && ended.is_none();
    let period = Some(departure.on.to_string());
    let key = Key { code: ObligationCode::O19, part: None, about: format!("issue/{id}"), period };
    let whose = (issue.grid_id, convener.map_or(OwedBy::area(issue.grid_id), OwedBy::delegate));
    Some(Obligation {
        opens_on: departure.on,
        provisional: known.calendars.provisional(departure.on, due_on),
        kept: handed,
        excused: ended.filter(|(on, _)| handed.is_none() && *on <= due_on).map(|(_, by)| by),
        waits: still.then_some(Waits::On),
        charges: vec![Charge::of(Breach::IssueOrphaned, due_on, handed.is_none_or(|(on, _)| on > due_on))],
        ..Obligation::opened(key, whose, departure.claim, due_on, policy)
    })
}

/// The handover that rides with the breach of O-19: to the grid's convener, if that is somebody else who holds the office on
/// the day, and the issue is still open and the departed's (T19).
pub fn falls_to_convener(
    issue: &Issue,
    who: DelegateId,
    reason: DepartureReason,
    on: NaiveDate,
    known: &OfficesKnown<'_>,
) -> Option<ResponsibilityHandedOver> {
    let grid = known.areas.grid(issue.grid_id)?;
    let convener = grid.convener_on(on).filter(|_| !grid.convener_vacant(known.delegates, on))?;
    let theirs = issue.is_open() && issue.responsible_delegate_id == who && convener != who;
    theirs.then_some(ResponsibilityHandedOver {
        from_delegate_id: who,
        to_delegate_id: convener,
        reason_code: handover_reason(reason),
    })
}

/// The reason of a handover that a departure brings.
const fn handover_reason(reason: DepartureReason) -> HandoverReason {
    match reason {
        DepartureReason::TermEnd => HandoverReason::TermEnd,
        DepartureReason::Suspension => HandoverReason::Suspension,
        DepartureReason::Moved => HandoverReason::GridChange,
        DepartureReason::Termination
        | DepartureReason::Resignation
        | DepartureReason::Death
        | DepartureReason::Other => HandoverReason::Termination,
    }
}

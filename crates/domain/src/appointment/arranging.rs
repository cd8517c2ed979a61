//! A visit is asked for, whoever asks is spoken to, and delegate, day and hour are agreed (C-3.1).

use super::events::{AppointmentContacted, AppointmentRequested, AppointmentScheduled};
use super::state::Appointment;
use crate::area::place_faults;
use crate::claims::Claim;
use crate::deadline::within_reach;
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId};
use crate::policy::ClockTime;
use crate::reception::{People, Visitor};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::session::follows;
use crate::vocabulary::{AppointmentState, CancelledBy, WordChannel};
use chrono::{DateTime, NaiveDate, Utc};

/// Events after which an appointment takes no more contacts and days; it can still end. A bound on what a stream may grow to,
/// not a rule of the service.
pub const EVENTS_MAX: u64 = 100;

/// A visit as it is asked for, but for the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDraft {
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// The delegate who is asked for. One of another grid may be.
    pub delegate_id: Option<DelegateId>,
    /// Who asks.
    pub visitor: Visitor,
    /// When.
    pub at: DateTime<Utc>,
}

/// What could be read of a request. A value that is not there was not sent, or could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestParts {
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// The delegate who is asked for.
    pub delegate_id: Option<DelegateId>,
    /// When it is said to be asked for; absent for now.
    pub at: Option<DateTime<Utc>>,
}

/// Everything that does not fit in what could be read of a request: [`Code::UnknownId`], [`Code::UnitNotInGrid`];
/// [`Code::DelegateWithoutMandate`] on the day of the request; [`Code::BeforeProgramme`].
pub fn request_faults(people: &People<'_>, rules: &Rules<'_>, parts: &RequestParts) -> Vec<Refusal> {
    let on = rules.town_date(parts.at.unwrap_or(rules.now));
    let mut faults = place_faults(people.areas, parts.grid_id, parts.unit_id);
    let wanted = parts.delegate_id.map_or(Ok(()), |who| people.delegates.holding(who, on).map(drop));
    faults.extend(wanted.map_err(|refusal| refusal.at("/delegate_id")).err());
    // Without a programme every day is before it.
    if people.programme.is_none_or(|programme| on < programme.effective_on) {
        faults.push(Refusal::new(Code::BeforeProgramme).at("/occurred_at"));
    }
    faults
}

/// Somebody asks for a visit (C-3.1).
///
/// Errors, all at once: those of [`request_faults`], and a time in the future.
pub fn request(
    people: &People<'_>,
    rules: &Rules<'_>,
    draft: &RequestDraft,
) -> Result<AppointmentRequested, Vec<Refusal>> {
    let parts = RequestParts {
        grid_id: Some(draft.grid_id),
        unit_id: draft.unit_id,
        delegate_id: draft.delegate_id,
        at: Some(draft.at),
    };
    let mut faults = request_faults(people, rules, &parts);
    faults.extend(follows(rules, draft.at, None).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    let RequestDraft { grid_id, unit_id, delegate_id, ref visitor, at: _ } = *draft;
    Ok(AppointmentRequested { grid_id, unit_id, delegate_id, visitor: visitor.clone() })
}

/// Whoever asked is spoken to (C-3.1), as often as it takes; also to be told that the delegate called it off. A contact
/// changes nothing of what is agreed, so that it follows the request alone.
///
/// Errors: a time in the future or before the request; [`Code::WrongState`] once it is kept, or called off by the visitor;
/// [`Code::TooMany`].
pub fn contact(
    appointment: &Appointment,
    rules: &Rules<'_>,
    channel: WordChannel,
    at: DateTime<Utc>,
) -> Result<AppointmentContacted, Refusal> {
    follows(rules, at, Some(appointment.requested))?;
    match (appointment.state, appointment.cancelled) {
        (AppointmentState::Requested | AppointmentState::Scheduled, _)
        | (AppointmentState::Cancelled, Some((CancelledBy::Delegate, _))) => {}
        (AppointmentState::Kept, _) => return Err(ended("该预约已经如约走访。", "The appointment is kept already.")),
        (AppointmentState::Cancelled, Some((CancelledBy::Visitor, _)) | None) => {
            return Err(ended("来访人已取消该预约。", "The visitor has called the appointment off."));
        }
    }
    not_full(appointment)?;
    Ok(AppointmentContacted { channel })
}

/// Delegate, day and hour as they are agreed, but for the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleDraft {
    /// Who will come. One of another grid may.
    pub delegate_id: DelegateId,
    /// On which day.
    pub scheduled_on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
    /// Whether a place is said: the same day and hour at another place is a change.
    pub place_given: bool,
    /// When it is agreed.
    pub at: DateTime<Utc>,
}

/// What does not fit between who will come, the day agreed, and the day on which it is agreed, as far as they could be read:
/// [`Code::UnknownId`], [`Code::DelegateWithoutMandate`] on the day agreed; [`Code::NotLater`] and [`Code::DueTooFar`] at
/// `/scheduled_on`.
pub fn schedule_faults(
    delegates: &Delegates,
    agreed_on: NaiveDate,
    delegate_id: Option<DelegateId>,
    scheduled_on: Option<NaiveDate>,
) -> Vec<Refusal> {
    let Some(on) = scheduled_on else { return Vec::new() };
    let holding = delegate_id.map_or(Ok(()), |who| delegates.holding(who, on).map(drop));
    let who = holding.map_err(|refusal| refusal.at("/delegate_id")).err();
    who.into_iter().chain(day_fits(agreed_on, on).err()).collect()
}

/// Delegate, day and hour are agreed (C-3.1), which is a contact too. Agreed again it is moved, as long as that counts before
/// its day: afterwards what was agreed was kept or missed.
///
/// Errors, all at once: those of [`schedule_faults`]; a time in the future or before the request or what was agreed last. Then
/// [`Code::WrongState`] once it is kept or cancelled, [`Code::AppointmentOver`], [`Code::AlreadyScheduled`],
/// [`Code::TooMany`].
pub fn schedule(
    appointment: &Appointment,
    delegates: &Delegates,
    rules: &Rules<'_>,
    draft: &ScheduleDraft,
) -> Result<AppointmentScheduled, Vec<Refusal>> {
    let agreed_on = rules.town_date(draft.at);
    let mut faults = schedule_faults(delegates, agreed_on, Some(draft.delegate_id), Some(draft.scheduled_on));
    faults.extend(follows(rules, draft.at, Some(last_change(appointment))).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    may_be_scheduled(appointment, rules, draft).map_err(|refusal| vec![refusal])?;
    let ScheduleDraft { delegate_id, scheduled_on, from, place_given: _, at: _ } = *draft;
    Ok(AppointmentScheduled { delegate_id, scheduled_on, from })
}

fn may_be_scheduled(appointment: &Appointment, rules: &Rules<'_>, draft: &ScheduleDraft) -> Result<(), Refusal> {
    match appointment.state {
        AppointmentState::Requested | AppointmentState::Scheduled => {}
        AppointmentState::Kept => return Err(ended("该预约已经如约走访。", "The appointment is kept already.")),
        AppointmentState::Cancelled => {
            return Err(ended("该预约已经取消，请另行预约。", "The appointment is cancelled; request another one."));
        }
    }
    if let Some(agreed) = appointment.agreed() {
        let on = agreed.on;
        if rules.counts_on(draft.at) >= on {
            return Err(Refusal::new(Code::AppointmentOver).because(
                format!("约定日期 {on} 已到，不能再改期；请记录走访，或者取消。"),
                format!("The day agreed, {on}, has come: record the visit, or cancel the appointment."),
            ));
        }
        let same = (agreed.delegate_id, on, agreed.from) == (draft.delegate_id, draft.scheduled_on, draft.from);
        if same && !draft.place_given {
            return Err(Refusal::new(Code::AlreadyScheduled));
        }
    }
    not_full(appointment)
}

/// The newest change of its state, so far as it may still be moved.
pub(super) fn last_change(appointment: &Appointment) -> Claim {
    appointment.agreed().map_or(appointment.requested, |agreed| agreed.claim)
}

/// A state that allows nothing more of this kind.
pub(super) fn ended(zh: &str, en: &str) -> Refusal {
    Refusal::new(Code::WrongState).under("C-3.1").because(zh, en)
}

fn day_fits(agreed_on: NaiveDate, scheduled_on: NaiveDate) -> Result<(), Refusal> {
    let fits = within_reach(scheduled_on).and_then(|()| {
        if scheduled_on >= agreed_on {
            return Ok(());
        }
        Err(Refusal::new(Code::NotLater).because(
            format!("约定日期不得早于约定之时 {agreed_on}。"),
            format!("The day must be that on which it is agreed, {agreed_on}, or later."),
        ))
    });
    fits.map_err(|refusal| refusal.under("C-3.1").at("/scheduled_on"))
}

fn not_full(appointment: &Appointment) -> Result<(), Refusal> {
    if appointment.version < EVENTS_MAX { Ok(()) } else { Err(Refusal::new(Code::TooMany).under("C-3.1")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::appointment::fixture::{Given, agreement, no, request_draft, said};
    use crate::fixtures::day;
    use crate::issue::fixture::{at, rules};
    use crate::session::fixture::{BOTH, LATER, NOBODY, OTHER_GRID, OTHER_VILLAGE, PARTY, TOWN, VILLAGE};

    const NOW: &str = "2026-11-24 09:00";

    fn ask(draft: &RequestDraft) -> Result<AppointmentRequested, Vec<Refusal>> {
        request(&TOWN.people(), &rules(NOW), draft)
    }

    fn agree(given: &Given, now: &str, draft: &ScheduleDraft) -> Result<AppointmentScheduled, Vec<Refusal>> {
        schedule(&given.appointment, &TOWN.delegates, &rules(now), draft)
    }

    fn refusals(given: &Given, now: &str, draft: &ScheduleDraft) -> Vec<String> {
        said(&agree(given, now, draft).unwrap_err())
    }

    #[test]
    fn anybody_may_ask_for_a_visit_of_somebody_or_of_nobody_in_particular() {
        let requested = ask(&request_draft(NOW)).unwrap();
        assert_eq!((requested.delegate_id, requested.unit_id), (None, None));
        let named = RequestDraft { delegate_id: Some(BOTH), unit_id: Some(VILLAGE), ..request_draft(NOW) };
        assert_eq!(ask(&named).unwrap().delegate_id, Some(BOTH));
        let unnamed = RequestDraft { visitor: Visitor::Anonymous { anonymous: true }, ..request_draft(NOW) };
        assert_eq!(ask(&unnamed).unwrap().visitor, unnamed.visitor);
    }

    #[test]
    fn what_does_not_fit_a_request_is_told_at_once() {
        let wrong = RequestDraft {
            grid_id: AreaId(NOBODY.0),
            unit_id: Some(AreaId(NOBODY.0)),
            delegate_id: Some(NOBODY),
            at: at("2026-11-24 09:01"),
            ..request_draft(NOW)
        };
        let all = [
            "unknown_id - /grid_id",
            "unknown_id - /unit_id",
            "unknown_id - /delegate_id",
            "in_the_future - /occurred_at",
        ];
        assert_eq!(said(&ask(&wrong).unwrap_err()), all);
        let wrong = RequestDraft {
            unit_id: Some(OTHER_VILLAGE),
            delegate_id: Some(LATER),
            at: at("2023-11-30 10:00"),
            ..request_draft(NOW)
        };
        let all = [
            "unit_not_in_grid C-1 /unit_id",
            "delegate_without_mandate C-1 /delegate_id",
            "before_programme C-0 /occurred_at",
        ];
        assert_eq!(said(&ask(&wrong).unwrap_err()), all);
        assert!(ask(&RequestDraft { grid_id: OTHER_GRID, delegate_id: None, at: at(NOW), ..wrong }).is_ok());
        let people = People { programme: None, ..TOWN.people() };
        let refusals = request(&people, &rules(NOW), &request_draft(NOW)).unwrap_err();
        assert_eq!(said(&refusals), ["before_programme C-0 /occurred_at"]);
    }

    #[test]
    fn of_what_could_not_be_read_nothing_is_told() {
        let faults = |parts: &RequestParts| said(&request_faults(&TOWN.people(), &rules(NOW), parts));
        assert!(faults(&RequestParts::default()).is_empty());
        let elsewhere = RequestParts { unit_id: Some(OTHER_VILLAGE), ..RequestParts::default() };
        assert!(faults(&elsewhere).is_empty());
        assert_eq!(faults(&RequestParts { delegate_id: Some(LATER), ..elsewhere }).len(), 1);
        let agreed =
            |who, on: Option<&str>| said(&schedule_faults(&TOWN.delegates, day("2026-11-24"), who, on.map(day)));
        assert!(agreed(None, None).is_empty() && agreed(Some(NOBODY), None).is_empty());
        assert_eq!(agreed(None, Some("2026-11-23")), ["not_later C-3.1 /scheduled_on"]);
        assert!(agreed(None, Some("2026-11-24")).is_empty());
    }

    #[test]
    fn whoever_asked_is_spoken_to_until_the_visit() {
        let speak = |given: &Given, when: &str| {
            contact(&given.appointment, &rules("2026-12-03 09:00"), WordChannel::Phone, at(when))
        };
        let when = "2026-11-30 09:00";
        for given in [Given::requested(), Given::scheduled(), Given::cancelled(CancelledBy::Delegate)] {
            assert_eq!(speak(&given, when).unwrap().channel, WordChannel::Phone);
        }
        assert_eq!(no(speak(&Given::kept(), when)), "wrong_state C-3.1");
        assert_eq!(no(speak(&Given::cancelled(CancelledBy::Visitor), when)), "wrong_state C-3.1");
        // Written down after the day was agreed, though it came before.
        assert!(speak(&Given::scheduled(), "2026-11-19 16:00").is_ok());
        assert_eq!(no(speak(&Given::requested(), "2026-11-19 14:59")), "before_previous - /occurred_at");
        assert_eq!(no(speak(&Given::requested(), "2026-12-03 09:01")), "in_the_future - /occurred_at");
    }

    #[test]
    fn a_day_is_agreed_with_somebody_who_holds_a_mandate_on_it() {
        let given = Given::requested();
        let agreed = agree(&given, NOW, &agreement(NOW, PARTY[1], "2026-11-24")).unwrap();
        assert_eq!((agreed.delegate_id, agreed.scheduled_on), (PARTY[1], day("2026-11-24")));
        assert!(agree(&given, NOW, &agreement(NOW, LATER, "2030-01-01")).is_ok());
        let wrong = agreement("2026-11-19 14:59", LATER, "2026-11-18");
        let all = [
            "delegate_without_mandate C-1 /delegate_id",
            "not_later C-3.1 /scheduled_on",
            "before_previous - /occurred_at",
        ];
        assert_eq!(refusals(&given, NOW, &wrong), all);
        let wrong = agreement("2026-11-24 09:01", NOBODY, "2101-01-01");
        let all = ["unknown_id - /delegate_id", "due_too_far C-3.1 /scheduled_on", "in_the_future - /occurred_at"];
        assert_eq!(refusals(&given, NOW, &wrong), all);
    }

    /// Agreed for Thursday 2026-11-26.
    #[test]
    fn a_day_is_moved_only_before_it_has_come() {
        let given = Given::scheduled();
        let moved = |when: &str| agreement(when, PARTY[0], "2026-12-01");
        assert!(agree(&given, "2026-11-25 23:00", &moved("2026-11-25 23:00")).is_ok());
        // Moved the day before and written down on the next working day; a day later it counts from then.
        assert!(agree(&given, "2026-11-26 09:00", &moved("2026-11-25 17:00")).is_ok());
        let late = "2026-11-27 09:00";
        assert_eq!(refusals(&given, late, &moved("2026-11-25 17:00")), ["appointment_over C-3.1"]);
        let on_the_day = "2026-11-26 08:00";
        assert_eq!(refusals(&given, on_the_day, &moved(on_the_day)), ["appointment_over C-3.1"]);
        assert_eq!(refusals(&given, NOW, &moved("2026-11-20 09:59")), ["before_previous - /occurred_at"]);
    }

    #[test]
    fn the_same_day_is_not_agreed_twice_but_at_another_place() {
        let given = Given::scheduled();
        let same = agreement(NOW, PARTY[0], "2026-11-26");
        assert_eq!(refusals(&given, NOW, &same), ["already_scheduled C-3.1"]);
        assert!(agree(&given, NOW, &ScheduleDraft { place_given: true, ..same }).is_ok());
        assert!(agree(&given, NOW, &ScheduleDraft { delegate_id: PARTY[1], ..same }).is_ok());
        let hour = ClockTime("15:00:00".parse().unwrap());
        assert!(agree(&given, NOW, &ScheduleDraft { from: hour, ..same }).is_ok());
    }

    #[test]
    fn nothing_is_agreed_once_it_has_ended() {
        let now = "2026-12-03 09:00";
        let again = agreement(now, PARTY[0], "2026-12-10");
        let cancelled = [CancelledBy::Visitor, CancelledBy::Delegate].map(Given::cancelled);
        for given in cancelled.into_iter().chain([Given::kept()]) {
            assert_eq!(refusals(&given, now, &again), ["wrong_state C-3.1"]);
        }
    }

    #[test]
    fn contacts_and_days_are_bounded_and_the_end_is_not() {
        let mut given = Given::scheduled();
        given.appointment.version = EVENTS_MAX - 1;
        let speak = |given: &Given| contact(&given.appointment, &rules(NOW), WordChannel::Letter, at(NOW));
        let moved = agreement(NOW, PARTY[0], "2026-12-01");
        assert!(speak(&given).is_ok() && agree(&given, NOW, &moved).is_ok());
        given.appointment.version = EVENTS_MAX;
        assert_eq!(no(speak(&given)), "too_many C-3.1");
        assert_eq!(refusals(&given, NOW, &moved), ["too_many C-3.1"]);
        let cancel = crate::appointment::cancel(&given.appointment, &rules(NOW), CancelledBy::Visitor, at(NOW));
        assert!(cancel.is_ok());
    }
}

//! An appointment ends: the delegate comes, which is a reception, or it is called off (C-3.1).

use super::arranging::{ended, last_change};
use super::events::{AppointmentCancelled, AppointmentKept};
use super::state::Appointment;
use crate::ids::{AreaId, DelegateId, ReceptionId};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::session::follows;
use crate::vocabulary::{AppointmentState, CancelledBy, ReceptionForm};
use chrono::{DateTime, Utc};

/// Calls an appointment off (C-3.1), whatever is agreed so far, also after its day. The reason that it needs is the caller's to
/// have. By the visitor and in time it leaves nothing owed; by the delegate it excuses nothing.
///
/// Errors: a time in the future or before the request or what was agreed last; [`Code::AlreadyCancelled`];
/// [`Code::WrongState`] once it is kept.
pub fn cancel(
    appointment: &Appointment,
    rules: &Rules<'_>,
    by: CancelledBy,
    at: DateTime<Utc>,
) -> Result<AppointmentCancelled, Refusal> {
    follows(rules, at, Some(last_change(appointment)))?;
    match appointment.state {
        AppointmentState::Requested | AppointmentState::Scheduled => Ok(AppointmentCancelled { by }),
        AppointmentState::Cancelled => Err(Refusal::new(Code::AlreadyCancelled)
            .under("C-3.1")
            .because("该预约已经取消。", "The appointment is cancelled already.")),
        AppointmentState::Kept => {
            Err(ended("该预约已经如约走访，不能取消。", "The appointment is kept already; it cannot be cancelled."))
        }
    }
}

/// A visit, as the reception that names the appointment says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitDraft {
    /// The reception.
    pub reception_id: ReceptionId,
    /// Its form.
    pub form: ReceptionForm,
    /// Its grid.
    pub grid_id: AreaId,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// Who received.
    pub delegate_ids: Vec<DelegateId>,
}

/// Keeps an appointment by a reception, in the append of it (C-3.1). On another day than the one agreed it is kept too, and
/// early or late. Pointers are those of the reception's body.
///
/// Errors, all at once: [`Code::UnknownId`] at `/appointment_id` where there is none; [`Code::FieldUnexpected`] there for a
/// reception of another form; [`Code::GridNotThere`]; [`Code::DelegateNotThere`] at `/delegates` without the one agreed; at
/// `/held_at` a time in the future, or before the day was agreed. Then at `/appointment_id` [`Code::AlreadyKept`], and
/// [`Code::WrongState`] while no day is agreed or once it is cancelled.
pub fn keep(appointment: &Appointment, rules: &Rules<'_>, draft: &VisitDraft) -> Result<AppointmentKept, Vec<Refusal>> {
    let no = |code| Refusal::new(code).under("C-3.1");
    if !appointment.exists() {
        return Err(vec![Refusal::new(Code::UnknownId).at("/appointment_id")]);
    }
    let mut faults = Vec::new();
    if draft.form != ReceptionForm::Appointment {
        faults.push(no(Code::FieldUnexpected).at("/appointment_id").because(
            "只有应约走访可以写明所应的预约。",
            "Only a visit by appointment names the appointment that it keeps.",
        ));
    }
    if draft.grid_id != appointment.grid_id {
        faults.push(no(Code::GridNotThere).at("/grid_id"));
    }
    if appointment.agreed().is_some_and(|agreed| !draft.delegate_ids.contains(&agreed.delegate_id)) {
        faults.push(no(Code::DelegateNotThere).at("/delegates").because(
            "约定的代表没有参加此次走访。",
            "The delegate with whom it was agreed is not one of those who received.",
        ));
    }
    faults.extend(follows(rules, draft.held_at, Some(last_change(appointment))).map_err(|no| no.at("/held_at")).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    let refuse = |refusal: Refusal| Err(vec![refusal.at("/appointment_id")]);
    match appointment.state {
        AppointmentState::Scheduled => Ok(AppointmentKept { reception_id: draft.reception_id }),
        AppointmentState::Requested => refuse(ended(
            "该预约尚未约定代表和日期，请先约定。",
            "No delegate and day are agreed yet; schedule the appointment first.",
        )),
        AppointmentState::Kept => refuse(no(Code::AlreadyKept)),
        AppointmentState::Cancelled => refuse(ended(
            "该预约已经取消，请不写明预约而记录接待。",
            "The appointment is cancelled; record the reception without it.",
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::appointment::fixture::{Given, RECEPTION, no, said, visit};
    use crate::issue::fixture::{at, rules};
    use crate::session::fixture::{DEPUTY, OTHER_GRID, PARTY};

    const NOW: &str = "2026-12-03 09:00";

    fn kept(given: &Given, draft: &VisitDraft) -> Result<AppointmentKept, Vec<Refusal>> {
        keep(&given.appointment, &rules(NOW), draft)
    }

    fn refusals(given: &Given, draft: &VisitDraft) -> Vec<String> {
        said(&kept(given, draft).unwrap_err())
    }

    #[test]
    fn an_appointment_is_called_off_once_and_not_after_the_visit() {
        let call_off = |given: &Given, when: &str| {
            cancel(&given.appointment, &rules(NOW), CancelledBy::Delegate, at(when)).map(|cancelled| cancelled.by)
        };
        assert_eq!(call_off(&Given::requested(), NOW), Ok(CancelledBy::Delegate));
        assert_eq!(call_off(&Given::scheduled(), NOW), Ok(CancelledBy::Delegate));
        assert_eq!(no(call_off(&Given::cancelled(CancelledBy::Visitor), NOW)), "already_cancelled C-3.1");
        assert_eq!(no(call_off(&Given::kept(), NOW)), "wrong_state C-3.1");
        assert_eq!(no(call_off(&Given::requested(), "2026-11-19 14:59")), "before_previous - /occurred_at");
        assert_eq!(no(call_off(&Given::scheduled(), "2026-11-20 09:59")), "before_previous - /occurred_at");
        assert_eq!(no(call_off(&Given::scheduled(), "2026-12-03 09:01")), "in_the_future - /occurred_at");
    }

    #[test]
    fn a_visit_of_the_delegate_agreed_keeps_it_on_whatever_day() {
        for when in ["2026-11-20 10:00", "2026-11-26 13:30", "2026-12-02 10:00"] {
            assert_eq!(kept(&Given::scheduled(), &visit(when)).unwrap().reception_id, RECEPTION);
        }
        let with_others = VisitDraft { delegate_ids: vec![DEPUTY[0], PARTY[0]], ..visit("2026-11-26 13:30") };
        assert!(kept(&Given::scheduled(), &with_others).is_ok());
    }

    #[test]
    fn what_does_not_fit_the_visit_is_told_at_once() {
        let given = Given::scheduled();
        let wrong = VisitDraft {
            form: ReceptionForm::WalkIn,
            grid_id: OTHER_GRID,
            delegate_ids: vec![PARTY[1]],
            ..visit("2026-11-20 09:59")
        };
        let all = [
            "field_unexpected C-3.1 /appointment_id",
            "grid_not_there C-3.1 /grid_id",
            "delegate_not_there C-3.1 /delegates",
            "before_previous - /held_at",
        ];
        assert_eq!(refusals(&given, &wrong), all);
        assert_eq!(refusals(&given, &visit("2026-12-03 09:01")), ["in_the_future - /held_at"]);
        let nothing = Given::nothing();
        assert_eq!(refusals(&nothing, &visit("2026-11-26 13:30")), ["unknown_id - /appointment_id"]);
    }

    #[test]
    fn only_what_is_agreed_and_not_ended_is_kept() {
        let visit = visit("2026-12-02 10:00");
        assert_eq!(refusals(&Given::requested(), &visit), ["wrong_state C-3.1 /appointment_id"]);
        assert_eq!(refusals(&Given::kept(), &visit), ["already_kept C-3.1 /appointment_id"]);
        for by in [CancelledBy::Visitor, CancelledBy::Delegate] {
            assert_eq!(refusals(&Given::cancelled(by), &visit), ["wrong_state C-3.1 /appointment_id"]);
        }
    }
}

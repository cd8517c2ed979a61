//! The steps of an appointment's story (C-3.1): asked for, answered, agreed, moved, kept by a visit or called off.

use super::dice::Dice;
use super::doing::{Doing, Undertaken, begun};
use super::hours;
use super::town::Town;
use super::undertaking_steps::{AppointmentStep, UndertakingStep};
use super::undertaking_words::VISITS;

use super::words;
use casework::Failure;
use casework::loaded::AsOf;
use casework::receptions::NewVisitor;
use casework::undertakings::appointments::{NewAgreement, NewAppointment};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::appointment::Appointment;
use domain::clock::Subject;
use domain::ids::AppointmentId;
use domain::policy::ClockTime;
use domain::reception::{DelegateDraft, Occasion};
use domain::vocabulary::{CancelledBy, ReceptionForm, Role, WordChannel};

/// Minutes after the beginning of a reception afternoon at which visits begin.
const FROM: u32 = 30;

/// One step and when.
type Later = (DateTime<Utc>, UndertakingStep);

fn step(at: DateTime<Utc>, step: AppointmentStep) -> Later {
    (at, UndertakingStep::Appointment(step))
}

impl Town<'_> {
    /// Does a step of an appointment.
    pub(super) async fn do_appointment(
        &self,
        doing: &Doing<'_>,
        what: AppointmentStep,
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        let (casework, at) = (self.casework, Some(doing.at));
        let (id, then) = match what {
            AppointmentStep::Request => return self.request(doing, dice).await,
            AppointmentStep::Contact(id) => {
                let text = Some("已电话联系，了解来意。");
                let by = doing.by(Role::Liaison);
                casework.contact_about_appointment(&by, id, WordChannel::Phone, text, at).await?;
                let soon = hours::soon(&casework.reference(), self.now);
                let later = match dice.below(1000) {
                    0..900 => Some(step(soon, AppointmentStep::Agree(id))),
                    900..980 => {
                        let off = AppointmentStep::CallOff(id, CancelledBy::Visitor);
                        Some(step(self.in_days(dice, 0, 2), off))
                    }
                    _ => None,
                };
                (id, later.into_iter().collect())
            }
            AppointmentStep::Agree(id) => return self.agree(doing, id, (3, 6), dice).await,
            AppointmentStep::Move(id) => return self.agree(doing, id, (4, 8), dice).await,
            AppointmentStep::Visit(id) => return self.visit(doing, id).await,
            AppointmentStep::CallOff(id, by) => {
                let why = match by {
                    CancelledBy::Visitor => "家人已陪同到服务站反映，不再上门。",
                    CancelledBy::Delegate => "代表临时外出，另行联系。",
                };
                casework.cancel_appointment(&doing.by(Role::Liaison), id, by, why, at).await?;
                (id, Vec::new())
            }
        };
        Ok(Undertaken::then(then).about(Subject::Appointment(id)))
    }

    async fn request(&self, doing: &Doing<'_>, dice: &mut Dice) -> Result<Undertaken, Failure> {
        let wanted = if dice.chance(300) { self.team(doing.of.grid, 1, dice) } else { Vec::new() };
        let new = NewAppointment {
            grid_id: doing.desk.id,
            unit_id: dice.pick(&doing.desk.homes).map(|(unit, _)| *unit),
            delegate_id: wanted.first().map(|one| one.delegate_id),
            visitor: NewVisitor { name: Some(words::name(dice)), phone: Some(words::phone(dice)) },
            text: dice.say(&VISITS).to_owned(),
            at: Some(doing.at),
        };
        let (id, _) = begun(self.casework.request_appointment(&doing.by(Role::Liaison), &new).await?)?;
        let at = match dice.below(1000) {
            0..870 => Some(self.in_days(dice, 0, 1)),
            870..970 => Some(self.in_days(dice, 2, 4)),
            // Nobody calls back.
            _ => None,
        };
        let then = at.map(|at| step(at, AppointmentStep::Contact(id))).into_iter().collect();
        Ok(Undertaken::then(then).about(Subject::Appointment(id)))
    }

    /// A day is agreed some working days ahead, with whoever was agreed before or asked for, where there is such a one.
    async fn agree(
        &self,
        doing: &Doing<'_>,
        id: AppointmentId,
        (low, high): (u32, u32),
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        let reference = self.casework.reference();
        let asked = self.casework.load::<Appointment>(id, AsOf::Now).await?;
        let scheduled_on = reference.calendars.after(self.today(), dice.between(low, high)).on;
        let before = asked.state.agreed().map(|agreed| agreed.delegate_id).or(asked.state.delegate_id);
        let before = before.filter(|who| reference.delegates.holding(*who, scheduled_on).is_ok());
        let anybody = self.team(doing.of.grid, 2, dice);
        let Some(delegate_id) = before.or(dice.pick(&anybody).map(|one| one.delegate_id)) else {
            return Ok(Undertaken::moot());
        };
        let from = NaiveTime::MIN + chrono::Duration::minutes(i64::from(13 * 60 + 30 + FROM));
        let new = NewAgreement {
            delegate_id,
            scheduled_on,
            from: ClockTime(from),
            place: Some("来访人家中".to_owned()),
            at: Some(doing.at),
        };
        self.casework.schedule_appointment(&doing.by(Role::Liaison), id, &new).await?;
        let moved = asked.state.agreed().is_some();
        let then = self.after_agreeing(id, moved, scheduled_on, dice);
        Ok(Undertaken::then(then.into_iter().collect()).about(Subject::Appointment(id)))
    }

    fn after_agreeing(&self, id: AppointmentId, moved: bool, on: NaiveDate, dice: &mut Dice) -> Option<Later> {
        let late = hours::late(&self.casework.reference(), on);
        match dice.below(1000) {
            0..830 => Some(step(late, AppointmentStep::Visit(id))),
            // The day is moved before it comes.
            830..910 if !moved => Some(step(self.in_days(dice, 0, 1), AppointmentStep::Move(id))),
            910..970 => {
                let by = if dice.chance(600) { CancelledBy::Visitor } else { CancelledBy::Delegate };
                Some(step(self.in_days(dice, 0, 2), AppointmentStep::CallOff(id, by)))
            }
            // Nobody comes.
            970..1000 => None,
            _ => Some(step(late, AppointmentStep::Visit(id))),
        }
    }

    /// The visit is a reception that keeps the appointment.
    async fn visit(&self, doing: &Doing<'_>, id: AppointmentId) -> Result<Undertaken, Failure> {
        let asked = self.casework.load::<Appointment>(id, AsOf::Now).await?;
        let Some(agreed) = asked.state.agreed() else { return Ok(Undertaken::moot()) };
        let held_at = hours::afternoon(&self.casework.reference(), agreed.on, FROM);
        let visitor = DelegateDraft { delegate_id: agreed.delegate_id, delegate_type: None };
        let said = (ReceptionForm::Appointment, held_at);
        let heard = self.hear(doing, said, Occasion::Appointment(id), &[visitor]).await?;
        Ok(Undertaken::heard(heard).about(Subject::Appointment(id)))
    }
}

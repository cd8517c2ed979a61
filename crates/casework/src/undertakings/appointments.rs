//! Appointments (应约走访): asked for, answered, agreed, kept or called off (C-3.1). The rules are `domain::appointment`'s; what
//! keeps one is a reception, which tells it so (`occasion.rs` beside it).

use super::{BegunOutcome, ChangedOutcome, one};
use crate::access::things;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::corrections::people;
use crate::read::loaded::Entity;
use crate::receptions::NewVisitor;
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use chrono::NaiveDate;
use domain::access::{Action, Thing};
use domain::appointment::{self, Appointment, AppointmentEvent, RequestDraft, ScheduleDraft};
use domain::event::Event;
use domain::ids::{AppointmentId, AreaId, DelegateId};
use domain::policy::ClockTime;
use domain::reception::Visitor;
use domain::refusal::Refusal;
use domain::rules::Rules;
use domain::vocabulary::{CancelledBy, WordChannel};
use event_store::Version;

/// A visit as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewAppointment {
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// The delegate who is asked for, where that is one in particular.
    pub delegate_id: Option<DelegateId>,
    /// Who asks.
    pub visitor: NewVisitor,
    /// What it is about.
    pub text: String,
    /// When it was asked for.
    pub at: OccurredAt,
}

/// Delegate, day, hour and place as they are agreed.
#[derive(Clone, Debug)]
pub struct NewAgreement {
    /// Who will come.
    pub delegate_id: DelegateId,
    /// On which day.
    pub scheduled_on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
    /// Where, if that was said.
    pub place: Option<String>,
    /// When it was agreed.
    pub at: OccurredAt,
}

/// What decides one event on an appointment.
type Decide<'d> = dyn Fn(&Appointment, &mut Transaction<'_>) -> Result<AppointmentEvent, Vec<Refusal>> + 'd;

impl Casework {
    /// Records that somebody asks for a visit.
    pub fn request_appointment<'a>(
        &'a self,
        call: &'a CommandContext,
        new: &'a NewAppointment,
    ) -> LocalBoxed<'a, BegunOutcome<Appointment>> {
        Box::pin(async move {
            let id = AppointmentId(self.new_id());
            let stream = Appointment::stream(id);
            // Sealed once, whatever the attempts: the stream is new, so its versions are known.
            let mut sealed = self.seal_first(&stream, words([("text", Some(new.text.as_str()))]))?;
            let (name, phone) = (new.visitor.name.as_deref(), new.visitor.phone.as_deref());
            let visitor = match sealed.seal_person(self, &stream, Version(1), name, phone)? {
                Some(subject) => Visitor::Named { subject: subject.to_string() },
                None => Visitor::Anonymous { anonymous: true },
            };
            self.begin_thing(call, id, new.at, sealed, |tx| {
                let draft = RequestDraft {
                    grid_id: new.grid_id,
                    unit_id: new.unit_id,
                    delegate_id: new.delegate_id,
                    visitor: visitor.clone(),
                    at: tx.at,
                };
                let requested = appointment::request(&people(tx.reference), &tx.rules, &draft)?;
                if let Some(delegate) = new.delegate_id {
                    tx.rely_on_delegate(delegate);
                }
                Ok((Some(new.grid_id), AppointmentEvent::Requested(requested)))
            })
            .await
        })
    }

    /// Records that whoever asked was spoken to.
    #[boxed(?Send)]
    pub async fn contact_about_appointment(
        &self,
        call: &CommandContext,
        id: AppointmentId,
        channel: WordChannel,
        text: Option<&str>,
        at: OccurredAt,
    ) -> ChangedOutcome<Appointment> {
        self.change_appointment(call, id, at, words([("text", text)]), &|asked, tx| {
            one(appointment::contact(asked, &tx.rules, channel, tx.at).map(AppointmentEvent::Contacted))
        })
        .await
    }

    /// Records who will come, when and where; again, that it is moved.
    #[boxed(?Send)]
    pub async fn schedule_appointment(
        &self,
        call: &CommandContext,
        id: AppointmentId,
        new: &NewAgreement,
    ) -> ChangedOutcome<Appointment> {
        self.change_appointment(call, id, new.at, words([("place", new.place.as_deref())]), &|asked, tx| {
            let draft = ScheduleDraft {
                delegate_id: new.delegate_id,
                scheduled_on: new.scheduled_on,
                from: new.from,
                place_given: new.place.is_some(),
                at: tx.at,
            };
            let agreed = appointment::schedule(asked, &tx.reference.delegates, &tx.rules, &draft)?;
            tx.rely_on_delegate(new.delegate_id);
            Ok(AppointmentEvent::Scheduled(agreed))
        })
        .await
    }

    /// Calls an appointment off.
    #[boxed(?Send)]
    pub async fn cancel_appointment(
        &self,
        call: &CommandContext,
        id: AppointmentId,
        by: CancelledBy,
        reason: &str,
        at: OccurredAt,
    ) -> ChangedOutcome<Appointment> {
        self.change_appointment(call, id, at, words([("reason", Some(reason))]), &|asked, tx| {
            one(appointment::cancel(asked, &tx.rules, by, tx.at).map(AppointmentEvent::Cancelled))
        })
        .await
    }

    /// Decides one event on an appointment and records it.
    fn change_appointment<'a>(
        &'a self,
        call: &'a CommandContext,
        id: AppointmentId,
        at: OccurredAt,
        said: Words,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Appointment>> {
        Box::pin(self.change_thing(call, id, at, said, decide))
    }
}

impl Entity for Appointment {
    type Id = AppointmentId;

    const FAMILY: &'static str = "appointment";

    const READ: Action = Action::AppointmentRead;

    fn event(event: Event) -> Option<AppointmentEvent> {
        if let Event::Appointment(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &AppointmentEvent) -> Vec<NaiveDate> {
        let agreed = self.agreed().map(|agreed| agreed.on);
        [rules.today, rules.town_date(self.requested.at)].into_iter().chain(agreed).collect()
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::appointment(self)
    }
}

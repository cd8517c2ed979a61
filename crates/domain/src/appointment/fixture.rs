//! Appointments as tests are given them: one asked for on Thursday 2026-11-19 at 15:00, taken through real decisions.
#![allow(clippy::unwrap_used)]

use super::*;
pub(crate) use crate::deed::fixture::{RECEPTION, no, said};
use crate::fixtures::day;
use crate::ids::DelegateId;
use crate::issue::fixture::{CALENDARS, POLICY, at, rules};
use crate::reception::Visitor;
use crate::session::fixture::{GRID, PARTY, TOWN};
use crate::vocabulary::{CancelledBy, ReceptionForm};
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Utc};

pub(crate) fn request_draft(when: &str) -> RequestDraft {
    let visitor = Visitor::Named { subject: "s/AAECAwQFBgcICQoLDA0ODw".to_owned() };
    RequestDraft { grid_id: GRID, unit_id: None, delegate_id: None, visitor, at: at(when) }
}

/// At half past one.
pub(crate) fn agreement(when: &str, delegate_id: DelegateId, on: &str) -> ScheduleDraft {
    ScheduleDraft {
        delegate_id,
        scheduled_on: day(on),
        from: POLICY.service_day.from,
        place_given: false,
        at: at(when),
    }
}

/// The first Party delegate comes.
pub(crate) fn visit(when: &str) -> VisitDraft {
    VisitDraft {
        reception_id: RECEPTION,
        form: ReceptionForm::Appointment,
        grid_id: GRID,
        held_at: at(when),
        delegate_ids: vec![PARTY[0]],
    }
}

/// An appointment with what happened to it.
#[derive(Clone)]
pub(crate) struct Given {
    pub appointment: Appointment,
    pub events: Vec<(AppointmentEvent, Stamp)>,
}

impl Given {
    pub fn nothing() -> Self {
        Self { appointment: Appointment::default(), events: Vec::new() }
    }

    pub fn requested() -> Self {
        Self::requested_at("2026-11-19 15:00")
    }

    pub fn requested_at(when: &str) -> Self {
        let requested = request(&TOWN.people(), &rules(when), &request_draft(when)).unwrap();
        Self::nothing().then(when, AppointmentEvent::Requested(requested))
    }

    /// The first Party delegate is to come on Thursday 2026-11-26, agreed on 2026-11-20 at 10:00.
    pub fn scheduled() -> Self {
        Self::requested().and_scheduled("2026-11-20 10:00", "2026-11-26")
    }

    pub fn and_scheduled(self, when: &str, on: &str) -> Self {
        let draft = agreement(when, PARTY[0], on);
        let scheduled = schedule(&self.appointment, &TOWN.delegates, &rules(when), &draft).unwrap();
        self.then(when, AppointmentEvent::Scheduled(scheduled))
    }

    /// Called off on 2026-11-25.
    pub fn cancelled(by: CancelledBy) -> Self {
        let (given, when) = (Self::scheduled(), "2026-11-25 09:00");
        let cancelled = cancel(&given.appointment, &rules(when), by, at(when)).unwrap();
        given.then(when, AppointmentEvent::Cancelled(cancelled))
    }

    /// On the day agreed, at 14:00.
    pub fn kept() -> Self {
        let (given, when) = (Self::scheduled(), "2026-11-26 14:00");
        let kept = keep(&given.appointment, &rules(when), &visit(when)).unwrap();
        given.then(when, AppointmentEvent::Kept(kept))
    }

    /// One more fact, recorded when it happened.
    pub fn then(self, when: &str, event: AppointmentEvent) -> Self {
        self.event(event, at(when), at(when))
    }

    pub fn event(mut self, event: AppointmentEvent, occurred_at: DateTime<Utc>, recorded_at: DateTime<Utc>) -> Self {
        let version = self.appointment.version + 1;
        let stamp = Stamp {
            position: 100 + version,
            version,
            occurred_at,
            recorded_at,
            policy: Some(POLICY.position()),
            calendar: CALENDARS.newest(),
            account: None,
        };
        self.appointment.apply(&event, &stamp);
        self.events.push((event, stamp));
        self
    }
}

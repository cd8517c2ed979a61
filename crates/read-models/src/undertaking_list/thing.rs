//! An undertaking of any family, folded, and what a list asks of it.

use super::family::UndertakingFamily;
use super::row::UndertakingRow;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::Fold as _;
use domain::activity::{Activity, ActivityEvent};
use domain::appointment::{Appointment, AppointmentEvent};
use domain::deed::{Deed, DeedEvent};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId};
use domain::meeting::{Meeting, MeetingEvent};
use domain::office::Offices;
use domain::study::{self, Study, StudyEvent};
use domain::typical_case::{TypicalCase, TypicalCaseEvent};
use std::collections::BTreeSet;
use uuid::Uuid;

/// One of them. Few are in memory at a time.
pub(super) enum Thing {
    Activity(Activity),
    Meeting(Meeting),
    Study(Study),
    Deed(Deed),
    Appointment(Appointment),
    TypicalCase(TypicalCase),
}

impl Thing {
    /// Of the family of an event; nothing is folded yet.
    pub fn new(fact: &Fact) -> Result<Self, Failure> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the model is of these families alone")]
        Ok(match &fact.event {
            Event::Activity(_) => Self::Activity(Activity::default()),
            Event::Meeting(_) => Self::Meeting(Meeting::default()),
            Event::Study(_) => Self::Study(Study::default()),
            Event::Deed(_) => Self::Deed(Deed::default()),
            Event::Appointment(_) => Self::Appointment(Appointment::default()),
            Event::TypicalCase(_) => Self::TypicalCase(TypicalCase::default()),
            _ => return Err(fact.misplaced()),
        })
    }

    /// Takes one more event into account. A gap, an event of another family, a second beginning: they have no place.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), Failure> {
        fact.follows(self.version())?;
        let begins = match (&mut *self, &fact.event) {
            (Self::Activity(activity), Event::Activity(event)) => {
                activity.apply(event, &fact.stamp);
                matches!(event, ActivityEvent::Held(_))
            }
            (Self::Meeting(meeting), Event::Meeting(event)) => {
                meeting.apply(event, &fact.stamp);
                matches!(event, MeetingEvent::Convened(_))
            }
            (Self::Study(study), Event::Study(event)) => {
                study.apply(event, &fact.stamp);
                matches!(event, StudyEvent::Started(_) | StudyEvent::Inspected(_))
            }
            (Self::Deed(deed), Event::Deed(event)) => {
                deed.apply(event, &fact.stamp);
                matches!(event, DeedEvent::Pledged(_))
            }
            (Self::Appointment(appointment), Event::Appointment(event)) => {
                appointment.apply(event, &fact.stamp);
                matches!(event, AppointmentEvent::Requested(_))
            }
            (Self::TypicalCase(case), Event::TypicalCase(event)) => {
                case.apply(event, &fact.stamp);
                matches!(event, TypicalCaseEvent::Nominated(_))
            }
            (
                Self::Activity(_)
                | Self::Meeting(_)
                | Self::Study(_)
                | Self::Deed(_)
                | Self::Appointment(_)
                | Self::TypicalCase(_),
                _,
            ) => {
                return Err(fact.misplaced());
            }
        };
        if begins == (fact.stamp.version == 1) { Ok(()) } else { Err(fact.misplaced()) }
    }

    const fn version(&self) -> u64 {
        match self {
            Self::Activity(activity) => activity.version,
            Self::Meeting(meeting) => meeting.version,
            Self::Study(study) => study.version,
            Self::Deed(deed) => deed.version,
            Self::Appointment(appointment) => appointment.version,
            Self::TypicalCase(case) => case.version,
        }
    }

    /// Of which family it is.
    pub const fn family(&self) -> UndertakingFamily {
        match self {
            Self::Activity(_) => UndertakingFamily::Activity,
            Self::Meeting(_) => UndertakingFamily::Meeting,
            Self::Study(_) => UndertakingFamily::Study,
            Self::Deed(_) => UndertakingFamily::Deed,
            Self::Appointment(_) => UndertakingFamily::Appointment,
            Self::TypicalCase(_) => UndertakingFamily::TypicalCase,
        }
    }

    /// The day by which it is listed: held or else called for, begun, promised, agreed or else asked for, nominated.
    pub fn on(&self, zone: Tz) -> NaiveDate {
        let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        match self {
            Self::Activity(activity) => day(activity.held.at),
            Self::Meeting(meeting) => meeting.held.map_or(meeting.scheduled_on, |held| day(held.at)),
            Self::Study(study) => day(study.begun.at),
            Self::Deed(deed) => deed.promised_on,
            Self::Appointment(asked) => asked.agreed().map_or_else(|| day(asked.requested.at), |agreed| agreed.on),
            Self::TypicalCase(case) => day(case.nominated.at),
        }
    }

    /// The grids and the delegates that it is of, with its day.
    pub fn of(&self, zone: Tz) -> BTreeSet<(Uuid, NaiveDate)> {
        let mut grids: Vec<AreaId> = Vec::new();
        let mut delegates: Vec<DelegateId> = Vec::new();
        match self {
            Self::Activity(activity) => {
                grids.extend(&activity.grid_ids);
                delegates.extend(activity.delegates.iter().map(|one| one.delegate_id));
            }
            Self::Meeting(meeting) => {
                grids.push(meeting.grid_id);
                delegates.extend(meeting.delegates.iter().map(|one| one.delegate_id));
            }
            Self::Study(study) => {
                grids.extend(study.grid_id);
                delegates.extend(study.team());
            }
            Self::Deed(deed) => {
                grids.push(deed.grid_id);
                delegates.push(deed.owner_delegate_id);
            }
            Self::Appointment(asked) => {
                grids.push(asked.grid_id);
                delegates.extend(asked.agreed().map(|agreed| agreed.delegate_id).or(asked.delegate_id));
            }
            Self::TypicalCase(case) => grids.push(case.grid_id),
        }
        let on = self.on(zone);
        grids.iter().map(|grid| grid.0).chain(delegates.iter().map(|who| who.0)).map(|id| (id, on)).collect()
    }

    /// Its row.
    pub fn row(&self, id: Uuid, zone: Tz, offices: &Offices) -> UndertakingRow {
        let (kind, state) = match self {
            // It is held, or it is not recorded.
            Self::Activity(activity) => (Some(activity.kind.as_str()), "held"),
            Self::Meeting(meeting) => (Some(meeting.kind.as_str()), meeting.state.as_str()),
            Self::Study(study) => (Some(study.kind.as_str()), study::state(study, offices).as_str()),
            Self::Deed(deed) => (Some(deed.kind.as_str()), deed.state.as_str()),
            Self::Appointment(appointment) => (None, appointment.state.as_str()),
            Self::TypicalCase(case) => (None, case.state().as_str()),
        };
        UndertakingRow { family: self.family(), id, on: self.on(zone), kind, state, faults: String::new() }
    }
}

//! What obligations are about: a session, an issue, a grid, a deed.

use crate::Stamp;
use crate::ids::{AppointmentId, AreaId, DeedId, DelegateId, IssueId, SessionId, StudyId};
use crate::session::SessionEvent;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What obligations are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A session.
    Session(SessionId),
    /// An issue.
    Issue(IssueId),
    /// A grid.
    Grid(AreaId),
    /// A deed.
    Deed(DeedId),
    /// A study or an inspection.
    Study(StudyId),
    /// An appointment.
    Appointment(AppointmentId),
}

impl Subject {
    /// Of which family its stream is.
    pub const fn family(self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::Issue(_) => "issue",
            Self::Grid(_) => "area",
            Self::Deed(_) => "deed",
            Self::Study(_) => "study",
            Self::Appointment(_) => "appointment",
        }
    }

    /// Its id.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Session(id) => id.0,
            Self::Issue(id) => id.0,
            Self::Grid(id) => id.0,
            Self::Deed(id) => id.0,
            Self::Study(id) => id.0,
            Self::Appointment(id) => id.0,
        }
    }

    /// Of a family and an id.
    pub fn of(family: &str, id: Uuid) -> Option<Self> {
        match family {
            "session" => Some(Self::Session(SessionId(id))),
            "issue" => Some(Self::Issue(IssueId(id))),
            "area" => Some(Self::Grid(AreaId(id))),
            "deed" => Some(Self::Deed(DeedId(id))),
            "study" => Some(Self::Study(StudyId(id))),
            "appointment" => Some(Self::Appointment(AppointmentId(id))),
            _ => None,
        }
    }

    /// Of the name of a stream, as events of the clock write it.
    pub fn parse(about: &str) -> Option<Self> {
        let (family, id) = about.split_once('/')?;
        Self::of(family, Uuid::try_parse(id).ok()?)
    }
}

/// The stamp of a leaf that the clock itself wrote: it counts as recorded at the instant that it stands for.
pub const fn by_the_clock(stamp: Stamp) -> Stamp {
    Stamp { recorded_at: stamp.occurred_at, ..stamp }
}

/// Everybody who has or ever had a duty at a session.
pub fn on_duty(events: &[(SessionEvent, Stamp)]) -> BTreeSet<DelegateId> {
    let mut all = BTreeSet::new();
    for (event, _) in events {
        if let SessionEvent::RotaAssigned(assigned) = event {
            all.extend(assigned.slots.iter().map(|slot| slot.delegate_id));
        } else if let SessionEvent::DutySubstituted(substituted) = event {
            all.insert(substituted.substitute_id);
        }
    }
    all
}

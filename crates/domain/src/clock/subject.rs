//! What obligations are about: a session, an issue, a grid, a deed, a year of a grid.

use super::obligation::Key;
use crate::Stamp;
use crate::ids::{
    ActivityId, AppointmentId, AreaId, DeedId, DelegateId, IssueId, MajorIssueId, MeetingId, SessionId, StudyId,
    TypicalCaseId,
};
use crate::period::{HalfYear, Quarter};
use crate::session::SessionEvent;
use chrono::Datelike as _;
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
    /// An activity.
    Activity(ActivityId),
    /// A major issue.
    MajorIssue(MajorIssueId),
    /// A year of a grid, with its quarters and half-years.
    GridYear(AreaId, i32),
    /// A year of a delegate.
    DelegateYear(DelegateId, i32),
}

/// A thing that is about no obligation of its own stream, but counts for that of a year, or of a major issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// A theme activity or a symposium.
    Activity(ActivityId),
    /// A meeting.
    Meeting(MeetingId),
    /// A typical case.
    TypicalCase(TypicalCaseId),
}

/// A subject for the clock to look at, with all that may count for it. Whoever names them may name too many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub subject: Subject,
    /// Everything that may count for it.
    pub members: Vec<Member>,
}

impl From<Subject> for Candidate {
    /// For which nothing counts but its own stream.
    fn from(subject: Subject) -> Self {
        Self { subject, members: Vec::new() }
    }
}

impl Member {
    /// Of which family its stream is.
    pub const fn family(self) -> &'static str {
        match self {
            Self::Activity(_) => "activity",
            Self::Meeting(_) => "meeting",
            Self::TypicalCase(_) => "typical_case",
        }
    }

    /// Its id.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Activity(id) => id.0,
            Self::Meeting(id) => id.0,
            Self::TypicalCase(id) => id.0,
        }
    }

    /// Of a family and an id.
    pub fn of(family: &str, id: Uuid) -> Option<Self> {
        match family {
            "activity" => Some(Self::Activity(ActivityId(id))),
            "meeting" => Some(Self::Meeting(MeetingId(id))),
            "typical_case" => Some(Self::TypicalCase(TypicalCaseId(id))),
            _ => None,
        }
    }
}

impl Subject {
    /// Of which family the stream is that its obligations name.
    pub const fn family(self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::Issue(_) => "issue",
            Self::Grid(_) | Self::GridYear(..) => "area",
            Self::Deed(_) => "deed",
            Self::Study(_) => "study",
            Self::Appointment(_) => "appointment",
            Self::Activity(_) => "activity",
            Self::MajorIssue(_) => "major_issue",
            Self::DelegateYear(..) => "delegate",
        }
    }

    /// The id of that stream.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Session(id) => id.0,
            Self::Issue(id) => id.0,
            Self::Grid(id) | Self::GridYear(id, _) => id.0,
            Self::Deed(id) => id.0,
            Self::Study(id) => id.0,
            Self::Appointment(id) => id.0,
            Self::Activity(id) => id.0,
            Self::MajorIssue(id) => id.0,
            Self::DelegateYear(id, _) => id.0,
        }
    }

    /// The year, of a year.
    pub const fn year(self) -> Option<i32> {
        match self {
            Self::GridYear(_, year) | Self::DelegateYear(_, year) => Some(year),
            Self::Session(_)
            | Self::Issue(_)
            | Self::Grid(_)
            | Self::Deed(_)
            | Self::Study(_)
            | Self::Appointment(_)
            | Self::Activity(_)
            | Self::MajorIssue(_) => None,
        }
    }

    /// Whether other things than those of its own stream may count for it.
    pub const fn has_members(self) -> bool {
        match self {
            Self::GridYear(..) | Self::MajorIssue(_) => true,
            Self::Session(_)
            | Self::Issue(_)
            | Self::Grid(_)
            | Self::Deed(_)
            | Self::Study(_)
            | Self::Appointment(_)
            | Self::Activity(_)
            | Self::DelegateYear(..) => false,
        }
    }

    /// Of a family and an id, and of the period that an obligation names: a quarter, a half-year or a year tells the year.
    pub fn of(family: &str, id: Uuid, period: Option<&str>) -> Option<Self> {
        let year = || period.and_then(year_of);
        match family {
            "session" => Some(Self::Session(SessionId(id))),
            "issue" => Some(Self::Issue(IssueId(id))),
            "area" => Some(year().map_or(Self::Grid(AreaId(id)), |year| Self::GridYear(AreaId(id), year))),
            "deed" => Some(Self::Deed(DeedId(id))),
            "study" => Some(Self::Study(StudyId(id))),
            "appointment" => Some(Self::Appointment(AppointmentId(id))),
            "activity" => Some(Self::Activity(ActivityId(id))),
            "major_issue" => Some(Self::MajorIssue(MajorIssueId(id))),
            "delegate" => year().map(|year| Self::DelegateYear(DelegateId(id), year)),
            _ => None,
        }
    }

    /// What an obligation is about, as its key names it.
    pub fn of_key(key: &Key) -> Option<Self> {
        let (family, id) = key.about.split_once('/')?;
        Self::of(family, Uuid::try_parse(id).ok()?, key.period.as_deref())
    }
}

/// The year of a period as obligations name it; nothing of a day or a cycle.
fn year_of(period: &str) -> Option<i32> {
    let quarter = period.parse().map(Quarter::first_day).ok();
    let half = || period.parse().map(HalfYear::first_day).ok();
    let year = || period.parse().ok().filter(|_| period.len() == 4);
    quarter.or_else(half).map(|first| first.year()).or_else(year)
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

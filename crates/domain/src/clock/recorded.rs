//! Everything recorded of what obligations are about: its own streams, and those of what counts for it. What follows from
//! them is derived beside, in `deriving.rs`.

use super::subject::{Member, Subject};
use super::things::folded;
use super::timeline::{Lean, Timeline};
use crate::activity::{Activity, ActivityEvent};
use crate::appointment::AppointmentEvent;
use crate::appraisal::AppraisalEvent;
use crate::deed::DeedEvent;
use crate::event_type::EventType;
use crate::ids::{
    ActivityId, AppointmentId, AreaId, DeedId, DelegateId, FileId, IssueId, MajorIssueId, MeetingId, SessionId,
    StudyId, TypicalCaseId,
};
use crate::issue::IssueEvent;
use crate::leave::LeaveEvent;
use crate::major_issue::{MajorIssue, MajorIssueEvent};
use crate::meeting::{Meeting, MeetingEvent};
use crate::session::SessionEvent;
use crate::study::{Study, StudyEvent};
use crate::typical_case::{TypicalCase, TypicalCaseEvent};
use crate::vocabulary::{ActivityKind, FileKind};
use crate::{Fold, Stamp};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// What is declared of a leaf's type, and what its envelope says.
pub(super) type Leaf = (&'static EventType, Stamp);

/// Events with what their envelopes say; stamps of leaves of the clock are those of [`by_the_clock`](super::by_the_clock).
pub type Events<E> = Vec<(E, Stamp)>;

/// What is recorded of a subject, and of what it leans on beside the [`Timeline`].
#[derive(Clone, Debug)]
pub enum Recorded {
    /// Of a session, with the leaves of those who have or had a duty there.
    Session {
        /// Which.
        id: SessionId,
        /// Its events.
        events: Events<SessionEvent>,
        /// Leaves of absence.
        leaves: BTreeMap<DelegateId, Events<LeaveEvent>>,
    },
    /// Of an issue.
    Issue {
        /// Which.
        id: IssueId,
        /// Its events.
        events: Events<IssueEvent>,
        /// The session that its reception names.
        session_id: Option<SessionId>,
    },
    /// Of a grid: all of it is in the timeline.
    Grid(AreaId),
    /// Of a deed.
    Deed {
        /// Which.
        id: DeedId,
        /// Its events.
        events: Events<DeedEvent>,
    },
    /// Of a study or an inspection.
    Study {
        /// Which.
        id: StudyId,
        /// Its events.
        events: Events<StudyEvent>,
    },
    /// Of an appointment.
    Appointment {
        /// Which.
        id: AppointmentId,
        /// Its events.
        events: Events<AppointmentEvent>,
    },
    /// Of an activity.
    Activity {
        /// Which.
        id: ActivityId,
        /// Its events.
        events: Events<ActivityEvent>,
        /// The kinds of its files, said once and for all before it named them.
        kinds: BTreeMap<FileId, FileKind>,
    },
    /// Of a major issue, with the meetings of its grid.
    MajorIssue {
        /// Which.
        id: MajorIssueId,
        /// Its events.
        events: Events<MajorIssueEvent>,
        /// The meetings.
        members: Members,
    },
    /// Of a year of a grid: whatever was held or submitted in it.
    GridYear {
        /// The grid.
        grid: AreaId,
        /// The year.
        year: i32,
        /// What counts for it.
        members: Members,
    },
    /// Of a year of a delegate: their appraisal.
    DelegateYear {
        /// The delegate.
        who: DelegateId,
        /// The year.
        year: i32,
        /// Events of the appraisal.
        events: Events<AppraisalEvent>,
    },
}

/// What is recorded of things that may count for a subject. There may be more of them than do.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// Theme activities and symposia.
    pub activities: BTreeMap<ActivityId, Events<ActivityEvent>>,
    /// Meetings.
    pub meetings: BTreeMap<MeetingId, Events<MeetingEvent>>,
    /// Typical cases.
    pub cases: BTreeMap<TypicalCaseId, Events<TypicalCaseEvent>>,
}

/// The files that an activity's evidence names: their kinds say whether it is enough.
pub fn files_of(events: &[(ActivityEvent, Stamp)]) -> BTreeSet<FileId> {
    folded::<Activity>(events).evidence.iter().map(|one| one.file_id).collect()
}

/// Every year of a grid for which a thing ever counted, whatever was corrected of it since.
pub type Years = BTreeSet<(AreaId, i32)>;

/// The years for which a theme activity or a symposium counts or ever counted.
pub fn years_of_activity(events: &[(ActivityEvent, Stamp)], zone: Tz) -> Years {
    years(events, |activity: &Activity| {
        let counts = matches!(activity.kind, ActivityKind::ThemeActivity | ActivityKind::Symposium);
        let year = year_of(activity.held.at, zone);
        activity.grid_ids.iter().filter(|_| counts).map(|grid| (*grid, year)).collect()
    })
}

/// The years for which a meeting that was held counts or ever counted.
pub fn years_of_meeting(events: &[(MeetingEvent, Stamp)], zone: Tz) -> Years {
    years(events, |meeting: &Meeting| {
        meeting.held.map(|held| (meeting.grid_id, year_of(held.at, zone))).into_iter().collect()
    })
}

/// The years for which a typical case that was submitted counts or ever counted.
pub fn years_of_case(events: &[(TypicalCaseEvent, Stamp)], zone: Tz) -> Years {
    years(events, |case: &TypicalCase| {
        let first = case.submissions.iter().map(|submission| submission.claim.at).min();
        first.map(|at| (case.grid_id, year_of(at, zone))).into_iter().collect()
    })
}

/// The years whose meetings may count for a major issue: from that of its acceptance, as far back as it was ever said to
/// be, to that in which it was known to be over. Nothing before it is accepted.
pub fn years_of_major_issue(events: &[(MajorIssueEvent, Stamp)], zone: Tz) -> Option<RangeInclusive<i32>> {
    let mut major = MajorIssue::default();
    let mut accepted: Option<DateTime<Utc>> = None;
    for (event, at) in events {
        major.apply(event, at);
        let now = major.accepted.map(|claim| claim.at);
        accepted = accepted.into_iter().chain(now).min();
    }
    let last = major.ended.map_or(i32::MAX, |ended| year_of(ended.at.max(ended.recorded_at), zone));
    accepted.map(|accepted| year_of(accepted, zone)..=last)
}

/// The same of a state after each of its events.
fn years<S: Fold>(events: &[(S::Event, Stamp)], of: impl Fn(&S) -> Years) -> Years {
    let mut state = S::default();
    let mut all = Years::new();
    for (event, at) in events {
        state.apply(event, at);
        all.append(&mut of(&state));
    }
    all
}

fn year_of(at: DateTime<Utc>, zone: Tz) -> i32 {
    at.with_timezone(&zone).year()
}

impl Members {
    /// Which they are.
    pub fn named(&self) -> impl Iterator<Item = Member> {
        let activities = self.activities.keys().copied().map(Member::Activity);
        let meetings = self.meetings.keys().copied().map(Member::Meeting);
        activities.chain(meetings).chain(self.cases.keys().copied().map(Member::TypicalCase))
    }
}

impl Recorded {
    /// What it is of.
    pub const fn subject(&self) -> Subject {
        match self {
            Self::Session { id, .. } => Subject::Session(*id),
            Self::Issue { id, .. } => Subject::Issue(*id),
            Self::Grid(id) => Subject::Grid(*id),
            Self::Deed { id, .. } => Subject::Deed(*id),
            Self::Study { id, .. } => Subject::Study(*id),
            Self::Appointment { id, .. } => Subject::Appointment(*id),
            Self::Activity { id, .. } => Subject::Activity(*id),
            Self::MajorIssue { id, .. } => Subject::MajorIssue(*id),
            Self::GridYear { grid, year, .. } => Subject::GridYear(*grid, *year),
            Self::DelegateYear { who, year, .. } => Subject::DelegateYear(*who, *year),
        }
    }

    /// The grid in whose scope it is; nothing while nothing is recorded, and of what is of the whole town.
    pub fn grid_id(&self) -> Option<AreaId> {
        match self {
            Self::Session { events, .. } => events.iter().find_map(|(event, _)| {
                if let SessionEvent::Planned(planned) = event { Some(planned.grid_id) } else { None }
            }),
            Self::Issue { events, .. } => {
                events.iter().find_map(
                    |(event, _)| {
                        if let IssueEvent::Raised(raised) = event { Some(raised.grid_id) } else { None }
                    },
                )
            }
            Self::Deed { events, .. } => events.iter().find_map(|(event, _)| {
                if let DeedEvent::Pledged(pledged) = event { Some(pledged.grid_id) } else { None }
            }),
            Self::Appointment { events, .. } => events.iter().find_map(|(event, _)| {
                if let AppointmentEvent::Requested(requested) = event { Some(requested.grid_id) } else { None }
            }),
            Self::MajorIssue { events, .. } => events.iter().find_map(|(event, _)| {
                if let MajorIssueEvent::Submitted(submitted) = event { Some(submitted.grid_id) } else { None }
            }),
            Self::Study { events, .. } => folded::<Study>(events).grid_id,
            Self::Activity { events, .. } => folded::<Activity>(events).grid(),
            Self::Grid(id) | Self::GridYear { grid: id, .. } => Some(*id),
            Self::DelegateYear { .. } => None,
        }
    }

    /// The position of the leaf with which its own stream begins; of a year, that of whose year it is.
    pub fn place(&self, timeline: &Timeline) -> Option<u64> {
        fn first<E>(events: &[(E, Stamp)]) -> Option<u64> {
            events.first().map(|(_, at)| at.position)
        }
        match self {
            Self::Session { events, .. } => first(events),
            Self::Issue { events, .. } => first(events),
            Self::Deed { events, .. } => first(events),
            Self::Study { events, .. } => first(events),
            Self::Appointment { events, .. } => first(events),
            Self::Activity { events, .. } => first(events),
            Self::MajorIssue { events, .. } => first(events),
            Self::Grid(id) | Self::GridYear { grid: id, .. } => timeline.defined(*id).map(|at| at.position),
            Self::DelegateYear { who, .. } => timeline.registered(*who).map(|at| at.position),
        }
    }

    /// What it leans on. Of delegates those who left: of a session who ever had a duty there, of an issue who was ever
    /// responsible for it; an issue leans on its grid only once there is one.
    pub fn lean(&self, timeline: &Timeline) -> Lean {
        match self {
            Self::Session { events, .. } => {
                let left = super::on_duty(events).into_iter().filter(|who| timeline.ever_left(*who));
                Lean { grid: self.grid_id(), who: left.collect() }
            }
            Self::Issue { events, .. } => {
                let left = super::offices::responsible(events).into_iter().filter(|who| timeline.ever_left(*who));
                let who: BTreeSet<DelegateId> = left.collect();
                Lean { grid: self.grid_id().filter(|_| !who.is_empty()), who }
            }
            Self::Grid(id) => Lean { grid: Some(*id), who: timeline.conveners_of(*id).collect() },
            // The liaison owes the first contact, the convener the major issue; a year begins with the grid itself.
            Self::Appointment { .. } | Self::MajorIssue { .. } | Self::GridYear { .. } => {
                Lean { grid: self.grid_id(), who: BTreeSet::new() }
            }
            Self::DelegateYear { who, .. } => Lean { grid: None, who: BTreeSet::from([*who]) },
            Self::Deed { .. } | Self::Study { .. } | Self::Activity { .. } => Lean::default(),
        }
    }

    /// The leaves of its own streams and of what counts for it, with what is declared of each.
    pub(super) fn leaves(&self) -> Vec<Leaf> {
        fn all<'e, E: 'e>(
            events: impl IntoIterator<Item = &'e (E, Stamp)>,
            of: fn(&E) -> &'static EventType,
        ) -> Vec<Leaf> {
            events.into_iter().map(|(event, at)| (of(event), *at)).collect()
        }
        let of_members = |Members { activities, meetings, cases }: &Members| {
            let mut leaves = all(activities.values().flatten(), ActivityEvent::event_type);
            leaves.append(&mut all(meetings.values().flatten(), MeetingEvent::event_type));
            leaves.append(&mut all(cases.values().flatten(), TypicalCaseEvent::event_type));
            leaves
        };
        match self {
            Self::Session { events, .. } => all(events, SessionEvent::event_type),
            Self::Issue { events, .. } => all(events, IssueEvent::event_type),
            Self::Grid(_) => Vec::new(),
            Self::Deed { events, .. } => all(events, DeedEvent::event_type),
            Self::Study { events, .. } => all(events, StudyEvent::event_type),
            Self::Appointment { events, .. } => all(events, AppointmentEvent::event_type),
            Self::Activity { events, .. } => all(events, ActivityEvent::event_type),
            Self::MajorIssue { events, members, .. } => {
                let mut leaves = all(events, MajorIssueEvent::event_type);
                leaves.append(&mut of_members(members));
                leaves
            }
            Self::GridYear { members, .. } => of_members(members),
            Self::DelegateYear { events, .. } => all(events, AppraisalEvent::event_type),
        }
    }

    /// When each of them was recorded, in no order.
    pub(super) fn own_recordings(&self) -> Vec<DateTime<Utc>> {
        match self {
            // These are many, and asked often.
            Self::Session { events, .. } => events.iter().map(|(_, at)| at.recorded_at).collect(),
            Self::Issue { events, .. } => events.iter().map(|(_, at)| at.recorded_at).collect(),
            Self::Grid(_)
            | Self::Deed { .. }
            | Self::Study { .. }
            | Self::Appointment { .. }
            | Self::Activity { .. }
            | Self::MajorIssue { .. }
            | Self::GridYear { .. }
            | Self::DelegateYear { .. } => self.leaves().iter().map(|(_, at)| at.recorded_at).collect(),
        }
    }

    /// The day with which a year begins to be owed; nothing of what is no year.
    pub(super) fn year_begins(&self) -> Option<NaiveDate> {
        match self {
            Self::GridYear { year, .. } => NaiveDate::from_ymd_opt(*year, 1, 1),
            Self::DelegateYear { year, .. } => NaiveDate::from_ymd_opt(*year, 12, 31),
            Self::Session { .. }
            | Self::Issue { .. }
            | Self::Grid(_)
            | Self::Deed { .. }
            | Self::Study { .. }
            | Self::Appointment { .. }
            | Self::Activity { .. }
            | Self::MajorIssue { .. } => None,
        }
    }
}

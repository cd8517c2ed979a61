//! Everything recorded of what obligations are about: what it owes by what was known at any instant, and what the clock finds
//! of it. Read models and the run of the clock both ask here, so that they cannot differ.

use super::issues::{IssueKnown, of_issue};
use super::judging::{Happening, possible_by};
use super::obligation::Obligation;
use super::offices::{OfficesKnown, of_departures, of_grid, responsible};
use super::running::{Happened, happenings};
use super::sessions::{SessionKnown, of_session};
use super::subject::{Subject, on_duty};
use super::things::{ThingKnown, of_appointment, of_deed, of_study};
use super::timeline::{Lean, RulesThen, Timeline};
use crate::appointment::AppointmentEvent;
use crate::area::Areas;
use crate::deed::DeedEvent;
use crate::event_type::EventType;
use crate::ids::{AppointmentId, AreaId, DeedId, DelegateId, IssueId, SessionId, StudyId};
use crate::issue::IssueEvent;
use crate::leave::{LeaveEvent, LeavesOf};
use crate::session::{Session, SessionEvent};
use crate::study::StudyEvent;
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Days after the newest recording for which interim dates that pass in silence are foreseen: longer than any policy lets
/// pass between two of them.
const FORESEEN_DAYS: u64 = 366;

/// What is declared of a leaf's type, and what its envelope says.
pub(super) type Leaf = (&'static EventType, Stamp);

/// What is recorded of a subject, and of what it leans on beside the [`Timeline`]; stamps of leaves of the clock are those
/// of [`super::by_the_clock`].
#[derive(Clone, Debug)]
pub enum Recorded {
    /// Of a session, with the leaves of those who have or had a duty there.
    Session {
        /// Which.
        id: SessionId,
        /// Its events.
        events: Vec<(SessionEvent, Stamp)>,
        /// Leaves of absence.
        leaves: BTreeMap<DelegateId, Vec<(LeaveEvent, Stamp)>>,
    },
    /// Of an issue.
    Issue {
        /// Which.
        id: IssueId,
        /// Its events.
        events: Vec<(IssueEvent, Stamp)>,
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
        events: Vec<(DeedEvent, Stamp)>,
    },
    /// Of a study or an inspection.
    Study {
        /// Which.
        id: StudyId,
        /// Its events.
        events: Vec<(StudyEvent, Stamp)>,
    },
    /// Of an appointment.
    Appointment {
        /// Which.
        id: AppointmentId,
        /// Its events.
        events: Vec<(AppointmentEvent, Stamp)>,
    },
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
        }
    }

    /// The grid in whose scope it is; nothing while nothing is recorded, and of a study of the whole town.
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
            Self::Grid(id) => Some(*id),
            Self::Deed { events, .. } => events.iter().find_map(|(event, _)| {
                if let DeedEvent::Pledged(pledged) = event { Some(pledged.grid_id) } else { None }
            }),
            Self::Study { events, .. } => events.iter().find_map(|(event, _)| match event {
                StudyEvent::Started(begun) | StudyEvent::Inspected(begun) => begun.grid_id,
                StudyEvent::Finished(_)
                | StudyEvent::Submitted(_)
                | StudyEvent::Acknowledged(_)
                | StudyEvent::Used(_)
                | StudyEvent::OpinionsHeard(_)
                | StudyEvent::CorrectionProposed(_)
                | StudyEvent::CorrectionRefused(_)
                | StudyEvent::Corrected(_) => None,
            }),
            Self::Appointment { events, .. } => events.iter().find_map(|(event, _)| {
                if let AppointmentEvent::Requested(requested) = event { Some(requested.grid_id) } else { None }
            }),
        }
    }

    /// The position of the leaf with which it begins; nothing while nothing is recorded.
    pub fn place(&self, timeline: &Timeline) -> Option<u64> {
        match self {
            Self::Session { events, .. } => events.first().map(|(_, at)| at.position),
            Self::Issue { events, .. } => events.first().map(|(_, at)| at.position),
            Self::Grid(id) => timeline.defined(*id).map(|at| at.position),
            Self::Deed { events, .. } => events.first().map(|(_, at)| at.position),
            Self::Study { events, .. } => events.first().map(|(_, at)| at.position),
            Self::Appointment { events, .. } => events.first().map(|(_, at)| at.position),
        }
    }

    /// What it leans on. Of delegates those who left: of a session who ever had a duty there, of an issue who was ever
    /// responsible for it; an issue leans on its grid only once there is one.
    pub fn lean(&self, timeline: &Timeline) -> Lean {
        match self {
            Self::Session { events, .. } => {
                let left = on_duty(events).into_iter().filter(|who| timeline.ever_left(*who));
                Lean { grid: self.grid_id(), who: left.collect() }
            }
            Self::Issue { events, .. } => {
                let left = responsible(events).into_iter().filter(|who| timeline.ever_left(*who));
                let who: BTreeSet<DelegateId> = left.collect();
                Lean { grid: self.grid_id().filter(|_| !who.is_empty()), who }
            }
            Self::Grid(id) => Lean { grid: Some(*id), who: timeline.conveners_of(*id).collect() },
            // Its liaison owes the first contact.
            Self::Appointment { .. } => Lean { grid: self.grid_id(), who: BTreeSet::new() },
            Self::Deed { .. } | Self::Study { .. } => Lean::default(),
        }
    }

    /// What is owed by what was known at an instant; interim dates up to a day. Nothing before there were any rules.
    pub fn owed<T>(
        &self,
        timeline: &Timeline,
        at: DateTime<Utc>,
        interim_until: NaiveDate,
        ask: impl FnOnce(&[Obligation<'_>], &RulesThen) -> T,
    ) -> Option<T> {
        let rules = timeline.rules_at(at)?;
        let RulesThen { policies, calendars, editions, .. } = rules;
        match self {
            Self::Session { id, events, leaves } => {
                let mut session = Session::default();
                known(events, at).iter().for_each(|(event, stamp)| session.apply(event, stamp));
                let areas = timeline.areas_at(session.grid_id, at);
                let mut then = LeavesOf::new();
                for (who, events) in leaves {
                    let leaves = then.entry(*who).or_default();
                    known(events, at).iter().for_each(|(event, stamp)| leaves.apply(event, stamp));
                }
                let delegates = timeline.people_at(&self.lean(timeline).who, at);
                let (areas, leaves, delegates) = (&areas, &then, &delegates);
                let known = SessionKnown { policies, calendars, editions, areas, leaves, delegates };
                Some(ask(&of_session(*id, &session, &known), rules))
            }
            Self::Issue { id, events, session_id } => {
                let events = known(events, at);
                let (book, session_id) = (rules.book()?, *session_id);
                let known = IssueKnown { book, policies, calendars, editions, session_id, until: interim_until };
                let mut all = of_issue(*id, &events, &known);
                let Lean { grid: Some(grid), who } = self.lean(timeline) else { return Some(ask(&all, rules)) };
                let (areas, delegates) = (timeline.areas_at(grid, at), timeline.people_at(&who, at));
                let known = OfficesKnown { policies, calendars, editions, areas: &areas, delegates: &delegates };
                all.extend(of_departures(*id, &events, &known));
                Some(ask(&all, rules))
            }
            Self::Grid(id) => {
                let areas = timeline.areas_at(*id, at);
                let delegates = timeline.people_at(&timeline.conveners_of(*id).collect(), at);
                let known = OfficesKnown { policies, calendars, editions, areas: &areas, delegates: &delegates };
                let all = areas.grid(*id).map_or_else(Vec::new, |grid| of_grid(grid, &known));
                Some(ask(&all, rules))
            }
            Self::Deed { .. } | Self::Study { .. } | Self::Appointment { .. } => {
                let areas = self.areas_of_thing(timeline, at);
                let offices = timeline.offices();
                let all = self.of_thing(at, &ThingKnown { policies, calendars, editions, areas: &areas, offices });
                Some(ask(&all, rules))
            }
        }
    }

    /// Of areas what a single thing leans on: an appointment its grid, and whatever is of no grid is of the town.
    fn areas_of_thing(&self, timeline: &Timeline, at: DateTime<Utc>) -> Areas {
        match self {
            Self::Appointment { .. } | Self::Study { .. } => timeline.areas_at(self.grid_id().unwrap_or_default(), at),
            Self::Session { .. } | Self::Issue { .. } | Self::Grid(_) | Self::Deed { .. } => Areas::default(),
        }
    }

    /// What a single thing makes people owe.
    fn of_thing<'a>(&self, at: DateTime<Utc>, thing: &ThingKnown<'a>) -> Vec<Obligation<'a>> {
        match self {
            Self::Deed { id, events } => of_deed(*id, &known(events, at), thing),
            Self::Study { id, events } => of_study(*id, &known(events, at), thing),
            Self::Appointment { id, events } => of_appointment(*id, &known(events, at), thing),
            Self::Session { .. } | Self::Issue { .. } | Self::Grid(_) => Vec::new(),
        }
    }

    /// What the clock records of it up to an instant, whenever it runs.
    pub fn happenings(&self, timeline: &Timeline, happened: &Happened, until: DateTime<Utc>) -> Vec<Happening> {
        let Some(today) = timeline.rules().and_then(|rules| rules.policies.newest()) else { return Vec::new() };
        self.found(timeline, happened, until, today.town_date(until))
    }

    /// What the clock records of it in all the future, as long as nothing more is recorded: the first is what it waits for.
    /// Interim dates are foreseen up to [`Recorded::foreseen_until`].
    pub fn foreseen(&self, timeline: &Timeline, happened: &Happened, horizon: NaiveDate) -> Vec<Happening> {
        self.found(timeline, happened, DateTime::<Utc>::MAX_UTC, horizon)
    }

    /// The day up to which interim dates are foreseen when this is the newest instant of anything recorded of a subject.
    pub fn foreseen_until(moved_at: DateTime<Utc>) -> NaiveDate {
        let day = moved_at.date_naive();
        day.checked_add_days(Days::new(FORESEEN_DAYS)).unwrap_or(day)
    }

    /// The newest instant at which something was recorded that it depends on.
    pub fn moved_at(&self, timeline: &Timeline) -> Option<DateTime<Utc>> {
        self.recordings(timeline).last().copied()
    }

    fn found(
        &self,
        timeline: &Timeline,
        happened: &Happened,
        until: DateTime<Utc>,
        interim_until: NaiveDate,
    ) -> Vec<Happening> {
        let mut recordings = self.recordings(timeline);
        recordings.retain(|at| *at <= until);
        let changes = self.changes(timeline, recordings);
        happenings(&changes, &|at, by| self.possible_by(timeline, (at, by), interim_until), happened, until)
    }

    /// What would happen by what was known at an instant, as far as another at least.
    pub(super) fn possible_by(
        &self,
        timeline: &Timeline,
        (at, by): (DateTime<Utc>, DateTime<Utc>),
        interim_until: NaiveDate,
    ) -> Vec<Happening> {
        let all = self.owed(timeline, at, interim_until, |owed, rules| {
            owed.iter().flat_map(|one| possible_by(one, &rules.policies, &rules.calendars, by)).collect()
        });
        all.unwrap_or_default()
    }

    /// The instants of recordings, ascending, each once, but for those after which nothing could happen until the next one.
    pub(super) fn changes(&self, timeline: &Timeline, mut recordings: Vec<DateTime<Utc>>) -> Vec<DateTime<Utc>> {
        recordings.dedup();
        let looks = self.looks();
        let next = recordings.iter().skip(1).map(Some).chain([None]);
        let matters = |since: DateTime<Utc>, next: Option<&DateTime<Utc>>| {
            next.is_none_or(|next| {
                let looked = looks.iter().any(|look| since < *look && look <= next);
                looked || timeline.may_happen(since, *next)
            })
        };
        recordings.iter().zip(next).filter(|(since, next)| matters(**since, *next)).map(|(since, _)| *since).collect()
    }

    /// When each leaf was recorded that it depends on, ascending.
    pub(super) fn recordings(&self, timeline: &Timeline) -> Vec<DateTime<Utc>> {
        let mut own: Vec<DateTime<Utc>> = self.leaves().iter().map(|(_, at)| at.recorded_at).collect();
        // Of a grid everything is in the timeline; of the others nothing is owed before they begin.
        let begun = match (own.iter().min(), self) {
            (Some(first), _) => *first,
            (None, Self::Grid(_)) => DateTime::<Utc>::MIN_UTC,
            (None, _) => return own,
        };
        if let Self::Session { leaves, .. } = self {
            own.extend(leaves.values().flatten().map(|(_, stamp)| stamp.recorded_at).filter(|at| begun <= *at));
        }
        let Lean { grid, who } = self.lean(timeline);
        own.extend(timeline.changes(grid, &who).filter(|at| *at >= begun));
        own.sort_unstable();
        own
    }

    /// The leaves of its own streams, with what is declared of each.
    pub(super) fn leaves(&self) -> Vec<Leaf> {
        fn all<E>(events: &[(E, Stamp)], of: fn(&E) -> &'static EventType) -> Vec<Leaf> {
            events.iter().map(|(event, at)| (of(event), *at)).collect()
        }
        match self {
            Self::Session { events, .. } => all(events, SessionEvent::event_type),
            Self::Issue { events, .. } => all(events, IssueEvent::event_type),
            Self::Grid(_) => Vec::new(),
            Self::Deed { events, .. } => all(events, DeedEvent::event_type),
            Self::Study { events, .. } => all(events, StudyEvent::event_type),
            Self::Appointment { events, .. } => all(events, AppointmentEvent::event_type),
        }
    }

    /// The instants that looks at commitments are judged at: they follow no calendar.
    fn looks(&self) -> Vec<DateTime<Utc>> {
        let Self::Issue { events, .. } = self else { return Vec::new() };
        let looks = events.iter().filter(|(event, _)| matches!(event, IssueEvent::CommitmentVerified(_)));
        looks.map(|(_, stamp)| stamp.recorded_at + TimeDelta::milliseconds(1)).collect()
    }
}

/// The events that were recorded by an instant. Leaves of the clock may count as recorded before some that stand before them.
fn known<E: Clone>(events: &[(E, Stamp)], at: DateTime<Utc>) -> Cow<'_, [(E, Stamp)]> {
    let by_then = |(_, stamp): &&(E, Stamp)| stamp.recorded_at <= at;
    let count = events.iter().filter(by_then).count();
    let (first, _) = events.split_at(count);
    if first.iter().all(|one| by_then(&one)) {
        Cow::Borrowed(first)
    } else {
        Cow::Owned(events.iter().filter(by_then).cloned().collect())
    }
}

//! What obligations are about (a session, an issue, a grid), with everything recorded of it: what it owes by what was known
//! at any instant, and what the clock finds of it. Read models and the run of the clock both ask here, so that they cannot
//! differ.

use super::issues::{IssueKnown, of_issue};
use super::judging::{Happening, possible_by};
use super::obligation::Obligation;
use super::offices::{OfficesKnown, of_departures, of_grid, responsible};
use super::running::{Happened, happenings};
use super::sessions::{SessionKnown, of_session};
use super::timeline::{Lean, RulesThen, Timeline};
use crate::ids::{AreaId, DelegateId, IssueId, SessionId};
use crate::issue::IssueEvent;
use crate::leave::{LeaveEvent, LeavesOf};
use crate::session::{Session, SessionEvent};
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Days after the newest recording for which interim dates that pass in silence are foreseen: longer than any policy lets
/// pass between two of them.
const FORESEEN_DAYS: u64 = 366;

/// What obligations are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A session.
    Session(SessionId),
    /// An issue.
    Issue(IssueId),
    /// A grid.
    Grid(AreaId),
}

impl Subject {
    /// Of which family its stream is.
    pub const fn family(self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::Issue(_) => "issue",
            Self::Grid(_) => "area",
        }
    }

    /// Its id.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Session(id) => id.0,
            Self::Issue(id) => id.0,
            Self::Grid(id) => id.0,
        }
    }

    /// Of a family and an id.
    pub fn of(family: &str, id: Uuid) -> Option<Self> {
        match family {
            "session" => Some(Self::Session(SessionId(id))),
            "issue" => Some(Self::Issue(IssueId(id))),
            "area" => Some(Self::Grid(AreaId(id))),
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

/// What is recorded of a subject, and of what it leans on beside the [`Timeline`]; stamps of leaves of the clock are those
/// of [`by_the_clock`].
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
}

impl Recorded {
    /// What it is of.
    pub const fn subject(&self) -> Subject {
        match self {
            Self::Session { id, .. } => Subject::Session(*id),
            Self::Issue { id, .. } => Subject::Issue(*id),
            Self::Grid(id) => Subject::Grid(*id),
        }
    }

    /// The grid in whose scope it is; nothing while nothing is recorded.
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
        let mut own: Vec<DateTime<Utc>> = match self {
            Self::Session { events, .. } => events.iter().map(|(_, stamp)| stamp.recorded_at).collect(),
            Self::Issue { events, .. } => events.iter().map(|(_, stamp)| stamp.recorded_at).collect(),
            Self::Grid(_) => Vec::new(),
        };
        // Of a grid everything is in the timeline; of the others nothing is owed before they begin.
        let begun = match (own.iter().min(), self) {
            (Some(first), _) => *first,
            (None, Self::Grid(_)) => DateTime::<Utc>::MIN_UTC,
            (None, Self::Session { .. } | Self::Issue { .. }) => return own,
        };
        if let Self::Session { leaves, .. } = self {
            own.extend(leaves.values().flatten().map(|(_, stamp)| stamp.recorded_at).filter(|at| begun <= *at));
        }
        let Lean { grid, who } = self.lean(timeline);
        own.extend(timeline.changes(grid, &who).filter(|at| *at >= begun));
        own.sort_unstable();
        own
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

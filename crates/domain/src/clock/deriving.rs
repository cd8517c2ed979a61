//! What a subject owes by what was known at any instant, and what the clock finds of it. Read models and the run of the clock
//! both ask here, so that they cannot differ.

use super::activities::of_activity;
use super::issues::{IssueKnown, of_issue};
use super::judging::{Happening, possible_by};
use super::major_issues::of_major_issue;
use super::obligation::Obligation;
use super::offices::{OfficesKnown, of_departures, of_grid};
use super::recorded::{Members, Recorded};
use super::running::{Happened, happenings};
use super::sessions::{SessionKnown, of_session};
use super::things::{ThingKnown, folded, of_appointment, of_deed, of_study};
use super::timeline::{Lean, RulesThen, Timeline};
use super::years::{GridDefinedBy, OfYear, of_delegate_year, of_grid_year};
use crate::area::Areas;
use crate::claims::Claim;
use crate::issue::IssueEvent;
use crate::leave::LeavesOf;
use crate::meeting::Meeting;
use crate::session::Session;
use crate::{Fold, Stamp};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Days after the newest recording for which interim dates that pass in silence, and quarters, are foreseen: longer than any
/// policy lets pass between two of them.
const FORESEEN_DAYS: u64 = 366;

impl Recorded {
    /// What is owed by what was known at an instant; interim dates and quarters of a major issue up to a day. Nothing before there were any rules.
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
            Self::Deed { .. }
            | Self::Study { .. }
            | Self::Appointment { .. }
            | Self::Activity { .. }
            | Self::MajorIssue { .. }
            | Self::GridYear { .. }
            | Self::DelegateYear { .. } => {
                let areas = self.areas_of_thing(timeline, at);
                let offices = timeline.offices();
                let thing = ThingKnown { policies, calendars, editions, areas: &areas, offices };
                Some(ask(&self.of_thing(timeline, (at, interim_until), &thing), rules))
            }
        }
    }

    /// Of areas what a thing leans on: its grid where somebody there owes it; whatever is of no grid is of the town.
    fn areas_of_thing(&self, timeline: &Timeline, at: DateTime<Utc>) -> Areas {
        match self {
            Self::Appointment { .. } | Self::Study { .. } | Self::Activity { .. } | Self::MajorIssue { .. } => {
                timeline.areas_at(self.grid_id().unwrap_or_default(), at)
            }
            Self::Session { .. }
            | Self::Issue { .. }
            | Self::Grid(_)
            | Self::Deed { .. }
            | Self::GridYear { .. }
            | Self::DelegateYear { .. } => Areas::default(),
        }
    }

    /// What a thing or a year makes people owe.
    fn of_thing<'a>(
        &self,
        timeline: &Timeline,
        (at, until): (DateTime<Utc>, NaiveDate),
        thing: &ThingKnown<'a>,
    ) -> Vec<Obligation<'a>> {
        match self {
            Self::Deed { id, events } => of_deed(*id, &known(events, at), thing),
            Self::Study { id, events } => of_study(*id, &known(events, at), thing),
            Self::Appointment { id, events } => of_appointment(*id, &known(events, at), thing),
            Self::Activity { id, events, kinds } => of_activity(*id, &known(events, at), kinds, thing),
            Self::MajorIssue { id, events, members } => {
                let meetings: Vec<Meeting> = states(&members.meetings, at);
                let meetings: Vec<&Meeting> = meetings.iter().filter(|meeting| meeting.exists()).collect();
                of_major_issue(*id, &folded(&known(events, at)), &meetings, thing, until)
            }
            Self::GridYear { grid, year, members } => {
                let Some(defined) = timeline.defined(*grid).filter(|leaf| leaf.recorded_at <= at) else {
                    return Vec::new();
                };
                let grid = GridDefinedBy { id: *grid, defined: Claim::from(defined) };
                of_grid_year(grid, *year, &of_year(members, at), thing)
            }
            Self::DelegateYear { who, year, events } => {
                let (Some(town), Some(first_owed)) = (timeline.town(), self.year_begins()) else { return Vec::new() };
                let Some(mandate) = timeline.mandate_on(*who, first_owed, at) else { return Vec::new() };
                let delegates = timeline.people_at(&self.lean(timeline).who, at);
                let appraisal = folded(&known(events, at));
                let owed = of_delegate_year(*who, *year, (mandate, town), &appraisal, (thing, &delegates));
                owed.into_iter().collect()
            }
            Self::Session { .. } | Self::Issue { .. } | Self::Grid(_) => Vec::new(),
        }
    }

    /// What the clock records of it up to an instant, whenever it runs.
    pub fn happenings(&self, timeline: &Timeline, happened: &Happened, until: DateTime<Utc>) -> Vec<Happening> {
        let Some(today) = timeline.rules().and_then(|rules| rules.policies.newest()) else { return Vec::new() };
        self.found(timeline, happened, until, today.town_date(until))
    }

    /// What the clock records of it in all the future, as long as nothing more is recorded: the first is what it waits for.
    /// Interim dates and quarters are foreseen up to [`Recorded::foreseen_until`].
    pub fn foreseen(&self, timeline: &Timeline, happened: &Happened, horizon: NaiveDate) -> Vec<Happening> {
        self.found(timeline, happened, DateTime::<Utc>::MAX_UTC, horizon)
    }

    /// The day up to which interim dates and quarters are foreseen when this is the newest instant of anything recorded of a subject.
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

    /// When each leaf was recorded that it depends on, ascending. Nothing is owed of a year before it begins: what is recorded
    /// until then is looked at once, when it does.
    pub(super) fn recordings(&self, timeline: &Timeline) -> Vec<DateTime<Utc>> {
        let mut own = self.own_recordings();
        let begins = self.year_begins().zip(timeline.rules().and_then(|rules| rules.policies.newest()));
        // Of a grid everything is in the timeline; of the others nothing is owed before they begin.
        let begun = match (begins, self, own.iter().min()) {
            (Some((first, policy)), ..) => {
                let begun = policy.day_begins(first);
                own.retain(|at| *at > begun);
                own.push(begun);
                begun
            }
            (None, Self::MajorIssue { events, .. }, _) => match events.first() {
                Some((_, first)) => first.recorded_at,
                None => return Vec::new(),
            },
            (None, _, Some(first)) => *first,
            (None, Self::Grid(_), None) => DateTime::<Utc>::MIN_UTC,
            (None, _, None) => return own,
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

/// The states that streams had at an instant; those that had not begun are empty.
fn states<K, S: Fold>(streams: &BTreeMap<K, Vec<(S::Event, Stamp)>>, at: DateTime<Utc>) -> Vec<S>
where
    S::Event: Clone,
{
    streams.values().map(|events| folded(&known(events, at))).collect()
}

fn of_year(members: &Members, at: DateTime<Utc>) -> OfYear {
    let mut of_year = OfYear {
        activities: states(&members.activities, at),
        meetings: states(&members.meetings, at),
        cases: states(&members.cases, at),
    };
    of_year.activities.retain(|activity: &crate::activity::Activity| activity.exists());
    of_year.meetings.retain(|meeting: &Meeting| meeting.exists());
    of_year.cases.retain(|case: &crate::typical_case::TypicalCase| case.exists());
    of_year
}

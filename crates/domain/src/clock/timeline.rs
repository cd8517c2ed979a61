//! Reference data as it was after each of its leaves: what people, areas, policies and calendars said at any instant of the
//! past. One timeline serves every subject of a log; what a subject does not lean on is not folded for it.

use super::promising::Edition;
use crate::area::{AreaEvent, Areas};
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::delegate::{DelegateEvent, Delegates};
use crate::event::Event;
use crate::event_type::EventType;
use crate::ids::{AreaId, DelegateId, OfficeId};
use crate::office::Offices;
use crate::policy::{ClockTime, Policies};
use crate::review::Book;
use crate::vocabulary::ObligationCode;
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Policies and calendars as they were from an instant on.
#[derive(Debug)]
pub struct RulesThen {
    /// When the newest of them was recorded.
    pub since: DateTime<Utc>,
    /// Every policy version.
    pub policies: Policies,
    /// The calendars.
    pub calendars: Calendars,
    /// The calendars as they became so.
    pub editions: Vec<Edition>,
    book: OnceLock<Option<Book>>,
}

impl RulesThen {
    /// The same as the review reads them; nothing where there is no policy. Made once for all who ask.
    pub fn book(&self) -> Option<&Book> {
        self.book.get_or_init(|| Book::of_clock(&self.policies, &self.calendars)).as_ref()
    }
}

/// The reference data beside policies and calendars that a subject leans on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lean {
    /// The grid with its units.
    pub grid: Option<AreaId>,
    /// Delegates.
    pub who: BTreeSet<DelegateId>,
}

/// What was said of one area.
type AreaFacts = Vec<(AreaId, AreaEvent, Stamp)>;

/// The reference data that obligations lean on, with all their past.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// One for each instant at which a policy or a calendar was recorded, ascending. Shared: copies are cheap.
    rules: Vec<Arc<RulesThen>>,
    town: AreaFacts,
    /// Of each grid, with its units.
    grids: BTreeMap<AreaId, AreaFacts>,
    grid_of: BTreeMap<AreaId, AreaId>,
    people: BTreeMap<DelegateId, Vec<(DelegateEvent, Stamp)>>,
    /// As they are: only kinds are asked for, which never change, and nothing goes to an office before it is there.
    offices: Arc<Offices>,
    /// The newest version of each stream but the calendars'.
    versions: BTreeMap<Uuid, u64>,
}

impl Timeline {
    /// Takes one more leaf into account; leaves of other families, and those of no weight here, change nothing. `id` is that
    /// of its stream.
    pub fn take(&mut self, id: Option<Uuid>, event: &Event, at: &Stamp) {
        if let (Event::Policy(_) | Event::Area(_) | Event::Delegate(_), Some(id)) = (event, id) {
            self.versions.insert(id, at.version);
        }
        match event {
            Event::Policy(event) => self.take_rules(at, |policies, _| policies.apply(event, at)),
            Event::Calendar(event) => self.take_rules(at, |_, calendars| calendars.apply(event, at)),
            Event::Area(event) => {
                if let Some(id) = id {
                    self.take_area(AreaId(id), event, at);
                }
            }
            Event::Delegate(event) => {
                if let Some(id) = id {
                    self.people.entry(DelegateId(id)).or_default().push((event.clone(), *at));
                }
            }
            Event::Office(event) => {
                if let Some(id) = id {
                    Arc::make_mut(&mut self.offices).apply(OfficeId(id), event, at);
                }
            }
            Event::Log(_)
            | Event::Account(_)
            | Event::Access(_)
            | Event::Proposal(_)
            | Event::Programme(_)
            | Event::Roster(_)
            | Event::Reception(_)
            | Event::Issue(_)
            | Event::MajorIssue(_)
            | Event::Session(_)
            | Event::Leave(_)
            | Event::Activity(_)
            | Event::Meeting(_)
            | Event::Study(_)
            | Event::Deed(_)
            | Event::Appointment(_)
            | Event::TypicalCase(_)
            | Event::Obligation(_)
            | Event::Review(_)
            | Event::Appraisal(_)
            | Event::File(_)
            | Event::Erasure(_)
            | Event::LegalHold(_)
            | Event::PersonalData(_)
            | Event::LogOpening(_) => {}
        }
    }

    fn take_rules(&mut self, at: &Stamp, apply: impl FnOnce(&mut Policies, &mut Calendars)) {
        let last = self.rules.last();
        let mut policies = last.map_or_else(Policies::default, |last| last.policies.clone());
        let mut calendars = last.map_or_else(Calendars::default, |last| last.calendars.clone());
        let mut editions = last.map_or_else(Vec::new, |last| last.editions.clone());
        let newest = calendars.newest();
        apply(&mut policies, &mut calendars);
        if calendars.newest() != newest {
            editions.push(Edition { recorded_at: at.recorded_at, calendars: calendars.clone() });
        }
        // Instants are all that is told apart.
        if last.is_some_and(|last| last.since == at.recorded_at) {
            self.rules.pop();
        }
        let then = RulesThen { since: at.recorded_at, policies, calendars, editions, book: OnceLock::new() };
        self.rules.push(Arc::new(then));
    }

    fn take_area(&mut self, id: AreaId, event: &AreaEvent, at: &Stamp) {
        let grid = match event {
            AreaEvent::TownDefined(_) => None,
            AreaEvent::GridDefined(_) => Some(id),
            AreaEvent::UnitDefined(unit) => {
                self.grid_of.insert(id, unit.parent_id);
                Some(unit.parent_id)
            }
            // What something is called is of no weight.
            AreaEvent::Renamed(_) | AreaEvent::VenueSet(_) => return,
            AreaEvent::ConvenerAppointed(_)
            | AreaEvent::LiaisonAppointed(_)
            | AreaEvent::ConvenerEnded(_)
            | AreaEvent::LiaisonEnded(_) => Some(id),
        };
        let facts = grid.map_or(&mut self.town, |grid| self.grids.entry(grid).or_default());
        facts.push((id, event.clone(), *at));
    }

    /// The grid that an area is, or is a unit of.
    pub fn grid_of(&self, area: AreaId) -> Option<AreaId> {
        self.grid_of.get(&area).copied().or_else(|| self.grids.contains_key(&area).then_some(area))
    }

    /// Every grid.
    pub fn grids(&self) -> impl Iterator<Item = AreaId> {
        self.grids.keys().copied()
    }

    /// The rules as they were at an instant; nothing before the first.
    pub fn rules_at(&self, at: DateTime<Utc>) -> Option<&RulesThen> {
        let known = self.rules.partition_point(|rules| rules.since <= at);
        self.rules.get(known.checked_sub(1)?).map(Arc::as_ref)
    }

    /// The newest rules.
    pub fn rules(&self) -> Option<&RulesThen> {
        self.rules.last().map(Arc::as_ref)
    }

    /// Whether any policy that was ever adopted has a clock.
    pub fn clock_runs(&self) -> bool {
        self.rules().is_some_and(|rules| rules.policies.clock_since().is_some())
    }

    /// The town, a grid and its units at an instant.
    pub fn areas_at(&self, grid: AreaId, at: DateTime<Utc>) -> Areas {
        let mut areas = Areas::default();
        for (id, event, stamp) in self.town.iter().chain(self.of_grid(grid)) {
            if stamp.recorded_at <= at {
                areas.apply(*id, event, stamp);
            }
        }
        areas
    }

    /// Some delegates at an instant.
    pub fn people_at(&self, who: &BTreeSet<DelegateId>, at: DateTime<Utc>) -> Delegates {
        let mut delegates = Delegates::default();
        for id in who {
            for (event, stamp) in self.of_person(*id).iter().filter(|(_, stamp)| stamp.recorded_at <= at) {
                delegates.apply(*id, event, stamp);
            }
        }
        delegates
    }

    /// The offices that things go to.
    pub fn offices(&self) -> &Offices {
        &self.offices
    }

    /// The town.
    pub fn town(&self) -> Option<AreaId> {
        self.town.first().map(|(id, _, _)| *id)
    }

    /// Everybody who was ever appointed convener of a grid.
    pub fn conveners_of(&self, grid: AreaId) -> impl Iterator<Item = DelegateId> {
        self.of_grid(grid).iter().filter_map(|(_, event, _)| match event {
            AreaEvent::ConvenerAppointed(appointed) => Some(appointed.delegate_id),
            AreaEvent::TownDefined(_)
            | AreaEvent::GridDefined(_)
            | AreaEvent::UnitDefined(_)
            | AreaEvent::Renamed(_)
            | AreaEvent::VenueSet(_)
            | AreaEvent::LiaisonAppointed(_)
            | AreaEvent::ConvenerEnded(_)
            | AreaEvent::LiaisonEnded(_) => None,
        })
    }

    /// Whether a delegate ever left.
    pub fn ever_left(&self, who: DelegateId) -> bool {
        self.of_person(who).iter().any(|(event, _)| matches!(event, DelegateEvent::Departed(_)))
    }

    /// The instants at which rules, a grid or some delegates changed.
    pub(super) fn changes<'t>(
        &'t self,
        grid: Option<AreaId>,
        who: &'t BTreeSet<DelegateId>,
    ) -> impl Iterator<Item = DateTime<Utc>> + 't {
        let rules = self.rules.iter().map(|rules| rules.since);
        let areas = grid.map_or(&[][..], |grid| self.of_grid(grid)).iter().map(|(_, _, stamp)| stamp.recorded_at);
        let people = who.iter().flat_map(|who| self.of_person(*who)).map(|(_, stamp)| stamp.recorded_at);
        rules.chain(areas).chain(people)
    }

    /// The streams of areas and delegates that are leaned on, each with its family and newest version.
    pub fn streams(&self, lean: &Lean) -> impl Iterator<Item = (&'static str, Uuid, u64)> {
        let areas: BTreeSet<AreaId> =
            lean.grid.map_or(&[][..], |grid| self.of_grid(grid)).iter().map(|(id, _, _)| *id).collect();
        let areas = areas.into_iter().map(|id| ("area", id.0));
        let people = lean.who.iter().map(|who| ("delegate", who.0));
        let known: Vec<_> = areas.chain(people).map(|(family, id)| (family, id, self.version(id))).collect();
        known.into_iter()
    }

    /// The newest version of a stream of a policy, an area or a delegate.
    pub fn version(&self, id: Uuid) -> u64 {
        self.versions.get(&id).copied().unwrap_or_default()
    }

    /// When a grid was defined.
    pub fn defined(&self, grid: AreaId) -> Option<&Stamp> {
        self.of_grid(grid).first().map(|(_, _, at)| at)
    }

    /// When a delegate was registered.
    pub fn registered(&self, who: DelegateId) -> Option<&Stamp> {
        self.of_person(who).first().map(|(_, at)| at)
    }

    /// Everybody who was ever registered.
    pub fn delegates(&self) -> impl Iterator<Item = DelegateId> {
        self.people.keys().copied()
    }

    /// The years of which somebody may owe something by an instant, and the next one, so that nothing need be derived anew
    /// when it begins; nothing as long as no policy knows what years make people owe.
    pub fn years(&self, by: DateTime<Utc>, zone: Tz) -> Option<RangeInclusive<i32>> {
        let policies = &self.rules()?.policies;
        let since = super::row(ObligationCode::O11, None)?.since;
        let known_on = policies.clock_known_since(since)?.with_timezone(&zone).date_naive();
        let knowing = policies.all().iter().filter(|policy| policy.clock_knows(since));
        let first = knowing.map(|policy| policy.effective_from.max(policy.clock.from.unwrap_or(known_on))).min()?;
        let next = by.with_timezone(&zone).year() + 1;
        (first.year() <= next).then(|| first.year()..=next)
    }

    /// The leaf by which a delegate holds a mandate on a day, as it was known at an instant; nothing where they hold none.
    pub(super) fn mandate_on(&self, who: DelegateId, day: NaiveDate, at: DateTime<Utc>) -> Option<Claim> {
        let mut person = Delegates::default();
        let mut holding: Option<Claim> = None;
        for (event, stamp) in self.of_person(who).iter().filter(|(_, stamp)| stamp.recorded_at <= at) {
            person.apply(who, event, stamp);
            let holds = person.get(who).is_some_and(|person| person.holds_any(day));
            holding = if holds { holding.or(Some(Claim::from(stamp))) } else { None };
        }
        holding
    }

    /// A leaf of a grid with its units, or of a delegate.
    pub(super) fn leaf(&self, lean: &Lean, position: u64) -> Option<(&'static EventType, Stamp)> {
        let areas = lean.grid.map_or(&[][..], |grid| self.of_grid(grid)).iter();
        let areas = areas.map(|(_, event, at)| (event.event_type(), at));
        let people = lean.who.iter().flat_map(|who| self.of_person(*who)).map(|(event, at)| (event.event_type(), at));
        areas.chain(people).find(|(_, at)| at.position == position).map(|(event_type, at)| (event_type, *at))
    }

    /// Whether something may happen after an instant up to another: happenings stand for midnights and for the hour of
    /// notices, and nothing else that is not a look.
    pub(super) fn may_happen(&self, since: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        let policies = self.rules().map_or(&[][..], |rules| rules.policies.all());
        let Some(policy) = policies.first() else { return false };
        let (first, last) = (policy.town_date(since), policy.town_date(until));
        let hours: BTreeSet<ClockTime> = policies.iter().map(|policy| policy.clock.notices_at).collect();
        let between = |at: DateTime<Utc>| since < at && at <= until;
        first != last || hours.into_iter().any(|hour| between(policy.time_on(first, hour)))
    }

    /// As it was when the log held its first so many leaves.
    #[must_use]
    pub fn as_of(&self, position: u64) -> Self {
        let by_then = |stamp: &Stamp| stamp.position <= position;
        let areas =
            |facts: &AreaFacts| facts.iter().filter(|(_, _, stamp)| by_then(stamp)).cloned().collect::<Vec<_>>();
        let mut then = Self {
            rules: Vec::new(),
            town: areas(&self.town),
            grids: self
                .grids
                .iter()
                .map(|(id, facts)| (*id, areas(facts)))
                .filter(|(_, facts)| !facts.is_empty())
                .collect(),
            grid_of: self.grid_of.clone(),
            people: BTreeMap::new(),
            offices: Arc::clone(&self.offices),
            versions: self.versions.clone(),
        };
        for (id, facts) in &self.people {
            let known: Vec<_> = facts.iter().filter(|(_, stamp)| by_then(stamp)).cloned().collect();
            if !known.is_empty() {
                then.people.insert(*id, known);
            }
        }
        for rules in &self.rules {
            let (policies, calendars) = (rules.policies.as_of(position), rules.calendars.as_of(position));
            let newest = policies.newest().map(|policy| policy.position()).max(calendars.newest());
            if newest.is_some() {
                let known = rules.editions.iter().filter(|edition| edition.calendars.newest() <= calendars.newest());
                let editions = known.cloned().collect();
                let book = OnceLock::new();
                then.rules.push(Arc::new(RulesThen { since: rules.since, policies, calendars, editions, book }));
            }
        }
        then
    }

    fn of_grid(&self, grid: AreaId) -> &[(AreaId, AreaEvent, Stamp)] {
        self.grids.get(&grid).map_or(&[], Vec::as_slice)
    }

    fn of_person(&self, who: DelegateId) -> &[(DelegateEvent, Stamp)] {
        self.people.get(&who).map_or(&[], Vec::as_slice)
    }
}

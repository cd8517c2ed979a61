//! What a year makes people owe: a grid its theme activities, regular meetings, symposia and typical cases, by quarters and
//! half-years (O-10, O-11, O-13, O-21); a delegate the report and the result of the annual review (O-20).

use super::obligation::{Charge, Key, Obligation, OwedBy, Part, Waits};
use super::things::{ThingKnown, later};
use crate::activity::{Activity, best_symposium, symposium_held, theme_activity_held};
use crate::appraisal::Appraisal;
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId};
use crate::meeting::{Meeting, regular_held};
use crate::period::{HalfYear, Quarter};
use crate::policy::Policy;
use crate::typical_case::{TypicalCase, submitted_on};
use crate::vocabulary::{AttendanceClass, Breach, ObligationCode, ObligationPart, Shortfall};
use chrono::NaiveDate;

/// What counts for a year of a grid: whatever was held, or submitted, in it.
#[derive(Clone, Debug, Default)]
pub struct OfYear {
    /// Activities.
    pub activities: Vec<Activity>,
    /// Meetings.
    pub meetings: Vec<Meeting>,
    /// Typical cases.
    pub cases: Vec<TypicalCase>,
}

/// A grid, and the leaf that defined it.
#[derive(Clone, Copy, Debug)]
pub struct GridDefinedBy {
    /// Which.
    pub id: AreaId,
    /// The leaf.
    pub defined: Claim,
}

/// Everything that a grid owes by quarters and half-years of a year. What a period is judged by is the policy in force on its
/// first day; one that was over when the grid was defined is not owed.
pub fn of_grid_year<'a>(grid: GridDefinedBy, year: i32, facts: &OfYear, known: &ThingKnown<'a>) -> Vec<Obligation<'a>> {
    let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else { return Vec::new() };
    let of = OfGrid { grid, facts, known };
    let quarters = std::iter::successors(Some(Quarter::of(first)), |one| Some(one.next())).take(4);
    let halves = std::iter::successors(Some(HalfYear::of(first)), |one| Some(one.next())).take(2);
    let by_quarter = quarters.flat_map(|quarter| [of.theme_activity(quarter), of.meeting(quarter), of.case(quarter)]);
    by_quarter.chain(halves.map(|half| of.symposium(half))).flatten().collect()
}

struct OfGrid<'f, 'a> {
    grid: GridDefinedBy,
    facts: &'f OfYear,
    known: &'f ThingKnown<'a>,
}

/// A period, as an obligation names it.
struct Period {
    name: String,
    first: NaiveDate,
    last: NaiveDate,
}

impl From<Quarter> for Period {
    fn from(quarter: Quarter) -> Self {
        Self { name: quarter.to_string(), first: quarter.first_day(), last: quarter.last_day() }
    }
}

impl From<HalfYear> for Period {
    fn from(half: HalfYear) -> Self {
        Self { name: half.to_string(), first: half.first_day(), last: half.last_day() }
    }
}

impl<'a> OfGrid<'_, 'a> {
    /// O-10, part held: as many theme activities in the quarter as the policy asks for.
    fn theme_activity(&self, quarter: Quarter) -> Option<Obligation<'a>> {
        let policy =
            self.policy(quarter.first_day()).filter(|policy| policy.cadence.theme_activities_per_quarter > 0)?;
        let calendars = self.known.calendars;
        let kept = theme_activity_held(&self.facts.activities, self.grid.id, quarter, policy, calendars);
        let part = Some(Part::Word(ObligationPart::Held));
        self.owed(
            (ObligationCode::O10, part),
            quarter.into(),
            policy,
            kept,
            Some((Breach::ActivityMissing, Vec::new())),
        )
    }

    /// O-11: as many regular meetings held in the quarter.
    fn meeting(&self, quarter: Quarter) -> Option<Obligation<'a>> {
        let policy = self.policy(quarter.first_day()).filter(|policy| policy.cadence.meetings_per_quarter > 0)?;
        let kept = regular_held(&self.facts.meetings, quarter, policy, self.known.calendars);
        self.owed((ObligationCode::O11, None), quarter.into(), policy, kept, Some((Breach::MeetingMissing, Vec::new())))
    }

    /// O-13: as many symposia in the half-year, each with every class of people.
    fn symposium(&self, half: HalfYear) -> Option<Obligation<'a>> {
        let policy = self.policy(half.first_day()).filter(|policy| policy.cadence.symposia_per_half_year > 0)?;
        let activities = &self.facts.activities;
        let kept = symposium_held(activities, self.grid.id, half, policy, self.known.calendars);
        let lacking = best_symposium(activities, self.grid.id, half, policy).map(|(_, classes)| classes);
        let charge = match lacking.filter(|classes| !classes.is_empty()) {
            Some(classes) => (Breach::ClassMissing, classes.into_iter().map(class).collect()),
            None => (Breach::SymposiumMissing, Vec::new()),
        };
        self.owed((ObligationCode::O13, None), half.into(), policy, kept, Some(charge))
    }

    /// O-21: a typical case submitted in the quarter. It is only counted: nothing is found of it.
    fn case(&self, quarter: Quarter) -> Option<Obligation<'a>> {
        let policy = self.policy(quarter.first_day())?;
        let submitted = self.facts.cases.iter().filter_map(|case| submitted_on(case, policy, self.known.calendars));
        let in_it = submitted.filter(|(on, _, _)| quarter.holds(*on));
        let kept = in_it.map(|(_, counts_on, by)| (counts_on, by)).min_by_key(|(on, by)| (*on, by.position));
        self.owed((ObligationCode::O21, None), quarter.into(), policy, kept, None)
    }

    fn policy(&self, first: NaiveDate) -> Option<&'a Policy> {
        self.known.policies.in_force(first)
    }

    /// Of a period with what would be found of it; nothing where it was over before there was the grid.
    fn owed(
        &self,
        (code, part): (ObligationCode, Option<Part>),
        period: Period,
        policy: &'a Policy,
        kept: Option<(NaiveDate, Claim)>,
        found: Option<(Breach, Vec<Shortfall>)>,
    ) -> Option<Obligation<'a>> {
        let Period { name, first, last } = period;
        let defined_on = policy.town_date(self.grid.defined.recorded_at);
        if last < defined_on {
            return None;
        }
        let key = Key { code, part, about: format!("area/{}", self.grid.id), period: Some(name) };
        let unkept = later(kept, last);
        let charge = match found {
            Some((what, missing)) => Charge { missing, ..Charge::of(what, last, unkept) },
            None => Charge::counted(last, unkept),
        };
        Some(Obligation {
            opens_on: first.max(defined_on),
            period_from: Some(first),
            provisional: self.known.calendars.provisional(first, last),
            kept,
            waits: kept.is_none().then_some(Waits::On),
            charges: vec![charge],
            ..Obligation::opened(key, (self.grid.id, OwedBy::area(self.grid.id)), self.grid.defined, last, policy)
        })
    }
}

const fn class(class: AttendanceClass) -> Shortfall {
    match class {
        AttendanceClass::PartyOrganisation => Shortfall::PartyOrganisation,
        AttendanceClass::PartyMember => Shortfall::PartyMember,
        AttendanceClass::Resident => Shortfall::Resident,
        AttendanceClass::MassOrganisation => Shortfall::MassOrganisation,
        AttendanceClass::Official => Shortfall::Official,
    }
}

/// O-20: whoever holds a mandate when a year ends submits the report of it, and their result is published. `mandate` is the leaf
/// by which they hold it, `town` where that is owed. Whoever leaves before the day owes nothing more.
pub fn of_delegate_year<'a>(
    who: DelegateId,
    year: i32,
    (mandate, town): (Claim, AreaId),
    appraisal: &Appraisal,
    (known, delegates): (&ThingKnown<'a>, &Delegates),
) -> Option<Obligation<'a>> {
    let (first, last) = crate::annual_review::days_of(year)?;
    let policy = known.policies.in_force(first)?;
    let due_on = policy.review.result_due_on.in_year(year + 1)?;
    let person = delegates.get(who).filter(|person| person.holds_any(last))?;
    let counted = |claim: Claim| (claim.counts_on(policy, known.calendars), claim);
    let report = appraisal.report.as_ref().map(|report| counted(report.first));
    let result = appraisal.published.map(counted);
    let kept = report.zip(result).map(|(one, other)| std::cmp::max_by_key(one, other, |(on, by)| (*on, by.position)));
    let missing = [(report, Shortfall::Report), (result, Shortfall::Result)];
    let missing = missing.into_iter().filter_map(|(done, what)| later(done, due_on).then_some(what)).collect();
    let left = person.departures.iter().find(|left| last <= left.on && left.on <= due_on);
    let excused = left.map(|left| left.claim).filter(|_| kept.is_none() && !person.holds_any(due_on));
    let key =
        Key { code: ObligationCode::O20, part: None, about: format!("delegate/{who}"), period: Some(year.to_string()) };
    Some(Obligation {
        opens_on: last.max(policy.town_date(mandate.recorded_at)).min(due_on),
        period_from: Some(first),
        provisional: known.calendars.provisional(last, due_on),
        kept,
        excused,
        waits: (kept.is_none() && excused.is_none()).then_some(Waits::On),
        charges: vec![Charge { missing, ..Charge::of(Breach::ReviewMissing, due_on, later(kept, due_on)) }],
        ..Obligation::opened(key, (town, OwedBy::delegate(who)), mandate, due_on, policy)
    })
}

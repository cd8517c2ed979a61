//! What a grid holds again and again, and what the review says of it: a theme activity (C-4.2) and a regular meeting (C-4.3a)
//! each quarter, a symposium (C-4.3b) each half-year. Under `review/2` only.
//!
//! Of a grid a member is a quarter or half-year that is over: everything that the grid held is looked at together. Of a
//! delegate a member is whatever was held by a grid that they were assigned to on its day.

use super::book::Book;
use super::finding::{Dates, Finding, What};
use super::period::Period;
use super::recurring::Recurring;
use super::undertakings::last_to_write_down;
use crate::activity::{Activity, symposium_held, theme_activity_held};
use crate::area::Grid;
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::{ActivityId, AreaId, DelegateId, MeetingId};
use crate::meeting::{Meeting, regular_held};
use crate::period::{HalfYear, Quarter};
use crate::policy::Policy;
use crate::reception::ReceivingDelegate;
use crate::vocabulary::{ActivityKind, MeetingKind};
use chrono::NaiveDate;

/// Under policies adopted in this schema or a later one the clock knows what is owed by quarters and half-years.
pub(super) const KNOWN_SINCE: u32 = 3;

/// One thing that was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gathering {
    /// An activity.
    Activity(ActivityId),
    /// A meeting.
    Meeting(MeetingId),
}

/// Activities and meetings as their first N leaves tell them: of a grid all of a year.
#[derive(Clone, Debug, Default)]
pub struct Gatherings {
    /// Activities of any kind, each with its id.
    pub activities: Vec<(ActivityId, Activity)>,
    /// Meetings of either kind, likewise.
    pub meetings: Vec<(MeetingId, Meeting)>,
}

/// A finding about what was held, or was to be, and whose figures it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// What was held; of a quarter or half-year that by which a grid had enough, in time or not.
    pub of: Option<Gathering>,
    /// Position of the first leaf of that; of a quarter or half-year of the one that defined the grid.
    pub first_position: u64,
    /// The delegates who have it; none where it is the grid's.
    pub delegates: Vec<DelegateId>,
    /// The grid that has it; none where it is the delegates'.
    pub grid_id: Option<AreaId>,
    /// What was found.
    pub finding: Finding,
}

/// The quarters and half-years of a grid that are over by the end of a period and count: whether as much was held in each as
/// the policy in force on its first day asks for, and counts by its last. What the clock does not look at (O-10, O-11,
/// O-13) is no member: what had begun before the clock did, or was over before there was the grid.
pub fn judge_recurring(
    grid: &Grid,
    gatherings: &Gatherings,
    period: &Period,
    book: &Book,
    each: &mut impl FnMut(Gathered),
) {
    let calendars = book.all_calendars();
    for of in Recurring::of_year(period.first).filter(|of| period.holds(of.last_day())) {
        let (first, last) = (of.first_day(), of.last_day());
        let Some(policy) = book.in_force(first).filter(|policy| of.wanted(policy) > 0) else { continue };
        let counts = book.looked_at_since(policy, KNOWN_SINCE).is_some_and(|since| since <= first);
        if !counts || last < policy.town_date(grid.defined.recorded_at) {
            continue;
        }
        let kept = gatherings.enough(grid.id, of, policy, book);
        let by = kept.and_then(|(_, claim)| gatherings.held_by(claim.position));
        let dates = Dates {
            due_on: Some(last),
            held_on: kept.map(|(_, claim)| book.day(claim.at)),
            recorded_on: kept.map(|(_, claim)| book.day(claim.recorded_at)),
            ..Dates::default()
        };
        let in_time = kept.is_some_and(|(counts_on, _)| of.in_time(counts_on));
        let provisional = calendars.provisional(first, last_to_write_down(last, policy, calendars));
        let finding = Finding { cycle: 0, what: What::Held { of, in_time }, dates, provisional };
        let (first_position, grid_id) = (grid.defined.position, Some(grid.id));
        each(Gathered { of: by, first_position, delegates: Vec::new(), grid_id, finding });
    }
}

/// Who attended what was held in a period: of each theme activity, regular meeting and symposium everybody who was assigned to a
/// grid of it on its day with a mandate. Somebody else who came is no member. What counts only after its quarter or
/// half-year, because it was recorded late, nobody attended.
pub fn judge_attended(
    gatherings: &Gatherings,
    delegates: &Delegates,
    period: &Period,
    book: &Book,
    each: &mut impl FnMut(Gathered),
) {
    for held in gatherings.all(book).filter(|held| period.holds(held.on)) {
        let Some(policy) = book.in_force(held.on) else { continue };
        let in_time = held.of.in_time(held.claim.counts_on(policy, book.all_calendars()));
        let dates = Dates {
            due_on: Some(held.of.last_day()),
            held_on: Some(held.on),
            recorded_on: Some(book.day(held.claim.recorded_at)),
            ..Dates::default()
        };
        let last = last_to_write_down(held.on, policy, book.all_calendars());
        let provisional = book.all_calendars().provisional(held.on, last);
        let expected = delegates.all().filter(|person| {
            let there = |grid: AreaId| held.grid_ids.contains(&grid);
            person.holds_any(held.on) && person.assignments_on(held.on).any(|assigned| there(assigned.grid_id))
        });
        let came = |who: DelegateId| held.delegates.iter().any(|there| there.delegate_id == who);
        let (came, stayed_away): (Vec<DelegateId>, Vec<DelegateId>) =
            expected.map(|person| person.id).partition(|who| in_time && came(*who));
        for (delegates, attended) in [(came, true), (stayed_away, false)] {
            let what = What::Attended { of: held.of, attended };
            let finding = Finding { cycle: 0, what, dates, provisional };
            let (of, first_position) = (Some(held.id), held.first_position);
            each(Gathered { of, first_position, delegates, grid_id: None, finding });
        }
    }
}

/// One thing that is counted, as it was held.
struct Held<'a> {
    id: Gathering,
    of: Recurring,
    on: NaiveDate,
    claim: Claim,
    first_position: u64,
    grid_ids: &'a [AreaId],
    delegates: &'a [ReceivingDelegate],
}

impl Gatherings {
    /// By which, and from which day on, a grid had as many in a part of the year as a policy asks for.
    fn enough(&self, grid: AreaId, of: Recurring, policy: &Policy, book: &Book) -> Option<(NaiveDate, Claim)> {
        let calendars = book.all_calendars();
        let activities = || self.activities.iter().map(|(_, activity)| activity);
        match of {
            Recurring::ThemeActivity(quarter) => theme_activity_held(activities(), grid, quarter, policy, calendars),
            Recurring::Symposium(half) => symposium_held(activities(), grid, half, policy, calendars),
            Recurring::Meeting(quarter) => {
                let of_grid = self.meetings.iter().map(|(_, meeting)| meeting);
                regular_held(of_grid.filter(|meeting| meeting.grid_id == grid), quarter, policy, calendars)
            }
        }
    }

    /// What was held by the leaf at a position.
    fn held_by(&self, position: u64) -> Option<Gathering> {
        let activity = self.activities.iter().find(|(_, activity)| activity.held.position == position);
        let meeting = || {
            let closed = |meeting: &Meeting| meeting.held.is_some_and(|held| held.position == position);
            self.meetings.iter().find(|(_, meeting)| closed(meeting)).map(|(id, _)| Gathering::Meeting(*id))
        };
        activity.map(|(id, _)| Gathering::Activity(*id)).or_else(meeting)
    }

    /// Everything that any indicator counts.
    fn all<'a>(&'a self, book: &'a Book) -> impl Iterator<Item = Held<'a>> {
        let activities = self.activities.iter().filter_map(|(id, activity)| {
            let on = book.day(activity.held.at);
            Some(Held {
                id: Gathering::Activity(*id),
                of: match activity.kind {
                    ActivityKind::ThemeActivity => Recurring::ThemeActivity(Quarter::of(on)),
                    ActivityKind::Symposium => Recurring::Symposium(HalfYear::of(on)),
                    ActivityKind::Outreach | ActivityKind::Consultation => return None,
                },
                on,
                claim: activity.held,
                // It begins with its holding.
                first_position: activity.held.position,
                grid_ids: &activity.grid_ids,
                delegates: &activity.delegates,
            })
        });
        let regular = self.meetings.iter().filter(|(_, meeting)| meeting.kind == MeetingKind::Regular);
        let meetings = regular.filter_map(|(id, meeting)| {
            let claim = meeting.held?;
            let on = book.day(claim.at);
            Some(Held {
                id: Gathering::Meeting(*id),
                of: Recurring::Meeting(Quarter::of(on)),
                on,
                claim,
                first_position: meeting.first_position,
                grid_ids: std::slice::from_ref(&meeting.grid_id),
                delegates: &meeting.delegates,
            })
        });
        activities.chain(meetings)
    }
}

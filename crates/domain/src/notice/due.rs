//! Who owes the notice of a session, and by when (C-5.2).

use crate::area::{Areas, Unit};
use crate::calendar::Calendars;
use crate::policy::{Policy, RestDayRule};
use crate::session::{PlacedBy, Session};
use chrono::{Days, NaiveDate};

/// By when a notice is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeDue {
    /// The day.
    pub on: NaiveDate,
    /// The day by which it would be due if the calendar left time enough.
    pub in_full: NaiveDate,
    /// The last day on which posting it is not punished: later than `on` only where the calendar left no time at all.
    pub unpunished_until: NaiveDate,
    /// Whether the calendar left less time than the policy gives.
    pub shortened: bool,
    /// True where a year without a published calendar was looked at.
    pub provisional: bool,
}

/// The day by which the notice of a session is due: so many days before it, moved to the working day before. A session that
/// was planned, or moved by the calendar, too late for that owes it on the first working day after, and on the day before the
/// session at the latest. A move for any other reason shortens nothing; other hours or another venue leave it as it was.
pub fn notice_due(session: &Session, policy: &Policy, calendars: &Calendars) -> NoticeDue {
    let held = &session.held;
    let lead = held.on - Days::new(policy.notice.lead_days.into());
    let counted = match policy.notice.rest_day_rule {
        RestDayRule::LastWorkingDayBefore => calendars.working_day_on_or_before(lead),
    };
    let in_time = NoticeDue {
        on: counted.on,
        in_full: counted.on,
        unpunished_until: counted.on,
        shortened: false,
        provisional: calendars.provisional(counted.on, held.on),
    };
    let (by, since) = held.day_by;
    match by {
        PlacedBy::Hand => return in_time,
        PlacedBy::Plan | PlacedBy::Calendar => {}
    }
    let first = calendars.after(since.counts_on(policy, calendars), 1).on;
    if counted.on >= first {
        return in_time;
    }
    let day_before = held.on.pred_opt().unwrap_or(held.on);
    NoticeDue { on: first.min(day_before), unpunished_until: first, shortened: true, ..in_time }
}

/// The units that owe the notice of a session, by id: those of its grid, of the kinds that the policy names, that were there
/// before the last day on which posting it is not punished, and not only after the session.
pub fn owing_units<'a>(
    areas: &'a Areas,
    session: &Session,
    policy: &'a Policy,
    calendars: &Calendars,
) -> impl Iterator<Item = &'a Unit> + use<'a> {
    let (held_on, until) = (session.held.on, notice_due(session, policy, calendars).unpunished_until);
    let in_time = move |unit: &&Unit| {
        let defined_on = policy.town_date(unit.defined.at);
        defined_on < until && defined_on <= held_on
    };
    let owing = areas.units_of(session.grid_id).filter(|unit| policy.notice.unit_kinds.contains(&unit.kind));
    owing.filter(in_time)
}

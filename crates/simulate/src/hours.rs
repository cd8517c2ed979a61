//! Office hours of the simulated years. Things are recorded at a few instants of a day, so that their commands can go to
//! the log side by side; what they claim lies a few minutes earlier.

use super::dice::Dice;
use casework::reference::Reference;
use chrono::{DateTime, Datelike as _, Days, Duration, Months, NaiveDate, NaiveDateTime, TimeZone as _, Utc};

/// When things are recorded: half-hours of a day in office, counted from midnight, from 9:00 to 16:30.
const HALF_HOURS: [u32; 6] = [18, 21, 27, 29, 31, 33];

/// When sessions are opened, before the hours of the service day, and closed, after them: at neither instant is anything
/// else recorded.
const OPENING: u32 = 26;
const CLOSING: u32 = 34;

/// The instant at which a half-hour's commands are recorded: up to 18 minutes after its beginning, not always the
/// same. Two of them are at least 42 minutes apart.
fn recorded_at(reference: &Reference, on: NaiveDate, half_hour: u32) -> DateTime<Utc> {
    let day = u64::try_from(on.signed_duration_since(NaiveDate::default()).num_days()).unwrap_or(0);
    let mut dice = Dice::of(0, day, u64::from(half_hour));
    let seconds = half_hour * 1800 + dice.below(18 * 60);
    let midnight = on.and_time(chrono::NaiveTime::MIN);
    let local = midnight + Duration::seconds(i64::from(seconds)) + Duration::milliseconds(i64::from(dice.below(1000)));
    instant(reference, local)
}

/// When the sessions of a day are opened.
pub(super) fn opening(reference: &Reference, on: NaiveDate) -> DateTime<Utc> {
    recorded_at(reference, on, OPENING)
}

/// When the sessions of a day are closed.
pub(super) fn closing(reference: &Reference, on: NaiveDate) -> DateTime<Utc> {
    recorded_at(reference, on, CLOSING)
}

/// The last instant in office of a day, when what was held that afternoon is recorded.
pub(super) fn late(reference: &Reference, on: NaiveDate) -> DateTime<Utc> {
    recorded_at(reference, on, HALF_HOURS[HALF_HOURS.len() - 1])
}

/// The last day of the quarter of a day.
pub(super) fn quarter_end(of: NaiveDate) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(of.year(), of.month0() / 3 * 3 + 1, 1).unwrap_or(of);
    first + Months::new(3) - Days::new(1)
}

/// The end of a day.
pub(super) fn midnight(reference: &Reference, on: NaiveDate) -> DateTime<Utc> {
    instant(reference, (on + Days::new(1)).and_time(chrono::NaiveTime::MIN))
}

/// Some instant in office hours of a day, or, if that is past, the next one after `now`.
pub(super) fn some_time_on(reference: &Reference, dice: &mut Dice, on: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let half_hour = dice.pick(&HALF_HOURS).copied().unwrap_or(20);
    let at = recorded_at(reference, on, half_hour);
    if at > now { at } else { soon(reference, now) }
}

/// The next instant in office hours.
pub(super) fn soon(reference: &Reference, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = reference.town_date(now);
    let later_today = HALF_HOURS.iter().map(|half_hour| recorded_at(reference, today, *half_hour));
    let working = reference.calendars.is_working(today);
    match later_today.into_iter().find(|at| working && *at > now) {
        Some(at) => at,
        None => recorded_at(reference, reference.calendars.after(today, 1).on, HALF_HOURS[0]),
    }
}

/// Some instant so many working days after `from`; 0 is the same day, if there is any of it left.
pub(super) fn working_days_on(
    reference: &Reference,
    dice: &mut Dice,
    from: NaiveDate,
    working_days: u32,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let day = reference.calendars.working_day_on_or_after(reference.calendars.after(from, working_days).on).on;
    some_time_on(reference, dice, day, now)
}

/// A time on a reception afternoon.
pub(super) fn afternoon(reference: &Reference, on: NaiveDate, minutes: u32) -> DateTime<Utc> {
    instant(reference, on.and_time(chrono::NaiveTime::MIN) + Duration::minutes(i64::from(13 * 60 + 30 + minutes)))
}

fn instant(reference: &Reference, local: NaiveDateTime) -> DateTime<Utc> {
    let zone = reference.time_zone();
    zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

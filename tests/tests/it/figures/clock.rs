//! What time it is for a history: the machine's, or so much later as the clock of its server was moved.

use crate::harness::{self, Office};
use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use std::cell::Cell;

thread_local! {
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// This instant in the town's time.
pub fn now() -> DateTime<FixedOffset> {
    harness::now() + Duration::seconds(AHEAD.get())
}

/// Today in the town.
pub fn today() -> NaiveDate {
    now().date_naive()
}

/// It is another day from now on, at this hour: the server of this thread's history is booted under a clock that shows it.
#[track_caller]
pub fn becomes(office: &mut Office, day: NaiveDate) {
    let seconds = (day - harness::today()).num_days() * 86_400;
    office.boots(seconds);
    office.ran();
    AHEAD.set(seconds);
}

//! `huiyin serve --demo`: the people of Jiangqiao, and a year of casework that ends now, told through the very use
//! cases that serve the API, under a simulated clock.
//!
//! [`load`] settles the people in (`people`), puts every reception of the year into a `queue`, and then takes
//! what is due instant by instant: the clock moves on, the commands of that instant run side by side, and each puts
//! what follows it into the queue. What would follow only after now stays undone: those are the open issues.
//! Chance is drawn from seeded `dice`, so the same days and seed tell the same story; ids and keys differ, as they
//! are random. Names of residents, texts and numbers are invented; only the delegates of Annex 1 are real names.

mod actions;
mod clock;
mod dice;
mod hours;
mod issue_plans;
mod issue_steps;
mod major_plans;
mod major_steps;
mod matters;
mod people;
mod queue;
mod report;
mod sessions;
#[cfg(test)]
mod tests;
mod town;
mod words;

pub use clock::DemoClock;
pub use report::{DemoReport, curl_lines};

use casework::{Casework, Failure};
use chrono::{DateTime, Days, NaiveDate, Utc};
use queue::Queue;
use report::Tally;
use std::collections::HashMap;
use std::time::SystemTime;
use town::{Action, Town};

/// How long the story is: a year, and two days to settle in.
pub(crate) const YEAR_DAYS: u64 = 367;
/// Commands sent side by side; so many share a write of the log at most.
const SIDE_BY_SIDE: usize = 64;

/// How much is told.
#[derive(Clone, Copy, Debug)]
struct Extent {
    /// From this all chance is drawn.
    seed: u64,
    /// How many grids act.
    grids: usize,
    /// Where the story ends.
    until: DateTime<Utc>,
}

/// Loads the demonstration into a log that was just begun under `clock`, and lets real time run afterwards.
///
/// `progress` is told how many steps are done and how many are known so far.
///
/// # Errors
/// What the store fails with. A step that a rule refuses is left out and counted.
pub async fn load(
    casework: &Casework,
    clock: &DemoClock,
    progress: &dyn Fn(usize, usize),
) -> Result<DemoReport, Failure> {
    let extent = Extent { seed: 20_151_201, grids: usize::MAX, until: SystemTime::now().into() };
    let report = tell(casework, clock, extent, progress).await;
    clock.hand_over();
    report
}

async fn tell(
    casework: &Casework,
    clock: &DemoClock,
    extent: Extent,
    progress: &dyn Fn(usize, usize),
) -> Result<DemoReport, Failure> {
    let begun_on = casework.reference().town_date(casework.now());
    let people = people::settle_in(casework, begun_on, extent.grids).await?;
    let mut town = Town {
        casework,
        people,
        seed: extent.seed,
        issues: Vec::new(),
        majors: Vec::new(),
        issue_by_id: HashMap::new(),
        queue: Queue::until(extent.until),
        tally: Tally::default(),
        now: casework.now(),
    };
    plan_the_year(&mut town, begun_on, extent.until);
    let mut done = 0;
    while let Some((at, actions)) = town.queue.take(SIDE_BY_SIDE) {
        clock.advance_to(at.timestamp_millis());
        town.now = casework.now();
        let outcomes = futures_util::future::join_all(actions.iter().map(|action| town.act(action))).await;
        for (action, outcome) in actions.iter().zip(outcomes) {
            town.follow(action, outcome).await?;
        }
        done += actions.len();
        progress(done, done + town.queue.len());
    }
    town.report().await
}

/// Every reception of the year, a day on which the town's offices close, and two delegates who leave.
fn plan_the_year(town: &mut Town<'_>, begun_on: NaiveDate, until: DateTime<Utc>) {
    let reference = town.casework.reference();
    let last = reference.town_date(until);
    let mut number = 0;
    for day in sessions::service_days(&reference, begun_on + Days::new(1), last) {
        for grid in 0..town.people.grids.len() {
            for session in sessions::of_service_day(&reference, grid, day, &mut number, town.seed) {
                town.queue.put(session.recorded_at, Action::Record(session));
            }
        }
    }
    let days = u64::try_from(last.signed_duration_since(begun_on).num_days()).unwrap_or(0);
    let part = |percent: u64| {
        hours::soon(&reference, hours::afternoon(&reference, begun_on + Days::new(days * percent / 100), 60))
    };
    for (percent, deputy) in [(35, 2), (70, 3)] {
        town.queue.put(part(percent), Action::Depart(people::deputy_name(deputy)));
    }
    let announced = part(60);
    let closed_on = reference.calendars.after(reference.town_date(announced), 1).on;
    town.queue.put(announced, Action::CloseOffices(closed_on));
}

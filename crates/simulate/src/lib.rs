//! `huiyin simulate`, and with it `huiyin serve --demo`: the people of Jiangqiao, and years of casework that end now,
//! told through the very use cases that serve the API, under a simulated clock.
//!
//! [`tell`] settles the people in (`people`), puts what the years bring into a `queue` (`years`), and then takes what is
//! due instant by instant: the clock moves on, the commands of that instant run side by side, and each puts what
//! follows it into the queue: a plan its rotas, a rota its sessions, a session its receptions, a reception its issues. What
//! delegates do besides (`undertaking_plans`, `undertakings`) is put in by quarters, the review of a year (`review_plans`) by its
//! days. What would follow only after now stays undone: those are the open issues.
//! Chance is drawn from seeded `dice`, so the same days and seed tell the same story; ids and keys differ, as they
//! are random. Names of residents, texts and numbers are invented; only the delegates of Annex 1 are real names.
//!
//! Whoever tries a demonstration gets an account of every role (`roles`).
//!
//! What is over is forgotten (`stories`), so memory grows with what is open and not with the years.

mod actions;
mod activity_steps;
mod appointment_steps;
mod case_steps;
mod clock;
mod correction_steps;
mod deed_steps;
mod dice;
mod doing;
mod evidence;
mod extent;
mod further_plans;
mod further_steps;
mod hearings;
mod hours;
mod issue_plans;
mod issue_steps;
mod major_plans;
mod major_steps;
mod matters;
mod meeting_steps;
mod mending;
mod obligations;
mod offices;
mod people;
mod phrases;
mod queue;
mod receptions;
mod report;
mod review_plans;
mod review_steps;
mod review_story;
mod roles;
mod rotas;
mod session_plans;
mod session_steps;
mod sessions;
mod steps;
mod stories;
mod study_steps;
mod tally;
#[cfg(test)]
mod tests;
mod town;
mod undertaking_plans;
mod undertaking_steps;
mod undertaking_words;
mod undertakings;
mod watch;
mod went_well;
mod words;
mod years;

pub use clock::SimulatedClock;
pub use extent::{Extent, thousandths};
pub use report::{Report, curl_lines};
pub use review_story::Digests;
pub use roles::{RoleAccount, accounts_of_roles};

use casework::boxed::boxed;
use casework::{Casework, Failure};
use queue::Queue;
use review_story::Appraised;
use sessions::Sessions;
use std::ops::ControlFlow;
use stories::Stories;
use tally::Tally;
use town::Town;
use watch::Watch;
use went_well::WentWell;

/// Commands sent side by side: as many as the log takes into one write.
const SIDE_BY_SIDE: usize = 256;

/// Tells a story into a log that was just begun under `clock`.
///
/// `digests` makes what tells the figures of everybody apart where a year is frozen. `progress` is told how many leaves the log has and about how many it will have; it may break the story off, between
/// two instants.
///
/// # Errors
/// What the store fails with. A step that a rule refuses is left out and counted.
#[boxed(?Send)]
pub async fn tell(
    casework: &Casework,
    clock: &SimulatedClock,
    extent: &Extent,
    digests: &Digests<'_>,
    progress: &dyn Fn(u64, u64) -> ControlFlow<()>,
) -> Result<Report, Failure> {
    let begun_at = casework.now();
    let begun_on = casework.reference().town_date(begun_at);
    let people = people::settle_in(casework, begun_on, extent.grids).await?;
    let mut town = Town {
        casework,
        people,
        seed: extent.seed,
        stories: Stories::default(),
        queue: Queue::until(extent.until),
        sessions: Sessions::default(),
        watch: Watch::default(),
        went_well: WentWell::default(),
        appraised: Appraised::default(),
        digests,
        clock_until: extent.clock_stops_at,
        receptions: 0,
        towns_worth_thousandths: extent.towns_worth_thousandths,
        tally: Tally::default(),
        now: begun_at,
    };
    years::plan(&mut town, begun_on, extent.until);
    let whole_ms = (extent.until - begun_at).num_milliseconds().max(1);
    while let Some((at, due)) = town.queue.take(SIDE_BY_SIDE) {
        let (actions, later) = town.apart(due);
        for action in later {
            town.queue.put(at, action);
        }
        clock.advance_to(at.timestamp_millis());
        town.now = casework.now();
        let outcomes = futures_util::future::join_all(actions.iter().map(|action| town.act(action))).await;
        for (action, outcome) in actions.iter().zip(outcomes) {
            town.follow(action, outcome).await?;
        }
        let leaves = casework.store.head().position.0;
        if progress(leaves, expected(leaves, (at - begun_at).num_milliseconds(), whole_ms)).is_break() {
            town.tally.broken_off = true;
            break;
        }
    }
    let leaves = casework.store.head().position.0;
    // Only the last look is exact, and nothing is left that it could break off.
    let _ = progress(leaves, leaves);
    town.report().await
}

/// How many leaves there will be, if the rest of the time brings as many as the time so far.
fn expected(leaves: u64, passed_ms: i64, whole_ms: i64) -> u64 {
    let whole =
        u128::from(leaves) * u128::try_from(whole_ms).unwrap_or(1) / u128::try_from(passed_ms).unwrap_or(1).max(1);
    u64::try_from(whole).unwrap_or(u64::MAX).max(leaves)
}

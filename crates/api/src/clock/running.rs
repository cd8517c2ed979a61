//! A run of the clock over everything that waits: the rows say of which subjects something happened, the use cases decide
//! and record.

use crate::state::AppState;
use casework::Failure;
use casework::clock::run::{ClockRun, TOLD_MAX};
use chrono::{DateTime, TimeDelta, Utc};
use domain::clock::Candidate;
use read_models::{Behind, ListError, names};
use std::time::Duration;

/// Subjects that are looked at in one step: what of them happens together is held in memory.
const SUBJECTS_AT_ONCE: u32 = 500;
/// Subjects that a dry run looks at: it tells of the first of what waits.
const SUBJECTS_DRY: u32 = 10_000;
/// How long a step waits for the rows to reach the head of the log.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a run stopped. Run again it goes on where it was.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The rows are not there yet.
    #[error(transparent)]
    Behind(#[from] Behind),
    /// The rows could not be read.
    #[error(transparent)]
    Rows(#[from] ListError),
    /// Something could not be decided or recorded.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Whether there is a clock at all: without a policy that has one there is nothing to run.
pub fn has_clock(app: &AppState) -> bool {
    app.casework.reference().policies.clock_since().is_some()
}

/// Records everything that happened up to an instant and is not recorded yet, or only tells it, in steps of some subjects,
/// the earliest instants first. Every step sees what the one before it recorded. Proposals that nobody decided on in time
/// are closed with it.
///
/// # Errors
/// What stopped it; what was recorded until then is recorded.
pub async fn run(app: &AppState, until: DateTime<Utc>, dry_run: bool) -> Result<ClockRun, RunError> {
    let mut whole = ClockRun::default();
    if !dry_run {
        // No obligation, and none of what is told of the run.
        app.casework.expire_proposals(until).await?;
    }
    if !has_clock(app) {
        // An instant after now is refused all the same.
        return Ok(app.casework.run_clock(&[], until, dry_run).await?);
    }
    let mut before: Vec<(Candidate, DateTime<Utc>)> = Vec::new();
    loop {
        let head = app.casework.store.head().position;
        app.read_models.wait_for_model(names::OBLIGATIONS, head, PATIENCE).await?;
        let limit = if dry_run { SUBJECTS_DRY } else { SUBJECTS_AT_ONCE };
        let due = app.read_models.due_subjects(until, limit + 1).await?.subjects;
        let (subjects, step_until) = step(&due, limit, until);
        let done = app.casework.run_clock(&subjects, step_until, dry_run).await?;
        let recorded = done.events;
        whole.add(done);
        if dry_run || due.is_empty() {
            break;
        }
        if recorded == 0 && due == before {
            // Rows that wait for what no decision finds would be asked for ever.
            let why =
                format!("{} sessions, issues or other things wait, and nothing of them is to be recorded", due.len());
            return Err(RunError::Failed(Failure::Fault(why)));
        }
        before = due;
    }
    if !dry_run {
        app.clock_runs.ran(until);
    }
    whole.items.truncate(TOLD_MAX);
    Ok(whole)
}

/// The subjects of one step, and the instant up to which it goes: of more than `limit` those of the earliest instants.
fn step(due: &[(Candidate, DateTime<Utc>)], limit: u32, until: DateTime<Utc>) -> (Vec<Candidate>, DateTime<Utc>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let ids = |due: &[(Candidate, DateTime<Utc>)]| due.iter().map(|(candidate, _)| candidate.clone()).collect();
    let Some((_, next)) = due.get(limit) else { return (ids(due), until) };
    let earlier = due.partition_point(|(_, at)| at < next);
    if earlier == 0 {
        // So many at one instant: some of them now, the others next.
        return (ids(&due[..limit]), *next);
    }
    (ids(&due[..earlier]), *next - TimeDelta::milliseconds(1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::clock::Subject;
    use domain::ids::IssueId;
    use uuid::Uuid;

    #[test]
    fn of_many_the_earliest_come_first_and_no_step_overtakes_the_next() {
        let at = |ms: i64| DateTime::from_timestamp_millis(ms).unwrap();
        let subject = |n: u128| Candidate::from(Subject::Issue(IssueId(Uuid::from_u128(n))));
        let due: Vec<_> = [(1, 10), (2, 10), (3, 20), (4, 30)].map(|(n, ms)| (subject(n), at(ms))).to_vec();
        assert_eq!(step(&due, 9, at(99)), (vec![subject(1), subject(2), subject(3), subject(4)], at(99)));
        assert_eq!(step(&due, 3, at(99)), (vec![subject(1), subject(2), subject(3)], at(29)));
        assert_eq!(step(&due, 2, at(99)), (vec![subject(1), subject(2)], at(19)));
        assert_eq!(step(&due, 1, at(99)), (vec![subject(1)], at(10)), "many of one instant");
        assert_eq!(step(&[], 1, at(99)), (vec![], at(99)));
    }
}

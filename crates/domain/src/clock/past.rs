//! What happened between the recordings of a subject, kept for the next look. It stays so for ever, as long as nothing more
//! counts as recorded before the newest of them: a subject that moves is then derived for the newest interval only.

use super::judging::Happening;
use super::recorded::Recorded;
use super::running::{Happened, happenings};
use super::timeline::Timeline;
use chrono::{DateTime, Utc};

/// The past of one subject.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// The newest recording looked at.
    until: DateTime<Utc>,
    /// How many leaves were recorded by then.
    leaves: usize,
    /// What happened by then, in order.
    found: Vec<Happening>,
}

impl Past {
    /// What happened up to the newest recording.
    pub(super) fn happenings(&self) -> &[Happening] {
        &self.found
    }

    /// Goes on to the newest recording of a subject, and tells its instant; nothing where nothing is recorded.
    pub(super) fn follow(&mut self, recorded: &Recorded, timeline: &Timeline) -> Option<DateTime<Utc>> {
        let recordings = recorded.recordings(timeline);
        let (newest, leaves) = (*recordings.last()?, recordings.len());
        if recordings.partition_point(|at| *at <= self.until) != self.leaves {
            // A leaf that counts as recorded earlier, or one of somebody it did not lean on.
            *self = Self::default();
        }
        let mut changes = recorded.changes(timeline, recordings);
        changes.retain(|at| self.leaves == 0 || *at >= self.until);
        let happened: Happened =
            self.found.iter().filter_map(|one| Some((one.event.key()?, one.occurrence()?))).collect();
        let horizon = Recorded::foreseen_until(newest);
        let known = |at, by| recorded.possible_by(timeline, (at, by), horizon);
        self.found.extend(happenings(&changes, &known, &happened, newest));
        (self.until, self.leaves) = (newest, leaves);
        Some(newest)
    }
}

//! What follows a step of a major issue: the next step, and when.

use super::dice::Dice;
use super::steps::{Effect, MajorStep};
use super::town::Town;
use casework::Failure;
use domain::vocabulary::{Level, MajorIssueState};

/// So many working days a major issue takes at its level: until it is deliberated, and until it is handled.
const fn pace(level: Level) -> ((u32, u32), (u32, u32)) {
    match level {
        Level::L1 => ((1, 3), (2, 8)),
        Level::L2 => ((2, 10), (4, 15)),
        Level::L3 => ((3, 12), (6, 30)),
        Level::L4 => ((4, 15), (15, 55)),
    }
}

impl Town<'_> {
    /// After a step that happened, or was pointless.
    pub(super) async fn follow_major(&mut self, index: usize, step: MajorStep, did: Effect) -> Result<(), Failure> {
        let thing = u64::MAX / 4 - u64::try_from(index).unwrap_or(0);
        let mut dice = Dice::of(self.seed, thing, self.stories.major(index).map_or(0, |story| story.steps));
        match self.stories.major_mut(index) {
            Some(story) => story.steps += 1,
            None => return Ok(()),
        }
        let loaded = self.major(index).await?.loaded;
        let major = &loaded.state;
        if let Some(story) = self.stories.major(index) {
            self.watch.changed_major(story.id, major.grid_id);
        }
        self.tally.saw_major(major);
        if major.is_over() {
            self.tally.ended_major(major);
            self.stories.end_major(index);
        }
        if did == Effect::Moot {
            return Ok(());
        }
        if matches!(major.state, MajorIssueState::Returned | MajorIssueState::Concluded | MajorIssueState::Referred) {
            for issue in major.issue_ids() {
                if let Some(known) = self.stories.number(issue) {
                    self.answer_soon(known).await?;
                }
            }
            return Ok(());
        }
        let (meeting, handling) = pace(major.level);
        let next = match (step, major.state) {
            (MajorStep::Triage | MajorStep::RaiseLevel | MajorStep::LowerLevel, _) => {
                Some((MajorStep::Deliberate, meeting))
            }
            (MajorStep::DecideRefusal, MajorIssueState::Deliberated) => Some((MajorStep::Deliberate, (2, 6))),
            (MajorStep::Deliberate, _) => match dice.below(1000) {
                0..80 if major.level < Level::L4 => Some((MajorStep::RaiseLevel, (0, 2))),
                80..120 if major.level > Level::L1 => Some((MajorStep::LowerLevel, (0, 2))),
                _ => Some((MajorStep::Assign, (0, 2))),
            },
            (MajorStep::Assign, _) if dice.chance(140) && !major.refused => Some((MajorStep::RefuseDispatch, (0, 2))),
            (MajorStep::Assign, _) => Some((MajorStep::Accept, (0, 3))),
            (MajorStep::RefuseDispatch, _) => Some((MajorStep::DecideRefusal, (1, 3))),
            (MajorStep::Accept, _) if dice.chance(50) && major.level < Level::L4 => {
                Some((MajorStep::RaiseLevel, (2, 8)))
            }
            // Some handling takes longer than it may, a little is never reported.
            (MajorStep::Accept | MajorStep::DecideRefusal, _) => match dice.below(1000) {
                0..20 => None,
                20..110 => Some((MajorStep::Report, (handling.1, handling.1 + 12))),
                _ => Some((MajorStep::Report, handling)),
            },
            (MajorStep::Report, _) => Some((MajorStep::Verify, (1, 4))),
            (MajorStep::Verify, MajorIssueState::ReturnedForRework) => Some((MajorStep::Report, (3, 9))),
            (MajorStep::Verify, _) => Some((MajorStep::Conclude, (0, 3))),
            (MajorStep::Conclude, _) => None,
        };
        if let Some((step, (low, high))) = next {
            let at = self.in_days(&mut dice, low, high);
            self.plan_major(at, index, step);
        }
        Ok(())
    }
}

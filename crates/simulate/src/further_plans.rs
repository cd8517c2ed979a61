//! What follows the steps that an issue takes beside its way to the answer.

use super::dice::Dice;
use super::further_steps::tried_enough;
use super::steps::{FurtherStep, IssueStep};
use super::town::Town;
use domain::issue::Issue;
use domain::vocabulary::{IssueState, ReopeningGround};

/// Beyond the number of steps that any story has.
const ASIDE: u64 = 1_000_000;

impl Town<'_> {
    /// What an issue that was taken in hand has with another open one of the same grid, and what an office is asked.
    pub(super) fn plan_beside(&mut self, number: usize, dice: &mut Dice) {
        let drawn = dice.below(1000);
        let with = self.stories.open_beside(number).and_then(|other| match drawn {
            0..30 => Some(FurtherStep::Link(other)),
            30..55 => Some(FurtherStep::Merge(other)),
            _ => None,
        });
        if let Some(step) = with {
            let at = self.in_days(dice, 0, 1);
            self.plan_issue(at, number, IssueStep::Further(step));
        }
        if dice.chance(70) {
            let at = self.in_days(dice, 0, 1);
            self.plan_issue(at, number, IssueStep::Further(FurtherStep::AskOffice));
        }
        self.plan_aside(number);
    }

    /// Now and then there is something to show of an issue, or its visitor lost the slip.
    fn plan_aside(&mut self, number: usize) {
        // Dice of its own, so that what else is told of the issue does not hang on it.
        let mut dice = Dice::of(self.seed, u64::try_from(number).unwrap_or(0) * 2 + 1, ASIDE);
        for (chance, step) in [(60, FurtherStep::AttachEvidence), (30, FurtherStep::ReissueReceipt)] {
            if dice.chance(chance) {
                let at = self.in_days(&mut dice, 1, 3);
                self.plan_issue(at, number, IssueStep::Further(step));
            }
        }
    }

    /// After a promise: mostly somebody looks whether it was kept.
    pub(super) fn plan_look(&mut self, number: usize, promised_on: chrono::NaiveDate, dice: &mut Dice) {
        if dice.chance(700) {
            let at = self.after(dice, promised_on, 1, 8);
            self.plan_issue(at, number, IssueStep::Further(FurtherStep::VerifyCommitment));
        }
    }

    /// After a step of this kind.
    pub(super) fn after_further(&mut self, number: usize, step: FurtherStep, issue: &Issue, dice: &mut Dice) {
        match step {
            FurtherStep::AskOffice if dice.chance(900) => {
                let at = self.in_days(dice, 1, 3);
                self.plan_issue(at, number, IssueStep::Further(FurtherStep::GiveInput));
            }
            FurtherStep::Merge(_) if dice.chance(400) => {
                let at = self.in_days(dice, 1, 3);
                self.plan_issue(at, number, IssueStep::Further(FurtherStep::Unmerge));
            }
            FurtherStep::Merge(_) | FurtherStep::Unmerge => self.answer_by_due(number, issue, dice),
            FurtherStep::TryDelivery => {
                let (step, low, high) = match tried_enough(issue) {
                    true => (IssueStep::PostAnswer, 1, 2),
                    // Some are reached after all.
                    false if dice.chance(180) => (IssueStep::Answer, 0, 1),
                    false => (IssueStep::Further(FurtherStep::TryDelivery), 0, 2),
                };
                let at = self.in_days(dice, low, high);
                self.plan_issue(at, number, step);
            }
            FurtherStep::VerifyCommitment => {
                let broken = issue.commitment_check.is_some_and(|check| !check.kept);
                if broken && issue.state != IssueState::InHand && dice.chance(600) {
                    let at = self.in_days(dice, 0, 3);
                    self.plan_issue(at, number, IssueStep::AskReopening(ReopeningGround::CommitmentBroken));
                }
            }
            FurtherStep::AskOffice
            | FurtherStep::GiveInput
            | FurtherStep::Link(_)
            | FurtherStep::AttachEvidence
            | FurtherStep::ReissueReceipt => {}
        }
    }
}

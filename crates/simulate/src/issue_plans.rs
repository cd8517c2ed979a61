//! What follows a step of an issue: the next step, and when. Shares are invented, in the range that towns report.

use super::dice::Dice;
use super::steps::{CorrectionStep, Effect, FurtherStep, IssueStep, MajorStep};
use super::stories::MajorStory;
use super::town::Town;
use casework::Failure;
use casework::loaded::{AsOf, Loaded};
use domain::clock::Subject;
use domain::ids::MajorIssueId;
use domain::issue::{ExtensionState, Issue};
use domain::vocabulary::{HandoverReason, IssueState, ReopeningGround, Satisfaction};

/// What becomes of an issue in hand.
#[derive(Clone, Copy)]
enum Course {
    InTime,
    Late,
    VeryLate,
    MoreTime,
    Suspended,
    Upwards,
    HandedOver,
    Referred,
    NotReached,
    Forgotten,
}

impl Town<'_> {
    /// After a reception: what happens to an issue just registered, in a session or, where that is over, without one.
    pub(super) fn follow_raised(&mut self, index: usize, session: Option<usize>, loaded: &Loaded<Issue>) {
        let mut dice = self.plan_dice(index);
        let (step, at) = match dice.below(1000) {
            0..530 => (IssueStep::AnswerOnTheSpot, super::hours::soon(&self.casework.reference(), self.now)),
            530..552 => (IssueStep::Refer, self.in_days(&mut dice, 0, 3)),
            552..573 => (IssueStep::Withdraw, self.in_days(&mut dice, 1, 4)),
            573..576 => return,
            576..650 => (IssueStep::Answer, self.until(&mut dice, loaded.state.due.on)),
            _ => (IssueStep::Take, self.in_days(&mut dice, 0, 2)),
        };
        // While it sits, the session takes in hand what was not answered on the spot.
        let taken = step == IssueStep::Take;
        let today = self.today();
        let takes = |session| self.sessions.takes(session, today, (index, taken));
        let there = step != IssueStep::AnswerOnTheSpot && session.is_some_and(takes);
        if !(there && taken) {
            self.plan_issue(at, index, step);
        }
        if dice.chance(10) {
            let at = self.in_days(&mut dice, 1, 6);
            self.plan_issue(at, index, IssueStep::Correction(CorrectionStep::Correct));
        }
    }

    /// After a step that happened, or was pointless; `loaded` is the issue as it then is.
    pub(super) async fn follow_issue(
        &mut self,
        index: usize,
        step: IssueStep,
        did: Effect,
        loaded: &Loaded<Issue>,
    ) -> Result<(), Failure> {
        let mut dice = self.plan_dice(index);
        let dice = &mut dice;
        let aside = if let IssueStep::Further(further) = step { further.is_aside() } else { false };
        if let Some(story) = self.stories.issue_mut(index).filter(|_| !aside) {
            story.steps += 1;
        }
        let reference = self.casework.reference();
        let issue = &*loaded.state.on(self.today(), reference.time_zone(), &reference.calendars);
        self.saw(index, issue);
        if did == Effect::Moot {
            self.after_moot(index, step, issue, dice);
            return Ok(());
        }
        match step {
            IssueStep::AnswerOnTheSpot | IssueStep::Answer | IssueStep::PostAnswer => {
                self.after_answer(index, issue, dice)
            }
            IssueStep::Take => self.after_taking(index, issue, dice),
            IssueStep::Interim => {
                if issue.state == IssueState::Escalated
                    && dice.chance(870)
                    && let Some(next) = issue.interim_due_on
                {
                    let at = self.until(dice, next);
                    // A word is due by a day, and mostly comes on one of the last before it.
                    let at = at.max(self.after(dice, next - chrono::Days::new(4), 0, 1));
                    self.plan_issue(at, index, IssueStep::Interim);
                }
            }
            IssueStep::AskMoreTime => {
                let at =
                    self.until(dice, issue.due.on.min(self.casework.reference().calendars.after(self.today(), 1).on));
                self.plan_issue(at, index, IssueStep::DecideMoreTime);
            }
            IssueStep::DecideMoreTime => {
                let granted = issue.extension.is_some_and(|extension| extension.state == ExtensionState::Granted);
                if granted && dice.chance(930) {
                    let at = super::hours::soon(&self.casework.reference(), self.now);
                    self.plan_issue(at, index, IssueStep::TellMoreTime);
                } else {
                    self.answer_by_due(index, issue, dice);
                }
            }
            IssueStep::TellMoreTime | IssueStep::ReturnEscalation => self.answer_by_due(index, issue, dice),
            IssueStep::HandOver(_) | IssueStep::Resume => {
                if issue.state != IssueState::Escalated {
                    self.answer_by_due(index, issue, dice);
                }
            }
            IssueStep::Suspend => {
                let last = issue.suspension.map_or(self.today(), |suspension| suspension.until_on);
                if dice.chance(250) {
                    // Nobody says that it is over: the clock runs again by itself.
                    let at = self.after(dice, last, 1, 5);
                    self.plan_issue(at, index, IssueStep::Answer);
                } else {
                    let at = self.until(dice, last);
                    self.plan_issue(at, index, IssueStep::Resume);
                }
            }
            IssueStep::Refer | IssueStep::Close => {}
            IssueStep::Escalate => self.after_escalation(index, dice),
            IssueStep::Feedback => self.after_feedback(index, issue, dice),
            IssueStep::AskReopening(_) => {
                let at = self.in_days(dice, 0, 3);
                self.plan_issue(at, index, IssueStep::DecideReopening);
            }
            IssueStep::DecideReopening => self.after_reopening(index, issue, dice),
            IssueStep::Withdraw => {
                if issue.on_own_motion && issue.state == IssueState::Registered {
                    let at = self.in_days(dice, 0, 1);
                    self.plan_issue(at, index, IssueStep::Take);
                } else if issue.on_own_motion {
                    self.answer_by_due(index, issue, dice);
                }
            }
            IssueStep::Further(step) => self.after_further(index, step, issue, dice),
            IssueStep::Correction(CorrectionStep::Propose(version)) => {
                let at = self.in_days(dice, 0, 3);
                self.plan_issue(at, index, IssueStep::Correction(CorrectionStep::Decide(version)));
            }
            IssueStep::Correction(CorrectionStep::Correct | CorrectionStep::Decide(_)) => {}
        }
        if let Effect::Made(id) = did {
            self.begin_major(index, id, dice).await?;
        }
        Ok(())
    }

    /// The answer that an outcome reported back, or a return, makes due.
    pub(super) async fn answer_soon(&mut self, index: usize) -> Result<(), Failure> {
        let mut dice = self.plan_dice(index);
        let loaded = self.issue(index).await?.loaded;
        self.saw(index, &loaded.state);
        if matches!(loaded.state.state, IssueState::InHand | IssueState::AwaitingAnswer) {
            self.answer_by_due(index, &loaded.state, &mut dice);
        }
        Ok(())
    }

    /// After what a delegate who left had open was handed over: it is answered by its day.
    pub(super) async fn follow_handed_over(&mut self, index: usize) -> Result<(), Failure> {
        let loaded = self.issue(index).await?.loaded;
        let mut dice = self.plan_dice(index);
        self.saw(index, &loaded.state);
        if loaded.state.state != IssueState::Escalated {
            self.answer_by_due(index, &loaded.state, &mut dice);
        }
        Ok(())
    }

    /// After a session closed: true where it took an issue in hand, which goes on its way.
    pub(super) async fn follow_taken(&mut self, index: usize) -> Result<bool, Failure> {
        let Some(story) = self.stories.issue_mut(index) else { return Ok(true) };
        story.steps += 1;
        let loaded = self.issue(index).await?.loaded;
        if loaded.state.state == IssueState::Registered {
            return Ok(false);
        }
        let mut dice = self.plan_dice(index);
        self.saw(index, &loaded.state);
        if loaded.state.state == IssueState::InHand {
            self.after_taking(index, &loaded.state, &mut dice);
        }
        Ok(true)
    }

    pub(super) fn saw(&mut self, number: usize, issue: &Issue) {
        self.tally.saw(issue);
        if let Some(story) = self.stories.issue_mut(number) {
            story.saw(issue);
            self.watch.changed(Subject::Issue(story.id));
        }
    }

    fn plan_dice(&self, index: usize) -> Dice {
        let steps = self.stories.issue(index).map_or(0, |story| story.steps);
        Dice::of(self.seed, u64::try_from(index).unwrap_or(0) * 2 + 1, steps)
    }

    fn after_moot(&mut self, index: usize, step: IssueStep, issue: &Issue, dice: &mut Dice) {
        let main = match step {
            IssueStep::AskMoreTime
            | IssueStep::DecideMoreTime
            | IssueStep::TellMoreTime
            | IssueStep::Suspend
            | IssueStep::Resume
            | IssueStep::Refer
            | IssueStep::Escalate
            | IssueStep::PostAnswer
            | IssueStep::Further(FurtherStep::TryDelivery) => true,
            IssueStep::AnswerOnTheSpot
            | IssueStep::Take
            | IssueStep::Answer
            | IssueStep::Interim
            | IssueStep::ReturnEscalation
            | IssueStep::Feedback
            | IssueStep::Close
            | IssueStep::AskReopening(_)
            | IssueStep::DecideReopening
            | IssueStep::Withdraw
            | IssueStep::HandOver(_)
            | IssueStep::Further(_)
            | IssueStep::Correction(_) => false,
        };
        use IssueState::{AwaitingAnswer, InHand, Merged, Registered};
        if main && matches!(issue.state, Registered | InHand | AwaitingAnswer | Merged) {
            let at = self.in_days(dice, 0, 3);
            self.plan_issue(at, index, IssueStep::Answer);
        }
    }

    fn after_taking(&mut self, index: usize, issue: &Issue, dice: &mut Dice) {
        let course = dice.weighed(
            &[
                (565, Course::InTime),
                (25, Course::NotReached),
                (85, Course::Late),
                (12, Course::VeryLate),
                (95, Course::MoreTime),
                (38, Course::Suspended),
                (150, Course::Upwards),
                (22, Course::HandedOver),
                (16, Course::Referred),
                (3, Course::Forgotten),
            ],
            Course::InTime,
        );
        self.plan_beside(index, dice);
        if dice.chance(60) {
            let at = self.in_days(dice, 1, 3);
            self.plan_issue(at, index, IssueStep::Interim);
        }
        let due = issue.due.on;
        let (at, step) = match course {
            Course::InTime => (self.until(dice, due), IssueStep::Answer),
            Course::NotReached => (self.in_days(dice, 0, 2), IssueStep::Further(FurtherStep::TryDelivery)),
            Course::Late => (self.after(dice, due, 1, 9), IssueStep::Answer),
            Course::VeryLate => (self.after(dice, due, 10, 45), IssueStep::Answer),
            Course::MoreTime => (self.until(dice, due - chrono::Days::new(1)), IssueStep::AskMoreTime),
            Course::Suspended => (self.until(dice, due), IssueStep::Suspend),
            Course::Upwards => (self.until(dice, due), IssueStep::Escalate),
            Course::HandedOver => {
                let reasons = [HandoverReason::LongLeave, HandoverReason::Recusal, HandoverReason::GridChange];
                let reason = dice.pick(&reasons).copied().unwrap_or(HandoverReason::LongLeave);
                (self.until(dice, due), IssueStep::HandOver(reason))
            }
            Course::Referred => (self.until(dice, due), IssueStep::Refer),
            Course::Forgotten => return,
        };
        self.plan_issue(at, index, step);
    }

    /// Mostly in time.
    pub(super) fn answer_by_due(&mut self, index: usize, issue: &Issue, dice: &mut Dice) {
        let at = match dice.below(1000) {
            0..880 => self.until(dice, issue.due.on),
            880..995 => self.after(dice, issue.due.on, 1, 7),
            _ => return,
        };
        self.plan_issue(at, index, IssueStep::Answer);
    }

    fn after_answer(&mut self, index: usize, issue: &Issue, dice: &mut Dice) {
        if dice.chance(800) && !issue.on_own_motion {
            let at = self.in_days(dice, 1, 5);
            self.plan_issue(at, index, IssueStep::Feedback);
        } else {
            self.close_after_window(index, dice);
        }
        let promised = issue.answer.as_ref().and_then(|answer| answer.given.commitment_on);
        if let Some(on) = promised {
            self.plan_look(index, on, dice);
        }
        let ground = match promised {
            Some(on) if dice.chance(60) => Some((self.after(dice, on, 1, 5), ReopeningGround::CommitmentBroken)),
            Some(_) => None,
            None if dice.chance(12) => Some((self.in_days(dice, 3, 14), ReopeningGround::WrongOutcome)),
            None if dice.chance(14) => Some((self.in_days(dice, 15, 60), ReopeningGround::NewFacts)),
            None => None,
        };
        if let Some((at, ground)) = ground {
            self.plan_issue(at, index, IssueStep::AskReopening(ground));
        }
    }

    fn close_after_window(&mut self, index: usize, dice: &mut Dice) {
        let window =
            self.casework.reference().policies.newest().map_or(0, |policy| policy.feedback.window_working_days);
        let at = self.in_days(dice, window + 1, window + 4);
        self.plan_issue(at, index, IssueStep::Close);
    }

    fn after_feedback(&mut self, index: usize, issue: &Issue, dice: &mut Dice) {
        if dice.chance(8) {
            let at = self.in_days(dice, 0, 2);
            let step = CorrectionStep::Propose(issue.version);
            self.plan_issue(at, index, IssueStep::Correction(step));
        }
        match issue.satisfaction() {
            Some(Satisfaction::Satisfied | Satisfaction::BasicallySatisfied) => {
                let at = self.in_days(dice, 0, 3);
                self.plan_issue(at, index, IssueStep::Close);
            }
            Some(Satisfaction::Dissatisfied) if dice.chance(720) => {
                let at = self.in_days(dice, 0, 3);
                self.plan_issue(at, index, IssueStep::AskReopening(ReopeningGround::Dissatisfied));
            }
            // On second thoughts within the window, or never.
            Some(Satisfaction::Dissatisfied) if dice.chance(300) => {
                let at = self.in_days(dice, 1, 2);
                self.plan_issue(at, index, IssueStep::Feedback);
            }
            Some(Satisfaction::Dissatisfied) | None => self.close_after_window(index, dice),
        }
    }

    fn after_reopening(&mut self, index: usize, issue: &Issue, dice: &mut Dice) {
        match issue.state {
            IssueState::InHand => self.answer_by_due(index, issue, dice),
            IssueState::Escalated => self.after_escalation(index, dice),
            IssueState::Answered => self.close_after_window(index, dice),
            IssueState::Registered
            | IssueState::AwaitingAnswer
            | IssueState::Closed
            | IssueState::Withdrawn
            | IssueState::Referred
            | IssueState::Merged => {}
        }
    }

    fn after_escalation(&mut self, index: usize, dice: &mut Dice) {
        // The visitor is to hear within a working day; some hear late, some not at all.
        if dice.chance(880) {
            let late = if dice.chance(100) { 6 } else { 1 };
            let at = self.in_days(dice, 0, late);
            self.plan_issue(at, index, IssueStep::Interim);
        }
        if dice.chance(60) {
            let at = self.in_days(dice, 1, 2);
            self.plan_issue(at, index, IssueStep::ReturnEscalation);
        }
    }

    async fn begin_major(&mut self, first: usize, id: MajorIssueId, dice: &mut Dice) -> Result<(), Failure> {
        let loaded = self.casework.major_issue(id, AsOf::Now).await?;
        self.tally.saw_major(&loaded.state);
        let Some(story) = self.stories.issue(first) else { return Ok(()) };
        let (grid, matter, scene) = (story.grid, story.matter, story.scene.clone());
        let number = self.stories.begin_major(MajorStory {
            id,
            grid,
            matter,
            scene,
            steps: 0,
            made_at: self.now,
            tabled: false,
        });
        let at = self.in_days(dice, 1, 2);
        self.plan_major(at, number, MajorStep::Triage);
        Ok(())
    }
}

//! The steps of an issue's story: each looks at the issue as it is, and does what then makes sense through the same
//! use cases that serve the API.

use super::correction_steps;
use super::dice::Dice;
use super::further_steps;
use super::people;
use super::phrases::{COMMENTS, ESCALATION, INTERIM};
use super::steps::{CHANNELS, Effect, IssueStep};
use super::stories::MajorStory;
use super::town::{IssueScene, Town};
use casework::Failure;
use casework::change::{Changed, Words, words};
use casework::escalations::Escalated;
use casework::loaded::{AsOf, Loaded};
use casework::transact::Outcome as Settled;
use chrono::{Days, Duration};
use domain::ids::MajorIssueId;
use domain::issue::answering::AnswerDraft;
use domain::issue::feedback::FeedbackDraft;
use domain::issue::interim::InterimDraft;
use domain::issue::{ExtensionState, Issue};
use domain::vocabulary::{
    AnswerChannel, EvidenceKind, ExtensionReason, FeedbackBy, IssueState, Level, Outcome, ReopeningGround, Role,
    Satisfaction, StatutoryChannel, SuspensionReason, WordChannel,
};
use std::sync::Arc;

/// How long others join a major issue.
const JOINED_WITHIN_DAYS: i64 = 120;

/// Which step makes sense now.
fn makes_sense(step: IssueStep, issue: &Issue, today: chrono::NaiveDate) -> bool {
    use IssueState::{Answered, AwaitingAnswer, Closed, Escalated, InHand, Merged, Registered};
    let is = |states: &[IssueState]| states.contains(&issue.state);
    let in_hand = is(&[Registered, InHand, AwaitingAnswer]);
    let extension = issue.extension.map(|extension| extension.state);
    match step {
        IssueStep::AnswerOnTheSpot | IssueStep::Take => is(&[Registered]),
        IssueStep::Answer => in_hand || is(&[Merged]),
        IssueStep::PostAnswer => is(&[InHand, AwaitingAnswer, Merged]) && further_steps::tried_enough(issue),
        IssueStep::Interim => issue.is_open(),
        IssueStep::AskMoreTime => in_hand && issue.extension_requests == 0 && today <= issue.due.on,
        IssueStep::DecideMoreTime => in_hand && extension == Some(ExtensionState::Requested),
        IssueStep::TellMoreTime => in_hand && extension == Some(ExtensionState::Granted) && today <= issue.due.on,
        IssueStep::Suspend => in_hand && issue.suspension.is_none() && today <= issue.due.on,
        IssueStep::Resume => issue.is_open() && issue.suspension.is_some(),
        IssueStep::Refer => in_hand && !issue.on_own_motion,
        IssueStep::Escalate => is(&[Registered, InHand]) && issue.suspension.is_none(),
        IssueStep::ReturnEscalation => is(&[Escalated]),
        IssueStep::Feedback => is(&[Answered, Closed]) && !issue.on_own_motion,
        IssueStep::Close => is(&[Answered]) && issue.reopening_pending.is_none(),
        IssueStep::AskReopening(ground) => {
            let kept = issue.commitment_check.is_some_and(|check| check.kept);
            is(&[Answered, Closed])
                && issue.reopening_pending.is_none()
                && !issue.refused_grounds.contains(&ground)
                && !(kept && ground == ReopeningGround::CommitmentBroken)
        }
        IssueStep::DecideReopening => issue.reopening_pending.is_some(),
        IssueStep::Withdraw => issue.is_open() && !issue.on_own_motion,
        IssueStep::HandOver(_) => issue.is_open(),
        IssueStep::Further(step) => further_steps::makes_sense(step, issue, today),
        IssueStep::Correction(step) => correction_steps::makes_sense(step, issue),
    }
}

impl Town<'_> {
    /// Does a step on an issue, if it still makes sense.
    pub(super) async fn do_issue(
        &self,
        index: usize,
        step: IssueStep,
    ) -> Result<(Effect, Arc<Loaded<Issue>>), Failure> {
        let scene = self.issue(index).await?;
        let reference = self.casework.reference();
        let (id, issue) =
            (scene.story.id, scene.loaded.state.on(self.today(), reference.time_zone(), &reference.calendars));
        let issue = &*issue;
        if !makes_sense(step, issue, self.today()) {
            return Ok((Effect::Moot, scene.loaded));
        }
        let mut dice = Dice::of(self.seed, u64::try_from(index).unwrap_or(0) * 2, scene.story.steps);
        let dice = &mut dice;
        let key = format!("issue/{index}/{}", scene.story.steps);
        let by = |role| people::call(scene.desk.account, role, &key);
        let delegate = by(Role::Delegate);
        let convener = by(Role::Convener);
        let liaison = by(Role::Liaison);
        let at = self.claimed(dice);
        let casework = self.casework;
        let outcome = match step {
            IssueStep::AnswerOnTheSpot | IssueStep::Answer | IssueStep::PostAnswer => {
                let (draft, said) = self.answer(&scene, step, dice);
                casework.answer_issue(&delegate, id, &draft, &said).await?
            }
            IssueStep::Take => casework.take_issue(&delegate, id, Some(at)).await?,
            IssueStep::Interim => {
                let reference = casework.reference();
                let next_word_on = reference.calendars.after(reference.town_date(at), dice.between(8, 15)).on;
                let channel = dice.pick(&CHANNELS).copied().unwrap_or(WordChannel::Phone);
                // One after the other, so that nobody hears the same twice in a row.
                let turn = usize::try_from(scene.story.steps).unwrap_or(0) + index;
                let said = INTERIM[turn % INTERIM.len()];
                let draft = InterimDraft { channel, told_at: at, next_word_on };
                casework.reply_meanwhile(&delegate, id, &draft, said).await?
            }
            IssueStep::AskMoreTime => {
                let reason = dice.weighed(
                    &[
                        (30, ExtensionReason::NeedsOtherUnit),
                        (25, ExtensionReason::NeedsSiteVisit),
                        (15, ExtensionReason::NeedsDecision),
                        (20, ExtensionReason::Complex),
                        (10, ExtensionReason::VisitorUnavailable),
                    ],
                    ExtensionReason::Other,
                );
                let new = casework.reference().calendars.after(issue.clock_from, dice.between(9, 15)).on;
                if new <= issue.due.on {
                    return Ok((Effect::Moot, scene.loaded));
                }
                let why = "需会同其他单位现场核查，原期限内难以给出准确答复。";
                casework.request_extension(&delegate, id, reason, new, why, Some(at)).await?
            }
            IssueStep::DecideMoreTime => {
                let granted = dice.chance(740) && self.today() <= issue.due.on;
                let why = if granted {
                    "情况属实，同意延期，请及时告知来访人。"
                } else {
                    "可以在原期限内答复，不予延期。"
                };
                casework.decide_extension(&convener, id, granted, Some(why), Some(at)).await?
            }
            IssueStep::TellMoreTime => {
                let channel = dice.pick(&CHANNELS).copied().unwrap_or(WordChannel::Phone);
                casework.tell_of_extension(&delegate, id, channel, at).await?
            }
            IssueStep::Suspend => {
                let facts = dice.chance(880);
                let (reason, why) = if facts {
                    (SuspensionReason::VisitorFacts, "等候来访人补充产权证明和现场照片。")
                } else {
                    (SuspensionReason::ForceMajeure, "台风防御期间现场无法进入。")
                };
                let until = casework.reference().town_date(at) + Days::new(u64::from(dice.between(14, 30)));
                casework.suspend_issue(&convener, id, reason, until, why, Some(at)).await?
            }
            IssueStep::Resume => casework.resume_issue(&convener, id, Some("材料已补齐，恢复计时。"), Some(at)).await?,
            IssueStep::Refer => {
                let channel = dice.pick(StatutoryChannel::ALL).copied().unwrap_or(StatutoryChannel::Petition);
                let why = format!("所反映事项依法应通过{}途径处理，已告知受理机关和办理方式。", channel.zh());
                casework.refer_issue(&delegate, id, channel, at, &why).await?
            }
            IssueStep::Escalate => {
                let outcome = self.escalate(&scene, &delegate, dice).await?;
                return Ok(made(outcome, scene.loaded));
            }
            IssueStep::ReturnEscalation => {
                casework.return_escalation(&convener, id, "属本网格职责，可由代表直接答复。", Some(at)).await?
            }
            IssueStep::Feedback => {
                let (draft, comment) = feedback(issue, at, dice);
                casework.record_feedback(&liaison, id, &draft, comment).await?
            }
            IssueStep::Close => casework.close_issue(&convener, id, Some(at)).await?,
            IssueStep::AskReopening(ground) => {
                let why = match ground {
                    ReopeningGround::Dissatisfied => "答复后情况没有改变，要求重新办理。",
                    ReopeningGround::NewFacts => "最近又出现新的情况，与答复时不同。",
                    ReopeningGround::CommitmentBroken => "承诺的日期已过，尚未动工。",
                    ReopeningGround::WrongOutcome => "答复所说的地点与反映的不是同一处。",
                };
                casework.request_reopening(&liaison, id, ground, why, Some(at)).await?
            }
            IssueStep::DecideReopening => {
                let outcome = self.decide_reopening(&scene, &convener, dice).await?;
                return Ok(made(outcome, scene.loaded));
            }
            IssueStep::Withdraw => {
                let own = dice.chance(350);
                let why = if own {
                    "来访人不再追究，但涉及公共安全，继续办理。"
                } else {
                    "问题已自行解决，来访人要求撤回。"
                };
                casework.withdraw_issue(&liaison, id, own, why, Some(at)).await?
            }
            IssueStep::HandOver(reason) => {
                let Some(to) = self.colleague(scene.story.grid, issue.responsible_delegate_id, dice) else {
                    return Ok((Effect::Moot, scene.loaded));
                };
                let why = format!("原责任代表{}，由同网格代表接办。", reason.zh());
                casework.hand_over_issue(&convener, id, to, reason, &why, Some(at)).await?
            }
            IssueStep::Further(step) => match self.do_further(&scene, step, &key, dice).await? {
                Some(outcome) => outcome,
                None => return Ok((Effect::Moot, scene.loaded)),
            },
            IssueStep::Correction(step) => self.do_correction(&scene, step, by, dice).await?,
        };
        Ok((Effect::Happened, newest(outcome, scene.loaded)))
    }

    fn answer(&self, scene: &IssueScene<'_>, step: IssueStep, dice: &mut Dice) -> (AnswerDraft, Words) {
        let (on_the_spot, posted) = (step == IssueStep::AnswerOnTheSpot, step == IssueStep::PostAnswer);
        let issue = &scene.loaded.state;
        let drawn = dice.weighed(
            &[(46, Outcome::Resolved), (29, Outcome::Explained), (14, Outcome::Planned), (11, Outcome::Declined)],
            Outcome::Explained,
        );
        let outcome = match issue.reported_outcome {
            Some(reported) => reported,
            None if on_the_spot && drawn == Outcome::Planned => Outcome::Explained,
            None => drawn,
        };
        let delivered_at = if on_the_spot {
            issue.raised_at + Duration::minutes(i64::from(dice.between(2, 9)))
        } else {
            let told = self.claimed(dice);
            // Some answers are written down only a day or two after they were given.
            let earlier = told - Duration::days(i64::from(dice.between(1, 2)));
            if dice.chance(40) && earlier >= issue.turned_at && !posted { earlier } else { told }
        };
        let written = !on_the_spot && dice.chance(350);
        let (channel, evidence) = if issue.on_own_motion || posted {
            (AnswerChannel::Written, EvidenceKind::Posted)
        } else if written {
            let receipt = dice.chance(450);
            (AnswerChannel::Written, if receipt { EvidenceKind::DeliveryReceipt } else { EvidenceKind::Signature })
        } else {
            let confirmed = dice.chance(780);
            (AnswerChannel::Oral, if confirmed { EvidenceKind::VisitorConfirmation } else { EvidenceKind::Witness })
        };
        let reference = self.casework.reference();
        let commitment_on = (outcome == Outcome::Planned)
            .then(|| reference.calendars.after(reference.town_date(delivered_at), dice.between(10, 60)).on);
        let declined = outcome == Outcome::Declined;
        let basis = declined.then(|| scene.story.scene.fill(scene.matter.basis));
        let text = scene.story.scene.answer(scene.matter, outcome);
        let note = dice.chance(300).then_some("现场照片两张，存联络员处。");
        let said = words([("text", Some(text.as_str())), ("basis", basis.as_deref()), ("evidence_note", note)]);
        let draft = AnswerDraft {
            outcome,
            channel,
            delivered_at,
            evidence,
            on_the_spot,
            answered_by: None,
            commitment_on,
            basis_given: declined,
        };
        (draft, said)
    }

    async fn escalate(
        &self,
        scene: &IssueScene<'_>,
        call: &casework::CommandContext,
        dice: &mut Dice,
    ) -> Result<Settled<Escalated>, Failure> {
        let at = self.claimed(dice);
        let reason = dice.say(&ESCALATION);
        let mut level = dice.weighed(&[(24, Level::L1), (40, Level::L2), (29, Level::L3), (7, Level::L4)], Level::L2);
        let mut join = None;
        if dice.chance(500)
            && let Some((known, standing)) = self.to_join(scene).await?
        {
            (join, level) = (Some(known), standing);
        }
        self.casework.escalate_issue(call, scene.story.id, level, join, reason, Some(at)).await
    }

    /// A major issue under way in the same grid about the same matter, with the level it stands at.
    async fn to_join(&self, scene: &IssueScene<'_>) -> Result<Option<(MajorIssueId, Level)>, Failure> {
        // The newest ones only, and none that nobody reports on any more.
        let fresh = |major: &&MajorStory| self.now - major.made_at < Duration::days(JOINED_WITHIN_DAYS);
        for major in self.stories.under_way(scene.story.cell()).filter(fresh).take(3) {
            let loaded = self.casework.major_issue(major.id, AsOf::Now).await?;
            if !loaded.state.is_over() {
                return Ok(Some((major.id, loaded.state.level)));
            }
        }
        Ok(None)
    }

    async fn decide_reopening(
        &self,
        scene: &IssueScene<'_>,
        call: &casework::CommandContext,
        dice: &mut Dice,
    ) -> Result<Settled<Escalated>, Failure> {
        let issue = &scene.loaded.state;
        let at = self.claimed(dice);
        let ground = issue.reopening_pending.map(|pending| pending.ground);
        let again = ground == Some(ReopeningGround::Dissatisfied) && issue.dissatisfied_reopenings > 0;
        let accepted = dice.chance(if again { 800 } else { 660 });
        let level = (accepted && again).then(|| if dice.chance(450) { Level::L3 } else { Level::L2 });
        let why = if accepted {
            "理由成立，重新办理。"
        } else {
            "经回访核查，答复事项已落实，不予重办，已向来访人说明。"
        };
        self.casework.decide_reopening(call, scene.story.id, accepted, level, Some(why), Some(at)).await
    }
}

/// The issue after a command. No key of the story is used twice, so none is a replay.
fn newest(outcome: Settled<Changed<Issue>>, before: Arc<Loaded<Issue>>) -> Arc<Loaded<Issue>> {
    match outcome {
        Settled::Done(changed) => changed.loaded,
        Settled::Replayed(_) => before,
    }
}

fn made(outcome: Settled<Escalated>, before: Arc<Loaded<Issue>>) -> (Effect, Arc<Loaded<Issue>>) {
    match outcome {
        Settled::Done(escalated) => match &escalated.major_issue {
            Some((id, _)) if escalated.made => (Effect::Made(*id), escalated.issue),
            Some(_) | None => (Effect::Happened, escalated.issue),
        },
        Settled::Replayed(_) => (Effect::Happened, before),
    }
}

fn feedback(
    issue: &Issue,
    given_at: chrono::DateTime<chrono::Utc>,
    dice: &mut Dice,
) -> (FeedbackDraft, Option<&'static str>) {
    // Whoever had to ask again is harder to please.
    let dissatisfied = if issue.cycle > 1 { 30 } else { 11 };
    let satisfaction = dice.weighed(
        &[
            (60, Satisfaction::Satisfied),
            (22, Satisfaction::BasicallySatisfied),
            (dissatisfied, Satisfaction::Dissatisfied),
        ],
        Satisfaction::Satisfied,
    );
    let by = if dice.chance(600) { FeedbackBy::CallBack } else { FeedbackBy::Visitor };
    let comments = match satisfaction {
        Satisfaction::Satisfied => &COMMENTS[0],
        Satisfaction::BasicallySatisfied => &COMMENTS[1],
        Satisfaction::Dissatisfied => &COMMENTS[2],
    };
    let comment = dice.chance(700).then(|| dice.say(comments));
    (FeedbackDraft { satisfaction, by, given_at }, comment)
}

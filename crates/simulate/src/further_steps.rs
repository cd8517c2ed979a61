//! Steps that an issue takes beside its way to the answer: with other issues, with an office that is asked, on the way
//! to a visitor who is not reached, and after the answer, when somebody looks at what it promised.

use super::dice::Dice;
use super::evidence::Shown;
use super::people;
use super::steps::{CHANNELS, FurtherStep};
use super::town::{IssueScene, Town};
use casework::Failure;
use casework::change::Changed;
use casework::loaded::AsOf;
use casework::transact::Outcome as Settled;
use domain::issue::Issue;
use domain::vocabulary::{IssueState, LinkKind, Role, WordChannel};

/// Attempts after which an answer is posted.
const ATTEMPTS: usize = 3;

/// Whether a step makes sense now.
pub(super) fn makes_sense(step: FurtherStep, issue: &Issue, today: chrono::NaiveDate) -> bool {
    use IssueState::{Answered, AwaitingAnswer, Closed, Escalated, InHand, Merged, Registered};
    let is = |states: &[IssueState]| states.contains(&issue.state);
    let known = |id| issue.links.iter().any(|link| link.issue_id == id);
    match step {
        FurtherStep::Link(other) => is(&[Registered, InHand, Escalated, AwaitingAnswer]) && !known(other),
        FurtherStep::Merge(_) => is(&[Registered, InHand, AwaitingAnswer]),
        FurtherStep::Unmerge => is(&[Merged]),
        FurtherStep::AskOffice => is(&[InHand]),
        FurtherStep::GiveInput => is(&[InHand]) && !issue.inputs_open.is_empty(),
        FurtherStep::TryDelivery => is(&[InHand, AwaitingAnswer, Merged]) && !issue.on_own_motion,
        FurtherStep::VerifyCommitment => {
            let promised = issue.answer.as_ref().and_then(|answer| answer.given.commitment_on);
            is(&[Answered, Closed]) && issue.commitment_check.is_none() && promised.is_some_and(|on| today > on)
        }
        FurtherStep::AttachEvidence | FurtherStep::ReissueReceipt => true,
    }
}

/// Whether the visitor was tried often enough, on two days at least.
pub(super) fn tried_enough(issue: &Issue) -> bool {
    let (first, last) = (issue.delivery_attempts.first(), issue.delivery_attempts.last());
    let apart = first.zip(last).is_some_and(|(first, last)| last.at - first.at > chrono::Duration::days(1));
    issue.delivery_attempts.len() >= ATTEMPTS && apart
}

impl Town<'_> {
    /// Does a step that makes sense; `None` when the other issue it needs has moved on.
    pub(super) async fn do_further(
        &self,
        scene: &IssueScene<'_>,
        step: FurtherStep,
        key: &str,
        dice: &mut Dice,
    ) -> Result<Option<Settled<Changed<Issue>>>, Failure> {
        let by = |role| people::call(scene.desk.account, role, key);
        // Steps aside are not counted, so that their keys are of their own.
        let aside = |part: &str| people::call(scene.desk.account, Role::Liaison, &format!("{key}/{part}"));
        let at = self.claimed(dice);
        let (id, casework) = (scene.story.id, self.casework);
        let outcome = match step {
            FurtherStep::Link(other) => {
                let kinds = [(50, LinkKind::Related), (40, LinkKind::Recurring), (10, LinkKind::CausedBy)];
                let kind = dice.weighed(&kinds, LinkKind::Related);
                casework.link_issue(&by(Role::Liaison), id, other, kind, Some(at)).await?
            }
            FurtherStep::Merge(primary) => {
                let loaded = casework.issue(primary, AsOf::Now).await?;
                if !loaded.state.is_open() || loaded.state.state == IssueState::Merged {
                    return Ok(None);
                }
                let why = "与同一网格的另一事项反映同一问题，并案办理，分别答复。";
                casework.merge_issue(&by(Role::Convener), id, primary, why, Some(at)).await?
            }
            FurtherStep::Unmerge => {
                let why = "经核实两件事项地点不同，分开办理。";
                casework.unmerge_issue(&by(Role::Convener), id, why, Some(at)).await?
            }
            FurtherStep::AskOffice => {
                let lead = self.people.departments.get(scene.matter.department).copied();
                let text = scene.story.scene.fill("请提供{place}该事项的管理职责、近期巡查记录和处理意见。");
                casework
                    .request_input(&by(Role::Delegate), id, lead.unwrap_or(self.people.studio.0), &text, Some(at))
                    .await?
            }
            FurtherStep::GiveInput => {
                let unit = people::call(self.people.departments_account, Role::HandlingUnit, key);
                let text = scene.story.scene.fill("{place}该点位属本单位巡查范围，{m}日内已安排现场查看，情况属实。");
                casework.give_input(&unit, id, &text, Some(at)).await?
            }
            FurtherStep::TryDelivery => {
                let channel = dice.pick(&CHANNELS).copied().unwrap_or(WordChannel::Phone);
                let note = dice.chance(600).then_some("电话无人接听，上门亦无人应答。");
                casework.record_delivery_attempt(&by(Role::Delegate), id, channel, at, note).await?
            }
            FurtherStep::VerifyCommitment => {
                let kept = dice.chance(800);
                let note = if kept {
                    "现场查看，承诺事项已完成。"
                } else {
                    "现场查看，承诺日期已过，尚未完成。"
                };
                let on = casework.reference().town_date(at);
                casework.verify_commitment(&by(Role::Convener), id, kept, on, Some(note), Some(at)).await?
            }
            FurtherStep::AttachEvidence => {
                let shown = Shown::Picture("现场照片.png");
                let kept = self.keep_file_of(scene.desk.id, &aside("file"), shown).await?;
                let Some(file) = kept else { return Ok(None) };
                casework.attach_evidence(&aside("evidence"), id, &[file], None).await?
            }
            FurtherStep::ReissueReceipt => {
                casework.reissue_receipt(&aside("receipt"), id, "来访人遗失回执，核对身份后补发。").await?
            }
        };
        Ok(Some(outcome))
    }
}

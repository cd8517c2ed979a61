//! Corrections of the record: what was written down wrong about an issue or a reception is put right, at once or
//! after somebody approved it.

use super::dice::Dice;
use super::people;
use super::steps::{CorrectionStep, OfReception, ReceptionStep};
use super::town::{Action, IssueScene, Town};
use casework::change::Changed;
use casework::corrections::{CorrectionDecision, NewCorrection};
use casework::transact::Outcome as Settled;
use casework::{CommandContext, Failure};
use chrono::{DateTime, Duration, Utc};
use domain::correction::{CorrectedValue, OCCURRED_AT};
use domain::issue::Issue;
use domain::vocabulary::{IssueKind, ReceptionForm, Role, Satisfaction};

/// Whether a step makes sense now.
pub(super) fn makes_sense(step: CorrectionStep, issue: &Issue) -> bool {
    let pending = |version: u64| issue.corrections.pending_of(version).is_some();
    match step {
        CorrectionStep::Correct => true,
        CorrectionStep::Propose(version) => !pending(version) && issue.satisfaction().is_some(),
        CorrectionStep::Decide(version) => pending(version),
    }
}

impl Town<'_> {
    /// After a reception: a few were recorded wrongly.
    pub(super) fn plan_corrections(&mut self, of: &OfReception) {
        let mut dice = Dice::of(self.seed ^ 0x00C0_44EC, of.number, 1);
        let step = match dice.below(1000) {
            0..12 => ReceptionStep::CorrectForm,
            12..22 => ReceptionStep::ProposeTime,
            _ => return,
        };
        let at = self.in_days(&mut dice, 1, 4);
        self.queue.put(at, Action::CorrectReception(OfReception { step, ..of.clone() }));
    }

    /// After a step on a reception's record: what was proposed is decided.
    pub(super) fn after_correcting(&mut self, of: &OfReception) {
        if of.step == ReceptionStep::ProposeTime {
            let mut dice = Dice::of(self.seed ^ 0x00C0_44EC, of.number, 2);
            let at = self.in_days(&mut dice, 0, 3);
            self.queue.put(at, Action::CorrectReception(OfReception { step: ReceptionStep::DecideTime, ..of.clone() }));
        }
    }

    /// Corrects the record of a reception, or decides on what was proposed.
    pub(super) async fn correct_reception(&self, of: &OfReception) -> Result<(), Failure> {
        let desk = self.people.grids.get(of.grid).ok_or(Failure::NotFound)?;
        let mut dice = Dice::of(self.seed ^ 0x00C0_44EC, of.number, 3);
        let call = |role| people::call(desk.account, role, &format!("reception/{}/{:?}", of.number, of.step));
        let at = Some(self.claimed(&mut dice));
        match of.step {
            ReceptionStep::CorrectForm => {
                let other =
                    if of.form == ReceptionForm::WalkIn { ReceptionForm::Appointment } else { ReceptionForm::WalkIn };
                let new = new(1, "/public/form", text(other.as_str()), "录入时选错接待形式。", at);
                self.casework.correct_reception(&call(Role::Liaison), of.id, &new).await?;
            }
            ReceptionStep::ProposeTime => {
                let held = of.held_at - Duration::minutes(i64::from(dice.between(10, 25)));
                let new = new(1, OCCURRED_AT, text(&held.to_rfc3339()), "签到表所记时间与录入时间不一致。", at);
                self.casework.correct_reception(&call(Role::Liaison), of.id, &new).await?;
            }
            ReceptionStep::DecideTime => {
                let decision = decision(1, &mut dice, at);
                self.casework.decide_reception_correction(&call(Role::Convener), of.id, &decision).await?;
            }
        }
        Ok(())
    }

    /// Does a step on an issue that makes sense.
    pub(super) async fn do_correction(
        &self,
        scene: &IssueScene<'_>,
        step: CorrectionStep,
        by: impl Fn(Role) -> CommandContext,
        dice: &mut Dice,
    ) -> Result<Settled<Changed<Issue>>, Failure> {
        let (id, issue) = (scene.story.id, &scene.loaded.state);
        let at = Some(self.claimed(dice));
        match step {
            CorrectionStep::Correct if dice.chance(500) => {
                let kinds: Vec<IssueKind> = IssueKind::ALL.iter().copied().filter(|kind| *kind != issue.kind).collect();
                let kind = dice.pick(&kinds).copied().unwrap_or(issue.kind);
                let new = new(1, "/public/kind", text(kind.as_str()), "登记时类别选错。", at);
                self.casework.correct_issue(&by(Role::Liaison), id, &new).await
            }
            CorrectionStep::Correct => {
                let said = format!("{}（来访人补充：地点以现场指认为准。）", scene.story.scene.said(scene.matter));
                let new = new(1, "/personal/0/text", text(&said), "来访人核对后补充。", at);
                self.casework.correct_issue(&by(Role::Liaison), id, &new).await
            }
            CorrectionStep::Propose(version) => {
                let other = match issue.satisfaction() {
                    Some(Satisfaction::Satisfied) => Satisfaction::BasicallySatisfied,
                    Some(Satisfaction::BasicallySatisfied | Satisfaction::Dissatisfied) | None => {
                        Satisfaction::Satisfied
                    }
                };
                let new = new(version, "/public/satisfaction", text(other.as_str()), "回访录音与登记不一致。", at);
                self.casework.correct_issue(&by(Role::Liaison), id, &new).await
            }
            CorrectionStep::Decide(version) => {
                let decision = decision(version, dice, at);
                self.casework.decide_issue_correction(&by(Role::Convener), id, &decision).await
            }
        }
    }
}

fn text(value: &str) -> CorrectedValue {
    CorrectedValue::Text(value.to_owned())
}

fn new(
    event_version: u64,
    pointer: &str,
    value: CorrectedValue,
    reason: &str,
    at: Option<DateTime<Utc>>,
) -> NewCorrection {
    NewCorrection { event_version, pointer: pointer.to_owned(), value, reason: reason.to_owned(), at }
}

fn decision(event_version: u64, dice: &mut Dice, at: Option<DateTime<Utc>>) -> CorrectionDecision {
    let approved = dice.chance(700);
    let reason =
        if approved { "与原始记录相符，同意更正。" } else { "原始记录无误，不予更正。" };
    CorrectionDecision { event_version, approved, reason: Some(reason.to_owned()), at }
}

//! The steps of a major issue's story, by the desks that take them: grid, town offices, departments.

use super::dice::Dice;
use super::people;
use super::phrases::DELIBERATION;
use super::steps::{Effect, MajorStep};
use super::town::{MajorScene, Town};
use casework::{CommandContext, Failure};
use domain::ids::OfficeId;
use domain::major_issue::MajorIssue;
use domain::vocabulary::{Level, MajorIssueState, Outcome, Role, StatutoryChannel, TriageDecision};

fn makes_sense(step: MajorStep, major: &MajorIssue) -> bool {
    let is = |states: &[MajorIssueState]| states.contains(&major.state) && !major.refusal_pending;
    match step {
        MajorStep::Triage => is(&[MajorIssueState::Submitted]),
        MajorStep::Deliberate => is(&[MajorIssueState::Triaged]) || (major.deliberation_open && !major.is_over()),
        MajorStep::Assign => is(&[MajorIssueState::Deliberated]) && !major.deliberation_open,
        MajorStep::Accept => is(&[MajorIssueState::Assigned]),
        MajorStep::RefuseDispatch => is(&[MajorIssueState::Assigned]) && !major.refused,
        MajorStep::DecideRefusal => major.refusal_pending,
        MajorStep::Report => is(&[MajorIssueState::Handling, MajorIssueState::ReturnedForRework]),
        MajorStep::Verify => is(&[MajorIssueState::ReportedBack]),
        MajorStep::Conclude => is(&[MajorIssueState::Verified]),
        MajorStep::RaiseLevel | MajorStep::LowerLevel => {
            is(&[MajorIssueState::Deliberated, MajorIssueState::Handling]) && neighbour(step, major.level).is_some()
        }
    }
}

/// The level above, or below.
fn neighbour(step: MajorStep, level: Level) -> Option<Level> {
    let at = Level::ALL.iter().position(|known| *known == level)?;
    let to = if step == MajorStep::RaiseLevel { at.checked_add(1)? } else { at.checked_sub(1)? };
    Level::ALL.get(to).copied()
}

impl Town<'_> {
    /// Does a step on a major issue, if it still makes sense.
    pub(super) async fn do_major(&self, index: usize, step: MajorStep) -> Result<Effect, Failure> {
        // It may be over by what a meeting made of it.
        if self.stories.major(index).is_none() {
            return Ok(Effect::Moot);
        }
        let scene = self.major(index).await?;
        let (id, major) = (scene.story.id, &scene.loaded.state);
        // What is before a meeting is left to it.
        let left = step == MajorStep::Deliberate && scene.story.tabled;
        if left || !makes_sense(step, major) {
            return Ok(Effect::Moot);
        }
        let mut dice = Dice::of(self.seed, u64::MAX / 2 - u64::try_from(index).unwrap_or(0), scene.story.steps);
        let dice = &mut dice;
        let key = format!("major/{index}/{}", scene.story.steps);
        let owner = self.owner(&scene, &key);
        let unit = people::call(self.people.departments_account, Role::HandlingUnit, &key);
        let at = Some(self.claimed(dice));
        let casework = self.casework;
        match step {
            MajorStep::Triage => self.triage(&scene, &owner, dice).await?,
            MajorStep::Deliberate => {
                let decision = dice.say(&DELIBERATION);
                casework.deliberate(&owner, id, self.today(), None, decision, at).await?;
            }
            MajorStep::Assign => {
                let (lead, supports) = self.offices(&scene, dice);
                casework.assign(&owner, id, lead, &supports, None, at).await?;
            }
            MajorStep::Accept => drop(casework.accept_assignment(&unit, id, at).await?),
            MajorStep::RefuseDispatch => {
                let why = "经核对职责清单，该事项不属于本单位管理范围，建议改派。";
                casework.refuse_assignment(&unit, id, why, at).await?;
            }
            MajorStep::DecideRefusal => {
                let upheld = dice.chance(500);
                let why = if upheld {
                    "退单理由成立，重新会商确定牵头单位。"
                } else {
                    "职责清单已明确，退单理由不成立，继续办理。"
                };
                casework.decide_refusal(&owner, id, upheld, why, at).await?;
            }
            MajorStep::Report => {
                let outcome = dice.weighed(
                    &[
                        (50, Outcome::Resolved),
                        (27, Outcome::Planned),
                        (14, Outcome::Explained),
                        (9, Outcome::Declined),
                    ],
                    Outcome::Resolved,
                );
                let text = scene.story.scene.answer(scene.matter, outcome);
                let basis = scene.story.scene.fill(scene.matter.basis);
                let basis =
                    if outcome == Outcome::Declined { basis.as_str() } else { "会商决定和现场核查记录" };
                casework.report_outcome(&unit, id, outcome, basis, &text, at).await?;
            }
            MajorStep::Verify => {
                let confirmed = dice.chance(860);
                let note = if confirmed {
                    "现场核查，与反馈一致。"
                } else {
                    "现场核查，部分点位尚未落实，退回重办。"
                };
                let studio = dice.chance(500);
                let by = if studio { self.people.studio.0 } else { self.people.congress_office.0 };
                casework.verify_outcome(&owner, id, confirmed, by, Some(note), at).await?;
            }
            MajorStep::Conclude => {
                let outcome = major.outcome.unwrap_or(Outcome::Explained);
                let text = scene.story.scene.answer(scene.matter, outcome);
                casework.conclude(&owner, id, outcome, &text, at).await?;
            }
            MajorStep::RaiseLevel | MajorStep::LowerLevel => {
                let Some(to) = neighbour(step, major.level) else { return Ok(Effect::Moot) };
                let raised = step == MajorStep::RaiseLevel;
                let why = if raised {
                    "本级无权决定，提请上一级研究。"
                } else {
                    "经研判下一级可以办理。"
                };
                casework.change_level(&owner, id, to, why, at).await?;
            }
        }
        Ok(Effect::Happened)
    }

    /// Who owns the level: the convener up to the grid meeting, the town's two offices above.
    fn owner(&self, scene: &MajorScene<'_>, key: &str) -> CommandContext {
        match scene.loaded.state.level {
            Level::L1 | Level::L2 => people::call(scene.desk.account, Role::Convener, key),
            Level::L3 => people::call(self.people.studio.1, Role::PartyStudio, key),
            Level::L4 => people::call(self.people.congress_office.1, Role::CongressOffice, key),
        }
    }

    async fn triage(&self, scene: &MajorScene<'_>, owner: &CommandContext, dice: &mut Dice) -> Result<(), Failure> {
        let at = Some(self.claimed(dice));
        let (decision, reason) = dice.weighed(
            &[
                (860, (TriageDecision::Accept, None)),
                (90, (TriageDecision::Return, Some("经研判，本网格可以直接答复，退回责任代表。"))),
                (50, (TriageDecision::Refer, Some("事项已进入法定程序，应通过法定途径处理。"))),
            ],
            (TriageDecision::Accept, None),
        );
        let raise = decision == TriageDecision::Accept && dice.chance(90);
        let level = if raise { neighbour(MajorStep::RaiseLevel, scene.loaded.state.level) } else { None };
        let channel = match decision {
            TriageDecision::Refer => dice.pick(StatutoryChannel::ALL).copied(),
            TriageDecision::Accept | TriageDecision::Return => None,
        };
        self.casework.triage(owner, scene.story.id, decision, level, channel, reason, at).await?;
        Ok(())
    }

    fn offices(&self, scene: &MajorScene<'_>, dice: &mut Dice) -> (OfficeId, Vec<OfficeId>) {
        let departments = &self.people.departments;
        // After an upheld refusal somebody else leads.
        let of_matter = departments.get(scene.matter.department);
        let lead = if scene.loaded.state.refused { dice.pick(departments) } else { of_matter };
        let lead = lead.copied().unwrap_or(self.people.studio.0);
        let mut supports = Vec::new();
        for _ in 0..dice.between(0, 2) {
            let one = dice.pick(departments).copied();
            supports.extend(one.filter(|one| *one != lead && !supports.contains(one)));
        }
        (lead, supports)
    }
}

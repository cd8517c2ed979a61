//! The steps of a study's or an inspection's story (C-3.5): begun, finished in writing, filed with both offices, used.

use super::dice::Dice;
use super::doing::{Doing, Undertaken, begun};
use super::evidence::Shown;
use super::hours;
use super::matters::MATTERS;
use super::town::Town;
use super::undertaking_steps::{Bureau, StudyStep, Thing, UndertakingStep};
use super::undertaking_words::{STUDIES, STUDY_USES};

use casework::Failure;
use casework::loaded::AsOf;
use casework::undertakings::studies::NewStudy;
use chrono::{DateTime, Duration, Utc};
use domain::clock::Subject;
use domain::reception::{DelegateDraft, Occasion};
use domain::study::Study;
use domain::vocabulary::{ReceptionForm, Role, StudyKind, StudyUse};

fn step(at: DateTime<Utc>, step: StudyStep) -> (DateTime<Utc>, UndertakingStep) {
    (at, UndertakingStep::Study(step))
}

impl Town<'_> {
    /// Does a step of a study.
    pub(super) async fn do_study(
        &self,
        doing: &Doing<'_>,
        what: StudyStep,
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        let (casework, at) = (self.casework, Some(doing.at));
        let (id, then) = match what {
            StudyStep::Start(kind) => return self.begin_study(doing, kind, dice).await,
            StudyStep::Hear(id) => {
                let study = casework.load::<Study>(id, AsOf::Now).await?;
                // Each in the one capacity that they have.
                let there = study.state.team().map(|delegate_id| DelegateDraft { delegate_id, delegate_type: None });
                let said = (ReceptionForm::Hearing, doing.at - Duration::minutes(40));
                let heard = self.hear(doing, said, Occasion::Study(id), &there.collect::<Vec<_>>()).await?;
                return Ok(Undertaken::heard(heard).about(Subject::Study(id)));
            }
            StudyStep::Finish(id) => {
                let Some(paper) = self.keep_file(doing, Shown::Paper("调研报告（演示）.txt")).await? else {
                    return Ok(Undertaken::moot());
                };
                let text = Some("形成调研报告，提出建议三条。");
                casework.finish_study(&doing.by(Role::Delegate), id, &[paper], text, at).await?;
                let both = [Bureau::Studio, Bureau::Congress];
                // A little is late.
                let (low, high) = if dice.chance(900) { (1, 8) } else { (11, 16) };
                (id, both.map(|bureau| step(self.in_days(dice, low, high), StudyStep::Submit(id, bureau))).to_vec())
            }
            StudyStep::Submit(id, bureau) => {
                let filing = doing.filing(self.bureau(bureau), Some("请阅研。"));
                casework.submit_study(&doing.by(Role::Delegate), id, &filing).await?;
                let later = step(self.in_days(dice, 1, 5), StudyStep::Acknowledge(id, bureau));
                (id, if dice.chance(850) { vec![later] } else { Vec::new() })
            }
            StudyStep::Acknowledge(id, bureau) => {
                let office = self.bureau(bureau);
                let filing = doing.filing(office, None);
                casework.acknowledge_study(&doing.by_office(office, bureau), id, &filing).await?;
                let used = bureau == Bureau::Studio && doing.of.nth.is_multiple_of(2);
                let later = step(self.in_days(dice, 4, 18), StudyStep::Use(id));
                (id, if used { vec![later] } else { Vec::new() })
            }
            StudyStep::Use(id) => {
                let office = self.bureau(Bureau::Studio);
                let department = dice.pick(&self.people.departments).copied().filter(|_| dice.chance(500));
                let used_as = if department.is_some() { StudyUse::Adopted } else { StudyUse::Referenced };
                let used = (department.unwrap_or(office.0), used_as);
                let call = doing.by_office(office, Bureau::Studio);
                casework.record_study_use(&call, id, used, dice.say(&STUDY_USES), at).await?;
                (id, Vec::new())
            }
        };
        Ok(Undertaken::then(then).about(Subject::Study(id)))
    }

    async fn begin_study(&self, doing: &Doing<'_>, kind: StudyKind, dice: &mut Dice) -> Result<Undertaken, Failure> {
        let team = self.team(doing.of.grid, 3, dice);
        let Some((lead, others)) = team.split_first() else { return Ok(Undertaken::moot()) };
        let Some(matter) = dice.pick(MATTERS) else { return Ok(Undertaken::moot()) };
        let inspection = kind == StudyKind::Inspection;
        let file_ids = match inspection {
            true => self.keep_file(doing, Shown::Picture("巡查现场（演示）.png")).await?,
            false => None,
        };
        let about = dice.say(&STUDIES);
        let new = NewStudy {
            kind,
            // Now and then it is about the whole town.
            grid_id: (doing.of.nth % 5 != 4).then_some(doing.desk.id),
            topics: vec![matter.topic.to_owned()],
            lead_delegate_id: lead.delegate_id,
            delegate_ids: others.iter().map(|one| one.delegate_id).collect(),
            held_at: doing.at,
            title: if inspection { format!("{about}巡查") } else { format!("{about}调研") },
            text: Some("走访村居，查看现场，听取群众和有关单位意见。".to_owned()),
            file_ids: file_ids.into_iter().collect(),
        };
        let (id, _) = begun(self.casework.start_study(&doing.by(Role::Delegate), &new).await?)?;
        let mut then = match kind {
            StudyKind::Study => vec![
                step(self.in_days(dice, 2, 8), StudyStep::Hear(id)),
                step(self.in_days(dice, 9, 24), StudyStep::Finish(id)),
            ],
            StudyKind::Inspection => {
                let (low, high) = if dice.chance(900) { (1, 4) } else { (6, 9) };
                vec![step(self.in_days(dice, low, high), StudyStep::Submit(id, Bureau::Studio))]
            }
        };
        if inspection && dice.chance(400) {
            then.push(step(hours::soon(&self.casework.reference(), self.now), StudyStep::Hear(id)));
        }
        then.extend(self.mends(doing, Thing::Study(id), dice));
        Ok(Undertaken::then(then).about(Subject::Study(id)))
    }
}

//! The steps of a typical case's story (C-5.3): nominated, made fit to be read by everybody, submitted, selected, published,
//! annotated.

use super::dice::Dice;
use super::doing::{Doing, Undertaken, begun};
use super::town::Town;
use super::undertaking_steps::{Bureau, CaseStep, UndertakingStep};
use super::went_well::Well;
use casework::Failure;
use casework::undertakings::typical_cases::NewTypicalCase;
use chrono::{DateTime, Utc};
use domain::clock::Member;
use domain::vocabulary::{PublicationChannel, Role};

fn step(at: DateTime<Utc>, step: CaseStep) -> (DateTime<Utc>, UndertakingStep) {
    (at, UndertakingStep::Case(step))
}

impl Town<'_> {
    /// Does a step of a typical case.
    pub(super) async fn do_case(
        &self,
        doing: &Doing<'_>,
        what: CaseStep,
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        let (casework, at) = (self.casework, Some(doing.at));
        let next = match what {
            CaseStep::Nominate => return self.nominate(doing, dice).await,
            CaseStep::Deidentify(id) => {
                let text =
                    "有居民向代表反映身边的一件难事。代表当日到现场查看，与有关单位商定办法，按期办结并上门告知结果。";
                casework.deidentify_typical_case(&doing.by(Role::Liaison), id, text, None, at).await?;
                Some(step(self.in_days(dice, 1, 5), CaseStep::Submit(id, Bureau::Studio)))
            }
            CaseStep::Submit(id, bureau) => {
                let office = self.bureau(bureau).0;
                casework.submit_typical_case(&doing.by(Role::Convener), id, office, at).await?;
                let again = bureau == Bureau::Studio && dice.chance(300);
                let next = if again { CaseStep::Submit(id, Bureau::Congress) } else { CaseStep::Select(id) };
                Some(step(self.in_days(dice, 1, 6), next))
            }
            CaseStep::Select(id) => {
                let selected = doing.of.nth % 3 != 1;
                let reason = if selected { "做法可以推广。" } else { "同类做法已有入选案例。" };
                let call = doing.by_office(self.bureau(Bureau::Studio), Bureau::Studio);
                casework.select_typical_case(&call, id, selected, Some(reason), at).await?;
                selected.then(|| step(self.in_days(dice, 1, 5), CaseStep::Publish(id)))
            }
            CaseStep::Publish(id) => {
                let channels = [(60, PublicationChannel::Website), (40, PublicationChannel::Board)];
                let channel = dice.weighed(&channels, PublicationChannel::Website);
                let call = doing.by_office(self.bureau(Bureau::Congress), Bureau::Congress);
                casework.publish_typical_case(&call, id, channel, at).await?;
                doing.of.nth.is_multiple_of(2).then(|| step(self.in_days(dice, 15, 45), CaseStep::Annotate(id)))
            }
            CaseStep::Annotate(id) => {
                let text = "回访：情况良好，居民表示满意。";
                casework.annotate_typical_case(&doing.by(Role::Liaison), id, text, at).await?;
                None
            }
        };
        Ok(Undertaken::then(next.into_iter().collect()))
    }

    /// The grid nominates what went well lately, if anything did.
    async fn nominate(&self, doing: &Doing<'_>, dice: &mut Dice) -> Result<Undertaken, Failure> {
        let Some(sources) = self.went_well.of(doing.of.grid).cloned() else { return Ok(Undertaken::moot()) };
        let new = NewTypicalCase {
            grid_id: doing.desk.id,
            title: format!("{}的一次回应（演示）", doing.desk.name),
            text: "居民反映的事项由首问代表当日受理，办结后上门告知；经过、姓名和住址见来源。".to_owned(),
            sources,
            at: Some(doing.at),
        };
        let (id, _) = begun(self.casework.nominate_typical_case(&doing.by(Role::Convener), &new).await?)?;
        let next = step(self.in_days(dice, 1, 5), CaseStep::Deidentify(id));
        Ok(Undertaken::then(vec![next]).member(Member::TypicalCase(id)).well(Well::Nominated))
    }
}

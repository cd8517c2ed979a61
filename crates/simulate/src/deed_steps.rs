//! The steps of a deed's story (C-3.4): pledged, people heard at it, done with what shows it, or given up. Of paired support the
//! pledge is the agreement, and the visits are what is heard at it.

use super::dice::Dice;
use super::doing::{Doing, Undertaken, begun};
use super::evidence::Shown;
use super::town::Town;
use super::undertaking_steps::{DeedStep, Thing, UndertakingStep};
use super::undertaking_words::{NOT_KEPT, deed_titles};
use super::went_well::Well;
use super::words;
use casework::Failure;
use casework::loaded::AsOf;
use casework::receptions::NewVisitor;
use casework::undertakings::deeds::NewDeed;
use chrono::{DateTime, Duration, Utc};
use domain::clock::Subject;
use domain::deed::Deed;
use domain::ids::IssueId;
use domain::reception::{DelegateDraft, Occasion};
use domain::vocabulary::{DeedKind, ReceptionForm, Role};

fn step(at: DateTime<Utc>, step: DeedStep) -> (DateTime<Utc>, UndertakingStep) {
    (at, UndertakingStep::Deed(step))
}

impl Town<'_> {
    /// Does a step of a deed.
    pub(super) async fn do_deed(
        &self,
        doing: &Doing<'_>,
        what: DeedStep,
        dice: &mut Dice,
    ) -> Result<Undertaken, Failure> {
        let (casework, at) = (self.casework, Some(doing.at));
        let done = match what {
            DeedStep::Pledge(kind) => return self.pledge(doing, kind, dice).await,
            DeedStep::Visit(id) => {
                let deed = casework.load::<Deed>(id, AsOf::Now).await?;
                let owner = DelegateDraft { delegate_id: deed.state.owner_delegate_id, delegate_type: None };
                let said = (ReceptionForm::Hearing, doing.at - Duration::minutes(30));
                let heard = self.hear(doing, said, Occasion::Deed(id), &[owner]).await?;
                return Ok(Undertaken::heard(heard).about(Subject::Deed(id)));
            }
            DeedStep::Complete(id) => {
                let Some(shown) = self.keep_file(doing, Shown::Picture("完成情况（演示）.png")).await? else {
                    return Ok(Undertaken::moot());
                };
                let text = Some("已按承诺完成，群众到场查看。");
                casework.complete_deed(&doing.by(Role::Delegate), id, &[shown], text, at).await?;
                Undertaken::then(Vec::new()).about(Subject::Deed(id)).well(Well::Deed(id))
            }
            DeedStep::GiveUp(id) => {
                casework.abandon_deed(&doing.by(Role::Delegate), id, dice.say(&NOT_KEPT), at).await?;
                Undertaken::then(Vec::new()).about(Subject::Deed(id))
            }
        };
        Ok(done)
    }

    async fn pledge(&self, doing: &Doing<'_>, kind: DeedKind, dice: &mut Dice) -> Result<Undertaken, Failure> {
        let reference = self.casework.reference();
        let team = self.team(doing.of.grid, 2, dice);
        let Some(owner) = dice.pick(&team) else { return Ok(Undertaken::moot()) };
        let promised_on = reference.calendars.after(self.today(), dice.between(10, 30)).on;
        let paired = kind == DeedKind::PairedSupport;
        let somebody = || NewVisitor { name: Some(words::name(dice)), phone: Some(words::phone(dice)) };
        let beneficiaries = paired.then(somebody).into_iter().collect();
        let of_issue = if doing.of.nth.is_multiple_of(4) { self.newest_issue(doing.of.grid) } else { None };
        let new = NewDeed {
            kind,
            grid_id: doing.desk.id,
            unit_id: dice.pick(&doing.desk.homes).map(|(home, _)| *home),
            owner_delegate_id: owner.delegate_id,
            promised_on,
            title: dice.say(&deed_titles(kind)).to_owned(),
            text: paired.then(|| "每月上门一次，了解生活和就医需要。".to_owned()),
            beneficiaries,
            issue_ids: of_issue.into_iter().collect(),
            at: Some(doing.at),
        };
        let (id, _) = begun(self.casework.pledge_deed(&doing.by(Role::Delegate), &new).await?)?;
        let visits = if paired { 2 } else { u32::from(dice.chance(200)) };
        let mut then: Vec<_> =
            (0..visits).map(|n| step(self.in_days(dice, 1 + 4 * n, 4 + 4 * n), DeedStep::Visit(id))).collect();
        match dice.below(1000) {
            0..800 => then.push(step(self.until(dice, promised_on), DeedStep::Complete(id))),
            800..890 => then.push(step(self.after(dice, promised_on, 1, 9), DeedStep::Complete(id))),
            890..970 => then.push(step(self.until(dice, promised_on), DeedStep::GiveUp(id))),
            // Nobody ever says what became of it.
            _ => {}
        }
        then.extend(self.mends(doing, Thing::Deed(id), dice));
        Ok(Undertaken::then(then).about(Subject::Deed(id)))
    }

    /// The issue of a grid that was raised last.
    fn newest_issue(&self, grid: usize) -> Option<IssueId> {
        self.stories.issues().values().rev().find(|story| story.grid == grid).map(|story| story.id)
    }
}

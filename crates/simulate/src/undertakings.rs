//! What delegates do beside receiving people: activities, meetings, studies, deeds, appointments, typical cases. Here is how a
//! step goes on to the next; when it all begins is in `undertaking_plans`, and what a step does in the file of its family
//! (`…_steps.rs`).

use super::dice::Dice;
use super::doing::{Doing, Undertaken};
use super::steps::{Effect, MajorStep};
use super::town::{Action, Town};
use super::undertaking_steps::{OnAgenda, Undertaking, UndertakingStep};
use casework::Failure;
use chrono::Datelike as _;
use domain::clock::{Member, Subject};

/// Chance of its own, whatever else is told.
const DICE: u64 = 0x0DEE_D5A1;
/// What follows one step at most.
const FOLLOWING_MAX: u64 = 8;
impl Town<'_> {
    /// Does a step.
    pub(super) async fn undertake(&self, of: &Undertaking) -> Result<Undertaken, Failure> {
        let mut dice = Dice::of(self.seed ^ DICE, of.number, of.turn);
        let dice = &mut dice;
        let doing = Doing {
            of,
            desk: self.people.grids.get(of.grid).ok_or(Failure::NotFound)?,
            at: self.claimed(dice),
            key: format!("undertaking/{}/{}", of.number, of.turn),
        };
        match of.step {
            UndertakingStep::Activity(step) => self.do_activity(&doing, step, dice).await,
            UndertakingStep::Meeting(step) => self.do_meeting(&doing, step, dice).await,
            UndertakingStep::Study(step) => self.do_study(&doing, step, dice).await,
            UndertakingStep::Deed(step) => self.do_deed(&doing, step, dice).await,
            UndertakingStep::Appointment(step) => self.do_appointment(&doing, step, dice).await,
            UndertakingStep::Case(step) => self.do_case(&doing, step, dice).await,
            UndertakingStep::Mend(mending) => self.mend(&doing, mending, dice).await,
        }
    }

    /// After a step.
    pub(super) async fn follow_undertaking(&mut self, of: &Undertaking, done: Undertaken) -> Result<(), Failure> {
        let Undertaken { did, then, about, member, heard, majors, well } = done;
        match heard {
            Some(heard) => self.follow_heard(None, heard),
            None => self.count(did),
        }
        if let Some(desk) = self.people.grids.get(of.grid) {
            let (grid, today) = (desk.id, self.today());
            self.watch.changed(Subject::Grid(grid));
            if let Some(member) = member.or(of.step.member()) {
                // What is called in December may be for January, and what is recorded then of December.
                let (before, after) = (i32::from(today.month() <= 2), i32::from(today.month() == 12));
                self.watch.counts(grid, member, today.year() - before..=today.year() + after);
                if let Member::Meeting(_) = member {
                    let of_grid = self.stories.majors().into_values().filter(|story| story.grid == of.grid);
                    of_grid.for_each(|story| self.watch.changed_major(story.id, grid));
                }
            }
        }
        if let Some(subject) = about {
            self.watch.changed(subject);
        }
        if let Some(well) = well {
            self.went_well.saw(of.grid, well);
        }
        for (nth, (at, step)) in (1..).zip(then) {
            let next = Undertaking { turn: of.turn * FOLLOWING_MAX + nth, step, ..*of };
            self.queue.put(at, Action::Undertaking(next));
        }
        for (major, on_agenda) in majors {
            self.follow_meeting(major, on_agenda).await?;
        }
        Ok(())
    }

    /// After a meeting had a major issue before it, or will have it.
    async fn follow_meeting(&mut self, major: usize, on_agenda: OnAgenda) -> Result<(), Failure> {
        if let Some(story) = self.stories.major_mut(major) {
            story.tabled = on_agenda == OnAgenda::Tabled;
        }
        match on_agenda {
            OnAgenda::Tabled => {}
            OnAgenda::Decided => self.follow_major(major, MajorStep::Deliberate, Effect::Happened).await?,
            OnAgenda::Left => {
                let mut dice = Dice::of(self.seed ^ DICE, u64::MAX - u64::try_from(major).unwrap_or(0), 0);
                let at = self.in_days(&mut dice, 2, 8);
                self.plan_major(at, major, MajorStep::Deliberate);
            }
        }
        Ok(())
    }
}

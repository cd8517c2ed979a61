//! What delegates do beside receiving people: activities, meetings, studies, deeds, appointments, typical cases. Here is what of
//! it there is, how a step goes on to the next, and what is remembered; when it begins is in `undertaking_plans`, and what a
//! step does in the file of its family (`…_steps.rs`).

use super::actions::Heard;
use super::activity_steps::ActivityStep;
use super::appointment_steps::AppointmentStep;
use super::case_steps::CaseStep;
use super::deed_steps::DeedStep;
use super::dice::Dice;
use super::meeting_steps::MeetingStep;
use super::mending::Mending;
use super::people::{self, GridDesk};
use super::steps::{Effect, MajorStep};
use super::study_steps::StudyStep;
use super::town::{Action, Town};
use casework::transact::Outcome;
use casework::undertakings::NewFiling;
use casework::{CommandContext, Failure};
use chrono::{DateTime, Utc};
use domain::clock::Subject;
use domain::ids::{AccountId, ActivityId, DeedId, IssueId, OfficeId};
use domain::reception::{DelegateDraft, ReceivingDelegate};
use domain::typical_case::CaseSources;
use domain::vocabulary::{DelegateType, Role};
use std::collections::HashMap;

/// Chance of its own, whatever else is told.
const DICE: u64 = 0x0DEE_D5A1;
/// What follows one step at most.
const FOLLOWING_MAX: u64 = 8;
/// Issues of a grid that are remembered for having ended well.
const ISSUES_MAX: usize = 2;

/// One step of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undertaking {
    /// Index of its grid.
    pub grid: usize,
    /// The number of the thing in the story.
    pub number: u64,
    /// The how manieth of its family it is: what has to happen now and then happens by turns.
    pub nth: u64,
    /// Where the step stands among those of the thing, for its chance and its key.
    pub turn: u64,
    /// What is done.
    pub step: UndertakingStep,
}

/// A step, by family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UndertakingStep {
    Activity(ActivityStep),
    Meeting(MeetingStep),
    Study(StudyStep),
    Deed(DeedStep),
    Appointment(AppointmentStep),
    Case(CaseStep),
    /// On the record of one of them.
    Mend(Mending),
}

impl UndertakingStep {
    /// What it is called in a report, whatever it is done with.
    pub fn name(self) -> String {
        format!("{self:?}").split(['(', ')', ' ']).take(2).collect::<Vec<_>>().join(" ")
    }

    /// Whether it is a step of a meeting, which may decide on any major issue of its grid.
    pub const fn is_of_a_meeting(self) -> bool {
        matches!(self, Self::Meeting(_))
    }
}

/// One of both offices that everything is reported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bureau {
    Studio,
    Congress,
}

/// What a step came to, and what follows.
pub(super) struct Undertaken {
    did: Effect,
    then: Vec<(DateTime<Utc>, UndertakingStep)>,
    /// What the clock over obligations is to look at, beside the grid.
    about: Option<Subject>,
    /// The reception that it was.
    heard: Option<Heard>,
    /// What became of major issues, by number.
    majors: Vec<(usize, OnAgenda)>,
    /// What may be made a typical case of.
    well: Option<Well>,
}

/// What a meeting makes of a major issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnAgenda {
    /// It will be before it.
    Tabled,
    /// It was deliberated on.
    Decided,
    /// Nothing came of it.
    Left,
}

/// Something that went well.
#[derive(Clone, Copy, Debug)]
pub(super) enum Well {
    Activity(ActivityId),
    Deed(DeedId),
    /// A case was made of it all.
    Nominated,
}

impl Undertaken {
    /// It had become pointless.
    pub fn moot() -> Self {
        Self { did: Effect::Moot, ..Self::then(Vec::new()) }
    }

    /// It happened.
    pub fn then(then: Vec<(DateTime<Utc>, UndertakingStep)>) -> Self {
        Self { did: Effect::Happened, then, about: None, heard: None, majors: Vec::new(), well: None }
    }

    /// It was a reception, unless nobody could receive.
    pub fn heard(heard: Option<Heard>) -> Self {
        let did = if heard.is_some() { Effect::Happened } else { Effect::Moot };
        Self { did, heard, ..Self::then(Vec::new()) }
    }

    /// It concerns something that the clock over obligations looks at.
    pub fn about(self, subject: Subject) -> Self {
        Self { about: Some(subject), ..self }
    }

    /// Something became of major issues.
    pub fn majors(self, majors: Vec<(usize, OnAgenda)>) -> Self {
        Self { majors, ..self }
    }

    /// It went well.
    pub fn well(self, well: Well) -> Self {
        Self { well: Some(well), ..self }
    }
}

/// What a step needs to know.
pub(super) struct Doing<'a> {
    pub of: &'a Undertaking,
    pub desk: &'a GridDesk,
    /// When it is said to have happened.
    pub at: DateTime<Utc>,
    key: String,
}

impl Doing<'_> {
    /// A call of somebody of the grid.
    pub fn by(&self, role: Role) -> CommandContext {
        people::call(self.desk.account, role, &self.key)
    }

    /// One of several calls of a step.
    pub fn part(&self, role: Role, part: &str) -> CommandContext {
        people::call(self.desk.account, role, &format!("{}/{part}", self.key))
    }

    /// A call of an office of the town.
    pub fn by_office(&self, (_, account): (OfficeId, AccountId), bureau: Bureau) -> CommandContext {
        let role = match bureau {
            Bureau::Studio => Role::PartyStudio,
            Bureau::Congress => Role::CongressOffice,
        };
        people::call(account, role, &self.key)
    }

    /// What goes to an office, without papers.
    pub fn filing(&self, (office_id, _): (OfficeId, AccountId), text: Option<&str>) -> NewFiling {
        NewFiling { office_id, file_ids: Vec::new(), text: text.map(str::to_owned), at: Some(self.at) }
    }
}

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
        let Undertaken { did, then, about, heard, majors, well } = done;
        match heard {
            Some(heard) => self.follow_heard(None, heard),
            None => self.count(did),
        }
        if let Some(desk) = self.people.grids.get(of.grid) {
            self.watch.changed(Subject::Grid(desk.id));
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

    /// An office of the town with its account.
    pub(super) fn bureau(&self, bureau: Bureau) -> (OfficeId, AccountId) {
        match bureau {
            Bureau::Studio => self.people.studio,
            Bureau::Congress => self.people.congress_office,
        }
    }

    /// Some delegates of a grid who hold a mandate today: one of either kind first, then more, at most so many.
    pub(super) fn team(&self, desk: &GridDesk, most: usize, dice: &mut Dice) -> Vec<DelegateDraft> {
        let (reference, today) = (self.casework.reference(), self.today());
        let mut team: Vec<DelegateDraft> = Vec::with_capacity(most);
        for turn in 0..most {
            let kind = if turn == 1 { DelegateType::Deputy } else { DelegateType::Party };
            let there = people::assigned(&reference, desk.id, kind, today).into_iter().map(|(id, _)| id);
            let others: Vec<_> = there.filter(|id| team.iter().all(|one| one.delegate_id != *id)).collect();
            let one = dice.pick(&others).copied();
            team.extend(one.map(|delegate_id| DelegateDraft { delegate_id, delegate_type: Some(kind) }));
        }
        team
    }
}

/// Those who took part, as they receive.
pub(super) fn as_receiving(there: &[ReceivingDelegate]) -> Vec<DelegateDraft> {
    let one = |one: &ReceivingDelegate| DelegateDraft {
        delegate_id: one.delegate_id,
        delegate_type: Some(one.delegate_type),
    };
    there.iter().map(one).collect()
}

/// What was begun; nothing of a story is told twice.
pub(super) fn begun<T>(outcome: Outcome<T>) -> Result<T, Failure> {
    match outcome {
        Outcome::Done(begun) => Ok(begun),
        Outcome::Replayed(_) => Err(Failure::KeyReused),
    }
}

/// What went well lately, by grid: a typical case is made of it.
#[derive(Debug, Default)]
pub(super) struct WentWell(HashMap<usize, CaseSources>);

impl WentWell {
    /// An issue that was answered and is over.
    pub fn issue(&mut self, grid: usize, id: IssueId) {
        let ids = &mut self.0.entry(grid).or_default().issue_ids;
        ids.push(id);
        if ids.len() > ISSUES_MAX {
            ids.remove(0);
        }
    }

    /// Something that delegates did.
    fn saw(&mut self, grid: usize, well: Well) {
        let sources = self.0.entry(grid).or_default();
        match well {
            Well::Activity(id) => sources.activity_ids = vec![id],
            Well::Deed(id) => sources.deed_ids = vec![id],
            Well::Nominated => *sources = CaseSources::default(),
        }
    }

    /// All that a case of a grid could be made of.
    pub fn of(&self, grid: usize) -> Option<&CaseSources> {
        self.0.get(&grid).filter(|sources| **sources != CaseSources::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_grid_remembers_the_last_of_what_went_well_until_a_case_is_made_of_it() {
        let mut well = WentWell::default();
        assert!(well.of(3).is_none());
        (1..=4).for_each(|n| well.issue(3, IssueId(Uuid::from_u128(n))));
        well.saw(3, Well::Deed(DeedId(Uuid::from_u128(8))));
        well.saw(3, Well::Deed(DeedId(Uuid::from_u128(9))));
        let sources = well.of(3).cloned().unwrap_or_default();
        let issues: Vec<u128> = sources.issue_ids.iter().map(|id| id.0.as_u128()).collect();
        assert_eq!((issues, sources.deed_ids), (vec![3, 4], vec![DeedId(Uuid::from_u128(9))]));
        well.saw(3, Well::Nominated);
        assert!(well.of(3).is_none());
    }
}

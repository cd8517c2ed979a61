//! The simulated year under way: its people, its issues, its major issues, and what is to be done when.

use super::dice::Dice;
use super::hours;
use super::matters::{MATTERS, Matter};
use super::people::{GridDesk, People};
use super::queue::Queue;
use super::receptions::PlannedReception;
use super::review_story::{Appraised, Digests, ReviewStep};
use super::sessions::Sessions;
use super::steps::{IssueStep, MajorStep, OfReception, OfficeStep, SessionStep};
use super::stories::{Cell, IssueStory, MajorStory, Stories};
use super::tally::Tally;
use super::undertaking_steps::Undertaking;
use super::watch::Watch;
use super::went_well::WentWell;
use casework::loaded::{AsOf, Loaded};
use casework::{Casework, Failure};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::clock::Subject;
use domain::ids::{DelegateId, ObligationId, SessionId};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use std::collections::HashSet;
use std::sync::Arc;

/// Something to be done.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// A reception is recorded.
    Record(PlannedReception),
    /// A step on an issue.
    Issue(usize, IssueStep),
    /// A step on a major issue.
    Major(usize, MajorStep),
    /// A step of a session.
    Session(usize, SessionStep),
    /// The service days between two days are planned.
    Plan(NaiveDate, NaiveDate),
    /// The proposed rota of a grid's sessions between two days is assigned and published.
    Publish { grid: usize, from: NaiveDate, to: NaiveDate },
    /// A session more is held for one that was missed.
    MakeUp { grid: usize, missed: SessionId },
    /// The town closes its offices on a day: the year's calendar is amended, open due dates and sessions follow.
    CloseOffices(NaiveDate),
    /// A deputy of a grid leaves.
    Depart(usize),
    /// What a delegate who left had open is handed over.
    HandOver(DelegateId),
    /// An office of a grid is left or filled.
    Office(usize, OfficeStep),
    /// The record of a reception is put right.
    CorrectReception(OfReception),
    /// The clock over obligations runs.
    RunClock,
    /// A breach is explained.
    Explain(ObligationId, Subject),
    /// The nth explanation of the story is decided on.
    DecideExplanation(ObligationId, Subject, u64),
    /// A step of something that delegates do beside receiving people.
    Undertaking(Undertaking),
    /// A step of the annual review.
    Review(ReviewStep),
}

impl Action {
    /// What is to be done, for the report.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Record(_) => "Record".to_owned(),
            Self::Issue(_, step) => step.name(),
            Self::Major(_, step) => format!("{step:?}"),
            Self::Session(_, step) => format!("{step:?}").split('(').next().unwrap_or_default().to_owned(),
            Self::Plan(..) => "Plan".to_owned(),
            Self::Publish { .. } => "Publish".to_owned(),
            Self::MakeUp { .. } => "MakeUp".to_owned(),
            Self::CloseOffices(_) => "CloseOffices".to_owned(),
            Self::Depart(_) => "Depart".to_owned(),
            Self::HandOver(_) => "HandOver".to_owned(),
            Self::Office(_, step) => format!("{step:?}"),
            Self::RunClock => "RunClock".to_owned(),
            Self::Explain(..) => "Explain".to_owned(),
            Self::DecideExplanation(..) => "DecideExplanation".to_owned(),
            Self::CorrectReception(of) => format!("{:?}", of.step),
            Self::Undertaking(of) => of.step.name(),
            Self::Review(step) => step.name(),
        }
    }
}

/// What an action must have for itself while it is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Touched {
    Issue(usize),
    Cell(Cell),
    /// The sessions of a grid.
    Sessions(usize),
    /// What delegates do beside receiving people, by its number.
    Undertaking(u64),
    /// The appraisals of a grid's delegates.
    Appraisals(usize),
    Everything,
}

/// What is needed to do a step; nothing of it changes while the steps of one instant are under way.
pub(super) struct Town<'a> {
    pub casework: &'a Casework,
    pub people: People,
    pub seed: u64,
    pub stories: Stories,
    pub queue: Queue<Action>,
    pub sessions: Sessions,
    pub watch: Watch,
    pub went_well: WentWell,
    pub appraised: Appraised,
    /// How the figures of everybody are told apart, where a year is frozen.
    pub digests: &'a Digests<'a>,
    /// Until when the clock over obligations runs; without an end where it never stops.
    pub clock_until: Option<DateTime<Utc>>,
    /// Receptions planned so far.
    pub receptions: u64,
    /// A thousandth part of how many towns' worth of receptions are held.
    pub towns_worth_thousandths: u32,
    pub tally: Tally,
    /// The simulated instant.
    pub now: DateTime<Utc>,
}

/// What a step needs to know of an issue.
pub(super) struct IssueScene<'a> {
    pub story: &'a IssueStory,
    pub desk: &'a GridDesk,
    pub matter: &'static Matter,
    pub loaded: Arc<Loaded<Issue>>,
}

/// What a step needs to know of a major issue.
pub(super) struct MajorScene<'a> {
    pub story: &'a MajorStory,
    pub desk: &'a GridDesk,
    pub matter: &'static Matter,
    pub loaded: Arc<Loaded<MajorIssue>>,
}

impl Town<'_> {
    /// The town's day.
    pub(super) fn today(&self) -> NaiveDate {
        self.casework.reference().town_date(self.now)
    }

    /// An issue as it now is.
    pub(super) async fn issue(&self, index: usize) -> Result<IssueScene<'_>, Failure> {
        let story = self.stories.issue(index).ok_or(Failure::NotFound)?;
        Ok(IssueScene {
            story,
            desk: self.people.grids.get(story.grid).ok_or(Failure::NotFound)?,
            matter: MATTERS.get(story.matter).ok_or(Failure::NotFound)?,
            loaded: self.casework.issue(story.id, AsOf::Now).await?,
        })
    }

    /// A major issue as it now is.
    pub(super) async fn major(&self, index: usize) -> Result<MajorScene<'_>, Failure> {
        let story = self.stories.major(index).ok_or(Failure::NotFound)?;
        Ok(MajorScene {
            story,
            desk: self.people.grids.get(story.grid).ok_or(Failure::NotFound)?,
            matter: MATTERS.get(story.matter).ok_or(Failure::NotFound)?,
            loaded: self.casework.major_issue(story.id, AsOf::Now).await?,
        })
    }

    /// When a step is said to have happened: a few minutes before it is recorded.
    pub(super) fn claimed(&self, dice: &mut Dice) -> DateTime<Utc> {
        self.now - Duration::minutes(i64::from(dice.between(1, 9))) - Duration::seconds(i64::from(dice.below(60)))
    }

    /// Some instant of the working days `low..=high` from today.
    pub(super) fn in_days(&self, dice: &mut Dice, low: u32, high: u32) -> DateTime<Utc> {
        let days = dice.between(low, high);
        hours::working_days_on(&self.casework.reference(), dice, self.today(), days, self.now)
    }

    /// Some instant of today or a later working day, up to a day; soon, where that day is past.
    pub(super) fn until(&self, dice: &mut Dice, last: NaiveDate) -> DateTime<Utc> {
        let left = self.casework.reference().calendars.working_days(self.today(), last);
        self.in_days(dice, 0, left)
    }

    /// Some instant of the working days `low..=high` after a day.
    pub(super) fn after(&self, dice: &mut Dice, day: NaiveDate, low: u32, high: u32) -> DateTime<Utc> {
        let days = dice.between(low, high);
        hours::working_days_on(&self.casework.reference(), dice, day.max(self.today()), days, self.now)
    }

    /// Puts a step on an issue into the queue.
    pub(super) fn plan_issue(&mut self, at: DateTime<Utc>, issue: usize, step: IssueStep) {
        if self.queue.put(at, Action::Issue(issue, step))
            && let Some(story) = self.stories.issue_mut(issue)
        {
            story.waiting += 1;
        }
    }

    /// Puts a step on a major issue into the queue.
    pub(super) fn plan_major(&mut self, at: DateTime<Utc>, major: usize, step: MajorStep) {
        self.queue.put(at, Action::Major(major, step));
    }

    /// Parts what is due at one instant into what may go side by side and what has to wait for it: two steps on one
    /// issue, or on issues that one major issue deals with, or on sessions of one grid, one after the other; what may touch any issue
    /// alone. So
    /// no command meets another one's conflict, and the same seed tells the same story.
    pub(super) fn apart(&self, due: Vec<Action>) -> (Vec<Action>, Vec<Action>) {
        let mut taken: HashSet<Touched> = HashSet::with_capacity(due.len());
        let (mut now, mut later) = (Vec::with_capacity(due.len()), Vec::new());
        let mut alone = false;
        for action in due {
            let touched = self.touched(&action);
            let free = match touched {
                [Some(Touched::Everything), ..] => now.is_empty(),
                touched => !alone && touched.iter().flatten().all(|one| !taken.contains(one)),
            };
            if free {
                alone |= touched.contains(&Some(Touched::Everything));
                now.push(action);
            } else {
                later.push(action);
            }
            // Also what waits: whoever comes after it on the same issue waits too.
            taken.extend(touched.into_iter().flatten());
        }
        (now, later)
    }

    fn touched(&self, action: &Action) -> [Option<Touched>; 3] {
        match action {
            Action::Record(_) => [None; 3],
            Action::Issue(number, step) => {
                let story = self.stories.issue(*number);
                let meets = |story: &&IssueStory| story.linked || step.is_of_a_major_issue();
                let cell = story.filter(meets).map(|story| Touched::Cell(story.cell()));
                let other = step.other_issue().and_then(|other| self.stories.number(other)).map(Touched::Issue);
                [Some(Touched::Issue(*number)), cell, other]
            }
            Action::Major(number, _) => {
                let cell = self.stories.major(*number).map(|story| (story.grid, story.matter));
                [cell.map(Touched::Cell), None, None]
            }
            Action::Session(number, _) => {
                let grid = self.sessions.get(*number).map(|story| story.grid);
                [grid.map(Touched::Sessions), None, None]
            }
            Action::Publish { grid, .. } | Action::MakeUp { grid, .. } => [Some(Touched::Sessions(*grid)), None, None],
            Action::Plan(..)
            | Action::CloseOffices(_)
            | Action::Depart(_)
            | Action::HandOver(_)
            | Action::Office(..)
            | Action::RunClock
            | Action::Explain(..)
            | Action::DecideExplanation(..)
            | Action::CorrectReception(_) => [Some(Touched::Everything), None, None],
            // A meeting decides on major issues of whatever matter.
            Action::Undertaking(of) if of.step.is_of_a_meeting() => [Some(Touched::Everything), None, None],
            Action::Undertaking(of) => [Some(Touched::Undertaking(of.number)), None, None],
            Action::Review(step) => [Some(step.grid().map_or(Touched::Everything, Touched::Appraisals)), None, None],
        }
    }

    /// A delegate other than one who was on a rota of a grid, and holds a mandate today.
    pub(super) fn colleague(&self, grid: usize, of: DelegateId, dice: &mut Dice) -> Option<DelegateId> {
        let reference = self.casework.reference();
        let today = self.today();
        let all = domain::vocabulary::DelegateType::ALL.iter();
        let others = all.flat_map(|held| self.sessions.on_rotas(grid, *held));
        let holds = |who: &DelegateId| *who != of && reference.delegates.holding(*who, today).is_ok();
        dice.pick(&others.filter(holds).collect::<Vec<_>>()).copied()
    }
}

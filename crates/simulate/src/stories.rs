//! The issues and major issues that are still being told. What is over is counted and forgotten, so that a long story
//! takes no more memory than what is open in it.

use super::words::Scene;
use chrono::{DateTime, Utc};
use domain::ids::{DelegateId, IssueId, MajorIssueId};
use domain::issue::Issue;
use domain::vocabulary::IssueState;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Issues of a grid that are remembered as the newest.
const NEWEST_MAX: usize = 16;

/// An issue of the story.
#[derive(Clone, Debug)]
pub(super) struct IssueStory {
    /// Which.
    pub id: IssueId,
    /// Index of its grid.
    pub grid: usize,
    /// Index into the matters.
    pub matter: usize,
    /// Place and numbers of its texts.
    pub scene: Scene,
    /// Steps so far: every one has a chance and a key of its own.
    pub steps: u64,
    /// Who owes the answer.
    pub responsible: DelegateId,
    /// Whether it is open.
    pub open: bool,
    /// Whether a major issue deals with it: its steps and that one's may not be under way at once.
    pub linked: bool,
    /// Actions that wait for it in the queue.
    pub waiting: u32,
}

/// A major issue of the story. It speaks of the issue that it was made for.
#[derive(Clone, Debug)]
pub(super) struct MajorStory {
    /// Which.
    pub id: MajorIssueId,
    /// Index of the grid.
    pub grid: usize,
    /// Index into the matters.
    pub matter: usize,
    /// Place and numbers of its texts.
    pub scene: Scene,
    /// Steps so far.
    pub steps: u64,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Whether it is on the agenda of a meeting to come, which will decide on it.
    pub tabled: bool,
}

/// A grid and a matter: where issues meet in one major issue.
pub(super) type Cell = (usize, usize);

impl IssueStory {
    /// Where it would meet others.
    pub fn cell(&self) -> Cell {
        (self.grid, self.matter)
    }

    /// Whether nothing more can come of it: it is not open, and nothing waits for it.
    pub fn is_over(&self) -> bool {
        !self.open && self.waiting == 0
    }

    /// Takes over what later steps need to know of the issue as it now is.
    pub fn saw(&mut self, issue: &Issue) {
        self.open = issue.is_open();
        self.linked = issue.state == IssueState::Escalated;
        self.responsible = issue.responsible_delegate_id;
    }
}

/// What is being told, by numbers that are given in the order of telling and never again.
#[derive(Debug, Default)]
pub(super) struct Stories {
    issues: HashMap<usize, IssueStory>,
    numbers: HashMap<IssueId, usize>,
    majors: HashMap<usize, MajorStory>,
    cells: HashMap<Cell, Vec<usize>>,
    /// The newest of each grid, the last one at the end.
    newest: HashMap<usize, VecDeque<usize>>,
    issues_begun: usize,
    majors_begun: usize,
}

impl Stories {
    /// Begins an issue's story.
    pub fn begin(&mut self, story: IssueStory) -> usize {
        let number = self.issues_begun;
        self.issues_begun += 1;
        self.numbers.insert(story.id, number);
        let newest = self.newest.entry(story.grid).or_default();
        newest.push_back(number);
        if newest.len() > NEWEST_MAX {
            newest.pop_front();
        }
        self.issues.insert(number, story);
        number
    }

    /// Begins a major issue's story.
    pub fn begin_major(&mut self, story: MajorStory) -> usize {
        let number = self.majors_begun;
        self.majors_begun += 1;
        self.cells.entry((story.grid, story.matter)).or_default().push(number);
        self.majors.insert(number, story);
        number
    }

    /// Another open issue of an issue's grid, among those that began last: of the same matter if there is one.
    pub fn open_beside(&self, number: usize) -> Option<IssueId> {
        let story = self.issues.get(&number)?;
        let newest = self.newest.get(&story.grid)?.iter().rev().filter(|other| **other != number);
        let open = newest.filter_map(|other| self.issues.get(other)).filter(|other| other.open);
        let open: Vec<&IssueStory> = open.collect();
        let same = open.iter().find(|other| other.matter == story.matter);
        same.or(open.first()).map(|other| other.id)
    }

    /// How many issues have begun.
    pub fn issues_begun(&self) -> usize {
        self.issues_begun
    }

    /// How many major issues have begun.
    pub fn majors_begun(&self) -> usize {
        self.majors_begun
    }

    /// An issue that is being told.
    pub fn issue(&self, number: usize) -> Option<&IssueStory> {
        self.issues.get(&number)
    }

    /// An issue that is being told.
    pub fn issue_mut(&mut self, number: usize) -> Option<&mut IssueStory> {
        self.issues.get_mut(&number)
    }

    /// A major issue that is being told.
    pub fn major(&self, number: usize) -> Option<&MajorStory> {
        self.majors.get(&number)
    }

    /// A major issue that is being told.
    pub fn major_mut(&mut self, number: usize) -> Option<&mut MajorStory> {
        self.majors.get_mut(&number)
    }

    /// The number of an issue that is being told.
    pub fn number(&self, id: IssueId) -> Option<usize> {
        self.numbers.get(&id).copied()
    }

    /// Major issues under way in a cell, newest first.
    pub fn under_way(&self, cell: Cell) -> impl Iterator<Item = &MajorStory> {
        let numbers = self.cells.get(&cell).map_or(&[][..], Vec::as_slice);
        numbers.iter().rev().filter_map(|number| self.majors.get(number))
    }

    /// Forgets an issue that is over.
    pub fn end(&mut self, number: usize) {
        if let Some(story) = self.issues.remove(&number) {
            self.numbers.remove(&story.id);
        }
    }

    /// Forgets a major issue that is over.
    pub fn end_major(&mut self, number: usize) {
        let Some(story) = self.majors.remove(&number) else { return };
        let cell = (story.grid, story.matter);
        if let Some(numbers) = self.cells.get_mut(&cell) {
            numbers.retain(|known| *known != number);
            if numbers.is_empty() {
                self.cells.remove(&cell);
            }
        }
    }

    /// Issues that are being told, by number.
    pub fn issues(&self) -> BTreeMap<usize, &IssueStory> {
        self.issues.iter().map(|(number, story)| (*number, story)).collect()
    }

    /// Major issues that are being told, by number.
    pub fn majors(&self) -> BTreeMap<usize, &MajorStory> {
        self.majors.iter().map(|(number, story)| (*number, story)).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::dice::Dice;
    use super::*;

    fn story(open: bool, waiting: u32) -> IssueStory {
        let id = IssueId(uuid::Uuid::now_v7());
        let scene = Scene::at("华江村", &mut Dice::of(1, 2, 3));
        let responsible = DelegateId(uuid::Uuid::nil());
        IssueStory { id, grid: 1, matter: 2, scene, steps: 0, responsible, open, linked: false, waiting }
    }

    #[test]
    fn an_issue_is_over_when_it_is_not_open_and_nothing_waits_for_it() {
        let mut stories = Stories::default();
        let told = [story(true, 0), story(false, 1), story(false, 0)];
        assert_eq!(told.each_ref().map(IssueStory::is_over), [false, false, true]);
        let ids = told.each_ref().map(|story| story.id);
        for story in told {
            stories.begin(story);
        }
        stories.end(2);
        assert_eq!(ids.map(|id| stories.number(id)), [Some(0), Some(1), None]);
        assert_eq!((stories.issues().len(), stories.issues_begun()), (2, 3));
    }

    #[test]
    fn a_cell_knows_its_major_issues_newest_first_until_they_are_over() {
        let mut stories = Stories::default();
        let scene = Scene::at("华江村", &mut Dice::of(1, 2, 3));
        let major = |n: u128| MajorStory {
            id: MajorIssueId(uuid::Uuid::from_u128(n)),
            grid: 1,
            matter: 2,
            scene: scene.clone(),
            steps: 0,
            made_at: DateTime::UNIX_EPOCH,
            tabled: false,
        };
        let [first, second] = [major(1), major(2)].map(|story| stories.begin_major(story));
        let ids = |stories: &Stories| stories.under_way((1, 2)).map(|story| story.id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(ids(&stories), [2, 1]);
        stories.end_major(first);
        assert_eq!(ids(&stories), [2]);
        stories.end_major(second);
        assert!(stories.under_way((1, 2)).next().is_none() && stories.cells.is_empty());
        assert_eq!(stories.majors_begun(), 2);
    }
}

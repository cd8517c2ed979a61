//! Interim dates (阶段性答复日): the day by which the visitor hears next, kept or passed in silence (T6, O-8).

use super::book::Book;
use crate::Stamp;
use chrono::NaiveDate;

/// A date that was reached: kept by a word, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InterimDate {
    pub on: NaiveDate,
    pub kept: bool,
    /// Counted through a year without a calendar.
    pub provisional: bool,
    /// The leaf that set it.
    pub set_by: Stamp,
    /// The word that kept it, or that came after it had passed; nothing while it is silent.
    pub ended_by: Option<Stamp>,
}

/// The dates of one cycle as they come about.
#[derive(Debug, Default)]
pub(super) struct InterimDates {
    settled: Vec<InterimDate>,
    /// Those in force when no further word was owed; no figure counts them.
    fallen_away: Vec<InterimDate>,
    in_force: Option<InForce>,
}

#[derive(Clone, Copy, Debug)]
struct InForce {
    on: NaiveDate,
    provisional: bool,
    /// The leaf that set it: its silent steps are counted by that leaf's rules.
    set_by: Stamp,
}

impl InForce {
    fn next(self, book: &Book) -> Self {
        // A policy of 0 days would never move on.
        let every = book.policy(&self.set_by).escalation.interim_every_working_days.max(1);
        let next = book.after(&self.set_by, self.on, every);
        Self { on: next.on, provisional: self.provisional || next.provisional, ..self }
    }

    const fn settled(self, kept: bool, ended_by: Option<Stamp>) -> InterimDate {
        InterimDate { on: self.on, kept, provisional: self.provisional, set_by: self.set_by, ended_by }
    }
}

impl InterimDates {
    /// A date is set by a leaf, in place of the one in force.
    pub fn set(&mut self, on: NaiveDate, set_by: Stamp) {
        self.in_force = Some(InForce { on, provisional: false, set_by });
    }

    /// A word came on a day: dates before it passed in silence, the one in force is kept.
    pub fn word(&mut self, day: NaiveDate, leaf: &Stamp, book: &Book) {
        self.silent_before(day, leaf, book);
        if let Some(in_force) = self.in_force.take() {
            self.settled.push(in_force.settled(true, Some(*leaf)));
        }
    }

    /// On a day no further word is owed: dates before it passed in silence, the one in force falls away.
    pub fn drop_on(&mut self, day: NaiveDate, leaf: &Stamp, book: &Book) {
        self.silent_before(day, leaf, book);
        self.fallen_away.extend(self.in_force.take().map(|in_force| in_force.settled(false, Some(*leaf))));
    }

    /// Every date that fell away before it came, or on its day.
    pub fn fallen_away(&self) -> impl Iterator<Item = InterimDate> {
        self.fallen_away.iter().copied()
    }

    /// Every date up to and including a day, by the order in which they came about; those later are not known yet.
    pub fn until(&self, day: NaiveDate, book: &Book) -> impl Iterator<Item = InterimDate> {
        let silent = std::iter::successors(self.in_force, move |date| Some(date.next(book)));
        // The last step is cut off by the walk itself: the calendar of the program ends.
        let mut before = None;
        let silent = silent.take_while(move |date| date.on <= day && before.replace(date.on) != Some(date.on));
        let silent: Vec<_> = silent.map(|date| date.settled(false, None)).collect();
        self.settled.clone().into_iter().filter(move |date| date.on <= day).chain(silent)
    }

    fn silent_before(&mut self, day: NaiveDate, leaf: &Stamp, book: &Book) {
        while let Some(in_force) = self.in_force.filter(|date| date.on < day) {
            self.settled.push(in_force.settled(false, Some(*leaf)));
            let next = in_force.next(book);
            // Never further than the program's own calendar.
            self.in_force = (next.on > in_force.on).then_some(next);
        }
    }
}

//! The terms of an office of a grid (召集人、联络员): who held it when (C-5.1).

use super::OfficeEnded;
use crate::Stamp;
use crate::claims::Claim;
use crate::vocabulary::OfficeEndReason;
use chrono::NaiveDate;

/// The terms of one office, in the order appointed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms<T> {
    all: Vec<Term<T>>,
}

/// A term from its first to its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<'a, T> {
    /// Who.
    pub holder: &'a T,
    /// First day.
    pub from: NaiveDate,
    /// Last day; nothing while there is none.
    pub to: Option<NaiveDate>,
    /// Why it ended on that day; nothing where the next one only began.
    pub ended: Option<OfficeEndReason>,
}

/// One term: who, from when, and its end where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term<T> {
    holder: T,
    from: NaiveDate,
    appointed: Claim,
    ended: Option<(OfficeEnded, Claim)>,
}

impl<T> Default for Terms<T> {
    fn default() -> Self {
        Self { all: Vec::new() }
    }
}

impl<T> Terms<T> {
    pub(super) fn appoint(&mut self, from: NaiveDate, holder: T, at: &Stamp) {
        self.all.push(Term { holder, from, appointed: Claim::from(at), ended: None });
    }

    pub(super) fn end(&mut self, ended: &OfficeEnded, at: &Stamp) {
        if let Some(last) = self.all.last_mut() {
            last.ended = Some((*ended, Claim::from(at)));
        }
    }

    /// The term appointed last, and its end where it has one.
    pub fn last(&self) -> Option<(&T, Option<&OfficeEnded>)> {
        self.all.last().map(|term| (&term.holder, term.ended.as_ref().map(|(ended, _)| ended)))
    }

    /// Who holds the office on a day: of those whose term has begun the last, unless it has ended.
    pub fn on(&self, on: NaiveDate) -> Option<&T> {
        let term = self.all.iter().rev().find(|term| term.from <= on)?;
        let ended = term.ended.is_some_and(|(ended, _)| ended.to < on);
        (!ended).then_some(&term.holder)
    }

    /// Every term in order, with its last day where that is known: that of its ending, or the one before the next began.
    pub fn spans(&self) -> impl Iterator<Item = Span<'_, T>> {
        let next = self.all.iter().skip(1).map(|next| next.from.pred_opt()).chain([None]);
        self.all.iter().zip(next).map(|(term, replaced_on)| {
            let ended = term.ended.as_ref().map(|(ended, _)| ended);
            let ended = ended.filter(|ended| replaced_on.is_none_or(|on| ended.to <= on));
            let to = ended.map_or(replaced_on, |ended| Some(ended.to));
            Span { holder: &term.holder, from: term.from, to, ended: ended.map(|ended| ended.reason_code) }
        })
    }

    /// Everybody who was appointed, in order.
    pub fn holders(&self) -> impl Iterator<Item = &T> {
        self.all.iter().map(|term| &term.holder)
    }

    /// The days on which somebody begins, and those after somebody's last.
    pub(super) fn turns(&self) -> impl Iterator<Item = NaiveDate> {
        self.all.iter().flat_map(|term| {
            let after = term.ended.and_then(|(ended, _)| ended.to.succ_opt());
            std::iter::once(term.from).chain(after)
        })
    }

    /// What ended a term whose last day was the one before.
    pub(super) fn ended_before(&self, day: NaiveDate) -> Option<Claim> {
        let ended = self.all.iter().filter_map(|term| term.ended);
        ended.rev().find(|(ended, _)| ended.to.succ_opt() == Some(day)).map(|(_, claim)| claim)
    }

    /// What appointed somebody from a day on.
    pub(super) fn appointed_from(&self, day: NaiveDate) -> Option<Claim> {
        self.all.iter().rev().find(|term| term.from == day).map(|term| term.appointed)
    }
}

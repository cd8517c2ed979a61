//! When nobody held an office of a grid (C-5.1, O-18).

use super::{Grid, Terms};
use crate::claims::Claim;
use crate::delegate::{Delegate, Delegates};
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// A time in which nobody held an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vacancy {
    /// The first vacant day.
    pub from: NaiveDate,
    /// The day on which somebody held it again.
    pub filled_on: Option<NaiveDate>,
    /// What left it vacant: the grid's definition, an ending, a departure.
    pub opened: Claim,
    /// The appointment that filled it.
    pub filled: Option<Claim>,
}

impl Grid {
    /// The times without a convener: from the grid's definition, an ending, or the end of the convener's last mandate, until
    /// the next holder's first day.
    pub fn convener_vacancies(&self, delegates: &Delegates, town: Tz) -> Vec<Vacancy> {
        let holders = self.conveners.holders().filter_map(|term| delegates.get(term.delegate_id));
        let holders: Vec<&Delegate> = holders.collect();
        let mandates = holders.iter().flat_map(|holder| &holder.mandates);
        let turns =
            mandates.flat_map(|mandate| std::iter::once(mandate.from).chain(mandate.to.and_then(|to| to.succ_opt())));
        let departed = |day: NaiveDate| {
            let departures = holders.iter().flat_map(|holder| &holder.departures);
            departures
                .filter(|departure| departure.on.succ_opt() == Some(day))
                .map(|departure| departure.claim)
                .next_back()
        };
        let vacant = |day| self.convener_vacant(delegates, day);
        self.vacancies(&self.conveners, turns.collect(), town, &vacant, &departed)
    }

    /// The times without a liaison officer.
    pub fn liaison_vacancies(&self, town: Tz) -> Vec<Vacancy> {
        let vacant = |day| self.liaisons.on(day).is_none();
        self.vacancies(&self.liaisons, BTreeSet::new(), town, &vacant, &|_| None)
    }

    fn vacancies<T>(
        &self,
        terms: &Terms<T>,
        mut turns: BTreeSet<NaiveDate>,
        town: Tz,
        vacant: &dyn Fn(NaiveDate) -> bool,
        departed: &dyn Fn(NaiveDate) -> Option<Claim>,
    ) -> Vec<Vacancy> {
        let first = self.defined.at.with_timezone(&town).date_naive();
        turns.extend(terms.turns());
        turns.insert(first);
        let mut found: Vec<Vacancy> = Vec::new();
        // Between two turns nothing changes.
        for day in turns.into_iter().filter(|day| *day >= first) {
            let open = found.last_mut().filter(|last| last.filled_on.is_none());
            match (open, vacant(day)) {
                (None, true) => {
                    let opened = terms.ended_before(day).or_else(|| departed(day)).unwrap_or(self.defined);
                    found.push(Vacancy { from: day, filled_on: None, opened, filled: None });
                }
                (Some(open), false) => {
                    open.filled_on = Some(day);
                    open.filled = terms.appointed_from(day);
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        found
    }
}

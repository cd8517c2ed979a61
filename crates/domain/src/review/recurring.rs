//! What a grid holds again and again, by quarters and half-years: theme activities (C-4.2), regular meetings (C-4.3a) and
//! symposia (C-4.3b).

use crate::period::{HalfYear, Quarter};
use crate::policy::Policy;
use crate::vocabulary::Indicator;
use chrono::NaiveDate;
use std::fmt;

/// What a grid holds again and again, and the part of the year that one of them belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurring {
    /// A theme activity of a quarter.
    ThemeActivity(Quarter),
    /// A regular meeting of a quarter.
    Meeting(Quarter),
    /// A symposium of a half-year.
    Symposium(HalfYear),
}

impl Recurring {
    /// The indicator that it is counted in.
    pub const fn indicator(self) -> Indicator {
        match self {
            Self::ThemeActivity(_) => Indicator::ThemeActivities,
            Self::Meeting(_) => Indicator::Meetings,
            Self::Symposium(_) => Indicator::Symposia,
        }
    }

    /// The first day of the quarter or half-year.
    pub fn first_day(self) -> NaiveDate {
        match self {
            Self::ThemeActivity(quarter) | Self::Meeting(quarter) => quarter.first_day(),
            Self::Symposium(half) => half.first_day(),
        }
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        match self {
            Self::ThemeActivity(quarter) | Self::Meeting(quarter) => quarter.last_day(),
            Self::Symposium(half) => half.last_day(),
        }
    }

    /// All that are of a year, by kind and day.
    pub(super) fn of_year(first: NaiveDate) -> impl Iterator<Item = Self> {
        let quarters = || std::iter::successors(Some(Quarter::of(first)), |one| Some(one.next())).take(4);
        let halves = std::iter::successors(Some(HalfYear::of(first)), |one| Some(one.next())).take(2);
        let themes = quarters().map(Self::ThemeActivity);
        themes.chain(quarters().map(Self::Meeting)).chain(halves.map(Self::Symposium))
    }

    /// How many of them a policy asks for.
    pub(super) const fn wanted(self, policy: &Policy) -> u32 {
        match self {
            Self::ThemeActivity(_) => policy.cadence.theme_activities_per_quarter,
            Self::Meeting(_) => policy.cadence.meetings_per_quarter,
            Self::Symposium(_) => policy.cadence.symposia_per_half_year,
        }
    }

    /// Whether a fact that counts from a day counts in time.
    pub(super) fn in_time(self, counts_on: NaiveDate) -> bool {
        counts_on <= self.last_day()
    }
}

impl fmt::Display for Recurring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ThemeActivity(quarter) | Self::Meeting(quarter) => quarter.fmt(f),
            Self::Symposium(half) => half.fmt(f),
        }
    }
}

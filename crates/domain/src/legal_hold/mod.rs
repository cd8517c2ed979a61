//! Legal holds (依法保全): what an investigation or a court needs is not erased before a day, at most a year ahead; another
//! hold may follow.

mod events;
#[cfg(test)]
mod tests;

pub use events::{HoldScope, LegalHoldEvent, LegalHoldLifted, LegalHoldSet};

use crate::Stamp;
use crate::erasure::{Matter, SUBJECTS_MAX, Target};
use crate::ids::LegalHoldId;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::LegalHoldState;
use chrono::{DateTime, Months, NaiveDate, Utc};
use std::collections::BTreeMap;

/// How far ahead a hold may end.
const MONTHS_MAX: Months = Months::new(12);

/// A legal hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalHold {
    /// Its id.
    pub id: LegalHoldId,
    /// What it covers.
    pub scope: HoldScope,
    /// Last day on which it holds.
    pub until_on: NaiveDate,
    /// When it was set.
    pub set_at: DateTime<Utc>,
    /// When it was lifted.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Version of its stream.
    pub version: u64,
}

impl LegalHold {
    /// How it stands on a day.
    pub fn state(&self, today: NaiveDate) -> LegalHoldState {
        if self.lifted_at.is_some() {
            LegalHoldState::Lifted
        } else if today > self.until_on {
            LegalHoldState::Over
        } else {
            LegalHoldState::InForce
        }
    }

    /// Whether it is about somebody's parts: their own, and those that go with what it names, such as the files of an issue and
    /// the visitor who raised it.
    fn is_about(&self, target: &Target) -> bool {
        let any = |holds: &dyn Fn(&Matter) -> bool| target.matters.iter().any(holds);
        match &self.scope {
            HoldScope::Subjects { subjects } => {
                subjects.contains(&target.subject) || target.with.iter().any(|subject| subjects.contains(subject))
            }
            HoldScope::Issue { issue_id } => any(&|matter| matter.issue_id == Some(*issue_id)),
            HoldScope::Reception { reception_id } => any(&|matter| matter.reception_id == *reception_id),
            HoldScope::Grid { grid_id, from, to } => {
                any(&|matter| matter.grid_id == *grid_id && (*from..=*to).contains(&matter.on))
            }
        }
    }
}

/// Every hold: the fold of all streams `legal_hold/<uuid>`. The id is in the stream's name, hence [`LegalHolds::apply`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegalHolds {
    all: BTreeMap<LegalHoldId, LegalHold>,
}

impl LegalHolds {
    /// Takes one more event of the stream `legal_hold/<id>` into account.
    pub fn apply(&mut self, id: LegalHoldId, event: &LegalHoldEvent, at: &Stamp) {
        match event {
            LegalHoldEvent::Set(set) => {
                let (scope, until_on) = (set.scope.clone(), set.until_on);
                let hold =
                    LegalHold { id, scope, until_on, set_at: at.recorded_at, lifted_at: None, version: at.version };
                self.all.insert(id, hold);
            }
            LegalHoldEvent::Lifted(_) => {
                if let Some(hold) = self.all.get_mut(&id) {
                    hold.lifted_at = Some(at.recorded_at);
                    hold.version = at.version;
                }
            }
        }
    }

    /// The hold with this id.
    pub fn get(&self, id: LegalHoldId) -> Option<&LegalHold> {
        self.all.get(&id)
    }

    /// Every hold, by id, which is the order in which they were set.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &LegalHold> {
        self.all.values()
    }

    /// Whether a hold that is in force on a day is about somebody's parts.
    pub fn covers(&self, target: &Target, today: NaiveDate) -> bool {
        let mut in_force = self.all.values().filter(|hold| hold.state(today) == LegalHoldState::InForce);
        in_force.any(|hold| hold.is_about(target))
    }
}

/// Sets a hold.
///
/// Errors: [`Code::OutOfRange`] at `/until_on` for a day that has passed or lies more than a year ahead, and at `/to` for one
/// before `from`; [`Code::TooMany`], [`Code::NothingToErase`] at `/persons`.
pub fn set(scope: HoldScope, until_on: NaiveDate, today: NaiveDate) -> Result<LegalHoldEvent, Refusal> {
    let most = today.checked_add_months(MONTHS_MAX).unwrap_or(today);
    if until_on < today || until_on > most {
        return Err(Refusal::out_of_range(today, most).at("/until_on"));
    }
    match &scope {
        HoldScope::Grid { from, to, .. } if to < from => {
            return Err(Refusal::new(Code::OutOfRange)
                .at("/to")
                .because("结束日早于起始日。", "The last day is before the first."));
        }
        HoldScope::Subjects { subjects } if subjects.is_empty() => {
            return Err(Refusal::new(Code::NothingToErase).at("/persons"));
        }
        HoldScope::Subjects { subjects } if subjects.len() > SUBJECTS_MAX => {
            return Err(Refusal::new(Code::TooMany).at("/persons"));
        }
        HoldScope::Grid { .. } | HoldScope::Subjects { .. } | HoldScope::Issue { .. } | HoldScope::Reception { .. } => {
        }
    }
    Ok(LegalHoldEvent::Set(LegalHoldSet { scope, until_on }))
}

/// Lifts a hold that is in force.
///
/// Errors: [`Code::HoldOver`].
pub fn lift(hold: &LegalHold, today: NaiveDate) -> Result<LegalHoldEvent, Refusal> {
    match hold.state(today) {
        LegalHoldState::InForce => Ok(LegalHoldEvent::Lifted(LegalHoldLifted {})),
        LegalHoldState::Lifted | LegalHoldState::Over => Err(Refusal::new(Code::HoldOver)),
    }
}

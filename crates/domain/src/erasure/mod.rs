//! Erasures (删除个人信息): somebody asks, another person decides, and the keys of what was sealed are destroyed. Leaves,
//! figures and proofs stay as they are (PIPL Art. 47; FORMAT §4).

mod decide;
mod events;
mod retention;
mod target;
#[cfg(test)]
mod tests;

pub use decide::{Draft, approve, complete, refuse, request};
pub use events::{ErasureApproved, ErasureCompleted, ErasureEvent, ErasureReapplied, ErasureRefused, ErasureRequested};
pub use retention::{Ending, Foreseen, Kept, Known, day_of_run, erased_on, expire, held_until};
pub use target::{Matter, SUBJECTS_MAX, Target};

use crate::Stamp;
use crate::calendar::Calendars;
use crate::ids::ErasureId;
use crate::policy::{ClockTime, Policy};
use crate::vocabulary::{ErasureGround, ErasureRefusal, ErasureState, PersonalClass};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Time of the town's day at which erasures are carried out that need not be at once.
const BY_NIGHT: NaiveTime = NaiveTime::from_hms_opt(2, 30, 0).expect("a time of day");

/// An erasure, from its request on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its id.
    pub id: ErasureId,
    /// State.
    pub state: ErasureState,
    /// On which ground, of whom, what.
    pub asked: ErasureRequested,
    /// Position of the request.
    pub request: u64,
    /// Position of the policy under which it was asked for.
    pub policy: Option<u64>,
    /// Who asked: the actor of the leaf.
    pub requested_by: String,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// Position of the approval.
    pub approval: Option<u64>,
    /// When it was approved or refused.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub refusal_ground: Option<ErasureRefusal>,
    /// When it was carried out, and the epoch that began with it.
    pub completed: Option<(DateTime<Utc>, u32)>,
    /// Version of its stream.
    pub version: u64,
}

impl Erasure {
    /// Whether it is to be carried out: approved, or due by the policy on retention.
    pub fn is_due(&self) -> bool {
        match self.state {
            ErasureState::Approved => true,
            ErasureState::Requested => self.asked.ground == ErasureGround::Retention,
            ErasureState::Refused | ErasureState::Completed => false,
        }
    }

    /// When it is to be carried out: at once, or at half past two in the town's next night; `None` where it is not.
    pub fn due_at(&self, policy: &Policy) -> Option<DateTime<Utc>> {
        if !self.is_due() {
            return None;
        }
        let decided = self.decided_at.unwrap_or(self.requested_at);
        if self.asked.at_once {
            return Some(decided);
        }
        let on = policy.town_date(decided);
        let tonight = |on| policy.time_on(on, ClockTime(BY_NIGHT));
        let first = tonight(on);
        Some(if first > decided { first } else { on.succ_opt().map_or(first, tonight) })
    }

    /// The day by which it is to be decided on, by the policy under which it was asked for.
    pub fn decide_by(&self, policy: &Policy, calendars: &Calendars) -> NaiveDate {
        calendars.after(policy.town_date(self.requested_at), policy.retention.decision_working_days).on
    }

    /// Each part that is asked for: whose, and of which class.
    pub fn parts(&self) -> impl Iterator<Item = (&str, PersonalClass)> {
        let ErasureRequested { subjects, classes, .. } = &self.asked;
        subjects.iter().flat_map(|subject| classes.iter().map(move |class| (subject.as_str(), *class)))
    }
}

/// Whose parts of which class.
type Parts = BTreeSet<(String, PersonalClass)>;

/// Every erasure: the fold of all streams `erasure/<uuid>`. The id is in the stream's name, hence [`Erasures::apply`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasures {
    all: BTreeMap<ErasureId, Erasure>,
    /// Shared between copies: it only grows.
    erased: Arc<Parts>,
    /// Approved, or due by the clock, and not carried out yet.
    due: Arc<Parts>,
    /// The newest epoch that began with an erasure.
    epoch: u32,
}

impl Erasures {
    /// Takes one more event of the stream `erasure/<id>` into account, recorded by `actor`.
    pub fn apply(&mut self, id: ErasureId, event: &ErasureEvent, at: &Stamp, actor: &str) {
        if let ErasureEvent::Requested(asked) = event {
            let erasure = Erasure {
                id,
                state: ErasureState::Requested,
                asked: asked.clone(),
                request: at.position,
                policy: at.policy,
                requested_by: actor.to_owned(),
                requested_at: at.recorded_at,
                approval: None,
                decided_at: None,
                refusal_ground: None,
                completed: None,
                version: at.version,
            };
            self.all.insert(id, erasure);
        }
        if let ErasureEvent::Completed(done) = event {
            let parts = done.subjects.iter().flat_map(|one| done.classes.iter().map(|class| (one.clone(), *class)));
            let parts: Parts = parts.collect();
            Arc::make_mut(&mut self.due).retain(|part| !parts.contains(part));
            Arc::make_mut(&mut self.erased).extend(parts);
            self.epoch = self.epoch.max(done.epoch);
        }
        let Some(erasure) = self.all.get_mut(&id) else { return };
        erasure.version = at.version;
        match event {
            ErasureEvent::Requested(_) | ErasureEvent::Reapplied(_) => {}
            ErasureEvent::Approved(_) => {
                erasure.state = ErasureState::Approved;
                erasure.approval = Some(at.position);
                erasure.decided_at = Some(at.recorded_at);
            }
            ErasureEvent::Refused(refused) => {
                erasure.state = ErasureState::Refused;
                erasure.refusal_ground = Some(refused.refusal_ground);
                erasure.decided_at = Some(at.recorded_at);
            }
            ErasureEvent::Completed(done) => {
                erasure.state = ErasureState::Completed;
                erasure.completed = Some((at.recorded_at, done.epoch));
            }
        }
        if erasure.is_due() {
            let parts = erasure.parts().map(|(subject, class)| (subject.to_owned(), class));
            Arc::make_mut(&mut self.due).extend(parts);
        }
    }

    /// The erasure with this id.
    pub fn get(&self, id: ErasureId) -> Option<&Erasure> {
        self.all.get(&id)
    }

    /// Every erasure, by id, which is the order in which they were asked for.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Erasure> {
        self.all.values()
    }

    /// What is to be carried out, in the order in which it was asked for.
    pub fn due(&self) -> impl Iterator<Item = &Erasure> {
        self.all.values().filter(|erasure| erasure.is_due())
    }

    /// Whether anything was ever erased: most logs have nothing to look for.
    pub fn any(&self) -> bool {
        !self.erased.is_empty() || !self.due.is_empty()
    }

    /// Whether somebody's parts of a class are erased.
    pub fn is_erased(&self, subject: &str, class: PersonalClass) -> bool {
        !self.erased.is_empty() && self.erased.contains(&(subject.to_owned(), class))
    }

    /// Whether they are erased, or it is decided that they will be.
    pub fn is_decided(&self, subject: &str, class: PersonalClass) -> bool {
        self.is_erased(subject, class) || (!self.due.is_empty() && self.due.contains(&(subject.to_owned(), class)))
    }

    /// The newest epoch of the key-encryption key that began with an erasure; 0 before the first.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The erasure that was carried out last.
    pub fn last_completed(&self) -> Option<&Erasure> {
        self.all.values().filter(|erasure| erasure.completed.is_some()).max_by_key(|erasure| erasure.completed)
    }
}

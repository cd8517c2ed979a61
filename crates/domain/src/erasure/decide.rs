//! Asking for an erasure, deciding on it, and what is recorded when it is carried out.

use super::{Erasure, ErasureApproved, ErasureCompleted, ErasureEvent, ErasureRefused, ErasureRequested, Erasures};
use crate::erasure::target::{SUBJECTS_MAX, Target};
use crate::legal_hold::LegalHolds;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{ErasureGround, ErasureRefusal, ErasureState, PersonalClass};
use chrono::NaiveDate;

/// What somebody asks to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// On which ground.
    pub ground: ErasureGround,
    /// What of it.
    pub classes: Vec<PersonalClass>,
    /// Everything personal that lies with the people and files named.
    pub targets: Vec<Target>,
    /// Whether it is carried out as soon as it is approved.
    pub at_once: bool,
}

/// Asks for an erasure.
///
/// Errors: [`Code::Missing`], [`Code::Duplicate`] at `/classes`; [`Code::InvalidValue`] at `/ground` for what only the clock
/// finds; [`Code::NothingToErase`]; [`Code::AlreadyErased`]; [`Code::AlreadyRequested`]; [`Code::TooMany`] beyond
/// [`SUBJECTS_MAX`].
pub fn request(erasures: &Erasures, draft: &Draft) -> Result<ErasureEvent, Refusal> {
    let Draft { ground, classes, targets, at_once } = draft;
    if classes.is_empty() {
        return Err(Refusal::new(Code::Missing).at("/classes"));
    }
    if (1..classes.len()).any(|n| classes[..n].contains(&classes[n])) {
        return Err(Refusal::new(Code::Duplicate).at("/classes"));
    }
    if !ErasureGround::GIVEN.contains(ground) {
        return Err(Refusal::new(Code::InvalidValue).at("/ground"));
    }
    let mut parts: Vec<(&Target, Vec<PersonalClass>)> = Vec::with_capacity(targets.len());
    for target in targets {
        let held: Vec<_> = classes.iter().copied().filter(|class| target.classes.contains(class)).collect();
        if !held.is_empty() {
            parts.push((target, held));
        }
    }
    if parts.is_empty() {
        return Err(Refusal::new(Code::NothingToErase));
    }
    let erased = |target: &Target, class: &PersonalClass| erasures.is_erased(&target.subject, *class);
    let left: Vec<_> = parts.into_iter().filter(|(target, held)| !held.iter().all(|one| erased(target, one))).collect();
    if left.is_empty() {
        return Err(Refusal::new(Code::AlreadyErased));
    }
    let asked = |target: &Target, class: &PersonalClass| {
        let waits = |state| matches!(state, ErasureState::Requested | ErasureState::Approved);
        let mut waiting = erasures.all().filter(|other| waits(other.state));
        waiting.any(|other| other.parts().any(|part| part == (target.subject.as_str(), *class)))
    };
    if left.iter().all(|(target, held)| held.iter().all(|class| erased(target, class) || asked(target, class))) {
        return Err(Refusal::new(Code::AlreadyRequested));
    }
    let mut subjects: Vec<String> = Vec::new();
    let mut streams = Vec::new();
    for (target, _) in left {
        if !subjects.contains(&target.subject) {
            subjects.push(target.subject.clone());
            streams.push(target.stream.clone());
        }
    }
    if subjects.len() > SUBJECTS_MAX {
        return Err(Refusal::new(Code::TooMany).at("/persons").because(
            format!("一次申请最多涉及 {SUBJECTS_MAX} 处，请分次提出。"),
            format!("One request covers at most {SUBJECTS_MAX} places; make several."),
        ));
    }
    Ok(ErasureEvent::Requested(ErasureRequested {
        ground: *ground,
        classes: classes.clone(),
        subjects,
        streams,
        at_once: *at_once,
    }))
}

/// Whoever asked does not decide, and nothing is decided twice.
fn may_decide(erasure: &Erasure, actor: &str) -> Result<(), Refusal> {
    if erasure.state != ErasureState::Requested || erasure.asked.ground == ErasureGround::Retention {
        return Err(Refusal::new(Code::AlreadyDecided).under(""));
    }
    if erasure.requested_by == actor {
        return Err(Refusal::new(Code::SamePerson));
    }
    Ok(())
}

/// Approves an erasure, whose targets stand as told.
///
/// Errors: [`Code::AlreadyDecided`]; [`Code::SamePerson`]; [`Code::LegalHold`]; [`Code::IssueOpen`] for the words of an issue
/// whose answer could then no longer be sealed.
pub fn approve(
    erasure: &Erasure,
    actor: &str,
    targets: &[Target],
    holds: &LegalHolds,
    today: NaiveDate,
) -> Result<ErasureEvent, Refusal> {
    may_decide(erasure, actor)?;
    if targets.iter().any(|target| holds.covers(target, today)) {
        return Err(Refusal::new(Code::LegalHold));
    }
    if erasure.asked.classes.contains(&PersonalClass::Narrative) && targets.iter().any(|target| target.open) {
        return Err(Refusal::new(Code::IssueOpen));
    }
    Ok(ErasureEvent::Approved(ErasureApproved { request: erasure.request }))
}

/// Refuses an erasure.
///
/// Errors: [`Code::AlreadyDecided`]; [`Code::SamePerson`]; [`Code::Missing`] at `/refusal_ground`.
pub fn refuse(erasure: &Erasure, actor: &str, ground: Option<ErasureRefusal>) -> Result<ErasureEvent, Refusal> {
    may_decide(erasure, actor)?;
    let refusal_ground = ground.ok_or_else(|| Refusal::new(Code::Missing).at("/refusal_ground"))?;
    Ok(ErasureEvent::Refused(ErasureRefused { refusal_ground }))
}

/// What is recorded once the keys of an erasure are destroyed; `None` where there is nothing to carry out.
pub fn complete(erasure: &Erasure, epoch: u32, survivors: u64) -> Option<ErasureEvent> {
    if !erasure.is_due() {
        return None;
    }
    let ErasureRequested { ground, classes, subjects, .. } = erasure.asked.clone();
    let policy = if erasure.approval.is_none() { erasure.policy } else { None };
    let (request, approval) = (erasure.request, erasure.approval);
    Some(ErasureEvent::Completed(ErasureCompleted {
        ground,
        classes,
        subjects,
        epoch,
        survivors,
        request,
        approval,
        policy,
    }))
}

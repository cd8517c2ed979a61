//! How a use case that did nothing is told to a client: [`Failure`] to [`Problem`]. The one place where the two meet.

use crate::codes::{Code, Edge};
use crate::problem::{Fault, Problem};
use casework::Failure;
use domain::refusal::{Kind, Refusal};

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => (*refusal).into(),
            Failure::Unfit(refusals) => of_all(refusals),
            Failure::NotFound => Self::new(Edge::NotFound),
            Failure::Stale { actual } => Self::new(Edge::StaleVersion)
                .because(format!("现在的版本是 {actual}。"), format!("It is at version {actual} now.")),
            Failure::Contended => Self::new(Edge::Contended),
            Failure::KeyReused => Self::new(Edge::IdempotencyKeyReused),
            Failure::BeyondHead => Self::new(Edge::BadPosition),
            Failure::Overloaded => Self::new(Edge::Overloaded),
            Failure::StorageFull => Self::new(Edge::StorageFull),
            Failure::OutcomeUnknown(why) => Self::new(Edge::OutcomeUnknown).caused_by(why),
            Failure::Fault(why) => Self::internal(why),
        }
    }
}

/// Several refusals in one answer. One that is a rule's "no" as things stand (409) outranks what does not fit: it
/// would still be no after every fault is mended.
fn of_all(mut refusals: Vec<Refusal>) -> Problem {
    if let Some(at) = refusals.iter().position(|refusal| refusal.code.kind() == Kind::Rule) {
        return refusals.swap_remove(at).into();
    }
    let clauses: Vec<_> = refusals.iter().map(|refusal| refusal.clause).collect();
    let faults = refusals.into_iter().map(|refusal| Fault {
        pointer: refusal.pointer.clone().unwrap_or_default(),
        code: Code::Rule(refusal.code),
        detail: crate::language::text(refusal.detail.zh, refusal.detail.en),
    });
    let mut problem = Problem::unfit(faults.collect());
    // One clause for all, or the clause of the first that has one.
    problem.clause = clauses.into_iter().flatten().next();
    problem
}

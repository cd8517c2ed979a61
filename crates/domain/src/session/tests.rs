//! A session from its plan to its verdict, and every no on the way.
#![allow(clippy::unwrap_used)]

mod again;
mod correcting;
mod departures;
mod hand;
mod plans;
mod proposals;
mod sitting;
mod verdicts;

use crate::refusal::Refusal;

/// Refusals as code, clause and pointer.
fn told(result: Result<impl std::fmt::Debug, Vec<Refusal>>) -> Vec<String> {
    result.unwrap_err().into_iter().map(one).collect()
}

/// One refusal likewise.
fn no(result: Result<impl std::fmt::Debug, Refusal>) -> String {
    one(result.unwrap_err())
}

fn one(refusal: Refusal) -> String {
    let pointer = refusal.pointer.unwrap_or_default();
    format!("{} {} {pointer}", refusal.code, refusal.clause.unwrap_or("-")).trim_end().to_owned()
}

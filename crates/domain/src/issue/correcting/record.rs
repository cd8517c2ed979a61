//! The record of an issue that a correction is held against, and what corrections before it have made of it.

use crate::Stamp;
use crate::correction::{Corrections, TextNow, contradicts};
use crate::event::Event;
use crate::issue::{Issue, IssueCorrected, IssueEvent};
use crate::reception::{People, Reception};
use crate::refusal::Refusal;
use chrono::{DateTime, Utc};

/// An event of the issue with its envelope.
pub type Recorded = (IssueEvent, Stamp);

/// The record of an issue, and what a corrected value is held against.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The issue now.
    pub issue: &'a Issue,
    /// Every event of it, as recorded, in order.
    pub history: &'a [Recorded],
    /// The reception it was raised in, now.
    pub reception: &'a Reception,
    /// Who and what there is.
    pub people: People<'a>,
    /// What the text to be corrected says now, where a text is to be corrected.
    pub text: TextNow<'a>,
    /// Whether the answer to be corrected holds a basis, as a declined one must.
    pub basis_given: bool,
}

/// The events of an issue as all corrections in effect say they were: folded one after the other they give every state
/// as it should have been. The correcting events stay, but their values are where they belong.
pub fn as_corrected(history: &[Recorded], corrections: &Corrections) -> Vec<Recorded> {
    let of_issue = |event: Event| if let Event::Issue(event) = event { Some(event) } else { None };
    let each = history.iter().map(|(event, at)| {
        let (corrected, then) = corrections.applied(Event::Issue(event.clone()), *at);
        match of_issue(corrected) {
            Some(IssueEvent::Corrected(correcting)) => {
                (IssueEvent::Corrected(IssueCorrected { value: None, ..correcting }), then)
            }
            Some(corrected) => (corrected, then),
            None => (event.clone(), *at),
        }
    });
    each.collect()
}

/// A corrected time leaves the order of facts: what happened after an event happened after it still.
pub(super) fn in_order(
    history: &[Recorded],
    version: u64,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<(), Refusal> {
    let claims = |event: &IssueEvent| {
        !matches!(
            event,
            IssueEvent::DeadlineRecomputed(_)
                | IssueEvent::CorrectionProposed(_)
                | IssueEvent::CorrectionRefused(_)
                | IssueEvent::Corrected(_)
        )
    };
    let overtaken = history.iter().find(|(event, at)| {
        let then = at.occurred_at.timestamp_millis();
        at.version > version && claims(event) && from.timestamp_millis() <= then && then < to.timestamp_millis()
    });
    match overtaken {
        None => Ok(()),
        Some((_, at)) => Err(contradicts(
            format!("第 {} 个事件发生在此之前。", at.version),
            format!("Event {} happened before that.", at.version),
        )),
    }
}

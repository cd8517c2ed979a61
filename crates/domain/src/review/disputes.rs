//! What the review says of the disputes about the figures of a delegate (C-5.2): how many of those decided were upheld. Under
//! `review/2` only.

use super::book::Book;
use super::finding::{Dates, Finding, What};
use super::period::Period;
use crate::Stamp;
use crate::appraisal::AppraisalEvent;
use crate::claims::Claim;
use crate::ids::{DelegateId, DisputeId};
use std::collections::BTreeSet;

/// Every dispute of an appraisal, of whichever year, that was decided in a period, with whose it is. The decision counts by the
/// policy that it was made under and the newest calendars as of N.
pub fn judge_disputes(
    events: &[(AppraisalEvent, Stamp)],
    period: &Period,
    book: &Book,
    each: &mut impl FnMut(DisputeId, DelegateId, Finding),
) {
    let calendars = book.all_calendars();
    // Decided once, it stays so.
    let mut known = BTreeSet::new();
    for (event, leaf) in events {
        let AppraisalEvent::DisputeDecided(decided) = event else { continue };
        let claim = Claim::from(leaf);
        let decided_on = claim.counts_on(book.policy(leaf), calendars);
        if !known.insert(decided.dispute_id) || !period.holds(decided_on) {
            continue;
        }
        let claimed_on = book.day(claim.at);
        let finding = Finding {
            cycle: 0,
            what: What::Dispute { upheld: decided.upheld },
            dates: Dates { decided_on: Some(decided_on), ..Dates::default() },
            provisional: calendars.provisional(claimed_on, decided_on),
        };
        each(decided.dispute_id, decided.delegate_id, finding);
    }
}

//! Somebody who holds a receipt code.

use crate::casework::Casework;
use crate::receipts::index::Found;
use crate::write::failure::Failure;
use domain::ids::IssueId;
use domain::issue::Issue;

/// Somebody who holds a code that led to an issue when it was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The issue.
    pub issue: IssueId,
    /// What their code is looked up by.
    lookup: [u8; 16],
}

impl Casework {
    /// Whoever holds a code that was found.
    pub fn holder(&self, found: Found, code: &str) -> Option<Holder> {
        found.holds.then(|| Holder { issue: found.issue, lookup: self.keys.receipt_lookup(code) })
    }

    /// The code that holds for an issue.
    pub fn receipt_code(&self, id: IssueId, issue: &Issue) -> String {
        self.keys.receipt_code(id.0, issue.receipt_version)
    }

    /// That no other code was given since the look-up.
    ///
    /// Errors: [`Failure::NotFound`], as for a code that never was one.
    pub(crate) fn still_holds(&self, holder: &Holder, issue: &Issue) -> Result<(), Failure> {
        let holds = self.keys.receipt_lookup(&self.receipt_code(holder.issue, issue)) == holder.lookup;
        if holds { Ok(()) } else { Err(Failure::NotFound) }
    }
}

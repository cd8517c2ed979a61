//! Separation of duties: what nobody does about themselves, and what another person decides than asked for it. Held from the
//! adoption of access rules on (docs/ACCESS.md).

use crate::casework::Casework;
use crate::write::context::CommandContext;
use domain::access::{Action, Thing};
use domain::ids::{AccountId, OfficeId};
use domain::refusal::{Code, Refusal};

impl Casework {
    /// Nobody decides about themselves: whoever is bound to the delegate whose own a thing is (S1, S3), or to the office that
    /// leads it (S5), leaves the decision on it to others.
    ///
    /// Errors: [`Code::OwnMatter`].
    pub(crate) fn not_about_oneself(&self, call: &CommandContext, thing: &Thing) -> Result<(), Refusal> {
        let Some((action, account)) = call.action.zip(call.account()).filter(|_| self.access_adopted()) else {
            return Ok(());
        };
        // By whom somebody came to a session is another question than by whom they are judged.
        let of_delegates = action.separates("S1") || (action.separates("S3") && action != Action::SessionCheckIn);
        let own = || self.bound_delegates(account).iter().any(|delegate| thing.delegates.contains(delegate));
        let leads = || self.bound_offices(account).iter().any(|office| thing.offices.contains(office));
        if (of_delegates && own()) || (action.separates("S5") && leads()) {
            return Err(Refusal::new(Code::OwnMatter));
        }
        Ok(())
    }

    /// Another person decides than asked for it: another account, and not one of the same delegate (S2).
    ///
    /// Errors: [`Code::SamePerson`].
    pub(crate) fn another_than(&self, call: &CommandContext, asked_by: Option<AccountId>) -> Result<(), Refusal> {
        let (Some(decides), Some(asked)) = (call.account().filter(|_| self.access_adopted()), asked_by) else {
            return Ok(());
        };
        let others = self.bound_delegates(asked);
        if decides == asked || self.bound_delegates(decides).iter().any(|delegate| others.contains(delegate)) {
            return Err(Refusal::new(Code::SamePerson));
        }
        Ok(())
    }

    /// The offices that an account is bound to by any of its standing grants.
    fn bound_offices(&self, account: AccountId) -> Vec<OfficeId> {
        let reference = self.reference();
        let known = reference.accounts.get(account);
        known.into_iter().flat_map(|known| known.standing()).filter_map(|grant| grant.given.office_id).collect()
    }
}

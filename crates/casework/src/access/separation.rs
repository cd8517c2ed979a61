//! Separation of duties: what nobody does about themselves, and what another person decides than asked for it. Held from the
//! adoption of access rules on (docs/ACCESS.md).

use crate::access::asker::Asker;
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use chrono::{NaiveDate, TimeDelta};
use domain::access::{Action, Thing};
use domain::erasure::Erasure;
use domain::ids::{AccountId, DelegateId, ErasureId, OfficeId, ProposalId};
use domain::issue::answering;
use domain::proposal::PENDING_DAYS;
use domain::refusal::{Code, Refusal};
use domain::session::{self, Session};
use domain::vocabulary::{ErasureState, EvidenceKind, ProposalState, Role};

impl Casework {
    /// Nobody decides about themselves: whoever is bound to the delegate whose own a thing is (S1, S3), or to the office that
    /// leads it (S5), leaves the decision on it to others.
    ///
    /// Errors: [`Code::OwnMatter`].
    pub(crate) fn not_about_oneself(&self, call: &CommandContext, thing: &Thing) -> Result<(), Refusal> {
        let Some((action, account)) = call.action.zip(call.account()).filter(|_| self.access_adopted()) else {
            return Ok(());
        };
        let own = || self.bound_delegates(account).iter().any(|delegate| thing.delegates.contains(delegate));
        let leads = || self.bound_offices(account).iter().any(|office| thing.offices.contains(office));
        if (of_delegates(action) && own()) || (action.separates("S5") && leads()) {
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
        if self.are_one(decides, asked) { Err(Refusal::new(Code::SamePerson)) } else { Ok(()) }
    }

    /// Whether two accounts are one person's: the same one, or of one delegate.
    fn are_one(&self, one: AccountId, other: AccountId) -> bool {
        let others = self.bound_delegates(other);
        one == other || self.bound_delegates(one).iter().any(|delegate| others.contains(delegate))
    }

    /// Of whom somebody does not decide by an action, being bound to them (S1, S3, S5): delegates and offices; nobody before
    /// access rules are adopted.
    pub fn decides_not_of(&self, account: AccountId, action: Action) -> (Vec<DelegateId>, Vec<OfficeId>) {
        let adopted = self.access_adopted();
        let delegates = if adopted && of_delegates(action) { self.bound_delegates(account) } else { Vec::new() };
        let offices = if adopted && action.separates("S5") { self.bound_offices(account) } else { Vec::new() };
        (delegates, offices)
    }

    /// Whose requests somebody does not decide on by an action (S2): their own, and those of another account of the same
    /// delegate; nobody's before access rules are adopted.
    pub fn decides_not_for(&self, account: AccountId, action: Action) -> Vec<AccountId> {
        if !self.access_adopted() || !action.separates("S2") {
            return Vec::new();
        }
        let reference = self.reference();
        reference.accounts.all().map(|known| known.id).filter(|known| self.are_one(account, *known)).collect()
    }

    /// The accounts that are bound to any of these delegates: what one of them saw, the delegate saw.
    pub fn accounts_of(&self, delegates: &[DelegateId]) -> Vec<AccountId> {
        let reference = self.reference();
        let bound = |account: &AccountId| self.bound_delegates(*account).iter().any(|one| delegates.contains(one));
        reference.accounts.all().map(|account| account.id).filter(bound).collect()
    }

    /// The proposals that wait for somebody's decision, each with its last day: of those that their role approves of, and of
    /// another person's (S2).
    ///
    /// Errors: [`Failure`] where the log cannot be read.
    #[boxed]
    pub async fn proposals_to_decide(&self, asker: &Asker) -> Result<Vec<(ProposalId, NaiveDate)>, Failure> {
        let (now, reference) = (self.now(), self.reference());
        let mut waiting = Vec::new();
        // What was made before waits no more, whatever it was.
        let after = self.position_at(now - TimeDelta::days(PENDING_DAYS + 1)).await?;
        for (id, loaded) in self.proposals_after(after).await? {
            let one = &loaded.state;
            let approved_by = one.action.map_or("", |action| action.row().approved_by);
            let approves = approved_by.split('+').any(|role| role == asker.role.as_str());
            let of_others = one.by.is_none_or(|by| !self.are_one(asker.account, by));
            if approves && of_others && one.state_at(now) == Some(ProposalState::Pending) {
                waiting.extend(one.expires_at().map(|at| (id, reference.town_date(at))));
            }
        }
        Ok(waiting)
    }

    /// The erasures that wait for somebody's decision, each with the day by which it is owed: of another person's request (S2).
    pub fn erasures_to_decide(&self, asker: &Asker) -> Vec<(ErasureId, NaiveDate)> {
        let reference = self.reference();
        let waits = |one: &&Erasure| one.state == ErasureState::Requested && !one.is_due();
        let of_others =
            |one: &&Erasure| AccountId::of_actor(&one.requested_by).is_none_or(|by| !self.are_one(asker.account, by));
        let all = reference.erasures.all().filter(waits).filter(of_others);
        let due = |one: &Erasure| {
            let policy = reference.policy_of(one.policy).ok();
            policy.map(|policy| (one.id, one.decide_by(policy, &reference.calendars)))
        };
        all.filter_map(due).collect()
    }

    /// An answer that a liaison records in the delegate's name is shown by more than a witness (S8).
    ///
    /// Errors: [`Code::EvidenceMissing`].
    pub(crate) fn said_in_a_name(&self, call: &CommandContext, evidence: EvidenceKind) -> Result<(), Refusal> {
        if call.role == Role::Liaison && self.access_adopted() { answering::shown_by_another(evidence) } else { Ok(()) }
    }

    /// Nobody comes to a session by their own word that their own account opened, or leaves it (S3).
    ///
    /// Errors: [`Code::OwnMatter`].
    pub(crate) fn attended_by_another(
        &self,
        call: &CommandContext,
        session: &Session,
        who: DelegateId,
    ) -> Result<(), Refusal> {
        match call.account().filter(|_| self.access_adopted()) {
            Some(account) => session::attended_by_oneself(session, who, account, &self.bound_delegates(account)),
            None => Ok(()),
        }
    }

    /// The offices that an account is bound to by any of its standing grants.
    fn bound_offices(&self, account: AccountId) -> Vec<OfficeId> {
        let reference = self.reference();
        let known = reference.accounts.get(account);
        known.into_iter().flat_map(|known| known.standing()).filter_map(|grant| grant.given.office_id).collect()
    }
}

/// Whether an action is one that nobody does about a delegate to whom they are bound (S1, S3). By whom somebody came to a
/// session is another question than by whom they are judged.
fn of_delegates(action: Action) -> bool {
    action.separates("S1") || (action.separates("S3") && action != Action::SessionCheckIn)
}

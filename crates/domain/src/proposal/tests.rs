//! Proposals: given one, when somebody decides, then this becomes of it.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::access::Action;
use crate::fixtures::stamp;
use crate::ids::{AccountId, DelegateId};
use crate::refusal::Code;
use crate::vocabulary::ProposalState;
use crate::{Fold as _, Stamp};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

const ONE: AccountId = AccountId(Uuid::from_u128(1));
const OTHER: AccountId = AccountId(Uuid::from_u128(2));
const DELEGATE: DelegateId = DelegateId(Uuid::from_u128(3));

fn noon() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn at(version: u64, by: AccountId) -> Stamp {
    Stamp { recorded_at: noon(), account: Some(by), ..stamp(version, version) }
}

fn made() -> Proposal {
    let mut proposal = Proposal::default();
    let event = ProposalMade { action: "policy.adopt".to_owned(), target: None };
    proposal.apply(&ProposalEvent::Made(event), &at(1, ONE));
    proposal
}

fn by(account: AccountId) -> Approver<'static> {
    Approver { account, delegates: &[], proposers: &[] }
}

#[test]
fn another_person_decides_once() {
    let mut proposal = made();
    assert_eq!((proposal.action, proposal.by), (Some(Action::PolicyAdopt), Some(ONE)));
    assert_eq!(approve(&proposal, by(ONE), noon()).unwrap_err().code, Code::SamePerson);
    assert_eq!(refuse(&proposal, by(ONE), noon()).unwrap_err().code, Code::SamePerson);
    let event = approve(&proposal, by(OTHER), noon()).unwrap();
    proposal.apply(&event, &at(2, OTHER));
    assert_eq!((proposal.state_at(noon()), proposal.decided_by), (Some(ProposalState::Approved), Some(OTHER)));
    assert_eq!(approve(&proposal, by(OTHER), noon()).unwrap_err().code, Code::NotPending);
    assert_eq!(retract(&proposal, ONE, noon()).unwrap_err().code, Code::NotPending);
}

#[test]
fn threat_two_accounts_of_one_delegate_are_one_person() {
    println!("attempted: approve of one's own proposal by another account of the same delegate");
    let same = Approver { account: OTHER, delegates: &[DELEGATE], proposers: &[DELEGATE] };
    assert_eq!(approve(&made(), same, noon()).unwrap_err().code, Code::SamePerson);
    let another = Approver { proposers: &[], ..same };
    assert!(approve(&made(), another, noon()).is_ok());
    println!("caught: same_person");
}

#[test]
fn whoever_proposed_takes_it_back_and_nobody_else() {
    let mut proposal = made();
    assert_eq!(retract(&proposal, OTHER, noon()).unwrap_err().code, Code::NotTheProposer);
    proposal.apply(&retract(&proposal, ONE, noon()).unwrap(), &at(2, ONE));
    assert_eq!(proposal.state_at(noon()), Some(ProposalState::Retracted));
}

#[test]
fn it_can_be_decided_on_for_fourteen_days() {
    let mut proposal = made();
    let over = noon() + TimeDelta::days(PENDING_DAYS);
    let just_before = over - TimeDelta::milliseconds(1);
    assert!(approve(&proposal, by(OTHER), just_before).is_ok());
    assert_eq!(expire(&proposal, just_before), None);
    assert_eq!(refuse(&proposal, by(OTHER), over).unwrap_err().code, Code::ProposalExpired);
    let by_the_clock = Stamp { account: None, ..at(2, OTHER) };
    proposal.apply(&expire(&proposal, over).unwrap(), &by_the_clock);
    assert_eq!(proposal.state, Some(ProposalState::Expired));
    assert_eq!((proposal.decided_by, proposal.decided_at), (None, None), "nobody decided");
    assert_eq!(refuse(&proposal, by(OTHER), over).unwrap_err().code, Code::ProposalExpired);
    assert_eq!(expire(&proposal, over), None);
}

//! What a command relies on: rights that end between the look at them and the append make it lose.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::access::Asker;
use crate::access::accounts::NewAccount;
use crate::access::two_persons::Approval;
use crate::bootstrap::{Bootstrap, Started};
use crate::governed::Governed;
use crate::write::transact::{Attempt, Outcome};
use domain::access::Action;
use domain::account::GrantDraft;
use domain::ids::{GrantId, OfficeId, ProposalId};
use domain::proposal::{ProposalEvent, ProposalMade};
use domain::refusal::Code;
use domain::vocabulary::{GrantReason, Holder, OfficeKind};
use event_store::keys::KeyDirectory;
use event_store::{Clock, EventStore, MemoryLog};
use std::sync::Arc;

/// A town under access rules, with an office, and accounts of an administrator, of the congress office and of a handling unit.
struct Town {
    casework: Casework,
    office: OfficeId,
    administrator: (AccountId, GrantId),
    congress: (AccountId, GrantId),
    unit: (AccountId, GrantId),
}

fn made<T>(outcome: Result<Outcome<Governed<T>>, Failure>) -> T {
    let Outcome::Done(Governed { made, .. }) = outcome.unwrap() else { panic!("a replay") };
    made
}

impl Town {
    async fn new() -> Self {
        let clock: Clock = Arc::new(|| 1_795_485_600_000);
        let store = EventStore::start(Arc::new(MemoryLog::new()), Arc::clone(&clock)).await.unwrap();
        let keys = Arc::new(KeyDirectory::ephemeral(Uuid::from_u128(7), "huiyin.local/plan"));
        let bootstrap = Bootstrap {
            town: "江桥镇".to_owned(),
            programme: "两代表网格化联系服务活动".to_owned(),
            effective_on: "2023-12-01".parse().unwrap(),
            policy: serde_json::from_str(include_str!("../../../../../data/policy-default.json")).unwrap(),
            calendars: vec![serde_json::from_str(include_str!("../../../../../data/calendars/2026.json")).unwrap()],
            software: "test".to_owned(),
            demo: true,
        };
        let Started { casework, .. } = Casework::start(store, keys, clock, &bootstrap, |_| Ok(())).await.unwrap();
        let office = casework.register_office(&system("office"), "水务所", OfficeKind::Department, None).await;
        let office = made(office);
        let nobody = (AccountId(Uuid::nil()), GrantId(Uuid::nil()));
        let mut town = Self { casework, office, administrator: nobody, congress: nobody, unit: nobody };
        town.administrator = town.account(Role::Administrator, None).await;
        town.congress = town.account(Role::CongressOffice, None).await;
        town.unit = town.account(Role::HandlingUnit, Some(office)).await;
        town.casework.adopt_access(&system("adopt"), "huiyin/1", None).await.unwrap();
        town
    }

    async fn account(&self, role: Role, office_id: Option<OfficeId>) -> (AccountId, GrantId) {
        let name = role.as_str().to_owned();
        let new = NewAccount { name, holder: Holder::Machine, login: None, person_name: None };
        let id = made(self.casework.create_account(&system(role.as_str()), &new).await);
        let grant_id = GrantId(Uuid::nil());
        let draft = GrantDraft { grant_id, role, area_id: None, delegate_id: None, office_id, until_on: None };
        made(self.casework.give_grant(&system(&format!("grant {role}")), id, &draft).await)
    }

    fn call(&self, (account, _): (AccountId, GrantId), role: Role, key: &str) -> CommandContext {
        let asker = Some(Asker { account, role, grant_ids: Vec::new() });
        CommandContext { asker, ..CommandContext::of_account(account.0, role, Some(key), [0; 32]) }
    }

    async fn end(&self, (account, grant): (AccountId, GrantId)) {
        let key = format!("end {grant}");
        made(self.casework.end_grant(&system(&key), account, grant, GrantReason::Security, None).await);
    }

    /// What somebody wants recorded, by the rights that they have now.
    fn plan(&self, call: &CommandContext) -> Plan {
        let mut plan = Plan::of(call, &self.casework.reference());
        let envelope =
            Envelope { area: Uuid::nil(), occurred_at: None, policy: None, calendar: None, account: call.account() };
        let event = ProposalEvent::Made(ProposalMade { action: "policy.adopt".to_owned(), target: None });
        let id = self.casework.new_id();
        plan.write(StreamId::of("proposal", id), Version(0), vec![envelope.plain(&event.into()).unwrap()]);
        plan
    }
}

fn system(key: &str) -> CommandContext {
    CommandContext::of_system("system/start", key)
}

/// Which stream moved.
fn moved<T>(outcome: Result<T, Attempt>) -> String {
    match outcome {
        Err(Attempt::Moved { stream, .. }) => stream.to_string(),
        Err(Attempt::Failed(failure)) => panic!("{failure:?}"),
        Err(Attempt::Replayed(_)) | Ok(_) => panic!("it was recorded"),
    }
}

#[tokio::test]
async fn threat_a_grant_or_an_office_that_changes_between_the_check_and_the_append_makes_it_lose() {
    println!("attempted: a command whose grant ends between the check and the append");
    let town = Town::new().await;
    let cases = &town.casework;
    let call = |key: &str| town.call(town.unit, Role::HandlingUnit, key);
    assert!(cases.append(&call("as it was"), town.plan(&call("as it was"))).await.is_ok());

    let (one, plan) = (call("one"), town.plan(&call("one")));
    made(cases.rename_office(&system("rename"), town.office, "水务站", "更名。", None).await);
    assert_eq!(moved(cases.append(&one, plan).await), format!("office/{}", town.office));

    let (two, plan) = (call("two"), town.plan(&call("two")));
    let kept = plan.instead();
    town.end(town.unit).await;
    assert_eq!(moved(cases.append(&two, plan).await), format!("account/{}", town.unit.0));
    // What is recorded in its place leans on the same.
    let instead = Plan { writes: town.plan(&two).writes, ..kept };
    assert_eq!(moved(cases.append(&two, instead).await), format!("account/{}", town.unit.0));

    // The grants of others do not matter to it.
    let three = town.call(town.congress, Role::CongressOffice, "three");
    let plan = town.plan(&three);
    town.end(town.administrator).await;
    assert!(cases.append(&three, plan).await.is_ok());
    println!("caught: it loses and is decided again");
}

#[tokio::test]
async fn threat_an_approval_is_held_against_both_persons_when_it_is_recorded() {
    println!("attempted: an approval whose proposer or approver loses the right before it is recorded");
    let town = Town::new().await;
    let cases = &town.casework;
    let approving = |key: &str| {
        let proposed_by = town.administrator.0;
        let id = ProposalId(cases.new_id());
        let approval = Approval { id, version: Version(0), action: Action::AccountCreate, proposed_by };
        CommandContext { approves: Some(Arc::new(approval)), ..town.call(town.congress, Role::CongressOffice, key) }
    };
    let call = approving("approved");
    assert!(cases.append(&call, town.plan(&call)).await.is_ok());
    // The proposer's grant ends after the last look at it.
    let call = approving("too late");
    let plan = cases.with_approval(&call, town.plan(&call)).unwrap();
    town.end(town.administrator).await;
    assert_eq!(moved(cases.append_as_is(&call, plan).await), format!("account/{}", town.administrator.0));
    // Or before it, and after the first.
    let refused = cases.append(&call, town.plan(&call)).await;
    let Err(Attempt::Failed(Failure::Refused(refusal))) = refused else { panic!("it was recorded") };
    assert_eq!(refusal.code, Code::ProposerUnentitled);
    town.end(town.congress).await;
    let refused = cases.append(&call, town.plan(&call)).await;
    assert!(matches!(refused, Err(Attempt::Failed(Failure::Forbidden { action: Action::ProposalDecide }))));
    println!("caught: it loses and is decided again");
}

//! What takes two persons: a command of one is kept as a proposal, and done when another approves, in one append with the
//! approval. Both times every rule is asked.

use crate::access::Asker;
use crate::access::sight::{Reader, Withheld};
use crate::access::two_persons::{Approval, Proposed, ProposedRequest};
use crate::boxed::{Boxed, boxed};
use crate::casework::Casework;
use crate::change::{Changed, Words};
use crate::personal::{Part, Person};
use crate::read::decode::instant;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use crate::write::transact::{Attempt, Outcome};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::ids::{AccountId, AreaId, DelegateId, ProposalId};
use domain::proposal::{self, Approver, PENDING_DAYS, Proposal, ProposalApproved, ProposalEvent, ProposalMade};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use event_store::{CommandRecord, Position, StreamId, Version};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Events read at once while proposals are listed.
const PAGE: usize = 256;

/// Proposals of which one run of the clock records that they are over.
const EXPIRED_AT_ONCE_MAX: usize = 100;

/// A proposal with its id.
pub type Found = (ProposalId, Arc<Loaded<Proposal>>);

/// What a reader is told of the request of a proposal.
#[derive(Clone, Debug)]
pub enum RequestTold {
    /// The request.
    Told(ProposedRequest),
    /// It was erased.
    Erased,
    /// It is not shown.
    Withheld(Withheld),
}

impl Casework {
    /// Whether a command is to be proposed and not done: it takes two persons, and nobody has approved.
    pub(crate) fn takes_approval(&self, call: &CommandContext) -> bool {
        call.approves.is_none() && call.action.is_some_and(Action::takes_two) && self.access_adopted()
    }

    /// Records a proposal instead of what a command wanted, all rules having said yes.
    pub(crate) fn propose<'a>(&'a self, call: &'a CommandContext, plan: &'a Plan) -> Boxed<'a, Attempt> {
        Box::pin(async move {
            match self.record_proposal(call, plan).await {
                Ok(proposed) => Attempt::Failed(Failure::Proposed(proposed)),
                Err(attempt) => attempt,
            }
        })
    }

    async fn record_proposal(&self, call: &CommandContext, plan: &Plan) -> Result<Proposed, Attempt> {
        let (Some(action), Some(request)) = (call.action, call.request.as_ref()) else {
            return Err(Failure::Fault("what takes two persons came without its request".to_owned()).into());
        };
        let reference = self.reference();
        let id = ProposalId(self.new_id());
        let stream = Proposal::stream(id);
        let there = |expected: &event_store::Expected| !matches!(expected, event_store::Expected::NoStream);
        let target = plan.writes.iter().find(|write| there(&write.expected)).map(|write| write.stream.to_string());
        let made = ProposalEvent::Made(ProposalMade { action: action.as_str().to_owned(), target });
        let envelope = Envelope {
            area: reference.areas.town().map(|town| town.id.0).unwrap_or_default(),
            occurred_at: None,
            policy: reference.policies.newest().map(domain::policy::Policy::position),
            calendar: reference.calendars.newest(),
            account: call.account(),
        };
        let mut event = envelope.plain(&Event::from(made))?;
        let ProposedRequest { method, path, query, body } = request.as_ref();
        let payload = json!({"method": method, "path": path, "query": query, "body": body});
        Person::new().seal_into(&self.keys, &stream, Version(1), "narrative", &payload, &mut event)?;
        let mut proposal = plan.instead();
        proposal.write(stream, Version(0), vec![event]);
        let appended = self.append_as_is(call, proposal).await?;
        let expires_at = instant(appended.recorded_at) + TimeDelta::days(PENDING_DAYS);
        Ok(Proposed { id, action, expires_at, town: reference.time_zone(), position: appended.last })
    }

    /// What was answered to a command that is told again, where it was a proposal.
    #[boxed]
    pub async fn proposed(&self, record: &CommandRecord) -> Result<Option<Proposed>, Failure> {
        let Some(recorded) = self.store.event(record.first).await? else { return Ok(None) };
        let leaf = recorded.text()?;
        let Some(stream) = StreamId::new(leaf.stream).filter(|stream| stream.family() == Proposal::FAMILY) else {
            return Ok(None);
        };
        let id = stream.uuid().map(ProposalId).filter(|_| leaf.version.0 == 1);
        let Some(id) = id else { return Ok(None) };
        let loaded = self.load::<Proposal>(id, AsOf::Position(record.first)).await?;
        let (action, expires_at) = (loaded.state.action, loaded.state.expires_at());
        let town = self.reference().time_zone();
        let proposed = |(action, expires_at)| Proposed { id, action, expires_at, town, position: record.first };
        Ok(action.zip(expires_at).map(proposed))
    }

    /// Adds the approval to what it approves of. Between the first look at who approves of whose proposal and here, all of it
    /// was read and decided: both are held against their rights again, and those are relied on.
    pub(crate) fn with_approval(&self, call: &CommandContext, mut plan: Plan) -> Result<Plan, Failure> {
        let Some(approval) = &call.approves else { return Ok(plan) };
        let reference = self.reference();
        plan.rely_on_account(&reference, approval.proposed_by, None);
        if let Some(asker) = &call.asker {
            self.authority(asker, Action::ProposalDecide)?;
        }
        self.another_than(call, Some(approval.proposed_by))?;
        self.require_entitled(approval.proposed_by, approval.action)?;
        let envelope = Envelope {
            area: reference.areas.town().map(|town| town.id.0).unwrap_or_default(),
            occurred_at: None,
            policy: reference.policies.newest().map(domain::policy::Policy::position),
            calendar: reference.calendars.newest(),
            account: call.account(),
        };
        let event = envelope.plain(&Event::from(ProposalEvent::Approved(ProposalApproved {})))?;
        plan.write(Proposal::stream(approval.id), approval.version, vec![event]);
        Ok(plan)
    }

    /// What somebody would approve of, if they may: the approval, and the request as it was sent.
    ///
    /// Errors: those of [`proposal::approve`]; [`Failure::ApprovedByOthers`] for a role that does not approve of the action.
    #[boxed]
    pub async fn approval(
        &self,
        call: &CommandContext,
        id: ProposalId,
    ) -> Result<(Approval, ProposedRequest), Failure> {
        let loaded = self.load_if_match::<Proposal>(call, id).await?;
        let action = self.may_decide(call, &loaded.state)?;
        let (by, proposers) = (call.account().unwrap_or_default(), loaded.state.by.unwrap_or_default());
        let (delegates, others) = (self.bound_delegates(by), self.bound_delegates(proposers));
        let approver = Approver { account: by, delegates: &delegates, proposers: &others };
        proposal::approve(&loaded.state, approver, self.now())?;
        self.require_entitled(proposers, action)?;
        let request = self.proposed_request(&loaded).await?;
        Ok((Approval { id, version: loaded.version, action, proposed_by: proposers }, request))
    }

    /// That whoever proposed has the action in some role still: what they were given to do may be over since.
    ///
    /// Errors: [`Code::ProposerUnentitled`].
    fn require_entitled(&self, account: AccountId, action: Action) -> Result<(), Refusal> {
        let entitled = self.speaks(account).is_some_and(|known| {
            let mut askers = known.roles.iter().map(|role| Asker { account, role: *role, grant_ids: Vec::new() });
            askers.any(|asker| self.authority(&asker, action).is_ok())
        });
        if entitled { Ok(()) } else { Err(Refusal::new(Code::ProposerUnentitled)) }
    }

    /// Refuses a proposal.
    #[boxed(?Send)]
    pub async fn refuse_proposal(
        &self,
        call: &CommandContext,
        id: ProposalId,
        reason: Option<&str>,
    ) -> Result<Outcome<Changed<Proposal>>, Failure> {
        let said = crate::personal::words([("reason", reason)]);
        self.change_with(call, id, None, said, async |proposal: &Proposal, tx: &mut crate::change::Transaction<'_>| {
            self.may_decide(call, proposal)?;
            let (by, proposers) = (call.account().unwrap_or_default(), proposal.by.unwrap_or_default());
            let (delegates, others) = (self.bound_delegates(by), self.bound_delegates(proposers));
            let approver = Approver { account: by, delegates: &delegates, proposers: &others };
            Ok(proposal::refuse(proposal, approver, tx.rules.now)?)
        })
        .await
    }

    /// Takes a proposal back.
    #[boxed(?Send)]
    pub async fn retract_proposal(
        &self,
        call: &CommandContext,
        id: ProposalId,
    ) -> Result<Outcome<Changed<Proposal>>, Failure> {
        self.change_with(
            call,
            id,
            None,
            Words::new(),
            async |proposal: &Proposal, tx: &mut crate::change::Transaction<'_>| {
                Ok(proposal::retract(proposal, call.account().unwrap_or_default(), tx.rules.now)?)
            },
        )
        .await
    }

    /// The request that a proposal holds.
    ///
    /// Errors: [`Code::PersonErased`] where it was erased; [`Failure::Fault`] where its box does not say one.
    #[boxed]
    pub async fn proposed_request(&self, loaded: &Loaded<Proposal>) -> Result<ProposedRequest, Failure> {
        let erased = || {
            Refusal::new(Code::PersonErased).because(
                "所提请的内容已随其所涉人员的个人信息删除，只能不予批准或撤回。",
                "What is proposed was erased with the data of the people it is about: refuse it, or take it back.",
            )
        };
        self.proposed_request_unless_erased(loaded).await?.ok_or_else(|| erased().into())
    }

    /// The request that a proposal holds, as a reader is told it: whoever proposed it and whoever decides on such read it by
    /// that, others where they read the words of what it is about.
    ///
    /// Errors: those of [`Casework::proposed_request`].
    #[boxed]
    pub async fn request_told(
        &self,
        reader: &Reader,
        id: ProposalId,
        loaded: &Loaded<Proposal>,
    ) -> Result<RequestTold, Failure> {
        let thing = self.thing_of_proposal(id, loaded).await?;
        let sight = self.sight_of_thing(reader, &Proposal::stream(id), thing).await?;
        let theirs = reader.asker.as_ref().is_some_and(|asker| {
            let approved_by = loaded.state.action.map_or("", |action| action.row().approved_by);
            loaded.state.by == Some(asker.account) || approved_by.split('+').any(|role| role == asker.role.as_str())
        });
        match sight.withholds_words() {
            Some(why) if why == Withheld::NotRecorded || !theirs => Ok(RequestTold::Withheld(why)),
            Some(_) | None => Ok(match self.proposed_request_unless_erased(loaded).await? {
                Some(request) => RequestTold::Told(request),
                None => RequestTold::Erased,
            }),
        }
    }

    /// The same, for decisions; `None` where it was erased.
    pub(crate) async fn proposed_request_unless_erased(
        &self,
        loaded: &Loaded<Proposal>,
    ) -> Result<Option<ProposedRequest>, Failure> {
        let parts = loaded.parts(self, 1).await?;
        let part = parts.first().map(|(_, part)| *part);
        if part.is_some_and(|part| *part == Part::Erased) {
            return Ok(None);
        }
        let text = |field: &str| part.and_then(|part| part.text(field)).map(str::to_owned);
        let request = || {
            let (method, path) = (text("method")?, text("path")?);
            Some(ProposedRequest { method, path, query: text("query")?, body: text("body")? })
        };
        let request = request().ok_or_else(|| Failure::Fault("a proposal does not say what it proposes".to_owned()));
        request.map(Some)
    }

    /// Every proposal, in the order made. They are few: something that takes two persons is proposed some times a month.
    #[boxed]
    pub async fn proposals(&self) -> Result<Vec<Found>, Failure> {
        self.proposals_after(Position(0)).await
    }

    /// Those that were made after a position.
    pub(super) async fn proposals_after(&self, mut after: Position) -> Result<Vec<Found>, Failure> {
        let mut all: BTreeMap<Position, Found> = BTreeMap::new();
        loop {
            let page = self.store.read_family(Proposal::FAMILY, after, PAGE).await?;
            for recorded in &page {
                let leaf = recorded.text().map_err(Failure::from)?;
                if leaf.version.0 != 1 {
                    continue;
                }
                let stream = StreamId::new(leaf.stream);
                let id = stream.as_ref().and_then(StreamId::uuid).map(ProposalId);
                let id = id.ok_or_else(|| Failure::Fault(format!("position {}: no proposal", recorded.position)))?;
                all.insert(recorded.position, (id, self.load::<Proposal>(id, AsOf::Now).await?));
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = last.position,
                Some(_) | None => return Ok(all.into_values().collect()),
            }
        }
    }

    /// Records of what nobody decided on in time that it is over: by an instant, and so many at most; the rest when it is
    /// asked again. Answers how many.
    #[boxed]
    pub async fn expire_proposals(&self, until: DateTime<Utc>) -> Result<usize, Failure> {
        if !self.access_adopted() {
            return Ok(0);
        }
        let until = until.min(self.now());
        let over = self.proposals().await?.into_iter();
        let over = over.filter_map(|(id, loaded)| Some((id, loaded.version, proposal::expire(&loaded.state, until)?)));
        let over: Vec<_> = over.take(EXPIRED_AT_ONCE_MAX).collect();
        for (id, version, event) in &over {
            let key = format!("proposal {id} expired");
            match self.record_by_clock(&key, Proposal::stream(*id), *version, event.clone().into()).await {
                // Somebody was faster.
                Err(Failure::Stale { .. }) | Ok(()) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(over.len())
    }

    /// The action of a proposal, where the role of whoever decides is among those that approve of it.
    fn may_decide(&self, call: &CommandContext, proposal: &Proposal) -> Result<Action, Failure> {
        let action = proposal.action.ok_or_else(|| Failure::Fault("a proposal of an unknown action".to_owned()))?;
        let approves = action.row().approved_by.split('+').any(|role| role == call.role.as_str());
        if approves || !self.access_adopted() { Ok(action) } else { Err(Failure::ApprovedByOthers { action }) }
    }

    /// The delegates that an account is bound to by any of its standing grants.
    pub fn bound_delegates(&self, account: AccountId) -> Vec<DelegateId> {
        let reference = self.reference();
        let known = reference.accounts.get(account);
        known.into_iter().flat_map(|known| known.standing()).filter_map(|grant| grant.given.delegate_id).collect()
    }
}

impl Entity for Proposal {
    type Id = ProposalId;

    const FAMILY: &'static str = "proposal";

    const READ: Action = Action::ProposalRead;

    /// Its line is that of what it is about, which is to be read first ([`Casework::thing_of_proposal`]).
    fn thing(&self, _: ProposalId) -> Thing {
        Thing::default()
    }

    fn event(event: Event) -> Option<ProposalEvent> {
        if let Event::Proposal(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        None
    }

    fn policy(&self) -> Option<u64> {
        None
    }

    fn counted_days(&self, _: &Rules<'_>, _: &ProposalEvent) -> Vec<NaiveDate> {
        Vec::new()
    }
}

//! Deeds (实事): pledged, done or given up (C-3.4). The rules are `domain::deed`'s.

use super::{BegunOutcome, ChangedOutcome, one};
use crate::access::things;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::corrections::people;
use crate::read::loaded::Entity;
use crate::receptions::NewVisitor;
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use chrono::NaiveDate;
use domain::access::{Action, Thing};
use domain::deed::{self, Beneficiary, Deed, DeedEvent, LinkedIssue, PledgeDraft};
use domain::event::Event;
use domain::ids::{AreaId, DeedId, DelegateId, FileId, IssueId};
use domain::issue::Issue;
use domain::refusal::Refusal;
use domain::rules::Rules;
use domain::vocabulary::DeedKind;
use event_store::Version;

/// A deed as a client pledges it.
#[derive(Clone, Debug)]
pub struct NewDeed {
    /// Which kind of service.
    pub kind: DeedKind,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// Who takes it on.
    pub owner_delegate_id: DelegateId,
    /// The day by which it is promised.
    pub promised_on: NaiveDate,
    /// What is promised, in one line.
    pub title: String,
    /// The same at length.
    pub text: Option<String>,
    /// For whom it is, where that is somebody in particular.
    pub beneficiaries: Vec<NewVisitor>,
    /// Issues that it goes back to.
    pub issue_ids: Vec<IssueId>,
    /// When it was pledged.
    pub at: OccurredAt,
}

/// What decides one event on a deed.
type Decide<'d> = dyn Fn(&Deed, &mut Transaction<'_>) -> Result<DeedEvent, Vec<Refusal>> + 'd;

impl Casework {
    /// Pledges a deed.
    pub fn pledge_deed<'a>(&'a self, call: &'a CommandContext, new: &'a NewDeed) -> LocalBoxed<'a, BegunOutcome<Deed>> {
        Box::pin(async move {
            let id = DeedId(self.new_id());
            let stream = Deed::stream(id);
            // Sealed once, whatever the attempts: the stream is new, so its versions are known.
            let said = words([("title", Some(new.title.as_str())), ("text", new.text.as_deref())]);
            let mut sealed = self.seal_first(&stream, said)?;
            let mut beneficiaries = Vec::with_capacity(new.beneficiaries.len());
            for somebody in &new.beneficiaries {
                let (name, phone) = (somebody.name.as_deref(), somebody.phone.as_deref());
                let known = sealed.seal_person(self, &stream, Version(1), name, phone)?;
                beneficiaries.extend(known.map(|subject| Beneficiary { subject: subject.to_string() }));
            }
            let mut issues = Vec::with_capacity(new.issue_ids.len());
            for id in &new.issue_ids {
                issues.push(LinkedIssue { id: *id, exists: self.holds(&Issue::stream(*id)).await? });
            }
            self.begin_thing(call, id, new.at, sealed, |tx| {
                let draft = PledgeDraft {
                    kind: new.kind,
                    grid_id: new.grid_id,
                    unit_id: new.unit_id,
                    owner_delegate_id: new.owner_delegate_id,
                    promised_on: new.promised_on,
                    beneficiaries: beneficiaries.clone(),
                    issues: issues.clone(),
                    at: tx.at,
                };
                let pledged = deed::pledge(&people(tx.reference), &tx.rules, &draft)?;
                tx.rely_on_delegate(new.owner_delegate_id);
                Ok((Some(new.grid_id), DeedEvent::Pledged(pledged)))
            })
            .await
        })
    }

    /// Completes a deed, with what shows it.
    #[boxed(?Send)]
    pub async fn complete_deed(
        &self,
        call: &CommandContext,
        id: DeedId,
        file_ids: &[FileId],
        text: Option<&str>,
        at: OccurredAt,
    ) -> ChangedOutcome<Deed> {
        self.change_deed(call, id, at, words([("text", text)]), &|deed, tx| {
            one(deed::complete(deed, &tx.rules, file_ids, tx.at).map(DeedEvent::Completed))
        })
        .await
    }

    /// Gives a deed up.
    #[boxed(?Send)]
    pub async fn abandon_deed(
        &self,
        call: &CommandContext,
        id: DeedId,
        reason: &str,
        at: OccurredAt,
    ) -> ChangedOutcome<Deed> {
        self.change_deed(call, id, at, words([("reason", Some(reason))]), &|deed, tx| {
            one(deed::abandon(deed, &tx.rules, tx.at).map(DeedEvent::Abandoned))
        })
        .await
    }

    /// Decides one event on a deed and records it.
    fn change_deed<'a>(
        &'a self,
        call: &'a CommandContext,
        id: DeedId,
        at: OccurredAt,
        said: Words,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Deed>> {
        Box::pin(self.change_thing(call, id, at, said, decide))
    }
}

impl Entity for Deed {
    type Id = DeedId;

    const FAMILY: &'static str = "deed";

    const READ: Action = Action::DeedRead;

    fn event(event: Event) -> Option<DeedEvent> {
        if let Event::Deed(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &DeedEvent) -> Vec<NaiveDate> {
        vec![rules.today, self.promised_on]
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::deed(self)
    }
}

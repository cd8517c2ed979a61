//! What a delegate leaves open is handed over to another one, all or none (T19, C-4.4).

use crate::access::admission::thing_of;
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Loaded};
use crate::sessions::of_refusals;
use crate::write::change::{Transaction, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use domain::ids::{DelegateId, IssueId};
use domain::issue::handover::{self, HandoverDraft, LeftOpen};
use domain::issue::{Issue, IssueEvent};
use event_store::{CommandRecord, Position, StreamId};
use std::sync::Arc;

/// Issues after they were handed over.
#[derive(Clone, Debug)]
pub struct HandedOver {
    /// Each, in the order named.
    pub issues: Vec<(IssueId, Arc<Loaded<Issue>>)>,
    /// Position of the command's last event.
    pub position: Position,
}

impl Casework {
    /// Hands several open issues of one delegate over, all or none, in one append. `If-Match` speaks of the delegate.
    #[boxed(?Send)]
    pub async fn hand_over_issues(
        &self,
        call: &CommandContext,
        from: DelegateId,
        ids: &[IssueId],
        draft: &HandoverDraft,
        reason: &str,
    ) -> Result<Outcome<HandedOver>, Failure> {
        let said = words([("reason", Some(reason))]);
        self.transact(call, async || {
            let reference = self.reference();
            if reference.delegates.get(from).is_none() {
                return Err(Failure::NotFound.into());
            }
            let actual = reference.version(&StreamId::of("delegate", from.0));
            if !call.matches(actual) {
                return Err(Failure::Stale { actual }.into());
            }
            let found = self.issues_named(ids).await?;
            let mut left = Vec::with_capacity(found.len());
            for (id, issue) in &found {
                if let Some(issue) = issue {
                    self.not_about_oneself(call, &thing_of(*id, issue))?;
                }
                let policy = reference.policy_of(issue.as_ref().and_then(|issue| issue.state.policy))?;
                left.push(LeftOpen { id: *id, issue: issue.as_ref().map(|issue| &issue.state), policy });
            }
            // Each is decided under the policy of its own cycle; the day is the town's.
            let rules = reference.rules(None, self.now())?;
            let mut tx = Transaction::new(self, call, &reference, rules, Some(draft.at));
            let handed =
                handover::hand_over_all(from, &left, &tx.rules, &reference.delegates, draft).map_err(of_refusals)?;
            tx.rely_on_delegate(from);
            tx.rely_on_delegate(draft.to_delegate_id);
            let mut staged = Vec::with_capacity(handed.len());
            for ((id, event), (_, before)) in handed.into_iter().zip(&found) {
                let Some(before) = before else { continue };
                let event = IssueEvent::ResponsibilityHandedOver(event);
                let mut issue = tx.stage(id, before, event, &said).await?;
                tx.write(&mut issue);
                staged.push(issue);
            }
            let appended = tx.append().await?;
            let issues = staged.into_iter().map(|issue| (issue.id, self.settle(issue, &appended)));
            Ok(HandedOver { issues: issues.collect(), position: appended.last })
        })
        .await
    }

    /// The issues that a recorded handover handed over, as of its last position: what a replay answers.
    #[boxed]
    pub async fn handed_over(&self, record: &CommandRecord) -> Result<HandedOver, Failure> {
        let mut issues = Vec::new();
        for position in record.first.0..=record.last.0 {
            let id = IssueId(crate::read::decode::id_of(&self.stream_at(Position(position)).await?)?);
            issues.push((id, self.issue(id, AsOf::Position(record.last)).await?));
        }
        Ok(HandedOver { issues, position: record.last })
    }

    /// Issues by their ids; nothing where there is none.
    async fn issues_named(&self, ids: &[IssueId]) -> Result<Vec<(IssueId, Option<Arc<Loaded<Issue>>>)>, Failure> {
        let mut found = Vec::with_capacity(ids.len().min(handover::ISSUES_MAX + 1));
        // One too many is enough to be told of.
        for id in ids.iter().take(handover::ISSUES_MAX + 1) {
            let issue = match self.issue(*id, AsOf::Now).await {
                Err(Failure::NotFound) => None,
                issue => Some(issue?),
            };
            found.push((*id, issue));
        }
        Ok(found)
    }
}

//! What touches an issue and a major issue at once: escalation (T9), its return (T10), and the reopening decision,
//! which escalates a second dissatisfaction at once (T15).

use crate::boxed::boxed;
use crate::boxed::{Boxed, LocalBoxed};
use crate::casework::Casework;
use crate::issues::IssueOutcome;
use crate::read::loaded::{AsOf, Entity as _, Loaded};
use crate::write::change::{Changed, OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::Staged;
use crate::write::transact::Outcome;
use domain::ids::{IssueId, MajorIssueId};
use domain::issue::escalation::{self, EscalationDraft};
use domain::issue::{Issue, IssueEvent, reopening};
use domain::major_issue::{MajorIssue, MajorIssueEvent};
use domain::vocabulary::Level;
use event_store::Position;
use std::sync::Arc;

/// Where a body names the major issue to join.
const JOINED: &str = "/major_issue_id";

/// An issue after a command, with the major issue it made or joined.
#[derive(Clone, Debug)]
pub struct Escalated {
    /// The issue.
    pub issue: Arc<Loaded<Issue>>,
    /// The major issue, where there is one.
    pub major_issue: Option<(MajorIssueId, Arc<Loaded<MajorIssue>>)>,
    /// True when the major issue was made by this command.
    pub made: bool,
    /// Position of the command's last event.
    pub position: Position,
}

impl Casework {
    /// Escalates an issue to a new major issue, or to one it joins (T9).
    pub fn escalate_issue<'a>(
        &'a self,
        call: &'a CommandContext,
        id: IssueId,
        level: Level,
        join: Option<MajorIssueId>,
        reason: &'a str,
        at: OccurredAt,
    ) -> LocalBoxed<'a, Result<Outcome<Escalated>, Failure>> {
        Box::pin(async move {
            // Shape comes before existence (ADR 0026); what exists once does not go away.
            if let Some(major) = join {
                self.load_named::<MajorIssue>(major, JOINED).await?;
            }
            let fresh = MajorIssueId(self.new_id());
            self.transact(call, async || {
                let reference = self.reference();
                let loaded = self.load_if_match::<Issue>(call, id).await?;
                let joined = match join {
                    Some(major) => Some(self.load_named::<MajorIssue>(major, JOINED).await?),
                    None => None,
                };
                let mut tx = Transaction::on(self, call, &reference, &loaded.state, at)?;
                let major_id = join.unwrap_or(fresh);
                let draft = EscalationDraft {
                    level,
                    major_issue_id: major_id,
                    join: joined.as_ref().map(|joined| &joined.state),
                    at: tx.at,
                };
                let decided = escalation::escalate(&loaded.state, id, &tx.rules, &draft)?;
                let event = IssueEvent::Escalated(decided.issue);
                let mut issue = tx.stage(id, &loaded, event, &words([("reason", Some(reason))])).await?;
                tx.write(&mut issue);
                // The visitor's reason stays with the visitor's issue; the major issue speaks for itself.
                let mut major = Staged::on(major_id, joined.unwrap_or_default(), tx.envelope(&loaded.state));
                major.add(self, decided.major_issue, &Words::new()).await?;
                tx.write(&mut major);
                let appended = tx.append().await?;
                Ok(Escalated {
                    issue: self.settle(issue, &appended),
                    major_issue: Some((major_id, self.settle(major, &appended))),
                    made: join.is_none(),
                    position: appended.last,
                })
            })
            .await
        })
    }

    /// An issue after a command that may have escalated it, as of the command's last position: what a replay answers.
    pub fn escalated(&self, id: IssueId, position: Position) -> Boxed<'_, Result<Escalated, Failure>> {
        Box::pin(async move {
            let as_of = AsOf::Position(position);
            let issue = self.issue(id, as_of).await?;
            let major_issue = match (self.stream_at(position).await?.family(), issue.state.major_issue_id) {
                (MajorIssue::FAMILY, Some(major)) => Some((major, self.major_issue(major, as_of).await?)),
                (_, _) => None,
            };
            let made = major_issue.as_ref().is_some_and(|(_, loaded)| loaded.version.0 == 1);
            Ok(Escalated { issue, major_issue, made, position })
        })
    }

    /// Returns an escalated issue to its delegate (T10).
    #[boxed(?Send)]
    pub async fn return_escalation(
        &self,
        call: &CommandContext,
        id: IssueId,
        reason: &str,
        at: OccurredAt,
    ) -> IssueOutcome {
        self.change_issue(call, id, at, words([("reason", Some(reason))]), &|issue, tx| {
            escalation::return_escalation(issue, &tx.rules, tx.at).map(IssueEvent::EscalationReturned)
        })
        .await
    }

    /// Accepts or refuses the reopening asked for (T15).
    pub fn decide_reopening<'a>(
        &'a self,
        call: &'a CommandContext,
        id: IssueId,
        accepted: bool,
        level: Option<Level>,
        reason: Option<&'a str>,
        at: OccurredAt,
    ) -> LocalBoxed<'a, Result<Outcome<Escalated>, Failure>> {
        Box::pin(async move {
            let said = words([("reason", reason)]);
            if !accepted {
                let refuse = |issue: &Issue, tx: &mut Transaction<'_>| {
                    self.another_than(call, issue.reopening_pending.as_ref().and_then(|asked| asked.by))?;
                    reopening::refuse(issue, &tx.rules, level, tx.at).map(IssueEvent::ReopeningRefused)
                };
                let refused = self.change_issue(call, id, at, said, &refuse).await?;
                return Ok(refused.map(|Changed { loaded, position }| Escalated {
                    issue: loaded,
                    major_issue: None,
                    made: false,
                    position,
                }));
            }
            let fresh = MajorIssueId(self.new_id());
            self.transact(call, async || {
                let reference = self.reference();
                let loaded = self.load_if_match::<Issue>(call, id).await?;
                self.another_than(call, loaded.state.reopening_pending.as_ref().and_then(|asked| asked.by))?;
                let now = self.now();
                // A new cycle is a new promise: it runs under the policy in force on the day it begins.
                let rules = reference.rules_on(reference.town_date(at.unwrap_or(now)), now)?;
                let mut tx = Transaction::new(self, call, &reference, rules, at);
                let draft = reopening::AcceptanceDraft { level, major_issue_id: fresh, at: tx.at };
                let decided = reopening::accept(&loaded.state, id, &rules, &draft)?;
                let envelope = Envelope { policy: Some(rules.policy.position()), ..tx.envelope(&loaded.state) };
                let reopened = IssueEvent::Reopened(decided.reopened);
                tx.count_through(&loaded.state.counted_days(&rules, &reopened));
                let mut issue = Staged::on(id, Arc::clone(&loaded), envelope);
                issue.add(self, reopened, &said).await?;
                let mut major = None;
                if let Some((escalated, submitted)) = decided.escalation {
                    let escalated = IssueEvent::Escalated(escalated);
                    tx.count_through(&loaded.state.counted_days(&rules, &escalated));
                    issue.add(self, escalated, &Words::new()).await?;
                    let major = major.insert(Staged::<MajorIssue>::on(fresh, Arc::default(), envelope));
                    major.add(self, MajorIssueEvent::Submitted(submitted), &Words::new()).await?;
                }
                tx.write(&mut issue);
                if let Some(major) = &mut major {
                    tx.write(major);
                }
                let appended = tx.append().await?;
                let major_issue = major.map(|major| (fresh, self.settle(major, &appended)));
                Ok(Escalated {
                    issue: self.settle(issue, &appended),
                    made: major_issue.is_some(),
                    major_issue,
                    position: appended.last,
                })
            })
            .await
        })
    }
}

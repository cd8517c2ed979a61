//! What touches an issue and a major issue at once: escalation (T9), its return (T10), and the reopening decision,
//! which escalates a second dissatisfaction at once (T15).

use crate::call::Call;
use crate::casework::Casework;
use crate::change::{Changed, Staged, Words, words};
use crate::failure::Failure;
use crate::files::{AsOf, File};
use crate::issues::{Claimed, IssueOutcome, counted_years, insist, issue_envelope};
use crate::transact::{Attempt, Envelope, Outcome, Plan};
use domain::ids::{IssueId, MajorIssueId};
use domain::issue::escalation::{self, EscalationDraft};
use domain::issue::{Issue, IssueEvent, reopening};
use domain::major_issue::{MajorIssue, MajorIssueEvent};
use domain::refusal::{Code, Refusal};
use domain::vocabulary::Level;
use event_store::{Position, StreamId};
use std::sync::Arc;

/// An issue after a command, with the major issue it made or joined.
#[derive(Clone, Debug)]
pub struct Escalated {
    /// The issue.
    pub issue: Arc<File<Issue>>,
    /// The major issue, where there is one.
    pub major_issue: Option<(MajorIssueId, Arc<File<MajorIssue>>)>,
    /// True when the major issue was made by this command.
    pub made: bool,
    /// Position of the command's last event.
    pub position: Position,
}

impl Casework {
    /// Escalates an issue to a new major issue, or to one it joins (T9).
    pub async fn escalate_issue(
        &self,
        call: &Call,
        id: IssueId,
        level: Level,
        join: Option<MajorIssueId>,
        reason: &str,
        at: Claimed,
    ) -> Result<Outcome<Escalated>, Failure> {
        // Shape comes before existence (ADR 0026); what exists once does not go away.
        if let Some(major) = join {
            self.named_major_issue(major).await?;
        }
        let fresh = MajorIssueId(self.new_id());
        let outcome = self
            .transact(call, async || {
                let reference = self.reference();
                let file = self.issue(id, AsOf::Now).await?;
                insist(call, &file)?;
                let joined = match join {
                    Some(major) => Some(self.named_major_issue(major).await?),
                    None => None,
                };
                let rules = reference.rules(file.state.policy, self.now())?;
                let at = at.unwrap_or(rules.now);
                let major_id = join.unwrap_or(fresh);
                let draft = EscalationDraft {
                    level,
                    major_issue_id: major_id,
                    join: joined.as_ref().map(|joined| &joined.state),
                    at,
                };
                let decided = escalation::escalate(&file.state, id, &rules, &draft)?;
                let event = IssueEvent::Escalated(decided.issue);
                let envelope = issue_envelope(&file.state, &reference, at);
                let years = counted_years(&rules, &file.state, &event);
                let mut issue = Staged::on(StreamId::of("issue", id.0), file);
                issue.add(self, &envelope, event, &words([("reason", Some(reason))])).await?;
                let mut major = Staged::on(StreamId::of("major_issue", major_id.0), joined.unwrap_or_default());
                // The visitor's reason stays with the visitor's issue; the major issue speaks for itself.
                major.add(self, &envelope, decided.major_issue, &Words::new()).await?;
                let mut plan = Plan::default();
                issue.plan(&mut plan);
                major.plan(&mut plan);
                plan.check_rules(&reference, years);
                let appended = self.append(call, plan).await?;
                let second = Position(appended.first.0 + issue.len());
                Ok(Escalated {
                    issue: issue.settle(appended.first, &appended),
                    major_issue: Some((major_id, major.settle(second, &appended))),
                    made: join.is_none(),
                    position: appended.last,
                })
            })
            .await?;
        self.remember_escalated(id, &outcome);
        Ok(outcome)
    }

    /// Returns an escalated issue to its delegate (T10).
    pub async fn return_escalation(&self, call: &Call, id: IssueId, reason: &str, at: Claimed) -> IssueOutcome {
        self.change_issue(call, id, at, &words([("reason", Some(reason))]), |issue, rules, _, at| {
            escalation::return_escalation(issue, rules, at).map(IssueEvent::EscalationReturned)
        })
        .await
    }

    /// Accepts or refuses the reopening asked for (T15).
    pub async fn decide_reopening(
        &self,
        call: &Call,
        id: IssueId,
        accepted: bool,
        level: Option<Level>,
        reason: Option<&str>,
        at: Claimed,
    ) -> Result<Outcome<Escalated>, Failure> {
        let said = words([("reason", reason)]);
        if !accepted {
            let outcome = self
                .change_issue(call, id, at, &said, |issue, rules, _, at| {
                    reopening::refuse(issue, rules, level, at).map(IssueEvent::ReopeningRefused)
                })
                .await?;
            return Ok(match outcome {
                Outcome::Done(Changed { file, position }) => {
                    Outcome::Done(Escalated { issue: file, major_issue: None, made: false, position })
                }
                Outcome::Replayed(record) => Outcome::Replayed(record),
            });
        }
        let fresh = MajorIssueId(self.new_id());
        let outcome =
            self.transact(call, async || self.accept_reopening(call, id, level, fresh, &said, at).await).await?;
        self.remember_escalated(id, &outcome);
        Ok(outcome)
    }

    async fn accept_reopening(
        &self,
        call: &Call,
        id: IssueId,
        level: Option<Level>,
        fresh: MajorIssueId,
        said: &Words,
        at: Claimed,
    ) -> Result<Escalated, Attempt> {
        let reference = self.reference();
        let file = self.issue(id, AsOf::Now).await?;
        insist(call, &file)?;
        let now = self.now();
        // A new cycle is a new promise: it runs under the policy in force on the day it begins.
        let rules = reference.rules_on(reference.town_date(at.unwrap_or(now)), now)?;
        let at = at.unwrap_or(rules.now);
        let draft = reopening::AcceptanceDraft { level, major_issue_id: fresh, at };
        let decided = reopening::accept(&file.state, id, &rules, &draft)?;
        let envelope =
            Envelope { policy: Some(rules.policy.position()), ..issue_envelope(&file.state, &reference, at) };
        let reopened = IssueEvent::Reopened(decided.reopened);
        let mut years = counted_years(&rules, &file.state, &reopened);
        let mut issue = Staged::on(StreamId::of("issue", id.0), file);
        issue.add(self, &envelope, reopened, said).await?;
        let mut major = Staged::on(StreamId::of("major_issue", fresh.0), Arc::default());
        if let Some((escalated, submitted)) = decided.escalation {
            let escalated = IssueEvent::Escalated(escalated);
            let counted = counted_years(&rules, &issue.before.state, &escalated);
            years = *years.start().min(counted.start())..=*years.end().max(counted.end());
            issue.add(self, &envelope, escalated, &Words::new()).await?;
            major.add(self, &envelope, MajorIssueEvent::Submitted(submitted), &Words::new()).await?;
        }
        let mut plan = Plan::default();
        issue.plan(&mut plan);
        let made = major.len() > 0;
        if made {
            major.plan(&mut plan);
        }
        plan.check_rules(&reference, years);
        let appended = self.append(call, plan).await?;
        let second = Position(appended.first.0 + issue.len());
        Ok(Escalated {
            issue: issue.settle(appended.first, &appended),
            major_issue: made.then(|| (fresh, major.settle(second, &appended))),
            made,
            position: appended.last,
        })
    }

    /// A major issue that the body names; an unknown one does not fit.
    async fn named_major_issue(&self, id: MajorIssueId) -> Result<Arc<File<MajorIssue>>, Failure> {
        match self.major_issue(id, AsOf::Now).await {
            Err(Failure::NotFound) => Err(Refusal::new(Code::UnknownId).at("/major_issue_id").into()),
            other => other,
        }
    }

    fn remember_escalated(&self, id: IssueId, outcome: &Outcome<Escalated>) {
        if let Outcome::Done(escalated) = outcome {
            self.remember_issue(id, &escalated.issue);
            if let Some((major, file)) = &escalated.major_issue {
                self.remember_major_issue(*major, file);
            }
        }
    }
}

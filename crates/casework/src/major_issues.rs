//! The grid's major-issue process (网格重大问题处理流程): one method per step. The rules are
//! `domain::major_issue`'s. Triage that ends it and its conclusion touch every issue that stands linked.

use crate::access::things;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::read::cache::Cache;
use crate::read::loaded::{AsOf, Caches, Entity, Loaded};
use crate::write::change::{Changed, OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::{Attempt, Outcome};
use chrono::NaiveDate;
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::ids::{AreaId, IssueId, MajorIssueId, MeetingId, OfficeId};
use domain::issue::{Issue, IssueEvent};
use domain::major_issue::assignment::{self, AssignmentDraft};
use domain::major_issue::deliberation::{self, DeliberationDraft};
use domain::major_issue::triage::{self, TriageDraft};
use domain::major_issue::{LinkedNow, MajorIssue, MajorIssueEvent, conclusion, handling, level};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use domain::vocabulary;
use std::sync::Arc;
use uuid::Uuid;

/// How a command on a major issue ends.
pub type MajorOutcome = Result<Outcome<Changed<MajorIssue>>, Failure>;

/// An issue of a cascade: its id, and as it is.
type Linked = (IssueId, Arc<Loaded<Issue>>);

/// What a cascade decided: an event of the major issue, and those of linked issues.
type Cascaded = (MajorIssueEvent, Vec<(IssueId, IssueEvent)>);

/// What decides on a major issue and on every issue linked to it.
type DecideCascade<'d> = dyn Fn(&MajorIssue, &[LinkedNow<'_>], &Transaction<'_>) -> Result<Cascaded, Refusal> + 'd;

impl Casework {
    /// Triages: accepted at a level, returned to the delegates, or referred.
    #[expect(
        clippy::too_many_arguments,
        reason = "one per value of the body; a struct of them would be read in one place"
    )]
    #[boxed(?Send)]
    pub async fn triage(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        decision: vocabulary::TriageDecision,
        level: Option<vocabulary::Level>,
        statutory_channel: Option<vocabulary::StatutoryChannel>,
        reason: Option<&str>,
        at: OccurredAt,
    ) -> MajorOutcome {
        let said = words([("reason", reason)]);
        let draft = |at| TriageDraft { decision, level, reason_given: reason.is_some(), statutory_channel, at };
        // Shape comes before existence (ADR 0026).
        let faults = draft(at.unwrap_or_else(|| self.now())).faults();
        if !faults.is_empty() {
            return Err(Failure::Invalid(faults));
        }
        self.cascade(call, id, at, &said, &|major, linked, tx| {
            let decided = triage::triage(major, id, &tx.rules, &draft(tx.at), linked)?;
            Ok((MajorIssueEvent::Triaged(decided.major_issue), decided.issues))
        })
        .await
    }

    /// Records a deliberation; one of a meeting that is on record is told to that meeting, too.
    #[boxed(?Send)]
    pub async fn deliberate(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        held_on: NaiveDate,
        meeting_id: Option<MeetingId>,
        decision: &str,
        at: OccurredAt,
    ) -> MajorOutcome {
        if let Some(meeting_id) = meeting_id {
            return self.deliberate_in_meeting(call, id, (meeting_id, held_on), decision, at).await;
        }
        self.change_major_issue(call, id, at, words([("decision", Some(decision))]), &|major, tx| {
            let draft = DeliberationDraft { held_on, meeting_id: None, at: tx.at };
            deliberation::deliberate(major, &tx.rules, &draft).map(MajorIssueEvent::Deliberated)
        })
        .await
    }

    /// Assigns to a lead and supporting offices.
    #[boxed(?Send)]
    pub async fn assign(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        lead: OfficeId,
        supports: &[OfficeId],
        due_on: Option<NaiveDate>,
        at: OccurredAt,
    ) -> MajorOutcome {
        assignment::fits(&self.reference().offices, lead, supports)?;
        self.change_major_issue(call, id, at, Words::new(), &|major, tx| {
            let draft =
                AssignmentDraft { lead_office_id: lead, support_office_ids: supports.to_vec(), due_on, at: tx.at };
            assignment::assign(major, &tx.rules, &tx.reference.offices, &draft).map(MajorIssueEvent::Assigned)
        })
        .await
    }

    /// The lead office takes it.
    #[boxed(?Send)]
    pub async fn accept_assignment(&self, call: &CommandContext, id: MajorIssueId, at: OccurredAt) -> MajorOutcome {
        self.change_major_issue(call, id, at, Words::new(), &|major, tx| {
            assignment::accept(major, &tx.rules, tx.at).map(MajorIssueEvent::Accepted)
        })
        .await
    }

    /// The lead office sends it back.
    #[boxed(?Send)]
    pub async fn refuse_assignment(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        reason: &str,
        at: OccurredAt,
    ) -> MajorOutcome {
        self.change_major_issue(call, id, at, words([("reason", Some(reason))]), &|major, tx| {
            assignment::refuse(major, &tx.rules, tx.at).map(MajorIssueEvent::DispatchRefused)
        })
        .await
    }

    /// Decides on a refused dispatch.
    #[boxed(?Send)]
    pub async fn decide_refusal(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        upheld: bool,
        reason: &str,
        at: OccurredAt,
    ) -> MajorOutcome {
        self.change_major_issue(call, id, at, words([("reason", Some(reason))]), &|major, tx| {
            assignment::decide_refusal(major, &tx.rules, upheld, tx.at).map(MajorIssueEvent::RefusalDecided)
        })
        .await
    }

    /// The lead office reports an outcome, with its basis.
    #[boxed(?Send)]
    pub async fn report_outcome(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        outcome: vocabulary::Outcome,
        basis: &str,
        text: &str,
        at: OccurredAt,
    ) -> MajorOutcome {
        let said = words([("basis", Some(basis)), ("text", Some(text))]);
        self.change_major_issue(call, id, at, said, &|major, tx| {
            handling::report(major, &tx.rules, outcome, tx.at).map(MajorIssueEvent::OutcomeReported)
        })
        .await
    }

    /// Another office confirms the outcome, or sends it back for rework.
    #[boxed(?Send)]
    pub async fn verify_outcome(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        confirmed: bool,
        by: OfficeId,
        note: Option<&str>,
        at: OccurredAt,
    ) -> MajorOutcome {
        // Offices are never removed, so shape comes before existence (ADR 0026) here too.
        if self.reference().offices.get(by).is_none() {
            return Err(Refusal::new(Code::UnknownId).at("/by_office_id").into());
        }
        self.change_major_issue(call, id, at, words([("note", note)]), &|major, tx| {
            handling::verify(major, &tx.rules, &tx.reference.offices, confirmed, by, tx.at)
        })
        .await
    }

    /// Raises or lowers the level; the outer limit of an issue that stands linked follows where that makes it later.
    #[boxed(?Send)]
    pub async fn change_level(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        to: vocabulary::Level,
        reason: &str,
        at: OccurredAt,
    ) -> MajorOutcome {
        self.cascade(call, id, at, &words([("reason", Some(reason))]), &|major, linked, tx| {
            let decided = level::change(major, id, &tx.rules, to, tx.at, linked)?;
            Ok((decided.major_issue, decided.issues))
        })
        .await
    }

    /// Concludes; every issue that stands linked gets the outcome and waits for its own answer (T11).
    #[boxed(?Send)]
    pub async fn conclude(
        &self,
        call: &CommandContext,
        id: MajorIssueId,
        outcome: vocabulary::Outcome,
        text: &str,
        at: OccurredAt,
    ) -> MajorOutcome {
        self.cascade(call, id, at, &words([("text", Some(text))]), &|major, linked, tx| {
            let decided = conclusion::conclude(major, id, &tx.rules, outcome, tx.at, linked)?;
            let issues = decided.issues.into_iter().map(|(id, back)| (id, IssueEvent::OutcomeReportedBack(back)));
            Ok((MajorIssueEvent::Concluded(decided.major_issue), issues.collect()))
        })
        .await
    }

    /// Decides on a major issue and on every issue linked to it, in one append.
    fn cascade<'a>(
        &'a self,
        call: &'a CommandContext,
        id: MajorIssueId,
        at: OccurredAt,
        said: &'a Words,
        decide: &'a DecideCascade<'a>,
    ) -> LocalBoxed<'a, MajorOutcome> {
        Box::pin(async move {
            self.transact(call, async || {
                let reference = self.reference();
                let loaded = self.load_if_match::<MajorIssue>(call, id).await?;
                let linked = self.linked(&loaded.state).await?;
                let mut tx = Transaction::on(self, call, &reference, &loaded.state, at)?;
                let mut now_linked = Vec::with_capacity(linked.len());
                for (issue_id, issue) in &linked {
                    let policy = reference.rules(issue.state.policy, tx.rules.now)?.policy;
                    now_linked.push(LinkedNow { id: *issue_id, issue: &issue.state, policy });
                }
                let (event, issue_events) = decide(&loaded.state, &now_linked, &tx)?;
                let mut major = tx.stage(id, &loaded, event, said).await?;
                tx.write(&mut major);
                let mut issues = Vec::with_capacity(issue_events.len());
                for (issue_id, event) in issue_events {
                    let Some((_, before)) = linked.iter().find(|(known, _)| *known == issue_id) else { continue };
                    let mut issue = tx.stage(issue_id, before, event, &Words::new()).await?;
                    tx.write(&mut issue);
                    issues.push(issue);
                }
                // An issue that was not touched must not have moved either: it may stand linked again by now.
                for (issue_id, issue) in &linked {
                    tx.rely_on(Issue::stream(*issue_id), issue.version);
                }
                let appended = tx.append().await?;
                for issue in issues {
                    self.settle(issue, &appended);
                }
                Ok(Changed { loaded: self.settle(major, &appended), position: appended.last })
            })
            .await
        })
    }

    /// Every issue that was ever linked, as it is now.
    async fn linked(&self, major: &MajorIssue) -> Result<Vec<Linked>, Attempt> {
        let mut linked = Vec::new();
        for issue_id in major.issue_ids() {
            linked.push((issue_id, self.issue(issue_id, AsOf::Now).await?));
        }
        Ok(linked)
    }
}

impl Entity for MajorIssue {
    type Id = MajorIssueId;

    const FAMILY: &'static str = "major_issue";

    const READ: Action = Action::MajorIssueRead;

    fn event(event: Event) -> Option<MajorIssueEvent> {
        if let Event::MajorIssue(event) = event { Some(event) } else { None }
    }

    fn cache(caches: &Caches) -> Option<&Cache<Uuid, Loaded<Self>>> {
        Some(&caches.major_issues)
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, event: &MajorIssueEvent) -> Vec<NaiveDate> {
        let mut days = vec![rules.today];
        days.extend(event.due().into_iter().flat_map(|due| [due.from, due.on]));
        days
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::major_issue(self)
    }
}

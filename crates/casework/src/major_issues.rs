//! The grid's major-issue process (网格重大问题处理流程): one method per step. The rules are
//! `domain::major_issue`'s. Triage that ends it and its conclusion touch every issue that stands linked.

use crate::call::Call;
use crate::casework::Casework;
use crate::change::{Changed, Staged, Words, ms, words};
use crate::failure::Failure;
use crate::files::{AsOf, File};
use crate::issues::{Claimed, counted_years, insist, issue_envelope};
use crate::reference::Reference;
use crate::transact::{Attempt, Envelope, Outcome, Plan};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::ids::{IssueId, MajorIssueId, MeetingId, OfficeId};
use domain::issue::{Issue, IssueEvent};
use domain::major_issue::assignment::{self, AssignmentDraft};
use domain::major_issue::deliberation::{self, DeliberationDraft};
use domain::major_issue::triage::{self, TriageDraft};
use domain::major_issue::{LinkedNow, MajorIssue, MajorIssueEvent, conclusion, handling, level};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use domain::vocabulary;
use event_store::{Position, StreamId};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// How a command on a major issue ends.
pub type MajorOutcome = Result<Outcome<Changed<MajorIssue>>, Failure>;

/// An issue of a cascade: its id, its file, its policy position.
type Linked = (IssueId, Arc<File<Issue>>);

impl Casework {
    /// Triages: accepted at a level, returned to the delegates, or referred.
    #[expect(
        clippy::too_many_arguments,
        reason = "one per value of the body; a struct of them would be read in one place"
    )]
    pub async fn triage(
        &self,
        call: &Call,
        id: MajorIssueId,
        decision: vocabulary::TriageDecision,
        level: Option<vocabulary::Level>,
        statutory_channel: Option<vocabulary::StatutoryChannel>,
        reason: Option<&str>,
        at: Claimed,
    ) -> MajorOutcome {
        let said = words([("reason", reason)]);
        let draft = |at| TriageDraft { decision, level, reason_given: reason.is_some(), statutory_channel, at };
        // Shape comes before existence (ADR 0026).
        let faults = draft(at.unwrap_or_else(|| self.now())).faults();
        if !faults.is_empty() {
            return Err(Failure::Unfit(faults));
        }
        self.cascade(call, id, at, &said, |major, rules, linked, at| {
            let draft = draft(at);
            let decided = triage::triage(major, id, rules, &draft, linked)?;
            Ok((MajorIssueEvent::Triaged(decided.major_issue), decided.issues))
        })
        .await
    }

    /// Records a deliberation.
    pub async fn deliberate(
        &self,
        call: &Call,
        id: MajorIssueId,
        held_on: NaiveDate,
        meeting_id: Option<MeetingId>,
        decision: &str,
        at: Claimed,
    ) -> MajorOutcome {
        self.change_major_issue(call, id, at, &words([("decision", Some(decision))]), |major, rules, _, at| {
            let draft = DeliberationDraft { held_on, meeting_id, at };
            deliberation::deliberate(major, rules, &draft).map(MajorIssueEvent::Deliberated)
        })
        .await
    }

    /// Assigns to a lead and supporting offices.
    pub async fn assign(
        &self,
        call: &Call,
        id: MajorIssueId,
        lead: OfficeId,
        supports: &[OfficeId],
        due_on: Option<NaiveDate>,
        at: Claimed,
    ) -> MajorOutcome {
        assignment::fits(&self.reference().offices, lead, supports)?;
        self.change_major_issue(call, id, at, &Words::new(), |major, rules, reference, at| {
            let draft = AssignmentDraft { lead_office_id: lead, support_office_ids: supports.to_vec(), due_on, at };
            assignment::assign(major, rules, &reference.offices, &draft).map(MajorIssueEvent::Assigned)
        })
        .await
    }

    /// The lead office takes it.
    pub async fn accept_assignment(&self, call: &Call, id: MajorIssueId, at: Claimed) -> MajorOutcome {
        self.change_major_issue(call, id, at, &Words::new(), |major, rules, _, at| {
            assignment::accept(major, rules, at).map(MajorIssueEvent::Accepted)
        })
        .await
    }

    /// The lead office sends it back.
    pub async fn refuse_assignment(&self, call: &Call, id: MajorIssueId, reason: &str, at: Claimed) -> MajorOutcome {
        self.change_major_issue(call, id, at, &words([("reason", Some(reason))]), |major, rules, _, at| {
            assignment::refuse(major, rules, at).map(MajorIssueEvent::DispatchRefused)
        })
        .await
    }

    /// Decides on a refused dispatch.
    pub async fn decide_refusal(
        &self,
        call: &Call,
        id: MajorIssueId,
        upheld: bool,
        reason: &str,
        at: Claimed,
    ) -> MajorOutcome {
        self.change_major_issue(call, id, at, &words([("reason", Some(reason))]), |major, rules, _, at| {
            assignment::decide_refusal(major, rules, upheld, at).map(MajorIssueEvent::RefusalDecided)
        })
        .await
    }

    /// The lead office reports an outcome, with its basis.
    pub async fn report_outcome(
        &self,
        call: &Call,
        id: MajorIssueId,
        outcome: vocabulary::Outcome,
        basis: &str,
        text: &str,
        at: Claimed,
    ) -> MajorOutcome {
        let said = words([("basis", Some(basis)), ("text", Some(text))]);
        self.change_major_issue(call, id, at, &said, |major, rules, _, at| {
            handling::report(major, rules, outcome, at).map(MajorIssueEvent::OutcomeReported)
        })
        .await
    }

    /// Another office confirms the outcome, or sends it back for rework.
    pub async fn verify_outcome(
        &self,
        call: &Call,
        id: MajorIssueId,
        confirmed: bool,
        by: OfficeId,
        note: Option<&str>,
        at: Claimed,
    ) -> MajorOutcome {
        // Offices are never removed, so shape comes before existence (ADR 0026) here too.
        if self.reference().offices.get(by).is_none() {
            return Err(Refusal::new(Code::UnknownId).at("/by_office_id").into());
        }
        self.change_major_issue(call, id, at, &words([("note", note)]), |major, rules, reference, at| {
            handling::verify(major, rules, &reference.offices, confirmed, by, at)
        })
        .await
    }

    /// Raises or lowers the level; the outer limit of an issue that stands linked follows where that makes it later.
    pub async fn change_level(
        &self,
        call: &Call,
        id: MajorIssueId,
        to: vocabulary::Level,
        reason: &str,
        at: Claimed,
    ) -> MajorOutcome {
        self.cascade(call, id, at, &words([("reason", Some(reason))]), |major, rules, linked, at| {
            let decided = level::change(major, id, rules, to, at, linked)?;
            Ok((decided.major_issue, decided.issues))
        })
        .await
    }

    /// Concludes; every issue that stands linked gets the outcome and waits for its own answer (T11).
    pub async fn conclude(
        &self,
        call: &Call,
        id: MajorIssueId,
        outcome: vocabulary::Outcome,
        text: &str,
        at: Claimed,
    ) -> MajorOutcome {
        self.cascade(call, id, at, &words([("text", Some(text))]), |major, rules, linked, at| {
            let decided = conclusion::conclude(major, id, rules, outcome, at, linked)?;
            let issues = decided.issues.into_iter().map(|(id, back)| (id, IssueEvent::OutcomeReportedBack(back)));
            Ok((MajorIssueEvent::Concluded(decided.major_issue), issues.collect()))
        })
        .await
    }

    /// Decides one event on one major issue and records it.
    async fn change_major_issue(
        &self,
        call: &Call,
        id: MajorIssueId,
        occurred_at: Claimed,
        said: &Words,
        decide: impl Fn(&MajorIssue, &Rules<'_>, &Reference, DateTime<Utc>) -> Result<MajorIssueEvent, Refusal>,
    ) -> MajorOutcome {
        let outcome = self
            .transact(call, async || {
                let reference = self.reference();
                let file = self.major_issue(id, AsOf::Now).await?;
                insist(call, &file)?;
                let rules = reference.rules(file.state.policy, self.now())?;
                let at = occurred_at.unwrap_or(rules.now);
                let event = decide(&file.state, &rules, &reference, at)?;
                let envelope = major_envelope(&file.state, &reference, at);
                let years = major_years(&rules, &event);
                let mut staged = Staged::on(StreamId::of("major_issue", id.0), file);
                staged.add(self, &envelope, event, said).await?;
                self.settle_one(call, staged, Plan::default(), |plan| plan.check_rules(&reference, years)).await
            })
            .await?;
        if let Outcome::Done(changed) = &outcome {
            self.remember_major_issue(id, &changed.file);
        }
        Ok(outcome)
    }

    /// Decides on a major issue and on every issue linked to it, in one append.
    async fn cascade(
        &self,
        call: &Call,
        id: MajorIssueId,
        occurred_at: Claimed,
        said: &Words,
        decide: impl Fn(
            &MajorIssue,
            &Rules<'_>,
            &[LinkedNow<'_>],
            DateTime<Utc>,
        ) -> Result<(MajorIssueEvent, Vec<(IssueId, IssueEvent)>), Refusal>,
    ) -> MajorOutcome {
        let outcome = self
            .transact(call, async || {
                let reference = self.reference();
                let file = self.major_issue(id, AsOf::Now).await?;
                insist(call, &file)?;
                let linked = self.linked(&file.state).await?;
                let rules = reference.rules(file.state.policy, self.now())?;
                let at = occurred_at.unwrap_or(rules.now);
                let mut now_linked = Vec::with_capacity(linked.len());
                for (issue_id, issue) in &linked {
                    let policy = reference.rules(issue.state.policy, rules.now)?.policy;
                    now_linked.push(LinkedNow { id: *issue_id, issue: &issue.state, policy });
                }
                let (event, issue_events) = decide(&file.state, &rules, &now_linked, at)?;
                let mut years = major_years(&rules, &event);
                let mut plan = Plan::default();
                let envelope = major_envelope(&file.state, &reference, at);
                let mut major = Staged::on(StreamId::of("major_issue", id.0), file);
                major.add(self, &envelope, event, said).await?;
                major.plan(&mut plan);
                let mut staged = Vec::with_capacity(issue_events.len());
                for (issue_id, event) in issue_events {
                    let Some((_, before)) = linked.iter().find(|(known, _)| *known == issue_id) else { continue };
                    let counted = counted_years(&rules, &before.state, &event);
                    years = *years.start().min(counted.start())..=*years.end().max(counted.end());
                    let envelope = issue_envelope(&before.state, &reference, at);
                    let mut issue = Staged::on(StreamId::of("issue", issue_id.0), Arc::clone(before));
                    issue.add(self, &envelope, event, &Words::new()).await?;
                    issue.plan(&mut plan);
                    staged.push((issue_id, issue));
                }
                // An issue that was not touched must not have moved either: it may stand linked again by now.
                for (issue_id, issue) in &linked {
                    plan.check(StreamId::of("issue", issue_id.0), issue.version);
                }
                plan.check_rules(&reference, years);
                let appended = self.append(call, plan).await?;
                let mut first = Position(appended.first.0 + major.len());
                for (issue_id, issue) in staged {
                    let taken = issue.len();
                    self.remember_issue(issue_id, &issue.settle(first, &appended));
                    first = Position(first.0 + taken);
                }
                Ok(Changed { file: major.settle(appended.first, &appended), position: appended.last })
            })
            .await?;
        if let Outcome::Done(changed) = &outcome {
            self.remember_major_issue(id, &changed.file);
        }
        Ok(outcome)
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

fn major_envelope(major: &MajorIssue, reference: &Reference, at: DateTime<Utc>) -> Envelope {
    Envelope {
        area: major.grid_id.0,
        occurred_at: Some(ms(at)),
        policy: major.policy,
        calendar: reference.calendars.newest(),
    }
}

fn major_years(rules: &Rules<'_>, event: &MajorIssueEvent) -> RangeInclusive<i32> {
    let today = rules.today.year();
    match event {
        MajorIssueEvent::Assigned(assigned) => assigned.due.from.year().min(today)..=assigned.due.on.year().max(today),
        MajorIssueEvent::Submitted(_)
        | MajorIssueEvent::IssueJoined(_)
        | MajorIssueEvent::Triaged(_)
        | MajorIssueEvent::Deliberated(_)
        | MajorIssueEvent::Accepted(_)
        | MajorIssueEvent::DispatchRefused(_)
        | MajorIssueEvent::RefusalDecided(_)
        | MajorIssueEvent::OutcomeReported(_)
        | MajorIssueEvent::Verified(_)
        | MajorIssueEvent::ReturnedForRework(_)
        | MajorIssueEvent::LevelRaised(_)
        | MajorIssueEvent::LevelLowered(_)
        | MajorIssueEvent::Concluded(_) => today..=today,
    }
}

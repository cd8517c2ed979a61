//! Triage (研判): accepted at a level, returned to the delegates, or referred to a statutory channel.

use super::level::outer_limits;
use super::step::{LinkedNow, after_turn, require};
use super::{MajorIssue, Triaged};
use crate::ids::{IssueId, MajorIssueId};
use crate::issue::{IssueEvent, escalation, referral};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{Level, MajorIssueState, StatutoryChannel, TriageDecision};
use chrono::{DateTime, Utc};

/// A triage as it comes in, but for the reason's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriageDraft {
    /// What was decided.
    pub decision: TriageDecision,
    /// The level it is accepted at, where it differs from the one asked for.
    pub level: Option<Level>,
    /// Whether a reason is given: a return or a referral needs one.
    pub reason_given: bool,
    /// For a referral: where to.
    pub statutory_channel: Option<StatutoryChannel>,
    /// When.
    pub at: DateTime<Utc>,
}

impl TriageDraft {
    /// Everything that does not fit in the draft itself, whatever the major issue.
    ///
    /// [`Code::ReasonMissing`], [`Code::LevelUnexpected`], [`Code::ChannelMissing`], [`Code::InvalidValue`].
    pub fn faults(&self) -> Vec<Refusal> {
        faults(self.decision, self.reason_given, self.level.is_some(), self.statutory_channel.is_some())
    }
}

/// The same of what was sent with a decision, readable or not.
pub fn faults(decision: TriageDecision, reason: bool, level: bool, channel: bool) -> Vec<Refusal> {
    let accepted = decision == TriageDecision::Accept;
    let mut faults = Vec::new();
    if !accepted && !reason {
        faults.push(Refusal::new(Code::ReasonMissing).at("/reason"));
    }
    if !accepted && level {
        faults.push(Refusal::new(Code::LevelUnexpected).at("/level"));
    }
    match (decision, channel) {
        (TriageDecision::Refer, false) => faults.push(Refusal::new(Code::ChannelMissing).at("/statutory_channel")),
        (TriageDecision::Accept | TriageDecision::Return, true) => {
            faults.push(Refusal::new(Code::InvalidValue).under("C-3.6").at("/statutory_channel"));
        }
        (TriageDecision::Refer, true) | (TriageDecision::Accept | TriageDecision::Return, false) => {}
    }
    faults
}

/// What triage means for the major issue and for each issue that stands linked to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Triage {
    /// For the major issue's stream.
    pub major_issue: Triaged,
    /// For the streams of linked issues: returned as by T10, referred as by T4, or with the later outer limit of the level
    /// at which it is accepted.
    pub issues: Vec<(IssueId, IssueEvent)>,
}

/// Triages a submitted major issue (C-3.6).
///
/// Errors: [`Code::ReasonMissing`], [`Code::ChannelMissing`], [`Code::LevelUnexpected`], [`Code::InvalidValue`];
/// [`Code::AlreadyTriaged`], [`Code::MajorIssueConcluded`]; [`Code::DueTooFar`]; a time in the future or before the
/// submission or an issue's escalation.
pub fn triage(
    major: &MajorIssue,
    id: MajorIssueId,
    rules: &Rules<'_>,
    draft: &TriageDraft,
    linked: &[LinkedNow<'_>],
) -> Result<Triage, Refusal> {
    if let Some(fault) = draft.faults().into_iter().next() {
        return Err(fault);
    }
    let accepted = draft.decision == TriageDecision::Accept;
    let referred_to = draft.statutory_channel;
    after_turn(major, rules, draft.at)?;
    require(major, &[MajorIssueState::Submitted], Code::AlreadyTriaged)?;
    let mut issues = Vec::new();
    if !accepted {
        for one in linked.iter().filter(|one| one.stands_linked(id)) {
            let rules = rules.under(one.policy);
            let event = match referred_to {
                Some(channel) => IssueEvent::Referred(referral::refer_escalated(one.issue, &rules, channel, draft.at)?),
                None => IssueEvent::EscalationReturned(escalation::return_escalation(one.issue, &rules, draft.at)?),
            };
            issues.push((one.id, event));
        }
    }
    let level = draft.level.filter(|level| *level != major.level);
    if let Some(level) = level {
        issues = outer_limits(id, rules, level, linked)?;
    }
    Ok(Triage { major_issue: Triaged { decision: draft.decision, level }, issues })
}

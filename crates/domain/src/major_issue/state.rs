//! What a major issue is now: the fold of its stream.

use super::MajorIssueEvent;
use crate::claims::Claim;
use crate::ids::{AreaId, IssueId, MajorIssueId, MeetingId, OfficeId};
use crate::issue::Due;
use crate::vocabulary::{Level, MajorIssueState, Outcome, TriageDecision};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate, Utc};

/// A major issue (重大问题). `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct MajorIssue {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of its first event.
    pub first_position: u64,
    /// When the first event was recorded.
    pub first_recorded_at: DateTime<Utc>,
    /// When the first issue was escalated.
    pub submitted_at: DateTime<Utc>,
    /// When triage accepted it.
    pub accepted: Option<Claim>,
    /// When it ended: concluded, returned or referred.
    pub ended: Option<Claim>,
    /// Position of the policy version that it runs under.
    pub policy: Option<u64>,
    /// State.
    pub state: MajorIssueState,
    /// The level it stands at.
    pub level: Level,
    /// The grid.
    pub grid_id: AreaId,
    /// Issues that were ever linked, in the order in which they came.
    pub linked: Vec<LinkedIssue>,
    /// Who leads (主办).
    pub lead_office_id: Option<OfficeId>,
    /// Who supports (协办).
    pub support_office_ids: Vec<OfficeId>,
    /// When the lead office must report.
    pub due: Option<Due>,
    /// When it was assigned last.
    pub assigned_at: Option<DateTime<Utc>>,
    /// A dispatch was refused (退单) once; there is no second time.
    pub refused: bool,
    /// The refusal awaits a decision.
    pub refusal_pending: bool,
    /// It may be deliberated again: a refusal was upheld, or the level changed.
    pub deliberation_open: bool,
    /// When it was deliberated, in order.
    pub deliberations: Vec<Deliberation>,
    /// The outcome reported last, or concluded.
    pub outcome: Option<Outcome>,
    /// Who verified it.
    pub verified_by: Option<OfficeId>,
    /// When its newest step is claimed to have happened; issues that join are no steps. The next step cannot be earlier.
    pub turned_at: DateTime<Utc>,
}

/// An issue linked to a major issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedIssue {
    /// Which.
    pub issue_id: IssueId,
    /// The whole major issue was returned or referred at triage. A single issue that was returned, withdrawn or
    /// answered is known by its own stream alone.
    pub returned: bool,
}

/// A deliberation of a major issue. What was decided is in the box of its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deliberation {
    /// Day of the meeting.
    pub held_on: NaiveDate,
    /// The meeting, where it is on record.
    pub meeting_id: Option<MeetingId>,
    /// Version of its event.
    pub version: u64,
}

impl Default for MajorIssue {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `major_issue.submitted` replaces them.
        let nowhen = DateTime::<Utc>::default();
        Self {
            version: 0,
            position: 0,
            first_position: 0,
            first_recorded_at: nowhen,
            submitted_at: nowhen,
            accepted: None,
            ended: None,
            policy: None,
            state: MajorIssueState::Submitted,
            level: Level::L1,
            grid_id: AreaId::default(),
            linked: Vec::new(),
            lead_office_id: None,
            support_office_ids: Vec::new(),
            due: None,
            assigned_at: None,
            refused: false,
            refusal_pending: false,
            deliberation_open: false,
            deliberations: Vec::new(),
            outcome: None,
            verified_by: None,
            turned_at: nowhen,
        }
    }
}

impl MajorIssue {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// Whether it has ended: concluded, returned or referred.
    pub const fn is_over(&self) -> bool {
        self.state.is_over()
    }

    /// Whether it was accepted and has not ended: such a one is on the agenda of its grid (C-4.3a).
    pub const fn is_open(&self) -> bool {
        self.accepted.is_some() && !self.is_over()
    }

    /// Whether a meeting has something to decide on it: since it was accepted, or since a refusal was upheld or its level
    /// changed.
    pub fn decision_outstanding(&self) -> bool {
        self.is_open() && (self.state == MajorIssueState::Triaged || self.deliberation_open)
    }

    /// The issues that were ever linked.
    pub fn issue_ids(&self) -> impl Iterator<Item = IssueId> + '_ {
        self.linked.iter().map(|linked| linked.issue_id)
    }

    /// Whether this issue stands linked to the major issue `id`, judged by the issue's own stream.
    pub fn holds(id: MajorIssueId, issue: &crate::issue::Issue) -> bool {
        issue.state == crate::vocabulary::IssueState::Escalated && issue.major_issue_id == Some(id)
    }

    fn link(&mut self, issue_id: IssueId) {
        match self.linked.iter_mut().find(|linked| linked.issue_id == issue_id) {
            // Returned to its delegate once, and escalated again into the same major issue.
            Some(known) => known.returned = false,
            None => self.linked.push(LinkedIssue { issue_id, returned: false }),
        }
    }
}

impl Fold for MajorIssue {
    type Event = MajorIssueEvent;

    fn apply(&mut self, event: &MajorIssueEvent, at: &Stamp) {
        if !matches!(event, MajorIssueEvent::IssueJoined(_)) {
            self.turned_at = at.occurred_at;
        }
        match event {
            MajorIssueEvent::Submitted(submitted) => {
                self.first_position = at.position;
                self.first_recorded_at = at.recorded_at;
                self.submitted_at = at.occurred_at;
                self.policy = at.policy;
                self.grid_id = submitted.grid_id;
                self.level = submitted.level;
                self.link(submitted.issue_id);
            }
            MajorIssueEvent::IssueJoined(joined) => self.link(joined.issue_id),
            MajorIssueEvent::Triaged(triaged) => {
                self.level = triaged.level.unwrap_or(self.level);
                self.state = match triaged.decision {
                    TriageDecision::Accept => MajorIssueState::Triaged,
                    TriageDecision::Return => MajorIssueState::Returned,
                    TriageDecision::Refer => MajorIssueState::Referred,
                };
                if triaged.decision == TriageDecision::Accept {
                    self.accepted = Some(Claim::from(at));
                } else {
                    self.ended = Some(Claim::from(at));
                    for linked in &mut self.linked {
                        linked.returned = true;
                    }
                }
            }
            MajorIssueEvent::Deliberated(deliberated) => {
                self.state = MajorIssueState::Deliberated;
                self.deliberation_open = false;
                self.deliberations.push(Deliberation {
                    held_on: deliberated.held_on,
                    meeting_id: deliberated.meeting_id,
                    version: at.version,
                });
            }
            MajorIssueEvent::Assigned(assigned) => {
                self.state = MajorIssueState::Assigned;
                self.lead_office_id = Some(assigned.lead_office_id);
                self.support_office_ids.clone_from(&assigned.support_office_ids);
                self.due = Some(assigned.due.clone());
                self.assigned_at = Some(at.occurred_at);
                self.verified_by = None;
            }
            MajorIssueEvent::Accepted(_) => self.state = MajorIssueState::Handling,
            MajorIssueEvent::DispatchRefused(_) => {
                self.refused = true;
                self.refusal_pending = true;
            }
            MajorIssueEvent::RefusalDecided(decided) => {
                self.refusal_pending = false;
                if decided.upheld {
                    self.state = MajorIssueState::Deliberated;
                    self.deliberation_open = true;
                    self.lead_office_id = None;
                    self.support_office_ids.clear();
                    self.due = None;
                    self.assigned_at = None;
                } else {
                    self.state = MajorIssueState::Handling;
                }
            }
            MajorIssueEvent::OutcomeReported(reported) => {
                self.state = MajorIssueState::ReportedBack;
                self.outcome = Some(reported.outcome);
            }
            MajorIssueEvent::Verified(verified) => {
                self.state = MajorIssueState::Verified;
                self.verified_by = Some(verified.by_office_id);
            }
            MajorIssueEvent::ReturnedForRework(_) => {
                self.state = MajorIssueState::ReturnedForRework;
            }
            MajorIssueEvent::LevelRaised(changed) | MajorIssueEvent::LevelLowered(changed) => {
                self.level = changed.to;
                self.deliberation_open = true;
            }
            MajorIssueEvent::Concluded(concluded) => {
                self.state = MajorIssueState::Concluded;
                self.ended = Some(Claim::from(at));
                self.outcome = Some(concluded.outcome);
            }
        }
        self.version = at.version;
        self.position = at.position;
    }
}

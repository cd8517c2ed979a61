//! Every stored name with its schema, and the clause each fact is recorded under.

use super::Event;
use crate::area::AreaEvent;
use crate::delegate::DelegateEvent;
use crate::issue::IssueEvent;

/// The one type that has more than one schema: since 2 no calendar need have moved the date.
pub(super) const DEADLINE_RECOMPUTED: &str = "issue.deadline_recomputed";

impl Event {
    /// The schema that a type is written with today: its newest.
    pub(super) fn newest_schema(event_type: &str) -> u32 {
        if event_type == DEADLINE_RECOMPUTED { 2 } else { 1 }
    }

    /// Every stored type with every schema of it that was ever written. Each has a file in `golden/`, never edited.
    pub const NAMES: &'static [(&'static str, u32)] = &[
        ("log.opened", 1),
        ("account.created", 1),
        ("account.token_issued", 1),
        ("account.token_revoked", 1),
        ("programme.established", 1),
        ("policy.version_adopted", 1),
        ("calendar.published", 1),
        ("calendar.amended", 1),
        ("area.town_defined", 1),
        ("area.grid_defined", 1),
        ("area.unit_defined", 1),
        ("area.convener_appointed", 1),
        ("area.liaison_appointed", 1),
        ("delegate.registered", 1),
        ("delegate.mandate_given", 1),
        ("delegate.assigned", 1),
        ("delegate.assignment_ended", 1),
        ("delegate.departed", 1),
        ("office.registered", 1),
        ("roster.imported", 1),
        ("reception.recorded", 1),
        ("reception.correction_proposed", 1),
        ("reception.correction_refused", 1),
        ("reception.corrected", 1),
        ("issue.raised", 1),
        ("issue.taken", 1),
        ("issue.referred", 1),
        ("issue.interim_reply_given", 1),
        ("issue.extension_requested", 1),
        ("issue.extension_granted", 1),
        ("issue.extension_refused", 1),
        ("issue.visitor_told_of_extension", 1),
        ("issue.clock_suspended", 1),
        ("issue.clock_resumed", 1),
        ("issue.escalated", 1),
        ("issue.escalation_returned", 1),
        ("issue.outcome_reported_back", 1),
        ("issue.final_answer_given", 1),
        ("issue.feedback_recorded", 1),
        ("issue.closed", 1),
        ("issue.reopening_requested", 1),
        ("issue.reopening_refused", 1),
        ("issue.reopened", 1),
        ("issue.withdrawn", 1),
        ("issue.responsibility_handed_over", 1),
        ("issue.deadline_recomputed", 1),
        ("issue.deadline_recomputed", 2),
        ("issue.delivery_attempted", 1),
        ("issue.commitment_verified", 1),
        ("issue.merged", 1),
        ("issue.unmerged", 1),
        ("issue.linked", 1),
        ("issue.input_requested", 1),
        ("issue.input_given", 1),
        ("issue.correction_proposed", 1),
        ("issue.correction_refused", 1),
        ("issue.corrected", 1),
        ("major_issue.submitted", 1),
        ("major_issue.issue_joined", 1),
        ("major_issue.triaged", 1),
        ("major_issue.deliberated", 1),
        ("major_issue.assigned", 1),
        ("major_issue.accepted", 1),
        ("major_issue.dispatch_refused", 1),
        ("major_issue.refusal_decided", 1),
        ("major_issue.outcome_reported", 1),
        ("major_issue.verified", 1),
        ("major_issue.returned_for_rework", 1),
        ("major_issue.level_raised", 1),
        ("major_issue.level_lowered", 1),
        ("major_issue.concluded", 1),
    ];

    /// The clause of the notice that the fact is recorded under; empty for the log itself and its accounts, of which
    /// the notice does not speak.
    pub fn clause(&self) -> &'static str {
        match self {
            Event::Log(_) | Event::Account(_) => "",
            Event::Programme(_) | Event::Policy(_) => "C-0",
            // Calendars decide when an answer is due.
            Event::Calendar(_) => "C-4.4",
            Event::Area(area) => match area {
                AreaEvent::TownDefined(_) | AreaEvent::GridDefined(_) => "C-1",
                AreaEvent::UnitDefined(_) => "C-A1",
                AreaEvent::ConvenerAppointed(_) | AreaEvent::LiaisonAppointed(_) => "C-5.1",
            },
            Event::Delegate(delegate) => match delegate {
                DelegateEvent::Registered(_)
                | DelegateEvent::MandateGiven(_)
                | DelegateEvent::Assigned(_)
                | DelegateEvent::AssignmentEnded(_)
                | DelegateEvent::Departed(_) => "C-1",
            },
            Event::Office(_) => "C-3.5",
            Event::Roster(_) => "C-A1",
            Event::Reception(_) => "C-3.1",
            Event::Issue(issue) => match issue {
                // Raising is part of the reception.
                IssueEvent::Raised(_) => "C-3.1",
                // Who answers, and by when.
                IssueEvent::FinalAnswerGiven(_)
                | IssueEvent::ExtensionRequested(_)
                | IssueEvent::ExtensionGranted(_)
                | IssueEvent::ExtensionRefused(_)
                | IssueEvent::VisitorToldOfExtension(_)
                | IssueEvent::ClockSuspended(_)
                | IssueEvent::ClockResumed(_)
                | IssueEvent::ResponsibilityHandedOver(_)
                | IssueEvent::DeadlineRecomputed(_)
                | IssueEvent::DeliveryAttempted(_) => "C-4.4",
                // What becomes of it otherwise.
                IssueEvent::Taken(_)
                | IssueEvent::Referred(_)
                | IssueEvent::InterimReplyGiven(_)
                | IssueEvent::Escalated(_)
                | IssueEvent::EscalationReturned(_)
                | IssueEvent::OutcomeReportedBack(_)
                | IssueEvent::FeedbackRecorded(_)
                | IssueEvent::Closed(_)
                | IssueEvent::ReopeningRequested(_)
                | IssueEvent::ReopeningRefused(_)
                | IssueEvent::Reopened(_)
                | IssueEvent::Withdrawn(_)
                | IssueEvent::CommitmentVerified(_)
                | IssueEvent::Merged(_)
                | IssueEvent::Unmerged(_)
                | IssueEvent::Linked(_)
                | IssueEvent::InputRequested(_)
                | IssueEvent::InputGiven(_)
                | IssueEvent::CorrectionProposed(_)
                | IssueEvent::CorrectionRefused(_)
                | IssueEvent::Corrected(_) => "C-3.6",
            },
            Event::MajorIssue(_) => "C-3.6",
        }
    }
}

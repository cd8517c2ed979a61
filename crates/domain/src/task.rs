//! What waits for somebody (待办): each kind of task with the one command that discharges it. Which tasks there are follows
//! from what the boards know; who sees one is whoever may give its command.

use crate::access::Action;
use crate::vocabulary::{ObligationCode, Role, TaskKind};

/// A kind of task about one kind of thing, and what discharges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discharge {
    /// What is to be done.
    pub kind: TaskKind,
    /// The family of the thing that it is about.
    pub family: &'static str,
    /// The action; whoever may do it of the thing has the task.
    pub action: Action,
    /// Method and path, `{id}` and `{year}` being the thing's.
    pub call: &'static str,
    /// The clause that it comes from; none of what is of the record itself.
    pub clause: Option<&'static str>,
    /// The obligation that it discharges.
    pub obligation: Option<ObligationCode>,
}

const fn of(
    kind: TaskKind,
    family: &'static str,
    action: Action,
    call: &'static str,
    clause: &'static str,
) -> Discharge {
    Discharge { kind, family, action, call, clause: Some(clause), obligation: None }
}

/// What an obligation asks for, under its clause.
const fn owed(
    code: ObligationCode,
    kind: TaskKind,
    family: &'static str,
    action: Action,
    call: &'static str,
) -> Discharge {
    Discharge { kind, family, action, call, clause: Some(code.clause()), obligation: Some(code) }
}

/// What is of the record itself.
const fn of_record(kind: TaskKind, family: &'static str, action: Action, call: &'static str) -> Discharge {
    Discharge { kind, family, action, call, clause: None, obligation: None }
}

use Action as A;
use ObligationCode as O;
use TaskKind as T;

/// Every kind of task about every kind of thing. A list keeps the order of the kinds among those of one day.
#[rustfmt::skip] // one line a row reads best
pub const DISCHARGES: &[Discharge] = &[
    owed(O::O7, T::Answer, "issue", A::IssueAnswer, "POST /v1/issues/{id}/answers"),
    owed(O::O8, T::InterimReply, "issue", A::IssueReply, "POST /v1/issues/{id}/interim-replies"),
    of(T::Take, "issue", A::IssueTake, "POST /v1/issues/{id}/taking", "C-3.6"),
    of(T::TellExtension, "issue", A::IssueExtend, "POST /v1/issues/{id}/extensions/notification", "C-4.4"),
    of(T::CallBack, "issue", A::IssueFeedback, "POST /v1/issues/{id}/feedback", "C-3.6"),
    owed(O::O17, T::VerifyCommitment, "issue", A::IssueVerifyCommitment, "POST /v1/issues/{id}/commitment-verifications"),
    of(T::SeeAnswerInMyName, "issue", A::IssueRead, "GET /v1/issues/{id}", "C-4.4"),
    of(T::DecideExtension, "issue", A::IssueDecideExtension, "POST /v1/issues/{id}/extensions/decision", "C-4.4"),
    of(T::DecideReopening, "issue", A::IssueDecideReopening, "POST /v1/issues/{id}/reopenings/decision", "C-3.6"),
    of_record(T::DecideCorrection, "issue", A::IssueDecideCorrection, "POST /v1/issues/{id}/corrections/decision"),
    of_record(T::DecideCorrection, "session", A::SessionDecideCorrection, "POST /v1/sessions/{id}/corrections/decision"),
    of_record(T::DecideCorrection, "reception", A::ReceptionDecideCorrection, "POST /v1/receptions/{id}/corrections/decision"),
    of_record(T::DecideCorrection, "activity", A::ActivityDecideCorrection, "POST /v1/activities/{id}/corrections/decision"),
    of_record(T::DecideCorrection, "meeting", A::MeetingDecideCorrection, "POST /v1/meetings/{id}/corrections/decision"),
    of_record(T::DecideCorrection, "study", A::StudyDecideCorrection, "POST /v1/studies/{id}/corrections/decision"),
    of_record(T::DecideCorrection, "deed", A::DeedDecideCorrection, "POST /v1/deeds/{id}/corrections/decision"),
    owed(O::O19, T::HandOver, "issue", A::IssueHandOver, "POST /v1/issues/{id}/handovers"),
    of(T::Close, "issue", A::IssueClose, "POST /v1/issues/{id}/closing", "C-3.6"),
    of(T::Triage, "major_issue", A::MajorIssueTriage, "POST /v1/major-issues/{id}/triage", "C-3.6"),
    of(T::Deliberate, "major_issue", A::MajorIssueDeliberate, "POST /v1/major-issues/{id}/deliberations", "C-3.6"),
    of(T::Assign, "major_issue", A::MajorIssueAssign, "POST /v1/major-issues/{id}/assignments", "C-3.6"),
    of(T::AcceptDispatch, "major_issue", A::MajorIssueAccept, "POST /v1/major-issues/{id}/acceptances", "C-3.6"),
    of(T::DecideRefusal, "major_issue", A::MajorIssueDecideRefusal, "POST /v1/major-issues/{id}/refusals/decision", "C-3.6"),
    of(T::ReportOutcome, "major_issue", A::MajorIssueReport, "POST /v1/major-issues/{id}/reports", "C-3.6"),
    of(T::Verify, "major_issue", A::MajorIssueVerify, "POST /v1/major-issues/{id}/verifications", "C-3.6"),
    of(T::Conclude, "major_issue", A::MajorIssueConclude, "POST /v1/major-issues/{id}/conclusion", "C-3.6"),
    of(T::GiveInput, "issue", A::IssueGiveInput, "POST /v1/issues/{id}/inputs", "C-3.6"),
    owed(O::O3, T::CheckIn, "session", A::SessionCheckIn, "POST /v1/sessions/{id}/check-ins"),
    owed(O::O1, T::OpenSession, "session", A::SessionOpen, "POST /v1/sessions/{id}/opening"),
    owed(O::O4, T::FileRecord, "session", A::SessionFileRecord, "POST /v1/sessions/{id}/records"),
    owed(O::O5, T::PostNotice, "session", A::NoticePost, "POST /v1/sessions/{id}/notices"),
    of(T::AssignRota, "session", A::SessionAssign, "POST /v1/grids/{grid_id}/rotas", "C-5.2"),
    of(T::DecideLeave, "leave", A::LeaveDecide, "POST /v1/delegates/{delegate_id}/leaves/{id}/decision", "C-5.1"),
    owed(O::O9, T::ScheduleAppointment, "appointment", A::AppointmentSchedule, "POST /v1/appointments/{id}/schedule"),
    owed(O::O9, T::KeepAppointment, "appointment", A::ReceptionRecord, "POST /v1/receptions"),
    owed(O::O11, T::ConveneMeeting, "area", A::MeetingConvene, "POST /v1/meetings"),
    of(T::CloseMeeting, "meeting", A::MeetingClose, "POST /v1/meetings/{id}/closing", "C-4.3a"),
    owed(O::O12, T::TableMajorIssue, "major_issue", A::MeetingTable, "POST /v1/meetings/{meeting_id}/agenda-items"),
    owed(O::O10, T::HoldActivity, "area", A::ActivityRecord, "POST /v1/activities"),
    owed(O::O10, T::AttachEvidence, "activity", A::ActivityAttachEvidence, "POST /v1/activities/{id}/evidence"),
    owed(O::O10, T::Submit, "activity", A::ActivitySubmit, "POST /v1/activities/{id}/submissions"),
    owed(O::O14, T::Submit, "study", A::StudySubmit, "POST /v1/studies/{id}/submissions"),
    of(T::Submit, "typical_case", A::TypicalCaseSubmit, "POST /v1/typical-cases/{id}/submissions", "C-5.3"),
    of(T::Acknowledge, "activity", A::ActivityAcknowledge, "POST /v1/activities/{id}/acknowledgements", "C-4.2"),
    of(T::Acknowledge, "study", A::StudyAcknowledge, "POST /v1/studies/{id}/acknowledgements", "C-3.5"),
    of(T::CompleteImprovement, "activity", A::ActivityCompleteImprovement, "POST /v1/activities/{id}/improvements/{improvement_id}/completion", "C-4.3b"),
    owed(O::O16, T::CompleteDeed, "deed", A::DeedComplete, "POST /v1/deeds/{id}/completion"),
    of(T::DeidentifyCase, "typical_case", A::TypicalCaseDeidentify, "POST /v1/typical-cases/{id}/deidentification", "C-5.3"),
    of(T::SelectCase, "typical_case", A::TypicalCaseSelect, "POST /v1/typical-cases/{id}/selection", "C-5.3"),
    of(T::PublishCase, "typical_case", A::TypicalCasePublish, "POST /v1/typical-cases/{id}/publication", "C-5.3"),
    of(T::AnnotateCase, "typical_case", A::TypicalCaseAnnotate, "POST /v1/typical-cases/{id}/annotations", "C-5.3"),
    of(T::Explain, "obligation", A::ObligationExplain, "POST /v1/obligations/{id}/explanations", "C-0"),
    of(T::DecideExplanation, "obligation", A::ObligationDecideExplanation, "POST /v1/obligations/{id}/explanations/decision", "C-0"),
    owed(O::O20, T::SelfReport, "delegate", A::ReviewReport, "POST /v1/reviews/{year}/delegates/{id}/report"),
    of(T::DecideDispute, "delegate", A::ReviewDecideDispute, "POST /v1/reviews/{year}/delegates/{id}/disputes/{dispute_id}/decision", "C-5.2"),
    owed(O::O20, T::SetResult, "delegate", A::ReviewDecideResult, "POST /v1/reviews/{year}/delegates/{id}/result"),
    of_record(T::Approve, "proposal", A::ProposalDecide, "POST /v1/proposals/{id}/decision"),
    of_record(T::DecideErasure, "erasure", A::ErasureDecide, "POST /v1/erasures/{id}/decision"),
    of(T::AdoptCalendar, "calendar", A::CalendarPublish, "POST /v1/calendars/{year}", "C-4.4"),
    // Nobody gives a command for it: the server makes one as soon as it can, and tells there what keeps it from that.
    of_record(T::RenewKeyBackup, "key_backup", A::BackupMake, "GET /health/ready"),
];

impl Discharge {
    /// Whether it is a task of a role that may give its command. What a grid or a delegate does themselves is no task of an
    /// office of the town that may record it for them: the office finds it among what is owed.
    pub fn is_task_of(&self, role: Role) -> bool {
        let of_town = matches!(role, Role::PartyStudio | Role::CongressOffice);
        let of_grids = [
            T::KeepAppointment,
            T::ConveneMeeting,
            T::CloseMeeting,
            T::HoldActivity,
            T::CompleteImprovement,
            T::DeidentifyCase,
        ];
        !(of_town && of_grids.contains(&self.kind))
    }

    /// The row of a kind about things of a family.
    pub fn of(kind: TaskKind, family: &str) -> Option<&'static Self> {
        DISCHARGES.iter().find(|row| row.kind == kind && row.family == family)
    }

    /// Its place in [`DISCHARGES`].
    pub fn place(&self) -> usize {
        DISCHARGES.iter().position(|row| row == self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_command_and_every_command_needs_its_action_once() {
        for kind in TaskKind::ALL {
            assert!(DISCHARGES.iter().any(|row| row.kind == *kind), "{kind}");
        }
        for (place, row) in DISCHARGES.iter().enumerate() {
            assert_eq!(Discharge::of(row.kind, row.family), Some(row), "{} of {}", row.kind, row.family);
            assert_eq!(row.place(), place);
            assert!(row.action.is_command() || row.kind == TaskKind::SeeAnswerInMyName, "{}", row.kind);
        }
    }

    #[test]
    fn an_office_of_the_town_has_no_task_of_what_grids_and_delegates_do_themselves() {
        let row = |kind, family| Discharge::of(kind, family).unwrap();
        for (kind, family) in
            [(T::ConveneMeeting, "area"), (T::HoldActivity, "area"), (T::KeepAppointment, "appointment")]
        {
            for role in [Role::PartyStudio, Role::CongressOffice] {
                assert!(!row(kind, family).is_task_of(role), "{kind} {role}");
            }
            assert!(row(kind, family).is_task_of(Role::Convener), "{kind}");
        }
        assert!(row(T::SelectCase, "typical_case").is_task_of(Role::CongressOffice));
        assert!(
            row(T::AttachEvidence, "activity").is_task_of(Role::PartyStudio),
            "what is of several grids, the town keeps"
        );
    }
}

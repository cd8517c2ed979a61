//! What issues and major issues wait for, but for decisions on what was asked.

use crate::tasks::source::{LATENESS, Source, issue, major, owed};
use crate::tasks::whose::{INPUT_OF, LED_BY, NAMED_OF};
use domain::vocabulary::TaskKind;

pub(super) static SOURCES: &[Source] = &[
    Source {
        due: "issue_board.answer_due_on",
        lateness: LATENESS,
        ..issue(
            TaskKind::Answer,
            issues!(
                "issue_board.is_open and issue_board.state in ('registered', 'in_hand', 'awaiting_answer', 'merged')"
            ),
        )
    },
    Source {
        due: "issue_board.interim_due_on",
        lateness: "case when issue_board.interim_due_on < {today} then 2 else 0 end",
        ..issue(TaskKind::InterimReply, issues!("issue_board.is_open and issue_board.interim_due_on is not null"))
    },
    issue(TaskKind::Take, issues!("issue_board.is_open and issue_board.state = 'registered'")),
    Source {
        due: "issue_board.answer_due_on",
        lateness: LATENESS,
        within: &LED_BY,
        ..issue(TaskKind::TellExtension, issues!("issue_board.is_open and issue_board.extension_untold"))
    },
    // Said as the partial index says it that holds what has ended but is not closed.
    issue(
        TaskKind::CallBack,
        issues!(
            "(issue_board.state = 'answered' or issue_board.state = 'withdrawn' or issue_board.state = 'referred') \
             and issue_board.state = 'answered' and issue_board.satisfaction is null and not issue_board.reopening_pending"
        ),
    ),
    owed(
        TaskKind::VerifyCommitment,
        "issue",
        owed!(
            "obligations.code = 17 and instr(obligations.what, 'commitment_broken') = 0 and exists (select 1 from \
             issue_board_rows as promised where promised.issue_id = obligations.subject_id \
             and promised.answer_commitment_on <= {today})"
        ),
    ),
    Source {
        from: "named_answers_rows as answers cross join issue_board_rows as issue_board on issue_board.issue_id = answers.issue_id",
        since: "answers.recorded_on",
        within: &NAMED_OF,
        ..issue(
            TaskKind::SeeAnswerInMyName,
            issues!(
                "not exists (select 1 from named_answers_sight_rows as sight where sight.account_id in {accounts} \
                 and sight.first_position = issue_board.place / 2 and sight.seen_position > answers.place)"
            ),
        )
    },
    owed(TaskKind::HandOver, "issue", owed!("obligations.code = 19")),
    issue(
        TaskKind::Close,
        issues!(
            "(issue_board.state = 'answered' or issue_board.state = 'withdrawn' or issue_board.state = 'referred') \
             and issue_board.state = 'answered' and issue_board.satisfaction in ('satisfied', 'basically_satisfied') \
             and not issue_board.reopening_pending"
        ),
    ),
    major(TaskKind::Triage, "major_issue_board.state = 'submitted'"),
    major(TaskKind::Deliberate, "major_issue_board.state = 'triaged'"),
    major(TaskKind::Assign, "major_issue_board.state = 'deliberated'"),
    major(TaskKind::AcceptDispatch, "major_issue_board.state = 'assigned' and not major_issue_board.refusal_pending"),
    major(TaskKind::DecideRefusal, "major_issue_board.refusal_pending"),
    Source {
        due: "major_issue_board.due_on",
        lateness: "case when major_issue_board.due_on < {today} then 2 when major_issue_board.due_on is not null then 0 end",
        ..major(TaskKind::ReportOutcome, "major_issue_board.state in ('handling', 'returned_for_rework')")
    },
    major(TaskKind::Verify, "major_issue_board.state = 'reported_back'"),
    major(TaskKind::Conclude, "major_issue_board.state = 'verified'"),
    Source {
        since: "issue_board.raised_on",
        within: &INPUT_OF,
        ..issue(TaskKind::GiveInput, issues!("issue_board.is_open and issue_board.awaited_office_ids is not null"))
    },
];

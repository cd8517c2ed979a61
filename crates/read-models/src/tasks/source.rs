//! Where each kind of task is read: of which rows, under which condition, and whose they are. A row becomes a task by what the
//! boards say of it; no rule is written twice.

use super::whose::{
    EXPLAINED_OF, EXTENSIONS_OF, INPUT_OF, ISSUES_OF, LEAVES_OF, LED_BY, MAJOR_OF, NAMED_OF, OF_TOWN, OWED_OF,
    SESSIONS_OF, UNDERTAKINGS_OF,
};
use crate::engine::within::Conditions;
use domain::vocabulary::TaskKind;

/// How tasks of a kind are read from the rows of a model. `{today}` and `{ahead}` stand for days.
pub(super) struct Source {
    pub kind: TaskKind,
    /// The family of what it is about.
    pub family: &'static str,
    /// The rows.
    pub from: &'static str,
    /// What makes one a task.
    pub condition: &'static str,
    /// What tells the task from others of its kind and day.
    pub id: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// What else the command names.
    pub beside: &'static str,
    /// The number, or the year, of what it is about.
    pub number: &'static str,
    /// The grid.
    pub grid: &'static str,
    /// By when; null where nothing says so.
    pub due: &'static str,
    /// The day by which it is ordered where it has none.
    pub since: &'static str,
    /// 0 to 3, as lateness goes; null where nothing is due.
    pub lateness: &'static str,
    /// The obligation.
    pub obligation: &'static str,
    /// Whose it is, as the scope of its action has it.
    pub within: &'static Conditions,
    /// Which delegate's own it is, of whom nobody decides about themselves.
    pub own: &'static str,
    /// Which office leads it, so that nobody of it decides.
    pub leads: &'static str,
    /// What ends the question, where its rows are counted together.
    pub ending: &'static str,
}

const ISSUE: Source = Source {
    kind: TaskKind::Answer,
    family: "issue",
    from: "issue_board_rows as issue_board",
    condition: "",
    id: "issue_board.issue_id",
    about: "issue_board.issue_id",
    beside: "null",
    number: "issue_board.number",
    grid: "issue_board.grid_id",
    due: "null",
    since: "coalesce(issue_board.judged_on, issue_board.raised_on)",
    lateness: "null",
    obligation: "null",
    within: &ISSUES_OF,
    own: "issue_board.responsible_delegate_id",
    leads: "null",
    ending: "",
};
const MAJOR: Source = Source {
    kind: TaskKind::Triage,
    family: "major_issue",
    from: "major_issue_board_rows as major_issue_board",
    condition: "",
    id: "major_issue_board.major_issue_id",
    about: "major_issue_board.major_issue_id",
    beside: "null",
    number: "major_issue_board.number",
    grid: "major_issue_board.grid_id",
    due: "null",
    since: "major_issue_board.submitted_on",
    lateness: "null",
    obligation: "null",
    within: &MAJOR_OF,
    own: "null",
    leads: "major_issue_board.lead_office_id",
    ending: "",
};
const OWED: Source = Source {
    kind: TaskKind::FileRecord,
    family: "session",
    from: "obligation_rows as obligations",
    condition: "",
    id: "obligations.obligation_id",
    about: "obligations.subject_id",
    beside: "null",
    number: "null",
    grid: "obligations.grid_id",
    due: "obligations.due_on",
    since: "obligations.due_on",
    lateness: "case when obligations.due_on < {today} then 2 else 0 end",
    obligation: "obligations.obligation_id",
    within: &OWED_OF,
    own: "obligations.owed_by_id",
    leads: "null",
    ending: "",
};

/// An issue's answer has the lateness of the board: of one that is suspended, as on the day of its suspension.
const LATENESS: &str = "case when issue_board.long_overdue_from <= coalesce(issue_board.judged_on, {today}) then 3 \
                        when issue_board.overdue_from <= coalesce(issue_board.judged_on, {today}) then 2 \
                        when issue_board.due_soon_from <= coalesce(issue_board.judged_on, {today}) then 1 else 0 end";
/// Of the two rows of an issue whose clock stands still, the one that is so today.
macro_rules! issues {
    ($condition:literal) => {
        concat!(
            $condition,
            " and coalesce(issue_board.shown_from, 0) <= {today} and coalesce(issue_board.shown_until, 3652059) >= {today}"
        )
    };
}
/// Owed today and not done; of what comes by the calendar, that which is due soon enough to be anybody's work.
macro_rules! owed {
    ($condition:literal) => {
        concat!(
            "(obligations.late or obligations.missing_from is not null) and (obligations.kept_from is null or obligations.kept_from > {today}) \
             and not obligations.excused and obligations.explanation <> 'accepted' and obligations.opens_on <= {today} \
             and obligations.due_on <= {ahead} and ",
            $condition
        )
    };
}
/// The same, while its day is not over.
macro_rules! still {
    ($condition:literal) => {
        concat!(owed!($condition), " and obligations.due_on >= {today}")
    };
}

const fn issue(kind: TaskKind, condition: &'static str) -> Source {
    Source { kind, condition, ..ISSUE }
}

const fn major(kind: TaskKind, condition: &'static str) -> Source {
    Source { kind, condition, ..MAJOR }
}

const fn owed(kind: TaskKind, family: &'static str, condition: &'static str) -> Source {
    Source { kind, family, condition, ..OWED }
}

/// All of them.
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
    Source {
        due: "issue_board.answer_due_on",
        lateness: LATENESS,
        within: &EXTENSIONS_OF,
        ..issue(
            TaskKind::DecideExtension,
            issues!(
                "(issue_board.extension_pending or issue_board.reopening_pending or issue_board.correction_pending) \
                 and +issue_board.extension_pending and +issue_board.is_open"
            ),
        )
    },
    issue(
        TaskKind::DecideReopening,
        issues!(
            "(issue_board.extension_pending or issue_board.reopening_pending or issue_board.correction_pending) \
             and +issue_board.reopening_pending"
        ),
    ),
    issue(
        TaskKind::DecideCorrection,
        issues!(
            "(issue_board.extension_pending or issue_board.reopening_pending or issue_board.correction_pending) \
             and +issue_board.correction_pending"
        ),
    ),
    Source {
        kind: TaskKind::DecideCorrection,
        family: "session",
        from: "session_list_rows as session_list",
        condition: "session_list.correction_pending",
        id: "session_list.session_id",
        about: "session_list.session_id",
        grid: "session_list.grid_id",
        due: "null",
        since: "session_list.held_on",
        lateness: "null",
        obligation: "null",
        within: &SESSIONS_OF,
        own: "null",
        ..OWED
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
    owed(
        TaskKind::CheckIn,
        "session",
        still!(
            "obligations.code = 3 and exists (select 1 from session_list_rows as session where session.session_id = \
             obligations.subject_id and session.state = 'open')"
        ),
    ),
    owed(
        TaskKind::OpenSession,
        "session",
        still!(
            "obligations.code = 1 and obligations.due_on = {today} and exists (select 1 from session_list_rows as session \
             where session.session_id = obligations.subject_id and session.state = 'planned')"
        ),
    ),
    owed(TaskKind::FileRecord, "session", owed!("obligations.code = 4")),
    owed(
        TaskKind::PostNotice,
        "session",
        owed!(
            "obligations.code = 5 and exists (select 1 from session_list_rows as session where session.session_id = \
             obligations.subject_id and session.state = 'planned' and session.held_on >= {today})"
        ),
    ),
    Source {
        kind: TaskKind::AssignRota,
        family: "session",
        from: "session_list_rows as session_list",
        condition: "session_list.state = 'planned' and session_list.held_on between {today} and {ahead} \
                    and (session_list.party_duties = 0 or session_list.deputy_duties = 0)",
        id: "session_list.session_id",
        about: "session_list.session_id",
        grid: "session_list.grid_id",
        due: "session_list.held_on",
        since: "session_list.held_on",
        lateness: "0",
        obligation: "null",
        within: &SESSIONS_OF,
        own: "null",
        ..OWED
    },
    Source {
        kind: TaskKind::DecideLeave,
        family: "leave",
        from: "leave_list_rows as leave_list",
        condition: "leave_list.state = 'requested'",
        id: "leave_list.leave_id",
        about: "leave_list.leave_id",
        beside: "leave_list.delegate_id",
        grid: "null",
        due: "null",
        since: "leave_list.requested_on",
        lateness: "null",
        obligation: "null",
        within: &LEAVES_OF,
        own: "leave_list.delegate_id",
        ..OWED
    },
    owed(
        TaskKind::ScheduleAppointment,
        "appointment",
        owed!(
            "obligations.code = 9 and obligations.part = 'contact' and exists (select 1 from undertaking_list_rows as asked \
             where asked.place = obligations.place and asked.state = 'requested')"
        ),
    ),
    owed(TaskKind::TableMajorIssue, "major_issue", still!("obligations.code = 12")),
    owed(TaskKind::Submit, "activity", owed!("obligations.code = 10 and obligations.part = 'reports'")),
    owed(TaskKind::Submit, "study", owed!("obligations.code in (14, 15)")),
    Source {
        kind: TaskKind::Acknowledge,
        family: "study",
        from: "undertaking_list_rows as undertaking_list",
        condition: "undertaking_list.family = 'study' and undertaking_list.state = 'filed'",
        id: "undertaking_list.thing_id",
        about: "undertaking_list.thing_id",
        grid: "null",
        due: "null",
        since: "undertaking_list.on_day",
        lateness: "null",
        obligation: "null",
        within: &UNDERTAKINGS_OF,
        own: "null",
        ..OWED
    },
    // Found by the clock, and nothing was said of it yet: the explanation itself has no day.
    Source {
        about: "obligations.obligation_id",
        due: "null",
        lateness: "null",
        within: &EXPLAINED_OF,
        ..owed(
            TaskKind::Explain,
            "obligation",
            owed!(
                "obligations.missing_from <= {today} and obligations.explanation = 'none' and obligations.what <> '[]'"
            ),
        )
    },
    Source {
        about: "obligations.obligation_id",
        due: "null",
        lateness: "null",
        ..owed(
            TaskKind::DecideExplanation,
            "obligation",
            "(obligations.late or obligations.missing_from is not null) and obligations.explanation = 'pending'",
        )
    },
    Source {
        id: "x'00000000000000000000000000000000'",
        about: "null",
        number: "substr(date(min(issue_board.answer_due_on) + 1721424.5), 1, 4)",
        grid: "null",
        since: "min(issue_board.raised_on)",
        within: &OF_TOWN,
        family: "calendar",
        ending: " having count(*) > 0",
        ..issue(TaskKind::AdoptCalendar, issues!("issue_board.is_open and issue_board.provisional"))
    },
];

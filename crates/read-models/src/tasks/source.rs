//! How a kind of task is read: of which rows, under which condition, and whose they are. A row becomes a task by what the boards
//! say of it; no rule is written twice. The kinds are in `sources/`.

use super::whose::{ISSUES_OF, MAJOR_OF, OWED_OF, Own, UNDERTAKINGS_OF};
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
    /// The number of its code.
    pub code: &'static str,
    /// Whose it is, as the scope of its action has it.
    pub within: &'static Conditions,
    /// Which delegate's own it is, of whom nobody decides about themselves (S1, S3).
    pub own: Own,
    /// Which office leads it, so that nobody of it decides (S5).
    pub leads: &'static str,
    /// The account that asked for it, so that another decides (S2).
    pub asked_by: &'static str,
    /// What ends the question, where its rows are counted together.
    pub ending: &'static str,
}

pub(super) const ISSUE: Source = Source {
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
    code: "null",
    within: &ISSUES_OF,
    own: Own::Of("issue_board.responsible_delegate_id"),
    leads: "null",
    asked_by: "null",
    ending: "",
};
pub(super) const MAJOR: Source = Source {
    kind: TaskKind::Triage,
    family: "major_issue",
    from: "major_issue_board_rows as major_issue_board",
    id: "major_issue_board.major_issue_id",
    about: "major_issue_board.major_issue_id",
    number: "major_issue_board.number",
    grid: "major_issue_board.grid_id",
    since: "major_issue_board.submitted_on",
    within: &MAJOR_OF,
    own: Own::Nobodys,
    leads: "major_issue_board.lead_office_id",
    ..ISSUE
};
pub(super) const OWED: Source = Source {
    kind: TaskKind::FileRecord,
    family: "session",
    from: "obligation_rows as obligations",
    id: "obligations.obligation_id",
    about: "obligations.subject_id",
    number: "null",
    grid: "obligations.grid_id",
    due: "obligations.due_on",
    since: "obligations.due_on",
    lateness: "case when obligations.due_on < {today} then 2 else 0 end",
    obligation: "obligations.obligation_id",
    code: "obligations.code",
    within: &OWED_OF,
    own: Own::Of("obligations.owed_by_id"),
    ..ISSUE
};
pub(super) const UNDERTAKING: Source = Source {
    kind: TaskKind::Acknowledge,
    family: "study",
    from: "undertaking_list_rows as undertaking_list",
    id: "undertaking_list.thing_id",
    about: "undertaking_list.thing_id",
    number: "null",
    grid: "null",
    since: "undertaking_list.on_day",
    within: &UNDERTAKINGS_OF,
    own: Own::Nobodys,
    ..ISSUE
};
/// What waits for somebody's word, alone or joined with the board that says whose it is.
pub(super) const WAITING: Source = Source {
    from: "waiting_rows as waiting",
    id: "waiting.waiting_id",
    about: "waiting.thing_id",
    beside: "waiting.part_id",
    number: "cast(waiting.year as text)",
    since: "waiting.since_on",
    asked_by: "waiting.asked_by",
    ..UNDERTAKING
};

/// An issue's answer has the lateness of the board: of one that is suspended, as on the day of its suspension.
pub(super) const LATENESS: &str = "case when issue_board.long_overdue_from <= coalesce(issue_board.judged_on, {today}) then 3 \
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

/// Something of a family waits.
macro_rules! waits {
    ($what:literal, $family:literal) => {
        concat!("waiting.what = '", $what, "' and waiting.family = '", $family, "'")
    };
}

pub(super) const fn issue(kind: TaskKind, condition: &'static str) -> Source {
    Source { kind, condition, ..ISSUE }
}

pub(super) const fn major(kind: TaskKind, condition: &'static str) -> Source {
    Source { kind, condition, ..MAJOR }
}

pub(super) const fn owed(kind: TaskKind, family: &'static str, condition: &'static str) -> Source {
    Source { kind, family, condition, ..OWED }
}

pub(super) const fn undertaking(kind: TaskKind, family: &'static str, condition: &'static str) -> Source {
    Source { kind, family, condition, ..UNDERTAKING }
}

pub(super) const fn waiting(kind: TaskKind, family: &'static str, condition: &'static str) -> Source {
    Source { kind, family, condition, ..WAITING }
}

//! What somebody asked for and another decides on, and what an appraisal waits for.

use crate::tasks::source::{LATENESS, Source, WAITING, issue, owed, waiting};
use crate::tasks::whose::{
    APPRAISED_OF, EXPLAINED_OF, EXTENSIONS_OF, MEETINGS_OF, OF_TOWN, Own, RECEPTIONS_OF, SESSIONS_OF, WAITING_OF,
};
use domain::vocabulary::TaskKind;

/// On what was asked of an issue.
const fn asked_of_issue(kind: TaskKind, condition: &'static str) -> Source {
    Source {
        from: "waiting_rows as waiting cross join issue_board_rows as issue_board on issue_board.issue_id = waiting.thing_id",
        id: WAITING.id,
        since: WAITING.since,
        asked_by: WAITING.asked_by,
        ..issue(kind, condition)
    }
}

/// On a correction of an undertaking: of whoever had a part in it, nobody decides.
const fn correction(family: &'static str, condition: &'static str) -> Source {
    Source {
        within: &WAITING_OF,
        own: Own::Among(
            "undertaking_list_of_rows as own where own.family = waiting.family and own.thing_id = waiting.thing_id \
             and own.who_id in",
        ),
        ..waiting(TaskKind::DecideCorrection, family, condition)
    }
}

pub(super) static SOURCES: &[Source] = &[
    Source {
        due: "issue_board.answer_due_on",
        lateness: LATENESS,
        within: &EXTENSIONS_OF,
        ..asked_of_issue(
            TaskKind::DecideExtension,
            issues!(
                "waiting.what = 'extension' and waiting.family = 'issue' and +issue_board.extension_pending and +issue_board.is_open"
            ),
        )
    },
    asked_of_issue(
        TaskKind::DecideReopening,
        issues!("waiting.what = 'reopening' and waiting.family = 'issue' and +issue_board.reopening_pending"),
    ),
    asked_of_issue(
        TaskKind::DecideCorrection,
        issues!("waiting.what = 'correction' and waiting.family = 'issue' and +issue_board.correction_pending"),
    ),
    Source {
        from: "waiting_rows as waiting cross join session_list_rows as session_list \
               on session_list.session_id = waiting.thing_id",
        grid: "session_list.grid_id",
        within: &SESSIONS_OF,
        own: Own::Among(
            "session_list_delegate_rows as own where own.session_id = waiting.thing_id and own.delegate_id in",
        ),
        ..waiting(TaskKind::DecideCorrection, "session", waits!("correction", "session"))
    },
    Source {
        from: "waiting_rows as waiting cross join reception_list_rows as reception_list \
               on reception_list.reception_id = waiting.thing_id",
        grid: "reception_list.grid_id",
        within: &RECEPTIONS_OF,
        ..waiting(TaskKind::DecideCorrection, "reception", waits!("correction", "reception"))
    },
    correction("activity", waits!("correction", "activity")),
    // A meeting is of its grid, and so of both lines, whoever was there.
    Source { within: &MEETINGS_OF, own: Own::Nobodys, ..correction("meeting", waits!("correction", "meeting")) },
    correction("study", waits!("correction", "study")),
    correction("deed", waits!("correction", "deed")),
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
        from: "waiting_rows as waiting cross join obligation_rows as obligations \
               on obligations.obligation_id = waiting.thing_id",
        about: "obligations.obligation_id",
        due: "null",
        since: WAITING.since,
        lateness: "null",
        asked_by: WAITING.asked_by,
        ..owed(
            TaskKind::DecideExplanation,
            "obligation",
            "waiting.what = 'explanation' and (obligations.late or obligations.missing_from is not null) \
             and obligations.explanation = 'pending'",
        )
    },
    Source { within: &APPRAISED_OF, ..waiting(TaskKind::DecideDispute, "delegate", "waiting.what = 'dispute'") },
    // By the day of the ledger, where there is one.
    Source {
        from: "waiting_rows as waiting left join obligation_rows as obligations on obligations.owed_by_id = waiting.thing_id \
               and +obligations.code = 20 and obligations.period = cast(waiting.year as text)",
        id: WAITING.id,
        about: WAITING.about,
        number: WAITING.number,
        since: "max(waiting.since_on, {disputes_over})",
        lateness: "case when obligations.due_on < {today} then 2 when obligations.due_on is not null then 0 end",
        within: &APPRAISED_OF,
        own: Own::Of("waiting.thing_id"),
        ..owed(TaskKind::SetResult, "delegate", "waiting.what = 'result' and {disputes_over} <= {today}")
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

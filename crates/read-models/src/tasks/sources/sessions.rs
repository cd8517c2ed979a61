//! What sessions and leaves wait for, but for decisions on corrections.

use crate::tasks::source::{OWED, Source, owed};
use crate::tasks::whose::{LEAVES_OF, Own, SESSIONS_OF};
use domain::vocabulary::TaskKind;

pub(super) static SOURCES: &[Source] = &[
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
        code: "null",
        within: &SESSIONS_OF,
        own: Own::Nobodys,
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
        code: "null",
        within: &LEAVES_OF,
        own: Own::Of("leave_list.delegate_id"),
        ..OWED
    },
];

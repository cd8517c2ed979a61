//! What undertakings wait for, but for decisions on corrections of them.

use crate::tasks::source::{Source, UNDERTAKING, WAITING, owed, undertaking, waiting};
use crate::tasks::whose::{CASES_OF, WAITING_OF};
use crate::undertaking_list::ANNOTATION_DUE;
use domain::vocabulary::TaskKind;

/// A typical case in a state.
macro_rules! in_state {
    ($state:literal) => {
        concat!("undertaking_list.family = 'typical_case' and undertaking_list.state = '", $state, "'")
    };
}

const fn case(kind: TaskKind, condition: &'static str) -> Source {
    Source { within: &CASES_OF, ..undertaking(kind, "typical_case", condition) }
}

pub(super) static SOURCES: &[Source] = &[
    owed(
        TaskKind::ScheduleAppointment,
        "appointment",
        owed!(
            "obligations.code = 9 and obligations.part = 'contact' and exists (select 1 from undertaking_list_rows as asked \
             where asked.place = obligations.place and asked.state = 'requested')"
        ),
    ),
    owed(
        TaskKind::KeepAppointment,
        "appointment",
        owed!(
            "obligations.code = 9 and obligations.part = 'kept' and exists (select 1 from undertaking_list_rows as agreed \
             where agreed.place = obligations.place and agreed.state = 'scheduled')"
        ),
    ),
    // While a regular one is called for its quarter, it is that one which has to be held.
    owed(
        TaskKind::ConveneMeeting,
        "area",
        owed!(
            "obligations.code = 11 and not exists (select 1 from undertaking_list_of_rows as of_grid, undertaking_list_rows \
             as called where of_grid.who_id = obligations.grid_id and of_grid.family = 'meeting' and called.place = of_grid.place \
             and called.kind = 'regular' and called.state = 'convened' \
             and called.on_day between obligations.opens_on and obligations.due_on)"
        ),
    ),
    undertaking(
        TaskKind::CloseMeeting,
        "meeting",
        "undertaking_list.family = 'meeting' and undertaking_list.state = 'convened' and undertaking_list.on_day <= {today}",
    ),
    owed(TaskKind::TableMajorIssue, "major_issue", still!("obligations.code = 12")),
    owed(
        TaskKind::HoldActivity,
        "area",
        owed!("(obligations.code = 13 or obligations.code = 10 and obligations.part = 'held')"),
    ),
    owed(TaskKind::AttachEvidence, "activity", owed!("obligations.code = 10 and obligations.part = 'evidence'")),
    owed(TaskKind::Submit, "activity", owed!("obligations.code = 10 and obligations.part = 'reports'")),
    owed(TaskKind::Submit, "study", owed!("obligations.code in (14, 15)")),
    case(TaskKind::Submit, in_state!("deidentified")),
    Source { within: &WAITING_OF, ..waiting(TaskKind::Acknowledge, "activity", waits!("acknowledgement", "activity")) },
    Source { condition: "undertaking_list.family = 'study' and undertaking_list.state = 'filed'", ..UNDERTAKING },
    Source {
        due: "waiting.due_on",
        lateness: "case when waiting.due_on < {today} then 2 when waiting.due_on is not null then 0 end",
        within: &WAITING_OF,
        condition: waits!("improvement", "activity"),
        kind: TaskKind::CompleteImprovement,
        family: "activity",
        ..WAITING
    },
    owed(
        TaskKind::CompleteDeed,
        "deed",
        owed!(
            "obligations.code = 16 and exists (select 1 from undertaking_list_rows as pledged \
             where pledged.place = obligations.place and pledged.state = 'pledged')"
        ),
    ),
    case(TaskKind::DeidentifyCase, in_state!("nominated")),
    case(TaskKind::SelectCase, in_state!("submitted")),
    case(TaskKind::PublishCase, in_state!("selected")),
    Source {
        from: "(select * from undertaking_list_rows where family = 'typical_case') as undertaking_list",
        ..case(TaskKind::AnnotateCase, ANNOTATION_DUE)
    },
];

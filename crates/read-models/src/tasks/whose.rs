//! Whose a task is: the scope of its command as conditions of the rows that know of it.

use crate::engine::within::{Conditions, Of};
use crate::{issue_board, major_issue_board, obligations, reception_list};

/// Which delegate's own a row is, of whom nobody decides about themselves.
pub(super) enum Own {
    /// Nobody's.
    Nobodys,
    /// Theirs whom a column names.
    Of(&'static str),
    /// Of several: rows of a table under a condition that ends where the ids of delegates follow.
    Among(&'static str),
}

/// An issue is its responsible delegate's now; whoever recorded it or had it before commands nothing.
pub(super) const ISSUES_OF: Conditions =
    Conditions { delegates: &["+responsible_delegate_id in"], accounts: None, offices: &[], ..issue_board::WITHIN };
/// A grid decides on nothing that has come to the town's level (T7, T11).
pub(super) const EXTENSIONS_OF: Conditions = Conditions {
    grids: "not exists (select 1 from major_issue_board_rows as major where major.major_issue_id = \
            issue_board.major_issue_id and major.level in ('L3', 'L4')) and issue_board.grid_id in",
    ..ISSUES_OF
};
pub(super) const INPUT_OF: Conditions = Conditions {
    offices: &["exists (select 1 from json_each(issue_board.awaited_office_ids) as awaited \
                where unhex(replace(awaited.value, '-', '')) in"],
    ..ISSUES_OF
};
pub(super) const LED_BY: Conditions = Conditions {
    offices: &["exists (select 1 from major_issue_board_rows as major where major.major_issue_id = \
                issue_board.major_issue_id and major.lead_office_id in"],
    ..ISSUES_OF
};
pub(super) const MAJOR_OF: Conditions = Conditions {
    grids: "+major_issue_board.level in ('L1', 'L2') and major_issue_board.grid_id in",
    delegates: &[],
    accounts: None,
    offices: &["+major_issue_board.lead_office_id in"],
    ..major_issue_board::WITHIN
};
/// An obligation of a session, or of a grid as a whole: of both lines.
pub(super) const OWED_OF: Conditions = obligations::WITHIN;
/// What a grid owes its convener and liaison explain, what a delegate owes the delegate; an office explains neither for them.
pub(super) const EXPLAINED_OF: Conditions =
    Conditions { grids: "owed_by_family = 'area' and +grid_id in", line: Of::Row("1 = 0"), ..obligations::WITHIN };
pub(super) const SESSIONS_OF: Conditions =
    Conditions { grids: "+session_list.grid_id in", delegates: &[], accounts: None, line: Of::All, offices: &[] };
pub(super) const LEAVES_OF: Conditions = Conditions {
    grids: "1 = 0 and x'' in",
    delegates: &["+leave_list.delegate_id in"],
    accounts: None,
    line: Of::Delegates("+leave_list.delegate_id in"),
    offices: &[],
};
pub(super) const UNDERTAKINGS_OF: Conditions =
    Conditions { grids: WHOSE, delegates: &[WHOSE], accounts: None, line: Of::Delegates(WHOSE), offices: &[] };
const WHOSE: &str = "exists (select 1 from undertaking_list_of_rows as mine where mine.place = undertaking_list.place \
                     and mine.family = undertaking_list.family and mine.thing_id = undertaking_list.thing_id \
                     and mine.who_id in";
/// A typical case belongs to its grid, and so to both lines.
pub(super) const CASES_OF: Conditions = Conditions { line: Of::All, ..UNDERTAKINGS_OF };
/// The same of undertakings that wait for something.
pub(super) const WAITING_OF: Conditions =
    Conditions { grids: WAITS_WHOSE, delegates: &[WAITS_WHOSE], line: Of::Delegates(WAITS_WHOSE), ..UNDERTAKINGS_OF };
/// The same of meetings.
pub(super) const MEETINGS_OF: Conditions = Conditions { line: Of::All, ..WAITING_OF };
const WAITS_WHOSE: &str = "exists (select 1 from undertaking_list_of_rows as mine where mine.family = waiting.family \
                           and mine.thing_id = waiting.thing_id and mine.who_id in";
/// Who sat in a reception commands nothing of its record.
pub(super) const RECEPTIONS_OF: Conditions = Conditions { delegates: &[], accounts: None, ..reception_list::WITHIN };
/// The appraisal of a delegate is decided on by the offices, each of its line.
pub(super) const APPRAISED_OF: Conditions = Conditions { line: Of::Delegates("waiting.thing_id in"), ..OF_TOWN };
pub(super) const NAMED_OF: Conditions = Conditions {
    grids: "1 = 0 and x'' in",
    delegates: &["answers.delegate_id in"],
    accounts: None,
    line: Of::Row("1 = 0"),
    offices: &[],
};
/// What is of the town as a whole.
pub(super) const OF_TOWN: Conditions =
    Conditions { grids: "1 = 0 and x'' in", delegates: &[], accounts: None, line: Of::Row("1 = 0"), offices: &[] };

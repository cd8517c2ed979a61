//! The tables of the model.

use super::row::COLUMNS;
use crate::engine::table::Table;

/// Sessions.
pub(super) const SESSIONS: Table = Table {
    name: "session_list_rows",
    columns: COLUMNS,
    key_columns: 1,
    steady: &["session_id"],
    ids: &["session_id", "grid_id"],
    days: &["ordinary_on", "held_on", "settles_on"],
};
/// Who has or had a duty in which of them, or came.
pub(super) const DUTIES: Table = Table {
    name: "session_list_delegate_rows",
    columns: &["delegate_id", "held_on", "session_id", "place"],
    key_columns: 3,
    steady: &[],
    ids: &["delegate_id", "session_id"],
    days: &["held_on"],
};

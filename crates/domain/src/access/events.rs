//! The facts of stream `access`, as stored (FORMAT §7).

use crate::event_type::events;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in stream `access`.
    AccessEvent {
        /// From here on it is asked who may do what.
        TableAdopted(TableAdopted) = "access.table_adopted"/1, "",
            "采用权限表；自此起按表核对每次操作的权限。", "An access table was adopted; from here on every call is held against it.";
    }
}

/// `access.table_adopted/1`: the table that holds from this leaf on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableAdopted {
    /// Its name.
    pub name: String,
    /// SHA-256 of the canonical JSON of the array of lines, in hex; its first 16 digits are the `access` of every leaf.
    pub sha256: String,
    /// One line an action: `<action> <10 cells> <approvers joined by +, or ->`.
    pub table: Vec<String>,
}

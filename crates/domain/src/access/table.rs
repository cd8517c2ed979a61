//! The access table as the log holds it: what `access.table_adopted` says, and the hash that every leaf carries once it is
//! adopted.

use crate::access::action::Action;
use sha2::{Digest as _, Sha256};
use std::sync::OnceLock;

/// The name of the table that is compiled in. Only tables shipped with the program can be adopted.
pub const TABLE_NAME: &str = "huiyin/1";

/// A table: one line an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// `<action> <10 cells> <approvers joined by +, or ->`, in the order of the names.
    pub lines: Vec<String>,
    /// SHA-256 of the canonical JSON of the array of lines.
    pub sha256: [u8; 32],
}

impl Table {
    /// The table that is compiled in.
    pub fn compiled() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            let lines: Vec<_> = Action::ALL.iter().map(|action| line(*action)).collect();
            let sha256 = hash(&lines);
            Self { name: TABLE_NAME, lines, sha256 }
        })
    }

    /// What a leaf's `access` says under it: the first 8 bytes of the hash, in hex.
    pub fn mark(&self) -> String {
        mark(&self.sha256)
    }

    /// The hash in hex.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }
}

/// The first 8 bytes of a table's hash, in hex.
pub fn mark(sha256: &[u8; 32]) -> String {
    hex(&sha256[..8])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line(action: Action) -> String {
    let row = action.row();
    let cells: Vec<_> = row.cells.iter().map(|cell| cell.as_str()).collect();
    format!("{} {} {}", row.name, cells.join(" "), row.approved_by)
}

/// The canonical JSON of an array of plain texts is the one that is written without white space: they hold nothing that is
/// escaped.
fn hash(lines: &[String]) -> [u8; 32] {
    let mut sha256 = Sha256::new();
    sha256.update(b"[");
    for (n, line) in lines.iter().enumerate() {
        sha256.update(if n == 0 { "\"" } else { ",\"" });
        sha256.update(line);
        sha256.update(b"\"");
    }
    sha256.update(b"]");
    sha256.finalize().into()
}

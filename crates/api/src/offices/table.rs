//! Offices as a table for a spreadsheet.

use crate::http::cells::{SEPARATOR, id};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use domain::office::Office;

/// Offices.
pub(super) const TABLE: Table = Table {
    name: "offices",
    columns: &[
        ("办公室编号", "id"),
        ("名称", "name"),
        ("原来的名称", "former_names"),
        ("类别", "kind"),
        ("版本", "version"),
    ],
};

/// One of them.
pub(super) fn row(office: &Office) -> Vec<Cell> {
    vec![
        id(office.id.0),
        office.name.as_str().into(),
        office.former_names.join(SEPARATOR).into(),
        office.kind.as_str().into(),
        office.version.into(),
    ]
}

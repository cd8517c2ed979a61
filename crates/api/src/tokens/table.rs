//! Tokens as a table for a spreadsheet; a secret is not part of them.

use crate::http::cells::{SEPARATOR, id, shown_instant};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::state::Snapshot;
use crate::tokens::view::TokenView;

/// Tokens.
pub(super) const TABLE: Table = Table {
    name: "tokens",
    columns: &[
        ("令牌编号", "id"),
        ("账户编号", "account_id"),
        ("账户", "name"),
        ("角色", "roles"),
        ("签发时间", "issued_at"),
        ("到期时间", "expires_at"),
        ("吊销时间", "revoked_at"),
    ],
};

/// One of them.
pub(super) fn row(view: &TokenView, snapshot: &Snapshot) -> Vec<Cell> {
    vec![
        id(view.id),
        id(view.account_id),
        view.name.as_str().into(),
        view.roles.join(SEPARATOR).into(),
        shown_instant(view.issued_at.as_str(), snapshot),
        shown_instant(view.expires_at.as_deref(), snapshot),
        shown_instant(view.revoked_at.as_deref(), snapshot),
    ]
}

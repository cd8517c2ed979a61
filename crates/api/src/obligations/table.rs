//! Obligations as a table for a spreadsheet.

use crate::http::cells::{SEPARATOR, day, id, name};
use crate::http::csv::Cell;
use crate::http::tables::Table;
use crate::state::Snapshot;
use domain::clock::OwingFamily;
use domain::language::Language;
use domain::vocabulary::{Breach, Tier};
use read_models::ObligationRow;

/// Obligations.
pub(super) const TABLE: Table = Table {
    name: "obligations",
    columns: &[
        ("义务标识", "id"),
        ("代码", "code"),
        ("义务", "obligation"),
        ("部分", "part"),
        ("条款", "clause"),
        ("所涉类别", "about_family"),
        ("所涉标识", "about_id"),
        ("周期", "period"),
        ("网格编号", "grid_id"),
        ("网格", "grid"),
        ("义务人类别", "owed_by_family"),
        ("义务人编号", "owed_by_id"),
        ("义务人", "owed_by"),
        ("起算日期", "opens_on"),
        ("期限", "due_on"),
        ("暂定", "provisional"),
        ("状态", "status"),
        ("提醒级别", "tier"),
        ("认定", "what"),
        ("说明", "explanation"),
    ],
};

/// One of them; what it is called is in one language.
pub(super) fn row(
    ObligationRow { subject, entry, .. }: &ObligationRow,
    snapshot: &Snapshot,
    language: Language,
) -> Vec<Cell> {
    let owed_by = &entry.owed_by;
    let code = entry.key.code;
    vec![
        id(entry.id.0),
        code.as_str().into(),
        language.pick(code.zh(), code.en()).into(),
        entry.key.part.map(|part| part.to_string()).into(),
        code.clause().into(),
        subject.family().into(),
        id(subject.id()),
        entry.key.period.as_deref().into(),
        id(entry.grid_id.0),
        name(snapshot, entry.grid_id.0),
        family(owed_by.family).into(),
        id(owed_by.id),
        owed_by.name.as_deref().map_or_else(|| name(snapshot, owed_by.id), Into::into),
        day(entry.opens_on),
        day(entry.due_on),
        entry.provisional.into(),
        entry.status_on(snapshot.today).as_str().into(),
        entry.tier.map(Tier::as_str).into(),
        entry.what.iter().copied().map(Breach::as_str).collect::<Vec<_>>().join(SEPARATOR).into(),
        entry.explanation.as_str().into(),
    ]
}

const fn family(family: OwingFamily) -> &'static str {
    match family {
        OwingFamily::Delegate => "delegate",
        OwingFamily::Area => "area",
    }
}

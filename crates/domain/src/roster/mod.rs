//! Roster imports (Annex 1, 安排表): what a file said and what it changed (C-A1).
//!
//! [`parse`] reads a file into rows and warnings; [`plan()`] compares the rows with what is known and answers with
//! the differences as events. Nothing is ever removed: who is absent from a roster is only counted and named.

mod encoding;
mod events;
mod looks;
mod outcome;
mod parse;
mod places;
mod plan;
mod table;
#[cfg(test)]
mod tests;

pub use encoding::Encoding;
pub use events::{AreaCounts, Counts, DelegateCounts, Imported, RosterEvent};
pub use outcome::{MAX_EVENTS, Named, Plan, RowCounts};
pub use parse::{MAX_BYTES, Parsed, Row, parse};
pub use plan::plan;

use crate::Stamp;
use crate::ids::RosterImportId;
use crate::language::Text;
use crate::vocabulary::DelegateType;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One remark about one row. The row is not necessarily refused; [`WarningCode`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Line of the file, as an editor counts: the header is line 1.
    pub row: u64,
    /// What kind of remark.
    pub code: WarningCode,
    /// The remark in both languages.
    pub detail: Text,
}

/// Kinds of remark about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningCode {
    /// Spaces were taken out of the name. The row counts.
    NamePaddingRemoved,
    /// A note beside the name, such as 女, was left away. The row counts.
    NoteRemoved,
    /// Somebody of the same name is a delegate of the other type; taken for another person. The row counts.
    SameNameOtherType,
    /// The name is an earlier one of somebody, who is meant. The row counts.
    FormerName,
    /// The name stands in the file more than once, or two names of one person do; none of those rows counts, their areas
    /// do.
    DuplicateName,
    /// A value of the row does not fit and the row is passed over.
    MalformedRow,
    /// What stands for the name is none, or more than a name: a number, the words for "nobody yet" or for a sum, a title
    /// or a telephone number behind a name; the row's area counts.
    NotAName,
    /// Several names stand in one cell; none of them counts, the row's area does.
    SeveralNames,
    /// Several delegates have this name, and only `delegate_id` can tell which is meant; the row's area counts.
    AmbiguousName,
    /// The name looks like another one and is written with other characters. The row counts.
    LooksAlike,
    /// The `delegate_id` is nobody's, or no id; the person is passed over.
    UnknownDelegateId,
    /// The `delegate_id` belongs to somebody of another name; the person is passed over.
    NameDiffers,
    /// What is on record from a later day, or has ended since, says otherwise; the person is left as they are.
    LaterOnRecord,
}

impl WarningCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::NamePaddingRemoved,
        Self::NoteRemoved,
        Self::SameNameOtherType,
        Self::FormerName,
        Self::DuplicateName,
        Self::MalformedRow,
        Self::NotAName,
        Self::SeveralNames,
        Self::AmbiguousName,
        Self::LooksAlike,
        Self::UnknownDelegateId,
        Self::NameDiffers,
        Self::LaterOnRecord,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NamePaddingRemoved => "name_padding_removed",
            Self::NoteRemoved => "note_removed",
            Self::SameNameOtherType => "same_name_other_type",
            Self::FormerName => "former_name",
            Self::DuplicateName => "duplicate_name",
            Self::MalformedRow => "malformed_row",
            Self::NotAName => "not_a_name",
            Self::SeveralNames => "several_names",
            Self::AmbiguousName => "ambiguous_name",
            Self::LooksAlike => "looks_alike",
            Self::UnknownDelegateId => "unknown_delegate_id",
            Self::NameDiffers => "name_differs",
            Self::LaterOnRecord => "later_on_record",
        }
    }
}

/// One import on record.
#[derive(Clone, Debug, PartialEq)]
pub struct RosterImport {
    /// Its id.
    pub id: RosterImportId,
    /// What it said and changed.
    pub imported: Imported,
    /// Position of its event, the last of its append.
    pub position: u64,
}

/// Every import: the fold of all streams `roster/<uuid>`. The id is in the stream's name, hence
/// [`RosterImports::apply`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RosterImports {
    imports: BTreeMap<RosterImportId, RosterImport>,
}

impl RosterImports {
    /// Takes one more event of the stream `roster/<id>` into account.
    pub fn apply(&mut self, id: RosterImportId, event: &RosterEvent, at: &Stamp) {
        let RosterEvent::Imported(imported) = event;
        let import = RosterImport { id, imported: imported.clone(), position: at.position };
        self.imports.insert(id, import);
    }

    /// The import with this id, as it was recorded: counts and warnings of that day.
    pub fn get(&self, id: RosterImportId) -> Option<&RosterImport> {
        self.imports.get(&id)
    }

    /// Every import, by id.
    pub fn all(&self) -> impl Iterator<Item = &RosterImport> {
        self.imports.values()
    }

    /// The first import of this very file for this type and day: what an import of it that changes nothing answers
    /// with.
    pub fn same(&self, sha256: &str, delegate_type: DelegateType, source_date: NaiveDate) -> Option<&RosterImport> {
        let same = self.imports.values().filter(|import| {
            let said = &import.imported;
            said.sha256 == sha256 && said.delegate_type == delegate_type && said.source_date == source_date
        });
        same.min_by_key(|import| import.position)
    }
}

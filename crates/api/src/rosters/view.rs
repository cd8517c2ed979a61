//! A roster import in an answer.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use crate::state::Snapshot;
use casework::rosters::RosterImported;
use chrono::NaiveDate;
use domain::delegate::Delegates;
use domain::language::Language;
use domain::roster::{AreaCounts, Counts, Encoding, Named, RosterImport, WarningCode};
use domain::vocabulary::DelegateType;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A roster import: what the file held and what it changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RosterImport, example = json!({
    "id": "0198f3c0-0a1b-7c2d-8e3f-4a5b6c7d8e9f", "source_date": "2023-12-01", "delegate_type": "party",
    "grids": {"rows": 14, "created": 14}, "units": {"rows": 76, "created": 76},
    "delegates": {"rows": 146, "created": 146, "unchanged": 0, "moved": 0, "absent": 0},
    "rows": {"read": 146, "created": 146, "unchanged": 0, "moved": 0, "without_person": 0, "refused": 0}, "encoding": "utf-8",
    "warnings": [{"row": 17, "code": "name_padding_removed", "detail": "已去除姓名“汪洁”中的空格。"}],
    "created": [{"row": 2, "delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁"}], "moved": [], "absent": []
}))]
pub struct RosterImportView {
    /// Its id; that of the first import when the same file comes again; absent from a dry run of a new file.
    #[serde(skip_serializing_if = "absent")]
    pub id: Option<Uuid>,
    /// The day the roster speaks of.
    pub source_date: NaiveDate,
    /// Type of every delegate in it.
    #[schema(value_type = vocabulary::DelegateType)]
    pub delegate_type: &'static str,
    /// True for a dry run: nothing was recorded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Grids.
    pub grids: AreaCountsView,
    /// Units.
    pub units: AreaCountsView,
    /// Delegates.
    pub delegates: DelegateCountsView,
    /// 各行的去向；只在导入的答复中。What became of the rows; only in the answer to an import.
    #[serde(skip_serializing_if = "absent")]
    pub rows: Option<RowCountsView>,
    /// 文件的编码；只在导入的答复中。How the file was read; only in the answer to an import.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<EncodingSchema>)]
    pub encoding: Option<&'static str>,
    /// Remarks about rows, in the file's order; only in the answer to an import.
    #[serde(skip_serializing_if = "absent")]
    pub warnings: Option<Vec<WarningView>>,
    /// 新登记的人，按文件顺序；只在导入的答复中。People who are new, in the file's order; only in the answer to an import.
    #[serde(skip_serializing_if = "absent")]
    pub created: Option<Vec<NamedView>>,
    /// 有新联系安排或新代表资格的人，按文件顺序；只在导入的答复中。People who were given an assignment or a mandate, in the file's order; only in the
    /// answer to an import.
    #[serde(skip_serializing_if = "absent")]
    pub moved: Option<Vec<NamedView>>,
    /// Delegates of this type who are not in the file: reported, never removed; only in the answer to an import.
    #[serde(skip_serializing_if = "absent")]
    pub absent: Option<Vec<AbsentView>>,
    /// SHA-256 of the file, hexadecimal; only where one recorded import is read.
    #[serde(skip_serializing_if = "absent")]
    pub sha256: Option<String>,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// Distinct areas named, and how many were new.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = AreaCounts)]
pub struct AreaCountsView {
    /// In the file.
    pub rows: u32,
    /// New.
    pub created: u32,
}

/// Delegates named, by what became of them.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = DelegateCounts)]
pub struct DelegateCountsView {
    /// Rows with a delegate.
    pub rows: u32,
    /// New people.
    pub created: u32,
    /// Known, where they were.
    pub unchanged: u32,
    /// Known, with an assignment or a mandate they did not have.
    pub moved: u32,
    /// Known of this type, but not in the file.
    pub absent: u32,
}

/// 文件中每一个非空行（表头除外）的去向：`read = created + unchanged + moved + without_person + refused`。What became of every row that is
/// not empty, the header aside: `read = created + unchanged + moved + without_person + refused`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RosterRowCounts)]
pub struct RowCountsView {
    /// 读到的行。Rows read.
    pub read: u32,
    /// 登记了新人的行。Rows that made a person.
    pub created: u32,
    /// 已登记且无变化的人所在的行。Rows of people who are known and where they were.
    pub unchanged: u32,
    /// 已登记、由此新增联系安排或代表资格的人所在的行。Rows of people who are known and were given an assignment or a mandate.
    pub moved: u32,
    /// 只有网格或单位、没有姓名的行。Rows that name an area and nobody.
    pub without_person: u32,
    /// 未登记任何人的行；每一行都有提示说明原因。Rows of which nobody was taken; each has a warning that says why.
    pub refused: u32,
}

/// The schema of [`Encoding`].
#[derive(Debug)]
#[cfg(test)]
pub struct EncodingSchema;

#[cfg(test)]
impl utoipa::PartialSchema for EncodingSchema {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let names = [Encoding::Utf8, Encoding::Utf16, Encoding::Gb18030].map(Encoding::as_str);
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(names))
            .into()
    }
}

#[cfg(test)]
impl ToSchema for EncodingSchema {
    fn name() -> std::borrow::Cow<'static, str> {
        "RosterEncoding".into()
    }
}

/// 名单中的一个人。Somebody in the file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RosterPerson)]
pub struct NamedView {
    /// 行号，表头为第 1 行。Line of the file; the header is line 1.
    pub row: u64,
    /// 编号；试运行中新人尚无编号。The id; absent from a dry run for somebody new.
    #[serde(skip_serializing_if = "absent")]
    pub delegate_id: Option<Uuid>,
    /// 姓名。Name.
    pub name: String,
}

impl NamedView {
    fn of(named: &Named, has_id: bool) -> Self {
        Self { row: named.row, delegate_id: has_id.then_some(named.id.0), name: named.name.clone() }
    }
}

/// A remark about a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RosterWarning)]
pub struct WarningView {
    /// Line of the file; the header is line 1.
    pub row: u64,
    /// 提示的种类：name_padding_removed、note_removed、same_name_other_type、former_name、looks_alike、later_on_record 只作说明；其余表示该行未登记任何人。What kind of
    /// remark: name_padding_removed, note_removed, same_name_other_type, former_name, looks_alike and later_on_record only tell; with
    /// the others nobody was taken from the row.
    #[schema(value_type = WarningCodeSchema)]
    pub code: &'static str,
    /// The remark, in the language of the answer.
    pub detail: String,
}

/// The schema of [`WarningCode`].
#[derive(Debug)]
#[cfg(test)]
pub struct WarningCodeSchema;

#[cfg(test)]
impl utoipa::PartialSchema for WarningCodeSchema {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let names: Vec<_> = WarningCode::ALL.iter().map(|code| code.as_str()).collect();
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(names))
            .into()
    }
}

#[cfg(test)]
impl ToSchema for WarningCodeSchema {
    fn name() -> std::borrow::Cow<'static, str> {
        "RosterWarningCode".into()
    }
}

/// A delegate who is not in the file.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AbsentDelegate)]
pub struct AbsentView {
    /// Who.
    pub delegate_id: Uuid,
    /// Name.
    pub name: String,
}

impl RosterImportView {
    /// What an import, or its dry run, found.
    pub fn found(found: &RosterImported, dry_run: bool, delegates: &Delegates, language: Language) -> Self {
        let warnings = found.warnings.iter().map(|warning| WarningView {
            row: warning.row,
            code: warning.code.as_str(),
            detail: language.of(&warning.detail).to_owned(),
        });
        let absent = found.absent.iter().filter_map(|id| delegates.get(*id));
        let absent = absent.map(|person| AbsentView { delegate_id: person.id.0, name: person.name.clone() });
        let rows = found.rows;
        Self {
            dry_run,
            rows: Some(RowCountsView {
                read: rows.read,
                created: rows.created,
                unchanged: rows.unchanged,
                moved: rows.moved,
                without_person: rows.without_person,
                refused: rows.refused,
            }),
            encoding: Some(found.encoding.as_str()),
            warnings: Some(warnings.collect()),
            created: Some(found.created.iter().map(|named| NamedView::of(named, !dry_run)).collect()),
            moved: Some(found.moved.iter().map(|named| NamedView::of(named, true)).collect()),
            absent: Some(absent.collect()),
            ..Self::counted(found.source_date, found.delegate_type, found.counts)
        }
    }

    /// An import as it is on record.
    pub fn recorded(import: &RosterImport, snapshot: &Snapshot) -> Self {
        let said = &import.imported;
        Self {
            id: Some(import.id.0),
            sha256: Some(said.sha256.clone()),
            as_of_position: Some(snapshot.position.0),
            ..Self::counted(said.source_date, said.delegate_type, said.counts)
        }
    }

    fn counted(source_date: NaiveDate, delegate_type: DelegateType, counts: Counts) -> Self {
        let areas = |counts: AreaCounts| AreaCountsView { rows: counts.rows, created: counts.created };
        Self {
            id: None,
            source_date,
            delegate_type: delegate_type.as_str(),
            dry_run: false,
            grids: areas(counts.grids),
            units: areas(counts.units),
            delegates: DelegateCountsView {
                rows: counts.delegates.rows,
                created: counts.delegates.created,
                unchanged: counts.delegates.unchanged,
                moved: counts.delegates.moved,
                absent: counts.delegates.absent,
            },
            rows: None,
            encoding: None,
            warnings: None,
            created: None,
            moved: None,
            absent: None,
            sha256: None,
            as_of_position: None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::ids::{DelegateId, RosterImportId};
    use domain::language::text;
    use domain::roster::{DelegateCounts, RowCounts, Warning};
    use serde_json::json;

    #[test]
    fn an_answer_counts_as_the_contract_says_and_speaks_the_clients_language() {
        let counts = Counts {
            grids: AreaCounts { rows: 14, created: 14 },
            units: AreaCounts { rows: 76, created: 76 },
            delegates: DelegateCounts { rows: 146, created: 140, unchanged: 3, moved: 2, absent: 1 },
        };
        let warning =
            Warning { row: 17, code: WarningCode::NamePaddingRemoved, detail: text("去除空格。", "Removed.") };
        let day = NaiveDate::from_ymd_opt(2023, 12, 1).unwrap();
        let view = |language| {
            let named = |id| Named { row: 2, id: DelegateId(Uuid::from_u128(id)), name: "汪洁".to_owned() };
            let found = RosterImported {
                id: RosterImportId(Uuid::nil()),
                source_date: day,
                delegate_type: DelegateType::Party,
                counts,
                warnings: vec![warning.clone()],
                rows: RowCounts { read: 146, created: 140, unchanged: 3, moved: 2, without_person: 0, refused: 1 },
                encoding: Encoding::Gb18030,
                created: vec![named(1)],
                moved: vec![named(2)],
                absent: Vec::new(),
                position: None,
            };
            serde_json::to_value(RosterImportView::found(&found, true, &Delegates::default(), language)).unwrap()
        };
        assert_eq!(
            view(Language::En),
            json!({"source_date": "2023-12-01", "delegate_type": "party", "dry_run": true, "grids": {"rows": 14, "created": 14},
                "units": {"rows": 76, "created": 76},
                "delegates": {"rows": 146, "created": 140, "unchanged": 3, "moved": 2, "absent": 1},
                "warnings": [{"row": 17, "code": "name_padding_removed", "detail": "Removed."}],
                "rows": {"read": 146, "created": 140, "unchanged": 3, "moved": 2, "without_person": 0, "refused": 1},
                "encoding": "gb18030", "created": [{"row": 2, "name": "汪洁"}],
                "moved": [{"row": 2, "delegate_id": "00000000-0000-0000-0000-000000000002", "name": "汪洁"}],
                "absent": []})
        );
        assert_eq!(view(Language::Zh)["warnings"][0]["detail"], "去除空格。");
    }
}

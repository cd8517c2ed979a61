//! A roster import in an answer (API §2).

use crate::language::Language;
use crate::office::Moment;
use crate::views::absent;
use crate::vocabulary;
use chrono::NaiveDate;
use domain::delegate::Delegates;
use domain::ids::DelegateId;
use domain::roster::{AreaCounts, Counts, RosterImport, Warning, WarningCode};
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
    "warnings": [{"row": 17, "code": "name_padding_removed", "detail": "已去除姓名“汪洁”中的空格。"}], "absent": []
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
    /// Remarks about rows, in the file's order; only in the answer to an import.
    #[serde(skip_serializing_if = "absent")]
    pub warnings: Option<Vec<WarningView>>,
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

/// A remark about a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RosterWarning)]
pub struct WarningView {
    /// Line of the file; the header is line 1.
    pub row: u64,
    /// What kind of remark: name_padding_removed and same_name_other_type let the row count; the others pass over the
    /// row, or the person in it.
    #[schema(value_type = WarningCodeSchema)]
    pub code: &'static str,
    /// The remark, in the language of the answer.
    pub detail: String,
}

/// The schema of [`WarningCode`].
#[derive(Debug)]
pub struct WarningCodeSchema;

impl utoipa::PartialSchema for WarningCodeSchema {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let names: Vec<_> = WarningCode::ALL.iter().map(|code| code.as_str()).collect();
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(names))
            .into()
    }
}

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
    pub fn found(
        (source_date, delegate_type): (NaiveDate, DelegateType),
        counts: Counts,
        (warnings, absent): (&[Warning], &[DelegateId]),
        delegates: &Delegates,
        language: Language,
    ) -> Self {
        let warnings = warnings.iter().map(|warning| WarningView {
            row: warning.row,
            code: warning.code.as_str(),
            detail: language.of(&warning.detail).to_owned(),
        });
        let absent = absent.iter().filter_map(|id| delegates.get(*id));
        let absent = absent.map(|person| AbsentView { delegate_id: person.id.0, name: person.name.clone() });
        Self {
            warnings: Some(warnings.collect()),
            absent: Some(absent.collect()),
            ..Self::counted(source_date, delegate_type, counts)
        }
    }

    /// An import as it is on record.
    pub fn recorded(import: &RosterImport, moment: &Moment) -> Self {
        let said = &import.imported;
        Self {
            id: Some(import.id.0),
            sha256: Some(said.sha256.clone()),
            as_of_position: Some(moment.position.0),
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
            warnings: None,
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
    use crate::language::text;
    use domain::roster::DelegateCounts;
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
            let found = ([warning.clone()], []);
            let of = (day, DelegateType::Party);
            let view = RosterImportView::found(of, counts, (&found.0, &found.1), &Delegates::default(), language);
            serde_json::to_value(view).unwrap()
        };
        assert_eq!(
            view(Language::En),
            json!({"source_date": "2023-12-01", "delegate_type": "party", "grids": {"rows": 14, "created": 14},
                "units": {"rows": 76, "created": 76},
                "delegates": {"rows": 146, "created": 140, "unchanged": 3, "moved": 2, "absent": 1},
                "warnings": [{"row": 17, "code": "name_padding_removed", "detail": "Removed."}], "absent": []})
        );
        assert_eq!(view(Language::Zh)["warnings"][0]["detail"], "去除空格。");
    }
}

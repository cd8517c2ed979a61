//! How many obligations stand how, each number with the way to its list.

use crate::clauses::content::obligations;
use crate::dashboards::view::RatioView;
use crate::http::response::absent;
use crate::openapi::vocabulary;
use domain::clock::is_only_counted;
use domain::vocabulary::ObligationCode;
use read_models::{ObligationRange, ObligationSum};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How obligations stand: so many each way.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ObligationCounts {
    /// 已履行。Done in time.
    pub fulfilled: u64,
    /// 逾期履行。Done, but late.
    pub late: u64,
    /// 未履行。Not done, and the time for it is over.
    pub missing: u64,
    /// 未到期。Neither done nor judged.
    pub not_yet_due: u64,
    /// 免责。Not owed any more, or explained.
    pub excused: u64,
    /// Those kept in time, of those fulfilled, late or missing.
    pub kept: RatioView,
}

/// The obligations of one code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ObligationCodeCounts)]
pub struct CodeCounts {
    /// What is owed.
    #[schema(value_type = vocabulary::ObligationCode)]
    pub code: &'static str,
    /// The clause that it rests on.
    pub clause: &'static str,
    /// How they stand.
    #[serde(flatten)]
    pub counts: ObligationCounts,
    /// The obligations counted; `status` besides gives those behind each figure.
    pub list: String,
}

/// Obligations in all and by code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ObligationFigures)]
pub struct FiguresView {
    /// How they stand.
    #[serde(flatten)]
    pub counts: ObligationCounts,
    /// By code, those of which there are any. What is only counted (O-21) stands here, and is in no sum.
    pub by_code: Vec<CodeCounts>,
    /// The obligations counted; `status` besides gives those behind each figure. Absent of a clause under which nothing is
    /// owed.
    #[serde(skip_serializing_if = "absent")]
    pub list: Option<String>,
}

impl From<&ObligationSum> for ObligationCounts {
    fn from(sum: &ObligationSum) -> Self {
        Self {
            fulfilled: sum.fulfilled,
            late: sum.late,
            missing: sum.missing,
            not_yet_due: sum.not_yet_due,
            excused: sum.excused,
            kept: sum.kept().into(),
        }
    }
}

impl FiguresView {
    /// Of sums by code, counted in a range; `clause` where they are those of one.
    pub fn of(
        by_code: &BTreeMap<ObligationCode, ObligationSum>,
        range: &ObligationRange,
        clause: Option<&'static str>,
    ) -> Self {
        let mut all = ObligationSum::default();
        by_code.iter().filter(|(code, _)| !is_only_counted(**code)).for_each(|(_, sum)| all.add(sum));
        let by_code = by_code.iter().map(|(code, sum)| CodeCounts {
            code: code.as_str(),
            clause: code.clause(),
            counts: sum.into(),
            list: list(range, &[("code", code.as_str())]),
        });
        let by_code = by_code.collect();
        let of_clause = clause.map(|clause| ("clause", clause));
        let is_owed = clause.is_none_or(|clause| obligations(clause).any(|code| !is_only_counted(code)));
        let list = is_owed.then(|| list(range, of_clause.as_slice()));
        Self { counts: (&all).into(), by_code, list }
    }
}

/// The address of the list of the obligations of a range, with further filters.
pub fn list(range: &ObligationRange, also: &[(&str, &str)]) -> String {
    within("/v1/obligations", range, also)
}

/// An address with what narrows it: values that need no escape.
pub(crate) fn within(path: &str, range: &ObligationRange, also: &[(&str, &str)]) -> String {
    let mut filters: Vec<String> = also.iter().map(|(name, value)| format!("{name}={value}")).collect();
    filters.extend(range.grid_id.map(|id| format!("grid_id={id}")));
    filters.extend(range.from.map(|on| format!("from={on}")));
    filters.extend(range.to.map(|on| format!("to={on}")));
    if filters.is_empty() { path.to_owned() } else { format!("{path}?{}", filters.join("&")) }
}

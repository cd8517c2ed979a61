//! A clause in an answer: what it says, how what is owed under it is kept, and what it rests on.

use crate::obligations::sums::FiguresView;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The notice, clause by clause.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Clauses)]
pub struct ClausesView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that statuses and checks refer to: today.
    pub as_of_date: NaiveDate,
    /// The clauses, in the order of the notice.
    pub items: Vec<ClauseView>,
}

/// One clause, with the moment that its figures are of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClauseAnswer)]
pub struct OneClauseView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that statuses and checks refer to: today.
    pub as_of_date: NaiveDate,
    /// The clause.
    #[serde(flatten)]
    pub clause: ClauseView,
}

/// One clause of the notice.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Clause)]
pub struct ClauseView {
    /// How it is cited.
    #[schema(example = "C-4.1")]
    pub id: &'static str,
    /// Where it stands in the notice.
    pub heading: BothView,
    /// What it says: in Chinese in the words of the notice.
    pub wording: BothView,
    /// Whether what it asks for is recorded; else that is still to come.
    pub built: bool,
    /// How what is owed under it stands.
    #[serde(flatten)]
    pub figures: FiguresView,
    /// Obligations under it of which nothing is recorded yet.
    #[schema(value_type = Vec<crate::openapi::vocabulary::ObligationCode>)]
    pub to_come: Vec<&'static str>,
    /// How many facts of each type that is recorded under it there are.
    pub facts: BTreeMap<&'static str, u64>,
    /// What is looked at where no obligation stands.
    pub checks: BTreeMap<&'static str, CheckView>,
}

/// A text in both languages.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Both)]
pub struct BothView {
    /// 中文。In Chinese.
    pub zh: &'static str,
    /// 英文。In English.
    pub en: &'static str,
}

/// What was looked at: how many, and which.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClauseCheckFigure)]
pub struct CheckView {
    /// How many.
    pub n: u64,
    /// Which.
    pub list: String,
}

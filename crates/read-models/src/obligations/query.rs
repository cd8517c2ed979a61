//! `GET /v1/obligations`: which of them, in which order.

use super::DEFINITION;
use super::row::{OBLIGATIONS, ObligationRow};
use crate::engine::cursor::{Cursor, QueryMark};
use crate::engine::list::{KeyKind, ListError, Listed, Order, PageEnd, PageRequest, Select, once_each};
use crate::engine::question::Question;
use crate::engine::sqlite::{Columns, Sql, SqlError, misread};
use crate::engine::within::{Conditions, Of, Within};
use chrono::{Datelike as _, NaiveDate};
use domain::clock::is_only_counted;
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{ExplanationState, ObligationCode, ObligationStatus, Tier};
use std::fmt;
use std::ops::ControlFlow;

/// Order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ObligationSort {
    /// Due first (`due`).
    #[default]
    Due,
    /// Due last (`-due`).
    DueDescending,
}

/// Filters of the list; an absent one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObligationQuery {
    /// Any of these; none named means all but what is only counted.
    pub codes: Vec<ObligationCode>,
    /// In the scope of this grid.
    pub grid_id: Option<AreaId>,
    /// Owed by this delegate.
    pub delegate_id: Option<DelegateId>,
    /// Standing in any of these ways; none named means all.
    pub statuses: Vec<ObligationStatus>,
    /// Having reached any of these tiers, and none after it; none named means all.
    pub tiers: Vec<Tier>,
    /// With the newest explanation standing in any of these ways; none named means all.
    pub explanations: Vec<ExplanationState>,
    /// Due on or after.
    pub from: Option<NaiveDate>,
    /// Due on or before.
    pub to: Option<NaiveDate>,
    /// What whoever asks may see.
    pub within: Within,
    /// Order.
    pub sort: ObligationSort,
}

/// Whose an obligation is: theirs who owe it; of the party's line where no deputy alone does; of an office where it owes it
/// beside the delegate: what a planned outcome of the major issue that it leads promised (O-17).
pub(crate) const WITHIN: Conditions = Conditions {
    grids: "+grid_id in",
    delegates: &["+owed_by_id in"],
    accounts: None,
    line: Of::Delegates("(owed_by_family <> 'delegate' or owed_by_id in"),
    offices: &["(code = 17 and exists (select 1 from issue_board_rows as issue, major_issue_board_rows as major \
         where issue.issue_id = subject_id and major.major_issue_id = issue.major_issue_id and major.lead_office_id in"],
};

impl ObligationQuery {
    /// Whether a cursor came from a page of this very query.
    pub fn is_continued_by(&self, cursor: &str) -> bool {
        Cursor::decode(cursor, &self.mark()).is_ok()
    }

    fn mark(&self) -> QueryMark {
        let day = |on: Option<NaiveDate>| on.map(|on| on.to_string());
        let sort = match self.sort {
            ObligationSort::Due => "due",
            ObligationSort::DueDescending => "-due",
        };
        QueryMark::of("obligations")
            .with("sort", Some(sort))
            .with("code", Some(&named(&self.codes)))
            .with("grid_id", self.grid_id.map(|id| id.to_string()).as_deref())
            .with("delegate_id", self.delegate_id.map(|id| id.to_string()).as_deref())
            .with("status", Some(&named(&self.statuses)))
            .with("tier", Some(&named(&self.tiers)))
            .with("explanation", Some(&named(&self.explanations)))
            .with("from", day(self.from).as_deref())
            .with("to", day(self.to).as_deref())
    }
}

/// The values in one order and each once, as one text.
fn named<T: Copy + Ord + fmt::Display>(values: &[T]) -> String {
    once_each(values).iter().map(T::to_string).collect::<Vec<_>>().join(",")
}

/// How an obligation stands on a day: the name of its status. A row holds the days from which it stands otherwise, so that
/// nothing is written when a day passes.
pub(super) fn push_status(question: &mut Question, today: NaiveDate) {
    question
        .push("case when excused or explanation = 'accepted' then 'excused' when kept_from <= ")
        .bind(today)
        .push(" then case when late then 'late' else 'fulfilled' end when missing_from <= ")
        .bind(today)
        .push(" then 'missing' else 'not_yet_due' end");
}

/// One page of the obligations that match and have begun by `today`.
pub(crate) fn list(
    sql: &Sql,
    query: &ObligationQuery,
    today: NaiveDate,
    request: &PageRequest,
) -> Result<Listed<ObligationRow>, ListError> {
    let (select, order) = asked(query, today);
    select.page(sql, order, request, &query.mark(), ObligationRow::read, place)
}

/// The same, one after the other.
pub(crate) fn each(
    sql: &Sql,
    query: &ObligationQuery,
    today: NaiveDate,
    request: &PageRequest,
    show: impl FnMut(ObligationRow) -> ControlFlow<()>,
) -> Result<PageEnd, ListError> {
    let (select, order) = asked(query, today);
    select.each(sql, order, request, &query.mark(), ObligationRow::read, place, show)
}

fn place(row: &ObligationRow) -> Cursor {
    Cursor { key: row.entry.due_on.num_days_from_ce().into(), id: row.entry.id.0 }
}

/// The question as SQL.
pub(crate) fn asked(query: &ObligationQuery, today: NaiveDate) -> (Select, Order) {
    let mut select = Select::new(OBLIGATIONS.columns, DEFINITION.name, "obligation_rows as obligations");
    // A delegate owes few. A `+` keeps SQLite, which has no statistics, from another index than the one meant.
    let by_delegate = query.delegate_id.is_some();
    query.within.narrow(&mut select, &WITHIN);
    select.also_bind("owed_by_id = ", query.delegate_id.map(|id| id.0));
    select.also_bind(if by_delegate { "+grid_id = " } else { "grid_id = " }, query.grid_id.map(|id| id.0));
    select.also_bind("opens_on <= ", Some(today));
    select.also_bind("due_on >= ", query.from);
    select.also_bind("due_on <= ", query.to);
    let codes = once_each(&query.codes);
    if codes.is_empty() {
        // As the sums have it.
        for code in ObligationCode::ALL.iter().filter(|code| is_only_counted(**code)) {
            select.also_bind("code <> ", Some(number_of(*code)));
        }
    } else {
        select.also("code in");
        select.bind_list(codes.into_iter().map(number_of));
    }
    let tiers = once_each(&query.tiers);
    if !tiers.is_empty() {
        select.also("tier in");
        select.bind_list(tiers.into_iter().map(Tier::as_str));
    }
    let explanations = once_each(&query.explanations);
    if !explanations.is_empty() {
        select.also("explanation in");
        select.bind_list(explanations.into_iter().map(ExplanationState::as_str));
    }
    let statuses = once_each(&query.statuses);
    if !statuses.is_empty() {
        select.also("");
        push_status(select.push(""), today);
        select.push(" in");
        select.bind_list(statuses.into_iter().map(ObligationStatus::as_str));
    }
    // Said as the index says it that holds only these: most obligations are kept in time.
    let behind = |status: &ObligationStatus| matches!(status, ObligationStatus::Late | ObligationStatus::Missing);
    if !query.statuses.is_empty() && query.statuses.iter().all(behind) {
        select.also("(late or missing_from is not null)");
    }
    let descending = query.sort == ObligationSort::DueDescending;
    (select, Order { key: "due_on", key_kind: KeyKind::Day, id: "obligation_id", descending })
}

/// The number under which a code is kept: that of its name.
pub(super) fn number_of(code: ObligationCode) -> i64 {
    let place = ObligationCode::ALL.iter().position(|known| *known == code).unwrap_or_default();
    i64::try_from(place + 1).unwrap_or_default()
}

/// The code in the next column.
pub(super) fn read_code(columns: &mut Columns<'_>) -> Result<ObligationCode, SqlError> {
    let number = columns.number::<usize>()?;
    let code = number.checked_sub(1).and_then(|place| ObligationCode::ALL.get(place));
    code.copied().ok_or_else(|| misread(&number.to_string()))
}

//! What the ledger asks: obligations, and what a clause rests on beside them.

use super::{ReadModels, names};
use crate::engine::list::{ListError, Listed, PageRequest};
use crate::engine::within::Within;
use crate::fact_counts::{self, FactCounts, FactQuery};
use crate::leave_list::{self, LeaveQuery, LeaveRow};
use crate::obligations::{self, ObligationQuery, ObligationRange, ObligationRow, ObligationSums};
use crate::tasks::{self, TaskCounts, TaskQuery, TaskRow};
use crate::undertaking_list::{self, UndertakingQuery};
use chrono::NaiveDate;
use domain::ids::DelegateId;
use event_store::Position;
use std::collections::BTreeSet;

impl ReadModels {
    /// `GET /v1/obligations`. `today` is the town's date that statuses refer to; what has not begun by then is not there.
    pub async fn obligations(
        &self,
        query: &ObligationQuery,
        today: NaiveDate,
        page: &PageRequest,
    ) -> Result<Listed<ObligationRow>, ListError> {
        let (query, page) = (query.clone(), page.clone());
        self.answer(names::OBLIGATIONS, move |sql| obligations::list(sql, &query, today, &page)).await
    }

    /// How many obligations stand how today, by grid and code, of those that whoever asks may see.
    pub async fn obligation_sums(
        &self,
        range: &ObligationRange,
        within: &Within,
        today: NaiveDate,
    ) -> Result<ObligationSums, ListError> {
        let (range, within) = (*range, within.clone());
        self.answer(names::OBLIGATIONS, move |sql| obligations::sums(sql, &range, &within, today)).await
    }

    /// One page of somebody's tasks.
    pub async fn tasks(
        &self,
        query: &TaskQuery,
        today: NaiveDate,
        page: &PageRequest,
    ) -> Result<Listed<TaskRow>, ListError> {
        self.finds_tasks()?;
        let (query, page) = (query.clone(), page.clone());
        self.answer(names::OBLIGATIONS, move |sql| tasks::list(sql, &query, today, &page)).await
    }

    /// How many tasks somebody has.
    pub async fn task_counts(&self, query: &TaskQuery, today: NaiveDate) -> Result<TaskCounts, ListError> {
        self.finds_tasks()?;
        let query = query.clone();
        self.answer(names::OBLIGATIONS, move |sql| tasks::count(sql, &query, today)).await
    }

    /// The delegates who had a slot in one of the sessions of a range.
    pub async fn on_rota(&self, range: &ObligationRange, today: NaiveDate) -> Result<BTreeSet<DelegateId>, ListError> {
        let range = *range;
        self.answer(names::OBLIGATIONS, move |sql| obligations::on_rota(sql, &range, today)).await
    }

    /// How many facts of each type there are.
    pub async fn fact_counts(&self, query: &FactQuery) -> Result<FactCounts, ListError> {
        let query = *query;
        self.answer(names::FACT_COUNTS, move |sql| fact_counts::fact_counts(sql, &query)).await
    }

    /// `GET /v1/leaves`.
    pub async fn leaves(&self, query: &LeaveQuery, page: &PageRequest) -> Result<Listed<LeaveRow>, ListError> {
        let (query, page) = (query.clone(), page.clone());
        self.answer(names::LEAVE_LIST, move |sql| leave_list::list(sql, &query, &page)).await
    }

    /// How many leaves the list of a query has.
    pub async fn leave_count(&self, query: &LeaveQuery) -> Result<u64, ListError> {
        let query = query.clone();
        self.answer(names::LEAVE_LIST, move |sql| Ok(leave_list::count(sql, &query)?)).await
    }

    /// How many undertakings the lists of these queries have, all of one moment, in their order; and up to where the log is in
    /// that. `today` is the town's date.
    pub async fn undertaking_counts(
        &self,
        queries: Vec<UndertakingQuery>,
        today: NaiveDate,
    ) -> Result<(Vec<u64>, Position), ListError> {
        self.answer(names::UNDERTAKING_LIST, move |sql| undertaking_list::counts(sql, &queries, today)).await
    }
}

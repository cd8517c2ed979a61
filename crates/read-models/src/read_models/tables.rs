//! Lists row by row, for tables: each row goes to whoever makes something of it as it is read, on the thread that reads, and
//! nobody keeps them all. All of a list is of one moment. Where no more is wanted, the reading ends.

use super::{ReadModels, names};
use crate::engine::list::{ListError, Listed, PageEnd, PageRequest};
use crate::engine::sqlite::Sql;
use crate::issue_board::{self, IssueQuery, IssueRow};
use crate::leave_list::{self, LeaveQuery, LeaveRow};
use crate::major_issue_board::{self, MajorIssueQuery, MajorIssueRow};
use crate::obligations::{self, ObligationQuery, ObligationRow};
use crate::reception_list::{self, ReceptionQuery, ReceptionRow};
use crate::session_list::{self, SessionQuery, SessionRow};
use crate::undertaking_list::{self, UndertakingQuery};
use chrono::NaiveDate;
use std::ops::ControlFlow;
use uuid::Uuid;

/// Rows beyond which a question is not put to the threads that answer the others.
const LONG: u32 = 1_000;

impl ReadModels {
    /// What `question` makes of a page, on a thread for as many rows.
    async fn tell<T: Send + 'static>(
        &self,
        name: &str,
        page: &PageRequest,
        question: impl FnOnce(&Sql, &PageRequest) -> Result<T, ListError> + Send + 'static,
    ) -> Result<T, ListError> {
        let asked = page.clone();
        let question = move |sql: &Sql| question(sql, &asked);
        if page.limit > LONG { self.answer_at_length(name, question).await } else { self.answer(name, question).await }
    }

    /// Receptions, as [`ReadModels::receptions`] has them.
    pub async fn each_reception<S: Send + 'static>(
        &self,
        mut shown: S,
        query: &ReceptionQuery,
        page: &PageRequest,
        mut show: impl FnMut(&mut S, ReceptionRow) -> ControlFlow<()> + Send + 'static,
    ) -> Result<(S, PageEnd), ListError> {
        let query = query.clone();
        let question = move |sql: &Sql, page: &PageRequest| {
            let end = reception_list::each(sql, &query, page, |row| show(&mut shown, row))?;
            Ok((shown, end))
        };
        self.tell(names::RECEPTION_LIST, page, question).await
    }

    /// Issues, as [`ReadModels::issues`] has them, but without their sealed texts.
    pub async fn each_issue<S: Send + 'static>(
        &self,
        mut shown: S,
        query: &IssueQuery,
        today: NaiveDate,
        page: &PageRequest,
        mut show: impl FnMut(&mut S, IssueRow) -> ControlFlow<()> + Send + 'static,
    ) -> Result<(S, PageEnd), ListError> {
        self.finds_issues(query)?;
        let query = query.clone();
        let question = move |sql: &Sql, page: &PageRequest| {
            let show = |row| show(&mut shown, IssueRow { subject: None, ..row });
            let end = issue_board::list(sql, &query, today, page, show)?;
            Ok((shown, end))
        };
        self.tell(names::ISSUE_BOARD, page, question).await
    }

    /// Sessions, as [`ReadModels::sessions`] has them.
    pub async fn each_session<S: Send + 'static>(
        &self,
        mut shown: S,
        query: &SessionQuery,
        today: NaiveDate,
        page: &PageRequest,
        mut show: impl FnMut(&mut S, SessionRow) -> ControlFlow<()> + Send + 'static,
    ) -> Result<(S, PageEnd), ListError> {
        let query = query.clone();
        let question = move |sql: &Sql, page: &PageRequest| {
            let end = session_list::each(sql, &query, today, page, |row| show(&mut shown, row))?;
            Ok((shown, end))
        };
        self.tell(names::SESSION_LIST, page, question).await
    }

    /// Major issues, as [`ReadModels::major_issues`] has them.
    pub async fn each_major_issue<S: Send + 'static>(
        &self,
        mut shown: S,
        query: &MajorIssueQuery,
        page: &PageRequest,
        mut show: impl FnMut(&mut S, MajorIssueRow) -> ControlFlow<()> + Send + 'static,
    ) -> Result<(S, PageEnd), ListError> {
        let query = query.clone();
        let question = move |sql: &Sql, page: &PageRequest| {
            let end = major_issue_board::each(sql, &query, page, |row| show(&mut shown, row))?;
            Ok((shown, end))
        };
        self.tell(names::MAJOR_ISSUE_BOARD, page, question).await
    }

    /// Leaves, as [`ReadModels::leaves`] has them.
    pub async fn each_leave<S: Send + 'static>(
        &self,
        mut shown: S,
        query: &LeaveQuery,
        page: &PageRequest,
        mut show: impl FnMut(&mut S, LeaveRow) -> ControlFlow<()> + Send + 'static,
    ) -> Result<(S, PageEnd), ListError> {
        let query = query.clone();
        let question = move |sql: &Sql, page: &PageRequest| {
            let end = leave_list::each(sql, &query, page, |row| show(&mut shown, row))?;
            Ok((shown, end))
        };
        self.tell(names::LEAVE_LIST, page, question).await
    }

    /// Obligations, as [`ReadModels::obligations`] has them.
    pub async fn each_obligation<S: Send + 'static>(
        &self,
        mut shown: S,
        query: &ObligationQuery,
        today: NaiveDate,
        page: &PageRequest,
        mut show: impl FnMut(&mut S, ObligationRow) -> ControlFlow<()> + Send + 'static,
    ) -> Result<(S, PageEnd), ListError> {
        let query = query.clone();
        let question = move |sql: &Sql, page: &PageRequest| {
            let end = obligations::each(sql, &query, today, page, |row| show(&mut shown, row))?;
            Ok((shown, end))
        };
        self.tell(names::OBLIGATIONS, page, question).await
    }

    /// The ids of undertakings, as [`ReadModels::undertakings`] has them: what they are ids of is read from the log.
    pub async fn ids_of_undertakings(
        &self,
        query: &UndertakingQuery,
        today: NaiveDate,
        page: &PageRequest,
    ) -> Result<Listed<Uuid>, ListError> {
        let query = query.clone();
        let question = move |sql: &Sql, page: &PageRequest| undertaking_list::list(sql, &query, today, page);
        self.tell(names::UNDERTAKING_LIST, page, question).await
    }
}

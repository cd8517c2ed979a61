//! What the boards are asked: each question to its rows, if they are to be read.

use super::answers::Answers;
use super::{ReadModels, names};
use crate::dashboards::{self, Dashboard, DashboardBy, DashboardQuery, MajorDashboard};
use crate::engine::failure::Failure;
use crate::engine::list::{ListError, Listed, PageEnd, PageRequest};
use crate::engine::model::Model;
use crate::engine::remedy::Remedy;
use crate::engine::sqlite::Sql;
use crate::engine::status::ModelState;
use crate::engine::within::Within;
use crate::issue_board::{self, IssueQuery, IssueRow};
use crate::major_issue_board::{self, MajorIssueQuery, MajorIssueRow};
use crate::obligations::{self, ClockState, DueSubjects, ObligationRow};
use crate::reception_list::{self, ReceptionQuery, ReceptionRow};
use crate::review_index::{self, ReviewOf, ReviewStreams};
use crate::session_list::{self, SessionFigures, SessionFiguresQuery, SessionQuery, SessionRow};
use crate::tasks;
use crate::undertaking_list::{self, PublicCaseQuery, UndertakingQuery};
use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::{Candidate, Subject};
use domain::ids::ObligationId;
use event_store::Position;
use std::hash::Hash;
use std::ops::ControlFlow;
use std::sync::Arc;
use uuid::Uuid;

impl ReadModels {
    /// The answer to a question about the rows of a model, if they are to be read. What is wrong with them is heard by the
    /// model; what passes is told as such.
    pub(super) async fn answer<T: Send + 'static>(
        &self,
        name: &str,
        question: impl FnOnce(&Sql) -> Result<T, ListError> + Send + 'static,
    ) -> Result<T, ListError> {
        let model = self.readable(name)?;
        Self::heard(name, model, self.inner.context.database.ask(question).await)
    }

    /// The same for a question that takes long, on a thread that no other question waits for. Whoever asks bounds how many
    /// do.
    pub(super) async fn answer_at_length<T: Send + 'static>(
        &self,
        name: &str,
        question: impl FnOnce(&Sql) -> Result<T, ListError> + Send + 'static,
    ) -> Result<T, ListError> {
        let model = self.readable(name)?;
        Self::heard(name, model, self.inner.context.database.ask_at_length(question).await)
    }

    fn heard<T>(name: &str, model: &Model, answered: Result<T, ListError>) -> Result<T, ListError> {
        match answered {
            Err(ListError::Sql(error)) => {
                let why = format!("{name}: {error}");
                let failure = Failure::Sql(error);
                if failure.remedy() != Remedy::Patience {
                    model.met(failure);
                }
                Err(ListError::Unavailable(why))
            }
            answered => answered,
        }
    }

    /// That the rows are to be read by which such a question finds issues.
    pub(super) fn finds_issues(&self, query: &IssueQuery) -> Result<(), ListError> {
        if query.session_id.is_some() {
            // It is found by the receptions that name the session.
            self.readable(names::RECEPTION_LIST)?;
        }
        Ok(())
    }

    /// That the rows are to be read by which tasks are found.
    pub(super) fn finds_tasks(&self) -> Result<(), ListError> {
        tasks::MODELS.into_iter().try_for_each(|model| self.readable(model).map(|_| ()))
    }

    /// The model of this name, if its rows are to be read.
    fn readable(&self, name: &str) -> Result<&Arc<Model>, ListError> {
        let model = self.model(name).ok_or_else(|| ListError::Unavailable(format!("there is no {name}")))?;
        match model.state(&self.inner.context) {
            ModelState::Running => Ok(model),
            ModelState::CatchingUp => {
                Err(ListError::Unavailable(format!("{name}: its rows are being folded from the log")))
            }
            ModelState::Stopped { why } => Err(ListError::Unavailable(format!("{name}: {why}"))),
        }
    }

    /// The answer to a question about dashboards, which many ask between two commits.
    async fn figures<K, T>(
        &self,
        answers: &Arc<Answers<K, T>>,
        key: K,
        question: impl FnOnce(&Sql) -> Result<T, ListError> + Send + 'static,
    ) -> Result<T, ListError>
    where
        K: Eq + Hash + Send + 'static,
        T: Clone + Send + Sync + 'static,
    {
        let model = self.readable(names::DASHBOARDS)?;
        let (rows, position) = (model.rows(), model.status.borrow().position);
        if let Some(answer) = answers.known(&key, rows, position) {
            return Ok(answer);
        }
        let answers = answers.clone();
        let question = move |sql: &Sql| {
            // Somebody may have asked the same a moment ago.
            if let Some(answer) = answers.known(&key, rows, position) {
                return Ok(answer);
            }
            let answer = question(sql)?;
            answers.keep(key, rows, &answer);
            Ok(answer)
        };
        self.answer(names::DASHBOARDS, question).await
    }

    /// `GET /v1/issues`. `today` is the town's date that lateness refers to.
    pub async fn issues(
        &self,
        query: &IssueQuery,
        today: NaiveDate,
        page: &PageRequest,
    ) -> Result<Listed<IssueRow>, ListError> {
        let (items, end) = self.issues_into(Vec::new(), query, today, page, Vec::push).await?;
        Ok(end.of(items))
    }

    /// The same where each row is made into something else as it is read, on the thread that reads: nobody has to keep
    /// them all.
    pub async fn issues_into<S: Send + 'static>(
        &self,
        mut shown: S,
        query: &IssueQuery,
        today: NaiveDate,
        page: &PageRequest,
        show: impl Fn(&mut S, IssueRow) + Send + 'static,
    ) -> Result<(S, PageEnd), ListError> {
        self.finds_issues(query)?;
        let (query, page) = (query.clone(), page.clone());
        let question = move |sql: &Sql| {
            let end = issue_board::list(sql, &query, today, &page, |row| {
                show(&mut shown, row);
                ControlFlow::Continue(())
            })?;
            Ok((shown, end))
        };
        self.answer(names::ISSUE_BOARD, question).await
    }

    /// A page of receptions by filter and order, for `GET /v1/receptions`.
    pub async fn receptions(
        &self,
        query: &ReceptionQuery,
        page: &PageRequest,
    ) -> Result<Listed<ReceptionRow>, ListError> {
        let (query, page) = (query.clone(), page.clone());
        self.answer(names::RECEPTION_LIST, move |sql| reception_list::list(sql, &query, &page)).await
    }

    /// A page of sessions by filter, in the order of their days, for `GET /v1/sessions` and what is public. `today` is the
    /// town's date that verdicts refer to.
    pub async fn sessions(
        &self,
        query: &SessionQuery,
        today: NaiveDate,
        page: &PageRequest,
    ) -> Result<Listed<SessionRow>, ListError> {
        let (query, page) = (query.clone(), page.clone());
        self.answer(names::SESSION_LIST, move |sql| session_list::list(sql, &query, today, &page)).await
    }

    /// The figures of `GET /v1/dashboards/sessions`, of every grid that has a session.
    pub async fn session_figures(
        &self,
        query: SessionFiguresQuery,
        today: NaiveDate,
    ) -> Result<SessionFigures, ListError> {
        self.answer(names::SESSION_LIST, move |sql| session_list::figures(sql, &query, today)).await
    }

    /// The ids of a page of undertakings of one family, the newest first. `today` is the town's date.
    pub async fn undertakings(
        &self,
        query: &UndertakingQuery,
        today: NaiveDate,
        page: &PageRequest,
    ) -> Result<Listed<Uuid>, ListError> {
        let (query, page) = (query.clone(), page.clone());
        self.answer(names::UNDERTAKING_LIST, move |sql| undertaking_list::list(sql, &query, today, &page)).await
    }

    /// The ids of a page of the typical cases that everybody may read, those published last first.
    pub async fn public_cases(&self, query: &PublicCaseQuery, page: &PageRequest) -> Result<Listed<Uuid>, ListError> {
        let (query, page) = (*query, page.clone());
        self.answer(names::UNDERTAKING_LIST, move |sql| undertaking_list::public(sql, &query, &page)).await
    }

    /// A page of the major-issue board by filter, for `GET /v1/major-issues`.
    pub async fn major_issues(
        &self,
        query: &MajorIssueQuery,
        page: &PageRequest,
    ) -> Result<Listed<MajorIssueRow>, ListError> {
        let (query, page) = (query.clone(), page.clone());
        self.answer(names::MAJOR_ISSUE_BOARD, move |sql| major_issue_board::list(sql, &query, &page)).await
    }

    /// The counters of `GET /v1/dashboards/…`, told apart as asked. `today` is the town's date that lateness, silence and
    /// the week refer to. Only rows with something in them; an impossible range of days has none (but the town's).
    pub async fn dashboard(
        &self,
        by: DashboardBy,
        query: &DashboardQuery,
        today: NaiveDate,
    ) -> Result<Dashboard, ListError> {
        let query = *query;
        let question = move |sql: &Sql| dashboards::dashboard(sql, by, &query, today);
        self.figures(&self.inner.figures.dashboards, (by, query, today), question).await
    }

    /// The same within a scope: by the counters where they tell it apart, else from the rows of the lists behind the figures.
    pub async fn dashboard_within(
        &self,
        by: DashboardBy,
        query: &DashboardQuery,
        within: &Within,
        today: NaiveDate,
    ) -> Result<Dashboard, ListError> {
        if let Some(counted) = query.counted(within) {
            return self.dashboard(by, &counted, today).await;
        }
        self.readable(names::RECEPTION_LIST)?;
        let (query, key) = (*query, (by, *query, within.clone(), today));
        let within = within.clone();
        let question = move |sql: &Sql| dashboards::narrow::dashboard(sql, by, &query, &within, today);
        self.counted_from_rows(names::ISSUE_BOARD, &self.inner.figures.narrow_dashboards, key, question).await
    }

    /// The counters of `GET /v1/dashboards/major-issues`. `from` and `to` are town dates of submission.
    pub async fn major_dashboard(&self, query: &DashboardQuery, today: NaiveDate) -> Result<MajorDashboard, ListError> {
        let query = *query;
        let question = move |sql: &Sql| dashboards::major_dashboard(sql, &query, today);
        self.figures(&self.inner.figures.major_dashboards, (query, today), question).await
    }

    /// The same within a scope.
    pub async fn major_dashboard_within(
        &self,
        query: &DashboardQuery,
        within: &Within,
        today: NaiveDate,
    ) -> Result<MajorDashboard, ListError> {
        if let Some(counted) = query.counted(within) {
            return self.major_dashboard(&counted, today).await;
        }
        // Whose they are follows from their issues and receptions.
        self.readable(names::ISSUE_BOARD)?;
        self.readable(names::RECEPTION_LIST)?;
        let (query, key) = (*query, (*query, within.clone(), today));
        let within = within.clone();
        let question = move |sql: &Sql| dashboards::narrow::major_dashboard(sql, &query, &within, today);
        self.counted_from_rows(names::MAJOR_ISSUE_BOARD, &self.inner.figures.narrow_major_dashboards, key, question)
            .await
    }

    /// The answer to a question that counts all rows of a scope, which takes long in a large town: one after the other, on a
    /// thread that no list waits for, and the same again until there are other rows.
    async fn counted_from_rows<K, T>(
        &self,
        name: &str,
        answers: &Answers<K, T>,
        key: K,
        question: impl FnOnce(&Sql) -> Result<T, ListError> + Send + 'static,
    ) -> Result<T, ListError>
    where
        K: Eq + Hash,
        T: Clone + Send + 'static,
    {
        let model = self.readable(name)?;
        let (rows, position) = (model.rows(), model.status.borrow().position);
        if let Some(answer) = answers.known(&key, rows, position) {
            return Ok(answer);
        }
        let alone = self.inner.figures.counting.lock().await;
        // Somebody may have asked the same a moment ago.
        if let Some(answer) = answers.known(&key, rows, position) {
            return Ok(answer);
        }
        let answer = self.answer_at_length(name, question).await?;
        drop(alone);
        answers.keep(key, rows, &answer);
        Ok(answer)
    }

    /// What the clock waits for, by an instant.
    pub async fn clock(&self, by: DateTime<Utc>) -> Result<ClockState, ListError> {
        self.answer(names::OBLIGATIONS, move |sql| obligations::clock(sql, by)).await
    }

    /// The subjects of which something happened by an instant that is not recorded, the earliest first.
    pub async fn due_subjects(&self, by: DateTime<Utc>, limit: u32) -> Result<DueSubjects, ListError> {
        self.answer(names::OBLIGATIONS, move |sql| obligations::due_subjects(sql, by, limit)).await
    }

    /// An obligation as its row has it.
    pub async fn obligation(&self, id: ObligationId) -> Result<Option<ObligationRow>, ListError> {
        self.answer(names::OBLIGATIONS, move |sql| obligations::obligation(sql, id)).await
    }

    /// A subject of obligations with all that may count for it: perhaps more than does.
    pub async fn counting_for(&self, subject: Subject) -> Result<Candidate, ListError> {
        if !subject.has_members() {
            return Ok(subject.into());
        }
        self.answer(names::OBLIGATIONS, move |sql| obligations::counting_for(sql, subject)).await
    }

    /// The issues and receptions that may matter to a review of `year` and had begun at `up_to`: never one too few, as
    /// long as `up_to` is not beyond the answer's `as_of_position`.
    pub async fn review_streams(&self, year: i32, of: ReviewOf, up_to: Position) -> Result<ReviewStreams, ListError> {
        self.answer(names::REVIEW_INDEX, move |sql| review_index::review_streams(sql, year, of, up_to)).await
    }
}

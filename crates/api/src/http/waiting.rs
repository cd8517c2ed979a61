//! What a question waits for: that its answer covers what the caller wrote, and what the question asks for.

use crate::http::extract::Question;
use crate::input::query;
use crate::limits::AT_LEAST_AHEAD_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use event_store::Position;
use std::time::Duration;

/// How long an answer for everybody waits for its rows.
const A_MOMENT: Duration = Duration::from_millis(500);

impl AppState {
    /// Waits until a read model covers `at_least` (503 when it does not in time), else what the account wrote (and then
    /// answers with what there is). However often a question waits, it does so no longer than its patience.
    pub async fn reads_for(&self, model: &str, question: &Question, at_least: Option<u64>) -> Result<(), Problem> {
        if let Some(at_least) = at_least {
            let waited = self.read_models.wait_for_model(model, Position(at_least), question.patience()).await;
            return waited.map(|_| ()).map_err(|behind| {
                // What the log does not hold yet nobody can have: the caller's matter, and no fault of the model.
                let early = at_least > self.casework.store.head().position.0;
                let problem = Problem::new(HttpCode::ReadModelBehind);
                if early { problem } else { problem.caused_by(behind) }
            });
        }
        if let Some(written) = self.written_by(question.caller.account.id) {
            // Behind or not, the caller gets what there is; the answer says how far it goes.
            let _ = self.read_models.wait_for_model(model, written, question.patience()).await;
        }
        Ok(())
    }

    /// What everybody may ask shows what is recorded by now, where the model is there within a moment; else what there is.
    pub async fn reads_for_everybody(&self, model: &str) {
        let _ = self.read_models.wait_for_model(model, self.casework.store.head().position, A_MOMENT).await;
    }

    /// Waits until the log itself covers `at_least`; on one node it does at once or never within this request.
    pub async fn log_covers(&self, question: &Question, at_least: Option<u64>) -> Result<(), Problem> {
        match at_least {
            Some(at_least) if !self.casework.store.wait_for(Position(at_least), question.patience()).await => {
                Err(Problem::new(HttpCode::ReadModelBehind))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The moment that a question is about, as its filters are held against it: with `at_least` once that is reached, so
    /// that what a client has just made is known. Whether `at_least` is well said and covered, and as of when it is asked,
    /// is told later; what is not well said is the present.
    pub async fn known_to(&self, question: &Question) -> Snapshot {
        let head = self.casework.store.head().position.0;
        let at_least = question.value("at_least").and_then(|text| text.parse().ok());
        if let Some(at_least) = at_least.filter(|at_least| (head..=head + AT_LEAST_AHEAD_MAX).contains(at_least)) {
            self.casework.store.wait_for(Position(at_least), question.patience()).await;
        }
        match query::as_of(&question.query) {
            query::AsOf::Now => self.present(),
            then @ (query::AsOf::Position(_) | query::AsOf::Instant(_)) => {
                self.snapshot(then).await.unwrap_or_else(|_| self.present())
            }
        }
    }
}

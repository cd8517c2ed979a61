//! The subjects of a page of issues, opened: those that were not opened before all at once.

use crate::issues::listed::Issues;
use crate::issues::subjects::place;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use casework::personal::{self, BoxAt};
use event_store::{LogError, Version};
use read_models::names;

impl AppState {
    /// The issues of a page with their subjects; the keys of all that were not opened before are looked up at once.
    pub(super) async fn with_subjects(&self, issues: Issues) -> Result<String, Problem> {
        let sealed = issues.sealed();
        if sealed.is_empty() {
            return Ok(issues.with(&[]));
        }
        let places: Vec<_> = sealed.iter().map(|sealed| place(&sealed.text)).collect();
        let casework = &self.casework;
        let parts = match casework.open_copies(&places).await {
            Ok(parts) => parts,
            Err(error) => return Err(self.not_opened(&places, error).await),
        };
        let found = sealed.iter().zip(&parts).map(|(sealed, part)| self.opened.put(sealed.mark, &sealed.text, part));
        let subjects: Vec<_> = found.collect();
        Ok(issues.with(&subjects))
    }

    /// What a list answers whose boxes do not open. They are copies: where they are not what the log holds, the rows are
    /// to blame and are built anew; only where they are, the log is.
    async fn not_opened(&self, copies: &[BoxAt<'_>], error: LogError) -> Problem {
        for copy in copies {
            match self.is_in_the_log(copy).await {
                Ok(true) => {}
                Ok(false) => {
                    let why = format!("box {} of {} {}: {error}", copy.index, copy.stream, copy.version);
                    self.read_models.bad_row(names::ISSUE_BOARD, &why);
                    return Problem::new(HttpCode::ReadModelBehind).caused_by(why);
                }
                Err(unread) => return casework::Failure::from(unread).into(),
            }
        }
        if let LogError::Damaged(why) = &error {
            self.casework.store.note_damage(why);
        }
        casework::Failure::from(error).into()
    }

    async fn is_in_the_log(&self, copy: &BoxAt<'_>) -> Result<bool, LogError> {
        let before = Version(copy.version.0.saturating_sub(1));
        let events = self.casework.store.read_stream(copy.stream, before, 1).await?;
        let Some(recorded) = events.first() else { return Ok(false) };
        let kept = personal::kept(recorded, &recorded.text()?)?;
        Ok(kept.iter().any(|kept| kept.place() == *copy))
    }
}

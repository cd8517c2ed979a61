//! The subjects of a page of issues, opened: those that were not opened before all at once.

use crate::issues::subjects::{Subject, mark, place, said_text};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use casework::personal::{self, BoxAt, Part};
use event_store::{Hash, LogError, Version};
use read_models::{IssueRow, SealedText, names};
use std::sync::Arc;

impl AppState {
    /// The subjects of listed issues, in the order of the rows; the keys of all that were not opened before are looked up
    /// at once.
    pub(crate) async fn subjects(&self, rows: &[IssueRow]) -> Result<Vec<Subject>, Problem> {
        let sealed: Vec<_> = rows.iter().map(|row| row.subject.as_ref().map(|text| (text, mark(text)))).collect();
        let known = |one: &Option<(&SealedText, Hash)>| match one {
            Some((_, mark)) => self.opened.0.get(mark),
            None => Some(Subject::default()),
        };
        let mut subjects: Vec<_> = sealed.iter().map(known).collect();
        let unknown = sealed.iter().zip(&mut subjects).filter(|(_, known)| known.is_none());
        let unknown: Vec<_> = unknown.filter_map(|(one, known)| Some((one.as_ref()?, known))).collect();
        let places: Vec<_> = unknown.iter().map(|((text, _), _)| place(text)).collect();
        let casework = &self.casework;
        let parts = match personal::open(&casework.store, &casework.keys, &places).await {
            Ok(parts) => parts,
            Err(error) => return Err(self.not_opened(&places, error).await),
        };
        for (((text, mark), subject), part) in unknown.into_iter().zip(parts) {
            let said = match part {
                Part::Open(payload) => payload.get(text.member.as_str()).cloned().map(Part::Open),
                Part::Erased => Some(Part::Erased),
            };
            let bytes = said.as_ref().and_then(said_text).map_or(0, str::len) + size_of::<Option<Part>>();
            let said = Arc::new(said);
            self.opened.0.put(*mark, 0, bytes, Arc::clone(&said));
            *subject = Some(said);
        }
        Ok(subjects.into_iter().map(Option::unwrap_or_default).collect())
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

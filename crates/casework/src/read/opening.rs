//! Boxes opened that were read from the log.

use crate::boxed::Boxed;
use crate::casework::Casework;
use crate::personal::{BoxAt, KeptBox, Part, Person, open, open_boxes};
use event_store::{LogError, Opening, SubjectId};

impl Casework {
    /// Opens boxes that were read from the log. What does not open there is damage of the record, and noted as such.
    pub(crate) fn open_recorded<'a>(&'a self, kept: &'a [KeptBox]) -> Boxed<'a, Result<Vec<Part>, LogError>> {
        Box::pin(async move {
            let places: Vec<_> = kept.iter().map(KeptBox::place).collect();
            open(&self.store, &self.keys, &places).await.inspect_err(|error| self.note(error))
        })
    }

    /// The same of boxes where they lie.
    pub(crate) fn open_places<'a>(&'a self, places: &'a [BoxAt<'a>]) -> Boxed<'a, Result<Vec<Opening>, LogError>> {
        Box::pin(async move { open_boxes(&self.store, &self.keys, places).await.inspect_err(|error| self.note(error)) })
    }

    /// Somebody who is known in the log.
    pub(crate) async fn person(&self, subject: SubjectId) -> Result<Person, LogError> {
        Person::known(&self.store, &self.keys, subject).await.inspect_err(|error| self.note(error))
    }

    fn note(&self, error: &LogError) {
        if let LogError::Damaged(why) = error {
            self.store.note_damage(why);
        }
    }
}

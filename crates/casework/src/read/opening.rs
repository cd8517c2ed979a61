//! Boxes opened that were read from the log.

use crate::boxed::Boxed;
use crate::casework::Casework;
use crate::personal::{KeptBox, Part, Person, open};
use event_store::{LogError, SubjectId};

impl Casework {
    /// Opens boxes that were read from the log. What does not open there is damage of the record, and noted as such.
    pub(crate) fn open_recorded<'a>(&'a self, kept: &'a [KeptBox]) -> Boxed<'a, Result<Vec<Part>, LogError>> {
        Box::pin(async move { open(&self.store, &self.keys, kept).await.inspect_err(|error| self.note(error)) })
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

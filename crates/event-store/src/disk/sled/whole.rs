//! What only the doctor asks: everything of a kind.

use super::trouble::{damaged, failed, guarded};
use super::{Store, values};
use crate::disk::sled::keys;
use crate::ids::SubjectId;
use crate::log::LogError;
use crate::record::boxes::WrappedKey;

impl Store {
    /// How many events the index knows.
    pub fn count_entries(&self) -> Result<u64, LogError> {
        self.count(keys::INDEX)
    }

    /// How many commands are on record.
    pub fn count_commands(&self) -> Result<u64, LogError> {
        self.count(keys::COMMAND)
    }

    fn count(&self, kind: u8) -> Result<u64, LogError> {
        guarded(|| {
            let mut count = 0;
            for item in self.db.scan_prefix([kind]).keys() {
                item.map_err(failed)?;
                count += 1;
            }
            Ok(count)
        })
    }

    /// Hands every wrapped key to `take`, until it wants no more.
    pub fn each_wrapped_key<E: From<LogError>>(
        &self,
        mut take: impl FnMut(WrappedKey) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut entries = self.db.scan_prefix([keys::SUBJECT]);
        loop {
            let next = guarded(|| {
                let Some(item) = entries.next() else { return Ok(None) };
                let (key, value) = item.map_err(failed)?;
                let subject = key.strip_prefix(&[keys::SUBJECT]).and_then(|id| id.try_into().ok()).map(SubjectId);
                let read = subject.and_then(|subject| values::read_wrapped_key(subject, &value));
                let of = || subject.map_or_else(|| "a key of nobody".to_owned(), |subject| format!("key of {subject}"));
                read.map(Some).ok_or_else(|| damaged(&of()))
            })?;
            match next {
                Some(key) => take(key)?,
                None => return Ok(()),
            }
        }
    }
}

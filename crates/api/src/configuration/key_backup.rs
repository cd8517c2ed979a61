//! Since when the backup of the keys that the server keeps is missing or too old (`key_backup_stale`).

use chrono::{DateTime, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// What the last looks at it came to. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct KeyBackupWatch(Arc<Mutex<Option<DateTime<Utc>>>>);

impl KeyBackupWatch {
    /// It was looked at: whether it is stale now.
    pub fn saw(&self, stale: bool, now: DateTime<Utc>) {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *since = stale.then(|| since.unwrap_or(now));
    }

    /// When it was first seen to be stale; nothing while it is in order, or where none is kept.
    pub fn stale_since(&self) -> Option<DateTime<Utc>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_is_stale_since_it_was_first_seen_so_until_it_is_in_order() {
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        let watch = KeyBackupWatch::default();
        assert_eq!(watch.stale_since(), None);
        watch.saw(true, at(0));
        watch.clone().saw(true, at(60));
        assert_eq!(watch.stale_since(), Some(at(0)));
        watch.saw(false, at(120));
        assert_eq!(watch.stale_since(), None);
        watch.saw(true, at(180));
        assert_eq!(watch.stale_since(), Some(at(180)));
    }
}

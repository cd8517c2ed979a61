//! Openings of the log (开启密封内容): sealed parts of named leaves, shown to an auditor for one case and a few days, each with
//! what it takes to hold it against its leaf. One asks, another person approves.

mod decide;
mod events;
#[cfg(test)]
mod tests;

pub use decide::{
    AskedLeaf, DAYS_MAX, LeafFound, OPENED_FAMILIES, POSITIONS_MAX, SEALED_BYTES_MAX, fetch, grant, leaves_fit,
    positions_fit, until_fits,
};
pub use events::{LogOpeningEvent, LogOpeningGranted};

use crate::ids::AccountId;
use crate::{Fold, Stamp};
use chrono::{DateTime, Utc};

/// An opening: the fold of one stream `log_opening/<uuid>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogOpening {
    /// The account that asked for it.
    pub account: Option<AccountId>,
    /// Positions of its leaves, ascending.
    pub positions: Vec<u64>,
    /// From when on it is over.
    pub until: DateTime<Utc>,
}

impl Fold for LogOpening {
    type Event = LogOpeningEvent;

    fn apply(&mut self, event: &LogOpeningEvent, _: &Stamp) {
        let LogOpeningEvent::Granted(granted) = event;
        self.account = Some(granted.account_id);
        self.positions.clone_from(&granted.positions);
        self.until = DateTime::from_timestamp_millis(granted.until).unwrap_or_default();
    }
}

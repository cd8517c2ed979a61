//! The facts of streams `log_opening/<uuid>`, as stored (FORMAT §7). The number of the case, and why, lie in a narrative box.

use crate::event_type::events;
use crate::ids::AccountId;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `log_opening/<uuid>`.
    LogOpeningEvent {
        /// Sealed parts of some leaves may be opened by an account, until an instant.
        Granted(LogOpeningGranted) = "log_opening.granted"/1, "",
            "准予在期限内开启所列记录的密封内容。", "Sealed parts of the leaves named may be opened until an instant.";
    }
}

/// `log_opening.granted/1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogOpeningGranted {
    /// The account that asked for it, and alone may open them.
    pub account_id: AccountId,
    /// Positions of the leaves; ascending, 1 to 1,000.
    pub positions: Vec<u64>,
    /// From when on they may be opened no more, in ms.
    pub until: i64,
}

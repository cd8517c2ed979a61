//! The facts of an annual review, as stored (FORMAT §7).

use crate::event_type::events;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `review/<year>`.
    AnnualReviewEvent {
        /// It begins: delegates may report.
        Opened(ReviewOpened) = "review.opened"/1, "C-5.2",
            "启动年度述职评议。", "The annual review of a year was opened.";
        /// The figures of everybody are fixed, as of one position of the log.
        Frozen(ReviewFrozen) = "review.frozen"/1, "C-5.2",
            "冻结年度述职评议的指标。", "The figures of an annual review were frozen.";
    }
}

/// `review.opened/1` (C-5.2). The year is that of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewOpened {}

/// `review.frozen/1` (C-5.2). Whoever holds the first `position` leaves computes the same figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFrozen {
    /// The figures are those of the leaves up to here.
    pub position: u64,
    /// Root of the tree over them (base64).
    pub root: String,
    /// Formulas and shape of the figures.
    pub rules: String,
    /// Position of the policy in force on the last day of the year.
    pub policy_position: u64,
    /// How many delegates and grids have figures.
    pub subjects: u32,
}

//! The facts of obligations, as stored (FORMAT §7): what the clock found or reached, and what people said of it.

use super::obligation::{Key, OwedBy, Part};
use crate::event_type::events;
use crate::ids::FileId;
use crate::vocabulary::{Breach, ObligationCode, Shortfall, Tier};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `obligation/<uuid>`, whose id follows from what is owed.
    ObligationEvent {
        /// It was not done in time.
        Breached(Breached) = "obligation.breached"/1, "C-0",
            "未按期履行。", "An obligation was not met in time.";
        /// An advance notice, a reminder, supervision or a circular is due.
        TierReached(TierReached) = "obligation.tier_reached"/1, "C-0",
            "到预告、催办、督办或通报之时。", "An obligation reached an advance notice, a reminder, supervision or a circular.";
        /// Somebody explains.
        Explained(Explained) = "obligation.explained"/1, "C-0",
            "对未履行作出说明。", "A breach was explained.";
        /// The explanation is accepted or not.
        ExplanationDecided(ExplanationDecided) = "obligation.explanation_decided"/1, "C-0",
            "对说明作出认定。", "An explanation was accepted or not.";
    }
}

/// `obligation.breached/1`. The leaf's `occurred_at` is the end of the day by which it was due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breached {
    /// What was owed.
    pub code: ObligationCode,
    /// Which part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// The stream that it is about.
    pub about: String,
    /// The period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Who owed it on the day.
    pub owed_by: OwedBy,
    /// What it is called.
    pub what: Breach,
    /// What was missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Shortfall>,
    /// The day by which it was due.
    pub due_on: NaiveDate,
    /// True where a year without a published calendar was looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

/// `obligation.tier_reached/1`. The leaf's `occurred_at` is when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierReached {
    /// What is owed.
    pub code: ObligationCode,
    /// Which part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// The stream that it is about.
    pub about: String,
    /// The period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Who owes it.
    pub owed_by: OwedBy,
    /// Which tier.
    pub tier: Tier,
    /// The day by which it is, or was, due.
    pub due_on: NaiveDate,
}

/// `obligation.explained/1`. What was said is in the narrative part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// Files that bear it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_ids: Vec<FileId>,
}

/// `obligation.explanation_decided/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplanationDecided {
    /// Whether it excuses.
    pub accepted: bool,
}

impl ObligationEvent {
    /// The obligation that the clock speaks of; what people say stands in its stream.
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Breached(Breached { code, part, about, period, .. })
            | Self::TierReached(TierReached { code, part, about, period, .. }) => {
                Some(Key { code: *code, part: *part, about: about.clone(), period: period.clone() })
            }
            Self::Explained(_) | Self::ExplanationDecided(_) => None,
        }
    }
}

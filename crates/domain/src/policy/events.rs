//! The facts of the policy, as stored (FORMAT §7).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Facts in the stream `policy/<uuid>`: version 1, 2, 3 … of the town's policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "public")]
pub enum PolicyEvent {
    /// A version was adopted; its whole text is the event.
    #[serde(rename = "policy.version_adopted")]
    VersionAdopted(Value),
}

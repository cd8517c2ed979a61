//! The facts of the policy, as stored (FORMAT §7).

use crate::event_type::events;
use serde_json::Value;

events! {
    /// Facts in the stream `policy/<uuid>`: version 1, 2, 3 … of the town's policy.
    PolicyEvent {
        /// A version was adopted; its whole text is the event.
        VersionAdopted(Value) = "policy.version_adopted"/2, "C-0",
            "通过一版规则，全文在此。", "A version of the policy was adopted; the whole of it stands here.";
    }
}

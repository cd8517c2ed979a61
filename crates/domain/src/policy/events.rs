//! The facts of the policy, as stored (FORMAT §7).

use crate::event_type::events;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

events! {
    /// Facts in the stream `policy/<uuid>`: version 1, 2, 3 … of the town's policy.
    PolicyEvent {
        /// A version was adopted; its whole text is the event.
        VersionAdopted(Adopted) = "policy.version_adopted"/4, "C-0",
            "通过一版规则，全文在此。", "A version of the policy was adopted; the whole of it stands here.";
    }
}

/// The schema of every document that is adopted today.
pub(super) const NEWEST_SCHEMA: u32 = 4;

/// `policy.version_adopted/4` (C-0): the whole document as it was adopted. Schema 4 added `retention`. Schema 3 has the
/// members of schema 2; that a version was recorded in it says which obligations the clock knew when the town adopted it
/// ([`Policy::clock_knows`](super::Policy::clock_knows)).
#[derive(Clone, Debug, PartialEq)]
pub struct Adopted {
    /// The document.
    pub document: Value,
    /// The schema of its leaf.
    pub schema: u32,
}

impl From<Value> for Adopted {
    /// A document that is adopted now.
    fn from(document: Value) -> Self {
        Self { document, schema: NEWEST_SCHEMA }
    }
}

impl Serialize for Adopted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Adopted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

//! One event as one leaf (FORMAT §1), and the forms of its values. Written by [`prepare`] and [`Prepared::finish`]
//! (`writing.rs`); read by [`read`] with an auditor's strictness (`reading.rs`) and by
//! [`Recorded::leaf`](crate::log::Recorded::leaf) with a server's haste (`text.rs`).

mod reading;
mod text;
mod writing;

pub use crate::record::canonical::Refused;
pub use reading::read;
pub use text::LeafText;
pub use writing::{Prepared, Whose, prepare};

use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
pub use crate::record::boxes::BOX_CLASSES;
use crate::record::boxes::{Class, KeyId, SealedBox, WrappedKey};
use crate::record::canonical::is_name;
use serde_json::Value;
use uuid::Uuid;

/// The format written and read here.
pub const FORMAT: u32 = 1;

/// A leaf, taken apart. Fields are the envelope's keys (FORMAT §1), absent ones `None` or empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Access-policy table in force: 16 hex digits.
    pub access: Option<String>,
    /// Who did it.
    pub actor: String,
    /// In whose scope it happened.
    pub area: Uuid,
    /// What the leaf says of its boxes, in their order.
    pub boxes: Vec<LeafBox>,
    /// Newest calendar event known to the decision.
    pub calendar: Option<Position>,
    /// Which command wrote it.
    pub command: CommandId,
    /// Makes the leaf hash unguessable.
    pub nonce: [u8; 16],
    /// Claimed instant, ms since 1970 UTC.
    pub occurred_at: i64,
    /// Policy version under which it was decided.
    pub policy: Option<Position>,
    /// Leaf hash of the previous event of the stream; `None` at version 1.
    pub prev: Option<Hash>,
    /// The public facts: an object.
    pub public: Value,
    /// Server's instant, ms since 1970 UTC.
    pub recorded_at: i64,
    /// Role in which the actor acted.
    pub role: String,
    /// Version of the `public` shape.
    pub schema: u32,
    /// Its stream.
    pub stream: StreamId,
    /// `<family>.<fact>`.
    pub event_type: String,
    /// Its place in the stream.
    pub version: Version,
}

/// What a leaf says of one of its boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafBox {
    /// One of [`BOX_CLASSES`].
    pub class: String,
    /// HMAC over the payload.
    pub commitment: [u8; 32],
    /// Whose box it is.
    pub subject: SubjectId,
}

/// One fact that is about to become a leaf. Numbers, `prev`, `recorded_at` are the Sequencer's.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// `<family>.<fact>`, the family being that of the stream.
    pub event_type: String,
    /// Version of the `public` shape, from 1.
    pub schema: u32,
    /// The first-level grid in whose scope it happened, or the town.
    pub area: uuid::Uuid,
    /// Claimed instant, ms since 1970 UTC. `None` takes the leaf's own `recorded_at`.
    pub occurred_at: Option<i64>,
    /// Position of the policy version it was decided under.
    pub policy: Option<Position>,
    /// Position of the newest calendar event the decision knew.
    pub calendar: Option<Position>,
    /// The public facts: a JSON object that satisfies the canonical rules (FORMAT §1).
    pub public: serde_json::Value,
    /// Sealed personal parts, in leaf order.
    pub boxes: Vec<SealedBox>,
    /// Wrapped keys of the subjects that appear here for the first time.
    pub keys: Vec<WrappedKey>,
}

impl LeafBox {
    /// The keys that may open it: that of its class, and that of all classes, of key format 1.
    pub fn keys(&self) -> impl Iterator<Item = KeyId> {
        let subject = self.subject;
        Class::parse(&self.class).map(|class| KeyId::of(subject, class)).into_iter().chain([KeyId::shared(subject)])
    }
}

fn malformed(key: &str) -> Refused {
    Refused::Envelope(format!("`{key}` is not of its form"))
}

/// The mark of an access table: 16 hex digits (FORMAT §1, `access`).
fn is_mark(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

/// `account/<uuid>` or one of the system's own (FORMAT §1, `actor`).
fn is_actor(actor: &str) -> bool {
    match actor.strip_prefix("account/") {
        Some(id) => is_uuid(id),
        None => matches!(
            actor,
            "system/clock"
                | "system/command-line"
                | "system/import"
                | "system/public"
                | "system/receipt"
                | "system/start"
        ),
    }
}

/// A uuid in the one spelling that the format has: lower case with hyphens.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok() && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// A family by itself, or a family and one id of lower-case letters, digits and hyphens.
fn is_stream(stream: &StreamId) -> bool {
    match stream.as_str().split_once('/') {
        None => is_name(stream.as_str()),
        Some((family, id)) => {
            let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            is_name(family) && !id.is_empty() && id.bytes().all(fits)
        }
    }
}

/// `<family>.<fact>` with the stream's family.
fn is_type(event_type: &str, stream: &StreamId) -> bool {
    event_type.split_once('.').is_some_and(|(family, fact)| family == stream.family() && is_name(fact))
}

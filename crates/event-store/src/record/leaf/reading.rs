//! Leaves read with an auditor's strictness. What a single leaf cannot show (its position, `prev`, the order of times) is
//! not checked here.

use super::{BOX_CLASSES, FORMAT, Leaf, LeafBox, Refused, is_actor, is_stream, is_type, is_uuid, malformed};
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::log::Recorded;
use crate::record::canonical::{self, Text, is_name};
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use uuid::Uuid;

/// The envelope as it stands in the bytes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    access: Option<String>,
    actor: String,
    #[serde(borrow)]
    area: Cow<'a, str>,
    #[serde(default, borrow)]
    boxes: Option<Vec<EnvelopeBox<'a>>>,
    calendar: Option<u64>,
    #[serde(borrow)]
    command: Cow<'a, str>,
    format: u32,
    #[serde(borrow)]
    nonce: Cow<'a, str>,
    occurred_at: i64,
    policy: Option<u64>,
    #[serde(default, borrow)]
    prev: Option<Cow<'a, str>>,
    public: Value,
    recorded_at: i64,
    role: String,
    schema: u32,
    stream: String,
    #[serde(rename = "type")]
    event_type: String,
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeBox<'a> {
    class: String,
    #[serde(borrow)]
    commitment: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
}

fn bytes_of<const N: usize>(engine: &impl base64::Engine, text: &str, key: &str) -> Result<[u8; N], Refused> {
    engine.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| malformed(key))
}

impl Leaf {
    fn from_envelope(envelope: Envelope<'_>) -> Result<Self, Refused> {
        if envelope.format != FORMAT {
            return Err(Refused::Envelope(format!("format {}", envelope.format)));
        }
        let mut boxes = Vec::new();
        for sealed in envelope.boxes.unwrap_or_default() {
            boxes.push(LeafBox {
                commitment: bytes_of(&STANDARD, &sealed.commitment, "commitment")?,
                subject: SubjectId::parse(&sealed.subject).ok_or_else(|| malformed("subject"))?,
                class: sealed.class,
            });
        }
        let prev = match envelope.prev {
            Some(text) => Some(bytes_of(&STANDARD, &text, "prev")?),
            None => None,
        };
        Ok(Self {
            access: envelope.access,
            actor: envelope.actor,
            area: Uuid::try_parse(&envelope.area).map_err(|_| malformed("area"))?,
            boxes,
            calendar: envelope.calendar.map(Position),
            command: CommandId(bytes_of(&URL_SAFE_NO_PAD, &envelope.command, "command")?),
            nonce: bytes_of(&STANDARD, &envelope.nonce, "nonce")?,
            occurred_at: envelope.occurred_at,
            policy: envelope.policy.map(Position),
            prev,
            public: envelope.public,
            recorded_at: envelope.recorded_at,
            role: envelope.role,
            schema: envelope.schema,
            stream: StreamId::new(envelope.stream).ok_or_else(|| malformed("stream"))?,
            event_type: envelope.event_type,
            version: Version(envelope.version),
        })
    }

    /// The forms that FORMAT §1 gives the envelope's values beyond their JSON types.
    fn check(&self) -> Result<(), Refused> {
        let holds = |ok: bool, key: &str| if ok { Ok(()) } else { Err(malformed(key)) };
        let positive = |position: Option<Position>| position.is_none_or(|p| p.0 > 0);
        holds(self.access.as_deref().is_none_or(super::is_mark), "access")?;
        holds(is_actor(&self.actor), "actor")?;
        holds(self.boxes.iter().all(|sealed| BOX_CLASSES.contains(&sealed.class.as_str())), "class")?;
        holds(positive(self.calendar), "calendar")?;
        holds(positive(self.policy), "policy")?;
        holds(self.public.is_object(), "public")?;
        holds(is_name(&self.role), "role")?;
        holds(self.schema > 0, "schema")?;
        holds(is_stream(&self.stream), "stream")?;
        holds(is_type(&self.event_type, &self.stream), "type")?;
        holds(self.version.0 > 0, "version")?;
        holds(self.prev.is_some() == (self.version.0 > 1), "prev")
    }
}

/// Reads a leaf as an auditor does: canonical to the byte, the envelope complete, nothing unknown in it, every value of
/// its form. What a single leaf cannot show (position, `prev`, order of times) is the caller's to check.
///
/// # Errors
/// The first reason in the order of FORMAT §1; never a panic, whatever the bytes.
pub fn read(bytes: &[u8]) -> Result<Leaf, Refused> {
    canonical::parse(bytes, Text::Plain)?;
    let envelope: Envelope<'_> =
        serde_json::from_slice(bytes).map_err(|error| Refused::Envelope(without_place(&error.to_string())))?;
    // Two spellings that the decoded leaf no longer shows.
    if envelope.boxes.as_ref().is_some_and(Vec::is_empty) {
        return Err(Refused::Envelope("`boxes` is empty".to_owned()));
    }
    if !is_uuid(&envelope.area) {
        return Err(malformed("area"));
    }
    let leaf = Leaf::from_envelope(envelope)?;
    leaf.check()?;
    Ok(leaf)
}

/// The message of a JSON error without its line and column, which say nothing on a one-line leaf.
fn without_place(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

impl Recorded {
    /// Bytes of the leaf and its boxes.
    pub fn bytes(&self) -> usize {
        self.boxes.iter().map(bytes::Bytes::len).sum::<usize>() + self.leaf.len()
    }

    /// Its leaf hash (FORMAT §2).
    pub fn hash(&self) -> Hash {
        crate::record::tree::leaf_hash(&self.leaf)
    }

    /// Stream and type without parsing: in canonical bytes they stand next to the end, and neither can hold a quote.
    /// Two empty texts when the bytes are no leaf.
    pub fn stream_and_type(&self) -> (&str, &str) {
        stream_and_type(&self.leaf).unwrap_or(("", ""))
    }
}

fn stream_and_type(leaf: &[u8]) -> Option<(&str, &str)> {
    // … ,"stream":"issue/…","type":"issue.raised","version":2}
    let digits_to = leaf.len().checked_sub(1)?;
    let digits = leaf[..digits_to].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = leaf[..digits_to - digits].strip_suffix(b"\",\"version\":")?;
    let type_from = rest.iter().rposition(|&byte| byte == b'"')? + 1;
    let event_type = &rest[type_from..];
    let rest = rest[..type_from].strip_suffix(b"\",\"type\":\"")?;
    let stream_from = rest.iter().rposition(|&byte| byte == b'"')? + 1;
    let stream = &rest[stream_from..];
    Some((std::str::from_utf8(stream).ok()?, std::str::from_utf8(event_type).ok()?))
}

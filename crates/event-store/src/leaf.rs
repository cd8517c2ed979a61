//! One event as one leaf (FORMAT §1): written by [`prepare`] and [`Prepared::finish`], read by [`read`] with an
//! auditor's strictness and by [`Recorded::leaf`] with a server's haste.

use crate::append::NewEvent;
use crate::canonical::{self, INTEGER_MAX, LEAF_BYTES_MAX, Text, is_name, write_text};
use crate::ids::{CommandId, Hash, Position, StreamId, SubjectId, Version};
use crate::log::{LogError, Recorded};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write as _;
use uuid::Uuid;

pub use crate::canonical::Refused;

/// The format written and read here.
pub const FORMAT: u32 = 1;

/// Classes that a box may have (FORMAT §1, `boxes`).
pub const BOX_CLASSES: [&str; 4] = ["identity", "contact", "narrative", "file"];

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

fn malformed(key: &str) -> Refused {
    Refused::Envelope(format!("`{key}` is not of its form"))
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
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        let positive = |position: Option<Position>| position.is_none_or(|p| p.0 > 0);
        holds(self.access.as_ref().is_none_or(|text| text.len() == 16 && text.bytes().all(hex)), "access")?;
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

/// `account/<uuid>` or one of the system's three (FORMAT §1, `actor`).
fn is_actor(actor: &str) -> bool {
    match actor.strip_prefix("account/") {
        Some(id) => is_uuid(id),
        None => matches!(actor, "system/clock" | "system/import" | "system/start"),
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
    /// The leaf taken apart, trusting that it was written by [`Prepared::finish`]: no canonical check.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when the bytes are no leaf.
    pub fn leaf(&self) -> Result<Leaf, LogError> {
        serde_json::from_slice::<Envelope<'_>>(&self.leaf)
            .map_err(|error| error.to_string())
            .and_then(|envelope| Leaf::from_envelope(envelope).map_err(|e| e.to_string()))
            .map_err(|why| LogError::Damaged(format!("leaf at position {}: {why}", self.position)))
    }

    /// Its leaf hash (FORMAT §3).
    pub fn hash(&self) -> Hash {
        crate::tree::leaf_hash(&self.leaf)
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

/// A leaf's text but for what only the Sequencer knows: `prev`, `recorded_at`, `version`, and `occurred_at` where the
/// event names no instant. Made on the caller's thread, so that the one writer thread only joins texts.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Up to and with `"occurred_at":`.
    head: String,
    occurred_at: Option<i64>,
    /// `,"policy":3` or nothing.
    policy: String,
    /// From `,"public":` up to and with `,"recorded_at":`.
    public: String,
    /// From `,"role":` up to and with `"version":`.
    tail: String,
}

/// Checks an event and writes its leaf as far as the caller can.
///
/// # Errors
/// What [`read`] would refuse of the finished leaf, save its size, which [`Prepared::finish`] knows.
pub fn prepare(
    event: &NewEvent,
    actor: &str,
    role: &str,
    command: CommandId,
    stream: &StreamId,
) -> Result<Prepared, Refused> {
    let holds = |ok: bool, key: &str| if ok { Ok(()) } else { Err(malformed(key)) };
    let positive =
        |position: Option<Position>| position.is_none_or(|p| (1..=INTEGER_MAX.unsigned_abs()).contains(&p.0));
    let mut public = String::with_capacity(512);
    public.push_str(",\"public\":");
    canonical::write(&mut public, &event.public, 2, Text::Plain)?;
    public.push_str(",\"recorded_at\":");
    holds(is_actor(actor), "actor")?;
    holds(positive(event.calendar), "calendar")?;
    holds(positive(event.policy), "policy")?;
    holds(event.occurred_at.is_none_or(|at| at.unsigned_abs() <= INTEGER_MAX.unsigned_abs()), "occurred_at")?;
    holds(event.public.is_object(), "public")?;
    holds(is_name(role), "role")?;
    holds(event.schema > 0, "schema")?;
    holds(is_stream(stream), "stream")?;
    holds(is_type(&event.event_type, stream), "type")?;

    let mut head = String::with_capacity(256 + event.boxes.len() * 140);
    head.push_str("{\"actor\":");
    write_text(&mut head, actor);
    // Writing to a string cannot fail.
    let _ = write!(head, ",\"area\":\"{}\"", event.area);
    for (i, sealed) in event.boxes.iter().enumerate() {
        holds(BOX_CLASSES.contains(&sealed.class), "class")?;
        head.push_str(if i == 0 { ",\"boxes\":[" } else { "," });
        let _ = write!(head, "{{\"class\":\"{}\",\"commitment\":\"", sealed.class);
        STANDARD.encode_string(sealed.commitment, &mut head);
        let _ = write!(head, "\",\"subject\":\"{}\"}}", sealed.subject);
    }
    if !event.boxes.is_empty() {
        head.push(']');
    }
    if let Some(calendar) = event.calendar {
        let _ = write!(head, ",\"calendar\":{calendar}");
    }
    head.push_str(",\"command\":\"");
    URL_SAFE_NO_PAD.encode_string(command.0, &mut head);
    let mut nonce = [0; 16];
    crate::fill_random(&mut nonce);
    let _ = write!(head, "\",\"format\":{FORMAT},\"nonce\":\"");
    STANDARD.encode_string(nonce, &mut head);
    head.push_str("\",\"occurred_at\":");

    let policy = event.policy.map_or_else(String::new, |policy| format!(",\"policy\":{policy}"));
    let tail = format!(
        ",\"role\":\"{role}\",\"schema\":{},\"stream\":\"{stream}\",\"type\":\"{}\",\"version\":",
        event.schema, event.event_type
    );
    let prepared = Prepared { head, occurred_at: event.occurred_at, policy, public, tail };
    // Certainly too long is told here already; the numbers to come can only add to it.
    canonical::within(prepared.bytes_min(), LEAF_BYTES_MAX)?;
    Ok(prepared)
}

impl Prepared {
    /// Bytes without the numbers and `prev`, which add fewer than 128.
    pub(crate) fn bytes_min(&self) -> usize {
        self.head.len() + self.policy.len() + self.public.len() + self.tail.len()
    }

    /// The leaf, given its place in the stream and its time (ms since 1970 UTC).
    ///
    /// # Errors
    /// [`Refused::Size`] beyond 16,384 bytes; [`Refused::Value`] for a time beyond 2^53 − 1;
    /// [`Refused::Envelope`] when `prev` and version do not go together.
    pub fn finish(&self, prev: Option<&Hash>, recorded_at: i64, version: Version) -> Result<Bytes, Refused> {
        if version.0 == 0 || prev.is_some() != (version.0 > 1) {
            return Err(malformed("prev"));
        }
        let max = INTEGER_MAX.unsigned_abs();
        if recorded_at.unsigned_abs() > max || version.0 > max {
            return Err(Refused::Value("an integer beyond 2^53 - 1"));
        }
        let mut leaf = String::with_capacity(self.bytes_min() + 128);
        leaf.push_str(&self.head);
        // Writing to a string cannot fail.
        let _ = write!(leaf, "{}", self.occurred_at.unwrap_or(recorded_at));
        leaf.push_str(&self.policy);
        if let Some(prev) = prev {
            leaf.push_str(",\"prev\":\"");
            STANDARD.encode_string(prev, &mut leaf);
            leaf.push('"');
        }
        leaf.push_str(&self.public);
        let _ = write!(leaf, "{recorded_at}");
        leaf.push_str(&self.tail);
        let _ = write!(leaf, "{version}}}");
        canonical::within(leaf.len(), LEAF_BYTES_MAX)?;
        Ok(Bytes::from(leaf))
    }
}

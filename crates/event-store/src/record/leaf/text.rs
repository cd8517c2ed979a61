//! A leaf as its texts stand in the bytes, for whoever reads many and needs a copy of few of them: [`Recorded::text`].

use super::{FORMAT, Leaf, LeafBox};
use crate::ids::{CommandId, Position, StreamId, SubjectId, Version};
use crate::log::{LogError, Recorded};
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use memchr::{memchr, memrchr};
use std::str::FromStr;
use uuid::Uuid;

/// The members of a leaf, each as it is spelled there. In canonical bytes they come in one order, and no text of the
/// envelope can hold a quote or a bracket (FORMAT §1), so that each ends where its delimiter stands.
#[derive(Clone, Copy, Debug)]
pub struct LeafText<'a> {
    /// Access-policy table in force: 16 hex digits.
    pub access: Option<&'a str>,
    /// Who did it.
    pub actor: &'a str,
    /// In whose scope it happened: a uuid.
    pub area: &'a str,
    /// What stands between the brackets of `boxes`.
    boxes: &'a str,
    /// Newest calendar event known to the decision.
    pub calendar: Option<Position>,
    /// Which command wrote it: base64url of 16 bytes.
    pub command: &'a str,
    /// Base64 of 16 bytes.
    nonce: &'a str,
    /// Claimed instant, ms since 1970 UTC.
    pub occurred_at: i64,
    /// Policy version under which it was decided.
    pub policy: Option<Position>,
    /// Leaf hash of the previous event of the stream, base64.
    pub prev: Option<&'a str>,
    /// The public facts, a canonical JSON object.
    pub public: &'a str,
    /// Server's instant, ms since 1970 UTC.
    pub recorded_at: i64,
    /// Role in which the actor acted.
    pub role: &'a str,
    /// Version of the `public` shape.
    pub schema: u32,
    /// Its stream.
    pub stream: &'a str,
    /// `<family>.<fact>`.
    pub event_type: &'a str,
    /// Its place in the stream.
    pub version: Version,
}

/// What is still to be read of a leaf, from either end.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip(&mut self, expected: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// Up to a delimiter, which is passed over.
    fn until(&mut self, before: &str, delimiter: u8) -> Option<&'a str> {
        let rest = self.0.strip_prefix(before)?;
        let end = memchr(delimiter, rest.as_bytes())?;
        self.0 = rest.get(end + 1..)?;
        rest.get(..end)
    }

    fn text(&mut self, before: &str) -> Option<&'a str> {
        self.until(before, b'"')
    }

    fn number<N: FromStr>(&mut self, before: &str) -> Option<N> {
        let rest = self.0.strip_prefix(before)?;
        let digits = rest.bytes().take_while(is_of_number).count();
        let (number, rest) = rest.split_at(digits);
        self.0 = rest;
        number.parse().ok()
    }

    /// The text that ends it.
    fn last_text(&mut self, before: &str) -> Option<&'a str> {
        let rest = self.0.strip_suffix('"')?;
        let end = memrchr(b'"', rest.as_bytes())?;
        self.0 = rest.get(..=end)?.strip_suffix(before)?;
        rest.get(end + 1..)
    }

    /// The number that ends it.
    fn last_number<N: FromStr>(&mut self, before: &str) -> Option<N> {
        let digits = self.0.bytes().rev().take_while(is_of_number).count();
        let (rest, number) = self.0.split_at(self.0.len() - digits);
        self.0 = rest.strip_suffix(before)?;
        number.parse().ok()
    }
}

fn is_of_number(byte: &u8) -> bool {
    byte.is_ascii_digit() || *byte == b'-'
}

impl<'a> LeafText<'a> {
    fn of(leaf: &'a [u8]) -> Option<Self> {
        let mut rest = Rest(std::str::from_utf8(leaf).ok()?);
        let access = rest.text("{\"access\":\"");
        let actor = rest.text(if access.is_some() { ",\"actor\":\"" } else { "{\"actor\":\"" })?;
        let area = rest.text(",\"area\":\"")?;
        // What is optional is absent where the next one follows: whatever else stands there, that one does not find itself.
        let boxes = rest.until(",\"boxes\":[", b']').unwrap_or_default();
        let calendar = rest.number(",\"calendar\":").map(Position);
        let command = rest.text(",\"command\":\"")?;
        let format: u32 = rest.number(",\"format\":")?;
        let nonce = rest.text(",\"nonce\":\"")?;
        let occurred_at = rest.number(",\"occurred_at\":")?;
        let policy = rest.number(",\"policy\":").map(Position);
        let prev = rest.text(",\"prev\":\"");
        rest.skip(",\"public\":")?;
        // Its own members may be of any name; what follows it is read from the end.
        rest.0 = rest.0.strip_suffix('}')?;
        let version = rest.last_number(",\"version\":").map(Version)?;
        let event_type = rest.last_text(",\"type\":\"")?;
        let stream = rest.last_text(",\"stream\":\"")?;
        let schema = rest.last_number(",\"schema\":")?;
        let role = rest.last_text(",\"role\":\"")?;
        let recorded_at = rest.last_number(",\"recorded_at\":")?;
        let public = rest.0;
        (format == FORMAT).then_some(Self {
            access,
            actor,
            area,
            boxes,
            calendar,
            command,
            nonce,
            occurred_at,
            policy,
            prev,
            public,
            recorded_at,
            role,
            schema,
            stream,
            event_type,
            version,
        })
    }

    /// What it says of its boxes, in their order; `None` where that is not of its form.
    pub fn boxes(&self) -> Option<Vec<LeafBox>> {
        let mut rest = Rest(self.boxes);
        let mut boxes = Vec::new();
        while !rest.0.is_empty() {
            if !boxes.is_empty() {
                rest.skip(",")?;
            }
            let class = rest.text("{\"class\":\"")?.to_owned();
            let commitment = bytes_of(&STANDARD, rest.text(",\"commitment\":\"")?)?;
            let subject = SubjectId::parse(rest.text(",\"subject\":\"")?)?;
            rest.skip("}")?;
            boxes.push(LeafBox { class, commitment, subject });
        }
        Some(boxes)
    }

    fn leaf(&self) -> Option<Leaf> {
        let prev = match self.prev {
            Some(text) => Some(bytes_of(&STANDARD, text)?),
            None => None,
        };
        Some(Leaf {
            access: self.access.map(str::to_owned),
            actor: self.actor.to_owned(),
            area: Uuid::try_parse(self.area).ok()?,
            boxes: self.boxes()?,
            calendar: self.calendar,
            command: CommandId(bytes_of(&URL_SAFE_NO_PAD, self.command)?),
            nonce: bytes_of(&STANDARD, self.nonce)?,
            occurred_at: self.occurred_at,
            policy: self.policy,
            prev,
            public: serde_json::from_str(self.public).ok()?,
            recorded_at: self.recorded_at,
            role: self.role.to_owned(),
            schema: self.schema,
            stream: StreamId::new(self.stream)?,
            event_type: self.event_type.to_owned(),
            version: self.version,
        })
    }
}

fn bytes_of<const N: usize>(engine: &impl base64::Engine, text: &str) -> Option<[u8; N]> {
    engine.decode(text).ok()?.try_into().ok()
}

impl Recorded {
    /// The leaf as its texts stand in the bytes, trusting that it was written by
    /// [`Prepared::finish`](super::Prepared::finish): no canonical check, and `public` is not looked into.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when the bytes are no leaf.
    pub fn text(&self) -> Result<LeafText<'_>, LogError> {
        LeafText::of(&self.leaf).ok_or_else(|| self.no_leaf())
    }

    /// The leaf taken apart, with the same trust.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when the bytes are no leaf.
    pub fn leaf(&self) -> Result<Leaf, LogError> {
        self.text()?.leaf().ok_or_else(|| self.no_leaf())
    }

    fn no_leaf(&self) -> LogError {
        LogError::Damaged(format!("leaf at position {}: it is not of its form", self.position))
    }
}

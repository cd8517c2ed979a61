//! Leaves written, in two steps: [`prepare`] on the caller's thread, [`Prepared::finish`] on the writer's.

use super::{BOX_CLASSES, FORMAT, NewEvent, Refused, is_actor, is_mark, is_stream, is_type, malformed};
use crate::ids::{CommandId, Hash, Position, StreamId, Version};
use crate::record::canonical::{self, INTEGER_MAX, LEAF_BYTES_MAX, Text, is_name, write_text};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use std::fmt::Write as _;

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

/// What all leaves of one command say alike.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// Who did it.
    pub actor: &'a str,
    /// In which role.
    pub role: &'a str,
    /// Access-policy table in force.
    pub access: Option<&'a str>,
    /// Which command it is.
    pub command: CommandId,
}

/// Checks an event and writes its leaf as far as the caller can.
///
/// # Errors
/// What [`read`](super::read) would refuse of the finished leaf, save its size, which [`Prepared::finish`] knows.
pub fn prepare(
    event: &NewEvent,
    Whose { actor, role, access, command }: Whose<'_>,
    stream: &StreamId,
) -> Result<Prepared, Refused> {
    let holds = |ok: bool, key: &str| if ok { Ok(()) } else { Err(malformed(key)) };
    let positive =
        |position: Option<Position>| position.is_none_or(|p| (1..=INTEGER_MAX.unsigned_abs()).contains(&p.0));
    let mut public = String::with_capacity(512);
    public.push_str(",\"public\":");
    canonical::write(&mut public, &event.public, 2, Text::Plain)?;
    public.push_str(",\"recorded_at\":");
    holds(access.is_none_or(is_mark), "access")?;
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
    head.push('{');
    if let Some(access) = access {
        let _ = write!(head, "\"access\":\"{access}\",");
    }
    head.push_str("\"actor\":");
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

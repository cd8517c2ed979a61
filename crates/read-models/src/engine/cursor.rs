//! Cursors: where a page ended, and of which question. Opaque to clients; nothing in them is secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How many bytes of a cursor say of which query it is.
const MARK_BYTES: usize = 8;

/// Why a cursor was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// It is not one of ours, or was cut or changed.
    #[error("the cursor cannot be read")]
    Malformed,
    /// It came from a list with other filters or another order.
    #[error("the cursor belongs to another query")]
    OfAnotherQuery,
}

/// What a cursor is bound to: the list and every filter and order of it (not the page size).
#[derive(Clone, Debug)]
pub struct QueryMark(Sha256);

impl QueryMark {
    /// Of the list with this name.
    pub fn of(list: &str) -> Self {
        let mut digest = Sha256::new();
        digest.update(list.as_bytes());
        Self(digest)
    }

    /// Adds one parameter; absent ones count too. Lengths keep neighbours apart.
    pub(crate) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        for part in [Some(name), value] {
            match part {
                Some(text) => {
                    self.0.update([1]);
                    self.0.update((text.len() as u64).to_be_bytes());
                    self.0.update(text.as_bytes());
                }
                None => self.0.update([0]),
            }
        }
        self
    }

    /// The cursor of a page that ended at this place, in bytes.
    pub fn cursor(&self, place: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode([&self.bytes()[..], place].concat())
    }

    /// The place of so many bytes in a cursor of this query.
    ///
    /// # Errors
    /// Where it is none, or one of another query.
    pub fn place<const BYTES: usize>(&self, cursor: &str) -> Result<[u8; BYTES], CursorError> {
        // Four characters hold three bytes; nothing longer is worth decoding.
        if cursor.len() != (4 * (MARK_BYTES + BYTES)).div_ceil(3) {
            return Err(CursorError::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| CursorError::Malformed)?;
        let (mark, place) = bytes.split_first_chunk().ok_or(CursorError::Malformed)?;
        if *mark != self.bytes() {
            return Err(CursorError::OfAnotherQuery);
        }
        place.try_into().map_err(|_| CursorError::Malformed)
    }

    fn bytes(&self) -> [u8; MARK_BYTES] {
        let digest = self.0.clone().finalize();
        let mut mark = [0; MARK_BYTES];
        mark.copy_from_slice(&digest[..MARK_BYTES]);
        mark
    }
}

/// The last row of a page: its sort key (milliseconds, or days since the common era) and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub key: i64,
    pub id: Uuid,
}

impl Cursor {
    pub(crate) fn encode(&self, query: &QueryMark) -> String {
        query.cursor(&[&self.key.to_be_bytes()[..], self.id.as_bytes()].concat())
    }

    pub(crate) fn decode(text: &str, query: &QueryMark) -> Result<Self, CursorError> {
        let place = query.place::<24>(text)?;
        let (key, id) = place.split_first_chunk().ok_or(CursorError::Malformed)?;
        Ok(Self { key: i64::from_be_bytes(*key), id: Uuid::from_slice(id).map_err(|_| CursorError::Malformed)? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]
    use super::*;

    #[test]
    fn a_cursor_returns_only_to_its_own_query() {
        let mine = QueryMark::of("issues").with("grid_id", Some("a")).with("unit_id", None);
        let other = QueryMark::of("issues").with("grid_id", None).with("unit_id", Some("a"));
        let cursor = Cursor { key: -5, id: Uuid::from_u128(7) };
        let text = cursor.encode(&mine);
        assert_eq!(Cursor::decode(&text, &mine).unwrap(), cursor);
        assert_eq!(Cursor::decode(&text, &other), Err(CursorError::OfAnotherQuery));
        for bad in ["", "x", &text[1..], &format!("{text}A"), &"?".repeat(43)] {
            assert_eq!(Cursor::decode(bad, &mine), Err(CursorError::Malformed), "{bad}");
        }
    }
}

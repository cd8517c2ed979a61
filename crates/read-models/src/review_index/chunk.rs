//! The streams that begin near one another and may matter to the same review, which stand in one row: what many events of a
//! turn add is written once.

use super::touch::Of;
use crate::engine::columns::bigint;
use crate::engine::sqlite::{Sql, SqlError, misread};
use event_store::Position;
use uuid::Uuid;

/// Positions of a chunk.
const POSITIONS: u64 = 1_024;
/// Bytes of a stream.
const STREAM_BYTES: usize = 19;

/// What a stream is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Issue,
    Reception,
    Session,
    Study,
    Deed,
    TypicalCase,
    Activity,
    Meeting,
    Appraisal,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Issue,
        Self::Reception,
        Self::Session,
        Self::Study,
        Self::Deed,
        Self::TypicalCase,
        Self::Activity,
        Self::Meeting,
        Self::Appraisal,
    ];

    const fn stored(self) -> u8 {
        match self {
            Self::Issue => 0,
            Self::Reception => 1,
            Self::Session => 2,
            Self::Study => 3,
            Self::Deed => 4,
            Self::TypicalCase => 5,
            Self::Activity => 6,
            Self::Meeting => 7,
            Self::Appraisal => 8,
        }
    }

    fn read(stored: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.stored() == stored)
    }
}

/// A stream that may matter to a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Begun {
    pub year: i32,
    pub of: Of,
    pub first_position: u64,
    pub kind: Kind,
    pub stream_id: Uuid,
}

/// The key of a row: year, whose review it is, and the chunk.
pub(super) type Chunk = (i64, i64, Uuid, i64);

impl Begun {
    fn chunk(&self) -> Chunk {
        let (of_kind, of_id) = self.of.stored();
        (self.year.into(), of_kind, of_id, chunk_of(Position(self.first_position)))
    }

    fn bytes(&self) -> [u8; STREAM_BYTES] {
        let mut bytes = [0; STREAM_BYTES];
        // Less than a chunk has.
        let [.., high, low] = (self.first_position % POSITIONS).to_be_bytes();
        (bytes[0], bytes[1], bytes[2]) = (high, low, self.kind.stored());
        bytes[3..].copy_from_slice(self.stream_id.as_bytes());
        bytes
    }
}

/// The chunk of a position.
pub(super) fn chunk_of(position: Position) -> i64 {
    bigint(position.0 / POSITIONS)
}

/// The rows of a table as they are with some streams more, in the order of their keys.
pub(super) fn changed(sql: &Sql, table: &str, begun: &mut [Begun]) -> Result<Vec<(Chunk, Vec<u8>)>, SqlError> {
    begun.sort_unstable_by_key(|begun| (begun.chunk(), begun.first_position));
    let select = format!("select streams from {table} where year = $1 and of_kind = $2 and of_id = $3 and chunk = $4");
    let mut changed = Vec::new();
    for new in begun.chunk_by(|one, other| one.chunk() == other.chunk()) {
        let Some(chunk) = new.first().map(Begun::chunk) else { continue };
        let (year, of_kind, of_id, at) = chunk;
        let known = sql.row(&select, &[year.into(), of_kind.into(), of_id.into(), at.into()], |columns| {
            streams(columns.bytes()?).map(<[_]>::to_vec)
        })?;
        let mut all = known.unwrap_or_default();
        all.extend(new.iter().map(Begun::bytes));
        all.sort_unstable();
        all.dedup();
        changed.push((chunk, all.concat()));
    }
    Ok(changed)
}

/// Hands on the streams of a row that begin at `up_to` at the latest.
pub(super) fn each(
    chunk: i64,
    bytes: &[u8],
    up_to: Position,
    mut read: impl FnMut(Kind, Uuid),
) -> Result<(), SqlError> {
    for [high, low, kind, id @ ..] in streams(bytes)? {
        let kind = Kind::read(*kind).ok_or_else(|| misread("a kind of stream"))?;
        let position =
            u64::try_from(chunk).unwrap_or_default() * POSITIONS + u64::from(u16::from_be_bytes([*high, *low]));
        if position <= up_to.0 {
            read(kind, Uuid::from_bytes(*id));
        }
    }
    Ok(())
}

fn streams(bytes: &[u8]) -> Result<&[[u8; STREAM_BYTES]], SqlError> {
    let (streams, rest) = bytes.as_chunks();
    if rest.is_empty() { Ok(streams) } else { Err(misread("streams of a review")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_read_as_they_were_written_up_to_a_position() {
        let begun = |first_position, kind, id| Begun {
            year: 2026,
            of: Of::Grid(Uuid::from_u128(7)),
            first_position,
            kind,
            stream_id: Uuid::from_u128(id),
        };
        let (one, other) = (begun(3 * POSITIONS, Kind::Session, 1), begun(4 * POSITIONS - 1, Kind::Issue, 2));
        assert_eq!((one.chunk(), other.chunk()), ((2026, 0, Uuid::from_u128(7), 3), one.chunk()));
        let bytes = [one.bytes(), other.bytes()].concat();
        let read = |up_to| {
            let mut read = Vec::new();
            each(3, &bytes, Position(up_to), |kind, id| read.push((kind, id.as_u128()))).unwrap();
            read
        };
        assert_eq!(read(4 * POSITIONS), [(Kind::Session, 1), (Kind::Issue, 2)]);
        assert_eq!(read(4 * POSITIONS - 2), [(Kind::Session, 1)]);
        assert_eq!(read(3 * POSITIONS - 1), []);
        assert!(each(3, &bytes[1..], Position(0), |_, _| {}).is_err());
        assert!(each(3, &[9; STREAM_BYTES], Position(0), |_, _| {}).is_err());
    }
}

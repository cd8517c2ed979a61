//! What is kept of a command and of a subject, as bytes: the same in the journal's frames, in sled and in the index.
//! Each is an id of 16 bytes and a value of fixed length; numbers are little-endian.
//!
//! ```text
//! key     = subject 16 | epoch u32 | nonce 24 | wrapped 48
//! command = command 16 | first u64 | last u64 | 0 or 1 | fingerprint 32
//! ```

use crate::ids::{CommandId, Position, SubjectId};
use crate::log::CommandRecord;
use crate::record::boxes::WrappedKey;

/// Length of every id.
pub(crate) const ID_BYTES: usize = 16;
/// Length of a wrapped key without its subject.
pub(crate) const KEY_BYTES: usize = 76;
/// Length of a command's record without its id.
pub(crate) const COMMAND_BYTES: usize = 49;

pub(crate) type Id = [u8; ID_BYTES];

pub(crate) fn key(key: &WrappedKey) -> [u8; KEY_BYTES] {
    let mut value = [0; KEY_BYTES];
    value[..4].copy_from_slice(&key.epoch.to_le_bytes());
    value[4..28].copy_from_slice(&key.nonce);
    value[28..].copy_from_slice(&key.wrapped);
    value
}

pub(crate) fn read_key(subject: Id, value: &[u8; KEY_BYTES]) -> WrappedKey {
    WrappedKey {
        subject: SubjectId(subject),
        epoch: u32::from_le_bytes(part(value, 0)),
        nonce: part(value, 4),
        wrapped: part(value, 28),
    }
}

pub(crate) fn command(record: &CommandRecord) -> [u8; COMMAND_BYTES] {
    let mut value = [0; COMMAND_BYTES];
    value[..8].copy_from_slice(&record.first.0.to_le_bytes());
    value[8..16].copy_from_slice(&record.last.0.to_le_bytes());
    value[16] = u8::from(record.fingerprint.is_some());
    value[17..].copy_from_slice(&record.fingerprint.unwrap_or_default());
    value
}

pub(crate) fn read_command(command: Id, value: &[u8; COMMAND_BYTES]) -> CommandRecord {
    CommandRecord {
        command: CommandId(command),
        fingerprint: (value[16] == 1).then(|| part(value, 17)),
        first: Position(u64::from_le_bytes(part(value, 0))),
        last: Position(u64::from_le_bytes(part(value, 8))),
    }
}

/// The `N` bytes from `at` on, which every caller knows to be there.
fn part<const N: usize>(value: &[u8], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&value[at..at + N]);
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_come_back_as_they_were() {
        let wrapped = WrappedKey { subject: SubjectId([1; 16]), epoch: 3, nonce: [4; 24], wrapped: [5; 48] };
        assert_eq!(read_key([1; 16], &key(&wrapped)), wrapped);
        for fingerprint in [Some([9; 32]), None] {
            let record =
                CommandRecord { command: CommandId([2; 16]), fingerprint, first: Position(7), last: Position(8) };
            assert_eq!(read_command([2; 16], &command(&record)), record);
        }
    }
}

//! What is kept of a command and of a subject, as bytes: the same in the journal's frames, in sled and in the index.
//! Each is an id of 16 bytes and a value of fixed length; numbers are little-endian.
//!
//! ```text
//! key     = id 16 | class and epoch u32 | nonce 24 | wrapped 48
//! command = command 16 | first u64 | last u64 | 0 or 1 | fingerprint 32
//! ```
//!
//! A subject has a key for each class. The class is the highest byte beside the epoch (0: of all classes, key format 1),
//! and the id is the subject with that byte mixed into its last one: ids of one subject differ, and those of key format 1
//! are the subjects themselves.

use crate::ids::{CommandId, Position, SubjectId};
use crate::log::CommandRecord;
use crate::record::boxes::{Class, KeyId, WrappedKey};

/// Length of every id.
pub(crate) const ID_BYTES: usize = 16;
/// Length of a wrapped key without its subject.
pub(crate) const KEY_BYTES: usize = 76;
/// Length of a command's record without its id.
pub(crate) const COMMAND_BYTES: usize = 49;

pub(crate) type Id = [u8; ID_BYTES];

/// Bits of the number that holds class and epoch that are the epoch's.
const EPOCH_BITS: u32 = 24;
/// Last epoch that can be stored: one a day for 45,000 years.
pub(crate) const EPOCH_MAX: u32 = (1 << EPOCH_BITS) - 1;

fn class_byte(class: Option<Class>) -> u8 {
    class.map_or(0, |class| class as u8 + 1)
}

/// Under which id a key is stored.
pub(crate) fn key_id(id: KeyId) -> Id {
    let mut stored = id.subject.0;
    stored[ID_BYTES - 1] ^= class_byte(id.class);
    stored
}

/// Class and epoch as one number.
pub(crate) fn class_and_epoch(key: &WrappedKey) -> u32 {
    u32::from(class_byte(key.class)) << EPOCH_BITS | (key.epoch & EPOCH_MAX)
}

/// The key whose id and number these are. A class that nobody here knows stays in the epoch, of which there is no
/// key-encryption key then.
pub(crate) fn key_of(mut id: Id, number: u32, nonce: [u8; 24], wrapped: [u8; 48]) -> WrappedKey {
    let byte = number.to_be_bytes()[0];
    let class = Class::ALL.into_iter().find(|class| class_byte(Some(*class)) == byte);
    let epoch = if class.is_some() { number & EPOCH_MAX } else { number };
    id[ID_BYTES - 1] ^= class_byte(class);
    WrappedKey { subject: SubjectId(id), class, epoch, nonce, wrapped }
}

pub(crate) fn key(key: &WrappedKey) -> [u8; KEY_BYTES] {
    let mut value = [0; KEY_BYTES];
    value[..4].copy_from_slice(&class_and_epoch(key).to_le_bytes());
    value[4..28].copy_from_slice(&key.nonce);
    value[28..].copy_from_slice(&key.wrapped);
    value
}

pub(crate) fn read_key(id: Id, value: &[u8; KEY_BYTES]) -> WrappedKey {
    key_of(id, u32::from_le_bytes(part(value, 0)), part(value, 4), part(value, 28))
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
        let of = |class| WrappedKey { subject: SubjectId([1; 16]), class, epoch: 3, nonce: [4; 24], wrapped: [5; 48] };
        let mut ids = Vec::new();
        for class in Class::ALL.map(Some).into_iter().chain([None]) {
            let wrapped = of(class);
            ids.push(key_id(wrapped.id()));
            assert_eq!(read_key(key_id(wrapped.id()), &key(&wrapped)), wrapped);
        }
        assert_eq!(ids.last(), Some(&[1; 16]), "what an earlier version wrote is found");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5);
        for fingerprint in [Some([9; 32]), None] {
            let record =
                CommandRecord { command: CommandId([2; 16]), fingerprint, first: Position(7), last: Position(8) };
            assert_eq!(read_command([2; 16], &command(&record)), record);
        }
    }
}

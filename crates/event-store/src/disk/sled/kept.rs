//! Keys and commands as sled holds them, in the order of the log: a copy of what the journal has of them, from which a
//! damaged journal is put back. Nothing is looked up here ([`crate::disk::index`]).
//!
//! ```text
//! part = keys u8 | commands u8 | (subject 16 | key 76) … | (command 16 | record 49) …
//! ```
//!
//! Each part stands by itself: where a write was cut short and came again otherwise, an old part says nothing wrong.

use super::keys::{self, VALUE_BYTES_MAX};
use super::trouble::{damaged, failed, guarded};
use super::{Store, values};
use crate::disk::records::{self, COMMAND_BYTES, ID_BYTES, KEY_BYTES};
use crate::ids::CommandId;
use crate::log::{CommandRecord, LogError};
use crate::record::boxes::WrappedKey;

const HEADER_BYTES: usize = 2;
/// Records in a part: no kind has more than a byte can count, and both together fit.
const KEYS: usize = (VALUE_BYTES_MAX - HEADER_BYTES) / (ID_BYTES + KEY_BYTES);
const COMMANDS: usize = (VALUE_BYTES_MAX - HEADER_BYTES) / (ID_BYTES + COMMAND_BYTES);

/// The parts for so many records.
pub(super) fn parts<'a>(
    keys: impl Iterator<Item = &'a WrappedKey>,
    commands: impl Iterator<Item = &'a CommandRecord>,
) -> Vec<Vec<u8>> {
    let (keys, commands) = (keys.collect::<Vec<_>>(), commands.collect::<Vec<_>>());
    let of_keys = keys.chunks(KEYS).map(|keys| part(keys, &[]));
    let of_commands = commands.chunks(COMMANDS).map(|commands| part(&[], commands));
    of_keys.chain(of_commands).collect()
}

fn part(keys: &[&WrappedKey], commands: &[&CommandRecord]) -> Vec<u8> {
    let count = |many: usize| u8::try_from(many).unwrap_or(u8::MAX);
    let mut part = vec![count(keys.len()), count(commands.len())];
    for key in keys {
        part.extend_from_slice(&records::key_id(key.id()));
        part.extend_from_slice(&records::key(key));
    }
    for record in commands {
        part.extend_from_slice(&record.command.0);
        part.extend_from_slice(&records::command(record));
    }
    part
}

/// What is in a part; `None` when it is none.
pub(super) fn read(part: &[u8]) -> Option<(Vec<WrappedKey>, Vec<CommandRecord>)> {
    let ([keys, commands], rest) = part.split_first_chunk()?;
    let (of_keys, of_commands) = rest.split_at_checked(usize::from(*keys) * (ID_BYTES + KEY_BYTES))?;
    if of_commands.len() != usize::from(*commands) * (ID_BYTES + COMMAND_BYTES) {
        return None;
    }
    let keys = of_keys.chunks_exact(ID_BYTES + KEY_BYTES).map(|record| {
        let (id, value) = record.split_first_chunk()?;
        Some(records::read_key(*id, value.try_into().ok()?))
    });
    let commands = of_commands.chunks_exact(ID_BYTES + COMMAND_BYTES).map(|record| {
        let (command, value) = record.split_first_chunk()?;
        Some(records::read_command(*command, value.try_into().ok()?))
    });
    Some((keys.collect::<Option<_>>()?, commands.collect::<Option<_>>()?))
}

impl Store {
    /// Everything that is kept of keys and commands of the events shown, in the order of the log. What an earlier version wrote, and what
    /// came without an event, comes last: of those it is not known when.
    pub fn each_kept<E: From<LogError>>(&self, mut take: impl FnMut(Kept) -> Result<(), E>) -> Result<(), E> {
        let behind = keys::records(self.shown().saturating_add(1), 0);
        for prefix in [keys::RECORDS, keys::COMMAND, keys::SUBJECT] {
            let mut items = self.db.scan_prefix([prefix]);
            loop {
                let next = guarded(|| {
                    let Some(item) = items.next() else { return Ok(None) };
                    let (key, value) = item.map_err(failed)?;
                    if prefix == keys::RECORDS && *key >= behind[..] {
                        return Ok(None);
                    }
                    read_kept(prefix, &key, &value).map(Some).ok_or_else(|| damaged("a key or a command record"))
                })?;
                match next {
                    Some(kept) => take(kept)?,
                    None => break,
                }
            }
        }
        Ok(())
    }
}

/// Keys and commands as they were found.
#[derive(Default)]
pub(crate) struct Kept {
    pub keys: Vec<WrappedKey>,
    pub commands: Vec<CommandRecord>,
    /// Whether it is known that they are newer than those handed out before.
    pub in_order: bool,
}

fn read_kept(prefix: u8, key: &[u8], value: &[u8]) -> Option<Kept> {
    if prefix == keys::RECORDS {
        let (keys, commands) = read(value)?;
        return Some(Kept { keys, commands, in_order: true });
    }
    let id = key.get(1..)?.try_into().ok()?;
    let mut kept = Kept::default();
    if prefix == keys::SUBJECT {
        kept.keys.push(values::read_wrapped_key(id, value)?);
    } else {
        kept.commands.push(values::read_command(CommandId(id), value)?);
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ids::Position;

    #[test]
    fn what_is_kept_comes_back_and_nothing_panics_on_other_bytes() {
        let keys = (0..100_u8).map(|n| WrappedKey {
            class: None,
            subject: crate::ids::SubjectId([n; 16]),
            epoch: 1,
            nonce: [n; 24],
            wrapped: [n; 48],
        });
        let commands = (0..150_u8).map(|n| CommandRecord {
            command: CommandId([n; 16]),
            fingerprint: (n % 2 == 0).then_some([n; 32]),
            first: Position(1),
            last: Position(2),
        });
        let (keys, commands) = (keys.collect::<Vec<_>>(), commands.collect::<Vec<_>>());
        let parts = parts(keys.iter(), commands.iter());
        assert!(parts.iter().all(|part| part.len() <= VALUE_BYTES_MAX));
        let (mut back_keys, mut back_commands) = (Vec::new(), Vec::new());
        for part in &parts {
            let (keys, commands) = read(part).unwrap();
            back_keys.extend(keys);
            back_commands.extend(commands);
            for at in 0..part.len() {
                assert!(read(&part[..at]).is_none());
            }
        }
        assert_eq!((back_keys, back_commands), (keys, commands));
    }
}

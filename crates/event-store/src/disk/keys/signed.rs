//! What was signed last, in two slots of one file: the newer is never overwritten, so a torn write leaves the older.
//!
//! It is no key, and no part of any copy: a memory that could be brought back with the data of the same day would let
//! the log say two different things. So it has a directory of its own.

use super::files::{closed_to_others, in_use, io_error, read_file, sync_dir};
use super::{KeyError, SignError};
use crate::disk::files::{Files, OpenFile};
use crate::ids::Hash;
use crate::message::Message;
use crate::record::tree::empty_root;
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The file's name, here and in the key directory, where it lay before it had a directory of its own.
const FILE: &str = "signed";
/// Slots lie in different sectors, whatever their size on the medium.
const SLOT_STRIDE: usize = 4096;
const FILE_BYTES: usize = 2 * SLOT_STRIDE;

/// One record of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    /// Counts signatures; its parity is the slot's place.
    count: u64,
    size: u64,
    root: Hash,
}

/// How a slot is written: what it begins with, up to its numbers.
#[derive(Clone, Copy)]
enum Form {
    /// As it lay among the keys.
    AmongKeys,
    /// By itself, it has to say of which log it is.
    Apart(Uuid),
}

impl Form {
    fn head(self) -> Vec<u8> {
        match self {
            Self::AmongKeys => b"huiyins1".to_vec(),
            Self::Apart(log_id) => [b"huiyins2".as_slice(), log_id.as_bytes()].concat(),
        }
    }
}

impl Slot {
    fn bytes(&self, form: Form) -> Vec<u8> {
        let mut bytes = form.head();
        bytes.extend(self.count.to_be_bytes());
        bytes.extend(self.size.to_be_bytes());
        bytes.extend(self.root);
        bytes.extend(crc32c::crc32c(&bytes).to_be_bytes());
        bytes
    }

    /// The slot at the beginning of `bytes`, if it is whole.
    fn parse(bytes: &[u8], form: Form) -> Option<Self> {
        let rest = bytes.get(form.head().len()..)?;
        let (count, rest) = rest.split_first_chunk()?;
        let (size, rest) = rest.split_first_chunk()?;
        let (root, _) = rest.split_first_chunk()?;
        let slot = Self { count: u64::from_be_bytes(*count), size: u64::from_be_bytes(*size), root: *root };
        bytes.starts_with(&slot.bytes(form)).then_some(slot)
    }

    /// What stands for a record before this one that is lost. Before the first there is none; its count then only says
    /// which place is meant.
    fn before(&self) -> Self {
        Self { count: self.count.wrapping_sub(1), ..*self }
    }

    fn offset(&self) -> usize {
        (self.count % 2) as usize * SLOT_STRIDE
    }
}

/// Whether the other slot of a file is as signing leaves it: the record before, or nothing before the second.
fn other_is_right(bytes: &[u8], form: Form, last: &Slot) -> bool {
    let other = last.before();
    let stored = bytes.get(other.offset()..).unwrap_or_default();
    match last.count {
        0 => stored.iter().all(|byte| *byte == 0),
        count => Slot::parse(stored, form).is_some_and(|slot| slot.count == count - 1),
    }
}

/// The newest whole slot of a file's bytes.
fn newest(bytes: &[u8], form: Form) -> Option<Slot> {
    [0, SLOT_STRIDE]
        .into_iter()
        .filter_map(|at| Slot::parse(bytes.get(at..)?, form).filter(|slot| slot.offset() == at))
        .max_by_key(|slot| slot.count)
}

/// Of which log the first slot that names one is.
fn log_id(bytes: &[u8]) -> Option<Uuid> {
    [0, SLOT_STRIDE].into_iter().find_map(|at| {
        let id = Uuid::from_slice(bytes.get(at + 8..at + 24)?).ok()?;
        Slot::parse(bytes.get(at..)?, Form::Apart(id)).map(|_| id)
    })
}

/// The memory of what was signed last. The file is locked as long as this lives, so it and `last` cannot part.
pub(super) struct Signed {
    place: Place,
    log_id: Uuid,
    last: Slot,
    /// `last` may not be on the medium: since a write or a sync of it failed, or since nobody knows whether the process
    /// before this one synced it.
    dirty: bool,
}

enum Place {
    /// For keys that live in memory only.
    Memory,
    /// It is not there. Nothing is signed until [`Signed::remember`] makes it.
    Lost,
    File(OpenFile),
}

impl Signed {
    pub fn in_memory(log_id: Uuid) -> Self {
        Self::at(Place::Memory, log_id)
    }

    pub fn lost(log_id: Uuid) -> Self {
        Self::at(Place::Lost, log_id)
    }

    fn at(place: Place, log_id: Uuid) -> Self {
        Self { place, log_id, last: Slot { count: 0, size: 0, root: empty_root() }, dirty: false }
    }

    /// Opens the memory in its directory, or finds it lost. What was cut short is brought to its length again, a record
    /// that is not whole is written anew from the other one, and both are told.
    pub fn open(files: &Files, dir: &Path, log_id: Uuid, notes: &mut Vec<Message>) -> Result<Self, KeyError> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Ok(Self::lost(log_id));
        }
        closed_to_others(dir)?;
        let bytes = read_file(&path)?;
        let Some(last) = newest(&bytes, Form::Apart(log_id)) else {
            return Err(match self::log_id(&bytes) {
                Some(_) => KeyError::OtherLog(path),
                None => KeyError::SignedDamaged(path),
            });
        };
        let file = files.open(&path).map_err(io_error(&path))?;
        file.lock().map_err(in_use(&path))?;
        if bytes.len() != FILE_BYTES {
            file.truncate(FILE_BYTES as u64).and_then(|()| file.sync_data()).map_err(io_error(&path))?;
            let (path, size) = (path.display(), last.size);
            notes.push(Message::new(
                format!("{path} 的长度不对，已修复；其中最后一次完整的签署记录是前 {size} 条。"),
                format!(
                    "{path} had the wrong length and was mended; its last whole record is of the first {size} leaves."
                ),
            ));
        }
        if !other_is_right(&bytes, Form::Apart(log_id), &last) {
            let other = last.before();
            let anew = if last.count == 0 { vec![0; SLOT_STRIDE] } else { other.bytes(Form::Apart(log_id)) };
            file.write_at(other.offset() as u64, &anew).and_then(|()| file.sync_data()).map_err(io_error(&path))?;
            if bytes.len() == FILE_BYTES {
                notes.push(half_whole(&path, last.size));
            }
        }
        Ok(Self { place: Place::File(file), log_id, last, dirty: true })
    }

    /// Takes over what lies in the key directory, where earlier versions kept it, and removes it there.
    pub fn take_over(
        &mut self,
        files: &Files,
        keys: &Path,
        dir: &Path,
        notes: &mut Vec<Message>,
    ) -> Result<(), KeyError> {
        let old = keys.join(FILE);
        if !old.exists() {
            return Ok(());
        }
        let last = newest(&read_file(&old)?, Form::AmongKeys).ok_or_else(|| KeyError::SignedDamaged(old.clone()))?;
        self.remember(files, dir, last.size, last.root)?;
        files.remove(&old).map_err(io_error(&old))?;
        sync_dir(keys)?;
        let (old, new) = (old.display(), dir.display());
        notes.push(Message::new(
            format!("最后一次签署的记录已从 {old} 移到 {new}；它不是密钥，请勿备份，并请从旧的密钥备份中删除它。"),
            format!(
                "What was signed last was moved from {old} to {new}. It is no key: never back it up, and remove it from old backups of the keys."
            ),
        ));
        Ok(())
    }

    /// Notes down durably that the first `size` leaves were signed with a root, unless more is known already. Makes the
    /// file where it is lost.
    pub fn remember(&mut self, files: &Files, dir: &Path, size: u64, root: Hash) -> Result<(), KeyError> {
        let path = dir.join(FILE);
        if matches!(self.place, Place::Lost) {
            files.create_dir(dir).map_err(io_error(dir))?;
            closed_to_others(dir)?;
            self.last = Slot { count: 0, size, root };
            let mut bytes = self.last.bytes(Form::Apart(self.log_id));
            bytes.resize(FILE_BYTES, 0);
            files.replace(&path, &bytes).map_err(io_error(&path))?;
            let file = files.open(&path).map_err(io_error(&path))?;
            file.lock().map_err(in_use(&path))?;
            self.place = Place::File(file);
        } else if size > self.last.size {
            self.replace(|_, _| Ok((size, root)))
                .map_err(|error| io_error(&path)(io::Error::other(error.to_string())))?;
        }
        Ok(())
    }

    pub fn is_lost(&self) -> bool {
        matches!(self.place, Place::Lost)
    }

    pub fn last(&self) -> (u64, Hash) {
        (self.last.size, self.last.root)
    }

    /// Asks `decide` for the next size and root, given the last, and notes them down durably. After a failure what was
    /// decided counts all the same, for it may be on the medium: it is written again before anything else.
    pub fn replace(
        &mut self,
        decide: impl FnOnce(u64, &Hash) -> Result<(u64, Hash), SignError>,
    ) -> Result<(), SignError> {
        self.make_durable()?;
        let (size, root) = decide(self.last.size, &self.last.root)?;
        if (size, root) != (self.last.size, self.last.root) {
            self.last = Slot { count: self.last.count + 1, size, root };
            self.dirty = true;
        }
        self.make_durable()
    }

    fn make_durable(&mut self) -> Result<(), SignError> {
        let file = match &self.place {
            Place::Memory => return Ok(()),
            Place::Lost => return Err(SignError::Io("what was signed last is lost".to_owned())),
            Place::File(file) => file,
        };
        if !file.has_a_name().map_err(sign_io)? {
            return Err(SignError::Io("the file of what was signed last was deleted while it is in use".to_owned()));
        }
        if file.len().map_err(sign_io)? < FILE_BYTES as u64 {
            file.truncate(FILE_BYTES as u64).map_err(sign_io)?;
            self.dirty = true;
        }
        if self.dirty {
            let bytes = self.last.bytes(Form::Apart(self.log_id));
            file.write_at(self.last.offset() as u64, &bytes).map_err(sign_io)?;
            file.sync_data().map_err(sign_io)?;
            self.dirty = false;
        }
        Ok(())
    }
}

/// That one of the two records was not whole. Which of two things it means cannot be told from the file.
fn half_whole(path: &Path, size: u64) -> Message {
    let path = path.display();
    Message::new(
        format!(
            "{path} 的两份签署记录中有一份不完整，已按另一份（前 {size} 条）重写。若是写到一半时断电，则无损失：那次的签名尚未给出。若是存储介质损坏，则可能曾签署过更新的检查点：请用 --newest-checkpoint 指明已知的最新检查点以便核对，并检查磁盘。"
        ),
        format!(
            "One of the two records in {path} was not whole; it was written anew from the other one (of the first {size} leaves). If the power went while it was written, nothing is lost: that signature was not given away. If the medium damaged it, a newer checkpoint may have been signed: name the newest that is known anywhere by --newest-checkpoint, to hold the log against it, and look at the disk."
        ),
    )
}

/// Where a log's memory lies, for words about it.
pub(crate) fn file_in(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

fn sign_io(error: io::Error) -> SignError {
    SignError::Io(error.to_string())
}

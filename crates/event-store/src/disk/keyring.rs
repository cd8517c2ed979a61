//! The key ring: all wrapped keys that survived the newest change of epoch, in files that are written once. It stands in
//! place of every key of an earlier epoch, which the journal, sled and the index keep and nobody can unwrap any more
//! (FORMAT §4, Erasure).
//!
//! ```text
//! keyring/ring              which epoch counts: written last, in one step
//! keyring/keys-<epoch>.run  the keys, a run as of the index
//! keyring/boxes-<epoch>.run where a box that was sealed anew lies, by the first 16 bytes of its commitment
//! keyring/boxes-<epoch>.bin those boxes, one after the other
//! ring = "huiyin ring 1" | log id | epoch | epoch of the boxes or 0 | keys | erasures … | crc32c, a line each
//! ```

use crate::disk::files::{Files, OpenDir, OpenFile};
use crate::disk::index::{Index, Run, RunError, Span};
use crate::disk::records::{self, ID_BYTES, Id, KEY_BYTES};
use crate::log::{LogError, Ring, RingHead};
use crate::record::boxes::{BOX_BYTES_MAX, KeyId, WrappedKey};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use uuid::Uuid;

const DIR: &str = "keyring";
const RING: &str = "ring";
/// Longest file `ring`: an epoch ends for so many erasures at most.
const RING_BYTES_MAX: usize = 1024 * 1024;
/// Where a box begins in the file of boxes, and its length.
const PLACE_BYTES: usize = 12;
/// Bytes of boxes written at once.
const AT_ONCE: usize = 1024 * 1024;

/// The key ring of one log.
#[derive(Debug)]
pub(crate) struct Keyring {
    files: Files,
    dir: PathBuf,
    log_id: Uuid,
    /// In which keys are looked for.
    turned: RwLock<Arc<Held>>,
    newest: RwLock<Arc<Held>>,
    /// Held while a ring is made.
    making: Mutex<()>,
}

/// A ring, open for reading; nothing in it before the first change of epoch.
#[derive(Debug, Default)]
struct Held {
    head: Option<RingHead>,
    keys: Option<Run<KEY_BYTES>>,
    boxes: Option<Arc<Boxes>>,
}

#[derive(Debug)]
struct Boxes {
    epoch: u32,
    places: Run<PLACE_BYTES>,
    bytes: OpenFile,
}

impl Held {
    fn epoch(&self) -> u32 {
        self.head.as_ref().map_or(0, |head| head.epoch)
    }
}

impl Keyring {
    /// Opens the newest durable ring of a data directory. What was not finished is removed when the next one is made.
    ///
    /// # Errors
    /// [`LogError::Damaged`] where a file of it is missing or is not as it was written: nothing else holds these keys.
    pub fn open(files: &Files, data: &Path, log_id: Uuid) -> Result<Self, LogError> {
        let dir = data.join(DIR);
        let held = Arc::new(open(files, &dir, log_id)?);
        Ok(Self {
            files: files.clone(),
            dir,
            log_id,
            turned: RwLock::new(Arc::clone(&held)),
            newest: RwLock::new(held),
            making: Mutex::new(()),
        })
    }

    /// What counts for an id, given what came with events.
    pub fn key(&self, id: KeyId, came: Option<WrappedKey>) -> Result<Option<WrappedKey>, LogError> {
        let held = read(&self.turned);
        if came.as_ref().is_some_and(|key| key.epoch >= held.epoch()) {
            return Ok(came);
        }
        let Some(keys) = &held.keys else { return Ok(None) };
        let stored = records::key_id(id);
        Ok(keys.get(&stored)?.map(|value| records::read_key(stored, &value)))
    }

    /// All that count: those of the newest ring, and what came in its epoch or since.
    pub fn all(&self, index: &Index) -> Result<Vec<WrappedKey>, LogError> {
        let held = read(&self.newest);
        let mut all = BTreeMap::new();
        for record in held.keys.iter().flat_map(Run::iter) {
            let (id, value) = record?;
            let key = records::read_key(id, &value);
            all.insert(key.id(), key);
        }
        index.each_key::<LogError>(|key| {
            if key.epoch >= held.epoch() {
                all.insert(key.id(), key);
            }
            Ok(())
        })?;
        Ok(all.into_values().collect())
    }

    /// What the newest durable ring says of itself.
    pub fn newest(&self) -> Option<RingHead> {
        read(&self.newest).head.clone()
    }

    /// Makes a ring durable.
    pub fn put(&self, ring: Ring) -> Result<(), LogError> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        self.files.create_dir(&self.dir).map_err(failed)?;
        self.remove_others()?;
        let dir = self.files.open_dir(&self.dir).map_err(failed)?;
        let Ring { epoch, erasures, keys, mut boxes } = ring;
        let mut records: Vec<_> = keys.iter().map(|key| (records::key_id(key.id()), records::key(key))).collect();
        records.sort_unstable();
        let count = records.len();
        let run = self.run(&dir, &self.file("keys", epoch, "run"), records)?;
        let kept = read(&self.newest).boxes.clone();
        if let Some(kept) = kept.as_ref().filter(|_| !boxes.is_empty()) {
            // What earlier rings sealed anew is taken over as it is.
            let anew: BTreeSet<Id> = boxes.iter().map(|(commitment, _)| short(commitment)).collect();
            for record in kept.places.iter() {
                let (id, place) = record?;
                if !anew.contains(&id) {
                    let mut commitment = [0; 32];
                    commitment[..ID_BYTES].copy_from_slice(&id);
                    boxes.push((commitment, kept.read(place)?));
                }
            }
        }
        let boxes = if boxes.is_empty() { kept } else { Some(Arc::new(self.put_boxes(&dir, epoch, boxes)?)) };
        let head = RingHead { epoch, erasures, keys: count as u64 };
        let text = text_of(self.log_id, &head, boxes.as_ref().map_or(0, |boxes| boxes.epoch));
        self.files.replace_in(&dir, &self.dir.join(RING), text.as_bytes()).map_err(failed)?;
        *self.newest.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(Held { head: Some(head), keys: Some(run), boxes });
        Ok(())
    }

    /// From now on keys are looked for in the newest ring; files of others are removed.
    pub fn turn(&self) -> Result<(), LogError> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        *self.turned.write().unwrap_or_else(PoisonError::into_inner) = read(&self.newest);
        self.remove_others()
    }

    /// A box that was sealed anew.
    pub fn sealed_again(&self, commitment: &[u8; 32]) -> Result<Option<Bytes>, LogError> {
        let held = read(&self.turned);
        let Some(boxes) = &held.boxes else { return Ok(None) };
        match boxes.places.get(&short(commitment))? {
            Some(place) => Ok(Some(boxes.read(place)?)),
            None => Ok(None),
        }
    }

    fn file(&self, name: &str, epoch: u32, suffix: &str) -> PathBuf {
        self.dir.join(format!("{name}-{epoch}.{suffix}"))
    }

    fn run<const N: usize>(&self, dir: &OpenDir, path: &Path, records: Vec<(Id, [u8; N])>) -> Result<Run<N>, LogError> {
        let count = records.len();
        Ok(Run::write(&self.files, dir, path, self.log_id, Span::default(), count, records.into_iter().map(Ok))?)
    }

    fn put_boxes(&self, dir: &OpenDir, epoch: u32, boxes: Vec<([u8; 32], Bytes)>) -> Result<Boxes, LogError> {
        let path = self.file("boxes", epoch, "bin");
        self.files.remove(&path).map_err(failed)?;
        let file = self.files.create(&path).map_err(failed)?;
        let (mut at, mut written, mut waiting) = (0_u64, 0_u64, Vec::with_capacity(AT_ONCE));
        let mut places = Vec::with_capacity(boxes.len());
        for (commitment, bytes) in &boxes {
            let length = u32::try_from(bytes.len()).map_err(|_| damaged(&path))?;
            let mut place = [0; PLACE_BYTES];
            place[..8].copy_from_slice(&at.to_le_bytes());
            place[8..].copy_from_slice(&length.to_le_bytes());
            places.push((short(commitment), place));
            waiting.extend_from_slice(bytes);
            at += u64::from(length);
            if waiting.len() >= AT_ONCE {
                file.write_at(written, &waiting).map_err(failed)?;
                written = at;
                waiting.clear();
            }
        }
        file.write_at(written, &waiting).and_then(|()| file.sync_data()).map_err(failed)?;
        places.sort_unstable();
        let places = self.run(dir, &self.file("boxes", epoch, "run"), places)?;
        Ok(Boxes { epoch, places, bytes: file })
    }

    /// Removes what neither ring needs: of rings before, or of one that was never finished.
    fn remove_others(&self) -> Result<(), LogError> {
        let mut kept = vec![self.dir.join(RING)];
        for held in [read(&self.turned), read(&self.newest)] {
            kept.push(self.file("keys", held.epoch(), "run"));
            if let Some(boxes) = &held.boxes {
                kept.extend(["run", "bin"].map(|suffix| self.file("boxes", boxes.epoch, suffix)));
            }
        }
        for path in self.files.list(&self.dir).map_err(failed)? {
            if !kept.contains(&path) {
                self.files.remove(&path).map_err(failed)?;
            }
        }
        Ok(())
    }
}

impl Boxes {
    fn read(&self, place: [u8; PLACE_BYTES]) -> Result<Bytes, LogError> {
        let wrong = || LogError::Damaged("a box of the key ring is not where it was written".to_owned());
        let (at, length) = place.split_first_chunk::<8>().ok_or_else(wrong)?;
        let length = u32::from_le_bytes(length.try_into().map_err(|_| wrong())?) as usize;
        if length > BOX_BYTES_MAX {
            return Err(wrong());
        }
        let mut bytes = vec![0; length];
        if self.bytes.read_at(u64::from_le_bytes(*at), &mut bytes).map_err(failed)? < length {
            return Err(wrong());
        }
        Ok(bytes.into())
    }
}

fn open(files: &Files, dir: &Path, log_id: Uuid) -> Result<Held, LogError> {
    let path = dir.join(RING);
    if !path.exists() {
        return Ok(Held::default());
    }
    let file = files.open(&path).map_err(failed)?;
    let length = usize::try_from(file.len().map_err(failed)?).unwrap_or(usize::MAX);
    if length > RING_BYTES_MAX {
        return Err(damaged(&path));
    }
    let mut bytes = vec![0; length];
    file.read_at(0, &mut bytes).map_err(failed)?;
    let text = str::from_utf8(&bytes).map_err(|_| damaged(&path))?;
    let (head, of_boxes) = parse(text, log_id).ok_or_else(|| damaged(&path))?;
    let at = |name: &str, epoch: u32, suffix: &str| dir.join(format!("{name}-{epoch}.{suffix}"));
    let keys = Run::open(files, &at("keys", head.epoch, "run"), log_id)?;
    if keys.ids() as u64 != head.keys {
        return Err(damaged(&keys.path));
    }
    let boxes = match of_boxes {
        0 => None,
        epoch => Some(Arc::new(Boxes {
            epoch,
            places: Run::open(files, &at("boxes", epoch, "run"), log_id)?,
            bytes: files.open(&at("boxes", epoch, "bin")).map_err(failed)?,
        })),
    };
    Ok(Held { head: Some(head), keys: Some(keys), boxes })
}

fn text_of(log_id: Uuid, head: &RingHead, of_boxes: u32) -> String {
    let erasures: Vec<String> = head.erasures.iter().map(Uuid::to_string).collect();
    let text = format!("huiyin ring 1\n{log_id}\n{}\n{of_boxes}\n{}\n{}\n", head.epoch, head.keys, erasures.join(" "));
    let crc = crc32c::crc32c(text.as_bytes());
    format!("{text}{crc:08x}\n")
}

/// The ring's head, and the epoch of its boxes.
fn parse(text: &str, log_id: Uuid) -> Option<(RingHead, u32)> {
    let mut lines = text.lines().skip(2);
    let epoch = lines.next()?.parse().ok()?;
    let of_boxes = lines.next()?.parse().ok()?;
    let keys = lines.next()?.parse().ok()?;
    let erasures = lines.next()?.split(' ').filter(|id| !id.is_empty()).map(|id| id.parse().ok());
    let head = RingHead { epoch, erasures: erasures.collect::<Option<_>>()?, keys };
    (text_of(log_id, &head, of_boxes) == text).then_some((head, of_boxes))
}

fn short(commitment: &[u8; 32]) -> Id {
    let mut id = [0; ID_BYTES];
    id.copy_from_slice(&commitment[..ID_BYTES]);
    id
}

fn read(held: &RwLock<Arc<Held>>) -> Arc<Held> {
    Arc::clone(&held.read().unwrap_or_else(PoisonError::into_inner))
}

fn failed(error: io::Error) -> LogError {
    LogError::from(RunError::Io(error))
}

fn damaged(path: &Path) -> LogError {
    LogError::Damaged(format!("{} of the key ring is not as it was written; put it back from a backup", path.display()))
}

#[cfg(test)]
mod tests;

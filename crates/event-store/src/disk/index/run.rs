//! One sorted run: a file that is written once and never changed. All its ids and values in order, in blocks with a
//! checksum each; then the first id of every block and a filter, which are held in memory.
//!
//! ```text
//! file   = header | zeros to 1024 | block … | fences | filter | crc32c u32 of both
//! header = magic 8 | log id 16 | id and value, bytes u32 | from u64 | to u64 | tree root 32 | reach u64 | ids u64 | crc32c u32
//! block  = crc32c u32 | records u16 | (id 16 | value) … | zeros to 1024
//! fences = first 8 bytes of the first id of each block, u64 big-endian        filter = words u64 little-endian
//! ```

use super::filter::{Filter, words_for};
use crate::disk::files::{Files, OpenDir, OpenFile};
use crate::disk::records::{ID_BYTES, Id};
use crate::ids::Hash;
use std::cmp::Ordering;
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const MAGIC: [u8; 8] = *b"HUIYIN\x00R";
const HEADER_BYTES: usize = 96;
const BLOCK_BYTES: usize = 1024;
/// Checksum and count before a block's records.
const BLOCK_HEADER: usize = 6;
/// Blocks written or read at once.
const BLOCKS_AT_ONCE: usize = 128;

/// Which part of the log a run holds the records of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// Everything up to here lies in older runs.
    pub from: u64,
    /// Size of the log whose records are all here or in older runs.
    pub to: u64,
    /// The tree's root at size `to`.
    pub root: Hash,
    /// Size of the log behind which no record here is of: what had come behind `to` meanwhile is here, too.
    pub reach: u64,
}

/// Why a run cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{0} is not as it was written")]
    Damaged(PathBuf),
}

/// A run, open for reading.
#[derive(Debug)]
pub(crate) struct Run<const N: usize> {
    file: OpenFile,
    pub path: PathBuf,
    pub span: Span,
    ids: usize,
    fences: Vec<u64>,
    filter: Filter,
}

const fn records_in_a_block<const N: usize>() -> usize {
    (BLOCK_BYTES - BLOCK_HEADER) / (ID_BYTES + N)
}

fn fence(id: &Id) -> u64 {
    id.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

impl<const N: usize> Run<N> {
    /// Writes a run of ascending ids, at most `ids_max` of them, under its final name when all of it is durable.
    pub fn write(
        files: &Files,
        dir: &OpenDir,
        path: &Path,
        log_id: Uuid,
        span: Span,
        ids_max: usize,
        records: impl Iterator<Item = Result<(Id, [u8; N]), RunError>>,
    ) -> Result<Self, RunError> {
        let temporary = path.with_extension("new");
        files.remove(&temporary)?;
        let mut writer = Writer::<N>::new(files.create(&temporary)?, ids_max);
        for record in records {
            let (id, value) = record?;
            writer.add(&id, &value)?;
        }
        let mut run = writer.finish(log_id, span)?;
        files.rename(&temporary, path)?;
        run.file.renamed_to(path);
        path.clone_into(&mut run.path);
        dir.sync()?;
        Ok(run)
    }

    /// Opens a run of this log: its header, its fences and its filter are read.
    pub fn open(files: &Files, path: &Path, log_id: Uuid) -> Result<Self, RunError> {
        let damaged = || RunError::Damaged(path.to_owned());
        let file = files.open(path)?;
        let mut header = [0; HEADER_BYTES];
        if file.read_at(0, &mut header)? < HEADER_BYTES {
            return Err(damaged());
        }
        let (span, ids) = read_header::<N>(&header, log_id).ok_or_else(damaged)?;
        let blocks = ids.div_ceil(records_in_a_block::<N>());
        let tail_at = ((blocks + 1) * BLOCK_BYTES) as u64;
        let tail_bytes = 8 * blocks + 8 * words_for(ids) + 4;
        // A wild number in a header must not reserve memory.
        if file.len()? != tail_at + tail_bytes as u64 {
            return Err(damaged());
        }
        let mut tail = vec![0; tail_bytes];
        file.read_at(tail_at, &mut tail)?;
        let (tail, crc) = tail.split_last_chunk::<4>().ok_or_else(damaged)?;
        if crc32c::crc32c(tail) != u32::from_le_bytes(*crc) {
            return Err(damaged());
        }
        let (fences, words) = tail.as_chunks::<8>().0.split_at(blocks);
        let fences = fences.iter().map(|fence| u64::from_be_bytes(*fence)).collect();
        let filter = Filter::of_words(ids, words.iter().map(|word| u64::from_le_bytes(*word)).collect());
        Ok(Self { file, path: path.to_owned(), span, ids, fences, filter: filter.ok_or_else(damaged)? })
    }

    /// How many ids it holds.
    pub fn ids(&self) -> usize {
        self.ids
    }

    /// What is held of it in memory.
    pub fn bytes(&self) -> usize {
        8 * (self.fences.len() + self.filter.words().len())
    }

    pub fn get(&self, id: &Id) -> Result<Option<[u8; N]>, RunError> {
        if !self.filter.may_hold(id) {
            return Ok(None);
        }
        let wanted = fence(id);
        // The first block that can hold it, and further ones that begin with the same eight bytes.
        let first = self.fences.partition_point(|fence| *fence < wanted).saturating_sub(1);
        let candidates = self.fences.iter().enumerate().skip(first).take_while(|(_, fence)| **fence <= wanted);
        let mut block = [0; BLOCK_BYTES];
        for (index, _) in candidates {
            self.file.read_at(((index + 1) * BLOCK_BYTES) as u64, &mut block)?;
            if let Some(value) = find(self.records(&block)?, id) {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Everything in order.
    pub fn iter(&self) -> Iter<'_, N> {
        Iter { run: self, blocks: Vec::new(), next_block: 0, records: Vec::new() }
    }

    /// The records of a block, one after the other.
    fn records<'a>(&self, block: &'a [u8]) -> Result<&'a [u8], RunError> {
        let damaged = || RunError::Damaged(self.path.clone());
        let (crc, rest) = block.split_first_chunk::<4>().ok_or_else(damaged)?;
        if crc32c::crc32c(rest) != u32::from_le_bytes(*crc) {
            return Err(damaged());
        }
        let (count, records) = rest.split_first_chunk::<2>().ok_or_else(damaged)?;
        records.get(..usize::from(u16::from_le_bytes(*count)) * (ID_BYTES + N)).ok_or_else(damaged)
    }
}

/// The value of an id among sorted records.
fn find<const N: usize>(records: &[u8], id: &Id) -> Option<[u8; N]> {
    let record = |at: usize| &records[at * (ID_BYTES + N)..(at + 1) * (ID_BYTES + N)];
    let (mut from, mut to) = (0, records.len() / (ID_BYTES + N));
    while from < to {
        let middle = usize::midpoint(from, to);
        let (found, value) = record(middle).split_at(ID_BYTES);
        match found.cmp(id) {
            Ordering::Less => from = middle + 1,
            Ordering::Greater => to = middle,
            Ordering::Equal => return value.try_into().ok(),
        }
    }
    None
}

fn read_header<const N: usize>(header: &[u8; HEADER_BYTES], log_id: Uuid) -> Option<(Span, usize)> {
    let (body, crc) = header.split_last_chunk::<4>()?;
    let (magic, rest) = body.split_first_chunk::<8>()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (bytes, rest) = rest.split_first_chunk::<4>()?;
    let (from, rest) = rest.split_first_chunk::<8>()?;
    let (to, rest) = rest.split_first_chunk::<8>()?;
    let (root, rest) = rest.split_first_chunk::<32>()?;
    let (reach, ids) = rest.split_first_chunk::<8>()?;
    let is_ours = crc32c::crc32c(body) == u32::from_le_bytes(*crc)
        && *magic == MAGIC
        && Uuid::from_bytes(*id) == log_id
        && u32::from_le_bytes(*bytes) as usize == ID_BYTES + N;
    let [from, to, reach] = [from, to, reach].map(|number| u64::from_le_bytes(*number));
    let span = Span { from, to, root: *root, reach };
    let ids = usize::try_from(u64::from_le_bytes(ids.try_into().ok()?)).ok()?;
    is_ours.then_some((span, ids))
}

/// Writes blocks as they fill; keeps the fences and the filter for the end.
struct Writer<const N: usize> {
    file: OpenFile,
    filter: Filter,
    filter_ids: usize,
    fences: Vec<u64>,
    ids: usize,
    /// The block that fills.
    block: Vec<u8>,
    full: Vec<u8>,
    at: u64,
}

impl<const N: usize> Writer<N> {
    fn new(file: OpenFile, ids_max: usize) -> Self {
        Self {
            file,
            filter: Filter::for_ids(ids_max),
            filter_ids: ids_max,
            fences: Vec::with_capacity(ids_max.div_ceil(records_in_a_block::<N>())),
            ids: 0,
            block: Vec::with_capacity(BLOCK_BYTES),
            full: Vec::with_capacity(BLOCKS_AT_ONCE * BLOCK_BYTES),
            at: BLOCK_BYTES as u64,
        }
    }

    fn add(&mut self, id: &Id, value: &[u8; N]) -> io::Result<()> {
        if self.block.is_empty() {
            self.fences.push(fence(id));
            self.block.resize(BLOCK_HEADER, 0);
        }
        self.block.extend_from_slice(id);
        self.block.extend_from_slice(value);
        self.filter.insert(id);
        self.ids += 1;
        if self.ids.is_multiple_of(records_in_a_block::<N>()) { self.end_block() } else { Ok(()) }
    }

    fn end_block(&mut self) -> io::Result<()> {
        let records = (self.block.len() - BLOCK_HEADER) / (ID_BYTES + N);
        let count = u16::try_from(records).unwrap_or(u16::MAX).to_le_bytes();
        self.block.resize(BLOCK_BYTES, 0);
        self.block[4..6].copy_from_slice(&count);
        let crc = crc32c::crc32c(&self.block[4..]).to_le_bytes();
        self.block[..4].copy_from_slice(&crc);
        self.full.extend_from_slice(&self.block);
        self.block.clear();
        if self.full.len() >= BLOCKS_AT_ONCE * BLOCK_BYTES { self.put() } else { Ok(()) }
    }

    fn put(&mut self) -> io::Result<()> {
        self.file.write_at(self.at, &self.full)?;
        self.at += self.full.len() as u64;
        self.full.clear();
        Ok(())
    }

    fn finish(mut self, log_id: Uuid, span: Span) -> io::Result<Run<N>> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        // A merge knows only at its end how many ids were the same.
        if words_for(self.ids) != words_for(self.filter_ids) {
            self.filter = self.filter_again()?;
        }
        let crc_from = self.full.len();
        self.full.extend(self.fences.iter().flat_map(|fence| fence.to_be_bytes()));
        self.full.extend(self.filter.words().iter().flat_map(|word| word.to_le_bytes()));
        let crc = crc32c::crc32c(&self.full[crc_from..]).to_le_bytes();
        self.full.extend_from_slice(&crc);
        self.put()?;
        let mut header = MAGIC.to_vec();
        header.extend_from_slice(log_id.as_bytes());
        header.extend_from_slice(&u32::try_from(ID_BYTES + N).unwrap_or(u32::MAX).to_le_bytes());
        header.extend_from_slice(&span.from.to_le_bytes());
        header.extend_from_slice(&span.to.to_le_bytes());
        header.extend_from_slice(&span.root);
        header.extend_from_slice(&span.reach.to_le_bytes());
        header.extend_from_slice(&(self.ids as u64).to_le_bytes());
        let crc = crc32c::crc32c(&header).to_le_bytes();
        header.extend_from_slice(&crc);
        self.file.write_at(0, &header)?;
        self.file.sync_data()?;
        Ok(Run { file: self.file, path: PathBuf::new(), span, ids: self.ids, fences: self.fences, filter: self.filter })
    }

    /// The filter made anew for as many ids as there came to be, from the blocks that are written.
    fn filter_again(&mut self) -> io::Result<Filter> {
        self.put()?;
        let mut filter = Filter::for_ids(self.ids);
        let mut block = [0; BLOCK_BYTES];
        for index in 0..self.fences.len() {
            self.file.read_at(((index + 1) * BLOCK_BYTES) as u64, &mut block)?;
            let count = usize::from(u16::from_le_bytes([block[4], block[5]]));
            for record in block[BLOCK_HEADER..].chunks_exact(ID_BYTES + N).take(count) {
                if let Some(id) = record.first_chunk() {
                    filter.insert(id);
                }
            }
        }
        Ok(filter)
    }
}

/// A run's records in order.
pub(crate) struct Iter<'a, const N: usize> {
    run: &'a Run<N>,
    /// Read and not yet taken apart.
    blocks: Vec<u8>,
    next_block: usize,
    /// Of one block, the last one first.
    records: Vec<(Id, [u8; N])>,
}

impl<const N: usize> Iter<'_, N> {
    fn block(&mut self) -> Result<(), RunError> {
        let at = (self.next_block % BLOCKS_AT_ONCE) * BLOCK_BYTES;
        if at == 0 {
            let blocks = (self.run.fences.len() - self.next_block).min(BLOCKS_AT_ONCE);
            self.blocks.resize(blocks * BLOCK_BYTES, 0);
            self.run.file.read_at(((self.next_block + 1) * BLOCK_BYTES) as u64, &mut self.blocks)?;
        }
        let records = self.run.records(&self.blocks[at..at + BLOCK_BYTES])?;
        self.records.extend(records.chunks_exact(ID_BYTES + N).rev().filter_map(|record| {
            let (id, value) = record.split_first_chunk::<ID_BYTES>()?;
            Some((*id, value.try_into().ok()?))
        }));
        self.next_block += 1;
        Ok(())
    }
}

impl<const N: usize> Iterator for Iter<'_, N> {
    type Item = Result<(Id, [u8; N]), RunError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.records.is_empty() {
            if self.next_block >= self.run.fences.len() {
                return None;
            }
            if let Err(error) = self.block() {
                self.next_block = self.run.fences.len();
                return Some(Err(error));
            }
        }
        self.records.pop().map(Ok)
    }
}

//! Packed documents (docx, xlsx, pptx, ofd): which of them an archive is, and whether it is safe to keep. Its entries are
//! unpacked in passing, to be counted, and nowhere kept.

use crate::error::FileError;
use crate::reading::Reading;
use crate::seal::CHUNK_BYTES;
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const OFD: &str = "application/ofd";

/// Chunks that are remembered while an archive is looked through: its directory and an entry are read in turns.
const REMEMBERED: usize = 4;

/// How large an archive may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Most entries.
    pub entries: u64,
    /// Most bytes that all of them unpack to.
    pub unpacked: u64,
}

/// Why an archive is not safe to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// Too many entries.
    Entries,
    /// It unpacks to too much.
    Unpacked,
    /// A path that leads out of it.
    Path,
    /// It cannot be unpacked, or its directory does not fit what it holds.
    Unreadable,
}

/// What an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packed {
    /// A document of this media type, or of none that is known here.
    Document(Option<&'static str>),
    /// Nothing to keep.
    Unsafe(Unsafe),
}

/// Whether a media type is that of a packed document.
pub(crate) fn is_packed(media_type: &str) -> bool {
    [DOCX, XLSX, PPTX, OFD].contains(&media_type)
}

/// Looks through an archive, on a thread where that may take its time.
pub(crate) async fn look(reading: Arc<Reading>, bounds: Bounds) -> Result<Packed, FileError> {
    let runtime = Handle::current();
    let looked = tokio::task::spawn_blocking(move || {
        let length = reading.bytes();
        let plain = Plain { reading, runtime, remembered: Mutex::default(), failed: Mutex::default() };
        let found = look_through(&plain, length, bounds);
        match plain.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            // What the archive seemed to be then says nothing.
            Some(error) => Err(error),
            None => Ok(found),
        }
    });
    looked.await.map_err(|error| FileError::Unavailable(error.to_string()))?
}

/// Looks through an archive of a length.
fn look_through<R: ReaderAt>(reader: R, length: u64, bounds: Bounds) -> Packed {
    match documents(reader, length, bounds) {
        Ok(found) => Packed::Document(found.media_type()),
        Err(why) => Packed::Unsafe(why),
    }
}

/// Entries by which a document is known.
#[derive(Default)]
struct Found {
    types: bool,
    word: bool,
    excel: bool,
    powerpoint: bool,
    ofd: bool,
    /// A program, which none of these documents has: with one it is of another type.
    program: bool,
}

impl Found {
    fn note(&mut self, path: &[u8]) {
        match path {
            b"[Content_Types].xml" => self.types = true,
            b"word/document.xml" => self.word = true,
            b"xl/workbook.xml" => self.excel = true,
            b"ppt/presentation.xml" => self.powerpoint = true,
            b"OFD.xml" => self.ofd = true,
            other => self.program |= other.to_ascii_lowercase().ends_with(b"vbaproject.bin"),
        }
    }

    fn media_type(&self) -> Option<&'static str> {
        match (self.program, self.types, self.word, self.excel, self.powerpoint, self.ofd) {
            (false, true, true, false, false, false) => Some(DOCX),
            (false, true, false, true, false, false) => Some(XLSX),
            (false, true, false, false, true, false) => Some(PPTX),
            (false, false, false, false, false, true) => Some(OFD),
            (_, _, _, _, _, _) => None,
        }
    }
}

fn documents<R: ReaderAt>(reader: R, length: u64, bounds: Bounds) -> Result<Found, Unsafe> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let unreadable = |_| Unsafe::Unreadable;
    let archive =
        ZipLocator::new().locate_in_reader(reader, &mut buffer, length).map_err(|(_, error)| unreadable(error))?;
    // Behind the end record stands its comment, and nothing else.
    if archive.end_offset() != length {
        return Err(Unsafe::Unreadable);
    }
    let mut found = Found::default();
    let (mut names, mut first) = (HashSet::new(), u64::MAX);
    let (mut count, mut packed, mut unpacked) = (0_u64, 0_u64, 0_u64);
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(unreadable)? {
        count += 1;
        if count > bounds.entries {
            return Err(Unsafe::Entries);
        }
        let path = entry.file_path();
        let path = path.as_bytes();
        let name = plain_name(path);
        if leads_out(path) || leads_out(&name) {
            return Err(Unsafe::Path);
        }
        // Of two entries of one name one reader takes the first and another the last.
        if !names.insert(<[u8; 32]>::from(Sha256::digest(&name))) {
            return Err(Unsafe::Unreadable);
        }
        first = first.min(entry.local_header_offset());
        found.note(path);
        // Entries that lie over each other would be read, and unpacked, many times.
        packed = packed.saturating_add(entry.compressed_size_hint());
        if packed > length || entry.flags().is_encrypted() {
            return Err(Unsafe::Unreadable);
        }
        let path = path.to_vec();
        let (place, method) = (entry.wayfinder(), entry.compression_method());
        unpacked += unpack(&archive, place, method, &path, bounds.unpacked - unpacked)?;
    }
    // Nothing stands before the first entry: a program would, in an archive that unpacks itself.
    if count > 0 && first > 0 { Err(Unsafe::Unreadable) } else { Ok(found) }
}

/// A name as whoever unpacks it may take it: percent-encoding decoded, divided by `/`, in small letters.
fn plain_name(path: &[u8]) -> Vec<u8> {
    let digit = |at: usize| path.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut plain, mut at) = (Vec::with_capacity(path.len()), 0);
    while let Some(byte) = path.get(at) {
        let decoded = if *byte == b'%' { digit(at + 1).zip(digit(at + 2)) } else { None };
        let decoded = decoded.and_then(|(high, low)| u8::try_from(16 * high + low).ok());
        at += if decoded.is_some() { 3 } else { 1 };
        plain.push(match decoded.unwrap_or(*byte) {
            b'\\' => b'/',
            byte => byte.to_ascii_lowercase(),
        });
    }
    plain
}

/// Counts what an entry unpacks to, of at most `room` bytes, and holds it against what the directory says of it.
fn unpack<R: ReaderAt>(
    archive: &ZipArchive<R>,
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    path: &[u8],
    room: u64,
) -> Result<u64, Unsafe> {
    let entry = archive.get_entry(place).map_err(|_| Unsafe::Unreadable)?;
    let mut header = vec![0; 2 * RECOMMENDED_BUFFER_SIZE];
    let header = entry.local_header(&mut header).map_err(|_| Unsafe::Unreadable)?;
    if header.file_path().as_bytes() != path || header.compression_method() != method {
        return Err(Unsafe::Unreadable);
    }
    if method == CompressionMethod::STORE {
        count(entry.verifying_reader(entry.reader()), room)
    } else if method == CompressionMethod::DEFLATE {
        count(entry.verifying_reader(DeflateDecoder::new(entry.reader())), room)
    } else {
        Err(Unsafe::Unreadable)
    }
}

fn count(mut unpacked: impl Read, room: u64) -> Result<u64, Unsafe> {
    let mut piece = vec![0; CHUNK_BYTES];
    let mut total = 0;
    loop {
        match unpacked.read(&mut piece) {
            Ok(0) => return Ok(total),
            Ok(read) => total += read as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(Unsafe::Unreadable),
        }
        if total > room {
            return Err(Unsafe::Unpacked);
        }
    }
}

/// Whether a path leads out of where it is unpacked: upwards, from the root, or from a drive.
fn leads_out(path: &[u8]) -> bool {
    let mut parts = path.split(|byte| matches!(byte, b'/' | b'\\'));
    path.contains(&0) || matches!(path, [b'/' | b'\\', ..] | [_, b':', ..]) || parts.any(|part| part == b"..")
}

/// A sealed file as an archive is read: at any place, a chunk at a time.
struct Plain {
    reading: Arc<Reading>,
    runtime: Handle,
    remembered: Mutex<Vec<(u64, Vec<u8>)>>,
    /// Why it could not be read, which is not the archive's fault.
    failed: Mutex<Option<FileError>>,
}

impl ReaderAt for Plain {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.reading.bytes() || into.is_empty() {
            return Ok(0);
        }
        let chunk = CHUNK_BYTES as u64;
        let number = offset / chunk;
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let at = match remembered.iter().position(|(known, _)| *known == number) {
            Some(at) => at,
            None => {
                let read = self.runtime.block_on(self.reading.chunks(number, number + 1)).map_err(|error| {
                    let told = io::Error::other(error.to_string());
                    *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    told
                })?;
                if remembered.len() == REMEMBERED {
                    remembered.remove(0);
                }
                remembered.push((number, read));
                remembered.len() - 1
            }
        };
        let (_, held) = &remembered[at];
        let from = usize::try_from(offset - number * chunk).unwrap_or(CHUNK_BYTES);
        let there = held.get(from..).unwrap_or_default();
        let length = there.len().min(into.len());
        into[..length].copy_from_slice(&there[..length]);
        Ok(length)
    }
}

#[cfg(test)]
pub(crate) mod tests;

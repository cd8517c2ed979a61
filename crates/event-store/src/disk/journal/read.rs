//! Reads the frames of one segment, one after the other, in bounded memory.

use super::frame::{self, Group};
use super::segment;
use super::why::{Why, why};
use crate::disk::files::at;
use crate::ids::Position;
use bytes::Bytes;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

const BUFFER_BYTES: usize = 256 * 1024;
/// How much of a segment's rest is looked through at a time.
const WINDOW_BYTES: usize = 1024 * 1024;

/// What stands at the reader's place.
#[derive(Debug)]
pub(crate) enum Step {
    /// A whole frame; the reader now stands behind it.
    Group(Group),
    /// No frame: the zeros ahead, or the end of the file.
    End,
    /// Something that is no whole frame, and why. The reader does not move.
    Bad(Why),
}

/// A place in a segment.
#[derive(Debug)]
pub(crate) struct Reader {
    file: BufReader<File>,
    identity: u32,
    offset: u64,
    bytes: u64,
    next: Position,
}

impl Reader {
    /// Starts at an offset where the frame of event `next` is expected.
    pub fn open(path: &Path, identity: u32, offset: u64, next: Position) -> io::Result<Self> {
        let mut file = File::open(path).map_err(at(path))?;
        let bytes = file.metadata()?.len();
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self { file: BufReader::with_capacity(BUFFER_BYTES, file), identity, offset, bytes, next })
    }

    /// Where the next frame starts.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Position of the event that comes next.
    pub fn next(&self) -> Position {
        self.next
    }

    /// Reads one frame.
    ///
    /// # Errors
    /// When the medium fails. Damage is [`Step::Bad`].
    pub fn step(&mut self) -> io::Result<Step> {
        let left = self.bytes.saturating_sub(self.offset);
        if left < frame::HEADER_BYTES as u64 {
            return Ok(if left == 0 {
                Step::End
            } else {
                Step::Bad(why("文件末尾的字节被截断", "the segment's last bytes are cut off"))
            });
        }
        let mut header = [0; frame::HEADER_BYTES];
        self.file.read_exact(&mut header)?;
        let (length, crc) = split(header);
        let payload_bytes = u32::from_le_bytes(length) as usize;
        if header == [0; frame::HEADER_BYTES] {
            return Ok(Step::End);
        }
        let bad = |why| Ok(Step::Bad(why));
        if !(frame::PAYLOAD_BYTES_MIN..=frame::PAYLOAD_BYTES_MAX).contains(&payload_bytes) {
            return bad(why("帧的长度超出范围", "a frame's length is out of range"));
        }
        let stride = frame::stride(payload_bytes);
        if stride as u64 > left {
            return bad(why("帧长于文件", "a frame is longer than the segment"));
        }
        let mut payload = vec![0; stride - frame::HEADER_BYTES];
        self.file.read_exact(&mut payload)?;
        if payload[payload_bytes..].iter().any(|&byte| byte != 0) {
            return bad(why("帧的填充不为零", "a frame's padding is not zero"));
        }
        payload.truncate(payload_bytes);
        if frame::checksum(self.identity, length, &payload) != crc {
            return bad(why("帧的校验和不符", "a frame's checksum is wrong"));
        }
        let group = match frame::decode(Bytes::from(payload)) {
            Ok(group) if group.first == self.next => group,
            Ok(_) => return bad(why("帧的序号与前一帧不衔接", "a frame's position does not follow the one before")),
            Err(why) => return bad(why),
        };
        self.offset += stride as u64;
        self.next = Position(self.next.0 + group.events.len() as u64);
        Ok(Step::Group(group))
    }
}

fn split(header: [u8; frame::HEADER_BYTES]) -> ([u8; 4], u32) {
    let [a, b, c, d, e, f, g, h] = header;
    ([a, b, c, d], u32::from_le_bytes([e, f, g, h]))
}

/// What lies behind the last whole frame of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Zeros only.
    Clean,
    /// Bytes that no whole frame follows: a write that was cut short. They end before this offset.
    Torn(u64),
    /// A whole frame at this offset: what lies before it is damage, not a torn end.
    Frame(u64),
}

/// Looks through a segment behind the frame that ends at `offset`, before event `next`.
pub(crate) fn rest(path: &Path, identity: u32, offset: u64, next: Position) -> io::Result<Rest> {
    let file = File::open(path).map_err(at(path))?;
    let bytes = file.metadata()?.len();
    let mut rest = Rest::Clean;
    let mut window = vec![0; WINDOW_BYTES];
    let zeros = vec![0; WINDOW_BYTES];
    let mut at = offset;
    while at < bytes {
        let length = usize::try_from(bytes - at).unwrap_or(WINDOW_BYTES).min(WINDOW_BYTES);
        file.read_exact_at(&mut window[..length], at)?;
        // Compared whole: byte by byte, an unoptimised build would spend most of its start here.
        if window[..length] != zeros[..length] {
            for (index, word) in window[..length].chunks(8).enumerate() {
                let here = at + 8 * index as u64;
                if word.iter().all(|&byte| byte == 0) {
                    continue;
                }
                if is_frame(&file, identity, here, bytes, next)? {
                    return Ok(Rest::Frame(here));
                }
                rest = Rest::Torn(here + word.len() as u64);
            }
        }
        at += length as u64;
    }
    Ok(rest)
}

/// Whether a whole frame of a later event starts here.
fn is_frame(file: &File, identity: u32, offset: u64, bytes: u64, next: Position) -> io::Result<bool> {
    let mut start = [0; frame::HEADER_BYTES + 8];
    if bytes - offset < start.len() as u64 {
        return Ok(false);
    }
    file.read_exact_at(&mut start, offset)?;
    let [a, b, c, d, e, f, g, h, first @ ..] = start;
    let (length, crc) = split([a, b, c, d, e, f, g, h]);
    let payload_bytes = u32::from_le_bytes(length) as usize;
    let first = u64::from_le_bytes(first);
    let fits = (frame::PAYLOAD_BYTES_MIN..=frame::PAYLOAD_BYTES_MAX).contains(&payload_bytes)
        && frame::stride(payload_bytes) as u64 <= bytes - offset
        // No more events can lie between than bytes do; so random bytes hardly ever cost a checksum.
        && (next.0..=next.0.saturating_add(bytes)).contains(&first);
    if !fits {
        return Ok(false);
    }
    let mut payload = vec![0; payload_bytes];
    file.read_exact_at(&mut payload, offset + frame::HEADER_BYTES as u64)?;
    Ok(frame::checksum(identity, length, &payload) == crc)
}

/// Position of the first event of the whole frame at an offset.
pub(crate) fn first_of_frame(path: &Path, offset: u64) -> io::Result<Position> {
    let mut first = [0; 8];
    File::open(path).map_err(at(path))?.read_exact_at(&mut first, offset + frame::HEADER_BYTES as u64)?;
    Ok(Position(u64::from_le_bytes(first)))
}

/// Where a segment's frames start.
pub(crate) const FRAMES_FROM: u64 = segment::HEADER_BYTES as u64;

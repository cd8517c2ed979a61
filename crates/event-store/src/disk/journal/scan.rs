//! The journal as a whole: its segments in order, and a walk over all frames from any known place.

use super::frame::Group;
use super::read::{self, FRAMES_FROM, Reader, Rest, Step};
use super::segment::{self, Header};
use super::tree_mark::Frontier;
use super::why::{Why, why};
use crate::disk::files::{Files, at};
use crate::ids::Position;
use crate::log::LogError;
use crate::message::Message;
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Why a journal cannot be read as it is.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The medium failed.
    Io(String),
    /// What is there is not what was written.
    Damaged(Message),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

impl From<Trouble> for LogError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Io(why) => Self::Io(why),
            Trouble::Damaged(message) => Self::Damaged(message.en),
        }
    }
}

/// One segment with its checked header.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub header: Header,
    pub path: PathBuf,
}

/// A known place between two frames: how the tree stands there and where the next frame is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The tree before the next frame; its size is the position of the newest event before the mark.
    pub tree: Frontier,
    /// `recorded_at` of that event, ms; 0 before the first.
    pub last_recorded_at: i64,
    /// First position of the segment in which the next frame lies.
    pub segment: Position,
    /// Its offset there.
    pub offset: u64,
}

/// The journal's segments, in order and without a gap as far as their headers tell.
#[derive(Clone, Debug)]
pub(crate) struct Segments {
    all: Vec<Segment>,
}

impl Segments {
    /// Lists the segments and checks how they follow each other. No frame is read. Empty when there is no journal.
    pub fn load(files: &Files, dir: &Path) -> Result<Self, Trouble> {
        let mut all: Vec<Segment> = Vec::new();
        for (first, path) in segment::list(files, dir)? {
            let header = segment::read_header(&files.open(&path)?)?.map_err(|why| damaged(&path, 0, why))?;
            if header.first != first {
                return Err(damaged(
                    &path,
                    0,
                    why("文件名与其首条序号不符", "the file's name is not that of its first position"),
                ));
            }
            let (previous, log_id) =
                all.last().map_or((Position(0), header.log_id), |before| (before.header.first, before.header.log_id));
            if header.previous != previous || (all.is_empty() && first != Position(1)) {
                return Err(damaged(&path, 0, why("缺少它之前的文件", "the segment before it is missing")));
            }
            if header.log_id != log_id {
                return Err(damaged(&path, 0, why("该文件属于另一份记录", "the segment belongs to another log")));
            }
            all.push(Segment { header, path });
        }
        Ok(Self { all })
    }

    /// Which log this is; `None` when there is no segment.
    pub fn log_id(&self) -> Option<Uuid> {
        self.all.first().map(|segment| segment.header.log_id)
    }

    /// The newest segment.
    pub fn last(&self) -> Option<&Segment> {
        self.all.last()
    }

    /// The start of the segment that holds the event after `size`, or of the last one.
    pub fn mark_before(&self, size: u64) -> Option<Mark> {
        let holds = |segment: &&Segment| segment.header.first.0 <= size.saturating_add(1);
        let segment = self.all.iter().rev().find(holds).or_else(|| self.all.first())?;
        Some(Mark::at_start_of(&segment.header))
    }

    /// Walks over all frames from a mark to the end.
    pub fn scan(&self, from: Mark) -> Result<Scan<'_>, Trouble> {
        let index = self.all.iter().position(|segment| segment.header.first == from.segment);
        let index = index.ok_or_else(|| Trouble::Io(format!("no segment starts at position {}", from.segment)))?;
        let reader = self.reader(index, from.offset, from.tree.size())?;
        Ok(Scan { segments: self, index, reader, mark: from })
    }

    fn reader(&self, index: usize, offset: u64, size: u64) -> io::Result<Reader> {
        let segment = &self.all[index];
        Reader::open(&segment.path, segment.header.identity(), offset, Position(size + 1))
    }

    /// The tree at a size, by hashing on from the start of the segment that holds it; `None` when no frame reaches it.
    pub fn tree_at(&self, size: u64) -> Result<Option<Frontier>, Trouble> {
        let Some(from) = self.mark_before(size) else {
            return Ok(None);
        };
        let mut tree = from.tree.clone();
        let mut scan = self.scan(from)?;
        while tree.size() < size {
            let Some(group) = scan.next()? else {
                return Ok(None);
            };
            let missing = usize::try_from(size - tree.size()).unwrap_or(usize::MAX);
            for event in group.events.iter().take(missing) {
                tree.push(event.hash());
            }
        }
        Ok(Some(tree))
    }
}

impl Mark {
    /// Before the first frame of a segment.
    pub fn at_start_of(header: &Header) -> Self {
        Self {
            tree: Frontier::new(header.first.0.saturating_sub(1), header.frontier.clone()),
            last_recorded_at: header.last_recorded_at,
            segment: header.first,
            offset: FRAMES_FROM,
        }
    }
}

/// A walk over frames. Its mark moves along.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    segments: &'a Segments,
    index: usize,
    reader: Reader,
    mark: Mark,
}

impl Scan<'_> {
    /// The place behind the last frame that was returned.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// The next whole frame; `None` at the end, of which [`Scan::rest`] tells more.
    ///
    /// # Errors
    /// Damage: a bad frame that is not the journal's last, or one that a whole frame follows.
    pub fn next(&mut self) -> Result<Option<Group>, Trouble> {
        loop {
            match self.reader.step().map_err(at(self.path()))? {
                Step::Group(group) => {
                    for event in &group.events {
                        self.mark.tree.push(event.hash());
                    }
                    if let Some(event) = group.events.last() {
                        let leaf = event
                            .leaf()
                            .map_err(|error| self.damaged(self.mark.offset, "一条记录无法读出", &error.to_string()))?;
                        self.mark.last_recorded_at = leaf.recorded_at;
                    }
                    self.mark.offset = self.reader.offset();
                    return Ok(Some(group));
                }
                Step::End
                    if self.advance(why(
                        "该文件在下一文件开始之前就结束了",
                        "the segment ends before the next one starts",
                    ))? => {}
                Step::Bad(why) if self.advance(why)? => {}
                Step::End => {
                    // A length of zero within the log looks like its end; a frame behind it shows that it is not.
                    if let Rest::Frame(_) = self.rest()? {
                        return Err(self.damaged_here(why("中间缺少一帧", "a frame is missing between others")));
                    }
                    return Ok(None);
                }
                Step::Bad(why) => {
                    if let Rest::Frame(_) = self.rest()? {
                        return Err(self.damaged_here(why));
                    }
                    return Ok(None);
                }
            }
        }
    }

    /// Goes on to the next segment, if this one is complete. `Ok(false)`: there is no next one.
    fn advance(&mut self, short: Why) -> Result<bool, Trouble> {
        let Some(next) = self.segments.all.get(self.index + 1) else {
            return Ok(false);
        };
        if self.reader.next() != next.header.first {
            return Err(self.damaged_here(short));
        }
        let start = Mark::at_start_of(&next.header);
        if start.tree != self.mark.tree || start.last_recorded_at != self.mark.last_recorded_at {
            return Err(damaged(
                &next.path,
                0,
                why("文件头中的树与此前的记录不符", "the tree in the header is not that of the events before it"),
            ));
        }
        self.index += 1;
        self.reader = self.segments.reader(self.index, start.offset, start.tree.size())?;
        self.mark = start;
        Ok(true)
    }

    /// What lies behind the last frame, in the segment where the walk stands.
    pub fn rest(&self) -> Result<Rest, Trouble> {
        let segment = &self.segments.all[self.index];
        let rest = read::rest(&segment.path, segment.header.identity(), self.reader.offset(), self.reader.next());
        Ok(rest.map_err(at(&segment.path))?)
    }

    fn path(&self) -> &Path {
        &self.segments.all[self.index].path
    }

    fn damaged_here(&self, why: Why) -> Trouble {
        damaged(self.path(), self.reader.offset(), why)
    }

    /// Damage here, for a caller that finds a leaf wrong.
    pub fn damaged(&self, offset: u64, zh: &str, en: &str) -> Trouble {
        damaged_by(self.path(), offset, zh, en)
    }
}

fn damaged(path: &Path, offset: u64, why: Why) -> Trouble {
    damaged_by(path, offset, why.zh, why.en)
}

fn damaged_by(path: &Path, offset: u64, zh: &str, en: &str) -> Trouble {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Trouble::Damaged(Message::new(
        format!("日志文件 {name} 在第 {offset} 字节处损坏：{zh}"),
        format!("journal file {name} is damaged at byte {offset}: {en}"),
    ))
}

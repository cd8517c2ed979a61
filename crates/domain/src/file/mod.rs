//! Files (附件): papers, pictures and recordings that anything of the town may point to as evidence. What a file holds is
//! not judged here, only that it is what it is said to be, and not more than can be kept.

mod events;
mod media_type;
mod named;
#[cfg(test)]
mod tests;

pub use events::{FileEvent, FileStored};
pub use media_type::MediaType;
pub(crate) use named::ids as named_ids;
pub use named::{NAMED_MAX, NamedFile, named_faults, named_in};

use crate::ids::AreaId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::text;
use crate::vocabulary::FileKind;
use crate::{Fold, Stamp, claims};
use chrono::{DateTime, NaiveDate, Utc};

/// Longest file, in bytes.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most entries of a packed document (docx, xlsx, pptx, ofd).
pub const ENTRIES_MAX: u64 = 2_000;
/// Most bytes that a packed document unpacks to.
pub const UNPACKED_BYTES_MAX: u64 = 200 * 1024 * 1024;

/// Where what is said of a file stands in its request: in the query and in headers, for the body is the file.
pub mod at {
    /// The kind.
    pub const KIND: &str = "/query/kind";
    /// The grid.
    pub const GRID_ID: &str = "/query/grid_id";
    /// When it was taken.
    pub const TAKEN_AT: &str = "/query/taken_at";
    /// The media type.
    pub const MEDIA_TYPE: &str = "/headers/content-type";
    /// The name.
    pub const NAME: &str = "/headers/content-disposition";
    /// The bytes as a whole.
    pub const BYTES: &str = "";
}

/// A file as its streams tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its kind; `None` before it was stored.
    pub kind: Option<FileKind>,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Position of the policy version it was recorded under.
    pub policy: Option<u64>,
}

impl Fold for File {
    type Event = FileEvent;

    fn apply(&mut self, event: &FileEvent, at: &Stamp) {
        match event {
            FileEvent::Stored(FileStored { kind }) => {
                self.kind = Some(*kind);
                self.taken_at = at.occurred_at;
                self.recorded_at = at.recorded_at;
                self.policy = at.policy;
            }
        }
    }
}

/// What is said of a file before its bytes are there.
#[derive(Clone, Debug)]
pub struct FileDraft {
    /// Its kind.
    pub kind: FileKind,
    /// Its media type.
    pub media_type: MediaType,
    /// Its name.
    pub name: String,
    /// The grid it belongs to; `None` for the town.
    pub grid_id: Option<AreaId>,
    /// When it was taken; `None` is now.
    pub taken_at: Option<DateTime<Utc>>,
}

/// What its bytes turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// How many they are.
    pub bytes: u64,
    /// Whether they are of the media type that was said.
    pub fits: bool,
    /// What makes a packed document unsafe.
    pub unsafe_because: Option<Unsafe>,
}

/// What makes a packed document unsafe to keep and to hand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// More than [`ENTRIES_MAX`] entries.
    Entries,
    /// More than [`UNPACKED_BYTES_MAX`] unpacked.
    Unpacked,
    /// A path that leads out of it.
    Path,
    /// It cannot be unpacked, or tells of its entries in two ways.
    Unreadable,
}

/// The name of a file as it is kept: one line of at most [`text::TITLE_CHARS_MAX`] characters, and no path.
///
/// Errors: those of [`text::title`]; [`Code::FileUnsafe`] for a path.
pub fn name(value: &str) -> Result<String, Refusal> {
    let name = text::title(value)?;
    if name.contains(['/', '\\']) || name == "." || name == ".." {
        return Err(Refusal::new(Code::FileUnsafe)
            .because("文件名不得含有路径（/、\\、..）。", "The name of a file must not hold a path (/, \\, ..)."));
    }
    Ok(name)
}

/// That a file may be stored as it is said to be, asked before its bytes are taken: every fault at once. The name is then
/// as it is kept, and the instant not ahead of now.
///
/// Errors: those of [`name`]; [`Code::MediaTypeMismatch`] between type and kind; [`Code::UnknownId`];
/// [`Code::InTheFuture`], [`Code::BeforeProgramme`].
pub fn announce(
    rules: &Rules<'_>,
    programme_from: Option<NaiveDate>,
    is_grid: impl Fn(AreaId) -> bool,
    draft: &FileDraft,
) -> Result<FileDraft, Vec<Refusal>> {
    let mut faults = Vec::new();
    let kept = name(&draft.name).map_err(|refusal| faults.push(refusal.at(at::NAME))).ok();
    if draft.media_type.kind() != draft.kind {
        faults.push(of_another_kind(draft).at(at::KIND));
    }
    if draft.grid_id.is_some_and(|id| !is_grid(id)) {
        faults.push(Refusal::new(Code::UnknownId).at(at::GRID_ID));
    }
    let taken_at = draft.taken_at.map(|taken| {
        let taken = claims::instant(taken, rules.now, rules.policy.time_zone())?;
        match programme_from {
            Some(from) if rules.town_date(taken) < from => Err(Refusal::new(Code::BeforeProgramme)),
            Some(_) | None => Ok(taken),
        }
    });
    let taken_at = taken_at.transpose().map_err(|refusal| faults.push(refusal.at(at::TAKEN_AT))).ok();
    match (kept, taken_at) {
        (Some(name), Some(taken_at)) if faults.is_empty() => Ok(FileDraft { name, taken_at, ..draft.clone() }),
        (Some(_) | None, Some(_) | None) => Err(faults),
    }
}

/// Stores a file whose bytes are there.
///
/// Errors: [`Code::Missing`] where there are none; [`Code::MediaTypeMismatch`]; [`Code::FileUnsafe`].
pub fn store(draft: &FileDraft, contents: &Contents) -> Result<FileEvent, Refusal> {
    if contents.bytes == 0 {
        let refusal = Refusal::new(Code::Missing).at(at::BYTES);
        return Err(refusal.because("文件是空的。", "The file is empty."));
    }
    if !contents.fits {
        return Err(not_what_it_says(draft.media_type).at(at::MEDIA_TYPE));
    }
    if let Some(why) = contents.unsafe_because {
        return Err(why.refusal().at(at::BYTES));
    }
    Ok(FileEvent::Stored(FileStored { kind: draft.kind }))
}

fn of_another_kind(draft: &FileDraft) -> Refusal {
    let (kind, of_type, media_type) = (draft.kind, draft.media_type.kind(), draft.media_type.as_str());
    Refusal::new(Code::MediaTypeMismatch).because(
        format!("{media_type} 属于“{}”，与所述种类“{}”不符。", of_type.zh(), kind.zh()),
        format!("{media_type} is of the kind {of_type}, not {kind}."),
    )
}

fn not_what_it_says(media_type: MediaType) -> Refusal {
    let media_type = media_type.as_str();
    Refusal::new(Code::MediaTypeMismatch)
        .because(format!("文件内容不是 {media_type}。"), format!("The bytes of the file are no {media_type}."))
}

impl Unsafe {
    fn refusal(self) -> Refusal {
        let (zh, en) = match self {
            Self::Entries => (
                format!("文件内的条目超过 {ENTRIES_MAX} 个。"),
                format!("The file holds more than {ENTRIES_MAX} entries."),
            ),
            Self::Unpacked => {
                let mib = UNPACKED_BYTES_MAX / (1024 * 1024);
                (format!("文件解包后超过 {mib} MiB。"), format!("The file unpacks to more than {mib} MiB."))
            }
            Self::Path => (
                "文件内有指向外部的路径（..）。".to_owned(),
                "The file holds a path that leads out of it (..).".to_owned(),
            ),
            Self::Unreadable => (
                "文件损坏，或其目录与内容不一致。".to_owned(),
                "The file is damaged, or its directory does not fit what it holds.".to_owned(),
            ),
        };
        Refusal::new(Code::FileUnsafe).because(zh, en)
    }
}

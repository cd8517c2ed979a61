//! Whether the bytes of every file are there and are those that its leaf commits to: what the doctor asks and what is copied
//! for others, with the server stopped.

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::files::FileFacts;
use crate::read::decode::id_of;
use crate::read::loaded::AsOf;
use crate::write::failure::Failure;
use domain::ids::FileId;
use event_store::{Position, StreamId, Version};
use file_store::{Commitment, FileError};
use futures_util::TryStreamExt as _;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Leaves read at once.
const PAGE: usize = 256;
/// Most files that are named; the rest is counted.
const NAMED_MAX: usize = 1_000;

/// What became of a look at every file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesChecked {
    /// Files whose bytes are what their leaves commit to.
    pub sound: u64,
    /// How many bytes these have together.
    pub bytes: u64,
    /// Files whose bytes are not, the first of them by name, and why.
    pub wrong: Vec<(FileId, WhyWrong)>,
    /// How many these are.
    pub wrong_count: u64,
    /// Files that no leaf speaks of, with the bytes they take: what was kept just before a stop.
    pub unnamed: Vec<(Uuid, u64)>,
}

/// A file that a leaf speaks of, once its bytes were read to their end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedFile {
    /// Its id.
    pub id: FileId,
    /// Where its leaf is.
    pub position: Position,
    /// How many bytes it has.
    pub bytes: u64,
    /// The commitment to them.
    pub commitment: [u8; 32],
    /// What is wrong with them; `None` where they are those that the leaf commits to.
    pub wrong: Option<WhyWrong>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyWrong {
    /// Its bytes are not there.
    Missing,
    /// They are others, or cannot be opened.
    Damaged(String),
    /// They open, to something else than its leaf commits to.
    Commitment,
}

impl Casework {
    /// Whether the log speaks of any file.
    ///
    /// # Errors
    /// Where the log cannot be read.
    #[boxed]
    pub async fn has_files(&self) -> Result<bool, Failure> {
        Ok(!self.store.read_family("file", Position(0), 1).await?.is_empty())
    }

    /// Reads every file to its end, and looks for those that no leaf speaks of.
    ///
    /// # Errors
    /// Where the log or the file store cannot be read at all.
    pub async fn check_files(&self, progress: &dyn Fn(u64, u64)) -> Result<FilesChecked, Failure> {
        let (mut checked, mut known) = (FilesChecked::default(), BTreeSet::new());
        self.each_file(progress, async |file| {
            known.insert(file.id.0);
            match file.wrong {
                None => {
                    checked.sound += 1;
                    checked.bytes += file.bytes;
                }
                Some(why) => {
                    checked.wrong_count += 1;
                    if checked.wrong.len() < NAMED_MAX {
                        checked.wrong.push((file.id, why));
                    }
                }
            }
            Ok::<_, Failure>(())
        })
        .await?;
        let kept = self.files()?.list().await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        checked.unnamed = kept.into_iter().filter(|(id, _)| !known.contains(id)).collect();
        checked.unnamed.sort_unstable();
        Ok(checked)
    }

    /// Reads every file that a leaf speaks of to its end, in the order of the log.
    ///
    /// # Errors
    /// Where the log or the file store cannot be read at all; what `each` refuses.
    pub async fn each_file<E: From<Failure>>(
        &self,
        progress: &dyn Fn(u64, u64),
        mut each: impl AsyncFnMut(CheckedFile) -> Result<(), E>,
    ) -> Result<(), E> {
        let kept = self.files()?.list().await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        let (mut done, mut after) = (0, Position(0));
        loop {
            let page = self.store.read_family("file", after, PAGE).await.map_err(Failure::from)?;
            for recorded in &page {
                after = recorded.position;
                let leaf = recorded.text().map_err(Failure::from)?;
                // Whatever else may come to be said of a file, its first leaf speaks of its bytes.
                if leaf.version == Version(1)
                    && let Some(file) = self.checked_file(leaf.stream, after).await?
                {
                    each(file).await?;
                    done += 1;
                    progress(done, done.max(kept.len() as u64));
                }
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }

    /// A file that is there; one that was erased is not.
    async fn checked_file(&self, stream: &str, position: Position) -> Result<Option<CheckedFile>, Failure> {
        let unnamed = || Failure::Fault(format!("position {position}: its stream has no name"));
        let id = FileId(id_of(&StreamId::new(stream).ok_or_else(unnamed)?)?);
        let file = self.file(id, AsOf::Now).await?;
        let Some(facts) = self.file_facts_unless_erased(&file).await? else { return Ok(None) };
        let wrong = self.check_file(id, &facts).await?;
        Ok(Some(CheckedFile { id, position, bytes: facts.bytes, commitment: facts.commitment, wrong }))
    }

    async fn check_file(&self, id: FileId, facts: &FileFacts) -> Result<Option<WhyWrong>, Failure> {
        match self.matches(id, facts).await {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some(WhyWrong::Commitment)),
            Err(FileError::Missing) => Ok(Some(WhyWrong::Missing)),
            Err(FileError::Damaged(why)) => Ok(Some(WhyWrong::Damaged(why))),
            Err(error @ (FileError::Full | FileError::Unavailable(_))) => Err(Failure::Unavailable(error.to_string())),
        }
    }

    /// Whether the bytes of a file are those that its box commits to, under the `r` of that box.
    async fn matches(&self, id: FileId, facts: &FileFacts) -> Result<bool, FileError> {
        let files = self.files().map_err(|failure| FileError::Unavailable(failure.to_string()))?;
        let reading = files.open(id.0, &facts.key, facts.bytes).await?;
        let mut commitment = Commitment::under(&facts.r);
        let mut pieces = std::pin::pin!(reading.stream(0..facts.bytes));
        while let Some(piece) = pieces.try_next().await? {
            commitment.update(&piece);
        }
        Ok(commitment.is(&facts.commitment))
    }
}

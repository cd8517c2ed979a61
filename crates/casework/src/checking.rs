//! Whether the bytes of every file are there and are those that its leaf commits to: what the doctor asks, with the server
//! stopped.

use crate::casework::Casework;
use crate::files::FileFacts;
use crate::read::decode::id_of;
use crate::read::loaded::AsOf;
use crate::write::failure::Failure;
use domain::ids::FileId;
use event_store::{Position, StreamId};
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
    /// Reads every file to its end.
    ///
    /// # Errors
    /// Where the log or the file store cannot be read at all.
    pub async fn check_files(&self, progress: &dyn Fn(u64, u64)) -> Result<FilesChecked, Failure> {
        let files = self.files()?;
        let kept = files.list().await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        let all = kept.len() as u64;
        let (mut checked, mut known) = (FilesChecked::default(), BTreeSet::new());
        let mut after = Position(0);
        loop {
            let page = self.store.read_family("file", after, PAGE).await?;
            for recorded in &page {
                after = recorded.position;
                let stream = recorded.text()?.stream.to_owned();
                let unnamed = || Failure::Fault(format!("position {after}: its stream has no name"));
                let id = FileId(id_of(&StreamId::new(&stream).ok_or_else(unnamed)?)?);
                if !known.insert(id.0) {
                    continue;
                }
                let file = self.file(id, AsOf::Now).await?;
                let facts = self.file_facts(&file).await?;
                match self.check_file(id, &facts).await? {
                    None => {
                        checked.sound += 1;
                        checked.bytes += facts.bytes;
                    }
                    Some(why) => {
                        checked.wrong_count += 1;
                        if checked.wrong.len() < NAMED_MAX {
                            checked.wrong.push((id, why));
                        }
                    }
                }
                let done = known.len() as u64;
                progress(done, all.max(done));
            }
            if page.len() < PAGE {
                break;
            }
        }
        checked.unnamed = kept.into_iter().filter(|(id, _)| !known.contains(id)).collect();
        checked.unnamed.sort_unstable();
        Ok(checked)
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

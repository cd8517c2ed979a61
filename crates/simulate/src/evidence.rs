//! Files of the story: papers and pictures that show what was done. Where no files are kept, there are none.

use super::doing::Doing;
use super::town::Town;
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use domain::file::{FileDraft, MediaType};
use domain::ids::{AreaId, FileId};
use domain::vocabulary::{FileKind, Role};

/// What a paper of the demonstration says.
const PAPER: &str = "演示文件：内容为虚构，仅供试用。\n";
/// A picture of one point.
const PICTURE: [u8; 70] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1F, 0x15, 0xC4, 0x89, 0x00, 0x00, 0x00, 0x0D, 0x49,
    0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x64, 0xF8, 0xCF, 0x50, 0x0F, 0x00, 0x03, 0x86, 0x01, 0x80, 0x5A, 0x34, 0x7D,
    0x6B, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

/// A file by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Paper(&'static str),
    Picture(&'static str),
}

impl Town<'_> {
    /// Stores a file of a grid; nothing where no files are kept.
    pub(super) async fn keep_file(&self, doing: &Doing<'_>, shown: Shown) -> Result<Option<FileId>, Failure> {
        let kind = match shown {
            Shown::Paper(_) => FileKind::Document,
            Shown::Picture(_) => FileKind::Image,
        };
        self.keep_file_of(doing.desk.id, &doing.part(Role::Liaison, kind.as_str()), shown).await
    }

    /// The same under a call.
    pub(super) async fn keep_file_of(
        &self,
        grid: AreaId,
        call: &CommandContext,
        shown: Shown,
    ) -> Result<Option<FileId>, Failure> {
        if !self.casework.keeps_files() {
            return Ok(None);
        }
        let (kind, media_type, name, bytes) = match shown {
            Shown::Paper(name) => (FileKind::Document, MediaType::Text, name, PAPER.as_bytes()),
            Shown::Picture(name) => (FileKind::Image, MediaType::Png, name, &PICTURE[..]),
        };
        let name = name.to_owned();
        let draft = FileDraft { kind, media_type, name, grid_id: Some(grid), taken_at: None };
        let mut upload = self.casework.receive_file(&draft).await?;
        upload.write(bytes).await?;
        match self.casework.store_file(call, upload).await? {
            Outcome::Done(stored) => Ok(Some(stored.id)),
            Outcome::Replayed(_) => Err(Failure::KeyReused),
        }
    }
}

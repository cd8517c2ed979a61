//! The files beside the log, for a cold copy or a verifier: `files/<id>`, sealed as they lie, and `files.csv`, which says of
//! each its leaf's position, its length and the commitment to its bytes. Neither names nor keys leave the town: the list is
//! what somebody who is shown a file one day, with the opening of its box, holds it against.

use super::super::local::Local;
use super::super::remote::{CommandResult, RemoteServer, Trouble};
use super::disk::{read, write};
use crate::progress::Bar;
use crate::terminal::print;
use api::problem::causes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::Failure;
use casework::checking::CheckedFile;
use domain::language::Language;
use std::fmt::Write as _;
use std::path::Path;

/// The list of files, in the directory of the export.
const LIST: &str = "files.csv";

/// What was copied.
#[derive(Debug, Default)]
pub struct Copied {
    /// Files that are what their leaves commit to.
    sound: u64,
    /// How many bytes these have.
    bytes: u64,
    /// Those of them whose copy was not there yet.
    written: u64,
    /// Files that are missing or damaged. Their copies, where an earlier export made them, stay.
    wrong: u64,
}

/// What stops a copy.
enum Stopped {
    Failed(Failure),
    Trouble(Trouble),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Copies every file that the log speaks of, read to its end and checked before.
pub fn copy(local: &Local, remote: &RemoteServer, directory: &Path) -> Result<Copied, Trouble> {
    let language = remote.language;
    let files = crate::files::open(&remote.data, language).map_err(Trouble::Cannot)?;
    let bar = Bar::new(language.pick("导出附件", "exporting files"));
    let mut copied = Copied::default();
    let mut list = "id,position,bytes,commitment\n".to_owned();
    let ran = local.runtime.block_on(async {
        let casework = local.casework().await?.with_files(files.clone());
        casework.settle_files().await?;
        let each = async |file: CheckedFile| {
            let CheckedFile { id, position, bytes, commitment, wrong } = file;
            _ = writeln!(list, "{id},{position},{bytes},{}", STANDARD.encode(commitment));
            if wrong.is_some() {
                copied.wrong += 1;
                return Ok(());
            }
            let sealed = files.sealed(id.0).await.map_err(|error| casework.unread(id, error))?;
            let path = directory.join("files").join(id.to_string());
            if read(&path, language).map_err(Stopped::Trouble)?.is_none_or(|kept| kept != sealed) {
                write(&path, &sealed, language).map_err(Stopped::Trouble)?;
                copied.written += 1;
            }
            copied.sound += 1;
            copied.bytes += bytes;
            Ok(())
        };
        casework.each_file(&|done, all| bar.at(done, all), each).await
    });
    bar.done();
    ran.map_err(|stopped| match stopped {
        Stopped::Failed(failure) => Trouble::Cannot(causes::of_failure(&failure, language)),
        Stopped::Trouble(trouble) => trouble,
    })?;
    write(&directory.join(LIST), list.as_bytes(), language)?;
    Ok(copied)
}

impl Copied {
    /// Says what was copied, and ends as the export is to end.
    pub fn told(&self, language: Language) -> CommandResult {
        let Self { sound, bytes, written, wrong } = self;
        print(&match language {
            Language::Zh => format!("{LIST}：附件 {sound} 个，共 {bytes} 字节，本次写入 {written} 个"),
            Language::En => format!("{LIST}: {sound} files of {bytes} bytes, {written} written now"),
        });
        if *wrong == 0 {
            return Ok(());
        }
        Err(Trouble::Wrong(match language {
            Language::Zh => format!("有 {wrong} 个附件缺失或损坏，没有导出；huiyin doctor 会逐一指明。"),
            Language::En => {
                format!("{wrong} files are missing or damaged and were not exported; huiyin doctor names them.")
            }
        }))
    }
}

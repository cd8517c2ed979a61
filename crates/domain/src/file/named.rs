//! Files that a command names: each is there, is named once, and they are not too many.

use crate::ids::FileId;
use crate::refusal::{Code, Refusal};
use crate::session::FILES_MAX;
use crate::vocabulary::FileKind;
use serde_json::Value;

/// Files that one thing names in all its facts. A bound on what a stream may grow to, not a rule of the service.
pub const NAMED_MAX: usize = 200;

/// A file as a command names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// Its id.
    pub id: FileId,
    /// Its kind; nothing where no file of that id is stored.
    pub kind: Option<FileKind>,
}

/// What is wrong with the files of a command, whose thing has named `before` of them already.
///
/// At `/file_ids`, or the one at fault, under `clause`: [`Code::TooMany`] beyond [`FILES_MAX`] in the command or
/// [`NAMED_MAX`] in all; [`Code::UnknownId`], [`Code::Duplicate`].
pub fn named_faults(files: &[NamedFile], before: usize, clause: &'static str) -> Vec<Refusal> {
    let refuse = |code, at: String| Refusal::new(code).under(clause).at(at);
    if files.len() > FILES_MAX {
        let told = refuse(Code::TooMany, "/file_ids".to_owned());
        return vec![told.because(
            format!("一次最多引用 {FILES_MAX} 个附件。"),
            format!("One command names at most {FILES_MAX} files."),
        )];
    }
    if files.len() + before > NAMED_MAX {
        let told = refuse(Code::TooMany, "/file_ids".to_owned());
        return vec![told.because(
            format!("此件已引用 {before} 个附件，合计最多 {NAMED_MAX} 个。"),
            format!("It names {before} files already, and may name {NAMED_MAX} in all."),
        )];
    }
    let faults = files.iter().enumerate().filter_map(|(index, file)| {
        let code = if files[..index].iter().any(|earlier| earlier.id == file.id) {
            Code::Duplicate
        } else if file.kind.is_none() {
            Code::UnknownId
        } else {
            return None;
        };
        Some(refuse(code, format!("/file_ids/{index}")))
    });
    faults.collect()
}

/// Their ids.
pub(crate) fn ids(files: &[NamedFile]) -> Vec<FileId> {
    files.iter().map(|file| file.id).collect()
}

/// The members under which public facts name files.
const LISTED: &str = "file_ids";
const CONSENT: &str = "consent_file_id";

/// The files that the public facts of an event name, whatever it is of.
pub fn named_in(public: &Value) -> impl Iterator<Item = FileId> + '_ {
    let listed = public.get(LISTED).and_then(Value::as_array).into_iter().flatten();
    let ids = listed.chain(public.get(CONSENT)).filter_map(Value::as_str);
    ids.filter_map(|id| id.parse().ok().map(FileId))
}

//! `huiyin export DIR`: the log as static files in the C2SP layout, for auditors, mirrors and cold copies.
//!
//! Nothing is taken on trust: the checkpoint's signature is checked, every leaf is hashed, tiles are made here from the
//! leaves, and the checkpoint is written last, once the root of the leaves is the one that was signed. An export into
//! a directory that holds an earlier one goes on from there and checks that the log has only grown. With `--files` the files
//! beside the log are copied too ([`files`]).

use super::local;
use super::remote::{CommandResult, RemoteServer, Trouble};
use crate::progress::Bar;
use crate::terminal::print;
use base64::Engine as _;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use disk::{read, write};
use domain::language::Language;
use event_store::checkpoint;
use event_store::tiles::{FULL, Resource, entries_path, tile_path};
use event_store::tree::{Edge, leaf_hash};
use event_store::{EventStore, Hash, KeyDirectory};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod disk;
mod files;

/// The newest checkpoint of the log, which is not that of the leaves beside it: kept as evidence, never instead.
const DISAGREES: &str = "checkpoint.disagrees";
/// Levels of tiles that 2^64 leaves can have.
const LEVELS: u8 = 8;

/// Fetches what lies at a path below the log's root.
type Fetch<'a> = dyn FnMut(&str) -> Result<Vec<u8>, Trouble> + 'a;

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exported {
    size: u64,
    root: Hash,
    /// Bundles that were not there yet.
    fetched: u64,
}

/// `huiyin export DIR` with its options.
pub fn command(language: Language) -> Command {
    let command = Command::new("export")
        .about(language.pick(
            "将日志导出为静态文件（C2SP 格式），边导出边核对；可以续传",
            "Export the log as static files (C2SP layout), checked on the way; goes on where an earlier export ended",
        ))
        .arg(
            Arg::new("dir")
                .env("HUIYIN_EXPORT_DIR")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(language.pick("导出到的目录", "Directory to export to")),
        )
        .arg(Arg::new("files").long("files").env("HUIYIN_EXPORT_FILES").action(ArgAction::SetTrue).help(
            language.pick(
                "同时导出附件（加密原样）及其清单 files.csv；须先停止服务",
                "Copy the files too, sealed as they lie, with a list of them, files.csv; the server must be stopped",
            ),
        ));
    RemoteServer::options(command, language)
}

/// Exports from the server that answers, else from the data directory, and prints size and root.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    let remote = RemoteServer::of(matches, language);
    let directory = matches.get_one::<PathBuf>("dir").cloned().unwrap_or_default();
    let bar = Bar::new(language.pick("导出", "exporting"));
    let progress = |done, total| bar.at(done, total);
    let mut ask = |path: &str| {
        let open = !path.starts_with("tile/entries/");
        remote.bytes(&format!("/log/{path}"), open)
    };
    let with_files = matches.get_flag("files");
    let exported = if with_files {
        Err(Trouble::NoServer(String::new()))
    } else {
        export(&directory, language, &mut ask, &progress)
    };
    let (exported, copied) = match exported {
        Err(Trouble::NoServer(_)) => {
            let local = if with_files { local::open_stopped(&remote)? } else { local::open(&remote)? };
            let mut read = |path: &str| local.runtime.block_on(published(&local.store, &local.keys, path));
            let exported = export(&directory, language, &mut read, &progress);
            let copied = match &exported {
                Ok(_) if with_files => Some(files::copy(&local, &remote, &directory)),
                Ok(_) | Err(_) => None,
            };
            local.runtime.block_on(local.store.shutdown());
            (exported, copied)
        }
        exported => (exported, None),
    };
    bar.done();
    let Exported { size, root, fetched } = exported?;
    let root = base64::engine::general_purpose::STANDARD.encode(root);
    print(&match language {
        Language::Zh => format!("{}：{size} 条记录，树根 {root}，本次写入 {fetched} 个记录文件", directory.display()),
        Language::En => {
            format!("{}: {size} leaves, root {root}, {fetched} files of leaves written now", directory.display())
        }
    });
    copied.map_or(Ok(()), |copied| copied?.told(language))
}

/// What a server would answer for a path below `/log/`, from a log opened here.
async fn published(store: &EventStore, keys: &Arc<KeyDirectory>, path: &str) -> Result<Vec<u8>, Trouble> {
    let cannot = |error: &dyn std::fmt::Display| Trouble::Cannot(format!("{path}: {error}"));
    match (path, Resource::parse(path)) {
        ("checkpoint", _) => store.checkpoint(keys).await.map(String::into_bytes).map_err(|error| cannot(&error)),
        ("vkey", _) => Ok(keys.vkey().into_bytes()),
        (_, Some(Resource::EntryBundle { index, width })) => {
            let bundle = store.entry_bundle(index, width).await.map_err(|error| cannot(&error))?;
            bundle.ok_or_else(|| cannot(&"not found"))
        }
        (_, Some(Resource::HashTile { .. }) | None) => Err(cannot(&"not found")),
    }
}

/// Brings a directory up to the newest checkpoint.
fn export(
    directory: &Path,
    language: Language,
    fetch: &mut Fetch<'_>,
    progress: &dyn Fn(u64, u64),
) -> Result<Exported, Trouble> {
    let vkey = text(fetch("vkey")?, "vkey")?.trim().to_owned();
    let note = text(fetch("checkpoint")?, "checkpoint")?;
    let (size, root) = checkpoint::verify(&note, &vkey).map_err(|error| Trouble::Wrong(error.to_string()))?;
    let kept = Kept::read(directory, &vkey, language)?;
    let copy = Copy { directory, language, size, kept };
    if let Some((kept_size, _)) = copy.kept.signed.filter(|(kept_size, _)| *kept_size > size) {
        copy.keep_evidence(&note)?;
        return Err(Trouble::Wrong(match language {
            Language::Zh => {
                format!("日志现有 {size} 条，此前已导出 {kept_size} 条：日志变短了。新检查点存为 {DISAGREES}。")
            }
            Language::En => format!(
                "The log has {size} leaves, {kept_size} were exported before: it has become shorter. The new checkpoint is kept as {DISAGREES}."
            ),
        }));
    }
    let mut outcome = copy.run(fetch, progress, true)?;
    if outcome.root != root || outcome.rewritten {
        // Perhaps it is only our files that were changed: once more, with nothing but what the log itself says.
        outcome = copy.run(fetch, progress, false)?;
    }
    if outcome.root != root || outcome.rewritten {
        copy.keep_evidence(&note)?;
        return Err(Trouble::Wrong(copy.language.pick(
            "记录与签名不符：由记录算出的树根不是已签署的树根，或此前导出的部分被改动过。请保留两个检查点作为证据。",
            "The leaves are not those that were signed: their root is another one, or what was exported before was changed. Keep both checkpoints as evidence.",
        ).to_owned()));
    }
    write(&directory.join("vkey"), format!("{vkey}\n").as_bytes(), language)?;
    write(&directory.join("checkpoint"), note.as_bytes(), language)?;
    Ok(Exported { size, root, fetched: outcome.fetched })
}

/// What an earlier export left in the directory.
struct Kept {
    /// Size and root of its checkpoint.
    signed: Option<(u64, Hash)>,
}

impl Kept {
    fn read(directory: &Path, vkey: &str, language: Language) -> Result<Self, Trouble> {
        let Some(note) = read(&directory.join("checkpoint"), language)? else { return Ok(Self { signed: None }) };
        let signed = checkpoint::verify(&text(note, "checkpoint")?, vkey).map_err(|error| {
            let words = language.pick("不是这一日志的导出", "holds an export that is not of this log");
            Trouble::Wrong(format!("{} {words}: {error}", directory.display()))
        })?;
        Ok(Self { signed: Some(signed) })
    }
}

/// One export on its way.
struct Copy<'a> {
    directory: &'a Path,
    language: Language,
    size: u64,
    kept: Kept,
}

/// What the leaves come to.
struct Outcome {
    root: Hash,
    fetched: u64,
    /// The leaves up to the kept checkpoint's size are not those that it was signed over.
    rewritten: bool,
}

impl Copy<'_> {
    /// Goes through every bundle in order: from the directory where it is whole there, else fetched.
    fn run(&self, fetch: &mut Fetch<'_>, progress: &dyn Fn(u64, u64), trusting: bool) -> Result<Outcome, Trouble> {
        let mut edge = Edge::new();
        let mut outcome = Outcome { root: edge.root(), fetched: 0, rewritten: false };
        let full = u64::from(FULL);
        for index in 0..self.size.div_ceil(full) {
            let width = u16::try_from((self.size - index * full).min(full)).unwrap_or(FULL);
            let path = entries_path(index, width);
            let kept = if trusting { self.kept_hashes(index, width)? } else { None };
            let hashes = match kept {
                Some(hashes) => hashes,
                None => {
                    let bundle = fetch(&path)?;
                    let hashes = leaf_hashes(&bundle, width).ok_or_else(|| {
                        let words = self.language.pick("不是记录包", "is no entry bundle");
                        Trouble::Wrong(format!("{path} {words}"))
                    })?;
                    write(&self.directory.join(&path), &bundle, self.language)?;
                    outcome.fetched += 1;
                    hashes
                }
            };
            for hash in hashes {
                for tile in edge.push(hash) {
                    self.write_tile(tile.level, tile.index, &tile.hashes)?;
                }
                if let Some((size, root)) = self.kept.signed {
                    outcome.rewritten |= edge.size() == size && edge.root() != root;
                }
            }
            if width == FULL {
                self.drop_parts(&entries_path(index, FULL));
            }
            progress(edge.size(), self.size);
        }
        let mut level_size = self.size;
        for level in 0..LEVELS {
            let partial = edge.partial(level);
            if !partial.is_empty() {
                self.write_tile(level, level_size / full, partial)?;
            }
            level_size /= full;
        }
        outcome.root = edge.root();
        Ok(outcome)
    }

    /// Leaf hashes of a bundle that an earlier export left, where the tile beside it agrees.
    fn kept_hashes(&self, index: u64, width: u16) -> Result<Option<Vec<Hash>>, Trouble> {
        let Some(bundle) = read(&self.directory.join(entries_path(index, width)), self.language)? else {
            return Ok(None);
        };
        let Some(hashes) = leaf_hashes(&bundle, width) else { return Ok(None) };
        let tile = read(&self.directory.join(tile_path(0, index, width)), self.language)?;
        Ok(tile.is_some_and(|tile| tile == hashes.concat()).then_some(hashes))
    }

    fn write_tile(&self, level: u8, index: u64, hashes: &[Hash]) -> Result<(), Trouble> {
        let width = u16::try_from(hashes.len()).unwrap_or(FULL);
        let path = self.directory.join(tile_path(level, index, width));
        let bytes = hashes.concat();
        if read(&path, self.language)?.as_ref() != Some(&bytes) {
            write(&path, &bytes, self.language)?;
        }
        if width == FULL {
            self.drop_parts(&tile_path(level, index, FULL));
        }
        Ok(())
    }

    /// Parts of what is whole by now. They hold nothing else, so it does not matter if they stay.
    fn drop_parts(&self, path: &str) {
        _ = fs::remove_dir_all(self.directory.join(format!("{path}.p")));
    }

    fn keep_evidence(&self, note: &str) -> Result<(), Trouble> {
        write(&self.directory.join(DISAGREES), note.as_bytes(), self.language)
    }
}

/// The leaf hashes of an entry bundle of so many leaves; `None` where it is no such bundle.
fn leaf_hashes(bundle: &[u8], width: u16) -> Option<Vec<Hash>> {
    let mut hashes = Vec::with_capacity(usize::from(width));
    let mut rest = bundle;
    while let Some((length, leaves)) = rest.split_first_chunk::<2>() {
        let (leaf, after) = leaves.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        hashes.push(leaf_hash(leaf));
        rest = after;
    }
    (rest.is_empty() && hashes.len() == usize::from(width)).then_some(hashes)
}

fn text(bytes: Vec<u8>, what: &str) -> Result<String, Trouble> {
    String::from_utf8(bytes).map_err(|_| Trouble::Wrong(format!("{what}: not UTF-8")))
}

#[cfg(test)]
mod tests;

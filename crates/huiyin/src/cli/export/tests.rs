//! Exports of made-up logs into real directories: whole, resumed, tampered with, forked.

#![allow(clippy::unwrap_used)]

use super::*;
use event_store::files::Files;

/// A log of made-up leaves, as a server publishes it.
struct Log {
    keys: KeyDirectory,
    leaves: Vec<Vec<u8>>,
    asked: Vec<String>,
}

impl Log {
    fn new(leaves: usize) -> Self {
        let log_id = uuid::Uuid::now_v7();
        let mut log =
            Self { keys: KeyDirectory::ephemeral(log_id, "example.org/log"), leaves: Vec::new(), asked: Vec::new() };
        log.grow(leaves);
        log
    }

    fn grow(&mut self, leaves: usize) {
        for _ in 0..leaves {
            self.leaves.push(format!("{{\"n\":{}}}", self.leaves.len()).into_bytes());
        }
    }

    fn edge(&self) -> Edge {
        let mut edge = Edge::new();
        for leaf in &self.leaves {
            edge.push(leaf_hash(leaf));
        }
        edge
    }

    /// The signed note over these leaves.
    fn note(&self) -> String {
        let edge = self.edge();
        let size = edge.size();
        let proof = match self.keys.last_signed() {
            Some((signed, _)) if signed == size || signed == 0 => Vec::new(),
            Some((signed, _)) => self.consistency(signed, size),
            None => Vec::new(),
        };
        let from = self.keys.last_signed().map_or(0, |(signed, _)| signed);
        self.keys.sign(from, size, edge.root(), &proof).unwrap()
    }

    fn consistency(&self, from: u64, to: u64) -> Vec<Hash> {
        let root = |range: std::ops::Range<u64>| {
            let mut edge = Edge::new();
            let (start, end) = (usize::try_from(range.start).unwrap(), usize::try_from(range.end).unwrap());
            for leaf in &self.leaves[start..end] {
                edge.push(leaf_hash(leaf));
            }
            edge.root()
        };
        event_store::proof::consistency_ranges(from, to).into_iter().map(root).collect()
    }

    fn fetch(&mut self, path: &str) -> Result<Vec<u8>, Trouble> {
        self.asked.push(path.to_owned());
        match path {
            "vkey" => Ok(self.keys.vkey().into_bytes()),
            "checkpoint" => Ok(self.note().into_bytes()),
            _ => {
                let Some(Resource::EntryBundle { index, width }) = Resource::parse(path) else {
                    return Err(Trouble::Cannot(path.to_owned()));
                };
                let first = usize::try_from(index).unwrap() * usize::from(FULL);
                let mut bundle = Vec::new();
                for leaf in &self.leaves[first..first + usize::from(width)] {
                    bundle.extend(u16::try_from(leaf.len()).unwrap().to_be_bytes());
                    bundle.extend(leaf);
                }
                Ok(bundle)
            }
        }
    }

    fn export(&mut self, directory: &Path) -> Result<Exported, Trouble> {
        self.asked.clear();
        export(directory, Language::En, &mut |path| self.fetch(path), &|_, _| {})
    }
}

fn place() -> PathBuf {
    std::env::temp_dir().join(format!("huiyin-export-{}", uuid::Uuid::now_v7()))
}

fn copy_of(keys: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for file in fs::read_dir(keys).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn an_export_is_the_layout_and_goes_on_where_it_ended() {
    let directory = place();
    let mut log = Log::new(600);
    let exported = log.export(&directory).unwrap();
    assert_eq!((exported.size, exported.fetched), (600, 3));
    let at = |path: &str| directory.join(path);
    for (path, bytes) in
        [("tile/0/000", 8192), ("tile/0/001", 8192), ("tile/0/002.p/88", 88 * 32), ("tile/1/000.p/2", 64)]
    {
        assert_eq!(fs::metadata(at(path)).unwrap().len(), bytes, "{path}");
    }
    assert!(at("tile/entries/002.p/88").exists());
    assert_eq!(fs::read_to_string(at("checkpoint")).unwrap(), log.note());
    // Again: nothing is fetched but key and checkpoint.
    assert_eq!(log.export(&directory).unwrap().fetched, 0);
    assert_eq!(log.asked, ["vkey", "checkpoint"]);
    // It grows over the edge of a bundle: only what is new is fetched, and parts that are whole now go.
    log.grow(200);
    assert_eq!(log.export(&directory).unwrap().fetched, 2);
    assert_eq!(log.asked, ["vkey", "checkpoint", "tile/entries/002", "tile/entries/003.p/32"]);
    assert!(!at("tile/0/002.p").exists() && !at("tile/entries/002.p").exists());
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn what_was_changed_in_the_directory_is_fetched_again() {
    let directory = place();
    let mut log = Log::new(300);
    log.export(&directory).unwrap();
    let bundle = directory.join("tile/entries/000");
    let sound = fs::read(&bundle).unwrap();
    let mut changed = sound.clone();
    changed[5] ^= 1;
    fs::write(&bundle, &changed).unwrap();
    assert_eq!(log.export(&directory).unwrap().fetched, 1);
    assert_eq!(fs::read(&bundle).unwrap(), sound);
    // Even where the tile beside it was changed alike: the root tells.
    fs::write(&bundle, &changed).unwrap();
    fs::write(directory.join("tile/0/000"), leaf_hashes(&changed, FULL).unwrap().concat()).unwrap();
    assert_eq!(log.export(&directory).unwrap().fetched, 2);
    assert_eq!(fs::read(&bundle).unwrap(), sound);
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn leaves_that_were_not_signed_are_no_export() {
    let directory = place();
    let mut log = Log::new(300);
    let note = log.note();
    let vkey = log.keys.vkey();
    log.leaves[7] = b"{\"n\":\"other\"}".to_vec();
    let mut fetch = |path: &str| match path {
        "vkey" => Ok(vkey.clone().into_bytes()),
        "checkpoint" => Ok(note.clone().into_bytes()),
        _ => log.fetch(path),
    };
    let refused = export(&directory, Language::En, &mut fetch, &|_, _| {});
    assert!(matches!(refused, Err(Trouble::Wrong(_))));
    assert!(!directory.join("checkpoint").exists() && directory.join(DISAGREES).exists());
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn threat_a_rewritten_or_shortened_log_is_told_and_the_older_checkpoint_stays() {
    println!("attempted: sign another history, longer and shorter, with a copy of the keys that forgot what it signed");
    let directory = place();
    // The operator has a copy of the keys, says that nothing was ever signed, and signs another history.
    let (first, second) = (place(), place());
    let (files, memory) = (Files::real(), place());
    let keys = KeyDirectory::create(&first, &memory, &files, uuid::Uuid::now_v7(), "example.org/log").unwrap();
    copy_of(&first, &second);
    let vkey = keys.vkey();
    let mut log = Log { keys, leaves: Vec::new(), asked: Vec::new() };
    log.grow(300);
    log.export(&directory).unwrap();
    let kept = fs::read_to_string(directory.join("checkpoint")).unwrap();
    for leaves in [310, 200] {
        log.leaves.clear();
        log.grow(leaves);
        log.leaves[3] = b"{\"n\":\"other\"}".to_vec();
        let third = place();
        copy_of(&second, &third);
        let forgetful = place();
        log.keys = KeyDirectory::open(&third, &forgetful, &files).unwrap();
        log.keys.remember_signed(&forgetful, &files, 0, event_store::tree::empty_root()).unwrap();
        let note = log.note();
        let mut fetch = |path: &str| match path {
            "vkey" => Ok(vkey.clone().into_bytes()),
            "checkpoint" => Ok(note.clone().into_bytes()),
            _ => log.fetch(path),
        };
        let refused = export(&directory, Language::En, &mut fetch, &|_, _| {});
        assert!(matches!(refused, Err(Trouble::Wrong(_))), "{leaves}");
        assert_eq!(fs::read_to_string(directory.join("checkpoint")).unwrap(), kept);
        assert_eq!(fs::read_to_string(directory.join(DISAGREES)).unwrap(), note);
        fs::remove_dir_all(third).unwrap();
        fs::remove_dir_all(forgetful).unwrap();
    }
    println!("caught: whoever holds the earlier checkpoint is told, keeps it, and has the other one beside it");
    for directory in [directory, first, second, memory] {
        fs::remove_dir_all(directory).unwrap();
    }
}

#[test]
fn another_logs_export_is_left_alone() {
    let directory = place();
    Log::new(3).export(&directory).unwrap();
    let refused = Log::new(3).export(&directory);
    assert!(refused.unwrap_err().words().contains("not of this log"));
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_bundle_holds_so_many_leaves_and_nothing_else() {
    assert_eq!(leaf_hashes(&[0, 1, b'a', 0, 0], 2).unwrap(), [leaf_hash(b"a"), leaf_hash(b"")]);
    for (bytes, width) in [(vec![0, 1, b'a'], 2), (vec![0, 2, b'a'], 1), (vec![0], 1), (vec![0, 1, b'a', 0], 1)] {
        assert_eq!(leaf_hashes(&bytes, width), None, "{bytes:?}");
    }
}

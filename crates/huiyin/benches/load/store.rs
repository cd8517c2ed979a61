//! Simulated data directories: made once, kept, and measured in a copy.

use crate::servers::Server;
use crate::town;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Issues of twenty years of one town's worth.
const ISSUES_A_TOWN: f64 = 49_000.0;
/// The fewest towns' worth that can be simulated.
const FEWEST_TOWNS: f64 = 0.1;
/// What is larger is measured where it lies and grows by it: a copy would take as long as the measurement.
const COPIED_BYTES: u64 = 4 << 30;
/// What the name of a copy begins with; the process that measures it comes next.
const COPY: &str = "copy-";
/// A data directory's own name, and those of its keys and of what was signed last.
const PARTS: [&str; 3] = ["data", "data.keys", "data.signed"];

/// A data directory to be measured, deleted at the end if it is a copy.
pub struct Store {
    dir: PathBuf,
    copied: bool,
    /// Ids of all issues that the simulation made.
    pub ids: Vec<String>,
    binary: OsString,
}

impl Store {
    /// About so many issues, simulated by `binary` the first time.
    pub fn of(issues: usize, binary: &OsStr, stores: &Path, name: &str) -> Self {
        let kept = stores.join(format!("{name}-{issues}"));
        if !fs::exists(kept.join("ids")).unwrap() {
            // What an interrupted run left is of no use.
            let _absent = fs::remove_dir_all(&kept);
            simulate(issues, binary, &kept);
        }
        forget_copies(stores);
        let ids = fs::read_to_string(kept.join("ids")).unwrap().lines().map(str::to_owned).collect();
        let copied = size(&kept) <= COPIED_BYTES;
        let dir =
            if copied { stores.join(format!("{COPY}{}-{name}-{issues}", std::process::id())) } else { kept.clone() };
        if copied {
            fs::create_dir_all(&dir).unwrap();
            for part in PARTS {
                run(Command::new("cp").args(["-a", "--reflink=auto"]).arg(kept.join(part)).arg(&dir));
            }
            // Written out now rather than beside the first rows.
            files(&dir).iter().for_each(|path| File::open(path).unwrap().sync_all().unwrap());
        }
        Self { dir, copied, ids, binary: binary.to_owned() }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    pub fn serve(&self) -> Server {
        Server::huiyin(&self.binary, &self.data())
    }

    /// Deletes the rows, so that the next start folds the log from nothing.
    pub fn forget_read_models(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let _absent = fs::remove_file(self.data().join(format!("read-models.sqlite{suffix}")));
        }
    }

    /// Bytes on disk of the log with its keys, and of the read models.
    pub fn bytes(&self) -> (u64, u64) {
        let models = |entry: &Path| entry.to_string_lossy().contains("read-models.sqlite");
        let models: u64 = files(&self.dir).iter().filter(|path| models(path)).map(|path| on_disk(path)).sum();
        (size(&self.dir) - models, models)
    }

    /// Writes out what is not on the disk yet, and drops the files from the page cache.
    pub fn cool_down(&self) {
        for path in files(&self.dir) {
            let file = File::open(path).unwrap();
            file.sync_all().unwrap();
            rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
        }
    }

    /// Whether it is a copy, so that the next run begins where this one did.
    pub fn is_copied(&self) -> bool {
        self.copied
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.copied {
            let _left = fs::remove_dir_all(&self.dir);
        }
    }
}

/// Twenty years, fewer where even the quietest town would have too many issues; then every list is made once.
fn simulate(issues: usize, binary: &OsStr, kept: &Path) {
    fs::create_dir_all(kept).unwrap();
    let towns = f64::from(u32::try_from(issues).unwrap()) / ISSUES_A_TOWN;
    let years = 20.0 * (towns / FEWEST_TOWNS).min(1.0);
    let (years, towns) = (format!("{years:.3}"), format!("{:.3}", towns.max(FEWEST_TOWNS)));
    eprintln!("simulating {years} years of {towns} towns in {}", kept.display());
    let mut command = Command::new(binary);
    command.args(["simulate", "--seed", "1", "--years", &years, "--towns-worth", &towns, "--data"]);
    run(command.arg(kept.join("data")));
    let server = Server::huiyin(binary, &kept.join("data"));
    server.ready();
    let ids = town::issue_ids(&mut server.client());
    server.stop();
    fs::write(kept.join("ids"), ids.join("\n")).unwrap();
}

/// Deletes the copies of runs that were interrupted.
fn forget_copies(stores: &Path) {
    for entry in fs::read_dir(stores).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix(COPY).and_then(|rest| rest.split('-').next());
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _left = fs::remove_dir_all(entry.path());
        }
    }
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn size(dir: &Path) -> u64 {
    files(dir).iter().map(|path| on_disk(path)).sum()
}

fn on_disk(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.blocks() * 512)
}

/// Every file below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

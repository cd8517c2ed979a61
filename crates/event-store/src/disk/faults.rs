//! Trouble on demand, for tests: the n-th write, sync or rename fails, the machine dies at the n-th operation, or a
//! power cut leaves only what was synced (and some of what was not).
//!
//! Behind the feature `faults`, which nothing that ships turns on.

mod disk;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use crate::disk::files::Op;
pub use disk::OwnDisk;

/// A fault plan and a record of what is durable. Clones share one state.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    operations: u64,
    counts: HashMap<Op, u64>,
    planned: Vec<(Op, u64, i32)>,
    lasting: HashMap<Op, i32>,
    delays: HashMap<Op, Duration>,
    panicking: Option<Op>,
    die_at: Option<u64>,
    dead: bool,
    skip_syncs: bool,
    free_bytes: Option<u64>,
    disk: Disk,
}

/// What a disk would hold after a power cut: contents and names, each durable or pending.
#[derive(Debug, Default)]
struct Disk {
    next: u64,
    nodes: BTreeMap<u64, Node>,
    names: BTreeMap<PathBuf, u64>,
    durable_names: BTreeMap<PathBuf, u64>,
    pending_names: Vec<Naming>,
}

#[derive(Debug, Default)]
struct Node {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

#[derive(Debug, Clone)]
enum Naming {
    Add(PathBuf, u64),
    Remove(PathBuf),
    /// A directory and all that lies in it.
    MoveDir(PathBuf, PathBuf),
}

/// Input or output error.
const EIO: i32 = 5;

impl Faults {
    /// No fault, only the record.
    pub fn new() -> Self {
        Self::default()
    }

    /// The `nth` operation of a kind from now on (from 1) fails with a raw OS error (5 = EIO, 28 = ENOSPC).
    pub fn fail(&self, op: Op, nth: u64, os_error: i32) {
        let mut state = self.state();
        let at = state.counts.get(&op).copied().unwrap_or(0) + nth;
        state.planned.push((op, at, os_error));
    }

    /// Every operation of a kind fails with a raw OS error until that is taken back with `None`.
    pub fn fail_all(&self, op: Op, os_error: Option<i32>) {
        let lasting = &mut self.state().lasting;
        match os_error {
            Some(os_error) => lasting.insert(op, os_error),
            None => lasting.remove(&op),
        };
    }

    /// Every operation of a kind takes so much longer from now on.
    pub fn delay(&self, op: Op, by: Duration) {
        self.state().delays.insert(op, by);
    }

    /// The next operation of a kind panics.
    pub fn panic_at_next(&self, op: Op) {
        self.state().panicking = Some(op);
    }

    /// From the `nth` operation of any kind on (from 1, counted from now) everything fails and nothing is written.
    pub fn die_at(&self, nth: u64) {
        let mut state = self.state();
        state.die_at = Some(state.operations + nth);
    }

    /// Syncs of files report success and do nothing: what a store without `fdatasync` would be. Only to show that the
    /// power-loss test notices.
    pub fn skip_syncs(&self, skip: bool) {
        self.state().skip_syncs = skip;
    }

    /// Pretends this much free space; `None` asks the file system.
    pub fn pretend_free_bytes(&self, free: Option<u64>) {
        self.state().free_bytes = free;
    }

    /// How many operations were asked for so far.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// How many operations of one kind were asked for so far.
    pub fn count(&self, op: Op) -> u64 {
        self.state().counts.get(&op).copied().unwrap_or(0)
    }

    /// Writes into `target` what `root` would hold after a power cut now: all that was synced, and of the rest what the
    /// seed says (0: nothing, 1: everything, else a random choice of 512-byte sectors and a random prefix of the
    /// renames and creations). Only files that were made or opened through this plan.
    pub fn power_loss_image(&self, root: &Path, target: &Path, seed: u64) -> io::Result<()> {
        let state = self.state();
        let mut dice = Dice(seed);
        let mut names = state.disk.durable_names.clone();
        for naming in &state.disk.pending_names {
            if !dice.keep() {
                break;
            }
            match naming {
                Naming::Add(path, node) => {
                    names.insert(path.clone(), *node);
                }
                Naming::Remove(path) => {
                    names.remove(path);
                }
                Naming::MoveDir(from, to) => move_names(&mut names, from, to),
            }
        }
        std::fs::create_dir_all(target)?;
        for (path, node) in names {
            let (Ok(relative), Some(node)) = (path.strip_prefix(root), state.disk.nodes.get(&node)) else {
                continue;
            };
            let mut bytes = node.durable.clone();
            for change in &node.pending {
                match change {
                    Change::Write(offset, data) => {
                        for (index, sector) in data.chunks(512).enumerate() {
                            if dice.keep() {
                                put(&mut bytes, offset + 512 * index as u64, sector);
                            }
                        }
                    }
                    Change::Length(length) => {
                        if dice.keep() {
                            bytes.resize(usize::try_from(*length).unwrap_or(usize::MAX), 0);
                        }
                    }
                }
            }
            let to = target.join(relative);
            if let Some(dir) = to.parent() {
                std::fs::create_dir_all(dir)?;
            }
            std::fs::write(to, bytes)?;
        }
        Ok(())
    }

    pub(crate) fn before(&self, op: Op) -> io::Result<()> {
        let (delay, panics) = {
            let mut state = self.state();
            (state.delays.get(&op).copied(), state.panicking.take_if(|panicking| *panicking == op).is_some())
        };
        assert!(!panics, "the fault plan says so");
        delay.into_iter().for_each(std::thread::sleep);
        let mut state = self.state();
        // A question, and what sled does by itself, are no steps of the file layer.
        let is_step = !matches!(op, Op::FreeBytes | Op::Sled);
        state.operations += u64::from(is_step);
        let count = state.counts.entry(op).or_default();
        *count += 1;
        let count = *count;
        if state.die_at.is_some_and(|at| state.operations >= at) {
            state.dead = true;
        }
        if state.dead && is_step {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        if let Some(os_error) = state.lasting.get(&op) {
            return Err(io::Error::from_raw_os_error(*os_error));
        }
        match state.planned.iter().find(|(planned, at, _)| *planned == op && *at == count) {
            Some((_, _, os_error)) => Err(io::Error::from_raw_os_error(*os_error)),
            None => Ok(()),
        }
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.state().dead
    }

    pub(crate) fn pretended_free_bytes(&self) -> Option<u64> {
        self.state().free_bytes
    }

    pub(crate) fn created(&self, path: &Path) -> u64 {
        self.state().disk.add(path, Node::default())
    }

    /// A file that was there before the plan counts as durable.
    pub(crate) fn opened(&self, path: &Path) -> io::Result<u64> {
        let mut state = self.state();
        if let Some(node) = state.disk.names.get(path) {
            return Ok(*node);
        }
        let durable = std::fs::read(path)?;
        let node = state.disk.add(path, Node { durable, pending: Vec::new() });
        state.disk.pending_names.pop();
        state.disk.durable_names.insert(path.to_owned(), node);
        Ok(node)
    }

    pub(crate) fn renamed(&self, from: &Path, to: &Path) {
        let disk = &mut self.state().disk;
        if let Some(node) = disk.names.remove(from) {
            disk.names.insert(to.to_owned(), node);
            disk.pending_names.push(Naming::Add(to.to_owned(), node));
            disk.pending_names.push(Naming::Remove(from.to_owned()));
        } else {
            move_names(&mut disk.names, from, to);
            disk.pending_names.push(Naming::MoveDir(from.to_owned(), to.to_owned()));
        }
    }

    pub(crate) fn removed(&self, path: &Path) {
        let disk = &mut self.state().disk;
        if disk.names.remove(path).is_some() {
            disk.pending_names.push(Naming::Remove(path.to_owned()));
        }
    }

    pub(crate) fn dir_synced(&self, dir: &Path) {
        let disk = &mut self.state().disk;
        let mut rest = Vec::new();
        for naming in std::mem::take(&mut disk.pending_names) {
            match naming {
                Naming::Add(path, node) if path.parent() == Some(dir) => {
                    disk.durable_names.insert(path, node);
                }
                Naming::Remove(path) if path.parent() == Some(dir) => {
                    disk.durable_names.remove(&path);
                }
                Naming::MoveDir(from, to) if to.parent() == Some(dir) => {
                    move_names(&mut disk.durable_names, &from, &to);
                }
                Naming::Add(..) | Naming::Remove(_) | Naming::MoveDir(..) => rest.push(naming),
            }
        }
        disk.pending_names = rest;
    }

    pub(crate) fn written(&self, node: u64, offset: u64, bytes: &[u8]) {
        if let Some(node) = self.state().disk.nodes.get_mut(&node) {
            node.pending.push(Change::Write(offset, bytes.to_vec()));
        }
    }

    pub(crate) fn truncated(&self, node: u64, length: u64) {
        if let Some(node) = self.state().disk.nodes.get_mut(&node) {
            node.pending.push(Change::Length(length));
        }
    }

    /// Makes a file's pending writes durable; false when syncs are skipped.
    pub(crate) fn synced(&self, node: u64) -> bool {
        let mut state = self.state();
        if state.skip_syncs {
            return false;
        }
        if let Some(node) = state.disk.nodes.get_mut(&node) {
            for change in std::mem::take(&mut node.pending) {
                match change {
                    Change::Write(offset, data) => put(&mut node.durable, offset, &data),
                    Change::Length(length) => {
                        node.durable.resize(usize::try_from(length).unwrap_or(usize::MAX), 0);
                    }
                }
            }
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    fn add(&mut self, path: &Path, node: Node) -> u64 {
        self.next += 1;
        self.nodes.insert(self.next, node);
        self.names.insert(path.to_owned(), self.next);
        self.pending_names.push(Naming::Add(path.to_owned(), self.next));
        self.next
    }
}

/// What lay in one directory lies in another.
fn move_names(names: &mut BTreeMap<PathBuf, u64>, from: &Path, to: &Path) {
    let moved = names.keys().filter(|path| path.starts_with(from)).cloned().collect::<Vec<_>>();
    for path in moved {
        if let (Some(node), Ok(below)) = (names.remove(&path), path.strip_prefix(from)) {
            names.insert(to.join(below), node);
        }
    }
}

fn put(bytes: &mut Vec<u8>, offset: u64, data: &[u8]) {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = start.saturating_add(data.len());
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[start..end].copy_from_slice(data);
}

/// A small reproducible generator: a failing test can be run again with its seed.
struct Dice(u64);

impl Dice {
    fn keep(&mut self) -> bool {
        if self.0 < 2 {
            return self.0 == 1;
        }
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // Never fall into the two fixed seeds.
        self.0 |= 2;
        self.0 & 0x100 != 0
    }
}

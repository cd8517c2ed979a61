//! The next segment's file, filled with zeros ahead of need: writing into allocated, written blocks makes a group's
//! `fdatasync` about twice as fast, because no file system metadata has to follow.
//!
//! A thread of its own fills it while the current segment is written, so that no commit waits for many MiB of zeros.

use crate::disk::files::{Files, OpenDir, OpenFile};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// Zeros are written in pieces, each synced, so that a group's own sync never waits behind much of them.
const PIECE_BYTES: usize = 1024 * 1024;

/// A file that is being made, or none.
#[derive(Debug)]
pub(crate) struct Spare {
    files: Files,
    dir: Arc<OpenDir>,
    path: PathBuf,
    /// Length of the next file.
    bytes: u64,
    /// Free space that must remain after the fill.
    reserve_bytes: u64,
    stop: Arc<AtomicBool>,
    making: Option<JoinHandle<io::Result<OpenFile>>>,
}

impl Spare {
    /// Removes what an earlier process may have left and starts on a new one.
    pub fn new(files: &Files, dir: &Arc<OpenDir>, path: PathBuf, bytes: u64, reserve_bytes: u64) -> io::Result<Self> {
        files.remove(&path)?;
        Ok(Self {
            files: files.clone(),
            dir: Arc::clone(dir),
            path,
            bytes,
            reserve_bytes,
            stop: Arc::default(),
            making: None,
        })
    }

    /// Starts to fill a file of `bytes` in the background; nothing happens when one is under way.
    pub fn prepare(&mut self, bytes: u64) {
        if self.making.is_some() {
            return;
        }
        self.bytes = bytes;
        let (files, dir, path, bytes) = (self.files.clone(), Arc::clone(&self.dir), self.path.clone(), self.bytes);
        let (reserve_bytes, stop) = (self.reserve_bytes, Arc::clone(&self.stop));
        // Without a thread the file is made when it is needed.
        self.making = std::thread::Builder::new()
            .name("journal-spare".to_owned())
            .spawn(move || make(&files, &dir, &path, bytes, reserve_bytes, &stop))
            .ok();
    }

    /// The zero-filled file, at least `bytes` long, under [`Spare::path`]. Made now when there is none.
    pub fn take(&mut self, bytes: u64) -> io::Result<OpenFile> {
        let made = self.making.take().and_then(|thread| thread.join().ok()).and_then(Result::ok);
        if let Some(file) = made
            && file.len()? >= bytes
        {
            return Ok(file);
        }
        make(&self.files, &self.dir, &self.path, bytes.max(self.bytes), self.reserve_bytes, &self.stop)
    }

    /// Where the file lies until it is renamed.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.making.take() {
            // The file is only a preparation: what became of it does not matter now.
            drop(thread.join());
        }
    }
}

fn make(
    files: &Files,
    dir: &OpenDir,
    path: &Path,
    bytes: u64,
    reserve_bytes: u64,
    stop: &AtomicBool,
) -> io::Result<OpenFile> {
    files.remove(path)?;
    if dir.free_bytes()? < bytes.saturating_add(reserve_bytes) {
        return Err(io::Error::from(io::ErrorKind::StorageFull));
    }
    let filled = fill(files, path, bytes, stop);
    if filled.is_err() {
        // Gives the space back; if that fails too, the next opening removes the file.
        drop(files.remove(path));
    }
    filled
}

fn fill(files: &Files, path: &Path, bytes: u64, stop: &AtomicBool) -> io::Result<OpenFile> {
    let file = files.create(path)?;
    let zeros = vec![0; PIECE_BYTES];
    let mut offset = 0;
    while offset < bytes {
        if stop.load(Ordering::Relaxed) {
            return Err(io::Error::from(io::ErrorKind::Interrupted));
        }
        let piece = usize::try_from(bytes - offset).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        file.write_at(offset, &zeros[..piece])?;
        file.sync_data()?;
        offset += piece as u64;
    }
    Ok(file)
}

//! Where trouble comes in: a fault plan when the feature `faults` is on, nothing at all in what ships.

use super::op::Op;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

#[cfg(any(test, feature = "faults"))]
use crate::disk::faults::Faults;

/// Asked before and told after every change. Without the feature it holds nothing and does nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Hook {
    #[cfg(any(test, feature = "faults"))]
    pub faults: Option<Faults>,
}

#[cfg(any(test, feature = "faults"))]
impl Hook {
    pub fn before(&self, op: Op) -> io::Result<()> {
        self.faults.as_ref().map_or(Ok(()), |faults| faults.before(op))
    }

    /// Names a new file to the plan.
    pub fn created(&self, path: &Path) -> u64 {
        self.faults.as_ref().map_or(0, |faults| faults.created(path))
    }

    /// Names a file to the plan that was there before.
    pub fn opened(&self, path: &Path) -> io::Result<u64> {
        self.faults.as_ref().map_or(Ok(0), |faults| faults.opened(path))
    }

    pub fn renamed(&self, from: &Path, to: &Path) {
        if let Some(faults) = &self.faults {
            faults.renamed(from, to);
        }
    }

    pub fn removed(&self, path: &Path) {
        if let Some(faults) = &self.faults {
            faults.removed(path);
        }
    }

    pub fn dir_synced(&self, dir: &Path) {
        if let Some(faults) = &self.faults {
            faults.dir_synced(dir);
        }
    }

    pub fn free_bytes(&self) -> Option<u64> {
        self.faults.as_ref().and_then(Faults::pretended_free_bytes)
    }

    pub fn write_at(&self, node: u64, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let Some(faults) = &self.faults else {
            return file.write_all_at(bytes, offset);
        };
        if let Err(error) = faults.before(Op::Write) {
            // A failing disk may well have taken a part: the reader must cope with that.
            let part = &bytes[..bytes.len() / 2];
            if !faults.is_dead() && file.write_all_at(part, offset).is_ok() {
                faults.written(node, offset, part);
            }
            return Err(error);
        }
        file.write_all_at(bytes, offset)?;
        faults.written(node, offset, bytes);
        Ok(())
    }

    pub fn sync_data(&self, node: u64, file: &File) -> io::Result<()> {
        let Some(faults) = &self.faults else {
            return file.sync_data();
        };
        faults.before(Op::Sync)?;
        if faults.synced(node) { file.sync_data() } else { Ok(()) }
    }

    pub fn truncated(&self, node: u64, len: u64) {
        if let Some(faults) = &self.faults {
            faults.truncated(node, len);
        }
    }
}

#[cfg(not(any(test, feature = "faults")))]
impl Hook {
    pub fn before(&self, _: Op) -> io::Result<()> {
        Ok(())
    }

    pub fn created(&self, _: &Path) -> u64 {
        0
    }

    pub fn opened(&self, _: &Path) -> io::Result<u64> {
        Ok(0)
    }

    pub fn renamed(&self, _: &Path, _: &Path) {}

    pub fn removed(&self, _: &Path) {}

    pub fn dir_synced(&self, _: &Path) {}

    pub fn free_bytes(&self) -> Option<u64> {
        None
    }

    pub fn write_at(&self, _: u64, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
        file.write_all_at(bytes, offset)
    }

    pub fn sync_data(&self, _: u64, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    pub fn truncated(&self, _: u64, _: u64) {}
}

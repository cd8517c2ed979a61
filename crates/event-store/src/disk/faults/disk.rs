//! A disk of its own for a test, with trouble that the system itself makes: no stand-in in our code decides what an error
//! looks like to SQLite or to sled.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An ext4 file system in a file. Only root can mount one; `e2fsprogs`, `mount` and, to let it fail, `python3` are asked.
pub struct OwnDisk {
    image: PathBuf,
    at: PathBuf,
}

impl OwnDisk {
    /// Makes a disk in a file beside `at`, a directory, and mounts it there. Where that cannot be done the test is told to
    /// be left out, by its name and with the reason.
    pub fn mount(at: &Path, megabytes: u64, test: &str) -> Option<Self> {
        let disk = Self { image: at.with_extension("image"), at: at.to_owned() };
        match disk.make(megabytes).and_then(|()| disk.mount_again()) {
            Ok(()) => Some(disk),
            Err(why) => {
                // Nobody can be told that nobody can be told.
                _ = writeln!(io::stderr(), "skipped: {test} needs a disk of its own, which only root can mount: {why}");
                None
            }
        }
    }

    fn make(&self, megabytes: u64) -> io::Result<()> {
        std::fs::create_dir_all(&self.at)?;
        File::create(&self.image)?.set_len(megabytes << 20)?;
        // Without what is kept for root, and without a journal: it is as long as it is used.
        run(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0", "-O", "^has_journal"]).arg(&self.image))
    }

    /// Mounts it after [`OwnDisk::unmount`].
    pub fn mount_again(&self) -> io::Result<()> {
        // What does not fit is refused when it is written, not later.
        run(Command::new("mount").args(["-o", "loop,nodelalloc"]).args([&self.image, &self.at]))
    }

    /// Nobody may have anything open on it.
    pub fn unmount(&self) -> io::Result<()> {
        run(Command::new("umount").arg(&self.at))
    }

    /// Takes all room there is, to the last byte.
    pub fn fill(&self) -> io::Result<()> {
        let mut file = File::create(self.at.join("filler"))?;
        for length in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![1; length]).is_ok() {}
        }
        Ok(())
    }

    /// Gives back what [`OwnDisk::fill`] took.
    pub fn make_room(&self) -> io::Result<()> {
        std::fs::remove_file(self.at.join("filler"))
    }

    /// Whether anything may be written. Nobody may have anything open for writing.
    pub fn read_only(&self, read_only: bool) -> io::Result<()> {
        let option = if read_only { "remount,ro" } else { "remount,rw" };
        run(Command::new("mount").args(["-o", option]).arg(&self.at))
    }

    /// From now on every read, write and sync fails with EIO, until it was unmounted.
    pub fn fails(&self) -> io::Result<()> {
        // EXT4_IOC_SHUTDOWN, without writing anything that is not written yet.
        let script = "import fcntl, os, struct, sys\n\
                      fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";
        run(Command::new("python3").args(["-c", script]).arg(&self.at))
    }
}

impl Drop for OwnDisk {
    fn drop(&mut self) {
        // Lazily: a test that failed may still hold files open.
        _ = Command::new("umount").arg("-l").arg(&self.at).stderr(Stdio::null()).status();
        _ = std::fs::remove_file(&self.image);
    }
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

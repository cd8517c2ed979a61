//! The files of the security journal: one a day of the town, `security/2026-11-30.jsonl`, its owner's alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// What the files end with.
const ENDING: &str = ".jsonl";
/// Longest line that is read; none that is written is longer.
pub(super) const LINE_BYTES_MAX: usize = 64 * 1024;

/// The file of a day.
pub(super) fn of_day(directory: &Path, on: NaiveDate) -> PathBuf {
    directory.join(format!("{on}{ENDING}"))
}

/// The days that have a file, in their order.
pub(super) fn days(directory: &Path) -> io::Result<Vec<NaiveDate>> {
    let listed = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut days = Vec::new();
    for entry in listed {
        let name = entry?.file_name();
        days.extend(name.to_str().and_then(|name| name.strip_suffix(ENDING)?.parse::<NaiveDate>().ok()));
    }
    days.sort_unstable();
    Ok(days)
}

/// So many lines, and the SHA-256 of the bytes in base64.
pub(super) fn digest(file: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(file)?;
    let (mut digest, mut lines, mut bytes) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut bytes)?;
        let Some(piece) = bytes.get(..read).filter(|piece| !piece.is_empty()) else { break };
        lines += u64::try_from(memchr::memchr_iter(b'\n', piece).count()).unwrap_or(u64::MAX);
        digest.update(piece);
    }
    Ok((lines, STANDARD.encode(digest.finalize())))
}

/// The file of a day that lines are added to.
pub(super) struct DayFile {
    file: File,
    /// Bytes of whole lines.
    pub length: u64,
}

impl DayFile {
    /// Opens it, or begins it. A line that was cut short by a stop is taken away: what was told of it is lost, what comes
    /// next must not be.
    pub fn open(directory: &Path, on: NaiveDate) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let path = of_day(directory, on);
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        let length = whole_lines(&mut file)?;
        file.set_len(length)?;
        Ok(Self { file, length })
    }

    /// Adds lines, all of them or none.
    pub fn add(&mut self, lines: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(lines);
        if written.is_err() {
            // What a full disk took of it would spoil the line behind.
            self.file.set_len(self.length)?;
        }
        written?;
        self.length += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Makes what was added durable.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Length of a file up to the end of its last whole line.
fn whole_lines(file: &mut File) -> io::Result<u64> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail = length.min(u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX));
    file.seek(SeekFrom::Start(length - tail))?;
    let mut last = Vec::new();
    file.take(tail).read_to_end(&mut last)?;
    let behind = memchr::memrchr(b'\n', &last).map_or(last.len(), |end| last.len() - end - 1);
    Ok(length - u64::try_from(behind).unwrap_or(0))
}

/// The lines of a day from a byte on, each with the byte behind it. Longer ones than are written are passed over.
pub(super) fn lines(directory: &Path, on: NaiveDate, from: u64) -> io::Result<impl Iterator<Item = (Vec<u8>, u64)>> {
    let mut file = File::open(of_day(directory, on))?;
    file.seek(SeekFrom::Start(from))?;
    let (mut reader, mut at) = (BufReader::new(file), from);
    Ok(std::iter::from_fn(move || {
        let mut line = Vec::new();
        let most = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX);
        let read = reader.by_ref().take(most).read_until(b'\n', &mut line).ok().filter(|read| *read > 0)?;
        at += u64::try_from(read).unwrap_or(u64::MAX);
        Some((line, at))
    }))
}

/// Removes the files of days before one; how many.
pub(super) fn remove_before(directory: &Path, kept_from: NaiveDate) -> io::Result<usize> {
    let old: Vec<_> = days(directory)?.into_iter().take_while(|day| *day < kept_from).collect();
    for day in &old {
        fs::remove_file(of_day(directory, *day))?;
    }
    Ok(old.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_line_that_was_cut_short_does_not_spoil_the_next() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("security");
        let on = day("2026-11-30");
        let mut file = DayFile::open(&directory, on).unwrap();
        file.add(b"{\"a\":1}\n{\"a\":2}\n").unwrap();
        fs::write(of_day(&directory, on), b"{\"a\":1}\n{\"a\":2}\n{\"a\":").unwrap();
        let mut file = DayFile::open(&directory, on).unwrap();
        file.add(b"{\"a\":4}\n").unwrap();
        let path = of_day(&directory, on);
        assert_eq!(fs::read(&path).unwrap(), b"{\"a\":1}\n{\"a\":2}\n{\"a\":4}\n");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&directory)), (0o600, 0o700));
        let read: Vec<_> = lines(&directory, on, 8).unwrap().map(|(line, at)| (line.len(), at)).collect();
        assert_eq!(read, [(8, 16), (8, 24)]);
    }

    #[test]
    fn a_day_is_told_by_its_lines_and_their_digest() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("2026-11-30.jsonl");
        fs::write(&file, "abc").unwrap();
        // FIPS 180-4, and what `openssl dgst -sha256 -binary | base64` says.
        assert_eq!(digest(&file).unwrap(), (0, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=".to_owned()));
        fs::write(&file, "a\nb\n").unwrap();
        assert_eq!(digest(&file).unwrap().0, 2);
    }

    #[test]
    fn days_are_those_that_have_a_file_and_old_ones_go() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(days(&place.path().join("none")).unwrap(), []);
        for name in ["2026-11-30.jsonl", "2025-01-01.jsonl", "2026-11-30.txt", "notes", "2026-13-01.jsonl"] {
            fs::write(place.path().join(name), "").unwrap();
        }
        assert_eq!(days(place.path()).unwrap(), [day("2025-01-01"), day("2026-11-30")]);
        assert_eq!(remove_before(place.path(), day("2026-11-30")).unwrap(), 1);
        assert_eq!(days(place.path()).unwrap(), [day("2026-11-30")]);
    }
}

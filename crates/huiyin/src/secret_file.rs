//! A file that holds a secret.

use crate::terminal::say;
use domain::language::{Language, Text};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// What an option names is told, at the terminal and in the log, where everybody on the machine may read it.
pub(crate) fn tell_if_open(option: &str, file: &Path, language: Language) {
    if let Some(Text { zh, en }) = open_to_all(option, file) {
        tracing::warn!(note = en, "a file that holds a secret");
        say(language.pick(&zh, &en));
    }
}

fn open_to_all(option: &str, file: &Path) -> Option<Text> {
    let is_open = std::fs::metadata(file).is_ok_and(|found| found.mode() & 0o004 != 0);
    let file = file.display();
    is_open.then(|| Text {
        zh: format!("{option} {file}：本机所有用户都可读取；请收回权限（chmod o-r）。"),
        en: format!("{option} {file}: everybody on this machine may read it; take that back (chmod o-r)."),
    })
}

/// Writes it for the owner's eyes only, and syncs it and its name; one of an earlier attempt is replaced.
///
/// # Errors
/// What the system says.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    // What an attempt left that came to nothing is worthless; it must not be taken for the new one.
    if let Err(error) = std::fs::remove_file(file)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut kept = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(kept, "{text}")?;
    kept.sync_all()?;
    let beside = file.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(beside)?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_that_everybody_may_read_is_told_with_its_option_and_what_to_do() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("passphrase");
        write(&file, "a secret").unwrap();
        for (mode, told) in [(0o600, false), (0o640, false), (0o644, true), (0o604, true)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let said = open_to_all("--passphrase-file", &file);
            assert_eq!(said.is_some(), told, "{mode:o}");
            for text in said.iter().flat_map(|said| [&said.zh, &said.en]) {
                assert!(text.starts_with("--passphrase-file ") && text.contains("chmod o-r"), "{text}");
            }
        }
        assert!(open_to_all("--passphrase-file", &place.path().join("nowhere")).is_none());
    }
}

//! Files of an export, read and written.

use super::super::remote::Trouble;
use api::problem::causes;
use domain::language::Language;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What a file holds; `None` where there is none.
pub fn read(path: &Path, language: Language) -> Result<Option<Vec<u8>>, Trouble> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error, language)),
    }
}

fn unusable(path: &Path, error: &io::Error, language: Language) -> Trouble {
    Trouble::Cannot(format!("{}{}{}", path.display(), language.colon(), causes::of_io(error, language)))
}

/// Writes a file so that it is there whole or not at all.
pub fn write(path: &Path, bytes: &[u8], language: Language) -> Result<(), Trouble> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let fresh = PathBuf::from(name);
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        let mut file = fs::File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&fresh, path)
    });
    written.map_err(|error| unusable(path, &error, language))
}

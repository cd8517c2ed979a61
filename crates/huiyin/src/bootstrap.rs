//! What an empty log is given: town, programme, policy and calendars, compiled in, or from `--programme DIR`.

use api::problem::causes;
use casework::bootstrap::Bootstrap;
use chrono::NaiveDate;
use domain::calendar::CalendarYear;
use domain::language::Language;
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

const PROGRAMME: &str = include_str!("../../../data/programme.json");
const POLICY: &str = include_str!("../../../data/policy-default.json");
const CALENDARS: [&str; 3] = [
    include_str!("../../../data/calendars/2024.json"),
    include_str!("../../../data/calendars/2025.json"),
    include_str!("../../../data/calendars/2026.json"),
];
/// Most calendar files read from a directory: a century of years.
const CALENDARS_MAX: usize = 101;

/// Why what an empty log is to be given cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{name}: {source}")]
    Invalid {
        /// Which.
        name: String,
        /// Why.
        source: serde_json::Error,
    },
}

impl BootstrapError {
    /// Which file, why, and what to do, in the words of a language.
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::Unreadable { path, source } => {
                let remedy = language.pick(
                    "--programme 指定的目录须有 programme.json、policy-default.json 和 calendars/<年>.json",
                    "the directory that --programme names needs programme.json, policy-default.json and calendars/<year>.json",
                );
                let (cause, colon) = (causes::of_io(source, language), language.colon());
                format!("{}{colon}{cause}{colon}{remedy}", path.display())
            }
            Self::Invalid { name, source } => {
                let words =
                    language.pick("内容不符合要求，请改正此处", "does not hold what it should; correct this place");
                format!("{name}: {words}: {source}")
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Programme {
    town: String,
    name: String,
    effective_on: NaiveDate,
}

/// What is compiled in: Jiangqiao, the default policy, the calendars 2024 to 2026.
///
/// # Errors
/// [`BootstrapError::Invalid`], which a test rules out.
pub fn compiled_in(demo: bool) -> Result<Bootstrap, BootstrapError> {
    let calendars = CALENDARS.iter().map(|text| ("calendars".to_owned(), (*text).to_owned())).collect();
    read(PROGRAMME, POLICY, calendars, demo)
}

/// What a directory holds: `programme.json`, `policy-default.json` and `calendars/<year>.json`.
///
/// # Errors
/// A file that is missing, or does not hold what it should; the policy's and the calendars' values are checked when
/// the log is begun.
pub fn of_directory(directory: &Path, demo: bool) -> Result<Bootstrap, BootstrapError> {
    let text = |path: &Path| {
        std::fs::read_to_string(path).map_err(|source| BootstrapError::Unreadable { path: path.to_owned(), source })
    };
    let folder = directory.join("calendars");
    let entries =
        std::fs::read_dir(&folder).map_err(|source| BootstrapError::Unreadable { path: folder.clone(), source })?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .take(CALENDARS_MAX)
        .collect();
    paths.sort();
    let mut calendars = Vec::with_capacity(paths.len());
    for path in paths {
        calendars.push((path.display().to_string(), text(&path)?));
    }
    let programme = text(&directory.join("programme.json"))?;
    let policy = text(&directory.join("policy-default.json"))?;
    read(&programme, &policy, calendars, demo)
}

fn read(
    programme: &str,
    policy: &str,
    calendars: Vec<(String, String)>,
    demo: bool,
) -> Result<Bootstrap, BootstrapError> {
    let invalid = |name: &str| {
        let name = name.to_owned();
        move |source| BootstrapError::Invalid { name, source }
    };
    let programme: Programme = serde_json::from_str(programme).map_err(invalid("programme.json"))?;
    let policy: Value = serde_json::from_str(policy).map_err(invalid("policy-default.json"))?;
    let mut years = Vec::with_capacity(calendars.len());
    for (name, text) in &calendars {
        let year: CalendarYear = serde_json::from_str(text).map_err(invalid(name))?;
        years.push(year);
    }
    Ok(Bootstrap {
        town: programme.town,
        programme: programme.name,
        effective_on: programme.effective_on,
        policy,
        calendars: years,
        software: concat!("huiyin ", env!("CARGO_PKG_VERSION")).to_owned(),
        demo,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_compiled_in_fits_and_equals_the_directory() {
        let compiled = compiled_in(false).unwrap();
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
        let read = of_directory(&directory, false).unwrap();
        assert_eq!(compiled.calendars, read.calendars);
        assert_eq!((compiled.town.as_str(), compiled.policy), ("江桥镇", read.policy));
        let error = of_directory(Path::new("/nowhere"), false).unwrap_err();
        assert!(error.to_string().contains("/nowhere/calendars"), "{error}");
    }
}

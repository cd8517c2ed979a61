//! What points to which file: the issues, and whether anything else does. It is folded from the log when it is first asked
//! for, and brought up to the head by whoever asks; some hundred bytes a file that anything points to.

use crate::write::failure::Failure;
use domain::file::named_in;
use domain::ids::{FileId, IssueId};
use event_store::{EventStore, Position, StreamId};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::Mutex;

/// Events read at once while it is folded.
const PAGE: usize = 1024;
/// The fact by which an issue names files.
const ATTACHED: &str = "issue.evidence_attached";
/// The family of issues.
const ISSUE: &str = "issue";
/// The other families whose facts name files: the record of duties.
const DUTIES: [&str; 8] =
    ["activity", "appraisal", "deed", "meeting", "obligation", "session", "study", "typical_case"];

/// What points to a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// The issues.
    pub issues: BTreeSet<IssueId>,
    /// Something else does: it shows how a duty was done.
    pub of_a_duty: bool,
}

/// What points to which file.
#[derive(Default)]
pub(crate) struct FileUses(Mutex<Index>);

#[derive(Default)]
struct Index {
    /// By family, up to where it is in here.
    until: BTreeMap<&'static str, Position>,
    files: BTreeMap<FileId, Uses>,
}

impl FileUses {
    /// What points to a file by now.
    pub(super) async fn of(&self, store: &EventStore, file: FileId) -> Result<Uses, Failure> {
        let mut index = self.0.lock().await;
        index.catch_up(store).await?;
        Ok(index.files.get(&file).cloned().unwrap_or_default())
    }
}

impl Index {
    async fn catch_up(&mut self, store: &EventStore) -> Result<(), Failure> {
        let head = store.head().position;
        for family in DUTIES.into_iter().chain([ISSUE]) {
            let mut until = self.until.get(family).copied().unwrap_or_default();
            while until < head {
                let page = store.read_family(family, until, PAGE).await?;
                for recorded in &page {
                    let leaf = recorded.text()?;
                    until = recorded.position;
                    if family == ISSUE && leaf.event_type != ATTACHED {
                        continue;
                    }
                    let public = serde_json::from_str(leaf.public)
                        .map_err(|error| Failure::Fault(format!("position {}: {error}", recorded.position)))?;
                    for file in named_in(&public) {
                        let uses = self.files.entry(file).or_default();
                        match StreamId::new(leaf.stream).filter(|stream| stream.family() == ISSUE) {
                            Some(stream) => uses.issues.extend(stream.uuid().map(IssueId)),
                            None => uses.of_a_duty = true,
                        }
                    }
                }
                if page.len() < PAGE {
                    until = until.max(head);
                }
                // After each, so that who stops waiting loses nothing of it.
                self.until.insert(family, until);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::issue::IssueEvent;
    use std::collections::BTreeSet;

    #[test]
    fn every_fact_that_names_files_is_of_one_of_its_families() {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/golden");
        let mut families = BTreeSet::new();
        for entry in std::fs::read_dir(golden).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            let golden: serde_json::Value = serde_json::from_str(&text).unwrap();
            if named_in(&golden["public"]).next().is_some() {
                let name = golden["type"].as_str().unwrap();
                assert!(!name.starts_with("issue.") || name == ATTACHED, "{name}");
                families.insert(name.split('.').next().unwrap().to_owned());
            }
        }
        let known: BTreeSet<_> = DUTIES.into_iter().chain([ISSUE]).map(str::to_owned).collect();
        assert_eq!(families, known);
        assert!(IssueEvent::TYPES.iter().any(|event| event.name == ATTACHED));
    }
}

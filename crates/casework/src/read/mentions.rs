//! Which files are named where: folded from the log from its first leaf on, in memory alone, and brought up to the head by
//! whoever asks. A leaf names a file by its id, wherever in its facts that stands: who corrects what a record names has named
//! the other one, too. Some two hundred bytes a file.

use crate::boxed::boxed;
use crate::read::folded::Folded;
use crate::write::failure::Failure;
use domain::ids::FileId;
use event_store::{EventStore, Filter, Recorded, StreamId};
use std::collections::BTreeMap;
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// Characters of an id as facts have it.
const ID_CHARS: usize = 36;

/// What names the files that there are.
#[derive(Default)]
pub(crate) struct FileMentions(Mutex<Folded<Index>>);

#[derive(Default)]
struct Index {
    /// By file: the streams that name it, in the order of their first leaf that does.
    files: BTreeMap<Uuid, Vec<StreamId>>,
}

impl FileMentions {
    /// The streams that name a file, in the order in which they did so first.
    #[boxed]
    pub async fn of(&self, store: &EventStore, file: FileId) -> Result<Vec<StreamId>, Failure> {
        Ok(self.caught_up(store).await?.index.files.get(&file.0).cloned().unwrap_or_default())
    }

    /// The files that any of some streams names, in the order in which they were stored.
    #[boxed]
    pub async fn named_by(&self, store: &EventStore, streams: &[StreamId]) -> Result<Vec<FileId>, Failure> {
        Ok(self.caught_up(store).await?.index.named_by(streams))
    }

    /// Takes in what the log holds beyond it.
    #[boxed]
    pub async fn catch_up(&self, store: &EventStore) -> Result<(), Failure> {
        self.caught_up(store).await.map(drop)
    }

    async fn caught_up(&self, store: &EventStore) -> Result<MutexGuard<'_, Folded<Index>>, Failure> {
        let mut mentions = self.0.lock().await;
        let take = |index: &mut Index, recorded: &Recorded| {
            let leaf = recorded.text()?;
            if let Some(stream) = StreamId::new(leaf.stream) {
                index.take(stream, leaf.public);
            }
            Ok(())
        };
        mentions.read_on(store, &Filter::default(), take).await?;
        Ok(mentions)
    }
}

impl Index {
    /// Ids are in the order of their time.
    fn named_by(&self, streams: &[StreamId]) -> Vec<FileId> {
        let named = self.files.iter().filter(|(_, by)| by.iter().any(|stream| streams.contains(stream)));
        named.map(|(file, _)| FileId(*file)).collect()
    }

    /// Takes one more leaf into account: a file is there before it is named.
    fn take(&mut self, stream: StreamId, public: &str) {
        if stream.family() == "file" {
            self.files.extend(stream.uuid().map(|id| (id, Vec::new())));
            return;
        }
        let quoted = public.split('"').filter(|text| text.len() == ID_CHARS);
        for id in quoted.filter_map(|text| Uuid::parse_str(text).ok()) {
            if let Some(named_by) = self.files.get_mut(&id)
                && !named_by.contains(&stream)
            {
                named_by.push(stream.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_names_a_file_is_found_by_it_wherever_it_stands() {
        let mut index = Index::default();
        let (file, other) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let issue = |n: u128| StreamId::of("issue", Uuid::from_u128(n));
        index.take(issue(1), &format!(r#"{{"file_ids":["{file}"]}}"#));
        assert_eq!(index.files.get(&file), None, "no file is named before it is there");
        index.take(StreamId::of("file", file), r#"{"kind":"image"}"#);
        index.take(StreamId::of("file", other), r#"{"kind":"image"}"#);
        index.take(issue(2), &format!(r#"{{"file_ids":["{file}","{other}"]}}"#));
        index.take(issue(2), &format!(r#"{{"consent_file_id":"{file}"}}"#));
        index.take(issue(3), &format!(r#"{{"pointer":"/public/file_ids","value":["{other}"]}}"#));
        index.take(issue(4), &format!(r#"{{"streams":["file/{file}"]}}"#));
        assert_eq!(index.files[&file], [issue(2)]);
        assert_eq!(index.files[&other], [issue(2), issue(3)]);
        assert_eq!(index.named_by(&[issue(2)]), [FileId(file), FileId(other)]);
        assert_eq!(index.named_by(&[issue(1), issue(3)]), [FileId(other)]);
    }
}

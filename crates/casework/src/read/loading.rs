//! Things read from the log: folded from their streams, remembered, and what is in their boxes.

use crate::access::admission::thing_of;
use crate::boxed::Boxed;
use crate::casework::Casework;
use crate::personal::{self, KeptBox, Part};
use crate::read::decode::{decode, of_family, stamp};
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use domain::Stamp;
use domain::file::File;
use domain::ids::{FileId, IssueId, MajorIssueId, ReceptionId};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::reception::Reception;
use domain::refusal::{Code, Refusal};
use event_store::{StreamId, Version};
use std::sync::Arc;

/// Events read at once while a stream is folded.
const PAGE: usize = 256;

impl<S> Loaded<S> {
    /// What the boxes of one event say, in their order; opened once and kept with the thing. For decisions: what is shown of them
    /// is for a [`Sight`](crate::access::Sight) to say.
    pub(crate) async fn parts(&self, casework: &Casework, version: u64) -> Result<Vec<(&KeptBox, &Part)>, Failure> {
        let parts = match self.opened.get() {
            Some(parts) => parts,
            None => {
                let parts = Arc::new(casework.open_recorded(&self.boxes).await?);
                self.opened.get_or_init(|| parts)
            }
        };
        let of_event = self.boxes.iter().zip(parts.iter()).filter(|(kept, _)| kept.version.0 == version);
        Ok(of_event.collect())
    }

    /// The boxes of one event, in their order: whose they are and of which class.
    pub fn boxes_of(&self, version: u64) -> impl Iterator<Item = &KeptBox> {
        self.boxes.iter().filter(move |kept| kept.version.0 == version)
    }

    /// The boxes of one event whose person was erased.
    pub async fn erased(&self, casework: &Casework, version: u64) -> Result<Vec<&KeptBox>, Failure> {
        let parts = self.parts(casework, version).await?;
        Ok(parts.into_iter().filter(|(_, part)| **part == Part::Erased).map(|(kept, _)| kept).collect())
    }
}

impl Casework {
    /// A thing now or as of a position, or [`Failure::NotFound`].
    pub async fn load<S: Entity>(&self, id: S::Id, as_of: AsOf) -> Result<Arc<Loaded<S>>, Failure> {
        let stream = S::stream(id);
        let Some(cache) = S::cache(&self.caches).filter(|_| as_of == AsOf::Now) else {
            return self.fold(&stream, as_of).await.map(Arc::new);
        };
        // What is not remembered is not asked for its version either: its events say it.
        if let Some(held) = cache.get(&id.into())
            && held.erasure_epoch == self.erasure_epoch()
            && held.version == self.store.stream_head(&stream).await?.version
        {
            return Ok(held);
        }
        let loaded = Arc::new(self.fold(&stream, as_of).await?);
        self.remember(id, &loaded);
        Ok(loaded)
    }

    /// An issue.
    pub fn issue(&self, id: IssueId, as_of: AsOf) -> Boxed<'_, Result<Arc<Loaded<Issue>>, Failure>> {
        Box::pin(self.load(id, as_of))
    }

    /// A major issue.
    pub fn major_issue(&self, id: MajorIssueId, as_of: AsOf) -> Boxed<'_, Result<Arc<Loaded<MajorIssue>>, Failure>> {
        Box::pin(self.load(id, as_of))
    }

    /// A reception.
    pub fn reception(&self, id: ReceptionId, as_of: AsOf) -> Boxed<'_, Result<Arc<Loaded<Reception>>, Failure>> {
        Box::pin(self.load(id, as_of))
    }

    /// A file, but for its bytes.
    pub fn file(&self, id: FileId, as_of: AsOf) -> Boxed<'_, Result<Arc<Loaded<File>>, Failure>> {
        Box::pin(self.load(id, as_of))
    }

    /// A thing as it is now; nothing where there is none of that id.
    pub(crate) async fn if_there<S: Entity>(&self, id: S::Id) -> Result<Option<Arc<Loaded<S>>>, Failure> {
        match self.load::<S>(id, AsOf::Now).await {
            Err(Failure::NotFound) => Ok(None),
            found => found.map(Some),
        }
    }

    /// What a command is about, as it now is; `If-Match`, if given, has its version among those it names.
    pub(crate) async fn load_if_match<S: Entity>(
        &self,
        call: &CommandContext,
        id: S::Id,
    ) -> Result<Arc<Loaded<S>>, Failure> {
        let loaded = self.load::<S>(id, AsOf::Now).await?;
        self.admit(call, id, &loaded).await?;
        if !call.matches(loaded.version) {
            return Err(Failure::Stale { actual: loaded.version });
        }
        self.not_about_oneself(call, &thing_of(id, &loaded))?;
        Ok(loaded)
    }

    /// Another thing, which the body names; an unknown one does not fit.
    pub(crate) async fn load_named<S: Entity>(&self, id: S::Id, pointer: &str) -> Result<Arc<Loaded<S>>, Failure> {
        match self.load(id, AsOf::Now).await {
            Err(Failure::NotFound) => Err(Refusal::new(Code::UnknownId).at(pointer).into()),
            found => found,
        }
    }

    pub(crate) fn remember<S: Entity>(&self, id: S::Id, loaded: &Arc<Loaded<S>>) {
        if let Some(cache) = S::cache(&self.caches) {
            cache.put(id.into(), loaded.version.0, loaded.bytes(), Arc::clone(loaded));
        }
    }

    /// The events of a thing up to a version, with what their envelopes say.
    pub(crate) async fn events<S: Entity>(&self, id: S::Id, until: Version) -> Result<Vec<(S::Event, Stamp)>, Failure> {
        let stream = S::stream(id);
        let mut events = Vec::new();
        let mut after = Version(0);
        while after < until {
            let page = self.store.read_stream(&stream, after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for recorded in &page {
                let (leaf, event) = decode(recorded)?;
                after = leaf.version;
                if after > until {
                    break;
                }
                events.push((of_family::<S>(event, recorded, &stream)?, stamp(recorded.position, &leaf)));
            }
        }
        Ok(events)
    }

    async fn fold<S: Entity>(&self, stream: &StreamId, as_of: AsOf) -> Result<Loaded<S>, Failure> {
        let mut loaded = Loaded { erasure_epoch: self.erasure_epoch(), ..Loaded::default() };
        loop {
            let page = self.store.read_stream(stream, loaded.version, PAGE).await?;
            let full = page.len() == PAGE;
            for recorded in &page {
                if matches!(as_of, AsOf::Position(last) if recorded.position > last) {
                    return if loaded.version.0 == 0 { Err(Failure::NotFound) } else { Ok(loaded) };
                }
                let (leaf, event) = decode(recorded)?;
                let event = of_family::<S>(event, recorded, stream)?;
                loaded.apply(&event, &stamp(recorded.position, &leaf), personal::kept(recorded, &leaf)?, Vec::new());
            }
            if !full {
                return if loaded.version.0 == 0 { Err(Failure::NotFound) } else { Ok(loaded) };
            }
        }
    }
}

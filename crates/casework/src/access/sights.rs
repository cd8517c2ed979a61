//! What a reader is shown of a stream, of a file, and of a page of the whole log.

use crate::access::sight::{LookedAt, Reader, Sight};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::Loaded;
use crate::write::failure::Failure;
use domain::access::{Action, Thing};
use domain::file::File;
use domain::ids::FileId;
use domain::vocabulary::PersonalClass;
use event_store::{Recorded, StreamId, Version};
use std::collections::{BTreeMap, BTreeSet};

/// Events of a stream that are looked at to learn of which classes its parts are; a longer one may have parts of every class.
const LOOKED_THROUGH: usize = 64;

impl Casework {
    /// What a reader is shown of the history of a stream: of one that is no grid's and no delegate's, such as an account, only
    /// whoever reads words of the whole town is shown any.
    ///
    /// Errors: [`Failure::NotFound`] for an unknown one.
    #[boxed]
    pub async fn sight_of_stream(&self, reader: &Reader, stream: &StreamId) -> Result<Sight, Failure> {
        let looked_at = self.first_of(stream).await?;
        self.sight_of(reader, async || self.thing_of_stream(stream).await, &looked_at).await
    }

    /// The same of a stream whose thing is known.
    #[boxed]
    pub async fn sight_of_thing(&self, reader: &Reader, stream: &StreamId, thing: Thing) -> Result<Sight, Failure> {
        let looked_at = self.first_of(stream).await?;
        self.sight_of(reader, async || Ok(thing), &looked_at).await
    }

    /// What a reader is shown of a file: it is seen by whoever may open what names it.
    #[boxed]
    pub async fn sight_of_file(&self, reader: &Reader, id: FileId, file: &Loaded<File>) -> Result<Sight, Failure> {
        if !self.access_adopted() || reader.began(file.first, file.begun_by) {
            return Ok(Sight::WHOLE);
        }
        let Some(asker) = &reader.asker else { return Ok(Sight::NOTHING) };
        if !self.may_of_file(asker, Action::FileOpen, id).await? {
            return Ok(Sight::NOTHING);
        }
        let seen = self.looked_at(reader, vec![(Sight::of_class(PersonalClass::File), LookedAt::of(file))]).await;
        Ok(seen.first().copied().unwrap_or(Sight::NOTHING))
    }

    /// What a reader is shown of the words in a page of the whole log: all of them where they read those of the whole town.
    pub(crate) async fn sight_of_page(&self, reader: &Reader, page: &[Recorded]) -> Result<Sight, Failure> {
        if !self.access_adopted() {
            return Ok(Sight::WHOLE);
        }
        let authority = reader.asker.as_ref().map(|asker| self.authority(asker, Action::PersonalRead));
        if !matches!(authority, Some(Ok(authority)) if authority.is_whole()) {
            return Ok(Sight::NOTHING);
        }
        let mut streams: BTreeMap<StreamId, LookedAt> = BTreeMap::new();
        for recorded in page.iter().filter(|recorded| !recorded.boxes.is_empty()) {
            if let Some(stream) = StreamId::new(recorded.text()?.stream).filter(|known| !streams.contains_key(known)) {
                // Its words alone are shown here: where it begins is enough.
                let looked_at = self.looked_at_first(&stream, 1).await?;
                let classes = BTreeSet::from([PersonalClass::Narrative]);
                streams.insert(stream, LookedAt { classes, ..looked_at });
            }
        }
        self.sight_of_rows(reader, streams.into_values().collect()).await
    }

    /// A stream as it is looked at: where it begins, and of which classes its parts are.
    async fn first_of(&self, stream: &StreamId) -> Result<LookedAt, Failure> {
        self.looked_at_first(stream, LOOKED_THROUGH).await
    }

    /// The same by its first events alone.
    pub(crate) async fn looked_at_first(&self, stream: &StreamId, events: usize) -> Result<LookedAt, Failure> {
        let events = self.store.read_stream(stream, Version(0), events).await?;
        let recorded = events.first().ok_or(Failure::NotFound)?;
        let area = recorded.text()?.area.parse().unwrap_or_default();
        let mut classes = BTreeSet::new();
        for event in events.iter().filter(|event| !event.boxes.is_empty()) {
            let boxes = event.text()?.boxes().unwrap_or_default();
            classes.extend(boxes.iter().filter_map(|one| PersonalClass::parse(&one.class)));
        }
        if events.len() == LOOKED_THROUGH {
            classes.extend(PersonalClass::ALL);
        }
        Ok(LookedAt { first: recorded.position, area, begun_by: None, classes })
    }
}

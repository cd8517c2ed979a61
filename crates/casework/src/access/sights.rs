//! What a reader is shown of a stream, and of a page of the whole log.

use crate::access::sight::{LookedAt, Reader, Sight};
use crate::access::things;
use crate::casework::Casework;
use crate::read::decode::id_of;
use crate::read::loaded::{AsOf, Entity};
use crate::write::failure::Failure;
use domain::access::{Action, Thing};
use domain::activity::Activity;
use domain::appointment::Appointment;
use domain::deed::Deed;
use domain::ids::{
    ActivityId, AppointmentId, DeedId, DelegateId, IssueId, MajorIssueId, MeetingId, ReceptionId, SessionId, StudyId,
    TypicalCaseId,
};
use domain::issue::Issue;
use domain::leave::Leaves;
use domain::major_issue::MajorIssue;
use domain::meeting::Meeting;
use domain::reception::Reception;
use domain::session::Session;
use domain::study::Study;
use domain::typical_case::TypicalCase;
use domain::vocabulary::PersonalClass;
use event_store::{Recorded, StreamId, Version};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Casework {
    /// What a reader is shown of the history of a stream.
    ///
    /// Errors: [`Failure::NotFound`] for an unknown one.
    pub async fn sight_of_stream(&self, reader: &Reader, stream: &StreamId) -> Result<Sight, Failure> {
        match stream.family() {
            Issue::FAMILY => self.of_one::<Issue>(reader, stream, IssueId).await,
            Reception::FAMILY => self.of_one::<Reception>(reader, stream, ReceptionId).await,
            MajorIssue::FAMILY => self.of_one::<MajorIssue>(reader, stream, MajorIssueId).await,
            Appointment::FAMILY => self.of_one::<Appointment>(reader, stream, AppointmentId).await,
            TypicalCase::FAMILY => self.of_one::<TypicalCase>(reader, stream, TypicalCaseId).await,
            Activity::FAMILY => self.of_one::<Activity>(reader, stream, ActivityId).await,
            Deed::FAMILY => self.of_one::<Deed>(reader, stream, DeedId).await,
            Meeting::FAMILY => self.of_one::<Meeting>(reader, stream, MeetingId).await,
            Session::FAMILY => self.of_one::<Session>(reader, stream, SessionId).await,
            Study::FAMILY => self.of_one::<Study>(reader, stream, StudyId).await,
            Leaves::FAMILY => {
                let reference = self.reference();
                let today = reference.town_date(self.now());
                let thing = things::of_delegate(&reference, DelegateId(id_of(stream)?), today);
                self.sight_of_thing(reader, stream, thing).await
            }
            // Of others only whoever reads words of the whole town.
            _ => self.sight_of_thing(reader, stream, Thing::default()).await,
        }
    }

    /// The same of a stream whose thing is known.
    pub async fn sight_of_thing(&self, reader: &Reader, stream: &StreamId, thing: Thing) -> Result<Sight, Failure> {
        let looked_at = self.first_of(stream).await?;
        self.sight_of(reader, async || Ok(thing), looked_at).await
    }

    async fn of_one<S: Entity>(
        &self,
        reader: &Reader,
        stream: &StreamId,
        id_from: fn(Uuid) -> S::Id,
    ) -> Result<Sight, Failure> {
        let id = id_from(id_of(stream)?);
        let loaded = self.load::<S>(id, AsOf::Now).await?;
        self.sight(reader, id, &loaded).await
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
                let looked_at = self.first_of(&stream).await?;
                streams.insert(stream, looked_at);
            }
        }
        self.sight_of_rows(reader, streams.into_values().collect()).await
    }

    /// A stream as it is looked at, by its first leaf.
    async fn first_of(&self, stream: &StreamId) -> Result<LookedAt, Failure> {
        let events = self.store.read_stream(stream, Version(0), 1).await?;
        let recorded = events.first().ok_or(Failure::NotFound)?;
        let leaf = recorded.text()?;
        let area = leaf.area.parse().unwrap_or_default();
        Ok(LookedAt {
            first: recorded.position,
            area,
            begun_by: None,
            classes: BTreeSet::from([PersonalClass::Narrative]),
        })
    }
}

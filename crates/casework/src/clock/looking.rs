//! Everything that is recorded of a subject and of its obligations, and the streams that were read for it.

use super::ACTOR;
use crate::casework::Casework;
use crate::personal::{self, KeptBox};
use crate::read::decode::{decode, stamp};
use crate::write::failure::Failure;
use crate::write::plan::Plan;
use domain::activity::ActivityEvent;
use domain::appraisal::Appraisee;
use domain::clock::{
    Candidate, Events, Member, Members, ObligationRecord, Recorded, Subject, Timeline, by_the_clock, files_of, on_duty,
};
use domain::event::Event;
use domain::file::FileEvent;
use domain::ids::{FileId, ObligationId, SessionId};
use domain::issue::IssueEvent;
use domain::reception::ReceptionEvent;
use domain::vocabulary::FileKind;
use domain::{Fold as _, Stamp};
use event_store::{Position, StreamId, Version};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Events read at once.
const PAGE: usize = 256;

/// A subject with everything that its obligations depend on.
pub(super) struct Looked {
    pub timeline: Arc<Timeline>,
    pub recorded: Recorded,
    /// The streams that were read, each at the version seen.
    pub streams: Vec<(StreamId, Version)>,
}

/// What is recorded of an obligation.
#[derive(Default)]
pub(super) struct Told {
    pub record: ObligationRecord,
    /// Where in the log its stream begins.
    pub first: Position,
    /// What it is about, as the clock wrote it.
    pub about: Option<Subject>,
    /// The sealed words of its explanations.
    pub boxes: Vec<KeptBox>,
}

impl Looked {
    /// Demands that all of it is still so when something is recorded. Streams that are written to demand that anyhow.
    pub fn rely_on(&self, plan: &mut Plan, casework: &Casework) {
        for (stream, version) in &self.streams {
            plan.check(stream.clone(), *version);
        }
        let lean = self.recorded.lean(&self.timeline);
        for (family, id, version) in self.timeline.streams(&lean) {
            plan.check(StreamId::of(family, id), Version(version));
        }
        if let Some((stream, _)) = casework.reference().policy_stream() {
            let version = stream.uuid().map_or(0, |id| self.timeline.version(id));
            plan.check(stream, Version(version));
        }
        let Some(rules) = self.timeline.rules() else { return };
        let years = rules.calendars.years();
        // What is owed now is counted through at most one year that no calendar is known of yet.
        let next = rules.calendars.years().last().map(|last| last + 1);
        for year in years.chain(next) {
            if let Some(stream) = StreamId::new(format!("calendar/{year}")) {
                plan.check(stream, Version(rules.calendars.version(year)));
            }
        }
    }
}

impl Casework {
    /// A subject by the leaves up to a position; nothing of one that had not begun.
    pub(super) async fn look(&self, candidate: &Candidate, until: Option<Position>) -> Result<Looked, Failure> {
        let Candidate { subject, members } = candidate;
        let subject = *subject;
        let newest = self.timeline.lock().await.follow(&self.store).await?;
        let timeline = until.map_or_else(|| Arc::clone(&newest), |until| Arc::new(newest.as_of(until.0)));
        let mut streams = Vec::new();
        let recorded = match subject {
            Subject::Session(id) => {
                let of_session = |event| if let Event::Session(event) = event { Some(event) } else { None };
                let events = self.own(subject, until, &mut streams, of_session).await?;
                let mut leaves = BTreeMap::new();
                for who in on_duty(&events) {
                    let stream = StreamId::of("leave", who.0);
                    let of_leave = |event| if let Event::Leave(event) = event { Some(event) } else { None };
                    let of_one = self.facts(&stream, until, of_leave).await?;
                    streams.push((stream, Version(of_one.len() as u64)));
                    leaves.insert(who, of_one);
                }
                Recorded::Session { id, events, leaves }
            }
            Subject::Issue(id) => {
                let of_issue = |event| if let Event::Issue(event) = event { Some(event) } else { None };
                let events = self.own(subject, until, &mut streams, of_issue).await?;
                let session_id = self.session_of(&events).await?;
                Recorded::Issue { id, events, session_id }
            }
            Subject::Grid(id) => Recorded::Grid(id),
            Subject::Deed(id) => {
                let of_deed = |event| if let Event::Deed(event) = event { Some(event) } else { None };
                Recorded::Deed { id, events: self.own(subject, until, &mut streams, of_deed).await? }
            }
            Subject::Study(id) => {
                let of_study = |event| if let Event::Study(event) = event { Some(event) } else { None };
                Recorded::Study { id, events: self.own(subject, until, &mut streams, of_study).await? }
            }
            Subject::Appointment(id) => {
                let of_it = |event| if let Event::Appointment(event) = event { Some(event) } else { None };
                Recorded::Appointment { id, events: self.own(subject, until, &mut streams, of_it).await? }
            }
            Subject::Activity(id) => {
                let events = self.own(subject, until, &mut streams, activity).await?;
                let kinds = self.kinds_of(&events).await?;
                Recorded::Activity { id, events, kinds }
            }
            Subject::MajorIssue(id) => {
                let of_it = |event| if let Event::MajorIssue(event) = event { Some(event) } else { None };
                let events = self.own(subject, until, &mut streams, of_it).await?;
                let members = self.members(members, until, &mut streams).await?;
                Recorded::MajorIssue { id, events, members }
            }
            Subject::GridYear(grid, year) => {
                Recorded::GridYear { grid, year, members: self.members(members, until, &mut streams).await? }
            }
            Subject::DelegateYear(who, year) => {
                let of_it = |event| if let Event::Appraisal(event) = event { Some(event) } else { None };
                let stream = StreamId::of("appraisal", Appraisee::Delegate(who).appraisal(year).0);
                let events = self.facts(&stream, until, of_it).await?;
                streams.push((stream, Version(events.len() as u64)));
                Recorded::DelegateYear { who, year, events }
            }
        };
        Ok(Looked { timeline, recorded, streams })
    }

    /// The events of a subject's own stream, which is noted as read.
    async fn own<E>(
        &self,
        subject: Subject,
        until: Option<Position>,
        read: &mut Vec<(StreamId, Version)>,
        of: fn(Event) -> Option<E>,
    ) -> Result<Vec<(E, Stamp)>, Failure> {
        let stream = StreamId::of(subject.family(), subject.id());
        let events = self.facts(&stream, until, of).await?;
        read.push((stream, Version(events.len() as u64)));
        Ok(events)
    }

    /// What is recorded of things that may count for a subject; their streams are noted as read.
    async fn members(
        &self,
        named: &[Member],
        until: Option<Position>,
        read: &mut Vec<(StreamId, Version)>,
    ) -> Result<Members, Failure> {
        let mut members = Members::default();
        for member in named {
            let stream = StreamId::of(member.family(), member.id());
            let count = match member {
                Member::Activity(id) => {
                    let events = self.facts(&stream, until, activity).await?;
                    kept(&mut members.activities, *id, events)
                }
                Member::Meeting(id) => {
                    let of_it = |event| if let Event::Meeting(event) = event { Some(event) } else { None };
                    kept(&mut members.meetings, *id, self.facts(&stream, until, of_it).await?)
                }
                Member::TypicalCase(id) => {
                    let of_it = |event| if let Event::TypicalCase(event) = event { Some(event) } else { None };
                    kept(&mut members.cases, *id, self.facts(&stream, until, of_it).await?)
                }
            };
            read.push((stream, Version(count)));
        }
        Ok(members)
    }

    /// The kinds of an activity's files, which each says of itself when it is stored.
    async fn kinds_of(&self, events: &[(ActivityEvent, Stamp)]) -> Result<BTreeMap<FileId, FileKind>, Failure> {
        let mut kinds = BTreeMap::new();
        for id in files_of(events) {
            let stream = StreamId::of("file", id.0);
            let first = self.store.read_stream(&stream, Version(0), 1).await?;
            if let Some(first) = first.first()
                && let (_, Event::File(FileEvent::Stored(stored))) = decode(first)?
            {
                kinds.insert(id, stored.kind);
            }
        }
        Ok(kinds)
    }

    /// The session that the reception of an issue names, which is said once and for all.
    async fn session_of(&self, events: &[(IssueEvent, Stamp)]) -> Result<Option<SessionId>, Failure> {
        let Some((IssueEvent::Raised(raised), _)) = events.first() else { return Ok(None) };
        let stream = StreamId::of("reception", raised.reception_id.0);
        let first = self.store.read_stream(&stream, Version(0), 1).await?;
        let Some(first) = first.first() else { return Ok(None) };
        let (_, event) = decode(first)?;
        Ok(if let Event::Reception(ReceptionEvent::Recorded(recorded)) = event { recorded.session_id } else { None })
    }

    /// The events of a stream up to a position, of one family; leaves of the clock stand for their instants.
    async fn facts<E>(
        &self,
        stream: &StreamId,
        until: Option<Position>,
        of: fn(Event) -> Option<E>,
    ) -> Result<Vec<(E, Stamp)>, Failure> {
        let mut facts: Vec<(E, Stamp)> = Vec::new();
        loop {
            let page = self.store.read_stream(stream, Version(facts.len() as u64), PAGE).await?;
            let full = page.len() == PAGE;
            for recorded in &page {
                if until.is_some_and(|until| recorded.position > until) {
                    return Ok(facts);
                }
                let (leaf, event) = decode(recorded)?;
                let stamp = stamp(recorded.position, &leaf);
                let stamp = if leaf.actor == ACTOR { by_the_clock(stamp) } else { stamp };
                let event = of(event).ok_or_else(|| {
                    Failure::Fault(format!("position {}: an event of another family in {stream}", recorded.position))
                })?;
                facts.push((event, stamp));
            }
            if !full {
                return Ok(facts);
            }
        }
    }

    /// What is recorded of an obligation up to a position.
    pub(super) async fn told(&self, id: ObligationId, until: Option<Position>) -> Result<Told, Failure> {
        let stream = StreamId::of("obligation", id.0);
        let mut told = Told::default();
        loop {
            let page = self.store.read_stream(&stream, Version(told.record.version), PAGE).await?;
            let full = page.len() == PAGE;
            for recorded in &page {
                if until.is_some_and(|until| recorded.position > until) {
                    return Ok(told);
                }
                let (leaf, event) = decode(recorded)?;
                let Event::Obligation(event) = event else {
                    return Err(Failure::Fault(format!(
                        "position {}: an event of another family in {stream}",
                        recorded.position
                    )));
                };
                if told.record.version == 0 {
                    told.first = recorded.position;
                }
                told.about = told.about.or_else(|| event.key().and_then(|key| Subject::of_key(&key)));
                told.boxes.extend(personal::kept(recorded, &leaf)?);
                told.record.apply(&event, &stamp(recorded.position, &leaf));
            }
            if !full {
                return Ok(told);
            }
        }
    }
}

fn activity(event: Event) -> Option<ActivityEvent> {
    if let Event::Activity(event) = event { Some(event) } else { None }
}

/// Keeps the events of one stream, and says how many they are.
fn kept<K: Ord, E>(streams: &mut BTreeMap<K, Events<E>>, id: K, events: Events<E>) -> u64 {
    let count = events.len() as u64;
    streams.insert(id, events);
    count
}

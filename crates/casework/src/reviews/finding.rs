//! Streams of one family, folded up to the position of a review and judged by `domain::review`. What is found says whose it
//! is; a family more is an arm here.

use super::frame::{Frame, MemberOf};
use crate::read::decode::{decode, of_family, stamp};
use crate::read::loaded::Entity;
use crate::write::failure::Failure;
use chrono::Datelike as _;
use domain::Stamp;
use domain::activity::Activity;
use domain::appraisal::Appraisal;
use domain::deed::Deed;
use domain::ids::{
    ActivityId, AppraisalId, AreaId, DeedId, DelegateId, IssueId, MeetingId, ReceptionId, SessionId, StudyId,
    TypicalCaseId,
};
use domain::issue::Issue;
use domain::leave::{Leaves, LeavesOf};
use domain::meeting::Meeting;
use domain::reception::Reception;
use domain::review::{
    Finding, Gathered, Gathering, Gatherings, IssueFacts, ReceptionFacts, SessionAround, SessionFacts, Undertaken,
    judge, judge_attended, judge_case, judge_deed, judge_disputes, judge_reception, judge_recurring, judge_session,
    judge_study,
};
use domain::session::Session;
use domain::study::Study;
use domain::typical_case::TypicalCase;
use event_store::store::READ_MAX;
use event_store::{EventStore, Position, Recorded, StreamId, Version};
use std::collections::BTreeSet;

/// Streams that one thread reads before it lets another question have its turn.
pub(super) const STREAMS_AT_ONCE: usize = 2048;
// What is asked for beyond that would be left out, and its members with it.
const _: () = assert!(STREAMS_AT_ONCE <= READ_MAX);
/// Events of a stream read at once.
const PAGE: usize = 256;

/// One finding, and whose figures it is of.
pub(super) struct Found<'a> {
    /// Where it stands.
    pub of: MemberOf,
    /// Position of the first leaf there.
    pub first_position: u64,
    /// The delegates who have it.
    pub delegates: &'a [DelegateId],
    /// The grid that has it.
    pub grid_id: Option<AreaId>,
    /// What was found.
    pub finding: Finding,
}

/// Streams of one family.
pub(super) enum Ids {
    Issues(Vec<IssueId>),
    Receptions(Vec<ReceptionId>),
    Sessions(Vec<SessionId>),
    Studies(Vec<StudyId>),
    Deeds(Vec<DeedId>),
    TypicalCases(Vec<TypicalCaseId>),
    Appraisals(Vec<AppraisalId>),
    /// Everything that was held of the grids in question: looked at together.
    Gatherings {
        activities: Vec<ActivityId>,
        meetings: Vec<MeetingId>,
    },
}

/// Reads streams, and hands every finding about them to `take`.
pub(super) async fn find<T: Default>(
    store: &EventStore,
    frame: &Frame,
    ids: Ids,
    take: impl Fn(&mut T, Found<'_>),
) -> Result<T, Failure> {
    let mut taken = T::default();
    let mut each = |found: Found<'_>| take(&mut taken, found);
    let (period, book) = (&frame.period, &frame.book);
    match ids {
        Ids::Issues(ids) => issues(store, frame, &ids, &mut each).await?,
        Ids::Receptions(ids) => receptions(store, frame, &ids, &mut each).await?,
        Ids::Sessions(ids) => sessions(store, frame, &ids, &mut each).await?,
        Ids::Studies(ids) => {
            let offices = &frame.reference.offices;
            let judge = |events: &[_]| judge_study(events, offices, period, book);
            undertakings::<Study>(store, frame, &ids, MemberOf::Study, judge, &mut each).await?;
        }
        Ids::Deeds(ids) => {
            let judge = |events: &[_]| judge_deed(events, period, book);
            undertakings::<Deed>(store, frame, &ids, MemberOf::Deed, judge, &mut each).await?;
        }
        Ids::TypicalCases(ids) => {
            let judge = |events: &[_]| judge_case(events, period, book);
            undertakings::<TypicalCase>(store, frame, &ids, MemberOf::TypicalCase, judge, &mut each).await?;
        }
        Ids::Appraisals(ids) => disputes(store, frame, &ids, &mut each).await?,
        Ids::Gatherings { activities, meetings } => {
            let activities = folded::<Activity>(store, frame, &activities).await?;
            let meetings = folded::<Meeting>(store, frame, &meetings).await?;
            gatherings(frame, &Gatherings { activities, meetings }, &mut each);
        }
    }
    Ok(taken)
}

async fn issues(
    store: &EventStore,
    frame: &Frame,
    ids: &[IssueId],
    each: &mut impl FnMut(Found<'_>),
) -> Result<(), Failure> {
    let (period, book) = (&frame.period, &frame.book);
    let mut read = Streams::<Issue>::of(store, frame, ids).await?;
    while let Some((id, events)) = read.next().await? {
        let Some(facts) = IssueFacts::of(id, &events, book) else { continue };
        let year = facts.first_recorded_at.with_timezone(&book.time_zone()).year();
        let (of, first_position, grid_id) = (MemberOf::Issue { id, year }, facts.first_position, Some(facts.grid_id));
        judge(&facts, period, book, &mut |delegate, finding| {
            each(Found { of, first_position, delegates: &[delegate], grid_id, finding });
        });
    }
    Ok(())
}

async fn receptions(
    store: &EventStore,
    frame: &Frame,
    ids: &[ReceptionId],
    each: &mut impl FnMut(Found<'_>),
) -> Result<(), Failure> {
    let mut read = Streams::<Reception>::of(store, frame, ids).await?;
    while let Some((id, events)) = read.next().await? {
        let Some(facts) = ReceptionFacts::of(id, events, &frame.book) else { continue };
        let (of, first_position, grid_id) = (MemberOf::Reception(id), facts.first_position, Some(facts.grid_id));
        judge_reception(&facts, &frame.period, &mut |finding| {
            each(Found { of, first_position, delegates: &facts.delegates, grid_id, finding });
        });
    }
    Ok(())
}

async fn sessions(
    store: &EventStore,
    frame: &Frame,
    ids: &[SessionId],
    each: &mut impl FnMut(Found<'_>),
) -> Result<(), Failure> {
    let mut all = Vec::with_capacity(ids.len());
    let mut read = Streams::<Session>::of(store, frame, ids).await?;
    while let Some((id, events)) = read.next().await? {
        all.extend(SessionFacts::of(id, &events));
    }
    let on_duty: BTreeSet<DelegateId> = all.iter().flat_map(|facts| facts.on_duty(&frame.period)).collect();
    let leaves = leaves(store, frame, on_duty.into_iter().collect()).await?;
    let (areas, delegates) = (&frame.reference.areas, &frame.reference.delegates);
    let around = SessionAround { areas, delegates, leaves: &leaves };
    for facts in &all {
        let (of, first_position, grid_id) = (MemberOf::Session(facts.id), facts.first_position, Some(facts.grid_id));
        judge_session(facts, &around, &frame.period, &frame.book, &mut |who, finding| {
            each(Found { of, first_position, delegates: who.as_slice(), grid_id, finding });
        });
    }
    Ok(())
}

/// What is judged as a whole: one finding at most about each.
async fn undertakings<S: Entity>(
    store: &EventStore,
    frame: &Frame,
    ids: &[S::Id],
    of: fn(S::Id) -> MemberOf,
    judge: impl Fn(&[(S::Event, Stamp)]) -> Option<Undertaken>,
    each: &mut impl FnMut(Found<'_>),
) -> Result<(), Failure> {
    let mut read = Streams::<S>::of(store, frame, ids).await?;
    while let Some((id, events)) = read.next().await? {
        if let Some(Undertaken { first_position, delegate, grid_id, finding }) = judge(&events) {
            each(Found { of: of(id), first_position, delegates: delegate.as_slice(), grid_id, finding });
        }
    }
    Ok(())
}

async fn disputes(
    store: &EventStore,
    frame: &Frame,
    ids: &[AppraisalId],
    each: &mut impl FnMut(Found<'_>),
) -> Result<(), Failure> {
    let mut read = Streams::<Appraisal>::of(store, frame, ids).await?;
    while let Some((_, events)) = read.next().await? {
        let Some((_, first)) = events.first() else { continue };
        judge_disputes(&events, &frame.period, &frame.book, &mut |id, delegate, finding| {
            let (of, first_position) = (MemberOf::Dispute(id), first.position);
            each(Found { of, first_position, delegates: &[delegate], grid_id: None, finding });
        });
    }
    Ok(())
}

/// What was held, and what was to be, of every grid.
fn gatherings(frame: &Frame, gatherings: &Gatherings, each: &mut impl FnMut(Found<'_>)) {
    let (period, book) = (&frame.period, &frame.book);
    for grid in frame.reference.areas.grids() {
        judge_recurring(grid, gatherings, period, book, &mut |found| each(gathered(&found)));
    }
    judge_attended(gatherings, &frame.reference.delegates, period, book, &mut |found| each(gathered(&found)));
}

fn gathered(found: &Gathered) -> Found<'_> {
    let Gathered { of, first_position, delegates, grid_id, finding } = found;
    let of = match of {
        Some(Gathering::Activity(id)) => MemberOf::Activity(*id),
        Some(Gathering::Meeting(id)) => MemberOf::Meeting(*id),
        None => MemberOf::Grid(grid_id.unwrap_or_default()),
    };
    Found { of, first_position: *first_position, delegates, grid_id: *grid_id, finding: *finding }
}

/// Streams as the leaves of the review leave them; those that began later are left out.
async fn folded<S: Entity + Default>(
    store: &EventStore,
    frame: &Frame,
    ids: &[S::Id],
) -> Result<Vec<(S::Id, S)>, Failure> {
    let mut all = Vec::with_capacity(ids.len());
    for ids in ids.chunks(STREAMS_AT_ONCE) {
        let mut read = Streams::<S>::of(store, frame, ids).await?;
        while let Some((id, events)) = read.next().await? {
            if !events.is_empty() {
                let mut state = S::default();
                events.iter().for_each(|(event, stamp)| state.apply(event, stamp));
                all.push((id, state));
            }
        }
    }
    Ok(all)
}

/// The leaves of delegates; hardly anybody has any.
async fn leaves(store: &EventStore, frame: &Frame, who: Vec<DelegateId>) -> Result<LeavesOf, Failure> {
    Ok(folded::<Leaves>(store, frame, &who).await?.into_iter().collect())
}

/// Streams that are read one after the other, the first page of all of them at once.
struct Streams<'a, S: Entity> {
    store: &'a EventStore,
    until: Position,
    pages: std::vec::IntoIter<(S::Id, Vec<Recorded>)>,
}

impl<'a, S: Entity> Streams<'a, S> {
    async fn of(store: &'a EventStore, frame: &Frame, ids: &[S::Id]) -> Result<Self, Failure> {
        let streams: Vec<StreamId> = ids.iter().map(|id| S::stream(*id)).collect();
        let pages = store.read_streams(&streams, PAGE).await?;
        let pages: Vec<_> = ids.iter().copied().zip(pages).collect();
        Ok(Self { store, until: frame.position, pages: pages.into_iter() })
    }

    /// The next stream's events among the leaves of the review; none where it began later.
    async fn next(&mut self) -> Result<Option<(S::Id, Vec<(S::Event, Stamp)>)>, Failure> {
        let Some((id, page)) = self.pages.next() else { return Ok(None) };
        Ok(Some((id, events::<S>(self.store, &S::stream(id), page, self.until).await?)))
    }
}

/// The events of a stream among the first `until` leaves, of which the first page was read; none where the stream began
/// later.
async fn events<S: Entity>(
    store: &EventStore,
    stream: &StreamId,
    mut page: Vec<Recorded>,
    until: Position,
) -> Result<Vec<(S::Event, Stamp)>, Failure> {
    let mut events = Vec::with_capacity(page.len());
    loop {
        let full = page.len() == PAGE;
        for recorded in page {
            if recorded.position > until {
                return Ok(events);
            }
            let (leaf, event) = decode(&recorded)?;
            events.push((of_family::<S>(event, &recorded, stream)?, stamp(recorded.position, &leaf)));
        }
        let Some((_, last)) = events.last().filter(|_| full) else {
            return Ok(events);
        };
        page = store.read_stream(stream, Version(last.version), PAGE).await?;
    }
}

//! The annual review (C-5.2): streams read up to a position, folded and judged by `domain::review`, summed.
//!
//! Which streams may matter is handed in: a superset costs time, never a figure. Nothing here asks a read model, and
//! nothing of a figure comes from one.

use crate::casework::Casework;
use crate::read::decode::{decode, of_family, stamp};
use crate::read::loaded::Entity;
use crate::read::reference::Reference;
use crate::write::failure::Failure;
use chrono::{Datelike as _, NaiveDate};
use domain::Stamp;
use domain::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use domain::issue::Issue;
use domain::reception::Reception;
use domain::refusal::{Code, Refusal};
use domain::review::{Book, Finding, IssueFacts, Period, ReceptionFacts, Tally, judge, judge_reception};
use event_store::store::READ_MAX;
use event_store::{EventStore, Hash, Position, Recorded, StreamId, Version};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Streams that one thread reads before it lets another question have its turn.
const STREAMS_AT_ONCE: usize = 2048;
// What is asked for beyond that would be left out, and its members with it.
const _: () = assert!(STREAMS_AT_ONCE <= READ_MAX);
/// Threads that one review reads with.
const THREADS_MAX: usize = 8;
/// Events of a stream read at once.
const PAGE: usize = 256;

/// Under which rules, and up to where, a review is made. The same position gives the same frame.
pub struct Frame {
    /// *N*: the leaves it is made from.
    pub position: Position,
    /// Root of the tree over them.
    pub root: Hash,
    /// The year, up to the day that leaf *N* was recorded on.
    pub period: Period,
    /// Policies and calendars as of *N*.
    pub book: Book,
    /// Areas and people as of *N*.
    pub reference: Arc<Reference>,
}

impl Frame {
    /// Position of the policy in force at the end of the review.
    pub fn policy_position(&self) -> u64 {
        self.book.own_policy().position()
    }

    /// Whether a review with these findings is provisional: no calendar of the year is published, or a count ran through
    /// a year without one.
    pub fn provisional(&self, tally: &Tally) -> bool {
        !self.book.published(self.period.year) || tally.provisional()
    }
}

/// Which streams to read: at least every one that can matter, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Streams {
    /// Issues.
    pub issues: Vec<IssueId>,
    /// Receptions.
    pub receptions: Vec<ReceptionId>,
}

/// Whose review it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reviewed {
    /// A delegate's.
    Delegate(DelegateId),
    /// A grid's.
    Grid(AreaId),
}

/// What was found about everybody whose streams were read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// By delegate; nothing of those about whom nothing was found.
    pub delegates: BTreeMap<DelegateId, Tally>,
    /// By grid, likewise.
    pub grids: BTreeMap<AreaId, Tally>,
}

impl Tallies {
    fn add(&mut self, other: Self) {
        for (delegate, tally) in other.delegates {
            self.delegates.entry(delegate).or_default().add(tally);
        }
        for (grid, tally) in other.grids {
            self.grids.entry(grid).or_default().add(tally);
        }
    }
}

/// One member behind an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Where it stands.
    pub of: MemberOf,
    /// Position of the first leaf of its stream: the order of a list, and with the year the number of an issue.
    pub first_position: u64,
    /// What was found.
    pub finding: Finding,
}

/// The stream of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberOf {
    /// An issue, recorded first in this year of the town.
    Issue {
        /// Its id.
        id: IssueId,
        /// The year in its number.
        year: i32,
    },
    /// A reception.
    Reception(ReceptionId),
}

/// One finding, with whom it is about.
enum Found<'a> {
    Issue(&'a IssueFacts, DelegateId, Finding),
    Reception(&'a ReceptionFacts, Finding),
}

impl Casework {
    /// The years that can be reviewed as of a position: from the programme's first to the one in which the leaf at the
    /// position was recorded.
    ///
    /// Errors: [`Failure::BeyondHead`].
    pub async fn reviewable_years(
        &self,
        position: Position,
        reference: &Reference,
    ) -> Result<RangeInclusive<i32>, Failure> {
        let seen_on = reference.town_date(self.recorded_at(position).await?);
        let first = reference.programme.effective_on().unwrap_or(seen_on);
        Ok(first.year()..=seen_on.year())
    }

    /// The frame of a review of `year` as of a position, with the reference data of then.
    ///
    /// Errors: [`Failure::BeyondHead`], also for a year that had not begun; [`Code::NoPolicyInForce`].
    pub async fn review_frame(
        &self,
        year: i32,
        position: Position,
        reference: Arc<Reference>,
    ) -> Result<Frame, Failure> {
        let seen_on: NaiveDate = reference.town_date(self.recorded_at(position).await?);
        let period = Period::of(year, seen_on).ok_or(Failure::BeyondHead)?;
        let book = Book::new(&reference.policies, &reference.calendars, period.until)
            .ok_or_else(|| Refusal::new(Code::NoPolicyInForce))?;
        let root = self.store.root_at(position.0).await.map_err(|error| Failure::Fault(error.to_string()))?;
        Ok(Frame { position, root, period, book, reference })
    }

    /// The review of everybody to whom the streams belong.
    ///
    /// Errors: [`Failure::Fault`] for a stream that cannot be read: a figure without it would be wrong;
    /// [`Failure::Overloaded`] while too many are being made.
    pub async fn review(&self, frame: &Arc<Frame>, streams: Streams) -> Result<Tallies, Failure> {
        let take = |tallies: &mut Tallies, found: Found<'_>| match found {
            Found::Issue(facts, delegate, finding) => {
                tallies.delegates.entry(delegate).or_default().take(&finding);
                tallies.grids.entry(facts.grid_id).or_default().take(&finding);
            }
            Found::Reception(facts, finding) => {
                for delegate in &facts.delegates {
                    tallies.delegates.entry(*delegate).or_default().take(&finding);
                }
                tallies.grids.entry(facts.grid_id).or_default().take(&finding);
            }
        };
        let parts = self.sweep(frame, streams, take).await?;
        let mut all = Tallies::default();
        parts.into_iter().for_each(|part: Tallies| all.add(part));
        Ok(all)
    }

    /// Every member that the findings of one review are about, in the order of the streams' first leaves.
    ///
    /// Errors: as for [`Casework::review`].
    pub async fn review_members(
        &self,
        frame: &Arc<Frame>,
        streams: Streams,
        reviewed: Reviewed,
    ) -> Result<Vec<Member>, Failure> {
        let town = frame.book.time_zone();
        let take = move |members: &mut Vec<Member>, found: Found<'_>| {
            let member = match found {
                Found::Issue(facts, delegate, finding) => {
                    let year = facts.first_recorded_at.with_timezone(&town).year();
                    let of = MemberOf::Issue { id: facts.id, year };
                    let about = match reviewed {
                        Reviewed::Delegate(id) => delegate == id,
                        Reviewed::Grid(id) => facts.grid_id == id,
                    };
                    about.then_some(Member { of, first_position: facts.first_position, finding })
                }
                Found::Reception(facts, finding) => {
                    let about = match reviewed {
                        Reviewed::Delegate(id) => facts.delegates.contains(&id),
                        Reviewed::Grid(id) => facts.grid_id == id,
                    };
                    let of = MemberOf::Reception(facts.id);
                    about.then_some(Member { of, first_position: facts.first_position, finding })
                }
            };
            members.extend(member);
        };
        let mut members = self.sweep(frame, streams, take).await?.concat();
        // Stable: findings of one stream keep their order.
        members.sort_by_key(|member| member.first_position);
        Ok(members)
    }

    /// Reads the streams on as many threads as there are, and hands every finding to `take`.
    async fn sweep<T, F>(&self, frame: &Arc<Frame>, streams: Streams, take: F) -> Result<Vec<T>, Failure>
    where
        T: Default + Send + 'static,
        F: Fn(&mut T, Found<'_>) + Clone + Send + 'static,
    {
        let _place = self.reviews.try_acquire().map_err(|_| Failure::Overloaded)?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        let issues: Vec<Ids> = chunks(&streams.issues, threads).map(|ids| Ids::Issues(ids.to_vec())).collect();
        let receptions = chunks(&streams.receptions, threads).map(|ids| Ids::Receptions(ids.to_vec()));
        let mut waiting = issues.into_iter().chain(receptions);
        let mut running = JoinSet::new();
        let mut parts = Vec::new();
        loop {
            while running.len() < threads
                && let Some(ids) = waiting.next()
            {
                let turn = Arc::clone(&self.review_turns).acquire_owned().await;
                let turn = turn.map_err(|_| Failure::Overloaded)?;
                let (store, frame, take) = (self.store.clone(), Arc::clone(frame), take.clone());
                let runtime = tokio::runtime::Handle::current();
                // Reading and folding thousands of streams would hold up a thread that answers other requests.
                running.spawn_blocking(move || {
                    let part = runtime.block_on(read(&store, &frame, ids, take));
                    drop(turn);
                    part
                });
            }
            match running.join_next().await {
                Some(Ok(part)) => parts.push(part?),
                Some(Err(error)) => return Err(Failure::Fault(error.to_string())),
                None => return Ok(parts),
            }
        }
    }
}

enum Ids {
    Issues(Vec<IssueId>),
    Receptions(Vec<ReceptionId>),
}

/// Parts for so many threads, none too long.
fn chunks<T>(all: &[T], threads: usize) -> impl Iterator<Item = &[T]> {
    all.chunks(all.len().div_ceil(threads).clamp(16, STREAMS_AT_ONCE))
}

async fn read<T: Default>(
    store: &EventStore,
    frame: &Frame,
    ids: Ids,
    take: impl Fn(&mut T, Found<'_>),
) -> Result<T, Failure> {
    let mut taken = T::default();
    let (period, book) = (&frame.period, &frame.book);
    match ids {
        Ids::Issues(ids) => {
            let streams: Vec<StreamId> = ids.iter().map(|id| Issue::stream(*id)).collect();
            for ((id, stream), recorded) in ids.iter().zip(&streams).zip(store.read_streams(&streams, PAGE).await?) {
                let events = events::<Issue>(store, stream, recorded, frame.position).await?;
                if let Some(facts) = IssueFacts::of(*id, &events, book) {
                    judge(&facts, period, book, &mut |delegate, finding| {
                        take(&mut taken, Found::Issue(&facts, delegate, finding));
                    });
                }
            }
        }
        Ids::Receptions(ids) => {
            let streams: Vec<StreamId> = ids.iter().map(|id| Reception::stream(*id)).collect();
            for ((id, stream), recorded) in ids.iter().zip(&streams).zip(store.read_streams(&streams, PAGE).await?) {
                let events = events::<Reception>(store, stream, recorded, frame.position).await?;
                if let Some(facts) = ReceptionFacts::of(*id, events, book) {
                    judge_reception(&facts, period, &mut |finding| {
                        take(&mut taken, Found::Reception(&facts, finding));
                    });
                }
            }
        }
    }
    Ok(taken)
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

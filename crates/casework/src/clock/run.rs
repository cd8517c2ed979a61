//! A run of the clock: everything that happened up to an instant and is not recorded, recorded one by one in the order of
//! instant, code and key, each in an append of its own. Whenever it runs, it finds the same (ADR 0047).

use super::ACTOR;
use super::looking::Looked;
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::write::change::ms;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use crate::write::transact::{Attempt, Outcome};
use chrono::{DateTime, Utc};
use domain::clock::{
    Candidate, Happened, Happening, Key, ObligationEvent, Occurrence, OfficesKnown, Recorded, RulesThen,
    falls_to_convener,
};
use domain::ids::ObligationId;
use domain::issue::{Issue, IssueEvent};
use domain::vocabulary::{Breach, ObligationCode, Tier};
use domain::{Fold as _, Stamp, claims};
use event_store::{Position, StreamId, Version};
use std::collections::{BTreeMap, BTreeSet};

/// How many of the things found are told of one by one.
pub const TOLD_MAX: usize = 1000;

/// What a run did, or would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClockRun {
    /// So many things were found.
    pub events: u64,
    /// The first of them, in order.
    pub items: Vec<ClockItem>,
    /// Position of the last leaf written; nothing where none was.
    pub position: Option<Position>,
}

/// Something that the clock over obligations found.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockItem {
    /// Of which obligation.
    pub obligation_id: ObligationId,
    /// The instant that it stands for.
    pub at: DateTime<Utc>,
    /// What is recorded.
    pub event: ObligationEvent,
}

impl ClockRun {
    fn take(&mut self, happening: &Happening, key: &Key) {
        self.events += 1;
        if self.items.len() < TOLD_MAX {
            let item = ClockItem { obligation_id: key.id(), at: happening.at, event: happening.event.clone() };
            self.items.push(item);
        }
    }

    /// Together with one that came after it.
    pub fn add(&mut self, later: Self) {
        self.events += later.events;
        self.items.extend(later.items);
        self.items.truncate(TOLD_MAX);
        self.position = later.position.or(self.position);
    }
}

/// The place of something in the order in which it is recorded, and what it is: of which of the candidates.
type Place = (DateTime<Utc>, ObligationCode, Key, Occurrence, usize);

impl Casework {
    /// Records everything that happened of some subjects up to an instant and is not recorded yet, or only tells it. Runs
    /// may overlap, and be stopped between any two appends. The members of each are those of the log as it was at some time
    /// after `until`: what is recorded later decides nothing of it.
    ///
    /// Errors: [`domain::refusal::Code::InTheFuture`] for an instant after now.
    #[boxed(?Send)]
    pub async fn run_clock(
        &self,
        candidates: &[Candidate],
        until: DateTime<Utc>,
        dry_run: bool,
    ) -> Result<ClockRun, Failure> {
        let now = self.now();
        if until > now {
            return Err(claims::ahead(now, self.reference().time_zone()).at("/until").into());
        }
        let mut waiting: BTreeMap<Place, Happening> = BTreeMap::new();
        for (nth, candidate) in candidates.iter().enumerate() {
            let looked = self.look(candidate, None).await?;
            for (key, of, happening) in self.unrecorded(&looked, until).await? {
                waiting.insert((happening.at, key.code, key, of, nth), happening);
            }
        }
        let mut run = ClockRun::default();
        for ((_, _, key, of, nth), happening) in waiting {
            let Some(candidate) = candidates.get(nth) else { continue };
            if dry_run {
                run.take(&happening, &key);
            } else if let Some((found, position)) = self.record_happening(candidate, &key, of, until).await? {
                run.take(&found, &key);
                run.position = Some(position);
            }
        }
        Ok(run)
    }

    /// The instant after another at which something of a subject happens next, as long as nothing more is recorded; nothing
    /// where it waits for nothing.
    #[boxed]
    pub async fn clock_waits_until(
        &self,
        candidate: &Candidate,
        after: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Failure> {
        let looked = self.look(candidate, None).await?;
        let moved_at = looked.recorded.moved_at(&looked.timeline).unwrap_or(after);
        let horizon = Recorded::foreseen_until(moved_at);
        let foreseen = looked.recorded.foreseen(&looked.timeline, &Happened::new(), horizon);
        Ok(foreseen.iter().map(|happening| happening.at).filter(|at| *at > after).min())
    }

    /// What happened of a subject up to an instant and is not recorded.
    async fn unrecorded(
        &self,
        looked: &Looked,
        until: DateTime<Utc>,
    ) -> Result<Vec<(Key, Occurrence, Happening)>, Failure> {
        let all = looked.recorded.happenings(&looked.timeline, &Happened::new(), until);
        let keyed = all.into_iter().filter_map(|one| Some((one.event.key()?, one.occurrence()?, one)));
        let keyed: Vec<_> = keyed.collect();
        let mut happened = Happened::new();
        for id in keyed.iter().map(|(key, _, _)| key.id()).collect::<BTreeSet<_>>() {
            happened.extend(self.told(id, None).await?.record.happened());
        }
        Ok(keyed.into_iter().filter(|(key, of, _)| !happened.contains(&(key.clone(), *of))).collect())
    }

    /// Records one of them, if it still is to be recorded by all that is known now.
    async fn record_happening(
        &self,
        candidate: &Candidate,
        key: &Key,
        of: Occurrence,
        until: DateTime<Utc>,
    ) -> Result<Option<(Happening, Position)>, Failure> {
        let call = CommandContext::of_system(ACTOR, &format!("clock\n{}\n{}", key.text(), name(of)));
        let outcome = self.transact(&call, async || {
            let looked = self.look(candidate, None).await?;
            let found = self.unrecorded(&looked, until).await?;
            let found = found.into_iter().find(|(found, found_of, _)| found == key && *found_of == of);
            let Some((_, _, happening)) = found else { return Ok::<_, Attempt>(None) };
            let mut plan = Plan::of(&call, &self.reference());
            let then = looked.timeline.rules_at(happening.at);
            let stream = StreamId::of("obligation", key.id().0);
            let envelope = Envelope {
                area: happening.grid_id.0,
                occurred_at: Some(ms(happening.occurred_at)),
                policy: Some(happening.policy),
                calendar: then.and_then(|rules| rules.calendars.newest()),
                account: call.account(),
            };
            let known = self.told(key.id(), None).await?.record.version;
            plan.write(stream, Version(known), vec![envelope.plain(&happening.event.clone().into())?]);
            if of == Occurrence::Breach(Breach::IssueOrphaned)
                && let Some(then) = then
                && let Some((issue, handover)) = handed_over(&looked, &happening, then, key)
            {
                // It counts from the instant of the breach, whenever that is recorded.
                let envelope = Envelope { occurred_at: Some(ms(happening.at)), policy: issue.policy, ..envelope };
                let stream = StreamId::of(candidate.subject.family(), candidate.subject.id());
                plan.write(stream, Version(issue.version), vec![envelope.plain(&handover.into())?]);
            }
            looked.rely_on(&mut plan, self);
            let appended = self.append(&call, plan).await?;
            Ok(Some((happening, appended.last)))
        });
        Ok(match outcome.await? {
            Outcome::Done(found) => found,
            Outcome::Replayed(_) => None,
        })
    }
}

/// How a happening is called in the key of its command.
const fn name(of: Occurrence) -> &'static str {
    match of {
        Occurrence::Breach(what) => Breach::as_str(what),
        Occurrence::Tier(tier) => Tier::as_str(tier),
    }
}

/// The issue as it is, and the handover that rides with the breach of O-19, by the offices as they were at its instant.
fn handed_over(looked: &Looked, happening: &Happening, then: &RulesThen, key: &Key) -> Option<(Issue, IssueEvent)> {
    let Recorded::Issue { events, .. } = &looked.recorded else { return None };
    let mut issue = Issue::default();
    events.iter().for_each(|(event, at): &(IssueEvent, Stamp)| issue.apply(event, at));
    let who = issue.responsible_delegate_id;
    // The last instant before it: what is recorded at the very instant is not recorded before it.
    let at = happening.at - chrono::TimeDelta::milliseconds(1);
    let areas = looked.timeline.areas_at(issue.grid_id, at);
    let mut people: BTreeSet<_> = looked.timeline.conveners_of(issue.grid_id).collect();
    people.insert(who);
    let delegates = looked.timeline.people_at(&people, at);
    let left = |departure: &&domain::delegate::Departure| Some(departure.on.to_string()) == key.period;
    let departure = delegates.get(who)?.departures.iter().find(left)?;
    let known = OfficesKnown {
        policies: &then.policies,
        calendars: &then.calendars,
        editions: &then.editions,
        areas: &areas,
        delegates: &delegates,
    };
    let on = then.policies.newest()?.town_date(happening.at);
    let handover = falls_to_convener(&issue, who, departure.reason, on, &known)?;
    Some((issue, IssueEvent::ResponsibilityHandedOver(handover)))
}

//! An obligation as the ledger shows it, and a subject's whole share of the ledger: what lists, sums and single answers are
//! made of, so that they cannot differ.

use super::judging::{Happening, Occurrence, Standing, counts, is_known, possible};
use super::obligation::{Key, Obligation, OwedBy};
use super::past::Past;
use super::recorded::{Leaf, Recorded};
use super::running::Happened;
use super::state::ObligationRecord;
use super::things::folded;
use super::timeline::{Lean, RulesThen, Timeline};
use crate::Stamp;
use crate::ids::{AreaId, ObligationId};
use crate::major_issue::MajorIssue;
use crate::session::Session;
use crate::vocabulary::{Breach, ExplanationState, ObligationStatus, Tier};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An obligation with everything that is known of it. How it stands on any day follows from it, as long as nothing more is
/// recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its id, which follows from its key.
    pub id: ObligationId,
    /// What makes it the one it is.
    pub key: Key,
    /// The grid in whose scope it is.
    pub grid_id: AreaId,
    /// Who owes it.
    pub owed_by: OwedBy,
    /// The day from which it is owed.
    pub opens_on: NaiveDate,
    /// The day by which it is owed.
    pub due_on: NaiveDate,
    /// True where a year without a published calendar was looked at.
    pub provisional: bool,
    /// Nothing is owed any more, by the facts of its subject.
    pub excused: bool,
    /// The day from which it is discharged, in time or not.
    pub kept_from: Option<NaiveDate>,
    /// Whether that is, or would be, too late.
    pub late: bool,
    /// The day from which it is judged and not discharged.
    pub missing_from: Option<NaiveDate>,
    /// Where the newest explanation stands.
    pub explanation: ExplanationState,
    /// The highest tier reached.
    pub tier: Option<Tier>,
    /// The breaches found, in order.
    pub what: Vec<Breach>,
    /// The leaves that opened, discharged or excused it, and those of its stream.
    pub events: Vec<LedgerEvent>,
}

/// A leaf that an obligation rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEvent {
    /// Its place in the log.
    pub position: u64,
    /// Its stored type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it is said to have happened.
    pub at: DateTime<Utc>,
}

impl LedgerEntry {
    /// How it stands on a day.
    pub fn status_on(&self, day: NaiveDate) -> ObligationStatus {
        if self.excused || self.explanation == ExplanationState::Accepted {
            ObligationStatus::Excused
        } else if self.kept_from.is_some_and(|from| from <= day) {
            if self.late { ObligationStatus::Late } else { ObligationStatus::Fulfilled }
        } else if self.missing_from.is_some_and(|from| from <= day) {
            ObligationStatus::Missing
        } else {
            ObligationStatus::NotYetDue
        }
    }

    /// Whether it is discharged, in time or not, or owed no more on a day: nobody is to be reminded of it.
    pub fn is_settled(&self, day: NaiveDate) -> bool {
        match self.status_on(day) {
            ObligationStatus::Fulfilled | ObligationStatus::Late | ObligationStatus::Excused => true,
            ObligationStatus::NotYetDue | ObligationStatus::Missing => false,
        }
    }

    /// Whether a breach was found of what stands kept, or is owed no more, on a day.
    pub fn is_overtaken(&self, day: NaiveDate) -> bool {
        !self.what.is_empty()
            && match self.status_on(day) {
                ObligationStatus::Late | ObligationStatus::Missing => false,
                ObligationStatus::NotYetDue | ObligationStatus::Fulfilled | ObligationStatus::Excused => true,
            }
    }
}

/// A subject's share of the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    /// What it owes or owed, as far as the clock looks at it, by id.
    pub entries: Vec<LedgerEntry>,
    /// The instant of the first happening that is not recorded: what the clock waits for.
    pub next_at: Option<DateTime<Utc>>,
    /// Whether nothing but an event of its own can move it any more.
    pub settled: bool,
    /// The obligations of which something may be recorded by the instant asked for.
    pub spoken_of: BTreeSet<ObligationId>,
}

impl Recorded {
    /// Its share of the ledger, by everything recorded. `records` are what was found and said of its obligations, as far as
    /// there is anything; `by` is any instant by which all of it was recorded.
    pub fn outlook(
        &self,
        timeline: &Timeline,
        records: &BTreeMap<ObligationId, ObligationRecord>,
        by: DateTime<Utc>,
    ) -> Outlook {
        self.outlook_after(&mut Past::default(), timeline, records, by)
    }

    /// The same, where its past was looked at before: `past` is of the same subject, or new, and is brought up to date.
    pub fn outlook_after(
        &self,
        past: &mut Past,
        timeline: &Timeline,
        records: &BTreeMap<ObligationId, ObligationRecord>,
        by: DateTime<Utc>,
    ) -> Outlook {
        let Some(moved_at) = past.follow(self, timeline) else { return Outlook::default() };
        let spoken_at = records.values().filter_map(ObligationRecord::newest);
        let horizon = Self::foreseen_until(spoken_at.fold(moved_at, DateTime::max));
        let found = self.owed(timeline, DateTime::<Utc>::MAX_UTC, horizon, |owed, rules| {
            let ahead = owed.iter().flat_map(|one| possible(one, &rules.policies, &rules.calendars));
            let ahead: Vec<Happening> = ahead.filter(|happening| moved_at < happening.at).collect();
            (ahead, self.entries(timeline, owed, rules, records))
        });
        let (ahead, (entries, open)) = found.unwrap_or_default();
        let happened: Happened = records.values().flat_map(ObligationRecord::happened).collect();
        let mut spoken_of = BTreeSet::new();
        let mut next_at: Option<DateTime<Utc>> = None;
        // What happened once does not happen again.
        let mut seen = Happened::new();
        for happening in past.happenings().iter().chain(&ahead) {
            let (Some(key), Some(of)) = (happening.event.key(), happening.occurrence()) else { continue };
            if happening.at <= by {
                spoken_of.insert(key.id());
            }
            if seen.insert((key.clone(), of)) && !happened.contains(&(key, of)) {
                next_at = Some(next_at.map_or(happening.at, |next| next.min(happening.at)));
            }
        }
        // What may be explained was not kept in time by then; no town is a day ahead of UTC.
        let day = by.date_naive().succ_opt().unwrap_or(NaiveDate::MAX);
        let not_kept = |entry: &&LedgerEntry| {
            (entry.late && entry.kept_from.is_some()) || entry.missing_from.is_some_and(|from| from <= day)
        };
        spoken_of.extend(entries.iter().filter(not_kept).map(|entry| entry.id));
        Outlook { entries, next_at, settled: next_at.is_none() && !open, spoken_of }
    }

    fn entries(
        &self,
        timeline: &Timeline,
        owed: &[Obligation<'_>],
        rules: &RulesThen,
        records: &BTreeMap<ObligationId, ObligationRecord>,
    ) -> (Vec<LedgerEntry>, bool) {
        let lean = self.lean(timeline);
        let own = self.leaves();
        let leaf = |position: u64| self.leaf(&own, timeline, &lean, position);
        let none = ObligationRecord::default();
        let mut entries: Vec<LedgerEntry> = Vec::new();
        let mut open = false;
        for one in owed.iter().filter(|one| is_known(one)) {
            open |= one.provisional || (one.kept.is_none() && one.excused.is_none());
            if counts(one, &rules.policies) {
                let id = one.key.id();
                entries.push(entry(id, one, rules, records.get(&id).unwrap_or(&none), &leaf));
            }
        }
        entries.sort_by_key(|entry| entry.id);
        // A second obligation of one key would be another reading of the same.
        entries.dedup_by_key(|entry| entry.id);
        (entries, open)
    }

    /// One of the leaves that it depends on, of which `own` are those of its streams.
    fn leaf(&self, own: &[Leaf], timeline: &Timeline, lean: &Lean, position: u64) -> Option<LedgerEvent> {
        let is_it = |(_, at): &Leaf| at.position == position;
        let of_leaves = || {
            let Self::Session { leaves, .. } = self else { return None };
            leaves.values().flatten().map(|(event, at)| (event.event_type(), *at)).find(is_it)
        };
        let known = own.iter().find(|leaf| is_it(leaf)).copied().or_else(of_leaves);
        let (event_type, at) = known.or_else(|| timeline.leaf(lean, position))?;
        Some(LedgerEvent { position, event_type: event_type.name.to_owned(), at: at.occurred_at })
    }

    /// The first and the last day around which calendars are counted for it: of a session the day that it is held on; of a
    /// single thing and of a year those of its leaves and of what is owed, of a major issue without an end while it is open.
    /// Of issues and grids the day that they began on.
    pub fn days(&self, timeline: &Timeline, entries: &[LedgerEntry]) -> Option<(NaiveDate, NaiveDate)> {
        let policy = timeline.rules()?.policies.newest()?;
        let one = |at: &Stamp| policy.town_date(at.occurred_at);
        match self {
            Self::Session { events, .. } => {
                let session: Session = folded(events);
                session.exists().then_some((session.held.on, session.held.on))
            }
            Self::Grid(id) => timeline.defined(*id).map(one).map(|on| (on, on)),
            Self::Issue { events, .. } => events.first().map(|(_, at)| one(at)).map(|on| (on, on)),
            Self::Deed { .. }
            | Self::Study { .. }
            | Self::Appointment { .. }
            | Self::Activity { .. }
            | Self::MajorIssue { .. }
            | Self::GridYear { .. }
            | Self::DelegateYear { .. } => {
                let leaves = self.own_recordings().into_iter().map(|at| policy.town_date(at));
                let owed = entries.iter().flat_map(|entry| [entry.opens_on, entry.due_on]);
                let mut days: Vec<NaiveDate> = leaves.chain(owed).chain(self.year_begins()).collect();
                if let Self::MajorIssue { events, .. } = self
                    && folded::<MajorIssue>(events).is_open()
                {
                    days.push(NaiveDate::MAX);
                }
                days.iter().min().copied().zip(days.iter().max().copied())
            }
        }
    }
}

fn entry(
    id: ObligationId,
    one: &Obligation<'_>,
    rules: &RulesThen,
    record: &ObligationRecord,
    leaf: &dyn Fn(u64) -> Option<LedgerEvent>,
) -> LedgerEntry {
    let Standing { excused, kept_from, late, missing_from } = Standing::of(one, &rules.calendars);
    // What is judged after it was discharged changes nothing any more.
    let missing_from = missing_from.filter(|missing| !excused && kept_from.is_none_or(|kept| *missing < kept));
    let day = |at: DateTime<Utc>| one.policy.town_date(at);
    let of_subject = [Some(one.opened), one.kept.map(|(_, by)| by), one.excused];
    let mut events: Vec<LedgerEvent> = of_subject.into_iter().flatten().filter_map(|by| leaf(by.position)).collect();
    events.extend(record.leaves());
    events.sort_by_key(|event| event.position);
    events.dedup_by_key(|event| event.position);
    LedgerEntry {
        id,
        key: one.key.clone(),
        grid_id: one.grid_id,
        owed_by: one.owed_by.clone(),
        opens_on: one.opens_on,
        due_on: one.due_on,
        provisional: one.provisional,
        excused,
        kept_from: kept_from.map(day),
        late,
        missing_from: missing_from.map(day),
        explanation: record.explanation(),
        tier: record.tiers.iter().map(|(reached, _)| reached.tier).max(),
        what: record.breaches.iter().map(|(breached, _)| breached.what).collect(),
        events,
    }
}

impl ObligationRecord {
    /// When something was recorded of it last; what the clock wrote counts as recorded at the instant that it stands for.
    fn newest(&self) -> Option<DateTime<Utc>> {
        let found = self.breaches.iter().map(|(_, by)| by.at).chain(self.tiers.iter().map(|(_, by)| by.at));
        found.chain(self.explanations.iter().map(|one| one.decided.map_or(one.claim.at, |(_, by)| by.at))).max()
    }

    /// What the clock recorded of it.
    pub fn happened(&self) -> impl Iterator<Item = (Key, Occurrence)> {
        let breaches = self.breaches.iter().map(|(one, _)| {
            let key = Key { code: one.code, part: one.part, about: one.about.clone(), period: one.period.clone() };
            (key, Occurrence::Breach(one.what))
        });
        let tiers = self.tiers.iter().map(|(one, _)| {
            let key = Key { code: one.code, part: one.part, about: one.about.clone(), period: one.period.clone() };
            (key, Occurrence::Tier(one.tier))
        });
        breaches.chain(tiers)
    }

    /// The leaves of its stream.
    fn leaves(&self) -> impl Iterator<Item = LedgerEvent> {
        let leaf = |event_type: &str, position, at| LedgerEvent { position, event_type: event_type.to_owned(), at };
        let breaches = self.breaches.iter().map(move |(_, by)| leaf("obligation.breached", by.position, by.at));
        let tiers = self.tiers.iter().map(move |(_, by)| leaf("obligation.tier_reached", by.position, by.at));
        let said = self.explanations.iter().flat_map(move |one| {
            let decided = one.decided.map(|(_, by)| leaf("obligation.explanation_decided", by.position, by.at));
            std::iter::once(leaf("obligation.explained", one.claim.position, one.claim.at)).chain(decided)
        });
        breaches.chain(tiers).chain(said)
    }
}

//! The list of undertakings: what delegates do beside receiving people, one row each, for `GET /v1/activities`,
//! `/v1/meetings`, `/v1/studies`, `/v1/deeds`, `/v1/appointments` and `/v1/typical-cases`. One model for all of them: lists
//! ask the same of each, by grid, delegate, day, kind and state, and show what the log says of those that were found. `cases`
//! is what is asked of typical cases besides.

mod cases;
mod family;
mod query;
mod row;
mod thing;

pub(crate) use cases::ANNOTATION_DUE;
pub use cases::PublicCaseQuery;
#[cfg(test)]
pub(crate) use cases::asked as public_asked;
pub(crate) use cases::public;
pub use family::UndertakingFamily;
pub use query::UndertakingQuery;
#[cfg(test)]
pub(crate) use query::asked;
pub(crate) use query::{counts, list};

use crate::engine::columns::Binds;
use crate::engine::decode::{Fact, fact};
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::reference::{Reference, each_of_family};
use crate::engine::replay::Log;
use crate::engine::table::Table;
use async_trait::async_trait;
use cases::CaseRows;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::activity::{self, Activity, Against};
use domain::event::Event;
use domain::file::FileEvent;
use domain::ids::{AccountId, FileId, OfficeId};
use domain::issue::IssueEvent;
use domain::office::Offices;
use domain::vocabulary::{ActivityFault, ActivityKind, FileKind};
use event_store::{Position, StreamId, Version};
use foldhash::HashMap;
use row::UndertakingRow;
use std::collections::{BTreeMap, BTreeSet};
use thing::Thing;
use uuid::Uuid;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: row::MODEL,
    version: 3,
    families: &[Family::Undertaking, Family::Office, Family::Reference, Family::Issue],
    schema: include_str!("../../migrations/undertaking_list.sql"),
    tables: &[UNDERTAKINGS, OF, cases::SOURCES, cases::REOPENED, cases::PUBLIC],
    views: || {
        vec![
            UNDERTAKINGS.shown("undertaking_list", ""),
            OF.shown("undertaking_list_of", ""),
            cases::SOURCES.shown("undertaking_list_source", ""),
            cases::REOPENED.shown("undertaking_list_reopened", ""),
            cases::PUBLIC.shown("undertaking_list_public", ""),
        ]
    },
    indexes: include_str!("../../migrations/undertaking_list.indexes.sql"),
    // What is touched is forgotten when it is written.
    memory_max: 0,
    make: |zone: Tz| {
        Box::new(UndertakingList {
            zone,
            offices: Offices::default(),
            reference: Reference::default(),
            touched: HashMap::default(),
            reopened: HashMap::default(),
        })
    },
};

const UNDERTAKINGS: Table = Table {
    name: "undertaking_list_rows",
    columns: row::COLUMNS,
    key_columns: 1,
    steady: &["thing_id"],
    ids: &["thing_id"],
    days: &["on_day"],
};

/// Of whom they are.
const OF: Table = Table {
    name: "undertaking_list_of_rows",
    columns: &["who_id", "family", "on_day", "thing_id", "place"],
    key_columns: 4,
    steady: &[],
    ids: &["who_id", "thing_id"],
    days: &["on_day"],
};

struct UndertakingList {
    zone: Tz,
    /// Their kinds say how far a study has come.
    offices: Offices,
    /// The policy of its day says what an activity lacks.
    reference: Reference,
    /// Touched since the last write. Few are touched again soon, so none are kept.
    touched: HashMap<StreamId, Entry>,
    /// Where issues were last reopened since then.
    reopened: HashMap<Uuid, u64>,
}

/// One of them in memory.
struct Entry {
    thing: Thing,
    /// The position of its first event.
    place: u64,
    /// The account that recorded that.
    begun_by: Option<AccountId>,
    /// Of whom it was as of the last write, and under which day.
    written: BTreeSet<(Uuid, NaiveDate)>,
}

impl Entry {
    /// It as it was before `fact`, from its stream.
    async fn before(fact: &Fact, zone: Tz, log: &Log) -> Result<Self, Failure> {
        let mut thing = Thing::new(fact)?;
        let (mut place, mut begun_by) = (fact.stamp.position, fact.stamp.account);
        log.replay_before(fact, |event| {
            let earlier = event.fact()?;
            if earlier.stamp.version == 1 {
                (place, begun_by) = (earlier.stamp.position, earlier.stamp.account);
            }
            thing.apply(earlier)
        })
        .await?;
        let mut entry = Self { thing, place, begun_by, written: BTreeSet::new() };
        if fact.stamp.version > 1 {
            entry.written = entry.of(zone);
        }
        Ok(entry)
    }

    /// Whose it is now, under which day: its grids', its delegates' and, where not everybody reads it, that of the account
    /// that recorded it.
    fn of(&self, zone: Tz) -> BTreeSet<(Uuid, NaiveDate)> {
        let mut of = self.thing.of(zone);
        let begun_by = match self.thing.family() {
            UndertakingFamily::Appointment | UndertakingFamily::TypicalCase => self.begun_by,
            UndertakingFamily::Activity
            | UndertakingFamily::Meeting
            | UndertakingFamily::Study
            | UndertakingFamily::Deed => None,
        };
        of.extend(begun_by.map(|account| (account.0, self.thing.on(zone))));
        of
    }
}

impl UndertakingList {
    /// What an activity lacks, as a row holds it.
    async fn faults(&self, thing: &Thing, log: &Log) -> Result<String, Failure> {
        let Thing::Activity(activity) = thing else { return Ok(String::new()) };
        let Some(policy) = activity.policy.and_then(|position| self.reference.policies.at(position)) else {
            return Ok(String::new());
        };
        let kinds = kinds(activity, log).await?;
        let faults = activity::faults(activity, &Against { policy, offices: &self.offices, kinds: &kinds });
        let faults: Vec<&str> = faults.into_iter().map(ActivityFault::as_str).collect();
        Ok(if faults.is_empty() { String::new() } else { format!(",{},", faults.join(",")) })
    }
}

/// The kinds of the files that are kept with a theme activity. Nothing names a file before it is stored.
async fn kinds(activity: &Activity, log: &Log) -> Result<BTreeMap<FileId, FileKind>, Failure> {
    let mut kinds = BTreeMap::new();
    if activity.kind != ActivityKind::ThemeActivity {
        return Ok(kinds);
    }
    for kept in &activity.evidence {
        let stream = StreamId::of("file", kept.file_id.0);
        for stored in log.store.read_stream(&stream, Version(0), 1).await? {
            let fact = fact(&stored)?;
            let Event::File(FileEvent::Stored(stored)) = &fact.event else { return Err(fact.misplaced()) };
            kinds.insert(kept.file_id, stored.kind);
        }
    }
    Ok(kinds)
}

#[async_trait]
impl Projection for UndertakingList {
    async fn prepare(&mut self, log: &Log, position: Position) -> Result<(), Failure> {
        let mut offices = Offices::default();
        each_of_family(log, "office", position, |recorded| apply_office(&mut offices, &fact(recorded)?)).await?;
        self.offices = offices;
        self.reference = Reference::read(log, position).await?;
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = event.fact()?;
        if event.family() == Family::Office {
            // A kind never changes, and nothing goes to an office before it is registered: no row is in question.
            return apply_office(&mut self.offices, fact);
        }
        if event.family() == Family::Reference {
            // A thing stays under the policy that it was recorded under: no row is in question.
            self.reference.apply(fact);
            return Ok(());
        }
        if let Event::Issue(event) = &fact.event {
            if matches!(event, IssueEvent::Reopened(_)) {
                self.reopened.insert(fact.uuid()?, fact.stamp.position);
            }
            return Ok(());
        }
        let mut entry = match self.touched.remove(&fact.stream) {
            Some(entry) => entry,
            None => Entry::before(fact, self.zone, log).await?,
        };
        entry.thing.apply(fact)?;
        self.touched.insert(fact.stream.clone(), entry);
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, log: &Log) -> Result<Changes, Failure> {
        let touched = std::mem::take(&mut self.touched);
        let reopened: Vec<(Uuid, u64)> = std::mem::take(&mut self.reopened).into_iter().collect();
        let mut cases = CaseRows::default();
        let (mut things, mut of, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for (stream, entry) in touched {
            let Some(id) = stream.uuid() else { continue };
            let now = entry.of(self.zone);
            let Entry { thing, place, written, begun_by: _ } = entry;
            let family = thing.family();
            left.extend(written.difference(&now).map(|(who, on)| Of { who: *who, family, on: *on, id, place }));
            of.extend(now.into_iter().map(|(who, on)| Of { who, family, on, id, place }));
            let faults = self.faults(&thing, log).await?;
            things.push((place, UndertakingRow { faults, ..thing.row(id, self.zone, &self.offices) }));
            if let Thing::TypicalCase(case) = &thing {
                cases.add(case, id, place, self.zone);
            }
        }
        things.sort_unstable_by_key(|(place, _)| *place);
        Ok(Box::new(move |rows| {
            rows.upsert(&UNDERTAKINGS, &things, |binds, (place, row)| row.bind(binds, *place))?;
            rows.upsert(&OF, &of, |binds, of| of.bind(binds))?;
            cases.write(rows, &reopened)?;
            for of in left {
                let mut key = Binds::default();
                key.id(of.who).push(of.family.as_str()).date(of.on).id(of.id);
                rows.delete(&OF, "who_id = $1 and family = $2 and on_day = $3 and thing_id = $4", &key.0)?;
            }
            Ok(())
        }))
    }

    fn memory(&self) -> usize {
        0
    }
}

/// A row of whose it is.
struct Of {
    who: Uuid,
    family: UndertakingFamily,
    on: NaiveDate,
    id: Uuid,
    place: u64,
}

impl Of {
    fn bind<'r>(&'r self, binds: &mut Binds<'r>) {
        binds.id(self.who).push(self.family.as_str()).date(self.on).id(self.id).number(self.place);
    }
}

fn apply_office(offices: &mut Offices, fact: &Fact) -> Result<(), Failure> {
    let Event::Office(event) = &fact.event else { return Err(fact.misplaced()) };
    offices.apply(OfficeId(fact.uuid()?), event, &fact.stamp);
    Ok(())
}

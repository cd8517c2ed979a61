//! What waits for somebody's word, since when, and who asked for it: corrections, requests for more time and for reopening,
//! explanations, disputes of a review and results to be set, reports to be acknowledged and improvements to be made. Boards say
//! that something waits; who asked is here, so that nobody finds among their tasks what is another's to decide (separation of
//! duties, S2).

mod row;
mod said;

use crate::engine::columns::Binds;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::replay::Log;
use crate::engine::table::Table;
use async_trait::async_trait;
use chrono_tz::Tz;
use domain::Fold as _;
use domain::activity::{Activity, ActivityEvent};
use domain::appraisal::{Appraisal, AppraisalEvent, awaits_result};
use domain::event::Event;
use event_store::Position;
use row::{WaitingRow, What};
use said::{Said, said};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "waiting",
    version: 1,
    families: &[
        Family::Issue,
        Family::Reception,
        Family::Session,
        Family::Undertaking,
        Family::Obligation,
        Family::Appraisal,
    ],
    schema: include_str!("../../migrations/waiting.sql"),
    tables: &[WAITING],
    views: || vec![WAITING.shown("waiting", "")],
    indexes: include_str!("../../migrations/waiting.indexes.sql"),
    // What is touched is forgotten when it is written.
    memory_max: 0,
    make: |zone: Tz| Box::new(Waiting { zone, touched: BTreeMap::new() }),
};

const WAITING: Table = Table {
    name: "waiting_rows",
    columns: row::COLUMNS,
    key_columns: 1,
    steady: &["what", "family", "thing_id"],
    ids: &["waiting_id", "thing_id", "part_id", "asked_by"],
    days: &["since_on", "due_on"],
};

struct Waiting {
    zone: Tz,
    /// What waits since the last write, and what waits no more.
    touched: BTreeMap<Uuid, Option<WaitingRow>>,
}

impl Waiting {
    fn waits(&mut self, fact: &Fact, said: Said) -> Result<(), Failure> {
        match said {
            Said::Asked(what, which) => {
                let row = WaitingRow {
                    asked_by: fact.stamp.account,
                    ..WaitingRow::of(what, fact.stream.family(), fact.uuid()?, fact.stamp.recorded_at, self.zone)
                };
                self.touched.insert(row::id(what, &fact.stream, &which), Some(row));
            }
            Said::Decided(what, which) => {
                self.touched.insert(row::id(what, &fact.stream, &which), None);
            }
            Said::Nothing => {}
        }
        Ok(())
    }

    /// What an activity waits for, by what it is now: a report by the office that it went to, an improvement by whoever makes it.
    async fn activity(&mut self, fact: &Fact, log: &Log) -> Result<(), Failure> {
        let mut activity = Activity::default();
        each_up_to(fact, log, |known| {
            let Event::Activity(event) = &known.event else { return Err(known.misplaced()) };
            activity.apply(event, &known.stamp);
            Ok(())
        })
        .await?;
        let (family, thing) = (fact.stream.family(), fact.uuid()?);
        for (place, sent) in activity.submissions.iter().enumerate() {
            let row = WaitingRow {
                part_id: Some(sent.office_id.0),
                ..WaitingRow::of(What::Acknowledgement, family, thing, sent.claim.recorded_at, self.zone)
            };
            let id = row::id(What::Acknowledgement, &fact.stream, &place.to_string());
            self.touched.insert(id, sent.acknowledged.is_none().then_some(row));
        }
        for meant in &activity.improvements {
            let row = WaitingRow {
                part_id: Some(meant.id.0),
                due_on: meant.by_on,
                ..WaitingRow::of(What::Improvement, family, thing, meant.adopted.recorded_at, self.zone)
            };
            let id = row::id(What::Improvement, &fact.stream, &meant.id.to_string());
            self.touched.insert(id, meant.completed.is_none().then_some(row));
        }
        Ok(())
    }

    /// The disputes of a delegate's appraisal that wait for a decision, and whether it waits for its result.
    async fn appraisal(&mut self, fact: &Fact, event: &AppraisalEvent, log: &Log) -> Result<(), Failure> {
        let Some((delegate, year)) = event.of_delegate() else { return Ok(()) };
        let mut appraisal = Appraisal::default();
        each_up_to(fact, log, |known| {
            let Event::Appraisal(event) = &known.event else { return Err(known.misplaced()) };
            appraisal.apply(event, &known.stamp);
            Ok(())
        })
        .await?;
        let of = |what, since| WaitingRow {
            year: Some(year),
            ..WaitingRow::of(what, "delegate", delegate.0, since, self.zone)
        };
        let result = awaits_result(&appraisal).then(|| of(What::Result, fact.stamp.recorded_at));
        self.touched.insert(row::id(What::Result, &fact.stream, ""), result);
        for dispute in &appraisal.disputes {
            let row = WaitingRow {
                part_id: Some(dispute.id.0),
                asked_by: dispute.by,
                ..of(What::Dispute, dispute.raised.recorded_at)
            };
            let id = row::id(What::Dispute, &fact.stream, &dispute.id.to_string());
            self.touched.insert(id, dispute.decided.is_none().then_some(row));
        }
        Ok(())
    }
}

/// Gives every event of its stream to `apply`, up to a fact.
async fn each_up_to(
    fact: &Fact,
    log: &Log,
    mut apply: impl FnMut(&Fact) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    log.replay_before(fact, |event| apply(event.fact()?)).await?;
    apply(fact)
}

#[async_trait]
impl Projection for Waiting {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, entry: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = entry.fact()?;
        self.waits(fact, said(&fact.event))?;
        if let Event::Activity(
            ActivityEvent::Submitted(_)
            | ActivityEvent::Acknowledged(_)
            | ActivityEvent::ImprovementAdopted(_)
            | ActivityEvent::ImprovementCompleted(_)
            | ActivityEvent::Corrected(_),
        ) = &fact.event
        {
            self.activity(fact, log).await?;
        }
        if let Event::Appraisal(event) = &fact.event {
            self.appraisal(fact, event, log).await?;
        }
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let touched = std::mem::take(&mut self.touched);
        let (waits, over): (Vec<_>, Vec<_>) = touched.into_iter().partition(|(_, row)| row.is_some());
        let waits: Vec<_> = waits.into_iter().filter_map(|(id, row)| Some((id, row?))).collect();
        Ok(Box::new(move |rows| {
            rows.upsert(&WAITING, &waits, |binds, (id, row)| row.bind(binds, *id))?;
            for (id, _) in over {
                let mut key = Binds::default();
                key.id(id);
                rows.delete(&WAITING, "waiting_id = $1", &key.0)?;
            }
            Ok(())
        }))
    }

    fn memory(&self) -> usize {
        0
    }
}

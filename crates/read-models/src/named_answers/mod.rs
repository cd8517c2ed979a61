//! Answers that a liaison recorded in a delegate's name, and what delegates looked at since: each stands among the delegate's
//! tasks until its issue was seen (separation of duties, S8). A sight is on record as `personal_data.viewed`, the first of a
//! day; no fact of its own is needed.

use crate::engine::columns::Binds;
use crate::engine::decode::unreadable;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::replay::Log;
use crate::engine::table::Table;
use async_trait::async_trait;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::event::Event;
use domain::ids::{AccountId, DelegateId, IssueId};
use domain::issue::IssueEvent;
use domain::personal_data::PersonalDataEvent;
use domain::vocabulary::{PersonalClass, Role};
use event_store::Position;
use std::collections::BTreeMap;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "named_answers",
    version: 1,
    families: &[Family::Issue, Family::Other],
    schema: include_str!("../../migrations/named_answers.sql"),
    tables: &[ANSWERS, SIGHTS],
    views: || vec![ANSWERS.shown("named_answers", ""), SIGHTS.shown("named_answers_sight", "")],
    indexes: include_str!("../../migrations/named_answers.indexes.sql"),
    // What is touched is forgotten when it is written.
    memory_max: 0,
    make: |zone: Tz| Box::new(NamedAnswers { zone, answers: Vec::new(), sights: BTreeMap::new() }),
};

const ANSWERS: Table = Table {
    name: "named_answers_rows",
    columns: &["place", "issue_id", "delegate_id", "recorded_on"],
    key_columns: 1,
    steady: &[],
    ids: &["issue_id", "delegate_id"],
    days: &["recorded_on"],
};

const SIGHTS: Table = Table {
    name: "named_answers_sight_rows",
    columns: &["account_id", "first_position", "seen_position"],
    key_columns: 2,
    steady: &[],
    ids: &["account_id"],
    days: &[],
};

/// An answer in a delegate's name.
struct AnswerRow {
    place: u64,
    issue_id: IssueId,
    delegate_id: DelegateId,
    recorded_on: NaiveDate,
}

impl AnswerRow {
    fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        binds.number(row.place).id(row.issue_id.0).id(row.delegate_id.0).date(row.recorded_on);
    }
}

/// The newest sight that an account had of a stream.
struct SightRow {
    account_id: AccountId,
    first_position: u64,
    seen_position: u64,
}

impl SightRow {
    fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        binds.id(row.account_id.0).number(row.first_position).number(row.seen_position);
    }
}

struct NamedAnswers {
    zone: Tz,
    answers: Vec<AnswerRow>,
    sights: BTreeMap<(AccountId, u64), u64>,
}

/// In which role a leaf was recorded, where access rules were in force.
fn role_under_rules(entry: &LogEntry) -> Result<Option<Role>, Failure> {
    let recorded = entry.recorded();
    let leaf = recorded.text().map_err(|error| unreadable(recorded, &error))?;
    Ok(leaf.access.and_then(|_| Role::parse(leaf.role)))
}

#[async_trait]
impl Projection for NamedAnswers {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, entry: &LogEntry, _log: &Log) -> Result<(), Failure> {
        let fact = entry.fact()?;
        if let Event::Issue(IssueEvent::FinalAnswerGiven(given)) = &fact.event {
            if role_under_rules(entry)? == Some(Role::Liaison) {
                self.answers.push(AnswerRow {
                    place: fact.stamp.position,
                    issue_id: IssueId(fact.uuid()?),
                    delegate_id: given.answered_by,
                    recorded_on: fact.stamp.recorded_at.with_timezone(&self.zone).date_naive(),
                });
            }
        } else if let Event::PersonalData(PersonalDataEvent::Viewed(viewed)) = &fact.event
            && let Some(account) = fact.stamp.account
            && viewed.classes.contains(&PersonalClass::Narrative)
            // A list shows what an issue is about, not what was answered.
            && !viewed.is_of_a_list()
            && role_under_rules(entry)? == Some(Role::Delegate)
        {
            self.sights.extend(viewed.seen.iter().map(|first| ((account, *first), fact.stamp.position)));
        }
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let answers = std::mem::take(&mut self.answers);
        let sights: Vec<_> = std::mem::take(&mut self.sights)
            .into_iter()
            .map(|((account_id, first_position), seen_position)| SightRow { account_id, first_position, seen_position })
            .collect();
        Ok(Box::new(move |rows| {
            rows.upsert(&ANSWERS, &answers, AnswerRow::bind)?;
            rows.upsert(&SIGHTS, &sights, SightRow::bind)
        }))
    }

    fn memory(&self) -> usize {
        0
    }
}

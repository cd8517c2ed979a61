//! The session list: one row per session, for `GET /v1/sessions`, its dashboard, and what of it is public.
//!
//! A verdict is pending until a day that follows from what is recorded, and then what the row says: nothing is written
//! because a day has come. Calendars, policies, units, leaves and mandates are part of what it follows from, so that rows are judged
//! again when these change.

mod figures;
mod judging;
mod query;
mod row;
mod tables;

#[cfg(test)]
pub(crate) use figures::asked as figures_asked;
pub(crate) use figures::figures;
pub use figures::{Duties, SessionFigures, SessionFiguresQuery, SessionFiguresRow};
#[cfg(test)]
pub(crate) use query::asked;
pub use query::{SessionPending, SessionQuery};
pub(crate) use query::{each, list};
pub use row::SessionRow;

use crate::engine::apply::apply_session;
use crate::engine::columns::Binds;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::replay::Log;
use async_trait::async_trait;
use chrono::NaiveDate;
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::session::{Session, SessionEvent};
use event_store::Position;
use foldhash::HashMap;
use judging::Judging;
use row::Told;
use std::collections::BTreeSet;
use tables::{DUTIES, SESSIONS};

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "session_list",
    version: 3,
    families: &[Family::Session, Family::Leave, Family::Area, Family::Delegate, Family::Reference],
    schema: include_str!("../../migrations/session_list.sql"),
    tables: &[SESSIONS, DUTIES],
    views: || vec![SESSIONS.shown("session_list", ""), DUTIES.shown("session_list_delegate", "")],
    indexes: include_str!("../../migrations/session_list.indexes.sql"),
    // What is touched is forgotten when it is written.
    memory_max: 0,
    make: |_| Box::new(SessionList::default()),
};

#[derive(Default)]
struct SessionList {
    judging: Judging,
    /// Something that every verdict may rest on has changed since the last write.
    all_in_question: bool,
    /// Whose leaves or mandates have changed since the last write.
    in_question: BTreeSet<DelegateId>,
    /// Sessions touched since the last write. Few are touched again soon, so none are kept.
    touched: HashMap<SessionId, Entry>,
}

/// A session in memory.
#[derive(Default)]
struct Entry {
    session: Session,
    told: Told,
    /// Who had a duty in it or came, and when, as of the last write.
    written: BTreeSet<(DelegateId, NaiveDate)>,
    /// It was planned since the last write: it has no row yet.
    is_new: bool,
}

impl Entry {
    /// The session as it was before `fact`, from its stream.
    async fn before(fact: &Fact, log: &Log) -> Result<Self, Failure> {
        let mut entry = Self { is_new: fact.stamp.version == 1, ..Self::default() };
        log.replay_before(fact, |event| entry.apply(event.fact()?)).await?;
        entry.written = entry.people().collect();
        Ok(entry)
    }

    fn apply(&mut self, fact: &Fact) -> Result<(), Failure> {
        let was_published = self.session.published.is_some();
        apply_session(&mut self.session, fact)?;
        if was_published && changes_what_is_told(fact) {
            self.told.changes += 1;
        }
        if self.session.published.is_some() && (!was_published || changes_what_is_told(fact)) {
            self.told.changed_at = Some(fact.stamp.recorded_at);
        }
        Ok(())
    }

    fn people(&self) -> impl Iterator<Item = (DelegateId, NaiveDate)> {
        let on = self.session.held.on;
        people(&self.session).into_iter().map(move |who| (who, on))
    }
}

/// Whoever has a duty in a session, had one, or came.
fn people(session: &Session) -> BTreeSet<DelegateId> {
    let had = session.slots.iter().flat_map(|slot| slot.substituted().map(|(who, _)| who));
    session.on_duty().chain(had).chain(session.presences.iter().map(|presence| presence.delegate_id)).collect()
}

/// Whether an event changes what people who look at a calendar are told.
fn changes_what_is_told(fact: &Fact) -> bool {
    let Event::Session(event) = &fact.event else { return false };
    match event {
        SessionEvent::Planned(_)
        | SessionEvent::Moved(_)
        | SessionEvent::Cancelled(_)
        | SessionEvent::RotaAssigned(_)
        | SessionEvent::RotaPublished(_)
        | SessionEvent::DutySubstituted(_) => true,
        SessionEvent::Opened(_)
        | SessionEvent::CheckedIn(_)
        | SessionEvent::CheckedOut(_)
        | SessionEvent::Closed(_)
        | SessionEvent::RecordFiled(_)
        | SessionEvent::NoticePosted(_)
        | SessionEvent::NoticeAmended(_)
        | SessionEvent::ObjectionRecorded(_)
        | SessionEvent::ObjectionAnswered(_)
        | SessionEvent::CorrectionProposed(_)
        | SessionEvent::CorrectionRefused(_)
        | SessionEvent::Corrected(_) => false,
    }
}

#[async_trait]
impl Projection for SessionList {
    async fn prepare(&mut self, log: &Log, position: Position) -> Result<(), Failure> {
        self.judging = Judging::read(log, position).await?;
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = event.fact()?;
        match event.family() {
            Family::Session => {
                let id = SessionId(fact.uuid()?);
                let mut entry = match self.touched.remove(&id) {
                    Some(entry) => entry,
                    None => Entry::before(fact, log).await?,
                };
                entry.apply(fact)?;
                self.touched.insert(id, entry);
            }
            Family::Leave => {
                self.in_question.insert(DelegateId(fact.uuid()?));
            }
            Family::Delegate => {
                let id = DelegateId(fact.uuid()?);
                if self.judging.apply_delegate(id, fact) {
                    self.in_question.insert(id);
                }
            }
            Family::Area => self.all_in_question |= self.judging.apply_area(AreaId(fact.uuid()?), fact),
            Family::Reference => {
                self.judging.reference.apply(fact);
                self.all_in_question = true;
            }
            Family::Issue
            | Family::Reception
            | Family::MajorIssue
            | Family::Undertaking
            | Family::Office
            | Family::Obligation
            | Family::Appraisal
            | Family::Other => {}
        }
        Ok(())
    }

    async fn changes(&mut self, written: &Written, log: &Log) -> Result<Changes, Failure> {
        let (all, whose) = (std::mem::take(&mut self.all_in_question), std::mem::take(&mut self.in_question));
        let touched = std::mem::take(&mut self.touched);
        self.judging.at(written.folded);
        let mut again = self.judging.again(written, log, all, whose).await?;
        // A touched one is written with the rest; its row there is already the past.
        again.retain(|row| !touched.contains_key(&row.session_id));
        let (mut planned, mut changed) = ((Vec::new(), Vec::new()), (again, Vec::new()));
        let mut left = Vec::new();
        for (id, entry) in touched {
            let place = entry.session.first_position;
            let now: BTreeSet<_> = entry.people().collect();
            left.extend(entry.written.difference(&now).map(|(who, on)| (*who, *on, id)));
            let (rows, duties) = if entry.is_new { &mut planned } else { &mut changed };
            duties.extend(now.into_iter().map(|(who, on)| (who, on, id, place)));
            rows.push(self.judging.row(id, entry.session, entry.told, log).await?);
        }
        for (rows, duties) in [&mut planned, &mut changed] {
            rows.sort_unstable_by_key(|row| row.session.first_position);
            duties.sort_unstable();
        }
        Ok(Box::new(move |rows| {
            rows.insert(&SESSIONS, &planned.0, |binds, row| row.bind(binds))?;
            rows.insert(&DUTIES, &planned.1, bind_duty)?;
            rows.upsert(&SESSIONS, &changed.0, |binds, row| row.bind(binds))?;
            rows.upsert(&DUTIES, &changed.1, bind_duty)?;
            // One by one: a duty that is passed on stays in the list, and moves to another day are rare.
            for (delegate_id, held_on, session_id) in left {
                let mut duty = Binds::default();
                duty.id(delegate_id.0).date(held_on).id(session_id.0);
                rows.delete(&DUTIES, "delegate_id = $1 and held_on = $2 and session_id = $3", &duty.0)?;
            }
            Ok(())
        }))
    }

    fn memory(&self) -> usize {
        0
    }
}

/// A row of who had a duty.
type Duty = (DelegateId, NaiveDate, SessionId, u64);

fn bind_duty<'r>(binds: &mut Binds<'r>, (delegate_id, held_on, session_id, place): &'r Duty) {
    binds.id(delegate_id.0).date(*held_on).id(session_id.0).number(*place);
}

//! What a session comes to in the end, by all that is recorded so far.

use super::row::{COLUMNS, InTheEnd, SessionRow, Told};
use super::tables::{DUTIES, SESSIONS};
use crate::engine::columns::bigint;
use crate::engine::decode::{Fact, fact};
use crate::engine::failure::Failure;
use crate::engine::projection::Written;
use crate::engine::reference::{Reference, each_of_family};
use crate::engine::replay::Log;
use crate::engine::sqlite::Columns;
use chrono::NaiveDate;
use domain::Fold as _;
use domain::area::{AreaEvent, Areas};
use domain::delegate::{DelegateEvent, Delegates};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, SessionId};
use domain::leave::{Leaves, LeavesOf};
use domain::notice::Board;
use domain::session::{DayRules, Session, judge, settled_from};
use event_store::{Position, StreamId};
use std::collections::BTreeSet;

/// Rows judged again in one go: what is rare need not be fast, and must not fill the memory.
const CHUNK_ROWS: usize = 500;

/// What sessions are judged by.
#[derive(Default)]
pub(super) struct Judging {
    pub reference: Reference,
    /// Grids and units; who holds an office there does not matter.
    areas: Areas,
    delegates: Delegates,
    /// Everything up to here is folded.
    position: Position,
    /// Leaves as of there, of those who were asked about.
    leaves: LeavesOf,
}

impl Judging {
    /// As of `position`.
    pub async fn read(log: &Log, position: Position) -> Result<Self, Failure> {
        let mut judging = Self { reference: Reference::read(log, position).await?, position, ..Self::default() };
        each_of_family(log, "area", position, |recorded| {
            let fact = fact(recorded)?;
            judging.apply_area(AreaId(fact.uuid()?), &fact);
            Ok(())
        })
        .await?;
        each_of_family(log, "delegate", position, |recorded| {
            let fact = fact(recorded)?;
            judging.apply_delegate(DelegateId(fact.uuid()?), &fact);
            Ok(())
        })
        .await?;
        Ok(judging)
    }

    /// Takes one more event of an area into account. True when it is a unit that owes notices from now on.
    pub fn apply_area(&mut self, id: AreaId, fact: &Fact) -> bool {
        let Event::Area(event) = &fact.event else { return false };
        let defines = matches!(event, AreaEvent::GridDefined(_) | AreaEvent::UnitDefined(_));
        if defines {
            self.areas.apply(id, event, &fact.stamp);
        }
        matches!(event, AreaEvent::UnitDefined(_))
    }

    /// Takes one more event of a delegate into account. True where it may change who comes to a session.
    pub fn apply_delegate(&mut self, id: DelegateId, fact: &Fact) -> bool {
        let Event::Delegate(event) = &fact.event else { return false };
        self.delegates.apply(id, event, &fact.stamp);
        matches!(event, DelegateEvent::MandateGiven(_) | DelegateEvent::Departed(_))
    }

    /// From now on everything up to `position` is folded.
    pub fn at(&mut self, position: Position) {
        self.position = position;
        self.leaves.clear();
    }

    /// The row of a session.
    pub async fn row(&mut self, id: SessionId, session: Session, told: Told, log: &Log) -> Result<SessionRow, Failure> {
        self.know_leaves(&session, log).await?;
        let end = self.in_the_end(&session);
        Ok(SessionRow { session_id: id, session, changes: told.changes, changed_at: told.changed_at, end })
    }

    /// Nothing is asked of a day, but of the end of days: what could change the verdict cannot any more.
    fn in_the_end(&self, session: &Session) -> InTheEnd {
        let Some(policy) = self.reference.policies.in_force(session.held.on) else {
            return InTheEnd::unjudged(session);
        };
        let today = NaiveDate::MAX;
        let Reference { calendars, .. } = &self.reference;
        let rules = DayRules { policy, calendars, leaves: &self.leaves, delegates: &self.delegates, today };
        let boards = || Board::owed(session, &self.areas, &rules);
        let (kept, owed) = if session.cancelled.is_some() {
            (0, 0)
        } else {
            (
                boards().filter(|board| !board.is_missing() && !board.is_late() && !board.differs()).count(),
                boards().count(),
            )
        };
        let (attended, duties) = rules.duties(session);
        InTheEnd {
            duties_attended: attended as u64,
            duties_owed: duties as u64,
            held: rules.was_held(session),
            settles_on: settled_from(session, &rules),
            verdict: judge(session, &self.areas, &rules).map(|judged| judged.verdict),
            notices_kept: kept as u64,
            notices_owed: owed as u64,
        }
    }

    /// The rows that are no longer what was written, where every one is in question, or those of somebody's duties.
    pub async fn again(
        &mut self,
        written: &Written,
        log: &Log,
        all: bool,
        whose: BTreeSet<DelegateId>,
    ) -> Result<Vec<SessionRow>, Failure> {
        let mut changed = Vec::new();
        let select = format!("select {} from {}", COLUMNS.join(", "), written.name(&SESSIONS));
        if all {
            let mut after = 0;
            loop {
                let chunk = format!("{select} where place > $1 order by place limit {CHUNK_ROWS}");
                let rows = written.read(move |sql| sql.rows(&chunk, &[after.into()], read_row)).await?;
                let Some(last) = rows.last() else { break };
                after = bigint(last.session.first_position);
                self.compare(rows, log, &mut changed).await?;
            }
            return Ok(changed);
        }
        let of_one =
            format!("{select} where place in (select place from {} where delegate_id = $1)", written.name(&DUTIES));
        for DelegateId(id) in whose {
            let of_one = of_one.clone();
            let rows = written.read(move |sql| sql.rows(&of_one, &[id.into()], read_row)).await?;
            // Two of them may have a duty in one session.
            let rows = rows
                .into_iter()
                .filter(|row| !changed.iter().any(|known: &SessionRow| known.session_id == row.session_id));
            self.compare(rows.collect(), log, &mut changed).await?;
        }
        Ok(changed)
    }

    async fn compare(
        &mut self,
        rows: Vec<SessionRow>,
        log: &Log,
        changed: &mut Vec<SessionRow>,
    ) -> Result<(), Failure> {
        for row in rows {
            self.know_leaves(&row.session, log).await?;
            let end = self.in_the_end(&row.session);
            if end != row.end {
                changed.push(SessionRow { end, ..row });
            }
        }
        Ok(())
    }

    /// Reads the leaves of those on duty, who mostly have none.
    async fn know_leaves(&mut self, session: &Session, log: &Log) -> Result<(), Failure> {
        for who in session.on_duty() {
            if self.leaves.contains_key(&who) {
                continue;
            }
            let mut leaves = Leaves::default();
            let before = Position(self.position.0 + 1);
            log.replay(&StreamId::of("leave", who.0), before, |event| {
                let fact = event.fact()?;
                let Event::Leave(event) = &fact.event else { return Err(fact.misplaced()) };
                leaves.apply(event, &fact.stamp);
                Ok(())
            })
            .await?;
            self.leaves.insert(who, leaves);
        }
        Ok(())
    }
}

fn read_row(columns: &mut Columns<'_>) -> Result<SessionRow, crate::engine::sqlite::SqlError> {
    let _place = columns.whole()?;
    SessionRow::read(columns)
}

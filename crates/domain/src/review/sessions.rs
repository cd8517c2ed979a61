//! What the review needs of a session: who came of those on duty, whether it was valid once that stands, and which of its
//! notices hung in time and said what was so (C-4.1, C-5.2). Under `review/2` only.

use super::book::Book;
use super::finding::{Dates, Finding, What};
use super::period::Period;
use crate::area::Areas;
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId, SessionId};
use crate::leave::LeavesOf;
use crate::notice::{Board, notice_due};
use crate::session::{DayRules, Session, SessionEvent, judge, settled_from};
use crate::vocabulary::Verdict;
use crate::{Fold as _, Stamp};
use chrono::NaiveDate;

/// One session, for the review.
#[derive(Debug)]
pub struct SessionFacts {
    /// The session.
    pub id: SessionId,
    /// Position of its first leaf.
    pub first_position: u64,
    /// Its grid.
    pub grid_id: AreaId,
    session: Session,
}

/// What is known as of N of those around a session.
#[derive(Clone, Copy, Debug)]
pub struct SessionAround<'a> {
    /// Grids and units.
    pub areas: &'a Areas,
    /// Delegates.
    pub delegates: &'a Delegates,
    /// Leaves, at least of those on duty.
    pub leaves: &'a LeavesOf,
}

impl SessionFacts {
    /// Folds a session's stream as far as it is handed in: the events of the first N leaves, in order. Nothing where there
    /// are none.
    pub fn of(id: SessionId, events: &[(SessionEvent, Stamp)]) -> Option<Self> {
        let mut session = Session::default();
        events.iter().for_each(|(event, stamp)| session.apply(event, stamp));
        let (first_position, grid_id) = (session.first_position, session.grid_id);
        session.exists().then_some(Self { id, first_position, grid_id, session })
    }

    /// Everybody whose leaves matter to it in a period; nobody where it lies outside.
    pub fn on_duty(&self, period: &Period) -> impl Iterator<Item = DelegateId> {
        self.session.on_duty().filter(|_| period.holds(self.session.held.on))
    }
}

/// Every finding about a session in a period: with whoever has a duty, or of the grid alone. It is judged by the policy in
/// force on its day, as of the day on which leaf N was recorded: what could still change is not counted yet, and a session
/// of the last days of a year is counted as soon as it stands.
pub fn judge_session(
    facts: &SessionFacts,
    around: &SessionAround<'_>,
    period: &Period,
    book: &Book,
    each: &mut impl FnMut(Option<DelegateId>, Finding),
) {
    let (session, on) = (&facts.session, facts.session.held.on);
    let Some(policy) = book.in_force(on).filter(|_| period.holds(on)) else { return };
    let SessionAround { areas, delegates, leaves } = *around;
    let calendars = book.all_calendars();
    let rules = DayRules { policy, calendars, leaves, delegates, today: period.seen_on };
    let counted_until = |settled_on: NaiveDate| settled_on.pred_opt().unwrap_or(settled_on);
    let finding = |what, dates, provisional| Finding { cycle: 0, what, dates, provisional };
    let held = Dates { held_on: Some(on), ..Dates::default() };

    let provisional = calendars.provisional(on, counted_until(rules.settled_from(on)));
    for (slot, attended) in rules.owed(session) {
        let delegate_id = slot.on_duty();
        each(Some(delegate_id), finding(What::Duty { delegate_id, attended }, held, provisional));
    }

    let Some(judged) = judge(session, areas, &rules).filter(|judged| judged.verdict != Verdict::Pending) else {
        return;
    };
    let settled_on = counted_until(settled_from(session, &rules));
    let what = What::Session { valid: judged.verdict == Verdict::Valid };
    each(None, finding(what, held, calendars.provisional(on, settled_on)));

    if session.cancelled.is_some() {
        return;
    }
    let due = notice_due(session, policy, calendars);
    for board in Board::owed(session, areas, &rules) {
        let kept = !board.is_missing() && !board.is_late() && !board.differs();
        let posted_on = board.posted.map(|(_, posted_on)| posted_on);
        let dates = Dates { due_on: Some(due.on), posted_on, ..held };
        let what = What::Notice { unit_id: board.unit_id, kept };
        each(None, finding(what, dates, due.provisional || calendars.provisional(on, settled_on)));
    }
}

//! What a session makes people owe: that it is held (O-1), with both kinds of delegates (O-2), each on duty there (O-3), its
//! record filed (O-4), and its notice on the boards (O-5).

use super::obligation::{Charge, Key, Obligation, OwedBy, Part, Waits};
use super::promising::{Edition, due};
use crate::area::Areas;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::{DelegateId, SessionId};
use crate::leave::LeavesOf;
use crate::notice::{Board, notice_due, owing_units};
use crate::policy::{Policies, Policy};
use crate::session::{DayRules, Session};
use crate::vocabulary::{Breach, DelegateType, ObligationCode, SessionReason, Shortfall};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What is known when one asks: everything recorded up to an instant.
#[derive(Clone, Copy, Debug)]
pub struct SessionKnown<'a> {
    /// Every policy version.
    pub policies: &'a Policies,
    /// The calendars as they are.
    pub calendars: &'a Calendars,
    /// The calendars as they became so.
    pub editions: &'a [Edition],
    /// Grids, units, liaisons.
    pub areas: &'a Areas,
    /// Leaves of those on the rota.
    pub leaves: &'a LeavesOf,
    /// Those on the rota who ever left, at least.
    pub delegates: &'a Delegates,
}

/// Every obligation that a session brings, as it stands by what is known; judged by the policy in force on its day.
pub fn of_session<'a>(id: SessionId, session: &Session, known: &SessionKnown<'a>) -> Vec<Obligation<'a>> {
    let Some(policy) = known.policies.in_force(session.held.on).filter(|_| session.exists()) else { return Vec::new() };
    let of = OfSession { id, session, known, policy };
    let mut all = vec![of.held()];
    all.extend(of.composition());
    all.extend(of.duties());
    all.extend(of.record());
    all.extend(owing_units(known.areas, session, policy, known.calendars).map(|unit| of.notice(unit.id)));
    all
}

struct OfSession<'s, 'a> {
    id: SessionId,
    session: &'s Session,
    known: &'s SessionKnown<'a>,
    policy: &'a Policy,
}

impl<'a> OfSession<'_, 'a> {
    fn on(&self) -> NaiveDate {
        self.session.held.on
    }

    /// The rules of the day. What is found is found as after it: how it stands meanwhile is for whoever asks for the day.
    fn rules(&self) -> DayRules<'a> {
        let today = self.on().succ_opt().unwrap_or(self.on());
        let SessionKnown { calendars, leaves, delegates, .. } = *self.known;
        DayRules { policy: self.policy, calendars, leaves, delegates, today }
    }

    fn counts_on(&self, claim: Claim) -> NaiveDate {
        claim.counts_on(self.policy, self.known.calendars)
    }

    /// An obligation of the day itself, owed by the grid, with nothing done yet.
    fn of_the_day(&self, code: ObligationCode, opened: Claim) -> Obligation<'a> {
        let key = Key { code, part: None, about: format!("session/{}", self.id), period: None };
        let whose = (self.session.grid_id, OwedBy::area(self.session.grid_id));
        Obligation {
            provisional: self.known.calendars.provisional(self.on(), self.on()),
            ..Obligation::opened(key, whose, opened, self.on(), self.policy)
        }
    }

    fn charge(&self, what: Breach, missing: Vec<Shortfall>, due_on: NaiveDate, unkept: bool) -> Charge {
        Charge { missing, ..Charge::of(what, due_on, unkept) }
    }

    /// O-1: opened and closed, both counting on the day.
    fn held(&self) -> Obligation<'a> {
        let session = self.session;
        let both = session.opened.zip(session.closed);
        let kept =
            both.filter(|(opened, closed)| [opened, closed].iter().all(|one| self.counts_on(**one) == self.on()));
        let excused = session.cancelled.filter(|(reason, _)| {
            // Merged away by the calendar, its day is held with another.
            *reason == SessionReason::Calendar || self.policy.session.excusing_reasons.contains(reason)
        });
        Obligation {
            kept: kept.map(|(_, closed)| (self.on(), closed)),
            excused: excused.map(|(_, by)| by),
            charges: vec![self.charge(Breach::SessionMissed, Vec::new(), self.on(), kept.is_none())],
            ..self.of_the_day(ObligationCode::O1, session.planned)
        }
    }

    /// O-2: of a session that was opened, the delegates that the policy asks for, long enough together.
    fn composition(&self) -> Option<Obligation<'a>> {
        let opened = self.session.opened?;
        let rules = self.rules();
        let party = rules.missing(self.session, DelegateType::Party);
        let deputy = rules.missing(self.session, DelegateType::Deputy);
        let short = rules.overlap_minutes(self.session) < self.policy.service_day.presence_overlap_minutes;
        let missing: Vec<Shortfall> =
            [(party, Shortfall::Party), (deputy, Shortfall::Deputy), (!party && !deputy && short, Shortfall::Overlap)]
                .into_iter()
                .filter_map(|(is_missing, what)| is_missing.then_some(what))
                .collect();
        let complete = missing.is_empty();
        let last = self.session.closed.or(self.session.presences.last().map(|presence| presence.came));
        Some(Obligation {
            kept: complete.then_some((self.on(), last.unwrap_or(opened))),
            charges: vec![self.charge(Breach::CompositionFailed, missing, self.on(), !complete)],
            ..self.of_the_day(ObligationCode::O2, opened)
        })
    }

    /// O-3: everybody who has or had a duty, from the publication on, or from the day itself where the rota was never
    /// published; theirs is kept who came, and who was substituted by then; whoever left before the day owes none.
    fn duties(&self) -> Vec<Obligation<'a>> {
        let session = self.session;
        let Some(rota) = session.published.or(session.rota) else { return Vec::new() };
        let rules = self.rules();
        let cancelled = session.cancelled.map(|(_, by)| by);
        let mut duties: BTreeMap<DelegateId, Obligation<'a>> = BTreeMap::new();
        let mut owed =
            |delegate: DelegateId, opened: Claim, kept: Option<(NaiveDate, Claim)>, excused: Option<Claim>| {
                let unkept = kept.is_none_or(|(on, _)| on > self.on());
                let mut duty = self.of_the_day(ObligationCode::O3, opened);
                duty.key.part = Some(Part::Of(delegate.0));
                duty.owed_by = OwedBy::delegate(delegate);
                if session.published.is_none() {
                    duty.opens_on = self.on();
                }
                duty.charges = vec![self.charge(Breach::DutyMissed, Vec::new(), self.on(), unkept)];
                (duty.kept, duty.excused) = (kept, excused);
                duties.insert(delegate, duty);
            };
        for slot in &session.slots {
            let mut opened = rota;
            for (delegate, substitution) in slot.substituted() {
                let kept = (self.counts_on(substitution.claim), substitution.claim);
                owed(delegate, opened, Some(kept), cancelled);
                opened = substitution.claim;
            }
            // Last, so that somebody who has the duty again owes it.
            let who = slot.on_duty();
            let came = rules
                .present(session)
                .find(|presence| presence.delegate_id == who && presence.delegate_type == slot.assigned.delegate_type);
            let on_leave = rules.leaves.get(&who);
            let on_leave = on_leave.and_then(|leaves| leaves.excusing(self.on(), self.policy, rules.calendars));
            let left = session.left(slot, rules.delegates).filter(|_| came.is_none()).map(|departure| departure.claim);
            owed(who, opened, came.map(|presence| (self.on(), presence.came)), on_leave.or(left).or(cancelled));
        }
        duties.into_values().collect()
    }

    /// O-4: of a session that was closed, its record, by whoever is liaison on the day that it is due.
    fn record(&self) -> Option<Obligation<'a>> {
        let closed = self.session.closed?;
        let record = self.session.record;
        let count = |calendars: &Calendars| calendars.after(self.on(), self.policy.record.filing_working_days).on;
        let due_on = self.promised(ObligationCode::O4, closed, record, &count);
        let kept = record.map(|record| (self.counts_on(record), record));
        let unkept = kept.is_none_or(|(on, _)| on > due_on);
        let grid = self.known.areas.grid(self.session.grid_id);
        let liaison = grid.and_then(|grid| grid.liaison_on(due_on)).map(|liaison| liaison.name.clone());
        Some(Obligation {
            owed_by: OwedBy { name: liaison, ..OwedBy::area(self.session.grid_id) },
            due_on,
            opens_on: self.on(),
            provisional: self.known.calendars.provisional(self.on(), due_on),
            kept,
            waits: record.is_none().then_some(Waits::On),
            charges: vec![self.charge(Breach::RecordLate, Vec::new(), due_on, unkept)],
            ..self.of_the_day(ObligationCode::O4, closed)
        })
    }

    /// O-5: of each unit that owes one, a notice by its day, and on the day one that says what is so.
    fn notice(&self, unit: crate::ids::AreaId) -> Obligation<'a> {
        let session = self.session;
        let rules = self.rules();
        let board = Board::of(session, unit, &rules);
        let counted = notice_due(session, self.policy, self.known.calendars);
        let posted = board.posted;
        let (_, made) = session.held.day_by;
        let posted_claim = posted.map(|(notice, _)| notice.claim);
        let due_on = self.promised(ObligationCode::O5, made, posted_claim, &|calendars| {
            notice_due(session, self.policy, calendars).on
        });
        // What the calendar left no time for is not punished before there was a working day for it.
        let unpunished = due_on.max(counted.unpunished_until);
        let mut charges = Vec::new();
        if unpunished < self.on() {
            let late = posted.is_none_or(|(_, posted_on)| posted_on > unpunished);
            charges.push(self.charge(Breach::NoticeLate, Vec::new(), unpunished, late));
        }
        let hung = posted.is_some_and(|(_, posted_on)| posted_on <= self.on());
        charges.push(if hung {
            self.charge(Breach::NoticeMismatch, Vec::new(), self.on(), board.differs())
        } else {
            self.charge(Breach::NoticeMissing, Vec::new(), self.on(), true)
        });
        let kept = posted.filter(|_| hung && !board.differs());
        let mut notice = self.of_the_day(ObligationCode::O5, session.planned);
        notice.key.part = Some(Part::Of(unit.0));
        notice.owed_by = OwedBy::area(unit);
        notice.due_on = due_on;
        notice.opens_on = self.policy.town_date(session.planned.at).min(due_on);
        notice.provisional = self.known.calendars.provisional(due_on, self.on());
        notice.kept = kept.map(|(notice, posted_on)| (posted_on, notice.claim));
        // Whether it says what is so is known once the day is over.
        notice.kept_since = Some(self.policy.day_ends(self.on()));
        notice.excused = session.cancelled.map(|(_, by)| by);
        notice.waits = posted.is_none().then_some(Waits::Before(self.on()));
        notice.charges = charges;
        notice
    }

    /// A due date that counts working days.
    fn promised(
        &self,
        code: ObligationCode,
        made: Claim,
        kept: Option<Claim>,
        count: &dyn Fn(&Calendars) -> NaiveDate,
    ) -> NaiveDate {
        due((code, self.policy, self.known.editions), made, kept, count)
    }
}

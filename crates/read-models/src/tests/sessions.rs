//! Rows of sessions and the figures made of them against the domain's own word on every one, whatever came when.

use super::fixture::{Office, ZONE, afternoon, day};
use super::lists::opened;
use crate::*;
use chrono::{DateTime, Duration, NaiveDate};
use domain::area::Areas;
use domain::calendar::Calendars;
use domain::correction::{CorrectionProposed, CorrectionRefused};
use domain::delegate::Delegates;
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, ObjectionId, SessionId};
use domain::leave::LeavesOf;
use domain::notice::Board;
use domain::policy::Policies;
use domain::session::{DayRules, ObjectionAnswered, ObjectionRecorded, Session, SessionEvent, judge};
use domain::vocabulary::{DelegateType, ObjectionGround, SessionState, SlotState, Verdict};
use domain::{Fold as _, Stamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration as StdDuration;

/// What a reader of the whole log knows of sessions.
#[derive(Default)]
struct Known {
    policies: Policies,
    calendars: Calendars,
    areas: Areas,
    delegates: Delegates,
    leaves: LeavesOf,
    sessions: HashMap<SessionId, Session>,
    /// Who had a duty in it at some time, or came.
    people: HashMap<SessionId, BTreeSet<DelegateId>>,
}

impl Known {
    async fn of(office: &Office) -> Self {
        let mut known = Self::default();
        for recorded in office.everything().await {
            let leaf = recorded.leaf().unwrap();
            let stamp = Stamp {
                position: recorded.position.0,
                version: leaf.version.0,
                occurred_at: DateTime::from_timestamp_millis(leaf.occurred_at).unwrap(),
                recorded_at: DateTime::from_timestamp_millis(leaf.recorded_at).unwrap(),
                policy: leaf.policy.map(|position| position.0),
                calendar: leaf.calendar.map(|position| position.0),
                account: None,
            };
            let id = leaf.stream.uuid();
            // All others say nothing of sessions.
            let event = Event::decode(&leaf.event_type, leaf.schema, &leaf.public).unwrap();
            if let Event::Policy(event) = &event {
                known.policies.apply(event, &stamp);
            } else if let Event::Calendar(event) = &event {
                known.calendars.apply(event, &stamp);
            } else if let Event::Area(event) = &event {
                known.areas.apply(AreaId(id.unwrap()), event, &stamp);
            } else if let Event::Delegate(event) = &event {
                known.delegates.apply(DelegateId(id.unwrap()), event, &stamp);
            } else if let Event::Leave(event) = &event {
                known.leaves.entry(DelegateId(id.unwrap())).or_default().apply(event, &stamp);
            } else if let Event::Session(event) = &event {
                let id = SessionId(id.unwrap());
                let session = known.sessions.entry(id).or_default();
                session.apply(event, &stamp);
                let came = session.presences.iter().map(|presence| presence.delegate_id);
                known.people.entry(id).or_default().extend(session.on_duty().chain(came));
            }
        }
        known
    }

    fn rules(&self, session: &Session, today: NaiveDate) -> DayRules<'_> {
        let policy = self.policies.in_force(session.held.on).unwrap();
        DayRules { policy, calendars: &self.calendars, leaves: &self.leaves, delegates: &self.delegates, today }
    }

    fn verdict(&self, session: &Session, today: NaiveDate) -> Option<Verdict> {
        judge(session, &self.areas, &self.rules(session, today)).map(|judged| judged.verdict)
    }

    /// Ids of the sessions that pass, in the order of their days.
    fn list(&self, query: &SessionQuery, today: NaiveDate) -> Vec<SessionId> {
        let passes = |id: &SessionId, session: &Session| {
            let was_held = self.rules(session, today).was_held(session);
            let not_held = !was_held && session.state != SessionState::Cancelled && session.held.on < today;
            query.grid_id.is_none_or(|grid| session.grid_id == grid)
                && query.delegate_id.is_none_or(|who| self.people[id].contains(&who))
                && query.from.is_none_or(|on| session.held.on >= on)
                && query.to.is_none_or(|on| session.held.on <= on)
                && (query.states.is_empty() || query.states.contains(&session.state))
                && query.verdict.is_none_or(|verdict| self.verdict(session, today) == Some(verdict))
                && query.held.is_none_or(|held| if held { was_held } else { not_held })
                && query.zero_visitor.is_none_or(|none| session.visitor_count.is_some_and(|n| (n == 0) == none))
                && query.published.is_none_or(|published| session.published.is_some() == published)
                && (query.pending.is_empty() || query.pending.iter().any(|one| waits(session, *one)))
        };
        let found = self.sessions.iter().filter(|(id, session)| passes(id, session));
        let mut found: Vec<_> = found.map(|(id, session)| (session.held.on, *id)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }
}

/// Whether something of a session is not decided yet.
fn waits(session: &Session, what: SessionPending) -> bool {
    match what {
        SessionPending::Correction => !session.corrections.pending().is_empty(),
        SessionPending::Objection => session.objections.iter().any(|objection| objection.answered.is_none()),
    }
}

/// A day on which nothing can change any more.
fn long_after() -> NaiveDate {
    day("2027-06-30")
}

async fn listed(models: &ReadModels, query: &SessionQuery, today: NaiveDate) -> Vec<SessionRow> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let page = models.sessions(query, today, &PageRequest { limit: 17, cursor }).await.unwrap();
        rows.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return rows;
        }
    }
}

/// A history into which come, at a time: the calendar of the year, a stricter policy, another unit, and leaves. The models
/// follow it step by step.
async fn followed() -> (Office, ReadModels) {
    let mut office = Office::open(71, &[2025]).await;
    let models = opened(&office).await;
    for turn in 0..24 {
        office.live(9).await;
        match turn {
            9 => drop(office.publish(2026).await),
            12 => office.adopt_stricter(day("2026-04-01")).await,
            15 => {
                let unit = AreaId(office.id());
                office.define_unit(unit, office.grids[2]).await;
            }
            _ => {}
        }
        if turn % 3 == 0 {
            models.wait_for(office.store.head().position, StdDuration::from_secs(20)).await.unwrap();
        }
    }
    models.wait_for(office.store.head().position, StdDuration::from_secs(20)).await.unwrap();
    (office, models)
}

/// Corrections and objections of some sessions, every other one of which is decided.
async fn waiting_for_decisions(office: &mut Office) {
    for (turn, sitting) in office.sessions.clone().into_iter().step_by(3).enumerate() {
        let (id, at, decided) = (sitting.id, afternoon(day("2026-08-01")), turn % 2 == 0);
        let (event_version, pointer) = (1, "/public/venue".to_owned());
        let proposed = CorrectionProposed { event_version, pointer: pointer.clone(), value: None };
        office.session(id, SessionEvent::CorrectionProposed(proposed), at).await;
        if decided {
            let refused = CorrectionRefused { event_version, pointer };
            office.session(id, SessionEvent::CorrectionRefused(refused), at).await;
            let objection_id = ObjectionId(office.id());
            let recorded = ObjectionRecorded { objection_id, unit_id: None, ground: ObjectionGround::Conduct };
            office.session(id, SessionEvent::ObjectionRecorded(recorded), at).await;
            let answered = ObjectionAnswered { objection_id, upheld: turn % 4 == 0 };
            office.session(id, SessionEvent::ObjectionAnswered(answered), at).await;
        }
    }
}

#[tokio::test]
async fn every_filter_of_sessions_equals_a_plain_recount_on_any_day() {
    let (mut office, models) = followed().await;
    waiting_for_decisions(&mut office).await;
    models.wait_for(office.store.head().position, StdDuration::from_secs(20)).await.unwrap();
    let known = Known::of(&office).await;
    let any = SessionQuery::default;
    let mut queries = vec![any()];
    let pending = SessionPending::ALL.to_vec();
    for one in SessionPending::ALL {
        let query = SessionQuery { pending: vec![*one], ..any() };
        assert!(!known.list(&query, long_after()).is_empty(), "{one:?}");
        queries.push(query);
    }
    queries.push(SessionQuery { pending: pending.clone(), grid_id: Some(office.grids[1]), ..any() });
    queries.push(SessionQuery { pending, delegate_id: Some(office.delegates[0]), ..any() });
    queries.extend(office.grids.iter().map(|id| SessionQuery { grid_id: Some(*id), ..any() }));
    queries.extend(office.delegates.iter().map(|id| SessionQuery { delegate_id: Some(*id), ..any() }));
    queries.extend(SessionState::ALL.iter().map(|state| SessionQuery { states: vec![*state], ..any() }));
    queries.push(SessionQuery { states: vec![SessionState::Closed, SessionState::Cancelled], ..any() });
    queries.extend(Verdict::ALL.iter().map(|verdict| SessionQuery { verdict: Some(*verdict), ..any() }));
    for flag in [Some(true), Some(false)] {
        queries.push(SessionQuery { held: flag, ..any() });
        queries.push(SessionQuery { zero_visitor: flag, ..any() });
        queries.push(SessionQuery { published: flag, ..any() });
    }
    let (from, to) = (Some(day("2026-03-01")), Some(day("2026-06-30")));
    queries.push(SessionQuery { from, to, ..any() });
    queries.push(SessionQuery { from, to, delegate_id: Some(office.delegates[0]), ..any() });
    queries.push(SessionQuery { grid_id: Some(office.grids[2]), verdict: Some(Verdict::Valid), to, ..any() });
    let mut verdicts: BTreeMap<Option<Verdict>, usize> = BTreeMap::new();
    let days = (0..330).step_by(11).map(|n| day("2026-01-05") + Duration::days(n)).chain([long_after()]);
    for today in days {
        for query in &queries {
            let rows = listed(&models, query, today).await;
            let ids: Vec<_> = rows.iter().map(|row| row.session_id).collect();
            assert_eq!(ids, known.list(query, today), "{query:?} on {today}");
            for row in rows {
                let session = &known.sessions[&row.session_id];
                assert_eq!((&row.session, row.verdict(today)), (session, known.verdict(session, today)));
                *verdicts.entry(row.verdict(today)).or_default() += 1;
            }
        }
    }
    assert!(verdicts.len() == 4 && verdicts.values().all(|count| *count > 100), "{verdicts:?}");
    models.shutdown().await;
}

#[tokio::test]
async fn every_figure_of_sessions_is_as_long_as_the_list_behind_it() {
    let (office, models) = followed().await;
    let known = Known::of(&office).await;
    let ranges = [(None, None), (Some("2026-02-10"), Some("2026-07-31")), (None, Some("2026-05-01"))];
    let ranges = ranges.map(|(from, to)| (from.map(day), to.map(day)));
    for today in ["2026-02-14", "2026-04-30", "2026-08-03", "2027-06-30"].map(day) {
        for (from, to) in ranges {
            let query = SessionFiguresQuery { grid_id: None, from, to, ..SessionFiguresQuery::default() };
            let figures = models.session_figures(query, today).await.unwrap();
            assert_eq!(figures.as_of_position, office.store.head().position);
            assert_eq!(figures.rows.len(), office.grids.len());
            for row in figures.rows {
                let all = SessionQuery { grid_id: Some(row.grid_id), from, to, ..SessionQuery::default() };
                let count = async |query| listed(&models, &query, today).await.len() as u64;
                let verdict = |verdict| SessionQuery { verdict: Some(verdict), ..all.clone() };
                let cancelled = SessionQuery { states: vec![SessionState::Cancelled], ..all.clone() };
                let held = |held| SessionQuery { held: Some(held), ..all.clone() };
                let nobody = SessionQuery { zero_visitor: Some(true), ..all.clone() };
                let sessions = listed(&models, &all, today).await;
                let duties = |of| sessions.iter().map(|row| row.duties(of)).sum::<u64>();
                let expected = SessionFiguresRow {
                    grid_id: row.grid_id,
                    planned: count(all.clone()).await,
                    held: count(held(true)).await,
                    valid: count(verdict(Verdict::Valid)).await,
                    invalid: count(verdict(Verdict::Invalid)).await,
                    pending: count(verdict(Verdict::Pending)).await,
                    cancelled: count(cancelled).await,
                    not_held: count(held(false)).await,
                    zero_visitor: count(nobody).await,
                    duties: Duties { party: duties(DelegateType::Party), deputy: duties(DelegateType::Deputy) },
                    attendance: attendance(&known, &all, today),
                    notices: notices(&known, &all, today),
                };
                assert_eq!(row, expected, "{all:?} on {today}");
                let one =
                    SessionFiguresQuery { grid_id: Some(row.grid_id), from, to, ..SessionFiguresQuery::default() };
                assert_eq!(models.session_figures(one, today).await.unwrap().rows, [row]);
            }
        }
    }
    models.shutdown().await;
}

/// Slots of days that are over, one by one, by what became of each.
fn attendance(known: &Known, query: &SessionQuery, today: NaiveDate) -> Ratio {
    let (mut n, mut of) = (0, 0);
    for id in known.list(query, today) {
        let session = &known.sessions[&id];
        if session.cancelled.is_some() || session.held.on >= today {
            continue;
        }
        let rules = known.rules(session, today);
        for slot in &session.slots {
            let (came, owed) = match rules.slot_state(session, slot) {
                SlotState::Attended | SlotState::Substituted => (1, 1),
                SlotState::Absent => (0, 1),
                SlotState::Assigned | SlotState::OnLeave => (0, 0),
            };
            (n, of) = (n + came, of + owed);
        }
    }
    Ratio { n, of }
}

/// Notices of the sessions whose verdict stands, board by board.
fn notices(known: &Known, query: &SessionQuery, today: NaiveDate) -> Ratio {
    let (mut n, mut of) = (0, 0);
    for id in known.list(query, today) {
        let session = &known.sessions[&id];
        let stands = known.verdict(session, today).is_some_and(|verdict| verdict != Verdict::Pending);
        if session.cancelled.is_some() || !stands {
            continue;
        }
        let rules = known.rules(session, today);
        for board in Board::owed(session, &known.areas, &rules) {
            of += 1;
            n += u64::from(board.timing.is_some() && !board.is_late() && board.differences.is_empty());
        }
    }
    Ratio { n, of }
}

#[tokio::test]
async fn changes_are_counted_from_the_publication_on() {
    let (office, models) = followed().await;
    let rows = listed(&models, &SessionQuery::default(), long_after()).await;
    let mut changed = 0;
    for row in &rows {
        assert_eq!(row.changed_at.is_some(), row.session.published.is_some());
        assert!(row.changes == 0 || row.session.published.is_some());
        changed += usize::from(row.changes > 0);
        let told = row.session.held.moved_from.is_some() || row.session.cancelled.is_some();
        assert!(!told || row.session.published.is_none() || row.changes > 0);
    }
    assert!(changed > 10 && rows.len() > 100, "{changed} of {}", rows.len());
    assert!(rows.iter().all(|row| {
        row.changed_at.is_none_or(|at| at.with_timezone(&ZONE).date_naive() <= office.today() + Duration::days(400))
    }));
    models.shutdown().await;
}

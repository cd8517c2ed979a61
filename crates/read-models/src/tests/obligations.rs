//! Obligations: what is derived step by step is what is derived from the whole log, whatever moved it, and nothing that the
//! clock has to record is missed.

mod known;
mod quiet;
mod silent;
mod things;
mod years;

use super::fixture::{Office, afternoon, day};
use super::models::{caught_up, opened, rows_are_as_written};
use crate::engine::sqlite::Sql;
use crate::obligations::ObligationRow;
use crate::*;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use domain::area::{AreaEvent, ConvenerAppointed, LiaisonAppointed, OfficeEnded, TownDefined};
use domain::calendar::CalendarYear;
use domain::clock::{LedgerEntry, Subject};
use domain::delegate::{DelegateEvent, Departed, MandateGiven, Registered};
use domain::event::Event;
use domain::ids::{DelegateId, IssueId, LeaveId, ObligationId, SessionId};
use domain::leave::{LeaveDecided, LeaveEvent, LeaveRequested};
use domain::policy::{ClockTime, PolicyEvent};
use domain::session::{
    AssignedSlot, Checked, NoticeContent, NoticePosted, RecordFiled, RotaAssigned, RotaPublished, SessionCancelled,
    SessionClosed, SessionEvent, SessionMoved, SessionOpened, SessionPlanned,
};
use domain::vocabulary::{
    DelegateType, DepartureReason, LeaveReason, NoticeBoard, ObligationStatus, OfficeEndReason, SessionReason,
};
use event_store::StreamId;
use std::collections::BTreeMap;
use uuid::Uuid;

fn hour(text: &str) -> ClockTime {
    ClockTime(NaiveTime::parse_from_str(text, "%H:%M").unwrap())
}

impl Office {
    async fn of_area(&mut self, id: Uuid, event: AreaEvent) {
        self.record(&StreamId::of("area", id), Event::Area(event), None).await;
    }

    async fn of_delegate(&mut self, who: DelegateId, event: DelegateEvent) {
        self.record(&StreamId::of("delegate", who.0), Event::Delegate(event), None).await;
    }

    async fn of_session(&mut self, id: SessionId, event: SessionEvent) {
        self.record(&StreamId::of("session", id.0), Event::Session(event), None).await;
    }

    /// Units, mandates, and the offices of the first grid.
    async fn settle_down(&mut self) {
        let grid = self.grids[0];
        let town = TownDefined { name: "江桥镇".to_owned(), level: 0 };
        self.of_area(Uuid::from_u128(8), AreaEvent::TownDefined(town)).await;
        for who in self.delegates.clone() {
            self.of_delegate(who, DelegateEvent::Registered(Registered { name: who.to_string() })).await;
            let given = MandateGiven { delegate_type: DelegateType::Party, from: day("2025-01-01") };
            self.of_delegate(who, DelegateEvent::MandateGiven(given)).await;
        }
        let from = self.today();
        let convener = ConvenerAppointed { delegate_id: self.delegates[0], from };
        self.of_area(grid.0, AreaEvent::ConvenerAppointed(convener)).await;
    }

    async fn plan(&mut self, held_on: NaiveDate) -> SessionId {
        let (id, grid_id) = (SessionId(self.id()), self.grids[0]);
        let planned = SessionPlanned {
            grid_id,
            ordinary_on: held_on,
            held_on,
            from: hour("13:30"),
            to: hour("16:30"),
            venue: None,
            merged_days: Vec::new(),
            provisional: false,
            extra: false,
            makes_up_session_id: None,
        };
        self.of_session(id, SessionEvent::Planned(planned)).await;
        let slots = [(0, DelegateType::Party), (1, DelegateType::Deputy)].map(|(n, delegate_type)| AssignedSlot {
            delegate_id: self.delegates[(self.today().to_string().len() + n) % self.delegates.len()],
            delegate_type,
        });
        let rota = RotaAssigned { slots: slots.to_vec(), proposal_position: None };
        self.of_session(id, SessionEvent::RotaAssigned(rota)).await;
        self.of_session(id, SessionEvent::RotaPublished(RotaPublished {})).await;
        id
    }

    /// Something that moves obligations.
    async fn moves(&mut self, sessions: &mut Vec<SessionId>, issues: &mut Vec<IssueId>) {
        let (today, grid) = (self.today(), self.grids[0]);
        let of = self.pick(sessions.len().max(1));
        let session = sessions.get(of).copied();
        let who = self.pick(6);
        let who = self.delegates[who];
        match (self.pick(22), session) {
            (0 | 1, _) => {
                let days = i64::try_from(self.pick(20)).unwrap();
                sessions.push(self.plan(today + Duration::days(days)).await);
            }
            (2, Some(id)) => self.of_session(id, SessionEvent::Opened(SessionOpened {})).await,
            (3, Some(id)) => {
                let checked = Checked { delegate_id: who, delegate_type: DelegateType::Party };
                self.of_session(id, SessionEvent::CheckedIn(checked)).await;
            }
            (4, Some(id)) => self.of_session(id, SessionEvent::Closed(SessionClosed { visitor_count: 0 })).await,
            (5, Some(id)) => {
                self.of_session(id, SessionEvent::RecordFiled(RecordFiled { file_ids: Vec::new() })).await;
            }
            (6 | 7, Some(id)) => {
                let content = NoticeContent {
                    held_on: today,
                    from: hour("13:30"),
                    to: hour("16:30"),
                    venue: None,
                    delegate_ids: vec![who],
                    topics: Vec::new(),
                };
                let unit = self.pick(2);
                let unit_id = self.units[unit];
                let board = NoticeBoard::VillageAffairs;
                let posted = NoticePosted { unit_id, board, content, file_ids: Vec::new() };
                self.of_session(id, SessionEvent::NoticePosted(posted)).await;
            }
            (8, Some(id)) => {
                let moved = SessionMoved {
                    held_on: today + Duration::days(3),
                    from: hour("13:30"),
                    to: hour("16:30"),
                    venue: None,
                    merged_days: Vec::new(),
                    reason_code: SessionReason::Weather,
                };
                self.of_session(id, SessionEvent::Moved(moved)).await;
            }
            (9, Some(id)) => {
                let cancelled = SessionCancelled { reason_code: SessionReason::Weather };
                self.of_session(id, SessionEvent::Cancelled(cancelled)).await;
            }
            (10, _) => {
                let leave_id = LeaveId(self.id());
                let (from, to) = (today + Duration::days(2), today + Duration::days(9));
                let asked = LeaveRequested { leave_id, from, to, reason_code: LeaveReason::Work };
                let stream = StreamId::of("leave", who.0);
                self.record(&stream, Event::Leave(LeaveEvent::Requested(asked)), None).await;
                self.record(&stream, Event::Leave(LeaveEvent::Approved(LeaveDecided { leave_id })), None).await;
            }
            (11, _) => {
                let ended = OfficeEnded { to: today, reason_code: OfficeEndReason::Resignation };
                self.of_area(grid.0, AreaEvent::ConvenerEnded(ended)).await;
            }
            (12, _) => {
                let appointed = ConvenerAppointed { delegate_id: who, from: today };
                self.of_area(grid.0, AreaEvent::ConvenerAppointed(appointed)).await;
            }
            (13, _) => {
                let appointed = LiaisonAppointed { name: "李明".to_owned(), from: today };
                self.of_area(grid.0, AreaEvent::LiaisonAppointed(appointed)).await;
            }
            (14, _) => {
                let departed = Departed { reason_code: DepartureReason::TermEnd, on: today };
                self.of_delegate(who, DelegateEvent::Departed(departed)).await;
            }
            (15..=18, _) if !issues.is_empty() => {
                let id = issues[self.pick(issues.len())];
                self.happens_to(id, today).await;
            }
            (_, _) => issues.push(self.raise(today, today + Duration::days(7)).await),
        }
    }

    /// Records what happened up to now of the subjects that wait.
    async fn run_clock(&mut self, models: &ReadModels) {
        caught_up(self, models).await;
        let now = afternoon(self.today());
        let due = models.due_subjects(now, 10_000).await.unwrap();
        let known = self.known().await;
        for (candidate, next_at) in due.subjects {
            let recorded = known.recorded(candidate.subject);
            assert!(known.has_all(&candidate), "{candidate:?}");
            let found = recorded.happenings(&known.timeline, &known.happened(), now);
            assert_eq!(found.first().map(|one| one.at), Some(next_at), "{candidate:?}");
            for one in found {
                let stream = StreamId::of("obligation", one.event.key().unwrap().id().0);
                self.record(&stream, Event::Obligation(one.event), Some(one.occurred_at)).await;
            }
        }
        caught_up(self, models).await;
        assert_eq!(models.clock(now).await.unwrap().waiting, 0, "again there is nothing");
    }
}

fn stored(path: &std::path::Path) -> BTreeMap<ObligationId, LedgerEntry> {
    let sql = Sql::to_read(path).unwrap();
    let columns = crate::obligations::DEFINITION.tables[0].columns.join(", ");
    let rows = sql.rows(&format!("select {columns} from obligation_rows"), &[], ObligationRow::read).unwrap();
    rows.into_iter().map(|row| (row.entry.id, row.entry)).collect()
}

/// Everything that the clock waits for.
async fn waited_for(models: &ReadModels) -> Vec<(Subject, DateTime<Utc>)> {
    let due = models.due_subjects(afternoon(day("2100-01-01")), 10_000).await.unwrap().subjects;
    let mut due: Vec<_> = due.into_iter().map(|(candidate, at)| (candidate.subject, at)).collect();
    due.sort_by_key(|(subject, at)| (*at, *subject));
    due
}

fn amended() -> CalendarYear {
    let mut year: CalendarYear = serde_json::from_str(include_str!("../../../../data/calendars/2026.json")).unwrap();
    year.local_closures = ["2026-03-05", "2026-03-12"]
        .map(|on| domain::calendar::NamedDay { date: day(on), name: "停电".to_owned() })
        .to_vec();
    year
}

#[tokio::test]
async fn kept_up_they_are_what_the_whole_log_says_and_the_clock_misses_nothing() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in [81, 82, 83] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("read.sqlite");
        let mut office = Office::under(seed, &[2025, 2026], years::policy()).await;
        office.settle_down().await;
        office.has_offices().await;
        let mut models = opened(&office, &path).await;
        let (mut sessions, mut issues, mut things) = (Vec::new(), Vec::new(), Vec::new());
        let mut happening = years::Happening::new(seed);
        let mut on = office.today();
        for turn in 0..90 {
            on += Duration::days(i64::try_from(office.pick(3)).unwrap());
            office.it_is(on);
            office.moves(&mut sessions, &mut issues).await;
            office.a_thing_moves(&mut things).await;
            office.a_year_moves(&mut happening).await;
            match turn % 9 {
                2 | 5 => caught_up(&office, &models).await,
                8 => office.run_clock(&models).await,
                _ => {}
            }
            if turn == 40 {
                office.publish_year(amended()).await;
            }
            if turn == 60 {
                let stricter = PolicyEvent::VersionAdopted(years::stricter().into());
                office.record(&office.policy_stream(), Event::Policy(stricter), None).await;
            }
            if turn == 50 {
                models.shutdown().await;
                rows_are_as_written(&path).await;
                models = opened(&office, &path).await;
            }
        }
        office.it_is(on + Duration::days(40));
        office.run_clock(&models).await;
        office.it_is(day("2027-02-01"));
        office.a_year_moves(&mut happening).await;
        office.run_clock(&models).await;
        let known = office.known().await;
        let (entries, waiting) = known.whole();
        let due = waited_for(&models).await;
        assert_eq!(due, waiting);
        models.shutdown().await;
        let kept_up = stored(&path);
        assert_eq!(kept_up, entries);
        let today = office.today();
        seen.extend(kept_up.values().map(|one| (one.key.code, one.status_on(today))));
        let fresh = dir.path().join("fresh.sqlite");
        let models = opened(&office, &fresh).await;
        caught_up(&office, &models).await;
        let anew = waited_for(&models).await;
        models.shutdown().await;
        assert_eq!((stored(&fresh), anew), (kept_up, due));
    }
    for status in
        [ObligationStatus::Fulfilled, ObligationStatus::Late, ObligationStatus::Missing, ObligationStatus::Excused]
    {
        assert!(seen.iter().any(|(_, seen)| *seen == status), "none {status} in {seen:?}");
    }
    let codes: std::collections::BTreeSet<&str> = seen.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(
        codes.into_iter().collect::<Vec<_>>(),
        [
            "O-1", "O-10", "O-11", "O-12", "O-13", "O-14", "O-15", "O-16", "O-17", "O-18", "O-19", "O-2", "O-20",
            "O-21", "O-3", "O-4", "O-5", "O-7", "O-8", "O-9"
        ]
    );
}

/// The default policy as one of before there was a clock said it, and whole.
fn without_a_clock() -> (serde_json::Value, serde_json::Value) {
    let mut policy: serde_json::Value =
        serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap();
    let added: serde_json::Value = serde_json::from_str(include_str!("../../../../data/policy-since-2.json")).unwrap();
    let whole = policy.clone();
    for (member, value) in added.as_object().unwrap() {
        let there = policy.as_object_mut().unwrap();
        match (there.get_mut(member).and_then(serde_json::Value::as_object_mut), value.as_object()) {
            (Some(there), Some(added)) if there.len() > added.len() => {
                there.retain(|name, _| !added.contains_key(name))
            }
            _ => drop(there.remove(member)),
        }
    }
    (policy, whole)
}

#[tokio::test]
async fn without_a_policy_that_has_a_clock_there_is_nothing_and_with_the_first_one_it_begins() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let (policy, whole) = without_a_clock();
    let mut office = Office::under(91, &[2026], policy).await;
    office.settle_down().await;
    let models = opened(&office, &path).await;
    let session = office.plan(office.today() + Duration::days(14)).await;
    office.raise(office.today(), office.today() + Duration::days(7)).await;
    caught_up(&office, &models).await;
    let state = models.clock(afternoon(day("2100-01-01"))).await.unwrap();
    assert_eq!((state.next_at, state.waiting), (None, 0));

    let stream = office.policy_stream();
    office.record(&stream, Event::Policy(PolicyEvent::VersionAdopted(whole.into())), None).await;
    caught_up(&office, &models).await;
    let subjects: Vec<Subject> = waited_for(&models).await.iter().map(|(subject, _)| *subject).collect();
    // The issue was raised before there was a clock; a session is judged by the policy of its day.
    let of_years = subjects.iter().filter(|subject| subject.year().is_some()).count();
    assert_eq!(subjects.len() - of_years, 2, "{subjects:?}");
    assert!(subjects.contains(&Subject::Session(session)) && subjects.contains(&Subject::Grid(office.grids[0])));
    assert!(subjects.contains(&Subject::GridYear(office.grids[0], 2026)), "what begins while there is a clock");
    models.shutdown().await;
    assert!(stored(&path).values().all(|one| one.key.code.as_str() != "O-7"));
}

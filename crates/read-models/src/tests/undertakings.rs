//! Every filter of the lists of undertakings against a plain recount of the log in memory, and the index that each is read from.

use super::fixture::{Office, ZONE, day};
use super::lists::opened;
use crate::*;
use chrono::{DateTime, Duration, NaiveDate};
use domain::appointment::Appointment;
use domain::deed::Deed;
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, OfficeId};
use domain::office::Offices;
use domain::study::{self, Study};
use domain::typical_case::TypicalCase;
use domain::vocabulary::{AppointmentState, DeedKind, DeedState, StudyKind, StudyState, TypicalCaseState};
use domain::{Fold as _, Stamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration as StdDuration;
use uuid::Uuid;

/// An undertaking as its list must show it.
struct Shown {
    family: UndertakingFamily,
    on: NaiveDate,
    grid_id: Option<AreaId>,
    delegates: Vec<DelegateId>,
    kind: Option<&'static str>,
    state: &'static str,
    /// Something is to come about by its day.
    awaited: bool,
}

/// What a reader of the whole log knows of undertakings.
#[derive(Default)]
struct Known {
    offices: Offices,
    deeds: HashMap<Uuid, Deed>,
    studies: HashMap<Uuid, Study>,
    appointments: HashMap<Uuid, Appointment>,
    cases: HashMap<Uuid, TypicalCase>,
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
            let id = leaf.stream.uuid().unwrap_or_default();
            // All others say nothing of undertakings.
            let event = Event::decode(&leaf.event_type, leaf.schema, &leaf.public).unwrap();
            if let Event::Office(event) = &event {
                known.offices.apply(OfficeId(id), event, &stamp);
            } else if let Event::Deed(event) = &event {
                known.deeds.entry(id).or_default().apply(event, &stamp);
            } else if let Event::Study(event) = &event {
                known.studies.entry(id).or_default().apply(event, &stamp);
            } else if let Event::Appointment(event) = &event {
                known.appointments.entry(id).or_default().apply(event, &stamp);
            } else if let Event::TypicalCase(event) = &event {
                known.cases.entry(id).or_default().apply(event, &stamp);
            }
        }
        known
    }

    fn all(&self) -> BTreeMap<Uuid, Shown> {
        let town = |at: DateTime<chrono::Utc>| at.with_timezone(&ZONE).date_naive();
        let deeds = self.deeds.iter().map(|(id, deed)| {
            let shown = Shown {
                family: UndertakingFamily::Deed,
                on: deed.promised_on,
                grid_id: Some(deed.grid_id),
                delegates: vec![deed.owner_delegate_id],
                kind: Some(deed.kind.as_str()),
                state: deed.state.as_str(),
                awaited: deed.state == DeedState::Pledged,
            };
            (*id, shown)
        });
        let studies = self.studies.iter().map(|(id, study)| {
            let shown = Shown {
                family: UndertakingFamily::Study,
                on: town(study.begun.at),
                grid_id: study.grid_id,
                delegates: std::iter::once(study.lead_delegate_id).chain(study.delegate_ids.clone()).collect(),
                kind: Some(study.kind.as_str()),
                state: study::state(study, &self.offices).as_str(),
                awaited: false,
            };
            (*id, shown)
        });
        let appointments = self.appointments.iter().map(|(id, asked)| {
            let (on, who) = match asked.agreements.last() {
                Some(agreed) => (agreed.on, Some(agreed.delegate_id)),
                None => (town(asked.requested.at), asked.delegate_id),
            };
            let shown = Shown {
                family: UndertakingFamily::Appointment,
                on,
                grid_id: Some(asked.grid_id),
                delegates: who.into_iter().collect(),
                kind: None,
                state: asked.state.as_str(),
                awaited: asked.state == AppointmentState::Scheduled,
            };
            (*id, shown)
        });
        let cases = self.cases.iter().map(|(id, case)| {
            let shown = Shown {
                family: UndertakingFamily::TypicalCase,
                on: town(case.nominated.at),
                grid_id: Some(case.grid_id),
                delegates: Vec::new(),
                kind: None,
                state: case.state().as_str(),
                awaited: false,
            };
            (*id, shown)
        });
        deeds.chain(studies).chain(appointments).chain(cases).collect()
    }
}

/// Ids of those that pass, the latest day first.
fn recounted(all: &BTreeMap<Uuid, Shown>, query: &UndertakingQuery, today: NaiveDate) -> Vec<Uuid> {
    let passes = |shown: &Shown| {
        let overdue = shown.awaited && shown.on < today;
        shown.family == query.family
            && query.grid_id.is_none_or(|grid| shown.grid_id == Some(grid))
            && query.delegate_id.is_none_or(|who| shown.delegates.contains(&who))
            && query.from.is_none_or(|on| shown.on >= on)
            && query.to.is_none_or(|on| shown.on <= on)
            && query.kind.is_none_or(|kind| shown.kind == Some(kind))
            && (query.states.is_empty() || query.states.contains(&shown.state))
            && query.overdue.is_none_or(|wanted| overdue == wanted)
    };
    let mut found: Vec<_> = all.iter().filter(|(_, shown)| passes(shown)).map(|(id, shown)| (shown.on, *id)).collect();
    found.sort_unstable();
    found.into_iter().rev().map(|(_, id)| id).collect()
}

/// Follows the cursors to the end.
async fn listed(models: &ReadModels, query: &UndertakingQuery, today: NaiveDate) -> Vec<Uuid> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = models.undertakings(query, today, &PageRequest { limit: 7, cursor }).await.unwrap();
        ids.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return ids;
        }
    }
}

/// One query per filter and value of each family, and some with several filters.
fn queries(office: &Office) -> Vec<UndertakingQuery> {
    let (from, to) = (Some(day("2026-03-01")), Some(day("2026-05-31")));
    let studies: Vec<_> = StudyKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let deeds: Vec<_> = DeedKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let families: [(UndertakingFamily, Vec<&'static str>, Vec<&'static str>); 4] = [
        (UndertakingFamily::Study, studies, StudyState::ALL.iter().map(|state| state.as_str()).collect()),
        (UndertakingFamily::Deed, deeds, DeedState::ALL.iter().map(|state| state.as_str()).collect()),
        (
            UndertakingFamily::Appointment,
            Vec::new(),
            AppointmentState::ALL.iter().map(|state| state.as_str()).collect(),
        ),
        (
            UndertakingFamily::TypicalCase,
            Vec::new(),
            TypicalCaseState::ALL.iter().map(|state| state.as_str()).collect(),
        ),
    ];
    let mut queries = Vec::new();
    for (family, kinds, states) in families {
        let any = || UndertakingQuery::of(family);
        queries.push(any());
        queries.extend(office.grids.iter().map(|id| UndertakingQuery { grid_id: Some(*id), ..any() }));
        queries.extend(office.delegates.iter().map(|id| UndertakingQuery { delegate_id: Some(*id), ..any() }));
        queries.extend(kinds.iter().map(|kind| UndertakingQuery { kind: Some(*kind), ..any() }));
        queries.extend(states.iter().map(|state| UndertakingQuery { states: vec![*state], ..any() }));
        queries.push(UndertakingQuery { states: vec![states[1], states[0], states[1]], ..any() });
        queries.push(UndertakingQuery { from, ..any() });
        queries.push(UndertakingQuery { to, ..any() });
        queries.extend([true, false].map(|overdue| UndertakingQuery { overdue: Some(overdue), ..any() }));
        for (grid, who) in office.grids.iter().zip(&office.delegates) {
            let both = UndertakingQuery { grid_id: Some(*grid), delegate_id: Some(*who), ..any() };
            queries.push(UndertakingQuery { from, to, states: states[..2].to_vec(), ..both.clone() });
            queries.push(UndertakingQuery { kind: kinds.first().copied(), overdue: Some(false), ..both.clone() });
            queries.push(UndertakingQuery { from, to, overdue: Some(true), delegate_id: None, ..both.clone() });
            queries.push(both);
        }
    }
    queries
}

#[tokio::test]
async fn every_filter_of_undertakings_equals_a_plain_recount() {
    let mut office = Office::open(31, &[2025, 2026]).await;
    office.live(400).await;
    let all = Known::of(&office).await.all();
    let models = opened(&office).await;
    let mut found: HashMap<UndertakingFamily, usize> = HashMap::new();
    for today in ["2026-02-10", "2026-06-17", "2027-03-01"].map(day) {
        for query in queries(&office) {
            let ids = listed(&models, &query, today).await;
            assert_eq!(ids, recounted(&all, &query, today), "{query:?} on {today}");
            let (counts, _) = models.undertaking_counts(vec![query.clone()], today).await.unwrap();
            assert_eq!(counts, [ids.len() as u64], "{query:?} on {today}");
            *found.entry(query.family).or_default() += ids.len();
            if query.overdue == Some(true) && query.grid_id.is_none() && today == day("2027-03-01") {
                let awaits = [UndertakingFamily::Deed, UndertakingFamily::Appointment].contains(&query.family);
                assert_eq!(!ids.is_empty(), awaits, "{query:?}");
            }
        }
    }
    let poor = "the history is too poor to show anything";
    assert!(found.len() == 4 && found.values().all(|count| *count > 400), "{poor}: {found:?}");
    let of = |what: fn(&Shown) -> Option<&'static str>| {
        let studies = all.values().filter(|shown| shown.family == UndertakingFamily::Study);
        studies.filter_map(what).collect::<BTreeSet<_>>().len()
    };
    let told = (of(|shown| shown.kind), of(|shown| Some(shown.state)));
    assert_eq!(told, (StudyKind::ALL.len(), StudyState::ALL.len()), "{poor}");
    models.shutdown().await;
}

/// What could go wrong: one that is moved to another day, another delegate or state keeps its old place in a list.
#[tokio::test]
async fn what_happens_to_an_undertaking_moves_it_in_every_list() {
    let mut office = Office::open(32, &[2026]).await;
    let models = opened(&office).await;
    for turn in 0..40 {
        let today = day("2026-02-02") + Duration::days(turn);
        office.it_is(today);
        office.undertakings_go_on(today).await;
        // Some turns pile up.
        if turn % 3 == 0 {
            continue;
        }
        models.wait_for(office.store.head().position, StdDuration::from_secs(20)).await.unwrap();
        let all = Known::of(&office).await.all();
        for query in queries(&office) {
            assert_eq!(listed(&models, &query, today).await, recounted(&all, &query, today), "{query:?} on {today}");
        }
    }
    assert!(office.undertakings.len() > 20);
    models.shutdown().await;
}

/// What could go wrong: a filter is met by reading all rows, or by sorting those that are found. SQLite says what it would do.
#[tokio::test]
async fn a_page_of_undertakings_is_read_from_an_index_that_holds_it_in_its_order() {
    let mut office = Office::open(33, &[2026]).await;
    office.live(20).await;
    let models = opened(&office).await;
    let (today, sql) = (day("2026-06-17"), models.reader());
    let any = || UndertakingQuery::of(UndertakingFamily::Deed);
    let (grid_id, delegate_id) = (Some(office.grids[0]), Some(office.delegates[0]));
    let (from, to) = (Some(day("2026-03-01")), Some(today));
    let states = || vec![DeedState::Pledged.as_str(), DeedState::Completed.as_str()];
    let kind = Some(DeedKind::Advice.as_str());
    for (query, index) in [
        (any(), "INDEX undertaking_list_rows_day (family=?)"),
        (UndertakingQuery { overdue: Some(true), ..any() }, "INDEX undertaking_list_rows_day (family=?"),
        (UndertakingQuery { states: states(), kind, ..any() }, "INDEX undertaking_list_rows_day (family=?)"),
        (
            UndertakingQuery { from, to, states: states(), ..any() },
            "INDEX undertaking_list_rows_day (family=? AND on_day>? AND on_day<?)",
        ),
        (UndertakingQuery { grid_id, states: states(), ..any() }, "PRIMARY KEY (who_id=? AND family=?)"),
        (UndertakingQuery { delegate_id, kind, ..any() }, "PRIMARY KEY (who_id=? AND family=?)"),
        (
            UndertakingQuery { grid_id, delegate_id, from, to, overdue: Some(false), ..any() },
            "PRIMARY KEY (who_id=? AND family=? AND on_day>? AND on_day<?)",
        ),
    ] {
        let (select, order) = crate::undertaking_list::asked(&query, today);
        let plan = select.plan(&sql, order);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
        assert!(!plan.contains("SCAN"), "{query:?}\n{plan}");
    }
    models.shutdown().await;
}

//! Typical cases, counted again in plain code: of which an annotation is due, and which everybody may read (C-5.3).

use super::fixture::{Office, ZONE, afternoon, day};
use super::lists::opened;
use super::models::caught_up;
use crate::*;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::event::Event;
use domain::ids::{AreaId, IssueId, OfficeId, TypicalCaseId};
use domain::issue::reopening::reopened_at;
use domain::issue::{self, Due, Issue, IssueEvent};
use domain::typical_case::{
    CaseAnnotated, CaseDecided, CaseDeidentified, CaseNominated, CasePublished, CaseSources, CaseSubmitted,
    TypicalCase, TypicalCaseEvent, annotation_due, text_for_everybody,
};
use domain::vocabulary::{DueRule, PublicationChannel, ReopeningGround, TypicalCaseState};
use domain::{Fold as _, Stamp};
use event_store::StreamId;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

async fn records(office: &mut Office, id: TypicalCaseId, event: TypicalCaseEvent, at: DateTime<Utc>) {
    office.record(&StreamId::of("typical_case", id.0), Event::TypicalCase(event), Some(at)).await;
}

async fn nominates(office: &mut Office, grid_id: AreaId, issue_ids: Vec<IssueId>, on: NaiveDate) -> TypicalCaseId {
    let id = TypicalCaseId(office.id());
    let sources = CaseSources { issue_ids, ..CaseSources::default() };
    records(office, id, TypicalCaseEvent::Nominated(CaseNominated { grid_id, sources }), afternoon(on)).await;
    id
}

async fn reopens(office: &mut Office, id: IssueId, on: NaiveDate) {
    let due = Due {
        rule: DueRule::Rework,
        from: on,
        on: on + Duration::days(7),
        working_days: Some(5),
        calendar_days: None,
        months: None,
        provisional: false,
    };
    let reopened = issue::Reopened { ground: ReopeningGround::NewFacts, cycle: 2, due };
    office.issue(id, IssueEvent::Reopened(reopened), afternoon(on)).await;
}

/// Something of a case's life, in any order: rows go by what was recorded, not by what should be.
async fn befalls(office: &mut Office, id: TypicalCaseId, on: NaiveDate) {
    let channel = PublicationChannel::ALL[office.pick(3)];
    let event = match office.pick(12) {
        0 | 1 => TypicalCaseEvent::Deidentified(CaseDeidentified { consent_file_id: None }),
        2 => TypicalCaseEvent::Submitted(CaseSubmitted { office_id: OfficeId(Uuid::from_u128(7)) }),
        3 | 4 => TypicalCaseEvent::Selected(CaseDecided {}),
        5 => TypicalCaseEvent::Rejected(CaseDecided {}),
        6..=8 => TypicalCaseEvent::Published(CasePublished { channel }),
        _ => TypicalCaseEvent::Annotated(CaseAnnotated {}),
    };
    records(office, id, event, afternoon(on)).await;
}

/// What a reader of the whole log knows.
#[derive(Default)]
struct Known {
    cases: HashMap<Uuid, TypicalCase>,
    issues: HashMap<IssueId, Issue>,
    /// Of issues, where they were last reopened; of cases, the newest of selection and annotations, if selected at all.
    reopened: HashMap<IssueId, u64>,
    said: HashMap<Uuid, (bool, u64)>,
}

impl Known {
    async fn of(office: &Office) -> Self {
        let mut known = Self::default();
        for recorded in office.everything().await {
            let leaf = recorded.leaf().unwrap();
            let position = recorded.position.0;
            let stamp = Stamp {
                position,
                version: leaf.version.0,
                occurred_at: DateTime::from_timestamp_millis(leaf.occurred_at).unwrap(),
                recorded_at: DateTime::from_timestamp_millis(leaf.recorded_at).unwrap(),
                policy: leaf.policy.map(|position| position.0),
                calendar: leaf.calendar.map(|position| position.0),
                account: None,
            };
            let Some(id) = leaf.stream.uuid() else { continue };
            match leaf.event_type.as_str() {
                "issue.reopened" => _ = known.reopened.insert(IssueId(id), position),
                "typical_case.selected" => known.said.entry(id).or_default().0 = true,
                _ => {}
            }
            if ["typical_case.selected", "typical_case.annotated"].contains(&leaf.event_type.as_str()) {
                known.said.entry(id).or_default().1 = position;
            }
            let event = Event::decode(&leaf.event_type, leaf.schema, &leaf.public).unwrap();
            if let Event::TypicalCase(event) = &event {
                known.cases.entry(id).or_default().apply(event, &stamp);
            } else if let Event::Issue(event) = &event {
                known.issues.entry(IssueId(id)).or_default().apply(event, &stamp);
            }
        }
        known
    }

    /// Whether an annotation is due, as the log says it and as an answer finds it from the issues themselves.
    fn is_due(&self, id: Uuid) -> bool {
        let case = &self.cases[&id];
        let sources = &case.sources.issue_ids;
        let found = sources.iter().any(|issue| annotation_due(case, reopened_at(&self.issues[issue])));
        let (selected, newest) = self.said.get(&id).copied().unwrap_or_default();
        let told = selected && sources.iter().any(|issue| self.reopened.get(issue).is_some_and(|at| *at > newest));
        assert_eq!(found, told, "{id}");
        found
    }

    /// Cases whose matter was taken up again after the selection, and that say so by now.
    fn settled(&self) -> usize {
        let settled = |(id, case): &(&Uuid, &TypicalCase)| {
            let Some(selected) = case.selected else { return false };
            let again = |issue: &IssueId| self.reopened.get(issue).is_some_and(|at| *at > selected.position);
            case.sources.issue_ids.iter().any(again) && !self.is_due(**id)
        };
        self.cases.iter().filter(settled).count()
    }

    /// The ids that pass, in the order of the list: the newest day first.
    fn listed(&self, on: impl Fn(&TypicalCase) -> NaiveDate, passes: impl Fn(Uuid, &TypicalCase) -> bool) -> Vec<Uuid> {
        let passing = self.cases.iter().filter(|(id, case)| passes(**id, case));
        let mut found: Vec<_> = passing.map(|(id, case)| (on(case), *id)).collect();
        found.sort_unstable();
        found.into_iter().rev().map(|(_, id)| id).collect()
    }
}

fn town(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&ZONE).date_naive()
}

/// Follows the cursors to the end, in pages of seven.
async fn every<Q>(query: Q, ask: impl AsyncFn(&Q, &PageRequest) -> Listed<Uuid>) -> Vec<Uuid> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = ask(&query, &PageRequest { limit: 7, cursor }).await;
        found.extend(page.items);
        let Some(next) = page.next_cursor else { return found };
        cursor = Some(next);
    }
}

/// How many were due, settled and shown.
async fn equal_a_recount(office: &Office, models: &ReadModels) -> [usize; 3] {
    let known = Known::of(office).await;
    let today = office.today();
    let grids = [None, Some(office.grids[0]), Some(office.grids[1])];
    let ranges = [(None, None), (Some(day("2026-03-01")), Some(day("2026-06-30"))), (None, Some(day("2026-04-15")))];
    let (mut due, mut shown) = (0, 0);
    for grid_id in grids {
        for (from, to) in ranges {
            let within = |on: NaiveDate| from.is_none_or(|from| on >= from) && to.is_none_or(|to| on <= to);
            for annotation_due in [None, Some(true), Some(false)] {
                let of = UndertakingQuery::of(UndertakingFamily::TypicalCase);
                let query = UndertakingQuery { grid_id, from, to, annotation_due, ..of };
                let found =
                    every(query, async |query, page| models.undertakings(query, today, page).await.unwrap()).await;
                let nominated_on = |case: &TypicalCase| town(case.nominated.at);
                let expected = known.listed(nominated_on, |id, case| {
                    grid_id.is_none_or(|grid| case.grid_id == grid)
                        && within(nominated_on(case))
                        && annotation_due.is_none_or(|wanted| known.is_due(id) == wanted)
                });
                due += if annotation_due == Some(true) { expected.len() } else { 0 };
                assert_eq!(found, expected, "{grid_id:?} {from:?} {to:?} {annotation_due:?}");
            }
            let query = PublicCaseQuery { grid_id, from, to };
            let found = every(query, async |query, page| models.public_cases(query, page).await.unwrap()).await;
            let published_on = |case: &TypicalCase| town(case.publications[0].claim.at);
            let expected = known.listed(published_on, |_, case| {
                text_for_everybody(case).is_some()
                    && grid_id.is_none_or(|grid| case.grid_id == grid)
                    && within(published_on(case))
            });
            shown += expected.len();
            assert_eq!(found, expected, "{query:?}");
        }
    }
    [due, known.settled(), shown]
}

#[tokio::test]
async fn annotations_due_and_public_cases_equal_a_plain_recount_however_the_log_came() {
    let mut at_stake = [0; 3];
    for seed in 1..=2 {
        let mut office = Office::open(60 + seed, &[2026]).await;
        let mut issues = Vec::new();
        for n in 0..8 {
            let on = day("2026-01-08") + Duration::days(n);
            issues.push(office.raise(on, on + Duration::days(7)).await);
        }
        let models = opened(&office).await;
        let mut cases = Vec::new();
        for step in 0..160 {
            let on = day("2026-02-01") + Duration::days(step);
            office.it_is(on);
            match office.pick(8) {
                0 => {
                    let (grid, some, more) = (office.pick(3), office.pick(8), office.pick(3));
                    let sources = (0..=more).map(|n| issues[(some + n) % 8]).collect();
                    let grid = office.grids[grid];
                    cases.push(nominates(&mut office, grid, sources, on - Duration::days(3)).await);
                }
                1 => {
                    let which = office.pick(8);
                    reopens(&mut office, issues[which], on).await;
                }
                _ if cases.is_empty() => {}
                _ => {
                    let which = office.pick(cases.len());
                    befalls(&mut office, cases[which], on).await;
                }
            }
            // Some of it is written at once, most in batches.
            if office.pick(6) == 0 {
                caught_up(&office, &models).await;
            }
        }
        caught_up(&office, &models).await;
        let kept_up = equal_a_recount(&office, &models).await;
        models.shutdown().await;
        let built_anew = opened(&office).await;
        assert_eq!(equal_a_recount(&office, &built_anew).await, kept_up);
        built_anew.shutdown().await;
        at_stake.iter_mut().zip(kept_up).for_each(|(all, more)| *all += more);
    }
    assert!(at_stake.iter().all(|count| *count >= 3), "nothing was at stake: {at_stake:?}");
}

/// The states that a list tells apart, and no page of another query.
#[tokio::test]
async fn states_choose_and_cursors_belong_to_their_query() {
    let mut office = Office::open(66, &[2026]).await;
    let issue = office.raise(day("2026-01-08"), day("2026-01-15")).await;
    let grid = office.grids[0];
    let mut cases = BTreeMap::new();
    let events: [(&str, &[TypicalCaseEvent]); 3] = [
        ("nominated", &[]),
        ("selected", &[TypicalCaseEvent::Selected(CaseDecided {})]),
        ("rejected", &[TypicalCaseEvent::Rejected(CaseDecided {})]),
    ];
    for (state, life) in events {
        let id = nominates(&mut office, grid, vec![issue], day("2026-02-02")).await;
        for event in life {
            records(&mut office, id, event.clone(), afternoon(day("2026-02-03"))).await;
        }
        cases.insert(state, id.0);
    }
    let models = opened(&office).await;
    let all = || UndertakingQuery::of(UndertakingFamily::TypicalCase);
    let ask = async |query: &UndertakingQuery, limit| {
        models.undertakings(query, office.today(), &PageRequest { limit, cursor: None }).await.unwrap()
    };
    for state in ["nominated", "selected", "rejected", "published"] {
        let state = TypicalCaseState::parse(state).unwrap().as_str();
        let found = ask(&UndertakingQuery { states: vec![state], ..all() }, 9).await.items;
        assert_eq!(found, cases.get(state).copied().into_iter().collect::<Vec<_>>(), "{state}");
    }
    let next = ask(&all(), 1).await.next_cursor.unwrap();
    assert!(all().is_continued_by(&next));
    assert!(!UndertakingQuery { annotation_due: Some(false), ..all() }.is_continued_by(&next));
    assert!(!UndertakingQuery::of(UndertakingFamily::Deed).is_continued_by(&next));
    assert!(!PublicCaseQuery::default().is_continued_by(&next));
    models.shutdown().await;
}

/// A page of either list is read in its order; sources and reopenings are looked up by their keys.
#[tokio::test]
async fn pages_are_read_from_indexes_that_hold_them_in_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let office = Office::open(67, &[2026]).await;
    let models = super::models::opened(&office, &path).await;
    caught_up(&office, &models).await;
    let sql = crate::engine::sqlite::Sql::to_read(&path).unwrap();
    let of = || UndertakingQuery::of(UndertakingFamily::TypicalCase);
    for annotation_due in [true, false] {
        let query = UndertakingQuery { annotation_due: Some(annotation_due), ..of() };
        let (select, order) = crate::undertaking_list::asked(&query, office.today());
        let plan = select.plan(&sql, order);
        for step in ["INDEX undertaking_list_rows_day (family=?)", "source USING PRIMARY KEY (place=?)"] {
            assert!(plan.contains(step), "{step}\n{plan}");
        }
        assert!(plan.contains("reopened USING PRIMARY KEY (issue_id=?)") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
    let query = PublicCaseQuery { grid_id: Some(office.grids[0]), from: Some(day("2026-01-01")), to: None };
    let (select, order) = crate::undertaking_list::public_asked(&query);
    let plan = select.plan(&sql, order);
    assert!(plan.contains("PRIMARY KEY (on_day>?)") && !plan.contains("TEMP B-TREE"), "{plan}");
    models.shutdown().await;
}

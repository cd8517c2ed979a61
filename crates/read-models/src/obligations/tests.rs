//! Sums and lists over invented rows: whatever the day, the grid and the range, a figure is as long as its list, and both
//! are what the rows say.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::row::OBLIGATIONS;
use super::*;
use crate::tests::fixture::{Office, ZONE, day};
use crate::tests::models::caught_up;
use crate::{PageRequest, ReadModels, Within};
use chrono::{Days, NaiveDate};
use domain::clock::{Key, LedgerEntry, OwedBy, Part, Subject};
use domain::ids::{AreaId, DelegateId, ObligationId, SessionId};
use domain::vocabulary::{ExplanationState, ObligationCode, ObligationStatus, Tier};
use std::collections::BTreeSet;
use uuid::Uuid;

const ROWS: u64 = 600;

/// Numbers below a bound, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }

    fn day(&mut self) -> NaiveDate {
        day("2026-01-01") + Days::new(self.below(120))
    }

    fn perhaps<T>(&mut self, value: T) -> Option<T> {
        (self.below(2) == 0).then_some(value)
    }
}

/// Of which kinds they are; the last one is only counted.
const CODES: [ObligationCode; 9] = [
    ObligationCode::O1,
    ObligationCode::O2,
    ObligationCode::O3,
    ObligationCode::O4,
    ObligationCode::O5,
    ObligationCode::O6,
    ObligationCode::O7,
    ObligationCode::O8,
    ObligationCode::O21,
];

fn grid(n: u64) -> AreaId {
    AreaId(Uuid::from_u128(100 + u128::from(n)))
}

fn delegate(n: u64) -> DelegateId {
    DelegateId(Uuid::from_u128(200 + u128::from(n)))
}

fn invented() -> Vec<ObligationRow> {
    let mut dice = Dice(0x5DEE_CE66_D1CE_4E5B);
    let row = |place: u64| {
        let subject = Subject::Session(SessionId(Uuid::from_u128(u128::from(place))));
        let (whose, code, grid_id) = (delegate(dice.below(9)), dice.of(&CODES), grid(dice.below(3)));
        let duty = code == ObligationCode::O3;
        let due_on = dice.day();
        let (kept, missing) = (dice.day(), dice.day());
        let entry = LedgerEntry {
            id: ObligationId(Uuid::from_u128(u128::from(place * 7919 % 1_000_003) << 64)),
            key: Key {
                code,
                part: duty.then_some(Part::Of(whose.0)),
                about: format!("{}/{}", subject.family(), subject.id()),
                period: dice.perhaps("2026-Q1".to_owned()),
            },
            grid_id,
            owed_by: if duty { OwedBy::delegate(whose) } else { OwedBy::area(grid_id) },
            opens_on: due_on - Days::new(dice.below(40)),
            due_on,
            provisional: dice.below(9) == 0,
            excused: dice.below(9) == 0,
            kept_from: dice.perhaps(kept),
            late: dice.below(3) == 0,
            missing_from: dice.perhaps(missing),
            explanation: dice.of(ExplanationState::ALL),
            tier: dice.perhaps(Tier::Reminder),
            what: Vec::new(),
            events: Vec::new(),
        };
        ObligationRow { place, subject, entry }
    };
    (1..=ROWS).map(row).collect()
}

/// Writes the rows that were invented, once.
struct Invented(bool);

#[async_trait]
impl Projection for Invented {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, _event: &LogEntry, _log: &Log) -> Result<(), Failure> {
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let rows = if std::mem::replace(&mut self.0, false) { invented() } else { Vec::new() };
        Ok(Box::new(move |to| to.upsert(&OBLIGATIONS, &rows, ObligationRow::bind)))
    }

    fn memory(&self) -> usize {
        0
    }
}

async fn opened(office: &Office) -> ReadModels {
    let definition = Definition { make: |_| Box::new(Invented(true)), ..DEFINITION };
    let models = ReadModels::open_models(&[definition], None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    caught_up(office, &models).await;
    models
}

async fn ids(models: &ReadModels, query: &ObligationQuery, today: NaiveDate) -> Vec<ObligationId> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = models.obligations(query, today, &PageRequest { limit: 70, cursor }).await.unwrap();
        found.extend(page.items.iter().map(|row| row.entry.id));
        let Some(next) = page.next_cursor else { return found };
        assert!(query.is_continued_by(&next));
        cursor = Some(next);
    }
}

#[tokio::test]
async fn a_figure_is_as_long_as_its_list_on_any_day_grid_and_range() {
    let office = Office::open(31, &[2026]).await;
    let models = opened(&office).await;
    let (rows, mut dice) = (invented(), Dice(77));
    for turn in 0..40 {
        let today = dice.day();
        let (from, to) = (dice.day(), dice.day());
        let (place, from, to) = (grid(dice.below(3)), dice.perhaps(from.min(to)), dice.perhaps(from.max(to)));
        let range = ObligationRange { grid_id: dice.perhaps(place), from, to };
        let matches = |row: &&ObligationRow| {
            row.entry.opens_on <= today
                && range.grid_id.is_none_or(|grid| grid == row.entry.grid_id)
                && from.is_none_or(|from| from <= row.entry.due_on)
                && to.is_none_or(|to| row.entry.due_on <= to)
        };
        let counted = models.obligation_sums(&range, &Within::default(), today).await.unwrap();
        let mut expected = ObligationSums { as_of_position: counted.as_of_position, ..ObligationSums::default() };
        for row in rows.iter().filter(matches) {
            let of_grid = expected.by_grid.entry(row.entry.grid_id).or_default();
            *of_grid.entry(row.entry.key.code).or_default().of(row.entry.status_on(today)) += 1;
        }
        assert_eq!(counted, expected, "turn {turn}: {today} {range:?}");
        let base = ObligationQuery { grid_id: range.grid_id, from, to, ..ObligationQuery::default() };
        for (code, mut sum) in counted.by_code() {
            for status in ObligationStatus::ALL {
                let query = ObligationQuery { codes: vec![code], statuses: vec![*status], ..base.clone() };
                let listed = ids(&models, &query, today).await;
                assert_eq!(listed.len() as u64, *sum.of(*status), "turn {turn}: {code} {status}");
            }
        }
        // In order of the due dates, forwards and backwards; what is only counted is listed where its code is named.
        let listed = rows.iter().filter(matches).filter(|row| row.entry.key.code != ObligationCode::O21);
        let mut sorted: Vec<_> = listed.map(|row| (row.entry.due_on, row.entry.id)).collect();
        sorted.sort_unstable();
        let mut sorted: Vec<_> = sorted.into_iter().map(|(_, id)| id).collect();
        assert_eq!(ids(&models, &base, today).await, sorted);
        sorted.reverse();
        let last_first = ObligationQuery { sort: ObligationSort::DueDescending, ..base };
        assert_eq!(ids(&models, &last_first, today).await, sorted);
        let slots = rows.iter().filter(matches).filter(|row| row.entry.key.code == ObligationCode::O3);
        let slots: BTreeSet<_> = slots.map(|row| DelegateId(row.entry.owed_by.id)).collect();
        assert_eq!(models.on_rota(&range, today).await.unwrap(), slots);
    }
    models.shutdown().await;
}

#[tokio::test]
async fn filters_by_delegate_and_tier_find_what_the_rows_say() {
    let office = Office::open(32, &[2026]).await;
    let models = opened(&office).await;
    let today = day("2026-06-30");
    let query =
        ObligationQuery { delegate_id: Some(delegate(4)), tiers: vec![Tier::Reminder], ..ObligationQuery::default() };
    let expected: BTreeSet<_> = invented()
        .into_iter()
        .filter(|row| row.entry.owed_by.id == delegate(4).0 && row.entry.tier == Some(Tier::Reminder))
        .map(|row| row.entry.id)
        .collect();
    assert!(expected.len() > 1);
    let found = ids(&models, &query, today).await;
    assert_eq!((found.len(), found.into_iter().collect::<BTreeSet<_>>()), (expected.len(), expected));
    models.shutdown().await;
}

/// What could go wrong: a page is found by reading all rows, or sums by sorting them.
#[tokio::test]
async fn pages_and_sums_are_read_from_an_index_in_its_order() {
    let office = Office::open(33, &[2026]).await;
    let models = opened(&office).await;
    let (sql, today) = (models.reader(), day("2026-06-30"));
    let any = ObligationQuery::default;
    let missing = || ObligationQuery { statuses: vec![ObligationStatus::Missing], ..any() };
    for (query, index) in [
        (any(), "due"),
        (missing(), "behind"),
        (ObligationQuery { codes: vec![ObligationCode::O3], ..missing() }, "behind"),
        (ObligationQuery { grid_id: Some(grid(1)), ..missing() }, "grid (grid_id=?"),
        (ObligationQuery { delegate_id: Some(delegate(1)), grid_id: Some(grid(1)), ..any() }, "owed (owed_by_id=?"),
    ] {
        let (select, order) = query::asked(&query, today);
        let plan = select.plan(&sql, order);
        let index = format!("INDEX obligation_rows_{index}");
        assert!(plan.contains(&index) && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }
    for (question, index) in [
        (sums::counting(&ObligationRange::default(), &Within::default(), today), "COVERING INDEX obligation_rows_sums"),
        (sums::slots(&ObligationRange::default(), today), "COVERING INDEX obligation_rows_slots"),
    ] {
        let plan = question.plan(&sql);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{plan}");
    }
    models.shutdown().await;
}

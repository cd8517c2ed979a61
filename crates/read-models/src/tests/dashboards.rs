//! Every figure of a dashboard against the length of the list behind it.

use super::fixture::{Office, ZONE, day};
use crate::*;
use chrono::{Datelike as _, Duration, NaiveDate};
use domain::access::Scope;
use domain::vocabulary::{IssueState, Lateness, MajorIssueState};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration as StdDuration;

pub async fn caught_up(office: &Office, models: &ReadModels) {
    let waited = models.wait_for(office.store.head().position, StdDuration::from_secs(60)).await;
    assert!(waited.is_ok(), "{waited:?} {:?}", models.health());
}

async fn opened(office: &Office) -> ReadModels {
    let models = ReadModels::open(None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    caught_up(office, &models).await;
    models
}

/// How many issues the list gives, page by page.
async fn issues(models: &ReadModels, query: IssueQuery, today: NaiveDate) -> u64 {
    let (mut count, mut cursor) = (0, None);
    loop {
        let page = models.issues(&query, today, &PageRequest { limit: 300, cursor }).await.unwrap();
        count += page.items.len() as u64;
        cursor = page.next_cursor;
        if cursor.is_none() {
            return count;
        }
    }
}

async fn receptions(models: &ReadModels, query: ReceptionQuery) -> u64 {
    let (mut count, mut cursor) = (0, None);
    loop {
        let page = models.receptions(&query, &PageRequest { limit: 300, cursor }).await.unwrap();
        count += page.items.len() as u64;
        cursor = page.next_cursor;
        if cursor.is_none() {
            return count;
        }
    }
}

/// The lists behind a row, asked one by one.
async fn behind(models: &ReadModels, key: &DashboardKey, query: &DashboardQuery, today: NaiveDate) -> Option<Figures> {
    let mut all = IssueQuery { grid_id: query.grid_id, from: query.from, to: query.to, ..IssueQuery::default() };
    let mut sat =
        ReceptionQuery { grid_id: query.grid_id, from: query.from, to: query.to, ..ReceptionQuery::default() };
    match key {
        DashboardKey::Town => {}
        DashboardKey::Grid(id) => {
            // Both filters must hold.
            if query.grid_id.is_some_and(|grid_id| grid_id != *id) {
                return None;
            }
            (all.grid_id, sat.grid_id) = (Some(*id), Some(*id));
        }
        DashboardKey::Unit(id) => (all.unit_id, sat.unit_id) = (Some(*id), Some(*id)),
        DashboardKey::Delegate(id) => (all.delegate_id, sat.delegate_id) = (Some(*id), Some(*id)),
        DashboardKey::Topic(code) => all.topic = Some(code.clone()),
    }
    let raised = issues(models, all.clone(), today).await;
    // Where this list is empty, so are the narrower ones: that each filter only takes away is held by `lists.rs`.
    let issues = async |narrower| if raised == 0 { 0 } else { issues(models, narrower, today).await };
    let mut states = BTreeMap::new();
    for state in IssueState::ALL {
        states.insert(*state, issues(IssueQuery { states: vec![*state], ..all.clone() }).await);
    }
    let mut late = BTreeMap::new();
    for lateness in Lateness::ALL {
        late.insert(*lateness, issues(IssueQuery { lateness: vec![*lateness], ..all.clone() }).await);
    }
    let monday = today - Duration::days(today.weekday().num_days_from_monday().into());
    let open = IssueQuery { states: IssueState::OPEN.to_vec(), ..all.clone() };
    let this_week = IssueQuery { due_from: Some(monday), due_to: Some(monday + Duration::days(6)), ..open.clone() };
    let answered = |answered| IssueQuery { answered: Some(answered), ..all.clone() };
    let on_time = issues(answered(Answered::OnTime)).await;
    let figures = Figures {
        receptions: match key {
            DashboardKey::Topic(_) => 0,
            DashboardKey::Town | DashboardKey::Grid(_) | DashboardKey::Unit(_) | DashboardKey::Delegate(_) => {
                receptions(models, sat).await
            }
        },
        states,
        lateness: LatenessFigures {
            on_time: late[&Lateness::OnTime],
            due_soon: late[&Lateness::DueSoon],
            overdue: late[&Lateness::Overdue],
            long_overdue: late[&Lateness::LongOverdue],
        },
        due_this_week: issues(this_week).await,
        silent_interim: issues(IssueQuery { silent_interim: true, ..all.clone() }).await,
        answered_on_time: Ratio { n: on_time, of: on_time + issues(answered(Answered::Late)).await },
    };
    assert_eq!(figures.raised(), raised);
    assert_eq!(figures.open(), issues(open).await);
    let something = figures.receptions + figures.raised() > 0 || *key == DashboardKey::Town;
    something.then_some(figures)
}

/// All five dashboards, and that of major issues, against the lists. Answers with how much there was to compare.
pub async fn agree(office: &Office, models: &ReadModels, query: &DashboardQuery, today: NaiveDate) -> u64 {
    let mut keys = vec![(DashboardBy::Town, vec![DashboardKey::Town])];
    keys.push((DashboardBy::Grids, office.grids.iter().map(|id| DashboardKey::Grid(*id)).collect()));
    keys.push((DashboardBy::Units, office.units.iter().map(|id| DashboardKey::Unit(*id)).collect()));
    keys.push((DashboardBy::Delegates, office.delegates.iter().map(|id| DashboardKey::Delegate(*id)).collect()));
    let topics = ["housing", "livelihood", "transport"].map(|code| DashboardKey::Topic(code.to_owned()));
    keys.push((DashboardBy::Topics, topics.to_vec()));
    // All grids, which no counter has but that of the town.
    let within = Within { scope: Scope::Grids(office.grids.clone()), party: Vec::new() };
    let mut seen = 0;
    for (by, mut keys) in keys {
        keys.sort();
        let mut expected = Vec::new();
        for key in keys {
            if let Some(figures) = behind(models, &key, query, today).await {
                seen += figures.raised();
                expected.push(DashboardRow { key, figures });
            }
        }
        let found = models.dashboard(by, query, today).await.unwrap();
        assert_eq!(found.rows, expected, "{by:?} {query:?} on {today}");
        assert_eq!(found.as_of_position, office.store.head().position);
        // Counted from the rows, as where whoever asks has no counters, it is the same.
        let rows = models.dashboard_within(by, query, &within, today).await.unwrap();
        assert_eq!(rows, found, "{by:?} {query:?} on {today}");
    }
    let found = models.major_dashboard(query, today).await.unwrap();
    assert_eq!(models.major_dashboard_within(query, &within, today).await.unwrap(), found);
    let mut expected = Vec::new();
    for grid_id in office.grids.iter().filter(|id| query.grid_id.is_none_or(|grid_id| grid_id == **id)) {
        let asked = |states: &[MajorIssueState]| MajorIssueQuery {
            grid_id: Some(*grid_id),
            states: states.to_vec(),
            from: query.from,
            to: query.to,
            ..MajorIssueQuery::default()
        };
        let mut by = Vec::new();
        for state in MajorIssueState::ALL {
            if major_issues(models, &asked(&[*state])).await == 0 {
                continue;
            }
            for level in domain::vocabulary::Level::ALL {
                let listed = MajorIssueQuery { level: Some(*level), ..asked(&[*state]) };
                let count = major_issues(models, &listed).await;
                if count > 0 {
                    by.push(MajorCount { state: *state, level: *level, count });
                }
            }
        }
        let ended = [MajorIssueState::Concluded, MajorIssueState::Returned, MajorIssueState::Referred];
        let under_way: Vec<MajorIssueState> =
            MajorIssueState::ALL.iter().copied().filter(|state| !ended.contains(state)).collect();
        let open = major_issues(models, &asked(&under_way)).await;
        let due_to = Some(today - Duration::days(1));
        let overdue = major_issues(models, &MajorIssueQuery { due_to, ..asked(&under_way) }).await;
        if !by.is_empty() {
            expected.push(MajorFigures { grid_id: *grid_id, open, overdue, by });
        }
    }
    assert_eq!(found.rows, expected, "{query:?} on {today}");
    seen
}

async fn major_issues(models: &ReadModels, query: &MajorIssueQuery) -> u64 {
    models.major_issues(query, &PageRequest { limit: 1_000, cursor: None }).await.unwrap().items.len() as u64
}

#[tokio::test]
async fn every_figure_is_the_length_of_the_list_behind_it() {
    let mut office = Office::open(31, &[2025, 2026]).await;
    office.live(240).await;
    let models = opened(&office).await;
    let some = |from: &str, to: &str| DashboardQuery { from: Some(day(from)), to: Some(day(to)), grid_id: None };
    let mut seen = 0;
    for (query, later) in [
        (DashboardQuery::default(), 0),
        (DashboardQuery { grid_id: Some(office.grids[1]), ..some("2026-02-11", "2026-07-02") }, 1),
        (some("2026-03-01", "2026-03-31"), 3),
        (some("2025-12-01", "2026-12-31"), 8),
        (DashboardQuery { to: Some(day("2026-05-09")), ..DashboardQuery::default() }, 20),
        (DashboardQuery { from: Some(day("2026-05-09")), ..DashboardQuery::default() }, 60),
        (some("2026-05-09", "2026-05-08"), 300),
    ] {
        seen += agree(&office, &models, &query, office.newest() + Duration::days(later)).await;
    }
    assert!(seen > 2_000, "the history is too poor to show anything: {seen}");
    models.shutdown().await;
}

/// A random history, and the questions asked of it.
#[derive(Clone, Debug)]
struct Course {
    seed: u64,
    /// How many issues are raised before each look; whether the models are stopped and started again there.
    turns: Vec<(usize, bool)>,
    /// Where a calendar comes in between.
    calendar_after: usize,
    questions: Vec<Asked>,
}

/// How long after the newest leaf is asked, the first day and the length of a range, and the grid.
type Asked = (i64, Option<(i64, i64)>, Option<usize>);

fn courses() -> impl Strategy<Value = Course> {
    let turns = vec((1..25_usize, any::<bool>()), 2..6);
    let question = (0..120_i64, option::of((0..330_i64, 0..200_i64)), option::of(0..4_usize));
    (any::<u64>(), turns, 0..5_usize, vec(question, 2)).prop_map(|(seed, turns, calendar_after, questions)| Course {
        seed,
        turns,
        calendar_after,
        questions,
    })
}

/// Every figure of every dashboard, as text.
async fn figures(models: &ReadModels, query: &DashboardQuery, today: NaiveDate) -> String {
    let mut all = String::new();
    for by in [DashboardBy::Town, DashboardBy::Grids, DashboardBy::Units, DashboardBy::Delegates, DashboardBy::Topics] {
        all += &format!("{:?}", models.dashboard(by, query, today).await.unwrap());
    }
    all + &format!("{:?}", models.major_dashboard(query, today).await.unwrap())
}

async fn figures_agree(course: Course) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let open = |office: &Office| ReadModels::open(Some(&path), office.store.clone(), office.log_id, ZONE);
    let mut office = Office::open(course.seed, &[2025]).await;
    let mut models = open(&office).await.unwrap();
    models.start().unwrap();
    for (turn, (issues, restart)) in course.turns.iter().enumerate() {
        office.live(*issues).await;
        if turn == course.calendar_after {
            office.publish(2026).await;
        }
        if *restart {
            // Wherever it stands: the next one goes on from the checkpoint.
            models.shutdown().await;
            models = open(&office).await.unwrap();
            models.start().unwrap();
        }
    }
    caught_up(&office, &models).await;
    let rebuilt = opened(&office).await;
    for (later, range, grid) in course.questions {
        let today = office.newest() + Duration::days(later);
        let first = |from: i64| day("2025-11-28") + Duration::days(from);
        let query = DashboardQuery {
            grid_id: grid.map(|n| office.grids[n]),
            from: range.map(|(from, _)| first(from)),
            to: range.map(|(from, length)| first(from + length)),
        };
        agree(&office, &models, &query, today).await;
        assert_eq!(figures(&models, &query, today).await, figures(&rebuilt, &query, today).await);
    }
    models.shutdown().await;
    rebuilt.shutdown().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn incremental_and_rebuilt_counters_and_the_lists_agree_over_random_histories(course in courses()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(figures_agree(course));
    }
}

#[tokio::test]
async fn figures_turn_on_the_day_on_which_the_lists_do() {
    let mut office = Office::open(33, &[2025, 2026]).await;
    // One issue by itself: due soon, due, overdue and long overdue within weeks, two public holidays among them.
    office.it_is(day("2026-02-09"));
    office.raise(day("2026-02-09"), day("2026-02-25")).await;
    let models = opened(&office).await;
    let mut turns = std::collections::BTreeSet::new();
    for n in 0..90 {
        let today = day("2026-02-09") + Duration::days(n);
        agree(&office, &models, &DashboardQuery::default(), today).await;
        let town = models.dashboard(DashboardBy::Town, &DashboardQuery::default(), today).await.unwrap();
        let lateness = town.rows[0].figures.lateness;
        turns.insert([lateness.on_time, lateness.due_soon, lateness.overdue, lateness.long_overdue]);
    }
    assert_eq!(turns.len(), 4, "{turns:?}");
    models.shutdown().await;
}

/// Days of the counters' open issues, with how many issues have something on each.
fn counted_days(path: &std::path::Path) -> BTreeMap<i64, i64> {
    let sql = crate::engine::sqlite::Sql::to_read(path).unwrap();
    let query = "select day, sum(total) from dashboard_day where dimension = 'grid' and period = 0 group by day";
    sql.rows(query, &[], |columns| Ok((columns.whole()?, columns.whole()?))).unwrap().into_iter().collect()
}

#[tokio::test]
async fn days_long_past_are_counted_as_one_and_no_figure_changes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let open = |office: &Office| ReadModels::open(Some(&path), office.store.clone(), office.log_id, ZONE);
    let mut office = Office::open(35, &[2025, 2026]).await;
    let mut models = open(&office).await.unwrap();
    models.start().unwrap();
    let mut issues = Vec::new();
    for n in 0..60 {
        // A year and a half, hence six quarters; most issues stay open, some end after their days are settled.
        let on = day("2026-01-08") + Duration::days(9 * n);
        office.it_is(on);
        issues.push(office.raise(on, on + Duration::days(7)).await);
        if n % 3 == 2 {
            let ended = office.pick(issues.len());
            office.answer(issues.swap_remove(ended), on).await;
        }
        if n % 4 == 1 {
            let told = issues[office.pick(issues.len())];
            office.tell_meanwhile(told, on).await;
        }
        caught_up(&office, &models).await;
        if n % 7 == 6 {
            models.shutdown().await;
            models = open(&office).await.unwrap();
            models.start().unwrap();
        }
        if n % 10 == 9 {
            caught_up(&office, &models).await;
            agree(&office, &models, &DashboardQuery::default(), on).await;
            let range = DashboardQuery { from: Some(on - Duration::days(200)), ..DashboardQuery::default() };
            agree(&office, &models, &range, on + Duration::days(n % 5)).await;
        }
    }
    let days = counted_days(&path);
    // The newest leaf is of June 2027.
    let (settled, issues) = days.first_key_value().unwrap();
    assert_eq!(*settled, 20_270_101);
    assert!(*issues > 40, "{days:?}");
    let rebuilt = opened(&office).await;
    let (all, today) = (DashboardQuery::default(), office.newest());
    assert_eq!(figures(&models, &all, today).await, figures(&rebuilt, &all, today).await);
    models.rebuild(None, &|_| {}).await.unwrap();
    assert_eq!(counted_days(&path), days);
    models.shutdown().await;
    rebuilt.shutdown().await;
}

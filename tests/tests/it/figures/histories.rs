//! Random histories, compared while they grow.

use super::clock::{self, today};
use super::compare::Beside;
use super::compared::Compared;
use super::dashboards::Cohort;
use super::dice::Dice;
use super::driver::Driver;
use crate::harness::{FakedClock, Office, Place};
use chrono::{Datelike as _, Days, NaiveDate};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Seeds of this run: so many, or those that `HUIYIN_FIGURES_SEEDS` names (`7`, or `0..50`).
fn seeds(count: u64) -> Vec<u64> {
    let Ok(wanted) = std::env::var("HUIYIN_FIGURES_SEEDS") else {
        return (1..=count).collect();
    };
    match wanted.split_once("..") {
        Some((from, to)) => (from.parse().unwrap()..to.parse().unwrap()).collect(),
        None => vec![wanted.parse().unwrap()],
    }
}

/// How many commands lie between two comparisons: 70, or what `HUIYIN_FIGURES_COMMANDS` says.
fn commands() -> u32 {
    std::env::var("HUIYIN_FIGURES_COMMANDS").map_or(70, |wanted| wanted.parse().unwrap())
}

/// All, a grid, and a range of days, drawn anew each time.
fn cohorts(dice: &mut Dice, driver: &Driver) -> Vec<Cohort> {
    let from = today() - Days::new(dice.below(400));
    let to = from + Days::new(dice.below(200));
    let grid = dice.one(&driver.grids).id.clone();
    vec![
        Cohort::default(),
        Cohort { grid: Some(grid.clone()), ..Cohort::default() },
        Cohort { from: Some(from), to: Some(to), grid: dice.percent(50).then_some(grid) },
    ]
}

/// Everything that dashboards show is what the leaves say, and what the lists count to.
#[track_caller]
fn agree(beside: &mut Beside, dice: &mut Dice, cohorts: &[Cohort]) {
    beside.settled(Beside::compares_issues);
    for cohort in cohorts {
        let rows = beside.settled(|beside, today| beside.compares_dashboards(cohort, today));
        // The overview, and one row more: each takes a score of lists.
        for row in [&rows[0], dice.one(&rows)] {
            let before = dice.clone();
            beside.settled(|beside, today| beside.recounts(row, today, &mut before.clone()));
        }
        beside.settled(|beside, today| beside.compares_majors(cohort, today));
    }
}

/// A town with months of casework behind it, each step recorded when it happened.
#[track_caller]
fn simulated(seed: u64, years: &str) -> Office {
    simulated_at(Place::new(), seed, years)
}

/// The same in a place.
#[track_caller]
fn simulated_at(place: Place, seed: u64, years: &str) -> Office {
    let mut command = place.command("simulate");
    command.args(["--years", years, "--towns-worth", "0.1", "--seed", &seed.to_string()]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut office = Office::at(Arc::new(place));
    office.meets();
    office
}

/// Reviews of this year and the last, now and at a few places of the log.
#[track_caller]
fn reviews_agree(beside: &mut Beside, dice: &mut Dice) -> Compared {
    beside.reads_on();
    let head = beside.town.position;
    let this_year = today().year();
    // No calendar of 2023 is shipped.
    let mut wanted = vec![(this_year, head), (this_year - 1, head), (2023, head)];
    for _ in 0..3 {
        let position = head / 4 + dice.below(head * 3 / 4);
        // A year that had begun by then.
        let year = beside.log.leaves[usize::try_from(position).unwrap() - 1].recorded_on().year();
        wanted.push((year - i32::from(dice.percent(30)), position));
    }
    let mut compared = Compared::default();
    wanted.into_iter().for_each(|(year, position)| compared.add(beside.compares_reviews(year, position, dice)));
    compared
}

#[test]
fn dashboards_lists_and_leaves_agree_over_a_year_of_casework() {
    for seed in seeds(1) {
        let mut beside = Beside::new(simulated(seed, "1.1"), seed);
        let mut driver = Driver::meet(&beside, seed);
        let mut dice = Dice::new(seed ^ 0x51b);
        for _ in 0..2 {
            let cohorts = cohorts(&mut dice, &driver);
            agree(&mut beside, &mut dice, &cohorts);
            assert!(reviews_agree(&mut beside, &mut dice).members > 500);
            driver.does(&mut beside, 100);
        }
    }
}

#[test]
fn dashboards_lists_and_leaves_agree_while_a_history_grows() {
    let mut recorded = BTreeSet::new();
    for seed in seeds(2) {
        let mut beside = Beside::new(Office::open(), seed);
        let mut driver = Driver::meet(&beside, seed);
        let mut dice = Dice::new(seed ^ 0xf19);
        for _ in 0..5 {
            driver.does(&mut beside, commands());
            let cohorts = cohorts(&mut dice, &driver);
            agree(&mut beside, &mut dice, &cohorts);
            reviews_agree(&mut beside, &mut dice);
        }
        // From zero, and in another process: the very same.
        let before = beside.settled(Beside::shown);
        beside.rebuilds();
        assert_eq!(beside.settled(Beside::shown), before, "seed {seed}: rebuilt");
        beside.office.crashes();
        beside.office.restarts();
        assert_eq!(beside.settled(Beside::shown), before, "seed {seed}: after a crash");
        recorded.extend(beside.log.leaves.iter().map(|leaf| leaf.kind.clone()));
    }
    // A driver whom everything is refused would prove nothing.
    let facts = recorded.iter().filter(|kind| kind.starts_with("issue.")).count();
    assert!(facts >= 20, "of all that can happen to an issue only this did: {recorded:?}");
    let facts = recorded.iter().filter(|kind| kind.starts_with("session.")).count();
    assert!(facts >= 5, "of all that can happen to a session only this did: {recorded:?}");
}

/// What a quarter or a half-year comes to is known when it is over: what is recorded today counts under a clock that is moved
/// beyond its end.
#[test]
fn every_indicator_of_a_review_is_counted_a_second_way() {
    let Some(clock) = FakedClock::of("every indicator of a review") else { return };
    let seed = seeds(1)[0];
    let mut beside = Beside::new(simulated_at(Place::under(clock), seed, "1.1"), seed);
    let mut driver = Driver::meet(&beside, seed);
    let mut dice = Dice::new(seed ^ 0xa11);
    let year = today().year();
    (0..150).for_each(|_| driver.undertakes(&mut beside));
    let before = beside.town.position;
    let (next, month) = if today().month() <= 6 { (year, 7) } else { (year + 1, 1) };
    let after = NaiveDate::from_ymd_opt(next, month, 12).unwrap();
    clock::becomes(&mut beside.office, after);
    driver.does(&mut beside, 60);
    (0..40).for_each(|_| driver.undertakes(&mut beside));
    let mut compared = Compared::default();
    let head = beside.town.position;
    for (year, position) in [(year, before), (year, head), (after.year(), head)] {
        compared.add(beside.compares_reviews(year, position, &mut dice));
    }
    compared.has_something_of_each();
}

/// What may be asked of reviews as of a position.
fn questions(beside: &Beside, position: u64) -> Vec<String> {
    let year = today().year();
    let mut paths = Vec::new();
    for kind in ["delegates", "grids"] {
        for year in [year - 1, year] {
            paths.push(format!("/v1/reviews/{year}/{kind}?as_of_position={position}"));
            paths.push(format!("/v1/reviews/{year}/{kind}?as_of_position={position}&format=csv"));
        }
    }
    for subject in super::reviews::subjects(&beside.town).iter().step_by(3) {
        let address = subject.address(year);
        paths.push(format!("{address}?as_of_position={position}"));
        paths.push(format!("{address}/indicators/on_time?as_of_position={position}"));
    }
    paths
}

#[test]
fn a_review_as_of_a_position_is_the_same_bytes_for_ever() {
    for seed in seeds(1) {
        let mut beside = Beside::new(simulated(seed, "0.4"), seed);
        let mut driver = Driver::meet(&beside, seed);
        driver.does(&mut beside, 60);
        let position = beside.town.position - 30;
        let asked = |beside: &Beside, path: &str| beside.office.get(path).is(200).text();
        let before: Vec<(String, String)> =
            questions(&beside, position).into_iter().map(|path| (path.clone(), asked(&beside, &path))).collect();
        let same = |beside: &Beside, when: &str| {
            for (path, before) in &before {
                assert_eq!(asked(beside, path), *before, "seed {seed}, {when}: {path}");
            }
        };
        same(&beside, "asked again");
        driver.does(&mut beside, 60);
        same(&beside, "after more events");
        beside.rebuilds();
        same(&beside, "after a rebuild");
        for zone in ["America/Los_Angeles", "Pacific/Kiritimati"] {
            beside.office.stops();
            beside.office.place().moves_to(zone);
            beside.office.restarts();
            same(&beside, zone);
            // The town's day is no machine's day.
            beside.settled(|beside, today| beside.compares_dashboards(&Cohort::default(), today));
        }
    }
}

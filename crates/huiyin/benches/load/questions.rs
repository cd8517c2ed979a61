//! What a coordinator, a delegate's office and an auditor ask, each time about something else.

use crate::town::Town;
use chrono::{Datelike as _, Days, NaiveDate};
use fastrand::Rng;

/// Each by itself: rows of the part `questions`.
pub const NAMES: [&str; 23] = [
    "dashboard: overview",
    "overview, from a day to a day",
    "grids",
    "grids, from a day to a day",
    "units",
    "delegates of a grid",
    "topics",
    "major issues",
    "list: issues up to a day, newest first",
    "of a grid, up to a day",
    "of a delegate, up to a day",
    "overdue of a grid, by due date",
    "open of a grid, by due date",
    "answered late, up to a day",
    "withdrawn of a grid, up to a day",
    "of a topic and a grid, up to a day",
    "receptions up to a day",
    "receptions of a delegate, up to a day",
    "major issues of a grid, up to a day",
    "why an issue is due then",
    "review of a delegate",
    "review of a grid",
    "review of the whole town",
];

/// The lists of the row `list`, all alike often.
const LISTS: [usize; 6] = [8, 9, 10, 12, 13, 15];
/// The dashboards of the row `dashboards`, all alike often, two of three with days.
const DASHBOARDS: [usize; 6] = [1, 3, 4, 5, 6, 7];

/// The address of the question with this place in [`NAMES`]; `issue` is any issue's id.
pub fn address(at: usize, town: &Town, issue: &str, random: &mut Rng) -> String {
    let grid = &town.grids[random.usize(..town.grids.len())];
    let delegate = &grid.delegates[random.usize(..grid.delegates.len())];
    let topic = &town.topics[random.usize(..town.topics.len())];
    let grid = &grid.id;
    let day = any_day(town, random);
    let days = from_to(town, random);
    let year = random.i32(town.since.year() + 1..town.today.year());
    match at {
        0 => "/v1/dashboards/overview".into(),
        1 => format!("/v1/dashboards/overview?{days}"),
        2 => "/v1/dashboards/grids".into(),
        3 => format!("/v1/dashboards/grids?{days}"),
        4 => "/v1/dashboards/units".into(),
        5 => format!("/v1/dashboards/delegates?grid_id={grid}"),
        6 => "/v1/dashboards/topics".into(),
        7 => "/v1/dashboards/major-issues".into(),
        8 => format!("/v1/issues?to={day}"),
        9 => format!("/v1/issues?grid_id={grid}&to={day}"),
        10 => format!("/v1/issues?delegate_id={delegate}&to={day}"),
        11 => format!("/v1/issues?lateness=overdue&grid_id={grid}&sort=due"),
        12 => format!("/v1/issues?state=open&grid_id={grid}&sort=due"),
        13 => format!("/v1/issues?answered=late&to={day}"),
        14 => format!("/v1/issues?state=withdrawn&grid_id={grid}&to={day}"),
        15 => format!("/v1/issues?topic={topic}&grid_id={grid}&to={day}"),
        16 => format!("/v1/receptions?to={day}"),
        17 => format!("/v1/receptions?delegate_id={delegate}&to={day}"),
        18 => format!("/v1/major-issues?grid_id={grid}&to={day}"),
        19 => format!("/v1/issues/{issue}/deadline"),
        20 => format!("/v1/reviews/{year}/delegates/{delegate}"),
        21 => format!("/v1/reviews/{year}/grids/{grid}"),
        _ => format!("/v1/reviews/{year}/delegates"),
    }
}

/// One of the lists.
pub fn list(town: &Town, random: &mut Rng) -> String {
    address(LISTS[random.usize(..LISTS.len())], town, "", random)
}

/// One of the dashboards.
pub fn dashboard(town: &Town, random: &mut Rng) -> String {
    let plain = address(DASHBOARDS[random.usize(..DASHBOARDS.len())], town, "", random);
    if plain.contains("from=") || random.bool() {
        return plain;
    }
    let join = if plain.contains('?') { '&' } else { '?' };
    format!("{plain}{join}{}", from_to(town, random))
}

/// Any day of the record but for its first year, before which a page would be empty.
fn any_day(town: &Town, random: &mut Rng) -> NaiveDate {
    let days = u64::try_from((town.today - town.since).num_days()).unwrap_or_default();
    town.since + Days::new(random.u64(days / 20..=days))
}

fn from_to(town: &Town, random: &mut Rng) -> String {
    let mut days = [any_day(town, random), any_day(town, random)];
    days.sort();
    format!("from={}&to={}", days[0], days[1])
}

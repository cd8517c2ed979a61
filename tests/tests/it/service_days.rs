//! Planned service days against a second computation, from a calendar of public holidays that others keep.

use crate::harness::{Office, python_with, text};
use serde_json::{Value, json};
use std::process::Command;

/// Every Thursday of a year: on which day it is held, or with which other Thursday.
///
/// A Thursday that is not worked is postponed to the next working day that makes up for none, and those that fall on one
/// day are held together: with the Thursday that is worked, else with the last. Everything is asked of the package.
const SECOND_COMPUTATION: &str = r#"
import datetime, json, sys
import chinese_calendar as calendar

one = datetime.timedelta(days=1)
worked = lambda day: day.weekday() < 5 and calendar.is_workday(day)

def held_on(thursday):
    day = thursday
    while not worked(day):
        day += one
    return day

year = int(sys.argv[1])
# The weeks around the year belong to what falls on a day of it. The package ends with its last year.
first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
known = [datetime.date(year, 1, 1) + n * one for n in range(366) if (datetime.date(year, 1, 1) + n * one) <= last]
placed = []
for thursday in [day for day in known if day.weekday() == 3]:
    on = held_on(thursday)
    together = [day for day in (thursday + n * 7 * one for n in range(-4, 5)) if first <= day <= last and held_on(day) == on]
    owner = on if on in together else together[-1]
    if owner == thursday:
        placement = "ordinary" if on == thursday else "postponed"
        placed.append({"ordinary_on": str(thursday), "placement": placement, "held_on": str(on)})
    else:
        placed.append({"ordinary_on": str(thursday), "placement": "merged", "merged_into": str(owner)})
json.dump(placed, sys.stdout)
"#;

#[test]
fn planned_thursdays_agree_with_a_calendar_that_others_keep() {
    let name = "planned_thursdays_agree_with_a_calendar_that_others_keep";
    let Some(python) = python_with(name, "chinesecalendar==1.11.0") else { return };
    let office = Office::open();
    for (year, thursdays) in [("2024", 52), ("2025", 52), ("2026", 53)] {
        let computed = Command::new(&python).args(["-c", SECOND_COMPUTATION, year]).output().unwrap();
        assert!(computed.status.success(), "{}", String::from_utf8_lossy(&computed.stderr));
        let computed: Value = serde_json::from_slice(&computed.stdout).unwrap();
        assert_eq!(computed.as_array().unwrap().len(), thursdays, "{year}");
        let range = json!({ "from": format!("{year}-01-01"), "to": format!("{year}-12-31") });
        let planned = office.post("/v1/session-plans?dry_run=true", &range).good();
        let days: Vec<&Value> = planned["session_plan"]["days"].as_array().unwrap().iter().collect();
        for (ours, theirs) in days.iter().zip(computed.as_array().unwrap()) {
            assert_eq!(*ours, theirs, "{}", text(theirs, "/ordinary_on"));
        }
        assert_eq!(days.len(), thursdays, "{year}");
    }
}

//! What grids hold again and again, as leaves tell it: theme activities, regular meetings and symposia. Of a grid each quarter or
//! half-year that is over is a member, of a delegate each of them that a grid of theirs held.

use super::indicators::Subject;
use super::log::{Leaf, corrected, day};
use super::members::Reading;
use super::sessions::counts_on;
use super::town::Town;
use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The indicators, with the months of their periods and the value of the policy that says how many are wanted.
const ALL: [(&str, u32, &str); 3] = [
    ("theme_activities", 3, "theme_activities_per_quarter"),
    ("meetings", 3, "meetings_per_quarter"),
    ("symposia", 6, "symposia_per_half_year"),
];

/// One that was held.
struct Held {
    code: &'static str,
    /// What it is, as a list tells it, and its id.
    id: (&'static str, String),
    /// The leaf that says that it was held.
    leaf: Leaf,
    grids: Vec<String>,
    delegates: Vec<String>,
    attendance: Value,
}

fn texts(of: &Value) -> Vec<String> {
    of.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn who(leaf: &Leaf) -> Vec<String> {
    let seats = leaf.public["delegates"].as_array().unwrap().iter();
    seats.map(|seat| seat["delegate_id"].as_str().unwrap().to_owned()).collect()
}

fn all_held(town: &Town) -> Vec<Held> {
    let streams = |family: &'static str| -> Vec<Vec<Leaf>> {
        town.ids(family).iter().map(|id| corrected(town.stream(&format!("{family}/{id}")))).collect()
    };
    let activities = streams("activity").into_iter().filter_map(|leaves| {
        let leaf = leaves[0].clone();
        let code = match leaf.public["kind"].as_str().unwrap() {
            "theme_activity" => "theme_activities",
            "symposium" => "symposia",
            _ => return None,
        };
        let (grids, delegates) = (texts(&leaf.public["grid_ids"]), who(&leaf));
        let attendance = leaf.public["attendance"].clone();
        Some(Held { code, id: ("activity_id", leaf.id().to_owned()), leaf, grids, delegates, attendance })
    });
    let meetings = streams("meeting").into_iter().filter_map(|leaves| {
        let convened = &leaves[0];
        let leaf = leaves.iter().find(|leaf| leaf.fact() == "closed")?.clone();
        let grids = vec![convened.text("grid_id").unwrap()];
        let delegates = who(&leaf);
        let id = ("meeting_id", leaf.id().to_owned());
        let held = Held { code: "meetings", id, leaf, grids, delegates, attendance: Value::Null };
        (convened.public["kind"] == "regular").then_some(held)
    });
    activities.chain(meetings).collect()
}

/// The period of so many months that a day lies in: its name, its first and its last day.
fn period_of(day: NaiveDate, months: u32) -> (String, NaiveDate, NaiveDate) {
    let number = (day.month() - 1) / months;
    let first = NaiveDate::from_ymd_opt(day.year(), number * months + 1, 1).unwrap();
    let next = first + chrono::Months::new(months);
    let letter = if months == 3 { 'Q' } else { 'H' };
    (format!("{}-{letter}{}", day.year(), number + 1), first, next.pred_opt().unwrap())
}

/// What is behind these indicators, as the lists are to tell it.
pub fn of_recurring(reading: &Reading<'_>, subject: &Subject) -> BTreeMap<&'static str, Vec<Value>> {
    let held = all_held(reading.town);
    let of_one = |(code, months, wanted): (&'static str, u32, &str)| {
        let of_it: Vec<&Held> = held.iter().filter(|held| held.code == code).collect();
        let members = match subject {
            Subject::Grid(grid) => of_grid(reading, grid, &of_it, months, wanted),
            Subject::Delegate(delegate) => of_delegate(reading, delegate, &of_it, months),
        };
        (code, members)
    };
    ALL.into_iter().map(of_one).collect()
}

fn of_grid(reading: &Reading<'_>, grid: &String, held: &[&Held], months: u32, wanted: &str) -> Vec<Value> {
    let (town, calendar) = (reading.town, reading.town.calendars.newest());
    let starts = (1..=12).step_by(usize::try_from(months).unwrap());
    let periods = starts.map(|month| period_of(reading.first.with_month(month).unwrap(), months));
    let mut members = Vec::new();
    for (name, first, last) in periods.filter(|(_, _, last)| *last <= reading.until) {
        let Some((_, policy)) = town.policy_on(first) else { continue };
        // Every version of these histories is one whose clock knows all of it.
        let since = day(&policy["clock"]["from"]).or(town.first_policy_on).unwrap();
        let times = usize::try_from(policy["cadence"][wanted].as_u64().unwrap()).unwrap();
        if first < since || last < town.defined_grids[grid] || times == 0 {
            continue;
        }
        let is_whole = |held: &Held| {
            let classes = policy["symposium"]["classes"].as_array().unwrap();
            let came = |class: &Value| held.attendance[class.as_str().unwrap()].as_u64() > Some(0);
            held.code != "symposia" || classes.iter().all(came)
        };
        let here = held.iter().filter(|held| held.grids.contains(grid) && is_whole(held));
        let within = here.filter(|held| (first..=last).contains(&held.leaf.occurred_on()));
        let mut counted: Vec<(NaiveDate, u64, &Held)> =
            within.map(|held| (counts_on(policy, &calendar, &held.leaf), held.leaf.position, *held)).collect();
        counted.sort_by_key(|(on, position, _)| (*on, *position));
        let enough = counted.get(times - 1);
        let mut member = json!({"counted": enough.is_some_and(|(on, ..)| *on <= last), "period": name, "due_on": last});
        if let Some((_, _, held)) = enough {
            say(&mut member, held);
        }
        members.push(member);
    }
    members
}

fn say(member: &mut Value, held: &Held) {
    let (key, id) = &held.id;
    member[*key] = json!(id);
    member["held_on"] = json!(held.leaf.occurred_on());
    member["recorded_on"] = json!(held.leaf.recorded_on());
}

fn of_delegate(reading: &Reading<'_>, delegate: &String, held: &[&Held], months: u32) -> Vec<Value> {
    let (town, calendar) = (reading.town, reading.town.calendars.newest());
    let mut members = Vec::new();
    for held in held {
        let on = held.leaf.occurred_on();
        let Some((_, policy)) = town.policy_on(on) else { continue };
        if !reading.in_year(on) || !belongs(town, delegate, &held.grids, on) {
            continue;
        }
        let (name, _, last) = period_of(on, months);
        let in_time = counts_on(policy, &calendar, &held.leaf) <= last;
        let mut member =
            json!({"counted": in_time && held.delegates.contains(delegate), "period": name, "due_on": last});
        say(&mut member, held);
        members.push(member);
    }
    members
}

/// The grid and perhaps the unit that somebody is assigned to, nothing for a mandate; from when, and until when.
type Span = (Option<(String, Option<String>)>, NaiveDate, Option<NaiveDate>);

/// Whether somebody is assigned to one of these grids on a day, with a mandate.
fn belongs(town: &Town, delegate: &str, grids: &[String], on: NaiveDate) -> bool {
    let mut spans: Vec<Span> = Vec::new();
    for leaf in town.people.get(delegate).into_iter().flatten() {
        let place = leaf.text("grid_id").map(|grid| (grid, leaf.text("unit_id")));
        match leaf.fact() {
            "mandate_given" => spans.push((None, leaf.day("from").unwrap(), None)),
            "assigned" => spans.push((place, leaf.day("from").unwrap(), None)),
            "assignment_ended" => {
                let open = spans.iter_mut().find(|(of, _, to)| *of == place && to.is_none());
                open.unwrap().2 = leaf.day("to");
            }
            "departed" => {
                for (_, _, to) in &mut spans {
                    *to = to.or(leaf.day("on"));
                }
            }
            _ => {}
        }
    }
    let mut holding = spans.iter().filter(|(_, from, to)| *from <= on && to.is_none_or(|to| on <= to));
    holding.clone().any(|(place, ..)| place.is_none())
        && holding.any(|(place, ..)| place.as_ref().is_some_and(|(grid, _)| grids.contains(grid)))
}

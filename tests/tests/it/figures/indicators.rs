//! The indicators of a review, counted one by one from its members.

use super::cycles::End;
use super::log::Leaf;
use super::members::{Member, Reading};
use super::recurring::of_recurring;
use super::sessions::Judging;
use super::town::Reception;
use super::undertakings::of_undertakings;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Whose review it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    Delegate(String),
    Grid(String),
}

impl Subject {
    fn has_member(&self, member: &Member<'_>) -> bool {
        match self {
            Self::Delegate(id) => member.delegate == *id,
            Self::Grid(id) => member.issue.grid == *id,
        }
    }

    fn has_reception(&self, reception: &Reception) -> bool {
        match self {
            Self::Delegate(id) => reception.delegates.contains(id),
            Self::Grid(id) => reception.grid == *id,
        }
    }
}

/// An answer, by the leaf that gave it and the day it counts from.
struct Given<'a> {
    member: &'a Member<'a>,
    leaf: &'a Leaf,
    on: NaiveDate,
}

fn rate(n: usize, of: usize) -> Value {
    json!({"n": n, "of": of})
}

fn share<T>(of: &[T], counts: impl Fn(&T) -> bool) -> Value {
    rate(of.iter().filter(|one| counts(one)).count(), of.len())
}

/// The `percent`th percentile by nearest rank: the smallest value that so many in a hundred do not exceed.
fn nearest_rank(mut values: Vec<u64>, percent: usize) -> u64 {
    values.sort_unstable();
    let rank = (percent * values.len()).div_ceil(100);
    rank.checked_sub(1).map_or(0, |index| values[index])
}

/// The Wilson interval for k of n, in ‰: the smallest and the largest p for which the test of Wilson does not reject.
fn wilson(k: i128, n: i128) -> Option<Value> {
    let fits = |p: &i128| 10_000 * (1000 * k - p * n).pow(2) <= 38_416 * n * p * (1000 - p);
    let low = (0..=1000).find(fits).filter(|_| n > 0)?;
    let high = (0..=1000).rev().find(fits)?;
    Some(json!([low, high]))
}

/// Every indicator that these rules decide, by its code.
pub fn indicators(reading: &Reading<'_>, all: &[Member<'_>], subject: &Subject) -> BTreeMap<&'static str, Value> {
    let members: Vec<&Member<'_>> = all.iter().filter(|member| !member.is_void && subject.has_member(member)).collect();
    let mut told = BTreeMap::new();
    by_due_date(reading, &members, &mut told);
    by_answer(reading, &members, &mut told);
    by_step(reading, &members, &mut told);
    by_reception(reading, &members, subject, &mut told);
    if reading.rules != "review/1" {
        by_service(reading, subject, &mut told);
    }
    told
}

/// What these rules say of sessions and undertakings.
fn by_service(reading: &Reading<'_>, subject: &Subject, told: &mut BTreeMap<&'static str, Value>) {
    for (code, members) in behind(reading, subject) {
        let mut figure = share(&members, |member| member["counted"] == true);
        if code == "studies" {
            figure["referenced"] = share(&members, |member| member["referenced"] == true);
        }
        told.insert(code, figure);
    }
}

/// What is behind the indicators of sessions, undertakings, gatherings and disputes, as the lists are to tell it.
pub fn behind(reading: &Reading<'_>, subject: &Subject) -> BTreeMap<&'static str, Vec<Value>> {
    let mut all = of_sessions(reading, subject);
    all.extend(of_undertakings(reading, subject));
    all.extend(of_recurring(reading, subject));
    all
}

/// Duties, verdicts and notices, as of the day of the last leaf.
fn of_sessions(reading: &Reading<'_>, subject: &Subject) -> BTreeMap<&'static str, Vec<Value>> {
    let calendar = reading.town.calendars.newest();
    let (mut duties, mut verdicts, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for session in reading.town.sessions.values().filter(|session| reading.in_year(session.held_on)) {
        let Some(judging) = Judging::new(reading.town, &calendar, session, reading.town.recorded_on) else { continue };
        let of_it = |counted: bool| json!({"session_id": session.id, "held_on": session.held_on, "counted": counted});
        let of_the_grid = *subject == Subject::Grid(session.grid.clone());
        for (who, came) in judging.duties() {
            let mut duty = of_it(came);
            duty["delegate_id"] = json!(who);
            duties.extend((of_the_grid || *subject == Subject::Delegate(who.to_owned())).then_some(duty));
        }
        let Some(valid) = judging.verdict().filter(|_| of_the_grid) else { continue };
        verdicts.push(of_it(valid));
        for notice in judging.notices() {
            let mut owed = of_it(notice.is_kept());
            owed["unit_id"] = json!(notice.unit);
            owed["due_on"] = json!(notice.due_on);
            if let Some(posted_on) = notice.posted_on {
                owed["posted_on"] = json!(posted_on);
            }
            notices.push(owed);
        }
    }
    let mut all = BTreeMap::from([("attendance", duties)]);
    if matches!(subject, Subject::Grid(_)) {
        all.extend([("valid_sessions", verdicts), ("notices", notices)]);
    }
    all
}

fn by_due_date(reading: &Reading<'_>, members: &[&Member<'_>], told: &mut BTreeMap<&'static str, Value>) {
    let due: Vec<_> = members.iter().filter(|member| reading.in_year(member.due_on)).collect();
    let by = |limit: &dyn Fn(&Member<'_>) -> NaiveDate| {
        share(&due, |member| member.delivered_on.is_some_and(|on| on <= limit(member)))
    };
    told.insert("answer_rate", by(&|_| reading.until));
    told.insert("on_time", by(&|member| member.due_on));
    told.insert("on_time_original", by(&|member| member.cycle.original_due_on()));

    let held: Vec<_> =
        members.iter().filter(|member| member.index == 0 && reading.in_year(member.issue.held_on())).collect();
    let on_the_spot = share(&held, |member| match &member.cycle.end {
        Some(End::Answered(leaf)) => leaf.public["on_the_spot"] == true,
        _ => false,
    });
    told.insert("on_the_spot", on_the_spot);

    let dates: Vec<_> = members.iter().flat_map(|member| reading.interims(member)).collect();
    let dates: Vec<_> = dates.iter().filter(|date| reading.in_year(date.on)).collect();
    told.insert("interim", share(&dates, |date| date.kept));
}

fn by_answer(reading: &Reading<'_>, members: &[&Member<'_>], told: &mut BTreeMap<&'static str, Value>) {
    durations(reading, members, told);
    let answers: Vec<Given<'_>> = members
        .iter()
        .filter_map(|member| match (&member.cycle.end, member.delivered_on) {
            (Some(End::Answered(leaf)), Some(on)) => Some(Given { member, leaf, on }),
            _ => None,
        })
        .collect();
    let delivered: Vec<&Given<'_>> = answers.iter().filter(|given| reading.in_year(given.on)).collect();
    for (code, outcome) in [
        ("resolution_resolved", "resolved"),
        ("resolution_planned", "planned"),
        ("resolution_explained", "explained"),
        ("resolution_declined", "declined"),
    ] {
        told.insert(code, share(&delivered, |given| given.leaf.public["outcome"] == outcome));
    }
    told.insert("reopened", share(&delivered, |given| given.member.issue.cycles.len() > given.member.index + 1));

    let promised: Vec<_> = answers
        .iter()
        .filter(|given| given.leaf.public["outcome"] == "planned")
        .filter(|given| given.leaf.day("commitment_on").is_some_and(|on| reading.in_year(on)))
        .collect();
    let kept = share(&promised, |given| {
        let leaves = given.member.cycle.leaves.iter().rev();
        let mut verified = leaves.filter(|leaf| leaf.fact() == "commitment_verified");
        verified.next().is_some_and(|leaf| leaf.public["kept"] == true)
    });
    told.insert("promises", kept);
    told.insert("satisfaction", satisfaction(reading, &delivered));
}

fn satisfaction(reading: &Reading<'_>, delivered: &[&Given<'_>]) -> Value {
    let over: Vec<_> = delivered
        .iter()
        .filter(|given| {
            let window = reading.value(given.leaf, "feedback", "window_working_days");
            reading.calendar(given.leaf).after(given.on, window) <= reading.until
        })
        .collect();
    let said: Vec<&str> = over
        .iter()
        .filter_map(|given| given.member.cycle.feedback.as_ref())
        .map(|leaf| leaf.public["satisfaction"].as_str().unwrap())
        .collect();
    let content = said.iter().filter(|word| **word != "dissatisfied").count();
    let weights = &reading.policy["feedback"]["weights_permille"];
    let weight: u64 = said.iter().map(|word| weights[word].as_u64().unwrap()).sum();
    let least = reading.policy["feedback"]["ranking_responses_min"].as_u64().unwrap();
    let mut figure = rate(content, said.len());
    figure["weighted"] = json!({"n": weight, "of": 1000 * said.len()});
    figure["responses"] = rate(said.len(), over.len());
    figure["ranked"] = json!(said.len() as u64 >= least);
    if let Some(interval) = wilson(content as i128, said.len() as i128) {
        figure["wilson_95_permille"] = interval;
    }
    figure
}

/// How long it took, and how much of that was whose time.
fn durations(reading: &Reading<'_>, members: &[&Member<'_>], told: &mut BTreeMap<&'static str, Value>) {
    let (mut whole, mut delegate, mut unit, mut suspended) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for member in members {
        let (Some(end), Some(on)) = (&member.cycle.end, member.delivered_on) else {
            continue;
        };
        if !reading.in_year(on) {
            continue;
        }
        let calendar = reading.calendar(end.leaf());
        let reopened_on = || super::log::day(&member.cycle.began.public["due"]["from"]).unwrap();
        let start = if member.index == 0 { member.issue.held_on() } else { reopened_on() };
        let mut parts = [0; 3];
        for day in start.iter_days().skip(1).take_while(|day| *day <= on).filter(|day| calendar.is_working(*day)) {
            let part = if member.suspensions.iter().any(|span| span.holds(day)) {
                2
            } else {
                usize::from(member.escalations.iter().any(|span| span.holds(day)))
            };
            parts[part] += 1;
        }
        whole.push(parts.iter().sum());
        delegate.push(parts[0]);
        unit.push(parts[1]);
        suspended.push(parts[2]);
    }
    for (code, percent) in [("median_wd", 50), ("p90_wd", 90)] {
        let of = whole.len();
        let at = |values: &Vec<u64>| nearest_rank(values.clone(), percent);
        told.insert(
            code,
            json!({
                "n": at(&whole), "of": of,
                "split": {"delegate": at(&delegate), "unit": at(&unit), "suspended": at(&suspended)},
            }),
        );
    }
}

fn by_step(reading: &Reading<'_>, members: &[&Member<'_>], told: &mut BTreeMap<&'static str, Value>) {
    let (mut escalated, mut reported) = (Vec::new(), Vec::new());
    for member in members {
        for (index, leaf) in member.cycle.leaves.iter().enumerate() {
            let on = reading.day_of(leaf);
            if leaf.fact() == "escalated" && reading.in_year(on) {
                let after = member.cycle.leaves[index + 1..].iter();
                let mut ways = after
                    .map(Leaf::fact)
                    .filter(|fact| ["escalated", "escalation_returned", "outcome_reported_back"].contains(fact));
                escalated.push(ways.next() != Some("escalation_returned"));
            }
            if leaf.fact() == "outcome_reported_back" && reading.in_year(on) {
                let within = reading.value(leaf, "answer", "after_report_back_working_days");
                let limit = reading.calendar(leaf).after(on, within);
                if limit <= reading.until {
                    reported.push(member.delivered_on.is_some_and(|on| on <= limit));
                }
            }
        }
    }
    told.insert("escalation_quality", share(&escalated, |stayed| *stayed));
    told.insert("post_return", share(&reported, |in_time| *in_time));
}

fn by_reception(
    reading: &Reading<'_>,
    members: &[&Member<'_>],
    subject: &Subject,
    told: &mut BTreeMap<&'static str, Value>,
) {
    let receptions: Vec<_> =
        reading.town.receptions.iter().filter(|(_, reception)| subject.has_reception(reception)).collect();
    let held: Vec<_> = receptions.iter().filter(|(_, reception)| reading.in_year(reception.held_on())).collect();
    let late = share(&held, |(_, reception)| {
        let leaf = &reception.leaf;
        let within = reading.value(leaf, "record", "registration_working_days");
        leaf.recorded_on() > reading.calendar(leaf).after(leaf.occurred_on(), within)
    });
    told.insert("late_records", late);

    let of_issues = members.iter().flat_map(|member| &member.cycle.leaves);
    let of_receptions = receptions.iter().flat_map(|(id, _)| reading.town.stream(&format!("reception/{id}")));
    let leaves: Vec<&Leaf> =
        of_issues.chain(of_receptions).filter(|leaf| reading.in_year(leaf.recorded_on())).collect();
    told.insert("corrections", share(&leaves, |leaf| leaf.fact() == "corrected"));
}

//! Studies, deeds, typical cases and disputes as their leaves tell them, each judged as a whole: by the policy that its first fact
//! names, of a study the one that it was finished under, and by the newest calendars.

use super::days::Calendar;
use super::indicators::Subject;
use super::log::{Leaf, corrected, day};
use super::members::Reading;
use super::sessions::counts_on;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is behind the indicators of undertakings, as the lists are to tell it.
pub fn of_undertakings(reading: &Reading<'_>, subject: &Subject) -> BTreeMap<&'static str, Vec<Value>> {
    let calendar = reading.town.calendars.newest();
    let of = |family: &str| -> Vec<Vec<Leaf>> {
        let ids = reading.town.ids(family);
        ids.iter().map(|id| corrected(reading.town.stream(&format!("{family}/{id}")))).collect()
    };
    let studies = of("study").into_iter().filter_map(|leaves| study(reading, &calendar, subject, &leaves));
    let deeds = of("deed").into_iter().filter_map(|leaves| deed(reading, &calendar, subject, &leaves));
    let mut all = BTreeMap::from([("studies", studies.collect()), ("deeds", deeds.collect::<Vec<_>>())]);
    if matches!(subject, Subject::Grid(_)) {
        let cases = of("typical_case").into_iter().filter_map(|leaves| case(reading, &calendar, subject, &leaves));
        all.insert("typical_cases", cases.collect());
    }
    if let Subject::Delegate(delegate) = subject {
        all.insert("disputes_upheld", disputes(reading, &calendar, delegate));
    }
    all
}

/// Every decision on a dispute of a delegate, by the policy that it was made under.
fn disputes(reading: &Reading<'_>, calendar: &Calendar, delegate: &String) -> Vec<Value> {
    let ids = reading.town.ids("appraisal");
    let leaves = ids.iter().flat_map(|id| reading.town.stream(&format!("appraisal/{id}")));
    let decided = leaves.filter(|leaf| leaf.fact() == "dispute_decided" && leaf.public["delegate_id"] == **delegate);
    let counted = decided.map(|leaf| (leaf, counts_on(reading.town.policy(leaf.policy), calendar, leaf)));
    let in_year = counted.filter(|(_, on)| reading.in_year(*on));
    let of_one = |(leaf, on): (&Leaf, _)| {
        let public = &leaf.public;
        json!({"dispute_id": public["dispute_id"], "counted": public["upheld"], "decided_on": on})
    };
    in_year.map(of_one).collect()
}

/// Whether it is counted for somebody: of its grid, or by the member of `public` that says who owes it.
fn concerns(subject: &Subject, first: &Leaf, who: &str) -> bool {
    match subject {
        Subject::Grid(grid) => first.public["grid_id"] == **grid,
        Subject::Delegate(delegate) => first.public[who] == **delegate,
    }
}

fn study(reading: &Reading<'_>, calendar: &Calendar, subject: &Subject, leaves: &[Leaf]) -> Option<Value> {
    let first = &leaves[0];
    let finished = leaves.iter().find(|leaf| leaf.fact() == "finished")?;
    let policy = reading.town.policy(finished.policy);
    let within = policy["cadence"]["study_filing_working_days"].as_u64().unwrap();
    let known_then = reading.calendar(finished).after(finished.occurred_on(), within);
    let due_on = known_then.max(calendar.after(finished.occurred_on(), within));
    if !reading.in_year(due_on) || !concerns(subject, first, "lead_delegate_id") {
        return None;
    }
    let sent_to = |kind: &str| {
        let of_kind =
            |leaf: &&Leaf| leaf.fact() == "submitted" && reading.town.offices[&leaf.text("office_id").unwrap()] == kind;
        leaves.iter().filter(of_kind).map(|leaf| counts_on(policy, calendar, leaf)).min()
    };
    let filed_on = sent_to("party_studio").zip(sent_to("congress_office")).map(|(one, other)| one.max(other));
    let mut member = json!({
        "study_id": first.id(), "counted": filed_on.is_some_and(|on| on <= due_on), "due_on": due_on,
        "finished_on": finished.occurred_on(), "referenced": leaves.iter().any(|leaf| leaf.fact() == "used"),
    });
    if let Some(filed_on) = filed_on {
        member["submitted_on"] = json!(filed_on);
    }
    Some(member)
}

fn deed(reading: &Reading<'_>, calendar: &Calendar, subject: &Subject, leaves: &[Leaf]) -> Option<Value> {
    let first = &leaves[0];
    let due_on = day(&first.public["promised_on"]).unwrap();
    if !reading.in_year(due_on) || !concerns(subject, first, "owner_delegate_id") {
        return None;
    }
    let done = leaves.iter().find(|leaf| leaf.fact() == "completed");
    let done_on = done.map(|leaf| counts_on(reading.town.policy(first.policy), calendar, leaf));
    let counted = done_on.is_some_and(|on| on <= due_on);
    let mut member = json!({"deed_id": first.id(), "counted": counted, "due_on": due_on});
    if let Some(done_on) = done_on {
        member["finished_on"] = json!(done_on);
    }
    Some(member)
}

fn case(reading: &Reading<'_>, calendar: &Calendar, subject: &Subject, leaves: &[Leaf]) -> Option<Value> {
    let first = &leaves[0];
    let counted_on = |leaf: &Leaf| counts_on(reading.town.policy(first.policy), calendar, leaf);
    let submitted = leaves.iter().filter(|leaf| leaf.fact() == "submitted");
    let submitted_on = counted_on(submitted.min_by_key(|leaf| (leaf.occurred_at, leaf.position))?);
    if !reading.in_year(submitted_on) || !concerns(subject, first, "grid_id") {
        return None;
    }
    let decided = leaves.iter().find(|leaf| ["selected", "rejected"].contains(&leaf.fact()));
    let selected = decided.is_some_and(|leaf| leaf.fact() == "selected");
    let mut member = json!({"typical_case_id": first.id(), "counted": selected, "submitted_on": submitted_on});
    if let Some(decided) = decided {
        member["decided_on"] = json!(counted_on(decided));
    }
    Some(member)
}

//! Stored shapes are for ever: one file per event type and schema, never edited, each still read and written alike.
#![expect(clippy::disallowed_methods, reason = "a test may read files; the domain may not")]

use chrono::NaiveDate;
use domain::event::Event;
use domain::event_type::EventType;
use domain::log_opening::OPENED_FAMILIES;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn golden(event_type: &str, schema: u32) -> Value {
    let path = folder().join(format!("{event_type}.{schema}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every schema that was ever written.
fn stored() -> impl Iterator<Item = (&'static EventType, u32)> {
    Event::types().flat_map(|known| (1..=known.schema).map(move |schema| (known, schema)))
}

fn read(known: &EventType, schema: u32, public: &Value) -> Event {
    Event::decode(known.name, schema, public).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_stored_shape_is_read_and_written_as_it_was() {
    for (known, schema) in stored() {
        let file = golden(known.name, schema);
        assert_eq!((file["type"].as_str(), file["schema"].as_u64()), (Some(known.name), Some(schema.into())));
        // What an older schema says is written in the newest one, and says the same there.
        let encoded = read(known, schema, &file["public"]).encode().unwrap();
        assert_eq!((encoded.event_type.as_str(), encoded.schema), (known.name, known.schema));
        assert_eq!(encoded.public, file["public"], "{}", known.name);
    }
}

#[test]
fn every_file_belongs_to_a_type_and_schema() {
    let listed: BTreeSet<String> = stored().map(|(known, schema)| format!("{}.{schema}.json", known.name)).collect();
    let entries = fs::read_dir(folder()).unwrap_or_else(|error| panic!("golden: {error}"));
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let files: BTreeSet<String> = names.filter(|name| name.ends_with(".json")).collect();
    assert_eq!(files, listed);
}

#[test]
fn what_the_notice_speaks_of_names_its_clause() {
    for known in Event::types() {
        let ours =
            ["log", "account", "access", "proposal", "file", "erasure", "legal_hold", "log_opening", "personal_data"]
                .contains(&known.family());
        assert_eq!(known.clause.starts_with("C-"), !ours, "{}", known.name);
    }
}

/// Auditors open sealed parts of the families that say so, and never of those that hold what somebody signs in with.
#[test]
fn a_family_is_opened_to_auditors_or_is_listed_here() {
    // The others seal nothing.
    const NEVER: [&str; 2] = ["account", "proposal"];
    const NOTHING_SEALED: [&str; 3] = ["access", "log", "personal_data"];
    let families: BTreeSet<_> = Event::types().map(EventType::family).collect();
    let listed: Vec<_> = OPENED_FAMILIES.iter().copied().chain(NEVER).chain(NOTHING_SEALED).collect();
    assert_eq!(families, listed.iter().copied().collect());
    assert_eq!(families.len(), listed.len(), "one stands twice");
}

#[test]
fn every_type_is_told_in_both_languages() {
    let mut names = BTreeSet::new();
    for known in Event::types() {
        assert!(names.insert(known.name), "{} twice", known.name);
        assert!(known.zh.ends_with('。') && known.en.ends_with('.') && known.en.is_ascii(), "{}", known.name);
    }
}

/// Reviews and the counting of working days ask a row for the days of its fact: it names all that the fact holds.
#[test]
fn a_row_names_every_day_of_its_fact() {
    fn days(value: &Value, found: &mut BTreeSet<NaiveDate>) {
        if let Value::Object(members) = value {
            // What a correction puts in place of a value is not said to be a day.
            members.iter().filter(|(key, _)| *key != "value").for_each(|(_, value)| days(value, found));
        }
        found.extend(value.as_str().and_then(|text| text.parse::<NaiveDate>().ok()));
    }
    for known in Event::types() {
        let public = golden(known.name, known.schema)["public"].take();
        let mut found = BTreeSet::new();
        days(&public, &mut found);
        let event = read(known, known.schema, &public);
        let named: BTreeSet<NaiveDate> = match &event {
            Event::Issue(event) => event.days().all().collect(),
            Event::MajorIssue(event) => event.days().all().collect(),
            Event::Log(_)
            | Event::Account(_)
            | Event::Access(_)
            | Event::Proposal(_)
            | Event::Programme(_)
            | Event::Policy(_)
            | Event::Calendar(_)
            | Event::Area(_)
            | Event::Delegate(_)
            | Event::Office(_)
            | Event::Roster(_)
            | Event::Reception(_)
            | Event::Session(_)
            | Event::Leave(_)
            | Event::Activity(_)
            | Event::Meeting(_)
            | Event::Study(_)
            | Event::Deed(_)
            | Event::Appointment(_)
            | Event::TypicalCase(_)
            | Event::Obligation(_)
            | Event::Review(_)
            | Event::Appraisal(_)
            | Event::File(_)
            | Event::Erasure(_)
            | Event::LegalHold(_)
            | Event::PersonalData(_)
            | Event::LogOpening(_) => continue,
        };
        assert_eq!(named, found, "{}", known.name);
    }
}

/// The page for auditors names every type, family by family, and says which of them have another schema than the first.
#[test]
fn every_type_stands_in_the_page_of_the_format() {
    const PAGE: &str = include_str!("../../../docs/FORMAT.md");
    // Named before the server records them.
    const PLANNED: [&str; 1] = ["log.key_rotated"];
    let section = PAGE.split("\n## ").find(|section| section.starts_with("7. ")).unwrap();
    let mut told = BTreeSet::new();
    for row in section.lines().filter_map(|line| line.strip_prefix("| `")) {
        let mut names = row.split('`').step_by(2);
        let family = names.next().unwrap();
        told.extend(names.map(|fact| format!("{family}.{fact}")));
    }
    let recorded: BTreeSet<String> = Event::types().map(|known| known.name.to_owned()).collect();
    let planned: BTreeSet<String> = PLANNED.map(str::to_owned).into();
    assert!(recorded.is_disjoint(&planned), "recorded by now");
    assert_eq!(told, recorded.union(&planned).cloned().collect());
    for known in Event::types() {
        let schema = format!("`{}`, which is written at schema {}", known.name, known.schema);
        assert_eq!(section.contains(&schema), known.schema > 1, "{schema}");
    }
}

#[test]
fn what_was_never_stored_is_not_read() {
    let town = golden("area.town_defined", 1)["public"].clone();
    assert!(Event::decode("area.town_defined", 2, &town).is_err());
    assert!(Event::decode("area.grid_defined", 1, &town).is_err());
    assert!(Event::decode("weather.changed", 1, &town).is_err());
    let mut recomputed = golden("issue.deadline_recomputed", 2)["public"].clone();
    assert!(Event::decode("issue.deadline_recomputed", 3, &recomputed).is_err());
    recomputed.as_object_mut().and_then(|object| object.remove("calendar_year"));
    assert!(Event::decode("issue.deadline_recomputed", 2, &recomputed).is_ok());
    assert!(Event::decode("issue.deadline_recomputed", 1, &recomputed).is_err(), "schema 1 names the calendar's year");
    let recorded = golden("reception.recorded", 2)["public"].clone();
    assert!(Event::decode("reception.recorded", 1, &recorded).is_err(), "schema 1 names no session");
    let mut more = town;
    more["mayor"] = "nobody".into();
    assert!(Event::decode("area.town_defined", 1, &more).is_err());
}

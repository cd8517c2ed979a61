//! Stored shapes are for ever: one file per event type and schema, never edited, each still read and written alike.
#![expect(clippy::disallowed_methods, reason = "a test may read files; the domain may not")]

use domain::event::Event;
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

#[test]
fn every_stored_shape_is_read_and_written_as_it_was() {
    for (event_type, schema) in Event::NAMES {
        let file = golden(event_type, *schema);
        assert_eq!((file["type"].as_str(), file["schema"].as_u64()), (Some(*event_type), Some((*schema).into())));
        let event = match Event::decode(event_type, *schema, file["public"].clone()) {
            Ok(event) => event,
            Err(error) => panic!("{error}"),
        };
        // What an older schema says is written in the newest one, and says the same there.
        let encoded = event.encode();
        let newest = Event::NAMES.iter().filter(|(name, _)| name == event_type).map(|(_, schema)| *schema).max();
        assert_eq!((encoded.event_type.as_str(), Some(encoded.schema)), (*event_type, newest));
        assert_eq!(encoded.public, file["public"], "{event_type}");
    }
}

#[test]
fn every_file_belongs_to_a_type_and_schema() {
    let listed: BTreeSet<String> = Event::NAMES.iter().map(|(name, schema)| format!("{name}.{schema}.json")).collect();
    let entries = fs::read_dir(folder()).unwrap_or_else(|error| panic!("golden: {error}"));
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let files: BTreeSet<String> = names.filter(|name| name.ends_with(".json")).collect();
    assert_eq!(files, listed);
}

/// The decoder says which names it knows when it is asked for one that it does not: none may be missing in the list.
#[test]
fn every_name_the_decoder_knows_is_listed() {
    let listed: BTreeSet<&str> = Event::NAMES.iter().map(|(name, _)| *name).collect();
    let families: BTreeSet<&str> = listed.iter().filter_map(|name| name.split('.').next()).collect();
    let mut known = BTreeSet::new();
    for family in families {
        let Err(error) = Event::decode(&format!("{family}.no_such_fact"), 1, Value::Object(Default::default())) else {
            panic!("{family}.no_such_fact was read");
        };
        let quoted = error.why.split('`').skip(1).step_by(2).map(str::to_owned);
        known.extend(quoted.filter(|name| !name.ends_with("no_such_fact")));
    }
    assert_eq!(known.iter().map(String::as_str).collect::<BTreeSet<_>>(), listed);
}

#[test]
fn what_the_notice_speaks_of_names_its_clause() {
    for (event_type, schema) in Event::NAMES {
        let Ok(event) = Event::decode(event_type, *schema, golden(event_type, *schema)["public"].clone()) else {
            panic!("{event_type}/{schema} cannot be read");
        };
        let ours = event_type.starts_with("log.") || event_type.starts_with("account.");
        assert_eq!(event.clause().starts_with("C-"), !ours, "{event_type}");
    }
}

#[test]
fn what_was_never_stored_is_not_read() {
    let town = golden("area.town_defined", 1)["public"].clone();
    assert!(Event::decode("area.town_defined", 2, town.clone()).is_err());
    assert!(Event::decode("area.grid_defined", 1, town.clone()).is_err());
    assert!(Event::decode("weather.changed", 1, town.clone()).is_err());
    let mut recomputed = golden("issue.deadline_recomputed", 2)["public"].clone();
    assert!(Event::decode("issue.deadline_recomputed", 3, recomputed.clone()).is_err());
    recomputed.as_object_mut().and_then(|object| object.remove("calendar_year"));
    assert!(Event::decode("issue.deadline_recomputed", 2, recomputed.clone()).is_ok());
    assert!(Event::decode("issue.deadline_recomputed", 1, recomputed).is_err(), "schema 1 names the calendar's year");
    let mut more = town;
    more["mayor"] = "nobody".into();
    assert!(Event::decode("area.town_defined", 1, more).is_err());
}

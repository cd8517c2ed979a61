//! What a fold remembers of an appointment, and its shapes as they are stored.
#![allow(clippy::unwrap_used)]

use super::fixture::{Given, RECEPTION};
use super::*;
use crate::event_type::Stored as _;
use crate::fixtures::day;
use crate::issue::fixture::{POLICY, at};
use crate::session::fixture::{GRID, PARTY};
use crate::vocabulary::{AppointmentState, CancelledBy, WordChannel};

#[test]
fn a_fold_remembers_what_happened_when() {
    assert!(!Appointment::default().exists());
    let asked = Given::requested().appointment;
    assert!(asked.exists() && asked.agreed().is_none());
    assert_eq!((asked.grid_id, asked.state), (GRID, AppointmentState::Requested));
    assert_eq!((asked.requested.at, asked.policy), (at("2026-11-19 15:00"), Some(POLICY.position())));
    let contacted = AppointmentEvent::Contacted(AppointmentContacted { channel: WordChannel::Message });
    let spoken = Given::requested().then("2026-11-20 09:00", contacted).appointment;
    assert_eq!((spoken.state, spoken.contacts[0].0), (AppointmentState::Requested, WordChannel::Message));
    let kept = Given::kept().appointment;
    let (reception, when) = kept.kept.unwrap();
    assert_eq!((kept.state, reception, when.at), (AppointmentState::Kept, RECEPTION, at("2026-11-26 14:00")));
    assert_eq!((kept.version, kept.position), (3, 103));
    let cancelled = Given::cancelled(CancelledBy::Visitor).appointment;
    assert_eq!(cancelled.state, AppointmentState::Cancelled);
    assert_eq!(cancelled.cancelled.unwrap().0, CancelledBy::Visitor);
}

#[test]
fn what_was_agreed_last_holds_and_the_rest_is_remembered() {
    let moved = Given::scheduled().and_scheduled("2026-11-24 09:00", "2026-12-01").appointment;
    let agreed = moved.agreed().unwrap();
    assert_eq!((agreed.delegate_id, agreed.on, agreed.claim.version), (PARTY[0], day("2026-12-01"), 3));
    assert_eq!(moved.agreements[0].on, day("2026-11-26"));
}

#[test]
fn every_shape_is_read_and_written_as_it_is_stored_and_takes_no_other_field() {
    for row in AppointmentEvent::TYPES {
        let golden: serde_json::Value = serde_json::from_str(row.golden).unwrap();
        assert_eq!((golden["type"].as_str(), golden["schema"].as_u64()), (Some(row.name), Some(1)));
        let event = AppointmentEvent::read(row.name, 1, &golden["public"].to_string()).unwrap();
        assert_eq!(event.facts().as_ref(), Some(&golden["public"]), "{}", row.name);
        let mut more = golden["public"].clone();
        more["place"] = "某小区 3 号 501 室".into();
        assert!(event.with_facts(&more).is_none(), "{}", row.name);
        assert!(AppointmentEvent::read(row.name, 2, &golden["public"].to_string()).is_err());
    }
}

//! The programme that is shipped, and when it runs.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::{day, stamp};
use serde_json::Value;

#[test]
fn the_programme_shipped_is_established_once_and_covers_its_days() {
    let data: Value = serde_json::from_str(include_str!("../../../../data/programme.json")).unwrap();
    let first = day(data["effective_on"].as_str().unwrap());
    let mut programme = Programme::default();
    assert_eq!(programme.covers(first).unwrap_err().code, Code::BeforeProgramme);
    let event = establish(&programme, data["name"].as_str().unwrap(), first).unwrap();
    programme.apply(&event, &stamp(2, 1));
    assert_eq!((programme.version(), programme.effective_on()), (1, Some(day("2023-12-01"))));
    assert!(programme.covers(first).is_ok());
    let refusal = programme.covers(day("2023-11-30")).unwrap_err();
    assert_eq!((refusal.code, refusal.clause), (Code::BeforeProgramme, Some("C-0")));
    assert_eq!(establish(&programme, "别的活动", first).unwrap_err().code, Code::AlreadyEstablished);
}

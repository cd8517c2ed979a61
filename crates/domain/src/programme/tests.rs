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

#[test]
fn what_is_said_of_the_programme_is_amended_member_by_member() {
    let mut programme = Programme::default();
    let draft = |issuer: &str, bases: &[&str]| ProgrammeAmended {
        issuer: Some(issuer.to_owned()),
        legal_bases: Some(bases.iter().map(|base| (*base).to_owned()).collect()),
        ..ProgrammeAmended::default()
    };
    let first = draft("中共江桥镇委员会", &["党代表任期制"]);
    assert_eq!(amend(&programme, &first).unwrap_err()[0].code, Code::BeforeProgramme);
    programme.apply(&establish(&programme, "两代表联系服务", day("2023-12-01")).unwrap(), &stamp(2, 1));
    programme.apply(&amend(&programme, &first).unwrap(), &stamp(3, 2));
    assert_eq!((programme.name(), programme.issuer()), (Some("两代表联系服务"), Some("中共江桥镇委员会")));
    let again = amend(&programme, &first).unwrap_err();
    assert_eq!((again[0].code, again[0].clause), (Code::AlreadyNamed, Some("C-0")));
    // Only what differs is recorded.
    let more = draft("中共江桥镇委员会", &["党代表任期制", "代表联系选民制度"]);
    let ProgrammeEvent::Amended(amended) = amend(&programme, &more).unwrap() else { panic!("{more:?}") };
    assert_eq!((amended.issuer, amended.legal_bases.map(|bases| bases.len())), (None, Some(2)));
    let told = |draft: &ProgrammeAmended| {
        let faults = amend(&programme, draft).unwrap_err().into_iter();
        faults.map(|fault| (fault.code, fault.pointer.unwrap_or_default())).collect::<Vec<_>>()
    };
    let at = |code, pointer: &str| (code, pointer.to_owned());
    let wrong = ProgrammeAmended { name: Some(" ".to_owned()), ..draft("甲", &["乙", "\u{0}"]) };
    assert_eq!(told(&wrong), [at(Code::Missing, "/name"), at(Code::ControlCharacter, "/legal_bases/1")]);
    assert_eq!(told(&draft("甲", &["乙"; 21])), [at(Code::TooMany, "/legal_bases")]);
}

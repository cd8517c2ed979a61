//! An office is known by its name.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::stamp;
use uuid::Uuid;

#[test]
fn an_office_has_a_name_of_its_own() {
    let mut offices = Offices::default();
    let id = OfficeId(Uuid::from_u128(1));
    let event = register(&offices, "党代表工作室", OfficeKind::PartyStudio).unwrap();
    offices.apply(id, &event, &stamp(4, 1));
    let office = offices.get(id).unwrap();
    assert_eq!((office.name.as_str(), office.kind, office.version), ("党代表工作室", OfficeKind::PartyStudio, 1));
    let refusal = register(&offices, " 党代表 工作室", OfficeKind::Department).unwrap_err();
    assert_eq!((refusal.code, refusal.clause), (Code::AlreadyRegistered, Some("C-3.5")));
    assert_eq!(register(&offices, "", OfficeKind::Department).unwrap_err().code, Code::Missing);
    assert!(register(&offices, "城管中队", OfficeKind::Department).is_ok());
    assert_eq!(offices.all().count(), 1);
}

#[test]
fn an_office_is_renamed_to_a_name_of_its_own() {
    let mut offices = Offices::default();
    for (n, name) in [(1, "城建办"), (2, "城管中队")] {
        let event = register(&offices, name, OfficeKind::Department).unwrap();
        offices.apply(OfficeId(Uuid::from_u128(n)), &event, &stamp(4, 1));
    }
    let id = OfficeId(Uuid::from_u128(1));
    let renamed = |offices: &Offices, name| rename(offices, offices.get(id).unwrap(), name);
    let refused = renamed(&offices, "城建办 ").unwrap_err();
    assert_eq!((refused.code, refused.clause), (Code::AlreadyNamed, Some("C-3.5")));
    assert_eq!(renamed(&offices, "城管 中队").unwrap_err().code, Code::AlreadyRegistered);
    let event = renamed(&offices, "城运办").unwrap();
    offices.apply(id, &event, &stamp(5, 2));
    let office = offices.get(id).unwrap();
    assert_eq!((office.names().collect::<Vec<_>>(), office.version), (vec!["城运办", "城建办"], 2));
    assert_eq!((offices.named("城建办"), offices.named("城运办").map(|office| office.id)), (None, Some(id)));
    assert!(renamed(&offices, "城建办").is_ok() && register(&offices, "城建办", OfficeKind::Department).is_ok());
}

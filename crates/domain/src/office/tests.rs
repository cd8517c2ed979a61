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

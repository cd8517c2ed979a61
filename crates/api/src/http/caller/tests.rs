//! Who asks: tokens, roles, and the headers beside them.
#![allow(clippy::unwrap_used)]

use super::*;
use actix_web::http::header::{HeaderName, HeaderValue};
use uuid::Uuid;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    map
}

#[test]
fn a_version_is_a_number_in_quotes() {
    let version = |value: &str| if_match(&headers(&[("if-match", value)]));
    let some = |versions: &[u64]| Some(IfMatch::Versions(versions.to_vec()));
    for (value, asked) in [
        ("\"4\"", some(&[4])),
        ("W/\"4\"", some(&[4])),
        ("\"4\", W/\"5\" ,, \"x\",", some(&[4, 5])),
        (", \"7\"", some(&[7])),
        (",\t, ,\"7\",,", some(&[7])),
        ("*", Some(IfMatch::Any)),
        // Tags that nothing of ours has: nothing will do.
        ("\"\"", some(&[])),
        ("\"-1\"", some(&[])),
        ("\"+4\"", some(&[])),
        ("\"04\"", some(&[])),
        ("\"a,b\"", some(&[])),
        ("\"18446744073709551616\"", some(&[])),
    ] {
        assert_eq!(version(value).unwrap(), asked, "{value}");
    }
    for value in [",", "4", "", "\"4", "\"4\" \"5\"", "w/\"4\"", "*, \"4\"", "\"4\"x"] {
        assert_eq!(version(value).unwrap_err().code, HttpCode::BadHeader.into(), "{value}");
    }
    assert_eq!(if_match(&headers(&[])).unwrap(), None);
    let lines = [("if-match", "\"1\""), ("if-match", "\"2\"")];
    assert_eq!(if_match(&headers(&lines)).unwrap(), some(&[1, 2]));
}

#[test]
fn an_idempotency_key_is_visible_and_bounded() {
    let key = |value: &str| idempotency_key(&headers(&[("idempotency-key", value)]));
    assert_eq!(key("a").unwrap().as_deref(), Some("a"));
    assert!(key(&"k".repeat(255)).is_ok());
    for value in ["", "a b", "é", &"k".repeat(256)] {
        assert!(key(value).is_err(), "{value}");
    }
}

#[test]
fn an_account_acts_in_a_role_it_has() {
    let account = |roles: &[Role]| Account {
        id: Uuid::nil(),
        name: String::new(),
        roles: roles.to_vec(),
        known_by: crate::http::account::KnownBy::Token(Uuid::nil()),
        grant_ids: Vec::new(),
    };
    let role = |roles: &[Role], pairs: &[(&'static str, &str)]| {
        acting_as(&headers(pairs), &account(roles)).map_err(|problem| problem.code.status())
    };
    let both = [Role::Delegate, Role::Liaison];
    assert_eq!(role(&[Role::Liaison], &[]), Ok(Role::Liaison));
    assert_eq!(role(&both, &[]), Err(400));
    let problem = acting_as(&headers(&[]), &account(&both)).unwrap_err();
    assert_eq!(problem.code, HttpCode::RoleNeeded.into());
    assert!(problem.detail.unwrap().en.contains("delegate, liaison"));
    assert_eq!(role(&[Role::Delegate, Role::Administrator], &[]), Ok(Role::Administrator));
    assert_eq!(role(&[], &[]), Err(403));
    assert_eq!(role(&both, &[("acting-as", "liaison")]), Ok(Role::Liaison));
    assert_eq!(role(&both, &[("acting-as", "convener")]), Err(403));
    assert_eq!(role(&both, &[("acting-as", "king")]), Err(400));
    assert_eq!(role(Role::ALL, &[("acting-as", "system")]), Err(400));
}

//! What a wrong clock may spoil, and what it may not.

use crate::town::{Town, at, code, done};
use domain::vocabulary::Role;

#[tokio::test]
async fn a_leaf_of_the_future_ends_nobodys_token_and_hinders_no_new_one() {
    let town = Town::new().await;
    let cases = &town.casework;
    let issued = |key: &'static str, name: &'static str, until: &'static str| {
        let call = town.call(key);
        async move { cases.create_account_of_roles(&call, name, &[Role::Liaison], Some(at(until))).await }
    };
    let (_, token) = done(issued("first", "甲", "2027-01-01 00:00").await.unwrap()).made;
    town.set("2099-11-10 12:00");
    // The clock has passed the end of the token: by the clock it is over.
    assert!(cases.authenticate(&token.text).is_none());
    town.raised("one command of 2099").await;
    town.set("2026-11-19 15:05");
    assert!(cases.authenticate(&token.text).is_some(), "the newest leaf is of 2099, the clock is not");
    done(issued("second", "乙", "2027-06-01 00:00").await.unwrap());
    assert_eq!(code(issued("third", "丙", "2026-11-19 15:04").await), "out_of_range");
}

//! What a handler is given.
#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn a_question_waits_once_however_many_wait_for_it() {
    let caller = Caller {
        account: crate::http::account::Account {
            id: Uuid::nil(),
            name: String::new(),
            roles: Vec::new(),
            known_by: crate::http::account::KnownBy::Token(Uuid::nil()),
            grant_ids: Vec::new(),
        },
        role: None,
        purpose: None,
        action: domain::access::Action::IssueList,
    };
    let came = |before: Duration| Question {
        caller: caller.clone(),
        path: String::new(),
        query: String::new(),
        accept: None,
        came_at: Instant::now().checked_sub(before).unwrap(),
        named: false,
        app: None,
    };
    assert!(came(Duration::ZERO).patience() <= READ_WAIT);
    // What the first wait took, the second one has no more.
    assert!(came(READ_WAIT * 3 / 4).patience() <= READ_WAIT / 4);
    assert_eq!(came(READ_WAIT).patience(), Duration::ZERO);
}

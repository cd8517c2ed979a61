//! The table of routes, held against the handlers and the access table.
#![allow(clippy::unwrap_used)]
use super::*;
use std::collections::BTreeSet;

/// Actions of the access table that no route asks for: those of parts, which are asked inside other answers, and what
/// is not built yet.
const WITHOUT_A_ROUTE: &[Action] = &[
    Action::BackupList,
    Action::BackupMake,
    Action::ConsoleRead,
    Action::KeyRotate,
    Action::PersonalOpen,
    Action::PersonalRead,
    Action::ReportFreeze,
    Action::ReportPublish,
    Action::ReportRead,
    Action::SlipRead,
    Action::WebhookChange,
    Action::WebhookCreate,
    Action::WebhookList,
    Action::WebhookRead,
    Action::WebhookReplay,
];

#[test]
fn an_action_is_asked_for_by_a_route_or_is_listed_here() {
    let table = table();
    let asked: BTreeSet<_> = table.iter().map(|route| route.action).collect();
    let without: Vec<_> = Action::ALL.iter().copied().filter(|action| !asked.contains(action)).collect();
    assert_eq!(without, WITHOUT_A_ROUTE);
}

#[test]
fn the_table_says_what_the_handlers_say() {
    let mut seen = BTreeSet::new();
    for route in table().iter() {
        let described = (route.described)();
        let (path, item) = described.paths.paths.first_key_value().unwrap();
        let method = if item.get.is_some() { "GET" } else { "POST" };
        assert_eq!((method, path), (route.method, &route.documented_path()), "{route:?}");
        assert!(seen.insert((route.method, route.path)), "{route:?} twice");
    }
}

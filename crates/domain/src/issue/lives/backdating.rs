//! Back-dating gains nothing: the same claims recorded late make the figures of a review the same or worse.

use super::*;
use crate::review::{Book, IssueFacts, Period, RuleSet, What, judge};

/// What the review says of one cycle: answered, and in time.
type Verdict = (bool, bool);

/// The verdicts on the cycles of an issue, over every year that it can be due in, seen from afar.
fn verdicts(rule_set: RuleSet, world: &World, id: IssueId, events: Vec<(IssueEvent, Stamp)>) -> BTreeMap<u32, Verdict> {
    let seen_on = fixtures::day("2029-12-31");
    let book = Book::new(rule_set, &fixtures::policies(), &world.calendars, seen_on).unwrap();
    let facts = IssueFacts::of(id, &events, &book).unwrap();
    let mut found = BTreeMap::new();
    for year in 2026..=2029 {
        let period = Period::of(year, seen_on).unwrap();
        judge(&facts, &period, &book, &mut |_, finding| {
            if let What::Due { on_time, .. } = finding.what {
                let answered = finding.dates.delivered_on.is_some();
                assert_eq!(found.insert(finding.cycle, (answered, on_time)), None, "due in two years");
            }
        });
    }
    found
}

/// Every fact recorded at the moment that it is claimed for.
fn in_time(events: &[(IssueEvent, Stamp)]) -> Vec<(IssueEvent, Stamp)> {
    events.iter().map(|(event, at)| (event.clone(), Stamp { recorded_at: at.occurred_at, ..*at })).collect()
}

fn check_backdating(rule_set: RuleSet, world: &World) {
    for (id, stream) in &world.issues {
        let honest = verdicts(rule_set, world, *id, in_time(&stream.events));
        let recorded = verdicts(rule_set, world, *id, stream.events.clone());
        for (cycle, (answered, on_time)) in &honest {
            let Some(late) = recorded.get(cycle) else {
                panic!("{id}: cycle {cycle} is due no more when recorded late")
            };
            assert!(*answered || !late.0, "{id}: cycle {cycle} is answered only when recorded late");
            assert!(*on_time || !late.1, "{id}: cycle {cycle} is on time only when recorded late: {:?}", stream.events);
        }
        for (cycle, (_, on_time)) in recorded {
            assert!(honest.contains_key(&cycle) || !on_time, "{id}: cycle {cycle} is on time only when recorded late");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn recorded_late_the_figures_are_the_same_or_worse(attempts in attempts(), published_after in 0_usize..40) {
        let mut world = World::new();
        for (index, attempt) in attempts.iter().enumerate() {
            world.attempt(attempt);
            if index == published_after {
                world.publish(&[0, 3, 4]);
            }
        }
        for rule_set in RuleSet::ALL {
            check_backdating(*rule_set, &world);
        }
    }
}

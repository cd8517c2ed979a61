//! The lists of a policy that hold codes: each code once, and none empty that must name somebody or something.

use super::Policy;
use crate::refusal::{Code, Refusal};

/// The most topics, or other codes, that one list of a policy may hold.
pub const MAX_TOPICS: usize = 100;

/// Every code that stands twice in its list, and every list that may not be empty. `said` tells whether a place of the
/// document could be read.
pub(super) fn faults(p: &Policy, said: &dyn Fn(&str) -> bool, faults: &mut Vec<Refusal>) {
    once("/session/invalidated_by", &p.session.invalidated_by, said, faults);
    once("/session/excusing_reasons", &p.session.excusing_reasons, said, faults);
    once("/notice/unit_kinds", &p.notice.unit_kinds, said, faults);
    once("/symposium/classes", &p.symposium.classes, said, faults);
    once("/review/grades", &p.review.grades, said, faults);
    if p.review.grades.is_empty() && said("/review/grades") {
        faults.push(Refusal::new(Code::Missing).at("/review/grades"));
    }
    once("/clock/advance", &p.clock.advance, said, faults);
    once("/clock/tiered", &p.clock.tiered, said, faults);
    once("/clock/silent", &p.clock.silent, said, faults);
}

fn once<T: PartialEq>(place: &str, list: &[T], said: &dyn Fn(&str) -> bool, faults: &mut Vec<Refusal>) {
    // Far more than there are codes: nobody is told of each.
    if list.len() > MAX_TOPICS {
        faults.push(Refusal::new(Code::TooMany).at(place));
        return;
    }
    for (index, item) in list.iter().enumerate() {
        let at = format!("{place}/{index}");
        let before = list[..index].iter().enumerate().filter(|(other, _)| said(&format!("{place}/{other}")));
        if said(&at) && before.into_iter().any(|(_, other)| other == item) {
            faults.push(Refusal::new(Code::Duplicate).at(at));
        }
    }
}

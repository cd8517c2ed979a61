//! Every fault of a body that needs no state of the thing itself comes in one answer, before existence, version and
//! rules are looked at: shape, ids that nothing has, mandates, topics, times in the future, members that belong together.

mod around;
mod facts;
mod rules;
mod times;

use crate::harness::Answer;

/// The answer is 422 with exactly these faults, pointer and code, in whatever order.
#[track_caller]
fn told(answer: Answer, expected: &[(&str, &str)]) {
    assert_eq!(answer.status, 422, "{}", answer.text());
    let problem = answer.json();
    let mut faults: Vec<(String, String)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned()))
        .collect();
    faults.sort();
    let mut expected: Vec<_> = expected.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
    expected.sort();
    assert_eq!(faults, expected, "{problem}");
}

//! What comparisons of reviews came to: how much they rest on, and of which indicators anything counted.

use serde_json::Value;
use std::collections::BTreeMap;

/// What was compared so far.
#[derive(Debug, Default)]
pub struct Compared {
    /// How many members the figures rest on.
    pub members: u64,
    /// Of each indicator that an answer named, by whose it is and its code, what its figures had for n in all; nothing for
    /// one that was not compared.
    counted: BTreeMap<(&'static str, String), u64>,
}

impl Compared {
    /// An answer names an indicator.
    pub fn is_named(&mut self, kind: &'static str, code: &str) {
        self.counted.entry((kind, code.to_owned())).or_default();
    }

    /// A figure is the same in both.
    pub fn agrees(&mut self, kind: &'static str, code: &str, figure: &Value) {
        self.members += figure["of"].as_u64().unwrap();
        *self.counted.entry((kind, code.to_owned())).or_default() += figure["n"].as_u64().unwrap();
    }

    /// What was compared elsewhere.
    pub fn add(&mut self, other: Self) {
        self.members += other.members;
        for (indicator, counted) in other.counted {
            *self.counted.entry(indicator).or_default() += counted;
        }
    }

    /// Every indicator that answers named was compared with something that counts: two that are nothing agree on any formula.
    #[track_caller]
    pub fn has_something_of_each(&self) {
        let nothing: Vec<_> = self.counted.iter().filter(|(_, counted)| **counted == 0).map(|(of, _)| of).collect();
        assert!(
            !self.counted.is_empty() && nothing.is_empty(),
            "nothing counted, or nothing was compared: {nothing:?}"
        );
    }
}

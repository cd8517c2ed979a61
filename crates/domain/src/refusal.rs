//! Refusals: every "no" of a rule.

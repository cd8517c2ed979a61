//! Of whom a review is.

/// Of what kind the subject of a review is: a few indicators are of one kind only (`RuleSet::indicators`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A delegate.
    Delegate,
    /// A grid.
    Grid,
}

//! How far opening and the doctor are.

/// How far a long step is, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Events done.
    pub done: u64,
    /// Events in all; 0 when not known.
    pub total: u64,
}

/// A step that may take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading the journal.
    Verifying,
    /// Applying to sled what only the journal has.
    Replaying,
    /// Comparing sled with the journal (`huiyin doctor`).
    Comparing,
    /// Reading sled, from which a damaged journal may be put back (`huiyin doctor`).
    Proving,
    /// Writing a new journal from it (`huiyin doctor`).
    Mending,
}

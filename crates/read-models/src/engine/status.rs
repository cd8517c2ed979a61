//! What a model tells of itself.

use event_store::Position;

/// Where a model stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelState {
    /// It follows the log.
    Running,
    /// It has no rows to be read yet, or not those of the head that was found when it started.
    CatchingUp,
    /// It stands still, or its rows are not to be read. It goes on by itself as soon as it can.
    Stopped {
        /// Why.
        why: String,
    },
}

/// What a model tells of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Everything up to here is in the rows that are read, or will be as soon as they may be.
    pub position: Position,
    /// Whether the rows may be read.
    pub served: bool,
    /// How far the rows reach that are being built beside them.
    pub built: Option<Position>,
    /// Why the rows may not be read, where there was something wrong with them or with their fold.
    pub withdrawn: Option<String>,
    /// What is in the way just now.
    pub fault: Option<String>,
}

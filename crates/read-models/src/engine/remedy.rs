//! What helps against a failure.

/// What helps against a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// To begin again from the checkpoint, when whatever it was has passed.
    Patience,
    /// To take the rows up as at a start, looking through them before anybody reads one.
    Look,
    /// To fold the model's rows again from the first leaf.
    Rebuild,
    /// To set the whole file aside.
    NewFile,
    /// Nothing that this program could do by itself: the log, or this program, is not as it should be. It is tried again
    /// all the same, but seldom.
    None,
}

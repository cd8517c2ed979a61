//! Bodies that commands of several families have.

use crate::input::body::{PastInstant, Text, body};

body! {
    /// A command that says nothing but that it happened.
    #[example = {}]
    struct Plain {
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A command with a reason that must be given.
    #[example = {"reason": "本网格可以直接答复。"}]
    struct Reasoned {
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A command with a reason that may be given.
    #[example = {"reason": "来访人已补充材料。"}]
    struct PerhapsReasoned {
        /// Why.
        reason: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

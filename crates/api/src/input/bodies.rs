//! Bodies that commands of several families have.

use crate::input::body::{Name, PastInstant, Text, body};

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

body! {
    /// 另一名称。Another name.
    #[example = {"name": "江桥镇城市管理办公室", "reason": "机构改革后改名。"}]
    struct Rename {
        /// 新的正式名称。The new official name.
        name: Name,
        /// 更名的原因：误写，或已改名。Why: it was misspelt, or was changed.
        reason: Text,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

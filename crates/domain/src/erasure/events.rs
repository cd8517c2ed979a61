//! The facts of an erasure, as stored (FORMAT §7).

use crate::event_type::events;
use crate::vocabulary::{ErasureGround, ErasureRefusal, PersonalClass};
use serde::{Deserialize, Serialize};

events! {
    /// Facts in streams `erasure/<uuid>`.
    ErasureEvent {
        /// Somebody asked for it, or the clock found that a period is over.
        Requested(ErasureRequested) = "erasure.requested"/1, "",
            "提出删除个人信息。", "An erasure of personal data was requested.";
        /// Another person approved it; it is carried out by night, or at once.
        Approved(ErasureApproved) = "erasure.approved"/1, "",
            "批准删除个人信息。", "An erasure of personal data was approved.";
        /// Another person refused it. Why in words is in the narrative part.
        Refused(ErasureRefused) = "erasure.refused"/1, "",
            "拒绝删除个人信息。", "An erasure of personal data was refused.";
        /// The keys are destroyed.
        Completed(ErasureCompleted) = "erasure.completed"/1, "",
            "个人信息已删除：密钥已销毁。", "Personal data was erased: its keys are destroyed.";
        /// A key of an earlier epoch had come back and was destroyed again.
        Reapplied(ErasureReapplied) = "erasure.reapplied"/1, "",
            "重新出现的旧密钥已再次销毁。", "A key of an earlier epoch had come back and was destroyed again.";
    }
}

/// `erasure.requested/1`. Why in words is in the narrative part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureRequested {
    /// On which ground.
    pub ground: ErasureGround,
    /// What of theirs; each class once.
    pub classes: Vec<PersonalClass>,
    /// Whose parts (`s/…`); at least one, each once.
    pub subjects: Vec<String>,
    /// The streams in which they lie, in the order of the subjects.
    pub streams: Vec<String>,
    /// Whether it is carried out as soon as it is approved, and not by night.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
}

/// `erasure.approved/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureApproved {
    /// Position of the request.
    pub request: u64,
}

/// `erasure.refused/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureRefused {
    /// On which ground.
    pub refusal_ground: ErasureRefusal,
}

/// `erasure.completed/1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureCompleted {
    /// On which ground.
    pub ground: ErasureGround,
    /// What of theirs is gone.
    pub classes: Vec<PersonalClass>,
    /// Whose.
    pub subjects: Vec<String>,
    /// The epoch of the key-encryption key that began with it.
    pub epoch: u32,
    /// How many keys were wrapped anew for that epoch.
    pub survivors: u64,
    /// Position of the request.
    pub request: u64,
    /// Position of the approval; absent where a policy said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<u64>,
    /// Position of the policy version by which the period is over; absent where somebody approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<u64>,
}

/// `erasure.reapplied/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureReapplied {
    /// The epoch in force; keys of earlier ones were destroyed.
    pub epoch: u32,
}

//! The bodies of commands on what an issue has with others, and on the way to its visitor: attempts of delivery,
//! commitments, merging, linking, input.

use crate::input::body::{PastDay, PastInstant, Text, body};
use domain::ids::{IssueId, OfficeId};
use domain::vocabulary::{LinkKind, WordChannel};

body! {
    /// The visitor was not reached (C-4.4).
    #[example = {"attempted_at": "2026-11-23T18:30:00+08:00", "channel": "in_person", "note": "家中无人，已留便条。"}]
    struct AttemptDelivery {
        /// When it was tried; the same attempt is recorded once.
        attempted_at: PastInstant,
        channel: WordChannel,
        /// What was found.
        note: Option<Text>,
    }
}

body! {
    /// A look at the commitment of a planned answer.
    #[example = {"kept": true, "verified_on": "2026-11-24", "note": "现场查看，新灯已亮。"}]
    struct VerifyCommitment {
        /// Whether what was promised is done. `false` only after the day of the commitment.
        kept: bool,
        /// The day on which somebody looked: not before the answer, not in the future.
        verified_on: PastDay,
        /// What was found.
        note: Option<Text>,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// Merging an issue into another.
    #[example = {"primary_issue_id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "reason": "同一楼道的同一盏灯。"}]
    struct Merge {
        /// The issue to be handled with: another open one of the same grid, not merged itself.
        primary_issue_id: IssueId,
        /// Why.
        reason: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// Linking an issue to another.
    #[example = {"issue_id": "0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10", "kind": "recurring"}]
    struct Link {
        /// The other issue, in whatever grid and state.
        issue_id: IssueId,
        kind: LinkKind,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// A question to an office.
    #[example = {"to_office_id": "0198f3c1-0000-7000-8000-000000000010", "text": "3号楼楼道灯由谁维护？"}]
    struct RequestInput {
        /// Who is asked.
        to_office_id: OfficeId,
        /// What is asked.
        text: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

body! {
    /// What an office says, in answer to the oldest open request.
    #[example = {"text": "由小区物业维护，已转告。"}]
    struct GiveInput {
        /// What was said.
        text: Text,
        /// When it happened; by default now.
        occurred_at: Option<PastInstant>,
    }
}

//! What recorded values of an issue may be corrected.

use crate::correction::place::places;

places! {
    /// A place in an event of an issue, or in its envelope.
    {
        OccurredAt = "/occurred_at";
        Kind = "/public/kind";
        Topic = "/public/topic";
        UnitId = "/public/unit_id";
        Visitor = "/public/visitor";
        ResponsibleDelegateId = "/public/responsible_delegate_id";
        Outcome = "/public/outcome";
        Channel = "/public/channel";
        EvidenceKind = "/public/evidence/kind";
        CommitmentOn = "/public/commitment_on";
        NextWordOn = "/public/next_word_on";
        Satisfaction = "/public/satisfaction";
        By = "/public/by";
        StatutoryChannel = "/public/statutory_channel";
        Kept = "/public/kept";
        VerifiedOn = "/public/verified_on";
    }
}

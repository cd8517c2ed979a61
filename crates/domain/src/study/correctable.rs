//! What recorded values of a study or an inspection may be corrected.

use crate::correction::place::places;

places! {
    /// A place in an event of a study, or in its envelope.
    {
        OccurredAt = "/occurred_at";
        LeadDelegateId = "/public/lead_delegate_id";
        Use = "/public/use";
    }
}

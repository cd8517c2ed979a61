//! What recorded values of a session may be corrected.

use crate::correction::place::places;

places! {
    /// A place in an event of a session, or in its envelope.
    {
        OccurredAt = "/occurred_at";
        VisitorCount = "/public/visitor_count";
        DelegateId = "/public/delegate_id";
    }
}

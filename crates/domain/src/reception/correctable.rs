//! What recorded values of a reception may be corrected.

use crate::correction::place::places;

places! {
    /// A place in the event of a reception, or in its envelope.
    {
        OccurredAt = "/occurred_at";
        Form = "/public/form";
        UnitId = "/public/unit_id";
        DelegateId = "/public/delegates/*/delegate_id";
        DelegateType = "/public/delegates/*/delegate_type";
    }
}

//! What recorded values of a deed may be corrected.

use crate::correction::place::places;

places! {
    /// A place in an event of a deed, or in its envelope.
    {
        OccurredAt = "/occurred_at";
        Kind = "/public/kind";
        UnitId = "/public/unit_id";
        OwnerDelegateId = "/public/owner_delegate_id";
        PromisedOn = "/public/promised_on";
    }
}

//! Typed ids. All are UUIDs, written plainly in JSON: v7 when the server makes them, v8 where they follow from what the
//! thing is about.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use uuid::{Builder, Uuid};

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident;)+) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

id! {
    #[doc = "A town, first-level grid or unit."]
    AreaId;
    #[doc = "A delegate of either type."]
    DelegateId;
    #[doc = "An office or handling unit of the town."]
    OfficeId;
    #[doc = "A roster import."]
    RosterImportId;
    #[doc = "A policy and its versions."]
    PolicyId;
    #[doc = "An account that acts."]
    AccountId;
    #[doc = "A grant of an account."]
    GrantId;
    #[doc = "A proposal that awaits another person."]
    ProposalId;
    #[doc = "A bearer token."]
    TokenId;
    #[doc = "A reception (联系记录)."]
    ReceptionId;
    #[doc = "An issue (事项)."]
    IssueId;
    #[doc = "A major issue (重大问题)."]
    MajorIssueId;
    #[doc = "A meeting at which a major issue was deliberated."]
    MeetingId;
    #[doc = "A session (接待场次)."]
    SessionId;
    #[doc = "A leave of absence of a delegate."]
    LeaveId;
    #[doc = "An objection to a notice or a session."]
    ObjectionId;
    #[doc = "An attached file."]
    FileId;
    #[doc = "An activity of delegates: outreach, consultation, theme activity, symposium."]
    ActivityId;
    #[doc = "An improvement that a symposium adopted."]
    ImprovementId;
    #[doc = "A study or an inspection."]
    StudyId;
    #[doc = "A pledged deed."]
    DeedId;
    #[doc = "An appointment for a visit."]
    AppointmentId;
    #[doc = "A typical case."]
    TypicalCaseId;
    #[doc = "Something owed."]
    ObligationId;
    #[doc = "What one annual review says of a delegate or a grid."]
    AppraisalId;
    #[doc = "A dispute of an annual review."]
    DisputeId;
    #[doc = "An erasure of personal data."]
    ErasureId;
    #[doc = "A legal hold."]
    LegalHoldId;
    #[doc = "An opening of sealed parts of the log."]
    LogOpeningId;
}

impl SessionId {
    /// The one session of a grid and an ordinary service day.
    pub fn of(grid: AreaId, ordinary_on: NaiveDate) -> Self {
        Self(derived("session", &format!("{grid}\n{ordinary_on}")))
    }
}

impl AppraisalId {
    /// The one appraisal of a year and of whoever has this stream.
    pub fn of(year: i32, stream: &str) -> Self {
        Self(derived("appraisal", &format!("{year}\n{stream}")))
    }
}

/// An id that follows from what the thing is about, so that it is found without a search: version 8 (RFC 9562), of the
/// first 16 bytes of SHA-256 of `huiyin/id/1`, family and key, each on a line of its own.
pub fn derived(family: &str, key: &str) -> Uuid {
    let digest = Sha256::digest(format!("huiyin/id/1\n{family}\n{key}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

impl AccountId {
    /// The account that a leaf names as its actor, `account/<uuid>`; nothing where it names the system or a visitor.
    pub fn of_actor(actor: &str) -> Option<Self> {
        actor.strip_prefix("account/")?.parse().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::day;

    /// Computed with Python's hashlib and uuid.
    #[test]
    fn a_derived_id_is_that_of_its_key() {
        let grid = AreaId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001));
        let id = SessionId::of(grid, day("2026-10-08"));
        assert_eq!(id.to_string(), "f70f39d9-3c18-805c-a621-819c2c14b24e");
        assert_eq!(id.0.get_version_num(), 8);
        assert_ne!(id, SessionId::of(grid, day("2026-10-15")));
    }
}

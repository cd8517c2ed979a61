//! Typed ids. All are UUIDs (v7 when made by the server), written plainly in JSON.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

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
}

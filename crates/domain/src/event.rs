//! Everything that can have happened, in two levels: a family, and a fact of that family. Stored names are texts
//! chosen once (`issue.raised`), never derived from Rust names; shapes are public and for ever (FORMAT §7). What is
//! declared of a fact stands in the table of its family ([`crate::event_type`]).
//!
//! A type gains a field only by a new schema: add the upcast in [`Event::read_stored`], keep every golden file.

use crate::access::AccessEvent;
use crate::account::AccountEvent;
use crate::activity::ActivityEvent;
use crate::annual_review::AnnualReviewEvent;
use crate::appointment::AppointmentEvent;
use crate::appraisal::AppraisalEvent;
use crate::area::AreaEvent;
use crate::calendar::CalendarEvent;
use crate::clock::ObligationEvent;
use crate::deed::DeedEvent;
use crate::delegate::DelegateEvent;
use crate::erasure::ErasureEvent;
use crate::event_type::{EventType, Stored};
use crate::file::FileEvent;
use crate::issue::IssueEvent;
use crate::leave::LeaveEvent;
use crate::legal_hold::LegalHoldEvent;
use crate::log::LogEvent;
use crate::log_opening::LogOpeningEvent;
use crate::major_issue::MajorIssueEvent;
use crate::meeting::MeetingEvent;
use crate::office::OfficeEvent;
use crate::personal_data::PersonalDataEvent;
use crate::policy::PolicyEvent;
use crate::programme::ProgrammeEvent;
use crate::proposal::ProposalEvent;
use crate::reception::ReceptionEvent;
use crate::roster::RosterEvent;
use crate::session::SessionEvent;
use crate::study::StudyEvent;
use crate::typical_case::TypicalCaseEvent;
use serde_json::Value;

/// Declares the families, by the names of their streams.
macro_rules! families {
    ($($(#[doc = $doc:literal])+ $variant:ident($family:ty) = $name:literal;)+) => {
        /// One fact of any family.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($(#[doc = $doc])+ $variant($family),)+
        }

        $(impl From<$family> for Event {
            fn from(event: $family) -> Self {
                Self::$variant(event)
            }
        })+

        impl Event {
            /// Every stored type, family by family.
            pub fn types() -> impl Iterator<Item = &'static EventType> {
                [$(<$family>::TYPES),+].into_iter().flatten()
            }

            /// What is declared of its type.
            pub fn event_type(&self) -> &'static EventType {
                match self { $(Self::$variant(event) => event.event_type()),+ }
            }

            /// What is declared of a stored type, in the schema that it is stored in; `None` where this version knows no such.
            pub fn type_of(event_type: &str, schema: u32) -> Option<&'static EventType> {
                let rows = match event_type.split('.').next().unwrap_or_default() {
                    $($name => <$family>::TYPES,)+
                    _ => return None,
                };
                rows.iter().find(|row| row.name == event_type && (1..=row.schema).contains(&schema))
            }

            fn read(event_type: &str, schema: u32, public: &str) -> Result<Self, String> {
                match event_type.split('.').next().unwrap_or_default() {
                    $($name => <$family>::read(event_type, schema, public).map(Self::$variant),)+
                    _ => Err("unknown family".to_owned()),
                }
            }

            fn public(&self) -> serde_json::Result<Value> {
                match self { $(Self::$variant(event) => event.public()),+ }
            }
        }
    };
}

families! {
    /// The log itself.
    Log(LogEvent) = "log";
    /// Accounts and tokens.
    Account(AccountEvent) = "account";
    /// Access rules.
    Access(AccessEvent) = "access";
    /// What awaits another person.
    Proposal(ProposalEvent) = "proposal";
    /// The programme.
    Programme(ProgrammeEvent) = "programme";
    /// Policy versions.
    Policy(PolicyEvent) = "policy";
    /// Working calendars.
    Calendar(CalendarEvent) = "calendar";
    /// Town, grids, units and their office-holders.
    Area(AreaEvent) = "area";
    /// Delegates, mandates, assignments.
    Delegate(DelegateEvent) = "delegate";
    /// Offices and handling units.
    Office(OfficeEvent) = "office";
    /// Roster imports.
    Roster(RosterEvent) = "roster";
    /// Receptions.
    Reception(ReceptionEvent) = "reception";
    /// Issues.
    Issue(IssueEvent) = "issue";
    /// Major issues.
    MajorIssue(MajorIssueEvent) = "major_issue";
    /// Sessions.
    Session(SessionEvent) = "session";
    /// Leaves of absence.
    Leave(LeaveEvent) = "leave";
    /// Activities.
    Activity(ActivityEvent) = "activity";
    /// Quarterly meetings and those between them.
    Meeting(MeetingEvent) = "meeting";
    /// Studies and inspections.
    Study(StudyEvent) = "study";
    /// Deeds.
    Deed(DeedEvent) = "deed";
    /// Appointments.
    Appointment(AppointmentEvent) = "appointment";
    /// Typical cases.
    TypicalCase(TypicalCaseEvent) = "typical_case";
    /// What the clock found, and what was said of it.
    Obligation(ObligationEvent) = "obligation";
    /// Annual reviews.
    Review(AnnualReviewEvent) = "review";
    /// What a review says of one delegate or grid.
    Appraisal(AppraisalEvent) = "appraisal";
    /// Files.
    File(FileEvent) = "file";
    /// Erasures of personal data.
    Erasure(ErasureEvent) = "erasure";
    /// Legal holds.
    LegalHold(LegalHoldEvent) = "legal_hold";
    /// Who looked at personal data.
    PersonalData(PersonalDataEvent) = "personal_data";
    /// What auditors may open.
    LogOpening(LogOpeningEvent) = "log_opening";
}

/// What schema 2 of `reception.recorded` added; the values of schema 1 are ids, codes and one-word keys.
const BELONGS_TO: [&str; 6] =
    ["\"session_id\":", "\"appointment_id\":", "\"activity_id\":", "\"meeting_id\":", "\"study_id\":", "\"deed_id\":"];

/// A stored event that this version of the program cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event_type}/{schema} cannot be read: {why}")]
pub struct Undecodable {
    /// Stored type.
    pub event_type: String,
    /// Stored schema.
    pub schema: u32,
    /// What is wrong.
    pub why: String,
}

/// An event that cannot be stored: a fault of the program, which must not end as a leaf that says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event_type} cannot be written: {why}")]
pub struct Unencodable {
    /// Stored type.
    pub event_type: &'static str,
    /// What is wrong.
    pub why: String,
}

/// An event as the leaf holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// `<family>.<fact>`.
    pub event_type: String,
    /// Version of the shape.
    pub schema: u32,
    /// The public facts, an object.
    pub public: Value,
}

impl Event {
    /// Reads a stored event, its public facts being the text of a JSON object.
    ///
    /// Errors: [`Undecodable`] for an unknown type or schema, or a shape that does not fit.
    pub fn read_stored(event_type: &str, schema: u32, public: &str) -> Result<Self, Undecodable> {
        let undecodable = |why: String| Undecodable { event_type: event_type.to_owned(), schema, why };
        // Schema 2 only lets the year be absent: whatever schema 1 holds is read as it stands.
        if event_type == "issue.deadline_recomputed" && schema == 1 && !public.contains("\"calendar_year\":") {
            return Err(undecodable("missing field `calendar_year`".to_owned()));
        }
        if event_type == "reception.recorded" && schema == 1 && BELONGS_TO.iter().any(|key| public.contains(key)) {
            return Err(undecodable("a field of schema 2".to_owned()));
        }
        let later: &[&str] = match (event_type, schema) {
            ("account.created", 1) => &["\"holder\":"],
            ("account.token_issued", 1) => &["\"name\":", "\"grant_ids\":"],
            _ => &[],
        };
        if later.iter().any(|key| public.contains(key)) {
            return Err(undecodable("a field of schema 2".to_owned()));
        }
        let mut event = Self::read(event_type, schema, public).map_err(undecodable)?;
        if let Self::Policy(PolicyEvent::VersionAdopted(adopted)) = &mut event {
            adopted.schema = schema;
        }
        Ok(event)
    }

    /// The same from facts that were read already.
    ///
    /// Errors: as those of [`Event::read_stored`].
    pub fn decode(event_type: &str, schema: u32, public: &Value) -> Result<Self, Undecodable> {
        Self::read_stored(event_type, schema, &public.to_string())
    }

    /// The event as it is stored, in the newest schema of its type.
    ///
    /// Errors: [`Unencodable`] for facts that are no JSON object.
    pub fn encode(&self) -> Result<Encoded, Unencodable> {
        let EventType { name, schema, .. } = *self.event_type();
        let unencodable = |why: String| Unencodable { event_type: name, why };
        let public = self.public().map_err(|error| unencodable(error.to_string()))?;
        if !public.is_object() {
            return Err(unencodable("its facts are no object".to_owned()));
        }
        Ok(Encoded { event_type: name.to_owned(), schema, public })
    }
}

impl Stored for Event {
    fn facts(&self) -> Option<Value> {
        Some(self.encode().ok()?.public)
    }

    fn with_facts(&self, facts: &Value) -> Option<Self> {
        let EventType { name, schema, .. } = *self.event_type();
        Self::decode(name, schema, facts).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A document of another kind can be made; it must not be signed into the log.
    #[test]
    fn what_is_no_object_is_not_written() {
        for document in [Value::Null, json!("a policy"), json!([])] {
            let adopted = Event::from(PolicyEvent::VersionAdopted(document.into()));
            assert_eq!(adopted.encode().unwrap_err().event_type, "policy.version_adopted");
        }
        let adopted = Event::from(PolicyEvent::VersionAdopted(json!({"name": "a policy"}).into()));
        assert_eq!(adopted.encode().unwrap().public, json!({"name": "a policy"}));
    }

    #[test]
    fn a_type_is_of_the_family_that_declares_it() {
        for known in Event::types() {
            let golden: Value = serde_json::from_str(known.golden).unwrap();
            let event = Event::decode(known.name, known.schema, &golden["public"]).unwrap();
            assert_eq!(event.event_type().name, known.name);
        }
    }
}

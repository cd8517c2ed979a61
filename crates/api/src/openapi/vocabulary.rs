//! The closed lists of the domain as schemas of the OpenAPI document: every value with its terms, and the
//! clause the list comes from.
//!
//! A schema of the same name stands for each list, for a parameter or an answer to refer to:
//! `#[schema(value_type = vocabulary::Level)]`; a field of a body is of the list itself. The values are the domain's;
//! nothing is listed twice.

#[cfg(test)]
use crate::input::body::refer_to;
use crate::input::body::{Faults, Kind, Place, choice};
use domain::vocabulary as domain;
use serde_json::Value;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
#[cfg(test)]
use utoipa::{PartialSchema, ToSchema};

/// A value of a list: its stored name, its Chinese and its English term.
type Term = (&'static str, &'static str, &'static str);

#[cfg(test)]
fn schema(clause: &str, values: &[Term]) -> RefOr<Schema> {
    let named = |term: fn(&Term) -> &'static str, separator: &str| {
        let values: Vec<_> = values.iter().map(|value| format!("`{}` {}", value.0, term(value))).collect();
        values.join(separator)
    };
    let (zh, en) = (named(|term| term.1, "，"), named(|term| term.2, ", "));
    let description = match clause {
        "" => format!("{zh}。\n{en}."),
        clause => format!("{zh}（{clause}）。\n{en} ({clause})."),
    };
    let names: Vec<_> = values.iter().map(|value| value.0).collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).description(Some(description)).into()
}

macro_rules! schemas {
    ($($name:ident)+) => {
        $(
            #[doc = concat!("The schema of [`domain::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub struct $name;

            #[cfg(test)]
            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    let values: Vec<_> = domain::$name::ALL.iter().map(|value| (value.as_str(), value.zh(), value.en())).collect();
                    schema(domain::$name::CLAUSE, &values)
                }
            }

            #[cfg(test)]
            impl ToSchema for $name {}

            impl Kind for domain::$name {
                type Value = Self;

                fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Self> {
                    choice(Self::ALL, Self::as_str)(value, place, faults)
                }

                #[cfg(test)]
                fn schema() -> RefOr<Schema> {
                    refer_to::<$name>()
                }
            }
        )+

        /// Every list: its name, the clause it comes from, its values with their terms.
        pub(crate) fn lists() -> Vec<(&'static str, &'static str, Vec<Term>)> {
            vec![$((
                stringify!($name),
                domain::$name::CLAUSE,
                domain::$name::ALL.iter().map(|value| (value.as_str(), value.zh(), value.en())).collect(),
            )),+]
        }

        /// Every list, by the name of its schema, for the document to hold them all, used in a body or not.
        #[cfg(test)]
        pub fn schemas() -> serde_json::Map<String, serde_json::Value> {
            [$((stringify!($name), $name::schema())),+]
                .into_iter()
                .map(|(name, schema)| (name.to_owned(), serde_json::json!(schema)))
                .collect()
        }
    };
}

schemas! {
    DelegateType UnitKind OfficeKind DepartureReason ReceptionForm IssueKind IssueState ClockState Lateness Outcome
    AnswerChannel EvidenceKind WordChannel Level ExtensionReason SuspensionReason StatutoryChannel Satisfaction
    FeedbackBy ReopeningGround HandoverReason LinkKind LastWordKind DueRule MajorIssueState TriageDecision
    Role Indicator ReceiptStep ReceiptAct
    SessionState SlotState Placement Verdict Finding SessionReason SubstitutionReason LeaveReason LeaveState OfficeEndReason
    NoticeBoard NoticeTiming NoticeDifference ObjectionGround AttendanceClass Grade ObligationCode ObligationPart
    MeetingKind MeetingState AgendaItemState DeferralReason
    ActivityKind OutreachForm ActivityMode ActivityFault
    DeedKind DeedState AppointmentState CancelledBy StudyKind StudyState StudyUse TypicalCaseState PublicationChannel
    Tier Breach Shortfall ObligationStatus ExplanationState ClauseCheck FileKind TaskKind
    Holder AccountState GrantReason Dormant SecondFactor ProposalState
    AppraisedBy ReviewState DisputeState DisputedFamily
    PersonalClass Purpose ErasureGround ErasureRefusal ErasureState LegalHoldState NarrativeRetention HeldBack
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_schema_lists_every_value_with_its_term_and_clause() {
        let schema = serde_json::to_value(Level::schema()).unwrap();
        assert_eq!(schema["enum"], serde_json::json!(["L1", "L2", "L3", "L4"]));
        let description = schema["description"].as_str().unwrap();
        assert!(description.starts_with("`L1` 二级网格，`L2`"), "{description}");
        assert!(description.contains("（C-3.6）。\n`L1` second-level grid, `L2`"), "{description}");
        assert_eq!(Level::name(), "Level");
    }
}

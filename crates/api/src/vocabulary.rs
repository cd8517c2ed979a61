//! The closed lists of the domain as schemas of the OpenAPI document: every value with its Chinese term, and the
//! clause the list comes from.
//!
//! A schema of the same name stands for each list, for a body's documenting struct to refer to:
//! `#[schema(value_type = vocabulary::Level)]`. The values themselves are the domain's; nothing is listed twice.

use domain::vocabulary as domain;
use std::fmt::Write as _;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

fn schema(clause: &str, values: &[(&'static str, &'static str)]) -> RefOr<Schema> {
    let mut description = format!("{clause}。");
    for (at, (name, zh)) in values.iter().enumerate() {
        let separator = if at == 0 { "" } else { "，" };
        // Writing to a String cannot fail.
        let _ = write!(description, "{separator}`{name}` {zh}");
    }
    let names: Vec<_> = values.iter().map(|(name, _)| *name).collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).description(Some(description)).into()
}

macro_rules! schemas {
    ($($name:ident)+) => {
        $(
            #[doc = concat!("The schema of [`domain::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    let values: Vec<_> = domain::$name::ALL.iter().map(|value| (value.as_str(), value.zh())).collect();
                    schema(domain::$name::CLAUSE, &values)
                }
            }

            impl ToSchema for $name {}
        )+

        /// Every list, by the name of its schema, for the document to hold them all, used in a body or not.
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
    Role Indicator
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
        assert!(description.starts_with("C-3.6。`L1` 二级网格"), "{description}");
        assert_eq!(Level::name(), "Level");
    }
}

//! Policy versions and topics in an answer.

use crate::http::response::absent;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::Snapshot;
use chrono::NaiveDate;
use domain::policy::Policy;
use serde::Serialize;
use serde_json::Value;
#[cfg(test)]
use utoipa::PartialSchema;
use utoipa::ToSchema;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::Schema;

/// Refers to the policy's document, which `openapi/policy.rs` describes.
#[cfg(test)]
pub struct PolicyDocument;

#[cfg(test)]
impl ToSchema for PolicyDocument {}

#[cfg(test)]
impl PartialSchema for PolicyDocument {
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

/// A policy version: the values that the notice leaves open, as adopted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PolicyVersion, example = json!({
    // `openapi/policy.rs` adds the document and its first day.
    "position": 88140, "version": 2, "in_force": false
}))]
pub struct PolicyView {
    /// Where in the log it was adopted; leaves and decisions name it by this.
    pub position: u64,
    /// Version, also the `ETag`.
    pub version: u64,
    /// First day for which it decides.
    pub effective_from: NaiveDate,
    /// Whether it decides on the day the answer speaks of: of the versions begun by then the one that began last, among equals
    /// the one adopted last.
    pub in_force: bool,
    /// The whole document.
    #[schema(value_type = PolicyDocument)]
    pub document: Value,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl PolicyView {
    /// The version adopted at a position, at a moment.
    ///
    /// # Errors
    /// 404 where none was adopted there.
    pub fn at(position: u64, snapshot: &Snapshot) -> Result<Self, Problem> {
        let policies = &snapshot.reference.policies;
        let found = (1..).zip(policies.all()).find(|(_, policy)| policy.position() == position);
        let (version, policy) = found.ok_or_else(|| Problem::new(HttpCode::NotFound))?;
        Self::of(version, policy, snapshot)
    }

    /// The `version`-th policy, at a moment.
    pub fn of(version: u64, policy: &Policy, snapshot: &Snapshot) -> Result<Self, Problem> {
        let in_force = snapshot.reference.policies.in_force(snapshot.today);
        Ok(Self {
            position: policy.position(),
            version,
            effective_from: policy.effective_from,
            in_force: in_force.is_some_and(|other| other.position() == policy.position()),
            document: policy.document().map_err(Problem::internal)?,
            as_of_position: None,
        })
    }
}

/// A topic that an issue may have.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Topic, example = json!({"code": "livelihood", "zh": "民生保障"}))]
pub struct TopicView {
    /// Stored name.
    pub code: String,
    /// Chinese term.
    pub zh: String,
}

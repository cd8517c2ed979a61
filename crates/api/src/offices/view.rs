//! An office in an answer.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use domain::office::Office;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An office or handling unit (办公室、承办单位).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Office, example = json!({
    "id": "0198f3c1-0000-7000-8000-000000000010", "name": "江桥镇城市建设管理办公室", "kind": "department", "version": 1
}))]
pub struct OfficeView {
    /// Its id.
    pub id: Uuid,
    /// Official name.
    pub name: String,
    /// 原来的名称，依改用的先后；没有则不列。Earlier names, in the order in which they were given up; absent without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub former_names: Vec<String>,
    /// Its kind.
    #[schema(value_type = vocabulary::OfficeKind)]
    pub kind: &'static str,
    /// Version, also the `ETag`.
    pub version: u64,
    /// The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

impl OfficeView {
    /// An office.
    pub fn of(office: &Office) -> Self {
        Self {
            id: office.id.0,
            name: office.name.clone(),
            former_names: office.former_names.clone(),
            kind: office.kind.as_str(),
            version: office.version,
            as_of_position: None,
        }
    }
}

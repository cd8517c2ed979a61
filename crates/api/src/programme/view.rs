//! The programme in an answer: the sheet of the service.

use crate::http::response::absent;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::Snapshot;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// 联系服务活动概况：名称、依据、实施日期和现行规则。The programme: what it is called, what it rests on, from when it holds,
/// and by which policy it runs on the day the answer speaks of.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Programme, example = json!({
    "name": "两代表网格化联系服务活动", "town": "江桥镇", "effective_on": "2023-12-01", "issuer": "中共江桥镇委员会办公室",
    "legal_bases": ["中国共产党全国代表大会和地方各级代表大会代表任期制暂行条例"], "theme": "听民声、解民忧",
    "policy": {"position": 4, "name": "江桥镇两代表网格化联系服务规则", "effective_from": "2023-12-01"}, "version": 2
}))]
pub struct ProgrammeView {
    /// 名称。Name.
    pub name: String,
    /// 镇名。The town.
    #[serde(skip_serializing_if = "absent")]
    pub town: Option<String>,
    /// 实施日期：此前的接待不计。The day from which receptions count.
    pub effective_on: NaiveDate,
    /// 主办单位；未写明则省略。Who issued it, where that is said.
    #[serde(skip_serializing_if = "absent")]
    pub issuer: Option<String>,
    /// 依据。What it rests on.
    #[schema(max_items = 20)]
    pub legal_bases: Vec<String>,
    /// 主题；未写明则省略。What it is about, where that is said.
    #[serde(skip_serializing_if = "absent")]
    pub theme: Option<String>,
    /// 当日生效的规则。The policy version in force on the day.
    #[serde(skip_serializing_if = "absent")]
    pub policy: Option<PolicyInForce>,
    /// 版本，即 `ETag`。Version, also the `ETag`.
    pub version: u64,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    #[serde(skip_serializing_if = "absent")]
    pub as_of_position: Option<u64>,
}

/// 生效的规则版本。The policy version that decides on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyInForce {
    /// 通过它的日志位置。Where in the log it was adopted.
    pub position: u64,
    /// 名称。Name.
    pub name: String,
    /// 生效日期。The first day for which it decides.
    pub effective_from: NaiveDate,
}

impl ProgrammeView {
    /// The programme at a moment.
    ///
    /// # Errors
    /// 404 before it is established.
    pub fn of(snapshot: &Snapshot) -> Result<Self, Problem> {
        let reference = &snapshot.reference;
        let programme = &reference.programme;
        let established = programme.established().ok_or_else(|| Problem::new(HttpCode::NotFound))?;
        let in_force = reference.policies.in_force(snapshot.today);
        Ok(Self {
            name: established.name.clone(),
            town: reference.areas.town().map(|town| town.name.clone()),
            effective_on: established.effective_on,
            issuer: programme.issuer().map(str::to_owned),
            legal_bases: programme.legal_bases().to_vec(),
            theme: programme.theme().map(str::to_owned),
            policy: in_force.map(|policy| PolicyInForce {
                position: policy.position(),
                name: policy.name.clone(),
                effective_from: policy.effective_from,
            }),
            version: programme.version(),
            as_of_position: None,
        })
    }
}

//! `/v1/policies`: the values that the notice leaves open, as versions that an authority adopts.

use crate::http::commands::run_body;
use crate::http::extract::Command;
use crate::http::reference::settle_governed;
use crate::http::response::{CommandAnswer, absent};
use crate::input::{query, strict_json};
use crate::limits::FAULTS_MAX;
use crate::policies::shape;
#[cfg(test)]
use crate::policies::view::PolicyDocument;
use crate::policies::view::PolicyView;
use crate::problem::{Fault, Problem};
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::policy;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A policy version after it was adopted.
#[derive(Serialize, ToSchema)]
pub struct PolicyAdopted {
    /// The version.
    policy: PolicyView,
    /// The versions that decide on no day any more because of this one: those adopted before it for the same first day.
    #[schema(max_items = 100)]
    shadows: Vec<ShadowedPolicy>,
    /// The last day on which it decides, where a version was adopted for a later day already.
    #[serde(skip_serializing_if = "absent")]
    last_day: Option<chrono::NaiveDate>,
    /// Position of the command's last event, which is the version's own.
    position: u64,
}

/// A version that a later adoption has put out of force before or since it began.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"position": 4102, "name": "江桥镇两代表网格化联系服务 2026 年规则", "effective_from": "2026-12-01"}))]
pub struct ShadowedPolicy {
    /// Where in the log it was adopted.
    position: u64,
    /// What it is called.
    name: String,
    /// First day for which it was adopted.
    effective_from: chrono::NaiveDate,
}

/// Adopt a policy version
///
/// 通过新的规则版本：提交完整文本。已作出的决定仍依其当时的版本。某日的接待依当日生效的版本：生效日不晚于该日的各版本中生效日最晚的一个，相同的以后通过的为准。生效日最早为当日，时区与首个版本相同。
/// Adopts a new policy version: send the whole document. What was decided stays decided under its own version. A
/// reception is decided by the version in force on its day: of those effective by then the one with the latest first
/// day, among equals the one adopted last. The first day is today at the earliest, and the time zone is that of the
/// first version (C-0).
#[utoipa::path(post, path = "/v1/policies", tag = "policies", request_body = PolicyDocument, responses(
    (status = 201, description = "已通过。Adopted.", body = PolicyAdopted),
))]
pub(crate) async fn adopt(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run_body(
        &app,
        &command,
        |command| read_document(&app, command),
        async |call, document| app.casework.adopt_policy(call, &document, None).await,
    )
    .await?;
    let done = settle_governed(&app, &command, ran, async |_| Ok(())).await?;
    let policy = PolicyView::at(done.did.position.0, &done.snapshot)?;
    let headers = CommandAnswer {
        created: Some(format!("/v1/policies/{}", done.did.position)),
        version: Some(policy.version),
        replayed: done.replayed,
    };
    let policies = &done.snapshot.reference.policies;
    let shadows =
        policies.shadowed_by(done.did.position.0).into_iter().rev().take(100).map(|shadowed| ShadowedPolicy {
            position: shadowed.position(),
            name: shadowed.name.clone(),
            effective_from: shadowed.effective_from,
        });
    let shadows = shadows.collect();
    let last_day = policies.next_after(done.did.position.0).and_then(|next| next.effective_from.pred_opt());
    Ok(headers.answer(PolicyAdopted { policy, shadows, last_day, position: done.did.position.0 }))
}

/// The document as it came, if nothing is wrong with it; else every fault of shape and values at once.
fn read_document(app: &AppState, command: &Command) -> Result<Value, Problem> {
    query::read(&command.query, |_| Some(()))?;
    let (document, mut faults) = strict_json::parse(&command.body)?;
    let reference = app.casework.reference();
    if let Some(newest) = reference.policies.newest() {
        let reading = shape::read(&document, newest);
        let today = reference.town_date(app.casework.now());
        let said = |place: &str| reading.said(place);
        let of_values = policy::faults(&reference.policies, &reading.policy, today, &said);
        faults.extend(reading.faults.iter().cloned());
        faults.extend(of_values.into_iter().map(Fault::from));
    }
    faults.truncate(FAULTS_MAX);
    if faults.is_empty() { Ok(document) } else { Err(Problem::unfit(faults)) }
}

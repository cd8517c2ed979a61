//! `/v1/policies`: the values that the notice leaves open, as versions that an authority adopts (domain §5).

use crate::answer::{Done, Items, one, page};
use crate::codes::Edge;
use crate::command::{Command, Question};
use crate::handlers::commands::run_body;
use crate::handlers::policy_shape;
use crate::handlers::reference::{asked_about, cut, settled};
use crate::office::Office;
use crate::params::{AsOfParams, ListParams};
use crate::problem::Problem;
use crate::views::policy::PolicyView;
use crate::{query, strict_json};
use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A page of policy versions.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents the answer; Items is what is written")]
pub struct PolicyPage {
    /// The versions, newest first.
    items: Vec<PolicyView>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// List policy versions
///
/// 规则各版本，最新的在前；每个决定都注明所依据的版本。Newest first; every decision names the version it was made under.
#[utoipa::path(tag = "policies", params(ListParams), responses(
    (status = 200, description = "一页。A page.", body = PolicyPage),
))]
#[get("/v1/policies")]
pub(crate) async fn list_policies(office: web::Data<Office>, question: Question) -> Result<HttpResponse, Problem> {
    let (at_least, asked) = question.read(|query| {
        query.now_only();
        Some((query.at_least(), query.page()))
    })?;
    office.log_covers(at_least).await?;
    let moment = office.present();
    let mut versions: Vec<_> = (1..).zip(moment.reference.policies.all()).collect();
    versions.reverse();
    // Newest first: the farther from the end of all positions, the later.
    let key = |(_, policy): &(u64, &domain::policy::Policy)| u128::from(u64::MAX - policy.position());
    let (kept, next_cursor) = cut(&asked, "policies", versions.into_iter(), key)?;
    let items: Result<_, _> =
        kept.into_iter().map(|(version, policy)| PolicyView::of(version, policy, &moment)).collect();
    Ok(page(&question.path, &question.query, &Items { items: items?, next_cursor, as_of_position: None }))
}

/// Read a policy version
///
/// 在日志该位置通过的规则版本，现在或过去某一时刻是否有效。The version adopted at this position of the log.
#[utoipa::path(tag = "policies", params(
    ("position" = u64, Path, description = "通过该版本的日志位置。Where it was adopted.", example = 4),
    AsOfParams,
), responses(
    (status = 200, description = "规则版本。The version.", body = PolicyView),
))]
#[get("/v1/policies/{position}")]
pub(crate) async fn one_policy(
    office: web::Data<Office>,
    position: web::Path<String>,
    question: Question,
) -> Result<HttpResponse, Problem> {
    let moment = asked_about(&office, &question).await?;
    let plain = position.bytes().all(|b| b.is_ascii_digit());
    let position = position.parse().ok().filter(|_| plain).ok_or_else(|| Problem::new(Edge::NotFound))?;
    let mut view = PolicyView::at(position, &moment)?;
    view.as_of_position = Some(moment.position.0);
    Ok(one(view.version, view))
}

/// A policy version to be adopted: the whole document, every member of it.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "江桥镇两代表网格化联系服务 默认规则",
    "effective_from": "2023-12-01",
    "time_zone": "Asia/Shanghai",
    "service_day": {"weekday": "thursday", "from": "13:30", "to": "16:30", "presence_overlap_minutes": 60,
        "holiday_rule": "postpone", "allow_make_up_day": false},
    "composition": {"party": 1, "deputy": 1, "per": "first_level_grid"},
    "notice": {"lead_days": 3, "rest_day_rule": "last_working_day_before", "amendment_lead_days": 1},
    "record": {"filing_working_days": 1, "registration_working_days": 1},
    "appointment": {"first_contact_working_days": 1},
    "answer": {"final_working_days": 5, "consultation_target_working_days": 1, "extension_total_working_days": 15,
        "extensions_max": 1, "after_return_working_days": 3, "after_report_back_working_days": 3,
        "rework_working_days": 5, "outer_limit_calendar_days": 60, "outer_limit_l4_months": 6,
        "delivery_recorded_within_working_days": 1, "undeliverable_attempts": 3, "undeliverable_days": 2},
    "escalation": {"review_working_days": 2, "interim_first_working_days": 1, "interim_every_working_days": 15},
    "handling": {"unit_working_days": 30, "unit_extension_working_days": 15, "refusal_working_days": 2,
        "support_working_days": 10, "l2_working_days": 15, "l3_working_days": 30, "l4_months": 3,
        "issues_per_major_issue_max": 200},
    "suspension": {"days_max": 30},
    "lateness": {"due_soon_working_days": 2, "long_overdue_factor": 2},
    "supervision": {"reminder_working_days_after_due": 1, "supervision_working_days_after_due": 5,
        "circular_working_days_after_due": 10},
    "feedback": {"call_back_working_days": 3, "window_working_days": 10,
        "weights_permille": {"satisfied": 1000, "basically_satisfied": 800, "dissatisfied": 0},
        "ranking_responses_min": 10},
    "reopening": {"window_calendar_days": 30, "decision_working_days": 2},
    "handover": {"working_days": 3},
    "offices": {"vacancy_grace_working_days": 10},
    "cadence": {"theme_activities_per_quarter": 1, "meetings_per_quarter": 1, "symposia_per_half_year": 1,
        "report_working_days": 5, "study_filing_working_days": 10, "inspection_report_working_days": 5},
    "review": {"period": "calendar_year", "freeze_on": "01-10", "dispute_working_days": 10},
    "topics": [{"code": "livelihood", "zh": "民生保障"}, {"code": "other", "zh": "其他"}]
}))]
#[expect(dead_code, reason = "it documents the body; the domain reads the document")]
pub struct AdoptPolicy {
    /// What it is called.
    #[schema(max_length = 200)]
    name: String,
    /// First day for which it decides.
    effective_from: chrono::NaiveDate,
    /// Time zone whose dates are the town's dates.
    time_zone: String,
    /// Service days (C-2).
    #[schema(value_type = Object)]
    service_day: Value,
    /// Who must sit in a session (C-4.1).
    #[schema(value_type = Object)]
    composition: Value,
    /// Public notices of sessions (C-5.2).
    #[schema(value_type = Object)]
    notice: Value,
    /// Keeping the record (C-4.1).
    #[schema(value_type = Object)]
    record: Value,
    /// Visits by appointment (C-3.1).
    #[schema(value_type = Object)]
    appointment: Value,
    /// Answers and their due dates (C-4.4).
    #[schema(value_type = Object)]
    answer: Value,
    /// Escalation (C-3.6).
    #[schema(value_type = Object)]
    escalation: Value,
    /// Handling of major issues (C-3.6).
    #[schema(value_type = Object)]
    handling: Value,
    /// Suspension of clocks (C-4.4).
    #[schema(value_type = Object)]
    suspension: Value,
    /// When an issue is called late (C-4.4).
    #[schema(value_type = Object)]
    lateness: Value,
    /// Reminders, supervision, circulars (C-4.4).
    #[schema(value_type = Object)]
    supervision: Value,
    /// Feedback of visitors (C-3.6).
    #[schema(value_type = Object)]
    feedback: Value,
    /// Reopening (C-3.6).
    #[schema(value_type = Object)]
    reopening: Value,
    /// Handover of responsibility (C-4.4).
    #[schema(value_type = Object)]
    handover: Value,
    /// Conveners and liaisons (C-5.1).
    #[schema(value_type = Object)]
    offices: Value,
    /// Activities, meetings, reports (C-4.2, C-4.3a, C-4.3b, C-3.5).
    #[schema(value_type = Object)]
    cadence: Value,
    /// The annual review (C-5.2).
    #[schema(value_type = Object)]
    review: Value,
    /// Topics of issues, in the order they are shown: up to 100.
    #[schema(max_items = 100)]
    topics: Vec<crate::views::policy::TopicView>,
}

/// A policy version after it was adopted.
#[derive(Serialize, ToSchema)]
pub struct PolicyAdopted {
    /// The version.
    policy: PolicyView,
    /// Position of the command's last event, which is the version's own.
    position: u64,
}

/// Adopt a policy version
///
/// 通过新的规则版本：提交完整文本。已作出的决定仍依其当时的版本。The whole document; what was decided stays decided under its own
/// version. A reception is decided by the version in force on its day.
#[utoipa::path(tag = "policies", request_body = AdoptPolicy, responses(
    (status = 201, description = "已通过。Adopted.", body = PolicyAdopted),
))]
#[post("/v1/policies")]
pub(crate) async fn adopt(office: web::Data<Office>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run_body(
        &office,
        &command,
        |command| read_document(&office, command),
        async |call, document| office.casework.adopt_policy(call, &document, None).await,
    )
    .await?;
    let done = settled(&office, &command, ran, async |_| Ok(())).await?;
    let policy = PolicyView::at(done.position.0, &done.moment)?;
    let headers = Done {
        created: Some(format!("/v1/policies/{}", done.position)),
        version: Some(policy.version),
        replayed: done.replayed,
    };
    Ok(headers.answer(PolicyAdopted { policy, position: done.position.0 }))
}

/// The document as it came, in a shape that can be read; which values are sane is the domain's to say.
fn read_document(office: &Office, command: &Command) -> Result<Value, Problem> {
    query::read(&command.query, |_| Some(()))?;
    let (document, mut faults) = strict_json::parse(&command.body)?;
    if let Some(newest) = office.casework.reference().policies.newest() {
        faults.extend(policy_shape::faults(&document, newest));
    }
    if faults.is_empty() { Ok(document) } else { Err(Problem::unfit(faults)) }
}

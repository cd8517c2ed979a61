//! What the review of a year says of one delegate, in an answer: report, votes, disputes, adjustments, result.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::reviews::view::SubjectView;
use crate::state::{AppState, Snapshot};
use casework::access::sight::{LookedAt, Sight};
use casework::access::things;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::appraisal::{Adjustment, Appraisal, Dispute, Disputed};
use domain::claims::Claim;
use domain::correction::Corrections;
use domain::ids::DelegateId;
use domain::vocabulary::Grade;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// 对一名代表的年度评议。What the annual review of a year says of a delegate, beside the figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Appraisal, example = json!({
    "year": 2026, "delegate": {"id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "name": "汪洁"},
    "frozen": {"position": 88141, "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "at": "2027-01-11T09:00:00+08:00"},
    "report": {"liaison_service": "全年接待十二次，答复意见二十七件。", "submitted_at": "2026-12-20T09:00:00+08:00",
        "first_submitted_at": "2026-12-20T09:00:00+08:00", "superseded": 0, "file_ids": []},
    "appraisals": [{"by": "voters", "held_on": "2027-01-20", "ballots": {"excellent": 31, "competent": 12}, "told_at": "2027-01-20T17:00:00+08:00"}],
    "disputes": [{"id": "0198f3c6-0000-7000-8000-00000000d101", "indicator": "on_time", "text": "该件已按时答复。",
        "raised_at": "2027-01-12T09:00:00+08:00", "state": "upheld", "decision_text": "情况属实。", "decided_at": "2027-01-15T09:00:00+08:00"}],
    "adjustments": [{"indicator": "on_time", "n": 1, "of": 0, "dispute_id": "0198f3c6-0000-7000-8000-00000000d101",
        "reason": "异议成立。", "made_at": "2027-01-15T10:00:00+08:00"}],
    "result": {"grade": "excellent", "set_at": "2027-01-27T09:00:00+08:00", "published_at": "2027-01-28T09:00:00+08:00"}
}))]
pub struct AppraisalView {
    /// 年度。The year.
    pub year: i32,
    /// 代表。The delegate, as known at that moment.
    pub delegate: SubjectView,
    /// 冻结的指标；未冻结时省略。What the freeze fixed; absent before it.
    #[serde(skip_serializing_if = "absent")]
    pub frozen: Option<FrozenView>,
    /// 述职报告；未提交时省略。The report; absent while there is none.
    #[serde(skip_serializing_if = "absent")]
    pub report: Option<ReportView>,
    /// 测评，依记录先后。The votes, in the order in which they were recorded.
    #[schema(max_items = 3)]
    pub appraisals: Vec<VotesView>,
    /// 异议，依提出先后。The disputes, in the order in which they were raised.
    pub disputes: Vec<DisputeView>,
    /// 调整，依作出先后。The adjustments, in the order in which they were made.
    pub adjustments: Vec<AdjustmentView>,
    /// 结果；未确定时省略。The result; absent while it is not set.
    #[serde(skip_serializing_if = "absent")]
    pub result: Option<ResultView>,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
}

/// 冻结的指标。What a freeze fixed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FrozenFigures)]
pub struct FrozenView {
    /// 指标截至的日志位置。The figures are those of the leaves up to here.
    pub position: u64,
    /// 指标的摘要值：SHA-256，十六进制。SHA-256 (hex) of the figures as they are served.
    pub digest: String,
    /// 冻结的时间。When it happened.
    #[schema(format = DateTime)]
    pub at: String,
}

/// 述职报告。A report.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportView {
    /// 网格化联系服务。The section on the liaison service.
    #[serde(skip_serializing_if = "absent")]
    pub liaison_service: Option<String>,
    /// 其他。What else there is to report.
    #[serde(skip_serializing_if = "absent")]
    pub other: Option<String>,
    /// 附件。Papers that go with it.
    #[schema(max_items = 20)]
    pub file_ids: Vec<Uuid>,
    /// 提交的时间。When it was submitted.
    #[schema(format = DateTime)]
    pub submitted_at: String,
    /// 首次提交的时间。When the first report was submitted, which may be this one.
    #[schema(format = DateTime)]
    pub first_submitted_at: String,
    /// 此前被取代的报告份数。How many reports it supersedes.
    pub superseded: u32,
}

/// 测评。A vote: counts only.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Votes)]
pub struct VotesView {
    /// 由谁测评。By whom.
    #[schema(value_type = vocabulary::AppraisedBy)]
    pub by: &'static str,
    /// 测评之日。On which day.
    pub held_on: NaiveDate,
    /// 各等次的票数；没有票的等次可以省略。How many were for each grade; a grade that nobody was for may be absent.
    pub ballots: BTreeMap<&'static str, u32>,
    /// 记录所称的时间。When it was told.
    #[schema(format = DateTime)]
    pub told_at: String,
}

/// 异议。A dispute.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Dispute)]
pub struct DisputeView {
    /// 编号。Its id.
    pub id: Uuid,
    /// 指标。Which figure.
    #[schema(value_type = vocabulary::Indicator)]
    pub indicator: &'static str,
    /// 所指的内容；不指某一项时省略。The entry behind it; absent where it is none in particular.
    #[serde(skip_serializing_if = "absent")]
    pub of: Option<DisputedView>,
    /// 理由。Why it is wrong.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 提出的时间。When it was raised.
    #[schema(format = DateTime)]
    pub raised_at: String,
    /// 状态。How it stands.
    #[schema(value_type = vocabulary::DisputeState)]
    pub state: &'static str,
    /// 认定的说明。What was said of the decision.
    #[serde(skip_serializing_if = "absent")]
    pub decision_text: Option<String>,
    /// 认定的时间。When it was decided.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub decided_at: Option<String>,
}

/// 异议所指的内容。What a dispute is about.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Disputed)]
pub struct DisputedView {
    /// 类别。Of which kind it is.
    #[schema(value_type = vocabulary::DisputedFamily)]
    pub family: &'static str,
    /// 编号。Its id.
    pub id: Uuid,
}

impl From<Disputed> for DisputedView {
    fn from(of: Disputed) -> Self {
        Self { family: of.family.as_str(), id: of.id }
    }
}

/// 调整。An adjustment: differences, beside the frozen figure.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Adjustment)]
pub struct AdjustmentView {
    /// 指标。Which figure.
    #[schema(value_type = vocabulary::Indicator)]
    pub indicator: &'static str,
    /// 分子相差多少。By how much more or less its `n` would be.
    pub n: i64,
    /// 分母相差多少。By how much more or less its `of` would be.
    pub of: i64,
    /// 据以调整的异议。The dispute that showed it.
    #[serde(skip_serializing_if = "absent")]
    pub dispute_id: Option<Uuid>,
    /// 理由。Why.
    #[serde(skip_serializing_if = "absent")]
    pub reason: Option<String>,
    /// 作出的时间。When it was made.
    #[schema(format = DateTime)]
    pub made_at: String,
}

/// 评议结果。The result.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppraisalResult)]
pub struct ResultView {
    /// 等次。The grade.
    #[schema(value_type = vocabulary::Grade)]
    pub grade: &'static str,
    /// 说明。What was said with it.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 确定的时间。When it was set.
    #[schema(format = DateTime)]
    pub set_at: String,
    /// 公布的时间；未公布时省略。When it was published; absent before.
    #[serde(skip_serializing_if = "absent")]
    #[schema(format = DateTime)]
    pub published_at: Option<String>,
}

/// An appraisal with what was said in it.
struct Telling<'a> {
    app: &'a AppState,
    appraisal: &'a Loaded<Appraisal>,
    sight: Sight,
    zone: chrono_tz::Tz,
}

impl Telling<'_> {
    /// Nothing of an appraisal is corrected: what is wrong is superseded, or adjusted.
    async fn said(&self, claim: Claim, member: &str) -> Result<Option<String>, Problem> {
        let none = Corrections::default();
        Ok(self.app.casework.text_of(&self.sight, self.appraisal, &none, claim.version, 0, member).await?)
    }

    fn time(&self, claim: Claim) -> String {
        business_time(claim.at, self.zone)
    }

    async fn report(&self) -> Result<Option<ReportView>, Problem> {
        let Some(report) = &self.appraisal.state.report else { return Ok(None) };
        Ok(Some(ReportView {
            liaison_service: self.said(report.claim, "liaison_service").await?,
            other: self.said(report.claim, "other").await?,
            file_ids: report.file_ids.iter().map(|id| id.0).collect(),
            submitted_at: self.time(report.claim),
            first_submitted_at: self.time(report.first),
            superseded: report.superseded,
        }))
    }

    async fn dispute(&self, dispute: &Dispute) -> Result<DisputeView, Problem> {
        let decided = dispute.decided.map(|(_, claim)| claim);
        Ok(DisputeView {
            id: dispute.id.0,
            indicator: dispute.indicator.as_str(),
            of: dispute.of.map(DisputedView::from),
            text: self.said(dispute.raised, "text").await?,
            raised_at: self.time(dispute.raised),
            state: dispute.state().as_str(),
            decision_text: match decided {
                Some(claim) => self.said(claim, "text").await?,
                None => None,
            },
            decided_at: decided.map(|claim| self.time(claim)),
        })
    }

    async fn adjustment(&self, adjustment: &Adjustment) -> Result<AdjustmentView, Problem> {
        Ok(AdjustmentView {
            indicator: adjustment.indicator.as_str(),
            n: adjustment.n,
            of: adjustment.of,
            dispute_id: adjustment.dispute_id.map(|id| id.0),
            reason: self.said(adjustment.claim, "reason").await?,
            made_at: self.time(adjustment.claim),
        })
    }

    async fn result(&self) -> Result<Option<ResultView>, Problem> {
        let Some((grade, set)) = self.appraisal.state.result else { return Ok(None) };
        Ok(Some(ResultView {
            grade: grade.as_str(),
            text: self.said(set, "text").await?,
            set_at: self.time(set),
            published_at: self.appraisal.state.published.map(|claim| self.time(claim)),
        }))
    }
}

impl AppraisalView {
    /// An appraisal with its words.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn of(
        app: &AppState,
        year: i32,
        delegate: DelegateId,
        appraisal: &Loaded<Appraisal>,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let today = snapshot.reference.town_date(app.casework.now());
        let thing = async || Ok(things::of_delegate(&app.casework.reference(), delegate, today));
        let sight = app.casework.sight_of(&snapshot.reader, thing, &LookedAt::of(appraisal)).await?;
        let withheld = sight.withholds(&appraisal.boxes).map(Into::into);
        let telling = Telling { app, appraisal, sight, zone: snapshot.reference.time_zone() };
        let state = &appraisal.state;
        let mut disputes = Vec::with_capacity(state.disputes.len());
        for dispute in &state.disputes {
            disputes.push(telling.dispute(dispute).await?);
        }
        let mut adjustments = Vec::with_capacity(state.adjustments.len());
        for adjustment in &state.adjustments {
            adjustments.push(telling.adjustment(adjustment).await?);
        }
        let name = snapshot.reference.name_of(delegate.0).unwrap_or_default().to_owned();
        Ok(Self {
            year,
            withheld,
            delegate: SubjectView { id: delegate.0, name },
            frozen: state.frozen.as_ref().map(|frozen| FrozenView {
                position: frozen.position,
                digest: frozen.digest.clone(),
                at: telling.time(frozen.claim),
            }),
            report: telling.report().await?,
            appraisals: state
                .votes
                .iter()
                .map(|votes| VotesView {
                    by: votes.by.as_str(),
                    held_on: votes.held_on,
                    ballots: votes.ballots.iter().map(|(grade, count)| (Grade::as_str(*grade), *count)).collect(),
                    told_at: telling.time(votes.claim),
                })
                .collect(),
            disputes,
            adjustments,
            result: telling.result().await?,
        })
    }
}

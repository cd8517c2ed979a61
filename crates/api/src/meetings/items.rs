//! What a meeting made of the major issues that came before it.

use crate::http::reader::WithheldView;
use crate::http::response::{absent, business_time};
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::loaded::Loaded;
use chrono_tz::Tz;
use domain::correction::Corrections;
use domain::ids::MeetingId;
use domain::meeting::{AgendaItem, Meeting};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 会议议程上的重大问题。A major issue that came before a meeting.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AgendaItem)]
pub struct AgendaItemView {
    /// 重大问题。The major issue.
    pub major_issue_id: Uuid,
    /// 会议对它的处理；先暂缓、后决定的为已作决定。What the meeting made of it. A decision stands, whether or not it was put off before.
    #[schema(value_type = vocabulary::AgendaItemState)]
    pub state: &'static str,
    /// 列入议程的时间；未列入议程即研究的省略。When it was put on the agenda; absent where it came up without that.
    #[serde(skip_serializing_if = "absent")]
    pub tabled_at: Option<String>,
    /// 暂缓研究的时间。When it was put off.
    #[serde(skip_serializing_if = "absent")]
    pub deferred_at: Option<String>,
    /// 暂缓的理由。Why.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::DeferralReason>)]
    pub reason_code: Option<&'static str>,
    /// 理由的说明；列表中省略。The same in words; absent in lists.
    #[serde(skip_serializing_if = "absent")]
    pub reason: Option<String>,
    /// 作出决定的时间。When it was decided on.
    #[serde(skip_serializing_if = "absent")]
    pub decided_at: Option<String>,
    /// 决定的内容，见该重大问题的会商；列表中省略。What was decided, as its deliberation says; absent in lists.
    #[serde(skip_serializing_if = "absent")]
    pub decision: Option<String>,
    /// 文字不显示，及其原因。Words are not shown, and why; absent where they are, and in tables.
    #[serde(skip_serializing_if = "absent")]
    pub withheld: Option<WithheldView>,
}

impl AgendaItemView {
    /// Without words.
    pub(super) fn facts(item: &AgendaItem, zone: Tz) -> Self {
        let at = |claim: domain::claims::Claim| business_time(claim.at, zone);
        Self {
            major_issue_id: item.major_issue_id.0,
            state: item.state().as_str(),
            tabled_at: item.tabled.map(at),
            deferred_at: item.deferred.map(|(_, claim)| at(claim)),
            reason_code: item.deferred.map(|(reason, _)| reason.as_str()),
            reason: None,
            decided_at: item.decided.map(at),
            decision: None,
            withheld: None,
        }
    }

    /// With what was said when it was put off, and what was decided.
    pub(super) async fn told(
        app: &AppState,
        id: MeetingId,
        loaded: &Loaded<Meeting>,
        item: &AgendaItem,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        let mut view = Self::facts(item, snapshot.reference.time_zone());
        if let Some((_, claim)) = item.deferred {
            let corrections = &loaded.state.corrections;
            let sight = app.sight(snapshot, id, loaded).await?;
            view.withheld = sight.withholds(loaded.boxes_of(claim.version)).map(Into::into);
            view.reason = app.casework.text_of(&sight, loaded, corrections, claim.version, 0, "reason").await?;
        }
        if item.decided.is_some() {
            let major = app.casework.major_issue(item.major_issue_id, snapshot.as_of).await?;
            let held = major.state.deliberations.iter().rev().find(|held| held.meeting_id == Some(id));
            if let Some(held) = held {
                let none = Corrections::default();
                let sight = app.sight(snapshot, item.major_issue_id, &major).await?;
                view.withheld = sight.withholds(major.boxes_of(held.version)).map(Into::into);
                view.decision = app.casework.text_of(&sight, &major, &none, held.version, 0, "decision").await?;
            }
        }
        Ok(view)
    }
}

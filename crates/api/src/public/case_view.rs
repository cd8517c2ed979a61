//! What everybody is told of one typical case.

use crate::http::response::absent;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::typical_cases::view::said;
use casework::access::Sight;
use casework::loaded::Loaded;
use chrono::NaiveDate;
use domain::typical_case::{CasePublication, TypicalCase, text_for_everybody};
use domain::vocabulary::PublicationChannel;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Typical cases, those published last first.
#[derive(Serialize, ToSchema)]
pub struct PublicCasePage {
    /// 典型案例，最近发布的在前。The cases, those published last first.
    #[schema(max_items = 50)]
    pub items: Vec<PublicCase>,
    /// 下一页由此开始；末页省略。Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "absent")]
    pub next_cursor: Option<String>,
    /// 内容所据的日志位置。The log up to here is in the answer.
    pub as_of_position: u64,
}

/// 已发布的典型案例：可公开的文本与加注，没有推荐时的文字和来源。A published typical case: the text that may be published and its annotations, without the words of its nomination and without its sources.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198f3c7-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "grid": "太平网格",
    "published_on": "2026-11-26", "channels": ["board", "website"],
    "text": "有居民反映楼道灯不亮，代表当日联系物业，三天后修好。",
    "annotations": [{"annotated_on": "2026-12-18", "text": "2026年12月楼道灯再次损坏，已由物业重新布线。"}]
}))]
pub struct PublicCase {
    /// 编号。Its id.
    pub id: Uuid,
    /// 网格编号。The grid.
    pub grid_id: Uuid,
    /// 网格名称。What the grid is called.
    pub grid: String,
    /// 首次发布之日。The day on which the case was first published.
    pub published_on: NaiveDate,
    /// 该文本发布的渠道。Where this text is published.
    #[schema(value_type = Vec<vocabulary::PublicationChannel>, max_items = 3)]
    pub channels: Vec<&'static str>,
    /// 文本；已删除的省略。The text; absent when erased.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
    /// 加注，依先后。Its annotations, in order.
    #[schema(max_items = 400)]
    pub annotations: Vec<PublicAnnotation>,
}

/// 典型案例的加注。An annotation of a typical case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicAnnotation {
    /// 加注之日。The day on which it was written.
    pub annotated_on: NaiveDate,
    /// 文字；已删除的省略。What it says; absent when erased.
    #[serde(skip_serializing_if = "absent")]
    pub text: Option<String>,
}

impl PublicCase {
    /// What everybody may read of a case; nothing where that is nothing.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn of(
        app: &AppState,
        id: Uuid,
        loaded: &Loaded<TypicalCase>,
        snapshot: &Snapshot,
    ) -> Result<Option<Self>, Problem> {
        let (case, reference) = (&loaded.state, &snapshot.reference);
        let (Some(version), Some(first)) = (text_for_everybody(case), case.publications.first()) else {
            return Ok(None);
        };
        let mut annotations = Vec::with_capacity(case.annotations.len());
        for annotated in &case.annotations {
            let text = said(app, &Sight::PUBLISHED, loaded, annotated.version, "text").await?;
            annotations.push(PublicAnnotation { annotated_on: reference.town_date(annotated.at), text });
        }
        let is_there = |channel: &&PublicationChannel| {
            let there =
                |published: &CasePublication| published.channel == **channel && published.text_version == version;
            case.publications.iter().any(there)
        };
        Ok(Some(Self {
            id,
            grid_id: case.grid_id.0,
            grid: reference.areas.name(case.grid_id).unwrap_or_default().to_owned(),
            published_on: reference.town_date(first.claim.at),
            channels: PublicationChannel::ALL.iter().filter(is_there).map(|channel| channel.as_str()).collect(),
            text: said(app, &Sight::PUBLISHED, loaded, version, "text").await?,
            annotations,
        }))
    }
}

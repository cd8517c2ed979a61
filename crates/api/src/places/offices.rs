//! `GET /v1/grids/{id}/offices`: who held the grid's two offices when, and when nobody did (C-5.1).

use crate::http::extract::{PathId, Question};
use crate::http::reference::asked_about;
use crate::http::response::{absent, one};
use crate::input::params::AsOfParams;
use crate::openapi::vocabulary;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use domain::area::{Grid, Vacancy};
use domain::ids::AreaId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 网格的召集人与联络员：历任与空缺。The two offices of a grid: who held them, and when they were vacant.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
    "convener": {
        "vacant": true,
        "holders": [{"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "from": "2024-01-01", "to": "2026-11-20",
            "reason_code": "resignation"}],
        "vacancies": [{"from": "2023-12-01", "to": "2023-12-31"}, {"from": "2026-11-21"}]
    },
    "liaison": {
        "vacant": false, "holders": [{"name": "李明", "from": "2024-01-01"}],
        "vacancies": [{"from": "2023-12-01", "to": "2023-12-31"}]
    },
    "version": 4, "as_of_position": 88140
}))]
pub struct GridOffices {
    /// 网格。The grid.
    grid_id: Uuid,
    /// 召集人。The convener.
    convener: OfficeTerms,
    /// 联络员。The liaison officer.
    liaison: OfficeTerms,
    /// 网格的版本，即 `ETag`。Version of the grid, also the `ETag`.
    version: u64,
    /// 答复所依据的日志位置。The log up to here is in this answer.
    as_of_position: u64,
}

/// 一项职务的历任与空缺。One office: its holders in the order appointed, and its vacancies by day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfficeTerms {
    /// 当日是否空缺。Whether nobody holds it on the day the answer speaks of.
    vacant: bool,
    /// 历任，依任命先后。Everybody who was appointed, in that order.
    holders: Vec<OfficeHolder>,
    /// 空缺期间；最后一段没有 `to` 的，仍然空缺。Times in which nobody held it; the last has no `to` while it lasts.
    vacancies: Vec<VacancyView>,
}

/// 一任。One term.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfficeHolder {
    /// 召集人是哪位代表。The delegate, of a convener.
    #[serde(skip_serializing_if = "absent")]
    delegate_id: Option<Uuid>,
    /// 联络员的姓名。The name, of a liaison officer.
    #[serde(skip_serializing_if = "absent")]
    name: Option<String>,
    /// 首日。First day.
    from: NaiveDate,
    /// 末日；没有末日则省略。Last day; absent while there is none.
    #[serde(skip_serializing_if = "absent")]
    to: Option<NaiveDate>,
    /// 结束的原因；只因下一任到任的省略。Why it ended; absent where the next one only began.
    #[serde(skip_serializing_if = "absent")]
    #[schema(value_type = Option<vocabulary::OfficeEndReason>)]
    reason_code: Option<&'static str>,
}

/// 一段空缺。A time in which nobody held an office.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Vacancy)]
pub struct VacancyView {
    /// 空缺的首日。First vacant day.
    from: NaiveDate,
    /// 空缺的末日。Last vacant day.
    #[serde(skip_serializing_if = "absent")]
    to: Option<NaiveDate>,
}

impl GridOffices {
    /// The offices of a grid at a moment.
    fn of(grid: &Grid, snapshot: &Snapshot) -> Self {
        let (delegates, today) = (&snapshot.reference.delegates, snapshot.today);
        let town = snapshot.reference.time_zone();
        let conveners = grid.conveners.spans().map(|term| OfficeHolder {
            delegate_id: Some(term.holder.delegate_id.0),
            name: None,
            from: term.from,
            to: term.to,
            reason_code: term.ended.map(|reason| reason.as_str()),
        });
        let liaisons = grid.liaisons.spans().map(|term| OfficeHolder {
            delegate_id: None,
            name: Some(term.holder.name.clone()),
            from: term.from,
            to: term.to,
            reason_code: term.ended.map(|reason| reason.as_str()),
        });
        Self {
            grid_id: grid.id.0,
            convener: OfficeTerms {
                vacant: grid.convener_vacant(delegates, today),
                holders: conveners.collect(),
                vacancies: shown(&grid.convener_vacancies(delegates, town)),
            },
            liaison: OfficeTerms {
                vacant: grid.liaison_on(today).is_none(),
                holders: liaisons.collect(),
                vacancies: shown(&grid.liaison_vacancies(town)),
            },
            version: grid.version,
            as_of_position: snapshot.position.0,
        }
    }
}

fn shown(vacancies: &[Vacancy]) -> Vec<VacancyView> {
    let until = |vacancy: &Vacancy| vacancy.filled_on.and_then(|on| on.pred_opt());
    vacancies.iter().map(|vacancy| VacancyView { from: vacancy.from, to: until(vacancy) }).collect()
}

/// Read the offices of a grid
///
/// 网格的召集人与联络员（C-5.1）：历任及其起止日期，以及空缺期间。空缺自网格设立、任职末日或召集人最后一项代表资格终止的次日起，至下一任首日的前一天。
///
/// Who was convener and who liaison officer of the grid, with days, and when nobody was (C-5.1). An office is vacant from
/// the grid's definition, from the day after a last day, or after the convener's last mandate ended, until the day before
/// the next holder's first.
#[utoipa::path(get, path = "/v1/grids/{id}/offices", tag = "places", params(AsOfParams), responses(
    (status = 200, description = "召集人与联络员。The offices.", body = GridOffices),
))]
pub(crate) async fn read(app: web::Data<AppState>, id: PathId, question: Question) -> Result<HttpResponse, Problem> {
    let snapshot = asked_about(&app, &question).await?;
    let grid = snapshot.reference.areas.grid(AreaId(id.0)).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    Ok(one(grid.version, GridOffices::of(grid, &snapshot)))
}

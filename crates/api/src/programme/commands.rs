//! `POST /v1/programme`: what is said of it, amended.

use crate::http::commands::{changed, run};
use crate::http::extract::Command;
use crate::http::reference::settle_governed;
use crate::input::body::{Line, List, PastInstant, body};
use crate::limits::TITLE_CHARS_MAX;
use crate::problem::Problem;
use crate::programme::view::ProgrammeView;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::programme::{LEGAL_BASES_MAX, ProgrammeAmended};
use serde::Serialize;
use utoipa::ToSchema;

body! {
    /// 对活动概况的修订，省略的不变。What is to be said of the programme; what is left out stays.
    #[example = {"issuer": "中共江桥镇委员会办公室", "legal_bases": ["中国共产党全国代表大会和地方各级代表大会代表任期制暂行条例"]}]
    struct AmendProgramme {
        /// 名称。Name.
        name: Option<Line<TITLE_CHARS_MAX>>,
        /// 主办单位。Who issued it.
        issuer: Option<Line<TITLE_CHARS_MAX>>,
        /// 依据，写全；空的列表表示没有。What it rests on, the whole list; an empty one says that it rests on nothing.
        legal_bases: Option<List<Line<TITLE_CHARS_MAX>, LEGAL_BASES_MAX>>,
        /// 主题。What it is about.
        theme: Option<Line<TITLE_CHARS_MAX>>,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// 修订后的活动概况。The programme after it was amended.
#[derive(Serialize, ToSchema)]
pub struct ProgrammeChanged {
    /// 活动概况。The programme.
    programme: ProgrammeView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

/// Amend what is said of the programme
///
/// 修订活动的名称、主办单位、依据或主题（C-0）；省略的不变，没有变化为 409 `already_named`。实施日期不能修订。
///
/// Amends the name, the issuer, the legal bases or the theme (C-0). What is left out stays; where nothing would change the
/// answer is 409 `already_named`. The day from which it holds cannot be amended.
#[utoipa::path(post, path = "/v1/programme", tag = "programme", request_body = AmendProgramme, responses(
    (status = 200, description = "已修订。Amended.", body = ProgrammeChanged),
))]
pub(crate) async fn amend(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, AmendProgramme::read, async |call, body| {
        let AmendProgramme { name, issuer, legal_bases, theme, occurred_at } = body;
        app.casework.amend_programme(call, &ProgrammeAmended { name, issuer, legal_bases, theme }, occurred_at).await
    })
    .await?;
    let done = settle_governed(&app, &command, ran, async |_| Ok(())).await?;
    let programme = ProgrammeView::of(&done.snapshot)?;
    let headers = changed(programme.version, done.replayed);
    Ok(headers.answer(ProgrammeChanged { programme, position: done.did.position.0 }))
}

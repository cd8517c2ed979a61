//! Asking for an erasure and deciding on it.

use super::persons::{NamedPerson, PERSONS_MAX};
use super::view::ErasureView;
use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::CommandAnswer;
use crate::input::body::{List, Text, body};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::erasures::{ErasureDecision, NewErasure};
use casework::governed::Governed;
use casework::transact::Outcome;
use domain::ids::{ErasureId, FileId};
use domain::session::FILES_MAX;
use domain::vocabulary::{ErasureGround, ErasureRefusal, PersonalClass};
use serde::Serialize;
use utoipa::ToSchema;

body! {
    /// 删除个人信息的申请。A request that personal data be erased.
    #[example = {
        "persons": [{"reception_id": "0198f3c1-0000-7000-8000-000000000001", "visitor": 0}],
        "classes": ["contact", "identity"], "ground": "request", "reason": "本人来电要求删除。"
    }]
    struct RequestErasure {
        /// 涉及的人。Whose.
        persons: Option<List<NamedPerson, PERSONS_MAX>>,
        /// 涉及的附件。Which files.
        file_ids: Option<List<FileId, FILES_MAX>>,
        /// 类别，默认全部。Which classes; by default all.
        classes: Option<List<PersonalClass, 4>>,
        /// 理由；保存期满由系统发现，不可填写。On which ground; that a period is over is found by the clock and cannot be given.
        ground: ErasureGround,
        /// 说明，密封保存。Why, in words; sealed.
        reason: Text,
        /// 批准后立即执行，而不待夜间。Whether it is carried out as soon as it is approved, and not by night.
        at_once: Option<bool>,
    }
}

body! {
    /// 对删除申请的决定。A decision on an erasure.
    #[example = {"approved": true}]
    struct DecideErasure {
        /// 是否批准。Whether it is approved.
        approved: bool,
        /// 拒绝的理由，拒绝时必填。On which ground it is refused; needed then.
        refusal_ground: Option<ErasureRefusal>,
        /// 说明，密封保存。Why, in words; sealed.
        reason: Option<Text>,
    }
}

/// 命令之后的删除申请。An erasure after a command.
#[derive(Serialize, ToSchema)]
pub struct ErasureChanged {
    /// 删除申请。The erasure as it now is.
    erasure: ErasureView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

async fn changed(
    app: &AppState,
    command: &Command,
    ran: Outcome<Governed<ErasureId>>,
    is_new: bool,
) -> Result<HttpResponse, Problem> {
    let again = async |record: &_| Ok(ErasureId(written_id(app, record).await?));
    let done = settle_governed(app, command, ran, again).await?;
    let id = done.did.made;
    let known = done.snapshot.reference.erasures.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let created = is_new.then(|| format!("/v1/erasures/{id}"));
    let headers = CommandAnswer { created, version: Some(known.version), replayed: done.replayed };
    let erasure = ErasureView::of(&done.snapshot.reference, known);
    Ok(headers.answer(ErasureChanged { erasure, position: done.did.position.0 }))
}

/// Request an erasure
///
/// 申请删除个人信息（个人信息保护法第四十七条）：写明涉及的人或附件、类别与理由，由另一人决定。类别默认为全部。已删除的为 409 already_erased，已有同样申请待办的为 409
/// already_requested，没有所选类别的为 409 nothing_to_erase。
///
/// Asks that personal data be erased (PIPL Art. 47): whose, which files, which classes, on which ground. Another person
/// decides. What is erased already is 409 `already_erased`, what was asked for already 409 `already_requested`, people of whom
/// nothing of these classes is held 409 `nothing_to_erase`.
#[utoipa::path(post, path = "/v1/erasures", tag = "personal data", request_body = RequestErasure, responses(
    (status = 201, description = "已申请。Requested.", body = ErasureChanged),
))]
pub(crate) async fn request(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, RequestErasure::read, async |call, body| {
        let persons = body.persons.iter().flatten().filter_map(NamedPerson::named).collect();
        let new = NewErasure {
            persons,
            file_ids: body.file_ids.unwrap_or_default(),
            classes: body.classes.unwrap_or_else(|| PersonalClass::ALL.to_vec()),
            ground: body.ground,
            reason: body.reason,
            at_once: body.at_once.unwrap_or_default(),
        };
        app.casework.request_erasure(call, &new).await
    })
    .await?;
    changed(&app, &command, ran, true).await
}

/// Decide on an erasure
///
/// 批准或拒绝删除申请，须由申请人以外的人决定（409 same_person）。事项仍在办理的，其陈述内容不得批准删除（409 issue_open）；处于依法保全之中的不得批准（409 legal_hold）。批准的于次日 02:30
/// 或立即执行：密钥销毁后，任何副本中的密文都无法再打开；条目、统计与证明不变。
///
/// Approves or refuses an erasure; whoever asked cannot (409 `same_person`). The words of an open issue are not erased (409
/// `issue_open`), nor is what a legal hold covers (409 `legal_hold`). What is approved is carried out at 02:30, or at once: the
/// keys are destroyed, and no copy of the sealed parts can be opened any more. Leaves, figures and proofs stay as they are.
#[utoipa::path(post, path = "/v1/erasures/{id}/decision", tag = "personal data", request_body = DecideErasure, responses(
    (status = 200, description = "已决定。Decided.", body = ErasureChanged),
))]
pub(crate) async fn decide(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, DecideErasure::read, async |call, body| {
        let DecideErasure { approved, refusal_ground, reason } = body;
        let decision = ErasureDecision { approved, refusal_ground, reason };
        app.casework.decide_erasure(call, ErasureId(id.0), &decision).await
    })
    .await?;
    app.erasures_due.notify_one();
    changed(&app, &command, ran, false).await
}

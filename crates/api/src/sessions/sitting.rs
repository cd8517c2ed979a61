//! The day of a session: who stands in, opening, delegates coming and going, closing, the record (C-4.1).

use crate::http::extract::{Command, PathId};
use crate::input::bodies::Plain;
use crate::input::body::{Count, List, PastInstant, Text, body};
use crate::problem::Problem;
use crate::sessions::changed::{SessionChanged, on_session};
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use domain::ids::{DelegateId, FileId, IssueId};
use domain::reception::DelegateDraft;
use domain::session::{FILES_MAX, SubstitutionDraft, TAKEN_ISSUES_MAX, files, taken_faults};
use domain::vocabulary::{DelegateType, SubstitutionReason};

body! {
    /// 由另一名代表顶岗。Somebody else takes a duty over.
    #[example = {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e20", "substitute_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e21",
        "reason_code": "work", "reason": "单位临时有任务。"}]
    struct Substitute {
        /// 当前轮值的代表。Who has the duty.
        delegate_id: DelegateId,
        /// 顶岗的代表，须为同一类别。Who is to have it, of the same kind.
        substitute_id: DelegateId,
        /// 原因类别。Why.
        reason_code: SubstitutionReason,
        /// 原因说明，密封保存。Why, in words; sealed.
        reason: Option<Text>,
        /// 决定的时间，默认现在。When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Substitute a delegate on duty
///
/// 顶岗（C-4.1）：由同一类别的另一名代表接替轮值，至场次结束前都可以，公布之后也可以；接替者还可再由他人接替。轮值与到岗均计在接替者名下。
///
/// Lets another delegate of the same kind take a duty over (C-4.1), until the session is closed and also after the rota was
/// published; a substitute may be substituted in turn. The duty and its attendance are the substitute's.
#[utoipa::path(post, path = "/v1/sessions/{id}/substitutions", tag = "sessions", request_body = Substitute, responses(
    (status = 200, description = "已顶岗。Substituted.", body = SessionChanged),
))]
pub(crate) async fn substitute(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, Substitute::read, async |call, id, body| {
        let draft = SubstitutionDraft {
            delegate_id: body.delegate_id,
            substitute_id: body.substitute_id,
            reason_code: body.reason_code,
            at: body.occurred_at.unwrap_or_else(|| app.casework.now()),
        };
        app.casework.substitute(call, id, &draft, body.reason.as_deref()).await
    })
    .await
}

/// Open a session
///
/// 场次开始（C-4.1）：只在举行之日；没有轮值安排或未公布的也可开始。补记过迟的不计为已开展。
///
/// Opens the session (C-4.1), on its day only; neither a rota nor its publication is needed. Recorded too late, it does not
/// count as held.
#[utoipa::path(post, path = "/v1/sessions/{id}/opening", tag = "sessions", request_body = Plain, responses(
    (status = 200, description = "已开始。Opened.", body = SessionChanged),
))]
pub(crate) async fn open(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, Plain::read, async |call, id, body| {
        app.casework.open_session(call, id, body.occurred_at).await
    })
    .await
}

body! {
    /// 到场或离开的代表。A delegate who comes or leaves.
    #[example = {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f"}]
    struct Check {
        /// 代表。The delegate.
        delegate_id: DelegateId,
        /// 以何种身份；只有兼任两种代表的须写明。In which capacity; needed only of holders of both mandates.
        delegate_type: Option<DelegateType>,
        /// 时间，默认现在。When; by default now.
        occurred_at: Option<PastInstant>,
    }
}

impl Check {
    fn draft(&self) -> DelegateDraft {
        DelegateDraft { delegate_id: self.delegate_id, delegate_type: self.delegate_type }
    }
}

/// Check a delegate in
///
/// 代表签到（C-4.1）：当日具有代表资格的都可以，不论是否轮值；一场只以一种身份计，离开后可以返回。
///
/// A delegate comes (C-4.1): any with a mandate on the day, on the rota or not. One capacity counts in a session; who left
/// may come back.
#[utoipa::path(post, path = "/v1/sessions/{id}/check-ins", tag = "sessions", request_body = Check, responses(
    (status = 200, description = "已签到。Checked in.", body = SessionChanged),
))]
pub(crate) async fn check_in(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, Check::read, async |call, id, body| {
        app.casework.check_in(call, id, body.draft(), body.occurred_at).await
    })
    .await
}

/// Check a delegate out
///
/// 代表签退（C-4.1）：未签退的，视为在场至结束。
///
/// A delegate leaves (C-4.1). Who does not check out stayed to the end.
#[utoipa::path(post, path = "/v1/sessions/{id}/check-outs", tag = "sessions", request_body = Check, responses(
    (status = 200, description = "已签退。Checked out.", body = SessionChanged),
))]
pub(crate) async fn check_out(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, Check::read, async |call, id, body| {
        app.casework.check_out(call, id, body.draft(), body.occurred_at).await
    })
    .await
}

body! {
    /// 场次的结束。How a session ended.
    #[example = {"visitor_count": 2, "taken_issue_ids": ["0198f3c2-7a10-7c11-8a00-5d1f0b6d2a10"], "text": "接待两人，其中一件当场受理。"}]
    struct CloseSession {
        /// 来访人数；无人来访写 0。How many came; 0 where nobody did.
        visitor_count: Count,
        /// 随即受理的事项，至多 200 件：均为本场次登记而待办理的。Issues that are taken in hand with it, at most 200: each
        /// registered in this session and waiting.
        taken_issue_ids: Option<List<IssueId, { TAKEN_ISSUES_MAX }>> => |_| {
            taken_issue_ids.as_ref().and_then(Option::as_deref).map_or_else(Vec::new, taken_faults)
        },
        /// 情况说明，密封保存。What is to be said of it; sealed.
        text: Option<Text>,
        /// 时间，默认现在。When; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Close a session
///
/// 场次结束（C-4.1），记来访人数，可同时受理本场次登记的事项：要么全部记录，要么都不记录。无人来访的场次与其他场次一样。
///
/// Closes the session (C-4.1) with the number of visitors, and takes issues that were registered in it in hand: all of it
/// is recorded or nothing. A session that nobody came to is one like any other.
#[utoipa::path(post, path = "/v1/sessions/{id}/closing", tag = "sessions", request_body = CloseSession, responses(
    (status = 200, description = "已结束。Closed.", body = SessionChanged),
))]
pub(crate) async fn close(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, CloseSession::read, async |call, id, body| {
        let taken = body.taken_issue_ids.unwrap_or_default();
        let (count, text, at) = (body.visitor_count, body.text.as_deref(), body.occurred_at);
        app.casework.close_session(call, id, count, &taken, text, at).await
    })
    .await
}

body! {
    /// 接待记录。The record of a session.
    #[example = {"text": "接待两人，反映楼道灯不亮、公交线路太远，均已登记。"}]
    struct FileRecord {
        /// 内容，密封保存。What it says; sealed.
        text: Text,
        /// 附件，至多 20 个。Files, at most 20.
        file_ids: Option<List<FileId, { FILES_MAX }>> => |_| {
            files(file_ids.as_ref().and_then(Option::as_deref).unwrap_or_default()).err()
        },
        /// 报送的时间，默认现在。When it was filed; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// File the record of a session
///
/// 报送接待记录（C-4.1）：场次结束之后，一次；此后的改动走更正。
///
/// Files the record (C-4.1) of a closed session, once; what is to be said later is a correction.
#[utoipa::path(post, path = "/v1/sessions/{id}/records", tag = "sessions", request_body = FileRecord, responses(
    (status = 200, description = "已报送。Filed.", body = SessionChanged),
))]
pub(crate) async fn file_record(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, FileRecord::read, async |call, id, body| {
        let file_ids = body.file_ids.unwrap_or_default();
        app.casework.file_session_record(call, id, &body.text, &file_ids, body.occurred_at).await
    })
    .await
}

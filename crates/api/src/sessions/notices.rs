//! The public notice of a session (公示), and what people object to (C-5.2).

use crate::http::context::PathParts;
use crate::http::extract::{Command, PathId};
use crate::input::body::{
    Day, Facts, List, Name, PastInstant, PersonName, Phone, Text, TopicCode, Unit, body, nested, parse_uuid,
};
use crate::limits::UNITS_MAX;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::sessions::changed::{SessionChanged, on_session};
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::sessions::notices::NewObjection;
use domain::ids::{DelegateId, FileId, ObjectionId};
use domain::notice::{AmendmentDraft, NoticeDraft, TOPICS_MAX, content_faults};
use domain::policy::ClockTime;
use domain::refusal::Refusal;
use domain::session::{FILES_MAX, NoticeContent, SLOTS_MAX, files};
use domain::vocabulary::{NoticeBoard, ObjectionGround};

body! {
    /// 公示的内容。What hangs on a board.
    struct NoticeText {
        /// 接待之日。The day.
        held_on: Day,
        /// 开始时间。From this time of day.
        from: ClockTime,
        /// 结束时间。To this time of day.
        to: ClockTime,
        /// 地点。Where.
        venue: Option<Name>,
        /// 轮值代表，至多 18 名。Who sits there, at most 18.
        delegate_ids: List<DelegateId, { SLOTS_MAX }>,
        /// 接待主题，至多 20 个（`GET /v1/topics`）。Topic codes of the policy, at most 20 (`GET /v1/topics`).
        topics: Option<List<TopicCode, { TOPICS_MAX }>>,
    }
}

nested! { NoticeText }

impl NoticeText {
    fn content(&self) -> NoticeContent {
        NoticeContent {
            held_on: self.held_on,
            from: self.from,
            to: self.to,
            venue: self.venue.clone(),
            delegate_ids: self.delegate_ids.clone(),
            topics: self.topics.clone().unwrap_or_default(),
        }
    }
}

/// What the rules of the day that is announced have against a notice.
fn faults(facts: Option<&Facts>, said: Option<&NoticeText>) -> Vec<Refusal> {
    let rules = said.and_then(|said| Some((said.content(), facts?.rules_on(said.held_on)?)));
    rules.map_or_else(Vec::new, |(content, rules)| content_faults(Some(&content), &rules))
}

body! {
    /// 一个场次的公示。The notice of a session.
    #[example = {"board": "village_affairs", "posted_at": "2026-09-29T09:00:00+08:00"}]
    struct PostNotice {
        /// 张贴的单位；省略则为尚未张贴而应张贴的全部单位。Whose boards; left out, every unit that owes one and has none yet.
        unit_ids: Option<List<Unit, { UNITS_MAX }>>,
        /// 公开栏。Which board.
        board: NoticeBoard,
        /// 张贴的时间。When it was posted.
        posted_at: PastInstant,
        /// 张贴的内容；省略则为场次现状。What hangs there; left out, what the session says now.
        content: Option<NoticeText> => |facts| faults(facts, content.as_ref().and_then(Option::as_ref)),
        /// 照片，至多 20 张。Pictures of it, at most 20.
        file_ids: Option<List<FileId, { FILES_MAX }>> => |_| {
            files(file_ids.as_ref().and_then(Option::as_deref).unwrap_or_default()).map_err(|no| no.under("C-5.2")).err()
        },
        /// 逾期的原因，密封保存；逾期须写明。Why it is late, sealed; needed where it is.
        late_reason: Option<Text>,
    }
}

/// Post the notice of a session
///
/// 张贴公示（C-5.2）：轮值公布之后、举行之日以前，可一次记多个单位，要么全部记录，要么都不记录。应公示的单位、期限和内容的比对见场次的 `notices`。
///
/// Posts the notice (C-5.2), from the publication of the rota to the day of the session, for several units at once: all are
/// recorded or none. `notices` of the session says whether it was in time and is what is so (C-5.2).
#[utoipa::path(post, path = "/v1/sessions/{id}/notices", tag = "sessions", request_body = PostNotice, responses(
    (status = 200, description = "已张贴。Posted.", body = SessionChanged),
))]
pub(crate) async fn post_notice(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, PostNotice::read, async |call, id, body| {
        let draft = NoticeDraft {
            unit_ids: body.unit_ids,
            board: body.board,
            posted_at: body.posted_at,
            content: body.content.as_ref().map(NoticeText::content),
            file_ids: body.file_ids.unwrap_or_default(),
            late_reason_given: body.late_reason.is_some(),
        };
        app.casework.post_notice(call, id, &draft, body.late_reason.as_deref()).await
    })
    .await
}

body! {
    /// 公示的变更。What hangs on boards from now on.
    #[example = {"posted_at": "2026-10-06T09:00:00+08:00", "reason": "轮值代表有变更。"}]
    struct AmendNotice {
        /// 变更的单位；省略则为内容不同的全部单位。Whose boards; left out, all that have a notice which says something else.
        unit_ids: Option<List<Unit, { UNITS_MAX }>>,
        /// 变更的时间。When it was posted.
        posted_at: PastInstant,
        /// 现在的内容；省略则为场次现状。What hangs there now; left out, what the session says now.
        content: Option<NoticeText> => |facts| faults(facts, content.as_ref().and_then(Option::as_ref)),
        /// 变更的原因，密封保存。Why, sealed.
        reason: Option<Text>,
    }
}

/// Amend the notice of a session
///
/// 变更公示（C-5.2）：张贴之后随时可以；举行当日及以后，或提前不足规定天数的，另行注明。
///
/// Amends what hangs on boards (C-5.2), at any time after it was posted; on the day itself, later, or too short a time before,
/// it is remarked on (C-5.2).
#[utoipa::path(post, path = "/v1/sessions/{id}/notice-amendments", tag = "sessions", request_body = AmendNotice, responses(
    (status = 200, description = "已变更。Amended.", body = SessionChanged),
))]
pub(crate) async fn amend_notice(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, AmendNotice::read, async |call, id, body| {
        let content = body.content.as_ref().map(NoticeText::content);
        let draft = AmendmentDraft { unit_ids: body.unit_ids, posted_at: body.posted_at, content };
        app.casework.amend_notice(call, id, &draft, body.reason.as_deref()).await
    })
    .await
}

body! {
    /// 群众异议。An objection.
    #[example = {"ground": "not_posted", "text": "村务公开栏里没有看到公示。"}]
    struct RecordObjection {
        /// 涉及的单位。The unit that it is about.
        unit_id: Option<Unit>,
        /// 事由。What it is about.
        ground: ObjectionGround,
        /// 所提内容，密封保存。What is said; sealed.
        text: Text,
        /// 提出者的姓名，可不写，密封保存。Who says it, if they give their name; sealed.
        name: Option<PersonName>,
        /// 联系电话，可不写，密封保存。Their phone number, if they give it; sealed.
        phone: Option<Phone>,
        /// 提出的时间，默认现在。When; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record an objection
///
/// 记录群众异议（C-5.2）：轮值公布之后随时可以，可不具名。异议本身不改变认定；见场次的 `objections`。
///
/// Records an objection (C-5.2), at any time after the publication of the rota, with or without a name. It changes nothing by
/// itself; `objections` of the session lists it (C-5.2).
#[utoipa::path(post, path = "/v1/sessions/{id}/objections", tag = "sessions", request_body = RecordObjection, responses(
    (status = 200, description = "已记录。Recorded.", body = SessionChanged),
))]
pub(crate) async fn object(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_session(&app, id, &command, RecordObjection::read, async |call, id, body| {
        let RecordObjection { unit_id, ground, text, name, phone, occurred_at } = body;
        let new = NewObjection { unit_id, ground, text, name, phone, at: occurred_at };
        app.casework.object(call, id, &new).await
    })
    .await
}

body! {
    /// 对异议的答复。The answer to an objection.
    #[example = {"upheld": true, "text": "情况属实，已补贴公示。"}]
    struct AnswerObjection {
        /// 是否成立。Whether it was right.
        upheld: bool,
        /// 答复内容，密封保存。What is answered; sealed.
        text: Text,
        /// 答复的时间，默认现在。When; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Answer an objection
///
/// 答复异议（C-5.2），一次为限。
///
/// Answers an objection, once (C-5.2).
#[utoipa::path(post, path = "/v1/sessions/{id}/objections/{objection_id}/answer", tag = "sessions",
    params(("objection_id" = Uuid, Path, description = "异议编号。The objection.")), request_body = AnswerObjection, responses(
    (status = 200, description = "已答复。Answered.", body = SessionChanged),
))]
pub(crate) async fn answer_objection(
    app: web::Data<AppState>,
    id: PathId,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let objection = parse_uuid(parts.get("objection_id")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    on_session(&app, id, &command, AnswerObjection::read, async |call, id, body| {
        let AnswerObjection { upheld, text, occurred_at } = body;
        app.casework.answer_objection(call, id, ObjectionId(objection), upheld, &text, occurred_at).await
    })
    .await
}

//! `/v1/delegates`: registration, another name, mandates, assignments, leaving.

use crate::delegates::view::{DelegateView, NameWarningView};
use crate::http::commands::run;
use crate::http::context::RequestContext;
use crate::http::extract::{Command, PathId};
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::CommandAnswer;
use crate::input::body::{Day, Fields, Grid, PastInstant, PersonName, Text, Unit, body};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use casework::governed::Governed;
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use domain::delegate::{NewDelegate, Renaming};
use domain::ids::{AreaId, DelegateId};
use domain::refusal;
use domain::vocabulary::{DelegateType, DepartureReason};
use serde::Serialize;
use utoipa::ToSchema;

/// A delegate after a command.
#[derive(Serialize, ToSchema)]
pub struct DelegateChanged {
    /// The delegate as they now are.
    delegate: DelegateView,
    /// Position of the command's last event.
    position: u64,
}

/// 登记或更名后的代表。A delegate who has been registered or renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = DelegateRegistered)]
pub struct DelegateNamed {
    /// 代表。The delegate.
    delegate: DelegateView,
    /// 关于姓名的提示，不影响登记或更名。Remarks about the name; the registration or renaming stands.
    warnings: Vec<NameWarningView>,
    /// Position of the command's last event.
    position: u64,
}

/// A delegate after a command that gave them a name, with what is to be said of it.
async fn named(
    app: &AppState,
    request: &HttpRequest,
    command: &Command,
    ran: Outcome<Governed<DelegateId>>,
    is_new: bool,
) -> Result<HttpResponse, Problem> {
    let language = RequestContext::of(request)?.language();
    let again = async |record: &_| Ok(DelegateId(written_id(app, record).await?));
    let done = settle_governed(app, command, ran, again).await?;
    let (id, delegates) = (done.did.made, &done.snapshot.reference.delegates);
    let delegate = delegates.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let created = is_new.then(|| format!("/v1/delegates/{id}"));
    let headers = CommandAnswer { created, version: Some(delegate.version), replayed: done.replayed };
    let mut answer = headers.answer(DelegateNamed {
        delegate: DelegateView::of(delegate),
        warnings: NameWarningView::about(delegate, delegates, language),
        position: done.did.position.0,
    });
    answer.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    Ok(answer)
}

/// Runs a command about a delegate and shows them after it.
async fn on_delegate<B>(
    app: &AppState,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, B) -> Result<Outcome<Governed<DelegateId>>, Failure>,
) -> Result<HttpResponse, Problem> {
    let ran = run(app, command, read, act).await?;
    let again = async |record: &_| Ok(DelegateId(written_id(app, record).await?));
    let done = settle_governed(app, command, ran, again).await?;
    let id = done.did.made;
    let delegate = done.snapshot.reference.delegates.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let headers = CommandAnswer { created: None, version: Some(delegate.version), replayed: done.replayed };
    Ok(headers.answer(DelegateChanged { delegate: DelegateView::of(delegate), position: done.did.position.0 }))
}

body! {
    /// A delegate to be registered.
    #[example = {"name": "汪洁", "delegate_type": "party", "grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f",
        "unit_id": "0198f3c0-1c2d-7e3f-8a40-5b6c7d8e9f0a", "from": "2026-12-01"}]
    struct RegisterDelegate {
        /// 姓名。同一类别内一个姓名即一个人，除非填写 namesake_of。Name. Within one type a name stands for one person, unless
        /// namesake_of says otherwise.
        name: PersonName,
        /// Type of the first mandate.
        delegate_type: DelegateType,
        /// The grid of the first assignment.
        grid_id: Grid,
        /// A unit of that grid.
        unit_id: Option<Unit> = |fields| unit_in(fields, grid_id),
        /// First day of both.
        from: Day,
        /// 已登记的同名代表的编号，表示确为另一人。The id of a delegate of the same name who is known to be somebody else.
        namesake_of: Option<DelegateId> => |facts| {
            domain::delegate::namesake(&facts?.reference.delegates, name.as_ref()?, namesake_of??).err()
        },
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

impl RegisterDelegate {
    /// Who is registered.
    fn delegate(self) -> NewDelegate {
        NewDelegate {
            name: self.name,
            delegate_type: self.delegate_type,
            grid_id: self.grid_id,
            unit_id: self.unit_id,
            from: self.from,
            namesake_of: self.namesake_of,
        }
    }
}

/// A unit, which lies in the grid that is named beside it.
fn unit_in(fields: &mut Fields<'_>, grid_id: Option<AreaId>) -> Option<Option<AreaId>> {
    let unit_id = fields.field::<Option<Unit>>("unit_id");
    if let (Some(facts), Some(grid), Some(Some(unit))) = (fields.facts(), grid_id, unit_id)
        && !facts.reference.areas.unit_in_grid(unit, grid)
    {
        fields.fault("unit_id", refusal::Code::UnitNotInGrid);
    }
    unit_id
}

/// Register a delegate
///
/// 登记一名代表，连同首个代表资格和首个联系网格（C-1）。比较姓名时不分全角半角、大小写、空格和间隔号写法；同一类别已有同名代表时为 409，并给出其编号；
/// 如确为另一人，以 namesake_of 填写该编号。姓名与他人看起来相同而字符不同时，答复中有提示。
///
/// Registers a delegate with a first mandate and a first assignment (C-1). Names are compared without regard to width,
/// case, spaces and the kind of middle dot; where a delegate of that type has the name already, the answer is 409 and
/// names the id; if this is another person, give that id as namesake_of. A name that looks like another one but is
/// written with other characters is told as a warning.
#[utoipa::path(post, path = "/v1/delegates", tag = "delegates", request_body = RegisterDelegate, responses(
    (status = 201, description = "已登记。Registered.", body = DelegateNamed),
))]
pub(crate) async fn register(
    app: web::Data<AppState>,
    request: HttpRequest,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, RegisterDelegate::read, async |call, body| {
        let at = body.occurred_at;
        app.casework.register_delegate(call, &body.delegate(), at).await
    })
    .await?;
    named(&app, &request, &command, ran, true).await
}

body! {
    /// 代表的新姓名。Another name for a delegate.
    #[example = {"name": "汪杰", "reason": "登记时误写。"}]
    struct RenameDelegate {
        /// 新的姓名。The new name.
        name: PersonName,
        /// 已有的同名代表的编号，表示确为另一人。The id of a delegate of the same name who is known to be somebody else.
        namesake_of: Option<DelegateId> => |facts| {
            domain::delegate::namesake(&facts?.reference.delegates, name.as_ref()?, namesake_of??).err()
        },
        /// 更名的原因：误写，或本人更名。Why: it was misspelt, or the person changed it.
        reason: Text,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Rename a delegate
///
/// 更正误写的姓名，或登记代表改用的姓名（C-1）；离任的代表也可更名。此后的答复、名单和提示使用新的姓名；按原来的姓名仍可查到，仍用原姓名的名单认得是同一人
/// （提示 `former_name`）。查询更名之前的时刻，见到的是当时的姓名。与现在的姓名相同为 409；同名、看起来相同，与登记时同样处理。
///
/// Corrects a misspelt name or records a changed one (C-1), also of somebody who left. From then on answers and warnings
/// use the new name; by the earlier one the delegate is found still, and a roster that has it means the same person
/// (`former_name`). As of a moment before, the name of that time is told. The present name again is 409; names that others
/// have, or that look alike, are treated as at registration.
#[utoipa::path(post, path = "/v1/delegates/{id}/renaming", tag = "delegates", request_body = RenameDelegate, responses(
    (status = 200, description = "已更名。Renamed.", body = DelegateNamed),
))]
pub(crate) async fn rename(
    app: web::Data<AppState>,
    request: HttpRequest,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, RenameDelegate::read, async |call, body| {
        let renaming = Renaming { name: body.name, namesake_of: body.namesake_of };
        app.casework.rename_delegate(call, DelegateId(id.0), &renaming, &body.reason, body.occurred_at).await
    })
    .await?;
    named(&app, &request, &command, ran, false).await
}

body! {
    /// A mandate to be given.
    #[example = {"delegate_type": "deputy", "from": "2026-12-01"}]
    struct GiveMandate {
        /// Its type; a person may hold both, each once at a time.
        delegate_type: DelegateType,
        /// First day.
        from: Day,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Give a delegate a mandate
///
/// 增加代表资格（C-1）：另一类别的，或离任后重新取得的；同一人可兼任两代表。
///
/// Adds a mandate (C-1): of the other type, or a new one after an earlier one ended. One person may hold both.
#[utoipa::path(post, path = "/v1/delegates/{id}/mandates", tag = "delegates", request_body = GiveMandate, responses(
    (status = 200, description = "已登记。Given.", body = DelegateChanged),
))]
pub(crate) async fn give_mandate(
    app: web::Data<AppState>,
    id: PathId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    on_delegate(&app, &command, GiveMandate::read, async |call, body| {
        let at = body.occurred_at;
        app.casework.give_mandate(call, DelegateId(id.0), body.delegate_type, body.from, at).await
    })
    .await
}

body! {
    /// An assignment to be made.
    #[example = {"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "from": "2026-12-01"}]
    struct AssignDelegate {
        /// The grid.
        grid_id: Grid,
        /// A unit of that grid.
        unit_id: Option<Unit> = |fields| unit_in(fields, grid_id),
        /// First day; a mandate must hold on it.
        from: Day,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Assign a delegate to a grid
///
/// 安排代表联系网格，可具体到单位（C-1）。原有的安排不受影响。
///
/// Assigns the delegate to a grid, perhaps to one of its units (C-1). Assignments that exist already stay.
#[utoipa::path(post, path = "/v1/delegates/{id}/assignments",
    tag = "delegates", request_body = AssignDelegate, responses(
    (status = 200, description = "已安排。Assigned.", body = DelegateChanged),
))]
pub(crate) async fn assign(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_delegate(&app, &command, AssignDelegate::read, async |call, body| {
        let (id, at) = (DelegateId(id.0), body.occurred_at);
        app.casework.assign_delegate(call, id, body.grid_id, body.unit_id, body.from, at).await
    })
    .await
}

body! {
    /// A departure to be recorded.
    #[example = {"reason_code": "term_end", "on": "2026-12-31"}]
    struct RecordDeparture {
        /// Why.
        reason_code: DepartureReason,
        /// The last day of every open mandate and assignment.
        on: Day,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record that a delegate left
///
/// 代表离任（C-1）：所有资格和联系安排止于当日。其负责的未办结事项须另行移交。
///
/// A delegate leaves (C-1): all mandates and assignments end on that day. Open issues of theirs are handed over
/// separately.
#[utoipa::path(post, path = "/v1/delegates/{id}/departures",
    tag = "delegates", request_body = RecordDeparture, responses(
    (status = 200, description = "已记录。Recorded.", body = DelegateChanged),
))]
pub(crate) async fn depart(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_delegate(&app, &command, RecordDeparture::read, async |call, body| {
        let at = body.occurred_at;
        app.casework.depart_delegate(call, DelegateId(id.0), body.reason_code, body.on, at).await
    })
    .await
}

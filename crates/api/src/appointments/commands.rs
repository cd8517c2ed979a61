//! A visit is asked for, whoever asks is answered, a day is agreed, or it is called off (C-3.1). A reception keeps it.

use crate::appointments::view::AppointmentView;
use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::input::body::{Facts, Fields, Grid, Name, PastInstant, Phone, Text, Unit, VisitDay, VisitorName, body};
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use crate::undertakings::changed::{begun, shown};
use actix_web::{HttpResponse, web};
use casework::CommandContext;
use casework::loaded::Loaded;
use casework::receptions::NewVisitor;
use casework::undertakings::ChangedOutcome;
use casework::undertakings::appointments::{NewAgreement, NewAppointment};
use domain::appointment::{self, Appointment, RequestParts};
use domain::ids::{AppointmentId, DelegateId};
use domain::policy::ClockTime;
use domain::refusal::Refusal;
use domain::vocabulary::{CancelledBy, WordChannel};
use serde::Serialize;
use utoipa::ToSchema;

/// 命令之后的预约。An appointment after a command.
#[derive(Serialize, ToSchema)]
pub struct AppointmentChanged {
    /// 预约。The appointment as it now is.
    appointment: AppointmentView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

body! {
    /// 走访的预约。A visit that somebody asks for.
    #[example = {"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "王秀英", "phone": "13800001234",
        "text": "腿脚不便，请代表上门谈加装电梯的事。"}]
    struct RequestAppointment {
        /// 网格。The grid.
        grid_id: Grid,
        /// 该网格的单位。A unit of that grid.
        unit_id: Option<Unit>,
        /// 指名预约的代表，其他网格的也可以。The delegate who is asked for, where that is one in particular; one of another grid may be.
        delegate_id: Option<DelegateId>,
        /// 预约人的姓名，密封保存；可以不留。Who asks; sealed, and may be left out.
        name: Option<VisitorName>,
        /// 预约人的电话，密封保存；可以不留。Their number; likewise.
        phone: Option<Phone>,
        /// 所为何事，密封保存。What it is about; sealed.
        text: Text,
        /// 预约的时间，默认现在。When it was asked for; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            let parts = RequestParts {
                grid_id,
                unit_id: unit_id.flatten(),
                delegate_id: delegate_id.flatten(),
                at: occurred_at.flatten(),
            };
            request_faults(facts, &parts)
        },
    }
}

/// What the rules of the day have against a request.
fn request_faults(facts: Option<&Facts>, parts: &RequestParts) -> Vec<Refusal> {
    let rules = facts.and_then(|facts| Some((facts, facts.rules_on(facts.day_of(parts.at))?)));
    rules.map_or_else(Vec::new, |(facts, rules)| appointment::request_faults(&facts.people(), &rules, parts))
}

fn request_of(fields: &mut Fields<'_>) -> Option<NewAppointment> {
    let body = RequestAppointment::read(fields)?;
    Some(NewAppointment {
        grid_id: body.grid_id,
        unit_id: body.unit_id,
        delegate_id: body.delegate_id,
        visitor: NewVisitor { name: body.name, phone: body.phone },
        text: body.text,
        at: body.occurred_at,
    })
}

/// Request an appointment
///
/// 群众预约代表走访；须在规定工作日内与预约人联系（C-3.1）。
///
/// Somebody asks that a delegate comes. Whoever asks is to be contacted within the working days of the policy (C-3.1).
#[utoipa::path(post, path = "/v1/appointments", tag = "appointments", request_body = RequestAppointment, responses(
    (status = 201, description = "已登记。Recorded.", body = AppointmentChanged),
))]
pub(crate) async fn request(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran =
        run(&app, &command, request_of, async |call, new| app.casework.request_appointment(call, &new).await).await?;
    begun(&app, &command, "/v1/appointments", ran, AppointmentId, async |id, loaded, snapshot, position| {
        after(&app, id, &loaded, snapshot, position).await
    })
    .await
}

body! {
    /// 与预约人的联系。How whoever asked was contacted.
    #[example = {"channel": "phone", "text": "下周二前回复具体时间。"}]
    struct ContactAboutAppointment {
        /// 联系的方式。How.
        channel: WordChannel,
        /// 所说的内容，密封保存。What was said; sealed.
        text: Option<Text>,
        /// 联系的时间，默认现在。When; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Record a contact about an appointment
///
/// 与预约人联系，可多次记录；代表取消之后也可告知（C-3.1）。
///
/// Whoever asked was spoken to, as often as it takes; also to be told that the delegate called it off (C-3.1).
#[utoipa::path(post, path = "/v1/appointments/{id}/contacts", tag = "appointments", request_body = ContactAboutAppointment, responses(
    (status = 200, description = "已记录。Recorded.", body = AppointmentChanged),
))]
pub(crate) async fn contact(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_appointment(&app, id, &command, ContactAboutAppointment::read, async |call, id, body| {
        app.casework.contact_about_appointment(call, id, body.channel, body.text.as_deref(), body.occurred_at).await
    })
    .await
}

body! {
    /// 约定。What is agreed.
    #[example = {"delegate_id": "0198f3c0-2b3c-7d4e-9f50-6a7b8c9d0e1f", "scheduled_on": "2026-11-26", "from": "13:30",
        "place": "太平村3号楼"}]
    struct ScheduleAppointment {
        /// 走访的代表，其他网格的也可以；约定之日须在任。Who will come; one of another grid may. They hold a mandate on the day agreed.
        delegate_id: DelegateId,
        /// 约定之日，不早于约定之时。The day agreed: that on which it is agreed or a later one.
        scheduled_on: VisitDay,
        /// 开始的时间。From this time of day.
        from: ClockTime,
        /// 地点，可能是住处，密封保存。Where, perhaps a home; sealed.
        place: Option<Name>,
        /// 约定的时间，默认现在。When it was agreed; by default now.
        occurred_at: Option<PastInstant> => |facts| {
            schedule_faults(facts, delegate_id, scheduled_on, occurred_at)
        },
    }
}

/// What does not fit between who comes and when.
fn schedule_faults(
    facts: Option<&Facts>,
    delegate_id: Option<DelegateId>,
    scheduled_on: Option<chrono::NaiveDate>,
    at: Option<Option<chrono::DateTime<chrono::Utc>>>,
) -> Vec<Refusal> {
    facts.map_or_else(Vec::new, |facts| {
        let agreed_on = facts.day_of(at.flatten());
        appointment::schedule_faults(&facts.reference.delegates, agreed_on, delegate_id, scheduled_on)
    })
}

/// Schedule an appointment
///
/// 约定走访的代表、日期和时间，即视为已联系；约定之日以前可以再约，即为改期（C-3.1）。
///
/// Delegate, day and hour are agreed, which is a contact too. Agreed again, before its day, it is moved (C-3.1).
#[utoipa::path(post, path = "/v1/appointments/{id}/schedule", tag = "appointments", request_body = ScheduleAppointment, responses(
    (status = 200, description = "已约定。Agreed.", body = AppointmentChanged),
))]
pub(crate) async fn schedule(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_appointment(&app, id, &command, ScheduleAppointment::read, async |call, id, body| {
        let new = NewAgreement {
            delegate_id: body.delegate_id,
            scheduled_on: body.scheduled_on,
            from: body.from,
            place: body.place,
            at: body.occurred_at,
        };
        app.casework.schedule_appointment(call, id, &new).await
    })
    .await
}

body! {
    /// 取消。Who called an appointment off, and why.
    #[example = {"by": "visitor", "reason": "事情已经解决。"}]
    struct CancelAppointment {
        /// 由谁取消。Who called it off.
        by: CancelledBy,
        /// 原因，密封保存。Why; sealed.
        reason: Text,
        /// 取消的时间，默认现在。When; by default now.
        occurred_at: Option<PastInstant>,
    }
}

/// Cancel an appointment
///
/// 取消预约，须说明原因；来访人在约定之日或之前取消的不再欠走访，代表取消的仍算未履行（C-3.1）。
///
/// Calls the appointment off, with a reason. By the visitor and in time it leaves nothing owed; what the delegate calls off
/// stays owed (C-3.1).
#[utoipa::path(post, path = "/v1/appointments/{id}/cancellation", tag = "appointments", request_body = CancelAppointment, responses(
    (status = 200, description = "已取消。Cancelled.", body = AppointmentChanged),
))]
pub(crate) async fn cancel(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    on_appointment(&app, id, &command, CancelAppointment::read, async |call, id, body| {
        app.casework.cancel_appointment(call, id, body.by, &body.reason, body.occurred_at).await
    })
    .await
}

/// Runs a command that changes one appointment and shows the appointment after it.
async fn on_appointment<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, AppointmentId, B) -> ChangedOutcome<Appointment>,
) -> Result<HttpResponse, Problem> {
    let id = AppointmentId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    shown(app, command, id, ran, async |loaded, snapshot, position| after(app, id, &loaded, snapshot, position).await)
        .await
}

async fn after(
    app: &AppState,
    id: AppointmentId,
    loaded: &Loaded<Appointment>,
    snapshot: &Snapshot,
    position: u64,
) -> Result<AppointmentChanged, Problem> {
    Ok(AppointmentChanged { appointment: AppointmentView::of(app, id, loaded, snapshot).await?, position })
}

//! Setting and lifting legal holds.

use super::view::LegalHoldView;
use crate::erasures::persons::{NamedPerson, PERSONS_MAX};
use crate::http::commands::run;
use crate::http::extract::{Command, PathId};
use crate::http::reference::{settle_governed, written_id};
use crate::http::response::CommandAnswer;
use crate::input::body::{Day, Grid, List, Text, body};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::erasures::HeldMatter;
use casework::governed::Governed;
use casework::transact::Outcome;
use domain::ids::{IssueId, LegalHoldId, ReceptionId};
use domain::refusal::{Code, Refusal};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

body! {
    /// 依法保全的范围与期限。What is to be held, and until when.
    #[example = {"issue_id": "0198f3c1-0000-7000-8000-000000000002", "until_on": "2027-06-30", "reason": "配合调查。"}]
    struct SetLegalHold {
        /// 涉及的人。The people.
        persons: Option<List<NamedPerson, PERSONS_MAX>>,
        /// 事项。An issue.
        issue_id: Option<IssueId>,
        /// 接待及其事项。A reception with its issues.
        reception_id: Option<Uuid>,
        /// 网格，与 from、to 同用。A grid, together with from and to.
        grid_id: Option<Grid>,
        /// 首日。First day.
        from: Option<Day>,
        /// 末日。Last day.
        to: Option<Day> => |_| {
            let matters = [persons.as_ref()?.is_some(), issue_id?.is_some(), reception_id?.is_some(), grid_id?.is_some()];
            one_matter(matters, from?.is_some(), to?.is_some())
        },
        /// 保全的末日，至多一年。Last day on which it holds; a year ahead at most.
        until_on: Day,
        /// 理由，密封保存。Why; sealed.
        reason: Text,
    }
}

body! {
    /// 解除依法保全。The end of a legal hold.
    #[example = {"reason": "调查结束。"}]
    struct LiftLegalHold {
        /// 理由，密封保存。Why; sealed.
        reason: Text,
    }
}

/// A hold is of one matter, and days belong to a grid.
fn one_matter(matters: [bool; 4], from: bool, to: bool) -> Option<Refusal> {
    let one = matters.iter().filter(|named| **named).count() == 1;
    if one && from == matters[3] && to == matters[3] {
        return None;
    }
    Some(Refusal::new(Code::InvalidValue).because(
        "请写明 persons、issue_id、reception_id、grid_id 之一；from 和 to 只与 grid_id 同用。",
        "Name one of persons, issue_id, reception_id and grid_id; from and to only together with grid_id.",
    ))
}

impl SetLegalHold {
    fn matter(&mut self) -> Option<HeldMatter> {
        if let Some(persons) = self.persons.take() {
            return Some(HeldMatter::Persons(persons.iter().filter_map(NamedPerson::named).collect()));
        }
        if let Some(issue_id) = self.issue_id {
            return Some(HeldMatter::Issue(issue_id));
        }
        if let Some(reception_id) = self.reception_id {
            return Some(HeldMatter::Reception(ReceptionId(reception_id)));
        }
        let (grid_id, from, to) = (self.grid_id?, self.from?, self.to?);
        Some(HeldMatter::Grid { grid_id, from, to })
    }
}

/// 命令之后的依法保全。A legal hold after a command.
#[derive(Serialize, ToSchema)]
pub struct LegalHoldChanged {
    /// 依法保全。The hold as it now is.
    legal_hold: LegalHoldView,
    /// 该命令最后一条记录的位置。Position of the command's last event.
    position: u64,
}

async fn changed(
    app: &AppState,
    command: &Command,
    ran: Outcome<Governed<LegalHoldId>>,
    is_new: bool,
) -> Result<HttpResponse, Problem> {
    let again = async |record: &_| Ok(LegalHoldId(written_id(app, record).await?));
    let done = settle_governed(app, command, ran, again).await?;
    let id = done.did.made;
    let known = done.snapshot.reference.legal_holds.get(id).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let created = is_new.then(|| format!("/v1/legal-holds/{id}"));
    let headers = CommandAnswer { created, version: Some(known.version), replayed: done.replayed };
    let legal_hold = LegalHoldView::of(known, done.snapshot.today, done.snapshot.reference.time_zone());
    Ok(headers.answer(LegalHoldChanged { legal_hold, position: done.did.position.0 }))
}

/// Set a legal hold
///
/// 依法保全：所涉的个人信息在末日之前不得删除，至多一年，可再次设定。
///
/// A legal hold: nothing of what it covers is erased before its last day, a year ahead at most; another may follow.
#[utoipa::path(post, path = "/v1/legal-holds", tag = "personal data", request_body = SetLegalHold, responses(
    (status = 201, description = "已设定。Set.", body = LegalHoldChanged),
))]
pub(crate) async fn set(app: web::Data<AppState>, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, SetLegalHold::read, async |call, mut body| {
        // A body without a matter was refused.
        let matter = body.matter().ok_or_else(|| Refusal::new(Code::Missing).at("/persons"))?;
        app.casework.set_legal_hold(call, &matter, body.until_on, &body.reason).await
    })
    .await?;
    changed(&app, &command, ran, true).await
}

/// Lift a legal hold
///
/// 提前解除依法保全；已解除或到期的为 409 legal_hold_over。
///
/// Ends a legal hold before its day; one that is lifted or over is 409 `legal_hold_over`.
#[utoipa::path(post, path = "/v1/legal-holds/{id}/lifting", tag = "personal data", request_body = LiftLegalHold, responses(
    (status = 200, description = "已解除。Lifted.", body = LegalHoldChanged),
))]
pub(crate) async fn lift(app: web::Data<AppState>, id: PathId, command: Command) -> Result<HttpResponse, Problem> {
    let ran = run(&app, &command, LiftLegalHold::read, async |call, body| {
        app.casework.lift_legal_hold(call, LegalHoldId(id.0), &body.reason).await
    })
    .await?;
    changed(&app, &command, ran, false).await
}

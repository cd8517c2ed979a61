//! A command on an issue: how it is run, and the issue after it.

use crate::http::commands::{CommandResult, changed, run, settle};
use crate::http::extract::{Command, PathId};
use crate::http::response::absent;
use crate::input::body::Fields;
use crate::issues::view::IssueView;
use crate::major_issues::view::MajorIssueView;
use crate::problem::Problem;
use crate::state::AppState;
use actix_web::HttpResponse;
use casework::CommandContext;
use casework::change::Changed;
use casework::escalations::Escalated;
use casework::issues::IssueOutcome;
use casework::transact::Outcome;
use domain::ids::IssueId;
use domain::issue::Issue;
use event_store::{CommandRecord, Position};
use serde::Serialize;
use utoipa::ToSchema;

/// An issue after a command.
#[derive(Serialize, ToSchema)]
pub struct IssueChanged {
    /// The issue as it now is.
    issue: IssueView,
    /// The major issue that an escalation made or joined.
    #[serde(skip_serializing_if = "absent")]
    major_issue: Option<MajorIssueView>,
    /// Position of the command's last event.
    position: u64,
}

impl IssueChanged {
    /// An issue that no escalation came of.
    pub(crate) fn of(issue: IssueView, position: Position) -> Self {
        Self { issue, major_issue: None, position: position.0 }
    }
}

/// Runs a command that changes one issue and shows the issue after it.
pub(crate) async fn on_issue<B>(
    app: &AppState,
    id: PathId,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, IssueId, B) -> IssueOutcome,
) -> Result<HttpResponse, Problem> {
    let id = IssueId(id.0);
    let ran = run(app, command, read, async |call, body| act(call, id, body).await).await?;
    issue_changed(app, id, command, ran).await
}

/// Shows an issue after a command; apart from what differs by command, so that it is compiled once.
async fn issue_changed(
    app: &AppState,
    id: IssueId,
    command: &Command,
    ran: Outcome<Changed<Issue>>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Changed<Issue>| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.changed::<Issue>(id, record.last).await;
    let CommandResult { did: Changed { loaded, position }, snapshot, replayed } =
        settle(app, command, ran, now, load).await?;
    let issue = IssueView::of(app, id, &loaded, &snapshot).await?;
    Ok(changed(loaded.version.0, replayed).answer(IssueChanged::of(issue, position)))
}

/// Shows an issue after a command that may have made or joined a major issue.
pub(crate) async fn escalated(
    app: &AppState,
    id: IssueId,
    command: &Command,
    ran: Outcome<Escalated>,
) -> Result<HttpResponse, Problem> {
    let now = |did: &Escalated| (did.position, app.present());
    let load = async |record: &CommandRecord| app.casework.escalated(id, record.last).await;
    let CommandResult { did, snapshot, replayed } = settle(app, command, ran, now, load).await?;
    let issue = IssueView::of(app, id, &did.issue, &snapshot).await?;
    let mut done = changed(did.issue.version.0, replayed);
    let major_issue = did.major_issue.map(|(major, loaded)| {
        done.created = did.made.then(|| format!("/v1/major-issues/{major}"));
        MajorIssueView::of(major, &loaded, &snapshot)
    });
    Ok(done.answer(IssueChanged { issue, major_issue, position: did.position.0 }))
}

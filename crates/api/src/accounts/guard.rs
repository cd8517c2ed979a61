//! Lets a question at the one thing that its path names, before its handler has read a word of it: what its caller may not
//! see is not there for them, with the very answer of what is not there.

use crate::http::caller::Caller;
use crate::http::context::RequestContext;
use crate::obligations::questions::{about, owed};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::http::Method;
use actix_web::{HttpMessage as _, HttpRequest, web};
use casework::access::admission::thing_of;
use casework::access::asker::Authority;
use casework::access::{Asker, things};
use casework::loaded::{AsOf, Entity};
use casework::{Casework, Failure};
use domain::access::{Action, Thing};
use domain::appointment::Appointment;
use domain::ids::{
    AccountId, AppointmentId, AreaId, DelegateId, FileId, IssueId, MajorIssueId, ObligationId, ProposalId, ReceptionId,
    TokenId, TypicalCaseId,
};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::proposal::Proposal;
use domain::reception::Reception;
use domain::typical_case::TypicalCase;
use event_store::Position;
use uuid::Uuid;

/// Lets a request at what its path names, where its caller may not see everything of the town.
///
/// # Errors
/// 404.
pub(crate) async fn let_in(request: &HttpRequest) -> Result<(), Problem> {
    let Some(app) = request.app_data::<web::Data<AppState>>() else { return Ok(()) };
    let caller = request.extensions().get::<Caller>().map(|caller| (caller.action, caller.asker()));
    let Some((action, asker)) = caller else { return Ok(()) };
    // Commands are held against what they change where it is loaded; so is an objection, though its action is that of an
    // open route, too.
    let commands = action.is_command() || request.method() == Method::POST;
    if !app.casework.access_adopted() || commands {
        return Ok(());
    }
    // Whoever only asks who they are comes in any role.
    let Ok(asker) = asker else { return Ok(()) };
    let authority = app.casework.authority(&asker, action)?;
    let context = RequestContext::of(request)?;
    let Some(route) = context.route.as_ref().filter(|route| route.path.contains('{')) else { return Ok(()) };
    if authority.is_whole() {
        return Ok(());
    }
    let asked = Asked { app, asker: &asker, path: route.path, context: &context };
    let within = if action == Action::IssueRead {
        asked.is_an_issue_within(&authority).await?
    } else {
        match asked.thing(action).await? {
            Some(thing) => app.casework.reaches(&authority, action, &thing).await?,
            None => true,
        }
    };
    if within { Ok(()) } else { Err(Problem::new(HttpCode::NotFound)) }
}

/// Whether whoever asks sees by this action some things of the town and not others.
pub(crate) fn is_narrowed(request: &HttpRequest) -> bool {
    let caller = request.extensions().get::<Caller>().cloned();
    let Some((caller, app)) = caller.zip(request.app_data::<web::Data<AppState>>()) else { return false };
    let authority = caller.asker().ok().map(|asker| app.casework.authority(&asker, caller.action));
    authority.is_some_and(|authority| authority.is_ok_and(|authority| !authority.is_whole()))
}

/// What is asked, and by whom.
struct Asked<'a> {
    app: &'a AppState,
    asker: &'a Asker,
    path: &'static str,
    context: &'a RequestContext,
}

impl Asked<'_> {
    fn id(&self) -> Result<Uuid, Problem> {
        self.context.part("id").parse().map_err(|_| Problem::new(HttpCode::NotFound))
    }

    fn casework(&self) -> &Casework {
        &self.app.casework
    }

    fn delegate(&self) -> Result<Thing, Problem> {
        let reference = self.casework().reference();
        let today = reference.town_date(self.casework().clock_now());
        Ok(things::of_delegate(&reference, DelegateId(self.id()?), today))
    }

    /// What access turns on of what the path names; nothing where it names a list, whose rows are narrowed.
    ///
    /// It fails closed: a route of one thing whose action nobody thought of here is not there for whoever may not see
    /// everything.
    async fn thing(&self, action: Action) -> Result<Option<Thing>, Problem> {
        let thing = match action.as_str() {
            "reception.read" => self.loaded::<Reception>(ReceptionId).await?,
            "major_issue.read" => self.loaded::<MajorIssue>(MajorIssueId).await?,
            "appointment.read" => self.loaded::<Appointment>(AppointmentId).await?,
            "typical_case.read" => self.loaded::<TypicalCase>(TypicalCaseId).await?,
            "proposal.read" => {
                let id = ProposalId(self.id()?);
                let proposal = self.casework().load::<Proposal>(id, AsOf::Now).await?;
                self.casework().thing_of_proposal(id, &proposal).await?
            }
            // Nothing to hold against them where they may.
            "file.read" | "file.open" => {
                let may = self.casework().may_of_file(self.asker, action, FileId(self.id()?)).await?;
                return Ok(if may { None } else { Some(Thing::default()) });
            }
            "obligation.read" => self.obligation().await?,
            "leave.list" => self.delegate()?,
            "review.read" if self.path.contains("/delegates/") => self.delegate()?,
            "review.read" if self.path.contains("/grids/") => things::of_grid(AreaId(self.id()?)),
            "review.read" => return Ok(None),
            // Its handler tells those who do not see the whole town of what they asked for themselves alone.
            "erasure.read" => return Ok(None),
            "account.read" => things::of_account(AccountId(self.id()?)),
            "token.read" => {
                let reference = self.casework().reference();
                let owner = reference.accounts.token(TokenId(self.id()?)).map(|(account, _)| account.id);
                things::of_account(owner.ok_or(Failure::NotFound)?)
            }
            "log.prove" => return self.leaf().await,
            _ => Thing::default(),
        };
        Ok(Some(thing))
    }

    /// Whether an authority reaches an issue, of which whose it is may be remembered with what was told of it.
    async fn is_an_issue_within(&self, authority: &Authority) -> Result<bool, Problem> {
        let told = self.app.answers.get(&self.casework().store, IssueId(self.id()?)).await.map_err(Failure::from)?;
        let casework = self.casework();
        Ok(match told.as_ref().and_then(|told| told.whose.as_ref()) {
            Some(whose) => casework.reaches(authority, Action::IssueRead, &whose.thing).await?,
            None => casework.reaches(authority, Action::IssueRead, &self.loaded::<Issue>(IssueId).await?).await?,
        })
    }

    async fn loaded<S: Entity>(&self, as_id: fn(Uuid) -> S::Id) -> Result<Thing, Problem> {
        let id = as_id(self.id()?);
        let loaded = self.casework().load::<S>(id, AsOf::Now).await?;
        Ok(thing_of(id, &loaded))
    }

    async fn obligation(&self) -> Result<Thing, Problem> {
        let id = ObligationId(self.id()?);
        let about = about(self.app, id).await?;
        owed(self.app, id, about.as_ref()).await
    }

    /// Nothing to hold against them where whoever asks may read what the leaf tells of, by its own action.
    async fn leaf(&self) -> Result<Option<Thing>, Problem> {
        let position = self.context.part("position").parse().map_err(|_| Problem::new(HttpCode::NotFound))?;
        let stream =
            self.casework().stream_at(Position(position)).await.map_err(|_| Problem::new(HttpCode::NotFound))?;
        Ok(if self.casework().may_see_stream(self.asker, &stream).await? { None } else { Some(Thing::default()) })
    }
}

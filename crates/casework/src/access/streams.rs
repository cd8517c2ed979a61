//! What access turns on of whatever a stream is about: of what a proposal would change, and of what names a file.

use crate::access::admission::thing_of;
use crate::access::{Asker, things};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::write::failure::Failure;
use chrono::Datelike as _;
use domain::access::{Action, Line, Thing};
use domain::activity::Activity;
use domain::annual_review::AnnualReview;
use domain::appointment::Appointment;
use domain::appraisal::{Appraisal, Appraisee};
use domain::deed::Deed;
use domain::ids::{
    ActivityId, AppointmentId, AppraisalId, AreaId, DeedId, DelegateId, FileId, IssueId, MajorIssueId, MeetingId,
    ProposalId, ReceptionId, SessionId, StudyId, TypicalCaseId,
};
use domain::issue::Issue;
use domain::leave::Leaves;
use domain::major_issue::MajorIssue;
use domain::meeting::Meeting;
use domain::proposal::Proposal;
use domain::reception::Reception;
use domain::session::Session;
use domain::study::Study;
use domain::typical_case::TypicalCase;
use event_store::StreamId;

impl Casework {
    /// What access turns on of the thing of a stream, as it stands now. What is no grid's and no delegate's, such as an account,
    /// a policy or a calendar, is of nobody in particular, and so is what is not there: whoever sees the whole town sees it.
    #[boxed]
    pub async fn thing_of_stream(&self, stream: &StreamId) -> Result<Thing, Failure> {
        if stream.family() == AnnualReview::FAMILY {
            // Of a year, in which delegates of both lines are reviewed.
            return Ok(Thing { line: Line::Both, ..Thing::default() });
        }
        let Some(id) = stream.uuid() else { return Ok(Thing::default()) };
        match stream.family() {
            Issue::FAMILY => self.thing_there::<Issue>(IssueId(id)).await,
            Reception::FAMILY => self.thing_there::<Reception>(ReceptionId(id)).await,
            MajorIssue::FAMILY => self.thing_there::<MajorIssue>(MajorIssueId(id)).await,
            Session::FAMILY => self.thing_there::<Session>(SessionId(id)).await,
            Appointment::FAMILY => self.thing_there::<Appointment>(AppointmentId(id)).await,
            Activity::FAMILY => self.thing_there::<Activity>(ActivityId(id)).await,
            Deed::FAMILY => self.thing_there::<Deed>(DeedId(id)).await,
            Study::FAMILY => self.thing_there::<Study>(StudyId(id)).await,
            Meeting::FAMILY => self.thing_there::<Meeting>(MeetingId(id)).await,
            TypicalCase::FAMILY => self.thing_there::<TypicalCase>(TypicalCaseId(id)).await,
            Appraisal::FAMILY => Ok(self.thing_of_appraisal(AppraisalId(id))),
            "delegate" | Leaves::FAMILY => Ok(self.thing_of_delegate(DelegateId(id))),
            "area" if self.reference().areas.grid(AreaId(id)).is_some() => Ok(things::of_grid(AreaId(id))),
            _ => Ok(Thing::default()),
        }
    }

    async fn thing_there<S: Entity>(&self, id: S::Id) -> Result<Thing, Failure> {
        match self.load::<S>(id, AsOf::Now).await {
            Ok(loaded) => Ok(thing_of(id, &loaded)),
            Err(Failure::NotFound) => Ok(Thing::default()),
            Err(failure) => Err(failure),
        }
    }

    fn thing_of_delegate(&self, delegate: DelegateId) -> Thing {
        let reference = self.reference();
        let today = reference.town_date(self.clock_now());
        things::of_delegate(&reference, delegate, today)
    }

    /// Whom an appraisal is about its stream does not say: its id is made of them and the year.
    fn thing_of_appraisal(&self, id: AppraisalId) -> Thing {
        let reference = self.reference();
        let newest = reference.town_date(self.clock_now()).year();
        let first = reference.programme.established().map_or(newest, |programme| programme.effective_on.year());
        let is_it = |whose: Appraisee| (first..=newest).any(|year| whose.appraisal(year) == id);
        if let Some(delegate) = reference.delegates.all().find(|one| is_it(Appraisee::Delegate(one.id))) {
            return self.thing_of_delegate(delegate.id);
        }
        let grid = reference.areas.grids().find(|grid| is_it(Appraisee::Grid(grid.id)));
        grid.map(|grid| things::of_grid(grid.id)).unwrap_or_default()
    }

    /// What access turns on of a proposal: who made it, and the line of what it is about. One about accounts, access, policies,
    /// or what else concerns the whole town, is of no line.
    #[boxed]
    pub async fn thing_of_proposal(&self, id: ProposalId, proposal: &Loaded<Proposal>) -> Result<Thing, Failure> {
        let target = proposal.state.target.as_deref().and_then(StreamId::new);
        let line = match target {
            Some(stream) => self.thing_of_stream(&stream).await?.line,
            None => Line::None,
        };
        Ok(Thing { line, ..thing_of(id, proposal) })
    }

    /// Whether somebody may do something of a file: of one that they stored themselves, and of one that is named by what their
    /// role reaches.
    #[boxed]
    pub async fn may_of_file(&self, asker: &Asker, action: Action, id: FileId) -> Result<bool, Failure> {
        let authority = match self.authority(asker, action) {
            Err(Failure::Forbidden { .. }) => return Ok(false),
            authority => authority?,
        };
        if authority.is_whole() {
            return Ok(true);
        }
        if self.file(id, AsOf::Now).await?.begun_by == Some(asker.account) {
            return Ok(true);
        }
        for stream in self.mentions_of(id).await? {
            let thing = self.thing_of_stream(&stream).await?;
            if self.reaches(&authority, action, &thing).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The streams that name a file, in the order in which they did so first.
    pub(crate) async fn mentions_of(&self, file: FileId) -> Result<Vec<StreamId>, Failure> {
        self.mentions.of(&self.store, file).await
    }

    /// The files that any of some streams names, in the order in which they were stored.
    pub(crate) async fn files_named_by(&self, streams: &[StreamId]) -> Result<Vec<FileId>, Failure> {
        self.mentions.named_by(&self.store, streams).await
    }

    /// Reads into memory which files are named where, so that who asks first need not wait for it.
    #[boxed]
    pub async fn read_mentions(&self) -> Result<(), Failure> {
        self.mentions.catch_up(&self.store).await
    }
}

//! Whose parts lie where: the people and files that an erasure or a hold names, as the rules see them.

use super::personal;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::write::failure::Failure;
use domain::erasure::{Erasure, Matter, Target};
use domain::file::File;
use domain::ids::{FileId, IssueId, ProposalId, ReceptionId};
use domain::issue::Issue;
use domain::proposal::Proposal;
use domain::reception::{Reception, Visitor};
use domain::refusal::{Code, Refusal};
use event_store::{Class, StreamId, SubjectId, Version};
use std::sync::Arc;

/// A person as a client names them: leaves do not link somebody across receptions.
#[derive(Clone, Debug)]
pub enum PersonNamed {
    /// A visitor of a reception, by index.
    Visitor {
        /// The reception.
        reception_id: ReceptionId,
        /// Which of its visitors, from 0.
        visitor: u32,
    },
    /// Whoever raised the issue with this receipt code.
    Receipt {
        /// The code.
        receipt_code: String,
    },
}

/// Whose parts are meant.
pub(crate) enum Whose {
    /// A visitor of a reception.
    Visitor {
        /// The reception.
        reception_id: ReceptionId,
        /// The same, as it now is.
        reception: Arc<Loaded<Reception>>,
        /// Which of its visitors.
        which: u32,
    },
    /// Whoever raised an issue of which it is not said who did.
    Issue {
        /// The issue.
        id: IssueId,
        /// The same, as it now is.
        issue: Arc<Loaded<Issue>>,
    },
}

/// The subject of a visitor; nothing of one who gave no name.
pub(crate) fn subject_of(reception: &Reception, which: u32) -> Option<&str> {
    match reception.visitors.get(usize::try_from(which).ok()?)? {
        Visitor::Named { subject } => Some(subject),
        Visitor::Anonymous { .. } => None,
    }
}

/// Somebody's parts in one stream, at the version at which it was read.
pub(super) struct Seen {
    pub target: Target,
    pub stream: StreamId,
    pub version: Version,
}

impl Casework {
    /// Everything personal that lies with people.
    ///
    /// Errors, all at once: [`Code::UnknownId`] at each person that nobody is.
    pub(super) async fn targets_of_persons(&self, persons: &[PersonNamed]) -> Result<Vec<Target>, Failure> {
        let (mut known, mut unknown) = (Vec::with_capacity(persons.len()), Vec::new());
        for (index, person) in persons.iter().enumerate() {
            match self.whose(index, person).await {
                Ok(whose) => known.push(whose),
                Err(Failure::Refused(refusal)) => unknown.push(*refusal),
                Err(failure) => return Err(failure),
            }
        }
        if !unknown.is_empty() {
            return Err(Failure::Invalid(unknown));
        }
        let mut targets = Vec::new();
        for whose in known {
            let (reception_id, reception, which) = match whose {
                Whose::Issue { issue, .. } => {
                    targets.extend(self.of_issue(&issue).map(|seen| seen.target));
                    continue;
                }
                Whose::Visitor { reception_id, reception, which } => (reception_id, reception, which),
            };
            if let Some(subject) = subject_of(&reception.state, which) {
                let who = self.of_visitor(&reception, reception_id, subject).await?;
                targets.extend(who.map(|seen| seen.target));
            }
            for issue_id in &reception.state.issue_ids {
                let issue = self.issue(*issue_id, AsOf::Now).await?;
                if issue.state.visitor == Some(which) {
                    targets.extend(self.of_issue(&issue).map(|seen| seen.target));
                }
            }
        }
        Ok(targets)
    }

    /// Somebody as they were named, the one at `index` of a list.
    ///
    /// Errors: [`Code::UnknownId`] where nobody is.
    pub(crate) async fn whose(&self, index: usize, person: &PersonNamed) -> Result<Whose, Failure> {
        let (reception_id, which) = match person {
            PersonNamed::Visitor { reception_id, visitor } => (*reception_id, *visitor),
            PersonNamed::Receipt { receipt_code } => {
                let at = format!("/persons/{index}/receipt_code");
                let found = self.look_up_receipt(receipt_code).await?.filter(|found| found.holds);
                let found = found.ok_or_else(|| Refusal::new(Code::UnknownId).at(at))?;
                let issue = self.issue(found.issue, AsOf::Now).await?;
                match issue.state.visitor {
                    Some(which) => (issue.state.reception_id, which),
                    // Nobody in particular: the words of this one issue are theirs all the same.
                    None => return Ok(Whose::Issue { id: found.issue, issue }),
                }
            }
        };
        let at = format!("/persons/{index}/reception_id");
        let reception = self.load_named::<Reception>(reception_id, &at).await?;
        let is_there = usize::try_from(which).is_ok_and(|which| which < reception.state.visitors.len());
        if is_there {
            Ok(Whose::Visitor { reception_id, reception, which })
        } else {
            Err(Refusal::new(Code::UnknownId).at(format!("/persons/{index}/visitor")).into())
        }
    }

    /// What lies with files.
    ///
    /// Errors: [`Code::UnknownId`] at the id of no file.
    pub(super) async fn targets_of_files(&self, ids: &[FileId]) -> Result<Vec<Target>, Failure> {
        let mut targets = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            let file = self.load_named::<File>(*id, &format!("/file_ids/{index}")).await?;
            targets.extend(self.of_file(&file, *id).await?.map(|seen| seen.target));
        }
        Ok(targets)
    }

    /// What an erasure is about, as it stands now.
    pub(super) async fn targets_of(&self, erasure: &Erasure) -> Result<Vec<Seen>, Failure> {
        let mut targets = Vec::with_capacity(erasure.asked.streams.len());
        for (subject, stream) in erasure.asked.subjects.iter().zip(&erasure.asked.streams) {
            targets.extend(self.target(subject, stream).await?);
        }
        Ok(targets)
    }

    async fn target(&self, subject: &str, stream: &str) -> Result<Option<Seen>, Failure> {
        let named = StreamId::new(stream).and_then(|stream| Some((stream.family().to_owned(), stream.uuid()?)));
        let (family, id) = named.ok_or_else(|| Failure::Fault(format!("{stream} is no stream of an erasure")))?;
        match family.as_str() {
            Reception::FAMILY => {
                let reception = self.reception(ReceptionId(id), AsOf::Now).await?;
                self.of_visitor(&reception, ReceptionId(id), subject).await
            }
            Issue::FAMILY => Ok(self.of_issue(&*self.issue(IssueId(id), AsOf::Now).await?)),
            Proposal::FAMILY => {
                let id = ProposalId(id);
                Ok(of_proposal(&*self.load::<Proposal>(id, AsOf::Now).await?, id))
            }
            File::FAMILY => self.of_file(&*self.file(FileId(id), AsOf::Now).await?, FileId(id)).await,
            _ => Err(Failure::Fault(format!("{stream} is no stream of an erasure"))),
        }
    }

    pub(super) async fn of_visitor(
        &self,
        reception: &Loaded<Reception>,
        id: ReceptionId,
        subject: &str,
    ) -> Result<Option<Seen>, Failure> {
        let Some(whose) = SubjectId::parse(subject) else { return Ok(None) };
        let state = &reception.state;
        let is_theirs = |which: u32| {
            let visitor = usize::try_from(which).ok().and_then(|which| state.visitors.get(which));
            matches!(visitor, Some(Visitor::Named { subject: named }) if named == subject)
        };
        let mut matters = vec![self.matter_of_reception(id, state)];
        for issue_id in &state.issue_ids {
            let issue = self.issue(*issue_id, AsOf::Now).await?;
            if issue.state.visitor.is_some_and(is_theirs) {
                matters.push(self.matter_of_issue(*issue_id, &issue.state));
            }
        }
        let target = Target { matters, ..target_of(reception, whose, &Reception::stream(id)) };
        Ok(Some(Seen { target, stream: Reception::stream(id), version: reception.version }))
    }

    fn of_issue(&self, issue: &Loaded<Issue>) -> Option<Seen> {
        let first = issue.boxes.first()?;
        let state = &issue.state;
        let id = first.stream.uuid().map(IssueId);
        let target = Target {
            matters: id.map(|id| self.matter_of_issue(id, state)).into_iter().collect(),
            open: state.is_open(),
            ..target_of(issue, first.subject, &first.stream)
        };
        Some(Seen { target, stream: first.stream.clone(), version: issue.version })
    }

    /// A file goes with every issue and reception that names it, and with whoever raised those issues.
    pub(super) async fn of_file(&self, file: &Loaded<File>, id: FileId) -> Result<Option<Seen>, Failure> {
        let Some(first) = file.boxes.first() else { return Ok(None) };
        let (mut with, mut matters) = (Vec::new(), Vec::new());
        for stream in self.mentions_of(id).await? {
            let Some(named_by) = stream.uuid() else { continue };
            match stream.family() {
                Issue::FAMILY => {
                    let issue = self.issue(IssueId(named_by), AsOf::Now).await?;
                    matters.push(self.matter_of_issue(IssueId(named_by), &issue.state));
                    with.extend(issue.boxes.first().map(|words| words.subject.to_string()));
                    let reception = self.reception(issue.state.reception_id, AsOf::Now).await?;
                    let which = issue.state.visitor.and_then(|which| usize::try_from(which).ok());
                    if let Some(Visitor::Named { subject }) =
                        which.and_then(|which| reception.state.visitors.get(which))
                    {
                        with.push(subject.clone());
                    }
                }
                Reception::FAMILY => {
                    let reception = self.reception(ReceptionId(named_by), AsOf::Now).await?;
                    matters.push(self.matter_of_reception(ReceptionId(named_by), &reception.state));
                }
                _ => {}
            }
        }
        let target = Target { with, matters, ..target_of(file, first.subject, &File::stream(id)) };
        Ok(Some(Seen { target, stream: File::stream(id), version: file.version }))
    }

    fn matter_of_reception(&self, id: ReceptionId, state: &Reception) -> Matter {
        let on = self.reference().town_date(state.held_at);
        Matter { reception_id: id, issue_id: None, grid_id: state.grid_id, on }
    }

    fn matter_of_issue(&self, id: IssueId, state: &Issue) -> Matter {
        let on = self.reference().town_date(state.raised_at);
        Matter { reception_id: state.reception_id, issue_id: Some(id), grid_id: state.grid_id, on }
    }
}

/// The parts of somebody in a stream, of which classes they are.
fn target_of<S>(loaded: &Loaded<S>, subject: SubjectId, stream: &StreamId) -> Target {
    let mut classes: Vec<_> = loaded
        .boxes
        .iter()
        .filter(|kept| kept.subject == subject)
        .filter_map(|kept| Class::parse(&kept.class).map(personal))
        .collect();
    classes.sort_unstable();
    classes.dedup();
    Target { subject: subject.to_string(), stream: stream.as_str().to_owned(), classes, ..Target::default() }
}

/// What lies with a proposal.
pub(super) fn of_proposal(proposal: &Loaded<Proposal>, id: ProposalId) -> Option<Seen> {
    let (first, stream) = (proposal.boxes.first()?, Proposal::stream(id));
    let target = target_of(proposal, first.subject, &stream);
    Some(Seen { target, stream, version: proposal.version })
}

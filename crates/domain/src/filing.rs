//! What goes to the two offices: a study, an inspection, the report of an activity. Both offices are one of each kind, the
//! Party-delegate studio and the congress office; a thing goes to an office once, and the office says that it has it (C-3.5,
//! C-4.2).

use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::file::NamedFile;
use crate::ids::OfficeId;
use crate::office::Offices;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::OfficeKind;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The kinds of both offices.
pub const BOTH: [OfficeKind; 2] = [OfficeKind::PartyStudio, OfficeKind::CongressOffice];

/// What is sent to an office, or what the office says of it, but for the words.
#[derive(Clone, Debug, PartialEq)]
pub struct FilingDraft {
    /// Which office.
    pub office_id: OfficeId,
    /// What goes with it.
    pub files: Vec<NamedFile>,
    /// When.
    pub at: DateTime<Utc>,
}

/// It went to an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Which.
    pub office_id: OfficeId,
    /// When.
    pub claim: Claim,
    /// When the office acknowledged it.
    pub acknowledged: Option<Claim>,
}

impl Submission {
    /// When it went there, and when that was acknowledged.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        std::iter::once(&self.claim).chain(self.acknowledged.as_ref())
    }

    /// The same, to be corrected.
    pub fn claims_mut(&mut self) -> impl Iterator<Item = &mut Claim> {
        std::iter::once(&mut self.claim).chain(self.acknowledged.as_mut())
    }
}

/// That the office to which a thing is to go is one of both.
///
/// Errors at `/office_id`: [`Code::UnknownId`], [`Code::OfficeOfOtherKind`].
pub fn office_for(offices: &Offices, id: OfficeId, clause: &'static str) -> Result<(), Refusal> {
    let refuse = |code| Refusal::new(code).under(clause).at("/office_id");
    let office = offices.get(id).ok_or_else(|| refuse(Code::UnknownId))?;
    if BOTH.contains(&office.kind) { Ok(()) } else { Err(refuse(Code::OfficeOfOtherKind)) }
}

/// The submission to an office.
pub fn submission_to(submissions: &[Submission], office: OfficeId) -> Option<&Submission> {
    submissions.iter().find(|submission| submission.office_id == office)
}

/// It has not gone to the office yet.
///
/// Errors: [`Code::AlreadySubmitted`].
pub fn not_submitted(submission: Option<&Submission>, clause: &'static str) -> Result<(), Refusal> {
    match submission {
        None => Ok(()),
        Some(_) => Err(Refusal::new(Code::AlreadySubmitted).under(clause).at("/office_id")),
    }
}

/// It has gone to the office, which has not acknowledged it yet.
///
/// Errors: [`Code::NotSubmitted`], [`Code::AlreadyAcknowledged`].
pub fn not_acknowledged(submission: Option<&Submission>, clause: &'static str) -> Result<(), Refusal> {
    let no = |code| Err(Refusal::new(code).under(clause).at("/office_id"));
    match submission {
        None => no(Code::NotSubmitted).map_err(|refusal| {
            refusal.because(
                "尚未报送该办公室，请先记录报送。",
                "It was not submitted to that office yet; record the submission first.",
            )
        }),
        Some(Submission { acknowledged: Some(_), .. }) => no(Code::AlreadyAcknowledged),
        Some(Submission { acknowledged: None, .. }) => Ok(()),
    }
}

/// The submissions to offices of a kind, in order.
pub fn sent_to<'a>(
    submissions: &'a [Submission],
    offices: &'a Offices,
    kind: OfficeKind,
) -> impl Iterator<Item = &'a Submission> {
    let of_kind =
        move |submission: &&Submission| offices.get(submission.office_id).is_some_and(|office| office.kind == kind);
    submissions.iter().filter(of_kind)
}

/// The kinds of office of which none has a submission that counts.
pub fn without(submissions: &[Submission], offices: &Offices, counts: impl Fn(&Submission) -> bool) -> Vec<OfficeKind> {
    let has = |kind| sent_to(submissions, offices, kind).any(&counts);
    BOTH.into_iter().filter(|kind| !has(*kind)).collect()
}

/// For each kind of office the day from which its first submission counts, and that submission.
pub fn first_sent(
    submissions: &[Submission],
    offices: &Offices,
    policy: &Policy,
    calendars: &Calendars,
) -> [Option<(NaiveDate, Claim)>; 2] {
    BOTH.map(|kind| {
        let sent = sent_to(submissions, offices, kind);
        sent.map(|one| (one.claim.counts_on(policy, calendars), one.claim)).min_by_key(in_order)
    })
}

/// The day from which both offices have it, and the submission that made it so.
pub fn both_sent(
    submissions: &[Submission],
    offices: &Offices,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, Claim)> {
    let [studio, congress] = first_sent(submissions, offices, policy, calendars);
    studio.zip(congress).map(|(one, other)| std::cmp::max_by_key(one, other, in_order))
}

/// By the day from which they count; of one day, as they were recorded.
pub fn in_order((on, claim): &(NaiveDate, Claim)) -> (NaiveDate, u64) {
    (*on, claim.position)
}

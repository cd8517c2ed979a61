//! Posting and amending the notice of a session (C-5.2).

use super::due::{notice_due, owing_units};
use crate::area::Areas;
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::{AreaId, FileId};
use crate::policy::{ClockTime, Policy};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::session::{NoticeAmended, NoticeContent, NoticePosted, Session, Slot, files, not_full, not_over};
use crate::text;
use crate::vocabulary::{NoticeBoard, SessionState};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Topics that a notice may name.
pub const TOPICS_MAX: usize = 20;

/// A notice as it comes in, but for the reason of its lateness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDraft {
    /// Whose boards; every unit that owes one and has none yet, where it is left out.
    pub unit_ids: Option<Vec<AreaId>>,
    /// Which board.
    pub board: NoticeBoard,
    /// When it was hung out.
    pub posted_at: DateTime<Utc>,
    /// What hangs there; what the session says now, where it is left out.
    pub content: Option<NoticeContent>,
    /// Pictures of it.
    pub file_ids: Vec<FileId>,
    /// Whether it is said why it is late.
    pub late_reason_given: bool,
}

/// Posts the notice on the boards of units, from the publication of the rota to the day of the session (C-5.2).
///
/// Errors, all at once: [`Code::UnknownId`], [`Code::UnitNotInGrid`], [`Code::NoNoticeBoard`], [`Code::Duplicate`] of units;
/// those of the content and of [`files`]; a time in the future or before the publication; [`Code::ReasonMissing`] at
/// `/late_reason` for a notice that counts after its day. Then [`Code::WrongState`] of a cancelled session,
/// [`Code::NoRota`], [`Code::AlreadyPosted`], [`Code::SessionOver`].
pub fn post(
    session: &Session,
    (areas, delegates): (&Areas, &Delegates),
    rules: &Rules<'_>,
    draft: &NoticeDraft,
) -> Result<Vec<NoticePosted>, Vec<Refusal>> {
    let mut faults = unit_faults(areas, session, rules, draft.unit_ids.as_deref());
    faults.extend(content_faults(draft.content.as_ref(), rules));
    faults.extend(files(&draft.file_ids).map_err(|refusal| refusal.under("C-5.2")).err());
    faults.extend(posted_after(rules, draft.posted_at, session.published).err());
    let due = notice_due(session, rules.policy, rules.calendars);
    if rules.counts_on(draft.posted_at) > due.unpunished_until && !draft.late_reason_given {
        faults.push(Refusal::new(Code::ReasonMissing).under("C-5.2").at("/late_reason").because(
            format!("公示期限为 {}，逾期须说明原因。", due.on),
            format!("The notice was due on {}; say why it is late.", due.on),
        ));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    may_post(session, rules, draft.posted_at).map_err(|refusal| vec![refusal])?;
    let has_one = |unit: AreaId| session.notices_of(unit).next().is_some();
    let units: Vec<AreaId> = match &draft.unit_ids {
        Some(named) => named.clone(),
        None => owing_units(areas, session, rules.policy, rules.calendars)
            .map(|unit| unit.id)
            .filter(|unit| !has_one(*unit))
            .collect(),
    };
    let posted = units.iter().enumerate().filter(|(_, unit)| has_one(**unit));
    let posted: Vec<Refusal> =
        posted.map(|(index, _)| Refusal::new(Code::AlreadyPosted).at(format!("/unit_ids/{index}"))).collect();
    if !posted.is_empty() {
        return Err(posted);
    }
    if units.is_empty() {
        return Err(vec![Refusal::new(Code::AlreadyPosted)]);
    }
    let content = draft.content.clone().unwrap_or_else(|| said_now(session, delegates, rules.policy));
    let notice = |unit_id| NoticePosted {
        unit_id,
        board: draft.board,
        content: content.clone(),
        file_ids: draft.file_ids.clone(),
    };
    Ok(units.into_iter().map(notice).collect())
}

/// An amendment as it comes in, but for the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendmentDraft {
    /// Whose boards; every one that has a notice which says something else, where it is left out.
    pub unit_ids: Option<Vec<AreaId>>,
    /// When it was hung out.
    pub posted_at: DateTime<Utc>,
    /// What hangs there now; what the session says now, where it is left out.
    pub content: Option<NoticeContent>,
}

/// Amends what hangs on boards (C-5.2), also on the day itself and later, which is remarked on.
///
/// Errors, all at once: those of units and content as for [`post`]; a time in the future or before what hangs there. Then
/// [`Code::WrongState`] of a cancelled session, [`Code::NotPosted`], and [`Code::AlreadyPosted`] where it says the same.
pub fn amend(
    session: &Session,
    (areas, delegates): (&Areas, &Delegates),
    rules: &Rules<'_>,
    draft: &AmendmentDraft,
) -> Result<Vec<NoticeAmended>, Vec<Refusal>> {
    let mut faults = unit_faults(areas, session, rules, draft.unit_ids.as_deref());
    faults.extend(content_faults(draft.content.as_ref(), rules));
    let newest = |unit: AreaId| session.notices_of(unit).next_back();
    let content = draft.content.clone().unwrap_or_else(|| said_now(session, delegates, rules.policy));
    let units: Vec<AreaId> = match &draft.unit_ids {
        Some(named) => named.clone(),
        None => {
            let mut units: Vec<AreaId> = session.notices.iter().map(|notice| notice.unit_id).collect();
            units.sort_unstable();
            units.dedup();
            if units.is_empty() {
                faults.push(Refusal::new(Code::NotPosted));
                return Err(faults);
            }
            units.retain(|unit| newest(*unit).is_none_or(|notice| !say_the_same(&notice.content, &content)));
            units
        }
    };
    let last = units.iter().filter_map(|unit| newest(*unit)).map(|notice| notice.claim).max_by_key(|claim| claim.at);
    faults.extend(posted_after(rules, draft.posted_at, last).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    not_cancelled(session).and_then(|()| not_full(session)).map_err(|refusal| vec![refusal])?;
    if units.is_empty() {
        return Err(vec![Refusal::new(Code::AlreadyPosted)]);
    }
    let mut amended = Vec::new();
    for (index, unit_id) in units.iter().enumerate() {
        let at = |code| Refusal::new(code).at(format!("/unit_ids/{index}"));
        match newest(*unit_id) {
            None => faults.push(at(Code::NotPosted)),
            Some(notice) if say_the_same(&notice.content, &content) => faults.push(at(Code::AlreadyPosted)),
            Some(notice) => amended.push(NoticeAmended {
                unit_id: *unit_id,
                board: notice.board,
                content: content.clone(),
                file_ids: Vec::new(),
            }),
        }
    }
    if faults.is_empty() { Ok(amended) } else { Err(faults) }
}

/// Whether two notices say the same: in which order delegates and topics stand is nothing that is said.
fn say_the_same(one: &NoticeContent, other: &NoticeContent) -> bool {
    let people = |content: &NoticeContent| content.delegate_ids.iter().copied().collect::<BTreeSet<_>>();
    let topics = |content: &NoticeContent| content.topics.iter().cloned().collect::<BTreeSet<_>>();
    let bare =
        |content: &NoticeContent| NoticeContent { delegate_ids: Vec::new(), topics: Vec::new(), ..content.clone() };
    bare(one) == bare(other) && people(one) == people(other) && topics(one) == topics(other)
}

/// What a notice says of a session as it stands, by those who will come.
pub fn said_now(session: &Session, delegates: &Delegates, policy: &Policy) -> NoticeContent {
    let held = &session.held;
    NoticeContent {
        held_on: held.on,
        from: held.from,
        to: held.to,
        venue: held.venue.clone(),
        delegate_ids: session.coming(delegates, policy).map(Slot::on_duty).collect(),
        topics: Vec::new(),
    }
}

fn may_post(session: &Session, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    not_cancelled(session)?;
    not_full(session)?;
    if session.published.is_none() {
        return Err(Refusal::new(Code::NoRota).under("C-5.2"));
    }
    not_over(session, rules, at).map_err(|refusal| refusal.under("C-5.2"))
}

/// A cancelled session has nothing to announce.
fn not_cancelled(session: &Session) -> Result<(), Refusal> {
    match session.state {
        SessionState::Planned | SessionState::Open | SessionState::Closed => Ok(()),
        SessionState::Cancelled => Err(Refusal::new(Code::WrongState).under("C-5.2")),
    }
}

fn posted_after(rules: &Rules<'_>, at: DateTime<Utc>, fact: Option<Claim>) -> Result<(), Refusal> {
    let not_before = fact.map_or(DateTime::<Utc>::MIN_UTC, |fact| fact.at);
    rules.claimed(at, not_before, Code::BeforePrevious).map_err(|refusal| refusal.under("C-5.2").at("/posted_at"))
}

fn unit_faults(areas: &Areas, session: &Session, rules: &Rules<'_>, named: Option<&[AreaId]>) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let units = named.unwrap_or_default();
    if named.is_some() && units.is_empty() {
        faults.push(Refusal::new(Code::Missing).under("C-5.2").at("/unit_ids"));
    }
    for (index, unit) in units.iter().enumerate() {
        let at = |code| Refusal::new(code).at(format!("/unit_ids/{index}"));
        match areas.unit(*unit) {
            None => faults.push(at(Code::UnknownId)),
            Some(unit) if unit.grid_id != session.grid_id => faults.push(at(Code::UnitNotInGrid)),
            Some(unit) if !rules.policy.notice.unit_kinds.contains(&unit.kind) => {
                faults.push(at(Code::NoNoticeBoard));
            }
            Some(_) if units[..index].contains(unit) => faults.push(at(Code::Duplicate).under("C-5.2")),
            Some(_) => {}
        }
    }
    faults
}

/// What is said may be wrong, that is for the comparison; but it is a notice: hours that follow one another, a venue that can
/// be read, topics of the policy.
pub fn content_faults(content: Option<&NoticeContent>, rules: &Rules<'_>) -> Vec<Refusal> {
    let Some(content) = content else { return Vec::new() };
    let mut faults = Vec::new();
    faults.extend(hours(content.from, content.to).err());
    if let Some(venue) = &content.venue {
        faults.extend(text::official(venue).map_err(|refusal| refusal.at("/content/venue")).err());
    }
    for (list, len, most) in [
        ("/content/delegate_ids", content.delegate_ids.len(), crate::session::SLOTS_MAX),
        ("/content/topics", content.topics.len(), TOPICS_MAX),
    ] {
        if len > most {
            faults.push(Refusal::new(Code::TooMany).under("C-5.2").at(list));
        }
    }
    for (index, topic) in content.topics.iter().take(TOPICS_MAX).enumerate() {
        if rules.policy.topic(topic).is_none() {
            faults.push(Refusal::new(Code::UnknownTopic).under("C-5.2").at(format!("/content/topics/{index}")));
        }
    }
    faults
}

fn hours(from: ClockTime, to: ClockTime) -> Result<(), Refusal> {
    if from < to {
        return Ok(());
    }
    Err(Refusal::new(Code::OutOfRange)
        .under("C-5.2")
        .at("/content/to")
        .because(format!("须晚于开始时间 {from}。"), format!("Must be after {from}, when it begins.")))
}

//! Which leaves may be opened, for how long, and whether it still is so.

use super::{LogOpening, LogOpeningEvent, LogOpeningGranted};
use crate::ids::AccountId;
use crate::refusal::{Code, Refusal};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::collections::BTreeSet;

/// Leaves of one opening.
pub const POSITIONS_MAX: usize = 1_000;
/// Days from its approval for which it can be used.
pub const DAYS_MAX: i64 = 14;
/// Sealed bytes of one opening: it is answered whole.
pub const SEALED_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Families whose sealed parts may be opened: words about the service, people of it and files. What somebody signs in with
/// (`account`), and proposals, whose requests may name a login or a receipt code, are opened for nobody, and so is a family
/// that nobody thought of here.
pub const OPENED_FAMILIES: &[&str] = &[
    "activity",
    "appointment",
    "appraisal",
    "area",
    "calendar",
    "deed",
    "delegate",
    "erasure",
    "file",
    "issue",
    "leave",
    "legal_hold",
    "log_opening",
    "major_issue",
    "meeting",
    "obligation",
    "office",
    "policy",
    "programme",
    "reception",
    "review",
    "roster",
    "session",
    "study",
    "typical_case",
];

/// A leaf that an opening is to be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedLeaf {
    /// Where in the log it is said to be.
    pub position: u64,
    /// What is there; nothing beyond the end of the log.
    pub found: Option<LeafFound>,
}

/// What an opening turns on of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafFound {
    /// The family of its stream.
    pub family: String,
    /// How long its sealed parts are together, in bytes; 0 where it has none.
    pub sealed_bytes: u64,
}

/// Lets an account open the sealed parts of some leaves until an instant. Asked when it is proposed, and again when it is
/// approved of.
///
/// Errors, all at once: [`Code::Missing`], [`Code::TooMany`] at `/positions`; at `/positions/<n>` [`Code::UnknownPosition`],
/// [`Code::NothingSealed`], [`Code::NeverOpened`], [`Code::Duplicate`]; [`Code::OutOfRange`] at `/until`, which lies within
/// [`DAYS_MAX`] days.
pub fn grant(
    by: AccountId,
    leaves: &[AskedLeaf],
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<LogOpeningEvent, Vec<Refusal>> {
    let mut refusals = Vec::new();
    if leaves.is_empty() {
        refusals.push(Refusal::new(Code::Missing).at("/positions"));
    }
    if leaves.len() > POSITIONS_MAX {
        refusals.push(Refusal::new(Code::TooMany).at("/positions"));
    }
    let mut positions = BTreeSet::new();
    for (n, leaf) in leaves.iter().enumerate() {
        let fault = if positions.insert(leaf.position) { cannot_be_opened(leaf) } else { Some(Code::Duplicate) };
        refusals.extend(fault.map(|code| Refusal::new(code).at(format!("/positions/{n}"))));
    }
    let sealed: u64 = leaves.iter().filter_map(|leaf| Some(leaf.found.as_ref()?.sealed_bytes)).sum();
    if refusals.is_empty() && sealed > SEALED_BYTES_MAX {
        let mebibytes = SEALED_BYTES_MAX / (1024 * 1024);
        refusals.push(Refusal::new(Code::TooMany).at("/positions").because(
            format!("这些记录的密封内容合计超过 {mebibytes} MiB，请分次申请。"),
            format!(
                "What is sealed in these is longer than {mebibytes} MiB together: ask for them in several openings."
            ),
        ));
    }
    let last = now + TimeDelta::days(DAYS_MAX);
    if until <= now || until > last {
        let (from, to) = (written(now), written(last));
        refusals.push(Refusal::new(Code::OutOfRange).at("/until").because(
            format!("须晚于 {from}，且不晚于其后 {DAYS_MAX} 日，即 {to}。"),
            format!("Must be after {from} and at most {DAYS_MAX} days later, {to}."),
        ));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let positions = positions.into_iter().collect();
    Ok(LogOpeningEvent::Granted(LogOpeningGranted { account_id: by, positions, until: until.timestamp_millis() }))
}

/// Why the sealed parts of a leaf cannot be opened.
fn cannot_be_opened(leaf: &AskedLeaf) -> Option<Code> {
    let Some(found) = &leaf.found else { return Some(Code::UnknownPosition) };
    if !OPENED_FAMILIES.contains(&found.family.as_str()) {
        return Some(Code::NeverOpened);
    }
    (found.sealed_bytes == 0).then_some(Code::NothingSealed)
}

/// Lets whoever asked for an opening have what is sealed.
///
/// Errors: [`Code::OpeningOver`] from its end on.
pub fn fetch(opening: &LogOpening, now: DateTime<Utc>) -> Result<(), Refusal> {
    if now < opening.until {
        return Ok(());
    }
    let ended = written(opening.until);
    Err(Refusal::new(Code::OpeningOver).because(
        format!("开启期限已于 {ended} 届满；仍需查阅的，请重新申请。"),
        format!("The opening ended at {ended}: ask for another where it is still needed."),
    ))
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

//! Which leaves may be opened, for how long, and whether it still is so.

use super::{LogOpening, LogOpeningEvent, LogOpeningGranted};
use crate::ids::AccountId;
use crate::refusal::{Code, Refusal};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

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
/// Errors, all at once: those of [`positions_fit`], [`leaves_fit`] and [`until_fits`].
pub fn grant(
    by: AccountId,
    leaves: &[AskedLeaf],
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<LogOpeningEvent, Vec<Refusal>> {
    let mut positions: Vec<u64> = leaves.iter().map(|leaf| leaf.position).collect();
    let mut refusals = positions_fit(&positions.iter().copied().map(Some).collect::<Vec<_>>());
    refusals.extend(leaves_fit(leaves.iter().map(Some)));
    refusals.extend(until_fits(until, now).err());
    if !refusals.is_empty() {
        return Err(refusals);
    }
    positions.sort_unstable();
    Ok(LogOpeningEvent::Granted(LogOpeningGranted { account_id: by, positions, until: until.timestamp_millis() }))
}

/// What is wrong with a list of positions, as far as they can be read, whatever there is.
///
/// Errors: [`Code::Missing`], [`Code::TooMany`] at `/positions`; [`Code::Duplicate`] at each that stands there before.
pub fn positions_fit(positions: &[Option<u64>]) -> Vec<Refusal> {
    match positions.len() {
        0 => return vec![Refusal::new(Code::Missing).at("/positions")],
        1..=POSITIONS_MAX => {}
        _ => return vec![Refusal::new(Code::TooMany).at("/positions")],
    }
    let mut before = BTreeSet::new();
    let again = positions.iter().enumerate().filter(|(_, position)| position.is_some_and(|one| !before.insert(one)));
    again.map(|(n, _)| Refusal::new(Code::Duplicate).at(format!("/positions/{n}"))).collect()
}

/// What is wrong with the leaves at a list of positions, each in its place; nothing stands for a position that cannot be read.
///
/// Errors, all at once: at `/positions/<n>` [`Code::UnknownPosition`], [`Code::NothingSealed`], [`Code::NeverOpened`];
/// [`Code::TooMany`] at `/positions` for what one answer cannot hold.
pub fn leaves_fit<'a>(leaves: impl IntoIterator<Item = Option<&'a AskedLeaf>>) -> Vec<Refusal> {
    let (mut refusals, mut sealed) = (Vec::new(), BTreeMap::new());
    for (n, leaf) in leaves.into_iter().enumerate() {
        let Some(leaf) = leaf else { continue };
        match cannot_be_opened(leaf) {
            Some(code) => refusals.push(Refusal::new(code).at(format!("/positions/{n}"))),
            None => {
                sealed.insert(leaf.position, leaf.found.as_ref().map_or(0, |found| found.sealed_bytes));
            }
        }
    }
    if sealed.values().sum::<u64>() > SEALED_BYTES_MAX {
        let mebibytes = SEALED_BYTES_MAX / (1024 * 1024);
        refusals.push(Refusal::new(Code::TooMany).at("/positions").because(
            format!("这些记录的密封内容合计超过 {mebibytes} MiB，请分次申请。"),
            format!(
                "What is sealed in these is longer than {mebibytes} MiB together: ask for them in several openings."
            ),
        ));
    }
    refusals
}

/// An opening ends after it begins, and within [`DAYS_MAX`] days.
///
/// Errors: [`Code::OutOfRange`] at `/until`.
pub fn until_fits(until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if until > now && until <= now + TimeDelta::days(DAYS_MAX) {
        return Ok(());
    }
    Err(Refusal::new(Code::OutOfRange).at("/until").because(
        format!("须在此刻之后、{DAYS_MAX} 日之内。"),
        format!("Must be later than now, by {DAYS_MAX} days at most."),
    ))
}

/// Why the sealed parts of a leaf cannot be opened.
fn cannot_be_opened(leaf: &AskedLeaf) -> Option<Code> {
    let Some(found) = &leaf.found else { return Some(Code::UnknownPosition) };
    if found.sealed_bytes == 0 {
        return Some(Code::NothingSealed);
    }
    (!OPENED_FAMILIES.contains(&found.family.as_str())).then_some(Code::NeverOpened)
}

/// Lets whoever asked for an opening have what is sealed. Its end is told in the town's time.
///
/// Errors: [`Code::OpeningOver`] from its end on.
pub fn fetch(opening: &LogOpening, now: DateTime<Utc>, town: Tz) -> Result<(), Refusal> {
    if now < opening.until {
        return Ok(());
    }
    let ended = opening.until.with_timezone(&town).to_rfc3339_opts(SecondsFormat::Secs, true);
    Err(Refusal::new(Code::OpeningOver).because(
        format!("开启期限已于 {ended} 届满；仍需查阅的，请重新申请。"),
        format!("The opening ended at {ended}: ask for another where it is still needed."),
    ))
}

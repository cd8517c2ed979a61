//! A typical case is nominated: a grid, and what it was made of (C-5.3).

use super::events::{CaseNominated, CaseSources};
use crate::claims;
use crate::ids::{ActivityId, AreaId, DeedId, IssueId};
use crate::reception::People;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// Sources of one case, of all kinds together. A bound, not a rule of the service.
pub const SOURCES_MAX: usize = 50;

/// A source as a command names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedSource<T> {
    /// Its id.
    pub id: T,
    /// Whether there is one of that id.
    pub exists: bool,
}

/// A typical case as it is nominated, but for title and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseDraft {
    /// The grid.
    pub grid_id: AreaId,
    /// Issues that it was made of.
    pub issues: Vec<NamedSource<IssueId>>,
    /// Activities that it was made of.
    pub activities: Vec<NamedSource<ActivityId>>,
    /// Deeds that it was made of.
    pub deeds: Vec<NamedSource<DeedId>>,
    /// When it is nominated.
    pub at: DateTime<Utc>,
}

/// What could be read of one, but for its sources: a value that is not there was not sent, or could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseParts {
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// When it is nominated.
    pub at: Option<DateTime<Utc>>,
}

/// Nominates a typical case (C-5.3).
///
/// Errors, all at once: those of [`faults`]; [`Code::SourceMissing`] at `/sources`, [`Code::TooMany`] there beyond
/// [`SOURCES_MAX`]; of a source [`Code::UnknownId`], [`Code::Duplicate`].
pub fn nominate(people: &People<'_>, rules: &Rules<'_>, draft: &CaseDraft) -> Result<CaseNominated, Vec<Refusal>> {
    let CaseDraft { grid_id, issues, activities, deeds, at } = draft;
    let mut faults = faults(people, rules, &CaseParts { grid_id: Some(*grid_id), at: Some(*at) });
    match issues.len() + activities.len() + deeds.len() {
        0 => faults.push(Refusal::new(Code::SourceMissing).at("/sources")),
        count if count > SOURCES_MAX => {
            faults.push(Refusal::new(Code::TooMany).under("C-5.3").at("/sources").because(
                format!("来源最多 {SOURCES_MAX} 个。"),
                format!("There may be {SOURCES_MAX} sources at most."),
            ))
        }
        _ => {
            faults.extend(source_faults(issues, "issue_ids"));
            faults.extend(source_faults(activities, "activity_ids"));
            faults.extend(source_faults(deeds, "deed_ids"));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let sources = CaseSources { issue_ids: ids(issues), activity_ids: ids(activities), deed_ids: ids(deeds) };
    Ok(CaseNominated { grid_id: *grid_id, sources })
}

/// Everything that does not fit in what could be read of a case, but for its sources.
///
/// [`Code::UnknownId`] at `/grid_id`; [`Code::InTheFuture`] and [`Code::BeforeProgramme`] at `/occurred_at`.
pub fn faults(people: &People<'_>, rules: &Rules<'_>, parts: &CaseParts) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if parts.grid_id.is_some_and(|grid| people.areas.grid(grid).is_none()) {
        faults.push(Refusal::new(Code::UnknownId).at("/grid_id"));
    }
    if let Some(at) = parts.at {
        if at > rules.now {
            faults.push(claims::ahead(rules.now, rules.policy.time_zone()).at("/occurred_at"));
        }
        // Without a programme every day is before it.
        if people.programme.is_none_or(|programme| rules.town_date(at) < programme.effective_on) {
            faults.push(Refusal::new(Code::BeforeProgramme).at("/occurred_at"));
        }
    }
    for fault in &mut faults {
        fault.clause.get_or_insert("C-5.3");
    }
    faults
}

fn source_faults<T: PartialEq + Copy>(named: &[NamedSource<T>], list: &str) -> Vec<Refusal> {
    let faults = named.iter().enumerate().filter_map(|(index, source)| {
        let code = if named[..index].iter().any(|earlier| earlier.id == source.id) {
            Code::Duplicate
        } else if !source.exists {
            Code::UnknownId
        } else {
            return None;
        };
        Some(Refusal::new(code).under("C-5.3").at(format!("/sources/{list}/{index}")))
    });
    faults.collect()
}

fn ids<T: Copy>(named: &[NamedSource<T>]) -> Vec<T> {
    named.iter().map(|source| source.id).collect()
}

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
/// Errors, all at once: those of [`faults`] and of [`sources_fit`]; of a source [`Code::UnknownId`].
pub fn nominate(people: &People<'_>, rules: &Rules<'_>, draft: &CaseDraft) -> Result<CaseNominated, Vec<Refusal>> {
    let CaseDraft { grid_id, issues, activities, deeds, at } = draft;
    let mut faults = faults(people, rules, &CaseParts { grid_id: Some(*grid_id), at: Some(*at) });
    let sources = CaseSources { issue_ids: ids(issues), activity_ids: ids(activities), deed_ids: ids(deeds) };
    faults.extend(sources_fit(&sources));
    faults.extend(unknown(issues, "issue_ids"));
    faults.extend(unknown(activities, "activity_ids"));
    faults.extend(unknown(deeds, "deed_ids"));
    if faults.is_empty() { Ok(CaseNominated { grid_id: *grid_id, sources }) } else { Err(faults) }
}

/// What is wrong with the sources of a case, whatever is in the log (C-5.3).
///
/// [`Code::SourceMissing`] at `/sources`, [`Code::TooMany`] there beyond [`SOURCES_MAX`]; [`Code::Duplicate`] at a source that
/// is named twice.
pub fn sources_fit(sources: &CaseSources) -> Vec<Refusal> {
    let CaseSources { issue_ids, activity_ids, deed_ids } = sources;
    match issue_ids.len() + activity_ids.len() + deed_ids.len() {
        0 => vec![Refusal::new(Code::SourceMissing).at("/sources")],
        count if count > SOURCES_MAX => {
            vec![Refusal::new(Code::TooMany).under("C-5.3").at("/sources").because(
                format!("来源最多 {SOURCES_MAX} 个。"),
                format!("There may be {SOURCES_MAX} sources at most."),
            )]
        }
        _ => {
            let lists = [
                repeated(issue_ids, "issue_ids"),
                repeated(activity_ids, "activity_ids"),
                repeated(deed_ids, "deed_ids"),
            ];
            lists.concat()
        }
    }
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

fn repeated<T: PartialEq>(ids: &[T], list: &str) -> Vec<Refusal> {
    let again = (0..ids.len()).filter(|index| ids[..*index].contains(&ids[*index]));
    again.map(|index| of_source(Code::Duplicate, list, index)).collect()
}

fn unknown<T>(named: &[NamedSource<T>], list: &str) -> Vec<Refusal> {
    let unknown = named.iter().enumerate().filter(|(_, source)| !source.exists);
    unknown.map(|(index, _)| of_source(Code::UnknownId, list, index)).collect()
}

fn of_source(code: Code, list: &str, index: usize) -> Refusal {
    Refusal::new(code).under("C-5.3").at(format!("/sources/{list}/{index}"))
}

fn ids<T: Copy>(named: &[NamedSource<T>]) -> Vec<T> {
    named.iter().map(|source| source.id).collect()
}

//! Which tasks somebody has in a role: those whose command the access table gives it now, as far as it gives it, and about nobody
//! to whom they are bound.

use crate::http::caller::gives;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::access::{Asker, Authority};
use casework::annual_reviews::ReviewYear;
use casework::loaded::AsOf;
use chrono::{Datelike as _, NaiveDate};
use domain::access::Scope;
use domain::appraisal::Appraisee;
use domain::clock::Key;
use domain::ids::DelegateId;
use domain::task::{DISCHARGES, Discharge};
use domain::vocabulary::{Lateness, ObligationCode, TaskKind};
use read_models::{Mine, NotOf, TaskQuery, TaskRow, Within};
use uuid::Uuid;

/// What is asked for: these kinds, or all; due on or before a day, or whenever.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Of these kinds; none named means all.
    pub kinds: Vec<TaskKind>,
    /// Due on or before.
    pub due_to: Option<NaiveDate>,
}

impl Wanted {
    /// What a cursor of the list is bound to.
    pub(crate) fn query(&self, asker: &Asker) -> TaskQuery {
        let asked = TaskQuery::mark_of(asker.role.as_str(), &self.kinds);
        TaskQuery { due_to: self.due_to, asked, ..TaskQuery::default() }
    }

    fn names(&self, kind: TaskKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// The tasks of somebody in a role.
///
/// # Errors
/// Where the log cannot be read.
pub(crate) async fn tasks_of(
    app: &AppState,
    asker: &Asker,
    wanted: &Wanted,
    snapshot: &Snapshot,
) -> Result<TaskQuery, Problem> {
    let mut query = wanted.query(asker);
    for what in DISCHARGES.iter().filter(|what| wanted.names(what.kind)) {
        let Some(within) = within(app, asker, what, snapshot) else { continue };
        if what.kind == TaskKind::Approve {
            let waiting = app.casework.proposals_to_decide(asker).await?;
            query.known.extend(waiting.into_iter().map(|(id, by)| known(what, id.0, by, snapshot)));
        } else if what.kind == TaskKind::DecideErasure {
            let waiting = app.casework.erasures_to_decide(asker).into_iter();
            query.known.extend(waiting.map(|(id, by)| known(what, id.0, by, snapshot)));
        } else if what.kind == TaskKind::RenewKeyBackup {
            query.known.extend(app.key_backup.stale_since().map(|at| since(what, snapshot.reference.town_date(at))));
        } else if what.kind == TaskKind::SelfReport {
            query.known.extend(reports(app, what, &within, snapshot).await?);
        } else {
            if let (TaskKind::SeeAnswerInMyName, Scope::Own { delegates, .. }) = (what.kind, &within.scope) {
                query.sighted = app.casework.accounts_of(delegates);
            }
            if what.kind == TaskKind::SetResult {
                query.disputes_over = disputes_over(app, snapshot).await?;
            }
            let (delegates, offices) = app.casework.decides_not_of(asker.account, what.action);
            let asked_by = app.casework.decides_not_for(asker.account, what.action);
            let not_of = NotOf { delegates, offices, asked_by };
            query.of.push(Mine { what, within, not_of });
        }
    }
    Ok(query)
}

/// Of which things somebody has tasks of a kind: those of which they may give its command now. Nothing where that is none.
fn within(app: &AppState, asker: &Asker, what: &Discharge, snapshot: &Snapshot) -> Option<Within> {
    if !what.is_task_of(asker.role) {
        return None;
    }
    let authority = app.casework.authority(asker, what.action).ok()?;
    if authority == Authority::Unbounded && !gives(asker.role, what.action) {
        // Nothing is adopted: an account of many roles is told what the one has that it acts in.
        return None;
    }
    let scope = authority.scope();
    let party = if scope == Scope::PartyLine { app.party_delegates() } else { Vec::new() };
    let within = Within { scope, party };
    let whole = matches!(within.scope, Scope::Town | Scope::Figures);
    let own = matches!(within.scope, Scope::Own { .. });
    // It is the delegate who sees what was said in their name; whoever owes it explains, and offices decide on that.
    if (what.kind == TaskKind::SeeAnswerInMyName && !own) || (what.kind == TaskKind::Explain && whole) {
        return None;
    }
    if what.kind == TaskKind::DecideLeave && matches!(within.scope, Scope::Grids(_)) {
        // A leave is of a grid by the delegate who asks for it.
        let delegates: Vec<DelegateId> = app.delegates_within(&within, snapshot).unwrap_or_default();
        return Some(Within { scope: Scope::Own { delegates, account: asker.account }, ..within });
    }
    Some(within)
}

/// The years whose reviews are under way: this one and the last.
fn years(snapshot: &Snapshot) -> [i32; 2] {
    [snapshot.today.year() - 1, snapshot.today.year()]
}

/// A result that was not set is on the list for so many years after its own.
const RESULTS_OWED_YEARS: i32 = 5;

/// From when on no dispute of a review that is frozen can count any more, by its year.
async fn disputes_over(app: &AppState, snapshot: &Snapshot) -> Result<Vec<(i32, NaiveDate)>, Problem> {
    let reference = &snapshot.reference;
    let mut over = Vec::new();
    for year in snapshot.today.year() - RESULTS_OWED_YEARS..=snapshot.today.year() {
        let review = app.casework.annual_review(ReviewYear(year), AsOf::Now).await?;
        over.extend(review.state.disputes_over_on(&reference.policies, &reference.calendars).map(|on| (year, on)));
    }
    Ok(over)
}

/// The reports that a delegate owes to a review that is open: of this year or the last. Whether one is there no row knows.
async fn reports(
    app: &AppState,
    what: &'static Discharge,
    within: &Within,
    snapshot: &Snapshot,
) -> Result<Vec<TaskRow>, Problem> {
    let Scope::Own { delegates, .. } = &within.scope else { return Ok(Vec::new()) };
    let mut owed = Vec::new();
    for year in years(snapshot) {
        if app.casework.annual_review(ReviewYear(year), AsOf::Now).await?.state.state().is_none() {
            continue;
        }
        for delegate in delegates {
            let appraisal = Appraisee::Delegate(*delegate).appraisal(year);
            let appraisal = app.casework.appraisal(appraisal, AsOf::Now).await?;
            if appraisal.state.report.is_some() || appraisal.state.result.is_some() {
                continue;
            }
            let (about, period) = (format!("delegate/{delegate}"), Some(year.to_string()));
            let key = Key { code: ObligationCode::O20, part: None, about, period };
            // Its day is the ledger's; while that is folded nothing is owed by what is known.
            if let Ok(Some(row)) = app.read_models.obligation(key.id()).await {
                owed.push(TaskRow {
                    number: Some(year.to_string()),
                    obligation_id: Some(row.entry.id),
                    grid_id: Some(row.entry.grid_id),
                    ..known(what, delegate.0, row.entry.due_on, snapshot)
                });
            }
        }
    }
    Ok(owed)
}

/// A task that no row of a board knows.
fn known(what: &'static Discharge, id: Uuid, due_on: NaiveDate, snapshot: &Snapshot) -> TaskRow {
    let lateness = if due_on < snapshot.today { Lateness::Overdue } else { Lateness::OnTime };
    TaskRow { id, about: Some(id), due_on: Some(due_on), lateness: Some(lateness), ..since(what, due_on) }
}

/// One that waits since a day, is due on none, and is about nothing that has an id.
fn since(what: &'static Discharge, since_on: NaiveDate) -> TaskRow {
    TaskRow {
        what,
        order_on: since_on,
        id: Uuid::nil(),
        about: None,
        beside: None,
        number: None,
        grid_id: None,
        due_on: None,
        lateness: None,
        obligation_id: None,
        code: None,
    }
}

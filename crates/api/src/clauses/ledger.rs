//! What the ledger says of a clause, put together from the read models and the town as it is.

use crate::clauses::content;
use crate::clauses::view::{BothView, CheckView, ClauseView};
use crate::leaves::list::whose;
use crate::obligations::sums::{FiguresView, within};
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use domain::clause::Clause;
use domain::clock::is_only_counted;
use domain::delegate::Delegate;
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{ActivityFault, ClauseCheck, DelegateType, LeaveReason, LeaveState, ObligationCode};
use event_store::Position;
use read_models::{
    FactCounts, FactQuery, LeaveQuery, ObligationRange, ObligationSums, UndertakingFamily, UndertakingQuery, Within,
};
use std::collections::{BTreeMap, BTreeSet};

/// What was counted in a range, for every clause at once.
pub(crate) struct Ledger {
    pub range: ObligationRange,
    pub snapshot: Snapshot,
    sums: ObligationSums,
    facts: FactCounts,
    /// Who had a slot.
    on_rota: BTreeSet<DelegateId>,
    /// Leaves for one's own work.
    work_leave: u64,
    /// Activities that lack something.
    lacking: BTreeMap<ActivityFault, u64>,
    /// Typical cases of which an annotation is due.
    annotation_due: u64,
    /// Up to where activities and cases were counted.
    undertakings_up_to: Position,
}

impl Ledger {
    /// Counts.
    ///
    /// # Errors
    /// Where the rows are not to be read now.
    pub(crate) async fn read(app: &AppState, range: ObligationRange) -> Result<Self, Problem> {
        let snapshot = app.present();
        let ObligationRange { grid_id, from, to } = range;
        let sums = app.read_models.obligation_sums(&range, &Within::default(), snapshot.today).await?;
        let on_rota = app.read_models.on_rota(&range, snapshot.today).await?;
        let facts = app.read_models.fact_counts(&FactQuery { grid_id, from, to }).await?;
        let leaves = LeaveQuery {
            delegate_ids: whose(grid_id, None, &snapshot),
            reason: Some(LeaveReason::Work),
            states: vec![LeaveState::Approved],
            from,
            to,
        };
        let work_leave = app.read_models.leave_count(&leaves).await?;
        let here = |query: UndertakingQuery| UndertakingQuery { grid_id, from, to, ..query };
        let cases = UndertakingQuery::of(UndertakingFamily::TypicalCase);
        let mut asked = vec![here(UndertakingQuery { annotation_due: Some(true), ..cases })];
        let activities = || UndertakingQuery::of(UndertakingFamily::Activity);
        asked.extend(
            ActivityFault::ALL.iter().map(|fault| here(UndertakingQuery { fault: Some(*fault), ..activities() })),
        );
        let (counts, undertakings_up_to) = app.read_models.undertaking_counts(asked, snapshot.today).await?;
        let mut counts = counts.into_iter();
        let annotation_due = counts.next().unwrap_or_default();
        let lacking = ActivityFault::ALL.iter().copied().zip(counts).collect();
        Ok(Self { range, snapshot, sums, facts, on_rota, work_leave, lacking, annotation_due, undertakings_up_to })
    }

    /// Up to where everything is in.
    pub(crate) fn as_of_position(&self) -> u64 {
        self.sums.as_of_position.min(self.facts.as_of_position).min(self.undertakings_up_to).0
    }

    /// What it says of a clause.
    pub(crate) fn of(&self, clause: &Clause) -> ClauseView {
        let counted = self.sums.by_code();
        let (recorded, to_come): (Vec<_>, Vec<_>) =
            content::obligations(clause.id).partition(|code| content::is_recorded(*code));
        let by_code = recorded.iter().map(|code| (*code, counted.get(code).copied().unwrap_or_default())).collect();
        let facts = content::facts(clause.id).map(|known| known.name);
        ClauseView {
            id: clause.id,
            heading: BothView { zh: clause.part, en: clause.heading },
            wording: BothView { zh: clause.wording, en: clause.english },
            built: clause.built,
            figures: FiguresView::of(&by_code, &self.range, Some(clause.id)),
            to_come: to_come.into_iter().map(|code| code.as_str()).collect(),
            facts: facts.map(|name| (name, self.facts.by_type.get(name).copied().unwrap_or_default())).collect(),
            checks: content::checks(clause.id).map(|check| (check.as_str(), self.check(check))).collect(),
        }
    }

    /// Whether nothing of these was late or missing; what is only counted never is.
    pub(crate) fn are_kept(&self, codes: &[ObligationCode]) -> bool {
        let of_codes =
            self.sums.by_code().into_iter().filter(|(code, _)| codes.contains(code) && !is_only_counted(*code));
        of_codes.map(|(_, sum)| sum.late + sum.missing).sum::<u64>() == 0
    }

    fn check(&self, check: ClauseCheck) -> CheckView {
        let ObligationRange { grid_id, from, to } = self.range;
        let here = ObligationRange { grid_id, from: None, to: None };
        let (n, list) = match check {
            ClauseCheck::GridsWithoutParty => self.grids_without(DelegateType::Party),
            ClauseCheck::GridsWithoutDeputy => self.grids_without(DelegateType::Deputy),
            ClauseCheck::WorkLeave => {
                let also = [("reason_code", "work"), ("state", "approved")];
                (self.work_leave, within("/v1/leaves", &self.range, &also))
            }
            ClauseCheck::QuestionsOpen => self.lacking(ActivityFault::QuestionsOpen),
            ClauseCheck::NoBriefing => self.lacking(ActivityFault::NoBriefing),
            ClauseCheck::NoListeningRecord => self.lacking(ActivityFault::NoListeningRecord),
            ClauseCheck::NeverOnRota => {
                let mut also = vec![("on_rota".to_owned(), "never".to_owned())];
                also.extend(from.map(|on| ("rota_from".to_owned(), on.to_string())));
                also.extend(to.map(|on| ("rota_to".to_owned(), on.to_string())));
                let also: Vec<_> = also.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let never = self.snapshot.reference.delegates.all();
                let never = never.filter(|one| is_never_on_rota(one, grid_id, &self.on_rota, &self.snapshot));
                (never.count() as u64, within("/v1/delegates", &here, &also))
            }
            ClauseCheck::AnnotationDue => {
                let list = within("/v1/typical-cases", &self.range, &[("annotation_due", "true")]);
                (self.annotation_due, list)
            }
        };
        CheckView { n, list }
    }

    /// Activities that lack something, and which.
    fn lacking(&self, fault: ActivityFault) -> (u64, String) {
        let list = within("/v1/activities", &self.range, &[("fault", fault.as_str())]);
        (self.lacking.get(&fault).copied().unwrap_or_default(), list)
    }

    fn grids_without(&self, kind: DelegateType) -> (u64, String) {
        let grids = self.snapshot.reference.areas.grids().map(|grid| grid.id);
        let wanted = grids.filter(|grid| self.range.grid_id.is_none_or(|wanted| wanted == *grid));
        let n = wanted.filter(|grid| is_without(*grid, kind, &self.snapshot)).count() as u64;
        let ids = self.range.grid_id.map(|id| format!("&ids={id}")).unwrap_or_default();
        (n, format!("/v1/grids?without={kind}{ids}"))
    }
}

/// Whether no delegate of a kind is assigned to a grid today.
pub(crate) fn is_without(grid: AreaId, kind: DelegateType, snapshot: &Snapshot) -> bool {
    let today = snapshot.today;
    let serves = |delegate: &Delegate| {
        delegate.holds(kind, today) && delegate.assignments_on(today).any(|assignment| assignment.grid_id == grid)
    };
    !snapshot.reference.delegates.all().any(serves)
}

/// Whether a delegate holds a mandate today, in the grid where one is meant, and is not among those who had a slot.
pub(crate) fn is_never_on_rota(
    delegate: &Delegate,
    grid: Option<AreaId>,
    on_rota: &BTreeSet<DelegateId>,
    snapshot: &Snapshot,
) -> bool {
    let today = snapshot.today;
    let here = |grid| delegate.assignments_on(today).any(|assignment| assignment.grid_id == grid);
    delegate.holds_any(today) && grid.is_none_or(here) && !on_rota.contains(&delegate.id)
}

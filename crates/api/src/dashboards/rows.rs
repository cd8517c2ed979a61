//! From what the read model counted to rows: everybody whom the town has, by name, each with the address of its list.

use crate::dashboards::scope::Listed;
use crate::dashboards::view::{
    DashboardView, FiguresView, IssueCounts, LatenessCounts, MajorCountView, MajorDashboardView, MajorRowView,
    OverviewView, RatioView, RowView,
};
use crate::state::Snapshot;
use domain::vocabulary::IssueState;
use read_models::{Dashboard, DashboardBy, DashboardKey, DashboardQuery, Figures, MajorDashboard, MajorFigures, Ratio};
use std::collections::BTreeMap;

impl From<Ratio> for RatioView {
    fn from(ratio: Ratio) -> Self {
        Self { n: ratio.n, of: ratio.of }
    }
}

impl FiguresView {
    fn of(key: &DashboardKey, figures: &Figures, query: &DashboardQuery) -> Self {
        let state = |state| figures.state(state);
        Self {
            receptions: (!matches!(key, DashboardKey::Topic(_))).then_some(figures.receptions),
            issues: IssueCounts {
                raised: figures.raised(),
                open: figures.open(),
                registered: state(IssueState::Registered),
                in_hand: state(IssueState::InHand),
                escalated: state(IssueState::Escalated),
                awaiting_answer: state(IssueState::AwaitingAnswer),
                answered: state(IssueState::Answered),
                closed: state(IssueState::Closed),
                withdrawn: state(IssueState::Withdrawn),
                referred: state(IssueState::Referred),
                merged: state(IssueState::Merged),
            },
            lateness: LatenessCounts {
                on_time: figures.lateness.on_time,
                due_soon: figures.lateness.due_soon,
                overdue: figures.lateness.overdue,
                long_overdue: figures.lateness.long_overdue,
            },
            due_this_week: figures.due_this_week,
            silent_interim: figures.silent_interim,
            answered_on_time: figures.answered_on_time.into(),
            list: list("/v1/issues", Some(key), query),
        }
    }
}

impl OverviewView {
    /// The one row of a town.
    pub fn of(dashboard: &Dashboard, query: &DashboardQuery, snapshot: &Snapshot) -> Self {
        let nothing = Figures::default();
        let figures = dashboard.rows.first().map_or(&nothing, |row| &row.figures);
        Self {
            as_of_position: dashboard.as_of_position.0,
            as_of_date: snapshot.today,
            scope: None,
            figures: FiguresView::of(&DashboardKey::Town, figures, query),
        }
    }
}

impl DashboardView {
    /// The rows of a dashboard: everybody whom the town has, whether there is anything to count or not, and whoever is
    /// gone but is counted.
    pub(super) fn of(by: DashboardBy, dashboard: Dashboard, listed: &Listed<'_>, snapshot: &Snapshot) -> Self {
        let query = listed.query;
        let as_of_position = dashboard.as_of_position.0;
        let counted = dashboard.rows.into_iter().map(|row| (row.key, row.figures));
        let mut counted: BTreeMap<DashboardKey, Figures> = counted.collect();
        let mut items = Vec::new();
        for (key, name) in known(by, &counted, listed, snapshot) {
            let figures = counted.remove(&key).unwrap_or_default();
            items.push(RowView::of(key, Some(name), &figures, query));
        }
        // Such as topics that no policy of today lists.
        for (key, figures) in counted {
            let name = past_name(&key, snapshot);
            items.push(RowView::of(key, name, &figures, query));
        }
        Self { as_of_position, as_of_date: snapshot.today, scope: None, items }
    }
}

impl RowView {
    pub(super) fn of(key: DashboardKey, name: Option<String>, figures: &Figures, query: &DashboardQuery) -> Self {
        let figures = FiguresView::of(&key, figures, query);
        let mut row = Self { grid_id: None, unit_id: None, delegate_id: None, topic: None, name, figures };
        match key {
            DashboardKey::Town => {}
            DashboardKey::Grid(id) => row.grid_id = Some(id.0),
            DashboardKey::Unit(id) => row.unit_id = Some(id.0),
            DashboardKey::Delegate(id) => row.delegate_id = Some(id.0),
            DashboardKey::Topic(code) => row.topic = Some(code),
        }
        row
    }
}

impl MajorDashboardView {
    /// The rows of every grid.
    pub(super) fn of(dashboard: MajorDashboard, listed: &Listed<'_>, snapshot: &Snapshot) -> Self {
        let query = listed.query;
        let as_of_position = dashboard.as_of_position.0;
        let mut counted: BTreeMap<_, MajorFigures> =
            dashboard.rows.into_iter().map(|figures| (figures.grid_id, figures)).collect();
        let grids = snapshot.reference.areas.grids();
        let grids = grids.filter(|grid| listed.has_grid(grid.id) || counted.contains_key(&grid.id)).collect::<Vec<_>>();
        let mut items: Vec<_> = grids
            .into_iter()
            .map(|grid| {
                let nothing = MajorFigures { grid_id: grid.id, open: 0, overdue: 0, by: Vec::new() };
                let figures = counted.remove(&grid.id).unwrap_or(nothing);
                MajorRowView::of(figures, Some(grid.name.clone()), query)
            })
            .collect();
        items.extend(counted.into_values().map(|figures| MajorRowView::of(figures, None, query)));
        Self { as_of_position, as_of_date: snapshot.today, scope: None, items }
    }
}

impl MajorRowView {
    fn of(figures: MajorFigures, name: Option<String>, query: &DashboardQuery) -> Self {
        let by = figures.by.iter().map(|by| MajorCountView {
            state: by.state.as_str(),
            level: by.level.as_str(),
            count: by.count,
        });
        Self {
            grid_id: figures.grid_id.0,
            name,
            open: figures.open,
            overdue: figures.overdue,
            by: by.collect(),
            list: list("/v1/major-issues", Some(&DashboardKey::Grid(figures.grid_id)), query),
        }
    }
}

/// Whom the town has, in its own order, with their names of now.
fn known(
    by: DashboardBy,
    counted: &BTreeMap<DashboardKey, Figures>,
    listed: &Listed<'_>,
    snapshot: &Snapshot,
) -> Vec<(DashboardKey, String)> {
    let reference = &snapshot.reference;
    let wanted = |grid, key: &DashboardKey| listed.has_grid(grid) || counted.contains_key(key);
    match by {
        DashboardBy::Town => Vec::new(),
        DashboardBy::Grids => {
            let grids = reference.areas.grids().map(|grid| (DashboardKey::Grid(grid.id), grid));
            let grids = grids.filter(|(key, grid)| wanted(grid.id, key));
            grids.map(|(key, grid)| (key, grid.name.clone())).collect()
        }
        DashboardBy::Units => {
            let units = reference.areas.units().map(|unit| (DashboardKey::Unit(unit.id), unit));
            let units = units.filter(|(key, unit)| wanted(unit.grid_id, key));
            units.map(|(key, unit)| (key, unit.name.clone())).collect()
        }
        DashboardBy::Delegates => reference
            .delegates
            .all()
            .map(|delegate| (DashboardKey::Delegate(delegate.id), delegate))
            .filter(|(key, delegate)| {
                let today = snapshot.today;
                let here = || delegate.assignments_on(today).any(|assignment| listed.has_grid(assignment.grid_id));
                counted.contains_key(key) || (delegate.holds_any(today) && (listed.has_all_grids() || here()))
            })
            .map(|(key, delegate)| (key, delegate.name.clone()))
            .collect(),
        DashboardBy::Topics => {
            let topics = reference.policies.in_force(snapshot.today).map(|policy| policy.topics.as_slice());
            let topics = topics.unwrap_or_default().iter();
            let topics = topics.map(|topic| (DashboardKey::Topic(topic.code.clone()), topic.zh.clone()));
            topics.filter(|(key, _)| listed.has_zeros() || counted.contains_key(key)).collect()
        }
    }
}

/// The name of what the town has no more: that of the newest policy version that knew the topic, of a unit in another
/// grid now.
fn past_name(key: &DashboardKey, snapshot: &Snapshot) -> Option<String> {
    let reference = &snapshot.reference;
    match key {
        DashboardKey::Town => None,
        DashboardKey::Grid(id) => reference.areas.grid(*id).map(|grid| grid.name.clone()),
        DashboardKey::Unit(id) => reference.areas.unit(*id).map(|unit| unit.name.clone()),
        DashboardKey::Delegate(id) => reference.delegates.get(*id).map(|delegate| delegate.name.clone()),
        DashboardKey::Topic(code) => {
            let mut newest_first = reference.policies.all().iter().rev();
            newest_first.find_map(|policy| policy.topic(code)).map(|topic| topic.zh.clone())
        }
    }
}

/// The address of the list of what a row counts.
pub(super) fn list(path: &str, key: Option<&DashboardKey>, query: &DashboardQuery) -> String {
    let mut filters = Vec::new();
    let own_grid = match key {
        Some(DashboardKey::Grid(id)) => Some(*id),
        Some(DashboardKey::Town | DashboardKey::Unit(_) | DashboardKey::Delegate(_) | DashboardKey::Topic(_))
        | None => None,
    };
    filters.extend(own_grid.or(query.grid_id).map(|id| format!("grid_id={id}")));
    match key {
        Some(DashboardKey::Unit(id)) => filters.push(format!("unit_id={id}")),
        Some(DashboardKey::Delegate(id)) => filters.push(format!("delegate_id={id}")),
        // Codes are letters, digits and underscores.
        Some(DashboardKey::Topic(code)) => filters.push(format!("topic={code}")),
        Some(DashboardKey::Town | DashboardKey::Grid(_)) | None => {}
    }
    filters.extend(query.from.map(|on| format!("from={on}")));
    filters.extend(query.to.map(|on| format!("to={on}")));
    if filters.is_empty() { path.to_owned() } else { format!("{path}?{}", filters.join("&")) }
}

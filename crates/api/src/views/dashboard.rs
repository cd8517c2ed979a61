//! Dashboards in an answer (API §5): figures of now, each with the way to the list behind it, as JSON or as a table.

use crate::csv::{self, Cell};
use crate::office::Moment;
use crate::views::absent;
use crate::vocabulary;
use chrono::NaiveDate;
use domain::vocabulary::IssueState;
use read_models::{Dashboard, DashboardBy, DashboardKey, DashboardQuery, Figures, MajorDashboard, MajorFigures, Ratio};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Figures of the grids, units, delegates or topics of a town.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Dashboard)]
pub struct DashboardView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that lateness, silence and the week refer to: today.
    pub as_of_date: NaiveDate,
    /// One row for each, in the town's own order; who has nothing to count has zeros.
    pub items: Vec<RowView>,
}

/// Figures of the whole town, or of the one grid asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub struct OverviewView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that lateness, silence and the week refer to: today.
    pub as_of_date: NaiveDate,
    /// The figures.
    #[serde(flatten)]
    pub figures: FiguresView,
}

/// Figures of one grid, unit, delegate or topic.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DashboardRow)]
pub struct RowView {
    /// The grid, in the dashboard of grids.
    #[serde(skip_serializing_if = "absent")]
    pub grid_id: Option<Uuid>,
    /// The unit, in the dashboard of units.
    #[serde(skip_serializing_if = "absent")]
    pub unit_id: Option<Uuid>,
    /// The delegate, in the dashboard of delegates.
    #[serde(skip_serializing_if = "absent")]
    pub delegate_id: Option<Uuid>,
    /// The code of the topic, in the dashboard of topics.
    #[serde(skip_serializing_if = "absent")]
    pub topic: Option<String>,
    /// Its name, as of now.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
    /// The figures.
    #[serde(flatten)]
    pub figures: FiguresView,
}

/// How many receptions and issues there are, and how the issues stand today.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Figures)]
pub struct FiguresView {
    /// Receptions; for a delegate those they sat in; absent for topics, which receptions have none of.
    #[serde(skip_serializing_if = "absent")]
    pub receptions: Option<u64>,
    /// Issues by state; for a delegate those they are responsible for now.
    pub issues: IssueCounts,
    /// The open issues by lateness.
    pub lateness: LatenessCounts,
    /// Open issues due from Monday to Sunday of the week of `as_of_date`.
    pub due_this_week: u64,
    /// Open issues whose visitor was to hear a word before today, and has not.
    pub silent_interim: u64,
    /// Of the issues answered, closed or referred: those in time.
    pub answered_on_time: RatioView,
    /// The issues counted. A filter of that list besides (`state=open`, `lateness=overdue`, `answered=on_time`,
    /// `interim=silent`, `state=open` with `due_from` and `due_to`) gives those behind each figure; the same query on
    /// `/v1/receptions` gives the receptions.
    pub list: String,
}

/// Issues by state.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct IssueCounts {
    /// All of them.
    pub raised: u64,
    /// Those owed an answer: registered, in_hand, escalated, awaiting_answer and merged.
    pub open: u64,
    /// 已登记
    pub registered: u64,
    /// 办理中
    pub in_hand: u64,
    /// 已上报
    pub escalated: u64,
    /// 待答复
    pub awaiting_answer: u64,
    /// 已答复
    pub answered: u64,
    /// 已办结
    pub closed: u64,
    /// 撤回
    pub withdrawn: u64,
    /// 已导入法定途径
    pub referred: u64,
    /// 并案
    pub merged: u64,
}

/// Open issues by lateness.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LatenessCounts {
    /// 按期
    pub on_time: u64,
    /// 即将到期
    pub due_soon: u64,
    /// 逾期
    pub overdue: u64,
    /// 严重逾期
    pub long_overdue: u64,
}

/// A rate; the client divides.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = Ratio)]
pub struct RatioView {
    /// How many.
    pub n: u64,
    /// Of how many.
    pub of: u64,
}

/// Major issues of the grids of a town.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MajorDashboard, example = json!({
    "as_of_position": 88141, "as_of_date": "2026-11-24",
    "items": [{"grid_id": "0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f", "name": "太平网格", "open": 2, "overdue": 1,
        "by": [{"state": "handling", "level": "L2", "count": 2}, {"state": "concluded", "level": "L3", "count": 1}],
        "list": "/v1/major-issues?grid_id=0198f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"}]
}))]
pub struct MajorDashboardView {
    /// The log up to here is in the figures.
    pub as_of_position: u64,
    /// The town's day that "overdue" refers to: today.
    pub as_of_date: NaiveDate,
    /// One row for each grid, in the town's own order; a grid without major issues has zeros.
    pub items: Vec<MajorRowView>,
}

/// Major issues of one grid.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MajorDashboardRow)]
pub struct MajorRowView {
    /// The grid.
    pub grid_id: Uuid,
    /// Its name, as of now.
    #[serde(skip_serializing_if = "absent")]
    pub name: Option<String>,
    /// Those under way.
    pub open: u64,
    /// Those of them whose lead office was to report before today.
    pub overdue: u64,
    /// By state and level; only what there is.
    pub by: Vec<MajorCountView>,
    /// The major issues counted; `state=open`, `state` with `level`, or `state=open` with `due_to` of yesterday besides give
    /// those behind each figure.
    pub list: String,
}

/// Major issues in one state and at one level.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MajorCountView {
    /// The state.
    #[schema(value_type = vocabulary::MajorIssueState)]
    pub state: &'static str,
    /// The level.
    #[schema(value_type = vocabulary::Level)]
    pub level: &'static str,
    /// How many.
    pub count: u64,
}

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
    pub fn of(dashboard: &Dashboard, query: &DashboardQuery, moment: &Moment) -> Self {
        let nothing = Figures::default();
        let figures = dashboard.rows.first().map_or(&nothing, |row| &row.figures);
        Self {
            as_of_position: dashboard.as_of_position.0,
            as_of_date: moment.today,
            figures: FiguresView::of(&DashboardKey::Town, figures, query),
        }
    }

    /// As a table of one row.
    pub fn table(&self) -> String {
        table(&[], [(Vec::new(), &self.figures)], self.as_of_position, self.as_of_date)
    }
}

impl DashboardView {
    /// The rows of a dashboard: everybody whom the town has, whether there is anything to count or not, and whoever is
    /// gone but is counted.
    pub fn of(by: DashboardBy, dashboard: Dashboard, query: &DashboardQuery, moment: &Moment) -> Self {
        let as_of_position = dashboard.as_of_position.0;
        let counted = dashboard.rows.into_iter().map(|row| (row.key, row.figures));
        let mut counted: BTreeMap<DashboardKey, Figures> = counted.collect();
        let mut items = Vec::new();
        for (key, name) in known(by, &counted, query, moment) {
            let figures = counted.remove(&key).unwrap_or_default();
            items.push(RowView::of(key, Some(name), &figures, query));
        }
        // Such as topics that no policy of today lists.
        for (key, figures) in counted {
            let name = past_name(&key, moment);
            items.push(RowView::of(key, name, &figures, query));
        }
        Self { as_of_position, as_of_date: moment.today, items }
    }

    /// As a table.
    pub fn table(&self, by: DashboardBy) -> String {
        let id = match by {
            DashboardBy::Town | DashboardBy::Grids => "grid_id",
            DashboardBy::Units => "unit_id",
            DashboardBy::Delegates => "delegate_id",
            DashboardBy::Topics => "topic",
        };
        let rows = self.items.iter().map(|row| {
            let id = row.grid_id.or(row.unit_id).or(row.delegate_id).map(|id| id.to_string());
            (vec![id.or_else(|| row.topic.clone()).into(), row.name.clone().into()], &row.figures)
        });
        table(&[id, "name"], rows, self.as_of_position, self.as_of_date)
    }
}

impl RowView {
    fn of(key: DashboardKey, name: Option<String>, figures: &Figures, query: &DashboardQuery) -> Self {
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
    pub fn of(dashboard: MajorDashboard, query: &DashboardQuery, moment: &Moment) -> Self {
        let as_of_position = dashboard.as_of_position.0;
        let mut counted: BTreeMap<_, MajorFigures> =
            dashboard.rows.into_iter().map(|figures| (figures.grid_id, figures)).collect();
        let grids = moment.reference.areas.grids().filter(|grid| query.grid_id.is_none_or(|wanted| wanted == grid.id));
        let mut items: Vec<_> = grids
            .map(|grid| {
                let nothing = MajorFigures { grid_id: grid.id, open: 0, overdue: 0, by: Vec::new() };
                let figures = counted.remove(&grid.id).unwrap_or(nothing);
                MajorRowView::of(figures, Some(grid.name.clone()), query)
            })
            .collect();
        items.extend(counted.into_values().map(|figures| MajorRowView::of(figures, None, query)));
        Self { as_of_position, as_of_date: moment.today, items }
    }

    /// As a table: one line for each state and level of each grid; a grid without major issues has one line all the
    /// same.
    pub fn table(&self) -> String {
        let columns =
            ["grid_id", "name", "open", "overdue", "state", "level", "count", "list", "as_of_position", "as_of_date"];
        let rows = self.items.iter().flat_map(|row| {
            let by = row.by.iter().map(|by| (Some(by.state), Some(by.level), by.count));
            let nothing = row.by.is_empty().then_some((None, None, 0));
            by.chain(nothing).map(|(state, level, count)| {
                vec![
                    row.grid_id.to_string().into(),
                    row.name.clone().into(),
                    row.open.into(),
                    row.overdue.into(),
                    state.into(),
                    level.into(),
                    count.into(),
                    row.list.as_str().into(),
                    self.as_of_position.into(),
                    self.as_of_date.to_string().into(),
                ]
            })
        });
        csv::table(&columns, rows)
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
    query: &DashboardQuery,
    moment: &Moment,
) -> Vec<(DashboardKey, String)> {
    let reference = &moment.reference;
    let wanted = |grid| query.grid_id.is_none_or(|wanted| wanted == grid);
    match by {
        DashboardBy::Town => Vec::new(),
        DashboardBy::Grids => {
            let grids = reference.areas.grids().filter(|grid| wanted(grid.id));
            grids.map(|grid| (DashboardKey::Grid(grid.id), grid.name.clone())).collect()
        }
        DashboardBy::Units => {
            let units = reference.areas.units().filter(|unit| wanted(unit.grid_id));
            units.map(|unit| (DashboardKey::Unit(unit.id), unit.name.clone())).collect()
        }
        DashboardBy::Delegates => reference
            .delegates
            .all()
            .map(|delegate| (DashboardKey::Delegate(delegate.id), delegate))
            .filter(|(key, delegate)| {
                let today = moment.today;
                let here = || delegate.assignments_on(today).any(|assignment| wanted(assignment.grid_id));
                counted.contains_key(key) || (delegate.holds_any(today) && (query.grid_id.is_none() || here()))
            })
            .map(|(key, delegate)| (key, delegate.name.clone()))
            .collect(),
        DashboardBy::Topics => {
            let topics = reference.policies.in_force(moment.today).map(|policy| policy.topics.as_slice());
            let topics = topics.unwrap_or_default().iter();
            topics.map(|topic| (DashboardKey::Topic(topic.code.clone()), topic.zh.clone())).collect()
        }
    }
}

/// The name of what the town has no more: that of the newest policy version that knew the topic, of a unit in another
/// grid now.
fn past_name(key: &DashboardKey, moment: &Moment) -> Option<String> {
    let reference = &moment.reference;
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
fn list(path: &str, key: Option<&DashboardKey>, query: &DashboardQuery) -> String {
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

/// Rows of figures as a table, behind the columns that say whose they are.
fn table<'a>(
    whose: &[&str],
    rows: impl IntoIterator<Item = (Vec<Cell>, &'a FiguresView)>,
    as_of_position: u64,
    as_of_date: NaiveDate,
) -> String {
    const COLUMNS: [&str; 23] = [
        "receptions",
        "raised",
        "open",
        "registered",
        "in_hand",
        "escalated",
        "awaiting_answer",
        "answered",
        "closed",
        "withdrawn",
        "referred",
        "merged",
        "on_time",
        "due_soon",
        "overdue",
        "long_overdue",
        "due_this_week",
        "silent_interim",
        "answered_on_time_n",
        "answered_on_time_of",
        "list",
        "as_of_position",
        "as_of_date",
    ];
    let columns: Vec<&str> = whose.iter().chain(&COLUMNS).copied().collect();
    let rows = rows.into_iter().map(|(mut cells, figures)| {
        let FiguresView { receptions, issues, lateness, due_this_week, silent_interim, answered_on_time, list } =
            figures;
        cells.push((*receptions).into());
        cells.extend(
            [
                issues.raised,
                issues.open,
                issues.registered,
                issues.in_hand,
                issues.escalated,
                issues.awaiting_answer,
                issues.answered,
                issues.closed,
                issues.withdrawn,
                issues.referred,
                issues.merged,
                lateness.on_time,
                lateness.due_soon,
                lateness.overdue,
                lateness.long_overdue,
                *due_this_week,
                *silent_interim,
                answered_on_time.n,
                answered_on_time.of,
            ]
            .map(Cell::from),
        );
        cells.extend([list.as_str().into(), as_of_position.into(), as_of_date.to_string().into()]);
        cells
    });
    csv::table(&columns, rows)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::ids::{AreaId, DelegateId};
    use serde_json::json;

    const GRID: Uuid = Uuid::from_u128(0x0198_f3c0_1b2c_7d3e_8f40_5a6b_7c8d_9e0f);
    const WHO: Uuid = Uuid::from_u128(0x0198_f3c0_2b3c_7d4e_9f50_6a7b_8c9d_0e1f);

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_list_is_the_cohort_of_its_row() {
        let all = DashboardQuery::default();
        let some = DashboardQuery { grid_id: Some(AreaId(GRID)), from: day("2026-01-01"), to: day("2026-12-31") };
        let issues = |key, query| list("/v1/issues", Some(&key), query);
        assert_eq!(issues(DashboardKey::Town, &all), "/v1/issues");
        assert_eq!(issues(DashboardKey::Grid(AreaId(GRID)), &all), format!("/v1/issues?grid_id={GRID}"));
        let within = format!("/v1/issues?grid_id={GRID}&delegate_id={WHO}&from=2026-01-01&to=2026-12-31");
        assert_eq!(issues(DashboardKey::Delegate(DelegateId(WHO)), &some), within);
        let topic = DashboardKey::Topic("livelihood".to_owned());
        assert_eq!(
            issues(topic, &DashboardQuery { to: day("2026-12-31"), ..all }),
            "/v1/issues?topic=livelihood&to=2026-12-31"
        );
    }

    #[test]
    fn the_keys_stand_in_the_order_of_the_contract() {
        let mut figures = Figures { receptions: 4, ..Figures::default() };
        figures.states.insert(IssueState::Closed, 20);
        figures.states.insert(IssueState::InHand, 2);
        figures.answered_on_time = Ratio { n: 19, of: 20 };
        let key = DashboardKey::Grid(AreaId(GRID));
        let row = RowView::of(key, Some("太平网格".to_owned()), &figures, &DashboardQuery::default());
        assert_eq!(
            serde_json::to_string(&row).unwrap(),
            format!(
                r#"{{"grid_id":"{GRID}","name":"太平网格","receptions":4,"issues":{{"raised":22,"open":2,"registered":0,"in_hand":2,"escalated":0,"awaiting_answer":0,"answered":0,"closed":20,"withdrawn":0,"referred":0,"merged":0}},"lateness":{{"on_time":0,"due_soon":0,"overdue":0,"long_overdue":0}},"due_this_week":0,"silent_interim":0,"answered_on_time":{{"n":19,"of":20}},"list":"/v1/issues?grid_id={GRID}"}}"#
            )
        );
        let topic = DashboardKey::Topic("other".to_owned());
        let row = json!(RowView::of(topic, None, &figures, &DashboardQuery::default()));
        assert_eq!((row.get("receptions"), row.get("name"), row["topic"].as_str()), (None, None, Some("other")));
    }

    #[test]
    fn a_table_says_what_the_document_says() {
        let figures = Figures { receptions: 4, due_this_week: 1, ..Figures::default() };
        let name = Some("=太平".to_owned());
        let row = RowView::of(DashboardKey::Unit(AreaId(WHO)), name, &figures, &DashboardQuery::default());
        let view = DashboardView { as_of_position: 7, as_of_date: day("2026-11-24").unwrap(), items: vec![row] };
        let table = view.table(DashboardBy::Units);
        let (columns, row) = table.split_once("\r\n").unwrap();
        assert!(
            columns.starts_with("unit_id,name,receptions,raised,open,")
                && columns.ends_with(",list,as_of_position,as_of_date")
        );
        let zeros = ",0".repeat(15);
        assert_eq!(row, format!("{WHO},'=太平,4{zeros},1,0,0,0,/v1/issues?unit_id={WHO},7,2026-11-24\r\n"));
    }
}

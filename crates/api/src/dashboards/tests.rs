//! The shape of rows and tables; that the figures are right is shown from outside.
#![allow(clippy::unwrap_used)]
use crate::dashboards::rows::list;
use crate::dashboards::view::*;
use crate::http::csv::headed;
use chrono::NaiveDate;
use domain::ids::{AreaId, DelegateId};
use domain::language::Language;
use domain::vocabulary::IssueState;
use read_models::{DashboardBy, DashboardKey, DashboardQuery, Figures, Ratio};
use serde_json::json;
use uuid::Uuid;

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
    let view =
        DashboardView { as_of_position: 7, as_of_date: day("2026-11-24").unwrap(), scope: None, items: vec![row] };
    let table = view.table(DashboardBy::Units, Language::Zh, headed);
    assert!(table.starts_with("\u{feff}单位编号,名称,接待,提出,未办结,"), "{table}");
    let table = view.table(DashboardBy::Units, Language::En, headed);
    let (columns, row) = table.trim_start_matches('\u{feff}').split_once("\r\n").unwrap();
    assert!(
        columns.starts_with("unit_id,name,receptions,raised,open,")
            && columns.ends_with(",list,as_of_position,as_of_date")
    );
    let zeros = ",0".repeat(15);
    assert_eq!(row, format!("{WHO},'=太平,4{zeros},1,0,0,0,/v1/issues?unit_id={WHO},7,2026-11-24\r\n"));
}

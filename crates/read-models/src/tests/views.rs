//! What reporting jobs read: views under the names of the lists, with ids and days as texts.

use super::fixture::Office;
use super::models::{caught_up, list, opened};
use crate::engine::sqlite::Sql;

#[tokio::test]
async fn views_show_what_the_lists_say() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let mut office = Office::open(51, &[2026]).await;
    office.live(40).await;
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    let sql = Sql::to_read(&path).unwrap();
    let today = office.today().to_string();
    let shown = "select issue_id || ' ' || grid_id || ' ' || coalesce(unit_id, '') || ' ' || raised_on || ' ' || \
                 answer_due_on || ' ' || coalesce(judged_on, '') || ' ' || first_position || ' ' || state \
                 from issue_board where coalesce(shown_from, '') <= $1 and coalesce(shown_until, '9999-12-31') >= $1 \
                 order by raised_at desc, issue_id desc";
    let shown = sql.rows(shown, &[today.into()], |columns| columns.text().map(str::to_owned)).unwrap();
    let listed: Vec<String> = list(&office, &models)
        .await
        .unwrap()
        .items
        .iter()
        .map(|row| {
            let unit = row.unit_id.map(|id| id.to_string()).unwrap_or_default();
            let judged_on = row.marks.judged_on.map(|on| on.to_string()).unwrap_or_default();
            let (issue, grid, state) = (row.issue_id, row.grid_id, row.state.as_str());
            let (raised_on, due_on, position) = (row.raised_on, row.answer_due_on, row.first_position);
            format!("{issue} {grid} {unit} {raised_on} {due_on} {judged_on} {position} {state}")
        })
        .collect();
    assert_eq!(shown, listed);

    let one = |select: &str| sql.row(select, &[], |columns| columns.whole()).unwrap().unwrap();
    let issues = i64::try_from(listed.len()).unwrap();
    let total = |dimension| {
        one(&format!(
            "select sum(total - receptions) from dashboard_count where dimension = '{dimension}' and period = 0"
        ))
    };
    assert_eq!([total("grid"), total("delegate"), total("topic")], [issues; 3]);
    let open = "select count(*) from issue_board where is_open and not after_suspension";
    assert_eq!(one("select count(*) from dashboard_open"), one(open));
    let of_grids = "select count(*) from issue_board where grid_id not in (select grid_id from dashboard_count)";
    assert_eq!(one(of_grids), 0);
    for (view, column) in
        [("reception_list", "held_on"), ("session_list", "settles_on"), ("major_issue_board", "submitted_on")]
    {
        let days = format!("select count(*) from {view} where {column} like '2026-__-__' and length(grid_id) = 36");
        assert_eq!(one(&days), one(&format!("select count(*) from {view}")));
        assert!(one(&days) > 0, "{view}");
    }
    let (all, of) = ("select count(*) from undertaking_list", "select count(*) from undertaking_list_of");
    let days = "where on_day like '202_-__-__' and length(thing_id) = 36";
    assert!(one(all) > 10 && one(&format!("{all} {days}")) == one(all));
    assert_eq!(
        one(&format!("{of} {days} and length(who_id) = 36 and place in (select place from undertaking_list)")),
        one(of)
    );
    let seats =
        "select count(*) from reception_list_delegate where reception_id in (select reception_id from reception_list)";
    assert!(one(seats) >= issues);
    one("select count(*) from dashboard_day where day > 20260000 and length(grid_id) = 36");
    one("select count(*) from dashboard_major where due_on = '' or due_on like '2026-__-__'");
    models.shutdown().await;

    // Somebody who takes one away gets it back.
    super::trouble::execute(&path, "drop view issue_board");
    let models = opened(&office, &path).await;
    caught_up(&office, &models).await;
    models.shutdown().await;
    let sql = Sql::to_read(&path).unwrap();
    assert!(sql.row("select 1 from issue_board", &[], |columns| columns.whole()).unwrap().is_some());
}

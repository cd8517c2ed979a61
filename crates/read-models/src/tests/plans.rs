//! Which index SQLite would read a page from.

use super::fixture::{Office, day};
use super::lists::opened;
use crate::*;
use domain::ids::IssueId;
use domain::reception::Occasion;
use domain::vocabulary::{IssueState, Lateness, MajorIssueState, SessionState, Verdict};

/// What could go wrong: a filter is met by reading all rows, or by sorting those that are found, so that a page of fifty
/// takes longer with every year. SQLite says which index it would take.
#[tokio::test]
async fn a_page_is_read_from_an_index_that_holds_it_in_its_order() {
    let mut office = Office::open(7, &[2026]).await;
    office.live(30).await;
    let models = opened(&office).await;
    let (today, sql) = (day("2026-06-17"), models.reader());
    let any = IssueQuery::default;
    let some = Some(office.grids[0]);
    let pending = || IssueQuery { pending: vec![Pending::Extension, Pending::Reopening], ..any() };
    let supervised = || IssueQuery { supervised: Some(true), ..any() };
    let open = || IssueQuery { lateness: vec![Lateness::DueSoon, Lateness::LongOverdue], ..any() };
    for (query, index) in [
        (pending(), "pending_raised"),
        (IssueQuery { grid_id: some, states: IssueState::OPEN.to_vec(), ..pending() }, "pending_raised"),
        (
            IssueQuery { states: vec![IssueState::Answered], answered: Some(Answered::Late), ..pending() },
            "pending_raised",
        ),
        (IssueQuery { sort: IssueSort::Due, supervised: Some(true), ..pending() }, "pending_due"),
        (IssueQuery { due_to: Some(today), ..pending() }, "pending_raised"),
        (supervised(), "supervised_raised"),
        (IssueQuery { sort: IssueSort::Due, delegate_id: Some(office.delegates[0]), ..supervised() }, "supervised_due"),
        (open(), "open_raised"),
        (IssueQuery { sort: IssueSort::Due, grid_id: some, ..open() }, "open_due"),
        (IssueQuery { states: vec![IssueState::Withdrawn], ..any() }, "ended (state=?)"),
        (
            IssueQuery { states: vec![IssueState::Answered], grid_id: some, ..any() },
            "ended_grid (grid_id=? AND state=?)",
        ),
    ] {
        let (select, order) = crate::issue_board::asked(&query, today);
        let plan = select.plan(&sql, order);
        assert!(
            plan.contains(&format!("INDEX issue_board_rows_{index}")) && !plan.contains("TEMP B-TREE"),
            "{query:?}\n{plan}"
        );
    }
    let named = IssueQuery { ids: vec![IssueId(uuid::Uuid::from_u128(1)); 3], grid_id: some, ..pending() };
    let (select, order) = crate::issue_board::asked(&named, today);
    let plan = select.plan(&sql, order);
    assert!(plan.contains("(issue_id=?)"), "{plan}");

    let any = ReceptionQuery::default;
    for (query, index) in [
        (ReceptionQuery { sort: ReceptionSort::Held, ..any() }, "INDEX reception_list_rows_held"),
        (ReceptionQuery { sort: ReceptionSort::Held, grid_id: some, ..any() }, "INDEX reception_list_rows_grid"),
        (
            ReceptionQuery { sort: ReceptionSort::Held, unit_id: Some(office.units[0]), ..any() },
            "INDEX reception_list_rows_unit",
        ),
        (
            ReceptionQuery {
                occasion: office.sessions.first().map(|sitting| Occasion::Session(sitting.id)),
                grid_id: some,
                ..any()
            },
            "INDEX reception_list_rows_occasion",
        ),
        (
            ReceptionQuery { sort: ReceptionSort::Held, delegate_id: Some(office.delegates[0]), ..any() },
            "(delegate_id=?)",
        ),
    ] {
        let (select, order) = crate::reception_list::asked(&query);
        let plan = select.plan(&sql, order);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }

    let of_session =
        IssueQuery { session_id: office.sessions.first().map(|sitting| sitting.id), ..IssueQuery::default() };
    let (select, order) = crate::issue_board::asked(&of_session, today);
    let plan = select.plan(&sql, order);
    assert!(plan.contains("(issue_id=?)") && plan.contains("reception_list_rows_occasion (occasion_id=?)"), "{plan}");

    let any = SessionQuery::default;
    let (from, to) = (Some(day("2026-03-01")), Some(today));
    let waiting = || SessionQuery { pending: vec![SessionPending::Objection, SessionPending::Correction], ..any() };
    for (query, index) in [
        (any(), "INDEX session_list_rows_held"),
        (
            SessionQuery { from, to, published: Some(true), ..any() },
            "INDEX session_list_rows_held (held_on>? AND held_on<?)",
        ),
        (SessionQuery { verdict: Some(Verdict::Invalid), ..any() }, "INDEX session_list_rows_held"),
        (waiting(), "INDEX session_list_rows_pending"),
        (
            SessionQuery { grid_id: some, from, to, states: vec![SessionState::Closed], ..waiting() },
            "INDEX session_list_rows_pending (held_on>? AND held_on<?)",
        ),
        (
            SessionQuery { states: vec![SessionState::Closed, SessionState::Open], from, ..any() },
            "INDEX session_list_rows_held (held_on>?)",
        ),
        (
            SessionQuery { held: Some(false), grid_id: some, ..any() },
            "INDEX session_list_rows_grid (grid_id=? AND held_on<?)",
        ),
        (
            SessionQuery { grid_id: some, from, to, verdict: Some(Verdict::Pending), ..any() },
            "INDEX session_list_rows_grid (grid_id=? AND held_on>? AND held_on<?)",
        ),
        (
            SessionQuery { delegate_id: Some(office.delegates[0]), grid_id: some, from, to, ..any() },
            "(delegate_id=? AND held_on>? AND held_on<?)",
        ),
    ] {
        let (select, order) = crate::session_list::asked(&query, today);
        let plan = select.plan(&sql, order);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }
    for grid_id in [None, some] {
        let query = SessionFiguresQuery { grid_id, from, ..SessionFiguresQuery::default() };
        let plan = crate::session_list::figures_asked(&query, today).plan(&sql);
        assert!(plan.contains("COVERING INDEX session_list_rows_"), "{plan}");
    }

    let any = MajorIssueQuery::default;
    let lead = Some(domain::ids::OfficeId(uuid::Uuid::from_u128(1)));
    let under_way = vec![MajorIssueState::Assigned, MajorIssueState::Handling];
    for (query, index) in [
        (MajorIssueQuery { sort: MajorIssueSort::Submitted, ..any() }, "submitted"),
        (MajorIssueQuery { sort: MajorIssueSort::Due, ..any() }, "due"),
        (
            MajorIssueQuery {
                sort: MajorIssueSort::Due,
                grid_id: some,
                states: vec![MajorIssueState::Concluded],
                ..any()
            },
            "due",
        ),
        (
            MajorIssueQuery { sort: MajorIssueSort::Due, states: under_way.clone(), lead_office_id: lead, ..any() },
            "under_way_due",
        ),
        (MajorIssueQuery { states: under_way, lead_office_id: lead, grid_id: some, ..any() }, "under_way_submitted"),
        (MajorIssueQuery { lead_office_id: lead, ..any() }, "lead_submitted"),
        (MajorIssueQuery { lead_office_id: lead, sort: MajorIssueSort::Due, grid_id: some, ..any() }, "lead_due"),
    ] {
        let (select, order) = crate::major_issue_board::asked(&query);
        let plan = format!("{}\n", select.plan(&sql, order));
        let found = [" ", "\n"].iter().any(|end| plan.contains(&format!("INDEX major_issue_board_rows_{index}{end}")));
        assert!(found && !plan.contains("TEMP B-TREE"), "{query:?}\n{plan}");
    }
    models.shutdown().await;
}

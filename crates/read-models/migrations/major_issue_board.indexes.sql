-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.

create index if not exists major_issue_board_rows_submitted on major_issue_board_rows (submitted_at, major_issue_id);
create index if not exists major_issue_board_rows_grid on major_issue_board_rows (grid_id, submitted_at, major_issue_id);
-- Of one state, of those that are over.
create index if not exists major_issue_board_rows_state on major_issue_board_rows (state, submitted_at, major_issue_id);
create index if not exists major_issue_board_rows_grid_state
    on major_issue_board_rows (grid_id, state, submitted_at, major_issue_id);
-- Those under way are few, one in thirty: this holds all that they are asked by, so that a list of some of them reads no
-- other row.
create index if not exists major_issue_board_rows_under_way_submitted
    on major_issue_board_rows (submitted_at, major_issue_id, grid_id, state, level, lead_office_id, due_on)
    where state not in ('concluded', 'returned', 'referred');
create index if not exists major_issue_board_rows_under_way_due
    on major_issue_board_rows (due_key, major_issue_id, grid_id, state, level, lead_office_id, submitted_at)
    where state not in ('concluded', 'returned', 'referred');
-- All of them by due date, and those of one lead office in both orders.
create index if not exists major_issue_board_rows_due on major_issue_board_rows (due_key, major_issue_id, grid_id, state);
create index if not exists major_issue_board_rows_lead_submitted
    on major_issue_board_rows (lead_office_id, submitted_at, major_issue_id, grid_id, state) where lead_office_id is not null;
create index if not exists major_issue_board_rows_lead_due
    on major_issue_board_rows (lead_office_id, due_key, major_issue_id, grid_id, state) where lead_office_id is not null;

-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.
create index if not exists major_issue_board_submitted on major_issue_board (submitted_at, major_issue_id);
create index if not exists major_issue_board_grid on major_issue_board (grid_id, submitted_at, major_issue_id);
-- Of one state, of those that are over.
create index if not exists major_issue_board_state on major_issue_board (state, submitted_at, major_issue_id);
create index if not exists major_issue_board_grid_state
    on major_issue_board (grid_id, state, submitted_at, major_issue_id);
-- Those under way are few, one in thirty: this holds all that they are asked by, so that a list of some of them reads no
-- other row.
create index if not exists major_issue_board_under_way
    on major_issue_board (submitted_at, major_issue_id, grid_id, state, level, due_on)
    where state not in ('concluded', 'returned', 'referred');

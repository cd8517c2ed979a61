-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.
create index if not exists major_issue_board_submitted on major_issue_board (submitted_at, major_issue_id);
create index if not exists major_issue_board_grid on major_issue_board (grid_id, submitted_at, major_issue_id);

-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.
create index if not exists issue_board_raised on issue_board (raised_at, issue_id);
create index if not exists issue_board_grid on issue_board (grid_id, raised_at, issue_id);
create index if not exists issue_board_unit on issue_board (unit_id, raised_at, issue_id) where unit_id is not null;
create index if not exists issue_board_delegate on issue_board (responsible_delegate_id, raised_at, issue_id);
-- What is due next: open issues only, a small part of all.
create index if not exists issue_board_open on issue_board (answer_due_on, issue_id) where is_open;
create index if not exists issue_board_number on issue_board (first_position);

-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.
-- query.rs says which list is read by which. Which of them a change of a row touches: `steady` in mod.rs.

-- One by its id.
create index if not exists issue_board_rows_id on issue_board_rows (issue_id);

-- All issues in the order of the list, and those of one grid, unit, delegate or topic. Most issues are closed and answered
-- in time, so that these carry the lists of such issues too. The last column lets a list by two of them pass over what it
-- does not show without reading the row.
create index if not exists issue_board_rows_raised on issue_board_rows (raised_at, issue_id);
create index if not exists issue_board_rows_of_grid on issue_board_rows (grid_id, raised_at, issue_id, topic);
create index if not exists issue_board_rows_of_unit on issue_board_rows (unit_id, raised_at, issue_id, grid_id)
    where unit_id is not null;
create index if not exists issue_board_rows_of_delegate
    on issue_board_rows (responsible_delegate_id, raised_at, issue_id, grid_id);
create index if not exists issue_board_rows_of_topic on issue_board_rows (topic, raised_at, issue_id);
-- All of them by due date: to sort them takes longer with every year.
create index if not exists issue_board_rows_due on issue_board_rows (answer_due_on, issue_id);

-- Open issues, a hundredth of all, in both orders, with every column that they are asked by: a list of some of them reads
-- the rows that it shows.
create index if not exists issue_board_rows_open_raised on issue_board_rows (
    raised_at, issue_id, state, grid_id, unit_id, responsible_delegate_id, topic, answer_due_on, interim_due_on,
    due_soon_from, overdue_from, long_overdue_from, judged_on, shown_from, shown_until
) where is_open;
create index if not exists issue_board_rows_open_due on issue_board_rows (
    answer_due_on, issue_id, raised_at, state, grid_id, unit_id, responsible_delegate_id, topic, interim_due_on,
    due_soon_from, overdue_from, long_overdue_from, judged_on, shown_from, shown_until
) where is_open;

-- Ended otherwise than closed, a twentieth: among a grid's many closed ones they would be searched for. Said with `or`: for
-- a list of three SQLite makes a table of its own for each row and index that it writes.
create index if not exists issue_board_rows_ended on issue_board_rows (state, raised_at, issue_id)
    where (state = 'answered' or state = 'withdrawn' or state = 'referred');
create index if not exists issue_board_rows_ended_grid on issue_board_rows (grid_id, state, raised_at, issue_id)
    where (state = 'answered' or state = 'withdrawn' or state = 'referred');
create index if not exists issue_board_rows_ended_unit on issue_board_rows (unit_id, state, raised_at, issue_id)
    where (state = 'answered' or state = 'withdrawn' or state = 'referred');
create index if not exists issue_board_rows_ended_delegate
    on issue_board_rows (responsible_delegate_id, state, raised_at, issue_id)
    where (state = 'answered' or state = 'withdrawn' or state = 'referred');
create index if not exists issue_board_rows_ended_topic on issue_board_rows (topic, state, raised_at, issue_id)
    where (state = 'answered' or state = 'withdrawn' or state = 'referred');

-- Answered late, a twentieth, for the same reason.
create index if not exists issue_board_rows_late on issue_board_rows (raised_at, issue_id) where not answered_on_time;
create index if not exists issue_board_rows_late_grid on issue_board_rows (grid_id, raised_at, issue_id, topic)
    where not answered_on_time;
create index if not exists issue_board_rows_late_unit on issue_board_rows (unit_id, raised_at, issue_id)
    where not answered_on_time;
create index if not exists issue_board_rows_late_delegate on issue_board_rows (responsible_delegate_id, raised_at, issue_id)
    where not answered_on_time;
create index if not exists issue_board_rows_late_topic on issue_board_rows (topic, raised_at, issue_id)
    where not answered_on_time;

-- What waits for a decision, and what is under supervision: a few hundred of a million, in both orders, with every column
-- that they are asked by.
create index if not exists issue_board_rows_pending_raised on issue_board_rows (
    raised_at, issue_id, extension_pending, reopening_pending, correction_pending, state, grid_id, unit_id,
    responsible_delegate_id, topic, answer_due_on
) where (extension_pending or reopening_pending or correction_pending);
create index if not exists issue_board_rows_pending_due on issue_board_rows (
    answer_due_on, issue_id, raised_at, extension_pending, reopening_pending, correction_pending, state, grid_id, unit_id,
    responsible_delegate_id, topic
) where (extension_pending or reopening_pending or correction_pending);
create index if not exists issue_board_rows_supervised_raised on issue_board_rows (
    raised_at, issue_id, state, grid_id, unit_id, responsible_delegate_id, topic, answer_due_on
) where supervised;
create index if not exists issue_board_rows_supervised_due on issue_board_rows (
    answer_due_on, issue_id, raised_at, state, grid_id, unit_id, responsible_delegate_id, topic
) where supervised;

-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.
create index if not exists session_list_rows_id on session_list_rows (session_id);
-- With all that filters ask for and dashboards count: rows are long, and few of those looked at are shown.
create index if not exists session_list_rows_held on session_list_rows (held_on, session_id, grid_id, state, published,
    held, visitor_count, settles_on, verdict, party_duties, deputy_duties, duties_attended, duties_owed, notices_kept, notices_owed);
-- Few wait for a decision: with every column that they are asked by.
create index if not exists session_list_rows_pending on session_list_rows (
    held_on, session_id, correction_pending, objection_pending, grid_id, state, published, held, visitor_count, settles_on, verdict
) where (correction_pending or objection_pending);
create index if not exists session_list_rows_grid on session_list_rows (grid_id, held_on, session_id, state, published,
    held, visitor_count, settles_on, verdict, party_duties, deputy_duties, duties_attended, duties_owed, notices_kept, notices_owed);

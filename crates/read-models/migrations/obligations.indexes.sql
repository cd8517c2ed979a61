-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.

-- In the order of the lists, with all that filters look at: no row is read that is not shown.
create index if not exists obligation_rows_due
    on obligation_rows (due_on, obligation_id, grid_id, code, opens_on, excused, explanation, kept_from, late, missing_from, tier);
create index if not exists obligation_rows_grid
    on obligation_rows (grid_id, due_on, obligation_id, code, opens_on, excused, explanation, kept_from, late, missing_from, tier);
-- The same of those that are open or were not kept in time, which are few.
create index if not exists obligation_rows_behind
    on obligation_rows (due_on, obligation_id, grid_id, code, opens_on, excused, explanation, kept_from, late, missing_from, tier)
    where late or missing_from is not null;
-- In the order of the sums, with all that they look at.
create index if not exists obligation_rows_sums
    on obligation_rows (grid_id, code, due_on, opens_on, excused, explanation, kept_from, late, missing_from);
-- What one delegate owes, and who had a slot (O-3).
create index if not exists obligation_rows_owed on obligation_rows (owed_by_id, due_on, obligation_id);
create index if not exists obligation_rows_slots on obligation_rows (owed_by_id, due_on, grid_id, opens_on) where code = 3;

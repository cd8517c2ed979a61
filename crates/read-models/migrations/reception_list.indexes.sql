-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.
create index if not exists reception_list_rows_id on reception_list_rows (reception_id);
create index if not exists reception_list_rows_held on reception_list_rows (held_at, reception_id);
create index if not exists reception_list_rows_grid on reception_list_rows (grid_id, held_at, reception_id);
-- With the grid, for the receptions of a unit in a grid that it was in before.
create index if not exists reception_list_rows_unit on reception_list_rows (unit_id, held_at, reception_id, grid_id)
    where unit_id is not null;
-- The few of a session, by which its issues are found too, and those of whatever else they belong to.
create index if not exists reception_list_rows_occasion on reception_list_rows (occasion_id, held_at, reception_id)
    where occasion_id is not null;

-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.
create index if not exists reception_list_held on reception_list (held_at, reception_id);
create index if not exists reception_list_grid on reception_list (grid_id, held_at, reception_id);
-- With the grid, for the receptions of a unit in a grid that it was in before.
create index if not exists reception_list_unit on reception_list (unit_id, held_at, reception_id, grid_id)
    where unit_id is not null;

-- With all that filters ask for.
create index if not exists undertaking_list_rows_day on undertaking_list_rows (family, on_day, thing_id, kind, state, faults);

-- Whether one is somebody's, whenever it was: of what waits for a word.
create index if not exists undertaking_list_of_rows_thing on undertaking_list_of_rows (thing_id, who_id);

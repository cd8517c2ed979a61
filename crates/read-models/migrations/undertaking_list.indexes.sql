-- With all that filters ask for.
create index if not exists undertaking_list_rows_day on undertaking_list_rows (family, on_day, thing_id, kind, state, faults);

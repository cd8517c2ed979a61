create index if not exists waiting_rows_what on waiting_rows (what, family, thing_id);

-- Leaves are few: a delegate asks for some a year.
create index if not exists leave_list_rows_from on leave_list_rows (from_on, leave_id);
create index if not exists leave_list_rows_delegate on leave_list_rows (delegate_id, from_on, leave_id);

-- Made when the rows have reached the head of the log: a sorted whole is indexed several times faster than row by row.

create index if not exists obligation_rows_due on obligation_rows (due_on, obligation_id);

create index if not exists named_answers_rows_delegate on named_answers_rows (delegate_id, place);

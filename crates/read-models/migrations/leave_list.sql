-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists leave_list_rows;

-- One row per leave of absence. Filled by every leave.* event. Why in words stays in the log's boxes.
create table leave_list_rows (
    -- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the view leave_list shows both as texts.
    leave_id bytea primary key,
    delegate_id bytea not null,
    from_on bigint not null,
    to_on bigint not null,
    reason_code text not null,
    state text not null,
    -- When it was asked for.
    requested_at bigint not null,
    -- On which day of the town.
    requested_on bigint not null,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null
);

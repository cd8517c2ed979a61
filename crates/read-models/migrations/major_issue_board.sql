-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists major_issue_board_rows;

-- One row per major issue. Filled by every major_issue.* event. Reasons, decisions and reports stay in the log's boxes.
-- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the view major_issue_board shows both as texts.
create table major_issue_board_rows (
    major_issue_id bytea primary key,
    number text not null,
    first_position bigint not null,
    position bigint not null,
    version bigint not null,
    state text not null,
    level text not null,
    grid_id bytea not null,
    submitted_at bigint not null,
    -- Town date of that.
    submitted_on bigint not null,
    -- JSON: ids of the issues that were ever linked, in the order in which they came.
    issue_ids text not null,
    lead_office_id bytea,
    -- JSON: ids.
    support_office_ids text not null,
    due_on bigint,
    -- The same to sort by: 9999-12-31 where there is none.
    due_key bigint not null,
    outcome text,
    refusal_pending boolean not null,
    -- The account that escalated the first issue; null where the system did.
    begun_by bytea,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null
);

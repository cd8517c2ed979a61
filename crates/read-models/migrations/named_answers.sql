-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists named_answers_rows;
drop table if exists named_answers_sight_rows;

-- One row per final answer that a liaison recorded in a delegate's name, once access rules were adopted. Filled by
-- issue.final_answer_given. Ids are the 16 bytes of the uuid, days are counted from 0000-12-31.
create table named_answers_rows (
    -- The position of the answer.
    place integer primary key,
    issue_id bytea not null,
    -- In whose name.
    delegate_id bytea not null,
    -- Town date of its recording.
    recorded_on bigint not null,
    row_sum bigint not null
);

-- Which streams accounts looked at last as delegates. Filled by personal_data.viewed.
create table named_answers_sight_rows (
    account_id bytea not null,
    -- The position of the first leaf of what was looked at.
    first_position bigint not null,
    -- The position of the newest view of it.
    seen_position bigint not null,
    row_sum bigint not null,
    primary key (account_id, first_position)
) without rowid;

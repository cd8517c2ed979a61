-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists reception_list_rows;
drop table if exists reception_list_delegate_rows;

-- One row per reception. Filled by every reception.* event. Visitors are a count: who they are stays in the log's boxes.
-- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the views show both as texts.
create table reception_list_rows (
    -- The position of its first event: new rows stand behind the others.
    place integer primary key,
    reception_id bytea not null,
    position bigint not null,
    version bigint not null,
    form text not null,
    grid_id bytea not null,
    unit_id bytea,
    -- What it belongs to, where it names anything: 'session', 'appointment', or what people were heard at; and which.
    occasion text,
    occasion_id bytea,
    held_at bigint not null,
    -- Town date of held_at.
    held_on bigint not null,
    recorded_at bigint not null,
    -- Position of the policy version it was recorded under.
    policy bigint,
    -- The account that recorded it; null where the system did.
    begun_by bytea,
    -- JSON: [{"delegate_id","delegate_type"}], in the order recorded.
    delegates text not null,
    visitor_count bigint not null,
    -- JSON: ids of the issues raised, in order.
    issue_ids text not null,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null
);

-- Who sat in which reception, in the order of the list. Filled by every reception.* event.
create table reception_list_delegate_rows (
    delegate_id bytea not null,
    held_at bigint not null,
    reception_id bytea not null,
    -- Where the reception stands.
    place bigint not null,
    -- So that the few receptions of a delegate in another grid are found without reading all the others.
    grid_id bytea not null,
    row_sum bigint not null,
    primary key (delegate_id, held_at, reception_id)
) without rowid;

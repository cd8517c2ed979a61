-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists fact_count_rows;

-- How many leaves of each type name an area, by the town's day on which they happened. Filled by every event.
create table fact_count_rows (
    -- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the view fact_count shows both as texts.
    area_id bytea not null,
    event_type text not null,
    happened_on bigint not null,
    facts bigint not null,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null,
    primary key (area_id, event_type, happened_on)
) without rowid;

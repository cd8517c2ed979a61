-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists undertaking_list_rows;
drop table if exists undertaking_list_of_rows;
drop table if exists undertaking_list_source_rows;
drop table if exists undertaking_list_reopened_rows;
drop table if exists undertaking_list_public_rows;

-- One row per activity, meeting, study, deed, appointment and typical case. Filled by every event of theirs. What was said of
-- them stays in the log's boxes.
-- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the views show both as texts.
create table undertaking_list_rows (
    -- The position of its first event: new rows stand behind the others.
    place integer primary key,
    family text not null,
    thing_id bytea not null,
    -- The day by which a list orders it: on which it was held, begun or nominated, is called for, is agreed, or is promised for.
    on_day bigint not null,
    -- Its kind, where the family has several.
    kind text,
    state text not null,
    -- What an activity lacks, names between commas: ,no_briefing, and empty where nothing is lacking.
    faults text not null,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null
);

-- Of which grids, and of which delegates, each of them is.
create table undertaking_list_of_rows (
    -- A grid or a delegate; of an appointment or a typical case also the account that recorded it.
    who_id bytea not null,
    family text not null,
    on_day bigint not null,
    thing_id bytea not null,
    -- Where it stands.
    place bigint not null,
    row_sum bigint not null,
    primary key (who_id, family, on_day, thing_id)
) without rowid;

-- The issues that selected typical cases were made of. An annotation of a case is due while one of them was reopened behind
-- what the case says of it.
create table undertaking_list_source_rows (
    -- Where the case stands.
    place bigint not null,
    issue_id bytea not null,
    -- The position of the newest annotation, else of the selection.
    annotated_up_to bigint not null,
    row_sum bigint not null,
    primary key (place, issue_id)
) without rowid;

-- Where in the log issues were last reopened: of every issue that was.
create table undertaking_list_reopened_rows (
    issue_id bytea primary key not null,
    last_position bigint not null,
    row_sum bigint not null
) without rowid;

-- The typical cases that everybody may read.
create table undertaking_list_public_rows (
    -- The day of the first publication.
    on_day bigint not null,
    thing_id bytea not null,
    grid_id bytea not null,
    row_sum bigint not null,
    primary key (on_day, thing_id)
) without rowid;

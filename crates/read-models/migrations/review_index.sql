-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists review_stream;
drop table if exists review_waiting;

-- Which issues, receptions, sessions and undertakings may matter to the annual review of a delegate or a grid. It says
-- where to look and holds no figure; streams are only ever added. Filled by every event of theirs.
create table review_stream (
    year bigint not null,
    -- 0: of_id is a grid, 1: a delegate. Ids are the 16 bytes of the uuid.
    of_kind bigint not null,
    of_id bytea not null,
    -- Streams that begin near one another stand in one row: the positions where they begin divided by 1024.
    chunk bigint not null,
    -- 19 bytes for each stream, in the order in which they begin: the rest of that division (2 bytes, big-endian), so that a
    -- review as of an earlier position knows nothing of it; of which family it is (0 issue, 1 reception, 2 session, 3 study,
    -- 4 deed, 5 typical case); its id.
    streams bytea not null,
    row_sum bigint not null,
    primary key (year, of_kind, of_id, chunk)
) without rowid;

-- Issues whose visitor waits for a word: each year that passes in silence is one of theirs, although no event says so.
create table review_waiting (
    stream_id bytea not null,
    of_kind bigint not null,
    of_id bytea not null,
    since_year bigint not null,
    first_position bigint not null,
    row_sum bigint not null,
    primary key (stream_id, of_kind, of_id)
) without rowid;

create index review_waiting_of on review_waiting (of_kind, of_id);

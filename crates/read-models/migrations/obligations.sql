-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists obligation_rows;
drop table if exists obligation_subject;
drop table if exists obligation_member;

-- One row an obligation that the clock looks at, as it stands by the leaves up to the checkpoint: how it stands on any day
-- follows from the row. Filled by every event of its subject (a session, an issue, a deed, a year of a grid) and of what that leans on.
-- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the view obligations shows both as texts.
create table obligation_rows (
    -- The position of the first leaf of its subject: new rows stand behind the others.
    place bigint not null,
    obligation_id bytea not null,
    -- The stream that it is about: session, issue, area, deed, study, appointment, activity, major_issue, delegate.
    subject_family text not null,
    subject_id bytea not null,
    -- 1 for O-1.
    code bigint not null,
    part text,
    period text,
    grid_id bytea not null,
    -- delegate, area.
    owed_by_family text not null,
    owed_by_id bytea not null,
    -- Of a liaison, who has no id.
    owed_by_name text,
    -- Before this day it is not owed yet.
    opens_on bigint not null,
    due_on bigint not null,
    provisional boolean not null,
    excused boolean not null,
    -- The day from which it is discharged, late or not.
    kept_from bigint,
    late boolean not null,
    -- The day from which it is judged and not discharged.
    missing_from bigint,
    explanation text not null,
    tier text,
    -- JSON: names of the breaches found, in order.
    what text not null,
    -- JSON: [{"position","type","at"}], the leaves that opened, discharged or excused it, and those of its stream.
    events text not null,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null,
    primary key (place, obligation_id)
) without rowid;

-- One row for each session, each single thing and each year of a grid or a delegate, and for each issue or grid that something
-- else than its own events may still move.
create table obligation_subject (
    place bigint not null,
    -- The year, of a year; empty of others.
    period text not null,
    subject_family text not null,
    subject_id bytea not null,
    grid_id bytea not null,
    -- The first and the last day around which calendars are counted for it; of a session the day it is held, of an issue
    -- or a grid the day it began, of a major issue that is open no last day.
    on_day bigint not null,
    until_day bigint not null,
    -- The instant of the first happening that the clock has not recorded.
    next_at bigint,
    row_sum bigint not null,
    primary key (place, period)
) without rowid;

-- One row for each year of a grid and each activity, meeting and typical case that counts for it, or ever counted.
create table obligation_member (
    grid_id bytea not null,
    year bigint not null,
    -- The stream: activity, meeting, typical_case.
    member_family text not null,
    member_id bytea not null,
    -- The position of its first leaf.
    place bigint not null,
    row_sum bigint not null,
    primary key (grid_id, year, member_family, member_id)
) without rowid;

-- Its own writing asks by these: whose rows an explanation, a leave or a calendar moves.
create index obligation_rows_id on obligation_rows (obligation_id);
create index obligation_rows_duty on obligation_rows (owed_by_id) where code = 3;
create index obligation_rows_handover on obligation_rows (due_on) where code = 19;
create index obligation_subject_next on obligation_subject (next_at) where next_at is not null;
-- By these a new meeting finds its major issues, and a candidate its grid.
create index obligation_subject_id on obligation_subject (subject_id);
create index obligation_subject_grid on obligation_subject (grid_id, subject_family);

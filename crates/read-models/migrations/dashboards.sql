-- Run when the model starts from nothing, is rebuilt, or has a new version: the cells are only a fold of the log.
drop table if exists dashboard_count_rows;
drop table if exists dashboard_day_rows;
drop table if exists dashboard_major_rows;
drop table if exists dashboard_open_rows;

-- Whose the cells are. A number follows from what it stands for and is checked where it is read, so that a row here is
-- never another one and is kept when cells are built anew.
create table if not exists dashboard_owner (
    owner integer primary key,
    -- 'grid', 'unit', 'delegate' (who is responsible now; of receptions, who sat in them) or 'topic'.
    dimension text not null,
    -- The grid of the receptions and issues counted.
    grid_id text not null,
    -- '' for grids, else the id of unit or delegate, or the topic's code.
    key text not null
);

-- Counters. A question adds up a few cells, whatever the log holds; a cell that counts nothing is deleted.
-- dimension: 0 delegates, 1 grids, 2 topics, 3 units, as of the owner.
-- period: the town date of held_at, at four widths: 0 (all time), 2026, 202611, 20261119. A range of days is a sum of
-- whole years, whole months and single days.
-- Filled by every reception.* and issue.* event. The views show whose the cells are.
create table dashboard_count_rows (
    dimension bigint not null,
    period bigint not null,
    owner bigint not null,
    receptions bigint not null,
    -- Issues by their state now.
    registered bigint not null,
    in_hand bigint not null,
    escalated bigint not null,
    awaiting_answer bigint not null,
    answered bigint not null,
    closed bigint not null,
    withdrawn bigint not null,
    referred bigint not null,
    merged bigint not null,
    -- Answered, closed and referred issues, by whether that was by the due date.
    answered_on_time bigint not null,
    answered_late bigint not null,
    -- Receptions and issues counted here.
    total bigint not null,
    primary key (dimension, period, owner)
) without rowid;

create index dashboard_count_rows_empty on dashboard_count_rows (total) where total = 0;

-- Open issues by the days on which their figures change, so that nothing is written at midnight. Filled by every issue.*
-- event, and by calendar.published / .amended, which move days. period: months and days only; open issues are of few
-- months, whose sum all time and years are.
create table dashboard_day_rows (
    dimension bigint not null,
    period bigint not null,
    owner bigint not null,
    -- 20261119. Days long past are all counted as one, or there would be more of them every year: the first day of the
    -- quarter before that of the newest leaf.
    day bigint not null,
    -- Issues that are due on this day, for whoever asks in its week.
    due bigint not null,
    -- What is due more, or less, in the week of this day from this day on: the day after a suspension's last day, on which
    -- the date after it takes the place of the one before.
    due_turned bigint not null,
    -- Issues that are due soon, or later than that, from this day on: more than before, or less. It is less on the day after
    -- a suspension's last day, on which what was so while the clock stood still ends.
    due_soon bigint not null,
    -- Issues that are overdue, or later than that, from this day on.
    overdue bigint not null,
    -- Issues that are long overdue from this day on.
    long_overdue bigint not null,
    -- Issues whose visitor is to hear a word by this day.
    interim bigint not null,
    -- Days counted here.
    total bigint not null,
    primary key (dimension, period, owner, day)
) without rowid;

create index dashboard_day_rows_empty on dashboard_day_rows (total) where total = 0;

-- Major issues by state, level and due day (0 where there is none yet); period is the town date of submission.
-- Filled by every major_issue.* event.
create table dashboard_major_rows (
    period bigint not null,
    grid_id bytea not null,
    state text not null,
    level text not null,
    due_on bigint not null,
    total bigint not null,
    primary key (period, grid_id, state, level, due_on)
) without rowid;

create index dashboard_major_rows_empty on dashboard_major_rows (total) where total = 0;

-- The open issues: those whose days a new calendar may move.
create table dashboard_open_rows (
    issue_id bytea primary key,
    row_sum bigint not null
) without rowid;

-- Run when the model starts from nothing, is rebuilt, or has a new version: the cells are only a fold of the log.
drop table if exists dashboard_sheet_rows;
drop table if exists dashboard_open_rows;
-- Of earlier versions.
drop table if exists dashboard_count_rows;
drop table if exists dashboard_day_rows;
drop table if exists dashboard_major_rows;
drop table if exists dashboard_owner;

-- All cells of one kind and one period in one row, which a question reads as a whole: it adds up the cells of a few periods,
-- whatever the log holds. Filled by every reception.*, issue.* and major_issue.* event, and by calendar.published /
-- .amended, which move days. The views dashboard_count, dashboard_day and dashboard_major show cells one by one.
create table dashboard_sheet_rows (
    -- Kind and period: 100000000 times the kind, plus the town date of held_at (of major issues, of their submission) at one
    -- of four widths: 0 (all time), 2026, 202611, 20261119. A range of days is a sum of whole years, whole months and days.
    -- Kinds 0 to 3 are counters by delegate (who is responsible now; of receptions, who sat in them), grid, topic and unit;
    -- 4 to 7 the days of open issues likewise, by months and days only: open issues are of few months, whose sum all time
    -- and years are; 8 are major issues.
    place integer primary key,
    -- JSON: {"<grid>": {"<whose>": [[<day>, <number>, …], …]}}, in the order of grids, keys and days. <whose> is '' for grids,
    -- the id of a unit or delegate, the code of a topic, or '<state>/<level>' of major issues. <day> is 0 for counters; of
    -- open issues the day on which their figures change, so that nothing is written at midnight: 20261119; of major issues
    -- the day on which the lead office is to report, counted from 0000-12-31, 0 where there is none yet. The numbers are the
    -- columns of the views, in their order. A cell that counts nothing is left out.
    cells text not null,
    row_sum bigint not null
);

-- The open issues: those whose days a new calendar may move.
create table dashboard_open_rows (
    -- The position of the issue's first event: new rows stand behind the others.
    place integer primary key,
    issue_id bytea not null,
    row_sum bigint not null
);

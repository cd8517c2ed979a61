-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists session_list_rows;
drop table if exists session_list_delegate_rows;

-- One row per session. Filled by every session.* event; judged again when calendars, policies, units or leaves change.
-- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the views show both as texts.
create table session_list_rows (
    -- The position of its first event: new rows stand behind the others.
    place integer primary key,
    session_id bytea not null,
    position bigint not null,
    version bigint not null,
    grid_id bytea not null,
    ordinary_on bigint not null,
    held_on bigint not null,
    state text not null,
    published boolean not null,
    -- Opened, and that counts on its day.
    held boolean not null,
    -- How many came, once it is closed.
    visitor_count bigint,
    -- Slots of each kind; none of a cancelled session.
    party_duties bigint not null,
    deputy_duties bigint not null,
    -- From this day on the verdict stands; before it, it is pending.
    settles_on bigint not null,
    -- What it will be, as far as is recorded; null where it was cancelled for a reason that excuses.
    verdict text,
    -- Slots that were checked in, counting on the day, and slots but for those on leave; none of a cancelled session.
    duties_attended bigint not null,
    duties_owed bigint not null,
    -- Units that owe its notice, and those of them on whose board it hung in time and as it was.
    notices_kept bigint not null,
    notices_owed bigint not null,
    -- A correction of its record, or an objection to it, waits for a decision.
    correction_pending boolean not null,
    objection_pending boolean not null,
    -- How often what was published was changed, and when that was said last.
    changes bigint not null,
    changed_at bigint,
    -- JSON: the session as it stands. Ids, days and official records; no words of people.
    facts text not null,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null
);

-- Who had a duty in which session, or came to it. Filled by every session.* event.
create table session_list_delegate_rows (
    delegate_id bytea not null,
    held_on bigint not null,
    session_id bytea not null,
    -- Where the session stands.
    place bigint not null,
    row_sum bigint not null,
    primary key (delegate_id, held_on, session_id)
) without rowid;

-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists issue_board_rows;

-- One row per issue, open or not, as a follow-up desk sees it; two of an issue whose clock stands still: as it is shown
-- through the last day of the suspension, and as it is shown from then on, when the clock runs again by itself. A question
-- sees one of them, so nothing is written at midnight.
-- Filled by every issue.* event; policy.version_adopted and calendar.published / .amended move the dates
-- of lateness of open issues.
-- No personal text: the issue's subject is the sealed box itself, as bytes.
-- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the view issue_board shows both as texts.
create table issue_board_rows (
    -- Twice the position of the issue's first event; one more for the second of its two rows. In the order of time, so that
    -- new rows stand behind the others.
    place integer primary key,
    issue_id bytea not null,
    -- The days on which the row is shown, both included; null where it has no such end.
    shown_from bigint,
    shown_until bigint,
    number text not null,
    position bigint not null,
    version bigint not null,
    state text not null,
    is_open boolean not null,
    clock text not null,
    supervised boolean not null,
    cycle bigint not null,
    kind text not null,
    topic text not null,
    reception_id bytea not null,
    grid_id bytea not null,
    unit_id bytea,
    responsible_delegate_id bytea not null,
    major_issue_id bytea,
    -- The account that recorded it; null where the system or a visitor did.
    begun_by bytea,
    -- JSON: ids of who owed the answer before, in order; null where there are none.
    former_delegate_ids text,
    -- JSON: ids of offices that were asked for input; null where there are none.
    asked_office_ids text,
    raised_at bigint not null,
    -- Town date of raised_at.
    raised_on bigint not null,
    original_answer_due_on bigint not null,
    interim_due_on bigint,
    provisional boolean not null,
    answer_due_on bigint not null,
    -- Lateness is the last of these dates that today has reached, so nothing is rewritten at midnight.
    due_soon_from bigint not null,
    overdue_from bigint not null,
    long_overdue_from bigint not null,
    -- The day taken for today while the clock stands still, or once it has stopped: that from which the answer counts, that
    -- of the suspension.
    judged_on bigint,
    answer_outcome text,
    answer_channel text,
    answer_delivered_at bigint,
    answered_by bytea,
    answer_on_the_spot boolean,
    answer_commitment_on bigint,
    answered_on_time boolean,
    satisfaction text,
    -- What waits for a decision.
    reopening_pending boolean not null,
    extension_pending boolean not null,
    correction_pending boolean not null,
    -- More time was granted, and the visitor was not told of it yet.
    extension_untold boolean not null,
    -- JSON: ids of offices whose input is awaited; null where there are none.
    awaited_office_ids text,
    last_word text not null,
    last_word_at bigint not null,
    box_subject bytea,
    box_version bigint,
    box_index bigint,
    -- Which member of the opened box is the subject: 'subject', or 'value' in the box of a correction.
    box_member text,
    box_commitment bytea,
    box bytea,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null
);

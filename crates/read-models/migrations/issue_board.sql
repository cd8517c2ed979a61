-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists issue_board;

-- One row per issue, open or not, as a follow-up desk sees it; two of an issue whose clock stands still: as it is shown
-- through the last day of the suspension, and as it is shown from then on, when the clock runs again by itself. A question
-- sees one of them, so nothing is written at midnight.
-- Filled by every issue.* event; policy.version_adopted and calendar.published / .amended move the dates
-- of lateness of open issues.
-- No personal text: the issue's subject is the sealed box itself, as bytes.
create table issue_board (
    issue_id text not null,
    -- The second of the two.
    after_suspension boolean not null,
    -- The days on which the row is shown, both included; null where it has no such end.
    shown_from text,
    shown_until text,
    number text not null,
    first_position bigint not null,
    position bigint not null,
    version bigint not null,
    state text not null,
    is_open boolean not null,
    clock text not null,
    supervised boolean not null,
    cycle bigint not null,
    kind text not null,
    topic text not null,
    reception_id text not null,
    grid_id text not null,
    unit_id text,
    responsible_delegate_id text not null,
    major_issue_id text,
    raised_at bigint not null,
    -- Town date of raised_at.
    raised_on text not null,
    original_answer_due_on text not null,
    interim_due_on text,
    provisional boolean not null,
    answer_due_on text not null,
    -- Lateness is the last of these dates that today has reached, so nothing is rewritten at midnight.
    due_soon_from text not null,
    overdue_from text not null,
    long_overdue_from text not null,
    -- The day taken for today while the clock stands still, or once it has stopped: that from which the answer counts, that
    -- of the suspension.
    judged_on text,
    answer_outcome text,
    answer_channel text,
    answer_delivered_at bigint,
    answered_by text,
    answer_on_the_spot boolean,
    answer_commitment_on text,
    answered_on_time boolean,
    satisfaction text,
    -- What waits for a decision.
    reopening_pending boolean not null,
    extension_pending boolean not null,
    correction_pending boolean not null,
    last_word text not null,
    last_word_at bigint not null,
    box_subject text,
    box_version bigint,
    box_index bigint,
    -- Which member of the opened box is the subject: 'subject', or 'value' in the box of a correction.
    box_member text,
    box_commitment bytea,
    box bytea,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null,
    primary key (issue_id, after_suspension)
);

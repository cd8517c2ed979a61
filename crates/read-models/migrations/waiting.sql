-- Run when the model starts from nothing, is rebuilt, or has a new version: the rows are only a fold of the log.
drop table if exists waiting_rows;

-- One row for each request, dispute, explanation, report and improvement on which somebody has to say or do something, and for
-- each appraisal that waits for its result. Filled by the events of their streams. A request that came to nothing in another
-- way than by a decision stays until it is made anew: whether it still waits its board says.
-- Ids are the 16 bytes of the uuid, days are counted from 0000-12-31; the view waiting shows both as texts.
create table waiting_rows (
    -- Derived from what waits, its stream and which of them it is.
    waiting_id bytea primary key,
    -- correction, extension, reopening, explanation, dispute, result, acknowledgement, improvement.
    what text not null,
    -- The stream that it is about, of a dispute and a result the delegate whose appraisal it is.
    family text not null,
    thing_id bytea not null,
    -- The dispute, the office that has to acknowledge, the improvement.
    part_id bytea,
    -- The year of an appraisal.
    year bigint,
    -- The day on which it was recorded, from which it waits.
    since_on bigint not null,
    -- By when an improvement is meant to be done.
    due_on bigint,
    -- The account that asked; null where the system or a visitor did.
    asked_by bytea,
    -- What the row counts for in the sum of read_model_checkpoint.
    row_sum bigint not null
);

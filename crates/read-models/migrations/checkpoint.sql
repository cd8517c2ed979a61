-- How far each read model has come. One row per model, written in the transaction that writes the model's rows; a second
-- one, <name>_built, while its rows are being built beside those that are read.
-- log_id and root (RFC 6962 root over the first `position` leaves) tell a log that was restored or exchanged.
-- row_count and row_sum tell rows that were changed, lost or added by something else than the model.
create table if not exists read_model_checkpoint (
    name text primary key,
    version bigint not null,
    log_id text not null,
    position bigint not null,
    root bytea not null,
    row_count bigint not null default 0,
    row_sum bigint not null default 0
);

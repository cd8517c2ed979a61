-- How far each read model has come. One row per model, written in the transaction that writes the model's rows.
-- log_id and root (RFC 6962 root over the first `position` leaves) tell a log that was restored or exchanged.
create table if not exists read_model_checkpoint (
    name text primary key,
    version bigint not null,
    log_id text not null,
    position bigint not null,
    root bytea not null
);

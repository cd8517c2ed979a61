-- What a file of an older program lacks. Its rows are of older versions of their models, and are built anew.
alter table read_model_checkpoint add column row_count bigint not null default 0;
alter table read_model_checkpoint add column row_sum bigint not null default 0;

-- Which denied-party lists were searched when a decision was made: SHA-256 over their versions. Of no lists at all, as
-- before there were any, it is that of nothing.
alter table decision add column lists_hash text not null
  default 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  check (lists_hash ~ '^[0-9a-f]{64}$');
alter table decision alter column lists_hash drop default;

-- On-demand leases renew by themselves until they are stopped.
alter table quote add column term text not null default 'RESERVED' check (term in ('RESERVED', 'ON_DEMAND'));
alter table lease
  add column term text not null default 'RESERVED' check (term in ('RESERVED', 'ON_DEMAND')),
  -- When it is to be renewed next; null where it is not.
  add column next_renewal_at timestamptz,
  -- Why it could not be renewed the last time.
  add column renewal_problem text,
  add check (next_renewal_at is null or term = 'ON_DEMAND');
create index lease_renewal on lease (next_renewal_at) where next_renewal_at is not null;

alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in (
  'WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START', 'NOT_RENEWED', 'RENEWED'));

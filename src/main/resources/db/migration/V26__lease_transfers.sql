-- A tenant's proposal to let another organization have the rest of a lease.
create table lease_transfer (
  id uuid primary key,
  lease_id uuid not null references lease,
  tenant_id uuid not null references organization,
  recipient_id uuid not null references organization,
  state text not null check (state in ('PROPOSED', 'ACCEPTED', 'DECLINED', 'WITHDRAWN')),
  -- What was proposed: a lease that has changed since is another one.
  end_at timestamptz not null,
  accelerators int not null,
  price text not null check (price is json object),
  -- The recipient's, once it has accepted.
  new_lease_id uuid references lease,
  proposed_by text not null,
  created_at timestamptz not null,
  settled_at timestamptz,
  version bigint not null default 0,
  check (tenant_id <> recipient_id),
  check ((state = 'ACCEPTED') = (new_lease_id is not null)),
  check ((state = 'PROPOSED') = (settled_at is null))
);
create unique index lease_transfer_open on lease_transfer (lease_id) where state = 'PROPOSED';
create index lease_transfer_tenant on lease_transfer (tenant_id, id);
create index lease_transfer_recipient on lease_transfer (recipient_id, id);

alter table lease add column transferred_at timestamptz;

alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in (
  'WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START', 'NOT_RENEWED', 'RENEWED', 'TRANSFERRED'));

-- Slots that are not isolated from one another (shares) are for one organization a node at a time.
alter table allocation
  add column sole_tenant_id uuid,
  add exclude using gist (node_id with =, sole_tenant_id with <>, period with &&)
    where (state in ('HELD', 'LEASED') and sole_tenant_id is not null);

-- When providers keep nodes from sale, ahead of time. Leases made before are never touched.
create table maintenance_window (
  id uuid primary key,
  provider_id uuid not null references organization,
  pool_id uuid not null references node_pool,
  -- Null for all nodes of the pool.
  node_id uuid references node,
  start_at timestamptz not null,
  end_at timestamptz not null check (end_at > start_at),
  reason text not null,
  state text not null check (state in ('PLANNED', 'CANCELLED')),
  version bigint not null default 0,
  created_at timestamptz not null
);
create index maintenance_window_provider on maintenance_window (provider_id, id);
create index maintenance_window_pool on maintenance_window (pool_id, end_at) where state = 'PLANNED';

create function market_changed_maintenance() returns trigger language plpgsql as $$
begin
  insert into market_change (kind, subject)
    select distinct case when node_id is null then 'POOL' else 'ALLOCATION' end, coalesce(node_id, pool_id) from changed;
  return null;
end $$;
create trigger market_change_insert after insert on maintenance_window referencing new table as changed
  for each statement execute function market_changed_maintenance();
create trigger market_change_update after update on maintenance_window referencing new table as changed
  for each statement execute function market_changed_maintenance();

create table quote (
  id uuid primary key,
  tenant_id uuid not null references organization,
  provider_id uuid not null references organization,
  cluster_id uuid not null references cluster,
  pool_id uuid not null references node_pool,
  offer_id uuid not null references offer,
  decision_id uuid not null,
  -- LAPSED is also what an OPEN quote is once its time has passed, whatever stands here.
  state text not null check (state in ('OPEN', 'CONFIRMED', 'LAPSED', 'RELEASED')),
  model_id text not null,
  start_at timestamptz not null,
  end_at timestamptz not null check (end_at > start_at),
  turnaround_seconds bigint not null check (turnaround_seconds >= 0),
  accelerators int not null check (accelerators > 0),
  price_micros bigint not null check (price_micros > 0),
  total_micros bigint not null check (total_micros > 0),
  currency text not null,
  -- How the capacity will be used, as stated: JSON.
  use_profile text not null,
  -- What the decision warns of: JSON.
  warnings text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  version bigint not null default 0
);
create index quote_tenant on quote (tenant_id, id);
create index quote_open on quote (tenant_id, expires_at) where state = 'OPEN';

-- Slots of a node for a period, turnaround included. That no two overlap is the database's own promise.
create table allocation (
  id uuid primary key,
  quote_id uuid not null references quote,
  -- Set when the quote is confirmed.
  lease_id uuid,
  node_id uuid not null references node,
  slots int4multirange not null check (not isempty(slots)),
  period tstzrange not null check (not isempty(period)),
  state text not null check (state in ('HELD', 'LEASED', 'LAPSED', 'RELEASED')),
  -- When a held allocation lapses.
  expires_at timestamptz,
  check ((state = 'LEASED') = (lease_id is not null and expires_at is null) or state in ('LAPSED', 'RELEASED')),
  exclude using gist (node_id with =, slots with &&, period with &&) where (state in ('HELD', 'LEASED'))
);
create index allocation_quote on allocation (quote_id);
create index allocation_lease on allocation (lease_id);

create table lease (
  id uuid primary key,
  tenant_id uuid not null references organization,
  provider_id uuid not null references organization,
  cluster_id uuid not null references cluster,
  pool_id uuid not null references node_pool,
  offer_id uuid not null references offer,
  quote_id uuid not null unique references quote,
  decision_id uuid not null,
  state text not null check (state in ('RESERVED', 'PROVISIONING', 'ACTIVE', 'ENDING', 'ENDED')),
  model_id text not null,
  start_at timestamptz not null,
  end_at timestamptz not null check (end_at > start_at),
  turnaround_seconds bigint not null,
  accelerators int not null,
  price_micros bigint not null,
  total_micros bigint not null,
  currency text not null,
  -- How the capacity is used, as stated: JSON.
  use_profile text not null,
  -- What was observed of its delivery, as in Kubernetes: JSON.
  conditions text not null,
  -- From when the tenant had the capacity, from when on it was taken back, and when nothing of it was left.
  active_at timestamptz,
  ending_at timestamptz,
  ended_at timestamptz,
  -- Set when the lease has ended.
  charged_micros bigint,
  -- When somebody should look after its delivery; null when there is nothing to do.
  next_delivery_at timestamptz,
  -- Until when somebody does: apart from the time above, which news of the lease moves to now.
  claimed_until timestamptz,
  created_at timestamptz not null,
  version bigint not null default 0
);
create index lease_tenant on lease (tenant_id, id);
create index lease_provider on lease (provider_id, id);
create index lease_delivery on lease (next_delivery_at) where next_delivery_at is not null;

alter table allocation add foreign key (lease_id) references lease deferrable initially deferred;

create table job (
  id uuid primary key,
  lease_id uuid not null references lease,
  tenant_id uuid not null references organization,
  decision_id uuid not null,
  state text not null check (state in ('QUEUED', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  cancel_requested boolean not null default false,
  -- What is to run: JSON.
  spec text not null,
  message text not null,
  -- Names of the nodes where its pods run or ran, and what the cluster said of them, bounded: JSON.
  nodes text not null,
  events text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  version bigint not null default 0
);
create index job_lease on job (lease_id, id);

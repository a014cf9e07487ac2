-- Providers' clusters, what discovery found in them, and what providers declare about them. Text columns that hold JSON
-- are read and written whole by the service; nothing is looked up inside them.

create table cluster (
  id uuid primary key,
  provider_id uuid not null references organization,
  name text not null,
  server text not null,
  state text not null check (state in ('PENDING', 'ACTIVE', 'DRAINING', 'RETIRED')),
  -- Encrypted; decrypts only for this cluster's id.
  credentials bytea not null,
  credential_type text not null check (credential_type in ('TOKEN', 'CLIENT_CERTIFICATE')),
  credentials_version bigint not null,
  declarations text not null,
  conditions text not null,
  kubernetes_version text,
  -- Whether its nodes may be sold as far as the cluster goes: active, and all is well at the last look.
  selling boolean not null,
  -- When it is to be looked at next; null once retired.
  next_sync_at timestamptz check (next_sync_at is null = (state = 'RETIRED')),
  -- How many looks in a row read no nodes: the next one waits the longer.
  looks_failed int not null default 0 check (looks_failed >= 0),
  -- Counts the claims to look at it: what an older claim observes is not taken.
  sync_epoch bigint not null,
  last_synced_at timestamptz,
  version bigint not null default 0,
  created_at timestamptz not null
);
create unique index cluster_name on cluster (provider_id, name) where state <> 'RETIRED';
create index cluster_due on cluster (next_sync_at) where next_sync_at is not null;

create table node_pool (
  id uuid primary key,
  cluster_id uuid not null references cluster,
  provider_id uuid not null references organization,
  name text not null,
  model_id text,
  resource_name text not null,
  slot_kind text not null check (slot_kind in ('WHOLE_DEVICE', 'MIG_INSTANCE', 'SHARE')),
  slot_profile text,
  region text,
  label_key text,
  label_value text,
  created_at timestamptz not null,
  check (label_key is null = (label_value is null))
);
create unique index node_pool_key on node_pool (cluster_id, resource_name, model_id, slot_kind, slot_profile, region)
  nulls not distinct;
create index node_pool_provider on node_pool (provider_id);

-- A node that its cluster no longer has is kept, since leases and allocations may name it.
create table node (
  id uuid primary key,
  cluster_id uuid not null references cluster,
  provider_id uuid not null references organization,
  -- Null where it has never offered anything.
  pool_id uuid references node_pool,
  name text not null,
  model_id text,
  slots int not null check (slots >= 0),
  label_key text,
  label_value text,
  country text check (country ~ '^[A-Z]{2}$'),
  country_source text check (country_source in ('DECLARED', 'DISCOVERED', 'VERIFIED')),
  country_discovered text check (country_discovered ~ '^[A-Z]{2}$'),
  country_declared text check (country_declared ~ '^[A-Z]{2}$'),
  region text,
  zone text,
  fabric text,
  nvlink_domain text,
  flags text not null,
  conditions text not null,
  observation text not null,
  -- Whether it may be sold as far as the node itself goes.
  offerable boolean not null,
  -- Offerable, and its cluster sells.
  sellable boolean not null,
  gone_at timestamptz,
  version bigint not null default 0,
  created_at timestamptz not null,
  unique (cluster_id, name),
  check (country is null = (country_source is null)),
  check (label_key is null = (label_value is null)),
  check (offerable or not sellable),
  check (gone_at is null or not offerable)
);
create index node_pool_id on node (pool_id) where gone_at is null;

-- An officer's order to wind leases down.
create table wind_down_order (
  id uuid primary key,
  ordered_by text not null,
  organization_id uuid not null,
  reason text not null,
  grace_seconds bigint not null check (grace_seconds >= 0),
  simulation_id uuid,
  -- The leases that it spoke of, as JSON: those that it took hold of name it themselves.
  leases text not null check (leases is json array),
  withdrawn_at timestamptz,
  withdrawn_by text,
  created_at timestamptz not null,
  version bigint not null default 0
);

-- What an officer asked beforehand: kept as it was answered.
create table simulation (
  id uuid primary key,
  asked_by text not null,
  organization_id uuid not null,
  result text not null check (result is json object),
  created_at timestamptz not null
);

-- Licences and the like, as their holders or officers enter them and other officers verify them.
create table authorisation (
  id uuid primary key,
  holder_id uuid not null references organization,
  authority text not null,
  -- The authority's number for it.
  reference text not null,
  -- ISO 3166-1 alpha-2.
  destinations text[] not null check (cardinality(destinations) > 0),
  -- Either the catalogue's slugs or a ceiling.
  models text[] not null,
  tpp_per_device_max bigint check (tpp_per_device_max > 0),
  units bigint check (units > 0),
  tpp bigint check (tpp > 0),
  from_at timestamptz not null,
  until_at timestamptz check (until_at > from_at),
  conditions text,
  -- JSON.
  evidence text not null,
  -- A VERIFIED one whose time is over counts as expired, whatever stands here.
  state text not null check (state in ('ENTERED', 'VERIFIED', 'REJECTED', 'REVOKED')),
  -- Its own end or the first expiry of its evidence.
  counts_until timestamptz,
  decided_by text,
  decided_at timestamptz,
  decided_reason text,
  entered_by text not null,
  version bigint not null default 0,
  created_at timestamptz not null,
  check ((cardinality(models) > 0) = (tpp_per_device_max is null)),
  check (units is not null or tpp is not null),
  check ((decided_by is null) = (state = 'ENTERED')),
  check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (decided_reason is null))
);
-- One licence counts once: its quantity must not be there twice because two people entered it.
create unique index authorisation_verified on authorisation (lower(authority), lower(reference)) where state = 'VERIFIED';
create unique index authorisation_entered on authorisation (holder_id, lower(authority), lower(reference))
  where state in ('ENTERED', 'VERIFIED');
create index authorisation_holder on authorisation (holder_id, id);

-- What quotes hold of authorisations, and leases made of them. Reserving locks the authorisation's row, so that the sum
-- over what is live is never more than its quantity.
create table authorisation_use (
  id uuid primary key,
  authorisation_id uuid not null references authorisation,
  -- Wire forms: quotes and leases are the business of other rooms.
  quote text not null,
  lease text,
  tenant_id uuid not null,
  units bigint not null check (units > 0),
  -- Null where the figure of the devices is not known.
  tpp bigint check (tpp >= 0),
  state text not null check (state in ('HELD', 'COMMITTED', 'LAPSED', 'RELEASED')),
  -- When a hold lapses.
  expires_at timestamptz,
  created_at timestamptz not null,
  unique (quote, authorisation_id),
  check (state <> 'COMMITTED' or lease is not null and expires_at is null),
  check (state <> 'HELD' or lease is null and expires_at is not null)
);
create index authorisation_use_live on authorisation_use (authorisation_id) where state in ('HELD', 'COMMITTED');
create index authorisation_use_page on authorisation_use (authorisation_id, id);
create index authorisation_use_lease on authorisation_use (lease) where lease is not null;

-- What providers list for lease. Leases copy price and terms, so nothing here is history.
create table offer (
  id uuid primary key,
  provider_id uuid not null references organization,
  pool_id uuid not null references node_pool,
  price_micros bigint not null check (price_micros > 0),
  price_currency text not null check (price_currency ~ '^[A-Z]{3}$'),
  term_minutes_min int not null check (term_minutes_min >= 1),
  term_minutes_max int not null check (term_minutes_max >= term_minutes_min),
  accelerators_min int not null check (accelerators_min >= 1),
  accelerators_max int not null check (accelerators_max >= accelerators_min),
  available_from timestamptz,
  available_until timestamptz check (available_until > available_from),
  turnaround_minutes int not null check (turnaround_minutes >= 0),
  price_basis text not null check (price_basis in ('QUOTED', 'OBSERVED', 'ILLUSTRATIVE')),
  price_note text not null,
  state text not null check (state in ('DRAFT', 'PUBLISHED', 'PAUSED', 'RETIRED')),
  version bigint not null default 0,
  created_at timestamptz not null,
  check (price_basis = 'QUOTED' or price_note <> '')
);

-- Two prices for the same slots at the same time would leave it to chance which one a tenant pays.
create unique index offer_published_once_a_pool on offer (pool_id) where state = 'PUBLISHED';
create index offer_provider on offer (provider_id, id);
create index offer_pool on offer (pool_id, id);

-- What former tenants of a lease's slots, who sold the rest of theirs, go on owing for it. The lease's tenant pays the
-- debtor at position 0, each debtor the next, the last the provider: by one rule, each at the price of its own lease.
create table lease_debt (
  id uuid primary key,
  lease_id uuid not null references lease,
  position int not null check (position >= 0),
  -- The sale that it comes from; where the lease was handed on since, several debts do.
  resale_id uuid not null references resale,
  debtor_id uuid not null references organization,
  -- What each stretch costs the debtor, as of a lease.
  price text not null check (price is json object),
  -- What is set aside for it, under the debt's own reference.
  reserved_micros bigint not null check (reserved_micros >= 0),
  -- What of it is owed for capacity that was given back while the lease ran.
  retained_micros bigint not null default 0 check (retained_micros >= 0),
  currency text not null,
  -- What was paid in the end; null before.
  charged_micros bigint check (charged_micros between 0 and reserved_micros),
  created_at timestamptz not null,
  unique (lease_id, position)
);
create index lease_debt_resale on lease_debt (resale_id);

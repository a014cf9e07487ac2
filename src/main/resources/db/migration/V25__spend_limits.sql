-- What an organization allows itself to spend in a calendar month (UTC), by its own choice.
create table spend_limit (
  organization_id uuid primary key references organization,
  -- Null where there is none any more.
  amount_micros bigint check (amount_micros >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  set_by text not null,
  set_at timestamptz not null,
  version bigint not null
);
create index ledger_entry_at on ledger_entry (at);

-- Integer money in double entry: every entry's postings sum to zero.

create table ledger_account (
  id uuid primary key,
  -- Null for the platform's own accounts.
  organization_id uuid references organization,
  kind text not null check (kind in ('TENANT', 'PROVIDER', 'DEPOSITS')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- The sum of the account's postings, kept beside them so that a booking need not add them up.
  balance_micros bigint not null default 0,
  created_at timestamptz not null,
  unique nulls not distinct (organization_id, kind, currency)
);

create table ledger_entry (
  id uuid primary key,
  kind text not null check (kind in ('DEPOSIT', 'SETTLEMENT')),
  -- What it was booked for; the pair makes a repeated booking impossible.
  reference text not null,
  at timestamptz not null,
  unique (kind, reference)
);

create table ledger_posting (
  entry_id uuid not null references ledger_entry,
  account_id uuid not null references ledger_account,
  amount_micros bigint not null,
  primary key (entry_id, account_id)
);
create index ledger_posting_account on ledger_posting (account_id);

-- Money set aside for a quote or a lease. It counts while it is held and its time has not passed: no sweeper is needed.
create table ledger_reservation (
  reference text primary key,
  account_id uuid not null references ledger_account,
  amount_micros bigint not null check (amount_micros >= 0),
  state text not null check (state in ('HELD', 'RELEASED', 'SETTLED')),
  -- Null when it holds until it is released or settled.
  expires_at timestamptz,
  created_at timestamptz not null
);
create index ledger_reservation_held on ledger_reservation (account_id) where state = 'HELD';

create function ledger_entry_balances() returns trigger language plpgsql as $$
begin
  if (select sum(amount_micros) from ledger_posting where entry_id = new.entry_id) <> 0 then
    raise exception 'postings of entry % do not sum to zero', new.entry_id;
  end if;
  return null;
end $$;
create constraint trigger ledger_entry_balances after insert on ledger_posting
  deferrable initially deferred for each row execute function ledger_entry_balances();
revoke update, delete on ledger_posting, ledger_entry from berth_application, berth_system;

-- A tenant offers the rest of a lease to whoever policy lets have it, at a price of its own.
create table resale (
  id uuid primary key,
  lease_id uuid not null references lease,
  seller_id uuid not null references organization,
  -- OPEN counts only while the lease is what was offered and its time has not passed: no sweeper is needed.
  state text not null check (state in ('OPEN', 'SOLD', 'WITHDRAWN', 'ENDED')),
  price_micros bigint not null check (price_micros > 0),
  currency text not null,
  -- From when on the buyer has it: null for from when it is bought.
  from_at timestamptz,
  -- Until when it can be bought: null for as long as there is a rest.
  until_at timestamptz,
  -- What was offered, and once it is sold what was: a lease that has changed since is another one.
  end_at timestamptz not null,
  accelerators int not null check (accelerators > 0),
  -- Where the nodes were when it was offered; the empty text where that was not known.
  countries text[] not null,
  regions text[] not null,
  sold_from timestamptz,
  -- The buyer's, once it is sold.
  new_lease_id uuid references lease,
  offered_by text not null,
  created_at timestamptz not null,
  settled_at timestamptz,
  version bigint not null default 0,
  check ((state = 'SOLD') = (new_lease_id is not null and sold_from is not null)),
  check ((state = 'OPEN') = (settled_at is null))
);
create unique index resale_open on resale (lease_id) where state = 'OPEN';
create index resale_market on resale (price_micros, id) where state = 'OPEN';
create index resale_seller on resale (seller_id, id);

-- What tenants order: filled at once, or waiting for people to decide. One that waits holds neither slots nor money.
create table capacity_order (
  id uuid primary key,
  tenant_id uuid not null references organization,
  state text not null check (state in ('FILLED', 'IN_REVIEW', 'REFUSED', 'UNFILLED', 'CANCELLED', 'EXPIRED')),
  -- What is asked for, as stated: JSON.
  request text not null check (request is json object),
  -- The case that it waits for or has waited for.
  case_id uuid references review_case,
  lease_id uuid references lease,
  decision_id uuid not null,
  -- Why it came to this, for people, and the rules that stand against it: JSON.
  detail text,
  reasons text not null check (reasons is json array),
  -- Until when it waits.
  expires_at timestamptz,
  created_at timestamptz not null,
  settled_at timestamptz,
  version bigint not null default 0,
  check ((state = 'FILLED') = (lease_id is not null)),
  check (state <> 'IN_REVIEW' or (case_id is not null and expires_at is not null)),
  check ((state = 'IN_REVIEW') = (settled_at is null))
);
create index capacity_order_tenant on capacity_order (tenant_id, id);
create index capacity_order_waiting on capacity_order (case_id, id) where state = 'IN_REVIEW';
create index capacity_order_due on capacity_order (expires_at) where state = 'IN_REVIEW';
create index capacity_order_lease on capacity_order (lease_id);

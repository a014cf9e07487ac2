-- Orders may rest until they can be filled, as a whole or in parts. What rests holds neither slots nor money.

-- What was made of an order: one lease, or several where it takes parts.
create table order_fill (
  order_id uuid not null references capacity_order,
  -- Counted from 1: the pair makes it impossible to write the same fill twice.
  number int not null check (number >= 1),
  lease_id uuid not null unique references lease,
  decision_id uuid not null,
  model_id text not null,
  -- The region label of its nodes; null where they have none.
  region text,
  accelerators int not null check (accelerators > 0),
  price_micros bigint not null,
  total_micros bigint not null,
  currency text not null,
  filled_at timestamptz not null,
  primary key (order_id, number)
);
create index order_fill_model on order_fill (model_id, filled_at desc);

insert into order_fill (order_id, number, lease_id, decision_id, model_id, region, accelerators, price_micros,
  total_micros, currency, filled_at)
select o.id, 1, l.id, o.decision_id, l.model_id,
  (select min(n.region) from allocation a join node n on n.id = a.node_id where a.lease_id = l.id),
  l.accelerators, l.price_micros, l.total_micros, l.currency, o.settled_at
from capacity_order o join lease l on l.id = o.lease_id;

alter table capacity_order drop constraint capacity_order_state_check;
-- Takes the constraint and the index on it along.
alter table capacity_order drop column lease_id;
alter table capacity_order drop constraint capacity_order_check1;
alter table capacity_order drop constraint capacity_order_check2;
drop index capacity_order_due;

update capacity_order set state = 'REJECTED' where state = 'REFUSED';
-- Let pass by people, but there was nothing for it at once, which is all the time that it had.
update capacity_order set state = 'EXPIRED' where state = 'UNFILLED';

alter table capacity_order
  alter column decision_id drop not null,
  -- How long and in which parts: JSON.
  add column terms text not null default '{}' check (terms is json object),
  -- Until when it may be filled, whatever holds it up meanwhile; null where it never rests.
  add column good_until timestamptz,
  add column accelerators int,
  add column filled_accelerators int not null default 0,
  -- What it competes for: every model that will do, and regions and countries where it names any.
  add column models text[] not null default '{}',
  add column regions text[] not null default '{}',
  add column countries text[] not null default '{}',
  -- The most that it pays for an accelerator-hour; null for any price, which is more than all others.
  add column limit_micros bigint check (limit_micros > 0),
  add column tried_at timestamptz,
  -- When to match it next, while it is open.
  add column next_match_at timestamptz,
  -- Until when somebody does: apart from the time above, which news moves to now.
  add column claimed_until timestamptz,
  -- How often matching it broke in a row, and before when it is not tried again, whatever the news.
  add column failures int not null default 0,
  add column retry_not_before timestamptz;

update capacity_order set accelerators = coalesce(
  (request::jsonb ->> 'accelerators')::int,
  (request::jsonb ->> 'nodes')::int * (request::jsonb ->> 'acceleratorsPerNode')::int);
update capacity_order set filled_accelerators = accelerators where state = 'FILLED';

alter table capacity_order
  alter column accelerators set not null,
  alter column terms drop default,
  add constraint capacity_order_state check (
    state in ('OPEN', 'IN_REVIEW', 'FILLED', 'REJECTED', 'CANCELLED', 'EXPIRED')),
  add constraint capacity_order_filled check (
    filled_accelerators between 0 and accelerators and (state = 'FILLED') = (filled_accelerators = accelerators)),
  add constraint capacity_order_in_review check (
    state <> 'IN_REVIEW' or (case_id is not null and decision_id is not null and expires_at is not null)),
  add constraint capacity_order_open check (
    (state = 'OPEN') = (next_match_at is not null)
    and (state <> 'OPEN' or (good_until is not null and expires_at is not null))),
  add constraint capacity_order_settled check ((state in ('OPEN', 'IN_REVIEW')) = (settled_at is null));

create index capacity_order_due on capacity_order (expires_at) where state in ('OPEN', 'IN_REVIEW');
create index capacity_order_match on capacity_order (next_match_at) where state = 'OPEN';
create index capacity_order_claimed on capacity_order (claimed_until) where state = 'OPEN' and claimed_until is not null;
create index capacity_order_book on capacity_order using gin (models) where state = 'OPEN';

-- Which quotes lapsed a moment ago: their capacity may be what an order waits for.
create index quote_lapse on quote (expires_at) where state = 'OPEN';

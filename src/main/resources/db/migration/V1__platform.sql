-- Three database roles, made by the operator before the first start: berth_owner runs the migrations and owns the
-- tables, berth_application is what the service logs in as, and berth_system is what it becomes for background work
-- and oversight, for the time of one transaction.

alter default privileges in schema public
  grant select, insert, update, delete on tables to berth_application, berth_system;
alter default privileges in schema public
  grant usage, select on sequences to berth_application, berth_system;

-- Constraints over a node, slots and a period need equality in a GiST index.
create extension if not exists btree_gist;

-- What happened, for whoever wants to act on it; written in the transaction of the change itself.
create table outbox_event (
  id uuid primary key,
  type text not null,
  subject text not null,
  payload text not null,
  occurred_at timestamptz not null
);

-- One row an event and consumer: each consumer has its own progress.
create table outbox_delivery (
  event_id uuid not null references outbox_event,
  consumer text not null,
  state text not null check (state in ('pending', 'done', 'dead')),
  attempts int not null,
  next_attempt_at timestamptz not null,
  last_error text,
  primary key (event_id, consumer)
);
create index outbox_delivery_due on outbox_delivery (next_attempt_at) where state = 'pending';

-- Answers to requests that allocate or spend, kept to be repeated.
create table idempotency_key (
  organization_id uuid not null,
  key text not null,
  fingerprint text not null,
  status int not null,
  body text not null,
  location text not null,
  version bigint not null,
  created_at timestamptz not null,
  primary key (organization_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);

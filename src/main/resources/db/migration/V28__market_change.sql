-- What changed of the market, for the replicas' snapshots of it: which row, not what of it, since whoever follows reads the
-- row anew. A position is taken when a row is written and is seen when its transaction commits, so that positions alone
-- are no order to follow: a reader has seen all of what is older than every transaction that still runs, and remembers what
-- it has seen of the rest.
create table market_change (
  position bigint generated always as identity,
  transaction xid8 not null default pg_current_xact_id(),
  kind text not null check (kind in ('ALLOCATION', 'POOL', 'NODE', 'OFFER', 'ORGANIZATION')),
  -- The node, pool, offer or organization that it concerns.
  subject uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (transaction, position)
);
create index market_change_age on market_change (at);

create function market_changed_allocation() returns trigger language plpgsql as $$
begin
  insert into market_change (kind, subject) select distinct 'ALLOCATION', node_id from changed;
  return null;
end $$;
create trigger market_change_insert after insert on allocation referencing new table as changed
  for each statement execute function market_changed_allocation();
create trigger market_change_update after update on allocation referencing new table as changed
  for each statement execute function market_changed_allocation();

create function market_changed() returns trigger language plpgsql as $$
begin
  insert into market_change (kind, subject) select tg_argv[0], id from changed;
  return null;
end $$;
create trigger market_change_insert after insert on node referencing new table as changed
  for each statement execute function market_changed('NODE');
create trigger market_change_update after update on node referencing new table as changed
  for each statement execute function market_changed('NODE');
create trigger market_change_insert after insert on offer referencing new table as changed
  for each statement execute function market_changed('OFFER');
create trigger market_change_update after update on offer referencing new table as changed
  for each statement execute function market_changed('OFFER');
create trigger market_change_update after update on organization referencing new table as changed
  for each statement execute function market_changed('ORGANIZATION');

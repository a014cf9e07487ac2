-- Which allocation of a node changed, so that a replica reads that one anew and not all that a busy node has. Null where all of
-- the node is to be read: a maintenance window, and what was written before this was.
alter table market_change add column allocation_id uuid;

create or replace function market_changed_allocation() returns trigger language plpgsql as $$
begin
  insert into market_change (kind, subject, allocation_id) select 'ALLOCATION', node_id, id from changed;
  return null;
end $$;

-- One that moves to another node leaves the first.
create function market_moved_allocation() returns trigger language plpgsql as $$
begin
  insert into market_change (kind, subject, allocation_id)
    select 'ALLOCATION', node_id, id from changed
    union select 'ALLOCATION', before.node_id, before.id from before;
  return null;
end $$;
drop trigger market_change_update on allocation;
create trigger market_change_update after update on allocation referencing old table as before new table as changed
  for each statement execute function market_moved_allocation();

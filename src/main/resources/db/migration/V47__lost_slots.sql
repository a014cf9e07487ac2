-- Since when a node has been without which of its slots: a JSON object of times by number. One time for all said nothing of the
-- rest where one came back, and began anew where one more went.
alter table node add column slots_lost text not null default '{}';
update node set slots_lost = coalesce((
    select jsonb_object_agg(number, to_jsonb(node.slots_lost_at))::text
    from generate_series(node.slots, (
      select max(upper(allocation.slots)) - 1 from allocation
      where allocation.node_id = node.id and allocation.state = 'LEASED')) as number), '{}')
  where slots_lost_at is not null;
drop index node_failing;
alter table node drop column slots_lost_at;
create index node_failing on node (cluster_id) where failing_since is not null or slots_lost <> '{}';

-- Since when a node fails without a break: not ready, gone, or with a device condition that says so; null while it is well.
-- And when it last came to have fewer slots, as where a device plugin takes an unhealthy device back; null once it has more.
alter table node
  add column failing_since timestamptz,
  add column slots_lost_at timestamptz;
update node set failing_since = coalesce(gone_at, failed_at, now())
  where gone_at is not null or conditions like '%"NotReady"%';
create index node_failing on node (cluster_id) where failing_since is not null or slots_lost_at is not null;

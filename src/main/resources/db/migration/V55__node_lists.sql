-- A look at a cluster reads the nodes that are there, and not all that ever were; and counts how many new ones the cluster
-- brought of late.
create index node_there on node (cluster_id) where gone_at is null;
create index node_created on node (cluster_id, created_at);
-- When all nodes of a cluster were last taken over: looks that see what changed do not put the next one off.
alter table cluster add column whole_at timestamptz;

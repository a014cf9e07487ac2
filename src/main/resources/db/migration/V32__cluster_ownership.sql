-- The replica that looks at a cluster, follows its nodes and delivers its leases; another may take its place after a time.
alter table cluster
  add column owner uuid,
  add column owned_until timestamptz,
  add check ((owner is null) = (owned_until is null));
create index cluster_owner on cluster (owner) where owner is not null;

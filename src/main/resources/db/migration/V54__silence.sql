-- Since when a cluster's nodes cannot be read, be it that it does not answer or that it refuses, and when that was last seen. The
-- time begins anew as long as no other cluster is read either: then it may be the service that is cut off.
alter table cluster
  add column unanswered_since timestamptz,
  add column unanswered_at timestamptz,
  add check ((unanswered_since is null) = (unanswered_at is null)),
  add check (unanswered_since <= unanswered_at);
create index cluster_unanswered on cluster (unanswered_since) where unanswered_since is not null;
-- Nobody has credentials for these any more.
update cluster set unanswered_since = now(), unanswered_at = now() where state = 'RETIRED';

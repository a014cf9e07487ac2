-- The model that a node was found not to be when it was last probed, and that officers have not let be: it is not sold as that model
-- until a probe passes, wherever it goes meanwhile and however often it comes back.
alter table node add column mismatched_model text;
update node set mismatched_model = last.model_id, version = version + 1,
  sellable = sellable and node.model_id is distinct from last.model_id
from (
  select distinct on (node_id) node_id, pool_id, model_id, state from node_probe
  where state in ('PASSED', 'MISMATCH')
  order by node_id, finished_at desc, id desc) last
join pool_verification on pool_verification.pool_id = last.pool_id
where last.node_id = node.id and last.state = 'MISMATCH' and pool_verification.outcome <> 'ACCEPTED';

-- When pods of a lease were last seen on nodes that it does not have; null where never.
alter table lease add column pods_elsewhere_at timestamptz;

alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in (
  'WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START', 'NOT_RENEWED', 'RENEWED', 'TRANSFERRED',
  'INTERRUPTED', 'NODE_LOST', 'NODE_REPLACED', 'NODE_RESTORED', 'PODS_EVICTED'));

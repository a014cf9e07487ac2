-- A lease the rest of which went to another tenant keeps its turnaround: its slots pass without one, but it may end sooner,
-- and the other tenant may give its lease back before it begins.
update lease set turnaround_seconds = quote.turnaround_seconds from quote
where quote.id = lease.quote_id and lease.transferred_at is not null and lease.state <> 'ENDED';

-- Sellers are told of offers that ended by themselves.
alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in (
  'WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START', 'NOT_RENEWED', 'RENEWED', 'TRANSFERRED',
  'INTERRUPTED', 'NODE_LOST', 'NODE_REPLACED', 'NODE_RESTORED', 'RESALE_ENDED'));

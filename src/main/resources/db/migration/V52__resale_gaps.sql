-- A lease the rest of which went to another tenant keeps its turnaround: its slots pass without one, but it may end sooner,
-- and the other tenant may give its lease back before it begins.
update lease set turnaround_seconds = quote.turnaround_seconds from quote
where quote.id = lease.quote_id and lease.transferred_at is not null and lease.state <> 'ENDED';

-- Sellers are told of offers that ended by themselves.
alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in (
  'WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START', 'NOT_RENEWED', 'RENEWED', 'TRANSFERRED',
  'INTERRUPTED', 'NODE_LOST', 'NODE_REPLACED', 'NODE_RESTORED', 'PODS_EVICTED', 'RESALE_ENDED'));

-- A lease that was bought may go on for longer: its tenant pays the provider for the time that it adds, and who sold it for
-- what was sold.
alter table lease_debt
  -- What of the retained of who pays the debtor is the debtor's: the rest is the provider's.
  add column payer_retained_micros bigint not null default 0 check (payer_retained_micros >= 0),
  -- What the debtor was paid in the end; null before.
  add column received_micros bigint check (received_micros >= 0);
update lease_debt set payer_retained_micros = payer.retained, received_micros = payer.charged from (
  select d.id, case when d.position = 0 then l.retained_micros else before.retained_micros end as retained,
    case when d.position = 0 then l.charged_micros else before.charged_micros end as charged
  from lease_debt d join lease l on l.id = d.lease_id
  left join lease_debt before on before.lease_id = d.lease_id and before.position = d.position - 1) payer
where payer.id = lease_debt.id;

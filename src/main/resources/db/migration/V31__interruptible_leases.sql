-- Leases that yield to firm ones: cheaper, and ended with notice where a firm order needs their slots.
alter table offer
  add column interruptible_price_micros bigint check (interruptible_price_micros between 1 and price_micros),
  add column interruption_notice_minutes int check (interruption_notice_minutes >= 1),
  add check ((interruptible_price_micros is null) = (interruption_notice_minutes is null));

alter table quote drop constraint quote_term_check;
alter table quote
  add constraint quote_term_check check (term in ('RESERVED', 'ON_DEMAND', 'INTERRUPTIBLE')),
  add column interruption_notice_minutes int,
  add check ((interruption_notice_minutes is null) = (term <> 'INTERRUPTIBLE'));
alter table lease drop constraint lease_term_check;
alter table lease
  add constraint lease_term_check check (term in ('RESERVED', 'ON_DEMAND', 'INTERRUPTIBLE')),
  add column interruption_notice_minutes int,
  add check ((interruption_notice_minutes is null) = (term <> 'INTERRUPTIBLE'));

-- How long ahead it takes to free slots that yield, the notice and the turnaround; and what yields first.
alter table allocation
  add column yields_after_minutes int,
  add column yield_price_micros bigint,
  add check ((yields_after_minutes is null) = (yield_price_micros is null));
create index allocation_yielding on allocation using gist (period)
  where yields_after_minutes is not null and state = 'LEASED';

alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in (
  'WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START', 'NOT_RENEWED', 'RENEWED', 'TRANSFERRED',
  'INTERRUPTED'));

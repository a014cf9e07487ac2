-- Leased nodes that fail: an equal one takes a node's place, or what it costs is not charged until it is back.
alter table lease
  -- When which accelerators could not be used, as stretches of time: JSON.
  add column outages text not null default '[]',
  -- Whether one of them goes on.
  add column outage_open boolean not null default false,
  -- Until when nobody else looks for what can be done about a lost node; null where nobody has.
  add column next_loss_check_at timestamptz;
create index lease_outage_open on lease (id) where outage_open;

-- Which change of its nodes brought a node to a lease: 0 for those that it began with. Numbers of nodes follow it.
alter table allocation add column joined int not null default 0 check (joined >= 0);

alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check check (kind in (
  'WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START', 'NOT_RENEWED', 'RENEWED', 'TRANSFERRED',
  'INTERRUPTED', 'NODE_LOST', 'NODE_REPLACED', 'NODE_RESTORED'));

alter table decision drop constraint decision_purpose_check;
alter table decision add constraint decision_purpose_check
  check (purpose in (
    'ENQUIRY', 'QUOTE', 'CONFIRM', 'START', 'JOB', 'EXTENSION', 'ORDER', 'LIVE', 'REPLACEMENT'));

-- Live leases are judged again and again: when something that a judgement rests on changes, when a rule or a piece of
-- evidence starts or ends inside the period, and from time to time. What is no longer permitted is wound down.
alter table lease
  add column judged_decision_id uuid,
  add column judged_verdict text
    check (judged_verdict in ('ALLOW', 'WARN', 'HOLD_EVIDENCE', 'HOLD_REVIEW', 'HOLD_LICENCE', 'DENY')),
  -- Which rules spoke, to tell whether a new judgement says something new.
  add column judged_outcome text,
  add column judged_at timestamptz,
  -- Until when it is permitted; null where it is not even now.
  add column permitted_until timestamptz,
  -- When it is to be judged next; null once it has begun to end. A claim moves it behind the time that judging may take.
  add column next_judgement_at timestamptz,
  -- When a judgement let it start; a lease without one stays reserved.
  add column start_permitted_at timestamptz,
  -- Orders that end it before its time, as JSON: one that a judgement gave at most, and officers'. The first to end
  -- it counts; each is taken back for itself.
  add column wind_downs text not null default '[]' check (wind_downs is json array);

update lease set
  judged_decision_id = decision_id,
  judged_verdict = coalesce((select verdict from decision where decision.id = lease.decision_id), 'HOLD_EVIDENCE'),
  judged_outcome = '',
  judged_at = created_at,
  start_permitted_at = case when state <> 'RESERVED' then created_at end,
  next_judgement_at = case when state in ('RESERVED', 'PROVISIONING', 'ACTIVE') then created_at end;

alter table lease
  alter column judged_decision_id set not null,
  alter column judged_verdict set not null,
  alter column judged_outcome set not null,
  alter column judged_at set not null;

create index lease_judgement on lease (next_judgement_at) where next_judgement_at is not null;
create index lease_party on lease (provider_id) where next_judgement_at is not null;

-- What a party is told about its leases.
create table notice (
  id uuid primary key,
  organization_id uuid not null,
  lease_id uuid not null references lease,
  kind text not null check (kind in ('WIND_DOWN_ORDERED', 'WIND_DOWN_WITHDRAWN', 'NOT_PERMITTED_TO_START')),
  message text not null,
  decision_id uuid,
  ends_at timestamptz,
  at timestamptz not null
);
create index notice_organization on notice (organization_id, id);

-- Versions of rule packs and their lives. The text never changes; what is in force is what is ACTIVE, and from its date
-- what is SCHEDULED.
create table rule_pack (
  id uuid primary key,
  layer text not null check (layer in ('BASELINE', 'OPERATOR', 'PROVIDER', 'TENANT')),
  owner_id uuid,
  pack_id text not null,
  pack_version text not null,
  title text not null,
  text text not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  state text not null check (state in ('DRAFT', 'SHADOW', 'SCHEDULED', 'ACTIVE', 'RETIRED')),
  author text not null,
  author_organization_id uuid,
  approver text,
  approved_at timestamptz,
  -- When it comes, came or was to come into force.
  active_from timestamptz,
  retired_at timestamptz,
  created_at timestamptz not null,
  version bigint not null default 0,
  check ((layer in ('PROVIDER', 'TENANT')) = (owner_id is not null)),
  check ((approver is null) = (approved_at is null)),
  -- Four eyes. The service itself may enter what it ships.
  check (approver <> author),
  check (state not in ('SCHEDULED', 'ACTIVE') or active_from is not null),
  check (state <> 'SCHEDULED' or approver is not null),
  check (state <> 'ACTIVE' or approver is not null or author like 'system:%'),
  check ((state = 'RETIRED') = (retired_at is not null))
);
-- A version's name means one text for good.
create unique index rule_pack_name on rule_pack (layer, owner_id, pack_id, pack_version) nulls not distinct;
create unique index rule_pack_active on rule_pack (layer, owner_id, pack_id) nulls not distinct where state = 'ACTIVE';
create unique index rule_pack_scheduled on rule_pack (layer, owner_id, pack_id, active_from) nulls not distinct
  where state = 'SCHEDULED';
create index rule_pack_due on rule_pack (active_from) where state = 'SCHEDULED';
revoke delete on rule_pack from berth_application, berth_system;

-- Counts the changes of what is in force. Whoever changes that locks the row; whoever judges by it shares it.
create table policy_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint not null
);
insert into policy_revision (revision) values (0);
revoke insert, delete on policy_revision from berth_application, berth_system;

-- Where a pack that runs in shadow would have decided otherwise.
create table shadow_difference (
  id uuid primary key,
  rule_pack_id uuid not null references rule_pack,
  decision_id uuid not null references decision,
  tenant_id uuid not null,
  purpose text not null,
  live_verdict text not null
    check (live_verdict in ('ALLOW', 'WARN', 'HOLD_EVIDENCE', 'HOLD_REVIEW', 'HOLD_LICENCE', 'DENY')),
  shadow_verdict text not null
    check (shadow_verdict in ('ALLOW', 'WARN', 'HOLD_EVIDENCE', 'HOLD_REVIEW', 'HOLD_LICENCE', 'DENY')),
  detail text not null check (detail is json object),
  created_at timestamptz not null
);
create index shadow_difference_pack on shadow_difference (rule_pack_id, id);
revoke update, delete on shadow_difference from berth_application, berth_system;

-- More than one pack judges now.
alter table decision add column packs text check (packs is json array);
update decision
set packs = json_build_array(
  json_build_object('layer', 'baseline', 'id', pack_id, 'version', pack_version, 'hash', pack_hash))::text;
alter table decision
  alter column packs set not null,
  drop column pack_id,
  drop column pack_version,
  drop column pack_hash;

alter table decision drop constraint decision_purpose_check;
alter table decision add constraint decision_purpose_check
  check (purpose in ('ENQUIRY', 'QUOTE', 'CONFIRM', 'START', 'JOB', 'EXTENSION', 'ORDER', 'LIVE'));

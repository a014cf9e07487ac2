-- Whether the devices of a pool are what it is listed as: what probes of its nodes read.
create table pool_verification (
  pool_id uuid primary key references node_pool,
  cluster_id uuid not null references cluster,
  provider_id uuid not null references organization,
  -- The last verdict; ACCEPTED is a mismatch that officers approved.
  outcome text not null check (outcome in ('NONE', 'PASSED', 'MISMATCH', 'ACCEPTED')),
  -- What there is to say of the last round, or of what keeps the next one waiting.
  message text not null default '',
  last_passed_at timestamptz,
  last_checked_at timestamptz,
  -- When it last passed or was accepted; null since it mismatched.
  cleared_at timestamptz,
  -- How many rounds in a row came to no verdict.
  failures int not null default 0 check (failures >= 0),
  -- The round of probes under way.
  round_id uuid,
  -- When something is to be done next; null where nothing is.
  next_at timestamptz,
  -- Counts the claims: what an older one reports is not taken.
  epoch bigint not null default 0,
  -- What asks officers about the mismatch.
  case_id uuid,
  created_at timestamptz not null
);
create index pool_verification_due on pool_verification (next_at) where next_at is not null;
create index pool_verification_case on pool_verification (case_id) where case_id is not null;

-- Evidence: one probe of one node, kept as it ended.
create table node_probe (
  id uuid primary key,
  round_id uuid not null,
  pool_id uuid not null references pool_verification,
  provider_id uuid not null references organization,
  node_id uuid not null references node,
  model_id text not null,
  image text not null,
  slots int not null check (slots > 0),
  state text not null check (state in ('RUNNING', 'PASSED', 'MISMATCH', 'FAILED')),
  started_at timestamptz not null,
  deadline_at timestamptz not null,
  finished_at timestamptz check (finished_at is null = (state = 'RUNNING')),
  -- What was read and how it compares: JSON.
  finding text check (finding is null = (state = 'RUNNING')),
  -- The maintenance window that keeps the node from sale meanwhile.
  window_id uuid not null
);
create index node_probe_pool on node_probe (pool_id, id);
create index node_probe_round on node_probe (round_id);
create index node_probe_node on node_probe (node_id, finished_at);
revoke delete on node_probe from berth_application, berth_system;

-- Whether its nodes are kept from sale since what they are is not what they are listed as.
alter table node_pool add column held boolean not null default false;

alter table review_case drop constraint review_case_kind_check;
alter table review_case add constraint review_case_kind_check
  check (kind in ('ORDER', 'SCREENING', 'NODE_FACTS', 'VERIFICATION', 'POOL_DEVICES'));

-- What was decided, by which pack and on which facts. Rows are added and read, never changed: they are the evidence.
-- An officer's or operator's own organization need not be entered here for them to ask, so tenant_id refers to none.
create table decision (
  id uuid primary key,
  tenant_id uuid not null,
  purpose text not null check (purpose in ('ENQUIRY', 'QUOTE', 'CONFIRM', 'JOB')),
  verdict text not null
    check (verdict in ('ALLOW', 'WARN', 'HOLD_EVIDENCE', 'HOLD_REVIEW', 'HOLD_LICENCE', 'DENY')),
  start_at timestamptz not null,
  end_at timestamptz not null check (end_at > start_at),
  known_at timestamptz not null,
  pack_id text not null,
  pack_version text not null,
  pack_hash text not null check (pack_hash ~ '^[0-9a-f]{64}$'),
  -- JSON, in text so that it stays byte for byte what was hashed.
  facts text not null check (facts is json object),
  facts_hash text not null check (facts_hash ~ '^[0-9a-f]{64}$'),
  judgements text not null check (judgements is json object),
  created_at timestamptz not null
);
create index decision_tenant on decision (tenant_id, id);
revoke update, delete on decision from berth_application, berth_system;

-- Questions that a person must answer about an organization, and how they were answered.
create table review_case (
  id uuid primary key,
  organization_id uuid not null references organization,
  kind text not null check (kind in ('ORDER', 'SCREENING', 'NODE_FACTS', 'VERIFICATION')),
  -- A stable code of what the case is about; with the facts' hash it tells whether a question was asked before.
  reason text not null check (length(reason) between 1 and 1000),
  facts_hash text not null check (length(facts_hash) <= 128),
  subject text not null,
  summary text not null,
  detail text not null check (detail is json),
  state text not null check (state in ('OPEN', 'PROPOSED', 'APPROVED', 'REFUSED', 'EXPIRED', 'WITHDRAWN')),
  opened_by text not null,
  -- The approval that one officer proposes and another confirms.
  proposed_by text,
  proposed_at timestamptz,
  proposal_reason text,
  proposal_note text,
  -- Until when the approval holds.
  expires_at timestamptz,
  -- Who had the last word.
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  decision_note text,
  created_at timestamptz not null,
  version bigint not null default 0,
  check (state not in ('PROPOSED', 'APPROVED', 'EXPIRED') or (proposed_by is not null and expires_at is not null)),
  check (state not in ('APPROVED', 'EXPIRED') or (decided_by is not null and decided_by <> proposed_by))
);
-- The same question is open once.
create unique index review_case_pending on review_case (organization_id, kind, facts_hash, reason)
  where state in ('OPEN', 'PROPOSED');
create index review_case_organization on review_case (organization_id, id);
create index review_case_standing on review_case (organization_id, kind, expires_at) where state = 'APPROVED';
create index review_case_due on review_case (expires_at) where state = 'APPROVED';

create table review_evidence (
  id uuid primary key,
  case_id uuid not null references review_case,
  kind text not null,
  reference text not null,
  note text,
  -- Whose member attached it, and which one.
  organization_id uuid not null,
  attached_by text not null,
  attached_at timestamptz not null
);
create index review_evidence_case on review_evidence (case_id, id);
revoke update, delete on review_evidence from berth_application, berth_system;
revoke delete on review_case from berth_application, berth_system;

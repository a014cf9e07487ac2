-- Denied-party lists as they were imported, whom of the organizations they may name, and what officers found.

alter table organization
  add column registration_number text check (char_length(registration_number) between 1 and 100),
  add column screening_state text not null default 'NOT_SCREENED'
    check (screening_state in ('NOT_SCREENED', 'CLEAR', 'HIT', 'LISTED')),
  add column screening_at timestamptz,
  -- SHA-256 over the versions of the lists that were searched.
  add column screening_lists_hash text check (screening_lists_hash ~ '^[0-9a-f]{64}$'),
  add check (screening_state = 'NOT_SCREENED' or (screening_at is not null and screening_lists_hash is not null));

-- Each import is a version of its list; it stays when the next one takes its place, without its entries.
create table screening_import (
  id uuid primary key,
  list text not null check (list in ('US_CSL', 'US_SDN', 'EU_FSF', 'UN_SC', 'UK_SL')),
  state text not null check (state in ('QUEUED', 'ACTIVE', 'RETIRED', 'FAILED')),
  -- Where the file came from; null for one that was uploaded.
  url text,
  -- Whether it may drop more entries than usual.
  force boolean not null,
  -- SHA-256 of the file.
  hash text check (hash ~ '^[0-9a-f]{64}$'),
  as_of date,
  entries int check (entries > 0),
  imported_by text not null,
  -- For the audit trail of what is fetched later.
  organization_id uuid,
  created_at timestamptz not null,
  activated_at timestamptz,
  failure text,
  attempts int not null default 0,
  -- When a queued one is to be fetched; a claim moves it on.
  next_attempt_at timestamptz check ((next_attempt_at is not null) = (state = 'QUEUED')),
  check (state not in ('ACTIVE', 'RETIRED') or (hash is not null and as_of is not null and entries is not null
    and activated_at is not null)),
  check ((failure is not null) = (state = 'FAILED'))
);
create unique index screening_import_active on screening_import (list) where state = 'ACTIVE';
create index screening_import_queued on screening_import (next_attempt_at) where state = 'QUEUED';
create index screening_import_list on screening_import (list, id);

create table screening_entry (
  import_id uuid not null references screening_import,
  number int not null,
  party text not null,
  primary key (import_id, number)
);

-- One row: it changes with each activation, so that every replica notices.
create table screening_revision (
  single boolean primary key default true check (single),
  revision bigint not null
);
insert into screening_revision (revision) values (0);

-- Organizations that wait to be screened. A second wish while one waits is the same wish.
create table screening_task (
  organization_id uuid primary key references organization,
  -- Grows with each wish, so that one made while the organization is being screened is not lost.
  wish bigint not null,
  attempts int not null,
  next_attempt_at timestamptz not null
);
create index screening_task_due on screening_task (next_attempt_at);

-- Which entries may name an organization or one of its owners, and what was found about that.
create table screening_match (
  id uuid primary key,
  organization_id uuid not null references organization,
  -- The owner's name; empty for the organization itself.
  owner text not null,
  listing text not null,
  uid text not null,
  -- Of the entry and of what was compared with it: a finding counts for these only.
  entry_hash text not null check (entry_hash ~ '^[0-9a-f]{64}$'),
  facts_hash text not null check (facts_hash ~ '^[0-9a-f]{64}$'),
  state text not null check (state in ('OPEN', 'SAME_PARTY', 'ANOTHER_PARTY', 'GONE')),
  score double precision not null,
  detail text not null check (detail is json object),
  case_id uuid not null,
  found_at timestamptz not null,
  unique (organization_id, owner, listing, uid, entry_hash, facts_hash)
);
create index screening_match_case on screening_match (case_id);
revoke delete on screening_match, screening_import from berth_application, berth_system;

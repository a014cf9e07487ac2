-- Legal entities: tenants, providers or both, and what is known about them in law. A null fact is an unknown one.
create table organization (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 200),
  residence_country text check (residence_country ~ '^[A-Z]{2}$'),
  ultimate_parent_country text check (ultimate_parent_country ~ '^[A-Z]{2}$'),
  end_use_country text check (end_use_country ~ '^[A-Z]{2}$'),
  -- Lists are JSON in text: they are read and written whole, and no query looks inside.
  owners text not null check (owners is json array),
  owners_complete boolean not null,
  listings text not null check (listings is json array),
  own_rules text not null check (own_rules is json array),
  profile_mode text check (profile_mode in ('remote', 'possession')),
  profile_workload text check (profile_workload in ('training', 'inference')),
  profile_data_residency text check (profile_data_residency in ('none', 'eea-only')),
  profile_us_nexus boolean,
  -- Who changed a fact last may not be the one who verifies it.
  facts_changed_by text not null,
  verification_state text not null check (verification_state in ('UNVERIFIED', 'VERIFIED', 'REJECTED')),
  verification_by text,
  verification_at timestamptz,
  verification_reason text,
  verification_evidence text not null check (verification_evidence is json array),
  verification_expires_at timestamptz,
  version bigint not null default 0,
  created_at timestamptz not null,
  check (verification_state = 'UNVERIFIED'
    or (verification_by is not null and verification_at is not null and verification_reason is not null)),
  check (verification_expires_at is null or verification_state = 'VERIFIED')
);

-- Seals chain the audit trail by hash, behind what writes it: an entry is added without waiting for any other, and a
-- sealer, one at a time over all replicas, gives committed entries their positions in batches and signs checkpoints.

-- Which transaction wrote the entry. Entries become visible in the order of commits, which is neither that of their
-- times nor of their ids nor of these; but once every running transaction is later than N (pg_snapshot_xmin), no entry
-- of N or an earlier one can appear any more. The sealer's cursor moves only over what is final in that sense.
alter table audit_entry add column transaction_id xid8 not null default pg_current_xact_id();
create index audit_entry_unsealed on audit_entry (transaction_id, id);
create index audit_entry_time on audit_entry (at, id);
create index audit_entry_organization on audit_entry (organization_id, at, id);

-- Nobody who writes an entry says which transaction did.
revoke insert on audit_entry from berth_application, berth_system;
grant insert (id, at, actor, organization_id, action, subject, detail)
  on audit_entry to berth_application, berth_system;

-- hash = SHA-256(hash of the position before ‖ the entry in its canonical form), lower-case hexadecimal; before position
-- 1 stand 32 zero bytes. No foreign key: an entry that vanished is for the check of the chain to find.
create table audit_seal (
  position bigint primary key check (position > 0),
  entry_id uuid not null unique,
  hash text not null check (hash ~ '^[0-9a-f]{64}$')
);

-- The signed hash of one position, which stands for everything up to it.
create table audit_checkpoint (
  position bigint primary key,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  at timestamptz not null,
  key_id text not null,
  -- Ed25519, base64.
  signature text not null
);

-- Who seals. A claim that ran out is another's under the next epoch; whoever seals locks the row and finds owner and
-- epoch as it knows them, or stops.
create table audit_sealer (
  id int primary key check (id = 1),
  owner uuid,
  epoch bigint not null,
  expires_at timestamptz not null,
  cursor_transaction_id xid8 not null,
  cursor_entry_id uuid not null
);
insert into audit_sealer values (1, null, 0, '-infinity', '0', '00000000-0000-0000-0000-000000000000');

revoke insert, update, delete on audit_seal, audit_checkpoint from berth_application;
revoke update, delete on audit_seal, audit_checkpoint from berth_system;
revoke insert, update, delete on audit_sealer from berth_application;
revoke insert, delete on audit_sealer from berth_system;

create function audit_chain_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger audit_seal_append_only before update or delete or truncate on audit_seal
  for each statement execute function audit_chain_is_append_only();
create trigger audit_checkpoint_append_only before update or delete or truncate on audit_checkpoint
  for each statement execute function audit_chain_is_append_only();

-- Who did what and why. Rows are added and read, never changed: neither role that the service uses may, and a trigger
-- stops the owner's slip of the hand.
create table audit_entry (
  id uuid primary key,
  at timestamptz not null,
  actor text not null,
  organization_id uuid,
  action text not null,
  subject text not null,
  detail text not null
);
create index audit_entry_subject on audit_entry (subject, at);
revoke update, delete on audit_entry from berth_application, berth_system;

create function audit_entry_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_entry is append-only';
end $$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function audit_entry_is_append_only();

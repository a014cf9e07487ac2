-- How often a node stopped being ready, each time counting half thirty days before the next, and when it last did.
alter table node
  add column failures double precision not null default 0 check (failures >= 0),
  add column failed_at timestamptz;

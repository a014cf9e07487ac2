-- What a node's provider says about this node alone, and what an officer found: JSON, read and written whole. What follows
-- from them stands in the columns that were there before.
alter table node
  add column declared text,
  add column verified text,
  add column country_verified text check (country_verified ~ '^[A-Z]{2}$');

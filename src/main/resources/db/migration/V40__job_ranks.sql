-- Which of a job's attempts counts, and how many before it failed: all of its pods start anew together.
alter table job add column attempt int not null default 0 check (attempt >= 0);
alter table job add column failures int not null default 0 check (failures between 0 and attempt);
-- Variables that nobody is shown, encrypted, until the job is final.
alter table job add column secrets bytea;

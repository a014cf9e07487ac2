-- A lease the rest of which went to another tenant keeps its turnaround: its slots pass without one, but it may end sooner,
-- and the other tenant may give its lease back before it begins.
update lease set turnaround_seconds = quote.turnaround_seconds from quote
where quote.id = lease.quote_id and lease.transferred_at is not null and lease.state <> 'ENDED';

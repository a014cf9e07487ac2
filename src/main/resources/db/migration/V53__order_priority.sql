-- How often in a row an order has let others try first what it had found.
alter table capacity_order add column gave_way int not null default 0 check (gave_way >= 0);

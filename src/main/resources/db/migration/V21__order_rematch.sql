-- Orders that wait and should be matched anew, because something came that may let them pass: an authorisation, or facts
-- and evidence. One row an order, claimed by whoever comes first.
create table order_rematch (
  order_id uuid primary key references capacity_order on delete cascade,
  -- A claim puts it off; what asks anew brings it back.
  due_at timestamptz not null,
  attempts integer not null default 0
);
create index order_rematch_due on order_rematch (due_at);

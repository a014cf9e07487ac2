-- What comes back of the price where a tenant gives capacity back early: the whole of it, unless the offer says otherwise.
alter table offer add column early_release_refund_percent int not null default 100
  check (early_release_refund_percent between 0 and 100);
alter table quote add column early_release_refund_percent int not null default 100
  check (early_release_refund_percent between 0 and 100);
alter table lease
  add column early_release_refund_percent int not null default 100
    check (early_release_refund_percent between 0 and 100),
  -- Whether its tenant ended it before its time.
  add column released_early boolean not null default false,
  -- What is owed for capacity that was given back while it ran; total_micros has it in it.
  add column retained_micros bigint not null default 0 check (retained_micros >= 0);

-- What a lease has given back of a node before its end is a row of its own.
alter table allocation add column given_back_at timestamptz;

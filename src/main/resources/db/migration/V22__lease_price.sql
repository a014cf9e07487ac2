-- A lease may change while it runs: it is priced stretch by stretch.
alter table lease
  -- What each stretch of the period costs, in order and without gaps, as JSON. total_micros is their sum.
  add column price text;

update lease set price = json_build_object('stretches', json_build_array(json_build_object(
  'period', json_build_object(
    'start', to_char(start_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'end', to_char(end_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
  'accelerators', accelerators,
  'pricePerAcceleratorHour', json_build_object('micros', price_micros, 'currency', currency))))::text;

alter table lease
  alter column price set not null,
  add check (price is json object);

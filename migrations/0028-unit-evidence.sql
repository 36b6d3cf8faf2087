-- why: who at the scene took a picture, on which errand, when and where by the phone's own account
-- breaks running servers: no
-- module: evidence

alter table attachment
  add column unit text,
  add column incident text,
  -- as the phone said it: the server's own time is `at`
  add column taken_at text,
  add column taken_place jsonb;

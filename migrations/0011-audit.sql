-- why: who saw and did what; nothing is ever changed or removed here
-- breaks running servers: no
-- module: audit

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  act text not null,
  object text not null,
  facts jsonb not null default '{}'
);
create index audit_object on audit (object, id);

create function audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'audit rows are never changed';
end $$;
create trigger audit_stays before update or delete on audit for each row execute function audit_stays();

-- why: who is on shift with what, where units are and have been, and the rules of rest and of keeping
-- breaks running servers: no
-- module: unit

-- `seq` stands for a unit where twenty thousand are written each ten seconds; `changed` is the transaction that last
-- changed what others must know of it, for servers that keep all units in memory. Where it is now lies in `unit_place`:
-- `lng`, `lat` and `fix_at` of this table stay for servers that still run and are read by nobody else.
alter table unit
  add column seq int generated always as identity unique,
  add column beat_lng double precision,
  add column beat_lat double precision,
  add column beat_metres int,
  add column row_slips int not null default 0,
  add column row_at timestamptz,
  add column changed xid8 not null default pg_current_xact_id();
-- sweep: what another server has changed
create index unit_changed on unit (changed);

create table unit_shift (
  id text primary key,
  unit text not null references unit,
  members jsonb not null,
  vehicle text,
  equipment text[] not null default '{}',
  started_at timestamptz not null,
  planned_end_at timestamptz not null,
  ended_at timestamptz,
  started_by text not null,
  ended_by text
);
-- a unit has one shift at a time
create unique index unit_shift_open on unit_shift (unit) where ended_at is null;
-- screen: who was on duty with a unit
create index unit_shift_unit on unit_shift (unit, started_at desc);

-- Who is on duty when this is installed stays so: half of a usual shift is before them.
insert into unit_shift (id, unit, members, started_at, planned_end_at, started_by)
select 'sh' || substr(id, 3), id, '[]', now(), now() + interval '12 hours', 'migration' from unit where state <> 'off';

-- Room to update in place: no index is touched, so a position costs no new entry anywhere.
create table unit_place (
  unit int primary key references unit (seq),
  lng double precision not null,
  lat double precision not null,
  accuracy_metres int,
  fix_at timestamptz not null,
  heard xid8 not null default pg_current_xact_id(),
  heard_by text not null
) with (fillfactor = 40);
insert into unit_place (unit, lng, lat, fix_at, heard_by)
select seq, lng, lat, fix_at, 'migration' from unit where lng is not null and lat is not null and fix_at is not null;

-- Ten-millionths of a degree: a centimetre. `crs` and the raw numbers stand only where they were not WGS-84 already.
create table unit_fix (
  unit int not null,
  at timestamptz not null,
  received_at timestamptz not null,
  lng int not null,
  lat int not null,
  crs text,
  raw_lng int,
  raw_lat int,
  accuracy_metres int,
  -- the unit had a slip: these are kept with the incident
  is_bound boolean not null
) partition by range (received_at);
-- screen: the trail of one unit
create index unit_fix_unit on unit_fix (unit, at);

-- What is left of a day when the day itself has gone.
create table unit_fix_kept (like unit_fix including indexes);

-- One table for each day of arrival, made when its first position comes.
create function unit_fix_day(day date) returns void language plpgsql as $$
declare
  part text := 'unit_fix_' || to_char(day, 'YYYYMMDD');
begin
  if to_regclass(part) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtextextended('unit_fix', 110));
  if to_regclass(part) is not null then return; end if;
  execute format('create table %I (like unit_fix including indexes)', part);
  execute format('alter table unit_fix attach partition %I for values from (%L) to (%L)', part,
                 day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
end $$;

-- Days before this one go, the oldest first, one at a call; whatever is bound to an incident stays. Gives how many went.
create function unit_fix_forget(before date) returns int language plpgsql as $$
declare
  part text;
begin
  perform set_config('lock_timeout', '2s', true);
  perform pg_advisory_xact_lock(hashtextextended('unit_fix', 110));
  select c.relname into part from pg_inherits i join pg_class c on c.oid = i.inhrelid
   where i.inhparent = 'unit_fix'::regclass and c.relname < 'unit_fix_' || to_char(before, 'YYYYMMDD')
   order by c.relname limit 1;
  if part is null then return 0; end if;
  execute format('insert into unit_fix_kept select * from %I where is_bound', part);
  execute format('drop table %I', part);
  return 1;
end $$;

-- Rules of rest and of keeping, by bureau (`*` for all), from a moment on.
create table unit_policy (
  org text not null,
  valid_from timestamptz not null,
  policy jsonb not null,
  primary key (org, valid_from)
);

-- why: units with their last position, and the slips that send them
-- breaks running servers: no
-- module: dispatch

create table unit (
  id text primary key,
  name text not null,
  org text not null,
  kind text not null,
  state text not null,
  skills text[] not null default '{}',
  members int not null default 2,
  lng double precision,
  lat double precision,
  fix_at timestamptz,
  unique (org, name)
);

create table slip (
  id text primary key,
  number text not null unique,
  incident text not null,
  desk text not null,
  unit text not null references unit,
  state text not null,
  words text,
  issued_at timestamptz not null,
  issued_by text not null,
  reason text,
  feedback jsonb
);
create index slip_incident on slip (incident);
-- screen: a unit's open slips
create index slip_unit on slip (unit, state);
-- an open slip of one incident goes to a unit once
create unique index slip_once on slip (incident, unit) where state not in ('closed', 'cancelled', 'returned');

create table slip_step (
  id bigint generated always as identity primary key,
  slip text not null references slip,
  move text not null,
  state text not null,
  at timestamptz not null,
  device_at text,
  by text not null,
  note text
);
create index slip_step_slip on slip_step (slip, id);

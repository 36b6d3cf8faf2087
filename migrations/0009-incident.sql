-- why: the cases of a desk; initial and confirmed values lie side by side
-- breaks running servers: no
-- module: incident

create table incident_number (
  division text not null,
  day text not null,
  last int not null,
  primary key (division, day)
);

create table incident (
  id text primary key,
  number text not null unique,
  state text not null,
  desk text not null,
  level_initial int not null,
  level_confirmed int,
  category_initial text not null,
  category_confirmed text,
  place_initial jsonb not null,
  place_confirmed jsonb,
  confirmed jsonb not null default '{}',
  narrative text not null,
  dangers text[] not null default '{}',
  facts jsonb not null default '{}',
  call_safe boolean not null,
  merged_into text,
  close_reason text,
  next_at timestamptz,
  accepted_at timestamptz not null,
  accepted_by text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  version int not null default 1
);
-- screen: the desk's open incidents
create index incident_desk on incident (desk, state, accepted_at desc);

create table incident_report (
  incident text not null references incident,
  report text not null unique,
  is_main boolean not null,
  joined_at timestamptz not null,
  joined_by text not null,
  primary key (incident, report)
);

create table incident_step (
  id bigint generated always as identity primary key,
  incident text not null references incident,
  at timestamptz not null,
  what text not null,
  by text,
  note text
);
create index incident_step_incident on incident_step (incident, id);

-- why: many reports are one event: incidents join and part again, one view is pinned, one person edits at a time, what is held comes back; instructions are asked for, shifts hand over
-- breaks running servers: no

-- module: incident
alter table incident
  add column close_code text,
  add column closed_at timestamptz,
  add column best_view text,
  add column owner text,
  add column owner_name text,
  add column lng double precision generated always as
    (((coalesce(place_confirmed, place_initial) -> 'wgs84') ->> 'lng')::double precision) stored,
  add column lat double precision generated always as
    (((coalesce(place_confirmed, place_initial) -> 'wgs84') ->> 'lat')::double precision) stored;
update incident set closed_at = changed_at where state = 'closed';
-- job: what is held and due, what is closed long enough
create index incident_held on incident (next_at) where state = 'pending';
create index incident_closed on incident (closed_at) where state = 'closed';
-- screen: what this shift has open
create index incident_owner on incident (owner) where state not in ('closed', 'merged', 'invalid', 'archived');

create table incident_policy (
  desk text not null,
  valid_from timestamptz not null,
  policy jsonb not null,
  primary key (desk, valid_from)
);

-- Which reports came with which merged incident, so that parting restores what was.
create table incident_fusion (
  merged text not null references incident,
  report text not null,
  was_main boolean not null,
  at timestamptz not null,
  primary key (merged, report)
);
create index incident_fusion_report on incident_fusion (report);
create index incident_merged_into on incident (merged_into) where merged_into is not null;

create table incident_lock (
  incident text primary key references incident,
  staff text not null,
  staff_name text not null,
  desk text not null,
  seat int,
  until timestamptz not null
);

-- What one person has asked for and a second person must press as well.
create table incident_ask (
  incident text not null references incident,
  move text not null,
  staff text not null,
  staff_name text not null,
  asked_at timestamptz not null,
  primary key (incident, move)
);

-- Reports that were received and have not been compared yet.
create table incident_hint (
  report text primary key,
  desk text not null,
  asked_at timestamptz not null
);

-- module: thread
alter table message add column quiet boolean not null default false;

-- module: escalation
create table escalation (
  id text primary key,
  incident text not null,
  number text not null,
  desk text not null,
  level int not null,
  aim text not null,
  to_desk text not null,
  state text not null,
  words text not null,
  photos text[] not null default '{}',
  asked_by text not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  seen_at timestamptz,
  seen_by_name text,
  answered_at timestamptz,
  answered_by_name text,
  instruction text,
  for_units boolean not null default false,
  carried_out_at timestamptz,
  carried_out_by_name text
);
create index escalation_incident on escalation (incident, asked_at);
-- screen: what waits for an answer, here and at the desk above
create index escalation_to on escalation (to_desk, state, asked_at desc);
create index escalation_desk on escalation (desk, state, asked_at desc);

-- module: desk
create table handover (
  id text primary key,
  desk text not null,
  seat int,
  outgoing text not null,
  outgoing_name text not null,
  made_at timestamptz not null,
  notes text not null,
  items jsonb not null,
  counts jsonb not null,
  state text not null,
  incoming text,
  incoming_name text,
  ended_at timestamptz
);
create index handover_desk on handover (desk, made_at desc);
create unique index handover_open on handover (outgoing) where state = 'open';

-- why: whoever waits can urge, whoever was helped can rate and contest, and the desk comes back to them
-- breaks running servers: no
-- module: report

create table urge (
  id text primary key,
  report text not null references report,
  at timestamptz not null,
  answered_at timestamptz,
  answered_by text,
  answer text
);
-- screen: a report at the desk and on the phone
create index urge_report on urge (report, at desc);

-- module: followup

create table rating (
  report text not null,
  stage text not null,
  desk text not null,
  stars int not null,
  items jsonb not null default '{}',
  words text,
  rated_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (report, stage)
);

create table contest (
  report text primary key,
  incident text not null,
  words text not null,
  contested_at timestamptz not null
);

create table reach (
  report text primary key,
  ways text[] not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  said_at timestamptz not null
);

create table follow_up (
  id text primary key,
  incident text not null,
  incident_number text not null,
  report text not null,
  desk text not null,
  reason text not null,
  is_major boolean not null,
  state text not null,
  words text,
  due_at timestamptz not null,
  opened_at timestamptz not null,
  opened_by text,
  result jsonb,
  note text,
  done_at timestamptz,
  done_by text
);
-- screen: what a desk still owes, due first
create index follow_up_desk on follow_up (desk, due_at) where state <> 'done';
create index follow_up_done on follow_up (desk, done_at desc) where state = 'done';
-- one reason asks one reporter once at a time
create unique index follow_up_once on follow_up (incident, report, reason) where state <> 'done';

create table follow_up_attempt (
  id bigint generated always as identity primary key,
  follow_up text not null references follow_up,
  channel text not null,
  has_reached boolean not null,
  at timestamptz not null,
  by text not null,
  by_name text not null,
  words text
);
create index follow_up_attempt_of on follow_up_attempt (follow_up, id);

create table follow_up_policy (
  desk text not null,
  valid_from timestamptz not null,
  policy jsonb not null,
  primary key (desk, valid_from)
);

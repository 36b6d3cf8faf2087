-- why: picture and sound between a reporter and the desk: the session, who is in it, its stills, its links, what happened in it and its recording
-- breaks running servers: no

-- module: video
create table video_call (
  id text primary key,
  report text not null,
  desk text not null,
  citizen text not null,
  state text not null,
  opened_by text not null,
  invited_by text not null,
  is_talking boolean not null default false,
  opened_at timestamptz not null,
  -- The zero of every recorded object.
  started_at timestamptz,
  ended_at timestamptz,
  ended_why text,
  -- Until when an invitation is good.
  until timestamptz,
  -- The last that was heard of whoever reported, by any way.
  signal_at timestamptz not null,
  lost_at timestamptz,
  still text,
  still_at timestamptz,
  recording text not null default 'recording',
  recording_tries int not null default 0,
  recording_due timestamptz,
  index_attachment text
);
-- screen: the calls of a report, the newest first
create index video_call_report on video_call (report, opened_at desc);
-- One session at a time, however often the button is pressed.
create unique index video_call_open on video_call (report) where state in ('invited', 'live', 'lost');
-- screen: the calls that are open at a desk; job: what has become due
create index video_call_desk on video_call (desk, opened_at) where state in ('invited', 'live', 'lost');
-- job: recordings to be sealed
create index video_call_sealing on video_call (recording_due) where recording = 'sealing';

create table video_participant (
  id text primary key,
  video text not null references video_call,
  role text not null,
  -- The citizen or the member of staff.
  holder text not null,
  name text not null,
  -- What people outside the desk are told instead.
  shown_name text not null,
  unit text,
  joined_at timestamptz not null,
  left_at timestamptz,
  -- Shown out by the desk: there is no way back.
  is_barred boolean not null default false,
  generation int not null default 0,
  feed text,
  kinds text[] not null default '{}',
  step text not null,
  unique (video, holder, role)
);

create table video_link (
  token_hash text primary key,
  video text not null references video_call,
  role text not null,
  name text not null,
  made_by text not null,
  made_at timestamptz not null,
  until timestamptz not null,
  citizen text,
  participant text
);
-- job: what has run out
create index video_link_until on video_link (until) where citizen is null;

create table video_index (
  id bigint generated always as identity primary key,
  video text not null references video_call,
  at timestamptz not null,
  at_ms bigint not null,
  kind text not null,
  who text,
  participant text,
  is_hidden boolean not null default false,
  facts jsonb not null
);
create index video_index_video on video_index (video, id);

create table video_still (
  id text primary key,
  video text not null references video_call,
  participant text not null,
  -- By the phone's own clock, and by ours.
  taken_at timestamptz not null,
  at timestamptz not null,
  bytes int not null,
  sha256 text not null,
  sm3 text not null
);
create index video_still_video on video_still (video, at);

-- 滥用标记: kept with the recording; it changes order and friction later and refuses nothing.
create table video_abuse (
  id text primary key,
  video text not null references video_call,
  report text not null,
  citizen text not null,
  kind text not null,
  words text not null,
  by_staff text not null,
  at timestamptz not null
);
create index video_abuse_citizen on video_abuse (citizen, at);

create table video_finding (
  id text primary key,
  video text not null references video_call,
  words text not null,
  at_ms bigint,
  by_staff text not null,
  at timestamptz not null
);

create table video_object (
  video text not null references video_call,
  participant text not null,
  attachment text not null,
  mime text not null,
  bytes bigint not null,
  sha256 text not null,
  sm3 text not null,
  duration_ms bigint not null,
  offset_ms bigint not null,
  frames_lost int not null,
  primary key (video, participant, mime)
);

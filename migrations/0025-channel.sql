-- why: other doors into the same room: calls, texts to 12110, one-key devices and other bodies, each with what only it knows
-- breaks running servers: no
-- module: channel

-- who is known by a number alone; found again by its keyed digest, the number itself stays sealed
create table caller (
  digest text primary key,
  citizen text not null,
  first_at timestamptz not null
);

create table phone_call (
  id text primary key,
  -- the telephone system's own name of the call
  ref text not null unique,
  direction text not null check (direction in ('in', 'out')),
  state text not null check (state in ('ringing', 'answered', 'ended', 'missed')),
  desk text not null,
  citizen text not null,
  report text,
  called text not null,
  rang_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  -- by the telephone system's own clock where it said one
  ring_ms int,
  talk_seconds int,
  staff text,
  staff_name text,
  seat int,
  recording_ref text,
  place jsonb
);
-- screen: what rings at a desk, and who is talking
create index phone_call_desk on phone_call (desk, rang_at) where state in ('ringing', 'answered');
create index phone_call_report on phone_call (report) where report is not null;

create table text_in (
  id text primary key,
  ref text not null unique,
  citizen text not null,
  called text not null,
  words text not null,
  at timestamptz not null,
  report text,
  how text check (how in ('report', 'supplement', 'repeat')),
  -- a long text comes in pieces: which, of how many, of what
  piece_group text,
  piece int,
  pieces int,
  place jsonb
);
-- job: long texts of which a piece is still missing
create index text_in_loose on text_in (at) where report is null;
create index text_in_report on text_in (report, at) where report is not null;

create table text_out (
  id text primary key,
  report text not null,
  kind text not null check (kind in ('receipt', 'dialogue')),
  message text,
  seq int,
  words text not null,
  state text not null check (state in ('queued', 'sent', 'delivered', 'failed', 'held')),
  -- why it is held or has failed, as a key of the word catalogue
  why text,
  tries int not null default 0,
  due_at timestamptz not null,
  at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  pieces int not null,
  pieces_delivered int not null default 0
);
-- a report is answered by itself at most once
create unique index text_out_receipt on text_out (report) where kind = 'receipt';
create unique index text_out_message on text_out (message) where message is not null;
-- job: what is to be sent
create index text_out_due on text_out (due_at) where state = 'queued';
create index text_out_report on text_out (report);

-- a piece as the gateway knows it, for its delivery receipt
create table text_piece (
  ref text primary key,
  text text not null references text_out,
  delivered_at timestamptz
);

create table alarm_device (
  id text primary key,
  name text not null,
  desk text not null,
  place_words text not null,
  lng double precision not null,
  lat double precision not null,
  level int not null check (level in (1, 2)),
  key_sealed text not null,
  citizen text not null,
  -- what stands there says so itself
  beat_seconds int not null,
  last_beat_at timestamptz,
  offline_since timestamptz,
  added_at timestamptz not null,
  removed_at timestamptz
);
create index alarm_device_desk on alarm_device (desk);
-- job: devices that have fallen silent
create index alarm_device_beat on alarm_device (last_beat_at) where offline_since is null and removed_at is null;

create table device_alarm (
  device text not null references alarm_device,
  alarm text not null,
  report text not null,
  at timestamptz not null,
  primary key (device, alarm)
);
create index device_alarm_at on device_alarm (device, at desc);

create table agency_report (
  org text not null,
  external_number text not null,
  report text not null unique,
  staff text not null,
  at timestamptz not null,
  primary key (org, external_number)
);

-- 12110 + the last three digits of an area code leads to the desk of this division
create table text_area (
  area text primary key,
  division text not null
);
insert into text_area (area, division) values
  ('571', '330100'), ('574', '330200'), ('577', '330300'), ('573', '330400'), ('572', '330500'), ('575', '330600'),
  ('579', '330700'), ('570', '330800'), ('580', '330900'), ('576', '331000'), ('578', '331100'),
  ('021', '310000'), ('592', '350200'), ('377', '411300');

-- a caller speaks: the words are written down once by whoever listens, and stay as they are from then on
create or replace function report_original_stays() returns trigger language plpgsql as $$
begin
  if new.original is distinct from old.original
     or (new.words is distinct from old.words and not (old.words is null and old.mode in ('phone', 'walk-in')))
     or new.delivered_at is distinct from old.delivered_at or new.citizen is distinct from old.citizen
     or (old.first_desk is not null and new.first_desk is distinct from old.first_desk)
     or (old.received_at is not null and new.received_at is distinct from old.received_at) then
    raise exception 'the original of a report is never changed';
  end if;
  return new;
end $$;

-- why: what citizens send; the original is never overwritten, each rung of the ladder is written once
-- breaks running servers: no
-- module: report

create table report (
  id text primary key,
  receipt_code text not null unique,
  citizen text not null,
  desk text not null,
  routed_by text not null,
  state text not null,
  mode text not null,
  tag text,
  words text,
  place_words text,
  language text not null,
  call_safe boolean not null,
  urgency int not null,
  reasons text[] not null,
  flags text[] not null,
  denied text[] not null default '{}',
  division text,
  division_name text,
  station text,
  alternatives jsonb not null default '[]',
  -- which outlines answered when it was routed
  outlines text,
  original jsonb not null,
  guidance text,
  fallback_after_seconds int not null,
  device_at timestamptz,
  delivered_at timestamptz not null,
  received_at timestamptz,
  received_by text,
  received_seat int,
  owner text,
  owner_name text,
  owner_seat int,
  owner_since timestamptz,
  outcome text,
  incident text,
  incident_number text,
  overflowed_at timestamptz,
  overflowed_to text,
  alarmed_at timestamptz,
  last_signal_at timestamptz,
  attachments int not null default 0,
  answers jsonb not null default '{}'
);
-- screen: the queue of a desk
create index report_queue on report (desk, state, urgency, delivered_at);
-- screen: my reports
create index report_citizen on report (citizen, delivered_at desc);
-- job: reports that nobody has received
create index report_waiting on report (delivered_at) where state = 'delivered';
-- screen: reports shown to a second desk
create index report_overflowed on report (overflowed_to) where overflowed_to is not null and state = 'delivered';
create index report_incident on report (incident) where incident is not null;

create function report_original_stays() returns trigger language plpgsql as $$
begin
  if new.original is distinct from old.original or new.words is distinct from old.words
     or new.delivered_at is distinct from old.delivered_at or new.citizen is distinct from old.citizen
     or (old.received_at is not null and new.received_at is distinct from old.received_at) then
    raise exception 'the original of a report is never changed';
  end if;
  return new;
end $$;
create trigger report_original_stays before update on report for each row execute function report_original_stays();

create table report_fix (
  id text primary key,
  report text not null references report,
  kind text not null,
  raw_lng double precision not null,
  raw_lat double precision not null,
  raw_crs text not null,
  lng double precision,
  lat double precision,
  accuracy_metres double precision,
  source text not null,
  device_at text,
  received_at timestamptz not null
);
create index report_fix_report on report_fix (report, received_at);

create table supplement (
  id text primary key,
  report text not null references report,
  at timestamptz not null,
  words text
);
create index supplement_report on supplement (report, at);

create table report_step (
  report text not null references report,
  step text not null,
  at timestamptz not null,
  by text,
  primary key (report, step)
);

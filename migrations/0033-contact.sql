-- why: how a reporter may be reached is data that a desk sets, with overrides by two people; a withdrawal is asked for with a PIN and decided by a person
-- breaks running servers: no

-- module: report
alter table report
  -- what a person at the desk has set: { mode, until, codeword, decoy, by, at }
  add column contact jsonb,
  -- since when nothing further is told to the phone, because a withdrawal was asked from it
  add column withheld_since timestamptz;

create table withdrawal (
  id text primary key,
  report text not null references report,
  at timestamptz not null,
  made_at text,
  how text not null check (how in ('pin', 'duress', 'wrong', 'unset')),
  decision text check (decision in ('agree', 'keep')),
  decided_by text,
  decided_at timestamptz,
  reason text
);
create index withdrawal_report on withdrawal (report, at desc);

create or replace view report_course as
  select id, receipt_code, desk, state, mode, call_safe, delivered_at, received_at, owner, owner_name, incident,
         overflowed_at, alarmed_at, hushed_at, left(place_words, 40) as place,
         'missed-call' = any(flags) as is_missed, withheld_since, contact
    from report;

-- module: person
-- both are keyed with the installation's secret and derived slowly; neither tells which is which but by its column
create table citizen_pin (
  citizen text primary key references citizen,
  pin text not null,
  duress text not null,
  set_at timestamptz not null
);

-- module: channel
-- the override under which a text was written, asked again when it is sent
alter table text_out add column override text;

-- module: contact
create table contact_override (
  id text primary key,
  report text not null,
  receipt_code text not null,
  desk text not null,
  way text not null,
  reason text not null,
  level int not null,
  by_staff text not null,
  by_name text not null,
  at timestamptz not null,
  -- since when it stands; nothing while a second person is waited for
  stands_from timestamptz,
  used_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  confirmed_by text,
  confirmed_name text,
  confirmed_at timestamptz
);
create index contact_override_report on contact_override (report, at desc);
-- screen: what waits for a second person, before it stands or afterwards
create index contact_override_waiting on contact_override (desk, at) where confirmed_at is null and ended_at is null;

create view contact_opening as
  select report, way, stands_from, stands_from + interval '5 minutes' as until
    from contact_override where stands_from is not null;
